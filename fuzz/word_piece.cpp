// links: engine
// The first line chooses: a tokenizer file, or a text for a small one. Ids stay within the limit
// and the vocabulary.

#include "engine/text/word_piece.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

constexpr std::string_view kSmall = R"({"model": {"type": "WordPiece", "unk_token": "[UNK]",
  "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "##a": 5, "b": 6, "##b": 7,
            "ab": 8, "##ab": 9, "\u00e9": 10, "\u65e5": 11, "!": 12}}})";

void check(const hearth::engine::WordPiece& tokenizer, std::string_view text) {
  const auto ids = tokenizer.encode(text, 16);
  if (ids.size() < 2 || ids.size() > 16) __builtin_trap();
  if (tokenizer.count(text) < ids.size()) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static const auto small = hearth::engine::WordPiece::parse(kSmall);
  if (input.starts_with('{')) {
    if (const auto parsed = hearth::engine::WordPiece::parse(input)) check(*parsed, "ab \xFF!");
  } else {
    check(*small, input);
  }
  return 0;
}
