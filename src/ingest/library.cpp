#include "ingest/library.h"

#include "core/format.h"
#include "ingest/pipeline/pipeline.h"
#include "ingest/read/extractor.h"
#include "ingest/read/reader.h"
#include "ingest/store/store.h"
#include "ingest/walk/keeper.h"
#include "ingest/walk/walker.h"

namespace hearth::ingest {
namespace {

constexpr std::string_view kDefaultCollection = "default";

std::vector<std::filesystem::path> resolved(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> out;
  for (const std::filesystem::path& path : paths) {
    out.push_back(platform::resolve(path).value_or(path));
  }
  return out;
}

Result<void> check_readable(const std::string& path, const platform::FileStat& stat) {
  if (stat.kind == platform::EntryKind::Folder) {
    TRY(platform::list_folder(path));
    return {};
  }
  if (stat.kind != platform::EntryKind::File) {
    return fail(Code::Invalid, path + " is neither a folder nor a file");
  }
  TRY(platform::open_regular(path));
  return {};
}

}  // namespace

struct Library::State {
  State(storage::Database& database, search::Index& index, const platform::Clock& clock,
        const Options& options)
      : never(resolved(options.never)),
        store(database, index, clock),
        extractor({.program = options.extractor}),
        reader(extractor, [this](const crypto::Hash& hash) { return store.find_content({}, hash); },
               {.file_bytes_max = options.file_bytes_max}),
        pipeline(store, reader, clock, options.readers),
        keeper(store, pipeline, clock, never) {}

  ~State() {
    keeper.stop();
    pipeline.stop();
  }

  [[nodiscard]] Result<void> check_place(const Call& call, const std::string& path) const {
    for (const std::filesystem::path& folder : never) {
      if (is_inside(path, folder.string())) {
        return fail(Code::Invalid, path + " belongs to Hearth itself and is never indexed");
      }
    }
    TRY_ASSIGN(const auto sources, store.stored_sources(call));
    for (const StoredSource& other : sources) {
      if (is_inside(path, other.path)) {
        return fail(Code::Conflict,
                    format("{} is inside {}, which is a source already", path, other.path));
      }
      if (is_inside(other.path, path)) {
        return fail(Code::Conflict,
                    format("{} contains {}, which is a source already; remove that one first", path,
                           other.path));
      }
    }
    return {};
  }

  [[nodiscard]] Result<std::vector<Problem>> problems(const Call& call,
                                                      std::optional<SourceId> source) const {
    TRY_ASSIGN(std::vector<Problem> out, store.problems(call, source));
    for (Pipeline::Unwritten& file : pipeline.unwritten(source)) {
      std::erase_if(out, [&](const Problem& known) { return known.path == file.path; });
      out.push_back({{}, std::move(file.path), std::move(file.reason)});
    }
    return out;
  }

  Result<void> complete(const Call& call, Source& source) const {
    if (!pipeline.unwritten(source.id).empty()) {
      TRY_ASSIGN(const auto listed, problems(call, source.id));
      source.problems = static_cast<std::int64_t>(listed.size());
    }
    const Keeper::View view = keeper.view(source.id);
    source.watching = view.watching;
    source.note = view.note;
    source.progress = pipeline.progress(source.id);
    return {};
  }

  /// Looks once more through a source that was left alone because the core had ended there.
  Result<void> try_again(StoredSource source) {
    TRY(store.end_scan(source.id));
    source.unended_scans = 0;
    keeper.add(source);
    return {};
  }

  std::vector<std::filesystem::path> never;
  std::mutex adding;  ///< One at a time: overlap is checked before the row is written.
  Store store;
  Extractor extractor;
  Reader reader;
  Pipeline pipeline;
  Keeper keeper;
};

Library::Library(std::unique_ptr<State> state) : state_(std::move(state)) {}
Library::~Library() = default;

Result<std::unique_ptr<Library>> Library::open(storage::Database& database, search::Index& index,
                                               const platform::Clock& clock, Options options) {
  auto state = std::make_unique<State>(database, index, clock, options);
  TRY_ASSIGN(const auto sources, state->store.stored_sources({}));
  for (const StoredSource& source : sources) state->keeper.add(source);
  return std::unique_ptr<Library>(new Library(std::move(state)));
}

Result<Source> Library::add(const Call& call, const std::filesystem::path& path,
                            std::string_view collection) {
  if (path.empty()) return fail(Code::Invalid, "name a folder or a file");
  TRY_ASSIGN(const auto absolute, platform::resolve(path));
  const std::string real = absolute.string();
  TRY_ASSIGN(const platform::FileStat stat, platform::stat_path(absolute));
  TRY(check_readable(real, stat));
  const std::scoped_lock lock(state_->adding);
  TRY_ASSIGN(const auto sources, state_->store.stored_sources(call));
  for (const StoredSource& known : sources) {
    if (known.path != real) continue;
    if (!collection.empty() && collection != known.collection) {
      TRY(state_->store.set_collection(call, known.id, collection));
    }
    if (known.is_dangerous()) TRY(state_->try_again(known));
    return source(call, known.id);
  }
  TRY(state_->check_place(call, real));
  StoredSource fresh;
  fresh.kind = stat.kind == platform::EntryKind::Folder ? "folder" : "file";
  fresh.path = real;
  fresh.collection = collection.empty() ? kDefaultCollection : collection;
  fresh.root_device = stat.device;
  fresh.root_inode = stat.inode;
  TRY_ASSIGN(const StoredSource stored, state_->store.insert_source(call, fresh));
  state_->keeper.add(stored);
  return source(call, stored.id);
}

Result<void> Library::remove(const Call& call, SourceId id) {
  const std::scoped_lock lock(state_->adding);
  state_->keeper.remove(id);
  state_->pipeline.forget(id);
  TRY(state_->store.remove_source(call, id));
  state_->pipeline.notify_change();
  return {};
}

Result<std::vector<Source>> Library::sources(const Call& call) const {
  TRY_ASSIGN(std::vector<Source> out, state_->store.sources(call, std::nullopt));
  for (Source& source : out) TRY(state_->complete(call, source));
  return out;
}

Result<Source> Library::source(const Call& call, SourceId id) const {
  TRY_ASSIGN(std::vector<Source> found, state_->store.sources(call, id));
  if (found.empty()) return fail(Code::NotFound, format("there is no source {}", id.value));
  TRY(state_->complete(call, found.front()));
  return found.front();
}

Result<std::vector<Problem>> Library::problems(const Call& call,
                                               std::optional<SourceId> source) const {
  return state_->problems(call, source);
}

Result<std::vector<DocumentInfo>> Library::documents(const Call& call, SourceId source,
                                                     std::size_t offset, std::size_t count) const {
  return state_->store.documents(call, source, offset, count);
}

Result<DocumentText> Library::document(const Call& call, DocumentId id) const {
  return state_->store.document(call, id);
}

Progress Library::progress() const { return state_->pipeline.progress(std::nullopt); }

Result<void> Library::wait_idle(const Call& call) { return state_->pipeline.wait_idle(call); }

void Library::on_change(std::function<void()> listener) {
  state_->pipeline.on_change(std::move(listener));
}

std::int64_t Library::extracted() const { return state_->extractor.extracted(); }

}  // namespace hearth::ingest
