// links: ingest
// Nothing that the helper may say puts an offset outside its text.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/text.h"
#include "ingest/read/answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto answer = hearth::ingest::parse_answer(input, "text/html");
  if (!answer || !*answer) return 0;
  const auto& document = **answer;
  if (!hearth::text::is_valid_utf8(document.text)) std::abort();
  for (const std::size_t page : document.pages) {
    if (page > document.text.size()) std::abort();
  }
  for (const auto& entry : document.outline) {
    if (entry.start > document.text.size()) std::abort();
  }
  return 0;
}
