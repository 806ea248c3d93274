#include "engine/llama/generator.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include <gmock/gmock.h>

#include "engine/llama/prompt.h"

namespace hearth::engine {
namespace {

using ::testing::HasSubstr;

constexpr const char* kModel = HEARTH_MODELS_DIR
    "/9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0"
    "/tinyllama-1.1b-chat-iq2_xxs.gguf";

class GeneratorTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = LlamaRuntime::start();
    ASSERT_TRUE(started) << started.error().message;
    runtime() = std::move(*started);
    const int fd = ::open(kModel, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    auto loaded = Generator::load(*runtime(), fd, {.context_tokens_max = 512, .threads = 2});
    ::close(fd);
    ASSERT_TRUE(loaded) << loaded.error().message;
    model() = std::move(*loaded);
  }
  static void TearDownTestSuite() {
    model().reset();
    runtime().reset();
  }
  static std::unique_ptr<LlamaRuntime>& runtime() {
    static std::unique_ptr<LlamaRuntime> it;
    return it;
  }
  static std::unique_ptr<Generator>& model() {
    static std::unique_ptr<Generator> it;
    return it;
  }
  static bool missing() { return !model(); }
};

#define NEEDS_MODEL() \
  if (missing()) GTEST_SKIP() << "No chat model in the cache; ./dev setup fetches it."

GenerateRequest ask(std::string text, std::size_t tokens_max) {
  GenerateRequest request;
  request.messages = {{"user", std::move(text)}};
  request.tokens_max = tokens_max;
  return request;
}

const std::atomic<bool> kNever{false};

TEST_F(GeneratorTest, AnswersFromTheParagraphItIsGiven) {
  NEEDS_MODEL();
  std::string answer;
  const auto usage = model()->generate(
      ask("The meeting with Dr. Weber is on Thursday at 3 pm.\n\nOn which day is the meeting?", 24),
      [&](std::string_view piece) {
        answer += piece;
        return Flow::Continue;
      },
      kNever);
  ASSERT_TRUE(usage) << usage.error().message;
  EXPECT_THAT(answer, HasSubstr("Thursday"));
  EXPECT_GT(usage->prompt_tokens, 10U);
  EXPECT_GT(usage->completion_tokens, 3U);
}

TEST_F(GeneratorTest, SaysTheSameTwiceAndDoesNotComputeThePromptTwice) {
  NEEDS_MODEL();
  std::string first;
  std::string second;
  const auto into = [](std::string& out) {
    return [&out](std::string_view piece) {
      out += piece;
      return Flow::Continue;
    };
  };
  ASSERT_TRUE(model()->generate(ask("Name a colour.", 8), into(first), kNever));
  const auto usage = model()->generate(ask("Name a colour.", 8), into(second), kNever);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->reused_tokens, usage->prompt_tokens - 1);
  EXPECT_FALSE(first.empty());
  EXPECT_EQ(usage->finish == GenerateUsage::Finish::Length, usage->completion_tokens == 8U);
}

TEST_F(GeneratorTest, RefusesAPromptThatDoesNotFitWithBothCounts) {
  NEEDS_MODEL();
  std::string longer;
  for (int i = 0; i < 600; ++i) longer += "word ";
  const auto usage =
      model()->generate(ask(longer, 8), [](std::string_view) { return Flow::Continue; }, kNever);
  ASSERT_FALSE(usage);
  EXPECT_EQ(usage.error().code, Code::Exhausted);
  EXPECT_THAT(usage.error().message, testing::ContainsRegex("the prompt has 6[0-9][0-9] tokens"));
  EXPECT_THAT(usage.error().message, HasSubstr("holds 512"));
  EXPECT_GT(*model()->count_tokens({{"user", longer}}), 600U);
}

TEST_F(GeneratorTest, StopsWhenTheListenerOrTheCallerHasHadEnough) {
  NEEDS_MODEL();
  int pieces = 0;
  const auto stopped = model()->generate(
      ask("Tell a long story.", 200),
      [&](std::string_view) { return ++pieces == 3 ? Flow::Stop : Flow::Continue; }, kNever);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->finish, GenerateUsage::Finish::Cancelled);
  EXPECT_EQ(pieces, 3);
  const std::atomic<bool> at_once{true};
  const auto none = model()->generate(
      ask("Tell another story.", 200), [](std::string_view) { return Flow::Continue; }, at_once);
  ASSERT_TRUE(none);
  EXPECT_EQ(none->finish, GenerateUsage::Finish::Cancelled);
  EXPECT_EQ(none->completion_tokens, 0U);
}

TEST_F(GeneratorTest, EndsBeforeAStopText) {
  NEEDS_MODEL();
  std::string answer;
  GenerateRequest request = ask("Count: one, two, three. Repeat that.", 40);
  request.stop = {","};
  ASSERT_TRUE(model()->generate(
      request,
      [&](std::string_view piece) {
        answer += piece;
        return Flow::Continue;
      },
      kNever));
  EXPECT_THAT(answer, testing::Not(HasSubstr(",")));
}

TEST_F(GeneratorTest, RefusesSettingsThatMeanNothing) {
  NEEDS_MODEL();
  GenerateRequest request = ask("x", 1);
  request.temperature = -1;
  const auto sink = [](std::string_view) { return Flow::Continue; };
  EXPECT_EQ(model()->generate(request, sink, kNever).error().code, Code::Invalid);
  EXPECT_EQ(model()->generate({}, sink, kNever).error().code, Code::Invalid);
}

TEST_F(GeneratorTest, RefusesAFileThatIsNoModel) {
  char name[] = "/tmp/hearth-generator-XXXXXX";
  const int fd = ::mkstemp(name);
  ASSERT_GE(fd, 0);
  ::unlink(name);
  const std::string text = "GGUF but nothing else";
  ASSERT_EQ(::write(fd, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const auto loaded = Generator::load(*runtime(), fd, {});
  ::close(fd);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, Code::Corrupt);
}

TEST(Prompt, BreaksUpTextsThatWouldSpeakAsTheSystem) {
  const std::vector<std::string> reserved = {"</s>", "[INST]"};
  EXPECT_EQ(disarm("a </s><|system|> b [INST] [INSTEAD]", reserved),
            "a < /s>< |system|> b [ INST] [INSTEAD]");
  EXPECT_EQ(disarm("nothing here", reserved), "nothing here");
}

TEST(Prompt, NamesTheTurnsWhenThereIsNoTemplate) {
  EXPECT_EQ(render_plain({{"system", "Be brief."}, {"user", "Hi"}}),
            "Be brief.\n\nUser: Hi\n\nAssistant:");
}

}  // namespace
}  // namespace hearth::engine
