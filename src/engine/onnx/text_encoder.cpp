#include "engine/onnx/text_encoder.h"

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/format.h"

namespace hearth::engine {
namespace {

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

std::string take_message(const OrtApi& api, OrtStatus* status) {
  std::string message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  return message;
}

/// Turns the runtime's status into ours; `code` is what a failure at this place means.
Result<void> check(const OrtApi& api, OrtStatus* status, Code code, std::string_view doing) {
  if (status == nullptr) return {};
  return fail(code, format("onnx: {}: {}", doing, take_message(api, status)));
}

void discard(const OrtApi& api, OrtStatus* status) {
  if (status != nullptr) api.ReleaseStatus(status);
}

}  // namespace

struct OnnxRuntime::Handles {
  const OrtApi* api = nullptr;
  Owned<OrtEnv> env{nullptr, nullptr};
  Owned<OrtMemoryInfo> memory{nullptr, nullptr};
};

OnnxRuntime::OnnxRuntime(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
OnnxRuntime::~OnnxRuntime() = default;

Result<std::unique_ptr<OnnxRuntime>> OnnxRuntime::start() {
  // The published library reports its use to its maker: a device id and a queue in the person's
  // home, a thread, a connection. It must hear this before anything else. A confined worker refuses
  // it all the same, and does not start beside such a thread.
  ::setenv("ORT_DISABLE_TELEMETRY", "1", 1);
  auto handles = std::make_unique<Handles>();
  handles->api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  if (handles->api == nullptr) {
    return fail(Code::Unavailable,
                format("ONNX Runtime {} does not speak version {} of its interface",
                       OrtGetApiBase()->GetVersionString(), ORT_API_VERSION));
  }
  const OrtApi& api = *handles->api;
  OrtEnv* env = nullptr;
  TRY(check(api, api.CreateEnv(ORT_LOGGING_LEVEL_ERROR, "hearth", &env), Code::Internal, "start"));
  handles->env = {env, api.ReleaseEnv};
  discard(api, api.DisableTelemetryEvents(env));
  OrtMemoryInfo* memory = nullptr;
  TRY(check(api, api.CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory),
            Code::Internal, "memory"));
  handles->memory = {memory, api.ReleaseMemoryInfo};
  return std::unique_ptr<OnnxRuntime>(new OnnxRuntime(std::move(handles)));
}

struct TextEncoder::State {
  const OrtApi* api = nullptr;
  const OrtMemoryInfo* memory = nullptr;
  Owned<OrtSession> session{nullptr, nullptr};
  WordPiece tokenizer;
  LoadEncoder settings;
  bool wants_types = false;
  bool gives_sentence = false;  ///< The output is already one vector for each text.
  std::string output;
  std::size_t dimensions = 0;
};

namespace {

Result<Owned<OrtSessionOptions>> session_options(const OrtApi& api) {
  OrtSessionOptions* raw = nullptr;
  TRY(check(api, api.CreateSessionOptions(&raw), Code::Internal, "options"));
  Owned<OrtSessionOptions> options(raw, api.ReleaseSessionOptions);
  // One thread inside a run: the lanes run texts side by side, which scales better.
  TRY(check(api, api.SetIntraOpNumThreads(raw, 1), Code::Internal, "threads"));
  TRY(check(api, api.SetInterOpNumThreads(raw, 1), Code::Internal, "threads"));
  TRY(check(api, api.SetSessionGraphOptimizationLevel(raw, ORT_ENABLE_ALL), Code::Internal,
            "optimisation"));
  // Batches have many shapes; a memory plan for each would only pile up.
  TRY(check(api, api.DisableMemPattern(raw), Code::Internal, "memory plans"));
  return options;
}

Result<std::vector<std::string>> names(const OrtApi& api, const OrtSession* session,
                                       OrtStatus* (*count_of)(const OrtSession*, size_t*) noexcept,
                                       OrtStatus* (*name_of)(const OrtSession*, size_t,
                                                             OrtAllocator*, char**) noexcept) {
  OrtAllocator* allocator = nullptr;
  TRY(check(api, api.GetAllocatorWithDefaultOptions(&allocator), Code::Internal, "allocator"));
  std::size_t count = 0;
  TRY(check(api, count_of(session, &count), Code::Corrupt, "inputs and outputs"));
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    TRY(check(api, name_of(session, i, allocator, &name), Code::Corrupt, "inputs and outputs"));
    all.emplace_back(name);
    discard(api, api.AllocatorFree(allocator, name));
  }
  return all;
}

Result<std::vector<std::int64_t>> shape_of_output(const OrtApi& api, const OrtSession* session,
                                                  std::size_t index) {
  OrtTypeInfo* type = nullptr;
  TRY(check(api, api.SessionGetOutputTypeInfo(session, index, &type), Code::Corrupt, "output"));
  const Owned<OrtTypeInfo> owned(type, api.ReleaseTypeInfo);
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;
  TRY(check(api, api.CastTypeInfoToTensorInfo(type, &tensor), Code::Invalid, "output"));
  if (tensor == nullptr) return fail(Code::Invalid, "the model's output is not a tensor");
  ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  TRY(check(api, api.GetTensorElementType(tensor, &element), Code::Invalid, "output"));
  if (element != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT) {
    return fail(Code::Invalid, "the model's output is not float32");
  }
  std::size_t rank = 0;
  TRY(check(api, api.GetDimensionsCount(tensor, &rank), Code::Invalid, "output"));
  std::vector<std::int64_t> shape(rank);
  TRY(check(api, api.GetDimensions(tensor, shape.data(), rank), Code::Invalid, "output"));
  return shape;
}

bool has(const std::vector<std::string>& all, std::string_view name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

}  // namespace

TextEncoder::TextEncoder(std::unique_ptr<State> state) : state_(std::move(state)) {}
TextEncoder::~TextEncoder() = default;

std::size_t TextEncoder::dimensions() const { return state_->dimensions; }
const WordPiece& TextEncoder::tokenizer() const { return state_->tokenizer; }

Result<std::unique_ptr<TextEncoder>> TextEncoder::load(const OnnxRuntime& runtime,
                                                       std::span<const std::byte> model,
                                                       WordPiece tokenizer,
                                                       const LoadEncoder& settings) {
  const OrtApi& api = *runtime.handles_->api;
  auto state = std::make_unique<State>();
  state->api = &api;
  state->memory = runtime.handles_->memory.get();
  state->tokenizer = std::move(tokenizer);
  state->settings = settings;
  TRY_ASSIGN(const auto options, session_options(api));
  OrtSession* session = nullptr;
  TRY(check(api,
            api.CreateSessionFromArray(runtime.handles_->env.get(), model.data(), model.size(),
                                       options.get(), &session),
            Code::Corrupt, "the model file cannot be loaded"));
  state->session = {session, api.ReleaseSession};

  TRY_ASSIGN(const auto inputs,
             names(api, session, api.SessionGetInputCount, api.SessionGetInputName));
  TRY_ASSIGN(const auto outputs,
             names(api, session, api.SessionGetOutputCount, api.SessionGetOutputName));
  if (!has(inputs, "input_ids") || !has(inputs, "attention_mask") || outputs.empty()) {
    return fail(Code::Invalid, "the model file is not a text encoder");
  }
  state->wants_types = has(inputs, "token_type_ids");
  if (inputs.size() != (state->wants_types ? 3U : 2U)) {
    return fail(Code::Invalid, format("the model wants {} inputs", inputs.size()));
  }
  const auto best = std::find(outputs.begin(), outputs.end(), "last_hidden_state");
  const auto index = best == outputs.end() ? 0 : best - outputs.begin();
  state->output = outputs[static_cast<std::size_t>(index)];
  TRY_ASSIGN(const auto shape, shape_of_output(api, session, static_cast<std::size_t>(index)));
  if ((shape.size() != 2 && shape.size() != 3) || shape.back() < 1 || shape.back() > 65536) {
    return fail(Code::Invalid, "the model's output has no width of its own");
  }
  state->gives_sentence = shape.size() == 2;
  state->dimensions = static_cast<std::size_t>(shape.back());
  return std::unique_ptr<TextEncoder>(new TextEncoder(std::move(state)));
}

TextEncoder::Batch TextEncoder::pad(std::span<const std::string_view> texts) const {
  std::vector<std::vector<std::int64_t>> ids;
  Batch batch;
  batch.rows = texts.size();
  for (const std::string_view text : texts) {
    ids.push_back(state_->tokenizer.encode(text, state_->settings.tokens_max));
    batch.columns = std::max(batch.columns, ids.back().size());
  }
  batch.ids.assign(batch.rows * batch.columns, state_->tokenizer.padding_id());
  batch.mask.assign(batch.rows * batch.columns, 0);
  for (std::size_t row = 0; row < batch.rows; ++row) {
    const auto first = static_cast<std::ptrdiff_t>(row * batch.columns);
    std::copy(ids[row].begin(), ids[row].end(), batch.ids.begin() + first);
    std::fill_n(batch.mask.begin() + first, ids[row].size(), 1);
  }
  return batch;
}

namespace {

/// A value that looks into memory of ours.
Result<Owned<OrtValue>> tensor(const OrtApi& api, const OrtMemoryInfo* memory,
                               const std::vector<std::int64_t>& values, std::size_t rows,
                               std::size_t columns) {
  const std::array<std::int64_t, 2> shape = {static_cast<std::int64_t>(rows),
                                             static_cast<std::int64_t>(columns)};
  OrtValue* value = nullptr;
  // The interface takes a mutable pointer and does not write to an input.
  auto* data = const_cast<std::int64_t*>(values.data());
  TRY(check(api,
            api.CreateTensorWithDataAsOrtValue(memory, data, values.size() * sizeof(std::int64_t),
                                               shape.data(), shape.size(),
                                               ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, &value),
            Code::Internal, "input"));
  return Owned<OrtValue>(value, api.ReleaseValue);
}

struct Output {
  Owned<OrtValue> value{nullptr, nullptr};
  std::span<const float> floats;
};

/// The mean of rows as wide as `out`.
void mean_of(std::span<const float> rows, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  for (std::size_t i = 0; i < rows.size(); ++i) out[i % out.size()] += rows[i];
  const auto count = static_cast<float>(rows.size() / out.size());
  for (float& value : out) value /= std::max(count, 1.0F);
}

void scale_to_one(std::span<float> vector) {
  double squares = 0;
  for (const float value : vector) squares += double{value} * double{value};
  if (squares <= 0) return;
  const auto scale = static_cast<float>(1.0 / std::sqrt(squares));
  for (float& value : vector) value *= scale;
}

Result<Output> run_session(const OrtApi& api, OrtSession* session, const OrtMemoryInfo* memory,
                           const std::string& output_name, bool wants_types,
                           const TextEncoder::Batch& batch) {
  TRY_ASSIGN(const auto ids, tensor(api, memory, batch.ids, batch.rows, batch.columns));
  TRY_ASSIGN(const auto mask, tensor(api, memory, batch.mask, batch.rows, batch.columns));
  const std::vector<std::int64_t> zeros(wants_types ? batch.ids.size() : 0);
  Owned<OrtValue> types{nullptr, nullptr};
  if (wants_types) {
    TRY_ASSIGN(types, tensor(api, memory, zeros, batch.rows, batch.columns));
  }
  const std::array<const char*, 3> input_names = {"input_ids", "attention_mask", "token_type_ids"};
  const std::array<const OrtValue*, 3> inputs = {ids.get(), mask.get(), types.get()};
  const char* name = output_name.c_str();
  OrtValue* raw = nullptr;
  TRY(check(api,
            api.Run(session, nullptr, input_names.data(), inputs.data(), wants_types ? 3 : 2, &name,
                    1, &raw),
            Code::Internal, "run"));
  Output output{{raw, api.ReleaseValue}, {}};
  OrtTensorTypeAndShapeInfo* info = nullptr;
  TRY(check(api, api.GetTensorTypeAndShape(raw, &info), Code::Internal, "output"));
  const Owned<OrtTensorTypeAndShapeInfo> owned(info, api.ReleaseTensorTypeAndShapeInfo);
  std::size_t count = 0;
  TRY(check(api, api.GetTensorShapeElementCount(info, &count), Code::Internal, "output"));
  void* data = nullptr;
  TRY(check(api, api.GetTensorMutableData(raw, &data), Code::Internal, "output"));
  output.floats = {static_cast<const float*>(data), count};
  return output;
}

}  // namespace

Result<std::size_t> TextEncoder::run_only(const Batch& batch) const {
  TRY_ASSIGN(const Output output, run_session(*state_->api, state_->session.get(), state_->memory,
                                              state_->output, state_->wants_types, batch));
  return output.floats.size();
}

Result<void> TextEncoder::run_one(std::string_view text, std::span<float> vector) const {
  const Batch batch = pad({&text, 1});
  TRY_ASSIGN(const Output output, run_session(*state_->api, state_->session.get(), state_->memory,
                                              state_->output, state_->wants_types, batch));
  const std::size_t vectors = state_->gives_sentence ? 1 : batch.columns;
  if (output.floats.size() != vectors * vector.size()) {
    return fail(Code::Internal, format("the model gave {} floats for {} tokens",
                                       output.floats.size(), batch.columns));
  }
  if (!state_->gives_sentence && state_->settings.pooling == Pooling::Mean) {
    mean_of(output.floats, vector);
  } else {
    std::copy_n(output.floats.begin(), vector.size(), vector.begin());
  }
  if (state_->settings.normalise) scale_to_one(vector);
  return {};
}

Result<std::vector<float>> TextEncoder::encode(std::span<const std::string_view> texts) const {
  std::vector<float> out(texts.size() * state_->dimensions, 0.0F);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    TRY(run_one(texts[i], std::span(out).subspan(i * state_->dimensions, state_->dimensions)));
  }
  return out;
}

}  // namespace hearth::engine
