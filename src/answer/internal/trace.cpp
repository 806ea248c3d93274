#include "answer/internal/trace.h"

#include <cstdlib>
#include <fstream>

#include "answer/internal/compose.h"
#include "answer/internal/finding.h"
#include "answer/internal/measured.h"
#include "core/json.h"

namespace hearth::answer {

void trace(const Request& request, const Evidence& evidence, std::string_view question) {
  const char* file = std::getenv("HEARTH_ANSWER_TRACE");
  if (file == nullptr || *file == '\0') return;
  Json line = Json::object({{"question", question}, {"asked", name(request.asked)}});
  Json names = Json::array();
  for (std::size_t f = 0; f < kFeatures; ++f) names.push(name(static_cast<Feature>(f)));
  line.set("features", std::move(names));
  Json focus = Json::array();
  for (const Focus& f : request.focus) {
    focus.push(
        Json::object({{"word", f.word}, {"key", f.key}, {"noun", f.noun}, {"name", f.name}}));
  }
  line.set("focus", std::move(focus));
  Json pieces = Json::array();
  for (const Finding& piece : each_alone(request, evidence)) {
    const Candidate& c = evidence.candidates[piece.nearest];
    Json values = Json::array();
    for (const double value : measure(request, evidence, piece.nearest).features) {
      values.push(value);
    }
    std::string text;
    for (const Paragraph& p : compose(request, evidence, piece)) text += p.text;
    pieces.push(Json::object({{"path", evidence.sources[c.source].hit.path},
                              {"shown", c.unit.shown},
                              {"text", text},
                              {"confidence", piece.confidence},
                              {"score", c.score},
                              {"meaning", c.meaning},
                              {"values", std::move(values)}}));
  }
  line.set("pieces", std::move(pieces));
  std::ofstream(file, std::ios::app) << line.dump() << "\n";
}

}  // namespace hearth::answer
