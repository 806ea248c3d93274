#include "engine/onnx/text_encoder.h"

#include <fstream>
#include <iterator>
#include <numeric>

#include <gmock/gmock.h>

/// The runtime keeps one name for as long as the process lives.
extern "C" const char* __lsan_default_suppressions();                                   // NOLINT
extern "C" const char* __lsan_default_suppressions() { return "leak:libonnxruntime"; }  // NOLINT

namespace hearth::engine {
namespace {

std::string slurp(const std::string& name) {
  std::ifstream file(
      HEARTH_MODELS_DIR "/6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4/" + name,
      std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TextEncoderTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    model() = slurp("model.onnx");
    runtime() = *OnnxRuntime::start();
    if (model().empty()) return;
    auto tokenizer = WordPiece::parse(slurp("tokenizer.json"));
    auto loaded =
        TextEncoder::load(*runtime(), std::as_bytes(std::span(model())), std::move(*tokenizer), {});
    ASSERT_TRUE(loaded) << loaded.error().message;
    encoder() = std::move(*loaded);
  }
  static void TearDownTestSuite() {
    encoder().reset();
    runtime().reset();
  }
  void SetUp() override {
    if (!encoder()) GTEST_SKIP() << "No embedder in the cache; ./dev setup fetches it.";
  }
  static std::string& model() {
    static std::string bytes;
    return bytes;
  }
  static std::unique_ptr<OnnxRuntime>& runtime() {
    static std::unique_ptr<OnnxRuntime> it;
    return it;
  }
  static std::unique_ptr<TextEncoder>& encoder() {
    static std::unique_ptr<TextEncoder> it;
    return it;
  }

  static std::vector<std::vector<float>> vectors(const std::vector<std::string_view>& texts) {
    const auto flat = encoder()->encode(texts);
    EXPECT_TRUE(flat) << flat.error().message;
    std::vector<std::vector<float>> rows;
    const auto width = static_cast<std::ptrdiff_t>(encoder()->dimensions());
    for (auto at = flat->begin(); at != flat->end(); at += width) rows.emplace_back(at, at + width);
    return rows;
  }
};

float dot(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

TEST_F(TextEncoderTest, PutsTextsOfOneMeaningNearEachOther) {
  const auto all = vectors({"How long is the notice period of my flat?",
                            "The tenancy ends three months after written notice.",
                            "Beat the eggs with the sugar until pale."});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].size(), 384U);
  EXPECT_NEAR(dot(all[0], all[0]), 1.0F, 1e-4F);
  EXPECT_GT(dot(all[0], all[1]), dot(all[0], all[2]) + 0.1F);
}

TEST_F(TextEncoderTest, GivesATextItsVectorWhateverItsNeighboursAre) {
  const std::string longer(600, 'x');
  const auto together = vectors({"short one", longer + " and words that go on", "short too", ""});
  EXPECT_EQ(together[0], vectors({"short one"})[0]);
  EXPECT_EQ(together[3], vectors({""})[0]);
}

TEST_F(TextEncoderTest, PadsTextsToTheLongest) {
  const std::vector<std::string_view> texts = {"one", "one two three", ""};
  const auto batch = encoder()->pad(texts);
  EXPECT_EQ(batch.rows, 3U);
  EXPECT_EQ(batch.columns, 5U);
  EXPECT_THAT(batch.mask, testing::ElementsAre(1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0));
  EXPECT_EQ(*encoder()->run_only(batch), 3U * 5U * 384U);
}

TEST_F(TextEncoderTest, ReadsAnEndlessTextToItsLimit) {
  std::string endless;
  while (endless.size() < 200'000) endless += "more words ";
  const std::vector<std::string_view> texts = {endless};
  EXPECT_EQ(encoder()->pad(texts).columns, 512U);
  EXPECT_EQ(vectors({endless}).size(), 1U);
}

TEST_F(TextEncoderTest, RefusesADamagedModelFile) {
  const auto tokenizer = WordPiece::parse(slurp("tokenizer.json"));
  for (const std::string& bytes :
       {model().substr(0, model().size() / 2), std::string("not a model"), std::string(),
        std::string(4096, '\xFF')}) {
    const auto loaded =
        TextEncoder::load(*runtime(), std::as_bytes(std::span(bytes)), *tokenizer, {});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Code::Corrupt);
  }
}

}  // namespace
}  // namespace hearth::engine
