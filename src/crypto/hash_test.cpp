#include "crypto/hash.h"

#include <gtest/gtest.h>

#include "crypto/derive.h"

namespace hearth::crypto {
namespace {

SecretBytes counting_key() {
  SecretBytes key(kKeyBytes);
  for (std::size_t i = 0; i < key.size(); ++i) key.bytes()[i] = static_cast<std::byte>(i);
  return key;
}

TEST(Hash, MatchesThePublishedBlake2bVectors) {
  EXPECT_EQ(hex(hash("")), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  EXPECT_EQ(hex(hash("abc")), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST(Hash, WithAKeyMatchesAnIndependentImplementation) {
  const std::string message(1000, 'x');
  EXPECT_EQ(hex(keyed_hash(counting_key().view(), bytes_of(message))),
            "b825f3d0a88228dbabfea5a7bfa36dbf1bfca018062353e25ba636d2a46a7c39");
}

TEST(Hash, IsTheSameInPiecesOfAnySize) {
  const std::string message(1000, 'x');
  for (const std::size_t piece : {1U, 7U, 128U, 999U}) {
    Hasher blake;
    Sha256 sha;
    for (std::size_t at = 0; at < message.size(); at += piece) {
      const auto part = std::string_view(message).substr(at, piece);
      blake.update(part);
      sha.update(part).update("");
    }
    EXPECT_EQ(blake.finish(), hash(message)) << piece;
    EXPECT_EQ(hex(sha.finish()), "44f8354494a5ba03ba1792a8d3e9c534c47a9181980fde7a3f44b06ef2ae7c7f")
        << piece;
  }
}

TEST(Sha256, MatchesThePublishedVectors) {
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(bytes_of("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Derive, ArgonMatchesAnIndependentImplementation) {
  Salt salt;
  for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::byte>(i);
  const auto key = key_from_passphrase(bytes_of("correct horse battery staple"), salt,
                                       {.passes = 3, .memory_bytes = 64 << 10});
  ASSERT_TRUE(key) << key.error().message;
  Hash bytes;
  std::ranges::copy(key->view(), bytes.begin());
  EXPECT_EQ(hex(bytes), "bc240e180a205bd2e782cdc64983f247e76aeb8fb2133aec1570b70cccd68bff");
}

TEST(Derive, RefusesACostThatADamagedFileMightAskFor) {
  const Salt salt = random_salt();
  for (const PassphraseCost cost : {PassphraseCost{.passes = 0, .memory_bytes = 65536},
                                    PassphraseCost{.passes = 1000, .memory_bytes = 65536},
                                    PassphraseCost{.passes = 1, .memory_bytes = 0},
                                    PassphraseCost{.passes = 1, .memory_bytes = 1ULL << 50U}}) {
    const auto key = key_from_passphrase(bytes_of("x"), salt, cost);
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, Code::Invalid);
  }
}

TEST(Derive, SubkeysDependOnThePurposeAndTheKey) {
  const SecretBytes key = counting_key();
  Hash bytes;
  std::ranges::copy(subkey(key.view(), "hearth.blobs").view(), bytes.begin());
  EXPECT_EQ(hex(bytes), "3359cf5224522d9623562cc0d31ddc1d7bf4065a8247b48f01ac49ee8e966e28");
  EXPECT_FALSE(equal_in_constant_time(subkey(key.view(), "hearth.blobs").view(),
                                      subkey(key.view(), "hearth.names").view()));
}

}  // namespace
}  // namespace hearth::crypto
