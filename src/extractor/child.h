/// The life of a child: be confined, read, answer.
#pragma once

#include <cstdint>
#include <string>

namespace hearth::extractor {

struct Request {
  std::string media_type;
  std::string name;
  std::uint64_t text_bytes_max = 0;
  std::int64_t time_ms_max = 0;
};

/// Reads the open file `in` and writes the answer to `out`. Returns the exit code: 0 when an answer
/// was written, whatever it says.
[[nodiscard]] int run_child(const Request& request, int in, int out);

}  // namespace hearth::extractor
