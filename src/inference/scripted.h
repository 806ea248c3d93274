/// Models for tests: no files, no processes, the same answers every time.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

#include "inference/chat_model.h"
#include "inference/embedder.h"

namespace hearth::inference {

/// An embedder whose vectors are hashed bags of stemmed words: texts that share words are near each
/// other, texts that share none are at right angles but for chance.
///
/// Threads: any. Errors: Cancelled, and what `fail_with` said.
class ScriptedEmbedder : public Embedder {
 public:
  explicit ScriptedEmbedder(std::size_t dimensions = 384, std::string fingerprint = "scripted");

  [[nodiscard]] EmbedderInfo info() const override;
  [[nodiscard]] Result<std::vector<Vector>> embed_documents(
      const Call& call, std::span<const std::string> texts,
      Urgency urgency = Urgency::Background) override;
  [[nodiscard]] Result<Vector> embed_query(const Call& call, std::string_view text) override;
  /// One for each word, and two for the ends.
  [[nodiscard]] std::size_t count_tokens(std::string_view text) const override;

  /// Words that mean the same to this embedder from now on: `word` counts as `as`.
  void teach(std::string word, std::string as);
  /// Every later call fails with `error`; nothing makes them work again.
  void fail_with(std::optional<Error> error);
  /// How many texts were embedded so far.
  [[nodiscard]] std::size_t texts_seen() const { return texts_seen_; }
  /// What `info` says of it from now on; 0, as at first, is not known.
  void set_unrelated_below(float similarity) { unrelated_below_ = similarity; }
  [[nodiscard]] Vector vector_of(std::string_view text) const;

 private:
  [[nodiscard]] Result<void> ready(const Call& call) const;

  const std::size_t dimensions_;
  const std::string fingerprint_;
  std::atomic<std::size_t> texts_seen_ = 0;
  std::atomic<float> unrelated_below_ = 0;
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> taught_;
  std::optional<Error> error_;
};

/// A chat model that says what it is told to, word by word.
///
/// Threads: any. Errors: Exhausted (the prompt has more words than the context), Unavailable
/// (nothing left to say), Cancelled, and what a reply says.
class ScriptedChatModel : public ChatModel {
 public:
  using Reply = std::function<Result<std::string>(const ChatRequest&)>;

  explicit ScriptedChatModel(ChatModelInfo info = default_info());
  [[nodiscard]] static ChatModelInfo default_info();

  [[nodiscard]] ChatModelInfo info() const override;
  [[nodiscard]] Result<ChatUsage> generate(const Call& call, const ChatRequest& request,
                                           const Sink<std::string_view>& sink) override;
  /// Words, and four for each message.
  [[nodiscard]] Result<std::size_t> count_tokens(const Call& call,
                                                 const ChatRequest& request) override;

  void set_info(ChatModelInfo info);
  /// Queues one reply. Replies are used in order, before `answer_with`.
  void say(std::string text);
  void fail_once(Error error);
  /// Answers every request for which nothing is queued.
  void answer_with(Reply reply);
  [[nodiscard]] std::vector<ChatRequest> requests() const;

 private:
  // Guarded by mutex_:
  mutable std::mutex mutex_;
  ChatModelInfo info_;
  std::deque<Result<std::string>> queued_;
  Reply otherwise_;
  std::vector<ChatRequest> requests_;
};

}  // namespace hearth::inference
