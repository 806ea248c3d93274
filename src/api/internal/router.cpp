#include "api/internal/router.h"

#include <algorithm>

#include "api/internal/route.h"
#include "core/text.h"

namespace hearth::api {
namespace {

bool is_name(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

bool fits(std::span<const std::string> parts, std::span<const std::string> path) {
  if (parts.size() != path.size()) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_name(parts[i]) ? path[i].empty() : parts[i] != path[i]) return false;
  }
  return true;
}

}  // namespace

Router::Router(std::span<const Route> routes) {
  for (const Route& route : routes) {
    Entry entry{&route, {}};
    for (const std::string_view part : text::split(route.path.substr(1), '/')) {
      entry.parts.emplace_back(part);
    }
    entries_.push_back(std::move(entry));
  }
  // Paths with names go last, so that a literal part wins.
  std::ranges::stable_partition(entries_, [](const Entry& entry) {
    return entry.route->path.find('{') == std::string_view::npos;
  });
}

Match Router::match(std::string_view method, std::span<const std::string> path) const {
  Match match;
  for (const Entry& entry : entries_) {
    if (!fits(entry.parts, path)) continue;
    const bool same =
        entry.route->method == method || (method == "HEAD" && entry.route->method == "GET");
    if (!same) {
      match.allowed += match.allowed.empty() ? "" : ", ";
      match.allowed += entry.route->method;
      continue;
    }
    match.route = entry.route;
    for (std::size_t i = 0; i < entry.parts.size(); ++i) {
      const std::string_view part = entry.parts[i];
      if (is_name(part)) match.captures.emplace_back(part.substr(1, part.size() - 2), path[i]);
    }
    return match;
  }
  return match;
}

}  // namespace hearth::api
