#include "ingest/read/answer.h"

#include <algorithm>
#include <cstring>

#include "core/extraction.h"
#include "core/json.h"
#include "core/text.h"

namespace hearth::ingest {
namespace {

constexpr std::size_t kTitleBytesMax = 500;
constexpr std::size_t kPagesMax = 200'000;

// Offsets that go back or lie outside are dropped: they would make citations wrong.
std::vector<std::size_t> read_pages(const Json& pages, std::string_view text) {
  std::vector<std::size_t> out;
  for (const Json& page : pages.items()) {
    const auto at = static_cast<std::size_t>(std::max<std::int64_t>(0, page.int_or(-1)));
    if (at > text.size() || (!out.empty() && at < out.back()) || out.size() >= kPagesMax) break;
    out.push_back(text::floor_boundary(text, at));
  }
  return out;
}

std::vector<OutlineEntry> read_outline(const Json& outline, std::string_view text) {
  std::vector<OutlineEntry> out;
  for (const Json& entry : outline.items()) {
    const std::int64_t at = entry["start"].int_or(-1);
    const auto start = static_cast<std::size_t>(std::max<std::int64_t>(0, at));
    if (at < 0 || start > text.size() || (!out.empty() && start < out.back().start)) continue;
    const auto level = static_cast<int>(std::clamp<std::int64_t>(entry["level"].int_or(1), 1, 9));
    out.push_back({text::floor_boundary(text, start), level,
                   text::shorten(text::squeeze(entry["title"].view()), kTitleBytesMax)});
  }
  return out;
}

Error failure(const Json& header) {
  const std::string_view code = header["code"].view();
  const std::string problem =
      text::shorten(header["problem"].string_or("The file is damaged."), 1000);
  if (code == "exhausted") return {Code::Exhausted, problem};
  if (code == "timed_out") return {Code::TimedOut, problem};
  return {Code::Corrupt, problem};
}

}  // namespace

Result<std::optional<Extracted>> parse_answer(std::string_view stream,
                                              std::string_view media_type) {
  std::uint32_t header_bytes = 0;
  if (stream.size() < sizeof header_bytes) return fail(Code::Internal, "the reader said nothing");
  std::memcpy(&header_bytes, stream.data(), sizeof header_bytes);
  stream.remove_prefix(sizeof header_bytes);
  if (header_bytes > stream.size() || header_bytes > extraction::kHeaderBytesMax) {
    return fail(Code::Internal, "the reader's answer is cut off");
  }
  TRY_ASSIGN(const Json header, Json::parse(stream.substr(0, header_bytes)));
  stream.remove_prefix(header_bytes);
  const std::string_view result = header["result"].view();
  if (result == "none") return std::optional<Extracted>{};
  if (result != "text") return std::unexpected(failure(header));
  if (!text::is_valid_utf8(stream)) return fail(Code::Internal, "the reader's text is not UTF-8");
  Extracted out;
  out.media_type = media_type;
  out.text = stream;
  out.title = text::shorten(text::squeeze(header["title"].view()), kTitleBytesMax);
  out.date_ms = header["date_ms"].as_int();
  out.pages = read_pages(header["pages"], out.text);
  out.outline = read_outline(header["outline"], out.text);
  out.problem = text::shorten(header["problem"].view(), 1000);
  return std::optional<Extracted>(std::move(out));
}

}  // namespace hearth::ingest
