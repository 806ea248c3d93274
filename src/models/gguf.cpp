#include "models/gguf.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

#include "core/format.h"

namespace hearth::models {
namespace {

static_assert(std::endian::native == std::endian::little, "GGUF is little-endian");

constexpr std::uint64_t kTensorsMax = 1U << 20;
constexpr std::uint64_t kKeysMax = 1U << 16;
constexpr std::uint64_t kNameBytesMax = 1U << 16;
constexpr std::uint64_t kDimensionsMax = 4;
constexpr std::uint64_t kItemsMax = 10'000'000;

enum Type : std::uint32_t { kString = 8, kArray = 9, kTypeCount = 13 };
/// Bytes of each type of value; 0 for those that say their own length.
constexpr std::array<std::uint8_t, kTypeCount> kSizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

/// How a kind of tensor is packed: `bytes` for every `elements`. 0: a kind not known here.
struct Packing {
  std::uint16_t elements = 0;
  std::uint16_t bytes = 0;
};
constexpr std::array<Packing, 31> kPackings = {{
    {1, 4},    {1, 2},    {32, 18},  {32, 20},   {0, 0},     {0, 0},     {32, 22},   {32, 24},
    {32, 34},  {32, 36},  {256, 84}, {256, 110}, {256, 144}, {256, 176}, {256, 210}, {256, 292},
    {256, 66}, {256, 74}, {256, 98}, {256, 50},  {32, 18},   {256, 110}, {256, 82},  {256, 136},
    {1, 1},    {1, 2},    {1, 4},    {1, 8},     {1, 8},     {256, 56},  {1, 2},
}};

/// Takes from the front; every step says whether there was enough.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  [[nodiscard]] bool take(T& value) {
    if (!has(sizeof(T))) return false;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }
  [[nodiscard]] bool skip(std::uint64_t count) {
    if (!has(count)) return false;
    at_ += count;
    return true;
  }
  [[nodiscard]] bool take_text(std::string_view& text) {
    std::uint64_t size = 0;
    if (!take(size) || !has(size)) return false;
    text = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  /// True when a step failed because the bytes ended.
  [[nodiscard]] bool ran_out() const { return ran_out_; }

 private:
  [[nodiscard]] bool has(std::uint64_t count) {
    ran_out_ = bytes_.size() - at_ < count;
    return !ran_out_;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ran_out_ = false;
};

std::unexpected<Error> cut_short(std::string_view where) {
  return fail(Code::Corrupt, format("the model file is cut short in {}", where));
}

/// One value of the head: whole numbers and texts are kept, the rest is stepped over.
struct Value {
  std::optional<std::uint64_t> number;
  std::optional<std::string_view> text;
};

bool skip_array(Cursor& in) {
  std::uint32_t type = 0;
  std::uint64_t count = 0;
  if (!in.take(type) || !in.take(count) || type >= kTypeCount || type == kArray) return false;
  if (count > kItemsMax) return false;
  if (type != kString) {
    const std::uint64_t size = kSizes.at(type);
    return in.skip(count * size);
  }
  // Each text has 8 bytes at least, so a lying count ends with the head.
  std::string_view text;
  for (; count > 0; --count) {
    if (!in.take_text(text)) return false;
  }
  return true;
}

template <class T>
bool take_number(Cursor& in, Value& out) {
  T value{};
  if (!in.take(value)) return false;
  if (value >= 0) out.number = static_cast<std::uint64_t>(value);
  return true;
}

bool take_value(Cursor& in, std::uint32_t type, Value& out) {
  switch (type) {
    case 0:
      return take_number<std::uint8_t>(in, out);
    case 1:
      return take_number<std::int8_t>(in, out);
    case 2:
      return take_number<std::uint16_t>(in, out);
    case 3:
      return take_number<std::int16_t>(in, out);
    case 4:
      return take_number<std::uint32_t>(in, out);
    case 5:
      return take_number<std::int32_t>(in, out);
    case 10:
      return take_number<std::uint64_t>(in, out);
    case 11:
      return take_number<std::int64_t>(in, out);
    case kString: {
      std::string_view text;
      if (!in.take_text(text)) return false;
      out.text = text;
      return true;
    }
    case kArray:
      return skip_array(in);
    default:
      return in.skip(kSizes.at(type));
  }
}

std::string shown(std::string_view text) { return std::string(text.substr(0, 200)); }

void note(std::string_view key, const Value& value, GgufInfo& info, std::uint64_t& alignment) {
  if (key == "general.architecture" && value.text) info.architecture = shown(*value.text);
  if (key == "general.name" && value.text) info.name = shown(*value.text);
  if (key == "general.license" && value.text) info.licence = shown(*value.text);
  if (key == "tokenizer.chat_template" && value.text) info.has_chat_template = true;
  if (key.ends_with(".context_length") && value.number) info.context_tokens = *value.number;
  if (key == "general.type" && value.text) info.kind = shown(*value.text);
  if (key == "split.count" && value.number) info.parts = *value.number;
  // 0 is "no pooling", which some makers write into models that chat.
  if (key.ends_with(".pooling_type") && value.number && *value.number > 0) info.pools = true;
  if (key == "general.alignment" && value.number) alignment = *value.number;
}

Result<void> read_keys(const Call& call, Cursor& in, std::uint64_t count, GgufInfo& info,
                       std::uint64_t& alignment) {
  for (; count > 0; --count) {
    TRY(call.check_stop());
    std::string_view key;
    std::uint32_t type = 0;
    Value value;
    if (!in.take_text(key) || !in.take(type)) return cut_short("its description");
    if (key.empty() || key.size() > kNameBytesMax || type >= kTypeCount) {
      return fail(Code::Corrupt, "the model file's description is damaged");
    }
    if (!take_value(in, type, value)) return cut_short("its description");
    note(key, value, info, alignment);
  }
  return {};
}

/// The bytes of one tensor; nothing when its numbers make no sense.
std::optional<std::uint64_t> tensor_bytes(const std::array<std::uint64_t, kDimensionsMax>& shape,
                                          std::uint32_t dimensions, std::uint32_t type) {
  std::uint64_t elements = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    if (shape.at(i) == 0) return std::nullopt;
    if (elements > (std::uint64_t{1} << 50) / shape.at(i)) return std::nullopt;
    elements *= shape.at(i);
  }
  if (type >= kPackings.size()) return 0;  // A newer kind: its library will know.
  const Packing packing = kPackings.at(type);
  if (packing.elements == 0 || shape[0] % packing.elements != 0) return std::nullopt;
  return elements / packing.elements * packing.bytes;
}

Result<std::uint64_t> read_tensors(Cursor& in, std::uint64_t count) {
  std::uint64_t end = 0;
  for (; count > 0; --count) {
    std::string_view name;
    std::uint32_t dimensions = 0;
    if (!in.take_text(name) || !in.take(dimensions)) return cut_short("its list of tensors");
    if (name.empty() || name.size() > kNameBytesMax || dimensions > kDimensionsMax) {
      return fail(Code::Corrupt, "the model file's list of tensors is damaged");
    }
    std::array<std::uint64_t, kDimensionsMax> shape = {1, 1, 1, 1};
    for (std::uint32_t i = 0; i < dimensions; ++i) {
      if (!in.take(shape.at(i))) return cut_short("its list of tensors");
    }
    std::uint32_t type = 0;
    std::uint64_t offset = 0;
    if (!in.take(type) || !in.take(offset)) return cut_short("its list of tensors");
    const auto bytes = tensor_bytes(shape, dimensions, type);
    if (!bytes || offset > (std::uint64_t{1} << 60)) {
      return fail(Code::Corrupt, "a tensor of the model file has impossible numbers");
    }
    end = std::max(end, offset + *bytes);
  }
  return end;
}

/// The description and the list of tensors. Whether `in` ran out is for the caller to judge.
Result<GgufInfo> read_head(const Call& call, Cursor& in) {
  GgufInfo info;
  std::uint64_t keys = 0;
  if (!in.take(info.version) || !in.take(info.tensors) || !in.take(keys)) {
    return cut_short("its first line");
  }
  if (info.version > 3)
    return fail(Code::TooNew, format("GGUF version {} is newer than this Hearth", info.version));
  if (info.version < 2)
    return fail(Code::Invalid, format("GGUF version {} is too old", info.version));
  if (info.tensors > kTensorsMax || keys > kKeysMax) {
    return fail(Code::Corrupt,
                format("the model file says it has {} tensors and {} keys", info.tensors, keys));
  }
  std::uint64_t alignment = 32;
  TRY(read_keys(call, in, keys, info, alignment));
  if (info.architecture.empty()) return fail(Code::Corrupt, "the model file names no architecture");
  if (alignment < 8 || alignment > 1U << 20 || !std::has_single_bit(alignment)) {
    return fail(Code::Corrupt, format("the model file has an alignment of {}", alignment));
  }
  TRY(call.check_stop());
  TRY_ASSIGN(const std::uint64_t data, read_tensors(in, info.tensors));
  const std::uint64_t head = (in.at() + 4 + alignment - 1) / alignment * alignment;
  info.bytes_needed = head + data;
  return info;
}

}  // namespace

Result<GgufInfo> check_gguf(const Call& call, std::string_view head, std::uint64_t file_bytes) {
  if (!head.starts_with("GGUF")) return fail(Code::Invalid, "this is not a GGUF file");
  Cursor in(head.substr(4));
  auto info = read_head(call, in);
  if (!info && in.ran_out() && head.size() < file_bytes) {
    return fail(Code::Invalid, format("the model file describes itself in more than {} MB, as no "
                                      "model does",
                                      head.size() >> 20U));
  }
  if (info && info->bytes_needed > file_bytes) {
    return fail(Code::Corrupt, format("the model file is cut short: it has {} bytes of {}",
                                      file_bytes, info->bytes_needed));
  }
  return info;
}

Result<void> check_chat(const GgufInfo& info) {
  static constexpr std::array<std::string_view, 9> kEmbedders = {
      "bert",        "nomic-bert", "nomic-bert-moe", "jina-bert-v2",   "jina-bert-v3",
      "modern-bert", "neo-bert",   "eurobert",       "gemma-embedding"};
  if (info.pools || std::ranges::find(kEmbedders, info.architecture) != kEmbedders.end()) {
    return fail(Code::Invalid,
                "this is an embedding model: it turns texts into numbers and cannot "
                "answer. A chat model is needed");
  }
  if (!info.kind.empty() && info.kind != "model") {
    return fail(Code::Invalid, format("this is no chat model: it calls itself \"{}\"", info.kind));
  }
  static constexpr std::array<std::string_view, 4> kOthers = {"clip", "whisper", "t5encoder",
                                                              "wavtokenizer-dec"};
  if (std::ranges::find(kOthers, info.architecture) != kOthers.end()) {
    return fail(Code::Invalid, format("this is no chat model: its kind is {}", info.architecture));
  }
  if (info.parts > 1) {
    return fail(Code::Invalid, format("this is one of {} parts of a model. Join them first: "
                                      "llama-gguf-split --merge FIRST-PART WHOLE.gguf",
                                      info.parts));
  }
  if (info.tensors == 0) return fail(Code::Invalid, "this file holds no weights");
  return {};
}

}  // namespace hearth::models
