#include "search/index.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "search/internal/library_for_tests.h"

namespace hearth::search {
namespace {

using inference::ScriptedEmbedder;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class IndexTest : public ::testing::Test {
 protected:
  // Enough other texts that a rare word is rare.
  void add_noise(int count) {
    for (const int last = noise + count; noise < last; ++noise) {
      const int i = noise;
      library.add(
          {.path = format("/noise/{}.txt", i),
           .passages = {format("The garden gate number {} needs paint and a new hinge.", i),
                        format("Notes on cooking soup for {} people on a cold evening.", i)}});
    }
  }
  // Meaning gives every passage some rank; where a test is about words alone it would be in the
  // way.
  void search_by_word_alone() { embedder.fail_with(Error{Code::Unavailable, "resting"}); }

  ScriptedEmbedder embedder;
  TestLibrary library{embedder};
  int noise = 0;
};

TEST_F(IndexTest, FindsAWordTheMomentItsChunkIsCommitted) {
  library.add({.path = "/a.txt", .passages = {"The lighthouse keeper went home."}});
  const Results results = library.find("lighthouse");
  ASSERT_EQ(results.hits.size(), 1U);
  const Hit& hit = results.hits.front();
  EXPECT_EQ(hit.path, "/a.txt");
  EXPECT_EQ(hit.text, "The lighthouse keeper went home.");
  EXPECT_EQ(hit.start_char, 0U);
  EXPECT_EQ(hit.end_char, hit.text.size());
  EXPECT_EQ(hit.collection, "home");
  EXPECT_GT(hit.score, 0.0);
  EXPECT_LE(hit.score, 1.0);
}

TEST_F(IndexTest, FindsIdentifiersInAnySpellingAndPutsThemFirst) {
  add_noise(40);
  library.add({.path = "/part.txt", .passages = {"Order the seal XJ-4410B from the usual shop."}});
  library.add({.path = "/near.txt", .passages = {"Order the seal XJ-4410C from the usual shop."}});
  library.add({.path = "/code.txt", .passages = {"Call foo_bar() before parseConfig runs."}});
  library.add({.path = "/net.txt", .passages = {"The printer answers at 10.0.0.1 on port 9100."}});
  library.add({.path = "/mail.txt", .passages = {"Write to ann.lee@example.org about it."}});
  library.wait();
  EXPECT_EQ(library.paths("XJ-4410B").front(), "/part.txt");
  EXPECT_EQ(library.paths("xj4410b").front(), "/part.txt");
  EXPECT_EQ(library.paths("which shop sells the seal XJ-4410B").front(), "/part.txt");
  EXPECT_EQ(library.paths("foo_bar()").front(), "/code.txt");
  EXPECT_EQ(library.paths("config").front(), "/code.txt");
  EXPECT_EQ(library.paths("10.0.0.1").front(), "/net.txt");
  EXPECT_EQ(library.paths("ann.lee@example.org").front(), "/mail.txt");
}

TEST_F(IndexTest, TellsHowManyPassagesHoldEachWordOfTheQuery) {
  library.add({.path = "/a.txt", .passages = {"Error S-17: the lamp is dirty.", "Lamps break."}});
  library.add({.path = "/b.txt", .passages = {"Two lamps hang in the hall."}});
  library.wait();
  const Results results = library.find("lamp S-17 S-58");
  ASSERT_EQ(results.terms.size(), 3U);
  EXPECT_EQ(results.terms[0].word, "lamp");
  EXPECT_EQ(results.terms[0].passages, 3U);
  EXPECT_EQ(results.terms[1].word, "s-17");
  EXPECT_EQ(results.terms[1].passages, 1U);
  EXPECT_EQ(results.terms[2].word, "s-58");
  EXPECT_EQ(results.terms[2].passages, 0U);
  EXPECT_EQ(results.passages, 3U);
}

TEST_F(IndexTest, PutsALiteralHitAboveTextsThatOnlyMeanTheSame) {
  embedder.teach("quillfeather", "carpenter");
  add_noise(30);
  library.add({.path = "/meaning.txt", .passages = {"carpenter carpenter carpenter"}});
  library.add({.path = "/word.txt",
               .passages = {"A long letter in which many people are named, the last of them "
                            "Quillfeather, who paid the bill for the roof in spring."}});
  library.wait();
  EXPECT_EQ(library.paths("Quillfeather").front(), "/word.txt");
}

TEST_F(IndexTest, PutsAQuotedPhraseFirst) {
  add_noise(10);
  library.add({.path = "/loose.txt",
               .passages = {"The bird was early. An early bird sings. The worm catches a cold."}});
  library.add(
      {.path = "/phrase.txt", .passages = {"As they say: the early bird catches the worm."}});
  library.wait();
  EXPECT_EQ(library.paths("\"early bird catches\"").front(), "/phrase.txt");
  EXPECT_EQ(library.paths("“Early bird catches” saying").front(), "/phrase.txt");
}

TEST_F(IndexTest, ReturnsOnlyWhatHoldsAQuotedPhrase) {
  add_noise(10);
  library.add({.path = "/loose.txt", .passages = {"The key lies behind the old clock."}});
  const ContentId phrase =
      library.add({.path = "/phrase.txt", .passages = {"The key lies behind the clock."}});
  library.add({.path = "/heading.txt", .passages = {"Nothing."}, .heading = "Behind the clock"});
  library.wait();
  EXPECT_THAT(library.paths("\"behind the clock\""),
              UnorderedElementsAre("/phrase.txt", "/heading.txt"));
  EXPECT_THAT(library.paths("key \"behind the clock\" \"lies\""), ElementsAre("/phrase.txt"));
  EXPECT_THAT(library.paths("\"under the clock\""), IsEmpty());
  library.remove(phrase);
  EXPECT_THAT(library.paths("\"behind the clock\""), ElementsAre("/heading.txt"));
  library.near_misses = true;
  EXPECT_THAT(library.paths("key \"behind the clock\""), Contains("/loose.txt"));
}

TEST_F(IndexTest, ReturnsNothingWhenNothingHasToDoWithTheQuery) {
  embedder.set_unrelated_below(0.5F);
  embedder.teach("lantern", "lamp");
  add_noise(10);
  library.add({.path = "/lamp.txt", .passages = {"The lamp."}});
  library.wait();
  EXPECT_THAT(library.paths("Zwetschgenkuchen"), IsEmpty());
  EXPECT_THAT(library.paths("lantern"), ElementsAre("/lamp.txt"));
  EXPECT_THAT(library.paths("lamp behind Zwetschgenkuchen and other words nobody wrote"),
              ElementsAre("/lamp.txt"));
  EXPECT_EQ(library.paths("Zwetschgenkuchen garden", 10).size(), 10U);
  library.near_misses = true;
  EXPECT_THAT(library.paths("Zwetschgenkuchen"), Not(IsEmpty()));
}

TEST_F(IndexTest, LeavesOutWhatIsExcluded) {
  library.add({.path = "/red.txt", .passages = {"The apples are red and ripe."}});
  library.add({.path = "/green.txt", .passages = {"The apples are green and sour."}});
  library.add({.path = "/phrase.txt", .passages = {"Apples, early bird, and more."}});
  library.wait();
  EXPECT_THAT(library.paths("apples -green"), UnorderedElementsAre("/red.txt", "/phrase.txt"));
  EXPECT_THAT(library.paths("apples -\"early bird\""), Not(Contains("/phrase.txt")));
}

TEST_F(IndexTest, FindsOtherFormsOfAWordBelowTheWordItself) {
  search_by_word_alone();
  add_noise(20);
  library.add({.path = "/form.txt", .passages = {"He repaired the boiler in the cellar."}});
  library.add({.path = "/word.txt", .passages = {"She can repair the boiler in the cellar."}});
  EXPECT_THAT(library.paths("repair"), ElementsAre("/word.txt", "/form.txt"));
  EXPECT_THAT(library.paths("repairing boilers"), Contains("/form.txt"));
}

TEST_F(IndexTest, FindsWordsWithoutTheirAccentsAndTheOtherWayRound) {
  search_by_word_alone();
  library.add({.path = "/cafe.txt", .passages = {"Das Café an der Straße hat geöffnet."}});
  library.add({.path = "/plain.txt", .passages = {"A naive resume."}});
  EXPECT_THAT(library.paths("cafe strasse"), ElementsAre("/cafe.txt"));
  EXPECT_THAT(library.paths("CAFÉ"), ElementsAre("/cafe.txt"));
  EXPECT_THAT(library.paths("naïve résumé"), ElementsAre("/plain.txt"));
}

TEST_F(IndexTest, FindsWordsInScriptsWithoutSpaces) {
  library.add({.path = "/tokyo.txt", .passages = {"私は東京タワーの近くに住んでいます。"}});
  library.add({.path = "/kyoto.txt", .passages = {"京都の冬は寒いです。"}});
  EXPECT_EQ(library.paths("東京").front(), "/tokyo.txt");
  EXPECT_EQ(library.paths("京都").front(), "/kyoto.txt");
  EXPECT_EQ(library.paths("\"東京タワー\"").front(), "/tokyo.txt");
}

TEST_F(IndexTest, FindsTheBeginningOfAWord) {
  search_by_word_alone();
  library.add({.path = "/a.txt", .passages = {"Photosynthesis needs light."}});
  library.add({.path = "/b.txt", .passages = {"A phone needs power."}});
  EXPECT_THAT(library.paths("photosy*"), ElementsAre("/a.txt"));
}

TEST_F(IndexTest, FindsAFileByItsName) {
  search_by_word_alone();
  add_noise(5);
  library.add({.path = "/docs/lease_2023-final.pdf", .passages = {"The tenant pays monthly."}});
  EXPECT_EQ(library.paths("lease 2023").front(), "/docs/lease_2023-final.pdf");
  const auto renamed = library.database().write(soon(), [](storage::Connection& db) {
    return db.execute(
        "UPDATE documents SET path = '/docs/Mietvertrag.pdf' "
        "WHERE path LIKE '%lease%'");
  });
  ASSERT_TRUE(renamed);
  EXPECT_EQ(library.paths("Mietvertrag").front(), "/docs/Mietvertrag.pdf");
  EXPECT_THAT(library.paths("lease"), IsEmpty());
}

TEST_F(IndexTest, FindsByMeaningWhatSharesNoWord) {
  embedder.teach("automobile", "car");
  add_noise(20);
  library.add({.path = "/car.txt", .passages = {"car"}});
  library.wait();
  const Results results = library.find("automobile");
  EXPECT_TRUE(results.by_meaning);
  ASSERT_FALSE(results.hits.empty());
  EXPECT_EQ(results.hits.front().path, "/car.txt");
  ASSERT_TRUE(results.hits.front().similarity);
  EXPECT_GT(*results.hits.front().similarity, 0.9);
  EXPECT_THAT(results.hits.front().explanation->summary, HasSubstr("meaning"));
}

TEST_F(IndexTest, SearchesByWordWhileTheModelIsAway) {
  embedder.fail_with(Error{Code::Unavailable, "the worker is restarting"});
  library.add({.path = "/a.txt", .passages = {"The lighthouse keeper went home."}});
  const Results results = library.find("lighthouse");
  EXPECT_FALSE(results.by_meaning);
  EXPECT_FALSE(results.note.empty());
  EXPECT_EQ(results.hits.size(), 1U);
  embedder.fail_with(std::nullopt);
  library.wait();
  EXPECT_TRUE(library.find("lighthouse").by_meaning);
  EXPECT_EQ(library.index().stats().problem, "");
}

TEST_F(IndexTest, RefusesAQueryThatAsksForNothing) {
  for (const char* text : {"", "   ", "???", "-only -excluded", "\"\"", "*"}) {
    const auto results = library.index().search(soon(), {.text = text});
    ASSERT_FALSE(results) << text;
    EXPECT_EQ(results.error().code, Code::Invalid) << text;
  }
  const auto none = library.index().search(soon(), {.text = "a word", .k = 0});
  EXPECT_EQ(none.error().code, Code::Invalid);
}

TEST_F(IndexTest, FiltersExactly) {
  library.add({.path = "/work/a.md",
               .passages = {"budget plan"},
               .media_type = "text/markdown",
               .collection = "work",
               .modified_ms = 1'000});
  library.add({.path = "/home/b.pdf",
               .passages = {"budget house"},
               .media_type = "application/pdf",
               .collection = "home",
               .modified_ms = 5'000});
  library.add({.path = "/home/c.txt",
               .passages = {"budget trip"},
               .collection = "home",
               .modified_ms = 9'000});
  library.wait();
  EXPECT_THAT(library.paths("budget", 10, {.collection = "work"}), ElementsAre("/work/a.md"));
  EXPECT_THAT(library.paths("budget", 10, {.media_types = {"text/"}}),
              UnorderedElementsAre("/work/a.md", "/home/c.txt"));
  EXPECT_THAT(library.paths("budget", 10, {.media_types = {"application/pdf"}}),
              ElementsAre("/home/b.pdf"));
  EXPECT_THAT(library.paths("budget", 10, {.since_ms = 5'000}),
              UnorderedElementsAre("/home/b.pdf", "/home/c.txt"));
  EXPECT_THAT(library.paths("budget", 10, {.until_ms = 4'999}), ElementsAre("/work/a.md"));
  EXPECT_THAT(library.paths("budget", 10, {.collection = "none"}), IsEmpty());
  EXPECT_THAT(library.paths("unrelated question", 10, {.collection = "work"}),
              ElementsAre("/work/a.md"));
}

TEST_F(IndexTest, ShowsTheNewestAllowedDocumentOfASharedContent) {
  const ContentId content = library.add(
      {.path = "/old.txt", .passages = {"shared words"}, .collection = "one", .modified_ms = 1});
  const auto copied = library.database().write(soon(), [&](storage::Connection& db) {
    return db.execute(format(
        "INSERT INTO sources (kind, path, collection, added_ms) VALUES ('folder', '/x', 'two', 0);"
        "INSERT INTO documents (source_id, path, content_id, size_bytes, modified_ns, inode, "
        "seen_ms) SELECT id, '/new.txt', {}, 0, 9000000, 0, 0 FROM sources WHERE path = '/x'",
        content.value));
  });
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_THAT(library.paths("shared"), ElementsAre("/new.txt"));
  EXPECT_THAT(library.paths("shared", 10, {.collection = "one"}), ElementsAre("/old.txt"));
}

TEST_F(IndexTest, ShowsCopiesOnceAndNotOneDocumentAlone) {
  std::vector<std::string> passages;
  for (int i = 0; i < 20; ++i) {
    passages.push_back(format("Tomatoes like sun, said gardener {} in year {}.", i, 1900 + i));
  }
  library.add({.path = "/long.txt", .passages = passages});
  library.add({.path = "/copy1.txt", .passages = {"Tomatoes like sun and rain in equal parts."}});
  library.add({.path = "/copy2.txt", .passages = {"Tomatoes like sun, and rain in equal parts!"}});
  library.wait();
  const auto paths = library.paths("tomatoes sun", 6);
  EXPECT_EQ(paths.size(), 6U);
  EXPECT_EQ(std::ranges::count(paths, "/copy1.txt") + std::ranges::count(paths, "/copy2.txt"), 1);
}

// Counts the rows of a shadow table that hold `word`.
std::int64_t shadow_rows_with(storage::Database& database, std::string_view word) {
  std::int64_t found = 0;
  for (const char* table : {"chunk_words", "document_names"}) {
    for (const char* column : {"data WHERE instr(block, ?1)", "idx WHERE instr(term, ?1)"}) {
      const auto done = database.read(soon(), [&](storage::Connection& db) -> Result<void> {
        TRY_ASSIGN(auto rows, db.prepare(format("SELECT count(*) FROM {}_{}", table, column)));
        rows.bind_blob(1, std::as_bytes(std::span(word)));
        TRY_ASSIGN(const bool more, rows.step());
        found += more ? rows.integer(0) : 0;
        return {};
      });
      EXPECT_TRUE(done) << done.error().message;
    }
  }
  return found;
}

TEST_F(IndexTest, RemovesWordsVectorsAndNamesTogetherAndForCertain) {
  add_noise(150);
  const ContentId secret = library.add({.path = "/zanzibarfile.txt",
                                        .passages = {"The passphrase is xylophonequartz, he said.",
                                                     "Never tell xylophonequartz to anyone."}});
  add_noise(150);
  library.wait();
  ASSERT_GT(shadow_rows_with(library.database(), "xylophonequartz"), 0);
  ASSERT_GT(shadow_rows_with(library.database(), "zanzibarfile"), 0);
  const IndexStats before = library.index().stats();
  library.remove(secret);
  EXPECT_EQ(shadow_rows_with(library.database(), "xylophonequartz"), 0);
  EXPECT_EQ(shadow_rows_with(library.database(), "zanzibarfile"), 0);
  EXPECT_EQ(library.index().stats().chunks, before.chunks - 2);
  EXPECT_EQ(library.index().stats().embedded, before.embedded - 2);
  for (const Hit& hit : library.find("xylophonequartz passphrase").hits) {
    EXPECT_NE(hit.content, secret);
  }
  const auto orphans = library.database().read(soon(), [](storage::Connection& db) -> Result<void> {
    TRY_ASSIGN(auto rows, db.prepare("SELECT count(*) FROM chunk_vectors WHERE "
                                     "key % (1 << 40) NOT IN (SELECT id FROM chunks)"));
    TRY(rows.step());
    EXPECT_EQ(rows.integer(0), 0);
    return {};
  });
  EXPECT_TRUE(orphans);
  const auto whole = library.database().write(soon(), [](storage::Connection& db) {
    return db.execute("INSERT INTO chunk_words (chunk_words) VALUES ('integrity-check')");
  });
  EXPECT_TRUE(whole) << whole.error().message;
}

class ManyRemovals : public IndexTest {
 protected:
  static constexpr const char* kSecret = "xylophonequartz";

  std::vector<ContentId> add_secrets(int count) {
    std::vector<ContentId> out;
    for (int i = 0; i < count; ++i) {
      out.push_back(library.add({.path = format("/secret/{}.txt", i),
                                 .passages = {format("Page {} says {}{}.", i, kSecret, i)}}));
    }
    return out;
  }
  void mark(std::span<const ContentId> contents) {
    const auto done = library.database().write(soon(), [&](storage::Connection& db) {
      auto marked = library.index().expect_many_removals(db);
      for (const ContentId content : contents) {
        if (marked) marked = library.erase(db, content);
      }
      return marked;
    });
    ASSERT_TRUE(done) << done.error().message;
    library.index().committed();
  }
  void purge() {
    const auto done = library.index().purge_words(soon());
    ASSERT_TRUE(done) << done.error().message;
    const auto whole = library.database().write(soon(), [](storage::Connection& db) {
      return db.execute("INSERT INTO chunk_words (chunk_words) VALUES ('integrity-check')");
    });
    EXPECT_TRUE(whole) << whole.error().message;
  }
  int secrets_stored() { return static_cast<int>(shadow_rows_with(library.database(), kSecret)); }
};

TEST_F(ManyRemovals, AreNotFoundAtOnceAndOverwrittenByThePurge) {
  add_noise(60);
  const auto secrets = add_secrets(60);
  library.wait();
  mark(secrets);
  EXPECT_GT(secrets_stored(), 0) << "marking is fast because it overwrites nothing";
  for (const std::string& path : library.paths("xylophonequartz7")) {
    EXPECT_THAT(path, Not(HasSubstr("secret")));
  }
  purge();
  EXPECT_EQ(secrets_stored(), 0);
  EXPECT_THAT(library.paths("hinge"), Not(IsEmpty()));
}

TEST_F(ManyRemovals, LeaveNothingWhenNothingElseIsThere) {
  for (int round = 0; round < 3; ++round) {
    mark(add_secrets(20));
    purge();
    EXPECT_EQ(secrets_stored(), 0) << round;
  }
  add_noise(1);
  EXPECT_THAT(library.paths("hinge"), Not(IsEmpty()));
}

TEST_F(ManyRemovals, AfterThePurgeARemovalOverwritesAtOnceAgain) {
  add_noise(5);
  mark(add_secrets(5));
  purge();
  const auto later = add_secrets(1);
  ASSERT_GT(secrets_stored(), 0);
  library.remove(later.front());
  EXPECT_EQ(secrets_stored(), 0);
}

TEST_F(ManyRemovals, APurgeThatNeverCameIsMadeAfterTheNextStart) {
  add_noise(20);
  mark(add_secrets(20));
  library.reopen();
  ASSERT_GT(secrets_stored(), 0);
  purge();
  EXPECT_EQ(secrets_stored(), 0);
}

TEST_F(IndexTest, DoesNotFindWhatIsDeletedBeforeMemoryKnows) {
  const ContentId content = library.add({.path = "/a.txt", .passages = {"lighthouse"}});
  library.wait();
  const auto done = library.database().write(
      soon(), [&](storage::Connection& db) { return library.erase(db, content); });
  ASSERT_TRUE(done);
  EXPECT_THAT(library.paths("lighthouse"), IsEmpty());
}

TEST_F(IndexTest, ARolledBackTransactionLeavesNoTrace) {
  const ContentId kept = library.add({.path = "/kept.txt", .passages = {"harbour pilot"}});
  library.wait();
  const auto failed =
      library.database().write(soon(), [&](storage::Connection& db) -> Result<void> {
        TRY(library.insert(db, {.path = "/ghost.txt", .passages = {"phantom ship"}}));
        TRY(library.erase(db, kept));
        return fail(Code::Cancelled, "thought better of it");
      });
  ASSERT_FALSE(failed);
  library.index().committed();
  EXPECT_THAT(library.paths("harbour"), ElementsAre("/kept.txt"));
  for (const std::string& path : library.paths("phantom")) EXPECT_NE(path, "/ghost.txt");
  // The id of the chunk that never was is given to another one.
  library.add({.path = "/real.txt", .passages = {"container vessel"}});
  EXPECT_EQ(library.paths("container").front(), "/real.txt");
}

// A large library takes a second to load; until then memory knows of nothing.
TEST_F(IndexTest, KnowsTheNumberOfPassagesFromTheStartOn) {
  add_noise(300);
  library.wait();
  for (int round = 0; round < 5; ++round) {
    library.reopen();
    EXPECT_EQ(library.index().stats().chunks, 600);
    library.wait();
    EXPECT_EQ(library.index().stats().embedded, 600);
    EXPECT_FALSE(library.index().stats().loading);
  }
}

TEST_F(IndexTest, AnswersTheSameAfterItIsOpenedAgain) {
  add_noise(30);
  library.add({.path = "/a.txt", .passages = {"The lighthouse keeper went home."}});
  const ContentId gone = library.add({.path = "/b.txt", .passages = {"The lighthouse fell."}});
  library.remove(gone);
  library.wait();
  const auto before = library.paths("lighthouse keeper soup");
  const std::size_t seen = embedder.texts_seen();
  library.reopen();
  library.wait();
  EXPECT_EQ(embedder.texts_seen(), seen) << "nothing is embedded twice";
  EXPECT_EQ(library.paths("lighthouse keeper soup"), before);
}

// An embedder that stands for whichever model is installed at the moment.
class SwitchedEmbedder : public inference::Embedder {
 public:
  void use(inference::Embedder* model) { model_ = model; }
  inference::EmbedderInfo info() const override {
    const auto* model = model_.load();
    return model != nullptr ? model->info() : inference::EmbedderInfo{};
  }
  Result<std::vector<inference::Vector>> embed_documents(const Call& call,
                                                         std::span<const std::string> texts,
                                                         inference::Urgency urgency) override {
    return model_.load()->embed_documents(call, texts, urgency);
  }
  Result<inference::Vector> embed_query(const Call& call, std::string_view text) override {
    return model_.load()->embed_query(call, text);
  }
  std::size_t count_tokens(std::string_view text) const override { return text.size() / 4; }

 private:
  std::atomic<inference::Embedder*> model_ = nullptr;
};

TEST(Index, EmbedsAnewWhenTheModelChangesAndErasesTheOldVectors) {
  ScriptedEmbedder small(64, "small");
  ScriptedEmbedder large(128, "large");
  SwitchedEmbedder embedder;
  TestLibrary library(embedder);
  library.add({.path = "/a.txt", .passages = {"first passage", "second passage"}});
  EXPECT_EQ(library.index().wait_embedded(soon()).error().code, Code::Unavailable);
  EXPECT_FALSE(library.find("passage").by_meaning);
  embedder.use(&small);
  library.wait();
  EXPECT_EQ(small.texts_seen(), 2U);
  EXPECT_TRUE(library.find("passage").by_meaning);
  embedder.use(&large);
  EXPECT_EQ(library.find("passage").hits.size(), 2U) << "words serve meanwhile";
  library.wait();
  EXPECT_EQ(large.texts_seen(), 2U);
  EXPECT_TRUE(library.find("passage").by_meaning);
  const auto spaces = [&library] {
    std::int64_t count = 0;
    const auto done = library.database().read(soon(), [&](storage::Connection& db) -> Result<void> {
      TRY_ASSIGN(auto rows, db.prepare("SELECT (SELECT count(*) FROM embedders) + "
                                       "(SELECT count(*) FROM chunk_vectors)"));
      TRY(rows.step());
      count = rows.integer(0);
      return {};
    });
    EXPECT_TRUE(done);
    return count;
  };
  const auto deadline = Call::Clock::now() + std::chrono::seconds(30);
  while (spaces() != 3 && Call::Clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(spaces(), 3) << "one embedder and two vectors";
}

TEST_F(IndexTest, OnePassageTheModelRefusesDoesNotHoldUpTheOthers) {
  class Picky : public ScriptedEmbedder {
   public:
    Result<std::vector<inference::Vector>> embed_documents(const Call& call,
                                                           std::span<const std::string> texts,
                                                           inference::Urgency urgency) override {
      for (const std::string& text : texts) {
        if (text.contains("poison")) return fail(Code::Invalid, "cannot read this");
      }
      return ScriptedEmbedder::embed_documents(call, texts, urgency);
    }
  } picky;
  TestLibrary other(picky);
  other.add({.path = "/a.txt", .passages = {"good one", "poison", "good two"}});
  other.wait();
  EXPECT_EQ(other.index().stats().embedded, 2);
  EXPECT_FALSE(other.index().stats().problem.empty());
  EXPECT_THAT(other.paths("poison"), Contains("/a.txt"));
}

TEST_F(IndexTest, RestsWhilePausedAndReportsProgress) {
  std::atomic<int> reports = 0;
  library.index().on_progress([&reports] { ++reports; });
  library.index().pause(true);
  library.add({.path = "/a.txt", .passages = {"lighthouse"}});
  Call impatient;
  impatient.deadline = Call::Clock::now() + std::chrono::milliseconds(50);
  EXPECT_EQ(library.index().wait_embedded(impatient).error().code, Code::TimedOut);
  EXPECT_EQ(library.index().stats().embedded, 0);
  library.index().pause(false);
  library.wait();
  EXPECT_EQ(library.index().stats().embedded, 1);
  const auto deadline = Call::Clock::now() + std::chrono::seconds(30);
  while (reports == 0 && Call::Clock::now() < deadline) std::this_thread::yield();
  EXPECT_GT(reports, 0);
}

TEST_F(IndexTest, SearchesWhileOthersWriteAndDelete) {
  std::atomic<bool> stop = false;
  std::atomic<int> searches = 0;
  std::vector<std::jthread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      while (!stop) {
        const auto results = library.index().search(soon(), {.text = "garden \"new hinge\" soup"});
        EXPECT_TRUE(results) << results.error().message;
        ++searches;
      }
    });
  }
  std::vector<ContentId> contents;
  for (int i = 0; i < 60 || searches < 20; ++i) {
    contents.push_back(library.add(
        {.path = format("/{}.txt", i), .passages = {format("garden {} new hinge", i), "soup"}}));
    if (i % 3 == 0) {
      library.remove(contents.front());
      contents.erase(contents.begin());
    }
  }
  stop = true;
  readers.clear();
  library.wait();
  EXPECT_EQ(library.index().stats().chunks, static_cast<std::int64_t>(contents.size() * 2));
  EXPECT_EQ(library.index().stats().embedded, library.index().stats().chunks);
}

}  // namespace
}  // namespace hearth::search
