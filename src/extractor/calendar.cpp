#include <algorithm>
#include <vector>

#include "core/text.h"
#include "extractor/text_builder.h"
#include "extractor/xml.h"

namespace hearth::extractor {
namespace {

/// "DTSTART;TZID=Europe/Berlin:20240301T100000" as a name and a value.
struct Property {
  std::string name;
  std::string parameters;
  std::string value;
};

// Long lines are folded: a line that begins with a space goes on the one before.
std::vector<std::string> unfold(std::string_view text) {
  std::vector<std::string> lines;
  for (std::string_view line : text::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool folded = line.starts_with(' ') || line.starts_with('\t');
    if (folded && !lines.empty()) {
      lines.back() += line.substr(1);
    } else if (!line.empty()) {
      lines.emplace_back(line);
    }
  }
  return lines;
}

std::string unescape(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      out.push_back(value[i]);
      continue;
    }
    const char next = value[++i];
    out.push_back(next == 'n' || next == 'N' ? '\n' : next);
  }
  return out;
}

Property parse(const std::string& line) {
  Property out;
  bool quoted = false;
  std::size_t colon = 0;
  while (colon < line.size() && (line[colon] != ':' || quoted)) {
    if (line[colon] == '"') quoted = !quoted;
    ++colon;
  }
  const std::string_view head = std::string_view(line).substr(0, colon);
  const std::size_t semicolon = head.find(';');
  out.name = text::to_lower_ascii(head.substr(0, semicolon));
  // "item1.EMAIL" groups properties of a card.
  if (const std::size_t dot = out.name.find('.'); dot != std::string::npos)
    out.name.erase(0, dot + 1);
  if (semicolon != std::string_view::npos) out.parameters = head.substr(semicolon + 1);
  if (colon < line.size()) out.value = unescape(std::string_view(line).substr(colon + 1));
  return out;
}

bool is_number(std::string_view part) {
  return part.find_first_not_of("0123456789") == std::string_view::npos;
}

// "20240301T100000Z" as people write it.
std::string readable_date(std::string_view value) {
  if (value.size() < 8 || !is_number(value.substr(0, 8))) return std::string(value);
  std::string out = std::string(value.substr(0, 4)) + "-" + std::string(value.substr(4, 2)) + "-" +
                    std::string(value.substr(6, 2));
  if (value.size() >= 13 && value[8] == 'T' && is_number(value.substr(9, 4))) {
    out += " " + std::string(value.substr(9, 2)) + ":" + std::string(value.substr(11, 2));
  }
  if (value.ends_with('Z')) out += " UTC";
  return out;
}

struct Label {
  std::string_view name;
  std::string_view label;
};

constexpr Label kEventLabels[] = {{"dtstart", "Start"},
                                  {"dtend", "End"},
                                  {"due", "Due"},
                                  {"location", "Place"},
                                  {"organizer", "Organizer"},
                                  {"attendee", "Attendee"},
                                  {"rrule", "Repeats"},
                                  {"status", "Status"},
                                  {"categories", "Categories"},
                                  {"description", "Description"},
                                  {"url", "URL"},
                                  {"comment", "Comment"}};
constexpr Label kCardLabels[] = {
    {"n", ""},          {"nickname", "Nickname"},    {"org", "Organization"},
    {"title", "Role"},  {"email", "E-mail"},         {"tel", "Phone"},
    {"adr", "Address"}, {"bday", "Birthday"},        {"url", "URL"},
    {"note", "Note"},   {"categories", "Categories"}};

template <std::size_t N>
std::string_view label_of(const Label (&labels)[N], std::string_view name) {
  const auto* found = std::ranges::find(labels, name, &Label::name);
  return found == std::end(labels) ? std::string_view{} : found->label;
}

bool is_date(std::string_view name) {
  return name == "dtstart" || name == "dtend" || name == "due" || name == "bday";
}

// Structured values separate with semicolons, most of them empty.
std::string without_empty_parts(std::string_view value) {
  std::string out;
  for (const std::string_view part : text::split(value, ';')) {
    if (text::trim(part).empty()) continue;
    if (!out.empty()) out += ", ";
    out += text::trim(part);
  }
  return out;
}

std::string value_of(const Property& property) {
  if (is_date(property.name)) return readable_date(property.value);
  if (property.name == "adr" || property.name == "org") return without_empty_parts(property.value);
  constexpr std::string_view kMailto = "mailto:";
  if (text::to_lower_ascii(property.value).starts_with(kMailto)) {
    return property.value.substr(kMailto.size());
  }
  return property.value;
}

template <std::size_t N>
void write_items(const std::vector<std::string>& lines, std::string_view begins,
                 std::string_view title_property, const Label (&labels)[N], TextBuilder& builder,
                 Document& document) {
  std::vector<Property> item;
  int depth = 0;
  for (const std::string& line : lines) {
    Property property = parse(line);
    const std::string kind = text::to_lower_ascii(property.value);
    if (property.name == "begin") {
      if (begins.find("," + kind + ",") != std::string_view::npos && depth == 0) item.clear();
      // Alarms and the like inside an event are left out.
      depth += begins.find("," + kind + ",") != std::string_view::npos ? 1 : (depth > 0 ? 1 : 0);
      continue;
    }
    if (property.name != "end") {
      if (depth == 1) item.push_back(std::move(property));
      continue;
    }
    if (depth > 0 && --depth > 0) continue;
    if (item.empty()) continue;
    const auto title = std::ranges::find(item, title_property, &Property::name);
    builder.begin_heading(1);
    builder.words(title == item.end() ? "(without a name)" : title->value);
    builder.end_heading();
    builder.line_ends(1);
    for (const Property& one : item) {
      const std::string_view label = label_of(labels, one.name);
      if (label.empty()) continue;
      builder.words(std::string(label) + ": ");
      builder.words(value_of(one));
      builder.line_ends(1);
      if (one.name == "dtstart" && !document.date_ms) {
        document.date_ms = parse_iso_date(readable_date(one.value));
      }
    }
    builder.line_ends(2);
    item.clear();
  }
}

Result<std::vector<std::string>> lines_of(const Input& input) {
  const auto utf8 = decode_text(input.bytes, "");
  if (!utf8) return fail(Code::Corrupt, "This file holds no text.");
  return unfold(*utf8);
}

}  // namespace

Result<Document> read_calendar(const Input& input) {
  TRY_ASSIGN(const auto lines, lines_of(input));
  Document document;
  TextBuilder builder(document, input.limits);
  write_items(lines, ",vevent,vtodo,vjournal,", "summary", kEventLabels, builder, document);
  builder.finish();
  return document;
}

Result<Document> read_contacts(const Input& input) {
  TRY_ASSIGN(const auto lines, lines_of(input));
  Document document;
  TextBuilder builder(document, input.limits);
  write_items(lines, ",vcard,", "fn", kCardLabels, builder, document);
  builder.finish();
  document.date_ms.reset();
  return document;
}

}  // namespace hearth::extractor
