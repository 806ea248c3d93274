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
  entry.state = std::string(inference::name(status.state));
  entry.resident = status.state == inference::WorkerStatus::State::Ready;
  entry.use = "now";
  if (!status.last_error.empty()) entry.note = status.last_error;
}

void add_catalogue(api::ModelEntry& entry, const models::CatalogueEntry& known,
                   const models::Recommendation& best) {
  entry.recommended = &known == best.entry;
  if (const models::CatalogueFile* main = known.file("main")) entry.sources = main->sources;
}

api::ModelEntry absent_entry(const models::CatalogueEntry& known,
                             const models::Recommendation& best) {
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
  add_catalogue(entry, known, best);
  entry.note = entry.recommended ? "recommended for this machine: " + known.about : known.about;
  return entry;
}

api::ModelEntry expected_entry(const models::Model& model, bool installed) {
  api::ModelEntry entry = installed_entry(model);
  entry.state = "checking";
  entry.installed = installed;
  return entry;
}

constexpr const char* kChoice = "chosen.json";

std::string read_choice(const std::filesystem::path& folder) {
  const auto text = platform::read_file(folder / kChoice, 1U << 16U);
  const auto json = text ? Json::parse(*text) : Result<Json>(Json());
  return json ? (*json)["chat"].string_or("") : "";
}

/// Strong before weak, then the largest.
bool is_better(const models::Model& a, const models::Model& b) {
  if (a.traits.weak != b.traits.weak) return b.traits.weak;
  return a.bytes > b.bytes;
}

/// A model that cannot fit would take the machine down with it.
Result<void> check_memory(const models::Model& model) {
  const std::uint64_t has = platform::this_machine().memory_bytes;
  if (has == 0 || model.traits.memory_bytes <= has) return {};
  return fail(
      Code::Invalid,
      format("{} needs about {:.1f} GB of memory, and this machine has {:.1f} GB", model.name,
             static_cast<double>(model.traits.memory_bytes) / 1e9, static_cast<double>(has) / 1e9));
}

}  // namespace

std::unique_ptr<Shelf> Shelf::open(const std::filesystem::path& folder,
                                   const std::filesystem::path& cache) {
  auto shelf = std::make_unique<Shelf>();
  shelf->folder_ = folder;
  auto store = models::Store::open(folder);
  if (!store) {
    shelf->problems_.push_back(store.error().message);
    return shelf;
  }
  shelf->store_.emplace(std::move(*store));
  shelf->chosen_ = read_choice(folder);
  shelf->take_stock(Call{}, models::Store::Touched::SetAside);
  shelf->expect_cached(cache);
  for (const std::string& problem : shelf->problems_) log::warn("{}", problem);
  return shelf;
}

void Shelf::take_stock(const Call& call, models::Store::Touched touched) {
  auto listing = store_->list(call, touched);
  const std::scoped_lock lock(mutex_);
  if (!listing) {
    problems_ = {listing.error().message};
    return;
  }
  models_ = std::move(listing->models);
  std::ranges::stable_sort(models_, is_better);
  problems_ = std::move(listing->problems);
  std::erase_if(expected_, [&](const Expected& one) {
    return one.installed || std::ranges::find(models_, one.model.fingerprint,
                                              &models::Model::fingerprint) != models_.end();
  });
  for (models::Model& model : listing->touched) {
    if (const auto known = settled_.find(model.fingerprint); known != settled_.end()) {
      problems_.push_back(known->second);
    } else {
      expect({std::move(model), true});
    }
  }
}

void Shelf::expect(Expected one) {
  expected_.push_back(std::move(one));
  // Embedders are small, and everything waits for one.
  std::ranges::stable_sort(expected_, {}, [](const Expected& e) {
    return e.model.role == models::Role::Embedder ? 0 : 1;
  });
}

void Shelf::expect_cached(const std::filesystem::path& cache) {
  auto cached = store_->cached(cache);
  const std::scoped_lock lock(mutex_);
  if (!cached) {
    problems_.push_back(cached.error().message);
    return;
  }
  for (models::Model& model : *cached) expect({std::move(model), false});
}

Result<void> Shelf::settle_one(const Call& call, const Expected& expected) {
  const auto tell = [&](const models::ImportProgress& progress) {
    const std::uint64_t percent = progress.total > 0 ? progress.done * 100 / progress.total : 0;
    const std::scoped_lock lock(mutex_);
    checking_ = format("Checking {}: {} %.", expected.model.name, percent);
  };
  tell({});
  if (expected.installed) {
    TRY(store_->check(call, expected.model.fingerprint, tell));
  } else {
    TRY(store_->import(call, expected.model.main, tell));
  }
  return {};
}

void Shelf::settle(const Call& call, const std::function<void()>& on_settled) {
  for (;;) {
    {
      const std::scoped_lock one_at_a_time(changing_);
      Expected next;
      {
        const std::scoped_lock lock(mutex_);
        if (expected_.empty()) return;
        next = expected_.front();
      }
      const auto done = settle_one(call, next);
      if (!done && done.error().code == Code::Cancelled) return;
      note_settled(next, done);
      take_stock(call, models::Store::Touched::SetAside);
    }
    on_settled();
  }
}

void Shelf::note_settled(const Expected& one, const Result<void>& done) {
  const std::string& fingerprint = one.model.fingerprint;
  const std::scoped_lock lock(mutex_);
  checking_.clear();
  std::erase_if(expected_, [&](const Expected& e) { return e.model.fingerprint == fingerprint; });
  // If it is touched again at once, somebody keeps writing: no reason to hash it for ever.
  const std::string why = done ? "it changes while it is read" : done.error().message;
  settled_[fingerprint] = format("{} cannot be used: {}.", one.model.name, why);
  if (!done) log::warn("{}", settled_[fingerprint]);
}

std::string Shelf::checking() const {
  const std::scoped_lock lock(mutex_);
  return checking_;
}

std::vector<std::string> Shelf::problems() const {
  const std::scoped_lock lock(mutex_);
  return problems_;
}

std::optional<Shelf::Choice> Shelf::best(models::Role role) const {
  std::optional<Choice> out;
  const auto consider = [&](const models::Model& model, bool settled) {
    if (model.role != role || (out && out->model.fingerprint == chosen_)) return;
    const bool chosen = model.fingerprint == chosen_;
    if (!out || chosen || is_better(model, out->model)) out = Choice{model, settled};
  };
  for (const models::Model& model : models_) consider(model, true);
  for (const Expected& expected : expected_) consider(expected.model, false);
  return out;
}

std::optional<Shelf::Choice> Shelf::find(models::Role role) const {
  const std::scoped_lock lock(mutex_);
  return best(role);
}

Result<void> Shelf::choose(const std::string& fingerprint) {
  TRY(platform::write_file_atomically(folder_ / kChoice,
                                      Json::object({{"chat", fingerprint}}).dump(2) + "\n",
                                      platform::Access::Private));
  const std::scoped_lock lock(mutex_);
  chosen_ = fingerprint;
  return {};
}

Result<models::Model> Shelf::import(const Call& call, const std::filesystem::path& path,
                                    const models::OnImport& on_progress, const TryOut& try_out) {
  if (!store_) return fail(Code::Unavailable, "the folder for models cannot be used: see doctor");
  const std::scoped_lock one_at_a_time(changing_);
  TRY_ASSIGN(models::Model model, store_->import(call, path, on_progress));
  const auto is_known = [&] {
    const std::scoped_lock lock(mutex_);
    return std::ranges::find(models_, model.fingerprint, &models::Model::fingerprint) !=
           models_.end();
  };
  if (model.role == models::Role::Chat) {
    Result<void> accepted = check_memory(model);
    if (accepted) accepted = try_out(model);
    if (!accepted) {
      if (!is_known()) TRY(store_->discard(model));
      return std::unexpected(std::move(accepted.error()));
    }
    TRY(choose(model.fingerprint));
  }
  take_stock(Call{}, models::Store::Touched::Hash);
  return model;
}

Result<void> Shelf::remove(const Call& call, std::string_view name, const Used& used,
                           api::InUse in_use) {
  if (!store_) return fail(Code::Unavailable, "the folder for models cannot be used: see doctor");
  const std::scoped_lock one_at_a_time(changing_);
  std::string fingerprint;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(models_, name, &models::Model::name);
    if (found != models_.end()) fingerprint = found->fingerprint;
  }
  if (!fingerprint.empty() && fingerprint == used.embedder) {
    return fail(Code::Conflict,
                format("{} is in use: without it nothing is found by meaning", name));
  }
  if (!fingerprint.empty() && fingerprint == used.chat && in_use == api::InUse::Refuse) {
    return fail(Code::Conflict, format("{} is in use. With --restart it is removed, and the core "
                                       "starts again with the next best one",
                                       name));
  }
  TRY(store_->remove(call, name));
  if (const auto gone = platform::remove_file(exam_file(fingerprint)); !gone) {
    log::warn("{}", gone.error().message);
  }
  take_stock(Call{}, models::Store::Touched::Hash);
  return {};
}

std::vector<api::ModelEntry> Shelf::entries(const LateEmbedder& embedder,
                                            const LateChatModel& chat) const {
  std::vector<api::ModelEntry> out;
  const inference::ChatModelInfo chat_info = chat.info();
  const models::Recommendation recommended =
      models::recommend(models::Role::Chat, platform::this_machine());
  const std::scoped_lock lock(mutex_);
  const auto next_chat = best(models::Role::Chat);
  for (const models::Model& model : models_) {
    api::ModelEntry entry = installed_entry(model);
    if (const auto* known = models::find_entry(model.name))
      add_catalogue(entry, *known, recommended);
    if (next_chat && next_chat->model.fingerprint == model.fingerprint) entry.use = "next start";
    if (model.fingerprint == embedder.info().fingerprint) add_status(entry, embedder.status());
    if (model.fingerprint == chat_info.fingerprint) {
      add_status(entry, chat.status());
      entry.exam_score = chat_info.exam_score;
      entry.passed_exam = chat_info.passed_exam;
    } else if (entry.role == "chat") {
      add_stored_exam(entry);
    }
    out.push_back(std::move(entry));
  }
  for (const Expected& expected : expected_) {
    out.push_back(expected_entry(expected.model, expected.installed));
  }
  for (const models::CatalogueEntry& known : models::catalogue()) {
    const bool here =
        std::ranges::find(models_, known.name, &models::Model::name) != models_.end() ||
        std::ranges::any_of(expected_,
                            [&](const Expected& one) { return one.model.name == known.name; });
    if (here) continue;
    out.push_back(absent_entry(known, recommended));
    if (store_ && store_->was_removed(out.back().sha256)) out.back().state = "removed";
  }
  return out;
}

std::filesystem::path Shelf::exam_file(const std::string& fingerprint) const {
  return folder_ / format("exam-{}-v{}.json", fingerprint.substr(0, 16), inference::kExamVersion);
}

std::optional<inference::ExamResult> Shelf::stored_exam(const std::string& fingerprint) const {
  const auto text = platform::read_file(exam_file(fingerprint), 1U << 16U);
  const auto json = text ? Json::parse(*text) : Result<Json>(Json());
  if (!json || json->is_null()) return std::nullopt;
  return inference::ExamResult::from_json(*json);
}

void Shelf::add_stored_exam(api::ModelEntry& entry) const {
  const auto result = stored_exam(entry.sha256);
  if (!result) return;
  entry.exam_score = result->score;
  entry.passed_exam = result->passed;
}

void Shelf::recall_exam(inference::WorkerChatModel& chat) const {
  if (const auto result = stored_exam(chat.info().fingerprint)) {
    chat.set_exam(result->score, result->passed);
  }
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
