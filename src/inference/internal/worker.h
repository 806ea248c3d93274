/// One worker process, kept alive.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/call.h"
#include "core/json.h"
#include "core/result.h"
#include "core/sink.h"
#include "engine/host/channel.h"
#include "inference/worker_status.h"
#include "platform/process.h"

namespace hearth::inference::internal {

/// What to start and what to tell it first.
struct WorkerSpec {
  std::string label;    ///< The model's name, for messages.
  std::string kind;     ///< "encoder" or "generator".
  std::string program;  ///< Path of hearth-worker.
  std::string model_path;
  std::string tokenizer_path;  ///< Empty for generators.
  Json load;
};

/// Starts the process when it is first needed, again after a crash (after a pause that doubles),
/// and carries requests to it, several at a time.
///
/// Threads: any. A lane of its own starts the process, for the process ends with its thread, and
/// receives. Errors: Unavailable (crashed, or pausing after a crash), what the worker says,
/// Cancelled, TimedOut.
class Worker {
 public:
  explicit Worker(WorkerSpec spec);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  /// Waits for the last frame of the reply; pieces go to `pieces` on the caller's thread.
  [[nodiscard]] Result<engine::Frame> request(const Call& call, Json header,
                                              const Sink<std::string_view>& pieces = nullptr);
  /// Starts the process now; what the worker said of its model.
  [[nodiscard]] Result<Json> ensure_loaded(const Call& call);
  [[nodiscard]] WorkerStatus status() const;

 private:
  struct Connection {
    explicit Connection(platform::UniqueFd socket) : fd(std::move(socket)), channel(fd.get()) {}
    platform::UniqueFd fd;
    engine::Channel channel;
  };
  /// A request under way; its thread waits for `changed_`.
  struct Pending {
    std::deque<engine::Frame> frames;
    std::optional<Error> failed;
  };
  using Lock = std::unique_lock<std::mutex>;

  // The lane:
  void run(const std::stop_token& stop);
  Result<void> live_once();
  Result<platform::Process> start(platform::UniqueFd far_end) const;
  Result<void> greet(Connection& connection);
  void receive_all(Connection& connection);
  void after_end(const std::string& how, std::optional<Error> load_error);
  // Callers' threads:
  Result<std::shared_ptr<Connection>> wait_ready(Lock& lock, const Call& call);
  Result<void> wait(Lock& lock, const Call& call, const std::function<bool()>& condition);
  Result<engine::Frame> collect(const Call& call, std::int64_t id, Pending& pending,
                                Connection& connection, const Sink<std::string_view>& pieces);
  Result<engine::Frame> next_frame(const Call& call, Pending& pending);
  static void send_cancel(Connection& connection, std::int64_t id);

  const WorkerSpec spec_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_:
  WorkerStatus status_;
  Json facts_;
  /// Shared with requests that are sending while the lane gives it up.
  std::shared_ptr<Connection> connection_;
  std::map<std::int64_t, Pending*> pending_;
  std::int64_t next_id_ = 2;
  bool wanted_ = false;
  std::uint64_t failures_ = 0;  ///< Ends since the last success; they double the pause.
  std::optional<Error> last_error_;
  std::chrono::steady_clock::time_point retry_at_;
  // Last: joined first.
  std::jthread lane_;
};

}  // namespace hearth::inference::internal
