#include "storage/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "core/format.h"
#include "core/log.h"
#include "crypto/secret.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/random.h"
#include "storage/internal/connection_state.h"
#include "storage/internal/lanes.h"
#include "storage/internal/migrate.h"
#include "storage/internal/sqlite_error.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;

constexpr int kWriterCacheKib = 16384;
constexpr int kReaderCacheKib = 8192;

/// "raw:" tells SQLite that what follows is the key itself and needs no stretching.
crypto::SecretBytes raw_key(std::span<const std::byte> key) {
  if (key.empty()) return {};
  constexpr std::string_view kPrefix = "raw:";
  crypto::SecretBytes text(kPrefix.size() + key.size());
  std::ranges::copy(std::as_bytes(std::span(kPrefix)), text.bytes().begin());
  std::ranges::copy(key, text.bytes().begin() + kPrefix.size());
  return text;
}

/// Ends the transaction in every case: commits what succeeded, undoes the rest.
Result<void> finish(Connection& connection, Result<void> body) {
  const bool open = sqlite3_get_autocommit(connection.raw()) == 0;
  if (body && !open) {
    return fail(Code::Internal, "the transaction was given up after an error inside it");
  }
  if (body) body = connection.execute("COMMIT");
  if (!body && sqlite3_get_autocommit(connection.raw()) == 0) {
    if (auto undone = connection.execute("ROLLBACK"); !undone) {
      log::error("rollback: {}", undone.error().message);
    }
  }
  return body;
}

std::string backup_prefix(const fs::path& file) {
  return format("{}-before-", file.stem().string());
}

/// A copy made before a migration has done its work once the file opens with nothing pending.
void remove_old_backups(const fs::path& folder, const fs::path& file) {
  std::error_code error;
  const std::string prefix = backup_prefix(file);
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || entry.path().extension() != ".db") continue;
    if (auto removed = platform::remove_file(entry.path()); !removed) {
      log::warn("old backup: {}", removed.error().message);
    }
  }
}

struct GateLeaver {
  internal::WriterGate& gate;
  ~GateLeaver() { gate.leave(); }
};

/// Takes the whole folder with it when it goes.
struct TemporaryFolder {
  fs::path path;
  ~TemporaryFolder() {
    std::error_code error;
    if (!path.empty()) fs::remove_all(path, error);
  }
};

/// Copies page by page what `source` sees in its read transaction.
Result<void> copy_pages(Connection& source, Connection& target, const Call& call) {
  constexpr int kPagesAtOnce = 512;
  sqlite3_backup* copy = sqlite3_backup_init(target.raw(), "main", source.raw(), "main");
  if (copy == nullptr) return fail(Code::Internal, sqlite3_errmsg(target.raw()));
  Result<void> done;
  int step = SQLITE_OK;
  while (step == SQLITE_OK && done) {
    step = sqlite3_backup_step(copy, kPagesAtOnce);
    done = call.check(platform::system_clock().steady());
  }
  const int result = sqlite3_backup_finish(copy);
  if (step == SQLITE_DONE) return {};
  if (!done) return done;
  return std::unexpected(
      internal::sqlite_error(target.raw(), result != SQLITE_OK ? result : step, "copy", nullptr));
}

}  // namespace

struct Database::State {
  // Destroyed from the last to the first: the writer closes after the readers, so that it can empty
  // the log into the file, and then a temporary folder goes.
  TemporaryFolder temporary;
  fs::path file;
  crypto::SecretBytes key;
  std::unique_ptr<Connection> writer;
  internal::WriterGate gate;
  internal::ReaderPool readers;

  explicit State(const Options& options)
      : file(options.file), key(raw_key(options.key)), readers(options.readers_max, [this] {
          return open_as(Connection::Settings::Mode::ReadOnly);
        }) {}

  Result<std::unique_ptr<Connection>> open_as(Connection::Settings::Mode mode) const {
    const bool writes = mode == Connection::Settings::Mode::ReadWrite;
    return Connection::open({.file = file,
                             .key = key.view(),
                             .mode = mode,
                             .cache_kib = writes ? kWriterCacheKib : kReaderCacheKib});
  }
  Result<void> copy_to(Connection& source, const Call& call, const fs::path& target) const;
  Result<void> bring_up_to_date(const Options& options, bool is_new);
};

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}

Database::~Database() = default;

Result<void> Database::State::copy_to(Connection& source, const Call& call,
                                      const fs::path& target) const {
  fs::path partial = target;
  partial += ".partial";
  TRY(platform::remove_file(partial));
  TRY(platform::create_if_absent(partial, platform::Access::Private));
  const auto copy = [&]() -> Result<void> {
    TRY_ASSIGN(auto made, Connection::open({.file = partial,
                                            .key = key.view(),
                                            .mode = Connection::Settings::Mode::Copy,
                                            .cache_kib = kReaderCacheKib}));
    return copy_pages(source, *made, call);
  };
  auto done = copy();
  if (done) done = platform::sync_to_disk(partial);
  if (done) done = platform::replace_file(partial, target);
  if (!done) static_cast<void>(platform::remove_file(partial));
  return done;
}

Result<void> Database::State::bring_up_to_date(const Options& options, bool is_new) {
  TRY_ASSIGN(const auto steps, internal::pending(*writer, options.migrations));
  const fs::path folder =
      options.backup_folder.empty() ? options.file.parent_path() : options.backup_folder;
  if (steps.empty()) {
    remove_old_backups(folder, file);
    return {};
  }
  if (!is_new) {
    TRY(internal::check_integrity(*writer));
    const fs::path copy = folder / format("{}{:04}.db", backup_prefix(file), steps.front().number);
    TRY(writer->execute("BEGIN"));
    auto copied = finish(*writer, copy_to(*writer, Call{}, copy));
    if (!copied) return std::unexpected(std::move(copied).error().in("back up before migrating"));
    log::info("{} schema steps to run; a copy of the vault was made first", steps.size());
  }
  return internal::migrate(*writer, steps);
}

Result<std::unique_ptr<Database>> Database::open(const Options& options) {
  CHECK(options.key.empty() || options.key.size() == crypto::kKeyBytes);
  using Mode = Connection::Settings::Mode;
  auto state = std::make_unique<State>(options);
  TRY_ASSIGN(const bool is_new,
             platform::create_if_absent(options.file, platform::Access::Private));
  if (!is_new) {
    // A file from the future, or one this key does not open, is left exactly as it was.
    TRY_ASSIGN(auto probe, state->open_as(Mode::ReadOnly));
    TRY(internal::pending(*probe, options.migrations));
  }
  TRY_ASSIGN(state->writer, state->open_as(Mode::ReadWrite));
  TRY(state->bring_up_to_date(options, is_new));
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

Result<std::unique_ptr<Database>> Database::open_in_memory() {
  std::error_code error;
  const fs::path memory = "/dev/shm";
  const fs::path root = fs::is_directory(memory, error) ? memory : fs::temp_directory_path(error);
  TemporaryFolder folder{root / format("hearth-{}", platform::random_hex(8))};
  TRY(platform::ensure_private_folder(folder.path));
  TRY_ASSIGN(auto database, open({.file = folder.path / "test.db"}));
  TRY(database->state_->writer->execute("PRAGMA synchronous = OFF"));
  database->state_->temporary.path = std::exchange(folder.path, {});
  return database;
}

Result<void> Database::write(const Call& call, const Body& body) {
  TRY(state_->gate.enter(call));
  const GateLeaver leaver{state_->gate};
  Connection& writer = *state_->writer;
  TRY(writer.execute("BEGIN IMMEDIATE"));
  Result<void> done;
  {
    const Connection::Serving serving(writer, &call);
    done = body(writer);
  }
  return finish(writer, std::move(done));
}

Result<void> Database::read(const Call& call, const Body& body) const {
  TRY_ASSIGN(auto reader, state_->readers.take(call));
  auto done = reader->execute("BEGIN");
  if (done) {
    {
      const Connection::Serving serving(*reader, &call);
      done = body(*reader);
    }
    done = finish(*reader, std::move(done));
  }
  state_->readers.give_back(std::move(reader));
  return done;
}

// On a connection of its own: FTS5 checks with what its connection remembers of the index, and a
// pooled one may remember it from before the last change.
Result<void> Database::check_integrity(const Call& call) const {
  TRY_ASSIGN(auto reader, state_->open_as(Connection::Settings::Mode::ReadOnly));
  const Connection::Serving serving(*reader, &call);
  return internal::check_integrity(*reader);
}

Result<void> Database::back_up(const Call& call, const fs::path& target) const {
  return read(call, [&](Connection& reader) { return state_->copy_to(reader, call, target); });
}

Result<void> Database::checkpoint() {
  TRY(state_->gate.enter(Call{}));
  const GateLeaver leaver{state_->gate};
  sqlite3* writer = state_->writer->raw();
  // Other writes wait for this one, so it must not wait for a slow reader.
  sqlite3_busy_timeout(writer, 0);
  const int result =
      sqlite3_wal_checkpoint_v2(writer, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(writer, kBusyTimeoutMs);
  if (result == SQLITE_OK) return {};
  return std::unexpected(internal::sqlite_error(writer, result, "checkpoint", nullptr));
}

}  // namespace hearth::storage
