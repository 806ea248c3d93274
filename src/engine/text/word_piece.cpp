#include "engine/text/word_piece.h"

#include <algorithm>
#include <array>

#include "core/format.h"
#include "core/json.h"
#include "core/text.h"
#include "core/unicode.h"

namespace hearth::engine {
namespace {

constexpr std::size_t kVocabularyMax = 1U << 20;

bool is_ideograph(char32_t c) {
  struct Block {
    char32_t first;
    char32_t last;
  };
  static constexpr std::array<Block, 8> kBlocks = {{{0x4E00, 0x9FFF},
                                                    {0x3400, 0x4DBF},
                                                    {0x20000, 0x2A6DF},
                                                    {0x2A700, 0x2B73F},
                                                    {0x2B740, 0x2B81F},
                                                    {0x2B820, 0x2CEAF},
                                                    {0xF900, 0xFAFF},
                                                    {0x2F800, 0x2FA1F}}};
  return std::any_of(kBlocks.begin(), kBlocks.end(),
                     [c](const Block& b) { return c >= b.first && c <= b.last; });
}

bool is_ascii_punctuation(char32_t c) {
  return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) ||
         (c >= 123 && c <= 126);
}

bool is_break(char32_t c) { return c < 0x80 ? is_ascii_punctuation(c) : text::is_punctuation(c); }

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Result<std::int64_t> special(const Json& vocabulary, std::string_view name) {
  const auto id = vocabulary[name].as_int();
  if (!id) return fail(Code::Invalid, format("the tokenizer has no {} token", name));
  return *id;
}

}  // namespace

Result<WordPiece> WordPiece::parse(std::string_view tokenizer_json) {
  const auto json = Json::parse(tokenizer_json);
  if (!json) return fail(Code::Corrupt, "the tokenizer file: " + json.error().message);
  const Json& model = (*json)["model"];
  const Json& vocabulary = model["vocab"];
  if (!vocabulary.is_object()) return fail(Code::Invalid, "the tokenizer has no vocabulary");
  if (const auto type = model["type"].as_string(); type && *type != "WordPiece") {
    return fail(Code::Invalid, format("the tokenizer is of type {}, not WordPiece", *type));
  }
  const std::size_t size = vocabulary.members().size();
  if (size > kVocabularyMax)
    return fail(Code::Exhausted, format("a vocabulary of {} pieces", size));

  WordPiece it;
  const std::string prefix = model["continuing_subword_prefix"].string_or("##");
  it.pieces_.reserve(size);
  for (const auto& [piece, id] : vocabulary.members()) {
    const auto number = id.as_int();
    if (!number || *number < 0 || static_cast<std::size_t>(*number) >= kVocabularyMax) {
      return fail(Code::Corrupt, "the vocabulary has a piece without a number");
    }
    if (!prefix.empty() && piece.size() > prefix.size() && piece.starts_with(prefix)) {
      it.continuations_.emplace(piece.substr(prefix.size()), *number);
    }
    it.pieces_.emplace(piece, *number);
    it.piece_bytes_max_ = std::max(it.piece_bytes_max_, piece.size());
  }
  TRY_ASSIGN(it.unknown_, special(vocabulary, model["unk_token"].string_or("[UNK]")));
  TRY_ASSIGN(it.start_, special(vocabulary, "[CLS]"));
  TRY_ASSIGN(it.end_, special(vocabulary, "[SEP]"));
  TRY_ASSIGN(it.padding_, special(vocabulary, "[PAD]"));
  const auto longest = model["max_input_chars_per_word"].int_or(100);
  it.word_characters_max_ = static_cast<std::size_t>(std::clamp<std::int64_t>(longest, 1, 1000));

  const Json& normalizer = (*json)["normalizer"];
  it.lower_case_ = normalizer["lowercase"].bool_or(true);
  it.strip_accents_ = normalizer["strip_accents"].bool_or(it.lower_case_);
  it.split_ideographs_ = normalizer["handle_chinese_chars"].bool_or(true);
  return it;
}

/// Cleaned, lower-case text in which only single spaces are white space.
std::string WordPiece::normalise(std::string_view text) const {
  if (is_plain(text)) {
    std::string out(text);
    for (char& c : out) {
      if (c == '\t' || c == '\n' || c == '\r') c = ' ';
      if (lower_case_ && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    std::erase_if(out, [](char c) { return c < ' ' || c == 0x7F; });
    return out;
  }
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = text::decode(text, at);
    at += length;
    if (c == '\t' || c == '\n' || c == '\r' || text::is_white_space(c)) {
      clean += ' ';
    } else if (split_ideographs_ && is_ideograph(c)) {
      clean += ' ';
      text::append_utf8(clean, c);
      clean += ' ';
    } else if (c != 0xFFFD && !text::is_other(c)) {
      text::append_utf8(clean, c);
    }
  }
  if (strip_accents_) clean = text::decompose(clean);
  std::string out;
  out.reserve(clean.size());
  for (std::size_t at = 0; at < clean.size();) {
    const auto [c, length] = text::decode(clean, at);
    at += length;
    if (strip_accents_ && c >= 0x80 && text::is_nonspacing_mark(c)) continue;
    if (lower_case_) {
      text::append_lower(out, c);
    } else {
      text::append_utf8(out, c);
    }
  }
  return out;
}

std::int64_t WordPiece::find(const Pieces& pieces, std::string_view text) const {
  const auto found = pieces.find(text);
  return found == pieces.end() ? -1 : found->second;
}

void WordPiece::append_word(std::string_view word, std::vector<std::int64_t>& ids) const {
  if (const auto whole = find(pieces_, word); whole >= 0) {
    ids.push_back(whole);
    return;
  }
  const std::size_t before = ids.size();
  if (text::count_code_points(word) > word_characters_max_) {
    ids.push_back(unknown_);
    return;
  }
  for (std::size_t at = 0; at < word.size();) {
    const Pieces& pieces = at == 0 ? pieces_ : continuations_;
    std::size_t length = std::min(word.size() - at, piece_bytes_max_);
    std::int64_t id = -1;
    for (; length > 0; --length) {
      id = find(pieces, word.substr(at, length));
      if (id >= 0) break;
    }
    if (id < 0) {
      // One part unknown makes the word unknown: so the model was trained.
      ids.resize(before);
      ids.push_back(unknown_);
      return;
    }
    ids.push_back(id);
    at += length;
  }
}

std::vector<std::int64_t> WordPiece::encode(std::string_view text, std::size_t tokens_max) const {
  // No token is made of more than a few dozen bytes on average, and the rest is cut anyway; a text
  // of many megabytes must not be normalised whole for its first 512 tokens.
  static constexpr std::size_t kBytesPerTokenMax = 512;
  if (text.size() / kBytesPerTokenMax > tokens_max) {
    text = text.substr(0, text::floor_boundary(text, tokens_max * kBytesPerTokenMax));
  }
  const std::string clean = normalise(text);
  std::vector<std::int64_t> ids;
  ids.reserve(clean.size() / 4 + 2);
  ids.push_back(start_);
  const std::size_t content_max = std::max<std::size_t>(tokens_max, 2) - 1;
  std::size_t word_start = 0;
  const auto end_word = [&](std::size_t end) {
    if (end > word_start)
      append_word(std::string_view(clean).substr(word_start, end - word_start), ids);
  };
  for (std::size_t at = 0; at < clean.size() && ids.size() < content_max;) {
    const auto [c, length] = text::decode(clean, at);
    if (c == ' ') {
      end_word(at);
      word_start = at + length;
    } else if (is_break(c)) {
      end_word(at);
      append_word(std::string_view(clean).substr(at, length), ids);
      word_start = at + length;
    }
    at += length;
  }
  if (ids.size() < content_max) end_word(clean.size());
  if (ids.size() > content_max) ids.resize(content_max);
  ids.push_back(end_);
  return ids;
}

std::size_t WordPiece::count(std::string_view text) const {
  return encode(text, text.size() + 2).size();
}

}  // namespace hearth::engine
