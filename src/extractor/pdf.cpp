#include <algorithm>
#include <climits>
#include <memory>

#include <poppler-document.h>
#include <poppler-global.h>
#include <poppler-page.h>
#include <poppler-toc.h>

#include "core/format.h"
#include "core/text.h"
#include "extractor/document.h"

namespace hearth::extractor {
namespace {

std::string utf8(const poppler::ustring& text) {
  const poppler::byte_array bytes = text.to_utf8();
  return text::to_valid_utf8(std::string_view(bytes.data(), bytes.size()));
}

bool is_lower(std::string_view text, std::size_t at) {
  return at < text.size() &&
         ((text[at] >= 'a' && text[at] <= 'z') || static_cast<unsigned char>(text[at]) >= 0xC3);
}

// Joins words that were divided at a line's end, drops form feeds, trailing spaces and runs of
// blank lines.
std::string clean_page(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 1);
  int blanks = 0;
  for (std::string_view line : text::split(raw, '\n')) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r' || line.back() == '\f')) {
      line.remove_suffix(1);
    }
    while (line.starts_with('\f')) line.remove_prefix(1);
    if (line.empty()) {
      ++blanks;
      continue;
    }
    const bool divided = blanks == 0 && out.size() > 3 && out.ends_with("-\n") &&
                         is_lower(out, out.size() - 3) && is_lower(line, 0);
    if (divided) out.resize(out.size() - 2);
    if (blanks > 0 && !out.empty()) out += '\n';
    blanks = 0;
    out.append(line).push_back('\n');
  }
  std::erase(out, '\0');
  return out;
}

void collect_titles(const poppler::toc_item& item, int level, std::vector<Heading>& out) {
  constexpr std::size_t kTitlesMax = 20'000;
  constexpr int kDepthMax = 8;
  if (level > kDepthMax) return;
  for (const poppler::toc_item* child : item.children()) {
    if (out.size() >= kTitlesMax) return;
    std::string title = text::squeeze(utf8(child->title()));
    if (!title.empty()) out.push_back({0, level, std::move(title)});
    collect_titles(*child, level + 1, out);
  }
}

// The contents list names headings but not where they stand: each is looked for as a line of its
// own, in order. What cannot be found is left out.
std::vector<Heading> place_headings(const std::vector<Heading>& titles, std::string_view text) {
  constexpr std::size_t kAhead = 12;
  std::vector<Heading> placed;
  std::size_t next = 0;
  for (std::size_t at = 0; at < text.size() && next < titles.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end - at < 200 && end > at) {
      const std::string line = text::squeeze(text.substr(at, end - at));
      const std::size_t stop = std::min(titles.size(), next + kAhead);
      for (std::size_t i = next; i < stop; ++i) {
        const std::string& title = titles[i].title;
        const bool numbered = line.size() > title.size() && line.size() < title.size() + 16 &&
                              line.ends_with(title) && line[0] >= '0' && line[0] <= '9';
        if (line != title && !numbered) continue;
        placed.push_back({at, titles[i].level, line});
        next = i + 1;
        break;
      }
    }
    at = end + 1;
  }
  return placed;
}

Result<void> read_pages(const poppler::document& pdf, const Limits& limits, Document& out) {
  int unreadable = 0;
  for (int number = 0; number < pdf.pages(); ++number) {
    out.pages.push_back(out.text.size());
    const std::unique_ptr<poppler::page> page(pdf.create_page(number));
    if (!page) {
      ++unreadable;
      continue;
    }
    out.text +=
        clean_page(utf8(page->text(page->page_rect(), poppler::page::non_raw_non_physical_layout)));
    out.text += '\n';
    if (out.text.size() > limits.text_bytes_max) {
      out.text.resize(text::floor_boundary(out.text, limits.text_bytes_max));
      out.problem =
          format("Only the first {} of {} pages can be searched.", number + 1, pdf.pages());
      return {};
    }
  }
  if (unreadable > 0) out.problem = format("{} of its pages are damaged.", unreadable);
  return {};
}

}  // namespace

Result<Document> read_pdf(const Input& input) {
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  if (input.bytes.size() > INT_MAX) return fail(Code::Exhausted, "This PDF is too large.");
  const std::unique_ptr<poppler::document> pdf(poppler::document::load_from_raw_data(
      input.bytes.data(), static_cast<int>(input.bytes.size())));
  if (!pdf) return fail(Code::Corrupt, "This PDF is damaged and cannot be opened.");
  if (pdf->is_locked()) {
    return fail(Code::Corrupt,
                "This PDF is protected by a password; save it without one to include it.");
  }
  Document out;
  out.title = text::squeeze(utf8(pdf->get_title()));
  // Word processors leave the file's name there.
  if (out.title.starts_with("Microsoft Word - ")) out.title.erase(0, 17);
  constexpr std::int64_t kSecond = 1000;
  if (const auto date = pdf->get_creation_date_t(); date > 0) {
    out.date_ms = std::int64_t{date} * kSecond;
  }
  TRY(read_pages(*pdf, input.limits, out));
  if (text::trim(out.text).empty()) {
    return fail(Code::Corrupt, pdf->pages() == 0
                                   ? "This PDF is damaged: it has no pages."
                                   : "This PDF holds pictures of pages and no text (a scan); text "
                                     "recognition is needed to include it.");
  }
  if (const std::unique_ptr<poppler::toc> toc(pdf->create_toc()); toc && toc->root() != nullptr) {
    std::vector<Heading> titles;
    collect_titles(*toc->root(), 1, titles);
    out.outline = place_headings(titles, out.text);
  }
  return out;
}

}  // namespace hearth::extractor
