/// A request's fields: declared, checked, read.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "net/http.h"

namespace hearth::api {

/// One field a route understands, with its limits and a sentence for the documentation.
struct Field {
  enum class In { Path, Query, Body };
  /// `Any` is checked by its handler; its `help` says what it may be.
  enum class Type { Text, Integer, Number, Boolean, TextList, Any };
  enum class Need { Optional, Required };

  std::string_view name;
  In in = In::Body;
  Type type = Type::Text;
  Need need = Need::Optional;
  std::string_view help;
  /// Of the value for numbers, of the bytes for texts, of the items for lists.
  double min = 0;
  double max = 65'536;
  std::vector<std::string_view> choices;
};

/// The checked values. Optional fields that are absent or null read as nothing.
class Arguments {
 public:
  Arguments() = default;
  explicit Arguments(Json values) : values_(std::move(values)) {}

  [[nodiscard]] bool has(std::string_view name) const { return values_.has(name); }
  [[nodiscard]] const Json& operator[](std::string_view name) const { return values_[name]; }
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const {
    return values_[name].as_string();
  }
  [[nodiscard]] std::string_view text_or(std::string_view name, std::string_view otherwise) const;
  [[nodiscard]] std::int64_t integer_or(std::string_view name, std::int64_t otherwise) const {
    return values_[name].int_or(otherwise);
  }
  [[nodiscard]] bool boolean_or(std::string_view name, bool otherwise) const {
    return values_[name].bool_or(otherwise);
  }

 private:
  Json values_ = Json::object();
};

/// Reads the fields from the path's captures, the query and the JSON body. `Invalid` names the
/// field and what is wrong; an unknown field is an error that names the nearest known one.
[[nodiscard]] Result<Arguments> read_arguments(std::span<const Field> fields,
                                               const net::Query& path, const net::Query& query,
                                               std::string_view body);

/// The known name with the fewest edits; nothing when none is near.
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view name,
                                                      std::span<const Field> fields);

}  // namespace hearth::api
