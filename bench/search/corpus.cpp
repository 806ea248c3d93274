#include "search/corpus.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <unordered_set>

#include "core/format.h"
#include "core/text.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWordsMin = 12;
constexpr std::size_t kWordsWanted = 60;
constexpr std::size_t kChunksOfOneFile = 80;
constexpr std::size_t kFileBytesMax = 4'000'000;

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::vector<char> buffer(1U << 16U);
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    out.append(buffer.data(), got);
    if (out.size() > kFileBytesMax) break;
  }
  pclose(pipe);
  return out;
}

std::string without_tags(std::string_view html) {
  std::string out;
  bool inside = false;
  for (std::size_t i = 0; i < html.size(); ++i) {
    for (const auto& [open, close] : {std::pair{"<script", "</script>"}, {"<style", "</style>"}}) {
      if (!html.substr(i).starts_with(open)) continue;
      const std::size_t end = html.find(close, i);
      i = end == std::string_view::npos ? html.size() - 1 : end;
    }
    const char c = html[i];
    if (c == '<') {
      inside = true;
      const std::string_view tag = html.substr(i + 1, 2);
      if (tag == "p>" || tag == "p " || tag == "/p" || tag == "li" || tag == "h1" || tag == "h2" ||
          tag == "h3" || tag == "dt" || tag == "dd" || tag == "di" || tag == "/d" || tag == "tr") {
        out += "\n\n";
      }
    } else if (c == '>') {
      inside = false;
    } else if (!inside) {
      out.push_back(c);
    }
  }
  for (const auto& [from, to] : {std::pair{"&lt;", "<"},
                                 {"&gt;", ">"},
                                 {"&quot;", "\""},
                                 {"&#39;", "'"},
                                 {"&#8217;", "'"},
                                 {"&nbsp;", " "},
                                 {"&#160;", " "},
                                 {"&amp;", "&"},
                                 {"¶", ""}}) {
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos;) {
      out.replace(at, std::string_view(from).size(), to);
      at += std::string_view(to).size();
    }
  }
  return out;
}

std::string quote(const fs::path& path) { return hearth::format("'{}'", path.string()); }

std::string read_text(const fs::path& path) {
  const std::string name = path.string();
  if (name.find('\'') != std::string::npos) return {};
  std::string raw;
  if (name.ends_with(".gz")) {
    raw = output_of("zcat " + quote(path));
  } else {
    std::ifstream file(path, std::ios::binary);
    raw.assign(std::istreambuf_iterator<char>(file), {});
    if (raw.size() > kFileBytesMax) raw.resize(kFileBytesMax);
  }
  const bool html =
      name.find(".html") != std::string::npos || name.find(".htm") != std::string::npos;
  return html ? without_tags(raw) : raw;
}

bool is_wanted(const fs::path& path) {
  const std::string name = path.string();
  for (const char* no : {"changelog", "copyright", "/NEWS", "ChangeLog", "genindex", "/_sources/",
                         "searchindex", "/search.html", ".css", "AUTHORS", "THANKS"}) {
    if (name.find(no) != std::string::npos) return false;
  }
  for (const char* yes : {".html", ".txt", ".txt.gz", ".rst", ".rst.gz", ".md", ".md.gz", "README",
                          "README.gz", ".pod"}) {
    if (name.ends_with(yes)) return true;
  }
  return false;
}

std::vector<fs::path> files() {
  std::vector<fs::path> out;
  for (const char* root : {"/usr/share/doc", "/usr/share/perl", "/usr/share/debian-policy"}) {
    std::error_code error;
    for (fs::recursive_directory_iterator
             at(root, fs::directory_options::skip_permission_denied, error),
         end;
         at != end && !error; at.increment(error)) {
      if (at->is_symlink(error) || !at->is_regular_file(error)) continue;
      if (is_wanted(at->path())) out.push_back(at->path());
    }
  }
  std::ranges::sort(out);
  std::mt19937 order(42);
  std::ranges::shuffle(out, order);
  return out;
}

// Paragraphs joined up to the wanted length; tables and code that hold few letters are left out.
void cut(const std::string& text, std::vector<std::string>& out) {
  std::string chunk;
  std::size_t words = 0;
  const auto flush = [&] {
    const auto letters = std::ranges::count_if(
        chunk, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
    const bool prose = static_cast<std::size_t>(letters) * 10 > chunk.size() * 6;
    if (words >= kWordsMin && prose) out.push_back(chunk);
    chunk.clear();
    words = 0;
  };
  std::size_t start = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] != ' ' && text[at] != '\n' && text[at] != '\t') continue;
    if (at > start) {
      if (!chunk.empty()) chunk.push_back(' ');
      chunk.append(text, start, std::min<std::size_t>(at - start, 60));
      ++words;
    }
    start = at + 1;
    const bool sentence = !chunk.empty() && (chunk.back() == '.' || chunk.back() == ':');
    const bool paragraph = text.compare(at, 2, "\n\n") == 0;
    if (words >= kWordsWanted * 5 / 4 || (words >= kWordsWanted / 2 && (sentence || paragraph))) {
      flush();
    }
  }
  flush();
}

void write_lines(const fs::path& path, const std::vector<std::string>& lines) {
  std::ofstream file(path, std::ios::binary);
  for (const std::string& line : lines) file << line << '\n';
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::vector<std::string> out;
  std::ifstream file(path, std::ios::binary);
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

Corpus gather(std::size_t count) {
  Corpus corpus;
  std::unordered_set<std::string> seen;
  for (const fs::path& path : files()) {
    std::vector<std::string> chunks;
    cut(hearth::text::to_valid_utf8(read_text(path)), chunks);
    std::size_t taken = 0;
    for (std::string& chunk : chunks) {
      if (taken == kChunksOfOneFile || corpus.texts.size() == count) break;
      if (!seen.insert(chunk.substr(0, 80)).second) continue;
      corpus.texts.push_back(std::move(chunk));
      corpus.titles.push_back(path.string());
      ++taken;
    }
    if (corpus.texts.size() % 1'000 < taken) {
      std::fprintf(stderr, "\r%zu chunks of text", corpus.texts.size());
    }
    if (corpus.texts.size() == count) break;
  }
  std::fprintf(stderr, "\n");
  return corpus;
}

}  // namespace

fs::path cache_folder() {
  const char* set = std::getenv("HEARTH_CACHE");
  const char* home = std::getenv("HOME");
  const fs::path root = set != nullptr && *set != '\0'
                            ? fs::path(set)
                            : fs::path(home != nullptr ? home : "/tmp") / ".cache/hearth";
  fs::create_directories(root / "bench");
  return root / "bench";
}

hearth::Result<Corpus> load_corpus(std::size_t count) {
  const fs::path texts = cache_folder() / hearth::format("search-{}.txt", count);
  const fs::path titles = cache_folder() / hearth::format("search-{}.titles", count);
  Corpus corpus{read_lines(texts), read_lines(titles)};
  if (!corpus.texts.empty() && corpus.texts.size() == corpus.titles.size()) return corpus;
  corpus = gather(count);
  if (corpus.texts.size() < count / 10) {
    return hearth::fail(hearth::Code::NotFound,
                        "too little documentation on this machine: install linux-doc, perl-doc, "
                        "python3.11-doc, git-doc, postgresql-doc-15 or sqlite3-doc");
  }
  write_lines(texts, corpus.texts);
  write_lines(titles, corpus.titles);
  return corpus;
}

}  // namespace bench
