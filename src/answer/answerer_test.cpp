#include "answer/answerer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/format.h"
#include "core/text.h"
#include "inference/scripted.h"

namespace hearth::answer {
namespace {

class StillClock : public platform::Clock {
 public:
  [[nodiscard]] std::int64_t wall_ms() const override { return 1'700'000'000'000; }
  [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return {}; }
};

/// Finds every passage it holds, in the order they were added.
class ShelfSearcher : public search::Searcher {
 public:
  std::vector<search::Hit> hits;
  std::vector<search::TermSpread> terms;
  std::string last_query;
  Result<search::Results> search(const Call& call, const search::Query& query) override {
    TRY(call.check_stop());
    last_query = query.text;
    search::Results results;
    results.hits = hits;
    results.terms = terms;
    results.passages = 1000;
    results.by_meaning = true;
    return results;
  }
};

class Answering : public testing::Test {
 protected:
  void SetUp() override {
    auto database = storage::Database::open_in_memory();
    ASSERT_TRUE(database) << database.error().message;
    database_ = std::move(*database);
    inference::ChatModelInfo none;
    chat_.set_info(none);
    open();
  }

  void open() {
    auto answerer = Answerer::open({*database_, shelf_, embedder_, chat_, clock_});
    ASSERT_TRUE(answerer);
    answerer_ = std::move(*answerer);
  }

  // One document of one chunk, in the vault and found by the shelf.
  void put(const std::string& path, const std::string& text,
           const std::string& media_type = "text/plain") {
    const std::int64_t id = static_cast<std::int64_t>(shelf_.hits.size()) + 1;
    const auto characters = text::count_code_points(text);
    const auto body = [&](storage::Connection& c) -> Result<void> {
      TRY_ASSIGN(auto content,
                 c.prepare("INSERT INTO contents (id, hash, media_type, title, text, characters) "
                           "VALUES (?1, ?2, ?3, '', ?4, ?5)"));
      content.bind(1, id).bind_blob(2, std::as_bytes(std::span(path.data(), path.size())));
      content.bind(3, std::string_view(media_type))
          .bind(4, std::string_view(text))
          .bind(5, characters);
      TRY(content.run());
      TRY_ASSIGN(auto chunk,
                 c.prepare("INSERT INTO chunks (id, content_id, ordinal, start_byte, end_byte, "
                           "start_char, end_char, heading, text) "
                           "VALUES (?1, ?1, 0, 0, ?2, 0, ?3, '', ?4)"));
      chunk.bind(1, id).bind(2, text.size()).bind(3, characters).bind(4, std::string_view(text));
      return chunk.run();
    };
    const Result<void> written = database_->write(call_, body);
    ASSERT_TRUE(written) << written.error().message;
    search::Hit hit;
    hit.chunk = ChunkId{id};
    hit.content = ContentId{id};
    hit.document = DocumentId{id};
    hit.source = SourceId{1};
    hit.path = path;
    hit.media_type = media_type;
    hit.text = text;
    hit.end_byte = text.size();
    hit.end_char = characters;
    hit.score = 1.0 / static_cast<double>(id);
    hit.similarity = 0.8;
    shelf_.hits.push_back(std::move(hit));
  }

  Answer ask(const std::string& text, ModeWish mode = ModeWish::Auto,
             std::optional<ConversationId> conversation = std::nullopt) {
    events_.clear();
    const auto answer =
        answerer_->ask(call_, {text, {}, mode, conversation}, [&](const Event& event) {
          events_.push_back(event);
          return Flow::Continue;
        });
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
    return answer.value_or(Answer{});
  }

  std::string streamed() const {
    std::string out;
    for (const Event& event : events_) {
      if (const auto* piece = std::get_if<Piece>(&event)) out += piece->text;
    }
    return out;
  }

  void let_model_write(const std::string& text, bool weak = false) {
    inference::ChatModelInfo info = inference::ScriptedChatModel::default_info();
    info.name = "scripted";
    info.passed_exam = true;
    info.weak = weak;
    info.context_tokens = 4096;
    chat_.set_info(info);
    chat_.say(text);
  }

  std::int64_t count(const std::string& sql) {
    std::int64_t rows = -1;
    const auto body = [&](storage::Connection& c) -> Result<void> {
      TRY_ASSIGN(auto select, c.prepare(sql));
      TRY_ASSIGN(const bool row, select.step());
      if (row) rows = select.integer(0);
      return {};
    };
    EXPECT_TRUE(database_->read(call_, body));
    return rows;
  }

  Call call_;
  StillClock clock_;
  ShelfSearcher shelf_;
  inference::ScriptedEmbedder embedder_;
  inference::ScriptedChatModel chat_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<Answerer> answerer_;
  std::vector<Event> events_;
};

constexpr const char* kLease =
    "The müller lease begins on 1 March 2022. The rent of the house is 1,240 euros a month. "
    "One dog is permitted. Snakes are not allowed.";

TEST_F(Answering, QuotesTheSentenceThatHoldsTheFactWithItsExactRange) {
  put("/home/lease.txt", kLease);
  const Answer answer = ask("What is the rent of the house?");
  ASSERT_TRUE(answer.found);
  EXPECT_EQ(answer.mode, Mode::Extractive);
  EXPECT_THAT(answer.text, testing::HasSubstr("**1,240 euros**"));
  ASSERT_FALSE(answer.citations.empty());
  const Citation& c = answer.citations.front();
  const std::string text = kLease;
  EXPECT_EQ(c.quote, text.substr(c.start_byte, c.end_byte - c.start_byte));
  EXPECT_EQ(c.start_char, text::count_code_points(text.substr(0, c.start_byte)));
  EXPECT_EQ(c.end_char - c.start_char, text::count_code_points(c.quote));
  EXPECT_LT(c.start_char, c.start_byte);  // the umlaut before it
  EXPECT_EQ(answer.citations.front().path, "/home/lease.txt");
}

TEST_F(Answering, StreamsStatusThenCitationsBeforeTheTextThatMentionsThem) {
  put("/home/lease.txt", kLease);
  const Answer answer = ask("What is the rent of the house?");
  EXPECT_EQ(streamed(), answer.text);
  bool cited = false;
  for (const Event& event : events_) {
    if (std::holds_alternative<CitationEvent>(event)) cited = true;
    if (std::holds_alternative<Piece>(event)) {
      EXPECT_TRUE(cited);
    }
    if (std::holds_alternative<Status>(event)) {
      EXPECT_FALSE(cited);
    }
  }
}

TEST_F(Answering, SaysThatNothingAnswersWhenTheThingAskedForIsMissing) {
  put("/home/note.txt", "The passport is in the blue folder in the top drawer.");
  const Answer answer = ask("What is the passport number?");
  EXPECT_FALSE(answer.found);
  EXPECT_EQ(answer.text, "Nothing in your files answers this.");
  EXPECT_TRUE(answer.citations.empty());
  EXPECT_EQ(answer.passages.size(), 1U);
  EXPECT_FALSE(answer.note.empty());
}

TEST_F(Answering, QuotesTheClosestPlaceButDoesNotCallItAnAnswer) {
  put("/home/club.txt", "The regatta takes place in June.");
  // By words alone: "regatta" is there, the rest is not.
  embedder_.fail_with(Error{Code::Unavailable, "restarting"});
  const Answer answer = ask("Is the regatta in June dangerous for spectators and swimmers?");
  EXPECT_FALSE(answer.found);
  EXPECT_THAT(answer.text, testing::StartsWith("Nothing in your files clearly answers this."));
  EXPECT_THAT(answer.text, testing::EndsWith("The regatta takes place in June. [1]"));
  ASSERT_EQ(answer.citations.size(), 1U);
  EXPECT_EQ(answer.citations[0].quote, "The regatta takes place in June.");
  EXPECT_EQ(streamed(), answer.text);
}

TEST_F(Answering, SaysWhichCodeNoFileMentions) {
  put("/home/manual.txt", "Error S-17 means that the lamp is dirty. Wipe the lamp.");
  shelf_.terms = {{"error", 9}, {"s-58", 0}};
  const Answer answer = ask("What does error S-58 mean?");
  EXPECT_FALSE(answer.found);
  EXPECT_TRUE(answer.citations.empty());
  EXPECT_THAT(answer.note, testing::HasSubstr("s-58"));
}

TEST_F(Answering, TakesANameFromTheFilesOwnNameToo) {
  put("/home/fennimore.txt", "The deposit is 90 euros. It is paid in advance.");
  shelf_.terms = {{"fennimore", 0}, {"deposit", 1}};
  embedder_.fail_with(Error{Code::Unavailable, "restarting"});
  const Answer answer = ask("How much is the deposit for Fennimore?");
  EXPECT_TRUE(answer.found) << answer.note;
  EXPECT_THAT(answer.text, testing::HasSubstr("90 euros"));
}

TEST_F(Answering, SaysThatNothingAnswersInAnEmptyLibrary) {
  const Answer answer = ask("What is the rent of the house?");
  EXPECT_FALSE(answer.found);
  EXPECT_EQ(streamed(), "Nothing in your files answers this.");
}

TEST_F(Answering, ShowsATableRowAsNamedValuesAndCitesTheRow) {
  const std::string table = "appliance,price_eur,serial\nOven,689,CF60-B\nFridge,598,NI310\n";
  put("/home/appliances.csv", table, "text/csv");
  // The scripted embedder knows no prices: words decide.
  embedder_.fail_with(Error{Code::Unavailable, "restarting"});
  const Answer answer = ask("What is the price of the oven?");
  ASSERT_TRUE(answer.found);
  EXPECT_THAT(answer.text, testing::HasSubstr("price eur: **689**"));
  EXPECT_EQ(answer.citations.front().quote, "Oven,689,CF60-B");
}

TEST_F(Answering, RefusesAQuestionWithoutWords) {
  for (const char* text : {"", "   ", "?!"}) {
    const auto answer = answerer_->ask(call_, {text, {}, ModeWish::Auto, std::nullopt},
                                       [](const Event&) { return Flow::Continue; });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::Invalid);
  }
}

TEST_F(Answering, WorksByWordsAloneWhenTheEmbedderIsAway) {
  put("/home/lease.txt", kLease);
  embedder_.fail_with(Error{Code::Unavailable, "restarting"});
  EXPECT_TRUE(ask("What is the rent of the house?").found);
}

TEST_F(Answering, ShowsOnlyWrittenSentencesThatThePassagesSupport) {
  put("/home/lease.txt", kLease);
  let_model_write(
      "The rent of the house is 1,240 euros a month [1]. The rent is 2,000 euros. Snakes are allowed.");
  const Answer answer = ask("What is the rent of the house?");
  EXPECT_EQ(answer.mode, Mode::Generated);
  EXPECT_THAT(answer.text, testing::HasSubstr("1,240 euros a month. [1]"));
  EXPECT_THAT(answer.text, testing::Not(testing::HasSubstr("2,000")));
  EXPECT_THAT(streamed(), testing::Not(testing::HasSubstr("Snakes are allowed")));
  EXPECT_EQ(answer.sentences_dropped, 2U);
}

TEST_F(Answering, QuotesInsteadWhenNothingTheModelWroteIsSupported) {
  put("/home/lease.txt", kLease);
  let_model_write("Yes, snakes are allowed in the house.");
  const Answer answer = ask("Are snakes allowed?");
  EXPECT_EQ(answer.mode, Mode::Extractive);
  EXPECT_THAT(answer.text, testing::HasSubstr("Snakes are not allowed."));
  EXPECT_FALSE(answer.note.empty());
  EXPECT_TRUE(answer.model.empty());
}

TEST_F(Answering, GivesAWeakModelOneParagraphAndTheQuestionAndNothingElse) {
  put("/home/lease.txt", kLease);
  let_model_write("The rent of the house is 1,240 euros a month.", true);
  const std::string question = "What is the rent of the house?";
  EXPECT_EQ(ask(question).mode, Mode::Generated);
  const auto requests = chat_.requests();
  ASSERT_EQ(requests.size(), 1U);
  ASSERT_EQ(requests[0].messages.size(), 1U);
  EXPECT_EQ(requests[0].messages[0].content, std::string(kLease) + "\n\n" + question);
}

TEST_F(Answering, NeverAsksAModelAboutWhatTheFilesDoNotHold) {
  put("/home/note.txt", "The passport is in the blue folder in the top drawer.");
  let_model_write("The passport number is 12345678.");
  EXPECT_FALSE(ask("What is the passport number?").found);
  EXPECT_TRUE(chat_.requests().empty());
}

TEST_F(Answering, KeepsAConversationOverARestartAndUnderstandsAFollowUp) {
  put("/home/lease.txt", kLease);
  const auto info = answerer_->create_conversation(call_);
  ASSERT_TRUE(info);
  ask("What is the rent of the house?", ModeWish::Auto, info->id);
  open();
  ask("And when does it begin?", ModeWish::Auto, info->id);
  EXPECT_THAT(shelf_.last_query, testing::HasSubstr("house"));
  const auto messages = answerer_->messages(call_, info->id);
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 4U);
  ASSERT_TRUE((*messages)[1].answer);
  EXPECT_EQ((*messages)[1].answer->citations.front().path, "/home/lease.txt");
  const auto all = answerer_->conversations(call_);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->front().title, "What is the rent of the house?");
  EXPECT_EQ(all->front().messages, 4);
}

TEST_F(Answering, DeletesAConversationWithItsMessages) {
  const auto info = answerer_->create_conversation(call_);
  ASSERT_TRUE(info);
  ask("What is the rent of the house?", ModeWish::Auto, info->id);
  ASSERT_TRUE(answerer_->delete_conversation(call_, info->id));
  EXPECT_EQ(count("SELECT count(*) FROM messages"), 0);
  EXPECT_EQ(answerer_->messages(call_, info->id).error().code, Code::NotFound);
  EXPECT_EQ(answerer_->delete_conversation(call_, info->id).error().code, Code::NotFound);
}

TEST_F(Answering, KeepsEverybodysConversationsApart) {
  const auto owners = answerer_->create_conversation(call_);
  ASSERT_TRUE(owners);
  Call client = call_;
  client.principal = {Principal::Kind::Client, "editor"};
  const auto clients = answerer_->create_conversation(client);
  ASSERT_TRUE(clients);
  const auto none = [](const auto& result) {
    return !result.has_value() && result.error().code == Code::NotFound;
  };
  EXPECT_TRUE(none(answerer_->messages(client, owners->id)));
  EXPECT_TRUE(none(answerer_->rename_conversation(client, owners->id, "mine")));
  EXPECT_TRUE(none(answerer_->delete_conversation(client, owners->id)));
  const Question follow_up{"And the rent?", {}, ModeWish::Auto, owners->id};
  EXPECT_TRUE(none(answerer_->ask(client, follow_up, [](const Event&) { return Flow::Continue; })));
  EXPECT_TRUE(none(answerer_->messages(call_, clients->id)));
  const auto listed = answerer_->conversations(client);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().id, clients->id);
  EXPECT_EQ(answerer_->conversations(call_)->front().id, owners->id);
}

TEST_F(Answering, KeepsWhatWasShownWhenItIsStoppedAndMarksItAsCutOff) {
  put("/home/lease.txt", kLease);
  const auto info = answerer_->create_conversation(call_);
  ASSERT_TRUE(info);
  const auto answer =
      answerer_->ask(call_, {"What is the rent of the house?", {}, ModeWish::Auto, info->id},
                     [](const Event& event) {
                       return std::holds_alternative<Piece>(event) ? Flow::Stop : Flow::Continue;
                     });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::Cancelled);
  const auto messages = answerer_->messages(call_, info->id);
  ASSERT_TRUE(messages);
  ASSERT_EQ(messages->size(), 2U);
  EXPECT_THAT((*messages)[1].text, testing::HasSubstr("1,240"));
  EXPECT_THAT((*messages)[1].answer->note, testing::HasSubstr("stopped"));
}

TEST_F(Answering, ForgetsTheVectorsOfSentencesTogetherWithTheirPassage) {
  put("/home/lease.txt", kLease);
  ask("What is the rent of the house?");
  EXPECT_GT(count("SELECT count(*) FROM sentence_vectors"), 0);
  ASSERT_TRUE(database_->write(
      call_, [](storage::Connection& c) { return c.execute("DELETE FROM chunks"); }));
  EXPECT_EQ(count("SELECT count(*) FROM sentence_vectors"), 0);
}

TEST_F(Answering, MakesTheVectorOfASentenceOnce) {
  put("/home/lease.txt", kLease);
  ask("What is the rent of the house?");
  const std::size_t before = embedder_.texts_seen();
  ask("What is the rent of the house?");
  EXPECT_LE(embedder_.texts_seen(), before + 1);  // the question itself
}

}  // namespace
}  // namespace hearth::answer
