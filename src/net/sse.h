/// Server-sent events: writing and reading the `text/event-stream` format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::net {

struct Event {
  std::string name;  ///< "message" when the stream named none.
  std::string data;
  friend bool operator==(const Event&, const Event&) = default;
};

/// One event as bytes. `data` may hold line breaks. An empty name writes no `event:` line.
[[nodiscard]] std::string to_sse(std::string_view name, std::string_view data);

/// Takes bytes as they come and gives whole events; comments are dropped. Cuts anywhere are fine,
/// also inside a line end or a character.
///
/// Threads: one. Errors: Exhausted when a single event grows past the limit.
class EventReader {
 public:
  explicit EventReader(std::size_t event_bytes_max = std::size_t{64} << 20U)
      : event_bytes_max_(event_bytes_max) {}

  [[nodiscard]] Result<std::vector<Event>> push(std::string_view bytes);

 private:
  void end_line(std::vector<Event>& out);

  std::size_t event_bytes_max_;
  std::string line_;
  std::string name_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool at_start_ = true;
};

}  // namespace hearth::net
