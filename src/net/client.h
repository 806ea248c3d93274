/// A blocking HTTP/1.1 client for the core's own socket and for loopback. It reaches nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/call.h"
#include "core/result.h"
#include "core/sink.h"
#include "net/http.h"
#include "net/sse.h"

namespace hearth::net {

/// What a client asks. `target` is the encoded path with its query (see `percent_encode`).
struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  Headers headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

/// Sends requests one after another over one kept connection, opening it anew when needed.
///
/// The call's stop token and deadline end a request at once; the connection is closed then, which
/// is how the server learns of it.
///
/// Threads: one. Errors: Unavailable (nobody listens), Cancelled, TimedOut, Corrupt (not HTTP),
/// Exhausted (the response is longer than `response_bytes_max`), Io. A status of 400 or more is a
/// response, not an error.
class Client {
 public:
  [[nodiscard]] static Client over_socket(std::filesystem::path socket);
  /// On 127.0.0.1.
  [[nodiscard]] static Client over_loopback(std::uint16_t port);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// The default holds the text of the longest document.
  void set_response_bytes_max(std::size_t bytes);

  [[nodiscard]] Result<ClientResponse> send(const Call& call, const ClientRequest& request);

  /// Pushes events as they come until the stream ends or the sink says stop. A response of another
  /// type, an error for instance, is returned whole; after events `body` is empty.
  [[nodiscard]] Result<ClientResponse> stream(const Call& call, const ClientRequest& request,
                                              const Sink<Event>& sink);

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::net
