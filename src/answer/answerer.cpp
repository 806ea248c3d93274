#include "answer/answerer.h"

#include <algorithm>
#include <chrono>

#include "answer/internal/compose.h"
#include "answer/internal/conversations.h"
#include "answer/internal/evidence.h"
#include "answer/internal/finding.h"
#include "answer/internal/question.h"
#include "answer/internal/source_text.h"
#include "answer/internal/vector_cache.h"
#include "answer/internal/writer.h"
#include "core/format.h"

namespace hearth::answer {
namespace {

constexpr std::size_t kHits = 24;
constexpr std::size_t kSources = 10;
constexpr std::size_t kQuestionBytesMax = 4000;
constexpr std::size_t kEarlierMax = 4;
constexpr std::string_view kNothing = "Nothing in your files answers this.";
constexpr std::string_view kCutOff = "This answer was stopped before its end.";

std::string thing_asked(Asked asked) {
  switch (asked) {
    case Asked::Person:
      return "names who it is";
    case Asked::Date:
      return "gives a date";
    case Asked::Time:
      return "gives a time";
    case Asked::Duration:
      return "says how long";
    case Asked::Frequency:
      return "says how often";
    case Asked::Money:
      return "gives an amount of money";
    case Asked::Count:
      return "gives a number";
    case Asked::Amount:
    case Asked::Quantity:
      return "gives an amount";
    case Asked::Percent:
      return "gives a percentage";
    case Asked::Phone:
      return "gives a phone number";
    case Asked::Email:
      return "gives an e-mail address";
    case Asked::Url:
      return "gives a web address";
    case Asked::Address:
      return "gives an address";
    case Asked::Code:
      return "gives the number or code";
    case Asked::Colour:
      return "names a colour";
    case Asked::Name:
      return "gives the name";
    default:
      return "says it";
  }
}

std::string why_nothing(const Request& request, const Finding& finding,
                        const search::Results& results) {
  if (results.hits.empty() || finding.lack == Lack::NoPassage) {
    return results.note.empty() ? "No passage has anything to do with it." : results.note;
  }
  std::string note;
  if (finding.lack == Lack::ThingMissing) {
    note = format("The nearest passages are about it, but none {}.", thing_asked(request.asked));
  } else if (finding.lack == Lack::NameMissing && !finding.missing.empty()) {
    note = format("No passage about it mentions “{}”.", finding.missing);
  } else {
    note = "The nearest passages are listed; none of them says it.";
  }
  return results.note.empty() ? note : note + " " + results.note;
}

}  // namespace

struct Answerer::State {
  explicit State(Parts given)
      : parts(given),
        conversations(given.database, given.clock),
        vectors(given.database),
        words(given.embedder) {}
  Parts parts;
  Conversations conversations;
  VectorCache vectors;
  WordVectors words;
};

namespace {

// One question on its way to an answer.
class Asking {
 public:
  Asking(Answerer::Parts& parts, VectorCache& vectors, WordVectors& words, const Call& call,
         const Question& question, const Sink<Event>& sink)
      : parts_(parts),
        vectors_(vectors),
        words_(words),
        call_(call),
        question_(question),
        sink_(sink),
        began_(parts.clock.steady()) {}

  Result<void> run(const std::vector<std::string>& earlier) {
    TRY(find(earlier));
    if (!finding_.found) return say_nothing();
    TRY(maybe_write());
    if (answer_.citations.empty()) TRY(quote());
    return {};
  }

  // What is there when the call was stopped on the way.
  void cut_off() {
    answer_.text = shown_;
    answer_.citations = cited_;
    answer_.found = !cited_.empty();
    answer_.note = std::string(kCutOff);
  }

  [[nodiscard]] bool stopped() const { return stopped_; }

  Answer take() {
    answer_.timings.total_ms = elapsed_ms();
    return std::move(answer_);
  }

 private:
  [[nodiscard]] double elapsed_ms() const {
    return std::chrono::duration<double, std::milli>(parts_.clock.steady() - began_).count();
  }

  Result<void> emit(const Event& event) {
    TRY(call_.check_stop());
    const auto* citation = std::get_if<CitationEvent>(&event);
    const auto* piece = std::get_if<Piece>(&event);
    if (piece != nullptr && shown_.empty()) answer_.timings.first_text_ms = elapsed_ms();
    if (citation != nullptr) cited_.push_back(citation->citation);
    const Flow flow = sink_(event);
    if (piece != nullptr) shown_ += piece->text;
    if (flow == Flow::Continue) return {};
    stopped_ = true;
    return fail(Code::Cancelled, "the answer was stopped");
  }

  Result<void> find(const std::vector<std::string>& earlier) {
    TRY(emit(Status{"searching"}));
    request_ = read_question(question_.text, earlier);
    search::Query query{
        .text = request_.text, .k = kHits, .filter = question_.filter, .explain = false};
    TRY_ASSIGN(results_, parts_.searcher.search(call_, query));
    answer_.timings.search_ms = elapsed_ms();
    answer_.passages = results_.hits;
    TRY(emit(Status{"reading"}));
    TRY_ASSIGN(auto sources, read_sources(call_, parts_.database, results_.hits, kSources));
    TRY_ASSIGN(evidence_,
               weigh(call_, request_, std::move(sources), parts_.embedder, vectors_, words_));
    finding_ = decide(request_, evidence_);
    return {};
  }

  Result<void> say_nothing() {
    answer_.found = false;
    answer_.text = std::string(kNothing);
    answer_.note = why_nothing(request_, finding_, results_);
    return emit(Piece{answer_.text});
  }

  Result<void> quote() {
    answer_.mode = Mode::Extractive;
    answer_.found = true;
    answer_.text.clear();
    for (const Paragraph& paragraph : compose(request_, evidence_, finding_)) {
      TRY(emit(CitationEvent{paragraph.citation}));
      const std::string piece = (answer_.text.empty() ? "" : "\n\n") + paragraph.text;
      TRY(emit(Piece{piece}));
      answer_.text += piece;
      answer_.citations.push_back(paragraph.citation);
    }
    return {};
  }

  [[nodiscard]] bool may_write() {
    if (question_.mode == ModeWish::Extractive) return false;
    const inference::ChatModelInfo info = parts_.chat.info();
    if (info.name.empty()) {
      answer_.note = question_.mode == ModeWish::Generated
                         ? "No chat model is installed, so these are your files' own sentences."
                         : "These are your files' own sentences: no chat model is installed.";
      return false;
    }
    if (question_.mode == ModeWish::Auto && !info.passed_exam) {
      answer_.note = format(
          "These are your files' own sentences: {} has not passed the exam for "
          "answering over documents.",
          info.name);
      return false;
    }
    return true;
  }

  Result<void> maybe_write() {
    if (!may_write()) return {};
    const inference::ChatModelInfo info = parts_.chat.info();
    TRY(emit(Status{"writing"}));
    auto prompt = make_prompt(call_, parts_.chat, request_, question_.text, evidence_, finding_);
    if (!prompt) return fall_back(prompt.error());
    // The sink inside: errors of emit end the generation and are told apart afterwards.
    Result<void> emitted;
    const Sink<Event> checked = [&](const Event& event) {
      emitted = emit(event);
      return emitted ? Flow::Continue : Flow::Stop;
    };
    auto written = write_answer(call_, parts_.chat, parts_.embedder, *prompt, question_.text,
                                evidence_, checked);
    TRY(std::move(emitted));
    if (!written) return fall_back(written.error());
    keep(*written, info.name);
    return {};
  }

  void keep(const Written& written, const std::string& model) {
    answer_.sentences_dropped = written.dropped;
    if (written.text.empty()) {
      answer_.note =
          written.refused
              ? format("{} found no answer; these are the nearest sentences of your files.", model)
              : format(
                    "Nothing that {} wrote is supported by your files, so these are their "
                    "own sentences.",
                    model);
      return;
    }
    answer_.found = true;
    answer_.mode = Mode::Generated;
    answer_.model = model;
    answer_.text = written.text;
    answer_.citations = written.citations;
    if (written.dropped > 0) {
      answer_.note = format("{} sentence{} left out: your files do not say so.", written.dropped,
                            written.dropped == 1 ? " was" : "s were");
    }
    if (written.passages_left_out > 0) {
      if (!answer_.note.empty()) answer_.note += " ";
      answer_.note += format("{} further passage{} did not fit into the model's context.",
                             written.passages_left_out, written.passages_left_out == 1 ? "" : "s");
    }
  }

  // A model that fails must not take the answer with it; what was shown already stays.
  Result<void> fall_back(const Error& error) {
    if (error.code == Code::Cancelled || error.code == Code::TimedOut)
      return std::unexpected(error);
    answer_.note =
        format("The chat model did not answer ({}), so these are your files' own sentences.",
               describe(error.code).name);
    if (!shown_.empty()) {
      answer_.found = true;
      answer_.mode = Mode::Generated;
      answer_.model = parts_.chat.info().name;
      answer_.text = shown_;
      answer_.citations = cited_;
      answer_.note = "The chat model stopped before the end of its answer.";
    }
    return {};
  }

  Answerer::Parts& parts_;
  VectorCache& vectors_;
  WordVectors& words_;
  const Call& call_;
  const Question& question_;
  const Sink<Event>& sink_;
  std::chrono::steady_clock::time_point began_;
  Request request_;
  search::Results results_;
  Evidence evidence_;
  Finding finding_;
  Answer answer_;
  std::string shown_;
  std::vector<Citation> cited_;
  bool stopped_ = false;
};

Result<void> check_question(const Question& question) {
  if (text::trim(question.text).empty()) return fail(Code::Invalid, "the question is empty");
  if (question.text.size() > kQuestionBytesMax) {
    return fail(Code::Invalid, format("the question is longer than {} bytes", kQuestionBytesMax));
  }
  if (!text::is_valid_utf8(question.text))
    return fail(Code::Invalid, "the question is not valid UTF-8");
  if (words_of(question.text).empty()) {
    return fail(Code::Invalid, "the question holds no word to look for");
  }
  return {};
}

}  // namespace

Answerer::Answerer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Answerer::~Answerer() = default;

Result<std::unique_ptr<Answerer>> Answerer::open(Parts parts) {
  return std::unique_ptr<Answerer>(new Answerer(std::make_unique<State>(parts)));
}

Result<Answer> Answerer::ask(const Call& call, const Question& question, const Sink<Event>& sink) {
  TRY(check_question(question));
  std::vector<std::string> earlier;
  if (question.conversation) {
    TRY_ASSIGN(earlier, state_->conversations.questions(call, *question.conversation, kEarlierMax));
  }
  Asking asking(state_->parts, state_->vectors, state_->words, call, question, sink);
  const Result<void> done = asking.run(earlier);
  const bool cancelled = !done && done.error().code == Code::Cancelled;
  if (!done && !cancelled) return std::unexpected(done.error());
  if (cancelled) asking.cut_off();
  Answer answer = asking.take();
  answer.conversation = question.conversation;
  if (question.conversation) {
    // The record is kept although the person stopped listening.
    Call keeping = call;
    keeping.stop = {};
    keeping.deadline.reset();
    TRY(state_->conversations.add_turn(keeping, *question.conversation, question.text, answer));
  }
  if (cancelled) return std::unexpected(done.error());
  return answer;
}

Result<ConversationInfo> Answerer::create_conversation(const Call& call) {
  return state_->conversations.create(call);
}

Result<std::vector<ConversationInfo>> Answerer::conversations(const Call& call) const {
  return state_->conversations.list(call);
}

Result<std::vector<ConversationMessage>> Answerer::messages(const Call& call,
                                                            ConversationId id) const {
  return state_->conversations.messages(call, id);
}

Result<void> Answerer::rename_conversation(const Call& call, ConversationId id,
                                           std::string_view title) {
  return state_->conversations.rename(call, id, title);
}

Result<void> Answerer::delete_conversation(const Call& call, ConversationId id) {
  return state_->conversations.erase(call, id);
}

}  // namespace hearth::answer
