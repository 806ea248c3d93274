#include "engine/host/messages.h"

#include <gmock/gmock.h>

namespace hearth::engine {
namespace {

TEST(Messages, ComeBackAsTheyWere) {
  GenerateRequest request;
  request.messages = {{"system", "Be brief."}, {"user", "Hi"}};
  request.tokens_max = 7;
  request.temperature = 0.5F;
  request.seed = 0xFFFFFFFF;
  request.stop = {"x"};
  request.priority = Priority::Background;
  EXPECT_EQ(to_json(*read_generate(to_json(request))), to_json(request));

  const EmbedRequest embed{{"a", "", "c"}, Priority::Interactive};
  EXPECT_EQ(to_json(*read_embed(to_json(embed))), to_json(embed));
  const LoadEncoder encoder{Pooling::Mean, false, 256, 2};
  EXPECT_EQ(to_json(*read_load_encoder(to_json(encoder))), to_json(encoder));
  EXPECT_EQ(to_json(*read_load_generator(to_json(LoadGenerator{}))), to_json(LoadGenerator{}));
  GenerateUsage usage;
  usage.finish = GenerateUsage::Finish::Length;
  usage.prompt_tokens = 12;
  EXPECT_EQ(to_json(*read_usage(to_json(usage))), to_json(usage));
}

TEST(Messages, AreRefusedWhenTheyMeanNothing) {
  EXPECT_EQ(read_embed(Json()).error().code, Code::Invalid);
  EXPECT_EQ(read_embed(Json::object({{"priority", "background"}, {"texts", Json::array({1})}}))
                .error()
                .code,
            Code::Invalid);
  Json request = to_json(GenerateRequest{});
  request.set("tokens_max", -1);
  EXPECT_EQ(read_generate(request).error().code, Code::Invalid);
  EXPECT_EQ(
      read_messages(Json::array({Json::object({{"role", "root"}, {"content", ""}})})).error().code,
      Code::Invalid);
  EXPECT_FALSE(read_load_encoder(Json::object()));
  EXPECT_FALSE(read_load_generator(Json::object({{"threads", 100000}})));
  EXPECT_FALSE(read_usage(Json::object()));
}

TEST(Messages, CarryErrorsAcross) {
  const Error error{Code::Exhausted, "the prompt has 9 tokens; the model holds 8"};
  const auto back = read_error(error_frame(3, error).header);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, error);
  EXPECT_FALSE(read_error(Json::object({{"ok", true}})));
  EXPECT_EQ(read_error(Json::object({{"error", Json::object()}}))->code, Code::Internal);
}

}  // namespace
}  // namespace hearth::engine
