#include "ingest/walk/walker.h"

#include <algorithm>

#include "platform/file.h"

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

void Walker::load_rules(const std::string& folder, IgnoreRules& rules) const {
  constexpr std::size_t kBytesMax = 1 << 20;
  for (const std::string_view name : kIgnoreFiles) {
    const std::string path = join(folder, name);
    // Only a regular file: a pipe of that name would hang us.
    if (auto stat = platform::stat_path(path); !stat || stat->kind != platform::EntryKind::File) {
      continue;
    }
    if (auto text = platform::read_file(path, kBytesMax)) {
      rules.add(below_root(folder), parse_ignore(*text));
    }
  }
}

Result<void> Walker::walk(const std::string& path, const std::stop_token& stop) {
  std::vector<Folder> waiting;
  auto stat = platform::stat_path(path);
  if (!stat) return {};
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
      if (is_never(above) || rules.ignores(below_root(above), true)) return {};
      load_rules(above, rules);
    }
    meet(path, *stat, rules, waiting);
  }
  while (!waiting.empty()) {
    if (stop.stop_requested()) return fail(Code::Cancelled, "stopped");
    const Folder folder = std::move(waiting.back());
    waiting.pop_back();
    list(folder, waiting);
  }
  return {};
}

void Walker::list(const Folder& folder, std::vector<Folder>& waiting) {
  receiver_.folder(folder.path);
  auto entries = platform::list_folder(folder.path);
  if (!entries) {
    if (entries.error().code == Code::NotFound) return;
    receiver_.unlisted(folder.path);
    auto stat = platform::stat_path(folder.path);
    const bool denied = entries.error().code == Code::Denied;
    if (stat) {
      receiver_.problem(folder.path, *stat,
                        denied
                            ? "You are not allowed to list this folder; change its permissions to "
                              "include it."
                            : "This folder could not be listed: " + entries.error().message);
    }
    return;
  }
  IgnoreRules rules = folder.rules;
  load_rules(folder.path, rules);
  // Folders are taken from the end: the last pushed is walked first, in the order of names.
  const std::size_t first = waiting.size();
  for (const platform::DirEntry& entry : *entries) {
    meet(join(folder.path, entry.name), entry.stat, rules, waiting);
  }
  std::reverse(waiting.begin() + static_cast<std::ptrdiff_t>(first), waiting.end());
}

void Walker::meet(const std::string& path, const platform::FileStat& stat, const IgnoreRules& rules,
                  std::vector<Folder>& waiting) {
  const bool is_folder = stat.kind == platform::EntryKind::Folder;
  if (is_never(path) || rules.ignores(below_root(path), is_folder)) return;
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
