#include "api/gate.h"

#include <algorithm>
#include <array>

#include "core/format.h"
#include "core/log.h"
#include "core/text.h"
#include "crypto/bytes.h"
#include "platform/random.h"

namespace hearth::api {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kCodesMax = 8;
constexpr std::size_t kSpentMax = 64;
constexpr std::size_t kFailuresMax = 20;
constexpr std::int64_t kFailureWindowMs = 60'000;
constexpr std::size_t kSessionsMax = 64;

std::string new_secret() {
  std::array<std::byte, kSecretBytes> bytes{};
  platform::fill_random(bytes);
  std::string secret = crypto::to_base64url(bytes);
  crypto::wipe(bytes);
  return secret;
}

bool same(const crypto::Hash& a, const crypto::Hash& b) {
  return crypto::equal_in_constant_time(a, b);
}

/// What is kept of a session. The secrets are base64url, so the dot belongs to neither.
crypto::Hash session_hash(std::string_view cookie, std::string_view key) {
  return crypto::hash(format("{}.{}", cookie, key));
}

/// Of a request's session; nothing when a half of it is missing.
std::optional<crypto::Hash> session_of(const net::Request& request) {
  const std::string_view secret = cookie(request, Gate::kCookie);
  const std::string_view key = request.headers.find(Gate::kKeyHeader).value_or("");
  if (secret.empty() || key.empty()) return std::nullopt;
  return session_hash(secret, key);
}

bool names_us(std::string_view host, std::uint16_t port) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (net::equal_ignoring_case(host, format("{}:{}", name, port))) return true;
  }
  return false;
}

}  // namespace

bool Caller::may(std::string_view scope) const {
  if (kind == Kind::Nobody) return false;
  if (kind != Kind::Client) return true;
  return std::ranges::count(text::split(scopes, ' '), scope) > 0;
}

Principal Caller::principal() const {
  if (kind == Kind::Client) return {Principal::Kind::Client, name};
  return {Principal::Kind::Owner, {}};
}

std::string_view cookie(const net::Request& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (!net::equal_ignoring_case(field, "Cookie")) continue;
    for (const std::string_view part : text::split(value, ';')) {
      const std::string_view pair = text::trim(part);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
        return pair.substr(equals + 1);
      }
    }
  }
  return {};
}

Gate::Gate(Options options, TokenStore& store, const platform::Clock& clock)
    : options_(std::move(options)),
      owner_hash_(crypto::hash(options_.owner_token)),
      store_(store),
      clock_(clock) {}

Result<std::unique_ptr<Gate>> Gate::open(Options options, TokenStore& store,
                                         const platform::Clock& clock) {
  std::unique_ptr<Gate> gate(new Gate(std::move(options), store, clock));
  TRY_ASSIGN(gate->tokens_, store.tokens());
  TRY_ASSIGN(gate->sessions_, store.sessions(clock.wall_ms()));
  return gate;
}

Result<void> Gate::check_address(const net::Request& request) const {
  if (request.peer.kind == net::Peer::Kind::Unix) return {};
  const std::uint16_t port = request.peer.local_port;
  const std::string_view host = request.headers.find("Host").value_or("");
  if (request.headers.count("Host") > 1 || !names_us(host, port)) {
    return fail(Code::Denied,
                format("the Host header must be 127.0.0.1:{0} or localhost:{0}", port));
  }
  if (const auto origin = request.headers.find("Origin")) {
    // Another of our names is another page: a program may hold a port on one address alone.
    if (request.headers.count("Origin") > 1 ||
        !net::equal_ignoring_case(*origin, format("http://{}", host))) {
      return fail(Code::Denied, "requests from other pages are not accepted");
    }
  }
  // A link from elsewhere may open the page itself; everything else must come from it.
  const auto site = request.headers.find("Sec-Fetch-Site");
  const auto mode = request.headers.find("Sec-Fetch-Mode");
  if (site && *site != "same-origin" && *site != "none" && mode != "navigate") {
    return fail(Code::Denied, "requests from other pages are not accepted");
  }
  return {};
}

bool Gate::too_many_failures() {
  const std::int64_t since = clock_.wall_ms() - kFailureWindowMs;
  while (!failures_ms_.empty() && failures_ms_.front() <= since) failures_ms_.pop_front();
  return failures_ms_.size() >= kFailuresMax;
}

Gate::Identity Gate::failed(Refusal refusal) {
  if (too_many_failures()) return {.refusal = Refusal::TooManyFailures};
  failures_ms_.push_back(clock_.wall_ms());
  return {.refusal = refusal};
}

Gate::Identity Gate::identify_bearer(std::string_view token) {
  const crypto::Hash hash = crypto::hash(token);
  if (!options_.owner_token.empty() && same(hash, owner_hash_)) {
    return {.caller = {.kind = Caller::Kind::Owner}};
  }
  const std::scoped_lock lock(mutex_);
  const StoredToken* found = nullptr;
  for (const StoredToken& stored : tokens_) {
    if (same(hash, stored.hash)) found = &stored;
  }
  // A right token always passes, so that nobody locks the owner's programs out by guessing.
  if (!found) return failed(Refusal::WrongCredential);
  return {.caller = {Caller::Kind::Client, found->name, found->scopes}};
}

Gate::Identity Gate::identify(const net::Request& request) {
  if (request.peer.kind == net::Peer::Kind::Unix) {
    if (request.peer.uid == options_.owner_uid) return {.caller = {.kind = Caller::Kind::Owner}};
    return {.refusal = Refusal::WrongUser};
  }
  if (const auto authorization = request.headers.find("Authorization")) {
    constexpr std::string_view kScheme = "Bearer ";
    if (request.headers.count("Authorization") == 1 && authorization->size() > kScheme.size() &&
        net::equal_ignoring_case(authorization->substr(0, kScheme.size()), kScheme)) {
      return identify_bearer(text::trim(authorization->substr(kScheme.size())));
    }
    const std::scoped_lock lock(mutex_);
    return failed(Refusal::WrongCredential);
  }
  const auto hash = session_of(request);
  if (!hash) return {.refusal = Refusal::NoCredential};
  const std::int64_t now = clock_.wall_ms();
  const std::scoped_lock lock(mutex_);
  bool found = false;
  for (const StoredSession& session : sessions_) {
    if (same(*hash, session.hash) && session.expires_ms > now) found = true;
  }
  // An old cookie is no attack: the page asks for a new sign-in.
  if (!found) return {.refusal = Refusal::NoCredential};
  return {.caller = {.kind = Caller::Kind::Session}};
}

std::string Gate::new_code() {
  std::string code = new_secret().substr(0, 22);
  const std::scoped_lock lock(mutex_);
  codes_.push_back({crypto::hash(code), clock_.wall_ms() + kCodeMs});
  if (codes_.size() > kCodesMax) codes_.pop_front();
  return code;
}

void Gate::note_spent(const crypto::Hash& hash, bool refused) {
  const std::scoped_lock lock(mutex_);
  for (SpentCode& spent : spent_) {
    if (same(spent.hash, hash)) spent.refused = refused;
  }
}

Result<void> Gate::spend(const crypto::Hash& hash) {
  const std::int64_t now = clock_.wall_ms();
  const std::scoped_lock lock(mutex_);
  std::erase_if(codes_, [now](const SignInCode& c) { return c.expires_ms <= now; });
  if (std::erase_if(codes_, [&hash](const SignInCode& c) { return same(c.hash, hash); }) > 0) {
    spent_.push_back({.hash = hash});
    if (spent_.size() > kSpentMax) spent_.pop_front();
    return {};
  }
  for (const SpentCode& spent : spent_) {
    if (!same(spent.hash, hash)) continue;
    if (spent.refused) {
      return fail(Code::Denied,
                  "another user of this machine showed this code first and was refused; "
                  "`hearth open` makes a new one");
    }
    return fail(Code::Denied,
                "the code was used already; `hearth open` makes a new one. If that was not you, "
                "sign every browser out: hearth token --sign-out");
  }
  if (too_many_failures()) return fail(Code::Busy, "too many failures; wait a minute");
  failures_ms_.push_back(now);
  return fail(Code::Denied, "the code is wrong or too old; `hearth open` makes a new one");
}

Result<Gate::Session> Gate::redeem(std::string_view code, const net::Peer& peer) {
  const crypto::Hash hash = crypto::hash(code);
  TRY(spend(hash));
  const auto uid = options_.peer_owner(peer);
  if (uid != options_.owner_uid) {
    note_spent(hash, true);
    log::warn("a one-time code was shown by {} and refused",
              uid ? format("user {}", *uid) : std::string("a user who could not be told"));
    return fail(Code::Denied,
                "this code is for the user who runs Hearth, and that this connection is theirs "
                "could not be seen; `hearth open` makes a new one");
  }
  const std::int64_t now = clock_.wall_ms();
  Session secrets{.cookie = new_secret(), .key = new_secret()};
  const StoredSession session{session_hash(secrets.cookie, secrets.key), now, now + kSessionMs};
  TRY(store_.add(session));
  std::optional<crypto::Hash> oldest;
  {
    const std::scoped_lock lock(mutex_);
    sessions_.push_back(session);
    if (sessions_.size() > kSessionsMax) {
      oldest = sessions_.front().hash;
      sessions_.erase(sessions_.begin());
    }
  }
  if (oldest) TRY(store_.remove_session(*oldest));
  return secrets;
}

Result<void> Gate::end_session(const net::Request& request) {
  const auto hash = session_of(request);
  if (!hash) return {};
  TRY(store_.remove_session(*hash));
  const std::scoped_lock lock(mutex_);
  std::erase_if(sessions_, [&hash](const StoredSession& s) { return same(s.hash, *hash); });
  return {};
}

Result<void> Gate::end_all_sessions() {
  TRY(store_.remove_all_sessions());
  const std::scoped_lock lock(mutex_);
  sessions_.clear();
  return {};
}

Result<std::string> Gate::add_token(std::string_view name, std::string_view scopes) {
  {
    const std::scoped_lock lock(mutex_);
    if (std::ranges::count(tokens_, name, &StoredToken::name) > 0) {
      return fail(Code::Conflict, format("there is a token named {} already", name));
    }
  }
  std::string token = "hearth-" + new_secret();
  const StoredToken stored{std::string(name), crypto::hash(token), clock_.wall_ms(),
                           std::string(scopes)};
  TRY(store_.add(stored));
  const std::scoped_lock lock(mutex_);
  tokens_.push_back(stored);
  return token;
}

Result<void> Gate::remove_token(std::string_view name) {
  TRY(store_.remove_token(name));
  const std::scoped_lock lock(mutex_);
  std::erase_if(tokens_, [name](const StoredToken& t) { return t.name == name; });
  return {};
}

std::vector<StoredToken> Gate::tokens() const {
  const std::scoped_lock lock(mutex_);
  return tokens_;
}

}  // namespace hearth::api
