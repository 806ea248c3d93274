#include "engine/host/frame.h"

#include <gmock/gmock.h>

namespace hearth::engine {
namespace {

Frame sample(std::int64_t id) {
  const std::vector<float> floats = {1.0F, -2.5F, 0.0F};
  return {Json::object({{"id", id}, {"op", "embed"}, {"texts", Json::array({"a", "b"})}}),
          floats_to_payload(floats)};
}

TEST(Frame, ComesBackAsItWasHoweverTheBytesArrive) {
  const std::string bytes = *encode(sample(1)) + *encode(sample(2)) + *encode({Json::object(), ""});
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{17}, bytes.size()}) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      reader.feed(std::string_view(bytes).substr(at, step));
      for (;;) {
        auto frame = reader.next();
        ASSERT_TRUE(frame);
        if (!*frame) break;
        frames.push_back(std::move(**frame));
      }
    }
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[1].header["id"].as_int(), 2);
    EXPECT_THAT(*payload_to_floats(frames[1].payload), testing::ElementsAre(1.0F, -2.5F, 0.0F));
    EXPECT_EQ(frames[2].payload, "");
    EXPECT_EQ(reader.pending(), 0U);
  }
}

Error error_of(std::string_view bytes) {
  FrameReader reader;
  reader.feed(bytes);
  const auto frame = reader.next();
  if (frame) return {Code::Internal, "no error"};
  EXPECT_EQ(reader.next().error(), frame.error()) << "the stream is lost";
  return frame.error();
}

TEST(Frame, IsRefusedWhenItsLengthsLie) {
  using namespace std::string_literals;
  EXPECT_EQ(error_of("\xFF\xFF\xFF\xFF"s).code, Code::Corrupt);
  EXPECT_EQ(error_of("\x03\x00\x00\x00"s).code, Code::Corrupt);
  EXPECT_EQ(error_of("\x08\x00\x00\x00\x05\x00\x00\x00{}  "s).code, Code::Corrupt);
  EXPECT_EQ(error_of("\x06\x00\x00\x00\x02\x00\x00\x00[]"s).code, Code::Corrupt);
  EXPECT_EQ(error_of("\x06\x00\x00\x00\x02\x00\x00\x00{x"s).code, Code::Corrupt);
}

TEST(Frame, IsNotMadeWhenTooLarge) {
  EXPECT_EQ(encode({Json::object(), std::string(kFrameBytesMax, 'x')}).error().code,
            Code::Exhausted);
}

TEST(Frame, PayloadMustHoldWholeFloats) {
  EXPECT_EQ(payload_to_floats("12345").error().code, Code::Corrupt);
}

}  // namespace
}  // namespace hearth::engine
