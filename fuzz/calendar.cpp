// links: extractor
// Whatever the bytes, the text is UTF-8 and headings lie inside it.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/text.h"
#include "extractor/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto read = hearth::extractor::read_calendar({input, "", "", {}, 0});
  if (!read) return 0;
  if (!hearth::text::is_valid_utf8(read->text)) std::abort();
  for (const auto& heading : read->outline) {
    if (heading.start > read->text.size()) std::abort();
  }
  return 0;
}
