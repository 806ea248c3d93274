#include "answer/internal/compose.h"

#include <algorithm>

#include "core/format.h"

namespace hearth::answer {
namespace {

std::string with_bold(const Request& request, const Candidate& candidate) {
  std::string shown = candidate.unit.shown;
  const Span* span = key_span(request, candidate);
  if (span == nullptr || span->weak || candidate.unit.form == Form::Code) return shown;
  std::string_view inside = std::string_view(shown).substr(span->range.start, span->range.size());
  if (inside.find('*') != std::string_view::npos) return shown;
  return shown.substr(0, span->range.start) + "**" + std::string(inside) + "**" +
         shown.substr(span->range.end);
}

std::string fenced(const Evidence& evidence, const Part& part, int number) {
  const SourceText& source = evidence.sources[evidence.candidates[part.key].source];
  const std::size_t start = evidence.candidates[part.first].unit.range.start;
  const std::size_t end = evidence.candidates[part.last].unit.range.end;
  std::string code = source.text.substr(start, end - start);
  if (code.find("```") != std::string::npos) code = evidence.candidates[part.key].unit.shown;
  return format("```\n{}\n```\n[{}]", code, number);
}

// `sure`: the thing asked for is set in bold.
std::string paragraph_of(const Request& request, const Evidence& evidence, const Part& part,
                         int number, bool sure) {
  if (evidence.candidates[part.key].unit.form == Form::Code) return fenced(evidence, part, number);
  std::string out;
  for (std::size_t i = part.first; i <= part.last; ++i) {
    const Candidate& c = evidence.candidates[i];
    const bool lead =
        i == part.key || (c.thing > 0 && evidence.candidates[part.key].thing < c.thing);
    const std::string shown = lead && sure ? with_bold(request, c) : c.unit.shown;
    const bool single = part.first == part.last;
    if (c.unit.form == Form::Item && !single) {
      const bool begins = i == part.first || evidence.candidates[i - 1].unit.form != Form::Item ||
                          evidence.sources[c.source].text[c.unit.range.start - 1] == '\n';
      out += (out.empty() ? "" : begins ? "\n" : " ") + std::string(begins ? "- " : "") + shown;
    } else if (c.unit.form == Form::Heading) {
      out += shown + ": ";
    } else {
      const bool line = c.unit.form == Form::Field || c.unit.form == Form::Message;
      if (!out.empty() && !out.ends_with(' ')) out += line ? "  \n" : " ";
      out += shown;
    }
  }
  return format("{} [{}]", out, number);
}

}  // namespace

Citation cite(const Evidence& evidence, std::size_t first, std::size_t last, int number,
              double score) {
  const SourceText& source = evidence.sources[evidence.candidates[first].source];
  const std::size_t start = evidence.candidates[first].unit.range.start;
  const std::size_t end = evidence.candidates[last].unit.range.end;
  const std::string_view text = source.text;
  Citation citation;
  citation.n = number;
  citation.document = source.hit.document;
  citation.source = source.hit.source;
  citation.chunk = source.chunk_at(start);
  citation.path = source.hit.path;
  citation.title = source.hit.title;
  citation.heading = std::string(source.heading_at(start));
  citation.start_byte = source.base_byte + start;
  citation.end_byte = source.base_byte + end;
  citation.start_char = source.base_char + text::count_code_points(text.substr(0, start));
  citation.quote = std::string(text.substr(start, end - start));
  citation.end_char = citation.start_char + text::count_code_points(citation.quote);
  citation.page = source.page_at(start);
  citation.score = std::clamp(score, 0.0, 1.0);
  return citation;
}

std::vector<Paragraph> compose(const Request& request, const Evidence& evidence,
                               const Finding& finding, int first_number) {
  std::vector<Paragraph> paragraphs;
  int number = first_number;
  for (const Part& part : finding.parts) {
    paragraphs.push_back({paragraph_of(request, evidence, part, number, finding.found),
                          cite(evidence, part.first, part.last, number, part.confidence)});
    ++number;
  }
  return paragraphs;
}

}  // namespace hearth::answer
