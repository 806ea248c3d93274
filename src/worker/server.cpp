#include "worker/server.h"

#include <unistd.h>

namespace hearth::worker {
namespace {

using engine::Channel;

/// One request. `loaded` becomes true with the first successful load.
void dispatch(Channel& channel, Service& service, const Json& request, bool& loaded) {
  const std::int64_t id = request["id"].int_or(0);
  const std::string_view op = request["op"].view();
  const auto refuse = [&](Code code, const char* why) {
    (void)channel.send(engine::error_frame(id, {code, why}));
  };
  if (op == "cancel") return service.cancel(id);
  if (op == "status") {
    (void)channel.send({Json::object({{"id", id},
                                      {"ok", true},
                                      {"loaded", loaded},
                                      {"pid", static_cast<std::int64_t>(::getpid())},
                                      {"queued", static_cast<std::int64_t>(service.queued())}}),
                        ""});
    return;
  }
  if (op != "load") {
    return loaded ? service.handle(id, request) : refuse(Code::Conflict, "no model is loaded yet");
  }
  if (loaded) return refuse(Code::Conflict, "a model is loaded already");
  auto facts = service.load(request);
  if (!facts) return (void)channel.send(engine::error_frame(id, facts.error()));
  loaded = true;
  facts->set("id", id);
  facts->set("ok", true);
  (void)channel.send({std::move(*facts), ""});
}

}  // namespace

int serve(Channel& channel, Service& service, const platform::SandboxReport& sandbox) {
  const auto hello = channel.send({Json::object({{"id", 0},
                                                 {"op", "hello"},
                                                 {"version", engine::kProtocolVersion},
                                                 {"sandbox", sandbox.to_json()}}),
                                   ""});
  if (!hello) return 1;
  bool loaded = false;
  for (;;) {
    const auto frame = channel.receive();
    // The core closing its end is the usual way to go; the exit code tells the rest apart.
    if (!frame) return frame.error().code == Code::Unavailable ? 0 : 2;
    dispatch(channel, service, frame->header, loaded);
  }
}

}  // namespace hearth::worker
