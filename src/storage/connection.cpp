#include <sqlite3.h>

#include <climits>
#include <string>
#include <utility>

#include "core/format.h"
#include "platform/clock.h"
#include "storage/internal/connection_state.h"
#include "storage/internal/sqlite_error.h"

namespace hearth::storage {
namespace {

constexpr std::size_t kIdleStatementsMax = 96;
constexpr int kInstructionsBetweenChecks = 2000;

int should_interrupt(void* state) {
  const auto* connection = static_cast<const Connection::State*>(state);
  const Call* call = connection->call;
  if (call == nullptr) return 0;
  if (call->stop.stop_requested()) return 1;
  return call->deadline && platform::system_clock().steady() >= *call->deadline ? 1 : 0;
}

/// Same for every connection. What is deleted is overwritten; a damaged or foreign schema cannot
/// run code of its own; nothing unencrypted is written beside the file.
constexpr const char* kPragmas = R"sql(
  PRAGMA foreign_keys = ON;
  PRAGMA secure_delete = ON;
  PRAGMA trusted_schema = OFF;
  PRAGMA temp_store = MEMORY;
  PRAGMA mmap_size = 0;
)sql";

/// Only for the writer. In a write-ahead log with NORMAL a commit survives the death of this
/// process at once, and a power cut from the next checkpoint on; the file is consistent either way.
constexpr const char* kWriterPragmas = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 2000;
  PRAGMA journal_size_limit = 33554432;
)sql";

}  // namespace

Connection::State::~State() {
  for (sqlite3_stmt* statement : idle) sqlite3_finalize(statement);
  sqlite3_close_v2(database);
}

sqlite3_stmt* Connection::State::take_idle(std::string_view sql) {
  for (auto it = idle.begin(); it != idle.end(); ++it) {
    if (sql != sqlite3_sql(*it)) continue;
    sqlite3_stmt* statement = *it;
    idle.erase(it);
    return statement;
  }
  return nullptr;
}

void Connection::State::give_back(sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  idle.push_front(statement);
  if (idle.size() > kIdleStatementsMax) {
    sqlite3_finalize(idle.back());
    idle.pop_back();
  }
}

Error Connection::State::error(int result, std::string_view doing) const {
  return internal::sqlite_error(database, result, doing, call);
}

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}

Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Settings& settings) {
  auto state = std::make_unique<State>();
  const bool writes = settings.mode != Settings::Mode::ReadOnly;
  const int flags = (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const std::string doing = format("open {}", settings.file.string());
  int result = sqlite3_open_v2(settings.file.c_str(), &state->database, flags, nullptr);
  if (result != SQLITE_OK) return std::unexpected(state->error(result, doing));
  sqlite3* database = state->database;
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  sqlite3_progress_handler(database, kInstructionsBetweenChecks, should_interrupt, state.get());
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (!settings.key.empty()) {
    result = sqlite3_key(database, settings.key.data(), static_cast<int>(settings.key.size()));
    if (result != SQLITE_OK) return std::unexpected(state->error(result, doing));
  }
  std::unique_ptr<Connection> connection(new Connection(std::move(state)));
  auto ready = connection->execute(kPragmas);
  if (ready) ready = connection->execute(format("PRAGMA cache_size = -{}", settings.cache_kib));
  // Reads the first page, so that a wrong key shows here and not in the first query.
  if (ready) ready = connection->execute("SELECT count(*) FROM sqlite_schema");
  if (ready && settings.mode == Settings::Mode::ReadWrite) {
    ready = connection->execute(kWriterPragmas);
  }
  if (!ready) return std::unexpected(std::move(ready).error().in(doing));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) {
  if (sqlite3_stmt* statement = state_->take_idle(sql)) return Statement(*this, statement);
  CHECK(sql.size() < INT_MAX);
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int result = sqlite3_prepare_v3(state_->database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (result != SQLITE_OK) return std::unexpected(state_->error(result, "prepare a statement"));
  if (statement == nullptr) return fail(Code::Internal, "prepare a statement: the SQL is empty");
  return Statement(*this, statement);
}

Result<void> Connection::execute(std::string_view sql) {
  const std::string text(sql);
  const int result = sqlite3_exec(state_->database, text.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(state_->error(result, "run SQL"));
  return {};
}

std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(state_->database);
}

std::int64_t Connection::changes() const { return sqlite3_changes64(state_->database); }

sqlite3* Connection::raw() const { return state_->database; }

}  // namespace hearth::storage
