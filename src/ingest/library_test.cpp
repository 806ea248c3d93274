#include "ingest/library.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inference/scripted.h"
#include "search/index.h"
#include "storage/database.h"

namespace hearth::ingest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "." : value;
}

// A folder, a vault in memory, and a library over them.
class LibraryTest : public testing::Test {
 protected:
  void SetUp() override {
    static std::atomic<int> number = 0;
    base_ = fs::path(testing::TempDir()) /
            ("hearth_library_" + std::to_string(::getpid()) + "_" + std::to_string(number++));
    fs::remove_all(base_);
    folder_ = base_ / "files";
    fs::create_directories(folder_);
    database_ = std::move(storage::Database::open_in_memory().value());
    index_ = std::move(search::Index::open(*database_, embedder_).value());
    open_library();
  }
  void TearDown() override {
    library_.reset();
    index_.reset();
    database_.reset();
    std::error_code ignored;
    fs::permissions(base_, fs::perms::owner_all, ignored);
    fs::remove_all(base_, ignored);
  }

  void open_library() {
    library_.reset();
    library_ =
        std::move(Library::open(*database_, *index_, platform::system_clock(), options()).value());
  }
  virtual Library::Options options() const {
    return {.extractor = environment("HEARTH_BIN_DIR") + "/hearth-extract",
            .never = {base_ / "vault"},
            .readers = 2,
            .file_bytes_max = 8U << 20U};
  }

  void write(const std::string& name, std::string_view text) const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  void copy_sample(const std::string& name) const {
    fs::copy_file(fs::path(environment("HEARTH_SOURCE_DIR")) / "tests/data/ingest" / name,
                  folder_ / name);
  }

  Source add(const std::string& collection = "") {
    auto added = library_->add({}, folder_, collection);
    EXPECT_TRUE(added) << added.error().message;
    settle();
    return library_->source({}, added->id).value();
  }
  void settle() {
    Call call;
    call.deadline = std::chrono::steady_clock::now() + 60s;
    const auto idle = library_->wait_idle(call);
    ASSERT_TRUE(idle) << idle.error().message;
  }

  std::vector<std::string> found(const std::string& words) {
    search::Query query;
    query.text = words;
    query.explain = true;
    const auto results = index_->search({}, query);
    std::vector<std::string> names;
    if (!results) return names;
    for (const search::Hit& hit : results->hits) {
      // By word alone: by meaning, everything is a little near to everything.
      if (hit.explanation && hit.explanation->keyword_rank)
        names.push_back(fs::path(hit.path).filename());
    }
    return names;
  }
  bool finds(const std::string& words, const std::string& name) {
    const auto names = found(words);
    return std::ranges::find(names, name) != names.end();
  }
  std::string problem_of(const std::string& name) {
    const auto problems = library_->problems({}, std::nullopt).value();
    for (const Problem& problem : problems) {
      if (fs::path(problem.path).filename() == name) return problem.reason;
    }
    return {};
  }
  static bool eventually(const std::function<bool()>& condition,
                         std::chrono::milliseconds within = 2s) {
    const auto deadline = std::chrono::steady_clock::now() + within;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::yield();
    }
    return condition();
  }
  std::int64_t rows(const std::string& sql) {
    std::int64_t count = -1;
    EXPECT_TRUE(database_->read({}, [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(auto query, db.prepare(sql));
      TRY_ASSIGN(const bool row, query.step());
      if (row) count = query.integer(0);
      return {};
    }));
    return count;
  }

  fs::path base_;
  fs::path folder_;
  inference::ScriptedEmbedder embedder_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<search::Index> index_;
  std::unique_ptr<Library> library_;
};

TEST_F(LibraryTest, MakesTheFilesOfAFolderFindable) {
  write("notes.md", "# Boiler\n\nThe boiler pressure should be 1.5 bar.\n");
  write("sub/list.txt", "Buy a zinc bucket.\n");
  const Source source = add("home");
  EXPECT_EQ(source.kind, "folder");
  EXPECT_EQ(source.collection, "home");
  EXPECT_EQ(source.documents, 2);
  EXPECT_EQ(source.problems, 0);
  EXPECT_TRUE(source.watching);
  EXPECT_TRUE(source.progress.idle);
  EXPECT_EQ(source.progress.files_done, 2);
  EXPECT_TRUE(finds("boiler pressure", "notes.md"));
  EXPECT_TRUE(finds("zinc", "list.txt"));
  const auto documents = library_->documents({}, source.id, 0, 10).value();
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(library_->document({}, documents[0].id)->text,
            "# Boiler\n\nThe boiler pressure should be 1.5 bar.\n");
}

TEST_F(LibraryTest, ReadsEveryForeignFormat) {
  const std::vector<std::pair<std::string, std::string>> samples{
      {"lease.pdf", "rent euro"},       {"minutes.docx", "fence painted"},
      {"letter.odt", "heating broken"}, {"book.epub", "keeper lamp"},
      {"menu.html", "coffee"},          {"recipe.rtf", "flour"},
      {"boat.eml", "anchor bench"},     {"fruit.mbox", "figs"},
      {"dentist.ics", "dentist"},       {"otto.vcf", "Otto Berg"},
      {"latin1.txt", "K\u00fcche"},     {"utf16.txt", "flowerpot"}};
  for (const auto& [name, _] : samples) copy_sample(name);
  const Source source = add();
  for (const auto& [name, words] : samples)
    EXPECT_TRUE(finds(words, name)) << name << problem_of(name);
  EXPECT_EQ(source.documents, static_cast<std::int64_t>(samples.size()));
  EXPECT_EQ(source.problems, 0);
  EXPECT_EQ(library_->extracted(), static_cast<std::int64_t>(samples.size()));
}

TEST_F(LibraryTest, KeepsThePagesOfAPdf) {
  copy_sample("lease.pdf");
  const Source source = add();
  const auto document = library_->documents({}, source.id, 0, 1).value().at(0);
  EXPECT_EQ(document.title, "Lease");
  EXPECT_EQ(library_->document({}, document.id)->pages.size(), 2U);
  search::Query query;
  query.text = "notice period";
  EXPECT_EQ(index_->search({}, query)->hits.at(0).page, 2);
}

TEST_F(LibraryTest, ReportsEachBadFileAndReadsTheRest) {
  write("good.txt", "a good file about turnips");
  for (const char* name : {"locked.pdf", "scan.pdf", "bomb.docx"}) copy_sample(name);
  write("broken.pdf", "%PDF-1.7 and then nothing of it");
  write("fake.docx", "PK\x03\x04 no zip");
  write("fake.epub", "not a book");
  write("big.txt", std::string(9U << 20U, 'x'));
  write("secret.txt", "unreadable");
  fs::permissions(folder_ / "secret.txt", fs::perms::none);
  fs::create_symlink(folder_, folder_ / "loop");
  fs::create_symlink("self", folder_ / "self");
  fs::create_symlink("nowhere", folder_ / "dangling");
  fs::create_symlink("/etc/hostname", folder_ / "out.txt");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  const int sparse = ::open((folder_ / "sparse.txt").c_str(), O_CREAT | O_WRONLY, 0600);
  ASSERT_EQ(::ftruncate(sparse, 7 << 20), 0);
  ::close(sparse);
  add();
  EXPECT_TRUE(finds("turnips", "good.txt"));
  EXPECT_THAT(problem_of("locked.pdf"), HasSubstr("password"));
  EXPECT_THAT(problem_of("scan.pdf"), HasSubstr("a scan"));
  EXPECT_THAT(problem_of("broken.pdf"), HasSubstr("damaged"));
  EXPECT_THAT(problem_of("bomb.docx"), HasSubstr("zip bomb"));
  EXPECT_THAT(problem_of("fake.docx"), HasSubstr("damaged"));
  EXPECT_FALSE(problem_of("fake.epub").empty());
  EXPECT_THAT(problem_of("big.txt"), HasSubstr("9 MB"));
  EXPECT_THAT(problem_of("loop"), HasSubstr("circle"));
  EXPECT_THAT(problem_of("self"), HasSubstr("circle"));
  EXPECT_THAT(problem_of("dangling"), HasSubstr("nothing"));
  EXPECT_THAT(problem_of("out.txt"), HasSubstr("out of the folder"));
  EXPECT_THAT(problem_of("pipe"), HasSubstr("pipe"));
  EXPECT_THAT(problem_of("sparse.txt"), HasSubstr("sparse"));
  // Root may read everything.
  const std::string secret = problem_of("secret.txt");
  EXPECT_TRUE(::geteuid() == 0 || secret.find("not allowed") != std::string::npos) << secret;
  EXPECT_TRUE(problem_of("good.txt").empty());
}

TEST_F(LibraryTest, LeavesOutWhatIsNoTextWithoutCallingItAProblem) {
  write("photo.jpg", "\xFF\xD8\xFF");
  write("unknown.xyz", std::string("ab\0\0cd", 6));
  write("song.mp3", "ID3");
  write("note.txt", "a note");
  const Source source = add();
  EXPECT_EQ(source.documents, 1);
  EXPECT_EQ(source.problems, 0);
  EXPECT_EQ(source.ignored, 3);
}

// A vault that refuses some texts, for a reason that no room on the disk mends.
class RefusingVault : public LibraryTest {
 protected:
  void change_vault(const std::string& sql) {
    const auto done =
        database_->write({}, [&](storage::Connection& db) { return db.execute(sql); });
    ASSERT_TRUE(done) << done.error().message;
  }
  void refuse(const std::string& word) {
    change_vault("CREATE TRIGGER refuse BEFORE INSERT ON chunks WHEN new.text LIKE '%" + word +
                 "%' BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  }
  void relent() { change_vault("DROP TRIGGER refuse"); }
};

TEST_F(RefusingVault, TheFileIsListedAndTheRestIsRead) {
  refuse("poison");
  for (int i = 0; i < 40; ++i) {
    write("good" + std::to_string(i) + ".txt", "pebble number " + std::to_string(i));
  }
  write("bad.txt", "a bottle of poison");
  const Source source = add();
  EXPECT_EQ(source.documents, 40);
  EXPECT_EQ(source.problems, 1);
  EXPECT_THAT(problem_of("bad.txt"), HasSubstr("not this one"));
  EXPECT_THAT(problem_of("bad.txt"), HasSubstr("tried again when it changes"));
  EXPECT_TRUE(library_->progress().idle);
  EXPECT_TRUE(finds("pebble", "good7.txt"));
}

TEST_F(RefusingVault, TheFileIsReadWhenItChanges) {
  refuse("poison");
  write("bad.txt", "a bottle of poison");
  add();
  ASSERT_NE(problem_of("bad.txt"), "");
  write("bad.txt", "a bottle of lemonade");
  EXPECT_TRUE(eventually([&] { return finds("lemonade", "bad.txt"); }));
  settle();
  EXPECT_EQ(problem_of("bad.txt"), "");
}

TEST_F(RefusingVault, TheFileIsReadAtTheNextStart) {
  write("bad.txt", "a bottle of lemonade");
  add();
  refuse("poison");
  write("bad.txt", "a bottle of poison");
  ASSERT_TRUE(eventually([&] { return problem_of("bad.txt") != ""; }));
  EXPECT_TRUE(finds("lemonade", "bad.txt")) << "what the vault knew stays";
  relent();
  open_library();
  settle();
  EXPECT_TRUE(finds("poison", "bad.txt"));
  EXPECT_EQ(problem_of("bad.txt"), "");
}

TEST_F(RefusingVault, AFileThatGoesIsListedNoMore) {
  refuse("poison");
  write("folder/bad.txt", "a bottle of poison");
  const Source source = add();
  ASSERT_NE(problem_of("bad.txt"), "");
  fs::remove_all(folder_ / "folder");
  EXPECT_TRUE(eventually([&] { return problem_of("bad.txt").empty(); }));
  EXPECT_EQ(library_->source({}, source.id)->problems, 0);
}

TEST_F(RefusingVault, OneThatTakesNothingEndsTheWorkAllTheSame) {
  refuse("number");
  for (int i = 0; i < 60; ++i) {
    write("n" + std::to_string(i) + ".txt", "pebble number " + std::to_string(i));
  }
  const Source source = add();
  EXPECT_EQ(source.documents, 0);
  EXPECT_EQ(source.problems, 60);
  relent();
  open_library();
  settle();
  EXPECT_EQ(library_->source({}, source.id)->documents, 60);
}

TEST_F(LibraryTest, TakesNamesAsTheyAre) {
  write("two\nlines.txt", "marmalade");
  write("latin\xE9.txt", "gooseberry");
  write(" spaces and 'quotes\".txt", "elderflower");
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "deeper_and_deeper/";
  write(deep + "bottom.txt", "quince");
  const Source source = add();
  EXPECT_EQ(source.documents, 4);
  for (const char* word : {"marmalade", "gooseberry", "elderflower", "quince"}) {
    EXPECT_EQ(found(word).size(), 1U) << word;
  }
}

TEST_F(LibraryTest, HonoursIgnoreFilesAlsoWhenTheyAppearLater) {
  write(".gitignore", "*.log\nbuild/\n");
  write("a.log", "logged words");
  write("build/out.txt", "built words");
  write(".git/config.txt", "git words");
  write("kept.txt", "kept words");
  EXPECT_EQ(add().documents, 1);
  write(".hearthignore", "kept.txt\n!a.log\n");
  EXPECT_TRUE(eventually([&] { return finds("logged", "a.log") && !finds("kept", "kept.txt"); }));
}

TEST_F(LibraryTest, NeverIndexesTheVault) {
  fs::create_directories(base_ / "vault");
  std::ofstream(base_ / "vault/inside.txt") << "secret words";
  open_library();
  write("outside.txt", "open words");
  const auto added = library_->add({}, base_, "");
  ASSERT_TRUE(added) << added.error().message;
  settle();
  EXPECT_TRUE(finds("open", "outside.txt"));
  EXPECT_TRUE(found("secret").empty());
  EXPECT_EQ(library_->add({}, base_ / "vault", "").error().code, Code::Invalid);
}

TEST_F(LibraryTest, SeesNewChangedMovedAndDeletedFilesWithinTwoSeconds) {
  write("first.txt", "an old hammer");
  add();
  write("second.txt", "a new chisel");
  EXPECT_TRUE(eventually([&] { return finds("chisel", "second.txt"); }));
  write("first.txt", "a shiny anvil");
  EXPECT_TRUE(eventually([&] { return finds("anvil", "first.txt") && found("hammer").empty(); }));
  fs::rename(folder_ / "second.txt", folder_ / "third.txt");
  EXPECT_TRUE(
      eventually([&] { return finds("chisel", "third.txt") && !finds("chisel", "second.txt"); }));
  fs::remove(folder_ / "third.txt");
  EXPECT_TRUE(eventually([&] { return found("chisel").empty(); }));
  settle();
  EXPECT_EQ(rows("SELECT count(*) FROM contents"), 1);
}

TEST_F(LibraryTest, FollowsFoldersThatAppearMoveAndGo) {
  add();
  write("new/deep/one.txt", "a copper kettle");
  EXPECT_TRUE(eventually([&] { return finds("kettle", "one.txt"); }));
  fs::rename(folder_ / "new", folder_ / "old");
  EXPECT_TRUE(eventually([&] {
    return rows("SELECT count(*) FROM documents WHERE path LIKE '%/old/deep/one.txt'") == 1 &&
           rows("SELECT count(*) FROM documents WHERE path LIKE '%/new/%'") == 0;
  }));
  write("old/deep/two.txt", "a tin whistle");
  EXPECT_TRUE(eventually([&] { return finds("whistle", "two.txt"); }));
  fs::remove_all(folder_ / "old");
  EXPECT_TRUE(eventually([&] { return found("kettle").empty() && found("whistle").empty(); }));
}

TEST_F(LibraryTest, ReadsARenamedOrCopiedFileOnlyOnce) {
  copy_sample("lease.pdf");
  add();
  ASSERT_EQ(library_->extracted(), 1);
  fs::rename(folder_ / "lease.pdf", folder_ / "contract.pdf");
  EXPECT_TRUE(eventually([&] { return finds("rent", "contract.pdf"); }));
  fs::copy_file(folder_ / "contract.pdf", folder_ / "copy.pdf");
  EXPECT_TRUE(eventually(
      [&] { return rows("SELECT count(*) FROM documents WHERE content_id IS NOT NULL") == 2; }));
  settle();
  EXPECT_EQ(library_->extracted(), 1);
  EXPECT_EQ(rows("SELECT count(*) FROM contents"), 1);
  fs::remove(folder_ / "contract.pdf");
  EXPECT_TRUE(
      eventually([&] { return finds("rent", "copy.pdf") && !finds("rent", "contract.pdf"); }));
}

TEST_F(LibraryTest, OpensNothingThatDidNotChangeAfterARestart) {
  copy_sample("lease.pdf");
  write("a.txt", "words");
  add();
  open_library();
  settle();
  EXPECT_EQ(library_->extracted(), 0);
  EXPECT_EQ(library_->progress().files_done, 2);
  write("b.txt", "while it was running");
  library_.reset();
  write("c.txt", "while nobody looked");
  fs::remove(folder_ / "a.txt");
  open_library();
  settle();
  EXPECT_TRUE(finds("nobody", "c.txt"));
  EXPECT_TRUE(found("words").empty());
}

TEST_F(LibraryTest, KeepsWhatItKnowsOfAFolderThatIsAwayAndFindsItAgain) {
  write("a.txt", "a lantern");
  const Source source = add();
  fs::rename(folder_, base_ / "elsewhere");
  ASSERT_TRUE(eventually([&] { return !library_->source({}, source.id)->watching; }, 5s));
  EXPECT_THAT(library_->source({}, source.id)->note, HasSubstr("not there"));
  EXPECT_TRUE(finds("lantern", "a.txt"));
  // The empty place where a disk was mounted.
  fs::create_directories(folder_);
  open_library();
  settle();
  EXPECT_TRUE(finds("lantern", "a.txt"));
  EXPECT_FALSE(library_->source({}, source.id)->watching);
  fs::remove(folder_);
  fs::rename(base_ / "elsewhere", folder_);
  EXPECT_TRUE(eventually([&] { return library_->source({}, source.id)->watching; }, 5s));
}

TEST_F(LibraryTest, ErasesASourceWithAllThatCameFromIt) {
  write("a.txt", "a lantern");
  copy_sample("lease.pdf");
  const Source source = add();
  ASSERT_TRUE(library_->remove({}, source.id));
  EXPECT_TRUE(found("lantern").empty());
  for (const char* table : {"sources", "documents", "contents", "chunks"}) {
    EXPECT_EQ(rows(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
  EXPECT_EQ(library_->remove({}, source.id).error().code, Code::NotFound);
  EXPECT_EQ(library_->source({}, source.id).error().code, Code::NotFound);
}

TEST_F(LibraryTest, ErasesALargeSourceInSeveralTransactions) {
  for (int i = 0; i < 700; ++i) {
    write("n" + std::to_string(i) + ".txt", "pebble number " + std::to_string(i));
  }
  const Source source = add();
  ASSERT_EQ(rows("SELECT count(*) FROM chunks"), 700);
  ASSERT_TRUE(library_->remove({}, source.id));
  for (const char* table : {"sources", "documents", "contents", "chunks"}) {
    EXPECT_EQ(rows(std::string("SELECT count(*) FROM ") + table), 0) << table;
  }
}

// More than it takes to make marking and merging worth it.
TEST_F(LibraryTest, ErasesTheWordsOfALargeSourceForCertain) {
  write("kept.txt", "a lantern that stays");
  const Source kept = add();
  const fs::path other = base_ / "other";
  fs::create_directories(other);
  for (int file = 0; file < 3; ++file) {
    std::ofstream out(other / ("large" + std::to_string(file) + ".md"), std::ios::binary);
    for (int i = 0; i < 1000; ++i) {
      out << "# Part " << file << "." << i << "\n\n"
          << std::string(900, 'x') << " xylophonequartz" << i << "\n\n";
    }
  }
  const auto large = library_->add({}, other, "");
  ASSERT_TRUE(large) << large.error().message;
  settle();
  ASSERT_GT(rows("SELECT count(*) FROM chunks"), 2'000);
  constexpr const char* kStored =
      "SELECT count(*) FROM chunk_words_data WHERE instr(block, CAST('xylophonequartz' AS BLOB)) > 0";
  ASSERT_GT(rows(kStored), 0);
  ASSERT_TRUE(library_->remove({}, large->id));
  EXPECT_EQ(rows(kStored), 0);
  EXPECT_EQ(rows("SELECT count(*) FROM chunks"), kept.chunks);
  EXPECT_EQ(rows("SELECT v FROM chunk_words_config WHERE k = 'secure-delete'"), 1);
  EXPECT_TRUE(finds("lantern", "kept.txt"));
}

TEST_F(LibraryTest, ErasesTheNamesOfManyFilesForCertain) {
  for (int i = 0; i < 1100; ++i) write("xylophonequartz" + std::to_string(i), "the same words");
  const Source source = add();
  constexpr const char* kStored =
      "SELECT count(*) FROM document_names_data WHERE instr(block, CAST('xylophonequartz' AS BLOB))"
      " > 0";
  ASSERT_GT(rows(kStored), 0);
  ASSERT_TRUE(library_->remove({}, source.id));
  EXPECT_EQ(rows(kStored), 0);
  EXPECT_EQ(rows("SELECT v FROM document_names_config WHERE k = 'secure-delete'"), 1);
}

TEST_F(LibraryTest, ErasesWhatARemovalThatWasCutShortHasLeft) {
  write("a.txt", "a lantern");
  write("b.txt", "a candle");
  add();
  library_.reset();
  ASSERT_TRUE(database_->write({}, [&](storage::Connection& db) -> Result<void> {
    return db.execute("DELETE FROM documents WHERE path LIKE '%/a.txt'");
  }));
  fs::remove(folder_ / "a.txt");
  open_library();
  EXPECT_TRUE(eventually([&] { return rows("SELECT count(*) FROM contents") == 1; }));
  EXPECT_EQ(rows("SELECT count(*) FROM chunks"), 1);
  EXPECT_TRUE(finds("candle", "b.txt"));
}

TEST_F(LibraryTest, ReadsFilesPackedByGzip) {
  copy_sample("changelog.Debian.gz");
  copy_sample("manual.html.gz");
  copy_sample("spaces.txt.gz");
  write("tree.tar.gz", "\x1F\x8B a whole tree");
  write("picture.png.gz", "\x1F\x8B a picture");
  write("odd.gz", "not packed at all");
  const Source source = add();
  EXPECT_TRUE(finds("kettle whistles", "changelog.Debian.gz"));
  EXPECT_TRUE(finds("wick", "manual.html.gz"));
  EXPECT_THAT(problem_of("spaces.txt.gz"), HasSubstr("gzip bomb"));
  EXPECT_EQ(source.problems, 1);
  EXPECT_EQ(source.ignored, 3);
}

TEST_F(LibraryTest, RefusesSourcesThatOverlapAndKnowsOneItHas) {
  write("sub/a.txt", "words");
  const Source source = add("one");
  EXPECT_EQ(library_->add({}, folder_ / "sub", "").error().code, Code::Conflict);
  EXPECT_EQ(library_->add({}, folder_ / "sub/a.txt", "").error().code, Code::Conflict);
  EXPECT_EQ(library_->add({}, base_, "").error().code, Code::Conflict);
  const auto again = library_->add({}, folder_ / "sub" / "..", "two");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, source.id);
  EXPECT_EQ(again->collection, "two");
}

TEST_F(LibraryTest, SaysWhatCannotBeASource) {
  EXPECT_EQ(library_->add({}, folder_ / "absent", "").error().code, Code::NotFound);
  EXPECT_EQ(library_->add({}, "", "").error().code, Code::Invalid);
  EXPECT_EQ(library_->add({}, "/dev/null", "").error().code, Code::Invalid);
}

TEST_F(LibraryTest, FollowsASingleFile) {
  write("only.txt", "a brass key");
  write("other.txt", "an iron key");
  const auto added = library_->add({}, folder_ / "only.txt", "");
  ASSERT_TRUE(added) << added.error().message;
  settle();
  EXPECT_TRUE(finds("brass", "only.txt"));
  EXPECT_TRUE(found("iron").empty());
  write("only.txt", "a silver key");
  EXPECT_TRUE(eventually([&] { return finds("silver", "only.txt"); }));
}

TEST_F(LibraryTest, ReadsOnWhenFilesVanishMeanwhile) {
  for (int i = 0; i < 300; ++i)
    write("n" + std::to_string(i) + ".txt", "pebble " + std::to_string(i));
  const auto added = library_->add({}, folder_, "");
  ASSERT_TRUE(added);
  for (int i = 0; i < 300; i += 2) fs::remove(folder_ / ("n" + std::to_string(i) + ".txt"));
  EXPECT_TRUE(eventually([&] { return rows("SELECT count(*) FROM documents") == 150; }, 10s));
  settle();
  EXPECT_EQ(rows("SELECT count(*) FROM documents WHERE problem IS NOT NULL"), 0);
  EXPECT_EQ(rows("SELECT count(*) FROM contents"), 150);
}

TEST_F(LibraryTest, TellsItsListener) {
  std::atomic<int> told = 0;
  library_->on_change([&] { ++told; });
  write("a.txt", "words");
  add();
  EXPECT_TRUE(eventually([&] { return told > 0; }));
  library_->on_change({});
}

class WithoutHelper : public LibraryTest {
 protected:
  Library::Options options() const override { return {.extractor = "/nonexistent", .never = {}}; }
};

TEST_F(WithoutHelper, StillReadsPlainTextAndSaysWhatIsMissing) {
  write("plain.txt", "an oak table");
  copy_sample("lease.pdf");
  add();
  EXPECT_TRUE(finds("oak", "plain.txt"));
  EXPECT_THAT(problem_of("lease.pdf"), HasSubstr("cannot be started"));
}

}  // namespace
}  // namespace hearth::ingest
