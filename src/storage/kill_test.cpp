// The promise of the vault: what was committed is there after the process is killed at any moment.

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>

#include <gtest/gtest.h>

#include "core/format.h"
#include "crypto/secret.h"
#include "platform/random.h"
#include "storage/database.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;

constexpr int kKills = 40;
constexpr int kPartsPerRun = 5;

constexpr Migration kRuns[] = {
    {.number = 1,
     .name = "runs",
     .sql = "CREATE TABLE runs (number INTEGER PRIMARY KEY) STRICT;"
            "CREATE TABLE parts (run INTEGER NOT NULL REFERENCES runs (number),"
            "  part INTEGER NOT NULL, payload BLOB NOT NULL, UNIQUE (run, part)) STRICT;"},
};

Result<std::int64_t> ask(const Database& database, const char* sql) {
  std::int64_t value = 0;
  const auto done = database.read({}, [&](Connection& reader) -> Result<void> {
    TRY_ASSIGN(auto row, reader.prepare(sql));
    TRY(row.step());
    value = row.integer(0);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return value;
}

Result<void> write_run(Database& database, std::int64_t number) {
  return database.write({}, [number](Connection& c) -> Result<void> {
    // A short log, so that the kill often falls into a checkpoint.
    TRY(c.execute("PRAGMA wal_autocheckpoint = 60"));
    TRY_ASSIGN(auto run, c.prepare("INSERT INTO runs VALUES (?)"));
    TRY(run.bind(1, number).run());
    TRY_ASSIGN(auto part, c.prepare("INSERT INTO parts VALUES (?, ?, ?)"));
    for (int i = 0; i < kPartsPerRun; ++i) {
      const std::vector<std::byte> payload(static_cast<std::size_t>(number * 977 % 9000));
      TRY(part.bind(1, number).bind(2, i).bind_blob(3, payload).run());
    }
    return {};
  });
}

/// Writes runs until it is killed, and says each number once it is committed.
[[noreturn]] void be_killed(const Database::Options& options, int pipe) {
  auto database = Database::open(options);
  if (!database) ::_exit(1);
  auto last = ask(**database, "SELECT ifnull(max(number), 0) FROM runs");
  if (!last) ::_exit(2);
  for (std::int64_t number = *last + 1;; ++number) {
    if (!write_run(**database, number)) ::_exit(3);
    if (::write(pipe, &number, sizeof(number)) != sizeof(number)) ::_exit(4);
    if (number % 17 == 0 && !(*database)->checkpoint()) ::_exit(5);
  }
}

/// The last number the child reports, when it is killed after `reports` of them and a little.
std::int64_t kill_after(pid_t child, int pipe, int reports, std::chrono::microseconds little) {
  std::int64_t last = 0;
  std::int64_t number = 0;
  for (int i = 0; i < reports && ::read(pipe, &number, sizeof(number)) == sizeof(number); ++i) {
    last = number;
  }
  pollfd nothing{.fd = -1, .events = 0, .revents = 0};
  const timespec wait{.tv_sec = 0, .tv_nsec = little.count() * 1000};
  ::ppoll(&nothing, 1, &wait, nullptr);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  while (::read(pipe, &number, sizeof(number)) == sizeof(number)) last = number;
  return last;
}

TEST(Kill, AtAnyMomentLosesNothingThatWasCommitted) {
  // What a killed process leaves does not depend on the disk below; memory makes it quick.
  const fs::path root = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  const fs::path folder = root / format("hearth-kill-{}", platform::random_hex(6));
  fs::create_directories(folder);
  const auto key = crypto::SecretBytes::random(crypto::kKeyBytes);
  const Database::Options options{
      .file = folder / "vault.db", .key = key.view(), .migrations = kRuns};
  std::mt19937 chance(20);  // NOLINT(bugprone-random-generator-seed): the same moments each time
  for (int round = 0; round < kKills; ++round) {
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(pipe[0]);
      be_killed(options, pipe[1]);
    }
    ::close(pipe[1]);
    // The first rounds are killed while the file is still being made.
    const int reports = round < 6 ? 0 : static_cast<int>(chance() % 25);
    const std::int64_t reported =
        kill_after(child, pipe[0], reports, std::chrono::microseconds(chance() % 6000));
    ::close(pipe[0]);

    const auto database = Database::open(options);
    ASSERT_TRUE(database) << "round " << round << ": " << database.error().message;
    const auto sound = (*database)->check_integrity({});
    ASSERT_TRUE(sound) << "round " << round << ": " << sound.error().message;
    const auto kept = ask(**database, "SELECT ifnull(max(number), 0) FROM runs");
    EXPECT_GE(kept.value(), reported) << "round " << round;
    EXPECT_EQ(ask(**database, "SELECT count(*) FROM runs").value(), *kept) << "a gap";
    EXPECT_EQ(ask(**database, "SELECT count(*) FROM parts").value(), *kept * kPartsPerRun)
        << "half a transaction";
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace hearth::storage
