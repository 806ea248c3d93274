/// The files of the catalogue, compiled in.
#pragma once

#include <span>
#include <string_view>

namespace hearth::models::internal {

[[nodiscard]] std::span<const std::string_view> catalogue_texts();

}  // namespace hearth::models::internal
