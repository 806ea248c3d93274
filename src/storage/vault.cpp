#include "storage/vault.h"

#include <system_error>
#include <utility>

#include "core/format.h"
#include "core/log.h"
#include "core/text.h"
#include "crypto/seal.h"
#include "platform/random.h"
#include "storage/internal/vault_file.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;
using crypto::bytes_of;
using crypto::SecretBytes;
using internal::VaultFile;
using platform::Access;

constexpr std::size_t kSmallFileMax = 64 * 1024;
constexpr const char* kUnfinished = "vault.json.new";

std::string secret_name(const std::string& id) { return "vault-" + id; }

/// A secret as the keychain and the key file hold it, and back.
Result<SecretBytes> key_from_text(std::string text, std::string_view where) {
  auto bytes = crypto::from_base64url(text::trim(text));
  crypto::wipe(text);
  if (!bytes || bytes->size() != crypto::kKeyBytes) {
    return fail(Code::Corrupt, format("the key in {} cannot be read", where));
  }
  auto key = SecretBytes::copy_of(*bytes);
  crypto::wipe(*bytes);
  return key;
}

std::optional<Error> store_in_keychain(platform::Keychain& keychain, const std::string& id,
                                       const SecretBytes& key) {
  std::string text = crypto::to_base64url(key.view());
  auto stored = keychain.store(secret_name(id), "Hearth vault key", text);
  if (stored) {
    // A keychain that forgets would lock the person out for good.
    auto found = keychain.find_secret(secret_name(id));
    const bool same = found && *found && **found == text;
    if (found && *found) crypto::wipe(**found);
    if (!same) stored = fail(Code::Unavailable, "the keychain did not keep the key");
  }
  crypto::wipe(text);
  if (stored) return std::nullopt;
  return std::move(stored).error();
}

Result<SecretBytes> key_from_keychain(platform::Keychain* keychain, const std::string& id) {
  if (keychain == nullptr) {
    return fail(Code::Unavailable,
                "the key of this vault is in the system keychain, and this program runs without "
                "one");
  }
  auto found = keychain->find_secret(secret_name(id));
  if (!found) {
    return fail(found.error().code,
                format("the key of this vault is in the system keychain; log in to the desktop "
                       "session that made it and unlock it ({})",
                       found.error().message));
  }
  if (!*found) {
    return fail(Code::NotFound,
                format("the system keychain holds no key named {} for this vault; restore the "
                       "keychain from a backup, or log in as the user who made the vault",
                       secret_name(id)));
  }
  return key_from_text(std::move(**found), "the system keychain");
}

Result<SecretBytes> key_from_file(const fs::path& path, std::vector<std::string>& warnings) {
  auto text = platform::read_file(path, kSmallFileMax);
  if (!text) {
    if (text.error().code != Code::NotFound) return std::unexpected(std::move(text).error());
    return fail(Code::NotFound, format("the key file {} is gone; without it this vault cannot be "
                                       "opened. Put it back from a backup",
                                       path.string()));
  }
  TRY_ASSIGN(const bool is_private, platform::is_private(path));
  if (!is_private) {
    TRY(platform::make_private(path));
    warnings.push_back(
        format("{} could be read by other users of this machine; that is mended, "
               "but somebody may have a copy",
               path.string()));
  }
  return key_from_text(std::move(*text), path.string());
}

Result<std::optional<SecretBytes>> ask_passphrase(const KeySources& keys) {
  if (!keys.passphrase) return std::nullopt;
  TRY_ASSIGN(auto passphrase, keys.passphrase());
  if (passphrase && passphrase->empty()) return fail(Code::Invalid, "the passphrase is empty");
  return passphrase;
}

std::string wrong_key(KeyKind kind) {
  constexpr std::string_view kOr = "or vault.json was changed, and vault.json.bak is its copy";
  switch (kind) {
    case KeyKind::Passphrase:
      return format("the passphrase is wrong ({})", kOr);
    case KeyKind::Keychain:
      return format("the key in the system keychain does not open this vault ({})", kOr);
    case KeyKind::File:
      return format("the key in vault.key does not open this vault ({})", kOr);
  }
  return {};
}

/// A database that was never begun has no first page.
bool has_database(const fs::path& home) {
  std::error_code error;
  const auto bytes = fs::file_size(home / "vault.db", error);
  return !error && bytes > 0;
}

/// A vault folder in which only `vault.json` is missing must not be taken for a new one.
std::unexpected<Error> description_is_missing(const fs::path& home) {
  return fail(Code::Corrupt,
              format("{0} is missing, and without it {1} cannot be opened. Copy vault.json.bak "
                     "from the same folder, or from a backup, to {0}",
                     (home / "vault.json").string(), (home / "vault.db").string()));
}

/// Nor one in which only the database is missing: an empty one would look like lost data.
std::unexpected<Error> database_is_missing(const fs::path& home) {
  return fail(Code::Corrupt,
              format("{0} is missing or empty, but {1} says that there was a vault. Nothing was "
                     "changed. Put {0} back from a backup; or, to begin anew with an empty vault, "
                     "remove {1}",
                     (home / "vault.db").string(), (home / "vault.json").string()));
}

}  // namespace

std::function<Result<std::optional<SecretBytes>>()> passphrase_from_file(
    const platform::Environment& environment) {
  const auto path = environment("HEARTH_PASSPHRASE_FILE");
  if (!path) return {};
  return [file = fs::path(*path)]() -> Result<std::optional<SecretBytes>> {
    TRY_ASSIGN(std::string text, platform::read_file(file, kSmallFileMax));
    std::string_view line = std::string_view(text).substr(0, text.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    auto passphrase = SecretBytes::copy_of(bytes_of(line));
    crypto::wipe(text);
    if (passphrase.empty()) {
      return fail(Code::Invalid, format("{} holds no passphrase", file.string()));
    }
    return passphrase;
  };
}

Vault::Vault(const Options& options, platform::LockFile lock)
    : home_(options.home), keys_(options.keys), lock_(std::move(lock)), cost_(options.cost) {}

Result<std::unique_ptr<Vault>> Vault::open(const Options& options) {
  TRY(platform::ensure_private_folder(options.home));
  TRY_ASSIGN(auto lock, platform::LockFile::acquire(options.home / "lock"));
  std::unique_ptr<Vault> vault(new Vault(options, std::move(lock)));
  TRY(vault->open_or_begin());
  TRY(vault->open_contents(options.readers_max));
  TRY(vault->finish_creation());
  return vault;
}

// `vault.json` gets its name last: whoever sees it may rely on the database. A creation that was
// cut short has left kUnfinished, and goes on with the key that its database was begun with.
Result<void> Vault::open_or_begin() {
  auto text = platform::read_file(home_ / "vault.json", kSmallFileMax);
  if (text) {
    if (!has_database(home_)) return database_is_missing(home_);
    return unlock(*text);
  }
  if (text.error().code != Code::NotFound) return std::unexpected(std::move(text).error());
  if (!has_database(home_)) return create();
  text = platform::read_file(home_ / kUnfinished, kSmallFileMax);
  if (text) return unlock(*text);
  if (text.error().code == Code::NotFound) return description_is_missing(home_);
  return std::unexpected(std::move(text).error());
}

Result<void> Vault::create() {
  id_ = platform::random_hex(16);
  root_ = SecretBytes::random(crypto::kKeyBytes);
  auto wrapping = SecretBytes::random(crypto::kKeyBytes);
  std::optional<Error> no_keychain;
  if (keys_.keychain != nullptr) {
    no_keychain = store_in_keychain(*keys_.keychain, id_, wrapping);
    if (!no_keychain) {
      kind_ = KeyKind::Keychain;
      return begin(wrapping, kind_);
    }
  }
  TRY_ASSIGN(const auto passphrase, ask_passphrase(keys_));
  if (passphrase) {
    salt_ = crypto::random_salt();
    TRY_ASSIGN(wrapping, crypto::key_from_passphrase(passphrase->view(), salt_, cost_));
    kind_ = KeyKind::Passphrase;
    return begin(wrapping, kind_);
  }
  std::string text = crypto::to_base64url(wrapping.view()) + "\n";
  auto written = platform::write_file_atomically(home_ / "vault.key", text, Access::Private);
  crypto::wipe(text);
  TRY(written);
  kind_ = KeyKind::File;
  if (no_keychain) log::warn("keychain: {}", no_keychain->message);
  return begin(wrapping, kind_);
}

std::string Vault::describe(const SecretBytes& wrapping, KeyKind kind) const {
  VaultFile file{.id = id_, .kind = kind, .salt = salt_, .cost = cost_, .wrapped = {}};
  file.wrapped = crypto::seal(wrapping.view(), root_.view(), bytes_of(file.context()));
  return file.to_json();
}

Result<void> Vault::begin(const SecretBytes& wrapping, KeyKind kind) const {
  return platform::write_file_atomically(home_ / kUnfinished, describe(wrapping, kind),
                                         Access::Private);
}

Result<void> Vault::finish_creation() const {
  std::error_code error;
  if (fs::exists(home_ / "vault.json", error)) return {};
  TRY_ASSIGN(const std::string json, platform::read_file(home_ / kUnfinished, kSmallFileMax));
  TRY(platform::write_file_atomically(home_ / "vault.json.bak", json, Access::Private));
  return platform::replace_file(home_ / kUnfinished, home_ / "vault.json");
}

Result<void> Vault::save(const SecretBytes& wrapping, KeyKind kind) const {
  const std::string json = describe(wrapping, kind);
  // The second write decides: until it succeeds, the vault opens as it did before.
  TRY(platform::write_file_atomically(home_ / "vault.json.bak", json, Access::Private));
  return platform::write_file_atomically(home_ / "vault.json", json, Access::Private);
}

Result<void> Vault::unlock(const std::string& text) {
  auto file = VaultFile::from_json(text);
  if (!file) {
    if (file.error().code != Code::Corrupt) return std::unexpected(std::move(file).error());
    return fail(Code::Corrupt,
                format("{}. Your data is still there: copy {}.bak over {}", file.error().message,
                       (home_ / "vault.json").string(), (home_ / "vault.json").string()));
  }
  id_ = file->id;
  kind_ = file->kind;
  salt_ = file->salt;
  SecretBytes wrapping;
  switch (kind_) {
    case KeyKind::Keychain: {
      TRY_ASSIGN(wrapping, key_from_keychain(keys_.keychain, id_));
      break;
    }
    case KeyKind::File: {
      TRY_ASSIGN(wrapping, key_from_file(home_ / "vault.key", warnings_));
      break;
    }
    case KeyKind::Passphrase: {
      TRY_ASSIGN(const auto passphrase, ask_passphrase(keys_));
      if (!passphrase) {
        return fail(Code::Denied,
                    "this vault needs its passphrase: set HEARTH_PASSPHRASE_FILE to a file that "
                    "holds it");
      }
      TRY_ASSIGN(wrapping, crypto::key_from_passphrase(passphrase->view(), salt_, file->cost));
      break;
    }
  }
  auto root = crypto::open(wrapping.view(), file->wrapped, bytes_of(file->context()));
  if (!root) {
    return fail(Code::Denied, wrong_key(kind_));
  }
  root_ = std::move(*root);
  return {};
}

Result<void> Vault::open_contents(int readers_max) {
  if (kind_ == KeyKind::File) {
    warnings_.push_back(
        format("There is no system keychain and no passphrase was given, so the key of this vault "
               "lies in {}. Whoever copies the whole folder can read it.",
               (home_ / "vault.key").string()));
  }
  TRY(platform::ensure_private_folder(run_folder()));
  TRY(platform::ensure_private_folder(backup_folder()));
  TRY_ASSIGN(blobs_, BlobStore::open(home_ / "blobs", subkey("hearth.blobs").view()));
  const SecretBytes key = subkey("hearth.database");
  auto database = Database::open({.file = home_ / "vault.db",
                                  .key = key.view(),
                                  .readers_max = readers_max,
                                  .backup_folder = backup_folder()});
  if (!database && database.error().code == Code::Denied) {
    // The root key has just proved right, so it is the file that is wrong.
    return fail(
        Code::Corrupt,
        format("{} is damaged: its first page cannot be read. Keep a copy of it and put a "
               "file from {} in its place ({})",
               (home_ / "vault.db").string(), backup_folder().string(), database.error().message));
  }
  if (!database) return std::unexpected(std::move(database).error());
  database_ = std::move(*database);
  return {};
}

SecretBytes Vault::subkey(std::string_view purpose) const {
  return crypto::subkey(root_.view(), purpose);
}

Result<void> Vault::set_passphrase(crypto::ByteView passphrase) {
  if (passphrase.empty()) return fail(Code::Invalid, "the passphrase is empty");
  const auto old_salt = std::exchange(salt_, crypto::random_salt());
  auto wrapping = crypto::key_from_passphrase(passphrase, salt_, cost_);
  auto saved = wrapping ? save(*wrapping, KeyKind::Passphrase)
                        : Result<void>(std::unexpected(wrapping.error()));
  if (!saved) {
    salt_ = old_salt;
    return saved;
  }
  forget_old_key(std::exchange(kind_, KeyKind::Passphrase));
  return {};
}

void Vault::forget_old_key(KeyKind old_kind) {
  Result<void> done;
  if (old_kind == KeyKind::File) done = platform::remove_file(home_ / "vault.key");
  if (old_kind == KeyKind::Keychain && keys_.keychain != nullptr) {
    done = keys_.keychain->remove(secret_name(id_));
  }
  warnings_.clear();
  if (!done) {
    warnings_.push_back(
        format("The old key could not be removed, and does no longer open "
               "anything: {}",
               done.error().message));
  }
}

}  // namespace hearth::storage
