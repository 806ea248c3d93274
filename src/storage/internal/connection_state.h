/// What a `Connection` holds: the handle, its idle statements, and the call it works for.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <list>
#include <span>
#include <string_view>

#include "storage/database.h"

namespace hearth::storage {

/// How long a statement waits for a lock that another program holds.
inline constexpr int kBusyTimeoutMs = 5000;

struct Connection::State {
  sqlite3* database = nullptr;
  /// Null while nobody's call is served; then nothing interrupts a statement.
  const Call* call = nullptr;
  /// Ready to be used again, most recently used first.
  std::list<sqlite3_stmt*> idle;

  ~State();
  [[nodiscard]] sqlite3_stmt* take_idle(std::string_view sql);
  void give_back(sqlite3_stmt* statement);
  [[nodiscard]] Error error(int result, std::string_view doing) const;
};

struct Connection::Settings {
  enum class Mode { ReadOnly, ReadWrite, Copy };  ///< Copy: written once, no log beside it.
  std::filesystem::path file;
  std::span<const std::byte> key;  ///< As SQLite takes it: "raw:" and 32 bytes; or empty.
  Mode mode = Mode::ReadOnly;
  int cache_kib = 8192;
};

/// Gives a connection to a call for as long as it lives.
class Connection::Serving {
 public:
  Serving(Connection& connection, const Call* call) : state_(*connection.state_) {
    state_.call = call;
  }
  ~Serving() { state_.call = nullptr; }
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

 private:
  State& state_;
};

}  // namespace hearth::storage
