#include "search/internal/parsed_query.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "search/internal/tokens.h"

namespace hearth::search {
namespace {

constexpr std::size_t kUnitsMax = 64;
constexpr std::size_t kPhraseWordsMax = 64;

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of a quotation mark that starts at `at`, or 0.
std::size_t quote_at(std::string_view text, std::size_t at) {
  if (text[at] == '"') return 1;
  for (const std::string_view mark : {"“", "”", "„", "«", "»"}) {
    if (text.substr(at, mark.size()) == mark) return mark.size();
  }
  return 0;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  ParsedQuery read() {
    while (skip_space() && query_.units.size() < kUnitsMax) read_one();
    return std::move(query_);
  }

 private:
  bool skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ < text_.size();
  }

  void read_one() {
    // "-5" is a number, "-" alone is punctuation.
    const bool negated = text_[at_] == '-' && at_ + 1 < text_.size() && !is_space(text_[at_ + 1]) &&
                         !is_digit(text_[at_ + 1]) && text_[at_ + 1] != '-';
    if (negated) ++at_;
    if (const std::size_t mark = quote_at(text_, at_); mark > 0) {
      at_ += mark;
      read_phrase(negated);
    } else {
      read_word(negated);
    }
  }

  void read_phrase(bool negated) {
    const std::size_t start = at_;
    while (at_ < text_.size() && quote_at(text_, at_) == 0) ++at_;
    add(text_.substr(start, at_ - start), Unit::Kind::Phrase, negated);
    if (at_ < text_.size()) at_ += quote_at(text_, at_);
  }

  void read_word(bool negated) {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_space(text_[at_]) && quote_at(text_, at_) == 0) ++at_;
    std::string_view word = text_.substr(start, at_ - start);
    const bool prefix = word.size() > 1 && word.ends_with('*');
    if (prefix) word.remove_suffix(1);
    add(word, prefix ? Unit::Kind::Prefix : Unit::Kind::Word, negated);
  }

  // Typed without spaces, yet several things ("and/or", "a:b"): one unit for each run.
  void add(std::string_view raw, Unit::Kind kind, bool negated) {
    tokens_.read(raw);
    if (tokens_.words() == 0) return;
    if (kind == Unit::Kind::Phrase) {
      push(make(raw, kind, negated, 0, tokens_.words()));
      return;
    }
    for (std::uint32_t first = 0; first < tokens_.words();) {
      std::uint32_t end = run_end(first);
      push(make(raw, end == tokens_.words() ? kind : Unit::Kind::Word, negated, first, end));
      first = end;
    }
  }

  std::uint32_t run_end(std::uint32_t first) const {
    std::uint32_t end = first + 1;
    std::uint32_t bytes_end = 0;
    for (const Token& token : tokens_.all()) {
      if (token.kind == TokenKind::Compound && token.position == first) bytes_end = token.end;
    }
    bool ideographs = false;
    for (const Token& token : tokens_.all()) {
      if (token.kind == TokenKind::Pair && token.position + 1 == end) ideographs = true, ++end;
    }
    if (ideographs) return end;
    for (const Token& token : tokens_.all()) {
      if (token.kind == TokenKind::Word && token.position >= end && token.end <= bytes_end) ++end;
    }
    return end;
  }

  Unit make(std::string_view raw, Unit::Kind kind, bool negated, std::uint32_t first,
            std::uint32_t end) const {
    Unit unit{.kind = kind, .negated = negated};
    std::uint32_t start_byte = 0;
    std::uint32_t end_byte = 0;
    bool digits = false;
    bool inner_capital = false;
    for (const Token& token : tokens_.all()) {
      if (token.position < first || token.position >= end) continue;
      const std::string letters(tokens_.letters(token));
      if (token.kind == TokenKind::Word && unit.words.size() < kPhraseWordsMax) {
        if (unit.words.empty()) start_byte = token.start;
        end_byte = token.end;
        unit.words.push_back(letters);
        unit.stemmable.push_back(token.stemmable);
        digits = digits || std::ranges::any_of(letters, is_digit);
        inner_capital = inner_capital || token.inner_capital;
      } else if (token.kind == TokenKind::Compound && kind != Unit::Kind::Phrase) {
        unit.compound = letters;
        end_byte = std::max(end_byte, token.end);
      } else if (token.kind == TokenKind::Pair) {
        unit.pairs.push_back(letters);
      }
    }
    unit.raw = kind == Unit::Kind::Phrase
                   ? std::string(text::trim(raw))
                   : std::string(raw.substr(start_byte, end_byte - start_byte));
    const bool joined = unit.raw.find_first_of("._@+&#") != std::string::npos;
    unit.identifier = kind != Unit::Kind::Phrase && (digits || joined || inner_capital);
    unit.stop = kind == Unit::Kind::Word && !unit.identifier &&
                std::ranges::all_of(unit.words, [](const auto& w) { return is_stop_word(w); });
    return unit;
  }

  void push(Unit unit) {
    if (unit.words.empty()) return;
    const auto same = [&unit](const Unit& other) {
      return other.kind == unit.kind && other.words == unit.words && other.negated == unit.negated;
    };
    if (std::ranges::any_of(query_.units, same)) return;
    query_.units.push_back(std::move(unit));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Tokens tokens_;
  ParsedQuery query_;
};

}  // namespace

bool ParsedQuery::asks_for_something() const {
  return std::ranges::any_of(units, [](const Unit& unit) { return !unit.negated; });
}

ParsedQuery parse_query(std::string_view text) { return Reader(text).read(); }

std::string quoted(const std::vector<std::string>& words) {
  std::string out = "\"";
  for (const std::string& word : words) {
    if (out.size() > 1) out.push_back(' ');
    out += word;
  }
  out.push_back('"');
  return out;
}

}  // namespace hearth::search
