#include "engine/llama/generator.h"

#include <dlfcn.h>
#include <llama.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <mutex>

#include <ggml-backend.h>
#include <ggml-cpu.h>

#include "core/format.h"
#include "engine/llama/piece_stream.h"
#include "engine/llama/prompt.h"

namespace hearth::engine {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// Tokens of the prompt that are handed over at once.
constexpr std::size_t kBatchTokens = 512;

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

double ms_since(SteadyClock::time_point start) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - start).count();
}

bool asks_to_stop(void* flag) {
  const auto* stop = static_cast<std::atomic<const std::atomic<bool>*>*>(flag)->load();
  return stop != nullptr && stop->load(std::memory_order_relaxed);
}

/// The variants for each kind of processor lie beside the library itself.
Result<std::string> folder_of_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&llama_backend_init), &info) == 0) {
    return fail(Code::Unavailable, "cannot find llama.cpp's libraries");
  }
  const std::string path = info.dli_fname;
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string(".") : path.substr(0, slash);
}

}  // namespace

struct LlamaRuntime::Log {
  std::mutex mutex;
  std::string complaint;  // Guarded by mutex.

  static void write(ggml_log_level level, const char* text, void* self) {
    if (level != GGML_LOG_LEVEL_ERROR) return;
    auto& log = *static_cast<Log*>(self);
    const std::scoped_lock lock(log.mutex);
    // The first complaint is the cause; what follows says that loading failed.
    if (log.complaint.empty()) log.complaint = text;
  }
};

LlamaRuntime::LlamaRuntime() : log_(std::make_unique<Log>()) {}

LlamaRuntime::~LlamaRuntime() {
  llama_backend_free();
  llama_log_set(nullptr, nullptr);
}

Result<std::unique_ptr<LlamaRuntime>> LlamaRuntime::start() {
  TRY_ASSIGN(const std::string library_folder, folder_of_library());
  std::unique_ptr<LlamaRuntime> runtime(new LlamaRuntime());
  llama_log_set(&Log::write, runtime->log_.get());
  ggml_backend_load_all_from_path(library_folder.c_str());
  if (ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) == nullptr) {
    return fail(Code::Unavailable,
                format("no libggml-cpu-*.so in {} runs on this processor", library_folder));
  }
  llama_backend_init();
  return runtime;
}

std::string LlamaRuntime::take_complaint() const {
  const std::scoped_lock lock(log_->mutex);
  std::string text = std::exchange(log_->complaint, {});
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

namespace {

constexpr std::array<std::string_view, 7> kTurnMarks = {
    "<|user|>",        "<|system|>", "<|im_start|>", "<|start_header_id|>",
    "<start_of_turn>", "[INST]",     "<|start|>"};

}  // namespace

struct Generator::State {
  const LlamaRuntime* runtime = nullptr;
  Owned<llama_model> model{nullptr, llama_model_free};
  Owned<llama_context> context{nullptr, llama_free};
  const llama_vocab* vocabulary = nullptr;
  std::string chat_template;          ///< Empty: use the plain form.
  std::vector<std::string> reserved;  ///< Texts that the tokenizer reads as commands.
  std::size_t context_tokens = 0;
  std::vector<llama_token> computed;  ///< What the context's memory holds.
  std::atomic<const std::atomic<bool>*> stop{nullptr};

  [[nodiscard]] Result<std::vector<llama_token>> tokenize(const std::string& prompt) const;
  [[nodiscard]] Result<std::vector<llama_token>> prompt_tokens(
      const std::vector<PromptMessage>& messages) const;
  [[nodiscard]] std::size_t keep_common_start(const std::vector<llama_token>& prompt);
  /// False when it was stopped.
  [[nodiscard]] Result<bool> compute(std::vector<llama_token> tokens);
  [[nodiscard]] std::string piece(llama_token token) const;
};

Generator::Generator(std::unique_ptr<State> state) : state_(std::move(state)) {}
Generator::~Generator() = default;

std::size_t Generator::context_tokens() const { return state_->context_tokens; }
bool Generator::has_template() const { return !state_->chat_template.empty(); }

std::string Generator::description() const {
  std::array<char, 128> text{};
  llama_model_desc(state_->model.get(), text.data(), text.size());
  return text.data();
}

namespace {

/// Texts that a document must not be able to speak: the vocabulary's control tokens.
std::vector<std::string> control_texts(const llama_vocab* vocabulary) {
  std::vector<std::string> texts;
  const int count = llama_vocab_n_tokens(vocabulary);
  for (llama_token token = 0; token < count; ++token) {
    const auto attributes = static_cast<unsigned>(llama_vocab_get_attr(vocabulary, token));
    if ((attributes & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED)) == 0) continue;
    std::string text = llama_vocab_get_text(vocabulary, token);
    // Runs of spaces are "user defined" in some vocabularies and no command.
    if (text.size() > 1 && text.find_first_not_of(" \t\n") != std::string::npos) {
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

Result<Owned<llama_context>> make_context(llama_model* model, const LoadGenerator& settings,
                                          void* stop) {
  const auto trained = static_cast<std::size_t>(std::max(llama_model_n_ctx_train(model), 1));
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<std::uint32_t>(std::min(trained, settings.context_tokens_max));
  params.n_batch = kBatchTokens;
  params.n_seq_max = 1;
  params.n_threads = static_cast<std::int32_t>(settings.threads);
  params.n_threads_batch = params.n_threads;
  params.abort_callback = asks_to_stop;
  params.abort_callback_data = stop;
  llama_context* context = llama_init_from_model(model, params);
  if (context == nullptr) {
    return fail(Code::Exhausted, format("no memory for a context of {} tokens", params.n_ctx));
  }
  return Owned<llama_context>(context, llama_free);
}

}  // namespace

Result<std::unique_ptr<Generator>> Generator::load(const LlamaRuntime& runtime, int fd,
                                                   const LoadGenerator& settings) {
  (void)runtime.take_complaint();
  const int copy = ::dup(fd);
  const std::unique_ptr<FILE, int (*)(FILE*)> file(copy < 0 ? nullptr : ::fdopen(copy, "rb"),
                                                   std::fclose);
  if (!file) return fail(Code::Io, "the model file is not open");
  auto state = std::make_unique<State>();
  state->runtime = &runtime;
  llama_model_params params = llama_model_default_params();
  params.load_mode = LLAMA_LOAD_MODE_MMAP;
  params.n_gpu_layers = 0;
  llama_model* model = llama_model_load_from_file_ptr(file.get(), params);
  if (model == nullptr) {
    return fail(Code::Corrupt, "the model file cannot be loaded: " + runtime.take_complaint());
  }
  state->model.reset(model);
  if (llama_model_has_encoder(model) || !llama_model_has_decoder(model)) {
    return fail(Code::Invalid, "the model file is not a model that continues text");
  }
  state->vocabulary = llama_model_get_vocab(model);
  if (llama_vocab_n_tokens(state->vocabulary) < 1) {
    return fail(Code::Invalid, "the model file has no vocabulary");
  }
  state->reserved = control_texts(state->vocabulary);
  TRY_ASSIGN(state->context, make_context(model, settings, &state->stop));
  state->context_tokens = llama_n_ctx_seq(state->context.get());
  const char* own = llama_model_chat_template(model, nullptr);
  if (own != nullptr && render_template(own, {{"user", "x"}})) state->chat_template = own;
  return std::unique_ptr<Generator>(new Generator(std::move(state)));
}

Result<std::vector<llama_token>> Generator::State::tokenize(const std::string& prompt) const {
  const auto size = static_cast<std::int32_t>(prompt.size());
  std::vector<llama_token> tokens(prompt.size() + 16);
  const std::int32_t count = llama_tokenize(vocabulary, prompt.data(), size, tokens.data(),
                                            static_cast<std::int32_t>(tokens.size()), true, true);
  if (count < 0) return fail(Code::Internal, "the prompt cannot be split into tokens");
  tokens.resize(static_cast<std::size_t>(count));
  return tokens;
}

Result<std::vector<llama_token>> Generator::State::prompt_tokens(
    const std::vector<PromptMessage>& messages) const {
  static constexpr std::size_t kPromptBytesMax = 16U << 20;
  std::vector<PromptMessage> clean = messages;
  std::size_t bytes = 0;
  for (PromptMessage& message : clean) {
    bytes += message.content.size();
    message.content = disarm(message.content, reserved);
  }
  if (bytes > kPromptBytesMax) return fail(Code::Exhausted, format("a prompt of {} bytes", bytes));
  if (!chat_template.empty()) {
    if (const auto rendered = render_template(chat_template, clean)) return tokenize(*rendered);
  }
  return tokenize(render_plain(clean));
}

Result<std::size_t> Generator::count_tokens(const std::vector<PromptMessage>& messages) const {
  TRY_ASSIGN(const auto tokens, state_->prompt_tokens(messages));
  return tokens.size();
}

/// Drops from the context what the new prompt does not start with. At least the prompt's last token
/// is computed anew: its result is what comes next.
std::size_t Generator::State::keep_common_start(const std::vector<llama_token>& prompt) {
  const auto limit = static_cast<std::ptrdiff_t>(std::min(computed.size(), prompt.size() - 1));
  const auto differs =
      std::mismatch(computed.begin(), computed.begin() + limit, prompt.begin()).first;
  auto common = static_cast<std::size_t>(differs - computed.begin());
  llama_memory_t memory = llama_get_memory(context.get());
  if (!llama_memory_seq_rm(memory, 0, static_cast<llama_pos>(common), -1)) {
    // Some architectures cannot go back; they start again.
    llama_memory_clear(memory, true);
    common = 0;
  }
  computed.resize(common);
  return common;
}

Result<bool> Generator::State::compute(std::vector<llama_token> tokens) {
  for (std::size_t at = 0; at < tokens.size(); at += kBatchTokens) {
    const std::size_t count = std::min(kBatchTokens, tokens.size() - at);
    const int status = llama_decode(
        context.get(), llama_batch_get_one(tokens.data() + at, static_cast<std::int32_t>(count)));
    if (status == 0) {
      const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(at);
      computed.insert(computed.end(), first, first + static_cast<std::ptrdiff_t>(count));
      continue;
    }
    // Whatever part of the batch is in the context goes again, so that `computed` stays true.
    llama_memory_seq_rm(llama_get_memory(context.get()), 0, static_cast<llama_pos>(computed.size()),
                        -1);
    if (status == 2) return false;
    if (status == 1) return fail(Code::Exhausted, "the model's context is full");
    return fail(Code::Internal, format("the model failed with {}", status));
  }
  return true;
}

std::string Generator::State::piece(llama_token token) const {
  std::array<char, 256> buffer{};
  const std::int32_t size = llama_token_to_piece(
      vocabulary, token, buffer.data(), static_cast<std::int32_t>(buffer.size()), 0, false);
  return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

namespace {

Owned<llama_sampler> make_sampler(const GenerateRequest& request) {
  llama_sampler* chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
  if (request.temperature <= 0.0F) {
    llama_sampler_chain_add(chain, llama_sampler_init_greedy());
  } else {
    llama_sampler_chain_add(chain, llama_sampler_init_top_k(40));
    llama_sampler_chain_add(chain, llama_sampler_init_top_p(request.top_p, 1));
    llama_sampler_chain_add(chain, llama_sampler_init_temp(request.temperature));
    llama_sampler_chain_add(chain,
                            llama_sampler_init_dist(request.seed.value_or(LLAMA_DEFAULT_SEED)));
  }
  return {chain, llama_sampler_free};
}

Result<void> validate(const GenerateRequest& request) {
  if (request.messages.empty()) return fail(Code::Invalid, "a request without messages");
  if (!(request.temperature >= 0.0F && request.temperature <= 5.0F)) {
    return fail(Code::Invalid, "temperature is from 0 to 5");
  }
  if (!(request.top_p > 0.0F && request.top_p <= 1.0F)) {
    return fail(Code::Invalid, "top_p is above 0 and at most 1");
  }
  return {};
}

/// Lets the library see the caller's flag for as long as a request runs.
class StopScope {
 public:
  StopScope(std::atomic<const std::atomic<bool>*>& slot, const std::atomic<bool>& stop)
      : slot_(slot) {
    slot_.store(&stop);
  }
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;
  ~StopScope() { slot_.store(nullptr); }

 private:
  std::atomic<const std::atomic<bool>*>& slot_;
};

}  // namespace

Result<GenerateUsage> Generator::generate(const GenerateRequest& request,
                                          const Sink<std::string_view>& sink,
                                          const std::atomic<bool>& stop) {
  using Finish = GenerateUsage::Finish;
  TRY(validate(request));
  State& state = *state_;
  TRY_ASSIGN(const auto prompt, state.prompt_tokens(request.messages));
  if (prompt.empty()) return fail(Code::Invalid, "the prompt is empty");
  if (prompt.size() >= state.context_tokens) {
    return fail(Code::Exhausted, format("the prompt has {} tokens; the model holds {}",
                                        prompt.size(), state.context_tokens));
  }
  const StopScope scope(state.stop, stop);
  GenerateUsage usage;
  usage.prompt_tokens = prompt.size();
  auto start = SteadyClock::now();
  usage.reused_tokens = state.keep_common_start(prompt);
  const auto rest = prompt.begin() + static_cast<std::ptrdiff_t>(usage.reused_tokens);
  TRY_ASSIGN(bool going, state.compute({rest, prompt.end()}));
  usage.prompt_ms = ms_since(start);

  start = SteadyClock::now();
  std::vector<std::string> stops = request.stop;
  if (!has_template()) stops.emplace_back(kPlainTurn);
  // Some models write the next turn's mark as plain text instead of ending theirs.
  for (const std::string_view mark : kTurnMarks) {
    if (state.chat_template.find(mark) != std::string::npos) stops.emplace_back(mark);
  }
  PieceStream pieces(std::move(stops));
  const auto sampler = make_sampler(request);
  const std::size_t room = state.context_tokens - prompt.size();
  const std::size_t tokens_max = std::min(request.tokens_max, room);
  bool at_end = false;
  while (going && usage.completion_tokens < tokens_max && !at_end) {
    const llama_token token = llama_sampler_sample(sampler.get(), state.context.get(), -1);
    at_end = llama_vocab_is_eog(state.vocabulary, token);
    if (at_end) break;
    ++usage.completion_tokens;
    const std::string text = pieces.push(state.piece(token));
    if (!text.empty() && sink(text) == Flow::Stop) going = false;
    at_end = pieces.stopped();
    if (going && !at_end && usage.completion_tokens < tokens_max) {
      TRY_ASSIGN(going, state.compute({token}));
    }
  }
  if (going && !pieces.stopped()) {
    if (const std::string text = pieces.finish(); !text.empty()) sink(text);
  }
  usage.generate_ms = ms_since(start);
  usage.finish = !going ? Finish::Cancelled : at_end ? Finish::Stop : Finish::Length;
  return usage;
}

}  // namespace hearth::engine
