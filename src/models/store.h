/// The models on this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "models/catalogue.h"
#include "models/model.h"

namespace hearth::models {

/// How far an import is. `stage` is "checking" or "copying".
struct ImportProgress {
  std::string_view stage;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};
using OnImport = std::function<void(const ImportProgress&)>;

/// One folder for each model, named by the sha256 of its main file, with a `model.json` beside it.
/// A file is linked, not copied, when it lies on the same disk already; it is hashed when it comes,
/// and again when its inode, size or time says that somebody touched it.
///
/// Threads: any. Errors: NotFound, Corrupt (a file is not what its sha256 says), Invalid (not a
/// model), Conflict, Exhausted (disk full), Cancelled, Io.
class Store {
 public:
  /// `folder` is created when absent.
  static Result<Store> open(std::filesystem::path folder);

  /// Every whole model. One whose files have changed is left out and named in `problems`.
  struct Listing {
    std::vector<Model> models;
    std::vector<std::string> problems;  ///< One plain sentence each.
    std::vector<Model> touched;         ///< Those that were set aside.
  };
  /// What to do about a file that somebody touched: hash it, which takes a second for each gigabyte
  /// or more, or leave that to `check`.
  enum class Touched { Hash, SetAside };
  [[nodiscard]] Result<Listing> list(const Call& call, Touched touched = Touched::Hash) const;
  /// Hashes the files of a model that was set aside. If they are what they were, they are not set
  /// aside again until somebody touches them.
  [[nodiscard]] Result<Model> check(const Call& call, const std::string& fingerprint,
                                    const OnImport& on_progress = {}) const;

  /// The best model of this role that is here: strong before weak, then the largest. `name` wins
  /// when given and installed. Nothing when none is here.
  [[nodiscard]] Result<std::optional<Model>> find(const Call& call, Role role,
                                                  std::string_view name = "") const;

  /// Takes in a model file that the person has: a GGUF file of a chat model, or one that the
  /// catalogue knows by its sha256 (its other files must lie beside it). The same model again is no
  /// error. A name that another model has already gets the first digits of the sha256 added.
  [[nodiscard]] Result<Model> import(const Call& call, const std::filesystem::path& main,
                                     const OnImport& on_progress = {});

  /// What `./dev setup` left in a cache folder with its `models.json` and is neither here nor was
  /// removed by the person. Nothing is hashed: `import` of the `main` of each makes sure.
  [[nodiscard]] Result<std::vector<Model>> cached(const std::filesystem::path& cache) const;
  /// Imports all of it. Returns how many came.
  [[nodiscard]] Result<std::size_t> import_cache(const Call& call,
                                                 const std::filesystem::path& cache);

  /// The person's own file, if it was linked, stays. `import_cache` does not bring it back.
  [[nodiscard]] Result<void> remove(const Call& call, std::string_view name);
  /// Takes back an import, as if it had not been.
  [[nodiscard]] Result<void> discard(const Model& model);
  /// Whether the person removed it, and did not import it again.
  [[nodiscard]] bool was_removed(const std::string& sha256) const;

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

 private:
  explicit Store(std::filesystem::path folder) : folder_(std::move(folder)) {}
  struct Incoming;
  Result<Model> take_in(const Call& call, const Incoming& incoming, const OnImport& on_progress);
  Result<void> fill(const Call& call, const Incoming& incoming,
                    const std::filesystem::path& scratch, const OnImport& on_progress) const;
  Result<std::string> free_name(const Call& call, std::string name,
                                const std::string& sha256) const;
  [[nodiscard]] std::filesystem::path removed_mark(const std::string& sha256) const;

  std::filesystem::path folder_;
};

/// Where `./dev setup` leaves models: $HEARTH_CACHE/models, else the XDG cache's hearth/models.
[[nodiscard]] std::filesystem::path default_cache();

}  // namespace hearth::models
