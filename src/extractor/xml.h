/// Small reading aids over pugixml, which knows no external entities and expands none of a DTD's.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <pugixml.hpp>

#include "core/result.h"

namespace hearth::extractor {

/// The name without its prefix: "w:p" is "p".
[[nodiscard]] std::string_view local_name(const pugi::xml_node& node);
[[nodiscard]] std::string_view local_attribute(const pugi::xml_node& node, std::string_view name);
/// The first element of that local name below `node`, at any depth.
[[nodiscard]] pugi::xml_node find_element(const pugi::xml_node& node, std::string_view name);
/// Corrupt when it is no XML.
[[nodiscard]] Result<void> parse_xml(pugi::xml_document& document, std::string_view bytes);
/// "2024-03-01T10:00:00Z", also without time or zone, as milliseconds since 1970.
[[nodiscard]] std::optional<std::int64_t> parse_iso_date(std::string_view text);

}  // namespace hearth::extractor
