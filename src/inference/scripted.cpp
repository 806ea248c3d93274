#include "inference/scripted.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/format.h"
#include "core/text.h"

namespace hearth::inference {
namespace {

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
}

std::vector<std::string> words_of(std::string_view text) {
  const std::string lower = text::to_lower_ascii(text);
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower) {
    if (is_word_byte(c)) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

/// Endings off, so that "batteries", "battery" and "charged", "charging" meet.
std::string stem(std::string word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kEndings = {
      {{"ies", "y"},
       {"ing", ""},
       {"ed", ""},
       {"es", ""},
       {"ly", ""},
       {"s", ""},
       {"er", ""},
       {"ion", ""},
       {"e", ""}}};
  for (const auto& [ending, instead] : kEndings) {
    if (word.size() >= ending.size() + 3 && word.ends_with(ending)) {
      word.resize(word.size() - ending.size());
      return word += instead;
    }
  }
  return word;
}

bool says_nothing(std::string_view word) {
  static constexpr std::array<std::string_view, 40> kCommon = {
      "a",   "an",   "the", "of",   "to",   "in",   "on",    "at",   "is",  "are",
      "was", "were", "be",  "and",  "or",   "for",  "with",  "it",   "its", "this",
      "i",   "you",  "my",  "your", "we",   "our",  "what",  "when", "how", "do",
      "by",  "that", "as",  "does", "from", "have", "which", "did",  "has", "where"};
  return std::find(kCommon.begin(), kCommon.end(), word) != kCommon.end();
}

std::uint64_t mix(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdU;
  return hash ^ (hash >> 33);
}

}  // namespace

ScriptedEmbedder::ScriptedEmbedder(std::size_t dimensions, std::string fingerprint)
    : dimensions_(dimensions), fingerprint_(std::move(fingerprint)) {}

EmbedderInfo ScriptedEmbedder::info() const {
  return {.model = "scripted",
          .fingerprint = fingerprint_,
          .dimensions = dimensions_,
          .tokens_max = 512,
          .unrelated_below = unrelated_below_};
}

Vector ScriptedEmbedder::vector_of(std::string_view text) const {
  const std::scoped_lock lock(mutex_);
  Vector vector(dimensions_, 0.0F);
  for (std::string& word : words_of(text)) {
    if (says_nothing(word)) continue;
    for (const auto& [known, as] : taught_) {
      if (word == known) word = as;
    }
    // Two places each: with one, two words that meet by chance would look the same.
    const std::uint64_t hash = mix(stem(std::move(word)));
    vector[hash % dimensions_] += (hash >> 62 & 1U) != 0 ? 1.0F : -1.0F;
    vector[(hash >> 24) % dimensions_] += (hash >> 63 & 1U) != 0 ? 1.0F : -1.0F;
  }
  double squares = 0;
  for (const float value : vector) squares += double{value} * double{value};
  if (squares == 0) {
    vector[0] = 1.0F;
    return vector;
  }
  const auto scale = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : vector) value *= scale;
  return vector;
}

Result<void> ScriptedEmbedder::ready(const Call& call) const {
  TRY(call.check_stop());
  const std::scoped_lock lock(mutex_);
  if (error_) return std::unexpected(*error_);
  return {};
}

Result<std::vector<Vector>> ScriptedEmbedder::embed_documents(const Call& call,
                                                              std::span<const std::string> texts,
                                                              Urgency) {
  TRY(ready(call));
  std::vector<Vector> vectors;
  vectors.reserve(texts.size());
  for (const std::string& text : texts) vectors.push_back(vector_of(text));
  texts_seen_ += texts.size();
  return vectors;
}

Result<Vector> ScriptedEmbedder::embed_query(const Call& call, std::string_view text) {
  TRY(ready(call));
  ++texts_seen_;
  return vector_of(text);
}

std::size_t ScriptedEmbedder::count_tokens(std::string_view text) const {
  return words_of(text).size() + 2;
}

void ScriptedEmbedder::teach(std::string word, std::string as) {
  const std::scoped_lock lock(mutex_);
  taught_.emplace_back(std::move(word), std::move(as));
}

void ScriptedEmbedder::fail_with(std::optional<Error> error) {
  const std::scoped_lock lock(mutex_);
  error_ = std::move(error);
}

ScriptedChatModel::ScriptedChatModel(ChatModelInfo info) : info_(std::move(info)) {}

ChatModelInfo ScriptedChatModel::default_info() {
  return {.name = "scripted-chat",
          .fingerprint = "scripted",
          .context_tokens = 4096,
          .exam_score = 1.0,
          .passed_exam = true,
          .weak = false};
}

ChatModelInfo ScriptedChatModel::info() const {
  const std::scoped_lock lock(mutex_);
  return info_;
}

Result<std::size_t> ScriptedChatModel::count_tokens(const Call&, const ChatRequest& request) {
  std::size_t count = 0;
  for (const ChatMessage& message : request.messages) count += words_of(message.content).size() + 4;
  return count;
}

Result<ChatUsage> ScriptedChatModel::generate(const Call& call, const ChatRequest& request,
                                              const Sink<std::string_view>& sink) {
  ChatUsage usage;
  TRY_ASSIGN(usage.prompt_tokens, count_tokens(call, request));
  std::unique_lock lock(mutex_);
  requests_.push_back(request);
  if (usage.prompt_tokens > info_.context_tokens) {
    return fail(Code::Exhausted, format("the prompt has {} tokens; the model holds {}",
                                        usage.prompt_tokens, info_.context_tokens));
  }
  Result<std::string> reply = fail(Code::Unavailable, "the script has no reply left");
  if (!queued_.empty()) {
    reply = std::move(queued_.front());
    queued_.pop_front();
    lock.unlock();
  } else if (otherwise_) {
    const Reply otherwise = otherwise_;
    lock.unlock();
    reply = otherwise(request);
  } else {
    lock.unlock();
  }
  TRY_ASSIGN(const std::string text, std::move(reply));
  for (std::size_t at = 0; at < text.size();) {
    if (call.stop.stop_requested()) {
      usage.finish = FinishReason::Cancelled;
      return usage;
    }
    if (usage.completion_tokens == request.tokens_max) {
      usage.finish = FinishReason::Length;
      return usage;
    }
    const std::size_t end = std::min(text.find(' ', at + 1), text.size());
    ++usage.completion_tokens;
    if (sink(std::string_view(text).substr(at, end - at)) == Flow::Stop) {
      usage.finish = FinishReason::Cancelled;
      return usage;
    }
    at = end;
  }
  return usage;
}

void ScriptedChatModel::set_info(ChatModelInfo info) {
  const std::scoped_lock lock(mutex_);
  info_ = std::move(info);
}

void ScriptedChatModel::say(std::string text) {
  const std::scoped_lock lock(mutex_);
  queued_.emplace_back(std::move(text));
}

void ScriptedChatModel::fail_once(Error error) {
  const std::scoped_lock lock(mutex_);
  queued_.emplace_back(std::unexpected(std::move(error)));
}

void ScriptedChatModel::answer_with(Reply reply) {
  const std::scoped_lock lock(mutex_);
  otherwise_ = std::move(reply);
}

std::vector<ChatRequest> ScriptedChatModel::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

}  // namespace hearth::inference
