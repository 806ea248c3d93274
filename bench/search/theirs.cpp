#include "search/theirs.h"

#include <sqlite3.h>

#include <algorithm>
#include <unordered_map>

#include "core/format.h"
#include "search/corpus.h"
#include "search/internal/parsed_query.h"

namespace bench {
namespace {

using hearth::Code;
using hearth::Result;

constexpr std::size_t kCandidates = 100;
constexpr std::size_t kHits = 10;
constexpr double kKeywordWeight = 0.45;

}  // namespace

struct Theirs::State {
  ~State() {
    for (sqlite3_stmt* one : {words, vectors, text}) sqlite3_finalize(one);
    sqlite3_close(db);
  }
  sqlite3* db = nullptr;
  sqlite3_stmt* words = nullptr;
  sqlite3_stmt* vectors = nullptr;
  sqlite3_stmt* text = nullptr;

  Result<void> check(int result, std::string_view doing) const {
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return {};
    return hearth::fail(Code::Io, hearth::format("{}: {}", doing, sqlite3_errmsg(db)));
  }
  Result<void> run(const char* sql) const {
    return check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), sql);
  }
  Result<sqlite3_stmt*> prepare(const char* sql) const {
    sqlite3_stmt* out = nullptr;
    TRY(check(sqlite3_prepare_v2(db, sql, -1, &out, nullptr), sql));
    return out;
  }
  Result<void> open(const std::filesystem::path& file);
  Result<void> fill(std::span<const std::string> texts, std::span<const float> values) const;
};

Result<void> Theirs::State::open(const std::filesystem::path& file) {
  TRY(check(sqlite3_open(file.c_str(), &db), "open"));
  sqlite3_enable_load_extension(db, 1);
  TRY(check(sqlite3_load_extension(db, HEARTH_SQLITE_VEC "/vec0.so", nullptr, nullptr),
            "load sqlite-vec"));
  TRY(
      run("PRAGMA cache_size = -1048576; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
          "CREATE TABLE chunks (id INTEGER PRIMARY KEY, text TEXT NOT NULL);"
          "CREATE VIRTUAL TABLE words USING fts5 (text, content = 'chunks', content_rowid = 'id', "
          "tokenize = 'porter unicode61 remove_diacritics 2');"
          "CREATE VIRTUAL TABLE vectors USING vec0 (id INTEGER PRIMARY KEY, "
          "v float[384] distance_metric=cosine);"));
  return {};
}

Result<void> Theirs::State::fill(std::span<const std::string> texts,
                                 std::span<const float> values) const {
  TRY_ASSIGN(sqlite3_stmt * chunk, prepare("INSERT INTO chunks VALUES (?1, ?2)"));
  TRY_ASSIGN(sqlite3_stmt * word, prepare("INSERT INTO words (rowid, text) VALUES (?1, ?2)"));
  TRY_ASSIGN(sqlite3_stmt * vector, prepare("INSERT INTO vectors VALUES (?1, ?2)"));
  TRY(run("BEGIN"));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    for (sqlite3_stmt* one : {chunk, word, vector}) {
      sqlite3_bind_int64(one, 1, static_cast<sqlite3_int64>(i) + 1);
      if (one == vector) {
        sqlite3_bind_blob(one, 2, values.data() + i * kDimensions,
                          static_cast<int>(kDimensions * sizeof(float)), SQLITE_STATIC);
      } else {
        sqlite3_bind_text(one, 2, texts[i].data(), static_cast<int>(texts[i].size()),
                          SQLITE_STATIC);
      }
      TRY(check(sqlite3_step(one), "insert"));
      sqlite3_reset(one);
    }
  }
  for (sqlite3_stmt* one : {chunk, word, vector}) sqlite3_finalize(one);
  TRY(run("COMMIT"));
  return run("INSERT INTO words (words) VALUES ('optimize')");
}

Theirs::Theirs(std::unique_ptr<State> state) : state_(std::move(state)) {}
Theirs::~Theirs() = default;

Result<std::unique_ptr<Theirs>> Theirs::build(const std::filesystem::path& folder,
                                              std::span<const std::string> texts,
                                              std::span<const float> vectors) {
  auto state = std::make_unique<State>();
  TRY(state->open(folder / "theirs.db"));
  TRY(state->fill(texts, vectors));
  TRY_ASSIGN(state->words, state->prepare("SELECT rowid, -bm25(words) FROM words "
                                          "WHERE words MATCH ?1 ORDER BY rank LIMIT ?2"));
  TRY_ASSIGN(state->vectors, state->prepare("SELECT id, 1 - distance FROM vectors "
                                            "WHERE v MATCH ?1 AND k = ?2"));
  TRY_ASSIGN(state->text, state->prepare("SELECT text FROM chunks WHERE id = ?1"));
  return std::unique_ptr<Theirs>(new Theirs(std::move(state)));
}

Result<std::vector<std::size_t>> Theirs::search(const std::string& text,
                                                std::span<const float> vector) {
  State& s = *state_;
  std::string expression;
  for (const auto& unit : hearth::search::parse_query(text).units) {
    if (unit.negated || unit.stop) continue;
    expression += expression.empty() ? "" : " OR ";
    expression += hearth::search::quoted(unit.words);
  }
  std::unordered_map<sqlite3_int64, double> scores;
  // Each kind of score as a share of its best.
  const auto collect = [&](sqlite3_stmt* statement, double weight) {
    double best = 0;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const double score = sqlite3_column_double(statement, 1);
      best = std::max(best, score);
      if (best > 0) scores[sqlite3_column_int64(statement, 0)] += weight * score / best;
    }
    sqlite3_reset(statement);
  };
  if (!expression.empty()) {
    sqlite3_bind_text(s.words, 1, expression.data(), static_cast<int>(expression.size()),
                      SQLITE_STATIC);
    sqlite3_bind_int64(s.words, 2, kCandidates);
    collect(s.words, kKeywordWeight);
  }
  sqlite3_bind_blob(s.vectors, 1, vector.data(), static_cast<int>(vector.size_bytes()),
                    SQLITE_STATIC);
  sqlite3_bind_int64(s.vectors, 2, kCandidates);
  collect(s.vectors, 1 - kKeywordWeight);
  std::vector<std::pair<double, sqlite3_int64>> ranked;
  for (const auto& [id, score] : scores) ranked.emplace_back(score, id);
  std::ranges::sort(ranked, std::greater());
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < std::min(kHits, ranked.size()); ++i) {
    sqlite3_bind_int64(s.text, 1, ranked[i].second);
    TRY(s.check(sqlite3_step(s.text), "read a text"));
    sqlite3_reset(s.text);
    out.push_back(static_cast<std::size_t>(ranked[i].second - 1));
  }
  return out;
}

}  // namespace bench
