/// A file's bytes without reading them all.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace hearth::platform {

/// Maps a regular file for reading. The bytes stay valid while the object lives; a file that
/// somebody cuts short meanwhile ends the process, so map only what is ours.
///
/// Threads: any, once open. Errors: NotFound, Denied, Invalid (not a regular file), Io.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  [[nodiscard]] std::string_view bytes() const { return {start_, size_}; }

 private:
  MappedFile(const char* start, std::size_t size) : start_(start), size_(size) {}
  const char* start_;
  std::size_t size_;
};

}  // namespace hearth::platform
