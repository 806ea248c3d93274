#include "net/peer_owner.h"

#include <sys/fsuid.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "core/format.h"
#include "net/client.h"
#include "net/server.h"
#include "support/raw_socket.h"

namespace hearth::net {
namespace {

constexpr Address kLoopback4{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127, 0, 0, 1};
constexpr Address kLoopback6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

constexpr std::string_view kHead =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout\n";

Peer peer_at(const Address& address) {
  return {.local_port = 4527,
          .remote_port = 40000,
          .local_address = address,
          .remote_address = address};
}

std::optional<std::uint32_t> owner(std::string_view line, const Address& address = kLoopback4) {
  return peer_owner_in(format("{}{}\n", kHead, line), peer_at(address));
}

TEST(PeerOwner, IsReadFromTheLineOfThePeersEnd) {
  const std::string rest = "00000000:00000000 00:00000000 00000000  1001        0 1524 1";
  EXPECT_EQ(owner("   0: 0100007F:9C40 0100007F:11AF 01 " + rest), 1001U);
  EXPECT_EQ(owner("   0: 0000000000000000FFFF00000100007F:9C40 "
                  "0000000000000000FFFF00000100007F:11AF 01 " +
                  rest),
            1001U);
  EXPECT_EQ(owner("   0: 00000000000000000000000001000000:9C40 "
                  "00000000000000000000000001000000:11AF 01 " +
                      rest,
                  kLoopback6),
            1001U);
}

TEST(PeerOwner, IsNobodyWhenTheLineIsAnotherConnections) {
  const std::string rest = "00000000:00000000 00:00000000 00000000  1001        0 1524 1";
  // Our own end; another port; another of the peer's connections; one that was closed already.
  EXPECT_FALSE(owner("   0: 0100007F:11AF 0100007F:9C40 01 " + rest));
  EXPECT_FALSE(owner("   0: 0100007F:9C41 0100007F:11AF 01 " + rest));
  EXPECT_FALSE(owner("   0: 0100007F:9C40 0100007F:11B0 01 " + rest));
  EXPECT_FALSE(owner("   0: 0100007F:9C40 0100007F:11AF 06 " + rest));
  EXPECT_FALSE(owner("   0: 0100007F:9C40 0100007F:11AF 01 00000000:00000000"));
  EXPECT_FALSE(owner(""));
}

/// Answers every request with the user id of whoever sent it.
class PeerOwnerServer : public testing::Test {
 protected:
  void SetUp() override {
    const auto admit = [](const Request& head) -> Admission {
      const auto uid = peer_owner(head.peer);
      return Response{.body = uid ? format("uid={};", *uid) : "nobody"};
    };
    auto server = Server::start({}, admit, platform::system_clock());
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
  }
  [[nodiscard]] std::string asked() const {
    tests::RawSocket socket = tests::RawSocket::to_port(server_->port());
    socket.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    return socket.read_until(";");
  }
  std::unique_ptr<Server> server_;
};

TEST_F(PeerOwnerServer, KnowsItsOwnUser) {
  EXPECT_NE(asked().find(format("uid={};", ::getuid())), std::string::npos);
}

TEST_F(PeerOwnerServer, KnowsAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can connect as somebody else";
  // Of this thread alone: sockets belong to the user by whom files would be opened.
  ::setfsuid(12'345);
  const std::string said = asked();
  ::setfsuid(0);
  EXPECT_NE(said.find("uid=12345;"), std::string::npos) << said;
}

}  // namespace
}  // namespace hearth::net
