/// Whole files in the vault, each stored once under a name that tells nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "core/call.h"
#include "core/result.h"
#include "core/sink.h"
#include "crypto/hash.h"
#include "crypto/seal.h"
#include "platform/file.h"

namespace hearth::storage {

/// The name of a blob: a hash of its bytes keyed by the vault, so that nobody without the key can
/// find out whether a known file is there.
using BlobId = crypto::Hash;

/// Encrypted files under their content's name.
///
/// A blob appears whole or not at all, is checked in full when read, and is stored once however
/// often it is put. Nothing counts references: whoever refers to blobs compares `list` with what
/// is still needed and removes the rest.
///
/// Threads: any. Errors: NotFound, Corrupt (changed or cut off on the disk), Exhausted (disk full,
/// or a blob larger than asked for), Cancelled, Denied, Io.
class BlobStore {
 public:
  /// `key` has 32 bytes. Creates the folder; removes what a crash left half written.
  [[nodiscard]] static Result<BlobStore> open(const std::filesystem::path& folder,
                                              std::span<const std::byte> key);

  /// Writes a blob whose bytes come in pieces.
  class Writer {
   public:
    [[nodiscard]] Result<void> append(crypto::ByteView bytes);
    /// The blob is on the disk when this returns. Without it nothing remains.
    [[nodiscard]] Result<BlobId> finish();

   private:
    friend class BlobStore;
    Writer(const BlobStore& store, std::filesystem::path temporary, platform::FileWriter file);
    [[nodiscard]] Result<void> write_piece(crypto::Last last);

    const BlobStore* store_;
    std::filesystem::path temporary_;
    platform::FileWriter file_;
    std::unique_ptr<crypto::StreamSealer> sealer_;
    crypto::Hasher name_;
    crypto::Bytes pending_;
  };
  /// The store must outlive the writer.
  [[nodiscard]] Result<Writer> create() const;
  [[nodiscard]] Result<BlobId> put(crypto::ByteView bytes) const;

  /// The whole blob; `Exhausted` when it has more than `size_max` bytes.
  [[nodiscard]] Result<crypto::Bytes> get(const Call& call, const BlobId& id,
                                          std::size_t size_max) const;
  /// Streams the blob in order. Each piece is authentic, but only success at the end says that it
  /// was all of this blob.
  [[nodiscard]] Result<void> read(const Call& call, const BlobId& id,
                                  const Sink<crypto::ByteView>& sink) const;

  [[nodiscard]] bool contains(const BlobId& id) const;
  /// Absence is success.
  [[nodiscard]] Result<void> remove(const BlobId& id) const;
  /// Every blob in the store, in no order.
  [[nodiscard]] Result<std::vector<BlobId>> list() const;

 private:
  BlobStore(std::filesystem::path folder, std::span<const std::byte> key);
  [[nodiscard]] std::filesystem::path path_of(const BlobId& id) const;

  std::filesystem::path folder_;
  crypto::SecretBytes seal_key_;
  crypto::SecretBytes name_key_;
};

}  // namespace hearth::storage
