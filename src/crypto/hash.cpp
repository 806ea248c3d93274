#include "crypto/hash.h"

#include "core/text.h"
#include "crypto/internal/sodium.h"

namespace hearth::crypto {
namespace {

using internal::raw;
using internal::raw_out;

static_assert(sizeof(crypto_generichash_state) == 384 && alignof(crypto_generichash_state) <= 64);
static_assert(sizeof(crypto_hash_sha256_state) == 104 && alignof(crypto_hash_sha256_state) <= 8);

template <class State, std::size_t N>
State* as_state(std::array<std::byte, N>& bytes) {
  return reinterpret_cast<State*>(bytes.data());
}

}  // namespace

Hasher::Hasher() : Hasher(ByteView{}) {}

Hasher::Hasher(ByteView key) {
  internal::start_sodium();
  CHECK(key.empty() || (key.size() >= crypto_generichash_KEYBYTES_MIN &&
                        key.size() <= crypto_generichash_KEYBYTES_MAX));
  crypto_generichash_init(as_state<crypto_generichash_state>(state_), raw(key), key.size(),
                          sizeof(Hash));
}

Hasher::~Hasher() { wipe(state_); }

Hasher& Hasher::update(ByteView bytes) {
  if (bytes.empty()) return *this;
  crypto_generichash_update(as_state<crypto_generichash_state>(state_), raw(bytes), bytes.size());
  return *this;
}

Hash Hasher::finish() {
  Hash result;
  crypto_generichash_final(as_state<crypto_generichash_state>(state_), raw_out(std::span(result)),
                           result.size());
  return result;
}

Sha256::Sha256() {
  internal::start_sodium();
  crypto_hash_sha256_init(as_state<crypto_hash_sha256_state>(state_));
}

Sha256& Sha256::update(ByteView bytes) {
  if (bytes.empty()) return *this;
  crypto_hash_sha256_update(as_state<crypto_hash_sha256_state>(state_), raw(bytes), bytes.size());
  return *this;
}

Hash Sha256::finish() {
  Hash result;
  crypto_hash_sha256_final(as_state<crypto_hash_sha256_state>(state_), raw_out(std::span(result)));
  return result;
}

Hash hash(ByteView bytes) { return Hasher().update(bytes).finish(); }
Hash hash(std::string_view text) { return hash(bytes_of(text)); }
Hash keyed_hash(ByteView key, ByteView bytes) { return Hasher(key).update(bytes).finish(); }
Hash sha256(ByteView bytes) { return Sha256().update(bytes).finish(); }
std::string hex(const Hash& value) { return text::hex(text_of(value)); }

}  // namespace hearth::crypto
