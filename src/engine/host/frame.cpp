#include "engine/host/frame.h"

#include <bit>
#include <cstring>

#include "core/format.h"

namespace hearth::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "the wire form is little-endian");

constexpr std::size_t kLengthBytes = 4;

void append_u32(std::string& out, std::size_t value) {
  const auto small = static_cast<std::uint32_t>(value);
  char bytes[kLengthBytes];
  std::memcpy(bytes, &small, sizeof small);
  out.append(bytes, sizeof bytes);
}

std::size_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

Result<std::string> encode(const Frame& frame) {
  const std::string header = frame.header.dump();
  const std::size_t rest = kLengthBytes + header.size() + frame.payload.size();
  if (header.size() > kHeaderBytesMax || rest > kFrameBytesMax) {
    return fail(Code::Exhausted, format("a message of {} bytes is too large for a worker", rest));
  }
  std::string out;
  out.reserve(kLengthBytes + rest);
  append_u32(out, rest);
  append_u32(out, header.size());
  out += header;
  out += frame.payload;
  return out;
}

void FrameReader::feed(std::string_view bytes) {
  if (error_) return;
  if (start_ > 0 && start_ == buffer_.size()) {
    buffer_.clear();
    start_ = 0;
  }
  buffer_.append(bytes);
}

std::unexpected<Error> FrameReader::corrupt(std::string message) {
  error_ = Error{Code::Corrupt, std::move(message)};
  buffer_.clear();
  start_ = 0;
  return std::unexpected(*error_);
}

Result<std::optional<Frame>> FrameReader::next() {
  if (error_) return std::unexpected(*error_);
  const std::string_view held = std::string_view(buffer_).substr(start_);
  if (held.size() < kLengthBytes) return std::nullopt;
  const std::size_t rest = read_u32(held);
  if (rest < kLengthBytes || rest > kFrameBytesMax) {
    return corrupt(format("a frame says it has {} bytes", rest));
  }
  if (held.size() < 2 * kLengthBytes) return std::nullopt;
  const std::size_t header_size = read_u32(held.substr(kLengthBytes));
  if (header_size > kHeaderBytesMax || header_size > rest - kLengthBytes) {
    return corrupt(format("a frame of {} bytes says its header has {}", rest, header_size));
  }
  if (held.size() < kLengthBytes + rest) return std::nullopt;
  auto header = Json::parse(held.substr(2 * kLengthBytes, header_size));
  if (!header) return corrupt("a frame's header: " + header.error().message);
  if (!header->is_object()) return corrupt("a frame's header is not an object");
  Frame frame{std::move(*header), std::string(held.substr(2 * kLengthBytes + header_size,
                                                          rest - kLengthBytes - header_size))};
  start_ += kLengthBytes + rest;
  if (start_ > buffer_.size() / 2) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  return std::optional<Frame>(std::move(frame));
}

std::string floats_to_payload(std::span<const float> values) {
  std::string out(values.size_bytes(), '\0');
  if (!values.empty()) std::memcpy(out.data(), values.data(), values.size_bytes());
  return out;
}

Result<std::vector<float>> payload_to_floats(std::string_view payload) {
  if (payload.size() % sizeof(float) != 0) {
    return fail(Code::Corrupt, format("{} bytes are no whole number of floats", payload.size()));
  }
  std::vector<float> values(payload.size() / sizeof(float));
  if (!payload.empty()) std::memcpy(values.data(), payload.data(), payload.size());
  return values;
}

}  // namespace hearth::engine
