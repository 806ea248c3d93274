#include "api/internal/places.h"

#include <vector>

#include <gtest/gtest.h>

namespace hearth::api {
namespace {

using net::Lane;

Caller client(std::string name) { return {.kind = Caller::Kind::Client, .name = std::move(name)}; }

TEST(Places, OfTheLongLaneAreFewForOneClientAndNeverAllForClients) {
  Places places(Places::limits_for(16));
  std::vector<std::shared_ptr<void>> held;
  for (const char* name : {"a", "b", "c", "d"}) {
    for (int i = 0; i < 6; ++i) held.push_back(places.take(client(name), Lane::Long));
  }
  const auto taken = std::erase(held, nullptr);
  EXPECT_EQ(taken, 24U - 12U);
  EXPECT_EQ(places.take(client("e"), Lane::Long), nullptr);
  EXPECT_NE(places.take(client("a"), Lane::Quick), nullptr);
  for (int i = 0; i < 100; ++i) {
    held.push_back(places.take({.kind = Caller::Kind::Owner}, Lane::Long));
    EXPECT_NE(held.back(), nullptr);
  }
}

TEST(Places, AreGivenBack) {
  Places places({.each = 2, .each_long = 1, .all_long = 1});
  for (int i = 0; i < 3; ++i) {
    const auto place = places.take(client("a"), Lane::Long);
    EXPECT_NE(place, nullptr);
    EXPECT_EQ(places.take(client("b"), Lane::Long), nullptr);
    const auto quick = places.take(client("a"), Lane::Quick);
    EXPECT_NE(quick, nullptr);
    EXPECT_EQ(places.take(client("a"), Lane::Quick), nullptr);
  }
}

TEST(Places, LeaveOneForClientsHoweverFewThereAre) {
  EXPECT_EQ(Places::limits_for(16).all_long, 12U);
  EXPECT_EQ(Places::limits_for(4).all_long, 1U);
  EXPECT_EQ(Places::limits_for(0).all_long, 1U);
}

}  // namespace
}  // namespace hearth::api
