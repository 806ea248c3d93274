#include "ingest/read/reader.h"

#include <array>

#include "core/format.h"
#include "core/text.h"
#include "ingest/read/media_type.h"

namespace hearth::ingest {
namespace {

constexpr std::size_t kHeadBytes = 8192;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string megabytes(std::uint64_t bytes) {
  return format("{} MB", (bytes + 500'000) / 1'000'000);
}

crypto::Hasher hasher_for(const MediaType& type) {
  crypto::Hasher hasher;
  const std::string_view packed = type.gzip ? " gzip" : "";
  hasher.update(format("hearth content {} {}{}\n", kReaderVersion, type.name, packed));
  return hasher;
}

Reading unreadable(const Error& error) {
  switch (error.code) {
    case Code::NotFound:
      return Vanished{};
    case Code::Denied:
      return Unreadable{
          "You are not allowed to read this file; change its permissions to include it.", true};
    case Code::Cancelled:
    case Code::Unavailable:
      return Unreadable{error.message, true};
    case Code::TimedOut:
      return Unreadable{error.message, false};
    case Code::Io:
      return Unreadable{"The disk could not give this file: " + error.message, true};
    default:
      return Unreadable{error.message, false};
  }
}

}  // namespace

struct Reader::Opened {
  int fd = -1;
  std::string path;
  platform::FileStat stat;
  std::string head;
  MediaType type;
};

FileReading Reader::read(const Call& call, const std::string& path) const {
  FileReading out;
  auto stat = platform::stat_path(path);
  if (!stat) return {out.stat, unreadable(stat.error())};
  out.stat = *stat;
  if (out.stat.kind != platform::EntryKind::File || never_text(file_name(path))) {
    out.reading = NoText{};
    return out;
  }
  auto fd = platform::open_regular(path);
  if (!fd) return {out.stat, unreadable(fd.error())};
  Opened file{fd->get(), path, {}, std::string(kHeadBytes, '\0'), {}};
  stat = platform::stat_open(file.fd);
  if (!stat) return {out.stat, unreadable(stat.error())};
  out.stat = file.stat = *stat;
  out.reading = read_open(call, file);
  return out;
}

Reading Reader::read_open(const Call& call, const Opened& opened) const {
  const auto size = static_cast<std::uint64_t>(opened.stat.size_bytes);
  if (platform::is_sparse(opened.stat)) {
    return Unreadable{
        format("The file claims {} but almost nothing of it is on the disk (a sparse "
               "file), so it is left out.",
               megabytes(size))};
  }
  if (size > limits_.file_bytes_max) {
    return Unreadable{format("The file has {}; files above {} are left out.", megabytes(size),
                             megabytes(limits_.file_bytes_max))};
  }
  Opened file = opened;
  auto got = platform::read_at(file.fd, file.head, 0);
  if (!got) return unreadable(got.error());
  file.head.resize(*got);
  file.type = media_type_of(file_name(file.path), file.head);
  switch (file.type.route) {
    case Route::Skip:
      return NoText{};
    case Route::Text:
      return read_text(call, file);
    case Route::Extract:
      return read_foreign(call, file);
  }
  return NoText{};
}

Reading Reader::read_text(const Call& call, const Opened& file) const {
  const auto size = static_cast<std::uint64_t>(file.stat.size_bytes);
  const bool too_long = size > limits_.text_bytes_max;
  std::string bytes(too_long ? limits_.text_bytes_max : size, '\0');
  auto got = platform::read_at(file.fd, bytes, 0);
  if (!got) return unreadable(got.error());
  bytes.resize(*got);
  if (too_long) bytes.resize(text::floor_boundary(bytes, bytes.size() - 1));
  const crypto::Hash hash = hasher_for(file.type).update(bytes).finish();
  auto known = find_(hash);
  if (!known) return unreadable(known.error());
  if (*known) return KnownContent{hash, **known};
  const bool zero = bytes.find('\0') != std::string::npos;
  if (zero || !text::is_valid_utf8(bytes)) return read_foreign(call, file);
  Extracted document;
  document.media_type = file.type.name;
  if (bytes.starts_with(kByteOrderMark)) bytes.erase(0, kByteOrderMark.size());
  document.text = std::move(bytes);
  if (too_long) {
    document.problem = format("The file has {} of text; only its first {} can be searched.",
                              megabytes(size), megabytes(limits_.text_bytes_max));
  }
  return finish(hash, std::move(document));
}

Reading Reader::read_foreign(const Call& call, const Opened& file) const {
  crypto::Hasher hasher = hasher_for(file.type);
  std::string buffer(256 * 1024, '\0');
  std::int64_t offset = 0;
  for (;;) {
    if (auto stopped = call.check_stop(); !stopped) return unreadable(stopped.error());
    auto got = platform::read_at(file.fd, buffer, offset);
    if (!got) return unreadable(got.error());
    hasher.update(std::string_view(buffer).substr(0, *got));
    offset += static_cast<std::int64_t>(*got);
    if (*got < buffer.size()) break;
  }
  const crypto::Hash hash = hasher.finish();
  auto known = find_(hash);
  if (!known) return unreadable(known.error());
  if (*known) return KnownContent{hash, **known};
  auto extracted = extractor_.extract(call, {.fd = file.fd,
                                             .media_type = file.type.name,
                                             .name = std::string(file_name(file.path)),
                                             .gzip = file.type.gzip});
  if (!extracted) return unreadable(extracted.error());
  if (!*extracted) return NoText{};
  return finish(hash, std::move(**extracted));
}

Reading Reader::finish(const crypto::Hash& hash, Extracted document) const {
  NewContent made{hash, std::move(document), {}};
  made.chunks = chunk(made.document);
  return made;
}

}  // namespace hearth::ingest
