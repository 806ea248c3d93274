#include "storage/internal/migrate.h"

#include <algorithm>
#include <map>
#include <string>

#include "core/format.h"
#include "crypto/hash.h"

namespace hearth::storage::internal {
namespace {

Result<std::int64_t> one_integer(Connection& connection, std::string_view sql) {
  TRY_ASSIGN(auto statement, connection.prepare(sql));
  TRY_ASSIGN(const bool found, statement.step());
  return found ? statement.integer(0) : 0;
}

Result<std::map<std::int64_t, crypto::Bytes>> applied(Connection& connection) {
  std::map<std::int64_t, crypto::Bytes> rows;
  TRY_ASSIGN(
      const auto exists,
      one_integer(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'migrations'"));
  if (exists == 0) return rows;
  TRY_ASSIGN(auto statement, connection.prepare("SELECT number, hash FROM migrations"));
  for (;;) {
    TRY_ASSIGN(const bool more, statement.step());
    if (!more) return rows;
    const auto hash = statement.blob(1);
    rows.emplace(statement.integer(0), crypto::Bytes(hash.begin(), hash.end()));
  }
}

Result<void> check_references(Connection& connection) {
  TRY_ASSIGN(auto statement, connection.prepare("PRAGMA foreign_key_check"));
  TRY_ASSIGN(const bool broken, statement.step());
  if (!broken) return {};
  return fail(Code::Corrupt, format("row {} of {} refers to a row of {} that is gone",
                                    statement.integer(1), statement.text(0), statement.text(2)));
}

Result<void> apply_in_transaction(Connection& writer, const Migration& step) {
  TRY(
      writer.execute("CREATE TABLE IF NOT EXISTS migrations (\n"
                     "  number  INTEGER PRIMARY KEY,\n"
                     "  name    TEXT NOT NULL,\n"
                     "  hash    BLOB NOT NULL  -- BLAKE2b-256 of the SQL that ran\n"
                     ") STRICT"));
  TRY(writer.execute(step.sql));
  TRY(check_references(writer));
  TRY_ASSIGN(auto insert,
             writer.prepare("INSERT INTO migrations (number, name, hash) VALUES (?, ?, ?)"));
  TRY(insert.bind(1, step.number).bind(2, step.name).bind_blob(3, crypto::hash(step.sql)).run());
  TRY_ASSIGN(const auto version, one_integer(writer, "PRAGMA user_version"));
  const std::int64_t reached = std::max<std::int64_t>(version, step.number);
  return writer.execute(format("PRAGMA user_version = {}", reached));
}

Result<void> apply(Connection& writer, const Migration& step) {
  TRY(writer.execute("BEGIN IMMEDIATE"));
  auto done = apply_in_transaction(writer, step);
  if (done) done = writer.execute("COMMIT");
  if (!done) {
    // SQLite may have rolled back by itself; then this says so and that is fine.
    static_cast<void>(writer.execute("ROLLBACK"));
    return std::unexpected(
        std::move(done).error().in(format("migration {:04} {}", step.number, step.name)));
  }
  return {};
}

}  // namespace

Result<std::vector<Migration>> pending(Connection& connection, std::span<const Migration> known) {
  TRY_ASSIGN(const auto version, one_integer(connection, "PRAGMA user_version"));
  TRY_ASSIGN(auto had, applied(connection));
  std::vector<Migration> steps;
  int newest = 0;
  for (const Migration& step : known) {
    newest = std::max(newest, step.number);
    const auto row = had.extract(step.number);
    if (row.empty()) {
      steps.push_back(step);
    } else if (!std::ranges::equal(row.mapped(), crypto::hash(step.sql))) {
      return fail(Code::Conflict,
                  format("migration {:04} {} of this vault is not the one this program knows; it "
                         "was made by a development build",
                         step.number, step.name));
    }
  }
  if (version > newest || !had.empty()) {
    return fail(Code::TooNew,
                format("this vault has schema {}, and this program knows up to {}; nothing was "
                       "changed. Use the newer Hearth that wrote it",
                       had.empty() ? version : std::max(version, had.rbegin()->first), newest));
  }
  std::ranges::sort(steps, {}, &Migration::number);
  return steps;
}

Result<void> migrate(Connection& writer, std::span<const Migration> steps) {
  if (steps.empty()) return {};
  // A step may rebuild a table others refer to; references are checked before each commit instead.
  TRY(writer.execute("PRAGMA foreign_keys = OFF"));
  Result<void> done;
  for (const Migration& step : steps) {
    done = apply(writer, step);
    if (!done) break;
  }
  TRY(writer.execute("PRAGMA foreign_keys = ON"));
  return done;
}

Result<void> check_integrity(Connection& connection) {
  constexpr int kProblemsShown = 8;
  std::string problems;
  TRY_ASSIGN(auto statement,
             connection.prepare(format("PRAGMA integrity_check({})", kProblemsShown)));
  for (;;) {
    TRY_ASSIGN(const bool more, statement.step());
    if (!more) break;
    if (statement.text(0) == "ok") continue;
    problems += problems.empty() ? "" : "; ";
    problems += statement.text(0);
  }
  if (!problems.empty()) return fail(Code::Corrupt, "the database is damaged: " + problems);
  return check_references(connection);
}

}  // namespace hearth::storage::internal
