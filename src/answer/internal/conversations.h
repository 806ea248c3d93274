/// Conversations in the vault: titles, messages, and the answers' citations.
#pragma once

#include <string>
#include <vector>

#include "answer/answerer.h"
#include "core/json.h"

namespace hearth::answer {

/// Reads and writes the tables `conversations` and `messages`. Everybody has conversations of their
/// own: whoever stands behind the call finds theirs and nobody else's.
///
/// Threads: any. Errors: NotFound, and those of the database.
class Conversations {
 public:
  /// Both must outlive it.
  Conversations(storage::Database& database, const platform::Clock& clock)
      : database_(database), clock_(clock) {}

  [[nodiscard]] Result<ConversationInfo> create(const Call& call);
  /// Latest first.
  [[nodiscard]] Result<std::vector<ConversationInfo>> list(const Call& call) const;
  [[nodiscard]] Result<std::vector<ConversationMessage>> messages(const Call& call,
                                                                  ConversationId id) const;
  [[nodiscard]] Result<void> rename(const Call& call, ConversationId id, std::string_view title);
  [[nodiscard]] Result<void> erase(const Call& call, ConversationId id);
  /// Adds a question and its answer in one transaction; the first question becomes the title.
  [[nodiscard]] Result<void> add_turn(const Call& call, ConversationId id,
                                      std::string_view question, const Answer& answer);
  /// The questions asked so far, oldest first, at most `count_max` of the latest.
  [[nodiscard]] Result<std::vector<std::string>> questions(const Call& call, ConversationId id,
                                                           std::size_t count_max) const;

 private:
  storage::Database& database_;
  const platform::Clock& clock_;
};

/// An answer without its text and passages, as it is kept.
[[nodiscard]] Json to_json(const Answer& answer);
/// Unknown and missing members read as nothing.
[[nodiscard]] Answer answer_from_json(const Json& json, std::string_view text);

}  // namespace hearth::answer
