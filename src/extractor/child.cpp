#include "extractor/child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <span>
#include <utility>
#include <vector>

#include "core/extraction.h"
#include "core/json.h"
#include "core/text.h"
#include "extractor/document.h"

namespace hearth::extractor {
namespace {

// Where character maps for PDFs in Asian scripts lie: the only files a child may still open.
constexpr const char* kPopplerData = "/usr/share/poppler";

class Mapping {
 public:
  explicit Mapping(int fd) {
    struct stat stat{};
    if (::fstat(fd, &stat) != 0 || stat.st_size <= 0) return;
    size_ = static_cast<std::size_t>(stat.st_size);
    void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) {
      size_ = 0;
      failed_ = true;
      return;
    }
    data_ = static_cast<const char*>(at);
  }
  ~Mapping() {
    if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {data_, size_}; }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  const char* data_ = "";
  std::size_t size_ = 0;
  bool failed_ = false;
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

int answer(int out, const Json& header, std::string_view text) {
  const std::string json = header.dump();
  const auto size = static_cast<std::uint32_t>(json.size());
  std::string start(sizeof size, '\0');
  std::memcpy(start.data(), &size, sizeof size);
  start += json;
  return write_all(out, start) && write_all(out, text) ? 0 : 3;
}

Json failed(const Error& error) {
  return Json::object({{"result", "failed"},
                       {"code", error.code == Code::Exhausted ? "exhausted" : "corrupt"},
                       {"problem", error.message}});
}

Json header_of(const Document& document) {
  Json pages = Json::array();
  for (const std::size_t page : document.pages) pages.push(std::uint64_t{page});
  Json outline = Json::array();
  for (const Heading& heading : document.outline) {
    outline.push(Json::object({{"start", std::uint64_t{heading.start}},
                               {"level", heading.level},
                               {"title", text::shorten(heading.title, 500)}}));
  }
  Json header = Json::object({{"result", "text"},
                              {"title", text::shorten(document.title, 500)},
                              {"problem", document.problem},
                              {"pages", std::move(pages)},
                              {"outline", std::move(outline)}});
  if (document.date_ms) header.set("date_ms", *document.date_ms);
  return header;
}

int read_and_answer(const Request& request, const Mapping& file, int out) {
  if (file.failed()) {
    return answer(out, failed({Code::Exhausted, "This file is too large to be read."}), {});
  }
  Input input{file.bytes(), request.media_type, request.name, {}, 0};
  input.limits.text_bytes_max = static_cast<std::size_t>(request.text_bytes_max);
  const auto read = request.gzip ? read_gzip(input) : read_document(input);
  if (!read) return answer(out, failed(read.error()), {});
  if (!*read) return answer(out, Json::object({{"result", "none"}}), {});
  return answer(out, header_of(**read), (*read)->text);
}

}  // namespace

platform::SandboxProfile child_profile(const Walls& walls) {
  // Where files cannot be confined, none can be opened: scripts without their maps are the price.
  std::vector<std::string> readable;
  if (walls.files) readable.emplace_back(kPopplerData);
  platform::SandboxProfile profile = platform::SandboxProfile::extractor(std::move(readable));
  profile.network_left = walls.network;
  return profile;
}

int run_child(const Request& request, const Walls& walls, int in, int out) {
  constexpr std::uint64_t kMillis = 1000;
  platform::SandboxProfile profile = child_profile(walls);
  profile.cpu_seconds = static_cast<std::uint64_t>(request.time_ms_max) / kMillis + 1;
  const Mapping file(in);
  const auto confined = platform::confine(profile);
  if (!confined || !confined->holds()) return extraction::kNotConfined;
  // The libraries throw at this one place; nothing of ours does.
  try {
    return read_and_answer(request, file, out);
  } catch (const std::bad_alloc&) {
    return answer(
        out, failed({Code::Exhausted, "Reading this file needs more memory than allowed."}), {});
  } catch (const std::exception&) {
    return answer(out, failed({Code::Corrupt, "This file is damaged."}), {});
  }
}

}  // namespace hearth::extractor
