#include "api/server.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "core/format.h"
#include "net/client.h"
#include "support/api_case.h"
#include "support/raw_socket.h"

namespace hearth::api {
namespace {

using net::Client;
using tests::eventually;
using tests::RawSocket;

using ApiTest = tests::ApiCase;

TEST_F(ApiTest, KnowsTheOwnerOnTheSocketWithoutAToken) {
  const auto response = own("GET", "/api/v1/status");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(json(response)["problems"].int_or(0), 1);
  EXPECT_EQ(json(response)["embedding"]["total"].int_or(0), 5);
}

TEST_F(ApiTest, RefusesEveryWrongCredentialOnLoopback) {
  EXPECT_EQ(come("GET", "/api/v1/status", bearer(owner_token_)).status, 200);
  for (const net::Headers& headers : std::vector<net::Headers>{
           {},
           bearer("wrong"),
           bearer(""),
           bearer(owner_token_ + "x"),
           {{"Authorization", "Basic " + owner_token_}},
           {{"Authorization", owner_token_}},
           {{"Authorization", "Bearer " + owner_token_}, {"Authorization", "Bearer x"}},
           {{"Cookie", "hearth_session=wrong"}},
       }) {
    const auto response = come("GET", "/api/v1/status", headers);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer");
  }
  EXPECT_EQ(code(json(come("GET", "/v1/models", {}))), "invalid_api_key");
}

TEST_F(ApiTest, ThrottlesGuessesButNeverARightToken) {
  int throttled = 0;
  for (int i = 0; i < 30; ++i) {
    if (come("GET", "/api/v1/status", bearer(format("guess{}", i))).status == 429) ++throttled;
  }
  EXPECT_EQ(throttled, 10);
  EXPECT_EQ(come("GET", "/api/v1/status", bearer(owner_token_)).status, 200);
}

TEST_F(ApiTest, RefusesForeignHostsAndOrigins) {
  const std::uint16_t port = server_->port();
  const auto with = [&](std::string_view name, std::string value) {
    net::Headers headers = bearer(owner_token_);
    headers.add(name, value);
    return come("GET", "/api/v1/status", headers).status;
  };
  EXPECT_EQ(with("Host", format("localhost:{}", port)), 200);
  EXPECT_EQ(with("Host", format("[::1]:{}", port)), 200);
  EXPECT_EQ(with("Host", "evil.example"), 403);
  EXPECT_EQ(with("Host", format("evil.example:{}", port)), 403);
  EXPECT_EQ(with("Host", format("127.0.0.1.evil.example:{}", port)), 403);
  EXPECT_EQ(with("Host", "127.0.0.1"), 403);
  EXPECT_EQ(with("Origin", format("http://127.0.0.1:{}", port)), 200);
  // Another program may hold our port on one of the two addresses.
  EXPECT_EQ(with("Origin", format("http://localhost:{}", port)), 403);
  EXPECT_EQ(with("Origin", format("http://[::1]:{}", port)), 403);
  EXPECT_EQ(with("Origin", "http://evil.example"), 403);
  EXPECT_EQ(with("Origin", "null"), 403);
  EXPECT_EQ(with("Origin", format("https://127.0.0.1:{}", port)), 403);
  EXPECT_EQ(with("Origin", format("http://127.0.0.1:{}", port + 1)), 403);
  EXPECT_EQ(with("Sec-Fetch-Site", "cross-site"), 403);
  EXPECT_EQ(with("Sec-Fetch-Site", "same-origin"), 200);
}

TEST_F(ApiTest, SignsAPageInWithACodeThatWorksOnce) {
  const std::string secret(json(own("POST", "/api/v1/session/code"))["code"].view());
  const std::string body = Json::object({{"code", secret}}).dump();
  EXPECT_EQ(come("POST", "/api/v1/session", {}, body).status, 200);
  EXPECT_EQ(come("POST", "/api/v1/session", {}, body).status, 403);
  EXPECT_EQ(come("POST", "/api/v1/session", {}, R"({"code":"guess"})").status, 403);
}

TEST_F(ApiTest, ThrottlesSignInsAndSaysWhenToTryAgain) {
  const auto guess = [this] { return come("POST", "/api/v1/session", {}, R"({"code":"guess"})"); };
  for (int i = 0; i < 20; ++i) EXPECT_EQ(guess().status, 403);
  const auto refused = guess();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("Retry-After"), "60");
  EXPECT_EQ(code(json(refused)), "busy");
}

TEST_F(ApiTest, OpensNothingToHalfOfASession) {
  const net::Headers whole = sign_in();
  const net::Headers other = sign_in();
  const std::string cookie(*whole.find("Cookie"));
  const std::string key(*whole.find("X-Hearth"));
  const std::string other_cookie(*other.find("Cookie"));
  EXPECT_EQ(come("GET", "/api/v1/sources", whole).status, 200);
  EXPECT_EQ(come("DELETE", "/api/v1/sources/1", whole).status, 200);
  // What another port of this machine is sent by the browser.
  EXPECT_EQ(come("GET", "/api/v1/sources", {{"Cookie", cookie}}).status, 401);
  EXPECT_EQ(come("GET", "/api/v1/sources", {{"Cookie", cookie}, {"X-Hearth", "1"}}).status, 401);
  EXPECT_EQ(come("GET", "/api/v1/sources", {{"X-Hearth", key}}).status, 401);
  // Halves of two sessions are none.
  EXPECT_EQ(come("GET", "/api/v1/sources", {{"Cookie", other_cookie}, {"X-Hearth", key}}).status,
            401);
  // Other programs' surface is not for pages.
  EXPECT_EQ(come("GET", "/v1/models", whole).status, 401);
}

TEST_F(ApiTest, KeepsAPageSignedInAcrossARestartAndForgetsItOnRequest) {
  const net::Headers page = sign_in();
  start();
  EXPECT_EQ(come("GET", "/api/v1/sources", page).status, 200);
  EXPECT_EQ(come("DELETE", "/api/v1/session", page).status, 200);
  EXPECT_EQ(come("GET", "/api/v1/sources", page).status, 401);
  start();
  EXPECT_EQ(come("GET", "/api/v1/sources", page).status, 401);
}

TEST_F(ApiTest, SaysWhatIsWrongWithARequest) {
  struct Case {
    const char* method;
    const char* target;
    std::string body;
    int status;
    const char* words;
  };
  for (const auto& [method, target, body, status, words] : std::vector<Case>{
           {"POST", "/api/v1/ask", R"({"questoin":"x"})", 400, "did you mean \\\"question\\\""},
           {"POST", "/api/v1/ask", R"({"question":7})", 400, "must be a text"},
           {"POST", "/api/v1/ask", R"({"question":" "})", 400, "is empty"},
           {"POST", "/api/v1/ask", R"({})", 400, "is missing"},
           {"POST", "/api/v1/ask", R"({"question":"x","mode":"magic"})", 400, "one of: auto"},
           {"POST", "/api/v1/ask", R"({"question":"x","since":"2026-02-30"})", 400, "not a date"},
           {"POST", "/api/v1/ask", "{\"question\":", 400, "not valid JSON"},
           {"POST", "/api/v1/ask", std::string(100'000, '['), 400, "deeper than"},
           {"POST", "/api/v1/ask", "{\"question\":\"\xff\"}", 400, "not valid JSON"},
           {"POST", "/api/v1/ask", "[]", 400, "must be a JSON object"},
           {"POST", "/api/v1/ask", std::string(1'100'000, ' '), 413, "at most"},
           {"POST", "/api/v1/ask", R"({"question":"a\u0000b"})", 400, "U+0000"},
           {"POST", "/api/v1/models", R"({"path":"/a/b.gguf\u0000/c"})", 400, "U+0000"},
           {"POST", "/api/v1/sources", R"({"path":"/a/b\u0000/c"})", 400, "U+0000"},
           {"POST", "/api/v1/sources", R"({"path":"relative"})", 400, "absolute"},
           {"GET", "/api/v1/search", "", 400, "\\\"q\\\" is missing"},
           {"GET", "/api/v1/search?q=a&k=0", "", 400, "\\\"k\\\" must"},
           {"GET", "/api/v1/search?q=a&k=many", "", 400, "whole number"},
           {"GET", "/api/v1/search?q=a&q=b", "", 400, "given twice"},
           {"GET", "/api/v1/search?q=a&colection=b", "", 400, "\\\"collection\\\""},
           {"GET", "/api/v1/search?q=%zz", "", 400, "%-escape"},
           {"GET", "/api/v1/sources/none", "", 400, "whole number"},
           {"GET", "/api/v1/sources/99999999999999999999", "", 400, "whole number"},
           {"GET", "/api/v1/sources/2", "", 404, "no source 2"},
           {"GET", "/api/v1/nothing", "", 404, "there is no"},
           {"PUT", "/api/v1/sources", "", 405, "GET, POST"},
       }) {
    const auto response = own(method, target, body);
    EXPECT_EQ(response.status, status) << target << body.substr(0, 60);
    EXPECT_NE(response.body.find(words), std::string::npos) << target << response.body;
    EXPECT_TRUE(json(response)["error"].is_object());
  }
  const auto form =
      send(Client::over_socket(folder_ / "api.sock"), {.method = "POST",
                                                       .target = "/api/v1/ask",
                                                       .headers = {{"Content-Type", "text/plain"}},
                                                       .body = R"({"question":"x"})"});
  EXPECT_EQ(form.status, 415);
}

/// Whether `value` is as `schema` says; the place where it is not.
std::string mismatch(const Json& schema, const Json& value, const Json& all, std::string at) {
  if (schema.has("$ref")) {
    const std::string_view ref = schema["$ref"].view();
    return mismatch(all[ref.substr(ref.rfind('/') + 1)], value, all, std::move(at));
  }
  const std::string kind(schema["type"].is_array() ? schema["type"].items().front().view()
                                                   : schema["type"].view());
  if (schema["type"].is_array() && value.is_null()) return {};
  const bool fits = kind == "string"    ? value.is_string()
                    : kind == "integer" ? value.as_int().has_value()
                    : kind == "number"  ? value.is_number()
                    : kind == "boolean" ? value.is_bool()
                    : kind == "array"   ? value.is_array()
                                        : value.is_object();
  if (!fits) return at + " is not " + kind;
  for (const Json& item : value.items()) {
    if (auto why = mismatch(schema["items"], item, all, at + "[]"); !why.empty()) return why;
  }
  for (const Json& name : schema["required"].items()) {
    if (!value.has(name.view())) return at + "." + std::string(name.view()) + " is missing";
  }
  for (const auto& [name, member] : value.members()) {
    const Json* sub = schema["properties"].find(name);
    if (!sub) return at + "." + name + " is not declared";
    if (auto why = mismatch(*sub, member, all, at + "." + name); !why.empty()) return why;
  }
  return {};
}

TEST_F(ApiTest, AnswersAsItsDescriptionSays) {
  const Json description = json(come("GET", "/openapi.json", {}));
  struct Case {
    const char* method;
    const char* target;
    const char* body;
    const char* schema;
  };
  for (const auto& [method, target, body, schema] : std::vector<Case>{
           {"GET", "/api/v1/status", "", "Status"},
           {"GET", "/api/v1/models", "", "Models"},
           {"POST", "/api/v1/models", R"({"path":"/a/good.gguf"})", "Model"},
           {"DELETE", "/api/v1/models/tiny?in_use=true", "", "Removed"},
           {"GET", "/api/v1/doctor", "", "Doctor"},
           {"POST", "/api/v1/session/code", "", "SignInCode"},
           {"POST", "/api/v1/tokens", R"({"name":"t"})", "NewToken"},
           {"GET", "/api/v1/tokens", "", "Tokens"},
           {"GET", "/api/v1/sources", "", "Sources"},
           {"POST", "/api/v1/sources", R"({"path":"/a","collection":null})", "Source"},
           {"GET", "/api/v1/sources/1", "", "Source"},
           {"GET", "/api/v1/sources/1/documents?offset=5&count=9", "", "Documents"},
           {"DELETE", "/api/v1/sources/1", "", "RemovedId"},
           {"GET", "/api/v1/problems?source=1", "", "Problems"},
           {"GET", "/api/v1/documents/7", "", "Document"},
           {"GET", "/api/v1/search?q=a&explain", "", "SearchResults"},
           {"POST", "/api/v1/ask", R"({"question":"where?"})", "Answer"},
           {"GET", "/api/v1/conversations", "", "Conversations"},
           {"POST", "/api/v1/conversations", "", "ConversationInfo"},
           {"GET", "/api/v1/conversations/3", "", "Conversation"},
           {"PATCH", "/api/v1/conversations/3", R"({"title":"b"})", "Conversation"},
           {"DELETE", "/api/v1/conversations/3", "", "RemovedId"},
           {"POST", "/api/v1/shutdown", "", "Stopping"},
           {"GET", "/api/v1/nothing", "", "Error"},
       }) {
    const Json& all = description["components"]["schemas"];
    ASSERT_TRUE(all.has(schema)) << schema;
    EXPECT_EQ(mismatch(all[schema], json(own(method, target, body)), all, schema), "") << target;
  }
  EXPECT_TRUE(backend_.shut_down_called);
}

TEST_F(ApiTest, CountsPagesInCharacters) {
  EXPECT_EQ(json(own("GET", "/api/v1/documents/7"))["pages"], Json::array({0, 2}));
}

TEST_F(ApiTest, PassesFiltersOn) {
  EXPECT_EQ(own("GET",
                "/api/v1/search?q=boiler&k=3&collection=home&source=1&source=2"
                "&type=text/&since=2026-01-01&until=2026-01-01")
                .status,
            200);
  const search::Query query = backend_.last_query;
  EXPECT_EQ(query.text, "boiler");
  EXPECT_EQ(query.k, 3U);
  EXPECT_EQ(query.filter.collection, "home");
  EXPECT_EQ(query.filter.sources, (std::vector<SourceId>{{1}, {2}}));
  EXPECT_EQ(*query.filter.until_ms - *query.filter.since_ms, 24 * 3600 * 1000 - 1);
}

TEST_F(ApiTest, StreamsAnAnswerAndStopsItWhenTheClientCloses) {
  std::vector<std::string> names;
  const net::Headers headers{{"Accept", "text/event-stream"}, {"Content-Type", "application/json"}};
  Client client = Client::over_socket(folder_ / "api.sock");
  ASSERT_TRUE(client
                  .stream({},
                          {.method = "POST",
                           .target = "/api/v1/ask",
                           .headers = headers,
                           .body = R"({"question":"where?"})"},
                          [&](const net::Event& event) {
                            names.push_back(event.name);
                            return Flow::Continue;
                          })
                  .has_value());
  EXPECT_EQ(names, (std::vector<std::string>{"status", "citation", "text", "answer"}));
  ASSERT_TRUE(client
                  .stream({},
                          {.method = "POST",
                           .target = "/api/v1/ask",
                           .headers = headers,
                           .body = R"({"question":"forever"})"},
                          [&](const net::Event& event) {
                            return event.name == "text" ? Flow::Stop : Flow::Continue;
                          })
                  .has_value());
  EXPECT_TRUE(eventually([&] { return backend_.asking == 0; }));
}

TEST_F(ApiTest, TellsOpenPagesWhatChanges) {
  RawSocket page = RawSocket::to_file(folder_ / "api.sock");
  page.say("GET /api/v1/events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(page.read_until("event: sources").find("\"files_done\":4"), std::string::npos);
  backend_.files_done = 5;
  backend_.change();
  EXPECT_NE(page.read_until("\"files_done\":5").find("event: progress"), std::string::npos);
  server_->stop(std::chrono::milliseconds(5000));
  EXPECT_TRUE(page.ends());
}

TEST_F(ApiTest, WaitsUntilEverythingIsFindable) {
  backend_.release = false;
  RawSocket waiting = RawSocket::to_file(folder_ / "api.sock");
  waiting.say(
      "POST /api/v1/wait HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Content-Length: 17\r\n\r\n{\"for\":\"meaning\"}");
  const std::string begun = waiting.read_until("\"embedded\":");
  EXPECT_NE(begun.find("event: progress"), std::string::npos);
  EXPECT_NE(begun.find("\"documents\":"), std::string::npos) << begun;
  backend_.release = true;
  EXPECT_NE(waiting.read_until("event: done").find("event: done"), std::string::npos);
}

TEST_F(ApiTest, ServesThePageWithAStrictPolicyAndNoWayOutOfItsFolder) {
  const auto page = come("GET", "/", {});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.headers.find("Content-Security-Policy")->starts_with("default-src 'self'"));
  EXPECT_EQ(page.headers.find("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(page.headers.find("Referrer-Policy"), "no-referrer");
  for (const char* path :
       {"/../etc/passwd", "/%2e%2e/etc/passwd", "/assets/..%2f..%2fx", "/x.js"}) {
    const int status = come("GET", path, {}).status;
    EXPECT_TRUE(status == 400 || status == 404) << path << status;
  }
  EXPECT_EQ(come("POST", "/", bearer(owner_token_)).status, 405);
}

TEST_F(ApiTest, SpeaksOpenAisChatDialect) {
  backend_.scripted_chat().answer_with(
      [](const auto&) { return Result<std::string>("Hello there"); });
  const std::string name = backend_.chat().info().name;
  const auto whole = own(
      "POST", "/v1/chat/completions",
      R"({"model":"hearth","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],)"
      R"("max_tokens":20,"stop":["x"],"n":1,"temperature":0,"user":"ada"})");
  EXPECT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(json(whole)["choices"].items().front()["message"]["content"].view(), "Hello there");
  EXPECT_EQ(json(whole)["model"].view(), name);
  EXPECT_GT(json(whole)["usage"]["total_tokens"].int_or(0), 0);
  const auto streamed = own("POST", "/v1/chat/completions",
                            R"({"model":"hearth","messages":[{"role":"user","content":"hi"}],)"
                            R"("stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_NE(streamed.headers.find("Content-Type")->find("text/event-stream"), std::string::npos);
}

TEST_F(ApiTest, RefusesWhatTheChatDialectCannotDoHere) {
  const std::string messages = R"("messages":[{"role":"user","content":"hi"}])";
  struct Case {
    std::string body;
    int status;
    std::string_view code;
  };
  std::string long_text;
  for (int i = 0; i < 200'000; ++i) long_text += "word ";
  for (const auto& [body, status, code_wanted] : std::vector<Case>{
           {R"({"model":"gpt-9",)" + messages + "}", 404, "model_not_found"},
           {R"({"model":"hearth","n":2,)" + messages + "}", 400, "unsupported_parameter"},
           {R"({"model":"hearth","tools":[{}],)" + messages + "}", 400, "unsupported_parameter"},
           {R"({"model":"hearth","stop":[],)" + messages + "}", 400, "invalid_value"},
           {R"({"model":"hearth","messages":[]})", 400, "invalid_value"},
           {R"({"model":"hearth","messages":[{"role":"tool","content":"x"}]})", 400,
            "unsupported_value"},
           {R"({"model":"hearth","temperature":9,)" + messages + "}", 400, "invalid"},
           {R"({"model":"hearth","messages":[{"role":"user","content":")" + long_text + "\"}]}",
            400, "context_length_exceeded"},
       }) {
    const auto response = own("POST", "/v1/chat/completions", body);
    EXPECT_EQ(response.status, status) << body.substr(0, 100) << response.body;
    EXPECT_EQ(code(json(response)), code_wanted) << body.substr(0, 100);
    EXPECT_EQ(json(response)["error"]["type"].view(), "invalid_request_error");
  }
}

TEST_F(ApiTest, TakesInAModelForTheOwnerAlone) {
  const auto taken = own("POST", "/api/v1/models", R"({"path":"/a/good.gguf"})");
  EXPECT_EQ(taken.status, 201);
  EXPECT_EQ(json(taken)["use"].view(), "next start");
  const auto relative = own("POST", "/api/v1/models", R"({"path":"good.gguf"})");
  EXPECT_EQ(relative.status, 400);
  EXPECT_NE(relative.body.find("must be absolute"), std::string::npos);
  EXPECT_EQ(own("POST", "/api/v1/models", R"({"path":"/a/letter.txt"})").status, 400);
  EXPECT_EQ(own("DELETE", "/api/v1/models/tiny").status, 409);
  EXPECT_EQ(own("DELETE", "/api/v1/models/absent").status, 404);
  const std::string all = client_token("all", kAllScopes);
  EXPECT_EQ(come("POST", "/api/v1/models", bearer(all), R"({"path":"/a/good.gguf"})").status, 403);
  EXPECT_EQ(come("DELETE", "/api/v1/models/tiny", bearer(all)).status, 403);
}

TEST_F(ApiTest, GivesEmbeddingsInBothEncodings) {
  const std::string model = backend_.embedder().info().model;
  const auto ask = [&](std::string rest) {
    return own("POST", "/v1/embeddings", format(R"({{"model":"{}",{}}})", model, rest));
  };
  const Json floats = json(ask(R"("input":["a cat","a dog"])"));
  ASSERT_EQ(floats["data"].items().size(), 2U);
  EXPECT_EQ(floats["data"].items()[1]["index"].int_or(0), 1);
  EXPECT_EQ(floats["data"].items()[0]["embedding"].items().size(), 384U);
  const Json packed = json(ask(R"("input":"a cat","encoding_format":"base64","dimensions":384)"));
  EXPECT_EQ(packed["data"].items()[0]["embedding"].view().size(), 384U * 4 / 3 * 4);
  EXPECT_EQ(ask(R"("input":"a","dimensions":7)").status, 400);
  EXPECT_EQ(ask(R"("input":[1,2])").status, 400);
  EXPECT_EQ(ask(R"("input":[])").status, 400);
}

TEST_F(ApiTest, MakesAnOwnerTokenThatOnlyTheOwnerCanRead) {
  const auto path = folder_ / "token";
  const auto token = ensure_owner_token(path);
  ASSERT_TRUE(token.has_value());
  EXPECT_EQ(ensure_owner_token(path), token);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  EXPECT_NE(ensure_owner_token(path), token);
}

TEST(OpenApi, IsTheOneInTheDocumentation) {
  const char* root = std::getenv("HEARTH_SOURCE_DIR");
  if (!root) GTEST_SKIP() << "HEARTH_SOURCE_DIR is not set";
  const auto path = std::filesystem::path(root) / "docs/generated/openapi.json";
  const std::string now = describe_api().dump(2) + "\n";
  if (std::getenv("HEARTH_UPDATE_GOLDEN")) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << now;
  }
  std::stringstream kept;
  kept << std::ifstream(path).rdbuf();
  EXPECT_EQ(kept.str(), now) << "run the test with HEARTH_UPDATE_GOLDEN=1";
}

}  // namespace
}  // namespace hearth::api
