// links: extractor
// Whatever the bytes, the text is UTF-8.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/text.h"
#include "extractor/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto read = hearth::extractor::read_mail({input, "", "", {}, 0});
  if (read && !hearth::text::is_valid_utf8(read->text)) std::abort();
  return 0;
}
