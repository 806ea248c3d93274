#include "extractor/server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "core/extraction.h"
#include "core/json.h"
#include "extractor/child.h"
#include "platform/fd_channel.h"
#include "platform/sandbox.h"

namespace hearth::extractor {
namespace {

using Clock = std::chrono::steady_clock;
using extraction::Trailer;

/// A child that reads one document, and the pipe its trailer goes to.
struct Running {
  pid_t pid = -1;
  platform::UniqueFd ended;  ///< A pidfd: readable once the child has ended.
  platform::UniqueFd pipe;
  Clock::time_point until;
  bool late = false;
  bool finished = false;  ///< Only the trailer is missing.
  Trailer trailer;
};

class Server {
 public:
  // Left once, for all children: a namespace of its own for each would cost more than most files.
  explicit Server(int socket)
      : socket_(socket),
        walls_{.files = platform::sandbox_support().files_confined,
               .network = platform::leave_network()} {}

  int run() {
    for (;;) {
      std::vector<pollfd> ready{{socket_, POLLIN, 0}};
      for (const Running& one : running_) {
        if (one.finished) {
          ready.push_back({one.pipe.get(), POLLOUT, 0});
        } else {
          ready.push_back({one.ended.get(), POLLIN, 0});
        }
      }
      if (::poll(ready.data(), ready.size(), timeout_ms()) < 0 && errno != EINTR) return 1;
      kill_late();
      for (std::size_t i = 1; i < ready.size(); ++i) {
        if (ready[i].revents != 0) advance(running_[i - 1]);
      }
      std::erase_if(running_, [](const Running& one) { return !one.pipe; });
      if (ready[0].revents != 0 && !take_request()) break;
    }
    for (const Running& one : running_) ::kill(one.pid, SIGKILL);
    return 0;
  }

 private:
  [[nodiscard]] int timeout_ms() const {
    Clock::duration left = std::chrono::hours(1);
    for (const Running& one : running_) {
      if (!one.late && !one.finished) left = std::min(left, one.until - Clock::now());
    }
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    return static_cast<int>(std::max<std::int64_t>(0, ms));
  }

  void kill_late() {
    const auto now = Clock::now();
    for (Running& one : running_) {
      if (one.finished || one.late || now < one.until) continue;
      one.late = true;
      ::kill(one.pid, SIGKILL);
    }
  }

  void advance(Running& one) {
    if (!one.finished) {
      int status = 0;
      if (::waitpid(one.pid, &status, WNOHANG) != one.pid) return;
      one.finished = true;
      const bool exited = WIFEXITED(status);
      one.trailer = {exited ? Trailer::End::Exited : Trailer::End::Signalled,
                     exited ? WEXITSTATUS(status) : WTERMSIG(status)};
      if (one.late || (!exited && WTERMSIG(status) == SIGXCPU)) {
        one.trailer.end = Trailer::End::TimedOut;
      }
      // The child no longer writes; from here on the pipe must never make this process wait.
      ::fcntl(one.pipe.get(), F_SETFL, O_NONBLOCK);
    }
    const auto bytes = one.trailer.bytes();
    const ssize_t n = ::write(one.pipe.get(), bytes.data(), bytes.size());
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    one.pipe.reset();
  }

  bool take_request() {
    auto message = platform::receive_message(socket_);
    if (!message) return false;
    if (message->fds.size() != 2) return true;
    const auto json = Json::parse(message->bytes);
    if (!json) return true;
    Request request{(*json)["media_type"].string_or(""), (*json)["name"].string_or(""),
                    (*json)["gzip"].bool_or(false),
                    static_cast<std::uint64_t>((*json)["text_bytes_max"].int_or(0)),
                    (*json)["time_ms_max"].int_or(0)};
    start(request, std::move(message->fds[0]), std::move(message->fds[1]));
    return true;
  }

  void start(const Request& request, platform::UniqueFd in, platform::UniqueFd out) {
    const pid_t server = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0) {
      // Without the server nobody would watch its time; the core asks another one.
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != server) ::_exit(1);
      // Nothing of another document, nor the way to the core, is this child's business.
      ::close(socket_);
      running_.clear();
      ::_exit(run_child(request, walls_, in.get(), out.get()));
    }
    Running one;
    one.pid = pid;
    one.pipe = std::move(out);
    one.until = Clock::now() + std::chrono::milliseconds(request.time_ms_max);
    if (pid > 0) one.ended.reset(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (pid < 0 || !one.ended) {
      one.finished = true;
      one.trailer = {Trailer::End::Exited, 5};
      if (pid > 0) ::kill(pid, SIGKILL);
    }
    running_.push_back(std::move(one));
  }

  int socket_;
  Walls walls_;
  std::vector<Running> running_;
};

}  // namespace

int serve(int socket) { return Server(socket).run(); }

}  // namespace hearth::extractor
