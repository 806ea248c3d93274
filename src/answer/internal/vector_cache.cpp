#include "answer/internal/vector_cache.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace hearth::answer {
namespace {

// Raised when the text that is embedded for a sentence is composed differently.
constexpr int kForm = 1;
// More sentences than a year of questions touches; beyond it the oldest go.
constexpr std::int64_t kRowsMax = 200'000;

// One signed byte per dimension; the vectors have length 1, so no scale needs keeping.
std::vector<std::byte> pack(const inference::Vector& vector) {
  float peak = 1e-6F;
  for (const float x : vector) peak = std::max(peak, std::abs(x));
  std::vector<std::byte> bytes;
  bytes.reserve(vector.size());
  for (const float x : vector) {
    bytes.push_back(
        static_cast<std::byte>(static_cast<std::int8_t>(std::lround(x / peak * 127.0F))));
  }
  return bytes;
}

inference::Vector unpack(std::span<const std::byte> bytes) {
  inference::Vector vector;
  vector.reserve(bytes.size());
  double sum = 0;
  for (const std::byte b : bytes) {
    const auto x = static_cast<float>(static_cast<std::int8_t>(b));
    sum += static_cast<double>(x) * static_cast<double>(x);
    vector.push_back(x);
  }
  const auto length = static_cast<float>(std::sqrt(std::max(sum, 1e-12)));
  for (float& x : vector) x /= length;
  return vector;
}

}  // namespace

Result<std::vector<std::optional<inference::Vector>>> VectorCache::find(
    const Call& call, const std::string& fingerprint, const std::vector<Key>& keys) const {
  std::vector<std::optional<inference::Vector>> found(keys.size());
  TRY(database_.read(call, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto select, connection.prepare(
                                "SELECT vector FROM sentence_vectors WHERE chunk_id = ?1 AND "
                                "start_byte = ?2 AND end_byte = ?3 AND model = ?4 AND form = ?5"));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      select.reset();
      select.bind(1, keys[i].chunk.value).bind(2, keys[i].start).bind(3, keys[i].end);
      select.bind(4, std::string_view(fingerprint)).bind(5, kForm);
      TRY_ASSIGN(const bool row, select.step());
      if (row) found[i] = unpack(select.blob(0));
    }
    return {};
  }));
  return found;
}

Result<void> VectorCache::keep(const Call& call, const std::string& fingerprint,
                               const std::vector<Key>& keys,
                               const std::vector<inference::Vector>& vectors) {
  return database_.write(call, [&](storage::Connection& connection) -> Result<void> {
    TRY_ASSIGN(auto insert,
               connection.prepare("INSERT OR REPLACE INTO sentence_vectors "
                                  "(chunk_id, start_byte, end_byte, model, form, vector) "
                                  "SELECT id, ?2, ?3, ?4, ?5, ?6 FROM chunks WHERE id = ?1"));
    for (std::size_t i = 0; i < keys.size() && i < vectors.size(); ++i) {
      const std::vector<std::byte> bytes = pack(vectors[i]);
      insert.bind(1, keys[i].chunk.value).bind(2, keys[i].start).bind(3, keys[i].end);
      insert.bind(4, std::string_view(fingerprint)).bind(5, kForm).bind_blob(6, bytes);
      TRY(insert.run());
    }
    TRY_ASSIGN(auto trim, connection.prepare("DELETE FROM sentence_vectors WHERE rowid <= "
                                             "(SELECT max(rowid) FROM sentence_vectors) - ?1"));
    trim.bind(1, kRowsMax);
    return trim.run();
  });
}

}  // namespace hearth::answer
