/// A request on its way to an answer: whole, or streamed piece by piece.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.h"
#include "net/http.h"

namespace hearth::net {

namespace internal {
/// The connection's side of an exchange. Implemented by the server, and by tests.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void respond(Response&& response) = 0;
  virtual void begin(int status, Headers&& headers) = 0;
  [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
  [[nodiscard]] virtual bool offer(std::string_view bytes) = 0;
  virtual void set_heartbeat(std::string&& bytes) = 0;
  virtual void finish() = 0;
  virtual void abort() = 0;
};
}  // namespace internal

/// A response body that is being written. Bytes wait in a bounded ring until the client takes them.
/// Destroyed before `finish`, it cuts the connection, so that the client can tell.
///
/// Threads: any, one call at a time excluded by itself: all members lock.
class Stream {
 public:
  Stream() = default;
  Stream(std::shared_ptr<internal::Responder> responder, std::stop_token stop);
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();

  /// Waits while the ring is full. `Cancelled` when the client has gone, `TimedOut` when it takes
  /// nothing for too long; the stream is over then.
  [[nodiscard]] Result<void> write(std::string_view bytes);
  /// Never waits: false when there is no room or nobody there, and then nothing was written.
  [[nodiscard]] bool offer(std::string_view bytes);
  /// `bytes` are sent whenever the stream was silent for the server's heartbeat time.
  void set_heartbeat(std::string bytes);
  /// The proper end. Later calls do nothing.
  void finish();
  [[nodiscard]] bool is_open() const { return responder_ != nullptr && !stop_.stop_requested(); }

 private:
  std::shared_ptr<internal::Responder> responder_;
  std::stop_token stop_;
};

/// One request and the right to answer it once, by `respond` or by `stream`. May be kept after the
/// handler has returned and be used from another thread. Destroyed unanswered, it answers 500.
///
/// Threads: one at a time.
class Exchange {
 public:
  Exchange(std::shared_ptr<internal::Responder> responder, Request request);
  Exchange(Exchange&&) noexcept = default;
  Exchange& operator=(Exchange&&) = delete;
  ~Exchange();

  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] Request& request() { return request_; }
  void respond(Response response);
  /// Sends the head now; the body follows through the stream.
  [[nodiscard]] Stream stream(int status, Headers headers);
  /// The same for server-sent events, with a comment as heartbeat.
  [[nodiscard]] Stream event_stream(Headers headers = {});

 private:
  std::shared_ptr<internal::Responder> responder_;
  Request request_;
};

}  // namespace hearth::net
