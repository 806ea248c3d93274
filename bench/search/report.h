/// What was measured, as JSON and as a picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace bench {

/// Milliseconds of many runs: by the clock, and of all processors together. The second hardly
/// depends on what else the machine does.
struct Times {
  std::vector<double> ms;
  std::vector<double> processor_ms;
  [[nodiscard]] double at(double share) const;  ///< 0.5 is the median.
  [[nodiscard]] double processor_at(double share) const;
};

struct Row {
  std::size_t chunks = 0;
  std::size_t real_vectors = 0;  ///< The rest are real ones, slightly turned.
  std::size_t queries = 0;
  Times ours;
  Times ours_vectors;
  Times theirs;
  double recall = 0;
  double load_seconds = 0;
  double memory_mb = 0;
  [[nodiscard]] double ratio() const { return theirs.at(0.5) / ours.at(0.5); }
  [[nodiscard]] double processor_ratio() const {
    return theirs.processor_at(0.5) / ours.processor_at(0.5);
  }
};

[[nodiscard]] hearth::Json to_json(const std::vector<Row>& rows);
/// Both curves over the number of chunks, on logarithmic axes.
[[nodiscard]] std::string to_svg(const std::vector<Row>& rows);

}  // namespace bench
