/// What a running command has at hand.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/core_client.h"
#include "cli/terminal.h"
#include "core/result.h"

namespace hearth::cli {

/// How `hearth serve` was asked to run.
struct ServeOptions {
  std::filesystem::path home;
  int port = 0;                    ///< 0: 4527 or the next free one.
  bool background = false;         ///< Started by a client: log to a file, not to the terminal.
  int passphrase_fd = -1;          ///< Where a passphrase can be read from; -1: nowhere.
  bool create_passphrase = false;  ///< Lock a new vault with a passphrase instead of the keychain.
};

/// The programs that are not clients and so are handed in by `main`.
struct Programs {
  std::function<int(const ServeOptions&)> serve;
  std::function<int(const std::vector<std::string>&)> worker;
};

/// One run of one command.
///
/// Threads: one, but `stop_token` may be stopped by Ctrl-C from the signal thread.
class Session {
 public:
  Session(const Programs& programs, std::filesystem::path home, bool json);

  [[nodiscard]] Terminal& terminal() { return terminal_; }
  [[nodiscard]] const Programs& programs() const { return programs_; }
  [[nodiscard]] const std::filesystem::path& home() const { return home_; }
  [[nodiscard]] bool json() const { return json_; }

  /// The core; started (and waited for, with progress) when none is running.
  [[nodiscard]] Result<CoreClient*> core();
  /// The core if it is running; Unavailable otherwise.
  [[nodiscard]] Result<CoreClient*> running_core();

  /// Stopped by the next Ctrl-C. A second one while it is stopped ends the program.
  [[nodiscard]] std::stop_token stop_token();
  /// A fresh token after a stop (chat goes on).
  void rearm();
  /// What the signal thread calls.
  void interrupt();

 private:
  [[nodiscard]] Result<void> start_core();
  const Programs& programs_;
  std::filesystem::path home_;
  bool json_;
  Terminal terminal_;
  std::unique_ptr<CoreClient> client_;
  std::mutex stop_mutex_;
  std::stop_source stop_;  // guarded by stop_mutex_
};

}  // namespace hearth::cli
