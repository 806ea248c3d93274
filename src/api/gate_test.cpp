#include "api/gate.h"

#include <gmock/gmock.h>

#include "core/format.h"
#include "core/log.h"

namespace hearth::api {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t kOwner = 1000;

/// The gate alone, before a machine whose users a test makes up.
class GateTest : public testing::Test {
 protected:
  void SetUp() override {
    auto database = storage::Database::open_in_memory();
    ASSERT_TRUE(database.has_value()) << database.error().message;
    database_ = std::move(*database);
    store_ = std::make_unique<TokenStore>(*database_);
    auto gate = Gate::open({.owner_token = std::string(64, 'k'),
                            .owner_uid = kOwner,
                            .peer_owner = [this](const net::Peer&) { return peer_uid_; }},
                           *store_, platform::system_clock());
    ASSERT_TRUE(gate.has_value()) << gate.error().message;
    gate_ = std::move(*gate);
  }
  void TearDown() override { log::set_receiver({}); }
  /// Shows the code as user `uid`; nothing: one whom the kernel does not tell.
  [[nodiscard]] Result<Gate::Session> show(std::string_view code,
                                           std::optional<std::uint32_t> uid) {
    peer_uid_ = uid;
    return gate_->redeem(code, {});
  }

  std::optional<std::uint32_t> peer_uid_;
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<TokenStore> store_;
  std::unique_ptr<Gate> gate_;
};

TEST_F(GateTest, SignsInTheOwnerAndSaysPlainlyThatACodeWasUsed) {
  const std::string code = gate_->new_code();
  EXPECT_TRUE(show(code, kOwner).has_value());
  const auto again = show(code, kOwner);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, Code::Denied);
  EXPECT_THAT(again.error().message, HasSubstr("If that was not you"));
}

TEST_F(GateTest, SpendsACodeThatAnotherUserShowsAndRefusesAndLogsIt) {
  std::string logged;
  log::set_receiver([&](log::Level, std::string_view line) { logged += line; });
  const std::string code = gate_->new_code();
  const auto stranger = show(code, 1001);
  ASSERT_FALSE(stranger.has_value());
  EXPECT_EQ(stranger.error().code, Code::Denied);
  EXPECT_THAT(logged, HasSubstr("user 1001"));
  EXPECT_THAT(logged, testing::Not(HasSubstr(code)));
  const auto owner = show(code, kOwner);
  ASSERT_FALSE(owner.has_value());
  EXPECT_THAT(owner.error().message, HasSubstr("another user of this machine"));
}

TEST_F(GateTest, RefusesACodeFromAPeerWhomTheKernelDoesNotTell) {
  const std::string code = gate_->new_code();
  EXPECT_FALSE(show(code, std::nullopt).has_value());
  EXPECT_FALSE(show(code, kOwner).has_value());
}

TEST_F(GateTest, LetsARightCodeInHoweverManyWrongOnesCameBefore) {
  const std::string code = gate_->new_code();
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(show(format("guess{}", i), 1001).error().code, Code::Denied);
  }
  EXPECT_EQ(show("guess", 1001).error().code, Code::Busy);
  EXPECT_TRUE(show(code, kOwner).has_value());
}

TEST_F(GateTest, SignsEveryBrowserOut) {
  const auto session = show(gate_->new_code(), kOwner);
  ASSERT_TRUE(session.has_value());
  net::Request request;
  request.headers = {{"Cookie", format("{}={}", Gate::kCookie, session->cookie)},
                     {"X-Hearth", session->key}};
  EXPECT_EQ(gate_->identify(request).caller.kind, Caller::Kind::Session);
  ASSERT_TRUE(gate_->end_all_sessions().has_value());
  EXPECT_EQ(gate_->identify(request).caller.kind, Caller::Kind::Nobody);
  EXPECT_TRUE(store_->sessions(0)->empty());
}

TEST_F(GateTest, TakesAClientsConversationsWithItsToken) {
  ASSERT_TRUE(gate_->add_token("editor", kScopeWrite).has_value());
  const auto put = [](storage::Connection& connection) {
    return connection.execute(
        "INSERT INTO conversations (title, created_ms, updated_ms, owner) "
        "VALUES ('mine', 1, 1, ''), ('theirs', 1, 1, 'editor')");
  };
  ASSERT_TRUE(database_->write({}, put).has_value());
  ASSERT_TRUE(gate_->remove_token("editor").has_value());
  std::string left;
  const auto look = [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto titles, connection.prepare("SELECT group_concat(title) FROM conversations"));
    TRY_ASSIGN(const bool row, titles.step());
    if (row) left = titles.text(0);
    return {};
  };
  ASSERT_TRUE(database_->read({}, look).has_value());
  EXPECT_EQ(left, "mine");
}

}  // namespace
}  // namespace hearth::api
