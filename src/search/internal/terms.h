/// The keys under which the word index in memory files its terms.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "search/internal/tokens.h"

namespace hearth::search {

/// A term's 64-bit hash. The index in memory holds no text at all.
using TermKey = std::uint64_t;

/// A word's keys. `exact` is 0 when it equals the stem: one list then serves both.
struct WordKeys {
  TermKey stem = 0;
  TermKey exact = 0;
};

/// A term of one chunk with how often it stands there.
struct TermCount {
  TermKey key = 0;
  std::uint32_t count = 0;
};

/// Makes keys; holds the stemmer and a cache of its work.
///
/// Threads: one. Errors: none.
class Terms {
 public:
  Terms();
  ~Terms();
  Terms(const Terms&) = delete;
  Terms& operator=(const Terms&) = delete;

  /// `stemmable` as in `Token`.
  [[nodiscard]] WordKeys keys(std::string_view letters, bool stemmable);
  [[nodiscard]] std::string stem(std::string_view word);
  /// Counts every term of `tokens`, each as `weight` occurrences, into `out`.
  void count(const Tokens& tokens, std::uint32_t weight, std::vector<TermCount>& out);
  /// Adds up equal keys.
  static void merge(std::vector<TermCount>& counts);

 private:
  struct Stemmer;
  struct Cached {
    TermKey word = 0;
    WordKeys keys;
  };
  std::unique_ptr<Stemmer> stemmer_;
  std::vector<Cached> cache_;
};

}  // namespace hearth::search
