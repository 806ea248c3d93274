#include "api/internal/arguments.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace {

std::string_view name_of(Field::Type type) {
  switch (type) {
    case Field::Type::Text:
      return "a text";
    case Field::Type::Integer:
      return "a whole number";
    case Field::Type::Number:
      return "a number";
    case Field::Type::Boolean:
      return "true or false";
    case Field::Type::TextList:
      return "a list of texts";
    case Field::Type::Any:
      return "a value";
  }
  return "a value";
}

std::unexpected<Error> wrong(const Field& field, std::string_view why) {
  return fail(Code::Invalid, format("\"{}\" {}", field.name, why));
}

Result<void> check_range(const Field& field, double value, std::string_view unit) {
  if (value >= field.min && value <= field.max) return {};
  return wrong(field, format("must have {} to {}{}", field.min, field.max, unit));
}

/// A path or a name ends at U+0000 for the system, which would then read another one than was said.
Result<void> check_whole(const Field& field, std::string_view text) {
  if (!text.contains('\0')) return {};
  return wrong(field, "must not hold the character U+0000");
}

Result<void> check_text(const Field& field, std::string_view text) {
  TRY(check_whole(field, text));
  if (!field.choices.empty() && std::ranges::count(field.choices, text) == 0) {
    std::string choices;
    for (const std::string_view choice : field.choices) {
      choices += choices.empty() ? "" : ", ";
      choices += choice;
    }
    return wrong(field, format("must be one of: {}", choices));
  }
  if (field.need == Field::Need::Required && text::trim(text).empty()) {
    return wrong(field, "is empty");
  }
  return check_range(field, static_cast<double>(text.size()), " bytes");
}

Result<void> check_value(const Field& field, const Json& value) {
  const auto mistyped = [&] { return wrong(field, format("must be {}", name_of(field.type))); };
  switch (field.type) {
    case Field::Type::Text:
      if (!value.is_string()) return mistyped();
      return check_text(field, value.view());
    case Field::Type::Integer:
      if (!value.as_int()) return mistyped();
      return check_range(field, static_cast<double>(*value.as_int()), "");
    case Field::Type::Number:
      if (!value.as_double() || !std::isfinite(*value.as_double())) return mistyped();
      return check_range(field, *value.as_double(), "");
    case Field::Type::Boolean:
      if (!value.is_bool()) return mistyped();
      return {};
    case Field::Type::TextList:
      if (!value.is_array()) return mistyped();
      for (const Json& item : value.items()) {
        if (!item.is_string()) return mistyped();
        TRY(check_whole(field, item.view()));
      }
      return check_range(field, static_cast<double>(value.items().size()), " items");
    case Field::Type::Any:
      return {};
  }
  return {};
}

/// A query or path value as JSON of the field's type.
Result<Json> from_text(const Field& field, std::string_view text) {
  const auto mistyped = [&] { return wrong(field, format("must be {}", name_of(field.type))); };
  const char* end = text.data() + text.size();
  if (field.type == Field::Type::Integer) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return mistyped();
    return Json(value);
  }
  if (field.type == Field::Type::Number) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end) return mistyped();
    return Json(value);
  }
  if (field.type == Field::Type::Boolean) {
    // "?explain" alone means yes.
    if (text.empty() || text == "true" || text == "1") return Json(true);
    if (text == "false" || text == "0") return Json(false);
    return mistyped();
  }
  if (field.type == Field::Type::TextList) return Json::array({Json(text)});
  return Json(text);
}

const Field* find_field(std::span<const Field> fields, std::string_view name, Field::In in) {
  for (const Field& field : fields) {
    if (field.name == name && field.in == in) return &field;
  }
  return nullptr;
}

std::unexpected<Error> unknown(std::string_view name, std::span<const Field> fields) {
  const std::string shown = text::shorten(name, 60);
  if (const auto near = nearest(name, fields)) {
    return fail(Code::Invalid, format("unknown field \"{}\"; did you mean \"{}\"?", shown, *near));
  }
  return fail(Code::Invalid, format("unknown field \"{}\"", shown));
}

Result<void> take_texts(std::span<const Field> fields, const net::Query& values, Field::In in,
                        Json& out) {
  for (const auto& [name, text] : values) {
    const Field* field = find_field(fields, name, in);
    if (!field) return unknown(name, fields);
    TRY_ASSIGN(Json value, from_text(*field, text));
    if (const Json* former = out.find(name)) {
      if (field->type != Field::Type::TextList) return wrong(*field, "is given twice");
      Json both = *former;
      value = both.push(text);
    }
    TRY(check_value(*field, value));
    out.set(name, std::move(value));
  }
  return {};
}

Result<void> take_body(std::span<const Field> fields, std::string_view body, Json& out) {
  const bool wanted =
      std::ranges::any_of(fields, [](const Field& f) { return f.in == Field::In::Body; });
  if (text::trim(body).empty()) return {};
  TRY_ASSIGN(const Json parsed, Json::parse(body));
  if (!parsed.is_object()) return fail(Code::Invalid, "the body must be a JSON object");
  if (!wanted && !parsed.members().empty()) {
    return fail(Code::Invalid, "this request takes no body");
  }
  for (const auto& [name, value] : parsed.members()) {
    const Field* field = find_field(fields, name, Field::In::Body);
    if (!field) return unknown(name, fields);
    if (value.is_null()) continue;
    TRY(check_value(*field, value));
    out.set(name, value);
  }
  return {};
}

std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view Arguments::text_or(std::string_view name, std::string_view otherwise) const {
  const Json& value = values_[name];
  return value.is_string() ? value.view() : otherwise;
}

std::optional<std::string_view> nearest(std::string_view name, std::span<const Field> fields) {
  if (name.size() > 64) return std::nullopt;
  std::optional<std::string_view> best;
  std::size_t fewest = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const Field& field : fields) {
    if (field.in == Field::In::Path) continue;
    const std::size_t distance = edits(name, field.name);
    if (distance < fewest) {
      fewest = distance;
      best = field.name;
    }
  }
  return best;
}

Result<Arguments> read_arguments(std::span<const Field> fields, const net::Query& path,
                                 const net::Query& query, std::string_view body) {
  Json values = Json::object();
  TRY(take_texts(fields, path, Field::In::Path, values));
  TRY(take_texts(fields, query, Field::In::Query, values));
  TRY(take_body(fields, body, values));
  for (const Field& field : fields) {
    if (field.need == Field::Need::Required && !values.has(field.name)) {
      return wrong(field, "is missing");
    }
  }
  return Arguments(std::move(values));
}

}  // namespace hearth::api
