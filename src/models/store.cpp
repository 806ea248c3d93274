#include "models/store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "core/format.h"
#include "core/log.h"
#include "crypto/hash.h"
#include "models/gguf.h"
#include "platform/file.h"
#include "platform/mapped_file.h"
#include "platform/unique_fd.h"

namespace hearth::models {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kManifestBytesMax = 1U << 20;
constexpr const char* kManifest = "model.json";

/// What tells that a file is the one that was hashed.
struct Stamp {
  std::int64_t bytes = 0;
  std::int64_t inode = 0;
  std::int64_t changed_ns = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

Result<Stamp> stamp_of(const fs::path& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    return std::unexpected(platform::file_error(errno, "look at", path));
  }
  if (!S_ISREG(info.st_mode)) return fail(Code::Invalid, path.string() + " is not a regular file");
  return Stamp{info.st_size, static_cast<std::int64_t>(info.st_ino),
               std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec};
}

Result<std::string> sha256_of(const Call& call, const fs::path& path) {
  const platform::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::unexpected(platform::file_error(errno, "open", path));
  crypto::Sha256 hash;
  std::vector<char> buffer(1U << 20);
  for (;;) {
    TRY(call.check_stop());
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(platform::file_error(errno, "read", path));
    if (got == 0) return crypto::hex(hash.finish());
    hash.update(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
  }
}

Result<void> link_or_copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const fs::path real = fs::canonical(from, error);
  if (!error) fs::create_hard_link(real, to, error);
  if (!error) return {};
  fs::copy_file(from, to, error);
  if (!error) return {};
  return std::unexpected(platform::file_error(error.value(), "copy", from));
}

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

/// A file of an installed model is what it was when it was hashed, or is hashed again.
Result<void> verify(const Call& call, const fs::path& path, const Json& file) {
  TRY_ASSIGN(const Stamp now, stamp_of(path));
  const Stamp then{file["bytes"].int_or(-1), file["inode"].int_or(-1),
                   file["changed_ns"].int_or(-1)};
  if (now == then) return {};
  TRY_ASSIGN(const std::string sha256, sha256_of(call, path));
  if (sha256 != file["sha256"].view()) {
    return fail(Code::Corrupt, format("{} has changed since it was installed", path.string()));
  }
  return {};
}

Result<Model> read_model(const Call& call, const fs::path& folder) {
  TRY_ASSIGN(const std::string text, platform::read_file(folder / kManifest, kManifestBytesMax));
  TRY_ASSIGN(const Json json, Json::parse(text));
  TRY_ASSIGN(const CatalogueEntry stored, read_entry(json));
  for (const Json& file : json["files"].items()) {
    TRY(verify(call, folder / file["name"].string_or(""), file));
  }
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

/// An entry for a GGUF file that the catalogue does not know.
Result<CatalogueEntry> describe_gguf(const fs::path& path) {
  TRY_ASSIGN(const auto file, platform::MappedFile::open(path));
  TRY_ASSIGN(const GgufInfo info, check_gguf(file.bytes()));
  CatalogueEntry entry;
  entry.name = path.stem().string();
  entry.role = Role::Chat;
  entry.about = info.name;
  entry.traits.format = "gguf";
  entry.traits.licence = info.licence.empty() ? "unknown" : info.licence;
  entry.traits.memory_bytes = file.bytes().size() + file.bytes().size() / 4;
  static constexpr std::uint64_t kContextMax = 8192;
  if (info.context_tokens > 0) {
    entry.traits.context_tokens = std::min<std::uint64_t>(info.context_tokens, kContextMax);
  }
  entry.files = {{"main", path.filename().string(), "", file.bytes().size(), {}}};
  return entry;
}

}  // namespace

Result<Store> Store::open(fs::path folder) {
  TRY(platform::ensure_private_folder(folder));
  return Store(std::move(folder));
}

Result<Store::Listing> Store::list(const Call& call) const {
  Listing listing;
  std::error_code error;
  for (const auto& item : fs::directory_iterator(folder_, error)) {
    const std::string name = item.path().filename().string();
    if (name.starts_with('.') || !item.is_directory(error)) continue;
    TRY(call.check_stop());
    auto model = read_model(call, item.path());
    if (model) {
      listing.models.push_back(std::move(*model));
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

Result<Model> Store::take_in(const Call& call, const CatalogueEntry& entry,
                             const std::string& sha256, const std::vector<fs::path>& sources) {
  const fs::path target = folder_ / sha256;
  if (fs::exists(target / kManifest)) {
    if (auto model = read_model(call, target)) return model;
    std::error_code ignored;
    fs::remove_all(target, ignored);  // Damaged: what comes now mends it.
  }
  std::string scratch = (folder_ / ".new-XXXXXX").string();
  if (::mkdtemp(scratch.data()) == nullptr) {
    return std::unexpected(platform::file_error(errno, "create", scratch));
  }
  const auto fill = [&]() -> Result<void> {
    Json json = manifest(entry);
    Json files = Json::array();
    for (std::size_t i = 0; i < entry.files.size(); ++i) {
      const CatalogueFile& file = entry.files[i];
      const fs::path to = fs::path(scratch) / file.name;
      TRY(link_or_copy(sources[i], to));
      TRY_ASSIGN(const Stamp stamp, stamp_of(to));
      TRY_ASSIGN(const std::string got, sha256_of(call, to));
      const std::string& wanted = file.as == "main" ? sha256 : file.sha256;
      if (!wanted.empty() && got != wanted) {
        return fail(Code::Corrupt,
                    format("{} has sha256 {}, not {}", sources[i].string(), got, wanted));
      }
      files.push(manifest_file(file, got, stamp));
    }
    json.set("files", std::move(files));
    return platform::write_file_atomically(fs::path(scratch) / kManifest, json.dump(2) + "\n",
                                           platform::Access::Private);
  };
  std::error_code error;
  if (auto filled = fill(); !filled) {
    fs::remove_all(scratch, error);
    return std::unexpected(filled.error());
  }
  fs::rename(scratch, target, error);
  if (error) {
    std::error_code ignored;
    fs::remove_all(scratch, ignored);
    // Another import of the same model was quicker.
    if (!fs::exists(target / kManifest)) {
      return std::unexpected(platform::file_error(error.value(), "create", target));
    }
  }
  log::info("model {} is installed", entry.name);
  return read_model(call, target);
}

Result<Model> Store::import(const Call& call, const fs::path& main) {
  std::array<char, 4> magic{};
  {
    const platform::UniqueFd fd(::open(main.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd) return std::unexpected(platform::file_error(errno, "open", main));
    TRY(stamp_of(main));
    if (::read(fd.get(), magic.data(), magic.size()) < 0) {
      return std::unexpected(platform::file_error(errno, "read", main));
    }
  }
  const bool is_gguf = std::string_view(magic.data(), magic.size()) == "GGUF";
  std::optional<CatalogueEntry> described;
  if (is_gguf) {
    TRY_ASSIGN(described, describe_gguf(main));
  }
  TRY_ASSIGN(const std::string sha256, sha256_of(call, main));
  const CatalogueEntry* known = find_entry_by_sha256(sha256);
  if (known == nullptr && !described) {
    return fail(Code::Invalid,
                format("{} is neither a GGUF file nor a model of the catalogue", main.string()));
  }
  const CatalogueEntry& entry = known != nullptr ? *known : *described;
  std::vector<fs::path> sources;
  for (const CatalogueFile& file : entry.files) {
    sources.push_back(file.as == "main" ? main : main.parent_path() / file.name);
    if (!fs::exists(sources.back())) {
      return fail(Code::NotFound, format("{} must lie beside {}", file.name, main.string()));
    }
  }
  return take_in(call, entry, sha256, sources);
}

Result<std::size_t> Store::import_cache(const Call& call, const fs::path& cache) {
  const auto text = platform::read_file(cache / "models.json", kManifestBytesMax);
  if (!text) {
    if (text.error().code == Code::NotFound) return 0;
    return std::unexpected(text.error());
  }
  TRY_ASSIGN(const Json json, Json::parse(*text));
  std::size_t came = 0;
  for (const Json& item : json["models"].items()) {
    const std::string sha256 = item["sha256"].string_or("");
    if (find_entry_by_sha256(sha256) == nullptr || fs::exists(folder_ / sha256 / kManifest))
      continue;
    auto model = import(call, cache / sha256 / item["main"].string_or(""));
    if (model) {
      ++came;
    } else if (model.error().code == Code::Cancelled) {
      return std::unexpected(model.error());
    } else {
      log::warn("model {} in the cache: {}", item["name"].string_or(""), model.error().message);
    }
  }
  return came;
}

Result<void> Store::remove(const Call& call, std::string_view name) {
  TRY_ASSIGN(const Listing listing, list(call));
  for (const Model& model : listing.models) {
    if (model.name != name) continue;
    std::error_code error;
    fs::remove_all(model.main.parent_path(), error);
    if (error) return std::unexpected(platform::file_error(error.value(), "remove", model.main));
    return {};
  }
  return fail(Code::NotFound, format("no model named {} is installed", name));
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
