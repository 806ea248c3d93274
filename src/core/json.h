/// JSON values for every room: parse with limits, build, read, print. The library behind it is
/// known to `json.cpp` alone, so this header is cheap to include.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace hearth {

/// One JSON value. A copyable value type; objects keep the order in which members were added.
///
/// Reading never fails: a missing member or a value of another type reads as nothing, so a caller
/// asks for what it needs and says what is missing.
///
/// Threads: as `std::vector`. Errors: only `parse` returns any (Invalid, Exhausted).
class Json {
 public:
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  Json(std::nullptr_t) {}
  Json(bool value) : value_(value) {}
  Json(int value) : value_(std::int64_t{value}) {}
  Json(unsigned value) : value_(std::int64_t{value}) {}
  Json(std::int64_t value) : value_(value) {}
  /// Above the range of int64 the value becomes a double.
  Json(std::uint64_t value);
  Json(double value) : value_(value) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(std::string_view value) : value_(std::string(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(Array value) : value_(std::move(value)) {}
  Json(Object value) : value_(std::move(value)) {}

  [[nodiscard]] static Json object(std::initializer_list<Member> members = {});
  [[nodiscard]] static Json array(std::initializer_list<Json> items = {});

  /// Parses one document. `Invalid` names the line and column; deeper nesting than `depth_max` is
  /// refused; of doubled keys the last one counts. Invalid UTF-8 is refused.
  [[nodiscard]] static Result<Json> parse(std::string_view text, std::size_t depth_max = 64);

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] bool is_object() const { return std::holds_alternative<Object>(value_); }
  [[nodiscard]] bool is_array() const { return std::holds_alternative<Array>(value_); }
  [[nodiscard]] bool is_string() const { return std::holds_alternative<std::string>(value_); }
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_bool() const { return std::holds_alternative<bool>(value_); }

  /// The member, or null (a shared constant) when absent or not an object.
  [[nodiscard]] const Json& operator[](std::string_view key) const;
  [[nodiscard]] const Json* find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

  [[nodiscard]] std::optional<std::string> as_string() const;
  [[nodiscard]] std::optional<bool> as_bool() const;
  /// A number without a fraction that fits; 3.0 reads as 3.
  [[nodiscard]] std::optional<std::int64_t> as_int() const;
  [[nodiscard]] std::optional<double> as_double() const;
  /// The text itself without a copy; empty for other types.
  [[nodiscard]] std::string_view view() const;
  [[nodiscard]] std::string string_or(std::string_view otherwise) const;
  [[nodiscard]] std::int64_t int_or(std::int64_t otherwise) const;
  [[nodiscard]] double double_or(double otherwise) const;
  [[nodiscard]] bool bool_or(bool otherwise) const;
  /// Empty for other types, so that a loop over it is always right.
  [[nodiscard]] const Array& items() const;
  [[nodiscard]] const Object& members() const;

  /// Adds or replaces a member; a null value becomes an object first.
  Json& set(std::string_view key, Json value);
  /// Appends; a null value becomes an array first.
  Json& push(Json value);

  /// Compact when `indent` is 0. Output is valid UTF-8; malformed bytes become U+FFFD. Doubles
  /// print as the shortest text that reads back equal; NaN and infinity print as null.
  [[nodiscard]] std::string dump(int indent = 0) const;

  friend bool operator==(const Json&, const Json&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

}  // namespace hearth
