/// The encrypted SQLite database of the vault: statements, transactions, migrations.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "storage/migration.h"

struct sqlite3;
struct sqlite3_stmt;

namespace hearth::storage {

class Connection;

/// A prepared statement that is being bound and stepped. Lives shorter than its connection and
/// returns to the connection's cache when destroyed.
///
/// Threads: the one that holds the connection. Errors: Io, Corrupt, Exhausted (disk full), Conflict
/// (constraint), Cancelled.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  /// Parameters count from 1. Text and blobs are copied unless bound with `bind_view`.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, int value) { return bind(index, std::int64_t{value}); }
  Statement& bind(int index, std::size_t value) {
    return bind(index, static_cast<std::int64_t>(value));
  }
  Statement& bind(int index, double value);
  Statement& bind(int index, std::string_view text);
  Statement& bind(int index, const char* text) { return bind(index, std::string_view(text)); }
  Statement& bind(int index, std::nullopt_t);
  template <class T>
  Statement& bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind(index, std::nullopt);
  }
  Statement& bind_blob(int index, std::span<const std::byte> bytes);
  /// Not copied: `text` must outlive the next `step`/`run`.
  Statement& bind_view(int index, std::string_view text);

  /// Advances to the next row; false when there is none.
  [[nodiscard]] Result<bool> step();
  /// Runs to the end, ignoring rows, and resets so that it can be bound and run again.
  [[nodiscard]] Result<void> run();
  /// Makes it ready to be bound and stepped again.
  void reset();

  /// Columns count from 0. Views live until the next step. NULL reads as 0, 0.0 or "".
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string_view text(int column) const;
  [[nodiscard]] std::span<const std::byte> blob(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* statement);
  void note(int result);

  Connection* connection_;
  sqlite3_stmt* statement_;
  std::optional<Error> bind_error_;
};

/// One open handle. Guests meet it only inside `Database::read` and `Database::write`.
class Connection {
 public:
  struct State;

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Prepared once per SQL text and cached.
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// One or several statements without parameters or results.
  [[nodiscard]] Result<void> execute(std::string_view sql);
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] std::int64_t changes() const;
  /// The raw handle, for registering functions: rooms do not use it.
  [[nodiscard]] sqlite3* raw() const;

 private:
  friend class Database;
  friend class Statement;
  struct Settings;
  class Serving;
  explicit Connection(std::unique_ptr<State> state);
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const Settings& settings);

  std::unique_ptr<State> state_;
};

/// The vault's database: many readers, one writer.
///
/// `write` runs its function inside one IMMEDIATE transaction on the writer connection: all of it
/// happens, or nothing. `read` runs on a pooled read-only connection inside one snapshot. Neither
/// is re-entrant: a `write` inside a `write` of the same thread is refused as `Internal`. A
/// function that returns an error, or that swallows one after which SQLite gave up the transaction,
/// leaves nothing behind.
///
/// A committed write survives the death of this process at any moment. A power cut may lose the
/// last seconds of commits, never the consistency of the file (WAL with synchronous=NORMAL).
///
/// Threads: any. A write waits for earlier writes; reads do not wait for writes.
/// Errors: Busy (another program holds it), Denied (wrong key), Corrupt, TooNew, Exhausted, Io,
/// Cancelled and TimedOut (the call's stop token and deadline end a wait and a running statement).
class Database {
 public:
  struct Options {
    std::filesystem::path file;
    std::span<const std::byte> key;  ///< 32 bytes; empty opens an unencrypted file (tests only).
    int readers_max = 4;
    std::filesystem::path
        backup_folder;  ///< Where a copy goes before migrations; empty: beside it.
    std::span<const Migration> migrations = embedded_migrations();  ///< Others only in tests.
  };

  /// Opens or creates the file, checks it, and brings its schema up to date. Before the first
  /// pending migration of an existing file a backup is made.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const Options& options);
  /// A private database with the current schema for tests: in the memory file system where there
  /// is one, unencrypted, gone when closed.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open_in_memory();
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  using Body = std::function<Result<void>(Connection&)>;
  [[nodiscard]] Result<void> write(const Call& call, const Body& body);
  [[nodiscard]] Result<void> read(const Call& call, const Body& body) const;

  /// SQLite's own check of every page and index. `Corrupt` names what is damaged. Slow.
  [[nodiscard]] Result<void> check_integrity(const Call& call) const;
  /// A consistent encrypted copy, made while others read and write.
  [[nodiscard]] Result<void> back_up(const Call& call, const std::filesystem::path& target) const;
  /// Moves the write-ahead log into the file and empties it; called at shutdown and when idle.
  /// `Busy` at once when a reader still needs the log: then as much as possible was moved.
  [[nodiscard]] Result<void> checkpoint();

 private:
  struct State;
  explicit Database(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::storage
