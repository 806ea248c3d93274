// links: ingest
// dep: sqlite3mc
//
// How fast does a folder become findable by keyword, and how much memory does the core take for it?
//
//     bench_ingest [FOLDER] [--json]
//
// The peer, in the same run: one thread that puts the same plain text files, whole, into a SQLite
// FTS5 table, without extraction, passages, hashes, encryption or watching: the floor of what this
// costs.
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "core/format.h"
#include "core/json.h"
#include "core/text.h"
#include "ingest/library.h"
#include "platform/process.h"
#include "search/index.h"
#include "storage/database.h"

namespace {

using namespace hearth;
using Clock = std::chrono::steady_clock;

// There is no model here: only what makes text findable by word is measured.
class NoEmbedder : public inference::Embedder {
 public:
  [[nodiscard]] inference::EmbedderInfo info() const override { return {}; }
  [[nodiscard]] Result<std::vector<inference::Vector>> embed_documents(
      const Call&, std::span<const std::string>, inference::Urgency) override {
    return fail(Code::Unavailable, "no model");
  }
  [[nodiscard]] Result<inference::Vector> embed_query(const Call&, std::string_view) override {
    return fail(Code::Unavailable, "no model");
  }
  [[nodiscard]] std::size_t count_tokens(std::string_view text) const override {
    return text.size() / 4;
  }
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of this process and of helpers that have ended: what a busy machine does not blur.
double cpu_seconds() {
  double out = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    constexpr double kMicro = 1e-6;
    out += static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec);
    out += static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * kMicro;
  }
  return out;
}

double peak_megabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct Ours {
  double seconds = 0;
  double cpu = 0;
  double again_seconds = 0;
  double peak_mb = 0;
  double removal_seconds = 0;
  double removal_wait_seconds = 0;  ///< The longest that another writer waited meanwhile.
  ingest::Source source;
  std::vector<std::string> plain;  ///< Files whose text is the file.
  std::int64_t extracted = 0;
};

// While a source goes, another writer asks for its turn again and again.
Result<void> measure_removal(storage::Database& database, ingest::Library& library, SourceId id,
                             Ours& out) {
  std::atomic<bool> gone = false;
  std::jthread other([&] {
    while (!gone) {
      const auto asked = Clock::now();
      const auto turn = database.write({}, [](storage::Connection&) { return Result<void>{}; });
      if (turn) out.removal_wait_seconds = std::max(out.removal_wait_seconds, seconds_since(asked));
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  const auto start = Clock::now();
  const auto removed = library.remove({}, id);
  out.removal_seconds = seconds_since(start);
  gone = true;
  return removed;
}

Result<Ours> run_ours(const std::filesystem::path& folder, const std::filesystem::path& scratch) {
  const std::string key(32, 'k');
  NoEmbedder embedder;
  storage::Database::Options options;
  options.file = scratch / "ours.db";
  options.key = std::as_bytes(std::span(key));
  TRY_ASSIGN(auto database, storage::Database::open(options));
  TRY_ASSIGN(auto index, search::Index::open(*database, embedder));
  // The build puts benches into a folder below the one of the programs.
  TRY_ASSIGN(const std::string here, platform::program_folder());
  const ingest::Library::Options library_options{
      .extractor = std::filesystem::path(here).parent_path() / "hearth-extract", .never = {}};
  Ours out;
  const auto start = Clock::now();
  const double cpu_before = cpu_seconds();
  TRY_ASSIGN(auto library,
             ingest::Library::open(*database, *index, platform::system_clock(), library_options));
  TRY_ASSIGN(const auto added, library->add({}, folder, ""));
  TRY(library->wait_idle({}));
  out.seconds = seconds_since(start);
  out.peak_mb = peak_megabytes();
  out.extracted = library->extracted();
  TRY_ASSIGN(out.source, library->source({}, added.id));
  constexpr std::size_t kAtOnce = 1000;
  for (std::size_t offset = 0;; offset += kAtOnce) {
    TRY_ASSIGN(const auto documents, library->documents({}, added.id, offset, kAtOnce));
    for (const auto& document : documents) {
      const bool plain =
          document.media_type.starts_with("text/") && document.media_type != "text/html";
      if (plain && document.chunks > 0) out.plain.push_back(document.path);
    }
    if (documents.size() < kAtOnce) break;
  }
  library.reset();
  out.cpu = cpu_seconds() - cpu_before;
  const auto restart = Clock::now();
  TRY_ASSIGN(library,
             ingest::Library::open(*database, *index, platform::system_clock(), library_options));
  TRY(library->wait_idle({}));
  out.again_seconds = seconds_since(restart);
  TRY(measure_removal(*database, *library, added.id, out));
  return out;
}

struct Peer {
  double seconds = 0;
  double cpu = 0;
  std::int64_t bytes = 0;
};

Peer run_peer(const std::vector<std::string>& files, const std::filesystem::path& scratch) {
  sqlite3* db = nullptr;
  if (::sqlite3_open((scratch / "peer.db").c_str(), &db) != SQLITE_OK) return {};
  ::sqlite3_exec(db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                 "CREATE VIRTUAL TABLE docs USING fts5(path, body); BEGIN",
                 nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  ::sqlite3_prepare_v2(db, "INSERT INTO docs VALUES (?1, ?2)", -1, &insert, nullptr);
  Peer out;
  const auto start = Clock::now();
  const double cpu_before = cpu_seconds();
  int count = 0;
  constexpr int kBatch = 64;
  for (const std::string& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    ::sqlite3_bind_text(insert, 1, path.data(), static_cast<int>(path.size()), SQLITE_STATIC);
    ::sqlite3_bind_text(insert, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    ::sqlite3_step(insert);
    ::sqlite3_reset(insert);
    out.bytes += static_cast<std::int64_t>(text.size());
    if (++count % kBatch == 0) ::sqlite3_exec(db, "COMMIT; BEGIN", nullptr, nullptr, nullptr);
  }
  ::sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
  out.seconds = seconds_since(start);
  out.cpu = cpu_seconds() - cpu_before;
  ::sqlite3_finalize(insert);
  ::sqlite3_close(db);
  return out;
}

double rate(std::int64_t amount, double seconds) {
  return seconds > 0 ? static_cast<double>(amount) / seconds : 0;
}

Json report(const std::string& folder, const Ours& ours, const Peer& peer) {
  constexpr double kMega = 1e6;
  const std::int64_t files = ours.source.documents + ours.source.problems + ours.source.ignored;
  const double our_rate = rate(ours.source.bytes, ours.seconds) / kMega;
  const double peer_rate = rate(peer.bytes, peer.seconds) / kMega;
  return Json::object(
      {{"folder", folder},
       {"files", files},
       {"documents", ours.source.documents},
       {"problems", ours.source.problems},
       {"extracted_by_helper", ours.extracted},
       {"chunks", ours.source.chunks},
       {"bytes", ours.source.bytes},
       {"seconds", ours.seconds},
       {"mb_per_second", our_rate},
       {"cpu_seconds", ours.cpu},
       {"documents_per_second", rate(ours.source.documents, ours.seconds)},
       {"restart_seconds", ours.again_seconds},
       {"peak_mb", ours.peak_mb},
       {"removal_seconds", ours.removal_seconds},
       {"removal_longest_wait_seconds", ours.removal_wait_seconds},
       {"peer", Json::object({{"what", "sqlite fts5, whole plain files, one thread"},
                              {"bytes", peer.bytes},
                              {"seconds", peer.seconds},
                              {"cpu_seconds", peer.cpu},
                              {"mb_per_second", peer_rate}})},
       {"ratio_to_peer", peer_rate > 0 ? our_rate / peer_rate : 0.0}});
}

void print(const Json& r) {
  std::fputs(
      format(
          "{} documents ({:.1f} MB, {} chunks, {} by the helper) of {} files in {:.2f} s\n"
          "  {:.1f} MB/s, {:.0f} documents/s, {:.2f} s of processor\n"
          "  restart with nothing changed {:.2f} s; peak memory of the core {:.0f} MB\n"
          "  removed in {:.2f} s, while others waited at most {:.2f} s for their turn\n"
          "  peer (plain FTS5 loader): {:.1f} MB/s, {:.2f} s of processor; ours is {:.2f} of it\n",
          r["documents"].int_or(0), r["bytes"].double_or(0) / 1e6, r["chunks"].int_or(0),
          r["extracted_by_helper"].int_or(0), r["files"].int_or(0), r["seconds"].double_or(0),
          r["mb_per_second"].double_or(0), r["documents_per_second"].double_or(0),
          r["cpu_seconds"].double_or(0), r["restart_seconds"].double_or(0),
          r["peak_mb"].double_or(0), r["removal_seconds"].double_or(0),
          r["removal_longest_wait_seconds"].double_or(0), r["peer"]["mb_per_second"].double_or(0),
          r["peer"]["cpu_seconds"].double_or(0), r["ratio_to_peer"].double_or(0))
          .c_str(),
      stdout);
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder = "/usr/share/doc";
  bool json = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--json") {
      json = true;
    } else {
      folder = argument;
    }
  }
  const auto scratch = std::filesystem::temp_directory_path() /
                       ("hearth_bench_ingest_" + std::to_string(::getpid()));
  std::filesystem::create_directories(scratch);
  const auto ours = run_ours(folder, scratch);
  if (!ours) {
    std::fprintf(stderr, "%s\n", ours.error().message.c_str());
    return 1;
  }
  const Json result = report(folder, *ours, run_peer(ours->plain, scratch));
  if (json) {
    std::puts(result.dump(2).c_str());
  } else {
    print(result);
  }
  std::filesystem::remove_all(scratch);
  return 0;
}
