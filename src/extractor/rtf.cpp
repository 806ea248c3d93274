#include <algorithm>
#include <array>
#include <vector>

#include "core/format.h"
#include "core/text.h"
#include "extractor/text_builder.h"

namespace hearth::extractor {
namespace {

// Groups whose content is no text of the document.
constexpr std::string_view kSkippedGroups[] = {"fonttbl",
                                               "colortbl",
                                               "stylesheet",
                                               "info",
                                               "pict",
                                               "object",
                                               "themedata",
                                               "datastore",
                                               "header",
                                               "footer",
                                               "headerl",
                                               "headerr",
                                               "footerl",
                                               "footerr",
                                               "listtable",
                                               "generator",
                                               "listoverridetable",
                                               "rsidtbl",
                                               "xmlnstbl",
                                               "fldinst",
                                               "colorschememapping",
                                               "latentstyles",
                                               "pgdsctbl",
                                               "revtbl",
                                               "filetbl",
                                               "nonshppict",
                                               "bkmkstart",
                                               "bkmkend"};

struct CodePage {
  int number;
  const char* encoding;
};
constexpr CodePage kCodePages[] = {{437, "IBM437"}, {850, "IBM850"},     {874, "TIS-620"},
                                   {932, "CP932"},  {936, "GB18030"},    {949, "CP949"},
                                   {950, "BIG5"},   {10000, "MACINTOSH"}};

std::string encoding_of(int code_page) {
  const auto* found = std::ranges::find(kCodePages, code_page, &CodePage::number);
  if (found != std::end(kCodePages)) return found->encoding;
  if (code_page >= 1250 && code_page <= 1258) return format("WINDOWS-{}", code_page);
  return "WINDOWS-1252";
}

// Reads the control words that carry text and structure; all others are passed over, as the format
// asks of readers that do not know them.
class RtfReader {
 public:
  RtfReader(const Input& input, Document& document)
      : bytes_(input.bytes), builder_(document, input.limits) {}

  Result<void> run() {
    while (at_ < bytes_.size() && !builder_.full()) {
      const char c = bytes_[at_++];
      switch (c) {
        case '{':
          TRY(open_group());
          break;
        case '}':
          flush();
          if (groups_.size() > 1) groups_.pop_back();
          break;
        case '\\':
          control();
          break;
        case '\r':
        case '\n':
          break;
        default:
          take_byte(c);
          break;
      }
    }
    flush();
    end_paragraph();
    builder_.finish();
    return {};
  }

 private:
  struct Group {
    bool skipped = false;
    int unicode_skip = 1;
  };
  Group& group() { return groups_.back(); }

  Result<void> open_group() {
    flush();
    constexpr std::size_t kGroupsMax = 5000;
    if (groups_.size() >= kGroupsMax) {
      return fail(Code::Corrupt, "This RTF file is nested deeper than any document.");
    }
    groups_.push_back(group());
    return {};
  }

  void take_byte(char c) {
    if (group().skipped) return;
    if (fallback_left_ > 0) {
      --fallback_left_;
      return;
    }
    pending_.push_back(c);
  }

  // Bytes gather until something else comes: characters of two bytes must not be torn.
  void flush() {
    if (pending_.empty()) return;
    const bool ascii =
        std::ranges::all_of(pending_, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    emit(ascii ? pending_ : decode_text(pending_, encoding_).value_or(""));
    pending_.clear();
  }

  void emit(std::string_view text) {
    if (group().skipped) return;
    if (heading_level_ > 0 && !heading_open_) {
      builder_.begin_heading(heading_level_);
      heading_open_ = true;
    }
    builder_.words(text);
  }

  void end_paragraph() {
    flush();
    if (heading_open_) builder_.end_heading();
    heading_open_ = false;
    builder_.line_ends(2);
  }

  void control() {
    if (at_ >= bytes_.size()) return;
    const char c = bytes_[at_];
    if (c == '\'') {
      hex_byte();
      return;
    }
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      ++at_;
      symbol(c);
      return;
    }
    const std::size_t start = at_;
    while (at_ < bytes_.size() && ((bytes_[at_] >= 'a' && bytes_[at_] <= 'z') ||
                                   (bytes_[at_] >= 'A' && bytes_[at_] <= 'Z'))) {
      ++at_;
    }
    const std::string_view word = bytes_.substr(start, at_ - start);
    const auto [value, given] = parameter();
    if (at_ < bytes_.size() && bytes_[at_] == ' ') ++at_;
    command(word, value, given);
  }

  struct Parameter {
    int value = 0;
    bool given = false;
  };
  Parameter parameter() {
    const bool negative = at_ < bytes_.size() && bytes_[at_] == '-';
    if (negative) ++at_;
    Parameter out;
    constexpr int kMost = 100'000'000;
    while (at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9') {
      if (out.value < kMost) out.value = out.value * 10 + (bytes_[at_] - '0');
      out.given = true;
      ++at_;
    }
    if (negative) out.value = -out.value;
    return out;
  }

  static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  void hex_byte() {
    ++at_;
    if (at_ + 1 >= bytes_.size()) return;
    const int high = hex_value(bytes_[at_]);
    const int low = hex_value(bytes_[at_ + 1]);
    if (high < 0 || low < 0) return;
    at_ += 2;
    take_byte(static_cast<char>(high * 16 + low));
  }

  void symbol(char c) {
    switch (c) {
      case '\\':
      case '{':
      case '}':
        take_byte(c);
        return;
      case '~':
        flush();
        emit(" ");
        return;
      case '_':
        take_byte('-');
        return;
      case '*':
        group().skipped = true;
        return;
      case '\r':
      case '\n':
        end_paragraph();
        return;
      default:
        return;
    }
  }

  void command(std::string_view word, int value, bool given) {
    if (word == "bin") {
      at_ += std::min(bytes_.size() - at_, static_cast<std::size_t>(std::max(value, 0)));
      return;
    }
    if (word == "uc" && given) group().unicode_skip = std::clamp(value, 0, 16);
    if (word == "u" && given) {
      unicode(value);
      return;
    }
    if (word == "ansicpg" && given) encoding_ = encoding_of(value);
    if (word == "mac") encoding_ = "MACINTOSH";
    if (std::ranges::find(kSkippedGroups, word) != std::end(kSkippedGroups)) {
      group().skipped = true;
      return;
    }
    if (!group().skipped) layout(word, value, given);
  }

  void layout(std::string_view word, int value, bool given) {
    if (word == "par" || word == "sect" || word == "page") {
      end_paragraph();
    } else if (word == "line" || word == "row") {
      flush();
      builder_.line_ends(1);
    } else if (word == "tab") {
      flush();
      emit(" ");
    } else if (word == "cell") {
      flush();
      emit(" | ");
    } else if (word == "pard") {
      heading_level_ = 0;
    } else if (word == "outlinelevel" && given) {
      heading_level_ = value >= 0 && value < 9 ? value + 1 : 0;
    } else {
      character(word);
    }
  }

  void character(std::string_view word) {
    struct Named {
      std::string_view word;
      std::string_view text;
    };
    static constexpr std::array<Named, 10> kNamed{{{"emdash", "\u2014"},
                                                   {"endash", "\u2013"},
                                                   {"lquote", "\u2018"},
                                                   {"rquote", "\u2019"},
                                                   {"ldblquote", "\u201c"},
                                                   {"rdblquote", "\u201d"},
                                                   {"bullet", "\u2022"},
                                                   {"emspace", " "},
                                                   {"enspace", " "},
                                                   {"nonbreakingspace", " "}}};
    const auto* found = std::ranges::find(kNamed, word, &Named::word);
    if (found == kNamed.end()) return;
    flush();
    emit(found->text);
  }

  // Values above 32767 are written negative; astral characters come as two surrogates.
  void unicode(int value) {
    flush();
    fallback_left_ = group().unicode_skip;
    if (value < 0) value += 0x10000;
    if (value < 0 || value > 0x10FFFF) return;
    auto code = static_cast<char32_t>(value);
    if (code >= 0xD800 && code < 0xDC00) {
      high_surrogate_ = code;
      return;
    }
    if (code >= 0xDC00 && code < 0xE000) {
      if (high_surrogate_ == 0) return;
      code = 0x10000 + ((high_surrogate_ - 0xD800) << 10U) + (code - 0xDC00);
    }
    high_surrogate_ = 0;
    if (code == 0) return;
    std::string out;
    text::append_utf8(out, code);
    emit(out);
  }

  std::string_view bytes_;
  TextBuilder builder_;
  std::size_t at_ = 0;
  std::vector<Group> groups_{Group{}};
  std::string pending_;
  std::string encoding_ = "WINDOWS-1252";
  int fallback_left_ = 0;
  int heading_level_ = 0;
  bool heading_open_ = false;
  char32_t high_surrogate_ = 0;
};

}  // namespace

Result<Document> read_rtf(const Input& input) {
  if (!input.bytes.starts_with("{\\rtf")) {
    return fail(Code::Corrupt, "This file is named like a Rich Text file but is none.");
  }
  Document document;
  TRY(RtfReader(input, document).run());
  return document;
}

}  // namespace hearth::extractor
