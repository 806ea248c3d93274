#include "extractor/document.h"

namespace hearth::extractor {
namespace {

Result<std::optional<Document>> some(Result<Document> read) {
  if (!read) return std::unexpected(std::move(read).error());
  return std::optional<Document>(std::move(*read));
}

}  // namespace

Result<std::optional<Document>> read_document(const Input& input) {
  const std::string_view type = input.media_type;
  if (type == "application/pdf") return some(read_pdf(input));
  if (type == "application/vnd.openxmlformats-officedocument.wordprocessingml.document") {
    return some(read_docx(input));
  }
  if (type == "application/vnd.oasis.opendocument.text") return some(read_odt(input));
  if (type == "application/epub+zip") return some(read_epub(input));
  if (type == "text/html" || type == "application/xhtml+xml") return some(read_html(input));
  if (type == "application/rtf" || type == "text/rtf") return some(read_rtf(input));
  if (type == "message/rfc822") return some(read_mail(input));
  if (type == "application/mbox") return some(read_mailbox(input));
  if (type == "text/calendar") return some(read_calendar(input));
  if (type == "text/vcard") return some(read_contacts(input));
  return read_plain(input);
}

}  // namespace hearth::extractor
