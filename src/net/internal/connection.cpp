#include "net/internal/connection.h"

#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>

#include "core/format.h"
#include "net/error_response.h"
#include "net/target.h"

namespace hearth::net::internal {
namespace {

namespace http = beast::http;

constexpr std::size_t kBufferBytesMax = 64U << 10U;
constexpr std::size_t kPipelinedBytesMax = 16U << 10U;
constexpr std::size_t kLingerBytesMax = 4U << 20U;
constexpr std::size_t kCoalesceBytes = 64U << 10U;

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace

Connection::Connection(std::shared_ptr<Core> core, Socket socket, Peer peer)
    : core_(std::move(core)),
      peer_(peer),
      socket_(std::move(socket)),
      buffer_(kBufferBytesMax),
      last_write_(core_->clock->steady()) {}

void Connection::start() {
  next_request();
  deadline_ = core_->clock->steady() + core_->limits.header_time;
}

void Connection::next_request() {
  phase_ = Phase::Head;
  in_request_ = false;
  deadline_ = core_->clock->steady() + core_->limits.idle_time;
  parser_.emplace();
  parser_->header_limit(core_->limits.header_bytes_max);
  parser_->body_limit(boost::none);
  parser_->eager(false);
  request_.reset();
  accepted_.reset();
  {
    // A thread that still asks the last exchange's token sees that token, not the new one.
    const std::scoped_lock lock(mutex_);
    stop_ = std::stop_source();
    begun_ = false;
    ended_ = false;
    heartbeat_.clear();
  }
  if (buffer_.size() > 0) {
    deadline_ = core_->clock->steady() + core_->limits.header_time;
    parse();
  } else {
    read_more();
  }
}

void Connection::read_more() {
  if (reading_ || phase_ == Phase::Closed || client_ended_) return;
  if (phase_ == Phase::Busy && buffer_.size() >= kPipelinedBytesMax) return;
  if (buffer_.size() >= kBufferBytesMax) return protocol_error(http::error::buffer_overflow);
  reading_ = true;
  const std::size_t room = std::min(incoming_.size(), kBufferBytesMax - buffer_.size());
  socket_.async_read_some(asio::buffer(incoming_.data(), room),
                          [self = shared_from_this()](const auto& error, std::size_t count) {
                            self->received(error, count);
                          });
}

void Connection::received(const boost::system::error_code& error, std::size_t count) {
  reading_ = false;
  if (phase_ == Phase::Closed) return;
  if (error) return client_closed();
  if (phase_ == Phase::Linger) {
    lingered_ += count;
    if (lingered_ > kLingerBytesMax) return close();
    return read_more();
  }
  const auto place = buffer_.prepare(count);
  std::memcpy(place.data(), incoming_.data(), count);
  buffer_.commit(count);
  if (phase_ == Phase::Busy) return read_more();
  if (!in_request_) {
    in_request_ = true;
    deadline_ = core_->clock->steady() + core_->limits.header_time;
  }
  parse();
}

void Connection::client_closed() {
  client_ended_ = true;
  // A client may close its sending half and still wait for a whole answer; a stream has no end to
  // wait for, so there the closing means goodbye.
  if (phase_ != Phase::Busy || is_streaming()) return close();
  request_stop();
}

bool Connection::is_streaming() {
  const std::scoped_lock lock(mutex_);
  return begun_ && !ended_;
}

void Connection::parse() {
  in_request_ = true;
  for (;;) {
    boost::system::error_code error;
    const std::size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error == http::error::need_more) return read_more();
    if (error) return protocol_error(error);
    if (phase_ == Phase::Head && parser_->is_header_done()) {
      if (!head_arrived()) return;
      phase_ = Phase::Body;
      deadline_ = core_->clock->steady() + core_->limits.body_time;
    }
    if (parser_->is_done()) return dispatch();
    if (buffer_.size() == 0) return read_more();
  }
}

void Connection::protocol_error(const boost::system::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return refuse(error_response(431, "exhausted", "the request's headers are too long", false));
  }
  if (error == http::error::body_limit) {
    return refuse(error_response(413, "exhausted", "the request's body is too long", false));
  }
  if (error == http::error::bad_version) {
    return refuse(error_response(505, "invalid", "only HTTP/1.0 and HTTP/1.1 are spoken", false));
  }
  refuse(error_response(400, "invalid", "not a valid HTTP request: " + error.message(), false));
}

Result<Request> Connection::read_head() const {
  const auto& message = parser_->get();
  Request request;
  request.method = view(message.method_string());
  request.target = view(message.target());
  request.peer = peer_;
  for (const auto& field : message) {
    request.headers.add(view(field.name_string()), view(field.value()));
  }
  const bool old_http = message.version() < 11;
  const std::size_t hosts = request.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && !old_http)) {
    return fail(Code::Invalid, "a request needs exactly one Host header");
  }
  // Beast refuses Content-Length beside chunks; any other coding would need a guess at the length.
  if (const auto coding = request.headers.find("Transfer-Encoding")) {
    if (old_http || request.headers.count("Transfer-Encoding") > 1 ||
        !equal_ignoring_case(*coding, "chunked")) {
      return fail(Code::Invalid, "the only transfer encoding is a single \"chunked\" in HTTP/1.1");
    }
  }
  TRY_ASSIGN(Target target, parse_target(request.target));
  request.path = std::move(target.path);
  request.query = std::move(target.query);
  return request;
}

bool Connection::check_body_size(std::size_t bytes_max) {
  const auto length = parser_->content_length();
  if (length && *length > bytes_max) {
    refuse(error_response(
        413, "exhausted",
        format("the body has {} bytes; at most {} are allowed", *length, bytes_max), false));
    return false;
  }
  parser_->body_limit(bytes_max);
  return true;
}

bool Connection::head_arrived() {
  head_only_ = parser_->get().method() == http::verb::head;
  old_http_ = parser_->get().version() < 11;
  close_after_ = !parser_->keep_alive() || core_->draining;
  auto request = read_head();
  if (!request) {
    refuse(error_response(request.error()));
    return false;
  }
  request->stop = stop_.get_token();
  Admission admission = core_->admit(*request);
  if (auto* response = std::get_if<Response>(&admission)) {
    const bool unread = !parser_->is_done();
    if (unread) {
      refuse(std::move(*response));
    } else {
      phase_ = Phase::Busy;
      deadline_ = Time::max();
      respond(std::move(*response));
      read_more();
    }
    return false;
  }
  accepted_ = std::move(std::get<Accept>(admission));
  if (!check_body_size(accepted_->body_bytes_max)) return false;
  const auto expects = request->headers.find("Expect");
  request_ = std::move(*request);
  if (expects && equal_ignoring_case(*expects, "100-continue") && !parser_->is_done()) {
    push("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  return true;
}

void Connection::dispatch() {
  phase_ = Phase::Busy;
  deadline_ = Time::max();
  request_->body = std::move(parser_->get().body());
  auto exchange = std::make_shared<Exchange>(shared_from_this(), std::move(*request_));
  Pool::Job job = [run = std::move(accepted_->run), exchange]() mutable {
    run(std::move(*exchange));
  };
  Pool& pool = accepted_->lane == Lane::Quick ? *core_->quick : *core_->slow;
  request_.reset();
  accepted_.reset();
  read_more();
  if (!pool.submit(job)) {
    auto response = error_response(503, "busy", "too many requests are waiting", true);
    response.headers.add("Retry-After", "1");
    exchange->respond(std::move(response));
  }
}

void Connection::refuse(Response response) {
  if (phase_ == Phase::Busy || phase_ == Phase::Linger || phase_ == Phase::Closed) return;
  phase_ = Phase::Busy;
  deadline_ = Time::max();
  close_after_ = true;
  respond(std::move(response));
}

void Connection::linger() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (client_ended_) return close();
  // Closing with unread bytes would reset the connection and could take the answer with it.
  phase_ = Phase::Linger;
  deadline_ = core_->clock->steady() + core_->limits.linger_time;
  buffer_.consume(buffer_.size());
  read_more();
}

void Connection::close_if_idle() {
  if (phase_ == Phase::Head && buffer_.size() == 0) close();
}

void Connection::request_stop() {
  // Stop callbacks may take locks of their own, so none of ours is held.
  std::stop_source stop;
  {
    const std::scoped_lock lock(mutex_);
    stop = stop_;
  }
  stop.request_stop();
  room_.notify_all();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  const auto self = shared_from_this();
  phase_ = Phase::Closed;
  boost::system::error_code ignored;
  socket_.close(ignored);
  {
    const std::scoped_lock lock(mutex_);
    gone_ = true;
    pieces_.clear();
  }
  request_stop();
  core_->connections.erase(self);
  --core_->counts.at(static_cast<std::size_t>(peer_.kind));
}

void Connection::sweep(Time now) {
  if (writing_ && now > write_deadline_) return close();
  if (now > deadline_) {
    if (phase_ == Phase::Head && !in_request_) return close();
    if (phase_ == Phase::Head || phase_ == Phase::Body) {
      return refuse(error_response(408, "timed_out", "the request took too long to arrive", true));
    }
    return close();
  }
  std::string heartbeat;
  {
    const std::scoped_lock lock(mutex_);
    if (!heartbeat_.empty() && begun_ && !ended_ && queued_ == 0 &&
        now - last_write_ >= core_->limits.heartbeat) {
      heartbeat = heartbeat_;
    }
  }
  if (!heartbeat.empty()) static_cast<void>(offer(heartbeat));
}

// --- writing ---------------------------------------------------------------------------------

std::string Connection::head_text(int status, const Headers& headers) const {
  std::string head = format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const auto& [name, value] : headers) {
    head += name;
    head += ": ";
    head += value;
    head += "\r\n";
  }
  if (close_after_) {
    head += "Connection: close\r\n";
  } else if (old_http_) {
    head += "Connection: keep-alive\r\n";
  }
  return head;
}

void Connection::respond(Response&& response) {
  const std::string_view body =
      response.static_body.empty() ? std::string_view(response.body) : response.static_body;
  std::string head = head_text(response.status, response.headers);
  if (has_body(response.status)) head += format("Content-Length: {}\r\n", body.size());
  head += "\r\n";
  const bool send_body = has_body(response.status) && !head_only_;
  {
    const std::scoped_lock lock(mutex_);
    if (gone_) return;
  }
  if (send_body && response.static_body.empty() && body.size() < kCoalesceBytes) {
    head += response.body;
    push(std::move(head), {});
  } else {
    push(std::move(head), {});
    if (send_body) push(std::move(response.body), response.static_body);
  }
  finish();
}

void Connection::begin(int status, Headers&& headers) {
  // Without chunks only the end of the connection can say where the body ends.
  if (old_http_) close_after_ = true;
  std::string head = head_text(status, headers);
  if (!old_http_) head += "Transfer-Encoding: chunked\r\n";
  head += "\r\n";
  {
    const std::scoped_lock lock(mutex_);
    begun_ = true;
  }
  push(std::move(head), {});
}

std::string Connection::framed(std::string_view bytes) const {
  if (old_http_) return std::string(bytes);
  return format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

Result<void> Connection::write(std::string_view bytes) {
  if (bytes.empty() || head_only_) return {};
  {
    std::unique_lock lock(mutex_);
    const std::stop_token stop = stop_.get_token();
    const bool room = room_.wait_for(lock, stop, core_->limits.write_time, [&] {
      return gone_ || queued_ == 0 || queued_ + bytes.size() <= core_->limits.stream_bytes_max;
    });
    if (gone_ || stop.stop_requested()) return fail(Code::Cancelled, "the client has gone");
    if (!room) return fail(Code::TimedOut, "the client takes no bytes");
  }
  push(framed(bytes), {});
  return {};
}

bool Connection::offer(std::string_view bytes) {
  if (bytes.empty() || head_only_) return true;
  {
    const std::scoped_lock lock(mutex_);
    if (gone_ || ended_ || queued_ + bytes.size() > core_->limits.stream_bytes_max) return false;
  }
  push(framed(bytes), {});
  return true;
}

void Connection::set_heartbeat(std::string&& bytes) {
  const std::scoped_lock lock(mutex_);
  heartbeat_ = std::move(bytes);
}

void Connection::finish() {
  {
    const std::scoped_lock lock(mutex_);
    if (ended_ || gone_) return;
    if (begun_ && !old_http_ && !head_only_) {
      pieces_.push_back({"0\r\n\r\n", {}});
      queued_ += pieces_.back().owned.size();
    }
    ended_ = true;
  }
  request_pump();
}

void Connection::abort() {
  {
    const std::scoped_lock lock(mutex_);
    if (ended_ || gone_) return;
    cut_ = true;
  }
  request_pump();
}

void Connection::push(std::string bytes, std::string_view fixed) {
  {
    const std::scoped_lock lock(mutex_);
    if (gone_) return;
    queued_ += fixed.empty() ? bytes.size() : fixed.size();
    if (fixed.empty() && !pieces_.empty() && pieces_.back().fixed.empty() &&
        pieces_.back().owned.size() + bytes.size() < kCoalesceBytes) {
      pieces_.back().owned += bytes;
    } else {
      pieces_.push_back({std::move(bytes), fixed});
    }
    last_write_ = core_->clock->steady();
  }
  request_pump();
}

void Connection::request_pump() {
  {
    const std::scoped_lock lock(mutex_);
    if (std::exchange(pump_requested_, true)) return;
  }
  // Weak: a stream may outlive the server, and then nobody runs this.
  asio::post(core_->io, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->pump();
  });
}

void Connection::pump() {
  bool ended = false;
  bool cut = false;
  {
    const std::scoped_lock lock(mutex_);
    pump_requested_ = false;
    if (writing_ || phase_ == Phase::Closed) return;
    if (pieces_.empty()) {
      ended = ended_;
      cut = cut_;
    } else {
      inflight_ = std::move(pieces_.front());
      pieces_.pop_front();
      inflight_done_ = 0;
    }
  }
  if (cut || (client_ended_ && is_streaming())) return close();
  if (ended) return exchange_done();
  if (!inflight_.bytes().empty()) write_some();
}

void Connection::write_some() {
  writing_ = true;
  write_deadline_ = core_->clock->steady() + core_->limits.write_time;
  const std::string_view rest = inflight_.bytes().substr(inflight_done_);
  socket_.async_write_some(asio::buffer(rest.data(), rest.size()),
                           [self = shared_from_this()](const auto& error, std::size_t count) {
                             self->writing_ = false;
                             if (error) return self->close();
                             self->wrote(count);
                           });
}

void Connection::wrote(std::size_t count) {
  if (phase_ == Phase::Closed) return;
  inflight_done_ += count;
  {
    const std::scoped_lock lock(mutex_);
    queued_ -= std::min(queued_, count);
  }
  room_.notify_all();
  if (inflight_done_ < inflight_.bytes().size()) return write_some();
  inflight_ = {};
  pump();
}

void Connection::exchange_done() {
  if (phase_ != Phase::Busy) return;
  {
    // Spent: a second pump must not end the next exchange.
    const std::scoped_lock lock(mutex_);
    ended_ = false;
    begun_ = false;
  }
  if (client_ended_) return close();
  if (close_after_ || core_->draining) return linger();
  next_request();
}

}  // namespace hearth::net::internal
