// Indexes a folder into a vault until it is done or killed: `ingest_crash_child VAULT FOLDER`.
#include <cstdio>
#include <cstdlib>

#include "inference/scripted.h"
#include "ingest/library.h"
#include "search/index.h"
#include "storage/database.h"

namespace {

hearth::Result<void> index_folder(const char* vault, const char* folder, const char* extractor) {
  hearth::inference::ScriptedEmbedder embedder;
  hearth::storage::Database::Options options;
  options.file = vault;
  TRY_ASSIGN(auto database, hearth::storage::Database::open(options));
  TRY_ASSIGN(auto index, hearth::search::Index::open(*database, embedder));
  hearth::ingest::Library::Options library_options;
  library_options.extractor = extractor;
  TRY_ASSIGN(auto library,
             hearth::ingest::Library::open(*database, *index, hearth::platform::system_clock(),
                                           library_options));
  TRY(library->add({}, folder, ""));
  TRY(library->wait_idle({}));
  return index->wait_embedded({});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto done = index_folder(argv[1], argv[2], argv[3]);
  if (!done) {
    std::fprintf(stderr, "%s\n", done.error().message.c_str());
    return 1;
  }
  return 0;
}
