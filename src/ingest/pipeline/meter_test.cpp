#include "ingest/pipeline/meter.h"

#include <gtest/gtest.h>

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;

class MeterTest : public testing::Test {
 protected:
  void finish(std::int64_t bytes, std::chrono::milliseconds later) {
    now_ += later;
    meter_.finish(bytes, now_);
  }
  Meter meter_;
  Meter::Time now_{1h};
};

TEST_F(MeterTest, CountsFilesAndBytesAndWhatIsLeft) {
  for (int i = 0; i < 10; ++i) meter_.expect(1000);
  for (int i = 0; i < 5; ++i) finish(1000, 500ms);
  const Progress progress = meter_.progress(now_);
  EXPECT_EQ(progress.files_done, 5);
  EXPECT_EQ(progress.files_total, 10);
  EXPECT_EQ(progress.bytes_done, 5000);
  EXPECT_EQ(progress.bytes_total, 10'000);
  EXPECT_FALSE(progress.idle);
  EXPECT_NEAR(progress.bytes_per_second, 2000, 1);
  ASSERT_TRUE(progress.seconds_left);
  EXPECT_NEAR(*progress.seconds_left, 2.5, 0.01);
}

TEST_F(MeterTest, PromisesNoTimeWhileItStillLists) {
  meter_.begin_listing();
  for (int i = 0; i < 10; ++i) meter_.expect(1000);
  for (int i = 0; i < 5; ++i) finish(1000, 500ms);
  EXPECT_TRUE(meter_.progress(now_).listing);
  EXPECT_FALSE(meter_.progress(now_).seconds_left);
  meter_.end_listing();
  EXPECT_TRUE(meter_.progress(now_).seconds_left);
}

TEST_F(MeterTest, DoesNotTakeUnchangedFilesForSpeed) {
  for (int i = 0; i < 10; ++i) meter_.expect(1000);
  for (int i = 0; i < 4; ++i) finish(1000, 500ms);
  for (int i = 0; i < 1000; ++i) meter_.pass(1'000'000);
  finish(1000, 500ms);
  EXPECT_NEAR(meter_.progress(now_).bytes_per_second, 2000, 1);
}

TEST_F(MeterTest, BeginsAnewAfterAnIdleTime) {
  meter_.expect(1000);
  finish(1000, 1s);
  EXPECT_TRUE(meter_.idle());
  EXPECT_EQ(meter_.progress(now_).files_done, 1);
  meter_.expect(500);
  const Progress progress = meter_.progress(now_);
  EXPECT_EQ(progress.files_done, 0);
  EXPECT_EQ(progress.files_total, 1);
  EXPECT_EQ(progress.bytes_total, 500);
}

}  // namespace
}  // namespace hearth::ingest
