#include "net/server.h"

#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/format.h"
#include "net/client.h"
#include "support/raw_socket.h"

namespace hearth::net {
namespace {

using tests::eventually;
using tests::RawSocket;
using namespace std::chrono_literals;

/// A server whose behaviour each test gives by path.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / format("hearth-net-{}-{}", ::getpid(), counter_++);
    std::filesystem::create_directories(folder_);
    options_.socket = folder_ / "test.sock";
    options_.quick_threads = 2;
    options_.long_threads = 4;
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    auto server = Server::start(
        options_, [this](const Request& head) { return admit(head); }, platform::system_clock());
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
  }

  Admission admit(const Request& head) {
    if (head.path.front() == "refused") return Response{.status = 403, .body = "no"};
    if (head.path.front() == "stream") return Accept{Lane::Long, 100, stream_};
    return Accept{Lane::Quick, 100, [](Exchange exchange) {
                    const Request& request = exchange.request();
                    exchange.respond(
                        {.body = format("{} {} {}", request.method, request.target, request.body)});
                  }};
  }

  [[nodiscard]] RawSocket raw() const { return RawSocket::to_port(server_->port()); }
  /// Says `bytes` on a fresh connection and reads until it closes.
  [[nodiscard]] std::string reply(std::string_view bytes) const {
    RawSocket socket = raw();
    EXPECT_TRUE(socket.is_connected());
    socket.say(bytes);
    return socket.read_all();
  }

  static inline int counter_ = 0;
  std::filesystem::path folder_;
  Server::Options options_;
  std::function<void(Exchange)> stream_ = [](Exchange exchange) {
    Stream stream = exchange.event_stream();
    EXPECT_TRUE(stream.write(to_sse("text", "hello")).has_value());
    stream.finish();
  };
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersOverBothKindsOfSocket) {
  start();
  std::vector<Client> clients;
  clients.push_back(Client::over_socket(options_.socket));
  clients.push_back(Client::over_loopback(server_->port()));
  for (Client& client : clients) {
    for (int i = 0; i < 3; ++i) {
      const auto response =
          client.send({}, {.method = "POST", .target = "/echo?x=1", .body = "body"});
      ASSERT_TRUE(response.has_value()) << response.error().message;
      EXPECT_EQ(response->status, 200);
      EXPECT_EQ(response->body, "POST /echo?x=1 body");
    }
  }
}

TEST_F(ServerTest, MakesASocketThatOnlyItsOwnerMayOpen) {
  start();
  struct stat status{};
  ASSERT_EQ(::stat(options_.socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(ServerTest, RefusesASecondServerOnTheSameSocketAndTakesOverAStaleOne) {
  start();
  const auto admit_all = [](const Request&) -> Admission { return Response{}; };
  const auto second = Server::start(options_, admit_all, platform::system_clock());
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::Busy);
  // What a killed core leaves behind: a socket file that nobody answers on.
  const auto stale = folder_ / "stale.sock";
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, stale.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ::close(fd);
  Server::Options options = options_;
  options.socket = stale;
  EXPECT_TRUE(Server::start(options, admit_all, platform::system_clock()).has_value());
}

TEST_F(ServerTest, NeverRemovesAFileThatIsNotASocket) {
  options_.socket = folder_ / "precious";
  std::ofstream(options_.socket) << "data";
  const auto server = Server::start(
      options_, [](const Request&) -> Admission { return Response{}; }, platform::system_clock());
  ASSERT_FALSE(server.has_value());
  EXPECT_EQ(server.error().code, Code::Conflict);
  EXPECT_TRUE(std::filesystem::exists(options_.socket));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  const std::string all = reply(
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto one = all.find("POST /1 abc");
  const auto two = all.find("GET /2");
  const auto three = all.find("GET /3");
  EXPECT_LT(one, two);
  EXPECT_LT(two, three);
  EXPECT_NE(three, std::string::npos);
  EXPECT_EQ(all.find("GET /4"), std::string::npos);
}

TEST_F(ServerTest, KeepsTheBytesOfARequestThatBeginsBeforeTheLastAnswer) {
  std::binary_semaphore go{0};
  stream_ = [&](Exchange exchange) {
    go.acquire();
    exchange.respond({.body = "first"});
  };
  start();
  for (int i = 0; i < 20; ++i) {
    RawSocket socket = raw();
    socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
    // Another client's answer shows that the I/O thread has been round since.
    const auto round = [&] { ASSERT_TRUE(Client::over_loopback(server_->port()).send({}, {})); };
    round();
    socket.say("POST /second HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n");
    round();
    go.release();
    ASSERT_NE(socket.read_until("first").find("first"), std::string::npos);
    socket.say("X-Late: yes\r\nConnection: close\r\n\r\nthe body.");
    ASSERT_NE(socket.read_all().find("POST /second the body."), std::string::npos);
  }
}

TEST_F(ServerTest, RefusesEveryWayToHideASecondRequestInABody) {
  start();
  for (const char* headers : {
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
           "Content-Length: 4\r\nContent-Length: 5\r\n",
           "Content-Length: 4, 5\r\n",
           "Content-Length: +4\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x4\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: identity, chunked\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "X: a\r\n Host: b\r\nHost: c\r\nHost: d\r\n",
       }) {
    const std::string all = reply(format(
        "POST /a HTTP/1.1\r\nHost: h\r\n{}\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n",
        headers));
    EXPECT_TRUE(all.starts_with("HTTP/1.1 4")) << headers << all;
    EXPECT_EQ(all.find("/smuggled"), std::string::npos) << headers << all;
  }
}

TEST_F(ServerTest, ReadsChunkedBodiesAndRefusesBrokenOnes) {
  start();
  const std::string head =
      "POST /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_NE(reply(head + "2;x=y\r\nab\r\n1\r\nc\r\n0\r\nHost: t\r\n\r\n").find("POST /c abc"),
            std::string::npos);
  EXPECT_TRUE(reply(head + "zz\r\nab\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_TRUE(reply(head + "ffffffffffffffff\r\nab\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(
      reply(head + "32\r\n" + std::string(50, 'x') + "\r\n33\r\n").starts_with("HTTP/1.1 413"));
}

TEST_F(ServerTest, RefusesMalformedRequests) {
  start();
  struct Case {
    std::string bytes;
    std::string_view status;
  };
  const std::string long_header(20'000, 'x');
  for (const auto& [bytes, status] : std::vector<Case>{
           {"GET / HTTP/1.1\r\n\r\n", "400"},
           {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
           {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "505"},
           {"nonsense\r\n\r\n", "400"},
           {std::string("\x16\x03\x01\x02\x00\x01\xfc\x03", 8) + "\r\n\r\n", "400"},
           {"GET http://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
           {"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
           {"GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
           {"GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", "400"},
           {"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01"
            "b\r\n\r\n",
            "400"},
           {"GET /" + long_header + " HTTP/1.1\r\n", "431"},
           {"GET / HTTP/1.1\r\nX: " + long_header + "\r\n", "431"},
           {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n", "413"},
       }) {
    const std::string all = reply(bytes);
    EXPECT_TRUE(all.starts_with(format("HTTP/1.1 {}", status))) << bytes.substr(0, 80) << all;
    EXPECT_NE(all.find("{\"error\":{\"code\":"), std::string::npos);
  }
}

TEST_F(ServerTest, AnswersARefusalBeforeTheBodyWasSent) {
  start();
  RawSocket socket = raw();
  socket.say(
      "POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\nExpect: 100-continue\r\n\r\n");
  const std::string all = socket.read_until("no");
  EXPECT_TRUE(all.starts_with("HTTP/1.1 403"));
  EXPECT_NE(all.find("Connection: close"), std::string::npos);
  socket.say(std::string(50, 'x'));
  EXPECT_TRUE(socket.ends());
}

TEST_F(ServerTest, AsksForABodyThatWaitsToBeAskedFor) {
  start();
  RawSocket socket = raw();
  socket.say("POST /w HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(socket.read_until("\r\n\r\n").starts_with("HTTP/1.1 100 Continue"));
  socket.say("ok");
  EXPECT_NE(socket.read_until("POST /w ok").find("POST /w ok"), std::string::npos);
}

TEST_F(ServerTest, LeavesOutTheBodyForHead) {
  start();
  const std::string all = reply("HEAD /h HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(all.find("Content-Length: 8\r\n"), std::string::npos);
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
}

TEST_F(ServerTest, ClosesSlowClientsWithoutAHandler) {
  options_.limits.header_time = 60ms;
  options_.limits.body_time = 60ms;
  options_.limits.idle_time = 60ms;
  options_.limits.linger_time = 60ms;
  start();
  RawSocket silent = raw();
  RawSocket dripping = raw();
  RawSocket bodiless = raw();
  RawSocket idle = raw();
  dripping.say("GET / HT");
  bodiless.say("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  idle.say("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(dripping.read_all().starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(bodiless.read_all().starts_with("HTTP/1.1 408"));
  EXPECT_TRUE(idle.read_all().starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(idle.ends());
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(ServerTest, CutsNoAnswerForTheTimeItsRequestMayTake) {
  options_.limits.header_time = 40ms;
  options_.limits.body_time = 40ms;
  options_.limits.idle_time = 40ms;
  options_.limits.write_time = 40ms;
  // Many times as long as any of these, with silences that are longer too.
  const auto wait = [] {
    const auto until = std::chrono::steady_clock::now() + 120ms;
    std::binary_semaphore never{0};
    static_cast<void>(never.try_acquire_until(until));
  };
  stream_ = [&](Exchange exchange) {
    if (exchange.request().target == "/stream/whole") {
      wait();
      wait();
      return exchange.respond({.body = "late but whole"});
    }
    Stream stream = exchange.event_stream();
    for (int i = 0; i < 4; ++i) {
      wait();
      EXPECT_TRUE(stream.write(to_sse("progress", format("{}", i))).has_value());
    }
    stream.finish();
  };
  start();
  // One kept connection for all, as the command line has it.
  Client client = Client::over_socket(options_.socket);
  ASSERT_TRUE(client.send({}, {.method = "POST", .target = "/first", .body = "{}"}).has_value());
  std::string seen;
  const auto streamed =
      client.stream({}, {.method = "POST", .target = "/stream", .body = "{}"}, [&](const Event& e) {
        seen += e.data;
        return Flow::Continue;
      });
  ASSERT_TRUE(streamed.has_value()) << streamed.error().message;
  EXPECT_EQ(streamed->status, 200);
  EXPECT_EQ(seen, "0123");
  const auto whole = client.send({}, {.method = "POST", .target = "/stream/whole", .body = "{}"});
  ASSERT_TRUE(whole.has_value()) << whole.error().message;
  EXPECT_EQ(whole->body, "late but whole");
}

TEST_F(ServerTest, ServesAKeptConnectionWhoseClientAsksAgainTheMomentItIsAnswered) {
  options_.limits.body_time = 500ms;
  start();
  Client client = Client::over_socket(options_.socket);
  for (int i = 0; i < 500; ++i) {
    const std::string body(static_cast<std::size_t>(i % 90 + 1), 'b');
    const auto answer = client.send({}, {.method = "POST", .target = "/again", .body = body});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    ASSERT_EQ(answer->body, "POST /again " + body) << i;
  }
}

TEST_F(ServerTest, LimitsTheNumberOfConnectionsForEachKindOfPeer) {
  options_.limits.connections_max = 3;
  start();
  std::vector<RawSocket> hogs;
  for (int i = 0; i < 3; ++i) hogs.push_back(raw());
  EXPECT_TRUE(eventually([&] { return server_->connections() == 3; }));
  EXPECT_TRUE(raw().ends());
  Client owner = Client::over_socket(options_.socket);
  EXPECT_TRUE(owner.send({}, {.target = "/still-here"}).has_value());
  hogs.clear();
  EXPECT_TRUE(
      eventually([&] { return Client::over_loopback(server_->port()).send({}, {}).has_value(); }));
}

TEST_F(ServerTest, StreamsEventsToItsClient) {
  start();
  Client client = Client::over_socket(options_.socket);
  for (int i = 0; i < 2; ++i) {
    std::vector<Event> events;
    const auto end = client.stream({}, {.target = "/stream"}, [&](const Event& event) {
      events.push_back(event);
      return Flow::Continue;
    });
    ASSERT_TRUE(end.has_value()) << end.error().message;
    EXPECT_EQ(events, (std::vector<Event>{{"text", "hello"}}));
  }
}

TEST_F(ServerTest, FiresTheStopTokenWhenTheClientCloses) {
  std::binary_semaphore begun{0};
  std::atomic<bool> stopped = false;
  stream_ = [&](Exchange exchange) {
    Stream stream = exchange.event_stream();
    begun.release();
    // A thread that streams nothing must hear of it all the same.
    stopped = eventually([&] { return exchange.request().stop.stop_requested(); });
    EXPECT_FALSE(stream.write("x").has_value());
  };
  start();
  RawSocket socket = raw();
  socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  begun.acquire();
  socket.close();
  EXPECT_TRUE(eventually([&] { return stopped.load(); }));
}

TEST_F(ServerTest, FiresTheStopTokenOfAPlainRequestToo) {
  std::atomic<int> stopped = 0;
  std::counting_semaphore<2> begun{0};
  stream_ = [&](Exchange exchange) {
    begun.release();
    if (eventually([&] { return exchange.request().stop.stop_requested(); })) ++stopped;
    exchange.respond({.status = 499});
  };
  start();
  {
    RawSocket closing = raw();
    closing.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
    begun.acquire();
  }
  EXPECT_TRUE(eventually([&] { return stopped == 1; }));
  // The client's own stop closes the connection, and so reaches the handler.
  std::stop_source source;
  std::jthread stopper([&] {
    begun.acquire();
    source.request_stop();
  });
  const auto response = Client::over_loopback(server_->port())
                            .send({.stop = source.get_token()}, {.target = "/stream"});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::Cancelled);
  EXPECT_TRUE(eventually([&] { return stopped == 2; }));
}

TEST_F(ServerTest, BoundsWhatWaitsForASlowReader) {
  options_.limits.write_time = 100ms;
  std::atomic<std::size_t> written = 0;
  std::atomic<bool> over = false;
  stream_ = [&](Exchange exchange) {
    Stream stream = exchange.stream(200, {});
    const std::string piece(10'000, 'x');
    while (stream.write(piece)) written += piece.size();
    over = true;
  };
  start();
  RawSocket socket = raw();
  socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return over.load(); }));
  EXPECT_LT(written, 20U << 20U);  // The ring and the kernel's buffers, not all there is.
  EXPECT_TRUE(eventually([&] { return server_->connections() == 0; }));
}

TEST_F(ServerTest, SendsHeartbeatsOnASilentStreamWithoutAThread) {
  options_.limits.heartbeat = 20ms;
  std::vector<Stream> kept;
  std::mutex mutex;
  stream_ = [&](Exchange exchange) {
    const std::scoped_lock lock(mutex);
    kept.push_back(exchange.event_stream());
  };
  start();
  RawSocket socket = raw();
  socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(socket.read_until(": still here").find(": still here"), std::string::npos);
  // The handler has long returned; the stream still works.
  {
    const std::scoped_lock lock(mutex);
    EXPECT_TRUE(kept.front().offer(to_sse("late", "1")));
  }
  EXPECT_NE(socket.read_until("event: late").find("event: late"), std::string::npos);
  socket.close();
  EXPECT_TRUE(eventually([&] {
    const std::scoped_lock lock(mutex);
    return !kept.front().is_open();
  }));
  kept.clear();
}

TEST_F(ServerTest, CutsAStreamThatWasNotFinished) {
  stream_ = [](Exchange exchange) {
    Stream stream = exchange.event_stream();
    EXPECT_TRUE(stream.write("data: x\n\n").has_value());
  };
  start();
  const auto end =
      Client::over_loopback(server_->port()).stream({}, {.target = "/stream"}, [](const Event&) {
        return Flow::Continue;
      });
  ASSERT_FALSE(end.has_value());
  EXPECT_EQ(end.error().code, Code::Io);
}

TEST_F(ServerTest, AnswersForAHandlerThatDroppedItsRequest) {
  stream_ = [](Exchange) {};
  start();
  const auto response = Client::over_loopback(server_->port()).send({}, {.target = "/stream"});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 500);
}

TEST_F(ServerTest, SaysBusyWhenTheQueueIsFull) {
  options_.long_threads = 1;
  options_.limits.queue_max = 1;
  std::latch release(1);
  std::atomic<int> running = 0;
  stream_ = [&](Exchange exchange) {
    ++running;
    release.wait();
    exchange.respond({});
  };
  start();
  RawSocket first = raw();
  first.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return running == 1; }));
  // One of these waits, the other finds no place.
  RawSocket second = raw();
  RawSocket third = raw();
  second.say("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  third.say("GET /stream HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_NE(reply("GET /quick HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").find("200"),
            std::string::npos);
  EXPECT_TRUE(
      eventually([&] { return server_->connections() == 2 || server_->connections() == 3; }));
  release.count_down();
  const std::string both = second.read_all() + third.read_all();
  EXPECT_NE(both.find("HTTP/1.1 200"), std::string::npos);
  EXPECT_NE(both.find("HTTP/1.1 503"), std::string::npos);
}

TEST_F(ServerTest, LetsRunningRequestsFinishWhenItStops) {
  std::binary_semaphore begun{0};
  std::binary_semaphore go{0};
  stream_ = [&](Exchange exchange) {
    begun.release();
    go.acquire();
    exchange.respond({.body = "finished"});
  };
  start();
  RawSocket socket = raw();
  RawSocket idle = raw();
  socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  begun.acquire();
  std::jthread stopping([&] { server_->stop(10s); });
  EXPECT_TRUE(idle.ends());
  EXPECT_FALSE(raw().is_connected());
  go.release();
  EXPECT_NE(socket.read_all().find("finished"), std::string::npos);
  stopping.join();
  EXPECT_FALSE(std::filesystem::exists(options_.socket));
}

TEST_F(ServerTest, StopsHandlersThatDoNotFinishInTime) {
  std::binary_semaphore begun{0};
  stream_ = [&](Exchange exchange) {
    Stream stream = exchange.event_stream();
    begun.release();
    while (stream.write(to_sse("tick", "1"))) {
    }
  };
  start();
  RawSocket socket = raw();
  socket.say("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  begun.acquire();
  server_->stop(1ms);
  EXPECT_TRUE(socket.ends());
}

TEST_F(ServerTest, SendsLargeStaticBodiesWhole) {
  static const std::string big(5U << 20U, 'z');
  stream_ = [](Exchange exchange) {
    Response response;
    response.static_body = big;
    exchange.respond(std::move(response));
  };
  start();
  const auto response = Client::over_loopback(server_->port()).send({}, {.target = "/stream"});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->body, big);
}

TEST(Client, SaysPlainlyThatNobodyListens) {
  const auto response = Client::over_socket("/nonexistent/hearth.sock").send({}, {});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::Unavailable);
}

TEST(Client, RefusesToSendASplitRequestLine) {
  const auto response = Client::over_loopback(1).send({}, {.target = "/ HTTP/1.1\r\nX: y"});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::Invalid);
}

TEST_F(ServerTest, EndsAClientsWaitAtItsDeadline) {
  stream_ = [](Exchange exchange) {
    static_cast<void>(eventually([&] { return exchange.request().stop.stop_requested(); }));
    exchange.respond({});
  };
  start();
  const auto deadline = platform::system_clock().steady() + 30ms;
  const auto response =
      Client::over_loopback(server_->port()).send({.deadline = deadline}, {.target = "/stream"});
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().code, Code::TimedOut);
}

}  // namespace
}  // namespace hearth::net
