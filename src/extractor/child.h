/// The life of a child: be confined, read, answer.
#pragma once

#include <cstdint>
#include <string>

#include "platform/sandbox.h"

namespace hearth::extractor {

struct Request {
  std::string media_type;
  std::string name;
  bool gzip = false;
  std::uint64_t text_bytes_max = 0;
  std::int64_t time_ms_max = 0;
};

/// What stands around a child before it is forked.
struct Walls {
  bool files = false;    ///< The kernel can confine which files are opened (Landlock).
  bool network = false;  ///< The server lives in a network of its own with nothing in it.
};

/// What a child keeps.
[[nodiscard]] platform::SandboxProfile child_profile(const Walls& walls);

/// Reads the open file `in` and writes the answer to `out`. Returns the exit code: 0 when an answer
/// was written, whatever it says.
[[nodiscard]] int run_child(const Request& request, const Walls& walls, int in, int out);

}  // namespace hearth::extractor
