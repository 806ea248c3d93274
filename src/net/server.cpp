#include "net/server.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <list>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/format.h"
#include "net/internal/connection.h"
#include "net/internal/peer.h"

namespace hearth::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;
using boost::system::error_code;
using internal::Connection;
using internal::Core;

constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr std::size_t kSocketPathMax = 107;
constexpr unsigned kAnyPortTries = 20;

Address to_address(const asio::ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
}

/// Nothing unless both ends are on this machine's loopback.
std::optional<Peer> loopback_peer(const tcp::socket& socket) {
  error_code error;
  const tcp::endpoint here = socket.local_endpoint(error);
  if (error) return std::nullopt;
  const tcp::endpoint there = socket.remote_endpoint(error);
  if (error || !there.address().is_loopback()) return std::nullopt;
  return Peer{.kind = Peer::Kind::Loopback,
              .local_port = here.port(),
              .remote_port = there.port(),
              .local_address = to_address(here.address()),
              .remote_address = to_address(there.address())};
}

/// A listening socket and the loop that accepts from it. I/O thread only.
template <class Protocol>
class Listener {
 public:
  Listener(std::shared_ptr<Core> core, typename Protocol::acceptor acceptor)
      : core_(std::move(core)), acceptor_(std::move(acceptor)), pause_(core_->io) {}

  void accept() {
    acceptor_.async_accept([this](error_code error, typename Protocol::socket socket) {
      if (!acceptor_.is_open() || error == asio::error::operation_aborted) return;
      // Out of descriptors or connections: take a breath, or this loop would eat the processor.
      const bool taken = !error && take(std::move(socket));
      if (taken) return accept();
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([this](error_code stopped) {
        if (!stopped && acceptor_.is_open()) accept();
      });
    });
  }

  void close() {
    error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  bool take(typename Protocol::socket socket) {
    Peer peer;
    error_code error;
    if constexpr (std::is_same_v<Protocol, local>) {
      peer.kind = Peer::Kind::Unix;
      const auto uid = internal::peer_uid(socket.native_handle());
      if (!uid) return true;
      peer.uid = *uid;
    } else {
      const auto known = loopback_peer(socket);
      if (!known) return true;
      peer = *known;
      socket.set_option(tcp::no_delay(true), error);
    }
    std::size_t& count = core_->counts.at(static_cast<std::size_t>(peer.kind));
    if (count >= core_->limits.connections_max) return false;
    ++count;
    socket.non_blocking(true, error);
    auto connection = std::make_shared<Connection>(core_, std::move(socket), peer);
    core_->connections.insert(connection);
    connection->start();
    return true;
  }

  std::shared_ptr<Core> core_;
  typename Protocol::acceptor acceptor_;
  asio::steady_timer pause_;
};

/// Opens, binds and listens. `before_listen` runs while nobody can connect yet.
template <class Protocol>
Result<typename Protocol::acceptor> listen_at(asio::io_context& io,
                                              const typename Protocol::endpoint& endpoint,
                                              std::string_view name,
                                              const std::function<int()>& before_listen) {
  error_code error;
  typename Protocol::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), error);
  if constexpr (std::is_same_v<Protocol, tcp>) {
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  }
  if (!error) acceptor.bind(endpoint, error);
  if (!error && before_listen && before_listen() != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return acceptor;
  const bool taken = error == asio::error::address_in_use;
  return fail(taken ? Code::Busy : Code::Io, format("listen on {}: {}", name, error.message()));
}

Result<tcp::acceptor> listen_at_port(asio::io_context& io, const asio::ip::address& address,
                                     unsigned port) {
  const tcp::endpoint endpoint(address, static_cast<std::uint16_t>(port));
  return listen_at<tcp>(io, endpoint, format("{} port {}", address.to_string(), port), {});
}

/// Both loopback addresses at one port, or IPv4's alone on a machine without IPv6. "localhost" may
/// mean ::1 to a browser, so a port whose other half is another program's is no port of ours.
Result<std::vector<tcp::acceptor>> listen_at_both(asio::io_context& io, unsigned port) {
  std::vector<tcp::acceptor> both;
  TRY_ASSIGN(auto four, listen_at_port(io, asio::ip::address_v4::loopback(), port));
  const unsigned taken = four.local_endpoint().port();
  both.push_back(std::move(four));
  auto six = listen_at_port(io, asio::ip::address_v6::loopback(), taken);
  if (six) {
    both.push_back(std::move(*six));
  } else if (six.error().code == Code::Busy) {
    return std::unexpected(std::move(six).error());
  }
  return both;
}

Result<std::vector<tcp::acceptor>> listen_on_loopback(asio::io_context& io,
                                                      const Server::Options& options) {
  std::optional<Error> last;
  const bool any = options.port == 0;
  const unsigned tries = any ? kAnyPortTries : std::max<unsigned>(1, options.port_tries);
  for (unsigned i = 0; i < tries; ++i) {
    const unsigned port = any ? 0 : options.port + i;
    if (port > 65535) break;
    auto both = listen_at_both(io, port);
    if (both) return both;
    last = std::move(both).error();
    if (last->code != Code::Busy) break;
  }
  return std::unexpected(last.value_or(Error{Code::Busy, "no loopback port is free"}));
}

/// A socket file that nobody answers on is left over from a core that was killed.
Result<void> remove_stale_socket(asio::io_context& io, const std::filesystem::path& path) {
  std::error_code status_error;
  const auto status = std::filesystem::symlink_status(path, status_error);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  if (status.type() != std::filesystem::file_type::socket) {
    return fail(Code::Conflict, format("{} is there and is not a socket", path.string()));
  }
  error_code error;
  local::socket probe(io);
  probe.connect(local::endpoint(path.string()), error);
  if (!error) return fail(Code::Busy, format("another core listens on {}", path.string()));
  std::filesystem::remove(path, status_error);
  if (status_error)
    return fail(Code::Io, format("remove {}: {}", path.string(), status_error.message()));
  return {};
}

Result<local::acceptor> listen_on_file(asio::io_context& io, const std::filesystem::path& path) {
  if (path.string().size() > kSocketPathMax) {
    return fail(Code::Invalid, format("the socket's path is longer than {} bytes: {}",
                                      kSocketPathMax, path.string()));
  }
  TRY(remove_stale_socket(io, path));
  // The mode is set before `listen`, so there is no moment with a wider one.
  return listen_at<local>(io, local::endpoint(path.string()), path.string(),
                          [&path] { return chmod(path.c_str(), S_IRUSR | S_IWUSR); });
}

std::chrono::milliseconds sweep_interval(const Limits& limits) {
  const auto shortest = std::min({limits.header_time, limits.body_time, limits.idle_time,
                                  limits.write_time, limits.heartbeat});
  return std::clamp(shortest / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(1000));
}

}  // namespace

struct Server::State {
  State(const Options& options_in, Admit admit, const platform::Clock& clock)
      : options(options_in),
        core(std::make_shared<Core>()),
        quick(options.quick_threads, options.limits.queue_max),
        slow(options.long_threads, options.limits.queue_max),
        work(core->io.get_executor()),
        sweep_timer(core->io) {
    core->limits = options.limits;
    core->admit = std::move(admit);
    core->clock = &clock;
    core->quick = &quick;
    core->slow = &slow;
  }

  Result<void> listen() {
    if (!options.socket.empty()) {
      TRY_ASSIGN(auto acceptor, listen_on_file(core->io, options.socket));
      files.emplace_back(core, std::move(acceptor));
    }
    if (options.loopback) {
      TRY_ASSIGN(auto acceptors, listen_on_loopback(core->io, options));
      port = acceptors.front().local_endpoint().port();
      for (auto& acceptor : acceptors) ports.emplace_back(core, std::move(acceptor));
    }
    return {};
  }

  void run() {
    for (auto& listener : files) listener.accept();
    for (auto& listener : ports) listener.accept();
    schedule_sweep();
    thread = std::jthread([this] { core->io.run(); });
  }

  void schedule_sweep() {
    sweep_timer.expires_after(sweep_interval(options.limits));
    sweep_timer.async_wait([this](error_code stopped) {
      if (stopped) return;
      const auto now = core->clock->steady();
      for (const auto& connection : snapshot()) connection->sweep(now);
      schedule_sweep();
    });
  }

  std::vector<std::shared_ptr<Connection>> snapshot() const {
    return {core->connections.begin(), core->connections.end()};
  }

  /// Runs `body` on the I/O thread and waits for it.
  template <class Body>
  auto on_io(Body body) {
    std::packaged_task<decltype(body())()> task(std::move(body));
    auto done = task.get_future();
    asio::post(core->io, [&task] { task(); });
    return done.get();
  }

  void stop(std::chrono::milliseconds patience);

  const Options options;
  std::shared_ptr<Core> core;
  internal::Pool quick;
  internal::Pool slow;
  /// The I/O thread stays while there is nothing to do.
  asio::executor_work_guard<asio::io_context::executor_type> work;
  asio::steady_timer sweep_timer;
  std::list<Listener<local>> files;
  std::list<Listener<tcp>> ports;
  std::uint16_t port = 0;
  std::jthread thread;
};

void Server::State::stop(std::chrono::milliseconds patience) {
  if (!thread.joinable()) return;
  on_io([this] {
    core->draining = true;
    for (auto& listener : files) listener.close();
    for (auto& listener : ports) listener.close();
    for (const auto& connection : snapshot()) connection->close_if_idle();
  });
  // The socket file is ours as long as we listened; a new core may come once we have gone.
  if (!options.socket.empty()) {
    std::error_code ignored;
    std::filesystem::remove(options.socket, ignored);
  }
  const auto until = core->clock->steady() + patience;
  while (core->clock->steady() < until && !on_io([this] { return core->connections.empty(); })) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  on_io([this] {
    for (const auto& connection : snapshot()) connection->request_stop();
  });
  quick.close();
  slow.close();
  on_io([this] {
    for (const auto& connection : snapshot()) connection->close();
    sweep_timer.cancel();
    work.reset();
  });
  thread.join();
  core->admit = nullptr;
}

Result<std::unique_ptr<Server>> Server::start(const Options& options, Admit admit,
                                              const platform::Clock& clock) {
  auto state = std::make_unique<State>(options, std::move(admit), clock);
  TRY(state->listen());
  state->run();
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() { state_->stop(std::chrono::milliseconds(0)); }
std::uint16_t Server::port() const { return state_->port; }

std::size_t Server::connections() const {
  if (!state_->thread.joinable()) return 0;
  return state_->on_io([this] { return state_->core->connections.size(); });
}

void Server::stop(std::chrono::milliseconds patience) { state_->stop(patience); }

}  // namespace hearth::net
