/// BERT's tokenizer: text to the numbers an embedding model was trained with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"

namespace hearth::engine {

/// Splits words into the longest known pieces ("embeddings" is "em ##bed ##ding ##s").
///
/// Reads the `tokenizer.json` that models are published with. Special tokens come from the format
/// alone: "[SEP]" in a text is the five characters, so that a document cannot speak as the format.
///
/// Threads: any, once loaded. Errors: Corrupt (not such a file), Invalid (another kind of
/// tokenizer).
class WordPiece {
 public:
  static Result<WordPiece> parse(std::string_view tokenizer_json);

  /// The ids of `text` between [CLS] and [SEP], at most `tokens_max` with them.
  [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text,
                                                 std::size_t tokens_max) const;
  /// The number of ids without a limit, with [CLS] and [SEP].
  [[nodiscard]] std::size_t count(std::string_view text) const;

  [[nodiscard]] std::int64_t padding_id() const { return padding_; }
  [[nodiscard]] std::size_t vocabulary_size() const { return pieces_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Pieces = std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>>;

  [[nodiscard]] std::string normalise(std::string_view text) const;
  void append_word(std::string_view word, std::vector<std::int64_t>& ids) const;
  [[nodiscard]] std::int64_t find(const Pieces& pieces, std::string_view text) const;

  Pieces pieces_;         ///< That start a word.
  Pieces continuations_;  ///< That go on with one, without their prefix.
  std::int64_t unknown_ = 0;
  std::int64_t start_ = 0;
  std::int64_t end_ = 0;
  std::int64_t padding_ = 0;
  std::size_t word_characters_max_ = 100;
  std::size_t piece_bytes_max_ = 0;
  bool lower_case_ = true;
  bool strip_accents_ = true;
  bool split_ideographs_ = true;
};

}  // namespace hearth::engine
