#include "api/token_store.h"

#include <algorithm>

#include "core/format.h"

namespace hearth::api {
namespace {

Result<crypto::Hash> hash_of(std::span<const std::byte> bytes) {
  crypto::Hash hash{};
  if (bytes.size() != hash.size()) return fail(Code::Corrupt, "a stored token has a wrong length");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

}  // namespace

Result<std::vector<StoredToken>> TokenStore::tokens() const {
  std::vector<StoredToken> all;
  TRY(database_->read({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto rows,
               connection.prepare("SELECT name, hash, created_ms, scopes FROM api_tokens "
                                  "ORDER BY created_ms, name"));
    for (;;) {
      TRY_ASSIGN(const bool more, rows.step());
      if (!more) return {};
      TRY_ASSIGN(const auto hash, hash_of(rows.blob(1)));
      all.push_back({std::string(rows.text(0)), hash, rows.integer(2), std::string(rows.text(3))});
    }
  }));
  return all;
}

Result<void> TokenStore::add(const StoredToken& token) {
  return database_->write({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto insert, connection.prepare("INSERT INTO api_tokens VALUES (?, ?, ?, ?)"));
    insert.bind(1, token.name).bind_blob(2, token.hash);
    insert.bind(3, token.created_ms).bind(4, token.scopes);
    return insert.run();
  });
}

Result<void> TokenStore::remove_token(std::string_view name) {
  return database_->write({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto erase, connection.prepare("DELETE FROM api_tokens WHERE name = ?"));
    erase.bind(1, name);
    TRY(erase.run());
    if (connection.changes() == 0) return fail(Code::NotFound, format("no token named {}", name));
    return {};
  });
}

Result<std::vector<StoredSession>> TokenStore::sessions(std::int64_t now_ms) {
  std::vector<StoredSession> all;
  TRY(database_->write({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto erase, connection.prepare("DELETE FROM api_sessions WHERE expires_ms <= ?"));
    erase.bind(1, now_ms);
    TRY(erase.run());
    TRY_ASSIGN(auto rows,
               connection.prepare("SELECT hash, created_ms, expires_ms FROM api_sessions"));
    for (;;) {
      TRY_ASSIGN(const bool more, rows.step());
      if (!more) return {};
      TRY_ASSIGN(const auto hash, hash_of(rows.blob(0)));
      all.push_back({hash, rows.integer(1), rows.integer(2)});
    }
  }));
  return all;
}

Result<void> TokenStore::add(const StoredSession& session) {
  return database_->write({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto insert, connection.prepare("INSERT INTO api_sessions VALUES (?, ?, ?)"));
    insert.bind_blob(1, session.hash).bind(2, session.created_ms).bind(3, session.expires_ms);
    return insert.run();
  });
}

Result<void> TokenStore::remove_session(const crypto::Hash& hash) {
  return database_->write({}, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto erase, connection.prepare("DELETE FROM api_sessions WHERE hash = ?"));
    erase.bind_blob(1, hash);
    return erase.run();
  });
}

Result<void> TokenStore::remove_all_sessions() {
  return database_->write({}, [](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto erase, connection.prepare("DELETE FROM api_sessions"));
    return erase.run();
  });
}

}  // namespace hearth::api
