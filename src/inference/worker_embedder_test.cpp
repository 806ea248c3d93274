#include "inference/worker_embedder.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <numeric>
#include <thread>

#include <gmock/gmock.h>

#include "inference/worker_chat_model.h"
#include "platform/process.h"

namespace hearth::inference {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using SteadyClock = std::chrono::steady_clock;

constexpr const char* kEmbedderHash =
    "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4";
constexpr const char* kChatHash =
    "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0";

std::string worker_program() {
  const char* folder = std::getenv("HEARTH_BIN_DIR");
  return std::string(folder != nullptr ? folder : ".") + "/hearth-worker";
}

models::Model embedder_model() {
  models::Model model;
  model.role = models::Role::Embedder;
  model.name = "bge-small-en-v1.5";
  model.fingerprint = kEmbedderHash;
  const std::filesystem::path folder = std::string(HEARTH_TEST_MODELS_DIR) + "/" + kEmbedderHash;
  model.main = folder / "model.onnx";
  model.tokenizer = folder / "tokenizer.json";
  model.traits.dimensions = 384;
  model.traits.query_prefix = "Represent this sentence for searching relevant passages: ";
  return model;
}

models::Model chat_model() {
  models::Model model;
  model.name = "tinyllama-1.1b-chat";
  model.fingerprint = kChatHash;
  model.main =
      std::string(HEARTH_TEST_MODELS_DIR) + "/" + kChatHash + "/tinyllama-1.1b-chat-iq2_xxs.gguf";
  model.traits.context_tokens = 512;
  return model;
}

Call until(std::chrono::seconds limit) {
  Call call;
  call.deadline = SteadyClock::now() + limit;
  return call;
}

float dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

class WorkerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(worker_program().c_str(), X_OK) != 0) GTEST_SKIP() << "hearth-worker is not built";
    if (!std::filesystem::exists(embedder_model().main)) GTEST_SKIP() << "no embedder in the cache";
  }
  Attention attention_;
  WorkerEmbedder embedder_{{worker_program(), 2}, embedder_model(), attention_};
};

TEST_F(WorkerTest, FindsTheMeaningOfAQueryInADocument) {
  const std::vector<std::string> texts = {
      "Preheat the oven and beat the eggs with sugar.",
      "Either party may end the tenancy with three months' written notice.", ""};
  const auto documents = embedder_.embed_documents(until(60s), texts);
  ASSERT_TRUE(documents) << documents.error().message;
  ASSERT_EQ(documents->size(), 3U);
  const auto query = embedder_.embed_query(until(60s), "When can I move out of my flat?");
  ASSERT_TRUE(query) << query.error().message;
  EXPECT_EQ(query->size(), 384U);
  EXPECT_NEAR(dot(*query, *query), 1.0F, 1e-4F);
  EXPECT_GT(dot(*query, (*documents)[1]), dot(*query, (*documents)[0]));
}

TEST_F(WorkerTest, RunsConfined) {
  ASSERT_TRUE(embedder_.warm_up(until(60s)));
  const auto status = embedder_.status();
  EXPECT_EQ(status.state, WorkerStatus::State::Ready);
  EXPECT_TRUE(status.sandbox.holds());
  EXPECT_GT(status.pid, 0);
}

TEST_F(WorkerTest, CannotEscape) {
  for (const char* kind : {"encoder", "generator"}) {
    auto process = platform::Process::spawn(
        {.program = worker_program(), .arguments = {"self-test", kind, HEARTH_TEST_MODELS_DIR}});
    ASSERT_TRUE(process);
    const auto status = process->wait(60s);
    ASSERT_TRUE(status);
    EXPECT_TRUE(status->ok()) << kind << ": " << status->text();
  }
}

TEST_F(WorkerTest, TriesABatchOnceMoreWhenItsProcessIsKilled) {
  ASSERT_TRUE(embedder_.warm_up(until(60s)));
  const int first = embedder_.status().pid;
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  const auto vector = embedder_.embed_query(until(60s), "still there?");
  ASSERT_TRUE(vector) << vector.error().message;
  EXPECT_NE(embedder_.status().pid, first);
  EXPECT_GE(embedder_.status().starts, 2U);
}

TEST_F(WorkerTest, SurvivesItsProcessBeingKilledInTheMiddleOfABatch) {
  ASSERT_TRUE(embedder_.warm_up(until(60s)));
  std::vector<std::string> texts(64, std::string());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (int n = 0; n < 60; ++n) texts[i] += "word" + std::to_string(i) + " ";
  }
  const int first = embedder_.status().pid;
  std::jthread killer([first] { ::kill(first, SIGKILL); });
  const auto vectors = embedder_.embed_documents(until(120s), texts);
  ASSERT_TRUE(vectors) << vectors.error().message;
  EXPECT_EQ(vectors->size(), 64U);
}

TEST_F(WorkerTest, StopsWaitingWhenTheCallerStops) {
  ASSERT_TRUE(embedder_.warm_up(until(60s)));
  std::stop_source source;
  Call call;
  call.stop = source.get_token();
  source.request_stop();
  EXPECT_EQ(embedder_.embed_query(call, "x").error().code, Code::Cancelled);
  EXPECT_TRUE(embedder_.embed_query(until(60s), "x"));
}

TEST_F(WorkerTest, CountsTokensAsTheModelDoes) {
  EXPECT_EQ(embedder_.count_tokens("unaffable embeddings"), 9U);
}

TEST_F(WorkerTest, SaysWhyAModelFileIsRefusedAndDoesNotTryForever) {
  auto model = embedder_model();
  model.main = model.tokenizer;  // A real file, no model.
  WorkerEmbedder broken({worker_program(), 1}, model, attention_);
  const auto first = broken.embed_query(until(60s), "x");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::Corrupt);
  EXPECT_THAT(first.error().message, HasSubstr("cannot be loaded"));
  EXPECT_FALSE(broken.status().last_error.empty());
}

TEST(WorkerEmbedder, SaysSoWhenThereIsNoModelOrNoProgram) {
  Attention attention;
  WorkerEmbedder none({"/no/such/worker", 1}, std::nullopt, attention);
  EXPECT_EQ(none.info().fingerprint, "");
  EXPECT_EQ(none.embed_query({}, "x").error().code, Code::Unavailable);
  EXPECT_GE(none.count_tokens("incomprehensibilities are long, aren't they?"), 12U);
  models::Model model;
  model.name = "m";
  model.main = "/dev/null";
  WorkerEmbedder lost({"/no/such/worker", 1}, model, attention);
  EXPECT_EQ(lost.embed_query(until(30s), "x").error().code, Code::NotFound);
  WorkerEmbedder crashing({"/bin/false", 1}, model, attention);
  EXPECT_EQ(crashing.embed_query(until(30s), "x").error().code, Code::Unavailable);
}

class WorkerChatTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::access(worker_program().c_str(), X_OK) != 0) GTEST_SKIP() << "hearth-worker is not built";
    if (!std::filesystem::exists(chat_model().main)) GTEST_SKIP() << "no chat model in the cache";
  }
  Attention attention_;
  WorkerChatModel model_{{worker_program(), 2}, chat_model(), attention_};
};

ChatRequest ask(std::string text, std::size_t tokens_max) {
  ChatRequest request;
  request.messages = {{ChatMessage::Role::User, std::move(text)}};
  request.tokens_max = tokens_max;
  return request;
}

const Sink<std::string_view> kIgnore = [](std::string_view) { return Flow::Continue; };

TEST_F(WorkerChatTest, StreamsAnAnswerAndCountsIt) {
  std::string answer;
  const ChatRequest request = ask("The key is under the blue pot.\n\nWhere is the key?", 16);
  const auto usage = model_.generate(until(120s), request, [&](std::string_view piece) {
    answer += piece;
    return Flow::Continue;
  });
  ASSERT_TRUE(usage) << usage.error().message;
  EXPECT_THAT(answer, HasSubstr("pot"));
  EXPECT_EQ(*model_.count_tokens(until(60s), request), usage->prompt_tokens);
}

TEST_F(WorkerChatTest, StopsWhenTheListenerHasHadEnough) {
  const auto usage = model_.generate(until(120s), ask("Tell a long story.", 300),
                                     [](std::string_view) { return Flow::Stop; });
  ASSERT_TRUE(usage) << usage.error().message;
  EXPECT_EQ(usage->finish, FinishReason::Cancelled);
  EXPECT_LT(usage->completion_tokens, 50U);
}

TEST_F(WorkerChatTest, LetsAPersonOvertakeBackgroundWork) {
  ASSERT_TRUE(model_.warm_up(until(120s)));
  std::atomic<bool> begun = false;
  Result<ChatUsage> background = fail(Code::Internal, "not run");
  std::jthread lane([&] {
    ChatRequest request = ask("Write a very long poem about the sea.", 400);
    request.urgency = Urgency::Background;
    background = model_.generate(until(240s), request, [&](std::string_view) {
      begun = true;
      return Flow::Continue;
    });
    begun = true;
  });
  while (!begun) std::this_thread::yield();
  const auto person = model_.generate(until(240s), ask("Say yes.", 4), kIgnore);
  EXPECT_TRUE(person) << person.error().message;
  lane.join();
  ASSERT_FALSE(background);
  EXPECT_EQ(background.error().code, Code::Busy);
}

TEST_F(WorkerChatTest, TellsOfACrashAndGoesOn) {
  ASSERT_TRUE(model_.warm_up(until(120s)));
  const auto usage = model_.generate(until(120s), ask("Tell a story.", 300), [&](std::string_view) {
    ::kill(model_.status().pid, SIGKILL);
    return Flow::Continue;
  });
  ASSERT_FALSE(usage);
  EXPECT_EQ(usage.error().code, Code::Unavailable);
  EXPECT_THAT(usage.error().message, HasSubstr("restarted"));
  EXPECT_TRUE(model_.generate(until(120s), ask("Say yes.", 4), kIgnore));
}

TEST_F(WorkerChatTest, RefusesAPromptThatDoesNotFit) {
  std::string longer;
  for (int i = 0; i < 700; ++i) longer += "word ";
  const auto usage = model_.generate(until(120s), ask(longer, 4), kIgnore);
  ASSERT_FALSE(usage);
  EXPECT_EQ(usage.error().code, Code::Exhausted);
  EXPECT_THAT(usage.error().message, HasSubstr("holds 512"));
}

}  // namespace
}  // namespace hearth::inference
