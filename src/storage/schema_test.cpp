#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "platform/file.h"
#include "storage/database.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;

struct Thing {
  std::string name;
  std::string sql;
};

/// What was declared, without the tables that SQLite's full-text index makes for itself.
Result<std::vector<Thing>> declared(Connection& connection) {
  std::vector<Thing> things;
  std::set<std::string> inner;
  TRY_ASSIGN(auto shadows, connection.prepare("SELECT name FROM pragma_table_list "
                                              "WHERE type = 'shadow'"));
  for (;;) {
    TRY_ASSIGN(const bool more, shadows.step());
    if (!more) break;
    inner.emplace(shadows.text(0));
  }
  TRY_ASSIGN(auto rows, connection.prepare(
                            "SELECT name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL "
                            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"));
  for (;;) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return things;
    if (inner.contains(std::string(rows.text(1)))) continue;
    things.push_back({.name = std::string(rows.text(0)), .sql = std::string(rows.text(2))});
  }
}

/// As CTest says, or found upwards from this program in build/<preset>/.
fs::path source_folder() {
  if (const char* said = std::getenv("HEARTH_SOURCE_DIR")) return said;
  fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  while (folder.has_relative_path() && !fs::exists(folder / "src/ROOMS")) {
    folder = folder.parent_path();
  }
  return folder;
}

// `HEARTH_UPDATE_GOLDEN=1 hearth_storage_test --gtest_filter=Schema.*` writes the file anew.
TEST(Schema, IsTheOneWrittenDownInSchemaSql) {
  const auto database = Database::open_in_memory();
  ASSERT_TRUE(database) << database.error().message;
  std::string now =
      "-- What all migrations together make. Written by the test Schema.*; read it as a diff.\n";
  const auto done = (*database)->read({}, [&](Connection& connection) -> Result<void> {
    TRY_ASSIGN(const auto things, declared(connection));
    for (const Thing& thing : things) now += "\n" + thing.sql + ";\n";
    return {};
  });
  ASSERT_TRUE(done) << done.error().message;
  const fs::path golden = source_folder() / "src/storage/schema.sql";
  if (std::getenv("HEARTH_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(platform::write_file_atomically(golden, now, platform::Access::Shared));
  }
  const auto written = platform::read_file(golden, 1 << 20);
  ASSERT_TRUE(written) << written.error().message;
  EXPECT_EQ(now, *written) << "run again with HEARTH_UPDATE_GOLDEN=1 and read the diff";
}

}  // namespace
}  // namespace hearth::storage
