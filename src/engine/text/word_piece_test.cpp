#include "engine/text/word_piece.h"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

namespace hearth::engine {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kSmall = R"({"model": {"type": "WordPiece", "unk_token": "[UNK]",
  "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "un": 4, "##aff": 5, "##able": 6,
            "want": 7, "##ed": 8, "!": 9, "[": 10, "]": 11, "sep": 12, "e": 13}}})";

WordPiece small() { return *WordPiece::parse(kSmall); }

/// The tokenizer that bge-small is published with; `./dev setup` puts it there.
const WordPiece* published() {
  static const auto tokenizer = []() -> std::optional<WordPiece> {
    std::ifstream file(HEARTH_MODELS_DIR
                       "/6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4"
                       "/tokenizer.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto parsed = WordPiece::parse(text);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
  }();
  return tokenizer ? &*tokenizer : nullptr;
}

TEST(WordPiece, TakesTheLongestPieceItKnows) {
  EXPECT_THAT(small().encode("unaffable wanted!", 512), ElementsAre(2, 4, 5, 6, 7, 8, 9, 3));
}

TEST(WordPiece, MakesAWholeWordUnknownWhenOnePartIs) {
  EXPECT_THAT(small().encode("wantedx want", 512), ElementsAre(2, 1, 7, 3));
}

TEST(WordPiece, ReadsTheNameOfASpecialTokenAsText) {
  EXPECT_THAT(small().encode("[SEP]", 512), ElementsAre(2, 10, 12, 11, 3));
}

TEST(WordPiece, KeepsItsLimitWithTheEndInPlace) {
  EXPECT_THAT(small().encode("want want want want", 4), ElementsAre(2, 7, 7, 3));
  EXPECT_THAT(small().encode("unaffable", 4), ElementsAre(2, 4, 5, 3));
  EXPECT_THAT(small().encode("", 4), ElementsAre(2, 3));
  EXPECT_EQ(small().count("want want want want"), 6U);
}

TEST(WordPiece, SurvivesBrokenUtf8AndEndlessWords) {
  EXPECT_THAT(small().encode("want\xFF\xC3 want", 512), ElementsAre(2, 7, 7, 3));
  EXPECT_THAT(small().encode(std::string(5'000'000, 'e'), 512), ElementsAre(2, 1, 3));
}

TEST(WordPiece, SaysWhatIsWrongWithAFile) {
  EXPECT_EQ(WordPiece::parse("{").error().code, Code::Corrupt);
  EXPECT_EQ(WordPiece::parse("{}").error().code, Code::Invalid);
  EXPECT_EQ(WordPiece::parse(R"({"model":{"type":"BPE","vocab":{}}})").error().code, Code::Invalid);
  EXPECT_EQ(WordPiece::parse(R"({"model":{"vocab":{"a":"b"}}})").error().code, Code::Corrupt);
  EXPECT_EQ(WordPiece::parse(R"({"model":{"vocab":{"[UNK]":0}}})").error().code, Code::Invalid);
}

// The ids that the reference implementation gives for the published vocabulary.
TEST(WordPiece, AgreesWithTheReferenceOnThePublishedVocabulary) {
  const WordPiece* it = published();
  if (it == nullptr) GTEST_SKIP() << "No embedder in the cache; ./dev setup fetches it.";
  EXPECT_EQ(it->vocabulary_size(), 30522U);
  const auto ids = [&](std::string_view text) { return it->encode(text, 512); };
  EXPECT_THAT(ids("Hello, World!"), ElementsAre(101, 7592, 1010, 2088, 999, 102));
  EXPECT_THAT(ids("unaffable embeddings"),
              ElementsAre(101, 14477, 20961, 3468, 7861, 8270, 4667, 2015, 102));
  EXPECT_THAT(ids("Café NAÏVE résumé"), ElementsAre(101, 7668, 15743, 13746, 102));
  EXPECT_THAT(ids("我爱 北京 hi"), ElementsAre(101, 1855, 100, 1781, 1755, 7632, 102));
  EXPECT_THAT(ids("tok\u200Benizer\ttab\nnew"), ElementsAre(101, 19204, 17629, 21628, 2047, 102));
  EXPECT_THAT(ids("[SEP] is text"), ElementsAre(101, 1031, 19802, 1033, 2003, 3793, 102));
  EXPECT_THAT(ids("don't stop — “quotes”"),
              ElementsAre(101, 2123, 1005, 1056, 2644, 1517, 1523, 16614, 1524, 102));
  EXPECT_THAT(ids("ÀÉÎÕÜ İstanbul"), ElementsAre(101, 29347, 3695, 2226, 9960, 102));
  EXPECT_THAT(ids("日本語のテキスト"),
              ElementsAre(101, 1864, 1876, 1950, 1671, 30239, 30227, 30233, 30240, 102));
  EXPECT_THAT(ids("한국어 문장"), ElementsAre(101, 1469, 30006, 30021, 29991, 30014, 30020, 29999,
                                              30008, 1459, 30014, 30021, 30000, 30006, 30025, 102));
  EXPECT_THAT(ids("E=mc² 3.14159 50€"), ElementsAre(101, 1041, 1027, 11338, 10701, 1017, 1012,
                                                    15471, 28154, 2753, 30102, 102));
  EXPECT_THAT(ids("Привет, мир"), ElementsAre(101, 1194, 16856, 10325, 25529, 15290, 22919, 1010,
                                              1191, 10325, 16856, 102));
  EXPECT_THAT(ids(std::string(101, 'a')), ElementsAre(101, 100, 102));
}

}  // namespace
}  // namespace hearth::engine
