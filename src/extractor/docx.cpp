#include <map>
#include <string>

#include "core/text.h"
#include "extractor/text_builder.h"
#include "extractor/xml.h"
#include "extractor/zip.h"

namespace hearth::extractor {
namespace {

int heading_level_of_name(std::string_view name) {
  const std::string lower = text::to_lower_ascii(name);
  if (lower == "title") return 1;
  if (!lower.starts_with("heading ") && !lower.starts_with("heading")) return 0;
  const char digit = lower.back();
  return digit >= '1' && digit <= '9' ? digit - '0' : 0;
}

// Style ids differ by language ("berschrift1"); their names and outline levels do not.
std::map<std::string, int, std::less<>> heading_styles(std::string_view styles_xml) {
  std::map<std::string, int, std::less<>> levels;
  pugi::xml_document styles;
  if (!parse_xml(styles, styles_xml)) return levels;
  for (const pugi::xml_node& style : find_element(styles, "styles").children()) {
    if (local_name(style) != "style") continue;
    int level = 0;
    for (const pugi::xml_node& part : style.children()) {
      if (local_name(part) == "name") level = heading_level_of_name(local_attribute(part, "val"));
    }
    const std::string_view outline = local_attribute(find_element(style, "outlineLvl"), "val");
    if (level == 0 && outline.size() == 1 && outline[0] < '9') level = outline[0] - '0' + 1;
    if (level > 0) levels.emplace(local_attribute(style, "styleId"), level);
  }
  return levels;
}

class Body {
 public:
  Body(TextBuilder& builder, const Limits& limits, std::map<std::string, int, std::less<>> styles)
      : builder_(builder), depth_max_(limits.depth_max), styles_(std::move(styles)) {}

  void walk(const pugi::xml_node& node, int depth) {
    if (depth > depth_max_ || builder_.full()) return;
    const std::string_view name = local_name(node);
    // Text that was deleted, field codes, and what only an older program would show.
    if (name == "del" || name == "instrText" || name == "Fallback" || name == "delText") return;
    if (name == "t") {
      builder_.words(node.child_value());
    } else if (name == "tab") {
      builder_.words(" ");
    } else if (name == "br" || name == "cr") {
      builder_.line_ends(1);
    } else if (name == "p") {
      walk_paragraph(node, depth);
    } else if (name == "tr") {
      builder_.line_ends(1);
      first_cell_ = true;
      walk_children(node, depth);
      builder_.line_ends(1);
    } else if (name == "tc") {
      if (!first_cell_) builder_.mark(" | ", TextBuilder::Joined::Yes);
      first_cell_ = false;
      walk_children(node, depth);
    } else {
      walk_children(node, depth);
      if (name == "tbl") builder_.line_ends(2);
    }
  }

 private:
  void walk_children(const pugi::xml_node& node, int depth) {
    for (const pugi::xml_node& child : node.children()) walk(child, depth + 1);
  }

  void walk_paragraph(const pugi::xml_node& node, int depth) {
    pugi::xml_node properties;
    for (const pugi::xml_node& child : node.children()) {
      if (local_name(child) == "pPr") properties = child;
    }
    const auto style = styles_.find(local_attribute(find_element(properties, "pStyle"), "val"));
    if (style != styles_.end()) {
      builder_.begin_heading(style->second);
      walk_children(node, depth);
      builder_.end_heading();
      return;
    }
    const bool item = static_cast<bool>(find_element(properties, "numPr"));
    builder_.line_ends(item ? 1 : 2);
    if (item) builder_.mark("- ", TextBuilder::Joined::No);
    walk_children(node, depth);
    builder_.line_ends(item ? 1 : 2);
  }

  TextBuilder& builder_;
  int depth_max_;
  std::map<std::string, int, std::less<>> styles_;
  bool first_cell_ = true;
};

void read_properties(std::string_view xml, Document& out) {
  pugi::xml_document core;
  if (!parse_xml(core, xml)) return;
  out.title = text::squeeze(find_element(core, "title").child_value());
  out.date_ms = parse_iso_date(find_element(core, "modified").child_value());
  if (!out.date_ms) out.date_ms = parse_iso_date(find_element(core, "created").child_value());
}

}  // namespace

Result<Document> read_docx(const Input& input) {
  TRY_ASSIGN(const ZipParts parts, unpack(input, [](std::string_view name) {
               return name == "word/document.xml" || name == "word/styles.xml" ||
                      name == "docProps/core.xml" || name == "word/footnotes.xml" ||
                      name == "word/endnotes.xml";
             }));
  const auto body = parts.find("word/document.xml");
  if (body == parts.end())
    return fail(Code::Corrupt, "This file is named like a Word document but is none.");
  Document out;
  TextBuilder builder(out, input.limits);
  std::map<std::string, int, std::less<>> styles;
  if (const auto found = parts.find("word/styles.xml"); found != parts.end()) {
    styles = heading_styles(found->second);
  }
  Body walker(builder, input.limits, std::move(styles));
  for (const char* name : {"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"}) {
    const auto part = parts.find(name);
    if (part == parts.end()) continue;
    pugi::xml_document xml;
    const auto parsed = parse_xml(xml, part->second);
    if (!parsed && part == body) return std::unexpected(parsed.error());
    builder.line_ends(2);
    walker.walk(xml, 0);
  }
  if (const auto core = parts.find("docProps/core.xml"); core != parts.end()) {
    read_properties(core->second, out);
  }
  builder.finish();
  return out;
}

}  // namespace hearth::extractor
