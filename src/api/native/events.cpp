#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/internal/errors.h"
#include "api/internal/live_progress.h"
#include "api/internal/route.h"
#include "net/sse.h"

namespace hearth::api {
namespace {

constexpr std::chrono::milliseconds kStep{250};

void get_events(const Context& context, const Incoming&, net::Exchange exchange) {
  context.broadcaster.subscribe(exchange.event_stream(safe_headers()));
}

Result<void> wait_for(Backend& backend, const Call& call, std::string_view what) {
  TRY(backend.wait_keyword(call));
  if (what == "meaning") return backend.wait_meaning(call);
  return {};
}

std::string progress_event(Backend& backend, const Call& call) {
  auto sources = backend.sources(call);
  if (!sources) sources.emplace();
  return net::to_sse("progress", live_progress(backend, *sources).dump());
}

void post_wait(const Context& context, const Incoming& incoming, net::Exchange exchange) {
  Backend& backend = context.backend;
  net::Stream stream = exchange.event_stream(safe_headers());
  std::mutex mutex;
  std::condition_variable ended;
  std::optional<Result<void>> outcome;
  const std::jthread waiter([&] {
    auto result = wait_for(backend, incoming.call, incoming.arguments.text_or("for", ""));
    const std::scoped_lock lock(mutex);
    outcome = std::move(result);
    ended.notify_one();
  });
  // The wait itself hears of a client that closed through the call; here a failed write may be
  // ignored.
  std::string last;
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, kStep, [&] { return outcome.has_value(); })) {
    std::string now = progress_event(backend, incoming.call);
    if (now != last && stream.offer(now)) last = std::move(now);
  }
  const std::string end = *outcome
                              ? progress_event(backend, incoming.call) + net::to_sse("done", "{}")
                              : net::to_sse("error", error_json(outcome->error()).dump());
  if (stream.write(end)) stream.finish();
}

}  // namespace

std::vector<Route> event_routes() {
  return {
      {.method = "GET",
       .path = "/api/v1/events",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "What changes, as it changes.",
       .handler = get_events,
       .streams = "`progress` as in the status and `sources` as from GET /api/v1/sources, at most "
                  "four times a second; a comment every 15 s."},
      {.method = "POST",
       .path = "/api/v1/wait",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "Ends when everything present is findable.",
       .fields = {{.name = "for",
                   .need = Field::Need::Required,
                   .help = "Findable how.",
                   .choices = {"keyword", "meaning"}}},
       .handler = post_wait,
       .lane = net::Lane::Long,
       .streams = "`progress` as in the status, with `documents`, `chunks` and `embedded`; then "
                  "`done` or `error`."},
  };
}

}  // namespace hearth::api
