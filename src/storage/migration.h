/// Numbered steps that bring an older vault's schema up to date.
#pragma once

#include <span>
#include <string_view>

namespace hearth::storage {

/// One step, written in SQL. A released step never changes.
struct Migration {
  int number = 0;         ///< From the file's name; steps run in this order, gaps are allowed.
  std::string_view name;  ///< From the file's name.
  std::string_view sql;
};

/// The steps in `storage/migrations/`, by number.
[[nodiscard]] std::span<const Migration> embedded_migrations();

}  // namespace hearth::storage
