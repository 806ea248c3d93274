#include "ingest/walk/walker.h"

#include <algorithm>

#include "core/format.h"

namespace hearth::ingest {
namespace {

std::string join(const std::string& folder, std::string_view name) {
  std::string path = folder;
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

}  // namespace

bool is_inside(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool Walker::is_never(const std::string& path) const {
  return std::ranges::any_of(never_, [&](const std::filesystem::path& folder) {
    return is_inside(path, folder.string());
  });
}

std::string Walker::below_root(const std::string& path) const {
  if (path.size() <= root_.size()) return {};
  return path.substr(root_.ends_with('/') ? root_.size() : root_.size() + 1);
}

void Walker::load_rules(const std::string& folder, IgnoreRules& rules) {
  for (const std::string_view name : kIgnoreFiles) {
    const std::string path = join(folder, name);
    const auto fd = platform::open_regular(path);
    if (!fd) continue;
    std::string text(kIgnoreBytesMax + 1, '\0');
    const auto got = platform::read_at(fd->get(), text, 0);
    if (!got) continue;
    text.resize(*got);
    const bool too_long = text.size() > kIgnoreBytesMax;
    // Half a line would be another rule.
    if (too_long) text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n'));
    const IgnoreFile file = parse_ignore(text);
    rules.add(below_root(folder), file, path);
    if (!too_long && file.left_out == 0) continue;
    report_rules(path, format("Only the first {} of its rules are followed: more than {} of them, "
                              "more than {} KB and lines of more than {} KB are left out.",
                              file.patterns.size(), kIgnorePatternsMax, kIgnoreBytesMax >> 10U,
                              kIgnorePatternBytesMax >> 10U));
  }
}

// A file above what is walked was reported when all was walked.
void Walker::report_rules(const std::string& file, std::string reason) {
  if (!is_inside(file, from_)) return;
  const auto stat = platform::stat_path(file);
  if (!stat) return;
  reported_.insert(file);
  receiver_.problem(file, *stat, std::move(reason));
}

bool Walker::is_ignored(const std::string& path, bool is_folder, IgnoreRules& rules) {
  const bool ignored = rules.ignores(below_root(path), is_folder);
  for (const std::string& file : rules.take_dropped()) {
    report_rules(file,
                 "Its rules take too long to follow, so they do not hold and what they leave out "
                 "is read; write them with fewer stars.");
  }
  return ignored;
}

Result<void> Walker::walk(const std::string& path, const std::stop_token& stop) {
  std::vector<Folder> waiting;
  auto stat = platform::stat_path(path);
  if (!stat) return {};
  from_ = path;
  if (path == root_) {
    if (stat->kind == platform::EntryKind::File) {
      receiver_.file(path, *stat);
      return {};
    }
    waiting.push_back({root_, IgnoreRules()});
  } else {
    IgnoreRules rules;
    load_rules(root_, rules);
    for (std::size_t at = path.find('/', root_.size() + 1); at != std::string::npos;
         at = path.find('/', at + 1)) {
      const std::string above = path.substr(0, at);
      if (is_never(above) || is_ignored(above, true, rules)) return {};
      load_rules(above, rules);
    }
    meet(path, *stat, rules, waiting);
  }
  while (!waiting.empty()) {
    const Folder folder = std::move(waiting.back());
    waiting.pop_back();
    TRY(list(folder, stop, waiting));
  }
  return {};
}

Result<void> Walker::list(const Folder& folder, const std::stop_token& stop,
                          std::vector<Folder>& waiting) {
  if (stop.stop_requested()) return fail(Code::Cancelled, "stopped");
  receiver_.folder(folder.path);
  const auto entries = platform::list_folder(folder.path);
  if (!entries) {
    tell_unlisted(folder.path, entries.error());
    return {};
  }
  IgnoreRules rules = folder.rules;
  load_rules(folder.path, rules);
  // Far more than real rules cost: a thousand of them take some 20,000 steps for a name.
  constexpr std::int64_t kSteps = 5'000'000;
  constexpr std::int64_t kStepsPerEntry = 50'000;
  rules.allow(kSteps + kStepsPerEntry * static_cast<std::int64_t>(entries->size()));
  // Folders are taken from the end: the last pushed is walked first, in the order of names.
  const std::size_t first = waiting.size();
  for (const platform::DirEntry& entry : *entries) {
    if (stop.stop_requested()) return fail(Code::Cancelled, "stopped");
    meet(join(folder.path, entry.name), entry.stat, rules, waiting);
  }
  std::reverse(waiting.begin() + static_cast<std::ptrdiff_t>(first), waiting.end());
  return {};
}

void Walker::tell_unlisted(const std::string& folder, const Error& error) {
  if (error.code == Code::NotFound) return;
  receiver_.unlisted(folder);
  const auto stat = platform::stat_path(folder);
  if (!stat) return;
  receiver_.problem(folder, *stat,
                    error.code == Code::Denied
                        ? "You are not allowed to list this folder; change its permissions to "
                          "include it."
                        : "This folder could not be listed: " + error.message);
}

void Walker::meet(const std::string& path, const platform::FileStat& stat, IgnoreRules& rules,
                  std::vector<Folder>& waiting) {
  const bool is_folder = stat.kind == platform::EntryKind::Folder;
  if (is_never(path) || is_ignored(path, is_folder, rules) || reported_.contains(path)) return;
  switch (stat.kind) {
    case platform::EntryKind::Folder:
      waiting.push_back({path, rules});
      return;
    case platform::EntryKind::File:
      receiver_.file(path, stat);
      return;
    case platform::EntryKind::Link:
      meet_link(path, stat);
      return;
    case platform::EntryKind::Other:
      receiver_.problem(path, stat, "This is a socket, a pipe or a device, not a file.");
      return;
  }
}

void Walker::meet_link(const std::string& path, const platform::FileStat& stat) {
  auto target = platform::resolve(path);
  if (!target) {
    receiver_.problem(path, stat,
                      target.error().code == Code::Invalid ? "This link leads in a circle."
                      : target.error().code == Code::NotFound
                          ? "This link leads to nothing."
                          : "This link cannot be followed: " + target.error().message);
    return;
  }
  const std::string real = target->string();
  if (is_inside(path, real)) {
    receiver_.problem(path, stat, "This link leads to a folder that contains it: a circle.");
    return;
  }
  // What lies inside is found under its own name.
  if (is_inside(real, root_)) return;
  receiver_.problem(path, stat,
                    "This link leads out of the folder you added; add its target to "
                    "include it.");
}

}  // namespace hearth::ingest
