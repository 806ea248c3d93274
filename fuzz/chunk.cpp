// links: ingest
// Passages are ordered, inside the text, and leave out white space alone.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/text.h"
#include "ingest/chunk/chunker.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static constexpr const char* kTypes[] = {"text/plain", "text/markdown",
                                           "text/csv",   "application/json",
                                           "text/x-c",   "application/jsonl"};
  if (size == 0) return 0;
  hearth::ingest::Extracted document;
  document.media_type = kTypes[data[0] % std::size(kTypes)];
  document.text = hearth::text::to_valid_utf8(input.substr(1));
  std::size_t at = 0;
  for (const auto& chunk : hearth::ingest::chunk(document)) {
    if (chunk.bytes.start < at || chunk.bytes.end <= chunk.bytes.start) std::abort();
    if (chunk.bytes.end > document.text.size()) std::abort();
    for (; at < chunk.bytes.start; ++at) {
      if (static_cast<unsigned char>(document.text[at]) > 0x20) std::abort();
    }
    at = chunk.bytes.end;
  }
  for (; at < document.text.size(); ++at) {
    if (static_cast<unsigned char>(document.text[at]) > 0x20) std::abort();
  }
  return 0;
}
