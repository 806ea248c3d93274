#include "search/internal/terms.h"

#include <libstemmer.h>

#include <algorithm>

#include "core/result.h"

namespace hearth::search {
namespace {

constexpr std::size_t kCacheSize = 1U << 15U;

// FNV-1a with a final mix: every bit of the key is fit for a table index.
TermKey hash(std::string_view letters, std::uint64_t seed) {
  std::uint64_t h = 0xcbf29ce484222325ULL ^ seed;
  for (const char c : letters) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  h ^= h >> 32U;
  h *= 0xd6e8feb86659fd93ULL;
  h ^= h >> 29U;
  return h == 0 ? 1 : h;
}

constexpr std::uint64_t kStemSeed = 0;
constexpr std::uint64_t kExactSeed = 0x9e3779b97f4a7c15ULL;

}  // namespace

struct Terms::Stemmer {
  Stemmer() : handle(sb_stemmer_new("english", "UTF_8")) { CHECK(handle != nullptr); }
  ~Stemmer() { sb_stemmer_delete(handle); }
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;
  sb_stemmer* handle;
};

Terms::Terms() : stemmer_(std::make_unique<Stemmer>()), cache_(kCacheSize) {}
Terms::~Terms() = default;

std::string Terms::stem(std::string_view word) {
  const std::string copy(word);
  const sb_symbol* out = sb_stemmer_stem(
      stemmer_->handle, static_cast<const sb_symbol*>(static_cast<const void*>(copy.data())),
      static_cast<int>(copy.size()));
  if (out == nullptr) return copy;  // Out of memory in the library.
  const int length = sb_stemmer_length(stemmer_->handle);
  return {static_cast<const char*>(static_cast<const void*>(out)),
          static_cast<std::size_t>(length)};
}

WordKeys Terms::keys(std::string_view letters, bool stemmable) {
  const TermKey whole = hash(letters, kStemSeed);
  if (!stemmable || letters.size() < 3) return {whole, 0};
  Cached& cached = cache_[whole % kCacheSize];
  if (cached.word == whole) return cached.keys;
  const std::string root = stem(letters);
  cached.word = whole;
  cached.keys = root == letters ? WordKeys{whole, 0}
                                : WordKeys{hash(root, kStemSeed), hash(letters, kExactSeed)};
  return cached.keys;
}

void Terms::count(const Tokens& tokens, std::uint32_t weight, std::vector<TermCount>& out) {
  for (const Token& token : tokens.all()) {
    const WordKeys key = keys(tokens.letters(token), token.stemmable);
    out.push_back({key.stem, weight});
    if (key.exact != 0) out.push_back({key.exact, weight});
  }
}

void Terms::merge(std::vector<TermCount>& counts) {
  std::ranges::sort(counts, {}, &TermCount::key);
  std::size_t kept = 0;
  for (const TermCount& one : counts) {
    if (kept > 0 && counts[kept - 1].key == one.key) {
      counts[kept - 1].count += one.count;
    } else {
      counts[kept++] = one;
    }
  }
  counts.resize(kept);
}

}  // namespace hearth::search
