/// Looks the whole installation over: what is wrong and how to mend it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/backend.h"
#include "core/call.h"
#include "inference/chat_model.h"
#include "inference/embedder.h"
#include "ingest/library.h"
#include "search/index.h"
#include "storage/vault.h"

namespace hearth::daemon {

/// What is looked at; everything must outlive the call.
struct Patient {
  const storage::Vault& vault;
  const ingest::Library& library;
  const search::Index& index;
  const inference::Embedder& embedder;
  const inference::ChatModel& chat;
  std::filesystem::path programs;  ///< The folder with the helper programs.
  std::string address;             ///< Of the page; empty when it is not served.
  std::string port_note;           ///< Why it is not where people expect it; may be empty.
  std::vector<std::string> model_problems;
  std::string model_checking;  ///< What is being checked now; empty when nothing is.
};

/// Runs every check; takes as long as reading the database once. A check that cannot be made is a
/// finding, not an error.
[[nodiscard]] std::vector<api::DoctorCheck> examine(const Call& call, const Patient& patient);

}  // namespace hearth::daemon
