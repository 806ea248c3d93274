#include "cli/session.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "cli/internal/start_core.h"
#include "core/format.h"

namespace hearth::cli {

Session::Session(const Programs& programs, std::filesystem::path home, bool json)
    : programs_(programs), home_(std::move(home)), json_(json) {}

Result<CoreClient*> Session::running_core() {
  if (client_) return client_.get();
  TRY_ASSIGN(auto client, CoreClient::connect(home_));
  client_ = std::make_unique<CoreClient>(std::move(client));
  return client_.get();
}

Result<CoreClient*> Session::core() {
  auto running = running_core();
  if (running || running.error().code != Code::Unavailable) return running;
  TRY(start_core());
  return running_core();
}

Result<void> Session::start_core() {
  terminal_.progress("Starting the core …");
  auto started = internal::start_core(home_, terminal_, stop_token());
  terminal_.end_progress();
  return started;
}

std::stop_token Session::stop_token() {
  const std::scoped_lock lock(stop_mutex_);
  return stop_.get_token();
}

void Session::rearm() {
  const std::scoped_lock lock(stop_mutex_);
  if (stop_.stop_requested()) stop_ = std::stop_source();
}

void Session::interrupt() {
  std::stop_source source;
  {
    const std::scoped_lock lock(stop_mutex_);
    source = stop_;
  }
  // The first one asks; the second means it.
  if (!source.request_stop()) std::_Exit(describe(Code::Cancelled).exit_code);
}

}  // namespace hearth::cli
