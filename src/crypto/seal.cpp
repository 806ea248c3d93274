#include "crypto/seal.h"

#include <algorithm>

#include "crypto/internal/sodium.h"

namespace hearth::crypto {
namespace {

using internal::raw;
using internal::raw_out;
using StreamState = crypto_secretstream_xchacha20poly1305_state;

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == kSealOverhead);
static_assert(crypto_secretstream_xchacha20poly1305_HEADERBYTES == StreamSealer::kHeaderBytes);
static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == StreamSealer::kPieceOverhead);
static_assert(sizeof(StreamState) == 52);

template <std::size_t N>
StreamState* stream(std::array<std::byte, N>& bytes) {
  return reinterpret_cast<StreamState*>(bytes.data());
}

}  // namespace

Bytes seal(ByteView key, ByteView plain, ByteView context) {
  CHECK(key.size() == kKeyBytes);
  internal::start_sodium();
  Bytes sealed(kNonceBytes + plain.size() + kTagBytes);
  const std::span<std::byte> nonce = std::span(sealed).first(kNonceBytes);
  randombytes_buf(nonce.data(), nonce.size());
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw_out(std::span(sealed).subspan(kNonceBytes)),
                                             nullptr, raw(plain), plain.size(), raw(context),
                                             context.size(), nullptr, raw(nonce), raw(key));
  return sealed;
}

Result<SecretBytes> open(ByteView key, ByteView sealed, ByteView context) {
  CHECK(key.size() == kKeyBytes);
  internal::start_sodium();
  if (sealed.size() < kSealOverhead) return fail(Code::Denied, "the sealed message is cut off");
  const ByteView nonce = sealed.first(kNonceBytes);
  const ByteView body = sealed.subspan(kNonceBytes);
  SecretBytes plain(body.size() - kTagBytes);
  // libsodium takes no null pointer for an empty message.
  std::byte nothing{};
  const std::span<std::byte> out = plain.empty() ? std::span(&nothing, 1) : plain.bytes();
  const int status = crypto_aead_xchacha20poly1305_ietf_decrypt(
      raw_out(out), nullptr, nullptr, raw(body), body.size(), raw(context), context.size(),
      raw(nonce), raw(key));
  if (status != 0) return fail(Code::Denied, "the key does not fit or the bytes were changed");
  return plain;
}

StreamSealer::StreamSealer(ByteView key) {
  CHECK(key.size() == kKeyBytes);
  internal::start_sodium();
  crypto_secretstream_xchacha20poly1305_init_push(stream(state_), raw_out(std::span(header_)),
                                                  raw(key));
}

StreamSealer::~StreamSealer() { wipe(state_); }

Bytes StreamSealer::push(ByteView plain, ByteView context, Last last) {
  Bytes sealed(plain.size() + kPieceOverhead);
  const unsigned char tag = last == Last::Yes ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
  crypto_secretstream_xchacha20poly1305_push(stream(state_), raw_out(std::span(sealed)), nullptr,
                                             raw(plain), plain.size(), raw(context), context.size(),
                                             tag);
  return sealed;
}

Result<StreamOpener> StreamOpener::start(ByteView key, ByteView header) {
  CHECK(key.size() == kKeyBytes);
  internal::start_sodium();
  if (header.size() != StreamSealer::kHeaderBytes) {
    return fail(Code::Denied, "the sealed stream is cut off");
  }
  StreamOpener opener;
  crypto_secretstream_xchacha20poly1305_init_pull(stream(opener.state_), raw(header), raw(key));
  return opener;
}

StreamOpener::~StreamOpener() { wipe(state_); }

Result<StreamOpener::Piece> StreamOpener::pull(ByteView sealed, ByteView context) {
  if (ended_) return fail(Code::Corrupt, "bytes follow the end of the sealed stream");
  if (sealed.size() < StreamSealer::kPieceOverhead) {
    return fail(Code::Denied, "the sealed stream is cut off");
  }
  Piece piece{
      .plain = Bytes(std::max<std::size_t>(sealed.size() - StreamSealer::kPieceOverhead, 1)),
      .last = Last::No};
  unsigned char tag = 0;
  const int status = crypto_secretstream_xchacha20poly1305_pull(
      stream(state_), raw_out(std::span(piece.plain)), nullptr, &tag, raw(sealed), sealed.size(),
      raw(context), context.size());
  if (status != 0) return fail(Code::Denied, "the key does not fit or the bytes were changed");
  piece.plain.resize(sealed.size() - StreamSealer::kPieceOverhead);
  ended_ = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
  piece.last = ended_ ? Last::Yes : Last::No;
  return piece;
}

}  // namespace hearth::crypto
