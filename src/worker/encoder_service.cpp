#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/format.h"
#include "engine/onnx/text_encoder.h"
#include "worker/service.h"

namespace hearth::worker {
namespace {

using engine::Channel;
using engine::Frame;
using engine::Priority;

constexpr std::size_t kTokenizerBytesMax = 64U << 20;
/// Background lanes step behind whatever else the machine does; a waiting person's text does not.
constexpr int kBackgroundNice = 10;

/// One request: its texts are taken one by one by whichever lane is free.
struct Job {
  std::int64_t id = 0;
  std::vector<std::string> texts;
  std::vector<float> vectors;
  // Guarded by the service's mutex:
  std::size_t taken = 0;
  std::size_t running = 0;
  bool replied = false;
  std::optional<Error> error;
};

/// The file's bytes, mapped for reading.
class Mapping {
 public:
  static Result<Mapping> of(int fd) {
    struct stat info{};
    if (::fstat(fd, &info) != 0 || info.st_size <= 0) {
      return fail(Code::Corrupt, "the model file is empty or not open");
    }
    const auto size = static_cast<std::size_t>(info.st_size);
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (start == MAP_FAILED) {
      return fail(Code::Io, format("mapping the model: {}", std::strerror(errno)));
    }
    return Mapping(start, size);
  }
  Mapping(Mapping&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), size_(other.size_) {}
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() {
    if (start_ != nullptr) ::munmap(start_, size_);
  }
  [[nodiscard]] std::span<const std::byte> bytes() const {
    return {static_cast<const std::byte*>(start_), size_};
  }

 private:
  Mapping(void* start, std::size_t size) : start_(start), size_(size) {}
  void* start_;
  std::size_t size_;
};

Result<engine::WordPiece> read_tokenizer() {
  TRY_ASSIGN(const Mapping file, Mapping::of(engine::kTokenizerFd));
  if (file.bytes().size() > kTokenizerBytesMax) {
    return fail(Code::Exhausted, "the tokenizer file is too large");
  }
  const auto* text = reinterpret_cast<const char*>(file.bytes().data());
  return engine::WordPiece::parse({text, file.bytes().size()});
}

class EncoderService : public Service {
 public:
  EncoderService(Channel& channel, std::unique_ptr<engine::OnnxRuntime> runtime)
      : channel_(channel), runtime_(std::move(runtime)) {}
  EncoderService(const EncoderService&) = delete;
  EncoderService& operator=(const EncoderService&) = delete;
  ~EncoderService() override {
    {
      const std::scoped_lock lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
  }

  Result<Json> load(const Json& request) override;
  void handle(std::int64_t id, const Json& request) override;
  void cancel(std::int64_t id) override;
  std::size_t queued() const override {
    const std::scoped_lock lock(mutex_);
    return interactive_.size() + background_.size();
  }

 private:
  using Queue = std::deque<std::shared_ptr<Job>>;
  enum class LaneKind { People, Anything };

  void run_lane(LaneKind kind);
  /// The next text to do: a job and the number of its text. Nothing when the service ends.
  std::optional<std::pair<std::shared_ptr<Job>, std::size_t>> take(LaneKind kind);
  void put_back(const std::shared_ptr<Job>& job, std::optional<Error> error);
  void drop(const std::shared_ptr<Job>& job);
  void reply(Job& job);

  Channel& channel_;
  std::unique_ptr<engine::OnnxRuntime> runtime_;
  std::unique_ptr<engine::TextEncoder> encoder_;
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Queue interactive_;
  Queue background_;
  bool ending_ = false;
  // Last, so that the lanes are joined first.
  std::vector<std::jthread> lanes_;
};

Result<Json> EncoderService::load(const Json& request) {
  TRY_ASSIGN(const auto settings, engine::read_load_encoder(request));
  TRY_ASSIGN(auto tokenizer, read_tokenizer());
  TRY_ASSIGN(const Mapping model, Mapping::of(engine::kModelFd));
  TRY_ASSIGN(encoder_,
             engine::TextEncoder::load(*runtime_, model.bytes(), std::move(tokenizer), settings));
  lanes_.emplace_back([this] { run_lane(LaneKind::People); });
  for (std::size_t i = 0; i < settings.lanes; ++i) {
    lanes_.emplace_back([this] { run_lane(LaneKind::Anything); });
  }
  return Json::object({{"dimensions", static_cast<std::int64_t>(encoder_->dimensions())},
                       {"tokens_max", static_cast<std::int64_t>(settings.tokens_max)}});
}

void EncoderService::handle(std::int64_t id, const Json& request) {
  auto embed = engine::read_embed(request);
  const auto refuse = [&](const Error& error) {
    (void)channel_.send(engine::error_frame(id, error));
  };
  if (request["op"].view() != "embed") return refuse({Code::Invalid, "an encoder only embeds"});
  if (!embed) return refuse(embed.error());
  if (queued() >= kQueueMax) return refuse({Code::Busy, "too many requests wait for the embedder"});
  auto job = std::make_shared<Job>();
  job->id = id;
  job->texts = std::move(embed->texts);
  job->vectors.resize(job->texts.size() * encoder_->dimensions());
  if (job->texts.empty()) return reply(*job);
  {
    const std::scoped_lock lock(mutex_);
    (embed->priority == Priority::Interactive ? interactive_ : background_).push_back(job);
  }
  changed_.notify_all();
}

void EncoderService::cancel(std::int64_t id) {
  const std::scoped_lock lock(mutex_);
  for (Queue* queue : {&interactive_, &background_}) {
    for (const auto& job : Queue(*queue)) {
      if (job->id != id) continue;
      job->error = Error{Code::Cancelled, "stopped by the caller"};
      drop(job);
      if (job->running == 0) reply(*job);
    }
  }
}

void EncoderService::run_lane(LaneKind kind) {
  if (kind == LaneKind::Anything) {
    // 0 is this thread, and all that the sandbox allows.
    (void)::setpriority(PRIO_PROCESS, 0, kBackgroundNice);
  }
  while (const auto next = take(kind)) {
    const auto& [job, index] = *next;
    const std::string_view text = job->texts[index];
    const auto vector = encoder_->encode({&text, 1});
    if (vector) {
      const auto at = static_cast<std::ptrdiff_t>(index * vector->size());
      std::copy(vector->begin(), vector->end(), job->vectors.begin() + at);
    }
    put_back(job, vector ? std::nullopt : std::optional(vector.error()));
  }
}

std::optional<std::pair<std::shared_ptr<Job>, std::size_t>> EncoderService::take(LaneKind kind) {
  std::unique_lock lock(mutex_);
  const auto ready = [&]() -> Queue* {
    if (!interactive_.empty()) return &interactive_;
    return kind == LaneKind::Anything && !background_.empty() ? &background_ : nullptr;
  };
  changed_.wait(lock, [&] { return ending_ || ready() != nullptr; });
  if (ending_) return std::nullopt;
  Queue& queue = *ready();
  const std::shared_ptr<Job> job = queue.front();
  const std::size_t index = job->taken++;
  ++job->running;
  if (job->taken == job->texts.size()) queue.pop_front();
  return std::pair{job, index};
}

void EncoderService::put_back(const std::shared_ptr<Job>& job, std::optional<Error> error) {
  const std::scoped_lock lock(mutex_);
  --job->running;
  if (error && !job->error) {
    job->error = std::move(error);
    drop(job);
  }
  const bool all_taken = job->error || job->taken == job->texts.size();
  if (all_taken && job->running == 0) reply(*job);
}

/// Takes no more of its texts.
void EncoderService::drop(const std::shared_ptr<Job>& job) {
  std::erase(interactive_, job);
  std::erase(background_, job);
}

void EncoderService::reply(Job& job) {
  if (std::exchange(job.replied, true)) return;
  if (job.error) {
    (void)channel_.send(engine::error_frame(job.id, *job.error));
    return;
  }
  // A core that is gone ends this process through the receiving thread.
  (void)channel_.send(
      {Json::object(
           {{"id", job.id}, {"ok", true}, {"rows", static_cast<std::int64_t>(job.texts.size())}}),
       engine::floats_to_payload(job.vectors)});
}

}  // namespace

Result<std::unique_ptr<Service>> make_encoder_service(Channel& channel) {
  TRY_ASSIGN(auto runtime, engine::OnnxRuntime::start());
  return std::make_unique<EncoderService>(channel, std::move(runtime));
}

}  // namespace hearth::worker
