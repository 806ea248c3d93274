#include "ingest/walk/ignore.h"

#include <algorithm>
#include <limits>
#include <utility>

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
      // No class has a longer name; a search to the end would make many of them slow.
      constexpr std::size_t kNameMax = 6;
      const std::size_t length = glob_.substr(at_ + 2, kNameMax + 2).find(":]");
      if (length != std::string_view::npos) {
        const std::size_t close = at_ + 2 + length;
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

// Remembers the last star of each sort and goes back to it; never recurses. An earlier star need
// not be tried again: `*` ends before the next '/', and what stands between two `**/` has a fixed
// number of folders, so that its first place is as good as any. Hence the time is at most the
// glob's length times the path's.
class Matcher {
 public:
  Matcher(std::string_view glob, std::string_view path, std::int64_t& steps)
      : glob_(glob), path_(path), steps_(steps) {}

  bool run() {
    while (g_ < glob_.size() || p_ < path_.size()) {
      if (--steps_ < 0) return false;
      if (g_ < glob_.size() && take_one()) continue;
      if (!go_back()) return false;
    }
    return true;
  }

 private:
  // Where the glob goes on behind a star, and up to where the star reaches by now.
  struct Star {
    bool seen = false;
    std::size_t glob = 0;
    std::size_t path = 0;
  };

  bool take_one() {
    if (glob_[g_] == '*') return take_star();
    if (p_ >= path_.size()) return false;
    if (glob_[g_] == '[') {
      Bracket bracket(glob_, g_ + 1);
      const bool in = bracket.contains(static_cast<unsigned char>(path_[p_]));
      steps_ -= static_cast<std::int64_t>(bracket.end() - g_);
      if (!bracket.closed() || !in) return false;
      g_ = bracket.end();
      ++p_;
      return true;
    }
    if (glob_[g_] == '?') {
      if (path_[p_] == '/') return false;
    } else {
      const std::size_t at = glob_[g_] == '\\' && g_ + 1 < glob_.size() ? g_ + 1 : g_;
      if (glob_[at] != path_[p_]) return false;
      g_ = at;
    }
    ++g_;
    ++p_;
    return true;
  }

  // "**/" stands for no folder or any number of them; "/**" at the end for everything inside.
  bool take_star() {
    std::size_t after = g_;
    while (after < glob_.size() && glob_[after] == '*') ++after;
    steps_ -= static_cast<std::int64_t>(after - g_);
    const bool starts = g_ == 0 || glob_[g_ - 1] == '/';
    const bool ends = after == glob_.size() || glob_[after] == '/';
    if (after - g_ < 2 || !starts || !ends) {
      in_name_ = {true, after, p_};
      g_ = after;
      return true;
    }
    if (after == glob_.size()) {
      if (p_ >= path_.size()) return false;
      p_ = path_.size();
      g_ = after;
      return true;
    }
    folders_ = {true, after + 1, p_};
    in_name_ = {};
    g_ = after + 1;
    return true;
  }

  // One more character for the last `*`, else one more folder for the last `**/`.
  bool go_back() {
    if (in_name_.seen && in_name_.path < path_.size() && path_[in_name_.path] != '/') {
      g_ = in_name_.glob;
      p_ = ++in_name_.path;
      return true;
    }
    if (!folders_.seen) return false;
    const std::size_t slash = path_.find('/', folders_.path);
    if (slash == std::string_view::npos) return false;
    in_name_ = {};
    g_ = folders_.glob;
    p_ = folders_.path = slash + 1;
    return true;
  }

  std::string_view glob_;
  std::string_view path_;
  std::int64_t& steps_;
  std::size_t g_ = 0;
  std::size_t p_ = 0;
  Star in_name_;
  Star folders_;
};

std::string_view without_trailing_spaces(std::string_view line) {
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line;
}

// "**/**/" says no more than "**/", nor "***" than "**".
std::string without_idle_stars(std::string_view line) {
  std::string glob;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const std::string_view rest = line.substr(at);
    if (rest.starts_with('\\') && rest.size() > 1) {
      glob.append(rest.substr(0, 2));
      ++at;
      continue;
    }
    if (rest.starts_with("***")) continue;
    const bool at_folder = glob.empty() || glob.ends_with('/');
    if (at_folder && rest.starts_with("**/**/")) {
      at += 2;
      continue;
    }
    glob += line[at];
  }
  return glob;
}

std::optional<IgnorePattern> parse_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with('#')) return std::nullopt;
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
  if (line.empty()) return std::nullopt;
  pattern.anchored = line.find('/') != std::string_view::npos;
  if (line.starts_with('/')) line.remove_prefix(1);
  pattern.glob = without_idle_stars(line);
  return pattern;
}

}  // namespace

IgnoreFile parse_ignore(std::string_view text) {
  IgnoreFile file;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (const std::string_view line : text::split(text, '\n')) {
    auto pattern = parse_line(line);
    if (!pattern) continue;
    if (pattern->glob.size() > kIgnorePatternBytesMax ||
        file.patterns.size() >= kIgnorePatternsMax) {
      ++file.left_out;
    } else {
      file.patterns.push_back(*std::move(pattern));
    }
  }
  return file;
}

bool matches_glob(std::string_view glob, std::string_view path, std::int64_t& steps) {
  return Matcher(glob, path, steps).run();
}

struct IgnoreRules::Layer {
  std::shared_ptr<const Layer> above;
  std::string folder;
  std::string file;
  std::vector<IgnorePattern> patterns;
  // What its patterns cost since the last `allow`, and whether that was too much. The rules of all
  // folders below share both; one walk is one thread.
  mutable std::int64_t spent = 0;
  mutable bool dropped = false;

  /// What this layer says of a path; nothing when no pattern matches.
  [[nodiscard]] std::optional<bool> ignores(std::string_view path, std::string_view name,
                                            bool is_folder, std::int64_t& steps) const {
    std::string_view below = path;
    if (!folder.empty()) {
      if (!path.starts_with(folder) || path.size() <= folder.size() + 1) return std::nullopt;
      below.remove_prefix(folder.size() + 1);
    }
    for (auto pattern = patterns.rbegin(); pattern != patterns.rend(); ++pattern) {
      --steps;
      if (pattern->folders_only && !is_folder) continue;
      const bool matches = matches_glob(pattern->glob, pattern->anchored ? below : name, steps);
      if (steps < 0) return std::nullopt;
      if (matches) return !pattern->negated;
    }
    return std::nullopt;
  }
};

IgnoreRules::IgnoreRules() {
  static const IgnoreFile defaults = parse_ignore(kDefaults);
  add("", defaults, "");
}

void IgnoreRules::add(std::string_view folder, const IgnoreFile& file, std::string_view path) {
  if (file.patterns.empty()) return;
  auto layer = std::make_shared<Layer>();
  layer->above = std::move(last_);
  layer->folder = folder;
  layer->file = path;
  layer->patterns = file.patterns;
  last_ = std::move(layer);
}

void IgnoreRules::allow(std::int64_t steps) {
  allowed_ = steps_ = steps;
  for (const Layer* layer = last_.get(); layer != nullptr; layer = layer->above.get()) {
    layer->spent = 0;
  }
}

bool IgnoreRules::ignores(std::string_view path, bool is_folder) {
  for (;;) {
    const std::optional<bool> said = try_ignores(path, is_folder);
    if (said) return *said;
    drop_dearest();
  }
}

std::optional<bool> IgnoreRules::try_ignores(std::string_view path, bool is_folder) {
  const std::size_t slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  for (const Layer* layer = last_.get(); layer != nullptr; layer = layer->above.get()) {
    if (layer->dropped) continue;
    const std::int64_t before = steps_;
    const std::optional<bool> said = layer->ignores(path, name, is_folder, steps_);
    layer->spent += before - steps_;
    if (steps_ < 0) return std::nullopt;
    if (said) return said;
  }
  return false;
}

void IgnoreRules::drop_dearest() {
  const Layer* dearest = nullptr;
  for (const Layer* layer = last_.get(); layer != nullptr; layer = layer->above.get()) {
    if (layer->dropped || layer->file.empty()) continue;
    if (dearest == nullptr || layer->spent > dearest->spent) dearest = layer;
  }
  if (dearest == nullptr) {
    // Only Hearth's own rules are left, and they are few.
    steps_ = std::numeric_limits<std::int64_t>::max();
    return;
  }
  dearest->dropped = true;
  dropped_.push_back(dearest->file);
  allow(allowed_);
}

std::vector<std::string> IgnoreRules::take_dropped() { return std::exchange(dropped_, {}); }

bool is_ignore_file(std::string_view name) {
  return std::ranges::find(kIgnoreFiles, name) != std::end(kIgnoreFiles);
}

}  // namespace hearth::ingest
