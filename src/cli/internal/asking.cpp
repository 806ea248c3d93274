#include "cli/internal/asking.h"

#include "cli/internal/places.h"
#include "core/format.h"

namespace hearth::cli::internal {
namespace {

// Receives the events of one answer and shows them.
class Receiver {
 public:
  explicit Receiver(Session& session)
      : session_(session), terminal_(session.terminal()), painter_(terminal_) {}

  Flow on(std::string_view event, const Json& data) {
    if (event == "status" && !session_.json() && !writing_) {
      terminal_.progress(format("{} …", data["stage"].view()));
    } else if (event == "text" && !session_.json()) {
      start_writing();
      terminal_.print(painter_.feed(data["text"].view()));
    } else if (event == "answer") {
      answer_ = data;
      return Flow::Stop;
    } else if (event == "error") {
      error_ = Error{code_named(data["code"].view()), data["message"].string_or("it failed")};
      return Flow::Stop;
    }
    return Flow::Continue;
  }

  Result<Json> finish(const Result<void>& streamed) {
    terminal_.end_progress();
    if (writing_) terminal_.line(painter_.finish());
    if (error_) return std::unexpected(*error_);
    TRY(streamed);
    if (!answer_) return fail(Code::Unavailable, "the core went away in the middle of the answer");
    if (!session_.json()) show_rest();
    return *answer_;
  }

 private:
  void start_writing() {
    if (writing_) return;
    terminal_.end_progress();
    writing_ = true;
  }

  void show_rest() {
    const Json& answer = *answer_;
    if (!writing_) {
      terminal_.print(painter_.feed(answer["answer"].view()));
      terminal_.line(painter_.finish());
    }
    print_citations(terminal_, answer);
    if (!answer["note"].view().empty()) {
      terminal_.line();
      terminal_.line(terminal_.paint(Style::Dim, answer["note"].view()));
    }
  }

  Session& session_;
  Terminal& terminal_;
  MarkdownPainter painter_;
  bool writing_ = false;
  std::optional<Json> answer_;
  std::optional<Error> error_;
};

}  // namespace

Result<Json> ask(Session& session, const CoreClient& core, const Json& question) {
  Receiver receiver(session);
  const auto streamed = core.stream(
      "/api/v1/ask", question, session.stop_token(),
      [&](std::string_view event, const Json& data) { return receiver.on(event, data); });
  return receiver.finish(streamed);
}

}  // namespace hearth::cli::internal
