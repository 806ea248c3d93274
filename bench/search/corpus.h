/// Real text for the search benchmark: what Debian's documentation on this machine says.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace bench {

struct Corpus {
  std::vector<std::string> texts;   ///< Chunks of some sixty words.
  std::vector<std::string> titles;  ///< The file each comes from.
};

/// The folder of everything that is computed once.
[[nodiscard]] std::filesystem::path cache_folder();

/// At most `count` distinct chunks, spread over the HTML, text and POD files that Debian's packages
/// put in /usr/share/doc and beside it. Read once; later calls read the cache.
[[nodiscard]] hearth::Result<Corpus> load_corpus(std::size_t count);

/// One vector per text by bge-small, as rows of 384 floats. What the cache lacks is computed with
/// two threads and appended as it goes: an interrupted run continues.
[[nodiscard]] hearth::Result<std::vector<float>> load_vectors(const std::vector<std::string>& texts,
                                                              const std::string& name);

/// As many vectors as the cache holds, at most `most`; computes nothing.
[[nodiscard]] std::vector<float> cached_vectors(const std::string& name, std::size_t most);

inline constexpr std::size_t kDimensions = 384;

}  // namespace bench
