#include "inference/internal/worker.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/format.h"
#include "core/log.h"
#include "engine/host/messages.h"

namespace hearth::inference::internal {
namespace {

using namespace std::chrono_literals;
using engine::Frame;
using State = WorkerStatus::State;

constexpr std::int64_t kLoadId = 1;
constexpr auto kFirstPause = 100ms;
constexpr auto kLongestPause = 30s;
constexpr std::chrono::milliseconds kWorthWaiting = 2s;
/// How long a worker that was told to stop a request may take before it is no longer waited for.
constexpr auto kCancelPatience = 5s;

Result<platform::UniqueFd> open_for_worker(const std::string& path) {
  platform::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) {
    return fail(errno == ENOENT ? Code::NotFound : Code::Io,
                format("{}: {}", path, std::strerror(errno)));
  }
  return fd;
}

}  // namespace

Worker::Worker(WorkerSpec spec) : spec_(std::move(spec)) {
  status_.model = spec_.label;
  lane_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Worker::~Worker() {
  lane_.request_stop();
  {
    const std::scoped_lock lock(mutex_);
    // Wakes the lane out of its read; the process goes when its socket does.
    if (connection_) ::shutdown(connection_->fd.get(), SHUT_RDWR);
  }
  changed_.notify_all();
  lane_.join();
}

WorkerStatus Worker::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

void Worker::run(const std::stop_token& stop) {
  for (;;) {
    {
      Lock lock(mutex_);
      if (!changed_.wait(lock, stop, [&] { return wanted_; })) return;
      changed_.wait_until(lock, stop, retry_at_, [] { return false; });
      if (stop.stop_requested()) return;
      status_.state = State::Starting;
      ++status_.starts;
    }
    if (auto lived = live_once(); !lived && !stop.stop_requested()) {
      log::warn("worker {}: {}", spec_.label, lived.error().message);
    }
  }
}

/// One life of the process, from its start to its end.
Result<void> Worker::live_once() {
  auto ends = platform::make_socket_pair();
  if (!ends) {
    after_end("", ends.error());
    return std::unexpected(ends.error());
  }
  auto process = start(std::move(ends->second));
  if (!process) {
    after_end("", process.error());
    return std::unexpected(process.error());
  }
  const auto connection = std::make_shared<Connection>(std::move(ends->first));
  {
    const std::scoped_lock lock(mutex_);
    connection_ = connection;
    status_.pid = process->pid();
  }
  auto greeted = greet(*connection);
  if (greeted) receive_all(*connection);
  ::shutdown(connection->fd.get(), SHUT_RDWR);
  const auto ended = process->stop(200ms);
  // A worker that refused the model says why and then waits; that is not a crash.
  const bool refused = !greeted && greeted.error().code != Code::Unavailable;
  after_end(ended.text(), refused ? std::optional(greeted.error()) : std::nullopt);
  return fail(Code::Unavailable, refused ? greeted.error().message : "ended with " + ended.text());
}

Result<platform::Process> Worker::start(platform::UniqueFd far_end) const {
  TRY_ASSIGN(const auto model, open_for_worker(spec_.model_path));
  platform::SpawnOptions options;
  options.program = spec_.program;
  options.arguments = {spec_.kind};
  // Threads of the runtimes must not spin while they wait.
  options.environment = {{"GOMP_SPINCOUNT", "0"}, {"LC_ALL", "C.UTF-8"}};
  options.fds = {{far_end.get(), engine::kSocketFd}, {model.get(), engine::kModelFd}};
  platform::UniqueFd tokenizer;
  if (!spec_.tokenizer_path.empty()) {
    TRY_ASSIGN(tokenizer, open_for_worker(spec_.tokenizer_path));
    options.fds.push_back({tokenizer.get(), engine::kTokenizerFd});
  }
  options.dies_with_thread = true;
  return platform::Process::spawn(options);
}

/// Hello, then the model. Unavailable: it ended; anything else: it refused.
Result<void> Worker::greet(Connection& connection) {
  TRY_ASSIGN(const Frame hello, connection.channel.receive());
  if (hello.header["version"].as_int() != engine::kProtocolVersion) {
    return fail(Code::Conflict, "hearth-worker is of another version than the core");
  }
  const auto sandbox = platform::SandboxReport::from_json(hello.header["sandbox"]);
  if (!sandbox.holds()) log::warn("worker {}: its sandbox has gaps", spec_.label);
  Json load = spec_.load;
  load.set("id", kLoadId);
  TRY(connection.channel.send({std::move(load), ""}));
  TRY_ASSIGN(const Frame loaded, connection.channel.receive());
  if (auto error = engine::read_error(loaded.header)) return std::unexpected(std::move(*error));
  const std::scoped_lock lock(mutex_);
  facts_ = loaded.header;
  status_.sandbox = sandbox;
  status_.state = State::Ready;
  last_error_.reset();
  status_.last_error.clear();
  changed_.notify_all();
  return {};
}

void Worker::receive_all(Connection& connection) {
  for (;;) {
    auto frame = connection.channel.receive();
    if (!frame) return;
    const std::int64_t id = frame->header["id"].int_or(-1);
    const std::scoped_lock lock(mutex_);
    failures_ = 0;
    const auto found = pending_.find(id);
    if (found == pending_.end()) continue;  // Its caller has gone.
    found->second->frames.push_back(std::move(*frame));
    changed_.notify_all();
  }
}

void Worker::after_end(const std::string& how, std::optional<Error> load_error) {
  const std::scoped_lock lock(mutex_);
  connection_.reset();
  status_.pid = 0;
  status_.state = State::Pausing;
  const Error error = load_error.value_or(
      Error{Code::Unavailable, "the model worker stopped; it is being restarted"});
  last_error_ = error;
  status_.last_error = load_error ? error.message : how;
  const auto doubled = kFirstPause * (1U << std::min<std::uint64_t>(failures_, 10));
  ++failures_;
  retry_at_ = std::chrono::steady_clock::now() +
              std::min<std::chrono::milliseconds>(doubled, kLongestPause);
  wanted_ = false;
  for (const auto& [id, pending] : pending_) pending->failed = error;
  changed_.notify_all();
}

/// Waits for `condition`, the end of the caller's patience, or the caller's stop.
Result<void> Worker::wait(Lock& lock, const Call& call, const std::function<bool()>& condition) {
  const bool done = call.deadline ? changed_.wait_until(lock, call.stop, *call.deadline, condition)
                                  : changed_.wait(lock, call.stop, condition);
  if (done) return {};
  TRY(call.check_stop());
  return fail(Code::TimedOut, format("the model {} did not answer in time", spec_.label));
}

Result<std::shared_ptr<Worker::Connection>> Worker::wait_ready(Lock& lock, const Call& call) {
  TRY(call.check_stop());
  if (lane_.get_stop_token().stop_requested()) return fail(Code::Unavailable, "shutting down");
  // Within the pause after a refusal the answer is known; after a crash a short one is worth
  // waiting.
  if (status_.state == State::Pausing && last_error_) {
    const auto left = retry_at_ - std::chrono::steady_clock::now();
    const bool crashed = last_error_->code == Code::Unavailable;
    if (left > (crashed ? kWorthWaiting : 0ms)) return std::unexpected(*last_error_);
  }
  const std::uint64_t failures = failures_;
  wanted_ = true;
  changed_.notify_all();
  TRY(wait(lock, call, [&] { return status_.state == State::Ready || failures_ > failures; }));
  if (status_.state != State::Ready) {
    return std::unexpected(last_error_.value_or(Error{Code::Unavailable, "no model worker"}));
  }
  return connection_;
}

Result<Json> Worker::ensure_loaded(const Call& call) {
  Lock lock(mutex_);
  TRY_ASSIGN(const auto connection, wait_ready(lock, call));
  return facts_;
}

Result<Frame> Worker::request(const Call& call, Json header, const Sink<std::string_view>& pieces) {
  Pending pending;
  std::shared_ptr<Connection> connection;
  std::int64_t id = 0;
  {
    Lock lock(mutex_);
    TRY_ASSIGN(connection, wait_ready(lock, call));
    id = next_id_++;
    pending_[id] = &pending;
  }
  header.set("id", id);
  // A send that fails because the process is gone is answered by the lane, which notices too.
  auto sent = connection->channel.send({std::move(header), ""});
  auto reply = sent || sent.error().code == Code::Unavailable
                   ? collect(call, id, pending, *connection, pieces)
                   : Result<Frame>(std::unexpected(sent.error()));
  const std::scoped_lock lock(mutex_);
  pending_.erase(id);
  return reply;
}

void Worker::send_cancel(Connection& connection, std::int64_t id) {
  (void)connection.channel.send({Json::object({{"op", "cancel"}, {"id", id}}), ""});
}

/// The next frame for this request. Unavailable and the like: its process ended.
Result<Frame> Worker::next_frame(const Call& call, Pending& pending) {
  Lock lock(mutex_);
  TRY(wait(lock, call, [&] { return !pending.frames.empty() || pending.failed.has_value(); }));
  if (pending.frames.empty()) return std::unexpected(*pending.failed);
  Frame frame = std::move(pending.frames.front());
  pending.frames.pop_front();
  return frame;
}

Result<Frame> Worker::collect(const Call& call, std::int64_t id, Pending& pending,
                              Connection& connection, const Sink<std::string_view>& pieces) {
  Call patience = call;
  bool stopping = false;
  // The listener or the caller has had enough: the last frame, with the counts, comes soon.
  const auto stop = [&] {
    send_cancel(connection, id);
    stopping = true;
    patience = Call{};
    patience.deadline = std::chrono::steady_clock::now() + kCancelPatience;
  };
  for (;;) {
    auto frame = next_frame(patience, pending);
    if (!frame) {
      const Code code = frame.error().code;
      if (stopping || (code != Code::Cancelled && code != Code::TimedOut)) return frame;
      stop();
      if (code == Code::TimedOut || !pieces) return frame;
      continue;
    }
    if (!frame->header.has("piece")) {
      if (auto error = engine::read_error(frame->header)) return std::unexpected(std::move(*error));
      return frame;
    }
    if (stopping || !pieces) continue;
    if (pieces(frame->header["piece"].view()) == Flow::Stop) stop();
  }
}

}  // namespace hearth::inference::internal
