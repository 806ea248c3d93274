#include "api/internal/errors.h"
#include "api/internal/filter_fields.h"
#include "api/internal/json_forms.h"
#include "api/internal/route.h"
#include "core/format.h"
#include "net/sse.h"

namespace hearth::api {
namespace {

Result<answer::Question> read_question(const Arguments& arguments) {
  answer::Question question;
  question.text = arguments.text_or("question", "");
  TRY_ASSIGN(question.filter, read_filter(arguments));
  const std::string_view mode = arguments.text_or("mode", "auto");
  question.mode = mode == "generated"    ? answer::ModeWish::Generated
                  : mode == "extractive" ? answer::ModeWish::Extractive
                                         : answer::ModeWish::Auto;
  if (const auto id = arguments["conversation"].as_int()) {
    question.conversation = ConversationId{*id};
  }
  return question;
}

std::string event_text(const answer::Event& event) {
  if (const auto* status = std::get_if<answer::Status>(&event)) {
    return net::to_sse("status", Json::object({{"stage", status->stage}}).dump());
  }
  if (const auto* piece = std::get_if<answer::Piece>(&event)) {
    return net::to_sse("text", Json::object({{"text", piece->text}}).dump());
  }
  return net::to_sse("citation", to_json(std::get<answer::CitationEvent>(event).citation).dump());
}

void stream_answer(const Context& context, const Incoming& incoming,
                   const answer::Question& question, net::Stream stream) {
  const auto answered = context.backend.ask(incoming.call, question, [&](const auto& event) {
    return stream.write(event_text(event)) ? Flow::Continue : Flow::Stop;
  });
  // When the client has gone nobody reads these; the answerer has kept what was streamed.
  const std::string last = answered ? net::to_sse("answer", to_json(*answered).dump())
                                    : net::to_sse("error", error_json(answered.error()).dump());
  if (stream.write(last)) stream.finish();
}

void post_ask(const Context& context, const Incoming& incoming, net::Exchange exchange) {
  const auto question = read_question(incoming.arguments);
  if (!question) return exchange.respond(error_reply(Surface::Native, question.error()));
  // What is said in a conversation is kept.
  if (question->conversation && !incoming.caller.may(kScopeWrite)) {
    return exchange.respond(error_reply(
        Surface::Native, Error{Code::Denied, format("\"conversation\": this token lacks the scope "
                                                    "{}",
                                                    kScopeWrite)}));
  }
  const auto accept = incoming.request.headers.find("Accept").value_or("");
  if (accept.find("text/event-stream") != std::string_view::npos) {
    return stream_answer(context, incoming, *question, exchange.event_stream(safe_headers()));
  }
  const auto answered =
      context.backend.ask(incoming.call, *question, [](const auto&) { return Flow::Continue; });
  if (!answered) return exchange.respond(error_reply(Surface::Native, answered.error()));
  exchange.respond(json_response(200, to_json(*answered)));
}

}  // namespace

std::vector<Route> ask_routes() {
  return {{.method = "POST",
           .path = "/api/v1/ask",
           .access = Access::Session,
           .scope = kScopeRead,
           .help = "Answers a question over the library, with citations. Closing stops it.",
           .fields = {{.name = "question",
                       .need = Field::Need::Required,
                       .help = "In your own words.",
                       .max = 8192},
                      {.name = "collection", .help = "Only from this one.", .max = 200},
                      {.name = "since", .help = "Only from this day on, YYYY-MM-DD.", .max = 40},
                      {.name = "mode",
                       .help = "auto takes a model that has passed its exam, else extracts.",
                       .choices = {"auto", "generated", "extractive"}},
                      {.name = "conversation",
                       .type = Field::Type::Integer,
                       .help = "Continue this one; a client token needs library.write for it.",
                       .min = 1,
                       .max = 9e15}},
           .response = "Answer",
           .handler = post_ask,
           .lane = net::Lane::Long,
           .streams = "With Accept: text/event-stream: `status`, `citation`, `text`, then `answer` "
                      "or `error`."}};
}

}  // namespace hearth::api
