#include "search/report.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"

namespace bench {
namespace {

using hearth::format;
using hearth::Json;

constexpr double kLeft = 80;
constexpr double kTop = 60;
constexpr double kWidth = 560;
constexpr double kHeight = 320;
constexpr double kMsLow = 0.1;
constexpr double kMsHigh = 10'000;

double x_of(double chunks) { return kLeft + kWidth * (std::log10(chunks) - 3.5) / 3.0; }
double y_of(double ms) {
  const double share = std::log(std::max(ms, kMsLow) / kMsLow) / std::log(kMsHigh / kMsLow);
  return kTop + kHeight * (1 - share);
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(std::lround(share * last))];
}

Json times_json(const Times& times) {
  return Json::object({{"p50_ms", times.at(0.5)},
                       {"p95_ms", times.at(0.95)},
                       {"processor_p50_ms", times.processor_at(0.5)},
                       {"processor_p95_ms", times.processor_at(0.95)}});
}

template <class Value>
std::string curve(const std::vector<Row>& rows, const char* colour, const char* name, Value value) {
  std::string points;
  std::string marks;
  for (const Row& row : rows) {
    const double x = x_of(static_cast<double>(row.chunks));
    const double y = y_of(value(row));
    points += format("{:.1f},{:.1f} ", x, y);
    marks += format(
        "<circle cx='{:.1f}' cy='{:.1f}' r='4' fill='{}'/>"
        "<text x='{:.1f}' y='{:.1f}' fill='{}'>{:.2f} ms</text>",
        x, y, colour, x - 20, y - 10, colour, value(row));
  }
  const Row& last = rows.back();
  return format(
      "<polyline points='{}' fill='none' stroke='{}' stroke-width='2'/>{}"
      "<text x='{:.1f}' y='{:.1f}' fill='{}' font-weight='bold'>{}</text>",
      points, colour, marks, x_of(static_cast<double>(last.chunks)) - 60, y_of(value(last)) + 24,
      colour, name);
}

}  // namespace

double Times::at(double share) const { return quantile(ms, share); }
double Times::processor_at(double share) const { return quantile(processor_ms, share); }

Json to_json(const std::vector<Row>& rows) {
  Json out = Json::array();
  for (const Row& row : rows) {
    out.push(Json::object({{"chunks", static_cast<std::int64_t>(row.chunks)},
                           {"real_vectors", static_cast<std::int64_t>(row.real_vectors)},
                           {"queries", static_cast<std::int64_t>(row.queries)},
                           {"ours", times_json(row.ours)},
                           {"ours_vectors_alone", times_json(row.ours_vectors)},
                           {"sqlite_vec_and_fts5", times_json(row.theirs)},
                           {"ratio_p50", row.ratio()},
                           {"processor_ratio_p50", row.processor_ratio()},
                           {"recall_at_10", row.recall},
                           {"load_seconds", row.load_seconds},
                           {"memory_mb", row.memory_mb}}));
  }
  return out;
}

std::string to_svg(const std::vector<Row>& rows) {
  std::string out =
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 720 440' font-family='sans-serif' "
      "font-size='12'><rect width='720' height='440' fill='white'/>"
      "<text x='80' y='30' font-size='16'>Hybrid search, median of a query, one process</text>";
  for (double ms = kMsLow; ms <= kMsHigh * 1.01; ms *= 10) {
    out += format(
        "<line x1='{}' x2='{}' y1='{:.1f}' y2='{:.1f}' stroke='#ddd'/>"
        "<text x='20' y='{:.1f}'>{} ms</text>",
        kLeft, kLeft + kWidth, y_of(ms), y_of(ms), y_of(ms) + 4, ms);
  }
  for (const double chunks : {10'000.0, 100'000.0, 1'000'000.0}) {
    out += format(
        "<line x1='{:.1f}' x2='{:.1f}' y1='{}' y2='{}' stroke='#ddd'/>"
        "<text x='{:.1f}' y='{}' text-anchor='middle'>{} chunks</text>",
        x_of(chunks), x_of(chunks), kTop, kTop + kHeight, x_of(chunks), kTop + kHeight + 20,
        static_cast<std::int64_t>(chunks));
  }
  if (!rows.empty()) {
    out += curve(rows, "#c0392b", "sqlite-vec + FTS5",
                 [](const Row& row) { return row.theirs.at(0.5); });
    out += curve(rows, "#1f6feb", "Hearth", [](const Row& row) { return row.ours.at(0.5); });
  }
  return out + "</svg>\n";
}

}  // namespace bench
