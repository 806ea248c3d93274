#include <charconv>

#include "cli/command.h"
#include "core/format.h"

namespace hearth::cli {

std::optional<std::string> Arguments::get(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::string Arguments::joined(std::string_view name) const {
  std::string out;
  const auto found = values.find(name);
  if (found == values.end()) return out;
  for (const std::string& word : found->second) {
    if (!out.empty()) out.push_back(' ');
    out += word;
  }
  return out;
}

Result<std::optional<long>> Arguments::number(std::string_view name, long min, long max) const {
  const auto text = get(name);
  if (!text) return std::nullopt;
  long value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || end != text->data() + text->size() || value < min || value > max) {
    return fail(Code::Invalid,
                format("{} takes a whole number from {} to {}, not \"{}\"", name, min, max, *text));
  }
  return value;
}

}  // namespace hearth::cli
