#include "storage/database.h"

#include <atomic>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "core/format.h"
#include "crypto/secret.h"
#include "platform/clock.h"
#include "platform/file.h"
#include "platform/random.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Migration kNotes[] = {
    {.number = 1,
     .name = "notes",
     .sql = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;"},
};
constexpr Migration kNotesAndTags[] = {
    kNotes[0],
    {.number = 3,
     .name = "tags",
     .sql = "CREATE TABLE tags (id INTEGER PRIMARY KEY,"
            " note_id INTEGER NOT NULL REFERENCES notes (id)) STRICT;"
            " INSERT INTO notes (text) VALUES ('from the migration');"},
};

class DatabaseFile : public ::testing::Test {
 protected:
  DatabaseFile()
      : folder_(fs::temp_directory_path() / format("hearth-db-{}", platform::random_hex(6))),
        key_(crypto::SecretBytes::random(crypto::kKeyBytes)) {
    fs::create_directories(folder_);
  }
  ~DatabaseFile() override { fs::remove_all(folder_); }

  Database::Options options(std::span<const Migration> migrations = kNotes) const {
    return {.file = folder_ / "vault.db", .key = key_.view(), .migrations = migrations};
  }
  std::unique_ptr<Database> open(std::span<const Migration> migrations = kNotes) const {
    auto database = Database::open(options(migrations));
    EXPECT_TRUE(database.has_value()) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }
  /// What is in the folder, to see that nothing was touched.
  std::string bytes_of(const std::string& name) const {
    return platform::read_file(folder_ / name, 1U << 30U).value_or("(absent)");
  }
  void flip_byte(const std::string& name, std::streamoff at) const {
    std::fstream file(folder_ / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    const int byte = file.get();
    file.seekp(at);
    file.put(static_cast<char>(byte ^ 0x5a));
  }

  fs::path folder_;
  crypto::SecretBytes key_;
  Call call_;
};

Result<void> add_note(Connection& connection, std::string_view text) {
  TRY_ASSIGN(auto insert, connection.prepare("INSERT INTO notes (text) VALUES (?)"));
  return insert.bind(1, text).run();
}

std::int64_t count(const Database& database, const std::string& sql) {
  std::int64_t value = -1;
  const auto done = database.read({}, [&](Connection& reader) -> Result<void> {
    TRY_ASSIGN(auto statement, reader.prepare(sql));
    TRY(statement.step());
    value = statement.integer(0);
    return {};
  });
  EXPECT_TRUE(done.has_value()) << done.error().message;
  return value;
}

std::int64_t notes(const Database& database) {
  return count(database, "SELECT count(*) FROM notes");
}

void expect_error(const Result<void>& result, Code code) {
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(describe(result.error().code).name, describe(code).name) << result.error().message;
}

TEST_F(DatabaseFile, KeepsWhatWasCommittedAcrossOpenings) {
  ASSERT_TRUE(open()->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  const auto database = open();
  ASSERT_NE(database, nullptr);
  EXPECT_EQ(notes(*database), 1);
}

TEST_F(DatabaseFile, AWriteThatFailsLeavesNothingBehind) {
  const auto database = open();
  expect_error(database->write(call_,
                               [](Connection& c) -> Result<void> {
                                 TRY(add_note(c, "milk"));
                                 return fail(Code::Invalid, "changed my mind");
                               }),
               Code::Invalid);
  EXPECT_EQ(notes(*database), 0);
  EXPECT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "bread"); }));
}

TEST_F(DatabaseFile, AViolatedConstraintIsAConflictAndUndoesTheWrite) {
  const auto database = open();
  expect_error(database->write(call_,
                               [](Connection& c) -> Result<void> {
                                 TRY(add_note(c, "milk"));
                                 return add_note(c, "milk");
                               }),
               Code::Conflict);
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseFile, BindsAndReadsEveryTypeIncludingEmptyAndNull) {
  const auto database = open();
  const auto done = database->read(call_, [](Connection& c) -> Result<void> {
    TRY_ASSIGN(auto row, c.prepare("SELECT ?, ?, ?, ?, ?, ?, ?"));
    const std::string_view with_zero("a\0b", 3);
    const std::byte bytes[] = {std::byte{0}, std::byte{255}};
    row.bind(1, std::int64_t{-5}).bind(2, 0.5).bind(3, with_zero).bind_blob(4, bytes);
    row.bind(5, std::nullopt).bind(6, std::string_view()).bind_blob(7, {});
    TRY_ASSIGN(const bool found, row.step());
    EXPECT_TRUE(found);
    EXPECT_EQ(row.integer(0), -5);
    EXPECT_EQ(row.real(1), 0.5);
    EXPECT_EQ(row.text(2), with_zero);
    EXPECT_TRUE(std::ranges::equal(row.blob(3), bytes));
    EXPECT_TRUE(row.is_null(4));
    EXPECT_FALSE(row.is_null(5));
    EXPECT_EQ(row.text(5), "");
    EXPECT_FALSE(row.is_null(6));
    EXPECT_TRUE(row.blob(6).empty());
    return {};
  });
  EXPECT_TRUE(done) << done.error().message;
}

TEST_F(DatabaseFile, ABadParameterNumberIsAnErrorOfTheStep) {
  const auto database = open();
  expect_error(database->read(call_,
                              [](Connection& c) -> Result<void> {
                                TRY_ASSIGN(auto row, c.prepare("SELECT ?"));
                                return row.bind(2, 1).run();
                              }),
               Code::Internal);
}

TEST_F(DatabaseFile, AStatementCanBeUsedWhileItsTwinIsStillOpen) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) -> Result<void> {
    TRY(add_note(c, "a"));
    return add_note(c, "b");
  }));
  const auto done = database->read(call_, [](Connection& c) -> Result<void> {
    int pairs = 0;
    TRY_ASSIGN(auto outer, c.prepare("SELECT id FROM notes"));
    for (;;) {
      TRY_ASSIGN(const bool more, outer.step());
      if (!more) break;
      TRY_ASSIGN(auto inner, c.prepare("SELECT id FROM notes"));
      for (;;) {
        TRY_ASSIGN(const bool inner_more, inner.step());
        if (!inner_more) break;
        ++pairs;
      }
    }
    EXPECT_EQ(pairs, 4);
    return {};
  });
  EXPECT_TRUE(done);
}

TEST_F(DatabaseFile, AReadSeesOneMomentWhileOthersWrite) {
  const auto database = open();
  const auto done = database->read(call_, [&](Connection& reader) -> Result<void> {
    const auto seen = [&]() -> Result<std::int64_t> {
      TRY_ASSIGN(auto statement, reader.prepare("SELECT count(*) FROM notes"));
      TRY(statement.step());
      return statement.integer(0);
    };
    TRY_ASSIGN(const auto before, seen());
    TRY(database->write(call_, [](Connection& c) { return add_note(c, "meanwhile"); }));
    TRY_ASSIGN(const auto after, seen());
    EXPECT_EQ(before, 0);
    EXPECT_EQ(after, 0);
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(notes(*database), 1);
}

TEST_F(DatabaseFile, AReaderCannotWrite) {
  const auto database = open();
  expect_error(database->read(call_, [](Connection& c) { return add_note(c, "sneaky"); }),
               Code::Denied);
}

TEST_F(DatabaseFile, AWriteInsideAWriteIsRefusedInsteadOfHanging) {
  const auto database = open();
  expect_error(database->write(call_,
                               [&](Connection&) {
                                 return database->write(
                                     call_, [](Connection& c) { return add_note(c, "inner"); });
                               }),
               Code::Internal);
}

TEST_F(DatabaseFile, ManyThreadsWriteAndReadWithoutLosingAnything) {
  const auto database = open();
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto wrote = database->write(
              {}, [&](Connection& c) { return add_note(c, format("{} {}", t, i)); });
          const auto read = database->read({}, [](Connection& c) -> Result<void> {
            TRY_ASSIGN(auto all, c.prepare("SELECT text FROM notes"));
            return all.run();
          });
          if (!wrote || !read) ++failures;
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(notes(*database), kThreads * kEach);
}

constexpr const char* kEndless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

TEST_F(DatabaseFile, ARequestedStopInterruptsARunningStatement) {
  const auto database = open();
  std::stop_source stop;
  std::atomic<bool> running = false;
  std::jthread stopper([&] {
    running.wait(false);
    stop.request_stop();
  });
  const auto result =
      database->read({.stop = stop.get_token()}, [&](Connection& c) -> Result<void> {
        TRY_ASSIGN(auto endless, c.prepare(kEndless));
        running = true;
        running.notify_all();
        return endless.run();
      });
  expect_error(result, Code::Cancelled);
  EXPECT_EQ(notes(*database), 0);  // the connection is usable again
}

TEST_F(DatabaseFile, ARequestedStopEndsALoopOfShortStatements) {
  const auto database = open();
  std::stop_source stop;
  int written = 0;
  expect_error(database->write({.stop = stop.get_token()},
                               [&](Connection& c) -> Result<void> {
                                 for (;; ++written) {
                                   if (written == 10) stop.request_stop();
                                   TRY(add_note(c, format("note {}", written)));
                                 }
                               }),
               Code::Cancelled);
  EXPECT_EQ(written, 10);
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseFile, ADeadlineEndsARunningStatement) {
  const auto database = open();
  const Call call{.deadline = platform::system_clock().steady() + 30ms};
  expect_error(database->write(call,
                               [](Connection& c) -> Result<void> {
                                 TRY(add_note(c, "half done"));
                                 TRY_ASSIGN(auto endless, c.prepare(kEndless));
                                 return endless.run();
                               }),
               Code::TimedOut);
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseFile, WaitingForTheWriterEndsAtTheDeadline) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [&](Connection&) -> Result<void> {
    std::jthread other([&] {
      const Call call{.deadline = platform::system_clock().steady() + 20ms};
      expect_error(database->write(call, [](Connection& c) { return add_note(c, "late"); }),
                   Code::TimedOut);
    });
    other.join();
    return {};
  }));
  EXPECT_EQ(notes(*database), 0);
}

TEST_F(DatabaseFile, WaitingForAReaderEndsWhenStopped) {
  auto few = options();
  few.readers_max = 1;
  auto database = Database::open(few);
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->read(call_, [&](Connection&) -> Result<void> {
    std::stop_source stop;
    stop.request_stop();
    expect_error((*database)->read({.stop = stop.get_token()},
                                   [](Connection&) -> Result<void> { return {}; }),
                 Code::Cancelled);
    return {};
  }));
}

TEST_F(DatabaseFile, ShowsNothingReadableOnTheDisk) {
  const std::string secret = "the safe opens with 4711";
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [&](Connection& c) { return add_note(c, secret); }));
  for (const char* name : {"vault.db", "vault.db-wal"}) {
    const std::string bytes = bytes_of(name);
    EXPECT_GT(bytes.size(), 1000U) << name;
    EXPECT_EQ(bytes.find(secret), std::string::npos) << name;
    EXPECT_EQ(bytes.find("SQLite format 3"), std::string::npos) << name;
    EXPECT_EQ(bytes.find("CREATE TABLE"), std::string::npos) << name;
  }
}

TEST_F(DatabaseFile, IsReadableByItsOwnerAlone) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  for (const char* name : {"vault.db", "vault.db-wal", "vault.db-shm"}) {
    EXPECT_TRUE(platform::is_private(folder_ / name).value_or(false)) << name;
  }
}

TEST_F(DatabaseFile, AWrongKeyIsDeniedAndChangesNothing) {
  open().reset();
  const std::string before = bytes_of("vault.db");
  auto wrong = options();
  const auto other = crypto::SecretBytes::random(crypto::kKeyBytes);
  wrong.key = other.view();
  const auto opened = Database::open(wrong);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Denied) << opened.error().message;
  EXPECT_EQ(bytes_of("vault.db"), before);
}

TEST_F(DatabaseFile, FindsAWordIndexSoundThatChangedSinceTheLastCheck) {
  const auto database = Database::open_in_memory();
  ASSERT_TRUE(database);
  const auto run = [&](const std::string& sql) {
    const auto done =
        (*database)->write(call_, [&](Connection& c) -> Result<void> { return c.execute(sql); });
    ASSERT_TRUE(done) << done.error().message;
  };
  run("CREATE VIRTUAL TABLE words USING fts5(text)");
  run("INSERT INTO words (words, rank) VALUES ('secure-delete', 1)");
  for (int i = 0; i < 40; ++i) {
    run(format("INSERT INTO words VALUES ('word{} common{} {:300}')", i, i % 7, "x"));
    if (i % 3 == 2) run(format("DELETE FROM words WHERE rowid = {}", i - 1));
    const auto sound = (*database)->check_integrity(call_);
    ASSERT_TRUE(sound) << i << ": " << sound.error().message;
  }
}

TEST_F(DatabaseFile, ADamagedPageIsFoundAndNothingElseIsLost) {
  {
    const auto database = open(kNotesAndTags);
    ASSERT_TRUE(database->write(call_, [](Connection& c) -> Result<void> {
      for (int i = 0; i < 400; ++i) TRY(add_note(c, format("note {} {:200}", i, "")));
      return {};
    }));
  }
  const auto size = static_cast<std::streamoff>(fs::file_size(folder_ / "vault.db"));
  flip_byte("vault.db", size - 2000);
  const auto database = open(kNotesAndTags);
  ASSERT_NE(database, nullptr);
  expect_error(database->check_integrity(call_), Code::Corrupt);
  expect_error(database->read(call_,
                              [](Connection& c) -> Result<void> {
                                TRY_ASSIGN(auto all, c.prepare("SELECT * FROM notes"));
                                return all.run();
                              }),
               Code::Corrupt);
  EXPECT_EQ(count(*database, "SELECT count(*) FROM migrations"), 2);
}

TEST_F(DatabaseFile, AFileThatIsNoDatabaseIsRefusedAndStays) {
  std::ofstream(folder_ / "vault.db") << std::string(8192, 'x');
  const auto opened = Database::open(options());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Denied) << opened.error().message;
  EXPECT_EQ(bytes_of("vault.db"), std::string(8192, 'x'));
}

TEST_F(DatabaseFile, AFullDatabaseIsExhaustedAndKeepsWhatWasThere) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) -> Result<void> {
    TRY(c.execute("PRAGMA max_page_count = 20"));
    return add_note(c, "milk");
  }));
  expect_error(database->write(call_,
                               [](Connection& c) -> Result<void> {
                                 for (int i = 0; i < 1000; ++i) {
                                   TRY(add_note(c, format("{} {:500}", i, "")));
                                 }
                                 return {};
                               }),
               Code::Exhausted);
  EXPECT_EQ(notes(*database), 1);
  EXPECT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "bread"); }));
}

TEST_F(DatabaseFile, AnErrorThatIsSwallowedDoesNotCommitHalfAWrite) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  expect_error(database->write(call_,
                               [](Connection& c) -> Result<void> {
                                 TRY(add_note(c, "bread"));
                                 TRY(c.execute("ROLLBACK"));
                                 return {};
                               }),
               Code::Internal);
  EXPECT_EQ(notes(*database), 1);
}

TEST_F(DatabaseFile, ABackupOpensWithTheSameKeyAndHoldsEverything) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  ASSERT_TRUE(database->back_up(call_, folder_ / "copy.db"));
  EXPECT_TRUE(platform::is_private(folder_ / "copy.db").value_or(false));
  EXPECT_EQ(bytes_of("copy.db").find("CREATE TABLE"), std::string::npos);
  auto copy_options = options();
  copy_options.file = folder_ / "copy.db";
  const auto copy = Database::open(copy_options);
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(notes(**copy), 1);
  EXPECT_TRUE((*copy)->check_integrity(call_));
}

TEST_F(DatabaseFile, ABackupThatIsStoppedLeavesNoFile) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) -> Result<void> {
    for (int i = 0; i < 3000; ++i) TRY(add_note(c, format("{} {:1000}", i, "")));
    return {};
  }));
  const auto stopped = database->read(call_, [](Connection&) -> Result<void> { return {}; });
  ASSERT_TRUE(stopped);
  const Call late{.deadline = platform::system_clock().steady()};
  expect_error(database->back_up(late, folder_ / "copy.db"), Code::TimedOut);
  EXPECT_FALSE(fs::exists(folder_ / "copy.db"));
  EXPECT_FALSE(fs::exists(folder_ / "copy.db.partial"));
}

TEST_F(DatabaseFile, ACheckpointEmptiesTheLog) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  ASSERT_TRUE(database->checkpoint());
  EXPECT_EQ(fs::file_size(folder_ / "vault.db-wal"), 0U);
  EXPECT_EQ(notes(*database), 1);
}

TEST_F(DatabaseFile, ACheckpointDoesNotWaitForASlowReader) {
  const auto database = open();
  ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  const auto done = database->read(call_, [&](Connection& reader) -> Result<void> {
    TRY_ASSIGN(auto row, reader.prepare("SELECT count(*) FROM notes"));
    TRY_ASSIGN(const bool found, row.step());
    EXPECT_TRUE(found);
    EXPECT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "bread"); }));
    const auto start = platform::system_clock().steady();
    expect_error(database->checkpoint(), Code::Busy);
    EXPECT_LT(platform::system_clock().steady() - start, 1s);
    return {};
  });
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_TRUE(database->checkpoint());
  EXPECT_EQ(notes(*database), 2);
}

TEST_F(DatabaseFile, WhatWasDeletedIsOverwrittenInThePlainFile) {
  auto plain = options();
  plain.key = {};
  const std::string secret = "the safe opens with 4711";
  auto database = Database::open(plain);
  ASSERT_TRUE(database);
  ASSERT_TRUE((*database)->write(call_, [&](Connection& c) { return add_note(c, secret); }));
  ASSERT_TRUE((*database)->checkpoint());
  ASSERT_NE(bytes_of("vault.db").find(secret), std::string::npos);
  ASSERT_TRUE(
      (*database)->write(call_, [](Connection& c) { return c.execute("DELETE FROM notes"); }));
  ASSERT_TRUE((*database)->checkpoint());
  EXPECT_EQ(bytes_of("vault.db").find(secret), std::string::npos);
}

TEST_F(DatabaseFile, RunsPendingMigrationsInOrderAndMakesACopyFirst) {
  {
    const auto database = open(kNotes);
    ASSERT_TRUE(database->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
    EXPECT_FALSE(fs::exists(folder_ / "vault-before-0003.db"));
  }
  open(kNotesAndTags).reset();
  EXPECT_TRUE(fs::exists(folder_ / "vault-before-0003.db"));
  auto old = options(kNotes);
  old.file = folder_ / "vault-before-0003.db";
  {
    const auto copy = Database::open(old);
    ASSERT_TRUE(copy) << copy.error().message;
    EXPECT_EQ(notes(**copy), 1);
  }
  const auto database = open(kNotesAndTags);
  EXPECT_EQ(notes(*database), 2);
  EXPECT_EQ(count(*database, "PRAGMA user_version"), 3);
  EXPECT_FALSE(fs::exists(folder_ / "vault-before-0003.db"));  // one good start later
}

TEST_F(DatabaseFile, AMigrationThatFailsChangesNothing) {
  constexpr Migration kBroken[] = {
      kNotes[0], {.number = 2, .name = "broken", .sql = "DROP TABLE notes; CREATE TABLE oops (;"}};
  ASSERT_TRUE(open()->write(call_, [](Connection& c) { return add_note(c, "milk"); }));
  const auto opened = Database::open(options(kBroken));
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("0002 broken"), std::string::npos);
  const auto database = open();
  EXPECT_EQ(notes(*database), 1);
  EXPECT_EQ(count(*database, "PRAGMA user_version"), 1);
}

TEST_F(DatabaseFile, AMigrationThatBreaksAReferenceIsUndone) {
  constexpr Migration kDangling[] = {
      kNotes[0],
      kNotesAndTags[1],
      {.number = 4, .name = "dangling", .sql = "INSERT INTO tags (note_id) VALUES (999);"}};
  open(kNotesAndTags).reset();
  const auto opened = Database::open(options(kDangling));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Corrupt) << opened.error().message;
  EXPECT_EQ(count(*open(kNotesAndTags), "SELECT count(*) FROM tags"), 0);
}

TEST_F(DatabaseFile, AVaultFromTheFutureIsRefusedUntouched) {
  open(kNotesAndTags).reset();
  const std::string before = bytes_of("vault.db");
  const auto opened = Database::open(options(kNotes));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::TooNew) << opened.error().message;
  EXPECT_EQ(bytes_of("vault.db"), before);
}

TEST_F(DatabaseFile, AMigrationThatWasEditedAfterwardsIsRefused) {
  constexpr Migration kEdited[] = {
      {.number = 1, .name = "notes", .sql = "CREATE TABLE notes (id INTEGER PRIMARY KEY);"}};
  open(kNotes).reset();
  const auto opened = Database::open(options(kEdited));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Conflict) << opened.error().message;
}

TEST_F(DatabaseFile, ADamagedVaultIsNotMigrated) {
  {
    const auto database = open(kNotes);
    ASSERT_TRUE(database->write(call_, [](Connection& c) -> Result<void> {
      for (int i = 0; i < 400; ++i) TRY(add_note(c, format("note {} {:200}", i, "")));
      return {};
    }));
  }
  flip_byte("vault.db", static_cast<std::streamoff>(fs::file_size(folder_ / "vault.db")) - 2000);
  const auto opened = Database::open(options(kNotesAndTags));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Code::Corrupt) << opened.error().message;
  EXPECT_EQ(count(*open(kNotes), "PRAGMA user_version"), 1);
}

TEST(DatabaseInMemory, HasTheWholeSchemaAndVanishes) {
  auto database = Database::open_in_memory();
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(count(**database, "SELECT count(*) FROM migrations"),
            static_cast<std::int64_t>(embedded_migrations().size()));
  EXPECT_EQ(count(**database, "SELECT count(*) FROM chunks"), 0);
}

}  // namespace
}  // namespace hearth::storage
