#include "platform/paths.h"

#include <map>

#include <gtest/gtest.h>

namespace hearth::platform {
namespace {

Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

TEST(Paths, HearthHomeWinsOverEverything) {
  const auto home = hearth_home(
      with({{"HEARTH_HOME", "/srv/vault/"}, {"XDG_DATA_HOME", "/data"}, {"HOME", "/home/ada"}}));
  EXPECT_EQ(home->string(), "/srv/vault");
}

TEST(Paths, ARelativeHearthHomeBecomesAbsolute) {
  const auto home = hearth_home(with({{"HEARTH_HOME", "a/../vault"}}));
  EXPECT_EQ(*home, std::filesystem::current_path() / "vault");
}

TEST(Paths, TheDataFolderFollowsXdgAndIgnoresRelativeValues) {
  EXPECT_EQ(hearth_home(with({{"XDG_DATA_HOME", "/data"}, {"HOME", "/home/ada"}}))->string(),
            "/data/hearth");
  EXPECT_EQ(hearth_home(with({{"XDG_DATA_HOME", "data"}, {"HOME", "/home/ada"}}))->string(),
            "/home/ada/.local/share/hearth");
  EXPECT_EQ(config_folder(with({{"HOME", "/home/ada"}}))->string(), "/home/ada/.config/hearth");
  EXPECT_EQ(cache_folder(with({{"HOME", "/home/ada"}}))->string(), "/home/ada/.cache/hearth");
}

TEST(Paths, WithoutHomeThePasswordFileIsAsked) {
  const auto home = hearth_home(with({}));
  ASSERT_TRUE(home) << home.error().message;
  EXPECT_TRUE(home->is_absolute());
}

}  // namespace
}  // namespace hearth::platform
