#include "api/internal/live_progress.h"

#include "api/internal/json_forms.h"

namespace hearth::api {

Json live_progress(Backend& backend, std::span<const ingest::Source> sources) {
  std::int64_t documents = 0;
  for (const ingest::Source& source : sources) documents += source.documents;
  const search::IndexStats stats = backend.index_stats();
  Json picture = to_json(backend.progress());
  picture.set("documents", documents);
  picture.set("chunks", stats.chunks);
  picture.set("embedded", stats.embedded);
  return picture;
}

}  // namespace hearth::api
