#include "storage/internal/vault_file.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/format.h"
#include "core/json.h"
#include "crypto/seal.h"

namespace hearth::storage {

std::string_view name(KeyKind kind) {
  switch (kind) {
    case KeyKind::Keychain:
      return "keychain";
    case KeyKind::Passphrase:
      return "passphrase";
    case KeyKind::File:
      return "file";
  }
  return "";
}

}  // namespace hearth::storage

namespace hearth::storage::internal {
namespace {

constexpr std::size_t kIdDigits = 32;

std::unexpected<Error> damaged(std::string_view what) {
  return fail(Code::Corrupt, format("vault.json is damaged: {}", what));
}

std::optional<KeyKind> kind_named(std::string_view text) {
  for (const KeyKind kind : {KeyKind::Keychain, KeyKind::Passphrase, KeyKind::File}) {
    if (name(kind) == text) return kind;
  }
  return std::nullopt;
}

bool is_id(std::string_view text) {
  return text.size() == kIdDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Result<void> read_argon(const Json& json, VaultFile& file) {
  const auto salt = crypto::from_base64url(json["salt"].view());
  const auto passes = json["passes"].as_int();
  const auto memory = json["memory_bytes"].as_int();
  if (!salt || salt->size() != file.salt.size() || !passes || !memory || *passes < 1 ||
      *memory < 1) {
    return damaged("the passphrase's parameters cannot be read");
  }
  std::ranges::copy(*salt, file.salt.begin());
  file.cost = {.passes = static_cast<std::uint64_t>(*passes),
               .memory_bytes = static_cast<std::uint64_t>(*memory)};
  return {};
}

}  // namespace

std::string VaultFile::context() const { return format("hearth vault 1 {} {}", id, name(kind)); }

std::string VaultFile::to_json() const {
  Json key = Json::object({{"kind", name(kind)}});
  if (kind == KeyKind::Passphrase) {
    key.set("argon2id", Json::object({{"salt", crypto::to_base64url(salt)},
                                      {"passes", cost.passes},
                                      {"memory_bytes", cost.memory_bytes}}));
  }
  key.set("wrapped", crypto::to_base64url(wrapped));
  return Json::object({{"format", kFormat}, {"id", id}, {"key", std::move(key)}}).dump(2) + "\n";
}

Result<VaultFile> VaultFile::from_json(std::string_view text) {
  const auto json = Json::parse(text, 8);
  if (!json) return damaged(json.error().message);
  const auto written_by = (*json)["format"].as_int();
  if (!written_by || *written_by < 1) return damaged("it has no format number");
  if (*written_by > kFormat) {
    return fail(Code::TooNew, format("this vault has format {}, and this program knows {}; use the "
                                     "newer Hearth that wrote it",
                                     *written_by, kFormat));
  }
  VaultFile file{.id = (*json)["id"].string_or("")};
  if (!is_id(file.id)) return damaged("it has no id");
  const Json& key = (*json)["key"];
  const auto kind = kind_named(key["kind"].view());
  if (!kind) return damaged("the kind of its key is unknown");
  file.kind = *kind;
  if (file.kind == KeyKind::Passphrase) TRY(read_argon(key["argon2id"], file));
  auto wrapped = crypto::from_base64url(key["wrapped"].view());
  if (!wrapped || wrapped->size() != crypto::kKeyBytes + crypto::kSealOverhead) {
    return damaged("its wrapped key cannot be read");
  }
  file.wrapped = std::move(*wrapped);
  return file;
}

}  // namespace hearth::storage::internal
