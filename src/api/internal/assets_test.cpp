#include "api/internal/assets.h"

#include <gtest/gtest.h>

namespace hearth::api {
namespace {

constexpr Asset kAssets[] = {
    {"/index.html", "\"aaa\"", "<p>page</p>", {}, {}},
    {"/assets/app-1.js", "\"bbb\"", "plain script", "gzip bytes", "brotli bytes"},
};

net::Response get(std::vector<std::string> path, net::Headers headers = {}) {
  net::Request request;
  request.method = "GET";
  request.path = std::move(path);
  request.headers = std::move(headers);
  return serve_asset(kAssets, request);
}

net::Response script(net::Headers headers) { return get({"assets", "app-1.js"}, headers); }

TEST(Assets, AreServedInTheSmallestFormThatTheBrowserTakes) {
  const auto best = script({{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_EQ(best.static_body, "brotli bytes");
  EXPECT_EQ(best.headers.find("Content-Encoding"), "br");
  EXPECT_EQ(script({{"Accept-Encoding", "gzip, br;q=0"}}).static_body, "gzip bytes");
  const auto plain = script({});
  EXPECT_EQ(plain.static_body, "plain script");
  EXPECT_FALSE(plain.headers.find("Content-Encoding"));
  EXPECT_EQ(plain.headers.find("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(plain.headers.find("Vary"), "Accept-Encoding");
}

TEST(Assets, HaveATagForEachFormThatSavesSendingItAgain) {
  const auto brotli = script({{"Accept-Encoding", "br"}});
  const std::string tag(*brotli.headers.find("ETag"));
  EXPECT_NE(tag, script({}).headers.find("ETag"));
  const auto again = script({{"Accept-Encoding", "br"}, {"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.static_body.empty());
  EXPECT_EQ(again.headers.find("ETag"), tag);
  EXPECT_EQ(script({{"If-None-Match", tag}}).status, 200);
}

TEST(Assets, AreServedInPartsOfThePlainForm) {
  const auto part = script({{"Accept-Encoding", "br"}, {"Range", "bytes=6-9"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.static_body, "scri");
  EXPECT_EQ(part.headers.find("Content-Range"), "bytes 6-9/12");
  EXPECT_EQ(part.headers.find("ETag"), "\"bbb\"");
  EXPECT_EQ(script({{"Range", "bytes=-3"}}).static_body, "ipt");
  for (const char* bad : {"bytes=12-", "bytes=5-4", "bytes=-0", "bytes=a-b", "lines=1-2"}) {
    EXPECT_EQ(script({{"Range", bad}}).status, 416) << bad;
  }
}

TEST(Assets, KeepForEverOnlyWhatHasItsContentInItsName) {
  EXPECT_EQ(get({""}).headers.find("Cache-Control"), "no-cache");
  EXPECT_NE(script({}).headers.find("Cache-Control")->find("immutable"), std::string_view::npos);
}

TEST(Assets, AreThePageForItsRoutesAndMissingWhenTheyAreMissing) {
  EXPECT_EQ(get({"library"}).static_body, "<p>page</p>");
  EXPECT_EQ(get({"assets", "app-2.js"}).status, 404);
}

}  // namespace
}  // namespace hearth::api
