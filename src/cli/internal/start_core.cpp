#include "cli/internal/start_core.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "cli/core_client.h"
#include "cli/internal/line_editor.h"
#include "core/format.h"
#include "core/text.h"
#include "platform/detached.h"
#include "platform/file.h"
#include "platform/pause.h"

namespace hearth::cli::internal {
namespace {

using std::chrono::milliseconds;

constexpr int kStartAttempts = 3;
constexpr int kBusyAttempts = 600;
constexpr int kGoneAttempts = 1500;

// The program's last line without its own name, which the caller puts in front again.
std::string last_words(std::string_view errors) {
  std::string_view text = text::trim(errors);
  if (const std::size_t newline = text.rfind('\n'); newline != std::string_view::npos) {
    text = text.substr(newline + 1);
  }
  if (text.starts_with("hearth: ")) text.remove_prefix(8);
  return std::string(text);
}

// Reads until the core redirects its standard error (it is ready) or ends.
Result<std::string> read_errors(int fd, const std::stop_token& stop) {
  std::string out;
  for (;;) {
    if (stop.stop_requested()) return fail(Code::Cancelled, "stopped");
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, 200) <= 0) continue;
    std::array<char, 512> buffer{};
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<platform::UniqueFd> passphrase_pipe(const std::string& passphrase) {
  TRY_ASSIGN(platform::FdPair pipe, platform::make_pipe());
  if (::write(pipe.second.get(), passphrase.data(), passphrase.size()) < 0) {
    return fail(Code::Io, "cannot hand over the passphrase");
  }
  return std::move(pipe.first);
}

Result<void> start_once(const std::string& passphrase, const std::stop_token& stop) {
  platform::DetachedOptions options{
      .program = "/proc/self/exe", .arguments = {"serve", "--background"}, .passed_fd = -1};
  platform::UniqueFd pipe;
  if (!passphrase.empty()) {
    TRY_ASSIGN(pipe, passphrase_pipe(passphrase));
    options.arguments.insert(options.arguments.end(), {"--passphrase-fd", "3"});
    options.passed_fd = pipe.get();
  }
  TRY_ASSIGN(const platform::Detached core, platform::start_detached(options));
  TRY_ASSIGN(const std::string errors, read_errors(core.errors.get(), stop));
  // Its standard error ends a moment before the process itself does.
  int code = platform::exit_code_now(core.pid);
  for (int i = 0; i < 50 && code < 0 && !errors.empty(); ++i) {
    platform::pause(stop, milliseconds(10));
    code = platform::exit_code_now(core.pid);
  }
  if (code < 0) return {};
  const std::string said = last_words(errors);
  return fail(code_of_exit(code),
              said.empty() ? format("the core ended with code {}", code) : said);
}

// The vault is held: by a core that another client is starting (its socket appears), or by one that
// is on its way out (then it can be started again).
Result<void> await_other(const std::filesystem::path& home, const Error& busy,
                         const std::stop_token& stop) {
  for (int i = 0; i < kBusyAttempts && !stop.stop_requested(); ++i) {
    if (CoreClient::connect(home)) return {};
    platform::pause(stop, milliseconds(100));
    const auto started = start_once({}, stop);
    if (started || started.error().code != Code::Busy) return started;
  }
  return std::unexpected(busy);
}

}  // namespace

Result<void> start_core(const std::filesystem::path& home, Terminal& terminal,
                        const std::stop_token& stop) {
  std::string passphrase;
  for (int attempt = 1;; ++attempt) {
    const auto started = start_once(passphrase, stop);
    if (started) return {};
    if (started.error().code == Code::Busy) return await_other(home, started.error(), stop);
    const bool locked = started.error().code == Code::Denied &&
                        started.error().message.find("passphrase") != std::string::npos;
    if (!locked || attempt > kStartAttempts) return started;
    terminal.end_progress();
    if (attempt > 1) terminal.error(started.error().message);
    passphrase = read_secret("Passphrase of the vault: ");
    if (passphrase.empty()) return started;
  }
}

Result<void> wait_until_gone(const std::filesystem::path& home) {
  for (int i = 0; i < kGoneAttempts; ++i) {
    // The socket goes first; the vault is closed, and can be touched, when its lock is free.
    if (platform::LockFile::acquire(home / "lock")) return {};
    platform::pause({}, milliseconds(20));
  }
  return fail(Code::TimedOut, "the core is still there after thirty seconds");
}

}  // namespace hearth::cli::internal
