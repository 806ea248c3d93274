#include <algorithm>
#include <expected>

#include "api/openai/dialect.h"
#include "core/format.h"
#include "net/sse.h"
#include "platform/random.h"

namespace hearth::api::openai {
namespace {

using inference::ChatMessage;
using inference::ChatRequest;
using inference::FinishReason;

constexpr std::size_t kMessagesMax = 2048;
constexpr std::size_t kStopsMax = 4;
// OpenAI's own default is 1, which makes small models ramble.
constexpr double kTemperature = 0.7;

template <class T>
using Read = std::expected<T, Refused>;

std::unexpected<Refused> refuse(std::string_view param, std::string message,
                                std::string_view code = "invalid_value") {
  return std::unexpected(Refused{400, code, std::move(message), param});
}

Read<ChatMessage::Role> read_role(std::string_view role) {
  if (role == "user") return ChatMessage::Role::User;
  if (role == "assistant") return ChatMessage::Role::Assistant;
  if (role == "system" || role == "developer") return ChatMessage::Role::System;
  if (role == "tool" || role == "function") {
    return refuse("messages", "tools are not supported yet", "unsupported_value");
  }
  return refuse("messages", "a message's role must be system, developer, user or assistant");
}

Read<std::string> read_content(const Json& content) {
  if (content.is_string()) return std::string(content.view());
  if (!content.is_array()) return refuse("messages", "a message's content must be a text");
  std::string text;
  for (const Json& part : content.items()) {
    if (part["type"].view() != "text" || !part["text"].is_string()) {
      return refuse("messages", "only text parts are supported in a message", "unsupported_value");
    }
    text += part["text"].view();
  }
  return text;
}

Read<std::vector<ChatMessage>> read_messages(const Json& list) {
  if (!list.is_array() || list.items().empty()) {
    return refuse("messages", "messages must be a list with at least one message");
  }
  if (list.items().size() > kMessagesMax) return refuse("messages", "there are too many messages");
  std::vector<ChatMessage> messages;
  for (const Json& item : list.items()) {
    const auto role = read_role(item["role"].view());
    if (!role) return std::unexpected(role.error());
    if (item.has("tool_calls") && !item["tool_calls"].is_null()) {
      return refuse("messages", "tools are not supported yet", "unsupported_value");
    }
    auto content = read_content(item["content"]);
    if (!content) return std::unexpected(std::move(content).error());
    messages.push_back({*role, std::move(*content)});
  }
  return messages;
}

Read<std::vector<std::string>> read_stop(const Json& stop) {
  std::vector<std::string> stops;
  if (stop.is_null()) return stops;
  if (stop.is_string()) stops.emplace_back(stop.view());
  for (const Json& item : stop.items()) stops.emplace_back(item.view());
  const bool usable = !stops.empty() && stops.size() <= kStopsMax &&
                      std::ranges::none_of(stops, &std::string::empty);
  if (!usable) return refuse("stop", "stop must be a text or a list of one to four texts");
  return stops;
}

/// Parameters that other servers have. Their neutral values pass; anything else is refused rather
/// than ignored.
Read<bool> check_unsupported(const Arguments& a) {
  for (const std::string_view name : {"tools", "functions"}) {
    if (!a[name].items().empty())
      return refuse(name, "tools are not supported yet", "unsupported_parameter");
  }
  for (const std::string_view name : {"frequency_penalty", "presence_penalty"}) {
    if (a[name].double_or(0) != 0) {
      return refuse(name, format("{} is not supported", name), "unsupported_parameter");
    }
  }
  if (a.integer_or("n", 1) != 1) {
    return refuse("n", "one choice per request is supported", "unsupported_parameter");
  }
  for (const std::string_view name : {"logprobs", "store"}) {
    if (a[name].bool_or(false)) {
      return refuse(name, format("{} is not supported", name), "unsupported_parameter");
    }
  }
  if (!a["logit_bias"].members().empty()) {
    return refuse("logit_bias", "logit_bias is not supported", "unsupported_parameter");
  }
  const std::string_view tool_choice = a.text_or("tool_choice", "none");
  if (tool_choice != "none" && tool_choice != "auto") {
    return refuse("tool_choice", "tools are not supported yet", "unsupported_parameter");
  }
  const Json& shape = a["response_format"];
  if (!shape.is_null() && shape["type"].view() != "text") {
    return refuse("response_format", "only the type text is supported", "unsupported_parameter");
  }
  return true;
}

Read<ChatRequest> read_request(const Arguments& a) {
  if (auto supported = check_unsupported(a); !supported) {
    return std::unexpected(std::move(supported).error());
  }
  ChatRequest request;
  auto messages = read_messages(a["messages"]);
  if (!messages) return std::unexpected(std::move(messages).error());
  request.messages = std::move(*messages);
  auto stop = read_stop(a["stop"]);
  if (!stop) return std::unexpected(std::move(stop).error());
  request.stop = std::move(*stop);
  request.temperature = static_cast<float>(a["temperature"].double_or(kTemperature));
  request.top_p = static_cast<float>(a["top_p"].double_or(1));
  if (const auto seed = a["seed"].as_int()) {
    // Any 64 bits are allowed; the engine's seed has 32.
    const auto bits = static_cast<std::uint64_t>(*seed);
    request.seed = static_cast<std::uint32_t>(bits ^ (bits >> 32U));
  }
  return request;
}

/// Sets how much may be generated: what was asked for, within what the context leaves.
std::optional<net::Response> fit(const Arguments& a, inference::ChatModel& model, const Call& call,
                                 ChatRequest& request) {
  const std::size_t context = model.info().context_tokens;
  const auto prompt = model.count_tokens(call, request);
  if (!prompt) return model_error(prompt.error());
  if (context > 0 && *prompt >= context) {
    const Refused refused{400, "context_length_exceeded",
                          format("the messages have {} tokens; the model's context holds {} and "
                                 "nothing is cut silently",
                                 *prompt, context),
                          "messages"};
    return refused.response();
  }
  const std::size_t left = context > 0 ? context - *prompt : request.tokens_max;
  const auto asked = a["max_completion_tokens"].as_int() ? a["max_completion_tokens"].as_int()
                                                         : a["max_tokens"].as_int();
  request.tokens_max = asked ? std::min(left, static_cast<std::size_t>(*asked)) : left;
  return std::nullopt;
}

std::string_view name_of(FinishReason reason) {
  return reason == FinishReason::Length ? "length" : "stop";
}

Json usage_json(const inference::ChatUsage& usage) {
  return Json::object(
      {{"prompt_tokens", std::uint64_t{usage.prompt_tokens}},
       {"completion_tokens", std::uint64_t{usage.completion_tokens}},
       {"total_tokens", std::uint64_t{usage.prompt_tokens + usage.completion_tokens}}});
}

/// What every object of one completion has in common.
struct Frame {
  std::string id;
  std::int64_t created = 0;
  std::string model;

  [[nodiscard]] Json object(std::string_view kind, Json choices) const {
    return Json::object({{"id", id},
                         {"object", kind},
                         {"created", created},
                         {"model", model},
                         {"choices", std::move(choices)}});
  }
  [[nodiscard]] Json chunk(Json delta, Json finish_reason, bool with_usage) const {
    Json choice = Json::object({{"index", 0},
                                {"delta", std::move(delta)},
                                {"logprobs", nullptr},
                                {"finish_reason", std::move(finish_reason)}});
    Json all = object("chat.completion.chunk", Json::array({std::move(choice)}));
    if (with_usage) all.set("usage", nullptr);
    return all;
  }
};

std::string sse(const Json& chunk) { return net::to_sse("", chunk.dump()); }

void stream_completion(inference::ChatModel& model, const Call& call, const ChatRequest& request,
                       const Frame& frame, bool with_usage, net::Stream stream) {
  const Json first = Json::object({{"role", "assistant"}, {"content", ""}});
  if (!stream.write(sse(frame.chunk(first, nullptr, with_usage)))) return;
  const auto usage = model.generate(call, request, [&](std::string_view piece) {
    const Json delta = Json::object({{"content", piece}});
    return stream.write(sse(frame.chunk(delta, nullptr, with_usage))) ? Flow::Continue : Flow::Stop;
  });
  if (!usage) {
    const net::Response failed = model_error(usage.error());
    if (stream.write(net::to_sse("", failed.body))) stream.finish();
    return;
  }
  std::string end = sse(frame.chunk(Json::object(), name_of(usage->finish), with_usage));
  if (with_usage) {
    Json last = frame.object("chat.completion.chunk", Json::array());
    last.set("usage", usage_json(*usage));
    end += sse(last);
  }
  end += net::to_sse("", "[DONE]");
  if (stream.write(end)) stream.finish();
}

void whole_completion(inference::ChatModel& model, const Call& call, const ChatRequest& request,
                      const Frame& frame, net::Exchange exchange) {
  std::string text;
  const auto usage = model.generate(call, request, [&](std::string_view piece) {
    text += piece;
    return Flow::Continue;
  });
  if (!usage) return exchange.respond(model_error(usage.error()));
  const Json message =
      Json::object({{"role", "assistant"}, {"content", std::move(text)}, {"refusal", nullptr}});
  Json choice = Json::object({{"index", 0},
                              {"message", message},
                              {"logprobs", nullptr},
                              {"finish_reason", name_of(usage->finish)}});
  Json body = frame.object("chat.completion", Json::array({std::move(choice)}));
  body.set("usage", usage_json(*usage));
  exchange.respond(json_response(200, body));
}

}  // namespace

void post_chat(const Context& context, const Incoming& incoming, net::Exchange exchange) {
  inference::ChatModel& model = context.backend.chat();
  const inference::ChatModelInfo info = model.info();
  const std::string_view wanted = incoming.arguments.text_or("model", "");
  if (info.name.empty()) {
    const Refused none{503, "unavailable", "no chat model is installed", "model"};
    return exchange.respond(none.response());
  }
  if (wanted != info.name && wanted != kAlias) {
    return exchange.respond(no_such_model(wanted).response());
  }
  auto request = read_request(incoming.arguments);
  if (!request) return exchange.respond(request.error().response());
  if (auto refused = fit(incoming.arguments, model, incoming.call, *request)) {
    return exchange.respond(std::move(*refused));
  }
  const Frame frame{"chatcmpl-" + platform::random_hex(12), context.clock.wall_ms() / 1000,
                    info.name};
  if (!incoming.arguments.boolean_or("stream", false)) {
    return whole_completion(model, incoming.call, *request, frame, std::move(exchange));
  }
  const bool with_usage = incoming.arguments["stream_options"]["include_usage"].bool_or(false);
  stream_completion(model, incoming.call, *request, frame, with_usage,
                    exchange.event_stream(safe_headers()));
}

std::vector<Field> chat_fields() {
  using Type = Field::Type;
  using Need = Field::Need;
  constexpr std::string_view kNeutral = "Only its neutral value is supported.";
  constexpr std::string_view kUnused = "Accepted and not used.";
  return {
      {.name = "model", .need = Need::Required, .help = "A chat model, or hearth.", .max = 200},
      {.name = "messages", .type = Type::Any, .need = Need::Required, .help = "Texts by role."},
      {.name = "stream", .type = Type::Boolean, .help = "Send chunks as they come."},
      {.name = "stream_options", .type = Type::Any, .help = "include_usage."},
      {.name = "temperature", .type = Type::Number, .help = "0.7 when absent.", .max = 2},
      {.name = "top_p", .type = Type::Number, .help = "1 when absent.", .max = 1},
      {.name = "seed",
       .type = Type::Integer,
       .help = "The same text again.",
       .min = -9e18,
       .max = 9e18},
      {.name = "stop", .type = Type::Any, .help = "A text or up to four of them."},
      {.name = "max_tokens", .type = Type::Integer, .help = "To generate.", .min = 1, .max = 1e9},
      {.name = "max_completion_tokens",
       .type = Type::Integer,
       .help = "The same.",
       .min = 1,
       .max = 1e9},
      {.name = "n", .type = Type::Integer, .help = kNeutral, .min = 1, .max = 128},
      {.name = "frequency_penalty", .type = Type::Number, .help = kNeutral, .min = -2, .max = 2},
      {.name = "presence_penalty", .type = Type::Number, .help = kNeutral, .min = -2, .max = 2},
      {.name = "logprobs", .type = Type::Boolean, .help = kNeutral},
      {.name = "top_logprobs", .type = Type::Integer, .help = kNeutral, .min = 0, .max = 0},
      {.name = "logit_bias", .type = Type::Any, .help = kNeutral},
      {.name = "response_format", .type = Type::Any, .help = kNeutral},
      {.name = "tools", .type = Type::Any, .help = kNeutral},
      {.name = "tool_choice", .type = Type::Any, .help = kNeutral},
      {.name = "functions", .type = Type::Any, .help = kNeutral},
      {.name = "parallel_tool_calls", .type = Type::Boolean, .help = kUnused},
      {.name = "store", .type = Type::Boolean, .help = kNeutral},
      {.name = "user", .help = kUnused, .max = 400},
      {.name = "metadata", .type = Type::Any, .help = kUnused},
      {.name = "service_tier", .help = kUnused, .max = 40},
  };
}

}  // namespace hearth::api::openai
