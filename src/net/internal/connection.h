/// One accepted socket: reads requests, writes answers, keeps deadlines. For `server.cpp` alone.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/internal/pool.h"
#include "net/server.h"

namespace hearth::net::internal {

namespace asio = boost::asio;
namespace beast = boost::beast;

class Connection;

/// What all connections of a server share. Members are used on the I/O thread only, except `io`
/// (to post) and `limits` and `clock` (which never change).
struct Core {
  asio::io_context io{1};
  Limits limits;
  Admit admit;
  const platform::Clock* clock = nullptr;
  Pool* quick = nullptr;  ///< Both outlive the I/O thread.
  Pool* slow = nullptr;
  bool draining = false;
  std::unordered_set<std::shared_ptr<Connection>> connections;
  std::array<std::size_t, 2> counts{};  ///< By `Peer::Kind`.
};

/// A connection's life: head → body → busy (a handler answers) → head again, or linger → closed.
///
/// Threads: the public members of `Responder` any; everything else the I/O thread.
class Connection final : public Responder, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;
  using Time = std::chrono::steady_clock::time_point;

  Connection(std::shared_ptr<Core> core, Socket socket, Peer peer);

  void start();
  /// Enforces deadlines and sends heartbeats.
  void sweep(Time now);
  /// Closes if nothing is in progress.
  void close_if_idle();
  void request_stop();
  void close();

  void respond(Response&& response) override;
  void begin(int status, Headers&& headers) override;
  Result<void> write(std::string_view bytes) override;
  bool offer(std::string_view bytes) override;
  void set_heartbeat(std::string&& bytes) override;
  void finish() override;
  void abort() override;

 private:
  enum class Phase { Head, Body, Busy, Linger, Closed };
  struct Piece {
    std::string owned;
    std::string_view fixed;  // Static bytes, when not empty.
    [[nodiscard]] std::string_view bytes() const { return fixed.empty() ? owned : fixed; }
  };
  using Parser = beast::http::request_parser<beast::http::string_body>;

  void read_more();
  void received(const boost::system::error_code& error, std::size_t count);
  void client_closed();
  [[nodiscard]] bool is_streaming();
  void parse();
  void protocol_error(const boost::system::error_code& error);
  /// False when the request was refused.
  bool head_arrived();
  [[nodiscard]] Result<Request> read_head() const;
  bool check_body_size(std::size_t bytes_max);
  void dispatch();
  void refuse(Response response);
  void next_request();
  void linger();

  void push(std::string bytes, std::string_view fixed);
  [[nodiscard]] std::string framed(std::string_view bytes) const;
  [[nodiscard]] std::string head_text(int status, const Headers& headers) const;
  void request_pump();
  void pump();
  void write_some();
  void wrote(std::size_t count);
  void exchange_done();

  const std::shared_ptr<Core> core_;
  const Peer peer_;

  // Owned by the I/O thread:
  Socket socket_;
  // Apart from the buffer: a read is under way while what came before is parsed and consumed.
  std::array<char, 8192> incoming_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Request> request_;
  std::optional<Accept> accepted_;
  Phase phase_ = Phase::Head;
  Time deadline_;        // Of the phase; Time::max() while busy.
  Time write_deadline_;  // While bytes are in flight.
  bool reading_ = false;
  bool writing_ = false;
  bool in_request_ = false;  // A byte of the present head has arrived.
  bool client_ended_ = false;
  std::size_t lingered_ = 0;
  Piece inflight_;
  std::size_t inflight_done_ = 0;

  // Set before the exchange is handed out, read by its thread:
  bool head_only_ = false;
  bool old_http_ = false;  // HTTP/1.0: no chunks.
  bool close_after_ = false;
  std::stop_source stop_;

  std::mutex mutex_;
  std::condition_variable_any room_;
  // Guarded by mutex_:
  std::deque<Piece> pieces_;
  std::size_t queued_ = 0;
  std::string heartbeat_;
  Time last_write_;
  bool begun_ = false;
  bool ended_ = false;
  bool gone_ = false;
  bool cut_ = false;
  bool pump_requested_ = false;
};

}  // namespace hearth::net::internal
