#include "ingest/walk/ignore.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace hearth::ingest {
namespace {

// Version control, caches and editors' leavings; hidden names mostly hold settings and secrets.
// A `.hearthignore` can take any of them back with `!`.
constexpr std::string_view kDefaults = R"(
.*
node_modules/
bower_components/
__pycache__/
*.pyc
CMakeFiles/
*~
*.swp
*.tmp
*.part
*.crdownload
Thumbs.db
desktop.ini
lost+found/
$RECYCLE.BIN/
System Volume Information/
)";

bool in_class(std::string_view name, unsigned char c) {
  const bool lower = c >= 'a' && c <= 'z';
  const bool upper = c >= 'A' && c <= 'Z';
  const bool digit = c >= '0' && c <= '9';
  if (name == "alpha") return lower || upper;
  if (name == "digit") return digit;
  if (name == "alnum") return lower || upper || digit;
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "punct") return c > ' ' && c < 0x7f && !lower && !upper && !digit;
  if (name == "graph") return c > ' ' && c < 0x7f;
  if (name == "print") return c >= ' ' && c < 0x7f;
  if (name == "cntrl") return c < ' ' || c == 0x7f;
  if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  return false;
}

// `at` is behind the '['. Moves behind the ']' and says whether `c` is in the set; an unclosed set
// never matches.
class Bracket {
 public:
  Bracket(std::string_view glob, std::size_t at) : glob_(glob), at_(at) {}

  bool contains(unsigned char c) {
    bool negated = false;
    if (at_ < glob_.size() && (glob_[at_] == '!' || glob_[at_] == '^')) {
      negated = true;
      ++at_;
    }
    bool found = false;
    for (bool first = true;; first = false) {
      if (at_ >= glob_.size()) return false;
      if (glob_[at_] == ']' && !first) break;
      found = take_item(c) || found;
    }
    ++at_;
    closed_ = true;
    return found != negated && c != '/';
  }
  [[nodiscard]] std::size_t end() const { return at_; }
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  unsigned char take_char() {
    if (glob_[at_] == '\\' && at_ + 1 < glob_.size()) ++at_;
    return static_cast<unsigned char>(glob_[at_++]);
  }

  bool take_item(unsigned char c) {
    if (glob_.substr(at_).starts_with("[:")) {
      const std::size_t close = glob_.find(":]", at_ + 2);
      if (close != std::string_view::npos) {
        const std::string_view name = glob_.substr(at_ + 2, close - at_ - 2);
        at_ = close + 2;
        return in_class(name, c);
      }
    }
    const unsigned char low = take_char();
    if (at_ + 1 < glob_.size() && glob_[at_] == '-' && glob_[at_ + 1] != ']') {
      ++at_;
      const unsigned char high = take_char();
      return c >= low && c <= high;
    }
    return c == low;
  }

  std::string_view glob_;
  std::size_t at_;
  bool closed_ = false;
};

class Matcher {
 public:
  Matcher(std::string_view glob, std::string_view path) : glob_(glob), path_(path) {}

  bool match(std::size_t g, std::size_t p) {
    while (g < glob_.size()) {
      // A glob of many stars could try forever; nobody writes one that needs this much.
      if (++steps_ > kStepsMax) return false;
      if (glob_[g] == '*') return match_star(g, p);
      if (p >= path_.size()) return false;
      if (glob_[g] == '[') {
        Bracket bracket(glob_, g + 1);
        const bool in = bracket.contains(static_cast<unsigned char>(path_[p]));
        if (!bracket.closed() || !in) return false;
        g = bracket.end();
        ++p;
        continue;
      }
      if (glob_[g] == '?') {
        if (path_[p] == '/') return false;
      } else {
        if (glob_[g] == '\\' && g + 1 < glob_.size()) ++g;
        if (glob_[g] != path_[p]) return false;
      }
      ++g;
      ++p;
    }
    return p == path_.size();
  }

 private:
  bool match_star(std::size_t g, std::size_t p) {
    std::size_t after = g;
    while (after < glob_.size() && glob_[after] == '*') ++after;
    const bool starts = g == 0 || glob_[g - 1] == '/';
    const bool ends = after == glob_.size() || glob_[after] == '/';
    if (after - g >= 2 && starts && ends) return match_folders(after, p);
    for (std::size_t at = p;; ++at) {
      if (match(after, at)) return true;
      if (at >= path_.size() || path_[at] == '/' || steps_ > kStepsMax) return false;
    }
  }

  // "**/" stands for no folder or any number of them; "/**" at the end for everything inside.
  bool match_folders(std::size_t after, std::size_t p) {
    if (after == glob_.size()) return p < path_.size();
    for (std::size_t at = p;;) {
      if (match(after + 1, at)) return true;
      at = path_.find('/', at);
      if (at == std::string_view::npos || steps_ > kStepsMax) return false;
      ++at;
    }
  }

  static constexpr int kStepsMax = 200'000;
  std::string_view glob_;
  std::string_view path_;
  int steps_ = 0;
};

std::string_view without_trailing_spaces(std::string_view line) {
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line;
}

}  // namespace

std::vector<IgnorePattern> parse_ignore(std::string_view text) {
  constexpr std::size_t kPatternsMax = 10'000;
  std::vector<IgnorePattern> patterns;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::string_view line : text::split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with('#')) continue;
    line = without_trailing_spaces(line);
    IgnorePattern pattern;
    if (line.starts_with('!')) {
      pattern.negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      pattern.folders_only = true;
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    pattern.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    pattern.glob = line;
    patterns.push_back(std::move(pattern));
    if (patterns.size() >= kPatternsMax) break;
  }
  return patterns;
}

bool matches_glob(std::string_view glob, std::string_view path) {
  return Matcher(glob, path).match(0, 0);
}

IgnoreRules::IgnoreRules() { add("", parse_ignore(kDefaults)); }

void IgnoreRules::add(std::string_view folder, const std::vector<IgnorePattern>& patterns) {
  if (!patterns.empty()) layers_.push_back({std::string(folder), patterns});
}

bool IgnoreRules::ignores(std::string_view path, bool is_folder) const {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    std::string_view below = path;
    if (!layer->folder.empty()) {
      if (!path.starts_with(layer->folder) || path.size() <= layer->folder.size() + 1) continue;
      below.remove_prefix(layer->folder.size() + 1);
    }
    for (auto pattern = layer->patterns.rbegin(); pattern != layer->patterns.rend(); ++pattern) {
      if (pattern->folders_only && !is_folder) continue;
      if (matches_glob(pattern->glob, pattern->anchored ? below : name)) return !pattern->negated;
    }
  }
  return false;
}

bool is_ignore_file(std::string_view name) {
  return std::ranges::find(kIgnoreFiles, name) != std::end(kIgnoreFiles);
}

}  // namespace hearth::ingest
