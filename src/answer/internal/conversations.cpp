#include "answer/internal/conversations.h"

#include <algorithm>

#include "core/format.h"
#include "core/text.h"

namespace hearth::answer {
namespace {

constexpr std::size_t kTitleBytesMax = 80;

std::unexpected<Error> no_such(ConversationId id) {
  return fail(Code::NotFound, format("there is no conversation {}", id.value));
}

ConversationInfo info_of(const storage::Statement& row) {
  return {ConversationId{row.integer(0)}, std::string(row.text(1)), row.integer(2), row.integer(3),
          row.integer(4)};
}

Json to_json(const Citation& c) {
  Json json = Json::object({{"n", c.n},
                            {"document", c.document.value},
                            {"source", c.source.value},
                            {"chunk", c.chunk.value},
                            {"path", c.path},
                            {"title", c.title},
                            {"heading", c.heading},
                            {"start_byte", static_cast<std::int64_t>(c.start_byte)},
                            {"end_byte", static_cast<std::int64_t>(c.end_byte)},
                            {"start_char", static_cast<std::int64_t>(c.start_char)},
                            {"end_char", static_cast<std::int64_t>(c.end_char)},
                            {"quote", c.quote},
                            {"score", c.score}});
  if (c.page) json.set("page", *c.page);
  return json;
}

std::size_t size_at(const Json& json, std::string_view key) {
  return static_cast<std::size_t>(std::max<std::int64_t>(json[key].int_or(0), 0));
}

Citation citation_from(const Json& json) {
  Citation c;
  c.n = static_cast<int>(json["n"].int_or(0));
  c.document = DocumentId{json["document"].int_or(0)};
  c.source = SourceId{json["source"].int_or(0)};
  c.chunk = ChunkId{json["chunk"].int_or(0)};
  c.path = json["path"].string_or("");
  c.title = json["title"].string_or("");
  c.heading = json["heading"].string_or("");
  c.start_byte = size_at(json, "start_byte");
  c.end_byte = size_at(json, "end_byte");
  c.start_char = size_at(json, "start_char");
  c.end_char = size_at(json, "end_char");
  c.quote = json["quote"].string_or("");
  c.score = json["score"].double_or(0);
  if (const auto page = json["page"].as_int()) c.page = static_cast<int>(*page);
  return c;
}

constexpr std::string_view kSelectInfo =
    "SELECT c.id, c.title, c.created_ms, c.updated_ms, "
    "(SELECT count(*) FROM messages m WHERE m.conversation_id = c.id) FROM conversations c ";

/// What the column `owner` holds. Names of clients are never empty.
std::string_view owner_of(const Call& call) {
  return call.principal.kind == Principal::Kind::Client ? std::string_view(call.principal.name)
                                                        : std::string_view();
}

/// Somebody else's conversation reads like one that is not there.
Result<void> require(storage::Connection& connection, const Call& call, ConversationId id) {
  TRY_ASSIGN(auto select,
             connection.prepare("SELECT 1 FROM conversations WHERE id = ?1 AND owner = ?2"));
  select.bind(1, id.value).bind(2, owner_of(call));
  TRY_ASSIGN(const bool there, select.step());
  if (!there) return no_such(id);
  return {};
}

Result<void> insert_message(storage::Connection& connection, ConversationId id,
                            std::string_view role, std::string_view text,
                            const std::optional<std::string>& answer, std::int64_t now_ms) {
  TRY_ASSIGN(
      auto insert,
      connection.prepare("INSERT INTO messages (conversation_id, role, text, answer, created_ms) "
                         "VALUES (?1, ?2, ?3, ?4, ?5)"));
  insert.bind(1, id.value).bind(2, role).bind(3, text).bind(5, now_ms);
  if (answer) {
    insert.bind(4, std::string_view(*answer));
  } else {
    insert.bind(4, std::nullopt);
  }
  return insert.run();
}

ConversationMessage message_of(const storage::Statement& row) {
  ConversationMessage message;
  message.id = row.integer(0);
  const bool user = row.text(1) == "user";
  message.role =
      user ? inference::ChatMessage::Role::User : inference::ChatMessage::Role::Assistant;
  message.text = std::string(row.text(2));
  message.created_ms = row.integer(4);
  if (row.is_null(3)) return message;
  if (const auto json = Json::parse(row.text(3)))
    message.answer = answer_from_json(*json, message.text);
  return message;
}

}  // namespace

Json to_json(const Answer& answer) {
  Json citations = Json::array();
  for (const Citation& citation : answer.citations) citations.push(to_json(citation));
  return Json::object({{"found", answer.found},
                       {"mode", answer.mode == Mode::Generated ? "generated" : "extractive"},
                       {"note", answer.note},
                       {"model", answer.model},
                       {"dropped", static_cast<std::int64_t>(answer.sentences_dropped)},
                       {"search_ms", answer.timings.search_ms},
                       {"first_text_ms", answer.timings.first_text_ms},
                       {"total_ms", answer.timings.total_ms},
                       {"citations", std::move(citations)}});
}

Answer answer_from_json(const Json& json, std::string_view text) {
  Answer answer;
  answer.text = std::string(text);
  answer.found = json["found"].bool_or(false);
  answer.mode = json["mode"].view() == "generated" ? Mode::Generated : Mode::Extractive;
  answer.note = json["note"].string_or("");
  answer.model = json["model"].string_or("");
  answer.sentences_dropped = size_at(json, "dropped");
  answer.timings = {json["search_ms"].double_or(0), json["first_text_ms"].double_or(0),
                    json["total_ms"].double_or(0)};
  for (const Json& citation : json["citations"].items()) {
    answer.citations.push_back(citation_from(citation));
  }
  return answer;
}

Result<ConversationInfo> Conversations::create(const Call& call) {
  ConversationInfo info;
  info.created_ms = info.updated_ms = clock_.wall_ms();
  const auto body = [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto insert, connection.prepare(
                                "INSERT INTO conversations (title, created_ms, updated_ms, owner) "
                                "VALUES ('', ?1, ?1, ?2)"));
    insert.bind(1, info.created_ms).bind(2, owner_of(call));
    TRY(insert.run());
    info.id = ConversationId{connection.last_insert_id()};
    return {};
  };
  TRY(database_.write(call, body));
  return info;
}

Result<std::vector<ConversationInfo>> Conversations::list(const Call& call) const {
  std::vector<ConversationInfo> all;
  const auto body = [&](storage::Connection& connection) -> Result<void> {
    const std::string sql =
        std::string(kSelectInfo) + "WHERE c.owner = ?1 ORDER BY c.updated_ms DESC, c.id DESC";
    TRY_ASSIGN(auto select, connection.prepare(sql));
    select.bind(1, owner_of(call));
    for (;;) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      all.push_back(info_of(select));
    }
  };
  TRY(database_.read(call, body));
  return all;
}

Result<std::vector<ConversationMessage>> Conversations::messages(const Call& call,
                                                                 ConversationId id) const {
  std::vector<ConversationMessage> all;
  const auto body = [&](storage::Connection& connection) -> Result<void> {
    TRY(require(connection, call, id));
    TRY_ASSIGN(auto select,
               connection.prepare("SELECT id, role, text, answer, created_ms FROM messages "
                                  "WHERE conversation_id = ?1 ORDER BY id"));
    select.bind(1, id.value);
    for (;;) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      all.push_back(message_of(select));
      if (all.back().answer) all.back().answer->conversation = id;
    }
  };
  TRY(database_.read(call, body));
  return all;
}

Result<void> Conversations::rename(const Call& call, ConversationId id, std::string_view title) {
  const std::string clean =
      text::shorten(text::squeeze(text::to_valid_utf8(title)), kTitleBytesMax);
  if (clean.empty()) return fail(Code::Invalid, "a conversation's title cannot be empty");
  return database_.write(call, [&](storage::Connection& connection) -> Result<void> {
    TRY(require(connection, call, id));
    TRY_ASSIGN(auto update,
               connection.prepare("UPDATE conversations SET title = ?2 WHERE id = ?1"));
    update.bind(1, id.value).bind(2, std::string_view(clean));
    return update.run();
  });
}

Result<void> Conversations::erase(const Call& call, ConversationId id) {
  return database_.write(call, [&](storage::Connection& connection) -> Result<void> {
    TRY(require(connection, call, id));
    TRY_ASSIGN(auto erase, connection.prepare("DELETE FROM conversations WHERE id = ?1"));
    erase.bind(1, id.value);
    return erase.run();
  });
}

Result<void> Conversations::add_turn(const Call& call, ConversationId id, std::string_view question,
                                     const Answer& answer) {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::string title = text::shorten(text::squeeze(question), kTitleBytesMax);
  return database_.write(call, [&](storage::Connection& connection) -> Result<void> {
    TRY(require(connection, call, id));
    TRY(insert_message(connection, id, "user", question, std::nullopt, now_ms));
    TRY(insert_message(connection, id, "assistant", answer.text, to_json(answer).dump(), now_ms));
    TRY_ASSIGN(auto update, connection.prepare(
                                "UPDATE conversations SET updated_ms = ?2, "
                                "title = CASE title WHEN '' THEN ?3 ELSE title END WHERE id = ?1"));
    update.bind(1, id.value).bind(2, now_ms).bind(3, std::string_view(title));
    return update.run();
  });
}

Result<std::vector<std::string>> Conversations::questions(const Call& call, ConversationId id,
                                                          std::size_t count_max) const {
  std::vector<std::string> latest;
  const auto body = [&](storage::Connection& connection) -> Result<void> {
    TRY(require(connection, call, id));
    TRY_ASSIGN(auto select,
               connection.prepare("SELECT text FROM messages WHERE conversation_id = ?1 "
                                  "AND role = 'user' ORDER BY id DESC LIMIT ?2"));
    select.bind(1, id.value).bind(2, count_max);
    for (;;) {
      TRY_ASSIGN(const bool row, select.step());
      if (!row) return {};
      latest.emplace_back(select.text(0));
    }
  };
  TRY(database_.read(call, body));
  std::ranges::reverse(latest);
  return latest;
}

}  // namespace hearth::answer
