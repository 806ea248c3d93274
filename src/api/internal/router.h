/// Which route a request means.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/http.h"

namespace hearth::api {

struct Route;

struct Match {
  const Route* route = nullptr;
  net::Query captures;  ///< The values of {name} parts.
  std::string allowed;  ///< Methods that exist for this path when `route` is null.
};

/// Finds routes by method and decoded path segments. A literal part wins over a {name}.
///
/// Threads: any. The routes must outlive it.
class Router {
 public:
  explicit Router(std::span<const Route> routes);
  [[nodiscard]] Match match(std::string_view method, std::span<const std::string> path) const;

 private:
  struct Entry {
    const Route* route;
    std::vector<std::string> parts;
  };
  std::vector<Entry> entries_;
};

}  // namespace hearth::api
