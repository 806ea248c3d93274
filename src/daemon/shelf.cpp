#include "daemon/shelf.h"

#include <algorithm>

#include "core/format.h"
#include "core/json.h"
#include "core/log.h"
#include "inference/exam.h"
#include "models/catalogue.h"
#include "platform/file.h"
#include "platform/machine.h"

namespace hearth::daemon {
namespace {

std::string_view name(inference::WorkerStatus::State state) {
  switch (state) {
    case inference::WorkerStatus::State::Stopped: return "resting";
    case inference::WorkerStatus::State::Starting: return "loading";
    case inference::WorkerStatus::State::Ready: return "ready";
    case inference::WorkerStatus::State::Pausing: return "failed";
  }
  return "?";
}

api::ModelEntry installed_entry(const models::Model& model) {
  api::ModelEntry entry;
  entry.name = model.name;
  entry.role = std::string(models::name(model.role));
  entry.state = "installed";
  entry.installed = true;
  entry.size_bytes = static_cast<std::int64_t>(model.bytes);
  entry.licence = model.traits.licence;
  entry.sha256 = model.fingerprint;
  entry.weak = model.traits.weak;
  entry.memory_bytes = static_cast<std::int64_t>(model.traits.memory_bytes);
  if (entry.weak) entry.note = "weak: answers are quotes unless each sentence can be checked";
  return entry;
}

void add_status(api::ModelEntry& entry, const inference::WorkerStatus& status) {
  entry.state = std::string(name(status.state));
  entry.resident = status.state == inference::WorkerStatus::State::Ready;
  if (!status.last_error.empty()) entry.note = status.last_error;
}

api::ModelEntry absent_entry(const models::CatalogueEntry& known, const std::string& best) {
  api::ModelEntry entry;
  entry.name = known.name;
  entry.role = std::string(models::name(known.role));
  entry.state = "absent";
  entry.licence = known.traits.licence;
  entry.weak = known.traits.weak;
  entry.memory_bytes = static_cast<std::int64_t>(known.traits.memory_bytes);
  for (const models::CatalogueFile& file : known.files) {
    entry.size_bytes += static_cast<std::int64_t>(file.bytes);
    if (file.as == "main") entry.sha256 = file.sha256;
  }
  entry.note = known.about;
  if (known.name == best) entry.note = "recommended for this machine: " + known.about;
  return entry;
}

}  // namespace

std::unique_ptr<Shelf> Shelf::open(const std::filesystem::path& folder) {
  auto shelf = std::make_unique<Shelf>();
  shelf->folder_ = folder;
  auto store = models::Store::open(folder);
  if (!store) {
    shelf->problems_.push_back(store.error().message);
    return shelf;
  }
  const auto imported = store->import_cache(Call{}, models::default_cache());
  if (!imported && imported.error().code != Code::NotFound) {
    shelf->problems_.push_back(imported.error().message);
  }
  shelf->take_stock(*store);
  for (const std::string& problem : shelf->problems_) log::warn("{}", problem);
  return shelf;
}

void Shelf::take_stock(const models::Store& store) {
  auto listing = store.list(Call{});
  if (!listing) {
    problems_.push_back(listing.error().message);
    return;
  }
  models_ = std::move(listing->models);
  problems_.insert(problems_.end(), listing->problems.begin(), listing->problems.end());
  // The best of each role first: strong before weak, then the largest.
  std::ranges::stable_sort(models_, [](const models::Model& a, const models::Model& b) {
    if (a.traits.weak != b.traits.weak) return b.traits.weak;
    return a.bytes > b.bytes;
  });
}

std::optional<models::Model> Shelf::find(models::Role role) const {
  const auto found = std::ranges::find(models_, role, &models::Model::role);
  if (found == models_.end()) return std::nullopt;
  return *found;
}

std::vector<api::ModelEntry> Shelf::entries(const inference::WorkerEmbedder& embedder,
                                            const inference::WorkerChatModel& chat) const {
  std::vector<api::ModelEntry> out;
  const inference::ChatModelInfo chat_info = chat.info();
  for (const models::Model& model : models_) {
    api::ModelEntry entry = installed_entry(model);
    if (model.fingerprint == embedder.info().fingerprint) add_status(entry, embedder.status());
    if (model.fingerprint == chat_info.fingerprint) {
      add_status(entry, chat.status());
      entry.exam_score = chat_info.exam_score;
      entry.passed_exam = chat_info.passed_exam;
    }
    out.push_back(std::move(entry));
  }
  const auto best = models::recommend(models::Role::Chat, platform::this_machine());
  for (const models::CatalogueEntry& known : models::catalogue()) {
    const bool here = std::ranges::find(models_, known.name, &models::Model::name) != models_.end();
    if (!here) out.push_back(absent_entry(known, best.entry ? best.entry->name : ""));
  }
  return out;
}

std::filesystem::path Shelf::exam_file(const std::string& fingerprint) const {
  return folder_ / format("exam-{}-v{}.json", fingerprint.substr(0, 16), inference::kExamVersion);
}

void Shelf::recall_exam(inference::WorkerChatModel& chat) const {
  const auto text = platform::read_file(exam_file(chat.info().fingerprint), 1U << 16U);
  const auto json = text ? Json::parse(*text) : Result<Json>(Json());
  if (!json || json->is_null()) return;
  const auto result = inference::ExamResult::from_json(*json);
  chat.set_exam(result.score, result.passed);
}

void Shelf::examine(const Call& call, inference::WorkerChatModel& chat) const {
  const inference::ChatModelInfo info = chat.info();
  if (info.name.empty() || info.exam_score) return;
  const auto result = inference::sit_exam(call, chat);
  if (!result) {
    log::warn("{} did not sit its exam: {}", info.name, result.error().message);
    return;
  }
  chat.set_exam(result->score, result->passed);
  log::info("{} sat its exam: {:.2f}, {}", info.name, result->score,
            result->passed ? "passed" : "not passed");
  const auto kept = platform::write_file_atomically(
      exam_file(info.fingerprint), result->to_json().dump(2), platform::Access::Private);
  if (!kept) log::warn("the exam's result was not kept: {}", kept.error().message);
}

}  // namespace hearth::daemon
