/// The running core: every room's service, built once and wired together.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>

#include "core/result.h"
#include "daemon/passphrase.h"
#include "platform/clock.h"

namespace hearth::daemon {

/// How to run.
struct CoreOptions {
  std::filesystem::path home;
  std::filesystem::path programs;  ///< Where the helper programs are.
  int port = 0;                    ///< 0: 4527 or the next free one.
  bool use_keychain = true;
  bool sit_exam = true;  ///< Examine a chat model that was not examined yet.
  PassphraseSource passphrase;
};

/// Opens the vault, then everything on top of it; the API answers before models are checked and
/// loaded and before vectors are in memory.
///
/// Threads: one; `request_shutdown` from any. Errors of `start`: those of `Vault::open` and of
/// listening on the socket. A missing model, helper or port is no error: `doctor` tells.
class Core {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Core>> start(const CoreOptions& options,
                                                           const platform::Clock& clock);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Blocks until somebody asked for the end.
  void wait();
  void request_shutdown();
  /// Of the page; empty when it is not served.
  [[nodiscard]] std::string address() const;

 private:
  struct Parts;
  Core() = default;
  std::unique_ptr<Parts> parts_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool ending_ = false;  // guarded by mutex_
};

}  // namespace hearth::daemon
