"""What ./dev new writes. @name@ is the name given, @Name@ the same in PascalCase."""

ROOM_HEADER = """\
/// @Sentence@: say here in one sentence what this room is for.
#pragma once

#include "core/call.h"
#include "core/result.h"

namespace hearth::@name@ {

/// Say what it is, and the idea that makes it simple.
///
/// Threads: any.
/// Errors:  Cancelled.
class @Name@ {
 public:
  /// Does nothing but notice that it was cancelled; the first thing to replace.
  [[nodiscard]] Result<void> run(const Call& call);
};

}  // namespace hearth::@name@
"""

ROOM_SOURCE = """\
#include "@name@/@name@.h"

namespace hearth::@name@ {

Result<void> @Name@::run(const Call& call) { return call.check_stop(); }

}  // namespace hearth::@name@
"""

ROOM_TEST = """\
#include "@name@/@name@.h"

#include <gtest/gtest.h>

namespace hearth::@name@ {
namespace {

TEST(@Name@, StopsWhenItsCallWasCancelled) {
  std::stop_source stop;
  stop.request_stop();
  Call call;
  call.stop = stop.get_token();

  const auto done = @Name@{}.run(call);

  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, Code::Cancelled);
}

}  // namespace
}  // namespace hearth::@name@
"""

COMMAND = """\
#include "cli/command.h"
#include "cli/session.h"

namespace hearth::cli {
namespace {

Result<int> run(Session& session, const Arguments&) {
  TRY_ASSIGN(CoreClient* const core, session.core());
  TRY_ASSIGN(const Json answer, core->get("/api/v1/@name@"));
  Terminal& terminal = session.terminal();
  if (session.json()) {
    terminal.json(answer);
    return 0;
  }
  terminal.line(answer["message"].string_or(""));
  return 0;
}

}  // namespace

Command @name@() {
  return {.name = "@dashed@",
          .help = "Say in one line what it does",
          .details = "More about it, with an example: hearth @dashed@",
          .run = run};
}

}  // namespace hearth::cli
"""

COMMAND_TEST = """\
#include <algorithm>

#include <gtest/gtest.h>

#include "cli/command.h"

namespace hearth::cli {
namespace {

TEST(@Name@Command, IsListedWithItsHelp) {
  const auto commands = all_commands();
  const auto found = std::ranges::find(commands, "@dashed@", &Command::name);
  ASSERT_NE(found, commands.end());
  EXPECT_FALSE(found->help.empty());
}

}  // namespace
}  // namespace hearth::cli
"""

ENDPOINT = """\
#include "api/internal/route.h"

namespace hearth::api {
namespace {

Result<Reply> get_@name@(const Context& context, const Incoming&) {
  return Reply{.body = Json::object({{"now_ms", context.clock.wall_ms()}})};
}

}  // namespace

std::vector<Route> @name@_routes() {
  return {
      {.method = "GET",
       .path = "/api/v1/@name@",
       .access = Access::Owner,
       .help = "Say in one sentence what it gives.",
       .handler = get_@name@},
  };
}

}  // namespace hearth::api
"""

ENDPOINT_TEST = """\
#include <algorithm>

#include <gtest/gtest.h>

#include "api/internal/route.h"

namespace hearth::api {
namespace {

TEST(@Name@Routes, AreServedAndDocumented) {
  const auto routes = all_routes();
  const auto found = std::ranges::find(routes, "/api/v1/@name@", &Route::path);
  ASSERT_NE(found, routes.end());
  EXPECT_FALSE(found->help.empty());
}

}  // namespace
}  // namespace hearth::api
"""

EXTRACTOR = """\
#include "extractor/document.h"
#include "extractor/text_builder.h"

namespace hearth::extractor {

Result<Document> read_@name@(const Input& input) {
  if (input.bytes.empty()) return fail(Code::Corrupt, "The file is empty.");
  Document document;
  document.title = input.name;
  // Read input.bytes here, within input.limits.
  return document;
}

}  // namespace hearth::extractor
"""

EXTRACTOR_TEST = """\
#include <gtest/gtest.h>

#include "extractor/document.h"

namespace hearth::extractor {
namespace {

TEST(Read@Name@, RefusesAnEmptyFile) {
  const auto read = read_@name@({.bytes = "", .media_type = "", .name = "a"});

  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::Corrupt);
}

}  // namespace
}  // namespace hearth::extractor
"""

BENCH = """\
// links: core
//
// The question: say here what this measures, in one sentence that ends with a question mark.

#include <chrono>
#include <cstdio>

namespace {

constexpr int kRounds = 1000;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main() {
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < kRounds; ++round) {
    // The work that is measured.
  }
  std::printf("%.3f microseconds a round\\n", seconds_since(start) / kRounds * 1e6);
}
"""

FUZZ = """\
// links: core
//
// Feeds arbitrary bytes to the parser of @name@: it must answer or refuse, and never crash.

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)input;  // Hand it to the parser.
  return 0;
}
"""

MIGRATION = """\
-- @Sentence@: say here why the schema changes. SQL changes shape; moving data is a job.

"""

FILES: dict[str, dict[str, str]] = {
    "room": {"src/{name}/{name}.h": ROOM_HEADER, "src/{name}/{name}.cpp": ROOM_SOURCE,
             "src/{name}/{name}_test.cpp": ROOM_TEST},
    "command": {"src/cli/commands/{name}.cpp": COMMAND,
                "src/cli/commands/{name}_test.cpp": COMMAND_TEST},
    "endpoint": {"src/api/native/{name}.cpp": ENDPOINT,
                 "src/api/native/{name}_test.cpp": ENDPOINT_TEST},
    "extractor": {"src/extractor/{name}.cpp": EXTRACTOR,
                  "src/extractor/{name}_test.cpp": EXTRACTOR_TEST},
    "bench": {"bench/{name}.cpp": BENCH},
    "fuzz": {"fuzz/{name}.cpp": FUZZ, "fuzz/corpus/{name}/empty": "\n"},
}

AFTERWARDS = {
    "fuzz": "Its first line names the rooms it links. Now put seeds into fuzz/corpus/{name}/ and\n"
            "add to fuzz/PARSERS:       src/PARSER.cpp : {name}",
    "room": "Now add to src/ROOMS:      {name} : core\n"
            "and to CMakeLists.txt:     room({name})",
    "endpoint": "Now declare {name}_routes in src/api/internal/route.h and add it to all_routes;\n"
                "then ./dev docs.",
    "extractor": "Now declare read_{name} in src/extractor/document.h, name its media types in\n"
                 "src/extractor/read_document.cpp, and give it a fuzz target (./dev new fuzz {name}).",
    "command": "The next build finds it.",
}


def fill(text: str, name: str) -> str:
    words = name.split("_")
    return (text.replace("@name@", name)
            .replace("@Name@", "".join(word.capitalize() for word in words))
            .replace("@dashed@", "-".join(words))
            .replace("@Sentence@", " ".join(words).capitalize()))
