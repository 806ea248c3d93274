#include "storage/blobs.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "core/format.h"
#include "crypto/derive.h"
#include "platform/random.h"

namespace hearth::storage {
namespace {

namespace fs = std::filesystem;
using crypto::bytes_of;
using crypto::ByteView;
using crypto::Last;

// The file: magic, the sealed stream's header, then pieces of kPieceBytes each but the last.
constexpr std::string_view kMagic = "HEARTHB1";
constexpr std::string_view kContext = "hearth blob 1";
constexpr std::size_t kPieceBytes = 65536;
constexpr std::string_view kTemporary = "new-";

std::optional<BlobId> id_from_hex(std::string_view digits) {
  BlobId id;
  if (digits.size() != id.size() * 2) return std::nullopt;
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < id.size(); ++i) {
    const auto high = kDigits.find(digits[2 * i]);
    const auto low = kDigits.find(digits[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    id[i] = static_cast<std::byte>(high * 16 + low);
  }
  return id;
}

std::unexpected<Error> damaged(const BlobId& id, std::string_view how) {
  return fail(Code::Corrupt, format("blob {}: {}", crypto::hex(id), how));
}

void remove_temporaries(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(kTemporary)) {
      fs::remove(entry.path(), error);
    }
  }
}

}  // namespace

BlobStore::BlobStore(fs::path folder, std::span<const std::byte> key)
    : folder_(std::move(folder)),
      seal_key_(crypto::subkey(key, "hearth.blobs.seal")),
      name_key_(crypto::subkey(key, "hearth.blobs.name")) {}

Result<BlobStore> BlobStore::open(const fs::path& folder, std::span<const std::byte> key) {
  TRY(platform::ensure_private_folder(folder));
  remove_temporaries(folder);
  return BlobStore(folder, key);
}

fs::path BlobStore::path_of(const BlobId& id) const {
  const std::string name = crypto::hex(id);
  return folder_ / name.substr(0, 2) / name;
}

BlobStore::Writer::Writer(const BlobStore& store, fs::path temporary, platform::FileWriter file)
    : store_(&store),
      temporary_(std::move(temporary)),
      file_(std::move(file)),
      sealer_(std::make_unique<crypto::StreamSealer>(store.seal_key_.view())),
      name_(store.name_key_.view()) {}

Result<void> BlobStore::Writer::write_piece(Last last) {
  const ByteView piece = ByteView(pending_).first(std::min(pending_.size(), kPieceBytes));
  name_.update(piece);
  TRY(file_.write(sealer_->push(piece, bytes_of(kContext), last)));
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(piece.size()));
  return {};
}

Result<void> BlobStore::Writer::append(ByteView bytes) {
  while (!bytes.empty()) {
    // A full piece waits for the next byte, so that the last one is never written as a middle one.
    if (pending_.size() == kPieceBytes) TRY(write_piece(Last::No));
    const std::size_t room = std::min(kPieceBytes - pending_.size(), bytes.size());
    pending_.insert(pending_.end(), bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(room));
    bytes = bytes.subspan(room);
  }
  return {};
}

Result<BlobId> BlobStore::Writer::finish() {
  TRY(write_piece(Last::Yes));
  TRY(file_.finish());
  const BlobId id = name_.finish();
  const fs::path path = store_->path_of(id);
  auto done = platform::ensure_private_folder(path.parent_path());
  if (done) done = platform::replace_file(temporary_, path);
  if (!done) {
    static_cast<void>(platform::remove_file(temporary_));
    return std::unexpected(std::move(done).error());
  }
  return id;
}

Result<BlobStore::Writer> BlobStore::create() const {
  fs::path temporary = folder_ / format("{}{}", kTemporary, platform::random_hex(8));
  TRY_ASSIGN(auto file, platform::FileWriter::create(temporary, platform::Access::Private));
  Writer writer(*this, std::move(temporary), std::move(file));
  TRY(writer.file_.write(bytes_of(kMagic)));
  TRY(writer.file_.write(writer.sealer_->header()));
  return writer;
}

Result<BlobId> BlobStore::put(ByteView bytes) const {
  const BlobId id = crypto::keyed_hash(name_key_.view(), bytes);
  if (contains(id)) return id;
  TRY_ASSIGN(auto writer, create());
  TRY(writer.append(bytes));
  return writer.finish();
}

Result<void> BlobStore::read(const Call& call, const BlobId& id, const Sink<ByteView>& sink) const {
  auto file = platform::FileReader::open(path_of(id));
  if (!file) {
    if (file.error().code != Code::NotFound) return std::unexpected(std::move(file).error());
    return fail(Code::NotFound, format("there is no blob {}", crypto::hex(id)));
  }
  std::array<std::byte, kMagic.size() + crypto::StreamSealer::kHeaderBytes> head;
  TRY_ASSIGN(const std::size_t head_size, file->read(head));
  if (head_size != head.size() ||
      !std::ranges::equal(std::span(head).first(kMagic.size()), bytes_of(kMagic))) {
    return damaged(id, "its beginning is not that of a blob");
  }
  TRY_ASSIGN(auto opener,
             crypto::StreamOpener::start(seal_key_.view(), ByteView(head).subspan(kMagic.size())));
  crypto::Hasher name(name_key_.view());
  crypto::Bytes sealed(kPieceBytes + crypto::StreamSealer::kPieceOverhead);
  for (Last last = Last::No; last == Last::No;) {
    TRY(call.check_stop());
    TRY_ASSIGN(const std::size_t got, file->read(sealed));
    const auto piece = opener.pull(ByteView(sealed).first(got), bytes_of(kContext));
    if (!piece) return damaged(id, got == 0 ? "it is cut off" : "a part of it was changed");
    name.update(piece->plain);
    if (sink(piece->plain) == Flow::Stop) return {};
    last = piece->last;
  }
  TRY_ASSIGN(const std::size_t rest, file->read(std::span(sealed).first(1)));
  if (rest != 0) return damaged(id, "bytes follow its end");
  if (name.finish() != id) return damaged(id, "it holds another blob's bytes");
  return {};
}

Result<crypto::Bytes> BlobStore::get(const Call& call, const BlobId& id,
                                     std::size_t size_max) const {
  crypto::Bytes bytes;
  bool too_large = false;
  TRY(read(call, id, [&](ByteView piece) {
    too_large = piece.size() > size_max - bytes.size();
    if (too_large) return Flow::Stop;
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return Flow::Continue;
  }));
  if (too_large) {
    return fail(Code::Exhausted,
                format("blob {} has more than {} bytes", crypto::hex(id), size_max));
  }
  return bytes;
}

bool BlobStore::contains(const BlobId& id) const {
  std::error_code error;
  return fs::exists(path_of(id), error);
}

Result<void> BlobStore::remove(const BlobId& id) const {
  return platform::remove_file(path_of(id));
}

Result<std::vector<BlobId>> BlobStore::list() const {
  std::vector<BlobId> ids;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder_, error);
  for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
    if (const auto id = id_from_hex(entries->path().filename().string())) ids.push_back(*id);
  }
  if (error) return std::unexpected(platform::file_error(error.value(), "list", folder_));
  return ids;
}

}  // namespace hearth::storage
