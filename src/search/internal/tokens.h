/// Text to the terms that keyword search knows.
///
/// A *word* is a run of letters and digits, folded. Words joined without a space ("XJ-4410B",
/// "foo_bar", "ann.lee@example.org", "10.0.0.1") give, beside themselves, one *compound* with the
/// joiners left out, so that an identifier is found as a whole and under any of its spellings.
/// "parseConfig" gives its *parts* as well. Scripts without spaces give one word for each character
/// and a *pair* for each two neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fold.h"

namespace hearth::search {

enum class TokenKind : std::uint8_t { Word, Compound, Part, Pair };

struct Token {
  TokenKind kind = TokenKind::Word;
  bool stemmable = false;      ///< ASCII letters only: a natural word.
  bool inner_capital = false;  ///< "parseConfig", "iPhone".
  std::uint32_t offset = 0;    ///< In `Tokens::letters`.
  std::uint32_t length = 0;
  std::uint32_t position =
      0;                    ///< Number of words before it; a compound has that of its first word.
  std::uint32_t start = 0;  ///< Bytes of the source it was read from.
  std::uint32_t end = 0;
};

/// The tokens of one text. Reused from text to text, so that reading a corpus does not allocate.
class Tokens {
 public:
  /// Replaces what it held. `text` may be any bytes.
  void read(std::string_view text);
  /// Adds another text after the present one, as if a gap of `gap` words lay between.
  void append(std::string_view text, std::uint32_t gap = 1);
  void clear();

  [[nodiscard]] const std::vector<Token>& all() const { return tokens_; }
  [[nodiscard]] std::string_view letters(const Token& token) const {
    return std::string_view(letters_).substr(token.offset, token.length);
  }
  [[nodiscard]] std::uint32_t words() const { return position_; }
  /// The words joined by spaces: what the full-text table is given, so that both indexes agree
  /// about what a word is.
  [[nodiscard]] std::string plain() const;

 private:
  struct Word;
  void add_character(const text::Folded& folded, std::uint32_t start, std::uint32_t end);
  void add_ideograph(const text::Folded& folded, std::uint32_t start, std::uint32_t end);
  void append_letters(const text::Folded& folded);
  void end_word();
  void end_run();
  void push_part(std::uint32_t from, std::uint32_t to);

  std::vector<Token> tokens_;
  std::string letters_;
  std::uint32_t position_ = 0;

  // The word being read, and the run of joined words it may belong to.
  Token word_;
  bool in_word_ = false;
  bool previous_lower_ = false;
  std::vector<std::uint32_t> part_starts_;
  std::size_t run_first_ = 0;
  std::size_t run_count_ = 0;
  bool after_ideograph_ = false;
};

/// Words too common to tell one passage from another. `word` is folded.
[[nodiscard]] bool is_stop_word(std::string_view word);

}  // namespace hearth::search
