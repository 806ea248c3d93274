#include "net/target.h"

#include <optional>

#include "core/format.h"
#include "core/text.h"

namespace hearth::net {
namespace {

constexpr std::size_t kPairsMax = 100;

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Tabs and line ends are fine in a question that travels in a query; the rest of C0 never is.
bool is_forbidden_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus == Plus::Space) {
      c = ' ';
    } else if (c == '%') {
      const auto high = i + 1 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
      if (!high || !low) return fail(Code::Invalid, "a %-escape in the address is not two digits");
      c = static_cast<char>(*high * 16U + *low);
      i += 2;
    }
    if (is_forbidden_control(c)) {
      return fail(Code::Invalid, "the address holds a control character");
    }
    out.push_back(c);
  }
  if (!text::is_valid_utf8(out)) return fail(Code::Invalid, "the address is not valid UTF-8");
  return out;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
    } else {
      out += format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Result<Query> parse_query(std::string_view text) {
  Query query;
  if (text.empty()) return query;
  for (const std::string_view pair : text::split(text, '&')) {
    if (pair.empty()) continue;
    if (query.size() == kPairsMax) {
      return fail(Code::Invalid, format("the query has more than {} parts", kPairsMax));
    }
    const std::size_t equals = pair.find('=');
    TRY_ASSIGN(auto name, percent_decode(pair.substr(0, equals), Plus::Space));
    std::string value;
    if (equals != std::string_view::npos) {
      TRY_ASSIGN(value, percent_decode(pair.substr(equals + 1), Plus::Space));
    }
    query.emplace_back(std::move(name), std::move(value));
  }
  return query;
}

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return fail(Code::Invalid, "the address must start with /");
  target = target.substr(0, target.find('#'));
  Target parsed;
  const std::size_t mark = target.find('?');
  for (const std::string_view segment : text::split(target.substr(1, mark - 1), '/')) {
    TRY_ASSIGN(auto decoded, percent_decode(segment));
    if (decoded == "." || decoded == "..") {
      return fail(Code::Invalid, "the address may not hold . or .. segments");
    }
    parsed.path.push_back(std::move(decoded));
  }
  if (mark != std::string_view::npos) {
    TRY_ASSIGN(parsed.query, parse_query(target.substr(mark + 1)));
  }
  return parsed;
}

}  // namespace hearth::net
