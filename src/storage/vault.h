/// One folder with everything a person's Hearth knows, and the key that opens it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/derive.h"
#include "crypto/secret.h"
#include "platform/file.h"
#include "platform/keychain.h"
#include "platform/paths.h"
#include "storage/blobs.h"
#include "storage/database.h"

namespace hearth::storage {

/// Where the key that wraps the vault's own key comes from.
enum class KeyKind { Keychain, Passphrase, File };
[[nodiscard]] std::string_view name(KeyKind kind);

/// What may be asked for a key.
struct KeySources {
  /// Null: there is none.
  platform::Keychain* keychain = nullptr;
  /// Asked only when a passphrase is needed; empty, or returning nothing: there is none.
  std::function<Result<std::optional<crypto::SecretBytes>>()> passphrase;
};

/// A passphrase that lies in the file named by `HEARTH_PASSPHRASE_FILE`: its first line.
[[nodiscard]] std::function<Result<std::optional<crypto::SecretBytes>>()> passphrase_from_file(
    const platform::Environment& environment);

/// The open vault: `vault.db`, `blobs/`, `backups/`, `run/`, and `vault.json`, which says how to
/// get at the key.
///
/// Everything is encrypted under keys derived from one random root key. The root key is stored in
/// `vault.json`, wrapped by a secret from the keychain, by a passphrase, or by `vault.key`; so the
/// passphrase can change while the data stays as it is. One process at a time has it open.
///
/// Threads: any, for const members. Errors of `open`: Busy (another process has it), Denied (wrong
/// passphrase, no right to the folder), Unavailable (no keychain now), NotFound (the key is gone),
/// Corrupt, TooNew, Conflict (a file is where the folder should be), Exhausted (disk full), Io.
class Vault {
 public:
  struct Options {
    std::filesystem::path home;
    KeySources keys;
    crypto::PassphraseCost cost;  ///< For a passphrase that is set now; old ones keep theirs.
    int readers_max = 4;
  };

  /// Opens the vault in `home`, or makes one. A new vault takes its key from the keychain, else
  /// from a passphrase, else writes a key file and warns. Half a vault, `vault.json` without
  /// `vault.db` or the other way round, is `Corrupt` and left as it is.
  [[nodiscard]] static Result<std::unique_ptr<Vault>> open(const Options& options);

  [[nodiscard]] Database& database() const { return *database_; }
  [[nodiscard]] const BlobStore& blobs() const { return *blobs_; }
  [[nodiscard]] const std::filesystem::path& home() const { return home_; }
  /// For sockets and process ids: emptied by nobody, private like the rest.
  [[nodiscard]] std::filesystem::path run_folder() const { return home_ / "run"; }
  [[nodiscard]] std::filesystem::path backup_folder() const { return home_ / "backups"; }
  [[nodiscard]] KeyKind key_kind() const { return kind_; }
  /// Random, lower-case hex; the same for the life of the vault.
  [[nodiscard]] const std::string& id() const { return id_; }
  /// What the person should know about how this vault is kept. Full sentences.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  /// A key of this vault for one purpose, such as "hearth.tokens".
  [[nodiscard]] crypto::SecretBytes subkey(std::string_view purpose) const;

  /// From now on the vault opens with `passphrase` and nothing else; the keychain's secret or the
  /// key file is removed. No data is rewritten.
  [[nodiscard]] Result<void> set_passphrase(crypto::ByteView passphrase);

 private:
  Vault(const Options& options, platform::LockFile lock);
  [[nodiscard]] Result<void> open_or_begin();
  [[nodiscard]] Result<void> create();
  [[nodiscard]] Result<void> unlock(const std::string& text);
  [[nodiscard]] Result<void> save(const crypto::SecretBytes& wrapping, KeyKind kind) const;
  [[nodiscard]] std::string describe(const crypto::SecretBytes& wrapping, KeyKind kind) const;
  [[nodiscard]] Result<void> begin(const crypto::SecretBytes& wrapping, KeyKind kind) const;
  [[nodiscard]] Result<void> finish_creation() const;
  [[nodiscard]] Result<void> open_contents(int readers_max);
  void forget_old_key(KeyKind old_kind);

  // Constant after opening, but for kind_, cost_ and salt_, which set_passphrase changes.
  std::filesystem::path home_;
  KeySources keys_;
  platform::LockFile lock_;
  std::string id_;
  KeyKind kind_ = KeyKind::File;
  crypto::PassphraseCost cost_;
  crypto::Salt salt_{};
  crypto::SecretBytes root_;
  std::vector<std::string> warnings_;
  std::optional<BlobStore> blobs_;
  std::unique_ptr<Database> database_;
};

}  // namespace hearth::storage
