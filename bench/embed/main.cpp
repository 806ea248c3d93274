// links: inference engine_onnx
// What does our whole way (core, socket, confined worker, tokenizer, runtime) cost beside the
// runtime alone? The same texts in the same process and run: once through WorkerEmbedder, once with
// the runtime's own Run on padded batches of 32 sorted by length (padding and tokenising not
// counted).

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "engine/onnx/text_encoder.h"
#include "inference/worker_embedder.h"
#include "platform/file.h"
#include "platform/machine.h"
#include "platform/mapped_file.h"

namespace {

using namespace hearth;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 32;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_embed: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().message);
  return std::move(*result);
}

/// Passages of 300 to 1,500 bytes out of Debian's documentation.
std::vector<std::string> passages(std::size_t most) {
  std::vector<std::string> texts;
  std::size_t turn = 0;
  std::error_code error;
  for (const auto& item : std::filesystem::recursive_directory_iterator("/usr/share/doc", error)) {
    if (!item.is_regular_file(error) || item.path().filename() != "copyright") continue;
    const auto file = platform::read_file(item.path(), 1U << 20);
    if (!file) continue;
    for (std::size_t at = 0; at + 1500 < file->size() && texts.size() < most;) {
      const std::size_t size = 300 + (turn++ * 397) % 1200;
      texts.push_back(file->substr(at, size));
      at += size;
    }
    if (texts.size() >= most) break;
  }
  return texts;
}

struct Rate {
  double chunks = 0;
  double tokens = 0;
};

void print(const char* what, const Rate& rate) {
  std::printf("%-44s %8.1f chunks/s %9.0f tokens/s\n", what, rate.chunks, rate.tokens);
}

/// The runtime alone: `lanes` threads, each running batches that lie ready.
Rate runtime_alone(const engine::TextEncoder& encoder, const std::vector<std::string>& texts,
                   std::size_t tokens, std::size_t rows, std::size_t lanes) {
  std::vector<std::string_view> sorted(texts.begin(), texts.end());
  std::sort(sorted.begin(), sorted.end(),
            [](std::string_view a, std::string_view b) { return a.size() > b.size(); });
  std::vector<engine::TextEncoder::Batch> batches;
  for (std::size_t at = 0; at < sorted.size(); at += rows) {
    batches.push_back(
        encoder.pad(std::span(sorted).subspan(at, std::min(rows, sorted.size() - at))));
  }
  std::atomic<std::size_t> next = 0;
  const auto start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < lanes; ++i) {
      threads.emplace_back([&] {
        for (std::size_t at = next++; at < batches.size(); at = next++) {
          must(encoder.run_only(batches[at]));
        }
      });
    }
  }
  const double seconds = seconds_since(start);
  return {static_cast<double>(texts.size()) / seconds, static_cast<double>(tokens) / seconds};
}

double median_ms(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

double query_ms(inference::Embedder& embedder) {
  std::vector<double> times;
  for (int i = 0; i < 30; ++i) {
    const auto start = Clock::now();
    must(
        embedder.embed_query({}, "how long is the notice period of the flat " + std::to_string(i)));
    times.push_back(seconds_since(start) * 1e3);
  }
  return median_ms(times);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) give_up("usage: bench_embed PATH-OF-hearth-worker");
  const std::filesystem::path folder = std::string(HEARTH_MODELS_DIR) + "/" + HEARTH_EMBEDDER;
  models::Model model;
  model.role = models::Role::Embedder;
  model.name = "bge-small-en-v1.5";
  model.main = folder / "model.onnx";
  model.tokenizer = folder / "tokenizer.json";
  model.traits.dimensions = 384;
  model.traits.query_prefix = "Represent this sentence for searching relevant passages: ";
  const std::size_t cores = platform::this_machine().cores;

  const auto texts = passages(400);
  if (texts.size() < 100) give_up("too little text in /usr/share/doc");
  inference::Attention attention;
  inference::WorkerEmbedder embedder({argv[1], cores}, model, attention);
  if (auto warm = embedder.warm_up({}); !warm) give_up(warm.error().message);
  std::size_t tokens = 0;
  for (const auto& text : texts) tokens += std::min<std::size_t>(embedder.count_tokens(text), 512);
  std::printf("%zu chunks, %zu tokens, %zu cores\n", texts.size(), tokens, cores);

  const auto runtime = must(engine::OnnxRuntime::start());
  const auto file = must(platform::MappedFile::open(model.main));
  auto tokenizer =
      must(engine::WordPiece::parse(must(platform::read_file(model.tokenizer, 1U << 26))));
  const auto encoder = must(engine::TextEncoder::load(
      *runtime, std::as_bytes(std::span(file.bytes())), std::move(tokenizer), {}));

  const Rate batched = runtime_alone(*encoder, texts, tokens, kBatch, cores);
  const Rate single = runtime_alone(*encoder, texts, tokens, 1, cores);
  const auto start = Clock::now();
  for (std::size_t at = 0; at < texts.size(); at += 64) {
    must(embedder.embed_documents(
        {}, std::span(texts).subspan(at, std::min<std::size_t>(64, texts.size() - at))));
  }
  const double seconds = seconds_since(start);
  const Rate ours{static_cast<double>(texts.size()) / seconds,
                  static_cast<double>(tokens) / seconds};
  print("runtime alone, padded batches of 32", batched);
  print("runtime alone, one text a run", single);
  print("ours, core to worker and back", ours);
  std::printf("ours / runtime in batches   %.2f\n", ours.tokens / batched.tokens);
  std::printf("ours / runtime at its best  %.2f\n",
              ours.tokens / std::max(batched.tokens, single.tokens));

  const double idle = query_ms(embedder);
  std::jthread busy([&](const std::stop_token& stop) {
    Call call;
    call.stop = stop;
    while (!stop.stop_requested()) (void)embedder.embed_documents(call, std::span(texts).first(64));
  });
  const double loaded = query_ms(embedder);
  busy.request_stop();
  std::printf("a query: %.1f ms when idle, %.1f ms beside background batches (medians)\n", idle,
              loaded);
  return 0;
}
