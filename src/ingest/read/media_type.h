/// Which kind of file this is, by its name and its first bytes.
#pragma once

#include <string>
#include <string_view>

namespace hearth::ingest {

/// How a file of some kind is read.
enum class Route {
  Text,     ///< Its text is the file: read here, when it is valid UTF-8.
  Extract,  ///< A foreign format: read by the confined helper.
  Skip,     ///< Not a text document.
};

struct MediaType {
  std::string name;  ///< "text/markdown"; empty when skipped.
  Route route = Route::Skip;
  bool gzip = false;  ///< One file packed by gzip; `name` is what its name says is inside.
};

/// By the name alone, for files that need not be opened: pictures, sound, programs, archives.
[[nodiscard]] bool never_text(std::string_view file_name);

/// By name and first bytes; the bytes win where they are clear.
[[nodiscard]] MediaType media_type_of(std::string_view file_name, std::string_view head);

}  // namespace hearth::ingest
