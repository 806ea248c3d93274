/// `format("{} files", n)`: the formatting library of the whole project (libstdc++ 12 has none).
#pragma once

#include <fmt/format.h>

namespace hearth {
using fmt::format;
}  // namespace hearth
