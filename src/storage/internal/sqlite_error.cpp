#include "storage/internal/sqlite_error.h"

#include <sqlite3.h>

#include <cerrno>

#include "core/format.h"
#include "platform/clock.h"

namespace hearth::storage::internal {
namespace {

bool is_disk_full(sqlite3* database) {
  if (database == nullptr) return false;
  const int number = sqlite3_system_errno(database);
  return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

Code code_of(sqlite3* database, int result) {
  switch (result & 0xff) {
    case SQLITE_NOTADB:
      return Code::Denied;
    case SQLITE_CORRUPT:
      return Code::Corrupt;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return is_disk_full(database) ? Code::Exhausted : Code::Io;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Code::Exhausted;
    case SQLITE_TOOBIG:  // More than a row can hold: room does not help.
      return Code::Invalid;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Code::Busy;
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_READONLY:
      return Code::Denied;
    case SQLITE_CONSTRAINT:
      return Code::Conflict;
    case SQLITE_INTERRUPT:
      return Code::Cancelled;
    default:
      return Code::Internal;
  }
}

/// What a person can do about it; SQLite's own words where they say more.
std::string_view advice(int result) {
  switch (result & 0xff) {
    case SQLITE_NOTADB:
      return "the key does not open this file, or its first page is damaged";
    case SQLITE_CORRUPT:
      return "the database file is damaged; restore it from a backup";
    case SQLITE_FULL:
      return "the disk is full; nothing of this change was kept";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program is using the database";
    default:
      return {};
  }
}

}  // namespace

Error sqlite_error(sqlite3* database, int result, std::string_view doing, const Call* call) {
  if ((result & 0xff) == SQLITE_INTERRUPT && call != nullptr) {
    if (auto reason = call->check(platform::system_clock().steady()); !reason) {
      return std::move(reason).error();
    }
    return {.code = Code::Cancelled, .message = "interrupted"};
  }
  const std::string_view said = database != nullptr ? sqlite3_errmsg(database) : "";
  // FTS5 quotes the search expression, and that is a person's text.
  if (said.starts_with("fts5:")) {
    return {.code = Code::Invalid, .message = "the search expression is malformed"};
  }
  Error error{.code = code_of(database, result), .message = {}};
  if (error.code == Code::Exhausted && is_disk_full(database)) {
    error.message = advice(SQLITE_FULL);
  } else if (const std::string_view known = advice(result); !known.empty()) {
    error.message = known;
  } else {
    error.message = format("{} ({})", said.empty() ? sqlite3_errstr(result) : said, result);
  }
  return std::move(error).in(doing);
}

}  // namespace hearth::storage::internal
