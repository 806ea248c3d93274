/// Who may come in: hosts, origins, tokens, one-time codes, sessions.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/token_store.h"
#include "core/call.h"
#include "core/result.h"
#include "net/http.h"
#include "net/peer_owner.h"
#include "platform/clock.h"

namespace hearth::api {

/// Whom a route lets in. `Session` is anybody who is known; `Owner` is the person: by the socket,
/// the owner's token or the signed-in page, and never a client token.
enum class Access { Public, Session, Owner };

/// What a client token may do: read everything in the library, keep conversations of its own, use
/// the models. What the library holds is the owner's to say. The owner and the page may do all.
inline constexpr std::string_view kScopeRead = "library.read";
inline constexpr std::string_view kScopeWrite = "library.write";
inline constexpr std::string_view kScopeModel = "model.use";

struct Caller {
  enum class Kind { Nobody, Owner, Session, Client };
  Kind kind = Kind::Nobody;
  std::string name;    ///< A client token's.
  std::string scopes;  ///< Space-separated, for a client token.
  [[nodiscard]] bool may(std::string_view scope) const;
  [[nodiscard]] Principal principal() const;
};

/// Decides who a request comes from. Everything that decides is in memory, as hashes; the store
/// makes it last.
///
/// Threads: any. `check_address` and `identify` never block on the disk.
/// Errors: Denied (403), and through `identify` the ways a credential can be wrong.
class Gate {
 public:
  struct Options {
    std::string owner_token;      ///< What `$HEARTH_HOME/run/token` holds; empty: none works.
    std::uint32_t owner_uid = 0;  ///< Who may use the Unix socket and spend one-time codes.
    /// Which user is at the other end; nobody who cannot be told is let in by a code.
    std::function<std::optional<std::uint32_t>(const net::Peer&)> peer_owner = net::peer_owner;
  };

  /// `store` and `clock` must outlive the gate.
  [[nodiscard]] static Result<std::unique_ptr<Gate>> open(Options options, TokenStore& store,
                                                          const platform::Clock& clock);

  /// Refuses loopback requests for a foreign host (DNS rebinding) or from a foreign page.
  [[nodiscard]] Result<void> check_address(const net::Request& request) const;

  /// Why nobody was recognised.
  enum class Refusal { None, NoCredential, WrongCredential, WrongUser, TooManyFailures };
  struct Identity {
    Caller caller;
    Refusal refusal = Refusal::None;
  };
  [[nodiscard]] Identity identify(const net::Request& request);

  /// A code for one sign-in, valid for two minutes. Only the newest eight count.
  [[nodiscard]] std::string new_code();
  /// A browser's session has two halves. The cookie goes to every port of this machine, because
  /// browsers tell ports apart in pages but not in cookies; the key stays in the page, which only
  /// this port can read, and comes in the header `X-Hearth`. Neither half opens anything alone.
  struct Session {
    std::string cookie;
    std::string key;
  };
  /// Spends a code, whoever shows it; only the owner's own programs get a session for it. A code
  /// travels in the arguments of the program that opens the browser, where every user of the
  /// machine can read it. Denied.
  [[nodiscard]] Result<Session> redeem(std::string_view code, const net::Peer& peer);
  [[nodiscard]] Result<void> end_session(const net::Request& request);
  /// Signs every browser out.
  [[nodiscard]] Result<void> end_all_sessions();

  /// The token itself: shown once, kept as a hash.
  [[nodiscard]] Result<std::string> add_token(std::string_view name, std::string_view scopes);
  [[nodiscard]] Result<void> remove_token(std::string_view name);
  [[nodiscard]] std::vector<StoredToken> tokens() const;

  static constexpr std::string_view kCookie = "hearth_session";
  static constexpr std::string_view kKeyHeader = "X-Hearth";
  static constexpr std::int64_t kSessionMs = 30LL * 24 * 3600 * 1000;
  static constexpr std::int64_t kCodeMs = 2LL * 60 * 1000;

 private:
  struct SignInCode {
    crypto::Hash hash{};
    std::int64_t expires_ms = 0;
  };
  /// A code that was shown; kept so that a second showing can be told from a guess.
  struct SpentCode {
    crypto::Hash hash{};
    bool refused = false;  ///< It was not the owner who showed it.
  };
  Gate(Options options, TokenStore& store, const platform::Clock& clock);
  [[nodiscard]] Identity identify_bearer(std::string_view token);
  [[nodiscard]] Identity failed(Refusal refusal);
  [[nodiscard]] bool too_many_failures();
  /// Takes the code out; Denied when it is not there. Not under the mutex.
  [[nodiscard]] Result<void> spend(const crypto::Hash& hash);
  void note_spent(const crypto::Hash& hash, bool refused);

  const Options options_;
  const crypto::Hash owner_hash_;
  TokenStore& store_;
  const platform::Clock& clock_;

  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::vector<StoredToken> tokens_;
  std::vector<StoredSession> sessions_;
  std::deque<SignInCode> codes_;
  std::deque<SpentCode> spent_;
  std::deque<std::int64_t> failures_ms_;
};

/// The value of cookie `name` in a request; empty when there is none.
[[nodiscard]] std::string_view cookie(const net::Request& request, std::string_view name);

}  // namespace hearth::api
