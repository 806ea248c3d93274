#include "extractor/html.h"

#include <gumbo.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/text.h"

namespace hearth::extractor {
namespace {

enum class Role {
  Inline,
  Line,
  Paragraph,
  Heading,
  Item,
  Row,
  Cell,
  Break,
  Pre,
  Rule,
  Dropped,
  Title
};

Role role_of(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_MATH:
      return Role::Dropped;
    case GUMBO_TAG_TITLE:
      return Role::Title;
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
      return Role::Heading;
    case GUMBO_TAG_P:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_MAIN:
      return Role::Paragraph;
    case GUMBO_TAG_LI:
      return Role::Item;
    case GUMBO_TAG_TR:
      return Role::Row;
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
      return Role::Cell;
    case GUMBO_TAG_BR:
      return Role::Break;
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
      return Role::Pre;
    case GUMBO_TAG_HR:
      return Role::Rule;
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_BODY:
      return Role::Line;
    default:
      return Role::Inline;
  }
}

bool is_hidden(const GumboElement& element) {
  if (gumbo_get_attribute(&element.attributes, "hidden") != nullptr) return true;
  const GumboAttribute* aria = gumbo_get_attribute(&element.attributes, "aria-hidden");
  return aria != nullptr && std::string_view(aria->value) == "true";
}

class Walker {
 public:
  Walker(TextBuilder& builder, const Limits& limits, std::string& title)
      : builder_(builder), depth_max_(limits.depth_max), title_(title) {}

  void walk(const GumboNode& node, int depth) {
    if (builder_.full()) return;
    switch (node.type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        preformatted_ ? builder_.verbatim(node.v.text.text) : builder_.words(node.v.text.text);
        return;
      case GUMBO_NODE_ELEMENT:
        walk_element(node.v.element, depth);
        return;
      case GUMBO_NODE_DOCUMENT:
        walk_children(node.v.document.children, depth);
        return;
      default:
        return;
    }
  }

 private:
  void walk_children(const GumboVector& children, int depth) {
    // Deeper than any real page; what is below is left out rather than overflow the stack.
    if (depth > depth_max_ * 2) return;
    for (unsigned i = 0; i < children.length; ++i) {
      walk(*static_cast<const GumboNode*>(children.data[i]), depth + 1);
    }
  }

  void walk_element(const GumboElement& element, int depth) {
    const Role role = role_of(element.tag);
    if (role == Role::Dropped || is_hidden(element)) return;
    if (role == Role::Title) {
      take_title(element);
      return;
    }
    open(role, element);
    const bool was_preformatted = preformatted_;
    preformatted_ = preformatted_ || role == Role::Pre;
    walk_children(element.children, depth);
    preformatted_ = was_preformatted;
    close(role);
  }

  void open(Role role, const GumboElement& element) {
    switch (role) {
      case Role::Line:
      case Role::Break:
        builder_.line_ends(1);
        return;
      case Role::Row:
        builder_.line_ends(1);
        first_cell_ = true;
        return;
      case Role::Paragraph:
        builder_.line_ends(items_ > 0 ? 1 : 2);
        return;
      case Role::Pre:
      case Role::Rule:
        builder_.line_ends(2);
        return;
      case Role::Heading:
        builder_.begin_heading(static_cast<int>(element.tag) - static_cast<int>(GUMBO_TAG_H1) + 1);
        return;
      case Role::Item:
        builder_.line_ends(1);
        builder_.mark("- ", TextBuilder::Joined::No);
        ++items_;
        return;
      case Role::Cell:
        if (!first_cell_) builder_.mark(" | ", TextBuilder::Joined::Yes);
        first_cell_ = false;
        return;
      default:
        return;
    }
  }

  void close(Role role) {
    switch (role) {
      case Role::Item:
        --items_;
        [[fallthrough]];
      case Role::Line:
      case Role::Row:
        builder_.line_ends(1);
        return;
      case Role::Paragraph:
        builder_.line_ends(items_ > 0 ? 1 : 2);
        return;
      case Role::Pre:
        builder_.line_ends(2);
        return;
      case Role::Heading:
        builder_.end_heading();
        return;
      default:
        return;
    }
  }

  void take_title(const GumboElement& element) {
    for (unsigned i = 0; i < element.children.length && title_.empty(); ++i) {
      const auto& child = *static_cast<const GumboNode*>(element.children.data[i]);
      if (child.type == GUMBO_NODE_TEXT) title_ = text::squeeze(child.v.text.text);
    }
  }

  TextBuilder& builder_;
  int depth_max_;
  std::string& title_;
  bool preformatted_ = false;
  bool first_cell_ = true;
  int items_ = 0;
};

constexpr std::string_view kVoid[] = {"area",  "base", "br",   "col",   "embed",  "hr",    "img",
                                      "input", "link", "meta", "param", "source", "track", "wbr"};

// "<script src='x'/>" ends itself in XHTML; an HTML parser would take all that follows for its
// body.
std::string expand_self_closed(std::string_view page) {
  std::string out;
  out.reserve(page.size() + page.size() / 16);
  std::size_t from = 0;
  for (std::size_t at = page.find("/>"); at != std::string_view::npos;
       at = page.find("/>", at + 2)) {
    const std::size_t open = page.rfind('<', at);
    if (open == std::string_view::npos || open < from) continue;
    const std::size_t name_end = page.find_first_of(" \t\r\n/>", open);
    const std::string_view name = page.substr(open + 1, name_end - open - 1);
    if (name.empty() || name[0] == '!' || name[0] == '/' ||
        std::ranges::find(kVoid, text::to_lower_ascii(name)) != std::end(kVoid)) {
      continue;
    }
    out.append(page.substr(from, at - from)).append("></").append(name).append(">");
    from = at + 2;
  }
  return out.append(page.substr(from));
}

bool is_xhtml(std::string_view page) {
  const std::string_view head = page.substr(0, 1024);
  return head.find("<?xml") != std::string_view::npos ||
         head.find("http://www.w3.org/1999/xhtml") != std::string_view::npos;
}

// Memory for one tree, freed at once: freeing node by node recurses as deep as a hostile page goes.
class Arena {
 public:
  static void* allocate(void* self, std::size_t size) {
    return static_cast<Arena*>(self)->take(size);
  }
  static void release(void* /*self*/, void* /*memory*/) {}

 private:
  void* take(std::size_t size) {
    constexpr std::size_t kBlock = 256 * 1024;
    constexpr std::size_t kAlign = alignof(std::max_align_t);
    size = (size + kAlign - 1) / kAlign * kAlign;
    if (size > kBlock / 4) {
      blocks_.push_back(std::make_unique<std::byte[]>(size));
      return blocks_.back().get();
    }
    if (current_ == nullptr || used_ + size > kBlock) {
      blocks_.push_back(std::make_unique<std::byte[]>(kBlock));
      current_ = blocks_.back().get();
      used_ = 0;
    }
    void* at = current_ + used_;
    used_ += size;
    return at;
  }

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* current_ = nullptr;
  std::size_t used_ = 0;
};

// The encoding that a page names in its first part, by either form of meta, or by its XML line.
std::string declared_encoding(std::string_view bytes) {
  constexpr std::size_t kLooked = 4096;
  const std::string head = text::to_lower_ascii(bytes.substr(0, kLooked));
  std::size_t at = head.find("charset=");
  std::size_t skip = 8;
  if (at == std::string::npos && head.starts_with("<?xml")) {
    at = head.find("encoding=");
    skip = 9;
  }
  if (at == std::string::npos) return {};
  at = head.find_first_not_of("\"' ", at + skip);
  if (at == std::string::npos) return {};
  return head.substr(at, head.find_first_of("\"'/> ;?", at) - at);
}

}  // namespace

void append_html(std::string_view page, TextBuilder& builder, const Limits& limits,
                 std::string& title) {
  const std::string expanded = is_xhtml(page) ? expand_self_closed(page) : std::string();
  const std::string_view utf8 = expanded.empty() ? page : expanded;
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  Arena arena;
  options.allocator = &Arena::allocate;
  options.deallocator = &Arena::release;
  options.userdata = &arena;
  const GumboOutput* tree = gumbo_parse_with_options(&options, utf8.data(), utf8.size());
  if (tree == nullptr) return;
  Walker(builder, limits, title).walk(*tree->document, 0);
}

Result<Document> read_html(const Input& input) {
  const auto utf8 = decode_text(input.bytes, declared_encoding(input.bytes));
  if (!utf8) return fail(Code::Corrupt, "This file is named like a web page but holds no text.");
  Document document;
  TextBuilder builder(document, input.limits);
  append_html(*utf8, builder, input.limits, document.title);
  builder.finish();
  return document;
}

}  // namespace hearth::extractor
