#include "storage/vault.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "core/format.h"
#include "platform/clock.h"
#include "platform/random.h"
#include "storage/internal/vault_file.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using crypto::bytes_of;
using crypto::SecretBytes;

class FakeKeychain : public platform::Keychain {
 public:
  Result<std::optional<std::string>> find_secret(const std::string& name) override {
    if (!available) return fail(Code::Unavailable, "no keychain today");
    const auto found = secrets.find(name);
    if (found == secrets.end()) return std::nullopt;
    return found->second;
  }
  Result<void> store(const std::string& name, const std::string&,
                     const std::string& secret) override {
    if (!available) return fail(Code::Unavailable, "no keychain today");
    if (!forgetful) secrets[name] = secret;
    return {};
  }
  Result<void> remove(const std::string& name) override {
    secrets.erase(name);
    return {};
  }

  std::map<std::string, std::string> secrets;
  bool available = true;
  bool forgetful = false;
};

std::function<Result<std::optional<SecretBytes>>()> says(std::string passphrase) {
  return [passphrase]() -> Result<std::optional<SecretBytes>> {
    return SecretBytes::copy_of(bytes_of(passphrase));
  };
}

class VaultFolder : public ::testing::Test {
 protected:
  VaultFolder()
      : root_(fs::temp_directory_path() / format("hearth-vault-{}", platform::random_hex(6))),
        home_(root_ / "home") {
    fs::create_directories(root_);
  }
  ~VaultFolder() override { fs::remove_all(root_); }

  Result<std::unique_ptr<Vault>> open(KeySources keys = {}) const {
    return Vault::open(
        {.home = home_, .keys = std::move(keys), .cost = {.passes = 1, .memory_bytes = 64 << 10}});
  }
  /// A vault with one note in it, closed again.
  void make(KeySources keys = {}) const {
    const auto vault = open(std::move(keys));
    ASSERT_TRUE(vault) << vault.error().message;
    ASSERT_TRUE((*vault)->database().write({}, [](Connection& c) -> Result<void> {
      TRY(c.execute("CREATE TABLE notes (text TEXT)"));
      return c.execute("INSERT INTO notes VALUES ('milk')");
    }));
  }
  static std::int64_t notes(const Vault& vault) {
    std::int64_t count = -1;
    EXPECT_TRUE(vault.database().read({}, [&](Connection& c) -> Result<void> {
      TRY_ASSIGN(auto row, c.prepare("SELECT count(*) FROM notes"));
      TRY(row.step());
      count = row.integer(0);
      return {};
    }));
    return count;
  }
  void expect_intact(KeySources keys = {}) const {
    const auto vault = open(std::move(keys));
    ASSERT_TRUE(vault) << vault.error().message;
    EXPECT_EQ(notes(**vault), 1);
  }
  void expect_refused(KeySources keys, Code code, std::string_view words) const {
    const auto vault = open(std::move(keys));
    ASSERT_FALSE(vault);
    EXPECT_EQ(describe(vault.error().code).name, describe(code).name) << vault.error().message;
    EXPECT_NE(vault.error().message.find(words), std::string::npos) << vault.error().message;
  }
  std::string bytes_of_file(const char* name) const {
    return platform::read_file(home_ / name, 1U << 30U).value_or("(absent)");
  }

  fs::path root_;
  fs::path home_;
  FakeKeychain keychain_;
};

TEST_F(VaultFolder, WithAKeychainNothingInTheFolderOpensIt) {
  make({.keychain = &keychain_});
  EXPECT_EQ(keychain_.secrets.size(), 1U);
  EXPECT_FALSE(fs::exists(home_ / "vault.key"));
  const auto vault = open({.keychain = &keychain_});
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ((*vault)->key_kind(), KeyKind::Keychain);
  EXPECT_TRUE((*vault)->warnings().empty());
  EXPECT_EQ(notes(**vault), 1);
}

TEST_F(VaultFolder, ALostKeychainIsExplainedAndTheVaultStaysAsItIs) {
  make({.keychain = &keychain_});
  keychain_.available = false;
  expect_refused({.keychain = &keychain_}, Code::Unavailable, "unlock it");
  expect_refused({}, Code::Unavailable, "system keychain");
  keychain_.available = true;
  const auto secrets = std::exchange(keychain_.secrets, {});
  expect_refused({.keychain = &keychain_}, Code::NotFound, "restore the keychain");
  keychain_.secrets = secrets;
  keychain_.secrets.begin()->second = crypto::to_base64url(SecretBytes::random(32).view());
  expect_refused({.keychain = &keychain_}, Code::Denied, "does not open");
  keychain_.secrets.begin()->second = "rubbish";
  expect_refused({.keychain = &keychain_}, Code::Corrupt, "cannot be read");
  keychain_.secrets = secrets;
  expect_intact({.keychain = &keychain_});
}

TEST_F(VaultFolder, AKeychainThatForgetsIsNotTrusted) {
  keychain_.forgetful = true;
  make({.keychain = &keychain_, .passphrase = says("correct horse")});
  const auto vault = open({.keychain = &keychain_, .passphrase = says("correct horse")});
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ((*vault)->key_kind(), KeyKind::Passphrase);
}

TEST_F(VaultFolder, WithAPassphraseOnlyThePassphraseOpensIt) {
  make({.passphrase = says("correct horse")});
  EXPECT_FALSE(fs::exists(home_ / "vault.key"));
  const std::string before = bytes_of_file("vault.db");
  expect_refused({.passphrase = says("wrong horse")}, Code::Denied, "passphrase is wrong");
  expect_refused({}, Code::Denied, "HEARTH_PASSPHRASE_FILE");
  expect_refused({.passphrase = says("")}, Code::Invalid, "empty");
  EXPECT_EQ(bytes_of_file("vault.db"), before);
  expect_intact({.passphrase = says("correct horse")});
}

TEST_F(VaultFolder, ThePassphraseMayLieInAFile) {
  std::ofstream(root_ / "words") << "correct horse\r\nsecond line\n";
  const auto environment = [this](const char* name) -> std::optional<std::string> {
    if (std::string_view(name) != "HEARTH_PASSPHRASE_FILE") return std::nullopt;
    return (root_ / "words").string();
  };
  make({.passphrase = passphrase_from_file(environment)});
  expect_intact({.passphrase = says("correct horse")});
  std::ofstream(root_ / "words") << "\n";
  expect_refused({.passphrase = passphrase_from_file(environment)}, Code::Invalid, "no passphrase");
  fs::remove(root_ / "words");
  expect_refused({.passphrase = passphrase_from_file(environment)}, Code::NotFound, "words");
}

TEST_F(VaultFolder, WithoutBothAKeyFileIsMadeAndTheOwnerIsWarned) {
  keychain_.available = false;
  make({.keychain = &keychain_});
  EXPECT_TRUE(platform::is_private(home_ / "vault.key").value());
  const auto vault = open({.keychain = &keychain_});
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ((*vault)->key_kind(), KeyKind::File);
  ASSERT_EQ((*vault)->warnings().size(), 1U);
  EXPECT_NE((*vault)->warnings()[0].find("vault.key"), std::string::npos);
}

TEST_F(VaultFolder, AKeyFileThatIsGoneDamagedOrOpenToAllIsNoticed) {
  make();
  const std::string key = bytes_of_file("vault.key");
  fs::remove(home_ / "vault.key");
  expect_refused({}, Code::NotFound, "key file");
  std::ofstream(home_ / "vault.key") << "short";
  expect_refused({}, Code::Corrupt, "vault.key");
  std::ofstream(home_ / "vault.key") << key;
  ASSERT_EQ(::chmod((home_ / "vault.key").c_str(), 0644), 0);
  const auto vault = open();
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_EQ((*vault)->warnings().size(), 2U);
  EXPECT_TRUE(platform::is_private(home_ / "vault.key").value());
}

TEST_F(VaultFolder, APipeInAFilesPlaceDoesNotHoldTheStart) {
  make();
  for (const char* name : {"vault.key", "vault.json"}) {
    fs::rename(home_ / name, root_ / name);
    ASSERT_EQ(::mkfifo((home_ / name).c_str(), 0600), 0);
    expect_refused({}, Code::Invalid, name);
    fs::rename(root_ / name, home_ / name);
  }
  EXPECT_TRUE(open());
}

TEST_F(VaultFolder, ThePassphraseChangesWithoutTouchingTheData) {
  make();
  {
    const auto vault = open();
    ASSERT_TRUE((*vault)->set_passphrase(bytes_of("first")));
    EXPECT_TRUE((*vault)->warnings().empty());
    EXPECT_FALSE((*vault)->set_passphrase({}));
  }
  EXPECT_FALSE(fs::exists(home_ / "vault.key"));
  const std::string data = bytes_of_file("vault.db");
  {
    const auto vault = open({.passphrase = says("first")});
    ASSERT_TRUE(vault) << vault.error().message;
    ASSERT_TRUE((*vault)->set_passphrase(bytes_of("second")));
  }
  expect_refused({.passphrase = says("first")}, Code::Denied, "wrong");
  EXPECT_EQ(bytes_of_file("vault.json"), bytes_of_file("vault.json.bak"));
  EXPECT_EQ(bytes_of_file("vault.db"), data);
  expect_intact({.passphrase = says("second")});
}

TEST_F(VaultFolder, ASecondCoreIsToldWhoHasTheVault) {
  make();
  const auto first = open();
  ASSERT_TRUE(first);
  expect_refused({}, Code::Busy, format("process {}", ::getpid()));
  EXPECT_EQ(notes(**first), 1);
}

TEST_F(VaultFolder, ADamagedDescriptionSaysHowToRecover) {
  make();
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string(R"({"format":1})")}) {
    std::ofstream(home_ / "vault.json") << text;
    expect_refused({}, Code::Corrupt, "vault.json.bak");
  }
  fs::copy_file(home_ / "vault.json.bak", home_ / "vault.json",
                fs::copy_options::overwrite_existing);
  expect_intact();
}

TEST_F(VaultFolder, AMissingDescriptionIsNotTakenForANewVault) {
  make();
  fs::remove(home_ / "vault.json");
  expect_refused({}, Code::Corrupt, "vault.json.bak");
  fs::copy_file(home_ / "vault.json.bak", home_ / "vault.json");
  expect_intact();
}

TEST_F(VaultFolder, AMissingOrEmptyDatabaseIsNotReplacedByAnEmptyOne) {
  make();
  const std::string description = bytes_of_file("vault.json");
  fs::rename(home_ / "vault.db", root_ / "backup.db");
  expect_refused({}, Code::Corrupt, "to begin anew with an empty vault, remove");
  expect_refused({}, Code::Corrupt, "Put " + (home_ / "vault.db").string() + " back");
  EXPECT_FALSE(fs::exists(home_ / "vault.db"));
  EXPECT_EQ(bytes_of_file("vault.json"), description);
  std::ofstream(home_ / "vault.db").close();
  expect_refused({}, Code::Corrupt, "vault.db is missing or empty");
  EXPECT_EQ(fs::file_size(home_ / "vault.db"), 0U);
  fs::rename(root_ / "backup.db", home_ / "vault.db");
  expect_intact();
}

TEST_F(VaultFolder, WithoutItsDescriptionAndItsDatabaseItBeginsAnew) {
  make();
  fs::remove(home_ / "vault.db");
  fs::remove(home_ / "vault.json");
  const auto vault = open();
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_TRUE((*vault)->database().write({}, [](Connection& c) {
    return c.execute("CREATE TABLE notes (text TEXT)");  // It is not there yet.
  }));
}

// What a first start that was killed leaves: without and with a database.
TEST_F(VaultFolder, ACreationThatWasCutShortIsFinishedByTheNextStart) {
  make();
  fs::rename(home_ / "vault.json", home_ / "vault.json.new");
  fs::remove(home_ / "vault.json.bak");
  expect_intact();
  EXPECT_FALSE(fs::exists(home_ / "vault.json.new"));
  EXPECT_EQ(bytes_of_file("vault.json"), bytes_of_file("vault.json.bak"));
  fs::rename(home_ / "vault.json", home_ / "vault.json.new");
  fs::remove(home_ / "vault.db");
  std::ofstream(home_ / "vault.db").close();
  const auto vault = open();
  ASSERT_TRUE(vault) << vault.error().message;
  EXPECT_TRUE(fs::exists(home_ / "vault.json"));
}

TEST_F(VaultFolder, AVaultOfALaterFormatIsRefused) {
  make();
  std::string text = bytes_of_file("vault.json");
  const auto at = text.find("\"format\": 1");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 11, "\"format\": 2");
  std::ofstream(home_ / "vault.json") << text;
  expect_refused({}, Code::TooNew, "format 2");
}

TEST_F(VaultFolder, ADamagedFirstPageIsCalledDamageAndNotAWrongKey) {
  make();
  {
    std::fstream file(home_ / "vault.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(100);
    file << "damage";
  }
  expect_refused({}, Code::Corrupt, "backups");
}

TEST_F(VaultFolder, IsPrivateAndTightensWhatIsNot) {
  fs::create_directories(home_);
  ASSERT_EQ(::chmod(home_.c_str(), 0755), 0);
  make();
  EXPECT_TRUE(platform::is_private(home_).value());
  for (const auto& entry : fs::recursive_directory_iterator(home_)) {
    EXPECT_TRUE(platform::is_private(entry.path()).value()) << entry.path();
  }
}

TEST_F(VaultFolder, AFileInTheFoldersPlaceIsAConflict) {
  std::ofstream(home_) << "x";
  expect_refused({}, Code::Conflict, "is a file");
}

/// What `body` returns, when run in a child process: empty is success.
template <class Body>
std::string in_child(Body body) {
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) return "no pipe";
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string said = body();
    const bool told = ::write(pipe[1], said.data(), said.size()) >= 0;
    ::_exit(told ? 0 : 1);
  }
  ::close(pipe[1]);
  std::array<char, 512> buffer;
  const ssize_t size = ::read(pipe[0], buffer.data(), buffer.size());
  ::close(pipe[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return "the child died";
  return {buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

constexpr std::string_view kSkipped = "not possible here";

TEST_F(VaultFolder, AFolderThatCannotBeWrittenIsDenied) {
  fs::create_directories(home_);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(home_.c_str(), 65534, 65534), 0);
  }
  ASSERT_EQ(::chmod(home_.c_str(), 0500), 0);
  const std::string said = in_child([&]() -> std::string {
    if (::geteuid() == 0 && ::setresuid(65534, 65534, 65534) != 0) return std::string(kSkipped);
    const auto vault = open();
    if (vault) return "it opened";
    return vault.error().code == Code::Denied ? "" : vault.error().message;
  });
  if (said == kSkipped) GTEST_SKIP() << "cannot become another user here";
  EXPECT_EQ(said, "");
}

/// A failed expectation in a child ends it, and is what the parent reads.
#define CHILD_EXPECT(condition)                                           \
  do {                                                                    \
    if (!(condition)) return format("line {}: {}", __LINE__, #condition); \
  } while (false)

/// A small file system of our own at `folder`, seen by this process alone.
bool mount_small_disk(const fs::path& folder) {
  const int flags = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  return ::unshare(flags) == 0 &&
         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=4m,mode=0700") == 0;
}

TEST_F(VaultFolder, AFullDiskLosesNothingAndGoesOnWhenThereIsRoom) {
  fs::create_directories(home_);
  const std::string said = in_child([&]() -> std::string {
    if (!mount_small_disk(home_)) return std::string(kSkipped);
    {
      std::ofstream(home_ / "reserve") << std::string(1 << 20, 'x');
    }
    auto vault = open();
    CHILD_EXPECT(vault.has_value());
    Database& database = (*vault)->database();
    CHILD_EXPECT(database.write(
        {}, [](Connection& c) { return c.execute("CREATE TABLE notes (text TEXT)"); }));
    std::int64_t committed = 0;
    Result<void> last;
    while (last && committed < 10'000) {
      last = database.write({}, [](Connection& c) -> Result<void> {
        TRY_ASSIGN(auto insert, c.prepare("INSERT INTO notes VALUES (?)"));
        return insert.bind(1, std::string(20'000, 'x')).run();
      });
      committed += last ? 1 : 0;
    }
    CHILD_EXPECT(!last);
    CHILD_EXPECT(last.error().code == Code::Exhausted);
    CHILD_EXPECT(notes(**vault) == committed);
    {
      std::ofstream(home_ / "filler") << std::string(8 << 20, 'x');
    }
    const auto blob = (*vault)->blobs().put(bytes_of(std::string(100'000, 'y')));
    CHILD_EXPECT(!blob && blob.error().code == Code::Exhausted);
    const auto changed = (*vault)->set_passphrase(bytes_of("new"));
    CHILD_EXPECT(!changed && changed.error().code == Code::Exhausted);
    vault->reset();

    // Starting on a full disk may fail, plainly; the data is there when there is room again.
    auto full = open();
    CHILD_EXPECT(full || full.error().code == Code::Exhausted);
    if (full) full->reset();
    fs::remove(home_ / "filler");
    fs::remove(home_ / "reserve");
    auto again = open();
    if (!again) return again.error().message;
    CHILD_EXPECT((*again)->key_kind() == KeyKind::File);
    CHILD_EXPECT(notes(**again) == committed);
    CHILD_EXPECT((*again)->database().check_integrity({}));
    CHILD_EXPECT((*again)->database().write(
        {}, [](Connection& c) { return c.execute("DELETE FROM notes WHERE rowid <= 10"); }));
    CHILD_EXPECT(notes(**again) == committed - 10);
    return "";
  });
  if (said == kSkipped) GTEST_SKIP() << "no small disk can be mounted here";
  EXPECT_EQ(said, "");
}

TEST_F(VaultFolder, KeysForDifferentPurposesDifferAndStay) {
  make();
  const auto key = open().value()->subkey("hearth.tokens");
  const auto vault = open();
  EXPECT_TRUE(crypto::equal_in_constant_time((*vault)->subkey("hearth.tokens").view(), key.view()));
  EXPECT_FALSE(crypto::equal_in_constant_time((*vault)->subkey("hearth.other").view(), key.view()));
  const auto blob = (*vault)->blobs().put(bytes_of("a letter"));
  ASSERT_TRUE(blob) << blob.error().message;
  EXPECT_TRUE((*vault)->blobs().contains(*blob));
}

TEST(VaultFile, EveryFieldSurvivesAndEveryCutIsRefused) {
  internal::VaultFile file{.id = std::string(32, 'a'),
                           .kind = KeyKind::Passphrase,
                           .salt = crypto::random_salt(),
                           .cost = {.passes = 4, .memory_bytes = 1 << 20},
                           .wrapped = crypto::Bytes(72)};
  const std::string json = file.to_json();
  const auto back = internal::VaultFile::from_json(json);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->id, file.id);
  EXPECT_EQ(back->kind, file.kind);
  EXPECT_EQ(back->salt, file.salt);
  EXPECT_EQ(back->cost, file.cost);
  EXPECT_EQ(back->wrapped, file.wrapped);
  for (std::size_t size = 0; size + 2 < json.size(); ++size) {
    const auto cut = internal::VaultFile::from_json(std::string_view(json).substr(0, size));
    ASSERT_FALSE(cut) << size;
    EXPECT_EQ(cut.error().code, Code::Corrupt) << size;
  }
}

}  // namespace
}  // namespace hearth::storage
