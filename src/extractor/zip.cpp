#include "extractor/zip.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <memory>

namespace hearth::extractor {
namespace {

constexpr const char* kBomb =
    "This file unpacks to far more than any document holds (a zip bomb), so it is left out.";
constexpr const char* kDamaged = "This file's zip container is damaged.";

using Archive = std::unique_ptr<struct archive, int (*)(struct archive*)>;

class Unpacker {
 public:
  explicit Unpacker(const Input& input) : input_(input) {}

  Result<ZipParts> run(const std::function<bool(std::string_view)>& wanted) {
    const Archive zip(::archive_read_new(), &::archive_read_free);
    ::archive_read_support_format_zip(zip.get());
    if (::archive_read_open_memory(zip.get(), input_.bytes.data(), input_.bytes.size()) !=
        ARCHIVE_OK) {
      return fail(Code::Corrupt, kDamaged);
    }
    ZipParts parts;
    std::size_t entries = 0;
    for (;;) {
      archive_entry* entry = nullptr;
      const int status = ::archive_read_next_header(zip.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      if (status < ARCHIVE_WARN) return fail(Code::Corrupt, kDamaged);
      if (++entries > input_.limits.zip_entries_max) return fail(Code::Exhausted, kBomb);
      const char* name = ::archive_entry_pathname(entry);
      if (name == nullptr || !wanted(name)) continue;
      if (::archive_entry_is_encrypted(entry) != 0) {
        return fail(Code::Corrupt,
                    "This document is protected by a password; save it without one to include it.");
      }
      TRY(read_entry(zip.get(), parts[name]));
    }
    return parts;
  }

 private:
  Result<void> read_entry(struct archive* zip, std::string& out) {
    std::array<char, 64 * 1024> buffer;
    // Text packs ten times at best; thousands are nothing but zeros.
    constexpr std::size_t kRatioMax = 300;
    const std::size_t most =
        std::min(input_.limits.unpacked_bytes_max, (input_.bytes.size() + 4096) * kRatioMax);
    for (;;) {
      const la_ssize_t n = ::archive_read_data(zip, buffer.data(), buffer.size());
      if (n < 0) return fail(Code::Corrupt, kDamaged);
      if (n == 0) return {};
      unpacked_ += static_cast<std::size_t>(n);
      if (unpacked_ > most) return fail(Code::Exhausted, kBomb);
      out.append(buffer.data(), static_cast<std::size_t>(n));
    }
  }

  const Input& input_;
  std::size_t unpacked_ = 0;
};

}  // namespace

Result<ZipParts> unpack(const Input& input, const std::function<bool(std::string_view)>& wanted) {
  return Unpacker(input).run(wanted);
}

}  // namespace hearth::extractor
