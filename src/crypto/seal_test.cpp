#include "crypto/seal.h"

#include <string>

#include <gtest/gtest.h>

namespace hearth::crypto {
namespace {

Bytes from_hex(std::string_view digits) {
  Bytes bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(
        static_cast<std::byte>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

Bytes sequence(int first, int count) {
  Bytes bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<std::byte>(first + i));
  return bytes;
}

const ByteView kContext = bytes_of("test");

// draft-irtf-cfrg-xchacha-03, A.3.1.
TEST(Seal, OpensThePublishedXChaCha20Poly1305Vector) {
  Bytes sealed = sequence(0x40, 24);
  const Bytes body = from_hex(
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
      "65d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
  sealed.insert(sealed.end(), body.begin(), body.end());
  const auto plain = open(sequence(0x80, 32), sealed, from_hex("50515253c0c1c2c3c4c5c6c7"));
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(text_of(plain->view()),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
            "future, sunscreen would be it.");
}

TEST(Seal, OpensWhatItSealedAndNeverSealsTheSameWayTwice) {
  const auto key = SecretBytes::random(kKeyBytes);
  for (const std::string& message : {std::string(), std::string("x"), std::string(100'000, 'y')}) {
    const Bytes sealed = seal(key.view(), bytes_of(message), kContext);
    EXPECT_EQ(sealed.size(), message.size() + kSealOverhead);
    EXPECT_NE(sealed, seal(key.view(), bytes_of(message), kContext));
    const auto plain = open(key.view(), sealed, kContext);
    ASSERT_TRUE(plain);
    EXPECT_EQ(text_of(plain->view()), message);
  }
}

TEST(Seal, NoticesEveryChangedByteEveryCutAndAnotherKeyOrContext) {
  const auto key = SecretBytes::random(kKeyBytes);
  const Bytes sealed = seal(key.view(), bytes_of("attack at dawn"), kContext);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= std::byte{1};
    EXPECT_FALSE(open(key.view(), changed, kContext)) << "byte " << i;
    EXPECT_FALSE(open(key.view(), ByteView(sealed).first(i), kContext)) << "cut at " << i;
  }
  EXPECT_FALSE(open(SecretBytes::random(kKeyBytes).view(), sealed, kContext));
  const auto moved = open(key.view(), sealed, bytes_of("elsewhere"));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, Code::Denied);
}

class SealedStream : public ::testing::Test {
 protected:
  SealedStream() {
    StreamSealer sealer(key_.view());
    header_ = sealer.header();
    for (const char* text : {"one", "", "three"}) {
      const bool last = std::string_view(text) == "three";
      pieces_.push_back(sealer.push(bytes_of(text), kContext, last ? Last::Yes : Last::No));
    }
  }
  StreamOpener opener() const { return *StreamOpener::start(key_.view(), header_); }

  SecretBytes key_ = SecretBytes::random(kKeyBytes);
  std::array<std::byte, StreamSealer::kHeaderBytes> header_;
  std::vector<Bytes> pieces_;
};

TEST_F(SealedStream, OpensPieceByPieceAndSaysWhichIsTheLast) {
  auto stream = opener();
  std::string text;
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    const auto piece = stream.pull(pieces_[i], kContext);
    ASSERT_TRUE(piece) << piece.error().message;
    text += text_of(piece->plain);
    EXPECT_EQ(piece->last == Last::Yes, i == 2);
  }
  EXPECT_EQ(text, "onethree");
  const auto more = stream.pull(pieces_[0], kContext);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::Corrupt);
}

TEST_F(SealedStream, RefusesPiecesOutOfOrderChangedOrFromAnotherPlace) {
  EXPECT_FALSE(opener().pull(pieces_[1], kContext));
  EXPECT_FALSE(opener().pull(pieces_[0], bytes_of("elsewhere")));
  Bytes changed = pieces_[0];
  changed.back() ^= std::byte{128};
  EXPECT_FALSE(opener().pull(changed, kContext));
  EXPECT_FALSE(opener().pull(ByteView(pieces_[0]).first(5), kContext));
  EXPECT_FALSE(StreamOpener::start(key_.view(), ByteView(header_).first(10)));
}

TEST(Base64Url, MatchesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [plain, encoded] : cases) {
    EXPECT_EQ(to_base64url(bytes_of(plain)), encoded);
    const auto decoded = from_base64url(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(text_of(*decoded), plain);
  }
}

TEST(Base64Url, RefusesEverySecondSpelling) {
  for (const char* text :
       {"Zg==", "Zh", "Z", "Zm9v\n", "Zm 9v", "+/8", "Zm9v!", "Zm\xc6\x89", "\xa6\x92\xa6\x92"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(SecretBytes, MovesWithoutLeavingACopyBehind) {
  SecretBytes first = SecretBytes::copy_of(bytes_of("secret"));
  SecretBytes second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what a move leaves is promised
  EXPECT_EQ(text_of(second.view()), "secret");
  EXPECT_TRUE(equal_in_constant_time(second.view(), bytes_of("secret")));
  EXPECT_FALSE(equal_in_constant_time(second.view(), bytes_of("secreT")));
  EXPECT_FALSE(equal_in_constant_time(second.view(), bytes_of("secre")));
  std::string plain = "secret";
  wipe(plain);
  EXPECT_TRUE(plain.empty());
}

}  // namespace
}  // namespace hearth::crypto
