#include "inference/scripted.h"

#include <numeric>

#include <gmock/gmock.h>

namespace hearth::inference {
namespace {

float dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0F);
}

TEST(ScriptedEmbedder, PutsTextsThatShareWordsNearEachOther) {
  ScriptedEmbedder embedder;
  const auto query = *embedder.embed_query({}, "charging the batteries");
  const std::vector<std::string> texts = {"The battery is charged for six hours.",
                                          "Whisk eggs and sugar until pale."};
  const auto vectors = *embedder.embed_documents({}, texts);
  EXPECT_GT(dot(query, vectors[0]), 0.5F);
  EXPECT_LT(dot(query, vectors[1]), 0.2F);
  EXPECT_NEAR(dot(query, query), 1.0F, 1e-5F);
  EXPECT_EQ(embedder.texts_seen(), 3U);
}

TEST(ScriptedEmbedder, LearnsWhichWordsMeanTheSame) {
  ScriptedEmbedder embedder;
  embedder.teach("automobile", "car");
  EXPECT_GT(dot(embedder.vector_of("automobile"), embedder.vector_of("car")), 0.99F);
}

TEST(ScriptedEmbedder, GivesEvenAnEmptyTextAUnitVector) {
  const ScriptedEmbedder embedder(16);
  const Vector vector = embedder.vector_of("");
  EXPECT_EQ(vector.size(), 16U);
  EXPECT_FLOAT_EQ(dot(vector, vector), 1.0F);
}

ChatRequest ask(std::string text) {
  return {.messages = {{ChatMessage::Role::User, std::move(text)}}};
}

TEST(ScriptedChatModel, StreamsItsQueuedRepliesInOrder) {
  ScriptedChatModel model;
  model.say("one two three");
  model.fail_once({Code::Unavailable, "gone"});
  model.answer_with([](const ChatRequest& request) { return request.messages.back().content; });
  std::vector<std::string> pieces;
  const Sink<std::string_view> sink = [&](std::string_view piece) {
    pieces.emplace_back(piece);
    return Flow::Continue;
  };
  ASSERT_TRUE(model.generate({}, ask("a"), sink));
  EXPECT_THAT(pieces, testing::ElementsAre("one", " two", " three"));
  EXPECT_EQ(model.generate({}, ask("b"), sink).error().code, Code::Unavailable);
  pieces.clear();
  ASSERT_TRUE(model.generate({}, ask("echo"), sink));
  EXPECT_THAT(pieces, testing::ElementsAre("echo"));
  EXPECT_EQ(model.requests().size(), 3U);
}

TEST(ScriptedChatModel, RefusesAPromptThatDoesNotFitAndStopsWhenAsked) {
  ScriptedChatModel model({.name = "small", .context_tokens = 6});
  model.say("one two three");
  const Sink<std::string_view> stop = [](std::string_view) { return Flow::Stop; };
  EXPECT_EQ(model.generate({}, ask("one two three"), stop).error().code, Code::Exhausted);
  const auto usage = model.generate({}, ask("one"), stop);
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->finish, FinishReason::Cancelled);
  EXPECT_EQ(usage->completion_tokens, 1U);
}

}  // namespace
}  // namespace hearth::inference
