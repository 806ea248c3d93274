/// The API over real sockets, in front of a core that is told what to say.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "api/server.h"
#include "core/format.h"
#include "net/client.h"
#include "support/fake_backend.h"

namespace hearth::tests {

/// One server for each test, with a vault in memory.
class ApiCase : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / format("hearth-api-{}-{}", ::getpid(), counter_++);
    std::filesystem::create_directories(folder_);
    auto database = storage::Database::open_in_memory();
    ASSERT_TRUE(database.has_value()) << database.error().message;
    database_ = std::move(*database);
    store_ = std::make_unique<api::TokenStore>(*database_);
    start();
  }
  void TearDown() override {
    backend_.release = true;
    server_.reset();
    std::filesystem::remove_all(folder_);
  }
  void start() {
    server_.reset();
    api::ApiServer::Options options;
    options.net.socket = folder_ / "api.sock";
    options.gate = {.owner_token = owner_token_, .owner_uid = ::getuid()};
    auto server = api::ApiServer::start(options, backend_, *store_, platform::system_clock());
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(*server);
  }

  [[nodiscard]] net::ClientResponse send(net::Client client, net::ClientRequest request) const {
    if (!request.body.empty() && request.headers.count("Content-Type") == 0) {
      request.headers.add("Content-Type", "application/json");
    }
    auto response = client.send({}, request);
    EXPECT_TRUE(response.has_value()) << response.error().message;
    return response.value_or(net::ClientResponse{});
  }
  /// As the owner, over the Unix socket.
  [[nodiscard]] net::ClientResponse own(std::string method, std::string target,
                                        std::string body = {}) {
    return send(net::Client::over_socket(folder_ / "api.sock"), {.method = std::move(method),
                                                                 .target = std::move(target),
                                                                 .headers = {},
                                                                 .body = std::move(body)});
  }
  /// As whoever has these headers, over loopback.
  [[nodiscard]] net::ClientResponse come(std::string method, std::string target,
                                         net::Headers headers, std::string body = {}) {
    return send(net::Client::over_loopback(server_->port()), {.method = std::move(method),
                                                              .target = std::move(target),
                                                              .headers = std::move(headers),
                                                              .body = std::move(body)});
  }
  [[nodiscard]] static Json json(const net::ClientResponse& response) {
    return Json::parse(response.body).value_or(Json());
  }
  [[nodiscard]] static std::string_view code(const Json& body) {
    return body["error"]["code"].view();
  }
  [[nodiscard]] net::Headers bearer(std::string_view token) const {
    return {{"Authorization", format("Bearer {}", token)}};
  }
  /// What a signed-in page sends: the cookie and the key.
  [[nodiscard]] net::Headers sign_in() {
    const std::string secret(json(own("POST", "/api/v1/session/code"))["code"].view());
    const auto response =
        come("POST", "/api/v1/session", {}, Json::object({{"code", secret}}).dump());
    EXPECT_EQ(response.status, 200);
    const std::string cookie(response.headers.find("Set-Cookie").value_or(""));
    EXPECT_NE(cookie.find("HttpOnly; SameSite=Strict; Path=/"), std::string::npos);
    return {{"Cookie", cookie.substr(0, cookie.find(';'))},
            {"X-Hearth", std::string(json(response)["key"].view())}};
  }

  static constexpr std::string_view kAllScopes = R"(["library.read","library.write","model.use"])";
  /// A new token of a client.
  [[nodiscard]] std::string client_token(std::string_view name, std::string_view scopes) {
    const auto made =
        own("POST", "/api/v1/tokens", format(R"({{"name":"{}","scopes":{}}})", name, scopes));
    EXPECT_EQ(made.status, 201) << made.body;
    return std::string(json(made)["token"].view());
  }

  static inline int counter_ = 0;
  const std::string owner_token_ = std::string(64, 'k');
  std::filesystem::path folder_;
  FakeBackend backend_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<api::TokenStore> store_;
  std::unique_ptr<api::ApiServer> server_;
};

}  // namespace hearth::tests
