#include "models/store.h"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/format.h"
#include "core/log.h"
#include "core/text.h"
#include "models/gguf.h"
#include "models/internal/files.h"
#include "platform/dir.h"
#include "platform/file.h"
#include "platform/unique_fd.h"

namespace hearth::models {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kManifestBytesMax = 1U << 20;
constexpr const char* kManifest = "model.json";

using internal::Stamp;
using internal::stamp_of;

Json manifest_file(const CatalogueFile& file, const std::string& sha256, const Stamp& stamp) {
  return Json::object({{"as", file.as},
                       {"name", file.name},
                       {"sha256", sha256},
                       {"bytes", stamp.bytes},
                       {"inode", stamp.inode},
                       {"changed_ns", stamp.changed_ns},
                       {"sources", Json::array()}});
}

Json manifest(const CatalogueEntry& entry) {
  const Traits& traits = entry.traits;
  const auto number = [](std::uint64_t value) { return Json(value); };
  return Json::object({{"version", 1},
                       {"name", entry.name},
                       {"role", name(entry.role)},
                       {"about", entry.about},
                       {"format", traits.format},
                       {"licence", traits.licence},
                       {"weak", traits.weak},
                       {"memory_mb", number(traits.memory_bytes >> 20)},
                       {"dimensions", number(traits.dimensions)},
                       {"tokens_max", number(traits.tokens_max)},
                       {"pooling", traits.pooling},
                       {"normalise", traits.normalise},
                       {"query_prefix", traits.query_prefix},
                       {"document_prefix", traits.document_prefix},
                       {"unrelated_below", traits.unrelated_below},
                       {"context_tokens", number(traits.context_tokens)}});
}

Result<Json> read_manifest(const fs::path& folder) {
  TRY_ASSIGN(const std::string text, platform::read_file(folder / kManifest, kManifestBytesMax));
  return Json::parse(text);
}

/// True when a file of an installed model is as it was when it was hashed, false when its bytes
/// must tell.
Result<bool> is_untouched(const fs::path& path, const Json& file) {
  TRY_ASSIGN(const Stamp now, stamp_of(path));
  const Stamp then{file["bytes"].int_or(-1), file["inode"].int_or(-1),
                   file["changed_ns"].int_or(-1)};
  if (now.bytes != then.bytes) {
    return fail(Code::Corrupt, format("{} has changed since it was installed", path.string()));
  }
  return now == then;
}

Result<void> verify(const Call& call, const fs::path& path, const Json& file,
                    const internal::OnBytes& on_bytes = {}) {
  TRY_ASSIGN(const std::string sha256, internal::sha256_of(call, path, on_bytes));
  if (sha256 == file["sha256"].view()) return {};
  return fail(Code::Corrupt, format("{} has changed since it was installed", path.string()));
}

Result<Model> model_of(const Json& json, const fs::path& folder) {
  TRY_ASSIGN(const CatalogueEntry stored, read_entry(json));
  // What we know of a model may have improved since it was installed.
  const CatalogueFile& main = *stored.file("main");
  const CatalogueEntry* known = find_entry_by_sha256(main.sha256);
  Model model;
  model.role = stored.role;
  model.name = stored.name;
  model.fingerprint = main.sha256;
  model.main = folder / main.name;
  if (const auto* tokenizer = stored.file("tokenizer")) model.tokenizer = folder / tokenizer->name;
  for (const CatalogueFile& file : stored.files) model.bytes += file.bytes;
  model.traits = known != nullptr ? known->traits : stored.traits;
  return model;
}

struct Installed {
  Model model;
  bool touched = false;  ///< Its files were neither as they were nor hashed.
};

Result<Installed> read_model(const Call& call, const fs::path& folder, Store::Touched touched) {
  TRY_ASSIGN(const Json json, read_manifest(folder));
  Installed out;
  TRY_ASSIGN(out.model, model_of(json, folder));
  for (const Json& file : json["files"].items()) {
    const fs::path path = folder / file["name"].string_or("");
    TRY_ASSIGN(const bool untouched, is_untouched(path, file));
    if (untouched) continue;
    if (touched == Store::Touched::SetAside) {
      out.touched = true;
    } else {
      TRY(verify(call, path, file));
    }
  }
  return out;
}

/// A name to type: from the file, or from what the file says of itself where the file is called by
/// its hash, as other programs' stores do.
std::string typed_name(const fs::path& path, const GgufInfo& info) {
  std::string from = path.extension() == ".gguf" ? path.stem().string() : path.filename().string();
  const bool is_hash =
      from.find_first_not_of("0123456789abcdef") == std::string::npos || from.starts_with("sha256");
  if (is_hash && !info.name.empty()) from = info.name;
  std::string name;
  for (const char c : text::shorten(text::to_valid_utf8(from), 100)) {
    const auto byte = static_cast<unsigned char>(c);
    name += byte <= ' ' || byte == 0x7f || c == '/' || c == '\\' ? '-' : c;
  }
  const std::size_t first = name.find_first_not_of(".-");
  return first == std::string::npos ? "model" : name.substr(first);
}

struct Beginning {
  std::string head;  ///< All that is read of the file to know what it is.
  std::uint64_t file_bytes = 0;
};

/// How a GGUF file begins; empty when it is another file. The file is somebody else's and may
/// change or end at any moment, so it is read and never mapped.
Result<Beginning> gguf_beginning(const fs::path& path) {
  // O_NONBLOCK: a pipe must not hang us.
  const platform::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return std::unexpected(platform::file_error(errno, "open", path));
  TRY_ASSIGN(const platform::FileStat stat, platform::stat_open(fd.get()));
  if (stat.kind != platform::EntryKind::File) {
    return fail(Code::Invalid, path.string() + " is not a regular file");
  }
  if (platform::is_sparse(stat)) {
    return fail(Code::Invalid, format("{} is almost empty: it says that it has {} bytes, and {} of "
                                      "them are on the disk. Download it again",
                                      path.string(), stat.size_bytes, stat.stored_bytes));
  }
  Beginning out;
  out.file_bytes = static_cast<std::uint64_t>(stat.size_bytes);
  std::array<char, 4> magic{};
  TRY_ASSIGN(const std::size_t begun, platform::read_at(fd.get(), magic, 0));
  if (std::string_view(magic.data(), begun) != "GGUF") return out;
  out.head.resize(std::min<std::uint64_t>(out.file_bytes, kGgufHeadMax));
  TRY_ASSIGN(const std::size_t got, platform::read_at(fd.get(), out.head, 0));
  out.head.resize(got);
  if (got < kGgufHeadMax) out.file_bytes = got;  // Somebody has cut it since.
  return out;
}

/// An entry for a GGUF file that the catalogue does not know.
Result<CatalogueEntry> describe_gguf(const Call& call, const fs::path& path,
                                     const Beginning& file) {
  TRY_ASSIGN(const GgufInfo info, check_gguf(call, file.head, file.file_bytes));
  TRY(check_chat(info));
  CatalogueEntry entry;
  entry.name = typed_name(path, info);
  entry.role = Role::Chat;
  entry.about = text::to_valid_utf8(info.name);
  entry.traits.format = "gguf";
  entry.traits.licence = info.licence.empty() ? "unknown" : text::to_valid_utf8(info.licence);
  entry.traits.memory_bytes = file.file_bytes + file.file_bytes / 4;
  static constexpr std::uint64_t kContextMax = 8192;
  if (info.context_tokens > 0) {
    entry.traits.context_tokens = std::min<std::uint64_t>(info.context_tokens, kContextMax);
  }
  entry.files = {{"main", entry.name + ".gguf", "", file.file_bytes, {}}};
  return entry;
}

internal::OnBytes tell(const OnImport& on_progress, std::string_view stage, std::uint64_t total) {
  if (!on_progress) return {};
  return [&on_progress, stage, total](std::uint64_t done) { on_progress({stage, done, total}); };
}

}  // namespace

Result<Store> Store::open(fs::path folder) {
  TRY(platform::ensure_private_folder(folder));
  return Store(std::move(folder));
}

Result<Store::Listing> Store::list(const Call& call, Touched touched) const {
  Listing listing;
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder_, error)) {
    const std::string name = item.path().filename().string();
    if (name.starts_with('.') || !item.is_directory(error)) continue;
    TRY(call.check_stop());
    auto model = read_model(call, item.path(), touched);
    if (model) {
      (model->touched ? listing.touched : listing.models).push_back(std::move(model->model));
    } else if (model.error().code == Code::Cancelled) {
      return std::unexpected(model.error());
    } else {
      listing.problems.push_back(format("The model in {} cannot be used: {}.", item.path().string(),
                                        model.error().message));
    }
  }
  if (error) return std::unexpected(platform::file_error(error.value(), "list", folder_));
  std::sort(listing.models.begin(), listing.models.end(),
            [](const Model& a, const Model& b) { return a.name < b.name; });
  return listing;
}

Result<Model> Store::check(const Call& call, const std::string& fingerprint,
                           const OnImport& on_progress) const {
  const fs::path folder = folder_ / fingerprint;
  TRY_ASSIGN(Json json, read_manifest(folder));
  TRY_ASSIGN(Model model, model_of(json, folder));
  Json files = Json::array();
  for (const Json& file : json["files"].items()) {
    const fs::path path = folder / file["name"].string_or("");
    // The stamp before the hash: who writes meanwhile is noticed by the next look.
    TRY_ASSIGN(const Stamp stamp, stamp_of(path));
    TRY(verify(call, path, file,
               tell(on_progress, "checking", static_cast<std::uint64_t>(stamp.bytes))));
    CatalogueFile named;
    named.as = file["as"].string_or("");
    named.name = file["name"].string_or("");
    files.push(manifest_file(named, file["sha256"].string_or(""), stamp));
  }
  json.set("files", std::move(files));
  TRY(platform::write_file_atomically(folder / kManifest, json.dump(2) + "\n",
                                      platform::Access::Private));
  return model;
}

Result<std::optional<Model>> Store::find(const Call& call, Role role, std::string_view name) const {
  TRY_ASSIGN(Listing listing, list(call));
  std::optional<Model> best;
  for (Model& model : listing.models) {
    if (model.role != role) continue;
    if (!name.empty() && model.name == name) return std::optional(std::move(model));
    const auto rank = [](const Model& m) { return std::pair{!m.traits.weak, m.bytes}; };
    if (!best || rank(model) > rank(*best)) best = std::move(model);
  }
  return best;
}

struct Store::Incoming {
  CatalogueEntry entry;
  std::string sha256;             ///< Of the main file.
  Stamp stamp;                    ///< The main file, when it was hashed.
  std::vector<fs::path> sources;  ///< One for each of the entry's files.
};

fs::path Store::removed_mark(const std::string& sha256) const {
  return folder_ / (".removed-" + sha256);
}

bool Store::was_removed(const std::string& sha256) const {
  std::error_code error;
  return !sha256.empty() && fs::exists(removed_mark(sha256), error);
}

Result<void> Store::fill(const Call& call, const Incoming& incoming, const fs::path& scratch,
                         const OnImport& on_progress) const {
  Json json = manifest(incoming.entry);
  Json files = Json::array();
  for (std::size_t i = 0; i < incoming.entry.files.size(); ++i) {
    const CatalogueFile& file = incoming.entry.files[i];
    const fs::path to = scratch / file.name;
    const bool is_main = file.as == "main";
    const auto total = static_cast<std::uint64_t>(incoming.stamp.bytes);
    TRY(internal::link_or_copy(call, incoming.sources[i], to,
                               is_main ? tell(on_progress, "copying", total) : nullptr));
    TRY_ASSIGN(const Stamp stamp, stamp_of(to));
    // A link to the very file that was hashed a moment ago is not read again.
    std::string got = incoming.sha256;
    if (!is_main || stamp != incoming.stamp) {
      TRY_ASSIGN(got, internal::sha256_of(call, to));
    }
    const std::string& wanted = is_main ? incoming.sha256 : file.sha256;
    if (!wanted.empty() && got != wanted) {
      return fail(Code::Corrupt,
                  format("{} has sha256 {}, not {}", incoming.sources[i].string(), got, wanted));
    }
    files.push(manifest_file(file, got, stamp));
  }
  json.set("files", std::move(files));
  return platform::write_file_atomically(scratch / kManifest, json.dump(2) + "\n",
                                         platform::Access::Private);
}

Result<Model> Store::take_in(const Call& call, const Incoming& incoming,
                             const OnImport& on_progress) {
  const fs::path target = folder_ / incoming.sha256;
  std::error_code ignored;
  if (fs::exists(target / kManifest)) {
    if (auto model = read_model(call, target, Touched::Hash)) return std::move(model->model);
    fs::remove_all(target, ignored);  // Damaged: what comes now mends it.
  }
  std::string scratch = (folder_ / ".new-XXXXXX").string();
  if (::mkdtemp(scratch.data()) == nullptr) {
    return std::unexpected(platform::file_error(errno, "create", scratch));
  }
  if (auto filled = fill(call, incoming, scratch, on_progress); !filled) {
    fs::remove_all(scratch, ignored);
    return std::unexpected(filled.error());
  }
  std::error_code error;
  fs::rename(scratch, target, error);
  if (error) {
    fs::remove_all(scratch, ignored);
    // Another import of the same model was quicker.
    if (!fs::exists(target / kManifest)) {
      return std::unexpected(platform::file_error(error.value(), "create", target));
    }
  }
  fs::remove(removed_mark(incoming.sha256), ignored);
  log::info("model {} is installed", incoming.entry.name);
  TRY_ASSIGN(Installed installed, read_model(call, target, Touched::Hash));
  return std::move(installed.model);
}

Result<std::string> Store::free_name(const Call& call, std::string name,
                                     const std::string& sha256) const {
  TRY_ASSIGN(const Listing listing, list(call));
  const auto same_name = [&](const Model& m) { return m.name == name && m.fingerprint != sha256; };
  const bool taken = std::ranges::any_of(listing.models, same_name) || find_entry(name) != nullptr;
  return taken ? name + "-" + sha256.substr(0, 8) : std::move(name);
}

Result<Model> Store::import(const Call& call, const fs::path& main, const OnImport& on_progress) {
  std::optional<CatalogueEntry> described;
  {
    TRY_ASSIGN(const Beginning beginning, gguf_beginning(main));
    if (!beginning.head.empty()) {
      TRY_ASSIGN(described, describe_gguf(call, main, beginning));
    }
  }
  Incoming incoming;
  TRY_ASSIGN(incoming.stamp, stamp_of(main));
  const auto total = static_cast<std::uint64_t>(incoming.stamp.bytes);
  TRY_ASSIGN(incoming.sha256,
             internal::sha256_of(call, main, tell(on_progress, "checking", total)));
  const CatalogueEntry* known = find_entry_by_sha256(incoming.sha256);
  if (known == nullptr && described) known = find_unhashed_entry(main.filename().string());
  if (known == nullptr && !described) {
    return fail(Code::Invalid,
                format("{} is neither a GGUF file nor a model of the catalogue", main.string()));
  }
  incoming.entry = known != nullptr ? *known : std::move(*described);
  if (known == nullptr) {
    TRY_ASSIGN(incoming.entry.name, free_name(call, incoming.entry.name, incoming.sha256));
  }
  for (const CatalogueFile& file : incoming.entry.files) {
    incoming.sources.push_back(file.as == "main" ? main : main.parent_path() / file.name);
    if (!fs::exists(incoming.sources.back())) {
      return fail(Code::NotFound, format("{} must lie beside {}", file.name, main.string()));
    }
  }
  return take_in(call, incoming, on_progress);
}

Result<std::vector<Model>> Store::cached(const fs::path& cache) const {
  std::vector<Model> out;
  const auto text = platform::read_file(cache / "models.json", kManifestBytesMax);
  if (!text) {
    if (text.error().code == Code::NotFound) return out;
    return std::unexpected(text.error());
  }
  TRY_ASSIGN(const Json json, Json::parse(*text));
  for (const Json& item : json["models"].items()) {
    const std::string sha256 = item["sha256"].string_or("");
    const CatalogueEntry* known = find_entry_by_sha256(sha256);
    if (known == nullptr || was_removed(sha256) || fs::exists(folder_ / sha256 / kManifest)) {
      continue;
    }
    Model model;
    model.role = known->role;
    model.name = known->name;
    model.fingerprint = sha256;
    model.main = cache / sha256 / item["main"].string_or("");
    for (const CatalogueFile& file : known->files) model.bytes += file.bytes;
    model.traits = known->traits;
    out.push_back(std::move(model));
  }
  return out;
}

Result<std::size_t> Store::import_cache(const Call& call, const fs::path& cache) {
  TRY_ASSIGN(const auto waiting, cached(cache));
  std::size_t came = 0;
  for (const Model& model : waiting) {
    const auto imported = import(call, model.main);
    if (imported) {
      ++came;
    } else if (imported.error().code == Code::Cancelled) {
      return std::unexpected(imported.error());
    } else {
      log::warn("model {} in the cache: {}", model.name, imported.error().message);
    }
  }
  return came;
}

Result<void> Store::remove(const Call& call, std::string_view name) {
  TRY_ASSIGN(const Listing listing, list(call));
  for (const Model& model : listing.models) {
    if (model.name != name) continue;
    // First the mark: a crash in between leaves a model that can be removed again.
    TRY(platform::write_file_atomically(removed_mark(model.fingerprint), "",
                                        platform::Access::Private));
    return discard(model);
  }
  return fail(Code::NotFound, format("no model named {} is installed", name));
}

Result<void> Store::discard(const Model& model) {
  std::error_code error;
  fs::remove_all(folder_ / model.fingerprint, error);
  if (error) return std::unexpected(platform::file_error(error.value(), "remove", model.main));
  return {};
}

fs::path default_cache() {
  const auto named = [](const char* variable) -> fs::path {
    const char* value = std::getenv(variable);
    return value == nullptr ? "" : value;
  };
  if (const fs::path path = named("HEARTH_CACHE"); !path.empty()) return path / "models";
  if (const fs::path path = named("XDG_CACHE_HOME"); !path.empty()) return path / "hearth/models";
  return named("HOME") / ".cache/hearth/models";
}

}  // namespace hearth::models
