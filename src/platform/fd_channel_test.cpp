#include "platform/fd_channel.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include <gmock/gmock.h>

namespace hearth::platform {
namespace {

TEST(FdChannel, DeliversMessagesWholeAndInOrder) {
  const auto ends = make_message_pair();
  ASSERT_TRUE(ends);
  const std::string large(60'000, 'x');
  ASSERT_TRUE(send_message(ends->first.get(), "one", {}));
  ASSERT_TRUE(send_message(ends->first.get(), large, {}));
  EXPECT_EQ(receive_message(ends->second.get())->bytes, "one");
  EXPECT_EQ(receive_message(ends->second.get())->bytes, large);
}

TEST(FdChannel, HandsOverOpenFilesThatNoProgramInherits) {
  const auto ends = make_message_pair();
  auto pipe = make_pipe();
  ASSERT_TRUE(ends);
  ASSERT_TRUE(pipe);
  const std::array<int, 2> fds{pipe->first.get(), pipe->second.get()};
  ASSERT_TRUE(send_message(ends->first.get(), "files", fds));
  const auto message = receive_message(ends->second.get());
  ASSERT_TRUE(message);
  ASSERT_EQ(message->fds.size(), 2U);
  EXPECT_NE(::fcntl(message->fds[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  ASSERT_EQ(::write(message->fds[1].get(), "hi", 2), 2);
  std::array<char, 2> buffer{};
  EXPECT_EQ(::read(pipe->first.get(), buffer.data(), buffer.size()), 2);
  EXPECT_EQ(std::string_view(buffer.data(), 2), "hi");
}

TEST(FdChannel, RefusesWhatDoesNotFit) {
  const auto ends = make_message_pair();
  ASSERT_TRUE(ends);
  const std::array<int, 5> many{0, 0, 0, 0, 0};
  EXPECT_EQ(send_message(ends->first.get(), "", {}).error().code, Code::Invalid);
  EXPECT_EQ(send_message(ends->first.get(), "x", many).error().code, Code::Invalid);
  EXPECT_EQ(send_message(ends->first.get(), std::string(65 * 1024, 'x'), {}).error().code,
            Code::Invalid);
}

TEST(FdChannel, SaysThatTheOtherEndIsGone) {
  auto ends = make_message_pair();
  ASSERT_TRUE(ends);
  ends->second.reset();
  EXPECT_EQ(send_message(ends->first.get(), "x", {}).error().code, Code::Unavailable);
  EXPECT_EQ(receive_message(ends->first.get()).error().code, Code::Unavailable);
}

}  // namespace
}  // namespace hearth::platform
