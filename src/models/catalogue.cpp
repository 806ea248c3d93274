#include "models/catalogue.h"

#include <algorithm>

#include "core/format.h"
#include "models/internal/catalogue_texts.h"

namespace hearth::models {
namespace {

constexpr std::uint64_t kMiB = 1U << 20;

Result<std::string> text(const Json& json, std::string_view key) {
  auto value = json[key].as_string();
  if (!value || value->empty()) return fail(Code::Invalid, format("\"{}\" is missing", key));
  return std::move(*value);
}

std::size_t count(const Json& json, std::string_view key, std::size_t otherwise) {
  const auto value = json[key].int_or(static_cast<std::int64_t>(otherwise));
  return value > 0 ? static_cast<std::size_t>(value) : otherwise;
}

Result<CatalogueFile> read_file_entry(const Json& json) {
  CatalogueFile file;
  TRY_ASSIGN(file.as, text(json, "as"));
  TRY_ASSIGN(file.name, text(json, "name"));
  if (file.name.find('/') != std::string::npos || file.name.starts_with('.')) {
    return fail(Code::Invalid, format("\"{}\" is no file name", file.name));
  }
  file.sha256 = json["sha256"].string_or("");
  if (!file.sha256.empty() && file.sha256.size() != 64) {
    return fail(Code::Invalid, "\"sha256\" has not 64 digits");
  }
  file.bytes = count(json, file.sha256.empty() ? "bytes_about" : "bytes", 0);
  for (const Json& source : json["sources"].items()) file.sources.emplace_back(source.view());
  return file;
}

}  // namespace

const CatalogueFile* CatalogueEntry::file(std::string_view as) const {
  const auto found = std::find_if(files.begin(), files.end(),
                                  [as](const CatalogueFile& file) { return file.as == as; });
  return found == files.end() ? nullptr : &*found;
}

Result<CatalogueEntry> read_entry(const Json& json) {
  CatalogueEntry entry;
  TRY_ASSIGN(entry.name, text(json, "name"));
  TRY_ASSIGN(const std::string role, text(json, "role"));
  if (role != "embedder" && role != "chat") return fail(Code::Invalid, "\"role\" is unknown");
  entry.role = role == "embedder" ? Role::Embedder : Role::Chat;
  entry.about = json["about"].string_or("");
  entry.recommended = json["recommended"].bool_or(false);
  Traits& traits = entry.traits;
  TRY_ASSIGN(traits.format, text(json, "format"));
  TRY_ASSIGN(traits.licence, text(json, "licence"));
  traits.weak = json["weak"].bool_or(false);
  traits.memory_bytes = count(json, "memory_mb", 0) * kMiB;
  traits.dimensions = count(json, "dimensions", 0);
  traits.tokens_max = count(json, "tokens_max", traits.tokens_max);
  traits.pooling = json["pooling"].string_or(traits.pooling);
  traits.normalise = json["normalise"].bool_or(true);
  traits.query_prefix = json["query_prefix"].string_or("");
  traits.document_prefix = json["document_prefix"].string_or("");
  traits.unrelated_below = std::clamp(json["unrelated_below"].double_or(0), 0.0, 1.0);
  traits.context_tokens = count(json, "context_tokens", traits.context_tokens);
  for (const Json& item : json["files"].items()) {
    TRY_ASSIGN(auto file, read_file_entry(item));
    entry.files.push_back(std::move(file));
  }
  if (entry.file("main") == nullptr) return fail(Code::Invalid, "no file is the main one");
  return entry;
}

const std::vector<CatalogueEntry>& catalogue() {
  static const auto entries = [] {
    std::vector<CatalogueEntry> all;
    for (const std::string_view text : internal::catalogue_texts()) {
      const auto json = Json::parse(text);
      CHECK(json.has_value());
      auto entry = read_entry(*json);
      CHECK(entry.has_value());
      all.push_back(std::move(*entry));
    }
    return all;
  }();
  return entries;
}

const CatalogueEntry* find_entry(std::string_view name) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

const CatalogueEntry* find_entry_by_sha256(std::string_view sha256) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (!sha256.empty() && entry.file("main")->sha256 == sha256) return &entry;
  }
  return nullptr;
}

const CatalogueEntry* find_unhashed_entry(std::string_view file_name) {
  for (const CatalogueEntry& entry : catalogue()) {
    const CatalogueFile& main = *entry.file("main");
    if (main.sha256.empty() && main.name == file_name) return &entry;
  }
  return nullptr;
}

Recommendation recommend(Role role, const platform::Machine& machine) {
  // Half of the memory stays for everything else the person does. A model reads all its weights for
  // every token, so two cores carry about three gigabytes at a bearable speed.
  const std::uint64_t memory = machine.memory_bytes / 2;
  const std::uint64_t bearable = machine.cores * 2'300 * kMiB;
  Recommendation best;
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.role != role) continue;
    const std::uint64_t needed = entry.traits.memory_bytes;
    const bool fits = needed <= memory && needed <= bearable;
    const bool better =
        best.entry == nullptr || (best.entry->traits.weak && !entry.traits.weak) ||
        (best.entry->traits.weak == entry.traits.weak && needed > best.entry->traits.memory_bytes);
    if (fits && better) best.entry = &entry;
  }
  if (best.entry == nullptr) {
    best.reason =
        format("No model in the catalogue runs in half of {} MB.", machine.memory_bytes / kMiB);
    return best;
  }
  best.reason =
      format("The best that runs well with {} cores and {:.0f} GB of memory: it needs {:.1f} GB.",
             machine.cores, static_cast<double>(machine.memory_bytes) / 1e9,
             static_cast<double>(best.entry->traits.memory_bytes) / 1e9);
  return best;
}

}  // namespace hearth::models
