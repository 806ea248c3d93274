#include <algorithm>
#include <charconv>
#include <string>

#include "core/text.h"
#include "extractor/text_builder.h"
#include "extractor/xml.h"
#include "extractor/zip.h"

namespace hearth::extractor {
namespace {

int number_or(std::string_view text, int otherwise) {
  int value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

class Body {
 public:
  Body(TextBuilder& builder, const Limits& limits)
      : builder_(builder), depth_max_(limits.depth_max) {}

  void walk(const pugi::xml_node& node, int depth) {
    if (depth > depth_max_ || builder_.full()) return;
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) {
      if (paragraphs_ > 0) builder_.words(node.value());
      return;
    }
    const std::string_view name = local_name(node);
    if (name == "tracked-changes" || name == "annotation" || name == "sequence-decls") return;
    if (name == "h") {
      builder_.begin_heading(
          std::clamp(number_or(local_attribute(node, "outline-level"), 1), 1, 9));
      walk_text(node, depth);
      builder_.end_heading();
    } else if (name == "p") {
      const int ends = in_list_ > 0 || in_cell_ > 0 ? 1 : 2;
      builder_.line_ends(ends);
      walk_text(node, depth);
      builder_.line_ends(ends);
    } else if (name == "s" || name == "tab") {
      builder_.words(" ");
    } else if (name == "line-break") {
      builder_.line_ends(1);
    } else if (name == "list-item") {
      builder_.line_ends(1);
      builder_.mark("- ", TextBuilder::Joined::No);
      ++in_list_;
      walk_children(node, depth);
      --in_list_;
    } else if (name == "table-row") {
      builder_.line_ends(1);
      first_cell_ = true;
      walk_children(node, depth);
      builder_.line_ends(1);
    } else if (name == "table-cell") {
      if (!first_cell_) builder_.mark(" | ", TextBuilder::Joined::Yes);
      first_cell_ = false;
      ++in_cell_;
      walk_children(node, depth);
      --in_cell_;
    } else {
      walk_children(node, depth);
      if (name == "table" || name == "list") builder_.line_ends(2);
    }
  }

 private:
  void walk_children(const pugi::xml_node& node, int depth) {
    for (const pugi::xml_node& child : node.children()) walk(child, depth + 1);
  }
  // White space between elements is layout of the file; only inside paragraphs it is text.
  void walk_text(const pugi::xml_node& node, int depth) {
    ++paragraphs_;
    walk_children(node, depth);
    --paragraphs_;
  }

  TextBuilder& builder_;
  int depth_max_;
  int paragraphs_ = 0;
  int in_list_ = 0;
  int in_cell_ = 0;
  bool first_cell_ = true;
};

}  // namespace

Result<Document> read_odt(const Input& input) {
  TRY_ASSIGN(const ZipParts parts, unpack(input, [](std::string_view name) {
               return name == "content.xml" || name == "meta.xml" ||
                      name == "META-INF/manifest.xml";
             }));
  const auto content = parts.find("content.xml");
  if (content == parts.end()) {
    return fail(Code::Corrupt, "This file is named like an OpenDocument text but is none.");
  }
  const auto manifest = parts.find("META-INF/manifest.xml");
  if (manifest != parts.end() && manifest->second.find("encryption-data") != std::string::npos) {
    return fail(Code::Corrupt,
                "This document is protected by a password; save it without one to include it.");
  }
  pugi::xml_document xml;
  TRY(parse_xml(xml, content->second));
  Document out;
  TextBuilder builder(out, input.limits);
  Body(builder, input.limits).walk(find_element(xml, "body"), 0);
  if (const auto meta = parts.find("meta.xml"); meta != parts.end()) {
    pugi::xml_document properties;
    if (parse_xml(properties, meta->second)) {
      out.title = text::squeeze(find_element(properties, "title").child_value());
      out.date_ms = parse_iso_date(find_element(properties, "date").child_value());
    }
  }
  builder.finish();
  return out;
}

}  // namespace hearth::extractor
