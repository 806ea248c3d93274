#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <span>
#include <thread>

#include "core/format.h"
#include "engine/onnx/text_encoder.h"
#include "search/corpus.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using hearth::Code;
using hearth::Result;

constexpr std::size_t kAtOnce = 512;
constexpr std::size_t kThreads = 2;

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<float> read_floats(const fs::path& path, std::size_t most) {
  const std::string bytes = slurp(path);
  const std::size_t rows = std::min(most, bytes.size() / sizeof(float) / kDimensions);
  std::vector<float> out(rows * kDimensions);
  std::copy_n(bytes.data(), out.size() * sizeof(float),
              static_cast<char*>(static_cast<void*>(out.data())));
  return out;
}

// Encodes texts[first, last) with all threads.
Result<std::vector<float>> encode(const hearth::engine::TextEncoder& encoder,
                                  const std::vector<std::string>& texts, std::size_t first,
                                  std::size_t last) {
  std::vector<float> out((last - first) * kDimensions);
  std::atomic<std::size_t> next = first;
  std::mutex mutex;
  Result<void> failed;
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < last; i = next++) {
          const std::string_view text = texts[i];
          const auto vector = encoder.encode(std::span(&text, 1));
          if (!vector) {
            const std::lock_guard lock(mutex);
            failed = std::unexpected(vector.error());
            return;
          }
          std::ranges::copy(*vector,
                            out.begin() + static_cast<std::ptrdiff_t>((i - first) * kDimensions));
        }
      });
    }
  }
  if (!failed) return std::unexpected(failed.error());
  return out;
}

}  // namespace

std::vector<float> cached_vectors(const std::string& name, std::size_t most) {
  return read_floats(cache_folder() / hearth::format("search-{}.f32", name), most);
}

Result<std::vector<float>> load_vectors(const std::vector<std::string>& texts,
                                        const std::string& name) {
  const fs::path path = cache_folder() / hearth::format("search-{}.f32", name);
  std::vector<float> out = read_floats(path, texts.size());
  if (out.size() == texts.size() * kDimensions) return out;
  const fs::path model = fs::path(HEARTH_MODELS_DIR) / HEARTH_EMBEDDER;
  const std::string bytes = slurp(model / "model.onnx");
  if (bytes.empty())
    return hearth::fail(Code::NotFound, "the embedder is missing: run ./dev setup");
  TRY_ASSIGN(auto runtime, hearth::engine::OnnxRuntime::start());
  TRY_ASSIGN(auto tokenizer, hearth::engine::WordPiece::parse(slurp(model / "tokenizer.json")));
  TRY_ASSIGN(auto encoder,
             hearth::engine::TextEncoder::load(*runtime, std::as_bytes(std::span(bytes)),
                                               std::move(tokenizer), {.lanes = kThreads}));
  if (encoder->dimensions() != kDimensions)
    return hearth::fail(Code::Invalid, "not 384 dimensions");
  std::ofstream(path, std::ios::binary)
      .write(static_cast<const char*>(static_cast<const void*>(out.data())),
             static_cast<std::streamsize>(out.size() * sizeof(float)));
  std::ofstream file(path, std::ios::binary | std::ios::app);
  const auto start = std::chrono::steady_clock::now();
  const std::size_t before = out.size() / kDimensions;
  for (std::size_t done = before; done < texts.size();) {
    const std::size_t last = std::min(texts.size(), done + kAtOnce);
    TRY_ASSIGN(const auto rows, encode(*encoder, texts, done, last));
    file.write(static_cast<const char*>(static_cast<const void*>(rows.data())),
               static_cast<std::streamsize>(rows.size() * sizeof(float)));
    file.flush();
    out.insert(out.end(), rows.begin(), rows.end());
    done = last;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double rate = static_cast<double>(done - before) / seconds;
    std::fprintf(stderr, "\rembedding: %zu of %zu, %.0f a second, %.0f s left   ", done,
                 texts.size(), rate, static_cast<double>(texts.size() - done) / rate);
  }
  std::fprintf(stderr, "\n");
  return out;
}

}  // namespace bench
