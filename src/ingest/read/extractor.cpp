#include "ingest/read/extractor.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "core/extraction.h"
#include "core/format.h"
#include "core/json.h"
#include "core/log.h"
#include "ingest/read/answer.h"
#include "platform/fd_channel.h"
#include "platform/process.h"

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// One run of the helper program. Lanes share it; it ends when the last of them lets go.
struct Helper {
  platform::Process process;
  platform::UniqueFd socket;
};

Result<std::shared_ptr<Helper>> start(const std::filesystem::path& program) {
  TRY_ASSIGN(platform::FdPair ends, platform::make_message_pair());
  platform::SpawnOptions options;
  options.program = program.string();
  options.environment = {{"LC_ALL", "C.UTF-8"}, {"G_SLICE", "always-malloc"}};
  options.fds = {{ends.second.get(), extraction::kSocketFd}};
  auto process = platform::Process::spawn(options);
  if (!process)
    return fail(Code::Unavailable,
                "The document reader cannot be started: " + process.error().message);
  return std::make_shared<Helper>(Helper{std::move(*process), std::move(ends.first)});
}

enum class StreamEnd { Whole, TooLong, Late, Stopped, Failed };

StreamEnd read_stream(const Call& call, int fd, std::size_t bytes_max, Clock::time_point until,
                      std::string& out) {
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    pollfd ready{fd, POLLIN, 0};
    const int n = ::poll(&ready, 1, 100);
    if (call.stop.stop_requested()) return StreamEnd::Stopped;
    if (n == 0 || (n < 0 && errno == EINTR)) {
      if (Clock::now() > until) return StreamEnd::Late;
      continue;
    }
    const ssize_t bytes = ::read(fd, buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return StreamEnd::Failed;
    if (bytes == 0) return StreamEnd::Whole;
    if (out.size() + static_cast<std::size_t>(bytes) > bytes_max) return StreamEnd::TooLong;
    out.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

Error ended_badly(const extraction::Trailer& trailer, std::chrono::milliseconds time_max) {
  using End = extraction::Trailer::End;
  if (trailer.end == End::TimedOut) {
    return {Code::TimedOut,
            format("Reading this file took longer than {} seconds and was given up.",
                   time_max.count() / 1000)};
  }
  if (trailer.end == End::Signalled) {
    return {Code::Corrupt,
            format("The file made its reader fail (signal {}); it is probably damaged or hostile.",
                   trailer.detail)};
  }
  if (trailer.detail == extraction::kNotConfined) {
    return {Code::Unavailable,
            "This system cannot confine the document reader, so foreign formats are not read."};
  }
  return {Code::Corrupt, "The file made its reader give up; it is probably damaged."};
}

}  // namespace

struct Extractor::State {
  Options options;
  std::atomic<std::int64_t> count{0};
  std::mutex mutex;
  std::shared_ptr<Helper> helper;  // guarded by mutex
  Clock::time_point failed_at{};   // guarded by mutex

  Result<std::shared_ptr<Helper>> get() {
    const std::scoped_lock lock(mutex);
    if (helper) return helper;
    // A program that is missing stays missing for a while.
    if (failed_at != Clock::time_point{} && Clock::now() - failed_at < 2s) {
      return fail(Code::Unavailable, "The document reader cannot be started.");
    }
    auto started = start(options.program);
    if (!started) {
      failed_at = Clock::now();
      log::error("ingest: {}", started.error().message);
      return std::unexpected(started.error());
    }
    helper = *started;
    return helper;
  }

  // The next file starts a new one; what others still read with the old one may end.
  void drop(const std::shared_ptr<Helper>& dead) {
    const std::scoped_lock lock(mutex);
    if (helper == dead) helper.reset();
  }

  // Nothing when the helper died: worth another try.
  Result<std::optional<std::string>> ask(const Call& call, int fd, const std::string& request,
                                         extraction::Trailer& trailer) {
    TRY_ASSIGN(const auto current, get());
    TRY_ASSIGN(platform::FdPair pipe, platform::make_pipe());
    const std::array<int, 2> fds{fd, pipe.second.get()};
    {
      const std::scoped_lock lock(mutex);
      if (!platform::send_message(current->socket.get(), request, fds)) {
        if (helper == current) helper.reset();
        return std::optional<std::string>{};
      }
    }
    pipe.second.reset();
    std::string stream;
    const auto until = Clock::now() + options.time_max + 5s;
    const std::size_t bytes_max =
        options.text_bytes_max + extraction::kHeaderBytesMax + 2 * extraction::kTrailerBytes;
    switch (read_stream(call, pipe.first.get(), bytes_max, until, stream)) {
      case StreamEnd::Whole:
        break;
      case StreamEnd::Stopped:
        return fail(Code::Cancelled, "stopped");
      case StreamEnd::TooLong:
        return fail(Code::Exhausted, "The file holds more text than can be searched.");
      case StreamEnd::Failed:
      case StreamEnd::Late: {
        current->process.kill_group();
        drop(current);
        return fail(Code::TimedOut, "The document reader did not answer.");
      }
    }
    const std::size_t size = stream.size();
    const auto end = size < extraction::kTrailerBytes
                         ? std::nullopt
                         : extraction::Trailer::parse(
                               std::string_view(stream).substr(size - extraction::kTrailerBytes));
    if (!end) {
      drop(current);
      return std::optional<std::string>{};
    }
    trailer = *end;
    stream.resize(size - extraction::kTrailerBytes);
    return std::optional<std::string>(std::move(stream));
  }
};

Extractor::Extractor(Options options) : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
}
Extractor::~Extractor() = default;

std::int64_t Extractor::extracted() const { return state_->count.load(); }

Result<std::optional<Extracted>> Extractor::extract(const Call& call, const File& file) {
  ++state_->count;
  const Options& options = state_->options;
  const std::string request =
      Json::object({{"media_type", file.media_type},
                    {"name", file.name},
                    {"gzip", file.gzip},
                    {"text_bytes_max", options.text_bytes_max},
                    {"time_ms_max", std::int64_t{options.time_max.count()}}})
          .dump();
  constexpr int kTries = 2;
  for (int i = 0; i < kTries; ++i) {
    extraction::Trailer trailer;
    TRY_ASSIGN(const auto stream, state_->ask(call, file.fd, request, trailer));
    if (!stream) continue;
    const bool well = trailer.end == extraction::Trailer::End::Exited && trailer.detail == 0;
    if (!well) return std::unexpected(ended_badly(trailer, options.time_max));
    return parse_answer(*stream, file.media_type);
  }
  return fail(Code::Unavailable,
              "The document reader ended unexpectedly; this file is tried again later.");
}

}  // namespace hearth::ingest
