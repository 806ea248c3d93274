#include "extractor/xml.h"

#include <charconv>
#include <chrono>
#include <vector>

namespace hearth::extractor {
namespace {

std::string_view local(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return std::nullopt;
  int value = 0;
  const char* end = text.data() + at + digits;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view local_name(const pugi::xml_node& node) { return local(node.name()); }

std::string_view local_attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    if (local(attribute.name()) == name) return attribute.value();
  }
  return {};
}

pugi::xml_node find_element(const pugi::xml_node& node, std::string_view name) {
  return node.find_node([&](const pugi::xml_node& other) { return local_name(other) == name; });
}

Result<void> parse_xml(pugi::xml_document& document, std::string_view bytes) {
  const auto parsed =
      document.load_buffer(bytes.data(), bytes.size(), pugi::parse_default | pugi::parse_ws_pcdata);
  if (!parsed) return fail(Code::Corrupt, "A part of this document is damaged.");
  return {};
}

std::optional<std::int64_t> parse_iso_date(std::string_view text) {
  const auto year = number_at(text, 0, 4);
  const auto month = number_at(text, 5, 2);
  const auto day = number_at(text, 8, 2);
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  std::chrono::milliseconds since = std::chrono::sys_days(date).time_since_epoch();
  const auto hour = number_at(text, 11, 2);
  const auto minute = number_at(text, 14, 2);
  if (hour && minute) since += std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  return since.count();
}

}  // namespace hearth::extractor
