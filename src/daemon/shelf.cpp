#include "daemon/shelf.h"

#include "core/json.h"
#include "platform/file.h"
#include "platform/paths.h"

namespace hearth::daemon {

std::unique_ptr<Shelf> Shelf::open(const std::filesystem::path& folder) {
  auto shelf = std::make_unique<Shelf>();
  shelf->folder_ = folder;
  const auto cache = platform::cache_folder(platform::process_environment());
  if (!cache) return shelf;
  const auto text = platform::read_file(*cache / "models" / "models.json", 1U << 20U);
  const auto list = text ? Json::parse(*text) : Result<Json>(Json());
  if (!list) return shelf;
  for (const Json& entry : (*list)["models"].items()) {
    models::Model model;
    model.role = entry["role"].view() == "chat" ? models::Role::Chat : models::Role::Embedder;
    model.name = entry["name"].string_or("");
    model.fingerprint = entry["sha256"].string_or("");
    for (const Json& file : entry["files"].items()) {
      const auto path = *cache / "models" / file["path"].string_or("");
      if (file["name"].view() == entry["main"].view()) model.main = path;
      if (file["name"].view() == "tokenizer.json") model.tokenizer = path;
      model.bytes += static_cast<std::uint64_t>(file["bytes"].int_or(0));
    }
    model.traits.format = entry["format"].string_or("");
    model.traits.dimensions = 384;
    model.traits.weak = true;
    model.traits.context_tokens = 2048;
    model.traits.query_prefix = "Represent this sentence for searching relevant passages: ";
    shelf->models_.push_back(model);
  }
  return shelf;
}

std::optional<models::Model> Shelf::find(models::Role role) const {
  for (const models::Model& model : models_) {
    if (model.role == role) return model;
  }
  return std::nullopt;
}

std::vector<std::string> Shelf::problems() const { return problems_; }

Result<std::vector<api::ModelEntry>> Shelf::entries(const inference::WorkerEmbedder&,
                                                    const inference::WorkerChatModel&) const {
  std::vector<api::ModelEntry> out;
  for (const models::Model& model : models_) {
    api::ModelEntry entry;
    entry.name = model.name;
    entry.role = std::string(models::name(model.role));
    entry.installed = true;
    entry.state = "ready";
    entry.size_bytes = static_cast<std::int64_t>(model.bytes);
    out.push_back(entry);
  }
  return out;
}

void Shelf::examine(const Call&, inference::WorkerChatModel&) {}

}  // namespace hearth::daemon
