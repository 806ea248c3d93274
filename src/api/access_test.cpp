#include <vector>

#include <gtest/gtest.h>

#include "core/format.h"
#include "support/api_case.h"
#include "support/raw_socket.h"

namespace hearth::api {
namespace {

using tests::RawSocket;

/// What clients may do and what they may not.
using ClientAccess = tests::ApiCase;

TEST_F(ClientAccess, GivesClientsTokensWithScopesAndTakesThemBack) {
  const auto made = own("POST", "/api/v1/tokens", R"({"name":"editor","scopes":["model.use"]})");
  EXPECT_EQ(made.status, 201);
  const std::string token(json(made)["token"].view());
  EXPECT_EQ(own("POST", "/api/v1/tokens", R"({"name":"editor"})").status, 409);
  EXPECT_EQ(own("POST", "/api/v1/tokens", R"({"name":"x","scopes":["all"]})").status, 400);
  start();
  EXPECT_EQ(come("GET", "/v1/models", bearer(token)).status, 200);
  EXPECT_EQ(come("GET", "/api/v1/sources", bearer(token)).status, 403);
  const std::string all = client_token("all", kAllScopes);
  EXPECT_EQ(come("GET", "/api/v1/sources", bearer(all)).status, 200);
  // Not even all scopes make a client the owner.
  for (const char* path : {"/api/v1/shutdown", "/api/v1/session/code", "/api/v1/tokens"}) {
    EXPECT_EQ(come("POST", path, bearer(all), R"({})").status, 403) << path;
  }
  EXPECT_FALSE(backend_.shut_down_called);
  EXPECT_EQ(own("GET", "/api/v1/tokens").body.find(token), std::string::npos);
  EXPECT_EQ(own("DELETE", "/api/v1/tokens/editor").status, 200);
  EXPECT_EQ(come("GET", "/v1/models", bearer(token)).status, 401);
  EXPECT_EQ(own("DELETE", "/api/v1/tokens/editor").status, 404);
}

TEST_F(ClientAccess, IsToTheModelsAloneUnlessMoreIsNamed) {
  const auto made = own("POST", "/api/v1/tokens", R"({"name":"plain"})");
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(json(made)["scopes"], Json::array({"model.use"}));
  const net::Headers plain = bearer(json(made)["token"].view());
  EXPECT_EQ(come("GET", "/v1/models", plain).status, 200);
  for (const char* path : {"/api/v1/search?q=a", "/api/v1/documents/7", "/api/v1/sources",
                           "/api/v1/conversations", "/api/v1/events"}) {
    EXPECT_EQ(come("GET", path, plain).status, 403) << path;
  }
  EXPECT_EQ(json(own("GET", "/api/v1/tokens"))["tokens"].items().front()["scopes"],
            Json::array({"model.use"}));
}

TEST_F(ClientAccess, ToAddAndRemoveSourcesIsTheOwnersAlone) {
  const net::Headers all = bearer(client_token("all", kAllScopes));
  EXPECT_EQ(come("POST", "/api/v1/sources", all, R"({"path":"/home/ada/.ssh"})").status, 403);
  EXPECT_EQ(come("DELETE", "/api/v1/sources/1", all).status, 403);
  EXPECT_TRUE(backend_.added.empty());
  EXPECT_EQ(come("POST", "/api/v1/sources", sign_in(), R"({"path":"/home/ada/.ssh"})").status, 201);
}

TEST_F(ClientAccess, ToWhatTheKernelShowsAsFilesIsNobodys) {
  std::filesystem::create_directory_symlink("/proc", folder_ / "innocent");
  const std::string linked = (folder_ / "innocent" / "self").string();
  for (const std::string& path : std::vector<std::string>{
           "/proc", "/proc/self", "/sys/kernel", "/dev/", "/home/../proc/1", "//proc", linked}) {
    const auto refused = own("POST", "/api/v1/sources", Json::object({{"path", path}}).dump());
    EXPECT_EQ(refused.status, 400) << path;
    EXPECT_NE(refused.body.find("hold no documents"), std::string::npos) << path;
  }
  EXPECT_TRUE(backend_.added.empty());
  EXPECT_EQ(own("POST", "/api/v1/sources", R"({"path":"/process"})").status, 201);
}

TEST_F(ClientAccess, ToAConversationWantsTheRightToKeepOne) {
  const net::Headers reader = bearer(client_token("reader", R"(["library.read"])"));
  const net::Headers writer = bearer(client_token("writer", kAllScopes));
  const std::string question = R"({"question":"where?","conversation":1})";
  const auto refused = come("POST", "/api/v1/ask", reader, question);
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(refused.body.find("library.write"), std::string::npos);
  EXPECT_EQ(come("POST", "/api/v1/ask", reader, R"({"question":"where?"})").status, 200);
  EXPECT_EQ(come("POST", "/api/v1/ask", writer, question).status, 200);
}

TEST_F(ClientAccess, HasNamesThatCanBeTakenBack) {
  for (const char* name :
       {".", "..", "a/b", "a\\u0000b", "a\\u001b[2J", "caf\xc3\xa9", " ", "\\n"}) {
    const auto refused = own("POST", "/api/v1/tokens", format(R"({{"name":"{}"}})", name));
    EXPECT_EQ(refused.status, 400) << name;
  }
  for (const std::string& name :
       std::vector<std::string>{"...", "-", "My editor", "me@home_2.0", std::string(100, 'a')}) {
    EXPECT_FALSE(client_token(name, kAllScopes).empty());
    std::string target = "/api/v1/tokens/";
    for (const char c : name) target += c == ' ' ? std::string("%20") : std::string(1, c);
    EXPECT_EQ(own("DELETE", target).status, 200) << name;
  }
}

TEST_F(ClientAccess, LeavesRoomForTheOwnerHoweverMuchAClientAsksFor) {
  const std::string token = client_token("greedy", R"(["library.read"])");
  backend_.release = false;
  std::vector<RawSocket> waiting;
  int refused = 0;
  for (int i = 0; i < 60; ++i) {
    waiting.push_back(RawSocket::to_port(server_->port()));
    waiting.back().say(
        format("POST /api/v1/wait HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n"
               "Authorization: Bearer {}\r\nContent-Type: application/json\r\n"
               "Content-Length: 17\r\n\r\n{{\"for\":\"keyword\"}}",
               server_->port(), token));
    const std::string head = waiting.back().read_until("\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 429")) continue;
    ++refused;
    EXPECT_NE(head.find("Retry-After: 5"), std::string::npos);
  }
  EXPECT_EQ(refused, 56);
  EXPECT_EQ(own("POST", "/api/v1/ask", R"({"question":"where?"})").status, 200);
}

}  // namespace
}  // namespace hearth::api
