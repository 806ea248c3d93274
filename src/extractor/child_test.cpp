#include "extractor/child.h"

#include <gmock/gmock.h>

namespace hearth::extractor {
namespace {

TEST(Child, OpensOnlyCharacterMapsWhereFilesCanBeConfined) {
  const auto profile = child_profile({.files = true, .network = true});
  EXPECT_THAT(profile.readable, testing::ElementsAre("/usr/share/poppler"));
  EXPECT_TRUE(profile.network_left);
  EXPECT_FALSE(profile.threads);
}

// Without Landlock, only a filter that forbids opening altogether keeps the promise.
TEST(Child, OpensNothingWhereTheKernelCannotConfineFiles) {
  const auto profile = child_profile({.files = false, .network = false});
  EXPECT_TRUE(profile.readable.empty());
  EXPECT_FALSE(profile.network_left);
  EXPECT_TRUE(profile.address_space_bytes.has_value());
}

}  // namespace
}  // namespace hearth::extractor
