#include "inference/worker_embedder.h"

#include <unistd.h>

#include <algorithm>
#include <numeric>

#include "core/format.h"
#include "core/text.h"
#include "engine/host/messages.h"
#include "engine/text/word_piece.h"
#include "inference/internal/worker.h"
#include "platform/file.h"
#include "platform/process.h"

namespace hearth::inference {
namespace {

constexpr std::size_t kTextsPerRequest = 64;
constexpr std::size_t kTokenizerBytesMax = 64U << 20;

internal::WorkerSpec worker_spec(const WorkerOptions& options, const models::Model& model) {
  engine::LoadEncoder load;
  load.pooling =
      model.traits.pooling == "mean" ? engine::Pooling::Mean : engine::Pooling::FirstToken;
  load.normalise = model.traits.normalise;
  load.tokens_max = model.traits.tokens_max;
  load.lanes = std::max<std::size_t>(options.cores, 1);
  return {.label = model.name,
          .kind = "encoder",
          .program = options.program,
          .model_path = model.main.string(),
          .tokenizer_path = model.tokenizer.string(),
          .load = engine::to_json(load)};
}

Error no_model() {
  return {Code::Unavailable, "no embedding model is installed; run: hearth models"};
}

/// Rather too high: a vocabulary splits long words and knows few characters beyond its languages.
std::size_t estimate_tokens(std::string_view text) {
  std::size_t count = 2;
  std::size_t word = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z' && byte < 0x80;
    if (letter) {
      if (word++ % 5 == 0) ++count;
      continue;
    }
    word = 0;
    const bool continues_character = (byte & 0xC0) == 0x80;
    if (byte > ' ' && !continues_character) ++count;
  }
  return count;
}

}  // namespace

Result<std::string> find_worker_program() {
  TRY_ASSIGN(const std::string folder, platform::program_folder());
  for (const std::string& path :
       {folder + "/hearth-worker", folder + "/../lib/hearth/hearth-worker"}) {
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return fail(Code::NotFound,
              format("hearth-worker is neither in {} nor in ../lib/hearth", folder));
}

/// The model's tokenizer in this process, for counting.
struct WorkerEmbedder::Tokens {
  std::once_flag once;
  std::optional<engine::WordPiece> tokenizer;
};

WorkerEmbedder::WorkerEmbedder(WorkerOptions options, std::optional<models::Model> model,
                               Attention& attention)
    : model_(std::move(model)), attention_(attention), tokens_(std::make_unique<Tokens>()) {
  if (model_) worker_ = std::make_unique<internal::Worker>(worker_spec(options, *model_));
}

WorkerEmbedder::~WorkerEmbedder() = default;

EmbedderInfo WorkerEmbedder::info() const {
  if (!model_) return {};
  return {.model = model_->name,
          .fingerprint = model_->fingerprint,
          .dimensions = model_->traits.dimensions,
          .tokens_max = model_->traits.tokens_max,
          .unrelated_below = static_cast<float>(model_->traits.unrelated_below)};
}

std::size_t WorkerEmbedder::count_tokens(std::string_view text) const {
  std::call_once(tokens_->once, [&] {
    if (!model_ || model_->tokenizer.empty()) return;
    const auto file = platform::read_file(model_->tokenizer, kTokenizerBytesMax);
    if (!file) return;
    if (auto parsed = engine::WordPiece::parse(*file)) tokens_->tokenizer = std::move(*parsed);
  });
  return tokens_->tokenizer ? tokens_->tokenizer->count(text) : estimate_tokens(text);
}

Result<void> WorkerEmbedder::warm_up(const Call& call) {
  if (!worker_) return std::unexpected(no_model());
  TRY_ASSIGN(const Json facts, worker_->ensure_loaded(call));
  const auto dimensions = facts["dimensions"].int_or(0);
  if (dimensions != static_cast<std::int64_t>(model_->traits.dimensions)) {
    return fail(Code::Invalid, format("the model {} gives {} numbers, not {}", model_->name,
                                      dimensions, model_->traits.dimensions));
  }
  return {};
}

WorkerStatus WorkerEmbedder::status() const { return worker_ ? worker_->status() : WorkerStatus{}; }

Result<std::vector<Vector>> WorkerEmbedder::embed(const Call& call,
                                                  const std::vector<std::string>& texts,
                                                  Urgency urgency) {
  const auto priority = urgency == Urgency::Interactive ? engine::Priority::Interactive
                                                        : engine::Priority::Background;
  const Json request = engine::to_json(engine::EmbedRequest{texts, priority});
  auto reply = worker_->request(call, request);
  // The same texts again give the same vectors, so a crash is worth one more try.
  if (!reply && reply.error().code == Code::Unavailable) reply = worker_->request(call, request);
  if (!reply) return std::unexpected(reply.error());
  TRY_ASSIGN(const auto floats, engine::payload_to_floats(reply->payload));
  const std::size_t width = model_->traits.dimensions;
  if (floats.size() != texts.size() * width) {
    return fail(Code::Internal, format("the embedder gave {} numbers for {} texts of {}",
                                       floats.size(), texts.size(), width));
  }
  std::vector<Vector> vectors;
  vectors.reserve(texts.size());
  for (auto at = floats.begin(); at != floats.end(); at += static_cast<std::ptrdiff_t>(width)) {
    vectors.emplace_back(at, at + static_cast<std::ptrdiff_t>(width));
  }
  return vectors;
}

Result<std::vector<Vector>> WorkerEmbedder::embed_documents(const Call& call,
                                                            std::span<const std::string> texts,
                                                            Urgency urgency) {
  if (!worker_) return std::unexpected(no_model());
  // The longest first: at the end of a request no lane is left alone with a long text.
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return texts[a].size() > texts[b].size(); });
  // Beyond what the model reads, bytes only cost the way to it. No token is longer on average.
  const std::size_t bytes_max = model_->traits.tokens_max * 64;
  std::vector<Vector> vectors(texts.size());
  for (std::size_t at = 0; at < order.size(); at += kTextsPerRequest) {
    if (urgency == Urgency::Background) TRY(attention_.wait_until_free(call));
    const std::size_t end = std::min(at + kTextsPerRequest, order.size());
    std::vector<std::string> part;
    for (std::size_t i = at; i < end; ++i) {
      const std::string& text = texts[order[i]];
      const std::size_t size = text::floor_boundary(text, std::min(text.size(), bytes_max));
      part.push_back(text::to_valid_utf8(model_->traits.document_prefix + text.substr(0, size)));
    }
    TRY_ASSIGN(auto some, embed(call, part, urgency));
    for (std::size_t i = at; i < end; ++i) vectors[order[i]] = std::move(some[i - at]);
  }
  return vectors;
}

Result<Vector> WorkerEmbedder::embed_query(const Call& call, std::string_view text) {
  if (!worker_) return std::unexpected(no_model());
  const std::size_t bytes_max = model_->traits.tokens_max * 64;
  const auto shown = text.substr(0, text::floor_boundary(text, std::min(text.size(), bytes_max)));
  const std::string query = text::to_valid_utf8(model_->traits.query_prefix + std::string(shown));
  TRY_ASSIGN(auto vectors, embed(call, {query}, Urgency::Interactive));
  return std::move(vectors.front());
}

}  // namespace hearth::inference
