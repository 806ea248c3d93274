// links: search
// Whatever is typed gives units of folded words, and no word can end the quotes it is put in.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/text.h"
#include "search/internal/parsed_query.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto query = hearth::search::parse_query(input);
  for (const auto& unit : query.units) {
    if (unit.words.empty() || unit.words.size() != unit.stemmable.size()) std::abort();
    for (const auto& word : unit.words) {
      if (word.empty() || word.find('"') != std::string::npos) std::abort();
      if (!hearth::text::is_valid_utf8(word)) std::abort();
    }
    if (is_required(unit) && unit.stop) std::abort();
    const std::string expression = hearth::search::quoted(unit.words);
    if (expression.size() < 3 || expression.front() != '"' || expression.back() != '"')
      std::abort();
  }
  return 0;
}
