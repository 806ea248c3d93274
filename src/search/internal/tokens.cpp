#include "search/internal/tokens.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"

namespace hearth::search {
namespace {

constexpr std::size_t kCompoundBytesMax = 64;
constexpr std::size_t kWordBytesMax = 80;  // Longer runs (base64, hex dumps) are cut into words.

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// Characters that hold an identifier together when words stand on both sides.
bool is_joiner(std::string_view text, std::size_t at, std::size_t length) {
  if (length == 3) return text.substr(at, 3) == "’";
  switch (text[at]) {
    case '.':
    case '_':
    case '-':
    case '@':
    case '+':
    case '\'':
    case '&':
      return true;
    case ',':  // 1,250.00
      return at > 0 && at + 1 < text.size() && is_ascii_digit(text[at - 1]) &&
             is_ascii_digit(text[at + 1]);
    default:
      return false;
  }
}

// "C++", "F#": the sign belongs to the name.
std::size_t trailing_sign(std::string_view text, std::size_t at) {
  if (text[at] == '#') return 1;
  return text[at] == '+' && at + 1 < text.size() && text[at + 1] == '+' ? 2 : 0;
}

constexpr auto kStopWords = std::to_array<std::string_view>({
    "a",     "about", "after", "all",   "also",  "am",    "an",    "and",   "any",    "are",
    "as",    "at",    "be",    "been",  "but",   "by",    "can",   "could", "d",      "did",
    "do",    "does",  "for",   "from",  "get",   "had",   "has",   "have",  "he",     "her",
    "here",  "him",   "his",   "how",   "i",     "if",    "in",    "into",  "is",     "it",
    "its",   "just",  "ll",    "m",     "may",   "me",    "much",  "my",    "no",     "not",
    "of",    "on",    "or",    "our",   "re",    "s",     "shall", "she",   "should", "so",
    "some",  "such",  "t",     "than",  "that",  "the",   "their", "them",  "then",   "there",
    "these", "they",  "this",  "those", "to",    "too",   "us",    "ve",    "very",   "was",
    "we",    "were",  "what",  "when",  "where", "which", "while", "who",   "whom",   "whose",
    "why",   "will",  "with",  "would", "you",   "your",
});

}  // namespace

bool is_stop_word(std::string_view word) {
  static const auto sorted = [] {
    auto words = kStopWords;
    std::ranges::sort(words);
    return words;
  }();
  return std::ranges::binary_search(sorted, word);
}

void Tokens::clear() {
  tokens_.clear();
  letters_.clear();
  position_ = 0;
  in_word_ = false;
  run_count_ = 0;
  after_ideograph_ = false;
}

void Tokens::read(std::string_view text) {
  clear();
  append(text, 0);
}

void Tokens::append(std::string_view text, std::uint32_t gap) {
  if (position_ > 0) position_ += gap;
  text::Folded scratch;
  for (std::size_t at = 0; at < text.size();) {
    const text::Decoded now = text::decode(text, at);
    const text::Folded& folded = text::fold(now.code_point, scratch);
    const auto start = static_cast<std::uint32_t>(at);
    const auto end = static_cast<std::uint32_t>(at + now.length);
    if (folded.glyph == text::Glyph::Separator) {
      const bool was_word = in_word_;
      if (in_word_) end_word();
      after_ideograph_ = false;
      const std::size_t sign = was_word && run_count_ == 1 ? trailing_sign(text, at) : 0;
      if (sign > 0) {
        Token named = tokens_[run_first_];
        const std::string name = std::string(letters(named)) + std::string(text.substr(at, sign));
        named.kind = TokenKind::Compound;
        named.stemmable = false;
        named.offset = static_cast<std::uint32_t>(letters_.size());
        named.length = static_cast<std::uint32_t>(name.size());
        named.end = static_cast<std::uint32_t>(at + sign);
        letters_ += name;
        tokens_.push_back(named);
        run_count_ = 0;
      } else if (!was_word || !is_joiner(text, at, now.length)) {
        end_run();
      }
    } else if (folded.glyph != text::Glyph::Mark) {
      add_character(folded, start, end);
    }
    at += now.length;
  }
  if (in_word_) end_word();
  end_run();
  after_ideograph_ = false;
}

void Tokens::add_character(const text::Folded& folded, std::uint32_t start, std::uint32_t end) {
  if (folded.glyph == text::Glyph::Ideograph) {
    if (in_word_) end_word();
    end_run();
    add_ideograph(folded, start, end);
    return;
  }
  after_ideograph_ = false;
  if (in_word_ && word_.length >= kWordBytesMax) {
    end_word();
    end_run();
  }
  if (!in_word_) {
    in_word_ = true;
    word_ = Token{.stemmable = true,
                  .offset = static_cast<std::uint32_t>(letters_.size()),
                  .position = position_,
                  .start = start};
    part_starts_.clear();
  } else if (folded.upper && previous_lower_) {
    word_.inner_capital = true;
    part_starts_.push_back(word_.length);
  }
  const bool letter = folded.glyph == text::Glyph::Letter;
  previous_lower_ = letter && !folded.upper;
  if (!letter || folded.text[0] >= 0x80) word_.stemmable = false;
  append_letters(folded);
  word_.length = static_cast<std::uint32_t>(letters_.size()) - word_.offset;
  word_.end = end;
}

void Tokens::append_letters(const text::Folded& folded) {
  for (std::size_t i = 0; i < folded.size; ++i) text::append_utf8(letters_, folded.text[i]);
}

void Tokens::add_ideograph(const text::Folded& folded, std::uint32_t start, std::uint32_t end) {
  Token one{.offset = static_cast<std::uint32_t>(letters_.size()),
            .position = position_++,
            .start = start,
            .end = end};
  append_letters(folded);
  one.length = static_cast<std::uint32_t>(letters_.size()) - one.offset;
  if (after_ideograph_) {
    // Neighbouring letters lie side by side, so the pair needs none of its own.
    std::size_t before = tokens_.size() - 1;
    while (tokens_[before].kind != TokenKind::Word) --before;
    Token pair = tokens_[before];
    const std::string both = std::string(letters(pair)) + std::string(letters(one));
    pair.kind = TokenKind::Pair;
    pair.offset = static_cast<std::uint32_t>(letters_.size());
    pair.length = static_cast<std::uint32_t>(both.size());
    pair.end = end;
    letters_ += both;
    tokens_.push_back(pair);
  }
  tokens_.push_back(one);
  after_ideograph_ = true;
}

void Tokens::push_part(std::uint32_t from, std::uint32_t to) {
  if (to - from < 2) return;
  Token part = word_;
  part.kind = TokenKind::Part;
  part.inner_capital = false;
  part.offset = word_.offset + from;
  part.length = to - from;
  tokens_.push_back(part);
}

void Tokens::end_word() {
  in_word_ = false;
  ++position_;
  if (run_count_ == 0) run_first_ = tokens_.size();
  ++run_count_;
  tokens_.push_back(word_);
  if (!word_.inner_capital) return;
  std::uint32_t from = 0;
  for (const std::uint32_t to : part_starts_) {
    push_part(from, to);
    from = to;
  }
  push_part(from, word_.length);
}

void Tokens::end_run() {
  const std::size_t count = std::exchange(run_count_, 0);
  if (count < 2) return;
  std::string whole;
  Token compound = tokens_[run_first_];
  for (std::size_t i = run_first_; i < tokens_.size(); ++i) {
    if (tokens_[i].kind != TokenKind::Word) continue;
    whole += letters(tokens_[i]);
    compound.end = tokens_[i].end;
    if (whole.size() > kCompoundBytesMax) return;
  }
  compound.kind = TokenKind::Compound;
  compound.stemmable = false;
  compound.inner_capital = false;
  compound.offset = static_cast<std::uint32_t>(letters_.size());
  compound.length = static_cast<std::uint32_t>(whole.size());
  letters_ += whole;
  tokens_.push_back(compound);
}

std::string Tokens::plain() const {
  std::string out;
  out.reserve(letters_.size() + tokens_.size());
  for (const Token& token : tokens_) {
    if (token.kind != TokenKind::Word) continue;
    if (!out.empty()) out.push_back(' ');
    out += letters(token);
  }
  return out;
}

}  // namespace hearth::search
