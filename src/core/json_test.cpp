#include "core/json.h"

#include <gtest/gtest.h>

namespace hearth {
namespace {

TEST(Json, ReadsBackWhatItPrints) {
  Json value =
      Json::object({{"name", "Ada"}, {"age", 36}, {"ratio", 0.1}, {"tags", Json::array()}});
  value.set("nested", Json::object({{"deep", Json::array({1, 2.5, nullptr, true, "x\"\n\x01"})}}));
  for (const int indent : {0, 2}) {
    const auto parsed = Json::parse(value.dump(indent));
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed, value);
  }
}

TEST(Json, KeepsTheLastOfDoubledKeys) {
  const auto parsed = Json::parse(R"({"a":1,"b":2,"a":3})");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->members().size(), 2U);
  EXPECT_EQ((*parsed)["a"].int_or(0), 3);
}

TEST(Json, NamesThePlaceOfASyntaxError) {
  const auto parsed = Json::parse("{\n  \"a\": nope\n}");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_EQ(parsed.error().code, Code::Invalid);
  EXPECT_NE(parsed.error().message.find("line 2"), std::string::npos);
}

TEST(Json, RefusesDeepNestingInsteadOfOverflowingTheStack) {
  const auto parsed = Json::parse(std::string(100'000, '['));
  ASSERT_FALSE(parsed.has_value());
  EXPECT_NE(parsed.error().message.find("deeper than 64"), std::string::npos);
}

TEST(Json, RefusesInvalidUtf8OnTheWayInAndNeverWritesIt) {
  EXPECT_FALSE(Json::parse("\"\xff\"").has_value());
  EXPECT_EQ(Json("a\xff").dump(), "\"a\xEF\xBF\xBD\"");
}

TEST(Json, ReadsAbsentAndForeignValuesAsNothing) {
  const Json value = Json::object({{"text", "seven"}});
  EXPECT_TRUE(value["absent"]["deeper"].is_null());
  EXPECT_FALSE(value["text"].as_int().has_value());
  EXPECT_TRUE(value["text"].items().empty());
  EXPECT_EQ(Json(3.0).as_int(), 3);
  EXPECT_FALSE(Json(3.5).as_int().has_value());
}

}  // namespace
}  // namespace hearth
