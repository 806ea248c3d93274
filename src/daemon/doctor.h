/// Looks the whole installation over: what is wrong and how to mend it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/call.h"
#include "core/json.h"
#include "inference/chat_model.h"
#include "inference/embedder.h"
#include "ingest/library.h"
#include "search/index.h"
#include "storage/vault.h"

namespace hearth::daemon {

/// One finding. `mend` says what to do, unless all is well.
struct Check {
  enum class Level { Ok, Warn, Error };
  std::string name;
  Level level = Level::Ok;
  std::string message;
  std::string mend;
};

/// What is looked at; everything must outlive the call.
struct Patient {
  const storage::Vault& vault;
  const ingest::Library& library;
  const search::Index& index;
  const inference::Embedder& embedder;
  const inference::ChatModel& chat;
  std::filesystem::path programs;  ///< The folder with the helper programs.
  std::string address;             ///< Of the page; empty when it is not served.
  std::vector<std::string> model_problems;
};

/// Runs every check; takes as long as reading the database once. A check that cannot be made is a
/// finding, not an error.
[[nodiscard]] std::vector<Check> examine(const Call& call, const Patient& patient);

/// `{checks: [{name, ok, level, message, mend}]}`.
[[nodiscard]] Json to_json(const std::vector<Check>& checks);

}  // namespace hearth::daemon
