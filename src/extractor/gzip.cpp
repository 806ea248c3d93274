#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/text.h"
#include "extractor/document.h"

namespace hearth::extractor {
namespace {

constexpr const char* kBomb =
    "This file unpacks to far more than any document holds (a gzip bomb), so it is left out.";
constexpr const char* kDamaged = "This file's packed data is damaged or cut off.";

using Archive = std::unique_ptr<struct archive, int (*)(struct archive*)>;

struct Unpacked {
  std::string bytes;
  bool cut = false;
};

bool is_plain(std::string_view type) {
  return type.starts_with("text/") ? type != "text/html" && type != "text/calendar" &&
                                         type != "text/vcard" && type != "text/rtf"
                                   : type == "application/json" || type == "application/jsonl";
}

// The same first look as at a file that is not packed: text has no zero bytes, UTF-16 aside.
bool is_binary(std::string_view bytes) {
  constexpr std::size_t kHead = 8192;
  const bool marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  return !marked && bytes.substr(0, kHead).find('\0') != std::string_view::npos;
}

// Plain text may be cut where the limit is; another format would be broken by that.
Result<Unpacked> unpack_gzip(const Input& input, bool plain) {
  const Archive packed(::archive_read_new(), &::archive_read_free);
  ::archive_read_support_filter_gzip(packed.get());
  ::archive_read_support_format_raw(packed.get());
  ::archive_read_support_format_empty(packed.get());
  if (::archive_read_open_memory(packed.get(), input.bytes.data(), input.bytes.size()) !=
      ARCHIVE_OK) {
    return fail(Code::Corrupt, kDamaged);
  }
  archive_entry* entry = nullptr;
  const int status = ::archive_read_next_header(packed.get(), &entry);
  if (status == ARCHIVE_EOF) return Unpacked{};
  const bool packed_at_all = ::archive_filter_code(packed.get(), 0) == ARCHIVE_FILTER_GZIP;
  if (status < ARCHIVE_WARN || !packed_at_all) return fail(Code::Corrupt, kDamaged);
  // Text packs ten times, logs a hundred times; thousands are nothing but zeros.
  constexpr std::size_t kRatioMax = 300;
  const std::size_t ratio_max = (input.bytes.size() + 4096) * kRatioMax;
  const std::size_t room = plain ? input.limits.text_bytes_max : input.limits.unpacked_bytes_max;
  Unpacked out;
  std::array<char, 64 * 1024> buffer;
  for (;;) {
    const la_ssize_t n = ::archive_read_data(packed.get(), buffer.data(), buffer.size());
    if (n < 0) return fail(Code::Corrupt, kDamaged);
    if (n == 0) return out;
    out.bytes.append(buffer.data(), static_cast<std::size_t>(n));
    if (plain && is_binary(out.bytes)) return Unpacked{.bytes = std::string(1, '\0')};
    if (out.bytes.size() > ratio_max) return fail(Code::Exhausted, kBomb);
    if (out.bytes.size() <= room) continue;
    if (!plain) return fail(Code::Exhausted, kBomb);
    out.bytes.resize(text::floor_boundary(out.bytes, room));
    out.cut = true;
    return out;
  }
}

}  // namespace

Result<std::optional<Document>> read_gzip(const Input& input) {
  const bool plain = is_plain(input.media_type);
  TRY_ASSIGN(const Unpacked unpacked, unpack_gzip(input, plain));
  if (plain && is_binary(unpacked.bytes)) return std::optional<Document>{};
  Input inner = input;
  inner.bytes = unpacked.bytes;
  TRY_ASSIGN(std::optional<Document> document, read_document(inner));
  if (document && unpacked.cut) {
    document->problem = "It holds more text than can be searched; the rest is left out.";
  }
  return document;
}

}  // namespace hearth::extractor
