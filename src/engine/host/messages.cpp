#include "engine/host/messages.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/format.h"

namespace hearth::engine {
namespace {

constexpr std::size_t kTextsMax = 4096;
constexpr std::size_t kMessagesMax = 4096;
constexpr std::size_t kStopsMax = 64;

constexpr std::array<std::string_view, 2> kPriorities = {"interactive", "background"};
constexpr std::array<std::string_view, 2> kPoolings = {"first_token", "mean"};
constexpr std::array<std::string_view, 3> kFinishes = {"stop", "length", "cancelled"};

template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

template <class Enum, std::size_t N>
Result<Enum> named(const std::array<std::string_view, N>& names, const Json& json,
                   std::string_view what) {
  const auto found = std::find(names.begin(), names.end(), json.view());
  if (found == names.end()) return fail(Code::Invalid, format("{} is unknown", what));
  return static_cast<Enum>(found - names.begin());
}

Result<std::size_t> count(const Json& json, std::string_view what, std::int64_t least,
                          std::int64_t most) {
  const auto value = json.as_int();
  if (!value || *value < least || *value > most) {
    return fail(Code::Invalid, format("{} must be from {} to {}", what, least, most));
  }
  return static_cast<std::size_t>(*value);
}

Result<std::vector<std::string>> texts(const Json& json, std::string_view what, std::size_t most) {
  if (!json.is_array()) return fail(Code::Invalid, format("{} is not a list", what));
  if (json.items().size() > most) {
    return fail(Code::Exhausted,
                format("{} has {} entries; the most is {}", what, json.items().size(), most));
  }
  std::vector<std::string> out;
  out.reserve(json.items().size());
  for (const Json& item : json.items()) {
    if (!item.is_string()) return fail(Code::Invalid, format("{} holds something else", what));
    out.emplace_back(item.view());
  }
  return out;
}

Json list(const std::vector<std::string>& values) {
  Json json = Json::array();
  for (const std::string& value : values) json.push(value);
  return json;
}

Json number(std::size_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

Json to_json(const LoadEncoder& load) {
  return Json::object({{"op", "load"},
                       {"pooling", name_of(kPoolings, load.pooling)},
                       {"normalise", load.normalise},
                       {"tokens_max", number(load.tokens_max)},
                       {"lanes", number(load.lanes)}});
}

Result<LoadEncoder> read_load_encoder(const Json& json) {
  LoadEncoder load;
  TRY_ASSIGN(load.pooling, named<Pooling>(kPoolings, json["pooling"], "pooling"));
  load.normalise = json["normalise"].bool_or(true);
  TRY_ASSIGN(load.tokens_max, count(json["tokens_max"], "tokens_max", 3, 65536));
  TRY_ASSIGN(load.lanes, count(json["lanes"], "lanes", 1, 256));
  return load;
}

Json to_json(const LoadGenerator& load) {
  return Json::object({{"op", "load"},
                       {"context_tokens_max", number(load.context_tokens_max)},
                       {"threads", number(load.threads)}});
}

Result<LoadGenerator> read_load_generator(const Json& json) {
  LoadGenerator load;
  TRY_ASSIGN(load.context_tokens_max,
             count(json["context_tokens_max"], "context_tokens_max", 16, 1 << 24));
  TRY_ASSIGN(load.threads, count(json["threads"], "threads", 1, 256));
  return load;
}

Json to_json(const EmbedRequest& request) {
  return Json::object({{"op", "embed"},
                       {"priority", name_of(kPriorities, request.priority)},
                       {"texts", list(request.texts)}});
}

Result<EmbedRequest> read_embed(const Json& json) {
  EmbedRequest request;
  TRY_ASSIGN(request.priority, named<Priority>(kPriorities, json["priority"], "priority"));
  TRY_ASSIGN(request.texts, texts(json["texts"], "texts", kTextsMax));
  return request;
}

Json to_json(const std::vector<PromptMessage>& messages) {
  Json list = Json::array();
  for (const PromptMessage& message : messages) {
    list.push(Json::object({{"role", message.role}, {"content", message.content}}));
  }
  return list;
}

Result<std::vector<PromptMessage>> read_messages(const Json& json) {
  static constexpr std::array<std::string_view, 3> kRoles = {"system", "user", "assistant"};
  if (!json.is_array()) return fail(Code::Invalid, "messages is not a list");
  if (json.items().size() > kMessagesMax) {
    return fail(Code::Exhausted,
                format("{} messages; the most is {}", json.items().size(), kMessagesMax));
  }
  std::vector<PromptMessage> messages;
  for (const Json& item : json.items()) {
    const std::string_view role = item["role"].view();
    if (std::find(kRoles.begin(), kRoles.end(), role) == kRoles.end()) {
      return fail(Code::Invalid, "a message has an unknown role");
    }
    if (!item["content"].is_string()) return fail(Code::Invalid, "a message has no text");
    messages.push_back({std::string(role), std::string(item["content"].view())});
  }
  return messages;
}

Json to_json(const GenerateRequest& request) {
  Json json = Json::object({{"op", "generate"},
                            {"priority", name_of(kPriorities, request.priority)},
                            {"messages", to_json(request.messages)},
                            {"tokens_max", number(request.tokens_max)},
                            {"temperature", double{request.temperature}},
                            {"top_p", double{request.top_p}},
                            {"stop", list(request.stop)}});
  if (request.seed) json.set("seed", std::int64_t{*request.seed});
  return json;
}

Result<GenerateRequest> read_generate(const Json& json) {
  GenerateRequest request;
  TRY_ASSIGN(request.priority, named<Priority>(kPriorities, json["priority"], "priority"));
  TRY_ASSIGN(request.messages, read_messages(json["messages"]));
  TRY_ASSIGN(request.tokens_max, count(json["tokens_max"], "tokens_max", 0, 1 << 24));
  request.temperature = static_cast<float>(json["temperature"].double_or(0));
  request.top_p = static_cast<float>(json["top_p"].double_or(1));
  if (json.has("seed")) {
    TRY_ASSIGN(const std::size_t seed, count(json["seed"], "seed", 0, 0xFFFFFFFF));
    request.seed = static_cast<std::uint32_t>(seed);
  }
  TRY_ASSIGN(request.stop, texts(json["stop"], "stop", kStopsMax));
  return request;
}

Json to_json(const GenerateUsage& usage) {
  return Json::object({{"prompt_tokens", number(usage.prompt_tokens)},
                       {"reused_tokens", number(usage.reused_tokens)},
                       {"completion_tokens", number(usage.completion_tokens)},
                       {"finish", name_of(kFinishes, usage.finish)},
                       {"prompt_ms", usage.prompt_ms},
                       {"generate_ms", usage.generate_ms}});
}

Result<GenerateUsage> read_usage(const Json& json) {
  static constexpr std::int64_t kMost = 1 << 30;
  GenerateUsage usage;
  TRY_ASSIGN(usage.prompt_tokens, count(json["prompt_tokens"], "prompt_tokens", 0, kMost));
  TRY_ASSIGN(usage.reused_tokens, count(json["reused_tokens"], "reused_tokens", 0, kMost));
  TRY_ASSIGN(usage.completion_tokens,
             count(json["completion_tokens"], "completion_tokens", 0, kMost));
  TRY_ASSIGN(usage.finish, named<GenerateUsage::Finish>(kFinishes, json["finish"], "finish"));
  usage.prompt_ms = json["prompt_ms"].double_or(0);
  usage.generate_ms = json["generate_ms"].double_or(0);
  return usage;
}

Frame error_frame(std::int64_t id, const Error& error) {
  return {Json::object({{"id", id},
                        {"error", Json::object({{"code", describe(error.code).name},
                                                {"message", error.message}})}}),
          ""};
}

std::optional<Error> read_error(const Json& header) {
  const Json& json = header["error"];
  if (!json.is_object()) return std::nullopt;
  const std::string_view name = json["code"].view();
  Code code = Code::Internal;
  for (int i = 0; i <= static_cast<int>(Code::Internal); ++i) {
    if (describe(static_cast<Code>(i)).name == name) code = static_cast<Code>(i);
  }
  return Error{code, json["message"].string_or("the worker gave no reason")};
}

}  // namespace hearth::engine
