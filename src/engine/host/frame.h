/// How the core and a model worker talk: messages over one socket.
///
/// A frame is u32 length of the rest, u32 length of the header, the header (a JSON object), and the
/// payload (the remaining bytes: vectors as little-endian float32). All integers are little-endian.
/// Either side may be wrong or hostile to the other: every length is checked before it is believed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"

namespace hearth::engine {

inline constexpr std::size_t kHeaderBytesMax = 16U << 20;
inline constexpr std::size_t kFrameBytesMax = 64U << 20;

/// One message.
struct Frame {
  Json header;
  std::string payload;
};

/// `Exhausted` when it is larger than the limits above.
[[nodiscard]] Result<std::string> encode(const Frame& frame);

/// Takes bytes as they come and gives whole frames.
///
/// Threads: one. Errors: Corrupt; after one, the stream is lost and every further call repeats it.
class FrameReader {
 public:
  void feed(std::string_view bytes);
  /// The next whole frame; nothing when more bytes are needed.
  [[nodiscard]] Result<std::optional<Frame>> next();
  /// Bytes held that belong to no whole frame yet.
  [[nodiscard]] std::size_t pending() const { return buffer_.size() - start_; }

 private:
  [[nodiscard]] std::unexpected<Error> corrupt(std::string message);

  std::string buffer_;
  std::size_t start_ = 0;
  std::optional<Error> error_;
};

/// Vectors as payload bytes and back. `Corrupt` when the size is no whole number of floats.
[[nodiscard]] std::string floats_to_payload(std::span<const float> values);
[[nodiscard]] Result<std::vector<float>> payload_to_floats(std::string_view payload);

}  // namespace hearth::engine
