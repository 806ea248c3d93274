// links: ingest
// Any ignore file and any path give an answer in bounded time.

#include "ingest/walk/ignore.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find(static_cast<char>(10));
  if (line == std::string_view::npos) return 0;
  hearth::ingest::IgnoreRules rules;
  rules.add("", hearth::ingest::parse_ignore(input.substr(line + 1)), "ignore file");
  static_cast<void>(rules.ignores(input.substr(0, line), size % 2 == 0));
  return 0;
}
