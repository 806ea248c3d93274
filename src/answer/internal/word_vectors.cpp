#include "answer/internal/word_vectors.h"

#include <algorithm>

namespace hearth::answer {
namespace {

constexpr std::size_t kWordsMax = 12'000;
// Cosines of single words lie high: unrelated ones reach 0.65, siblings ("flour", "sugar") 0.76,
// near synonyms 0.75 to 0.9.
constexpr double kUnrelated = 0.70;
constexpr double kSame = 0.86;
constexpr double kLikenessMax = 0.85;

}  // namespace

Result<void> WordVectors::learn(const Call& call, const std::vector<std::string>& words,
                                std::size_t fresh_max) {
  std::vector<std::string> fresh;
  const std::string fingerprint = embedder_.info().fingerprint;
  {
    const std::lock_guard lock(mutex_);
    if (fingerprint != fingerprint_ || vectors_.size() > kWordsMax) vectors_.clear();
    fingerprint_ = fingerprint;
    for (const std::string& word : words) {
      const bool known = vectors_.contains(word) || std::ranges::find(fresh, word) != fresh.end();
      if (!known && fresh.size() < fresh_max) fresh.push_back(word);
    }
  }
  if (fresh.empty()) return {};
  TRY_ASSIGN(auto made, embedder_.embed_documents(call, fresh, inference::Urgency::Interactive));
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i < fresh.size() && i < made.size(); ++i) {
    vectors_[fresh[i]] = std::move(made[i]);
  }
  return {};
}

double WordVectors::likeness(const std::string& a, const std::string& b) const {
  const std::lock_guard lock(mutex_);
  const auto left = vectors_.find(a);
  const auto right = vectors_.find(b);
  if (left == vectors_.end() || right == vectors_.end()) return 0;
  double cosine = 0;
  for (std::size_t i = 0; i < left->second.size() && i < right->second.size(); ++i) {
    cosine += static_cast<double>(left->second[i]) * static_cast<double>(right->second[i]);
  }
  return kLikenessMax * std::clamp((cosine - kUnrelated) / (kSame - kUnrelated), 0.0, 1.0);
}

}  // namespace hearth::answer
