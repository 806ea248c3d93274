// links: search inference storage core engine_onnx
// dep: sqlite3mc_bench
/// How fast is hybrid search, and does it find what an exact one finds?
///
/// Ours against sqlite-vec + FTS5 in one run, on real text with real vectors, without the time to
/// embed the query. Asserts nothing: it reports.
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <numeric>
#include <random>
#include <thread>
#include <unordered_set>

#include "core/format.h"
#include "core/text.h"
#include "search/corpus.h"
#include "search/ours.h"
#include "search/report.h"
#include "search/theirs.h"

namespace bench {
namespace {

using hearth::Result;

constexpr std::size_t kTexts = 100'000;
constexpr std::size_t kSentences = 140;
constexpr std::size_t kExact = 60;
constexpr float kTurn = 0.35F;

struct Options {
  std::vector<std::size_t> sizes{10'000, 100'000, 1'000'000};
  bool ours_only = false;    // For a profiler: no peer, and every query many times.
  bool cached_only = false;  // Use the vectors that are there; turn them to get the rest.
};

struct Data {
  std::vector<std::string> texts;
  std::vector<std::string> titles;
  std::vector<float> vectors;
  std::size_t real = 0;
};

struct Queries {
  std::vector<std::string> texts;
  std::vector<float> vectors;
  [[nodiscard]] std::span<const float> vector(std::size_t i) const {
    return std::span(vectors).subspan(i * kDimensions, kDimensions);
  }
};

constexpr const char* kQuestions[] = {
    "how do I undo the last commit",
    "what does a page fault cost",
    "merge two branches",
    "how to read a file line by line",
    "which locks does a table take while it is altered",
    "difference between a hash and an array",
    "how are packages signed",
    "why does my regular expression match too much",
    "set the time zone of the database",
    "how does the kernel choose which process runs next",
    "write a test for a function",
    "what is a foreign key",
    "install software without the network",
    "list open files",
    "how to speed up a slow query",
    "memory that is shared between processes",
    "convert a string to a number",
    "roll back a transaction",
    "who may upload a package",
    "build documentation from the sources",
    "protect a file with a password",
    "send a signal to a process",
    "parse command line arguments",
    "sort by several keys",
    "how does copy on write work",
    "backup and restore a database",
    "cherry pick a change",
    "what happens when the disk is full",
    "unicode and encodings",
    "debug a crash of the kernel",
    "schedule a job every night",
    "limit the memory of a group of processes",
    "catch an exception and go on",
    "compress old log files",
    "share a folder over the network",
    "use an index on an expression",
    "ignore files that match a pattern",
    "measure time exactly",
    "what is an inode",
    "remove a package with its settings",
};

double ms_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

double processor_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

// A sentence's beginning, as somebody who remembers it would type it.
std::string beginning(const std::string& text, std::size_t words) {
  std::string out;
  for (const std::string_view word : hearth::text::split(text, ' ')) {
    if (words-- == 0) break;
    out += out.empty() ? "" : " ";
    out += word;
  }
  return out;
}

// The first word of a text that looks like an identifier.
std::string identifier(const std::string& text) {
  for (const std::string_view word : hearth::text::split(text, ' ')) {
    const bool digit = word.find_first_of("0123456789") != std::string_view::npos;
    const bool joined = word.find_first_of("_.", 1) < word.size() - 1;
    if (word.size() >= 6 && word.size() <= 30 && (digit || joined) && word.front() != '-') {
      return std::string(word);
    }
  }
  return {};
}

std::vector<std::string> query_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> out(std::begin(kQuestions), std::end(kQuestions));
  std::mt19937 random(11);
  for (std::size_t i = 0; i < kSentences; ++i) {
    out.push_back(beginning(texts[random() % texts.size()], 4 + random() % 6));
  }
  std::unordered_set<std::string> seen;
  while (seen.size() < kExact) {
    const std::string word = identifier(texts[random() % texts.size()]);
    if (!word.empty() && seen.insert(word).second) out.push_back(word);
  }
  return out;
}

// More vectors than there are: real ones, each turned a little in a direction drawn by lot, and
// texts put together from two halves.
Data grow(const Data& real, std::size_t count) {
  Data out{.titles = real.titles, .real = std::min(real.real, count)};
  std::mt19937 random(5);
  std::normal_distribution<float> normal(0, kTurn / std::sqrt(static_cast<float>(kDimensions)));
  const std::size_t vectors = real.vectors.size() / kDimensions;
  out.vectors.resize(count * kDimensions);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& text = real.texts[i % real.texts.size()];
    if (i < real.texts.size()) {
      out.texts.push_back(text);
    } else {
      const std::string& other = real.texts[random() % real.texts.size()];
      out.texts.push_back(text.substr(0, hearth::text::floor_boundary(text, text.size() / 2)) +
                          " " +
                          other.substr(hearth::text::floor_boundary(other, other.size() / 2)));
    }
    float* to = out.vectors.data() + i * kDimensions;
    std::copy_n(real.vectors.data() + i % vectors * kDimensions, kDimensions, to);
    if (i < vectors) continue;
    float square = 0;
    for (std::size_t j = 0; j < kDimensions; ++j) {
      to[j] += normal(random);
      square += to[j] * to[j];
    }
    for (std::size_t j = 0; j < kDimensions; ++j) to[j] /= std::sqrt(square);
  }
  return out;
}

std::vector<std::size_t> exact_nearest(std::span<const float> query,
                                       std::span<const float> vectors) {
  const std::size_t count = vectors.size() / kDimensions;
  std::vector<std::pair<float, std::size_t>> scored(count);
  for (std::size_t i = 0; i < count; ++i) {
    float sum = 0;
    const float* row = vectors.data() + i * kDimensions;
    for (std::size_t j = 0; j < kDimensions; ++j) sum += query[j] * row[j];
    scored[i] = {-sum, i};
  }
  std::ranges::partial_sort(scored, scored.begin() + 10);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < 10; ++i) out.push_back(scored[i].second);
  return out;
}

template <class Search>
Result<Times> time(std::size_t queries, Search search) {
  Times times;
  for (std::size_t i = 0; i < std::min<std::size_t>(queries, 20); ++i) TRY(search(i));
  for (std::size_t i = 0; i < queries; ++i) {
    const double processor = processor_ms();
    const auto start = std::chrono::steady_clock::now();
    TRY(search(i));
    times.ms.push_back(ms_since(start));
    times.processor_ms.push_back(processor_ms() - processor);
  }
  return times;
}

Result<double> recall_of(Ours& ours, const Queries& queries, std::span<const float> vectors,
                         std::size_t count) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(const auto near, ours.nearest(queries.vector(i)));
    for (const std::size_t one : exact_nearest(queries.vector(i), vectors)) {
      found += std::ranges::count(near, one) > 0 ? 1U : 0U;
    }
  }
  return static_cast<double>(found) / static_cast<double>(count * 10);
}

Result<Row> measure(const Data& data, const Queries& queries, bool ours_only) {
  const auto folder = cache_folder() / "search-work";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  Row row{.chunks = data.texts.size(), .real_vectors = data.real};
  row.queries = queries.texts.size();
  say(hearth::format("{} chunks: building ours", row.chunks));
  TRY_ASSIGN(auto ours, Ours::build(folder, data.texts, data.titles, data.vectors));
  row.load_seconds = ours->load_seconds();
  row.memory_mb = static_cast<double>(ours->memory_bytes()) / 1e6;
  TRY_ASSIGN(row.ours, time(queries.texts.size(), [&](std::size_t i) {
               return ours->search(queries.texts[i], queries.vector(i));
             }));
  TRY_ASSIGN(row.ours_vectors, time(queries.texts.size(), [&](std::size_t i) {
               return ours->nearest(queries.vector(i));
             }));
  if (ours_only) {
    for (int again = 0; again < 10; ++again) {
      TRY(time(queries.texts.size(),
               [&](std::size_t i) { return ours->search(queries.texts[i], queries.vector(i)); }));
    }
    return row;
  }
  const std::size_t for_recall = row.chunks > 200'000 ? 60 : queries.texts.size();
  TRY_ASSIGN(row.recall, recall_of(*ours, queries, data.vectors, for_recall));
  say(hearth::format("{} chunks: building sqlite-vec + FTS5", row.chunks));
  TRY_ASSIGN(auto theirs, Theirs::build(folder, data.texts, data.vectors));
  const std::size_t for_theirs = row.chunks > 200'000 ? 60 : queries.texts.size();
  TRY_ASSIGN(row.theirs, time(for_theirs, [&](std::size_t i) {
               // Spread over the kinds of queries.
               const std::size_t q = i * queries.texts.size() / for_theirs;
               return theirs->search(queries.texts[q], queries.vector(q));
             }));
  theirs.reset();
  ours.reset();
  std::filesystem::remove_all(folder);
  return row;
}

void print(const std::vector<Row>& rows) {
  std::printf("ms by the clock | ms of processor time\n");
  std::printf("%8s %7s %7s %7s %8s %8s %7s | %7s %7s %8s %8s %7s | %7s %7s %6s\n", "chunks", "real",
              "p50", "p95", "peer p50", "peer p95", "ratio", "p50", "p95", "peer p50", "peer p95",
              "ratio", "recall", "load s", "MB");
  for (const Row& row : rows) {
    std::printf("%8zu %7zu %7.2f %7.2f %8.1f %8.1f %6.1fx |", row.chunks, row.real_vectors,
                row.ours.at(0.5), row.ours.at(0.95), row.theirs.at(0.5), row.theirs.at(0.95),
                row.ratio());
    std::printf(" %7.2f %7.2f %8.1f %8.1f %6.1fx | %7.4f %7.2f %6.0f\n", row.ours.processor_at(0.5),
                row.ours.processor_at(0.95), row.theirs.processor_at(0.5),
                row.theirs.processor_at(0.95), row.processor_ratio(), row.recall, row.load_seconds,
                row.memory_mb);
  }
}

Result<void> run(const Options& options) {
  TRY_ASSIGN(Corpus corpus, load_corpus(kTexts));
  Data real{.texts = std::move(corpus.texts), .titles = std::move(corpus.titles)};
  if (options.cached_only) {
    real.vectors = cached_vectors("100000", real.texts.size());
  } else {
    TRY_ASSIGN(real.vectors, load_vectors(real.texts, "100000"));
  }
  real.real = real.vectors.size() / kDimensions;
  if (real.real < 1'000) return hearth::fail(hearth::Code::NotFound, "too few vectors yet");
  Queries queries{.texts = query_texts(real.texts)};
  std::vector<std::string> prefixed;
  for (const std::string& text : queries.texts) {
    prefixed.push_back("Represent this sentence for searching relevant passages: " + text);
  }
  TRY_ASSIGN(queries.vectors, load_vectors(prefixed, "queries"));
  std::vector<Row> rows;
  const std::filesystem::path folder = HEARTH_BENCH_OUT;
  std::filesystem::create_directories(folder);
  for (const std::size_t size : options.sizes) {
    TRY_ASSIGN(rows.emplace_back(), measure(grow(real, size), queries, options.ours_only));
    if (options.ours_only) continue;
    std::ofstream(folder / "search.json") << to_json(rows).dump(2) << '\n';
    std::ofstream(folder / "search.svg") << to_svg(rows);
  }
  print(rows);
  if (options.ours_only) return {};
  std::printf("%zu cores. Written: %s/search.json and search.svg\n",
              static_cast<std::size_t>(std::thread::hardware_concurrency()), folder.c_str());
  return {};
}

Options parse(std::span<char*> arguments) {
  Options options;
  for (const std::string_view argument : arguments) {
    if (argument == "--ours-only") options.ours_only = true;
    if (argument == "--cached-only") options.cached_only = true;
    if (!argument.starts_with("--sizes=")) continue;
    options.sizes.clear();
    for (const auto size : hearth::text::split(argument.substr(8), ',')) {
      options.sizes.push_back(std::strtoull(std::string(size).c_str(), nullptr, 10));
    }
  }
  return options;
}

}  // namespace
}  // namespace bench

int main(int count, char** arguments) {
  const auto options =
      bench::parse(std::span(arguments, static_cast<std::size_t>(count)).subspan(1));
  const auto done = bench::run(options);
  if (!done) std::fprintf(stderr, "bench search: %s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
