/// What the core and its document helper `hearth-extract` say to each other.
///
/// The core sends one message for each file over a message socket (descriptor 3): a JSON object
/// with `media_type`, `name`, `gzip`, `text_bytes_max` and `time_ms_max`, and two open files: the
/// document and the writing end of a pipe. What comes through that pipe is untrusted:
///
///     4 bytes   length of the header, little endian
///     header    JSON: {result: "text" | "none" | "failed", code, problem, title, date_ms, pages,
///     outline} text      UTF-8, up to the trailer 8 bytes   the trailer, written by the helper
///     after its child has ended
///
/// A stream without a trailer means that the helper itself died.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace hearth::extraction {

inline constexpr int kSocketFd = 3;
/// The exit code of a child that could not be confined: it has not looked at the file.
inline constexpr int kNotConfined = 4;
inline constexpr std::size_t kHeaderBytesMax = 16U << 20U;
inline constexpr std::size_t kTrailerBytes = 8;

/// How the child that read one document ended.
struct Trailer {
  enum class End : char { Exited = 'e', Signalled = 's', TimedOut = 't' };
  End end = End::Exited;
  std::int32_t detail = 0;  ///< The exit code or the signal.

  [[nodiscard]] std::array<char, kTrailerBytes> bytes() const {
    std::array<char, kTrailerBytes> out{'H', 'X', '1', static_cast<char>(end)};
    std::memcpy(out.data() + 4, &detail, sizeof detail);
    return out;
  }
  [[nodiscard]] static std::optional<Trailer> parse(std::string_view bytes) {
    if (bytes.size() != kTrailerBytes || !bytes.starts_with("HX1")) return std::nullopt;
    Trailer out{static_cast<End>(bytes[3]), 0};
    std::memcpy(&out.detail, bytes.data() + 4, sizeof out.detail);
    return out;
  }
};

}  // namespace hearth::extraction
