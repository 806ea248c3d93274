#include "core/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hearth::csv {
namespace {

using testing::ElementsAre;

TEST(Csv, CutsFieldsOutsideQuotesAndUndoesTheQuotes) {
  EXPECT_THAT(fields_of(R"(plain,"one, two","say ""hi""",)", ','),
              ElementsAre("plain", "one, two", R"(say "hi")", ""));
  EXPECT_THAT(fields_of("", ','), ElementsAre(""));
}

TEST(Csv, EndsARecordAtALineEndOutsideQuotes) {
  const std::string_view text = "a,\"b\nc\"\nnext";
  EXPECT_EQ(record_end(text, 0, text.size()), 7U);
  EXPECT_EQ(record_end(text, 8, text.size()), text.size());
  EXPECT_EQ(record_end(text, 0, 3), 3U);
}

TEST(Csv, GivesUpOnAQuoteThatNeverCloses) {
  const std::string text = "a,\"b\nnext" + std::string(20'000, 'x') + "\nlast";
  EXPECT_EQ(record_end(text, 0, text.size()), 4U);
}

TEST(Csv, FindsTheSeparatorThatWasReallyUsed) {
  EXPECT_EQ(separator_of("name;price, net;stock"), ';');
  EXPECT_EQ(separator_of("name\tprice"), '\t');
  EXPECT_EQ(separator_of("one column"), ',');
  EXPECT_EQ(separator_of("one column", '\t'), '\t');
}

}  // namespace
}  // namespace hearth::csv
