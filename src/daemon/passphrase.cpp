#include "daemon/passphrase.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "platform/paths.h"
#include "storage/vault.h"

namespace hearth::daemon {
namespace {

constexpr std::size_t kPassphraseBytesMax = 4096;

// The first line of what can be read; the buffer is wiped with the secret.
Result<std::optional<crypto::SecretBytes>> read_line(int fd) {
  crypto::SecretBytes buffer(kPassphraseBytesMax);
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(fd, buffer.bytes().data() + size, 1);
    if (got <= 0 || buffer.bytes()[size] == std::byte{'\n'}) break;
    ++size;
  }
  if (size == 0) return std::nullopt;
  return crypto::SecretBytes::copy_of(buffer.view().first(size));
}

Result<std::optional<crypto::SecretBytes>> ask_on_terminal() {
  if (::isatty(STDIN_FILENO) != 1) return std::nullopt;
  termios before{};
  if (::tcgetattr(STDIN_FILENO, &before) != 0) return std::nullopt;
  termios quiet = before;
  quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  std::fputs("Passphrase of the vault: ", stderr);
  auto secret = read_line(STDIN_FILENO);
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  std::fputs("\n", stderr);
  return secret;
}

}  // namespace

PassphraseSource passphrase_source(int fd, bool ask) {
  return [fd, ask]() -> Result<std::optional<crypto::SecretBytes>> {
    if (fd >= 0) return read_line(fd);
    // Empty when the variable is not set.
    if (const auto from_file = storage::passphrase_from_file(platform::process_environment())) {
      return from_file();
    }
    if (ask) return ask_on_terminal();
    return std::nullopt;
  };
}

}  // namespace hearth::daemon
