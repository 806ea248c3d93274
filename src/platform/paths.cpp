#include "platform/paths.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;

Result<fs::path> user_home(const Environment& environment) {
  if (const auto home = environment("HOME"); home && fs::path(*home).is_absolute()) return *home;
  std::array<char, 4096> buffer;
  passwd entry{};
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  if (found == nullptr || found->pw_dir == nullptr || *found->pw_dir == '\0') {
    return fail(Code::NotFound, "this user has no home folder; set HEARTH_HOME to a folder");
  }
  return fs::path(found->pw_dir);
}

/// The XDG rules say that a relative value is to be ignored.
Result<fs::path> xdg_folder(const Environment& environment, const char* variable,
                            const char* otherwise) {
  if (const auto set = environment(variable); set && fs::path(*set).is_absolute()) {
    return fs::path(*set) / "hearth";
  }
  TRY_ASSIGN(const fs::path home, user_home(environment));
  return home / otherwise / "hearth";
}

}  // namespace

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

Result<fs::path> hearth_home(const Environment& environment) {
  if (const auto set = environment("HEARTH_HOME")) {
    std::error_code error;
    fs::path absolute = fs::absolute(*set, error).lexically_normal();
    if (error) return fail(Code::Io, "HEARTH_HOME: " + error.message());
    if (!absolute.has_filename() && absolute.has_relative_path()) {
      absolute = absolute.parent_path();
    }
    return absolute;
  }
  return xdg_folder(environment, "XDG_DATA_HOME", ".local/share");
}

Result<fs::path> config_folder(const Environment& environment) {
  return xdg_folder(environment, "XDG_CONFIG_HOME", ".config");
}

Result<fs::path> cache_folder(const Environment& environment) {
  return xdg_folder(environment, "XDG_CACHE_HOME", ".cache");
}

}  // namespace hearth::platform
