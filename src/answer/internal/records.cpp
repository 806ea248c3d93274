// Rows of tables, objects of JSON, entries of calendars and address books, as "name: value" lines.
#include <algorithm>
#include <optional>

#include "answer/internal/units.h"
#include "core/csv.h"

namespace hearth::answer::detail {
namespace {

std::vector<std::string> fields_of(std::string_view record, char separator) {
  std::vector<std::string> fields = csv::fields_of(record, separator);
  for (std::string& field : fields) field = text::squeeze(field);
  return fields;
}

std::string as_words(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '_', ' ');
  return out;
}

void append_pair(std::string& shown, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  if (!shown.empty()) shown += "; ";
  if (!key.empty()) shown += as_words(key) + ": ";
  shown += value;
}

text::Range trimmed(std::string_view text, text::Range range) {
  const std::string_view words = text::trim(text.substr(range.start, range.size()));
  const auto start = static_cast<std::size_t>(words.data() - text.data());
  return words.empty() ? text::Range{range.start, range.start}
                       : text::Range{start, start + words.size()};
}

std::string unquoted(std::string_view value) {
  value = text::trim(value);
  while (value.ends_with(',')) value.remove_suffix(1);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return text::squeeze(value);
}

std::size_t string_end(std::string_view text, std::size_t at, std::size_t end) {
  for (++at; at < end; ++at) {
    if (text[at] == '\\')
      ++at;
    else if (text[at] == '"')
      return at + 1;
  }
  return end;
}

// "key: value; key: value" of an object without objects inside.
std::string shown_object(std::string_view body) {
  std::string shown;
  std::size_t start = 0;
  int depth = 0;
  const auto push = [&](std::string_view member) {
    member = text::trim(member);
    if (!member.starts_with('"')) return append_pair(shown, "", unquoted(member));
    const std::size_t key_end = string_end(member, 0, member.size());
    const std::size_t colon = member.find(':', key_end);
    if (colon == std::string_view::npos) return append_pair(shown, "", unquoted(member));
    std::string value = unquoted(member.substr(colon + 1));
    std::erase_if(value, [](char c) { return c == '"' || c == '[' || c == ']'; });
    append_pair(shown, unquoted(member.substr(0, key_end)), text::squeeze(value));
  };
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '"') {
      i = string_end(body, i, body.size()) - 1;
    } else if (body[i] == '[') {
      ++depth;
    } else if (body[i] == ']') {
      --depth;
    } else if (body[i] == ',' && depth <= 0) {
      push(body.substr(start, i - start));
      start = i + 1;
    }
  }
  push(body.substr(start));
  return shown;
}

struct Open {
  std::size_t at = 0;
  std::string key;
  bool has_object = false;
  std::size_t free_from = 0;  // where text not yet covered by inner objects begins
};

std::string path_of(const std::vector<Open>& open) {
  std::string path;
  for (const Open& one : open) {
    if (one.key.empty()) continue;
    if (!path.empty()) path += " > ";
    path += as_words(one.key);
  }
  return path;
}

// Lines of an outer object that no inner object covers.
void add_lines(std::string_view text, text::Range range, const std::string& context,
               std::size_t block, std::vector<Unit>& units) {
  std::size_t at = range.start;
  while (at < range.end) {
    const std::size_t end = std::min(text.find('\n', at), range.end);
    text::Range line = trimmed(text, {at, end});
    const std::string_view words = text.substr(line.start, line.size());
    std::string_view whole = words;
    if (whole.ends_with('{') || whole.ends_with('[')) {  // the key of what follows is not a value
      const std::size_t comma = whole.rfind(',');
      whole = comma == std::string_view::npos ? std::string_view() : whole.substr(0, comma);
      line.end = line.start + whole.size();
    }
    if (whole.find_first_not_of("{}[], \"") != std::string_view::npos) {
      std::string shown = shown_object(whole);
      if (!shown.empty()) units.push_back({Form::Field, line, block, std::move(shown), context});
    }
    at = end + 1;
  }
}

std::string date_of_stamp(std::string_view value) {
  const bool date = value.size() >= 8 &&
                    value.substr(0, 8).find_first_not_of("0123456789") == std::string_view::npos;
  if (!date) return std::string(value);
  std::string out = std::string(value.substr(0, 4)) + "-" + std::string(value.substr(4, 2)) + "-" +
                    std::string(value.substr(6, 2));
  if (value.size() >= 13 && value[8] == 'T') {
    out += " " + std::string(value.substr(9, 2)) + ":" + std::string(value.substr(11, 2));
  }
  return out;
}

std::string label_of(std::string_view key) {
  const std::string lower = text::to_lower_ascii(key.substr(0, key.find(';')));
  if (lower == "dtstart") return "start";
  if (lower == "dtend") return "end";
  if (lower == "summary" || lower == "fn") return "";
  if (lower == "tel") return "phone";
  if (lower == "adr") return "address";
  if (lower == "bday") return "birthday";
  if (lower == "rrule") return "repeats";
  return lower;
}

std::string shown_record(std::string_view body) {
  std::string shown;
  std::string line;
  const auto push = [&] {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return;
    const std::string key = text::to_lower_ascii(line.substr(0, line.find_first_of(";:")));
    for (const std::string_view skip :
         {"begin", "end", "uid", "dtstamp", "version", "prodid", "n", "sequence", "created",
          "last-modified", "trigger", "action"}) {
      if (key == skip) return;
    }
    std::string value = date_of_stamp(line.substr(colon + 1));
    std::string clean;
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\' && i + 1 < value.size()) {
        ++i;
        clean.push_back(value[i] == 'n' || value[i] == 'N' ? ' ' : value[i]);
      } else {
        clean.push_back(value[i] == ';' ? ',' : value[i]);
      }
    }
    append_pair(shown, label_of(key), text::squeeze(clean));
  };
  for (std::string_view raw : text::split(body, '\n')) {
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    if (raw.starts_with(' ') || raw.starts_with('\t')) {
      line += raw.substr(1);
      continue;
    }
    push();
    line = std::string(raw);
  }
  push();
  return shown;
}

}  // namespace

void cut_table(std::string_view text, text::Range region, std::string_view media_type,
               std::vector<Unit>& units) {
  const std::size_t header_end = csv::record_end(text, 0, text.size());
  const std::string_view header = text.substr(0, header_end);
  const char separator =
      media_type == "text/tab-separated-values" ? '\t' : csv::separator_of(header);
  const std::vector<std::string> names = fields_of(header, separator);
  std::size_t at = std::max(region.start, std::min(header_end + 1, text.size()));
  while (at < region.end) {
    const std::size_t end = std::max(csv::record_end(text, at, region.end), at);
    const text::Range row = trimmed(text, {at, std::min(end, region.end)});
    at = end + 1;
    if (row.size() == 0) continue;
    const std::vector<std::string> values =
        fields_of(text.substr(row.start, row.size()), separator);
    std::string shown;
    for (std::size_t i = 0; i < values.size(); ++i) {
      append_pair(shown, i < names.size() ? std::string_view(names[i]) : "", values[i]);
    }
    units.push_back({Form::Row, row, 0, std::move(shown), ""});
  }
}

void cut_json(std::string_view text, text::Range region, std::vector<Unit>& units) {
  constexpr std::size_t kObjectMax = 900;
  std::vector<Open> open;
  std::string key;
  std::string last_string;
  std::size_t block = 0;
  open.push_back({region.start, "", false, region.start});
  for (std::size_t i = region.start; i < region.end; ++i) {
    const char c = text[i];
    if (c == '"') {
      const std::size_t end = string_end(text, i, region.end);
      last_string = unquoted(text.substr(i, end - i));
      i = end - 1;
    } else if (c == ':') {
      key = last_string;
    } else if (c == '{') {
      add_lines(text, {open.back().free_from, i}, path_of(open), block, units);
      open.back().has_object = true;
      open.push_back({i, key, false, i + 1});
      key.clear();
    } else if (c == '}' && open.size() > 1) {
      const Open done = open.back();
      const std::string context = path_of(open);
      if (!done.has_object && i + 1 - done.at <= kObjectMax) {
        units.push_back({Form::Row,
                         {done.at, i + 1},
                         ++block,
                         shown_object(text.substr(done.at + 1, i - done.at - 1)),
                         context});
      } else {
        add_lines(text, {done.free_from, i}, context, block, units);
      }
      open.pop_back();
      open.back().free_from = i + 1;
    }
  }
  add_lines(text, {open.back().free_from, region.end}, path_of(open), block, units);
}

void cut_records(std::string_view text, text::Range region, std::vector<Unit>& units) {
  std::size_t at = region.start;
  std::size_t block = 0;
  while (at < region.end) {
    std::size_t start = std::min(text.find("BEGIN:VEVENT", at), text.find("BEGIN:VCARD", at));
    if (start >= region.end) return;
    const bool event = text.substr(start).starts_with("BEGIN:VEVENT");
    const std::string_view mark = event ? "END:VEVENT" : "END:VCARD";
    std::size_t end = text.find(mark, start);
    end = end == std::string_view::npos ? region.end : std::min(end + mark.size(), region.end);
    units.push_back(
        {Form::Row, {start, end}, ++block, shown_record(text.substr(start, end - start)), ""});
    at = end;
  }
}

}  // namespace hearth::answer::detail
