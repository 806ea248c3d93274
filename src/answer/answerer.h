/// Answers questions over the person's own files, with citations, or says that they hold no answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/call.h"
#include "core/id.h"
#include "core/result.h"
#include "core/sink.h"
#include "inference/chat_model.h"
#include "inference/embedder.h"
#include "platform/clock.h"
#include "search/searcher.h"
#include "storage/database.h"

namespace hearth::answer {

/// Where a sentence of the answer comes from. `[n]` in the answer's text points here.
struct Citation {
  int n = 0;  ///< From 1, in order of first use.
  DocumentId document;
  SourceId source;
  ChunkId chunk;
  std::string path;
  std::string title;
  std::string heading;
  std::size_t start_byte = 0;  ///< The quoted sentence(s) in the document's extracted text.
  std::size_t end_byte = 0;
  std::size_t start_char = 0;  ///< The same range in code points.
  std::size_t end_char = 0;
  std::optional<int> page;
  std::string quote;  ///< Exactly the characters of that range.
  double score = 0;   ///< In [0, 1].
};

enum class Mode { Generated, Extractive };
/// `Auto` uses a chat model when one has passed its exam; the others insist.
enum class ModeWish { Auto, Generated, Extractive };

struct Question {
  std::string text;
  search::Filter filter;
  ModeWish mode = ModeWish::Auto;
  /// A follow-up ("and how much was it?") is understood from the conversation's earlier turns.
  std::optional<ConversationId> conversation;
};

struct AnswerTimings {
  double search_ms = 0;
  double first_text_ms = 0;
  double total_ms = 0;
};

struct Answer {
  std::string text;  ///< Markdown with [n] marks.
  /// False: the files hold no sure answer. The text says so, and then quotes the places that come
  /// closest, when any comes close; `citations` holds those places or nothing.
  bool found = false;
  Mode mode = Mode::Extractive;
  std::string note;  ///< Why it is extractive, or what was left out; may be empty.
  std::vector<Citation> citations;
  std::vector<search::Hit> passages;  ///< What was looked at, best first.
  std::string model;                  ///< The chat model, or empty when extractive.
  std::size_t sentences_dropped = 0;  ///< Generated sentences that no passage supports.
  AnswerTimings timings;
  std::optional<ConversationId> conversation;
};

/// What is streamed while an answer is made, in this order: Status*, (CitationEvent | Piece)*.
struct Status {
  std::string stage;
};  ///< "searching", "reading", "writing", "checking"
struct Piece {
  std::string text;
};  ///< The next piece of the answer, checked already.
struct CitationEvent {
  Citation citation;
};  ///< Comes before the first piece that mentions it.
using Event = std::variant<Status, Piece, CitationEvent>;

struct ConversationInfo {
  ConversationId id;
  std::string title;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::int64_t messages = 0;
};

struct ConversationMessage {
  std::int64_t id = 0;
  inference::ChatMessage::Role role = inference::ChatMessage::Role::User;
  std::string text;
  std::optional<Answer> answer;  ///< For the assistant's messages; `passages` is not kept.
  std::int64_t created_ms = 0;
};

/// Makes grounded answers and keeps conversations.
///
/// Search → passages → candidate sentences scored by words, meaning and the kind of answer asked
/// for → either the sentences themselves, or a model's words of which each sentence was checked
/// against them. What no passage supports is not shown.
///
/// Threads: any. Errors: Invalid (empty question), NotFound (conversation), Cancelled, and those of
/// search. No model is not an error: the answer is extractive.
class Answerer {
 public:
  struct Parts {
    storage::Database& database;
    search::Searcher& searcher;
    inference::Embedder& embedder;
    inference::ChatModel& chat;
    const platform::Clock& clock;
  };
  [[nodiscard]] static Result<std::unique_ptr<Answerer>> open(Parts parts);
  ~Answerer();

  /// Answers one question; events stream to `sink` meanwhile. When the call is stopped, what was
  /// already streamed is kept in the conversation and marked as cut off.
  [[nodiscard]] Result<Answer> ask(const Call& call, const Question& question,
                                   const Sink<Event>& sink);

  [[nodiscard]] Result<ConversationInfo> create_conversation(const Call& call);
  [[nodiscard]] Result<std::vector<ConversationInfo>> conversations(const Call& call) const;
  [[nodiscard]] Result<std::vector<ConversationMessage>> messages(const Call& call,
                                                                  ConversationId id) const;
  [[nodiscard]] Result<void> rename_conversation(const Call& call, ConversationId id,
                                                 std::string_view title);
  [[nodiscard]] Result<void> delete_conversation(const Call& call, ConversationId id);

 private:
  struct State;
  explicit Answerer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::answer
