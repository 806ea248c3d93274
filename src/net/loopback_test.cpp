#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "net/server.h"

namespace hearth::net {
namespace {

/// Somebody else on [::1] at a port that IPv4 has free; 0 on a machine without IPv6.
std::uint16_t squat_on_six(int fd) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) return 0;
  if (::listen(fd, 1) != 0) return 0;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin6_port);
}

TEST(Loopback, IsNoPortWhoseOtherHalfIsAnotherPrograms) {
  Server::Options options;
  const int squatter = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  options.port = squatter < 0 ? std::uint16_t{0} : squat_on_six(squatter);
  if (options.port == 0) GTEST_SKIP() << "there is no [::1] here";
  const auto admit_all = [](const Request&) -> Admission { return Response{}; };
  const auto refused = Server::start(options, admit_all, platform::system_clock());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::Busy);
  options.port_tries = 50;
  const auto server = Server::start(options, admit_all, platform::system_clock());
  ASSERT_TRUE(server.has_value()) << server.error().message;
  EXPECT_GT((*server)->port(), options.port);
  ::close(squatter);
}

}  // namespace
}  // namespace hearth::net
