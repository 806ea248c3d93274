#include <algorithm>

#include "api/internal/json_forms.h"
#include "api/internal/route.h"
#include "core/format.h"
#include "core/text.h"

namespace hearth::api {
namespace {

ConversationId conversation_id(const Incoming& incoming) {
  return {incoming.arguments.integer_or("id", 0)};
}

Result<Reply> get_conversations(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto all, context.backend.conversations(incoming.call));
  return Reply{.body = Json::object({{"conversations", list(all)}})};
}

Result<Reply> post_conversation(const Context& context, const Incoming& incoming) {
  TRY_ASSIGN(const auto made, context.backend.create_conversation(incoming.call));
  return Reply{.status = 201, .body = to_json(made)};
}

/// The listing's row with its messages.
Result<Reply> get_conversation(const Context& context, const Incoming& incoming) {
  const ConversationId id = conversation_id(incoming);
  TRY_ASSIGN(const auto all, context.backend.conversations(incoming.call));
  const auto found = std::ranges::find(all, id, &answer::ConversationInfo::id);
  if (found == all.end()) return fail(Code::NotFound, format("no conversation {}", id.value));
  TRY_ASSIGN(const auto messages, context.backend.messages(incoming.call, id));
  Json body = to_json(*found);
  body.set("messages", list(messages));
  return Reply{.body = std::move(body)};
}

Result<Reply> patch_conversation(const Context& context, const Incoming& incoming) {
  const std::string title = text::squeeze(incoming.arguments.text_or("title", ""));
  TRY(context.backend.rename_conversation(incoming.call, conversation_id(incoming), title));
  return get_conversation(context, incoming);
}

Result<Reply> delete_conversation(const Context& context, const Incoming& incoming) {
  TRY(context.backend.delete_conversation(incoming.call, conversation_id(incoming)));
  return Reply{.body = Json::object({{"removed", conversation_id(incoming).value}})};
}

Field id_field() {
  return {.name = "id",
          .in = Field::In::Path,
          .type = Field::Type::Integer,
          .help = "Its number.",
          .min = 1,
          .max = 9e15};
}

}  // namespace

std::vector<Route> conversation_routes() {
  constexpr std::string_view kOne = "/api/v1/conversations/{id}";
  return {
      {.method = "GET",
       .path = "/api/v1/conversations",
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "The conversations, newest first.",
       .response = "Conversations",
       .handler = get_conversations},
      {.method = "POST",
       .path = "/api/v1/conversations",
       .access = Access::Session,
       .scope = kScopeWrite,
       .help = "Begins a conversation.",
       .response = "ConversationInfo",
       .handler = post_conversation},
      {.method = "GET",
       .path = kOne,
       .access = Access::Session,
       .scope = kScopeRead,
       .help = "A conversation with its messages.",
       .fields = {id_field()},
       .response = "Conversation",
       .handler = get_conversation},
      {.method = "PATCH",
       .path = kOne,
       .access = Access::Session,
       .scope = kScopeWrite,
       .help = "Renames a conversation.",
       .fields =
           {id_field(),
            {.name = "title", .need = Field::Need::Required, .help = "The new title.", .max = 400}},
       .response = "Conversation",
       .handler = patch_conversation},
      {.method = "DELETE",
       .path = kOne,
       .access = Access::Session,
       .scope = kScopeWrite,
       .help = "Erases a conversation.",
       .fields = {id_field()},
       .response = "RemovedId",
       .handler = delete_conversation},
  };
}

}  // namespace hearth::api
