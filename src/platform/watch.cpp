#include "platform/watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <unordered_map>

#include "platform/file.h"
#include "platform/unique_fd.h"

namespace hearth::platform {
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
                                IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                                IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

WatchEvent::Kind kind_of(std::uint32_t mask) {
  if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0) return WatchEvent::Kind::RootGone;
  if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) return WatchEvent::Kind::Gone;
  if ((mask & IN_MODIFY) != 0) return WatchEvent::Kind::Growing;
  return WatchEvent::Kind::Written;
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

struct FolderWatch::State {
  UniqueFd events;
  UniqueFd bell;

  std::mutex mutex;
  // Guarded by mutex. A folder that moved keeps its number, so the newest path of a number counts.
  std::unordered_map<int, std::string> path_of;
  std::map<std::string, int, std::less<>> number_of;

  void forget(int number) {
    const auto found = path_of.find(number);
    if (found == path_of.end()) return;
    if (const auto back = number_of.find(found->second);
        back != number_of.end() && back->second == number) {
      number_of.erase(back);
    }
    path_of.erase(found);
  }

  void take(const inotify_event& raw, std::string_view name, WatchEvents& out) {
    if ((raw.mask & IN_Q_OVERFLOW) != 0) {
      out.overflowed = true;
      return;
    }
    const std::scoped_lock lock(mutex);
    const auto folder = path_of.find(raw.wd);
    if (folder == path_of.end()) return;
    if ((raw.mask & IN_IGNORED) != 0) {
      forget(raw.wd);
      return;
    }
    WatchEvent event{kind_of(raw.mask), (raw.mask & IN_ISDIR) != 0, folder->second};
    if (!name.empty()) event.path.append("/").append(name);
    // The folder's own attributes are of no interest; its parent reports what matters.
    if (name.empty() && event.kind != WatchEvent::Kind::RootGone) return;
    out.events.push_back(std::move(event));
  }
};

FolderWatch::FolderWatch(std::unique_ptr<State> state) : state_(std::move(state)) {}
FolderWatch::~FolderWatch() = default;

Result<std::unique_ptr<FolderWatch>> FolderWatch::open() {
  auto state = std::make_unique<State>();
  state->events.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!state->events) return fail(Code::Exhausted, std::string("inotify: ") + std::strerror(errno));
  state->bell.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!state->bell) return fail(Code::Io, std::string("eventfd: ") + std::strerror(errno));
  return std::unique_ptr<FolderWatch>(new FolderWatch(std::move(state)));
}

Result<void> FolderWatch::add(const std::string& folder) {
  const std::scoped_lock lock(state_->mutex);
  const int number = ::inotify_add_watch(state_->events.get(), folder.c_str(), kMask);
  if (number < 0) {
    if (errno == ENOSPC || errno == ENOMEM) {
      return fail(Code::Exhausted, "the system's limit of watched folders is reached");
    }
    return std::unexpected(file_error(errno, "watch", folder));
  }
  if (const auto old = state_->path_of.find(number);
      old != state_->path_of.end() && old->second != folder) {
    state_->forget(number);
  }
  state_->path_of[number] = folder;
  state_->number_of[folder] = number;
  return {};
}

void FolderWatch::remove_below(std::string_view folder) {
  const std::scoped_lock lock(state_->mutex);
  auto at = state_->number_of.lower_bound(folder);
  while (at != state_->number_of.end() && at->first.starts_with(folder)) {
    if (!is_below(at->first, folder)) {
      ++at;
      continue;
    }
    ::inotify_rm_watch(state_->events.get(), at->second);
    state_->path_of.erase(at->second);
    at = state_->number_of.erase(at);
  }
}

Result<WatchEvents> FolderWatch::wait(std::chrono::milliseconds timeout) {
  std::array<pollfd, 2> ready{{{state_->events.get(), POLLIN, 0}, {state_->bell.get(), POLLIN, 0}}};
  const int n = ::poll(ready.data(), ready.size(), static_cast<int>(timeout.count()));
  WatchEvents out;
  if (n < 0) {
    if (errno == EINTR) return out;
    return fail(Code::Io, std::string("poll: ") + std::strerror(errno));
  }
  std::uint64_t rings = 0;
  if (::read(state_->bell.get(), &rings, sizeof rings) < 0) rings = 0;
  alignas(inotify_event) std::array<char, 64 * 1024> buffer;
  for (;;) {
    const ssize_t bytes = ::read(state_->events.get(), buffer.data(), buffer.size());
    if (bytes <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(bytes);) {
      inotify_event head{};
      std::memcpy(&head, buffer.data() + at, sizeof head);
      const std::string_view padded(buffer.data() + at + sizeof head, head.len);
      state_->take(head, padded.substr(0, padded.find('\0')), out);
      at += sizeof head + head.len;
    }
    constexpr std::size_t kAtOnce = 20'000;
    if (out.events.size() > kAtOnce) break;
  }
  return out;
}

void FolderWatch::wake() {
  const std::uint64_t one = 1;
  // A full counter already wakes.
  if (::write(state_->bell.get(), &one, sizeof one) < 0) return;
}

}  // namespace hearth::platform
