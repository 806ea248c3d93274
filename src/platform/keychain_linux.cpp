#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>

#include <libsecret/secret.h>

#include "core/format.h"
#include "platform/keychain.h"

namespace hearth::platform {
namespace {

using namespace std::chrono_literals;

constexpr auto kConnectTimeout = 800ms;
constexpr auto kHeadlessTimeout = 3s;  ///< Nobody can be asked for a password.
constexpr auto kPersonTimeout = 60s;

struct Unreference {
  void operator()(gpointer object) const { g_object_unref(object); }
};
template <class T>
using Ref = std::unique_ptr<T, Unreference>;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

/// Without an address GLib would start a bus of its own, or wait for a display: never that.
bool session_bus_exists() {
  if (const auto address = variable("DBUS_SESSION_BUS_ADDRESS")) {
    return !address->starts_with("autolaunch:") && *address != "disabled:";
  }
  std::error_code error;
  const auto runtime = variable("XDG_RUNTIME_DIR");
  return runtime && std::filesystem::exists(std::filesystem::path(*runtime) / "bus", error);
}

bool a_person_can_be_asked() { return variable("DISPLAY") || variable("WAYLAND_DISPLAY"); }

std::unexpected<Error> unavailable(std::string_view why) {
  return fail(Code::Unavailable, format("the system keychain is not available: {}", why));
}

/// Runs GLib's asynchronous calls on this thread, in an event loop of their own, each with a time
/// limit.
class Loop {
 public:
  Loop() : context_(g_main_context_new()) { g_main_context_push_thread_default(context_); }
  ~Loop() {
    // What was released in this loop frees its subscriptions here.
    while (g_main_context_iteration(context_, FALSE) != FALSE) {
    }
    g_main_context_pop_thread_default(context_);
    g_main_context_unref(context_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  using Start = std::function<void(GCancellable*, GAsyncReadyCallback, gpointer)>;
  /// The result of the call that `start` starts. When time is over the call is cancelled, and
  /// answers so; null when it does not even do that.
  Ref<GAsyncResult> run(std::chrono::milliseconds timeout, const Start& start) {
    // Shared with the callback, which GLib may make after we have given up.
    auto waiting = std::make_shared<Waiting>();
    Ref<GCancellable> cancellable(g_cancellable_new());
    start(cancellable.get(), &Loop::on_ready,
          std::make_unique<std::shared_ptr<Waiting>>(waiting).release());
    if (!iterate_until(*waiting, timeout)) {
      g_cancellable_cancel(cancellable.get());
      iterate_until(*waiting, 200ms);
    }
    return std::move(waiting->result);
  }

 private:
  struct Waiting {
    Ref<GAsyncResult> result;
  };

  static void on_ready(GObject*, GAsyncResult* result, gpointer data) {
    const std::unique_ptr<std::shared_ptr<Waiting>> waiting(
        static_cast<std::shared_ptr<Waiting>*>(data));
    g_object_ref(result);
    (*waiting)->result.reset(result);
  }

  static gboolean on_timeout(gpointer expired) {
    *static_cast<bool*>(expired) = true;
    return G_SOURCE_REMOVE;
  }

  bool iterate_until(const Waiting& waiting, std::chrono::milliseconds timeout) {
    bool expired = false;
    GSource* timer = g_timeout_source_new(static_cast<guint>(timeout.count()));
    g_source_set_callback(timer, &Loop::on_timeout, &expired, nullptr);
    g_source_attach(timer, context_);
    while (!waiting.result && !expired) g_main_context_iteration(context_, TRUE);
    g_source_destroy(timer);
    g_source_unref(timer);
    return waiting.result != nullptr;
  }

  GMainContext* context_;
};

/// Owns what a failed GLib call says.
class GlibError {
 public:
  ~GlibError() { g_clear_error(&error_); }
  GError** out() { return &error_; }
  [[nodiscard]] std::string_view message() const {
    return error_ != nullptr ? error_->message : "no answer in time";
  }
  explicit operator bool() const { return error_ != nullptr; }

 private:
  GError* error_ = nullptr;
};

const SecretSchema& schema() {
  static const SecretSchema value = {.name = "hearth.Vault",
                                     .flags = SECRET_SCHEMA_NONE,
                                     .attributes = {{"name", SECRET_SCHEMA_ATTRIBUTE_STRING}}};
  return value;
}

struct ReleaseTable {
  void operator()(GHashTable* table) const { g_hash_table_unref(table); }
};
using Attributes = std::unique_ptr<GHashTable, ReleaseTable>;

Attributes attributes_of(const std::string& name) {
  Attributes table(g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free));
  g_hash_table_insert(table.get(), g_strdup("name"), g_strdup(name.c_str()));
  return table;
}

/// One connection to the keychain, for one call.
class Session {
 public:
  static Result<std::unique_ptr<Session>> open() {
    if (!session_bus_exists()) return unavailable("there is no D-Bus session");
    std::unique_ptr<Session> session(new Session);
    auto result = session->loop_.run(kConnectTimeout / 2, [](auto* stop, auto ready, auto data) {
      g_bus_get(G_BUS_TYPE_SESSION, stop, ready, data);
    });
    GlibError error;
    if (result) session->bus_.reset(g_bus_get_finish(result.get(), error.out()));
    if (!session->bus_) return unavailable(error.message());
    // GLib would end this process together with the desktop session.
    g_dbus_connection_set_exit_on_close(session->bus_.get(), FALSE);
    result = session->loop_.run(kConnectTimeout / 2, [](auto* stop, auto ready, auto data) {
      secret_service_open(SECRET_TYPE_SERVICE, nullptr, SECRET_SERVICE_OPEN_SESSION, stop, ready,
                          data);
    });
    if (result) session->service_.reset(secret_service_open_finish(result.get(), error.out()));
    if (!session->service_) return unavailable(error.message());
    return session;
  }

  Result<std::optional<std::string>> find_secret(const std::string& name) {
    const Attributes attributes = attributes_of(name);
    const auto result = loop_.run(timeout(), [&](auto* stop, auto ready, auto data) {
      secret_service_lookup(service_.get(), &schema(), attributes.get(), stop, ready, data);
    });
    if (!result) return unavailable("no answer in time");
    GlibError error;
    SecretValue* value = secret_service_lookup_finish(service_.get(), result.get(), error.out());
    if (error) return unavailable(error.message());
    if (value == nullptr) return std::nullopt;
    const char* text = secret_value_get_text(value);
    std::optional<std::string> secret;
    if (text != nullptr) secret = text;
    secret_value_unref(value);
    return secret;
  }

  Result<void> store(const std::string& name, const std::string& label, const std::string& secret) {
    const Attributes attributes = attributes_of(name);
    SecretValue* value =
        secret_value_new(secret.data(), static_cast<gssize>(secret.size()), "text/plain");
    const auto result = loop_.run(timeout(), [&](auto* stop, auto ready, auto data) {
      secret_service_store(service_.get(), &schema(), attributes.get(), SECRET_COLLECTION_DEFAULT,
                           label.c_str(), value, stop, ready, data);
    });
    secret_value_unref(value);
    if (!result) return unavailable("no answer in time");
    GlibError error;
    const bool stored =
        secret_service_store_finish(service_.get(), result.get(), error.out()) != FALSE;
    if (error) return unavailable(error.message());
    if (!stored) return fail(Code::Denied, "the system keychain refused to store the key");
    return {};
  }

  Result<void> remove(const std::string& name) {
    const Attributes attributes = attributes_of(name);
    const auto result = loop_.run(timeout(), [&](auto* stop, auto ready, auto data) {
      secret_service_clear(service_.get(), &schema(), attributes.get(), stop, ready, data);
    });
    if (!result) return unavailable("no answer in time");
    GlibError error;
    secret_service_clear_finish(service_.get(), result.get(), error.out());
    if (error) return unavailable(error.message());
    return {};
  }

 private:
  Session() = default;
  static std::chrono::milliseconds timeout() {
    return a_person_can_be_asked() ? std::chrono::milliseconds(kPersonTimeout) : kHeadlessTimeout;
  }

  // The loop outlives what was made in it.
  Loop loop_;
  Ref<GDBusConnection> bus_;
  Ref<SecretService> service_;
};

class SecretServiceKeychain : public Keychain {
 public:
  Result<std::optional<std::string>> find_secret(const std::string& name) override {
    TRY_ASSIGN(const auto session, Session::open());
    return session->find_secret(name);
  }
  Result<void> store(const std::string& name, const std::string& label,
                     const std::string& secret) override {
    TRY_ASSIGN(const auto session, Session::open());
    return session->store(name, label, secret);
  }
  Result<void> remove(const std::string& name) override {
    TRY_ASSIGN(const auto session, Session::open());
    return session->remove(name);
  }
};

}  // namespace

std::unique_ptr<Keychain> system_keychain() { return std::make_unique<SecretServiceKeychain>(); }

}  // namespace hearth::platform
