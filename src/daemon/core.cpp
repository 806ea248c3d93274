#include "daemon/core.h"

#include <unistd.h>

#include <thread>

#include "answer/answerer.h"
#include "api/server.h"
#include "core/format.h"
#include "core/log.h"
#include "daemon/doctor.h"
#include "daemon/late_chat_model.h"
#include "daemon/late_embedder.h"
#include "daemon/shelf.h"
#include "ingest/library.h"
#include "platform/file.h"
#include "platform/machine.h"
#include "search/index.h"
#include "storage/vault.h"

namespace hearth::daemon {
namespace {

constexpr std::uint16_t kDefaultPort = 4527;
constexpr std::uint16_t kPortTries = 20;
constexpr std::chrono::milliseconds kPatience{2000};

}  // namespace

// Members are destroyed from the last to the first: nobody outlives what it borrows.
struct Core::Parts {
  const platform::Clock& clock;
  CoreOptions options;
  std::int64_t started_ms = 0;
  std::unique_ptr<platform::Keychain> keychain;
  std::unique_ptr<storage::Vault> vault;
  std::unique_ptr<Shelf> shelf;
  inference::Attention attention;
  LateEmbedder embedder;
  LateChatModel chat;
  std::unique_ptr<search::Index> index;
  std::unique_ptr<ingest::Library> library;
  std::unique_ptr<answer::Answerer> answerer;
  std::unique_ptr<api::Backend> backend;
  std::unique_ptr<api::TokenStore> tokens;
  std::unique_ptr<api::ApiServer> server;
  std::string address;  // Constant once the server is up.
  std::atomic<std::uint16_t> page_port = 0;
  bool embedder_warmed = false;  // Of the lane `warm`.
  std::jthread warm;             // Checks and loads models behind the running API.

  Parts(const CoreOptions& o, const platform::Clock& c) : clock(c), options(o) {}
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  ~Parts() {
    // A half-started or ended core stops in this order; later members use earlier ones.
    warm = {};
    if (server) server->stop(kPatience);
  }

  Result<void> open_vault() {
    if (options.use_keychain) keychain = platform::system_keychain();
    storage::Vault::Options vault_options;
    vault_options.home = options.home;
    vault_options.keys.keychain = keychain.get();
    vault_options.keys.passphrase = options.passphrase;
    TRY_ASSIGN(vault, storage::Vault::open(vault_options));
    for (const std::string& warning : vault->warnings()) log::warn("{}", warning);
    return {};
  }

  [[nodiscard]] inference::WorkerOptions worker_options() const {
    return {.program = (options.programs / "hearth-worker").string(),
            .cores = platform::this_machine().cores};
  }

  void open_models() {
    shelf = Shelf::open(options.home / "models");
    use_models();
  }

  // What is settled runs from here on; what is only expected is shown by its name.
  void use_models() {
    const auto model_of = [](const std::optional<Shelf::Choice>& choice) {
      return choice ? std::optional(choice->model) : std::nullopt;
    };
    if (!embedder.is_bound()) {
      const auto choice = shelf->find(models::Role::Embedder);
      auto model = std::make_unique<inference::WorkerEmbedder>(worker_options(), model_of(choice),
                                                               attention);
      choice && !choice->settled ? embedder.expect(std::move(model))
                                 : embedder.bind(std::move(model));
    }
    if (!chat.is_bound()) {
      const auto choice = shelf->find(models::Role::Chat);
      auto model = std::make_unique<inference::WorkerChatModel>(worker_options(), model_of(choice),
                                                                attention);
      shelf->recall_exam(*model);
      choice && !choice->settled ? chat.expect(std::move(model)) : chat.bind(std::move(model));
    }
  }

  Result<void> open_knowledge() {
    TRY_ASSIGN(index, search::Index::open(vault->database(), embedder));
    ingest::Library::Options library_options;
    library_options.extractor = options.programs / "hearth-extract";
    library_options.never = {options.home};
    TRY_ASSIGN(library, ingest::Library::open(vault->database(), *index, clock, library_options));
    TRY_ASSIGN(answerer,
               answer::Answerer::open({vault->database(), *index, embedder, chat, clock}));
    return {};
  }

  // Empty when the page is where people expect it.
  [[nodiscard]] std::string port_note() const {
    const std::uint16_t port = page_port;
    if (port == 0 || options.port > 0 || port == kDefaultPort) return {};
    return format("port {} belongs to another program; the page is at port {}", kDefaultPort, port);
  }

  [[nodiscard]] api::CoreState state() const {
    api::CoreState now;
    now.version = HEARTH_VERSION;
    now.home = options.home.string();
    now.address = address;
    now.started_ms = started_ms;
    now.embedder_state = embedder.state();
    now.chat_state = chat.state();
    now.key = std::string(storage::name(vault->key_kind()));
    now.notes = vault->warnings();
    if (std::string other = port_note(); !other.empty()) now.notes.push_back(std::move(other));
    for (const std::string& problem : shelf->problems()) now.notes.push_back(problem);
    if (std::string checking = shelf->checking(); !checking.empty()) {
      now.notes.push_back(std::move(checking));
    }
    return now;
  }

  Result<api::ModelEntry> import_model(const Call& call, const std::filesystem::path& path,
                                       const models::OnImport& on_progress) {
    const auto try_out = [&](const models::Model& model) {
      if (on_progress) on_progress({"loading", 0, model.bytes});
      inference::WorkerChatModel trial(worker_options(), model, attention);
      return trial.warm_up(call);
    };
    TRY_ASSIGN(const models::Model model, shelf->import(call, path, on_progress, try_out));
    for (api::ModelEntry& entry : shelf->entries(embedder, chat)) {
      if (entry.sha256 == model.fingerprint) return std::move(entry);
    }
    return fail(Code::Internal, "the model was taken in and is gone");
  }

  Result<void> remove_model(const Call& call, std::string_view name, api::InUse in_use) {
    return shelf->remove(call, name, {embedder.info().fingerprint, chat.info().fingerprint},
                         in_use);
  }

  Result<std::vector<api::DoctorCheck>> doctor(const Call& call) const {
    return examine(call, Patient{.vault = *vault,
                                 .library = *library,
                                 .index = *index,
                                 .embedder = embedder,
                                 .chat = chat,
                                 .programs = options.programs,
                                 .address = address,
                                 .port_note = port_note(),
                                 .model_problems = shelf->problems(),
                                 .model_checking = shelf->checking()});
  }

  Result<void> listen(std::function<void()> shut_down) {
    TRY(platform::ensure_private_folder(vault->run_folder()));
    TRY_ASSIGN(std::string owner_token, api::ensure_owner_token(vault->run_folder() / "token"));
    tokens = std::make_unique<api::TokenStore>(vault->database());
    backend = api::live_backend(
        {.library = *library,
         .index = *index,
         .answerer = *answerer,
         .embedder = embedder,
         .chat = chat,
         .state = [this] { return state(); },
         .models = [this](const Call&) { return shelf->entries(embedder, chat); },
         .import_model =
             [this](const Call& call, const std::filesystem::path& path,
                    const models::OnImport& on_progress) {
               return import_model(call, path, on_progress);
             },
         .remove_model = [this](const Call& call, std::string_view name,
                                api::InUse in_use) { return remove_model(call, name, in_use); },
         .doctor = [this](const Call& call) { return doctor(call); },
         .shut_down = std::move(shut_down)});
    api::ApiServer::Options server_options;
    server_options.net.socket = vault->run_folder() / "hearth.sock";
    server_options.net.port =
        options.port > 0 ? static_cast<std::uint16_t>(options.port) : kDefaultPort;
    server_options.net.port_tries = options.port > 0 ? 1 : kPortTries;
    server_options.gate.owner_token = std::move(owner_token);
    server_options.gate.owner_uid = ::geteuid();
    TRY_ASSIGN(server, api::ApiServer::start(server_options, *backend, *tokens, clock));
    address = format("http://127.0.0.1:{}", server->port());
    page_port = server->port();
    return platform::write_file_atomically(vault->run_folder() / "address", address + "\n",
                                           platform::Access::Private);
  }

  // The first question must not wait for the embedder.
  void warm_embedder(const Call& call) {
    if (!embedder.is_bound() || embedder_warmed) return;
    embedder_warmed = true;
    if (const auto warmed = embedder.warm_up(call); !warmed && !call.stop.stop_requested()) {
      log::warn("the embedder did not start: {}", warmed.error().message);
    }
  }

  // Checks what is new, then starts what is used; the exam is sat once per model.
  void warm_models(const std::stop_token& stop) {
    Call call;
    call.stop = stop;
    warm_embedder(call);
    shelf->settle(call, [&] {
      use_models();
      warm_embedder(call);
    });
    if (!options.sit_exam || !chat.bound()) return;
    // The exam wants the whole processor for minutes: a person's first files come before it.
    if (library->wait_idle(call) && index->wait_embedded(call)) shelf->examine(call, *chat.bound());
  }
};

Core::~Core() = default;

Result<std::unique_ptr<Core>> Core::start(const CoreOptions& options,
                                          const platform::Clock& clock) {
  std::unique_ptr<Core> core(new Core());
  core->parts_ = std::make_unique<Parts>(options, clock);
  Parts& parts = *core->parts_;
  parts.started_ms = clock.wall_ms();
  TRY(parts.open_vault());
  parts.open_models();
  TRY(parts.open_knowledge());
  TRY(parts.listen([raw = core.get()] { raw->request_shutdown(); }));
  parts.warm = std::jthread([&parts](const std::stop_token& stop) { parts.warm_models(stop); });
  return core;
}

void Core::wait() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return ending_; });
}

void Core::request_shutdown() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ended_.notify_all();
}

std::string Core::address() const { return parts_->address; }

}  // namespace hearth::daemon
