/// The words of HTTP as values: headers, requests, responses. No socket is touched here.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth::net {

/// Header fields in the order they came; names compare without regard to case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  /// Control characters in `value` become spaces, so that no value can start another header.
  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  /// The first of that name. The view lives until the headers change.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<Field> fields_;
};

/// ASCII comparison without regard to case, as header names and many values want it.
[[nodiscard]] bool equal_ignoring_case(std::string_view a, std::string_view b);

/// An IPv6 address; one of IPv4 is mapped into it (::ffff:127.0.0.1).
using Address = std::array<std::uint8_t, 16>;

/// Who is at the other end of a connection.
struct Peer {
  enum class Kind { Unix, Loopback };
  Kind kind = Kind::Loopback;
  std::uint32_t uid = 0;         ///< Of a Unix peer, as the kernel vouches for it.
  std::uint16_t local_port = 0;  ///< The port a loopback peer connected to.
  std::uint16_t remote_port = 0;
  Address local_address{};
  Address remote_address{};
};

/// Decoded `name=value` pairs in order; a name may occur twice.
using Query = std::vector<std::pair<std::string, std::string>>;

/// One request. `path` holds the decoded segments: "/a/b%20c" reads {"a", "b c"}, "/" reads {""}.
struct Request {
  std::string method;
  std::string target;  ///< As it was sent: for logs and errors.
  std::vector<std::string> path;
  Query query;
  Headers headers;
  std::string body;  ///< Empty while the request is being admitted.
  Peer peer;
  std::stop_token stop;  ///< Fires as soon as the client closes, and at shutdown.
};

/// One whole response. `Content-Length`, `Date`-less framing and `Connection` are the server's.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  /// Sent instead of `body` when not empty, without a copy: it must live as long as the server.
  std::string_view static_body;
};

/// "Not Found" for 404; "Status" for codes that have no phrase here.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace hearth::net
