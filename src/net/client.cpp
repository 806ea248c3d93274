#include "net/client.h"

#include <functional>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "core/format.h"

namespace hearth::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;
using Parser = http::response_parser<http::string_body>;

constexpr std::size_t kReadBytes = 64U << 10U;
constexpr std::uint32_t kHeaderBytesMax = 64U << 10U;
constexpr std::size_t kResponseBytesMax = std::size_t{512} << 20U;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool is_event_stream(const Parser& parser) {
  const auto type = view(parser.get()[http::field::content_type]);
  return parser.get().result_int() == 200 && type.starts_with("text/event-stream");
}

std::string wire_text(const ClientRequest& request, std::string_view host) {
  std::string text = format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (request.headers.count("Host") == 0) text += format("Host: {}\r\n", host);
  for (const auto& [name, value] : request.headers) text += format("{}: {}\r\n", name, value);
  if (!request.body.empty() || request.method == "POST" || request.method == "PATCH") {
    text += format("Content-Length: {}\r\n", request.body.size());
  }
  text += "\r\n";
  text += request.body;
  return text;
}

bool is_safe(std::string_view text) {
  return !text.empty() && text.find_first_of("\r\n \t") == std::string_view::npos;
}

}  // namespace

struct Client::State {
  /// Runs one asynchronous operation to its end, the call's stop or its deadline. `start` gets the
  /// handler; after a stop the socket is closed, so the operation ends before its buffers do.
  template <class Start>
  Result<std::size_t> await(const Call& call, Start start);
  Result<void> connect(const Call& call);
  Result<void> write_all(const Call& call, std::string_view bytes);
  /// Reads more bytes into the buffer; 0 at the end of the connection.
  Result<std::size_t> read_some(const Call& call);
  Result<void> exchange(const Call& call, const ClientRequest& request, Parser& parser);
  Result<void> read_head(const Call& call, Parser& parser);
  Result<void> read_body(const Call& call, Parser& parser,
                         const std::function<Result<Flow>()>& got);
  ClientResponse take(Parser& parser);
  void close();

  Protocol::endpoint endpoint;
  std::string name;
  std::string host;
  std::size_t response_bytes_max = kResponseBytesMax;
  asio::io_context io{1};
  std::optional<Protocol::socket> socket;
  beast::flat_buffer buffer;
};

void Client::State::close() {
  socket.reset();
  buffer.clear();
}

template <class Start>
Result<std::size_t> Client::State::await(const Call& call, Start start) {
  TRY(call.check_stop());
  std::optional<error_code> outcome;
  std::size_t count = 0;
  start([&](const error_code& error, std::size_t bytes = 0) {
    outcome = error;
    count = bytes;
  });
  const std::stop_callback on_stop(call.stop, [this] { io.stop(); });
  io.restart();
  // A stop between the check above and `restart` is seen here.
  if (!call.stop.stop_requested()) {
    if (call.deadline) {
      io.run_until(*call.deadline);
    } else {
      io.run();
    }
  }
  if (!outcome) {
    error_code ignored;
    socket->close(ignored);
    io.restart();
    io.run();
    close();
    TRY(call.check_stop());
    return fail(Code::TimedOut, format("{} did not answer in time", name));
  }
  if (*outcome == asio::error::eof) return std::size_t{0};
  if (*outcome) {
    const std::string why = outcome->message();
    close();
    return fail(Code::Io, format("{}: {}", name, why));
  }
  return count;
}

Result<void> Client::State::connect(const Call& call) {
  socket.emplace(io);
  buffer.clear();
  auto connected = await(call, [this](auto handler) {
    socket->async_connect(endpoint, [handler](const error_code& error) mutable { handler(error); });
  });
  if (connected) return {};
  if (connected.error().code != Code::Io) return std::unexpected(std::move(connected).error());
  return fail(Code::Unavailable, format("no core answers at {}", connected.error().message));
}

Result<void> Client::State::write_all(const Call& call, std::string_view bytes) {
  while (!bytes.empty()) {
    TRY_ASSIGN(const std::size_t count, await(call, [&](auto handler) {
                 socket->async_write_some(asio::buffer(bytes.data(), bytes.size()), handler);
               }));
    bytes.remove_prefix(count);
  }
  return {};
}

Result<std::size_t> Client::State::read_some(const Call& call) {
  TRY_ASSIGN(const std::size_t count, await(call, [&](auto handler) {
               socket->async_read_some(buffer.prepare(kReadBytes), handler);
             }));
  buffer.commit(count);
  return count;
}

Result<void> Client::State::exchange(const Call& call, const ClientRequest& request,
                                     Parser& parser) {
  parser.header_limit(kHeaderBytesMax);
  parser.body_limit(boost::none);
  parser.eager(false);
  if (request.method == "HEAD") parser.skip(true);
  if (!is_safe(request.method) || !is_safe(request.target)) {
    return fail(Code::Invalid, "the request line holds a space or a line end");
  }
  const std::string text = wire_text(request, host);
  if (socket) {
    // The server may have closed a kept connection meanwhile. Nothing was answered then, and only
    // requests that change nothing are sent twice.
    auto again = write_all(call, text);
    if (again) again = read_head(call, parser);
    const bool stale = !again && !socket && again.error().code == Code::Io && !parser.got_some();
    if (!stale || request.method != "GET") return again;
  }
  TRY(connect(call));
  TRY(write_all(call, text));
  return read_head(call, parser);
}

Result<void> Client::State::read_head(const Call& call, Parser& parser) {
  for (;;) {
    if (buffer.size() > 0) {
      error_code error;
      buffer.consume(parser.put(buffer.data(), error));
      if (error && error != http::error::need_more) {
        close();
        return fail(Code::Corrupt, format("{} does not speak HTTP: {}", name, error.message()));
      }
      if (parser.is_header_done()) {
        // We never ask to be told to continue.
        if (parser.get().result_int() >= 200) return {};
        close();
        return fail(Code::Corrupt, "an unexpected interim response");
      }
    }
    TRY_ASSIGN(const std::size_t count, read_some(call));
    if (count == 0) {
      close();
      return fail(Code::Io, format("{} closed the connection without an answer", name));
    }
  }
}

Result<void> Client::State::read_body(const Call& call, Parser& parser,
                                      const std::function<Result<Flow>()>& got) {
  while (!parser.is_done()) {
    error_code error;
    bool need_more = buffer.size() == 0;
    if (!need_more) {
      buffer.consume(parser.put(buffer.data(), error));
      need_more = error == http::error::need_more;
      if (error && !need_more) {
        close();
        return fail(Code::Corrupt, format("{}: {}", name, error.message()));
      }
      TRY_ASSIGN(const Flow flow, got());
      if (flow == Flow::Stop) {
        close();
        return {};
      }
    }
    if (parser.is_done()) break;
    if (need_more) {
      TRY_ASSIGN(const std::size_t count, read_some(call));
      if (count == 0) {
        parser.put_eof(error);
        close();
        if (error) return fail(Code::Io, format("{} broke off in the middle of its answer", name));
        break;
      }
    }
  }
  if (socket && !parser.get().keep_alive()) close();
  return {};
}

ClientResponse Client::State::take(Parser& parser) {
  ClientResponse response{.status = static_cast<int>(parser.get().result_int())};
  for (const auto& field : parser.get()) {
    response.headers.add(view(field.name_string()), view(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

Client Client::over_socket(std::filesystem::path socket) {
  auto state = std::make_unique<State>();
  state->name = socket.string();
  state->host = "hearth";
  // A path that does not fit is refused by `connect`, not here.
  if (socket.string().size() <= 107) {
    state->endpoint = asio::local::stream_protocol::endpoint(socket.string());
  }
  return Client(std::move(state));
}

Client Client::over_loopback(std::uint16_t port) {
  auto state = std::make_unique<State>();
  state->name = format("127.0.0.1:{}", port);
  state->host = state->name;
  state->endpoint = asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port);
  return Client(std::move(state));
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

void Client::set_response_bytes_max(std::size_t bytes) { state_->response_bytes_max = bytes; }

Result<ClientResponse> Client::send(const Call& call, const ClientRequest& request) {
  Parser parser;
  TRY(state_->exchange(call, request, parser));
  TRY(state_->read_body(call, parser, [&]() -> Result<Flow> {
    if (parser.get().body().size() <= state_->response_bytes_max) return Flow::Continue;
    state_->close();
    return fail(Code::Exhausted, "the answer is longer than allowed");
  }));
  return state_->take(parser);
}

Result<ClientResponse> Client::stream(const Call& call, const ClientRequest& request,
                                      const Sink<Event>& sink) {
  Parser parser;
  TRY(state_->exchange(call, request, parser));
  EventReader reader;
  const bool events = is_event_stream(parser);
  TRY(state_->read_body(call, parser, [&]() -> Result<Flow> {
    if (!events) return Flow::Continue;
    TRY_ASSIGN(const auto arrived, reader.push(parser.get().body()));
    parser.get().body().clear();
    for (const Event& event : arrived) {
      if (sink(event) == Flow::Stop) return Flow::Stop;
    }
    return Flow::Continue;
  }));
  return state_->take(parser);
}

}  // namespace hearth::net
