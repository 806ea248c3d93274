#include "net/sse.h"

#include "core/text.h"

namespace hearth::net {

std::string to_sse(std::string_view name, std::string_view data) {
  std::string out;
  out.reserve(data.size() + name.size() + 32);
  if (!name.empty()) {
    out += "event: ";
    out += name;
    out += '\n';
  }
  // CR, LF and CRLF all end a line in this format; each becomes a new data line.
  std::string_view rest = data;
  for (;;) {
    const std::size_t at = rest.find_first_of("\r\n");
    out += "data: ";
    out += rest.substr(0, at);
    out += '\n';
    if (at == std::string_view::npos) break;
    rest.remove_prefix(rest.substr(at).starts_with("\r\n") ? at + 2 : at + 1);
  }
  out += '\n';
  return out;
}

Result<std::vector<Event>> EventReader::push(std::string_view bytes) {
  std::vector<Event> events;
  for (const char c : bytes) {
    if (c == '\n' && after_cr_) {
      after_cr_ = false;
      continue;
    }
    after_cr_ = c == '\r';
    if (c == '\n' || c == '\r') {
      end_line(events);
    } else {
      if (line_.size() + data_.size() >= event_bytes_max_) {
        return fail(Code::Exhausted, "a server-sent event is longer than allowed");
      }
      line_.push_back(c);
    }
  }
  return events;
}

void EventReader::end_line(std::vector<Event>& out) {
  std::string_view line = line_;
  if (at_start_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  at_start_ = false;
  if (line.empty()) {
    if (has_data_) out.push_back({name_.empty() ? "message" : name_, data_});
    name_.clear();
    data_.clear();
    has_data_ = false;
  } else if (line.front() != ':') {
    const std::size_t colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value;
    if (colon != std::string_view::npos) value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") {
      name_ = value;
    } else if (field == "data") {
      if (has_data_) data_ += '\n';
      data_ += value;
      has_data_ = true;
    }
  }
  line_.clear();
}

}  // namespace hearth::net
