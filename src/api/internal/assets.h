/// The page: files of web/dist inside the program.
#pragma once

#include <span>
#include <string_view>

#include "net/http.h"

namespace hearth::api {

/// One embedded file. The generated source holds the table; `gzip` and `brotli` are empty when the
/// build stored no such form.
struct Asset {
  std::string_view path;  ///< "/assets/index-4f3a.js"
  std::string_view etag;  ///< Quoted.
  std::string_view plain;
  std::string_view gzip;
  std::string_view brotli;
};

/// All of them; empty when the program was built without the page.
[[nodiscard]] std::span<const Asset> embedded_assets();

/// Answers GET and HEAD for the page's files: encodings, conditions, one range, cache headers and a
/// strict content policy. Paths without a file give the page itself, which has its own routes.
[[nodiscard]] net::Response serve_asset(std::span<const Asset> assets, const net::Request& request);

}  // namespace hearth::api
