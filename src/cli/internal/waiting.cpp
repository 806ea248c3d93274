#include "cli/internal/waiting.h"

namespace hearth::cli::internal {
namespace {

// The stream's picture is flat; the status has it in two parts.
Json as_status(const Json& live) {
  Json status = Json::object({{"progress", live},
                              {"embedding", Json::object({{"done", live["embedded"].int_or(0)},
                                                          {"total", live["chunks"].int_or(0)}})}});
  if (live.has("documents")) status.set("documents", live["documents"].int_or(0));
  return status;
}

Result<void> wait_for(Session& session, const CoreClient& core, std::string_view what) {
  std::optional<Error> problem;
  const auto on_event = [&](std::string_view event, const Json& data) {
    if (event == "progress" && !session.json()) {
      session.terminal().progress(describe_progress(as_status(data)));
    }
    if (event == "error") problem = Error{Code::Unavailable, data["message"].string_or("failed")};
    return event == "done" || event == "error" ? Flow::Stop : Flow::Continue;
  };
  const auto streamed =
      core.stream("/api/v1/wait", Json::object({{"for", what}}), session.stop_token(), on_event);
  session.terminal().end_progress();
  TRY(streamed);
  if (problem) return std::unexpected(*problem);
  return {};
}

}  // namespace

Result<void> wait_until_findable(Session& session, const CoreClient& core) {
  TRY(wait_for(session, core, "keyword"));
  auto by_meaning = wait_for(session, core, "meaning");
  if (!by_meaning && by_meaning.error().code == Code::Unavailable) {
    session.terminal().note("Findable by word only: " + by_meaning.error().message);
    return {};
  }
  return by_meaning;
}

}  // namespace hearth::cli::internal
