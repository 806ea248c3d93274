#include "answer/answerer.h"

#include <algorithm>
#include <chrono>

#include "answer/internal/compose.h"
#include "answer/internal/conversations.h"
#include "answer/internal/evidence.h"
#include "answer/internal/finding.h"
#include "answer/internal/question.h"
#include "answer/internal/source_text.h"
#include "answer/internal/trace.h"
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
constexpr std::string_view kNothingSure =
    "Nothing in your files clearly answers this. What comes closest:";
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
  if (finding.lack == Lack::WordAbsent) {
    note = format("None of your files mentions “{}”.", finding.missing);
  } else if (finding.lack == Lack::ThingMissing) {
    note = format("The nearest passages are about it, but none {}.", thing_asked(request.asked));
  } else if (finding.lack == Lack::NameMissing && !finding.missing.empty()) {
    note = format("No passage about it mentions “{}”.", finding.missing);
  } else {
    note = "No passage comes close.";
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

  // "When does the lease end, and how much is the rent?" is two questions with one answer.
  Result<void> run(std::vector<std::string> earlier) {
    for (const std::string& part : questions_in(question_.text)) {
      TRY(look_for(part, earlier));
      earlier.push_back(part);
    }
    const auto found = [](const Look& look) { return look.finding.found; };
    if (std::ranges::none_of(looks_, found)) return say_nothing();
    const bool writes = may_write();
    for (const Look& look : looks_) {
      if (!look.finding.found) {
        add_note(format("Nothing in your files answers “{}”", look.question));
        continue;
      }
      const std::size_t before = cited_.size();
      if (writes) TRY(write(look));
      if (cited_.size() == before) TRY(quote(look));
    }
    answer_.found = true;
    answer_.text = shown_;
    answer_.citations = cited_;
    return {};
  }

  // What is there when the call was stopped on the way.
  void cut_off() {
    answer_.text = shown_;
    answer_.citations = cited_;
    answer_.found =
        std::ranges::any_of(looks_, [](const Look& look) { return look.finding.found; }) &&
        !cited_.empty();
    answer_.note = std::string(kCutOff);
  }

  [[nodiscard]] bool stopped() const { return stopped_; }

  Answer take() {
    answer_.timings.total_ms = elapsed_ms();
    return std::move(answer_);
  }

 private:
  struct Look {
    std::string question;
    Request request;
    search::Results results;
    Evidence evidence;
    Finding finding;
  };

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

  Result<void> look_for(const std::string& part, const std::vector<std::string>& earlier) {
    if (looks_.empty()) TRY(emit(Status{"searching"}));
    Look look;
    look.question = part;
    look.request = read_question(part, earlier);
    search::Query query{
        .text = look.request.text, .k = kHits, .filter = question_.filter, .explain = false};
    const double started = elapsed_ms();
    TRY_ASSIGN(look.results, parts_.searcher.search(call_, query));
    answer_.timings.search_ms += elapsed_ms() - started;
    for (const search::Hit& hit : look.results.hits) {
      const bool there = std::ranges::any_of(
          answer_.passages, [&](const search::Hit& h) { return h.chunk == hit.chunk; });
      if (!there) answer_.passages.push_back(hit);
    }
    if (looks_.empty()) TRY(emit(Status{"reading"}));
    TRY_ASSIGN(auto sources, read_sources(call_, parts_.database, look.results.hits, kSources));
    TRY_ASSIGN(look.evidence,
               weigh(call_, look.request, std::move(sources), parts_.embedder, vectors_, words_));
    add_rarities(look.request, look.results, parts_.embedder, look.evidence);
    look.finding = decide(look.request, look.evidence);
    trace(look.request, look.evidence, part);
    looks_.push_back(std::move(look));
    return {};
  }

  Result<void> say_nothing() {
    const Look& first = looks_.front();
    const auto close = [](const Look& look) { return !look.finding.parts.empty(); };
    const bool any = std::ranges::any_of(looks_, close);
    TRY(emit(Piece{std::string(any ? kNothingSure : kNothing)}));
    for (const Look& look : looks_) TRY(quote(look));
    answer_.found = false;
    answer_.text = shown_;
    answer_.citations = cited_;
    answer_.note =
        any ? first.results.note : why_nothing(first.request, first.finding, first.results);
    return {};
  }

  [[nodiscard]] int next_number() const { return static_cast<int>(cited_.size()) + 1; }
  [[nodiscard]] std::string gap() const { return shown_.empty() ? "" : "\n\n"; }

  Result<void> quote(const Look& look) {
    // Two questions in one may have one answer.
    Finding fresh = look.finding;
    std::erase_if(fresh.parts, [&](const Part& part) {
      return is_shown(cite(look.evidence, part.first, part.last, 0, 0));
    });
    const auto paragraphs = compose(look.request, look.evidence, fresh, next_number());
    for (const Paragraph& paragraph : paragraphs) {
      TRY(emit(CitationEvent{paragraph.citation}));
      TRY(emit(Piece{gap() + paragraph.text}));
    }
    return {};
  }

  [[nodiscard]] bool is_shown(const Citation& one) const {
    return std::ranges::any_of(cited_, [&](const Citation& c) {
      return c.document == one.document && c.start_byte == one.start_byte &&
             c.end_byte == one.end_byte;
    });
  }

  void add_note(const std::string& sentence) {
    answer_.note += (answer_.note.empty() ? "" : " ") + sentence;
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

  Result<void> write(const Look& look) {
    if (answer_.model.empty()) TRY(emit(Status{"writing"}));
    auto prompt =
        make_prompt(call_, parts_.chat, look.request, look.question, look.evidence, look.finding);
    if (!prompt) return fall_back(prompt.error(), 0);
    // The sink inside: errors of emit end the generation and are told apart afterwards.
    Result<void> emitted;
    const std::string before = gap();
    const std::size_t cited_before = cited_.size();
    bool begun = false;
    const Sink<Event> checked = [&](const Event& event) {
      const auto* piece = std::get_if<Piece>(&event);
      emitted = piece != nullptr && !begun ? emit(Piece{before + piece->text}) : emit(event);
      begun = begun || piece != nullptr;
      return emitted ? Flow::Continue : Flow::Stop;
    };
    auto written = write_answer(call_, parts_.chat, parts_.embedder, *prompt, look.question,
                                look.evidence, checked, next_number());
    TRY(std::move(emitted));
    if (!written) return fall_back(written.error(), cited_.size() - cited_before);
    keep(*written);
    return {};
  }

  void keep(const Written& written) {
    const std::string model = parts_.chat.info().name;
    answer_.sentences_dropped += written.dropped;
    if (written.text.empty()) {
      add_note(
          written.refused
              ? format("{} found no answer; these are the nearest sentences of your files.", model)
              : format("Nothing that {} wrote is supported by your files, so these are their "
                       "own sentences.",
                       model));
      return;
    }
    answer_.mode = Mode::Generated;
    answer_.model = model;
    if (written.dropped > 0) {
      add_note(format("{} sentence{} left out: your files do not say so.", written.dropped,
                      written.dropped == 1 ? " was" : "s were"));
    }
    if (written.passages_left_out > 0) {
      add_note(format("{} further passage{} did not fit into the model's context.",
                      written.passages_left_out, written.passages_left_out == 1 ? "" : "s"));
    }
  }

  // A model that fails must not take the answer with it; what was shown already stays.
  Result<void> fall_back(const Error& error, std::size_t shown) {
    if (error.code == Code::Cancelled || error.code == Code::TimedOut)
      return std::unexpected(error);
    if (shown == 0) {
      add_note(format("The chat model did not answer ({}), so these are your files' own sentences.",
                      describe(error.code).name));
      return {};
    }
    answer_.mode = Mode::Generated;
    answer_.model = parts_.chat.info().name;
    add_note("The chat model stopped before the end of its answer.");
    return {};
  }

  Answerer::Parts& parts_;
  VectorCache& vectors_;
  WordVectors& words_;
  const Call& call_;
  const Question& question_;
  const Sink<Event>& sink_;
  std::chrono::steady_clock::time_point began_;
  std::vector<Look> looks_;  // one for each question in the question
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
