#include "cli/printable.h"

#include "core/text.h"

namespace hearth::cli {

Printable Printable::lines(std::string_view foreign) {
  return {Trusted{}, text::harmless(foreign, text::Lines::Many)};
}

Printable Printable::one_line(std::string_view foreign) {
  return {Trusted{}, text::harmless(foreign, text::Lines::One)};
}

Printable& Printable::operator+=(const Printable& more) {
  text_ += more.text_;
  return *this;
}

Printable printable_json(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t i = 0; i < json.size();) {
    const text::Decoded next = text::decode(json, i);
    // Between values there are only line feeds; all others stand inside of strings.
    if (json[i] != '\n' && text::drives_terminal(next.code_point)) {
      out += format("\\u{:04x}", static_cast<unsigned>(next.code_point));
    } else {
      out += json.substr(i, next.length);
    }
    i += next.length;
  }
  return Printable::lines(out);
}

}  // namespace hearth::cli
