/// hearth-worker: runs one model for the core, with no network, no files and no keys.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/host/channel.h"
#include "platform/sandbox.h"
#include "worker/escape.h"
#include "worker/server.h"
#include "worker/service.h"

namespace {

using namespace hearth;

int complain(const std::string& text) {
  std::fprintf(stderr, "hearth-worker: %s\n", text.c_str());
  return 1;
}

Result<std::unique_ptr<worker::Service>> make_service(std::string_view kind,
                                                      engine::Channel& channel) {
  if (kind == "encoder") return worker::make_encoder_service(channel);
  if (kind == "generator") return worker::make_generator_service(channel);
  return fail(Code::Invalid, "started by hearth serve, with: encoder | generator");
}

/// `self-test KIND PATH...`: confines itself as for that kind, tries to escape, prints what
/// happened.
int self_test(std::string_view kind, const std::vector<std::string>& paths,
              engine::Channel& channel) {
  const auto service = make_service(kind, channel);
  if (!service) return complain(service.error().message);
  const auto report = platform::confine(platform::SandboxProfile::worker());
  if (!report) return complain(report.error().message);
  Json result = worker::try_to_escape(paths);
  result.set("sandbox", report->to_json());
  std::printf("%s\n", result.dump().c_str());
  std::fflush(stdout);
  return result["all_refused"].bool_or(false) ? 0 : 1;
}

int run(std::string_view kind, engine::Channel& channel) {
  const auto service = make_service(kind, channel);
  if (!service) return complain(service.error().message);
  const auto report = platform::confine(platform::SandboxProfile::worker());
  if (!report) return complain(report.error().message);
  return worker::serve(channel, **service, *report);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  engine::Channel channel(engine::kSocketFd);
  int code = 0;
  if (arguments.size() >= 2 && arguments[0] == "self-test") {
    code = self_test(arguments[1], {arguments.begin() + 2, arguments.end()}, channel);
  } else if (arguments.size() == 1) {
    code = run(arguments[0], channel);
  } else {
    code = complain("started by hearth serve, with: encoder | generator");
  }
  // At once: nothing here outlives the process, and a model in the middle of a run need not finish.
  ::_exit(code);
}
