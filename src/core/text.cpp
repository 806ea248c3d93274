#include "core/text.h"

#include <algorithm>

namespace hearth::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

unsigned byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

bool is_continuation(unsigned byte) { return (byte & 0xC0U) == 0x80U; }

struct Lead {
  std::size_t length = 0;  // 0: not a lead byte
  unsigned bits = 0;
  unsigned second_min = 0x80;
  unsigned second_max = 0xBF;
};

// The table of well-formed sequences, Unicode 15 section 3.9, table 3-7.
Lead read_lead(unsigned byte) {
  if (byte < 0x80) return {1, byte};
  if (byte < 0xC2) return {};
  if (byte < 0xE0) return {2, byte & 0x1FU};
  if (byte == 0xE0) return {3, 0x0, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0xD, 0x80, 0x9F};
  if (byte < 0xF0) return {3, byte & 0x0FU};
  if (byte == 0xF0) return {4, 0x0, 0x90, 0xBF};
  if (byte < 0xF4) return {4, byte & 0x07U};
  if (byte == 0xF4) return {4, 0x4, 0x80, 0x8F};
  return {};
}

struct Step {
  char32_t code_point = kReplacement;
  std::size_t length = 1;
  bool valid = false;
};

// On malformed input `length` covers the maximal subpart, so that one U+FFFD stands for it.
Step step(std::string_view bytes, std::size_t offset) {
  const Lead lead = read_lead(byte_at(bytes, offset));
  if (lead.length == 0) return {};
  if (lead.length == 1) return {lead.bits, 1, true};
  char32_t value = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    if (offset + i >= bytes.size()) return {kReplacement, i, false};
    const unsigned next = byte_at(bytes, offset + i);
    const bool fits =
        i == 1 ? next >= lead.second_min && next <= lead.second_max : is_continuation(next);
    if (!fits) return {kReplacement, i, false};
    value = (value << 6U) | (next & 0x3FU);
  }
  return {value, lead.length, true};
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    const Step now = step(bytes, i);
    if (!now.valid) return false;
    i += now.length;
  }
  return true;
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const Step now = step(bytes, i);
    if (now.valid) {
      out.append(bytes.substr(i, now.length));
    } else {
      append_utf8(out, kReplacement);
    }
    i += now.length;
  }
  return out;
}

Decoded decode(std::string_view bytes, std::size_t offset) {
  const Step now = step(bytes, offset);
  return {now.code_point, now.valid ? now.length : 1};
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

std::size_t count_code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(
      utf8, [](char c) { return !is_continuation(static_cast<unsigned char>(c)); }));
}

std::size_t byte_offset(std::string_view utf8, std::size_t index) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    if (is_continuation(byte_at(utf8, i))) continue;
    if (seen == index) return i;
    ++seen;
  }
  return utf8.size();
}

std::size_t floor_boundary(std::string_view utf8, std::size_t offset) {
  if (offset >= utf8.size()) return utf8.size();
  while (offset > 0 && is_continuation(byte_at(utf8, offset))) --offset;
  return offset;
}

std::string shorten(std::string_view utf8, std::size_t bytes_max) {
  if (utf8.size() <= bytes_max) return std::string(utf8);
  constexpr std::string_view kEllipsis = "…";
  if (bytes_max <= kEllipsis.size())
    return std::string(utf8.substr(0, floor_boundary(utf8, bytes_max)));
  const std::size_t cut = floor_boundary(utf8, bytes_max - kEllipsis.size());
  return std::string(utf8.substr(0, cut)) + std::string(kEllipsis);
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : trim(text)) {
    if (!is_space(c)) {
      out.push_back(c);
    } else if (out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

bool drives_terminal(char32_t c) {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  return c < 0x20 || within(0x7F, 0x9F) || within(0x2028, 0x202E) || within(0x2066, 0x2069);
}

std::string harmless(std::string_view bytes, Lines lines) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size();) {
    const Step now = step(bytes, i);
    const std::string_view piece = bytes.substr(i, now.length);
    i += now.length;
    if (piece == "\r" && i < bytes.size() && bytes[i] == '\n') continue;
    const bool layout = piece == "\t" || (piece == "\n" && lines == Lines::Many);
    if (layout) {
      out.push_back(lines == Lines::One ? ' ' : piece[0]);
    } else if (!now.valid || drives_terminal(now.code_point)) {
      append_utf8(out, kReplacement);
    } else {
      out += piece;
    }
  }
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(kDigits[byte_at(bytes, i) >> 4U]);
    out.push_back(kDigits[byte_at(bytes, i) & 0xFU]);
  }
  return out;
}

}  // namespace hearth::text
