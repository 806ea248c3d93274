#include "ingest/read/media_type.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace hearth::ingest {
namespace {

struct ByEnding {
  std::string_view ending;
  std::string_view type;
};

constexpr std::string_view kDocx =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr std::string_view kOdt = "application/vnd.oasis.opendocument.text";
constexpr std::string_view kEpub = "application/epub+zip";

// Formats that the helper reads.
constexpr ByEnding kForeign[] = {
    {"pdf", "application/pdf"},
    {"docx", kDocx},
    {"docm", kDocx},
    {"odt", kOdt},
    {"epub", kEpub},
    {"html", "text/html"},
    {"htm", "text/html"},
    {"xhtml", "text/html"},
    {"rtf", "application/rtf"},
    {"eml", "message/rfc822"},
    {"mbox", "application/mbox"},
    {"mbx", "application/mbox"},
    {"ics", "text/calendar"},
    {"vcf", "text/vcard"},
};

// Formats whose text is the file itself.
constexpr ByEnding kPlain[] = {
    {"md", "text/markdown"},
    {"markdown", "text/markdown"},
    {"mdown", "text/markdown"},
    {"txt", "text/plain"},
    {"text", "text/plain"},
    {"log", "text/plain"},
    {"rst", "text/plain"},
    {"org", "text/plain"},
    {"adoc", "text/plain"},
    {"tex", "text/x-tex"},
    {"csv", "text/csv"},
    {"tsv", "text/tab-separated-values"},
    {"tab", "text/tab-separated-values"},
    {"json", "application/json"},
    {"geojson", "application/json"},
    {"ipynb", "application/json"},
    {"jsonl", "application/jsonl"},
    {"ndjson", "application/jsonl"},
    {"c", "text/x-c"},
    {"h", "text/x-c"},
    {"cc", "text/x-c++"},
    {"cpp", "text/x-c++"},
    {"cxx", "text/x-c++"},
    {"hpp", "text/x-c++"},
    {"hh", "text/x-c++"},
    {"py", "text/x-python"},
    {"js", "text/x-javascript"},
    {"mjs", "text/x-javascript"},
    {"ts", "text/x-typescript"},
    {"tsx", "text/x-typescript"},
    {"jsx", "text/x-javascript"},
    {"java", "text/x-java"},
    {"kt", "text/x-kotlin"},
    {"rs", "text/x-rust"},
    {"go", "text/x-go"},
    {"rb", "text/x-ruby"},
    {"pl", "text/x-perl"},
    {"pm", "text/x-perl"},
    {"php", "text/x-php"},
    {"sh", "text/x-shell"},
    {"bash", "text/x-shell"},
    {"zsh", "text/x-shell"},
    {"sql", "text/x-sql"},
    {"swift", "text/x-swift"},
    {"cs", "text/x-csharp"},
    {"lua", "text/x-lua"},
    {"r", "text/x-r"},
    {"hs", "text/x-haskell"},
    {"scala", "text/x-scala"},
    {"css", "text/x-css"},
    {"scss", "text/x-css"},
    {"xml", "text/x-xml"},
    {"yaml", "text/x-yaml"},
    {"yml", "text/x-yaml"},
    {"toml", "text/x-toml"},
    {"ini", "text/x-ini"},
    {"cfg", "text/x-ini"},
    {"conf", "text/x-ini"},
    {"cmake", "text/x-cmake"},
    {"el", "text/x-lisp"},
    {"lisp", "text/x-lisp"},
    {"clj", "text/x-clojure"},
    {"vue", "text/x-vue"},
    {"svelte", "text/x-svelte"},
    {"proto", "text/x-protobuf"},
};

constexpr std::string_view kNeverText[] = {
    "png",  "jpg",         "jpeg",   "gif",     "webp", "bmp",   "tif",  "tiff", "ico", "heic",
    "avif", "psd",         "mp3",    "m4a",     "ogg",  "oga",   "opus", "flac", "wav", "aac",
    "mp4",  "mkv",         "webm",   "avi",     "mov",  "m4v",   "wmv",  "zip",  "bz2", "xz",
    "zst",  "7z",          "rar",    "tar",     "tgz",  "deb",   "rpm",  "iso",  "img", "dmg",
    "jar",  "war",         "class",  "o",       "a",    "so",    "dll",  "exe",  "msi", "bin",
    "dat",  "db",          "sqlite", "sqlite3", "woff", "woff2", "ttf",  "otf",  "eot", "gguf",
    "onnx", "safetensors", "ps",     "eps",     "dvi",  "svg",   "svgz", "xpm",  "pt",  "npz",
    "npy",  "parquet",     "wasm",   "pyc",     "mo",   "pak",   "apk"};

std::string ending_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return {};
  return text::to_lower_ascii(name.substr(dot + 1));
}

template <std::size_t N>
std::string_view find_type(const ByEnding (&table)[N], std::string_view ending) {
  const auto* found = std::ranges::find(table, ending, &ByEnding::ending);
  return found == std::end(table) ? std::string_view{} : found->type;
}

// The type that a zip container names itself by (EPUB and OpenDocument store it first, unpacked).
std::string_view container_type(std::string_view head) {
  if (!head.starts_with("PK\x03\x04")) return {};
  const std::string_view start = head.substr(0, 200);
  if (start.find("mimetypeapplication/epub+zip") != std::string_view::npos) return kEpub;
  if (start.find("mimetypeapplication/vnd.oasis.opendocument.text") != std::string_view::npos) {
    return kOdt;
  }
  return {};
}

bool is_utf16_or_32(std::string_view head) {
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ||
         head.starts_with(std::string_view("\0\0\xFE\xFF", 4));
}

// Files without a telling name: what only markup or mail begins with.
std::string_view sniff_text(std::string_view head) {
  std::string_view start = head;
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  const std::string lower = text::to_lower_ascii(text::trim(start).substr(0, 64));
  if (lower.starts_with("<!doctype html") || lower.starts_with("<html")) return "text/html";
  if (lower.starts_with("return-path: ") || lower.starts_with("delivered-to: ") ||
      lower.starts_with("received: from")) {
    return "message/rfc822";
  }
  if (start.starts_with("From ") && start.find("\nFrom: ") != std::string_view::npos) {
    return "application/mbox";
  }
  if (lower.starts_with("begin:vcalendar")) return "text/calendar";
  if (lower.starts_with("begin:vcard")) return "text/vcard";
  return {};
}

MediaType extract(std::string_view type) { return {std::string(type), Route::Extract}; }

bool is_gzip_name(std::string_view file_name) { return ending_of(file_name) == "gz"; }

// "changelog.Debian.gz" holds "changelog.Debian".
std::string_view inner_name(std::string_view file_name) {
  return file_name.substr(0, file_name.size() - std::string_view(".gz").size());
}

// What is inside is known by its name alone until it is unpacked, and that is the helper's work.
MediaType packed_type(std::string_view file_name, std::string_view head) {
  if (!head.starts_with("\x1F\x8B")) return {};
  const std::string ending = ending_of(inner_name(file_name));
  std::string_view type = find_type(kForeign, ending);
  if (type.empty()) type = find_type(kPlain, ending);
  if (type.empty()) type = "text/plain";
  return {std::string(type), Route::Extract, true};
}

}  // namespace

bool never_text(std::string_view file_name) {
  if (is_gzip_name(file_name)) return never_text(inner_name(file_name));
  const std::string ending = ending_of(file_name);
  return !ending.empty() && std::ranges::find(kNeverText, ending) != std::end(kNeverText);
}

MediaType media_type_of(std::string_view file_name, std::string_view head) {
  if (head.substr(0, 1024).find("%PDF-") != std::string_view::npos)
    return extract("application/pdf");
  if (head.starts_with("{\\rtf")) return extract("application/rtf");
  if (const std::string_view type = container_type(head); !type.empty()) return extract(type);
  if (never_text(file_name)) return {};
  if (is_gzip_name(file_name)) return packed_type(file_name, head);
  const std::string ending = ending_of(file_name);
  if (const std::string_view type = find_type(kForeign, ending); !type.empty())
    return extract(type);
  const bool binary = head.find('\0') != std::string_view::npos && !is_utf16_or_32(head);
  if (binary) return {};
  if (const std::string_view type = find_type(kPlain, ending); !type.empty()) {
    return {std::string(type), Route::Text};
  }
  if (const std::string_view type = sniff_text(head); !type.empty()) return extract(type);
  if (file_name == "Makefile" || file_name == "CMakeLists.txt" || file_name == "Dockerfile") {
    return {"text/x-make", Route::Text};
  }
  if (head.starts_with("#!")) return {"text/x-script", Route::Text};
  return {"text/plain", Route::Text};
}

}  // namespace hearth::ingest
