#include <bit>
#include <cstring>
#include <expected>

#include "api/openai/dialect.h"
#include "core/format.h"

namespace hearth::api::openai {
namespace {

constexpr std::size_t kInputsMax = 2048;
constexpr std::size_t kBatch = 32;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t block = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      block <<= 8U;
      if (i + j < bytes.size()) block |= static_cast<unsigned char>(bytes[i + j]);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      const bool filled = i + j <= bytes.size();
      out.push_back(filled ? kLetters[(block >> (18U - 6U * j)) & 63U] : '=');
    }
  }
  return out;
}

Json vector_json(const inference::Vector& vector, bool as_base64) {
  if (as_base64) {
    static_assert(std::endian::native == std::endian::little, "OpenAI's floats are little-endian");
    std::string bytes(vector.size() * sizeof(float), '\0');
    std::memcpy(bytes.data(), vector.data(), bytes.size());
    return base64(bytes);
  }
  Json values = Json::array();
  for (const float value : vector) values.push(static_cast<double>(value));
  return values;
}

std::expected<std::vector<std::string>, Refused> read_input(const Json& input) {
  const auto refuse = [](std::string message) {
    return std::unexpected(
        Refused{.code = "invalid_value", .message = std::move(message), .param = "input"});
  };
  std::vector<std::string> texts;
  if (input.is_string()) texts.emplace_back(input.view());
  for (const Json& item : input.items()) {
    if (!item.is_string()) return refuse("input must be a text or a list of texts, not token ids");
    texts.emplace_back(item.view());
  }
  if (texts.empty()) return refuse("input is empty");
  if (texts.size() > kInputsMax) {
    return refuse(format("input has {} texts; at most {} are allowed", texts.size(), kInputsMax));
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty()) return refuse(format("input {} is empty", i));
  }
  return texts;
}

/// The total of tokens. A text of which the model would see only a part is refused.
std::expected<std::size_t, Refused> count_tokens(const inference::Embedder& embedder,
                                                 std::size_t tokens_max,
                                                 const std::vector<std::string>& texts) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::size_t tokens = embedder.count_tokens(texts[i]);
    if (tokens_max > 0 && tokens > tokens_max) {
      return std::unexpected(Refused{
          .code = "context_length_exceeded",
          .message =
              format("input {} has {} tokens; the model sees at most {}", i, tokens, tokens_max),
          .param = "input"});
    }
    total += tokens;
  }
  return total;
}

std::optional<Refused> check(const Arguments& arguments, const inference::EmbedderInfo& info) {
  const std::string_view model = arguments.text_or("model", "");
  if (info.fingerprint.empty()) {
    return Refused{503, "unavailable", "no embedding model is installed", "model"};
  }
  if (model != info.model) return no_such_model(model);
  const auto dimensions = arguments["dimensions"].as_int();
  if (dimensions && *dimensions != static_cast<std::int64_t>(info.dimensions)) {
    return Refused{
        .code = "invalid_value",
        .message = format("this model has {} dimensions, not {}", info.dimensions, *dimensions),
        .param = "dimensions"};
  }
  return std::nullopt;
}

Result<Json> embed(inference::Embedder& embedder, const Call& call,
                   const std::vector<std::string>& texts, bool as_base64) {
  Json data = Json::array();
  const std::span<const std::string> all(texts);
  for (std::size_t i = 0; i < all.size(); i += kBatch) {
    TRY(call.check_stop());
    const auto batch = all.subspan(i, std::min(kBatch, all.size() - i));
    TRY_ASSIGN(const auto vectors,
               embedder.embed_documents(call, batch, inference::Urgency::Interactive));
    for (const inference::Vector& vector : vectors) {
      const auto index = static_cast<std::int64_t>(data.items().size());
      data.push(Json::object({{"object", "embedding"},
                              {"index", index},
                              {"embedding", vector_json(vector, as_base64)}}));
    }
  }
  return data;
}

}  // namespace

void post_embeddings(const Context& context, const Incoming& incoming, net::Exchange exchange) {
  inference::Embedder& embedder = context.backend.embedder();
  const inference::EmbedderInfo info = embedder.info();
  if (const auto refused = check(incoming.arguments, info)) {
    return exchange.respond(refused->response());
  }
  const auto texts = read_input(incoming.arguments["input"]);
  if (!texts) return exchange.respond(texts.error().response());
  const auto tokens = count_tokens(embedder, info.tokens_max, *texts);
  if (!tokens) return exchange.respond(tokens.error().response());
  const bool as_base64 = incoming.arguments.text_or("encoding_format", "float") == "base64";
  auto data = embed(embedder, incoming.call, *texts, as_base64);
  if (!data) return exchange.respond(model_error(data.error()));
  const Json usage = Json::object(
      {{"prompt_tokens", std::uint64_t{*tokens}}, {"total_tokens", std::uint64_t{*tokens}}});
  exchange.respond(json_response(200, Json::object({{"object", "list"},
                                                    {"data", std::move(*data)},
                                                    {"model", info.model},
                                                    {"usage", usage}})));
}

std::vector<Field> embedding_fields() {
  using Type = Field::Type;
  return {
      {.name = "model", .need = Field::Need::Required, .help = "The embedder's name.", .max = 200},
      {.name = "input",
       .type = Type::Any,
       .need = Field::Need::Required,
       .help = "A text, or a list of at most 2048."},
      {.name = "encoding_format",
       .help = "float, or base64 of little-endian floats.",
       .choices = {"float", "base64"}},
      {.name = "dimensions",
       .type = Type::Integer,
       .help = "Must be the model's own.",
       .min = 1,
       .max = 65'536},
      {.name = "user", .help = "Accepted and not used.", .max = 400}};
}

}  // namespace hearth::api::openai
