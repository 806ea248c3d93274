/// The models Hearth knows of: what they are, where they come from, what they need.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "models/model.h"
#include "platform/machine.h"

namespace hearth::models {

/// One file of a model. Without a sha256 it is never fetched by itself: the person confirms what
/// came.
struct CatalogueFile {
  std::string as;  ///< "main" or "tokenizer".
  std::string name;
  std::string sha256;       ///< Empty: not verified by us.
  std::uint64_t bytes = 0;  ///< About, when there is no sha256.
  /// Tried in order: "hf:", "https:", "npm:" ("+" joins parts), "file:".
  std::vector<std::string> sources;
};

struct CatalogueEntry {
  std::string name;
  Role role = Role::Chat;
  std::string about;  ///< One sentence for the person.
  bool recommended = false;
  Traits traits;
  std::vector<CatalogueFile> files;
  [[nodiscard]] const CatalogueFile* file(std::string_view as) const;
};

/// `Invalid` says which member is missing or wrong.
[[nodiscard]] Result<CatalogueEntry> read_entry(const Json& json);
[[nodiscard]] const std::vector<CatalogueEntry>& catalogue();
[[nodiscard]] const CatalogueEntry* find_entry(std::string_view name);
/// The entry whose main file has this fingerprint.
[[nodiscard]] const CatalogueEntry* find_entry_by_sha256(std::string_view sha256);
/// The entry that has no hash of its own and whose main file is called so.
[[nodiscard]] const CatalogueEntry* find_unhashed_entry(std::string_view file_name);

/// What suits this machine best, and why, in one sentence for the person.
struct Recommendation {
  const CatalogueEntry* entry = nullptr;
  std::string reason;
};
[[nodiscard]] Recommendation recommend(Role role, const platform::Machine& machine);

}  // namespace hearth::models
