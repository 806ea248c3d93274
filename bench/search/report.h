/// What was measured, as JSON and as a picture.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace bench {

/// Milliseconds of many runs.
struct Times {
  std::vector<double> ms;
  [[nodiscard]] double at(double share) const;  ///< 0.5 is the median.
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
};

[[nodiscard]] hearth::Json to_json(const std::vector<Row>& rows);
/// Both curves over the number of chunks, on logarithmic axes.
[[nodiscard]] std::string to_svg(const std::vector<Row>& rows);

}  // namespace bench
