/// What a format's reader makes of a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::extractor {

struct Heading {
  std::size_t start = 0;  ///< Byte offset in the text.
  int level = 1;
  std::string title;
};

/// A document as text with its structure.
struct Document {
  std::string title;
  std::string text;  ///< UTF-8.
  std::optional<std::int64_t> date_ms;
  std::vector<std::size_t> pages;
  std::vector<Heading> outline;
  std::string problem;  ///< What is missing, for people; empty when nothing is.
};

/// Bounds on what a hostile file can make of itself.
struct Limits {
  std::size_t text_bytes_max = 32U << 20U;
  std::size_t unpacked_bytes_max = 128U << 20U;  ///< Of all parts of a zip together.
  std::size_t zip_entries_max = 20'000;
  int depth_max = 200;  ///< Of markup, groups and messages in messages.
};

/// A file to read.
struct Input {
  std::string_view bytes;
  std::string_view media_type;
  std::string_view name;
  Limits limits;
  int message_depth = 0;  ///< How many messages this one is inside of.
};

/// The text of a file of any known format. Nothing when it is not a text document. Errors: Corrupt
/// and Exhausted, with a sentence for the person. May throw what its libraries throw; the program
/// catches that at its one door.
[[nodiscard]] Result<std::optional<Document>> read_document(const Input& input);

// One for each format, with the same errors.
[[nodiscard]] Result<Document> read_pdf(const Input& input);
[[nodiscard]] Result<Document> read_docx(const Input& input);
[[nodiscard]] Result<Document> read_odt(const Input& input);
[[nodiscard]] Result<Document> read_epub(const Input& input);
[[nodiscard]] Result<Document> read_html(const Input& input);
[[nodiscard]] Result<Document> read_rtf(const Input& input);
[[nodiscard]] Result<Document> read_mail(const Input& input);
[[nodiscard]] Result<Document> read_mailbox(const Input& input);
[[nodiscard]] Result<Document> read_calendar(const Input& input);
[[nodiscard]] Result<Document> read_contacts(const Input& input);
/// Decoding alone: the text is the file's, byte order mark aside.
[[nodiscard]] Result<std::optional<Document>> read_plain(const Input& input);

/// One file packed by gzip, whose inner format `media_type` names. Exhausted for a bomb.
[[nodiscard]] Result<std::optional<Document>> read_gzip(const Input& input);

}  // namespace hearth::extractor
