#include "core/json.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include <nlohmann/json.hpp>

#include "core/format.h"
#include "core/text.h"

namespace hearth {
namespace {

const Json kNull;
const Json::Array kNoItems;
const Json::Object kNoMembers;

// Keeps the last of doubled keys, in linear time: the input may be hostile.
void drop_doubled(Json::Object& members) {
  std::unordered_map<std::string_view, std::size_t> last;
  for (std::size_t i = 0; i < members.size(); ++i) last[members[i].first] = i;
  if (last.size() == members.size()) return;
  Json::Object kept;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (last[members[i].first] == i) kept.push_back(members[i]);
  }
  members = std::move(kept);
}

// Builds a Json from the parser's events; the depth limit holds before anything is allocated.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Builder(std::size_t depth_max) : depth_max_(depth_max) {}

  bool null() override { return add(Json()); }
  bool boolean(bool value) override { return add(Json(value)); }
  bool number_integer(std::int64_t value) override { return add(Json(value)); }
  bool number_unsigned(std::uint64_t value) override { return add(Json(value)); }
  bool number_float(double value, const std::string&) override { return add(Json(value)); }
  bool string(std::string& value) override { return add(Json(std::move(value))); }
  bool binary(nlohmann::json::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(std::string& value) override {
    open_.back().key = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    position_ = position;
    return false;
  }

  Json take() { return std::move(root_); }
  [[nodiscard]] bool too_deep() const { return too_deep_; }
  [[nodiscard]] std::size_t position() const { return position_; }

 private:
  struct Frame {
    bool is_array = false;
    Json::Array items;
    Json::Object members;
    std::string key;
  };

  bool add(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_array) {
      open_.back().items.push_back(std::move(value));
    } else {
      open_.back().members.emplace_back(std::move(open_.back().key), std::move(value));
    }
    return true;
  }

  bool open(bool is_array) {
    if (open_.size() >= depth_max_) {
      too_deep_ = true;
      return false;
    }
    open_.push_back(Frame{.is_array = is_array, .items = {}, .members = {}, .key = {}});
    return true;
  }

  bool close() {
    Frame done = std::move(open_.back());
    open_.pop_back();
    if (done.is_array) return add(Json(std::move(done.items)));
    drop_doubled(done.members);
    return add(Json(std::move(done.members)));
  }

  std::size_t depth_max_;
  Json root_;
  std::vector<Frame> open_;
  bool too_deep_ = false;
  std::size_t position_ = 0;
};

std::string place(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position, text.size()));
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t newline = before.rfind('\n');
  const std::size_t column =
      newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return format("line {}, column {}", line, std::max<std::size_t>(column, 1));
}

void dump_string(std::string& out, std::string_view value) {
  out.push_back('"');
  for (const char c : value) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

void dump_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  out.append(digits.data(), end.ptr);
}

class Printer {
 public:
  Printer(std::string& out, int indent) : out_(out), indent_(indent) {}

  void print(const Json& value) {
    if (value.is_object()) {
      print_object(value.members());
    } else if (value.is_array()) {
      print_array(value.items());
    } else if (value.is_string()) {
      const std::string_view view = value.view();
      dump_string(out_, text::is_valid_utf8(view) ? view : text::to_valid_utf8(view));
    } else {
      print_scalar(value);
    }
  }

 private:
  void print_scalar(const Json& value) {
    if (const auto flag = value.as_bool()) {
      out_ += *flag ? "true" : "false";
    } else if (value.is_number()) {
      print_number(value);
    } else {
      out_ += "null";
    }
  }

  void print_number(const Json& value) {
    const double number = value.double_or(0);
    const auto whole = value.as_int();
    // A double that happens to be whole prints as "3", which reads back as the integer 3.
    if (whole && (std::abs(number) < 1e15 || static_cast<double>(*whole) == number)) {
      out_ += format("{}", *whole);
    } else {
      dump_double(out_, number);
    }
  }

  void print_array(const Json::Array& items) {
    out_.push_back('[');
    ++depth_;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.push_back(',');
      newline();
      print(items[i]);
    }
    --depth_;
    if (!items.empty()) newline();
    out_.push_back(']');
  }

  void print_object(const Json::Object& members) {
    out_.push_back('{');
    ++depth_;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out_.push_back(',');
      newline();
      print(Json(members[i].first));
      out_ += indent_ > 0 ? ": " : ":";
      print(members[i].second);
    }
    --depth_;
    if (!members.empty()) newline();
    out_.push_back('}');
  }

  void newline() {
    if (indent_ == 0) return;
    out_.push_back('\n');
    out_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
  }

  std::string& out_;
  int indent_;
  int depth_ = 0;
};

}  // namespace

Json::Json(std::uint64_t value) {
  if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    value_ = static_cast<std::int64_t>(value);
  } else {
    value_ = static_cast<double>(value);
  }
}

Json Json::object(std::initializer_list<Member> members) { return Json(Object(members)); }
Json Json::array(std::initializer_list<Json> items) { return Json(Array(items)); }

Result<Json> Json::parse(std::string_view text, std::size_t depth_max) {
  Builder builder(depth_max);
  if (nlohmann::json::sax_parse(text, &builder)) return builder.take();
  if (builder.too_deep()) {
    return fail(Code::Invalid, format("JSON is nested deeper than {} levels", depth_max));
  }
  return fail(Code::Invalid, format("not valid JSON at {}", place(text, builder.position())));
}

bool Json::is_number() const {
  return std::holds_alternative<std::int64_t>(value_) || std::holds_alternative<double>(value_);
}

const Json* Json::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

const Json& Json::operator[](std::string_view key) const {
  const Json* member = find(key);
  return member ? *member : kNull;
}

std::optional<std::string> Json::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  return std::nullopt;
}

std::optional<bool> Json::as_bool() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  return std::nullopt;
}

std::optional<std::int64_t> Json::as_int() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_)) {
    if (*value == std::floor(*value) && std::abs(*value) < 9e18) {
      return static_cast<std::int64_t>(*value);
    }
  }
  return std::nullopt;
}

std::optional<double> Json::as_double() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  return std::nullopt;
}

std::string_view Json::view() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  return {};
}

std::string Json::string_or(std::string_view otherwise) const {
  return as_string().value_or(std::string(otherwise));
}
std::int64_t Json::int_or(std::int64_t otherwise) const { return as_int().value_or(otherwise); }
double Json::double_or(double otherwise) const { return as_double().value_or(otherwise); }
bool Json::bool_or(bool otherwise) const { return as_bool().value_or(otherwise); }

const Json::Array& Json::items() const {
  const auto* value = std::get_if<Array>(&value_);
  return value ? *value : kNoItems;
}

const Json::Object& Json::members() const {
  const auto* value = std::get_if<Object>(&value_);
  return value ? *value : kNoMembers;
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  auto* object = std::get_if<Object>(&value_);
  CHECK(object != nullptr);
  for (Member& member : *object) {
    if (member.first == key) {
      member.second = std::move(value);
      return *this;
    }
  }
  object->emplace_back(std::string(key), std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  if (is_null()) value_ = Array{};
  auto* array = std::get_if<Array>(&value_);
  CHECK(array != nullptr);
  array->push_back(std::move(value));
  return *this;
}

std::string Json::dump(int indent) const {
  std::string out;
  Printer(out, indent).print(*this);
  return out;
}

}  // namespace hearth
