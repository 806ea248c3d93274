#include "api/internal/assets.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

constexpr std::string_view kNoPage =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Hearth</title></head>"
    "<body><h1>Hearth is running</h1><p>This build has no page in it. Build it with "
    "<code>./dev build --web</code>, then build Hearth again. The command line and the API "
    "work.</p></body></html>";

std::string_view media_type(std::string_view path) {
  struct Row {
    std::string_view suffix;
    std::string_view type;
  };
  static constexpr std::array<Row, 13> kRows = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".ttf", "font/ttf"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const Row& row : kRows) {
    if (path.ends_with(row.suffix)) return row.type;
  }
  return "application/octet-stream";
}

bool accepts(const net::Request& request, std::string_view coding) {
  const auto accepted = request.headers.find("Accept-Encoding").value_or("");
  for (const std::string_view part : text::split(accepted, ',')) {
    const std::string_view offer = text::trim(part);
    const std::string_view name = text::trim(offer.substr(0, offer.find(';')));
    if (name == coding && offer.find("q=0") == std::string_view::npos) return true;
  }
  return false;
}

struct Range {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// One "bytes=a-b", "bytes=a-" or "bytes=-n" that lies inside; nothing otherwise.
std::optional<Range> parse_range(std::string_view text, std::size_t size) {
  if (!text.starts_with("bytes=") || size == 0) return std::nullopt;
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits) -> std::optional<std::size_t> {
    std::size_t value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (!first && last && dash == 0) {
    return *last == 0 ? std::nullopt : std::optional(Range{size - std::min(size, *last), size - 1});
  }
  if (!first || *first >= size || (!last && dash + 1 != text.size())) return std::nullopt;
  const std::size_t end = std::min(last.value_or(size - 1), size - 1);
  return *first <= end ? std::optional(Range{*first, end}) : std::nullopt;
}

const Asset* find_asset(std::span<const Asset> assets, const net::Request& request) {
  std::string path;
  for (const std::string& segment : request.path) path += "/" + segment;
  const auto find = [&](std::string_view wanted) -> const Asset* {
    const auto found = std::ranges::find(assets, wanted, &Asset::path);
    return found == assets.end() ? nullptr : &*found;
  };
  if (const Asset* exact = find(path)) return exact;
  // A route of the page has no dot; a missing file must stay missing.
  return request.path.back().find('.') == std::string::npos ? find("/index.html") : nullptr;
}

net::Response with_policy(int status) {
  return {.status = status,
          .headers = {{"Content-Security-Policy", kPolicy.data()},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"}}};
}

net::Response plain_page(int status, std::string_view page) {
  net::Response response = with_policy(status);
  response.headers.add("Content-Type", "text/html; charset=utf-8");
  response.headers.add("Cache-Control", "no-store");
  response.static_body = page;
  return response;
}

/// The stored form that suits, and its name in Content-Encoding. A part is one of the plain form.
std::pair<std::string_view, std::string_view> best_form(const Asset& asset,
                                                        const net::Request& request) {
  if (request.headers.find("Range")) return {asset.plain, ""};
  if (!asset.brotli.empty() && accepts(request, "br")) return {asset.brotli, "br"};
  if (!asset.gzip.empty() && accepts(request, "gzip")) return {asset.gzip, "gzip"};
  return {asset.plain, ""};
}

/// Each form has a tag of its own, or a cache could join parts of two.
std::string tag_of(const Asset& asset, std::string_view coding) {
  if (coding.empty()) return std::string(asset.etag);
  return format("{}-{}\"", asset.etag.substr(0, asset.etag.size() - 1), coding);
}

void add_part(net::Response& response, const Asset& asset, std::string_view range_text) {
  const auto range = parse_range(range_text, asset.plain.size());
  if (!range) {
    response.status = 416;
    response.headers.add("Content-Range", format("bytes */{}", asset.plain.size()));
    return;
  }
  response.status = 206;
  response.headers.add("Content-Range",
                       format("bytes {}-{}/{}", range->first, range->last, asset.plain.size()));
  response.static_body = asset.plain.substr(range->first, range->last - range->first + 1);
}

}  // namespace

net::Response serve_asset(std::span<const Asset> assets, const net::Request& request) {
  if (assets.empty()) return plain_page(request.path.front().empty() ? 200 : 404, kNoPage);
  const Asset* asset = find_asset(assets, request);
  if (!asset) return plain_page(404, "<!doctype html><title>Hearth</title><p>Not found.</p>");
  net::Response response = with_policy(200);
  const bool immutable = asset->path.starts_with("/assets/");
  response.headers.add("Cache-Control",
                       immutable ? "public, max-age=31536000, immutable" : "no-cache");
  const auto [bytes, coding] = best_form(*asset, request);
  const std::string tag = tag_of(*asset, coding);
  response.headers.add("ETag", tag);
  response.headers.add("Vary", "Accept-Encoding");
  const auto known = request.headers.find("If-None-Match").value_or("");
  if (known.find(tag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", media_type(asset->path));
  response.headers.add("Accept-Ranges", "bytes");
  if (const auto part = request.headers.find("Range")) {
    add_part(response, *asset, *part);
    return response;
  }
  if (!coding.empty()) response.headers.add("Content-Encoding", coding);
  response.static_body = bytes;
  return response;
}

}  // namespace hearth::api
