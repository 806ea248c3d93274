/// Finds passages by keyword and meaning together.
#pragma once

#include "core/call.h"
#include "core/result.h"
#include "search/types.h"

namespace hearth::search {

/// Answers queries over everything indexed. The concrete one is `search::Index`; tests of guests
/// use their own.
///
/// Threads: any. Errors: Invalid (empty query), Cancelled, TimedOut, Io, Corrupt. A missing
/// embedder is not an error: the results say so.
class Searcher {
 public:
  virtual ~Searcher() = default;
  [[nodiscard]] virtual Result<Results> search(const Call& call, const Query& query) = 0;
};

}  // namespace hearth::search
