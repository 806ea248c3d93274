/// Something that is announced before it can be used.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/call.h"
#include "core/format.h"
#include "core/result.h"

namespace hearth::daemon {

/// A model whose file is still being checked. What is known of it can be asked for at once; using
/// it waits, or says that it is being checked. Once bound it stays.
///
/// Threads: any. Errors: Unavailable (not yet, or none), Cancelled, TimedOut (while waiting).
template <class Model>
class Late {
 public:
  /// It will probably be this one. Ignored once a model is bound.
  void expect(std::unique_ptr<Model> model) {
    const std::scoped_lock lock(mutex_);
    if (bound() == nullptr) expected_ = std::move(model);
  }
  /// It is this one; `model` may be one that stands for none at all. The first one counts.
  void bind(std::unique_ptr<Model> model) {
    {
      const std::scoped_lock lock(mutex_);
      if (bound() != nullptr) return;
      owned_ = std::move(model);
      bound_ = owned_.get();
    }
    changed_.notify_all();
  }
  [[nodiscard]] Model* bound() const { return bound_; }
  /// `ask` is called with the model that is bound, else with the expected one; without either the
  /// result is a default value.
  template <class Ask>
  [[nodiscard]] auto look(Ask ask) const {
    if (const Model* model = bound()) return ask(*model);
    const std::scoped_lock lock(mutex_);
    const Model* model = bound() != nullptr ? bound() : expected_.get();
    return model != nullptr ? ask(*model) : decltype(ask(*model)){};
  }
  [[nodiscard]] Result<Model*> wait(const Call& call) const {
    std::unique_lock lock(mutex_);
    const auto is_bound = [this] { return bound() != nullptr; };
    const bool in_time = call.deadline
                             ? changed_.wait_until(lock, call.stop, *call.deadline, is_bound)
                             : changed_.wait(lock, call.stop, is_bound);
    if (in_time) return bound();
    TRY(call.check_stop());
    return fail(Code::TimedOut, "the model is still being checked");
  }
  /// For who cannot wait.
  [[nodiscard]] Result<Model*> now(const std::string& name) const {
    if (Model* model = bound()) return model;
    return fail(Code::Unavailable,
                format("{} is being checked; try again in a moment", name.empty() ? "it" : name));
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::unique_ptr<Model> expected_;  // guarded by mutex_
  std::unique_ptr<Model> owned_;     // guarded by mutex_
  std::atomic<Model*> bound_ = nullptr;
};

}  // namespace hearth::daemon
