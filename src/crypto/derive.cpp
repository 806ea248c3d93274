#include "crypto/derive.h"

#include "core/format.h"
#include "crypto/internal/sodium.h"

namespace hearth::crypto {

using internal::raw;
using internal::raw_out;

Salt random_salt() {
  static_assert(sizeof(Salt) == crypto_pwhash_argon2id_SALTBYTES);
  internal::start_sodium();
  Salt salt;
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

Result<SecretBytes> key_from_passphrase(ByteView passphrase, const Salt& salt,
                                        const PassphraseCost& cost) {
  constexpr std::uint64_t kPassesMax = 64;
  constexpr std::uint64_t kMemoryMax = 4ULL << 30U;
  if (cost.passes < crypto_pwhash_argon2id_OPSLIMIT_MIN || cost.passes > kPassesMax ||
      cost.memory_bytes < crypto_pwhash_argon2id_MEMLIMIT_MIN || cost.memory_bytes > kMemoryMax) {
    return fail(Code::Invalid, format("passphrase cost out of range: {} passes, {} bytes",
                                      cost.passes, cost.memory_bytes));
  }
  internal::start_sodium();
  SecretBytes key(kKeyBytes);
  const int status = crypto_pwhash_argon2id(
      raw_out(key.bytes()), key.size(), text_of(passphrase).data(), passphrase.size(), raw(salt),
      cost.passes, cost.memory_bytes, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  if (status != 0) {
    return fail(Code::Exhausted, format("not enough memory to check the passphrase ({} MiB needed)",
                                        cost.memory_bytes >> 20U));
  }
  return key;
}

SecretBytes subkey(ByteView key, std::string_view purpose) {
  CHECK(key.size() == kKeyBytes);
  internal::start_sodium();
  SecretBytes derived(kKeyBytes);
  const ByteView message = bytes_of(purpose);
  crypto_generichash(raw_out(derived.bytes()), derived.size(), raw(message), message.size(),
                     raw(key), key.size());
  return derived;
}

}  // namespace hearth::crypto
