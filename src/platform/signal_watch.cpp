#include "platform/signal_watch.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

namespace hearth::platform {
namespace {

// A signal handler can reach nothing but globals; it writes the number and returns.
std::atomic<int> write_end{-1};

void on_signal(int number) {
  const int saved = errno;
  const int fd = write_end.load();
  const auto byte = static_cast<unsigned char>(number);
  if (fd >= 0) {
    [[maybe_unused]] const ssize_t written = ::write(fd, &byte, 1);
  }
  errno = saved;
}

}  // namespace

struct SignalWatch::State {
  std::array<int, 2> pipe{-1, -1};
  std::vector<std::pair<int, struct sigaction>> before;
  std::function<void(int)> handler;
  std::thread thread;

  void watch() const {
    for (;;) {
      unsigned char number = 0;
      const ssize_t got = ::read(pipe[0], &number, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got != 1 || number == 0) return;
      handler(number);
    }
  }
};

SignalWatch::SignalWatch(std::unique_ptr<State> state) : state_(std::move(state)) {}
SignalWatch::SignalWatch(SignalWatch&&) noexcept = default;

Result<SignalWatch> SignalWatch::install(std::initializer_list<int> signals,
                                         std::function<void(int)> handler) {
  auto state = std::make_unique<State>();
  state->handler = std::move(handler);
  if (::pipe2(state->pipe.data(), O_CLOEXEC) != 0) return fail(Code::Io, "cannot create a pipe");
  int expected = -1;
  if (!write_end.compare_exchange_strong(expected, state->pipe[1])) {
    ::close(state->pipe[0]);
    ::close(state->pipe[1]);
    return fail(Code::Conflict, "signals are watched already");
  }
  for (const int number : signals) {
    struct sigaction action{};
    struct sigaction old{};
    action.sa_handler = on_signal;
    sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, &old);
    state->before.emplace_back(number, old);
  }
  state->thread = std::thread([raw = state.get()] { raw->watch(); });
  return SignalWatch(std::move(state));
}

SignalWatch::~SignalWatch() {
  if (!state_) return;
  for (const auto& [number, old] : state_->before) ::sigaction(number, &old, nullptr);
  write_end.store(-1);
  const unsigned char end = 0;
  [[maybe_unused]] const ssize_t written = ::write(state_->pipe[1], &end, 1);
  state_->thread.join();
  ::close(state_->pipe[0]);
  ::close(state_->pipe[1]);
}

}  // namespace hearth::platform
