#include "daemon/late_embedder.h"

#include <thread>

#include <gmock/gmock.h>

namespace hearth::daemon {
namespace {

using namespace std::chrono_literals;
using inference::WorkerEmbedder;
using ::testing::HasSubstr;

class LateEmbedderTest : public testing::Test {
 protected:
  std::unique_ptr<WorkerEmbedder> model(const std::string& name) {
    models::Model known;
    known.role = models::Role::Embedder;
    known.name = name;
    known.fingerprint = "f-" + name;
    known.traits.dimensions = 3;
    return std::make_unique<WorkerEmbedder>(
        inference::WorkerOptions{.program = "/nowhere/hearth-worker"}, known, attention_);
  }
  std::unique_ptr<WorkerEmbedder> none() {
    return std::make_unique<WorkerEmbedder>(inference::WorkerOptions{}, std::nullopt, attention_);
  }
  inference::Attention attention_;
  LateEmbedder late_;
};

TEST_F(LateEmbedderTest, IsKnownByNameBeforeItCanBeUsed) {
  EXPECT_EQ(late_.info().fingerprint, "");
  late_.expect(model("bge"));
  EXPECT_EQ(late_.info().fingerprint, "f-bge");
  EXPECT_EQ(late_.state(), "checking");
  const auto query = late_.embed_query({}, "where is the key");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().code, Code::Unavailable);
  EXPECT_THAT(query.error().message, HasSubstr("bge is being checked"));
  late_.bind(model("other"));
  EXPECT_EQ(late_.info().fingerprint, "f-other") << "the expected one was damaged";
  EXPECT_EQ(late_.state(), "resting");
  late_.bind(model("third"));
  EXPECT_EQ(late_.info().fingerprint, "f-other") << "what is bound stays";
}

TEST_F(LateEmbedderTest, DocumentsWaitForTheModel) {
  late_.expect(model("bge"));
  std::atomic<bool> answered = false;
  std::optional<Code> code;
  std::jthread waiting([&] {
    const std::vector<std::string> texts = {"a text"};
    const auto vectors = late_.embed_documents({}, texts);
    if (!vectors) code = vectors.error().code;
    answered = true;
  });
  EXPECT_FALSE(answered);
  late_.bind(none());
  waiting.join();
  EXPECT_EQ(code, Code::Unavailable) << "no model is installed after all";
}

TEST_F(LateEmbedderTest, WaitingEndsWithTheCall) {
  late_.expect(model("bge"));
  const std::vector<std::string> texts = {"a text"};
  Call late;
  late.deadline = Call::Clock::now() - 1s;
  EXPECT_EQ(late_.embed_documents(late, texts).error().code, Code::TimedOut);
  std::stop_source stop;
  stop.request_stop();
  Call stopped;
  stopped.stop = stop.get_token();
  EXPECT_EQ(late_.embed_documents(stopped, texts).error().code, Code::Cancelled);
}

}  // namespace
}  // namespace hearth::daemon
