#include "engine/llama/piece_stream.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace hearth::engine {
namespace {

/// How many bytes at the end are the start of a character that is not whole yet.
std::size_t unfinished_bytes(std::string_view bytes) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
    const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return back < length ? back : 0;
  }
  return 0;
}

}  // namespace

PieceStream::PieceStream(std::vector<std::string> stops) : stops_(std::move(stops)) {
  std::erase(stops_, "");
}

/// The longest end of what is held that is the start of a stop text.
std::size_t PieceStream::held_for_stops() const {
  std::size_t longest = 0;
  for (const std::string& stop : stops_) {
    for (std::size_t size = std::min(stop.size() - 1, held_.size()); size > longest; --size) {
      if (held_.ends_with(std::string_view(stop).substr(0, size))) longest = size;
    }
  }
  return longest;
}

std::string PieceStream::push(std::string_view bytes) {
  if (stopped_) return {};
  held_ += bytes;
  std::size_t first = std::string::npos;
  for (const std::string& stop : stops_) first = std::min(first, held_.find(stop));
  if (first != std::string::npos) {
    stopped_ = true;
    return text::to_valid_utf8(std::string_view(held_).substr(0, first));
  }
  const std::size_t keep = std::max(held_for_stops(), unfinished_bytes(held_));
  const std::string ready =
      text::to_valid_utf8(std::string_view(held_).substr(0, held_.size() - keep));
  held_.erase(0, held_.size() - keep);
  return ready;
}

std::string PieceStream::finish() {
  if (stopped_) return {};
  return text::to_valid_utf8(std::exchange(held_, {}));
}

}  // namespace hearth::engine
