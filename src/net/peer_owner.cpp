#include "net/peer_owner.h"

#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/format.h"
#include "core/text.h"

namespace hearth::net {
namespace {

// In other states the program may have closed its end already; the kernel then shows 0 for the
// owner, which is root's number.
constexpr std::string_view kEstablished = "01";
constexpr std::size_t kMappedPrefix = 12;

/// "0100007F:11AF": the address as the machine's words, the port as a number.
std::string end_of(const Address& address, std::uint16_t port, std::size_t first_byte) {
  std::string shown;
  for (std::size_t i = first_byte; i < address.size(); i += sizeof(std::uint32_t)) {
    std::uint32_t word = 0;
    std::memcpy(&word, address.data() + i, sizeof word);
    shown += format("{:08X}", word);
  }
  return format("{}:{:04X}", shown, port);
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : text::split(line, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::optional<std::uint32_t> number(std::string_view word) {
  std::uint32_t value = 0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || stop != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::uint32_t> peer_owner_in(std::string_view table, const Peer& peer) {
  // A table of IPv4 has the last four bytes alone.
  for (const std::size_t first_byte : {std::size_t{0}, kMappedPrefix}) {
    const std::string theirs = end_of(peer.remote_address, peer.remote_port, first_byte);
    const std::string ours = end_of(peer.local_address, peer.local_port, first_byte);
    for (const std::string_view line : text::split(table, '\n')) {
      if (line.find(theirs) == std::string_view::npos) continue;
      const auto words = words_of(line);
      if (words.size() > 7 && words[1] == theirs && words[2] == ours && words[3] == kEstablished) {
        return number(words[7]);
      }
    }
  }
  return std::nullopt;
}

std::optional<std::uint32_t> peer_owner(const Peer& peer) {
  if (peer.kind == Peer::Kind::Unix) return peer.uid;
  // A program may reach an IPv4 address through an IPv6 socket; it is in the other table then.
  for (const char* path : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    std::ostringstream table;
    table << std::ifstream(path).rdbuf();
    if (const auto uid = peer_owner_in(table.str(), peer)) return uid;
  }
  return std::nullopt;
}

}  // namespace hearth::net
