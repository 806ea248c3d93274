#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "platform/process.h"
#include "storage/database.h"

namespace hearth::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "." : value;
}

platform::Process start(const fs::path& vault, const fs::path& folder) {
  const std::string bin = environment("HEARTH_BIN_DIR");
  platform::SpawnOptions options;
  options.program = bin + "/ingest_crash_child";
  options.arguments = {vault.string(), folder.string(), bin + "/hearth-extract"};
  return std::move(platform::Process::spawn(options).value());
}

// Everything the index holds, by path and passage, without ids and times.
std::map<std::string, std::string> contents_of(const fs::path& vault) {
  std::map<std::string, std::string> out;
  storage::Database::Options options;
  options.file = vault;
  auto database = storage::Database::open(options);
  EXPECT_TRUE(database) << database.error().message;
  if (!database) return out;
  EXPECT_TRUE((*database)->check_integrity({}));
  const auto read = (*database)->read({}, [&](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto query,
               db.prepare("SELECT d.path, c.ordinal, c.heading || '|' || c.start_byte || '|' ||"
                          " c.end_byte || '|' || c.start_char || '|' || c.end_char || '|' || c.text"
                          " FROM documents d JOIN chunks c USING (content_id)"));
    for (;;) {
      TRY_ASSIGN(const bool more, query.step());
      if (!more) break;
      out[std::string(query.text(0)) + "#" + std::to_string(query.integer(1))] = query.text(2);
    }
    TRY_ASSIGN(auto orphans,
               db.prepare("SELECT count(*) FROM contents WHERE id NOT IN"
                          " (SELECT content_id FROM documents WHERE content_id NOT NULL)"));
    TRY_ASSIGN(const bool row, orphans.step());
    EXPECT_TRUE(row);
    out["contents without a document"] = std::to_string(orphans.integer(0));
    return {};
  });
  EXPECT_TRUE(read);
  return out;
}

void make_files(const fs::path& folder) {
  fs::create_directories(folder);
  const fs::path samples = fs::path(environment("HEARTH_SOURCE_DIR")) / "tests/data/ingest";
  for (const char* name : {"lease.pdf", "book.epub", "boat.eml", "menu.html"}) {
    fs::copy_file(samples / name, folder / name);
  }
}

// More to index: a quick machine would otherwise be done before it was killed often enough.
void add_notes(const fs::path& folder, int count, std::mt19937& random) {
  for (int i = 0; i < count; ++i) {
    const auto number = std::to_string(random());
    std::ofstream file(folder / ("note" + number + ".md"));
    file << "# Note " << number << "\n\n";
    for (int line = 0; line < 40; ++line) file << "word" << random() % 5000 << " and more text. ";
  }
}

TEST(Crash, KilledManyTimesWhileIndexingItEndsWithTheIndexOfAnUndisturbedRun) {
  const fs::path base =
      fs::path(testing::TempDir()) / ("hearth_crash_" + std::to_string(::getpid()));
  fs::remove_all(base);
  std::mt19937 random(11);  // NOLINT: the same files every time
  make_files(base / "files");
  add_notes(base / "files", 400, random);
  int killed = 0;
  for (int round = 0; round < 100 && killed < 20; ++round) {
    platform::Process child = start(base / "killed.db", base / "files");
    // Early and late deaths: opening, listing, reading, committing, embedding.
    if (child.wait(std::chrono::milliseconds(20 + 25 * (round % 12)))) {
      add_notes(base / "files", 100, random);
      continue;
    }
    child.kill_group();
    ++killed;
    ASSERT_TRUE(child.wait(10s));
  }
  EXPECT_EQ(killed, 20);
  platform::Process last = start(base / "killed.db", base / "files");
  const auto ended = last.wait(120s);
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->ok()) << ended->text();
  platform::Process fresh = start(base / "fresh.db", base / "files");
  ASSERT_TRUE(fresh.wait(120s));
  const auto after_kills = contents_of(base / "killed.db");
  EXPECT_GT(after_kills.size(), 400U);
  EXPECT_EQ(after_kills.at("contents without a document"), "0");
  EXPECT_EQ(after_kills, contents_of(base / "fresh.db"));
  fs::remove_all(base);
}

}  // namespace
}  // namespace hearth::ingest
