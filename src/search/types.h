/// What search is asked and what it answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/id.h"

namespace hearth::search {

/// Which documents may be found. Empty members do not restrict.
struct Filter {
  std::optional<std::string> collection;
  std::vector<SourceId> sources;
  std::vector<std::string> media_types;  ///< Exact, or a prefix that ends in '/': "text/".
  std::optional<std::int64_t> since_ms;  ///< By the document's own date, else its file time.
  std::optional<std::int64_t> until_ms;
  [[nodiscard]] bool empty() const {
    return !collection && sources.empty() && media_types.empty() && !since_ms && !until_ms;
  }
};

struct Query {
  std::string text;
  std::size_t k = 10;
  Filter filter;
  bool explain = false;
  /// Also passages that share no word with the query and are not near it either, and those without
  /// a phrase in quotes. For who judges passages itself; a person who searches wants none of them.
  bool near_misses = true;
};

/// Why a hit is where it is.
struct Explanation {
  std::optional<std::size_t> keyword_rank;  ///< From 1; nothing when not found that way.
  std::optional<double> keyword_score;      ///< BM25, higher is better.
  std::vector<std::string> matched_terms;
  std::optional<std::size_t> vector_rank;
  std::optional<double> similarity;  ///< Cosine with the query.
  double fused_score = 0;
  std::string summary;  ///< One line for people.
};

/// A passage that was found, with the document that shows it.
struct Hit {
  ChunkId chunk;
  ContentId content;
  DocumentId document;
  SourceId source;
  std::string path;
  std::string title;
  std::string media_type;
  std::string collection;
  std::string heading;
  std::string text;            ///< Exactly the characters [start_char, end_char).
  std::size_t start_byte = 0;  ///< In the document's extracted text.
  std::size_t end_byte = 0;
  std::size_t start_char = 0;  ///< The same range in code points.
  std::size_t end_char = 0;
  std::optional<int> page;           ///< From 1.
  std::int64_t date_ms = 0;          ///< The document's own date, else its file time.
  double score = 0;                  ///< In [0, 1]; comparable within one result only.
  std::optional<double> similarity;  ///< Cosine with the query; nothing when not scored by meaning.
  std::optional<Explanation> explanation;
};

struct Timings {
  double embed_ms = 0;
  double keyword_ms = 0;
  double vector_ms = 0;
  double total_ms = 0;
};

/// A word of the query and how much of the library holds it.
struct TermSpread {
  std::string word;            ///< Folded; the words of a compound or phrase joined by '-'.
  std::uint64_t passages = 0;  ///< Passages that hold it in any of its forms.
};

struct Results {
  std::vector<Hit> hits;
  std::vector<TermSpread> terms;  ///< Empty while the library's words are not in memory.
  std::uint64_t passages = 0;     ///< In the library; with `terms`.
  Timings timings;
  bool by_meaning = false;  ///< False while no embedder answered: keyword hits only.
  std::string note;         ///< For people: why something is missing; empty when all is well.
};

}  // namespace hearth::search
