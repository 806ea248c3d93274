#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/llama/generator.h"
#include "worker/service.h"

namespace hearth::worker {
namespace {

using engine::Channel;
using engine::Frame;
using engine::Priority;

struct Job {
  std::int64_t id = 0;
  engine::GenerateRequest request;
  std::atomic<bool> stop = false;
  std::atomic<bool> overtaken = false;
};

class GeneratorService : public Service {
 public:
  GeneratorService(Channel& channel, std::unique_ptr<engine::LlamaRuntime> runtime)
      : channel_(channel), runtime_(std::move(runtime)) {}
  GeneratorService(const GeneratorService&) = delete;
  GeneratorService& operator=(const GeneratorService&) = delete;
  ~GeneratorService() override {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
      if (current_) current_->stop = true;
    }
    changed_.notify_all();
  }

  Result<Json> load(const Json& request) override;
  void handle(std::int64_t id, const Json& request) override;
  void cancel(std::int64_t id) override;
  std::size_t queued() const override {
    const std::scoped_lock lock(mutex_);
    return interactive_.size() + background_.size() + (current_ ? 1 : 0);
  }

 private:
  using Queue = std::deque<std::shared_ptr<Job>>;

  void count_tokens(std::int64_t id, const Json& request);
  void enqueue(std::int64_t id, const Json& request);
  void run_lane();
  std::shared_ptr<Job> take();
  void run(Job& job);
  void refuse(std::int64_t id, const Error& error) {
    (void)channel_.send(engine::error_frame(id, error));
  }

  Channel& channel_;
  std::unique_ptr<engine::LlamaRuntime> runtime_;
  std::unique_ptr<engine::Generator> generator_;
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Queue interactive_;
  Queue background_;
  std::shared_ptr<Job> current_;
  bool ending_ = false;
  // Last, so that it is joined first.
  std::jthread lane_;
};

Result<Json> GeneratorService::load(const Json& request) {
  TRY_ASSIGN(const auto settings, engine::read_load_generator(request));
  TRY_ASSIGN(generator_, engine::Generator::load(*runtime_, engine::kModelFd, settings));
  lane_ = std::jthread([this] { run_lane(); });
  return Json::object({{"context_tokens", static_cast<std::int64_t>(generator_->context_tokens())},
                       {"description", generator_->description()},
                       {"has_template", generator_->has_template()}});
}

void GeneratorService::handle(std::int64_t id, const Json& request) {
  const std::string_view op = request["op"].view();
  if (op == "generate") return enqueue(id, request);
  if (op == "count_tokens") return count_tokens(id, request);
  refuse(id, {Code::Invalid, "a generator generates and counts tokens"});
}

/// On the receiving thread, so that a count never waits for an answer that is being written.
void GeneratorService::count_tokens(std::int64_t id, const Json& request) {
  const auto messages = engine::read_messages(request["messages"]);
  if (!messages) return refuse(id, messages.error());
  const auto count = generator_->count_tokens(*messages);
  if (!count) return refuse(id, count.error());
  (void)channel_.send(
      {Json::object({{"id", id}, {"ok", true}, {"count", static_cast<std::int64_t>(*count)}}), ""});
}

void GeneratorService::enqueue(std::int64_t id, const Json& request) {
  auto generate = engine::read_generate(request);
  if (!generate) return refuse(id, generate.error());
  if (queued() >= kQueueMax)
    return refuse(id, {Code::Busy, "too many requests wait for the model"});
  auto job = std::make_shared<Job>();
  job->id = id;
  job->request = std::move(*generate);
  {
    const std::scoped_lock lock(mutex_);
    if (job->request.priority == Priority::Interactive) {
      interactive_.push_back(std::move(job));
      if (current_ && current_->request.priority == Priority::Background) {
        current_->overtaken = true;
        current_->stop = true;
      }
    } else {
      background_.push_back(std::move(job));
    }
  }
  changed_.notify_all();
}

void GeneratorService::cancel(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  if (current_ && current_->id == id) {
    current_->stop = true;
    return;
  }
  for (Queue* queue : {&interactive_, &background_}) {
    const auto removed = std::erase_if(*queue, [id](const auto& job) { return job->id == id; });
    if (removed > 0) refuse(id, {Code::Cancelled, "stopped by the caller"});
  }
}

std::shared_ptr<Job> GeneratorService::take() {
  std::unique_lock lock(mutex_);
  current_.reset();
  changed_.wait(lock, [&] { return ending_ || !interactive_.empty() || !background_.empty(); });
  if (ending_) return nullptr;
  Queue& queue = interactive_.empty() ? background_ : interactive_;
  current_ = std::move(queue.front());
  queue.pop_front();
  return current_;
}

void GeneratorService::run_lane() {
  while (const auto job = take()) run(*job);
}

void GeneratorService::run(Job& job) {
  const auto usage = generator_->generate(
      job.request,
      [&](std::string_view piece) {
        const auto sent = channel_.send({Json::object({{"id", job.id}, {"piece", piece}}), ""});
        return sent ? Flow::Continue : Flow::Stop;
      },
      job.stop);
  if (!usage) return refuse(job.id, usage.error());
  if (job.overtaken) {
    return refuse(job.id, {Code::Busy, "gave way to a person's question; try again"});
  }
  (void)channel_.send(
      {Json::object({{"id", job.id}, {"ok", true}, {"usage", engine::to_json(*usage)}}), ""});
}

}  // namespace

Result<std::unique_ptr<Service>> make_generator_service(Channel& channel) {
  TRY_ASSIGN(auto runtime, engine::LlamaRuntime::start());
  return std::make_unique<GeneratorService>(channel, std::move(runtime));
}

}  // namespace hearth::worker
