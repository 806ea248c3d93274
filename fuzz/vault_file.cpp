// links: storage
// vault.json from a damaged or hostile disk: refused, or read so that it writes back the same.

#include "storage/internal/vault_file.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hearth::storage::internal::VaultFile;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto file = VaultFile::from_json(input);
  if (!file) return 0;
  const auto again = VaultFile::from_json(file->to_json());
  if (!again || again->to_json() != file->to_json()) std::abort();
  return 0;
}
