/// One search from the query's text to its hits.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "inference/embedder.h"
#include "search/internal/resident.h"
#include "search/internal/search_run.h"
#include "search/types.h"
#include "storage/database.h"

namespace hearth::search {

/// Threads: any. Errors: as `Searcher`.
class Finder {
 public:
  Finder(storage::Database& database, inference::Embedder& embedder, const Resident& resident);
  ~Finder();

  [[nodiscard]] Result<Results> search(const Call& call, const Query& query);
  /// The same with the query's vector at hand (empty: keywords only): what the benchmark measures.
  [[nodiscard]] Result<Results> search_with(const Call& call, const Query& query,
                                            std::span<const float> vector);
  /// The vector part alone: the best `k` chunks by stored vector.
  struct Neighbour {
    ChunkId chunk;
    float similarity = 0;
  };
  [[nodiscard]] Result<std::vector<Neighbour>> nearest(const Call& call,
                                                       std::span<const float> vector,
                                                       std::size_t k);

 private:
  [[nodiscard]] std::unique_ptr<SearchScratch> take_scratch();
  void give_back(std::unique_ptr<SearchScratch> scratch);
  [[nodiscard]] Result<inference::Vector> embed(const Call& call, const Query& query,
                                                Results& results);

  storage::Database& database_;
  inference::Embedder& embedder_;
  const Resident& resident_;
  Weights weights_;
  Lanes lanes_{Lanes::helpers_of_machine()};
  std::mutex mutex_;
  std::vector<std::unique_ptr<SearchScratch>> scratch_;  // guarded by mutex_
};

}  // namespace hearth::search
