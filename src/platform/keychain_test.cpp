#include "platform/keychain.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "core/format.h"
#include "platform/clock.h"
#include "platform/random.h"

#if defined(__SANITIZE_THREAD__)
// GLib is not built with ThreadSanitizer, which therefore cannot see how it synchronises.
extern "C" const char* __tsan_default_suppressions();  // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {
  return "race:libglib-2.0.so\nrace:libgio-2.0.so\nrace:libgobject-2.0.so\n";
}
#endif

namespace hearth::platform {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Sets variables for one test and puts the old ones back.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Variable() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

void expect_unavailable_soon() {
  const auto start = system_clock().steady();
  const auto found = system_keychain()->find_secret("none");
  EXPECT_LT(system_clock().steady() - start, 1500ms);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::Unavailable) << found.error().message;
}

bool is_there(const char* program) {
  return std::system(format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

TEST(Keychain, IsUnavailableAtOnceWithoutASession) {
  const Variable address("DBUS_SESSION_BUS_ADDRESS", nullptr);
  const Variable runtime("XDG_RUNTIME_DIR", nullptr);
  expect_unavailable_soon();
}

TEST(Keychain, IsUnavailableWhenTheAddressLeadsNowhere) {
  const Variable address("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
  expect_unavailable_soon();
}

TEST(Keychain, IsUnavailableSoonWhenTheBusNeverAnswers) {
  const fs::path path = fs::temp_directory_path() / format("hearth-bus-{}", random_hex(6));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, path.c_str(), sizeof(name.sun_path) - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&name), sizeof(name)), 0);
  ASSERT_EQ(::listen(listener, 4), 0);
  const Variable address("DBUS_SESSION_BUS_ADDRESS", format("unix:path={}", path.string()).c_str());
  expect_unavailable_soon();
  ::close(listener);
  fs::remove(path);
}

/// A bus that starts nothing on demand.
constexpr const char* kBareBus = R"(<!DOCTYPE busconfig PUBLIC
 "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

/// Runs `test` of this program again inside a session bus of its own, after `before`.
int run_in_session(const std::string& before, const std::string& test) {
  const fs::path folder = fs::temp_directory_path() / format("hearth-session-{}", random_hex(6));
  fs::create_directories(folder / "run");
  fs::permissions(folder / "run", fs::perms::owner_all);
  std::ofstream(folder / "bus.conf") << kBareBus;
  std::ofstream(folder / "inside.sh")
      << format("{}\ntimeout 20 {} --gtest_also_run_disabled_tests --gtest_filter='{}'\n", before,
                fs::read_symlink("/proc/self/exe").string(), test);
  std::ofstream(folder / "session.sh") << format(
      "unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS\n"
      "export HOME={0} XDG_DATA_HOME={0}/data XDG_RUNTIME_DIR={0}/run XDG_CONFIG_HOME={0}/config\n"
      "export XDG_CACHE_HOME={0}/cache HEARTH_TEST_IN_SESSION=1\n"
      "timeout 40 dbus-run-session --config-file={0}/bus.conf -- sh {0}/inside.sh >{0}/log 2>&1\n",
      folder.string());
  const int status = std::system(format("sh {}/session.sh", folder.string()).c_str());
  if (status != 0) {
    std::ifstream log(folder / "log");
    ADD_FAILURE() << std::string(std::istreambuf_iterator<char>(log), {});
  }
  std::error_code error;
  fs::remove_all(folder, error);
  return status;
}

// Runs only inside a session that the tests below make.
TEST(KeychainInSession, DISABLED_KeepsReplacesAndRemovesASecret) {
  ASSERT_NE(std::getenv("HEARTH_TEST_IN_SESSION"), nullptr);
  const auto keychain = system_keychain();
  const auto absent = keychain->find_secret("vault-1");
  ASSERT_TRUE(absent) << absent.error().message;
  EXPECT_EQ(*absent, std::nullopt);
  const auto stored = keychain->store("vault-1", "Hearth vault", "first");
  ASSERT_TRUE(stored) << stored.error().message;
  ASSERT_TRUE(keychain->store("vault-2", "Hearth vault", "other"));
  ASSERT_TRUE(keychain->store("vault-1", "Hearth vault", "second"));
  EXPECT_EQ(system_keychain()->find_secret("vault-1").value(), "second");
  EXPECT_EQ(keychain->find_secret("vault-2").value(), "other");
  ASSERT_TRUE(keychain->remove("vault-1"));
  EXPECT_EQ(keychain->find_secret("vault-1").value(), std::nullopt);
  EXPECT_TRUE(keychain->remove("vault-1"));
}

TEST(KeychainInSession, DISABLED_IsUnavailableSoonWithoutADaemon) { expect_unavailable_soon(); }

TEST(Keychain, KeepsSecretsInARealKeyring) {
  if (!is_there("dbus-run-session") || !is_there("gnome-keyring-daemon")) {
    GTEST_SKIP() << "gnome-keyring or dbus-run-session is not installed";
  }
  EXPECT_EQ(run_in_session("printf secret | gnome-keyring-daemon --unlock --components=secrets",
                           "KeychainInSession.DISABLED_Keeps*"),
            0);
}

TEST(Keychain, IsUnavailableSoonOnABusWithoutADaemon) {
  if (!is_there("dbus-run-session")) GTEST_SKIP() << "dbus-run-session is not installed";
  EXPECT_EQ(run_in_session(":", "KeychainInSession.DISABLED_IsUnavailable*"), 0);
}

}  // namespace
}  // namespace hearth::platform
