#include "net/target.h"

#include <gtest/gtest.h>

namespace hearth::net {
namespace {

TEST(Target, DecodesSegmentsAfterSplittingThem) {
  const auto target = parse_target("/api/v1/tokens/a%2Fb%20c?q=x+y%26z&flag&=v&q=2");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->path, (std::vector<std::string>{"api", "v1", "tokens", "a/b c"}));
  EXPECT_EQ(target->query, (Query{{"q", "x y&z"}, {"flag", ""}, {"", "v"}, {"q", "2"}}));
}

TEST(Target, ReadsTheRootAsOneEmptySegment) {
  EXPECT_EQ(parse_target("/")->path, std::vector<std::string>{""});
  EXPECT_EQ(parse_target("/?a=1")->path, std::vector<std::string>{""});
  EXPECT_EQ(parse_target("/a//b/")->path, (std::vector<std::string>{"a", "", "b", ""}));
}

TEST(Target, RefusesWhatCouldMeanTwoThings) {
  for (const char* bad : {"", "a", "http://evil/x", "*", "/%", "/%4", "/%zz", "/a%00b", "/%ff",
                          "/../etc/passwd", "/a/%2e%2e/b", "/.", "/%C0%AE%C0%AE/", "/?q=%", "/?%ff",
                          "/%ED%A0%80", "/a%7f", "/?a=%1b"}) {
    const auto target = parse_target(bad);
    ASSERT_FALSE(target.has_value()) << bad;
    EXPECT_EQ(target.error().code, Code::Invalid) << bad;
  }
}

TEST(Target, LimitsTheNumberOfQueryParts) {
  std::string query;
  for (int i = 0; i < 101; ++i) query += "a&";
  EXPECT_FALSE(parse_query(query).has_value());
  EXPECT_TRUE(parse_query(query.substr(0, 200)).has_value());
}

TEST(Target, DecodesWhatItEncodes) {
  const std::string text = "Grüße & 100% /?#+\n";
  EXPECT_EQ(percent_decode(percent_encode(text)), text);
  EXPECT_EQ(percent_encode("a b/ü"), "a%20b%2F%C3%BC");
}

}  // namespace
}  // namespace hearth::net
