// links: engine
// Frames from the other side, whole or in pieces, and the messages in them: refused or read, and
// what is read is written back the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/host/frame.h"
#include "engine/host/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hearth::engine;
  if (size == 0) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  FrameReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    reader.feed(bytes.substr(at, step));
    for (;;) {
      const auto frame = reader.next();
      if (!frame || !*frame) break;
      const auto& header = (*frame)->header;
      static_cast<void>(read_load_encoder(header));
      static_cast<void>(read_load_generator(header));
      static_cast<void>(read_usage(header["usage"]));
      static_cast<void>(read_error(header));
      static_cast<void>(payload_to_floats((*frame)->payload));
      if (const auto embed = read_embed(header)) {
        const auto again = read_embed(to_json(*embed));
        if (!again || again->texts != embed->texts) __builtin_trap();
      }
      if (const auto generate = read_generate(header)) {
        if (!read_generate(to_json(*generate))) __builtin_trap();
      }
    }
  }
  return 0;
}
