/// The running core, as the command line sees it: JSON requests over its socket.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/result.h"
#include "core/sink.h"

namespace hearth::cli {

/// Threads: one. Errors: Unavailable (no core is running), and whatever the core answers, with its
/// own code and message.
class CoreClient {
 public:
  /// Connects to the socket in `home`; Unavailable when nobody listens there.
  [[nodiscard]] static Result<CoreClient> connect(const std::filesystem::path& home);
  CoreClient(CoreClient&&) noexcept;
  CoreClient& operator=(CoreClient&&) noexcept;
  ~CoreClient();

  [[nodiscard]] Result<Json> get(std::string_view path) const;
  [[nodiscard]] Result<Json> post(std::string_view path, const Json& body) const;
  [[nodiscard]] Result<Json> remove(std::string_view path) const;

  /// Reads server-sent events until the stream ends, `on_event` says stop, or `stop` is requested
  /// (then Cancelled).
  using OnEvent = std::function<Flow(std::string_view event, const Json& data)>;
  [[nodiscard]] Result<void> stream(std::string_view path, const Json& body, std::stop_token stop,
                                    const OnEvent& on_event) const;

 private:
  struct State;
  explicit CoreClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// "a b&c" → "a%20b%26c", for queries.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace hearth::cli
