#include <map>
#include <string>
#include <vector>

#include "core/format.h"
#include "core/text.h"
#include "extractor/html.h"
#include "extractor/xml.h"
#include "extractor/zip.h"

namespace hearth::extractor {
namespace {

bool is_markup(std::string_view name) {
  const std::string lower = text::to_lower_ascii(name);
  return lower.ends_with(".xhtml") || lower.ends_with(".html") || lower.ends_with(".htm") ||
         lower.ends_with(".xml") || lower.ends_with(".opf");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percent_decoded(std::string_view href) {
  std::string out;
  for (std::size_t i = 0; i < href.size(); ++i) {
    const int high = href[i] == '%' && i + 2 < href.size() ? hex_digit(href[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(href[i + 2]) : -1;
    if (low < 0) {
      out.push_back(href[i]);
      continue;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

// "OEBPS/text" and "../ch 1.xhtml#top" give the name of a part inside the container.
std::string resolve(std::string_view folder, std::string_view href) {
  std::vector<std::string_view> steps;
  const std::string target = percent_decoded(href.substr(0, href.find('#')));
  const std::string joined = std::string(folder) + "/" + target;
  for (const std::string_view step : text::split(joined, '/')) {
    if (step.empty() || step == ".") continue;
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
      continue;
    }
    steps.push_back(step);
  }
  std::string out;
  for (const std::string_view step : steps) {
    if (!out.empty()) out += '/';
    out += step;
  }
  return out;
}

Result<std::string> package_path(const ZipParts& parts) {
  const auto container = parts.find("META-INF/container.xml");
  if (container != parts.end()) {
    pugi::xml_document xml;
    TRY(parse_xml(xml, container->second));
    const std::string_view path = local_attribute(find_element(xml, "rootfile"), "full-path");
    if (!path.empty()) return std::string(path);
  }
  for (const auto& [name, _] : parts) {
    if (name.ends_with(".opf")) return name;
  }
  return fail(Code::Corrupt, "This e-book has no table of its parts; it is damaged.");
}

std::vector<std::string> reading_order(const pugi::xml_document& package, std::string_view folder) {
  std::map<std::string, std::string, std::less<>> by_id;
  for (const pugi::xml_node& item : find_element(package, "manifest").children()) {
    by_id.emplace(local_attribute(item, "id"), resolve(folder, local_attribute(item, "href")));
  }
  std::vector<std::string> order;
  for (const pugi::xml_node& item : find_element(package, "spine").children()) {
    const auto found = by_id.find(local_attribute(item, "idref"));
    if (found != by_id.end()) order.push_back(found->second);
  }
  return order;
}

}  // namespace

Result<Document> read_epub(const Input& input) {
  TRY_ASSIGN(const ZipParts parts, unpack(input, is_markup));
  if (parts.contains("META-INF/encryption.xml") && parts.contains("META-INF/rights.xml")) {
    return fail(Code::Corrupt, "This e-book is locked by its seller (DRM) and cannot be read.");
  }
  TRY_ASSIGN(const std::string path, package_path(parts));
  const auto found = parts.find(path);
  if (found == parts.end())
    return fail(Code::Corrupt, "This e-book is damaged: a part is missing.");
  pugi::xml_document package;
  TRY(parse_xml(package, found->second));
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
  Document out;
  const pugi::xml_node metadata = find_element(package, "metadata");
  out.title = text::squeeze(find_element(metadata, "title").child_value());
  out.date_ms = parse_iso_date(find_element(metadata, "date").child_value());
  TextBuilder builder(out, input.limits);
  int missing = 0;
  std::string page_title = "-";
  for (const std::string& name : reading_order(package, folder)) {
    const auto chapter = parts.find(name);
    if (chapter == parts.end()) {
      ++missing;
      continue;
    }
    builder.line_ends(2);
    const auto utf8 = decode_text(chapter->second, "");
    if (utf8) append_html(*utf8, builder, input.limits, page_title);
  }
  if (missing > 0 && out.problem.empty())
    out.problem = format("{} of its chapters are missing.", missing);
  builder.finish();
  return out;
}

}  // namespace hearth::extractor
