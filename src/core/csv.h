/// Tables of separated values (RFC 4180, with the separators that spreadsheets really write).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hearth::csv {

/// Where the record that begins at `start` ends: at a line end outside quotes, which is not part of
/// it, or at `limit`. A quote that never closes would swallow the file, so after 16 KiB inside one
/// record the next line end ends it. `limit` is at most the text's size.
[[nodiscard]] std::size_t record_end(std::string_view text, std::size_t start, std::size_t limit);

/// The fields with their quotes undone. Never empty.
[[nodiscard]] std::vector<std::string> fields_of(std::string_view record, char separator);

/// The separator that cuts `header` into most fields; `declared` when none cuts better.
[[nodiscard]] char separator_of(std::string_view header, char declared = ',');

}  // namespace hearth::csv
