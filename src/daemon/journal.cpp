#include "daemon/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <memory>

#include "core/format.h"
#include "core/log.h"

namespace hearth::daemon {
namespace {

constexpr std::uintmax_t kFileBytesMax = 4U << 20U;

std::string stamp(std::int64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900, utc.tm_mon + 1,
                utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, ms % 1000);
}

void keep_former(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::file_size(file, ignored) > kFileBytesMax && !ignored) {
    std::filesystem::rename(file, file.string() + ".1", ignored);
  }
}

}  // namespace

void log_to_terminal(const platform::Clock& clock) {
  log::set_receiver([&clock](log::Level level, std::string_view line) {
    if (level == log::Level::Debug) return;
    std::fputs(format("{} {:<5} {}\n", stamp(clock.wall_ms()), log::name(level), line).c_str(),
               stderr);
  });
}

Result<void> log_to_file(const std::filesystem::path& file, const platform::Clock& clock) {
  keep_former(file);
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Code::Io, format("cannot write the log {}", file.string()));
  const std::shared_ptr<std::FILE> log(::fdopen(fd, "a"), std::fclose);
  log::set_receiver([&clock, log](log::Level level, std::string_view line) {
    std::fputs(format("{} {:<5} {}\n", stamp(clock.wall_ms()), log::name(level), line).c_str(),
               log.get());
    std::fflush(log.get());
  });
  return {};
}

Result<void> redirect_standard_error(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Code::Io, format("cannot write the log {}", file.string()));
  const int duplicated = ::dup2(fd, STDERR_FILENO);
  ::close(fd);
  if (duplicated < 0) return fail(Code::Io, "cannot redirect standard error");
  return {};
}

}  // namespace hearth::daemon
