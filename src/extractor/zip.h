/// The parts of a zip container that a format asks for, within limits.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "extractor/document.h"

namespace hearth::extractor {

using ZipParts = std::map<std::string, std::string, std::less<>>;

/// Unpacks the parts that `wanted` names. Exhausted for a zip bomb: more entries, more bytes or a
/// higher ratio than any document has. Corrupt when it is damaged or encrypted.
[[nodiscard]] Result<ZipParts> unpack(const Input& input,
                                      const std::function<bool(std::string_view)>& wanted);

}  // namespace hearth::extractor
