#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <uchardet/uchardet.h>

#include "core/text.h"
#include "extractor/text_builder.h"

namespace hearth::extractor {
namespace {

struct Converter {
  explicit Converter(const std::string& from) : handle(::iconv_open("UTF-8", from.c_str())) {}
  ~Converter() {
    if (valid()) ::iconv_close(handle);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  [[nodiscard]] bool valid() const { return handle != reinterpret_cast<iconv_t>(-1); }
  iconv_t handle;
};

// Browsers read "ISO-8859-1" and "ASCII" as windows-1252, and so did whoever wrote the file.
std::string true_name(std::string_view name) {
  std::string upper;
  for (const char c : text::trim(name)) {
    upper.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  }
  if (upper == "ISO-8859-1" || upper == "LATIN1" || upper == "US-ASCII" || upper == "ASCII" ||
      upper == "ISO8859-1") {
    return "WINDOWS-1252";
  }
  if (upper == "GB2312" || upper == "GBK") return "GB18030";
  if (upper == "SHIFT_JIS" || upper == "X-SJIS") return "CP932";
  if (upper == "EUC-KR" || upper == "KS_C_5601-1987") return "CP949";
  return upper;
}

std::optional<std::string> convert(std::string_view bytes, std::string_view from) {
  const Converter converter(true_name(from));
  if (!converter.valid()) return std::nullopt;
  std::string out;
  std::array<char, 32 * 1024> buffer;
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t result = ::iconv(converter.handle, &in, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (result != static_cast<std::size_t>(-1) || errno == E2BIG) continue;
    // A byte that is none in this encoding, or an end cut short.
    text::append_utf8(out, 0xFFFD);
    if (errno == EINVAL) break;
    ++in;
    --left;
  }
  // iconv lets surrogates and numbers above U+10FFFF through.
  return text::is_valid_utf8(out) ? std::move(out) : text::to_valid_utf8(out);
}

struct Mark {
  std::string_view bytes;
  const char* encoding;
};

std::optional<std::string> decode_marked(std::string_view bytes) {
  static constexpr std::array<Mark, 5> kMarks{{{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
                                               {std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
                                               {"\xEF\xBB\xBF", ""},
                                               {"\xFF\xFE", "UTF-16LE"},
                                               {"\xFE\xFF", "UTF-16BE"}}};
  for (const Mark& mark : kMarks) {
    if (!bytes.starts_with(mark.bytes)) continue;
    const std::string_view rest = bytes.substr(mark.bytes.size());
    if (*mark.encoding == '\0') return text::to_valid_utf8(rest);
    return convert(rest, mark.encoding);
  }
  return std::nullopt;
}

std::string guess(std::string_view bytes) {
  constexpr std::size_t kLooked = 256 * 1024;
  const std::unique_ptr<std::remove_pointer_t<uchardet_t>, void (*)(uchardet_t)> detector(
      ::uchardet_new(), &::uchardet_delete);
  if (::uchardet_handle_data(detector.get(), bytes.data(), std::min(bytes.size(), kLooked)) != 0) {
    return {};
  }
  ::uchardet_data_end(detector.get());
  return ::uchardet_get_charset(detector.get());
}

// Control characters that no text has, apart from a stray one.
bool looks_binary(std::string_view bytes) {
  constexpr std::size_t kLooked = 64 * 1024;
  const std::string_view head = bytes.substr(0, kLooked);
  const auto odd = static_cast<std::size_t>(std::ranges::count_if(head, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x09 || (byte > 0x0D && byte < 0x20 && byte != 0x1B) || byte == 0x7F;
  }));
  return odd * 50 > head.size();
}

}  // namespace

std::optional<std::string> decode_text(std::string_view bytes, std::string_view declared) {
  if (auto marked = decode_marked(bytes)) return marked;
  if (!declared.empty() && text::to_lower_ascii(declared) != "utf-8") {
    if (auto converted = convert(bytes, declared)) return converted;
  }
  if (text::is_valid_utf8(bytes)) return std::string(bytes);
  if (looks_binary(bytes)) return std::nullopt;
  // A long text with a few broken bytes is UTF-8 that was damaged, not another encoding.
  std::string repaired = text::to_valid_utf8(bytes);
  std::size_t broken = 0;
  for (std::size_t at = repaired.find("\uFFFD"); at != std::string::npos;
       at = repaired.find("\uFFFD", at + 3)) {
    ++broken;
  }
  const auto high = static_cast<std::size_t>(
      std::ranges::count_if(bytes, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  if (broken * 10 < high) return repaired;
  const std::string encoding = guess(bytes);
  if (!encoding.empty()) {
    if (auto converted = convert(bytes, encoding)) return converted;
  }
  return convert(bytes, "WINDOWS-1252").value_or(std::move(repaired));
}

void preload_converters() {
  // Kept open on purpose: the converter stays loaded as long as a handle to it lives.
  for (const char* name :
       {"UTF-16LE",     "UTF-32LE",     "UTF-7",        "ISO-8859-1",   "ISO-8859-2",
        "ISO-8859-3",   "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
        "ISO-8859-8",   "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-13",  "ISO-8859-14",
        "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252",
        "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256", "WINDOWS-1257",
        "WINDOWS-1258", "KOI8-R",       "KOI8-U",       "IBM437",       "IBM850",
        "IBM852",       "IBM855",       "IBM866",       "TIS-620",      "MACINTOSH",
        "MAC-CYRILLIC", "CP932",        "EUC-JP",       "ISO-2022-JP",  "GB18030",
        "BIG5",         "BIG5-HKSCS",   "CP949",        "EUC-KR",       "EUC-TW",
        "VISCII"}) {
    static_cast<void>(::iconv_open("UTF-8", name));
    static_cast<void>(::iconv_open(name, "UTF-8"));
  }
}

Result<std::optional<Document>> read_plain(const Input& input) {
  std::optional<std::string> text = decode_text(input.bytes, "");
  if (!text) return std::optional<Document>{};
  Document document;
  document.text = std::move(*text);
  if (document.text.size() > input.limits.text_bytes_max) {
    document.text.resize(text::floor_boundary(document.text, input.limits.text_bytes_max));
    document.problem = "It holds more text than can be searched; the rest is left out.";
  }
  return std::optional<Document>(std::move(document));
}

}  // namespace hearth::extractor
