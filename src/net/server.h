/// An HTTP/1.1 server on a Unix socket and on loopback, nowhere else.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <variant>

#include "core/result.h"
#include "net/exchange.h"
#include "net/http.h"
#include "platform/clock.h"

namespace hearth::net {

/// Which pool runs a handler: a status must not queue behind forty answers.
enum class Lane { Quick, Long };

/// Handles one request. Runs on a pool thread and may block.
using Run = std::move_only_function<void(Exchange)>;

/// What becomes of a request whose head has arrived: a response at once, and the body is never
/// read, or a handler with the most it wants to read.
struct Accept {
  Lane lane = Lane::Quick;
  std::size_t body_bytes_max = std::size_t{1} << 20U;
  Run run;
};
using Admission = std::variant<Response, Accept>;
/// Called on the I/O thread for each request: must not block.
using Admit = std::function<Admission(const Request& head)>;

struct Limits {
  std::uint32_t header_bytes_max = 16U << 10U;
  std::chrono::milliseconds header_time{10'000};  ///< From the first byte, or the connection.
  std::chrono::milliseconds body_time{30'000};
  std::chrono::milliseconds idle_time{60'000};   ///< Between requests.
  std::chrono::milliseconds write_time{30'000};  ///< Without the client taking a byte.
  /// How long a refused client may go on sending before the connection is closed.
  std::chrono::milliseconds linger_time{2'000};
  std::chrono::milliseconds heartbeat{15'000};  ///< Silence after which a stream's comment is sent.
  std::size_t stream_bytes_max = std::size_t{256} << 10U;  ///< Waiting in one stream's ring.
  std::size_t connections_max = 1024;                      ///< For each of the two kinds of peer.
  std::size_t queue_max = 512;                             ///< Requests waiting for a pool thread.
};

/// Listens, reads requests with limits and deadlines, and runs handlers on bounded pools.
///
/// One thread does all I/O; handlers are ordinary blocking code. A connection has one request in
/// progress; what a client sends ahead waits in a bounded buffer. While a handler runs the socket
/// is watched, and the request's stop token fires the moment the client closes.
///
/// Threads: any. Errors: Busy (the socket or the port is taken), Invalid (path too long), Io.
class Server {
 public:
  struct Options {
    std::filesystem::path socket;  ///< Made with mode 0600; empty: no Unix socket.
    bool loopback = true;
    std::uint16_t port = 0;        ///< 0: any free one.
    std::uint16_t port_tries = 1;  ///< How many ports from `port` on may be tried.
    unsigned quick_threads = 4;
    unsigned long_threads = 16;
    Limits limits;
  };

  /// `clock` must outlive the server. Requests arrive before this returns.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const Options& options, Admit admit,
                                                             const platform::Clock& clock);
  /// Stops at once if `stop` was not called.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The loopback port; 0 when there is none.
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections() const;

  /// Accepts nothing more, lets requests in progress finish for at most `patience`, then fires
  /// their stop tokens, waits for the handlers and closes. Removes the socket file.
  void stop(std::chrono::milliseconds patience);

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hearth::net
