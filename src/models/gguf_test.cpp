#include "models/gguf.h"

#include <cstring>

#include <gmock/gmock.h>

#include "platform/mapped_file.h"

namespace hearth::models {
namespace {

using ::testing::HasSubstr;

template <class T>
std::string raw(T value) {
  std::string out(sizeof value, '\0');
  std::memcpy(out.data(), &value, sizeof value);
  return out;
}
std::string words(std::string_view value) {
  return raw(std::uint64_t{value.size()}) + std::string(value);
}
std::string text_key(std::string_view key, std::string_view value) {
  return words(key) + raw(std::uint32_t{8}) + words(value);
}
std::string tensor(std::string_view name, std::uint64_t width, std::uint32_t type,
                   std::uint64_t offset) {
  return words(name) + raw(std::uint32_t{1}) + raw(width) + raw(type) + raw(offset);
}
std::string head(std::uint32_t version, std::uint64_t tensors, std::uint64_t keys) {
  return "GGUF" + raw(version) + raw(tensors) + raw(keys);
}

/// The whole of a file.
Result<GgufInfo> check_gguf(std::string_view file) {
  return models::check_gguf({}, file, file.size());
}

/// A whole small file: two tensors of 32 floats.
std::string sample() {
  std::string file = head(3, 2, 4) + text_key("general.architecture", "llama") +
                     text_key("tokenizer.chat_template", "{{ messages }}") +
                     words("llama.context_length") + raw(std::uint32_t{4}) +
                     raw(std::uint32_t{2048}) + words("tokenizer.ggml.tokens") +
                     raw(std::uint32_t{9}) + raw(std::uint32_t{8}) + raw(std::uint64_t{2}) +
                     words("a") + words("b") + tensor("one", 32, 0, 0) + tensor("two", 32, 0, 128);
  file.resize((file.size() + 31) / 32 * 32 + 256, '\0');
  return file;
}

TEST(Gguf, TellsWhatTheHeadSays) {
  const auto info = check_gguf(sample());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->architecture, "llama");
  EXPECT_EQ(info->context_tokens, 2048U);
  EXPECT_TRUE(info->has_chat_template);
  EXPECT_EQ(info->tensors, 2U);
  EXPECT_EQ(info->bytes_needed, sample().size());
}

TEST(Gguf, TellsAChatModelFromOtherFiles) {
  const auto whole = check_gguf(sample());
  ASSERT_TRUE(whole);
  EXPECT_TRUE(check_chat(*whole));
  struct Case {
    GgufInfo info;
    const char* says;
  };
  const Case cases[] = {{{.tensors = 1, .architecture = "bert"}, "embedding model"},
                        {{.tensors = 1, .architecture = "llama", .pools = true}, "embedding model"},
                        {{.tensors = 1, .architecture = "llama", .kind = "adapter"}, "adapter"},
                        {{.tensors = 1, .architecture = "clip"}, "clip"},
                        {{.tensors = 1, .architecture = "qwen2", .parts = 2}, "one of 2 parts"},
                        {{.tensors = 0, .architecture = "llama"}, "no weights"}};
  for (const Case& wrong : cases) {
    const auto checked = check_chat(wrong.info);
    ASSERT_FALSE(checked) << wrong.says;
    EXPECT_EQ(checked.error().code, Code::Invalid);
    EXPECT_THAT(checked.error().message, HasSubstr(wrong.says));
  }
}

TEST(Gguf, ReadsWhatKindOfFileItIs) {
  const auto number = [](std::string_view key, std::uint32_t value) {
    return words(key) + raw(std::uint32_t{4}) + raw(value);
  };
  std::string file = head(3, 0, 4) + text_key("general.architecture", "bert") +
                     text_key("general.type", "adapter") + number("bert.pooling_type", 1) +
                     number("split.count", 3);
  file.resize((file.size() + 31) / 32 * 32, '\0');
  const auto info = check_gguf(file);
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->kind, "adapter");
  EXPECT_TRUE(info->pools);
  EXPECT_EQ(info->parts, 3U);
}

TEST(Gguf, RefusesAFileThatIsCutAnywhere) {
  const std::string whole = sample();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto info = check_gguf(std::string_view(whole).substr(0, size));
    ASSERT_FALSE(info) << size;
    EXPECT_EQ(info.error().code, size < 4 ? Code::Invalid : Code::Corrupt) << size;
  }
  EXPECT_THAT(
      check_gguf(std::string_view(whole).substr(0, whole.size() - 1)).error().message,
      HasSubstr(std::to_string(whole.size() - 1) + " bytes of " + std::to_string(whole.size())));
}

TEST(Gguf, RefusesAbsurdNumbersWithoutAllocating) {
  const std::uint64_t huge = ~std::uint64_t{0};
  EXPECT_EQ(check_gguf("PK\x03\x04").error().code, Code::Invalid);
  EXPECT_EQ(check_gguf(head(9, 1, 1)).error().code, Code::TooNew);
  EXPECT_EQ(check_gguf(head(1, 1, 1)).error().code, Code::Invalid);
  EXPECT_EQ(check_gguf(head(3, huge, 1)).error().code, Code::Corrupt);
  EXPECT_EQ(check_gguf(head(3, 1, huge)).error().code, Code::Corrupt);
  EXPECT_EQ(check_gguf(head(3, 0, 1) + raw(huge)).error().code, Code::Corrupt);
  const std::string arch = text_key("general.architecture", "llama");
  EXPECT_EQ(check_gguf(head(3, 0, 2) + arch + words("a") + raw(std::uint32_t{9}) +
                       raw(std::uint32_t{12}) + raw(huge))
                .error()
                .code,
            Code::Corrupt);
  EXPECT_EQ(check_gguf(head(3, 1, 1) + arch + tensor("t", huge, 0, 0)).error().code, Code::Corrupt);
  EXPECT_EQ(check_gguf(head(3, 1, 1) + arch + tensor("t", 32, 0, huge)).error().code,
            Code::Corrupt);
  EXPECT_EQ(check_gguf(head(3, 1, 1) + arch + tensor("t", 31, 2, 0)).error().code, Code::Corrupt);
}

TEST(Gguf, RefusesADescriptionThatDoesNotEnd) {
  // 256 GB of empty texts: what was read of it ends before they do.
  const std::string begin = head(3, 0, 2) + text_key("general.architecture", "llama") + words("a") +
                            raw(std::uint32_t{9}) + raw(std::uint32_t{8});
  std::string texts = begin + raw(std::uint64_t{9'000'000});
  texts.resize(1U << 20U, '\0');
  const auto endless = models::check_gguf({}, texts, std::uint64_t{256} << 30U);
  EXPECT_EQ(endless.error().code, Code::Invalid);
  EXPECT_THAT(endless.error().message, HasSubstr("describes itself in more than 1 MB"));
  EXPECT_EQ(check_gguf(texts).error().code, Code::Corrupt) << "a file that ends there is cut";
  const std::string counted = begin + raw(std::uint64_t{1} << 60U) + std::string(1000, '\0');
  EXPECT_EQ(models::check_gguf({}, counted, std::uint64_t{256} << 30U).error().code, Code::Corrupt)
      << "no vocabulary has so many words";
}

TEST(Gguf, StopsWhenThePersonStops) {
  std::stop_source stop;
  stop.request_stop();
  Call call;
  call.stop = stop.get_token();
  EXPECT_EQ(models::check_gguf(call, sample(), sample().size()).error().code, Code::Cancelled);
}

TEST(Gguf, NeedsOnlyTheHeadOfTheFile) {
  const auto info =
      models::check_gguf({}, sample().substr(0, sample().size() - 200), sample().size());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->bytes_needed, sample().size());
}

TEST(Gguf, AcceptsThePublishedChatModel) {
  const auto file =
      platform::MappedFile::open(HEARTH_TEST_MODELS_DIR
                                 "/9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0"
                                 "/tinyllama-1.1b-chat-iq2_xxs.gguf");
  if (!file) GTEST_SKIP() << "no chat model in the cache";
  const auto info = check_gguf(file->bytes());
  ASSERT_TRUE(info) << info.error().message;
  EXPECT_EQ(info->architecture, "llama");
  EXPECT_EQ(info->context_tokens, 2048U);
  EXPECT_EQ(info->bytes_needed, file->bytes().size());
  const auto half = check_gguf(file->bytes().substr(0, file->bytes().size() / 2));
  EXPECT_EQ(half.error().code, Code::Corrupt);
}

}  // namespace
}  // namespace hearth::models
