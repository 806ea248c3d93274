/// Client tokens and browser sessions in the vault, as hashes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/hash.h"
#include "storage/database.h"

namespace hearth::api {

struct StoredToken {
  std::string name;
  crypto::Hash hash{};
  std::int64_t created_ms = 0;
  std::string scopes;  ///< Space-separated.
};

struct StoredSession {
  crypto::Hash hash{};
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;
};

/// The rows behind `Gate`, which keeps them in memory: nothing is read here per request.
///
/// Threads: any. Errors: Conflict (the name is taken), NotFound, and those of `storage::Database`.
class TokenStore {
 public:
  /// `database` must outlive the store.
  explicit TokenStore(storage::Database& database) : database_(&database) {}

  [[nodiscard]] Result<std::vector<StoredToken>> tokens() const;
  [[nodiscard]] Result<void> add(const StoredToken& token);
  [[nodiscard]] Result<void> remove_token(std::string_view name);

  /// Those that have not expired; the others are erased.
  [[nodiscard]] Result<std::vector<StoredSession>> sessions(std::int64_t now_ms);
  [[nodiscard]] Result<void> add(const StoredSession& session);
  [[nodiscard]] Result<void> remove_session(const crypto::Hash& hash);
  [[nodiscard]] Result<void> remove_all_sessions();

 private:
  storage::Database* database_;
};

}  // namespace hearth::api
