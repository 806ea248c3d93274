/// What the endpoints of OpenAI's dialect share: model names and their errors.
#pragma once

#include <optional>
#include <string_view>

#include "api/internal/errors.h"
#include "api/internal/route.h"

namespace hearth::api::openai {

/// The name under which the present chat model can always be asked.
inline constexpr std::string_view kAlias = "hearth";

/// A request that cannot be served as it is, with the parameter at fault.
struct Refused {
  int status = 400;
  std::string_view code = "invalid_request";
  std::string message;
  std::string_view param;
  [[nodiscard]] net::Response response() const {
    return openai_error(status, code, message, param);
  }
};

/// Codes of ours as OpenAI's clients know them; a prompt that is too long is their own code.
[[nodiscard]] net::Response model_error(const Error& error);
[[nodiscard]] Refused no_such_model(std::string_view name);

[[nodiscard]] Result<Reply> get_models(const Context& context, const Incoming& incoming);
[[nodiscard]] Result<Reply> get_model(const Context& context, const Incoming& incoming);
void post_chat(const Context& context, const Incoming& incoming, net::Exchange exchange);
void post_embeddings(const Context& context, const Incoming& incoming, net::Exchange exchange);
[[nodiscard]] std::vector<Field> chat_fields();
[[nodiscard]] std::vector<Field> embedding_fields();

}  // namespace hearth::api::openai
