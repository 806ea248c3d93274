#include <memory>
#include <string>
#include <vector>

#include <gmime/gmime.h>

#include "core/format.h"
#include "core/text.h"
#include "extractor/html.h"

namespace hearth::extractor {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string valid(const char* text) { return text == nullptr ? "" : text::to_valid_utf8(text); }

// The bytes of a part with its transfer encoding undone.
std::string content_of(GMimePart* part) {
  GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
  if (wrapper == nullptr) return {};
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(wrapper, memory.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
  if (bytes == nullptr || bytes->len == 0) return {};
  return {reinterpret_cast<const char*>(bytes->data), bytes->len};
}

bool is_type(GMimeObject* part, const char* type, const char* subtype) {
  GMimeContentType* content = g_mime_object_get_content_type(part);
  return content != nullptr && g_mime_content_type_is_type(content, type, subtype) != 0;
}

class MessageWriter {
 public:
  MessageWriter(const Input& input, Document& document)
      : input_(input), document_(document), builder_(document, input.limits) {}

  void write(GMimeMessage* message) {
    const std::string subject = text::squeeze(valid(g_mime_message_get_subject(message)));
    if (document_.title.empty()) document_.title = subject;
    if (GDateTime* date = g_mime_message_get_date(message); date != nullptr && !document_.date_ms) {
      constexpr std::int64_t kSecond = 1000;
      document_.date_ms = g_date_time_to_unix(date) * kSecond;
    }
    builder_.line_ends(2);
    mark_start(subject);
    write_headers(message, subject);
    if (GMimeObject* body = g_mime_message_get_mime_part(message)) write_part(body, 0);
    write_attachments();
    builder_.line_ends(2);
  }

  void finish() { builder_.finish(); }

 private:
  void mark_start(const std::string& subject) {
    const std::size_t start = document_.text.empty() ? 0 : document_.text.size() + 2;
    document_.outline.push_back({start, 1, subject.empty() ? "(no subject)" : subject});
  }

  void write_headers(GMimeMessage* message, const std::string& subject) {
    header("Subject", subject);
    struct Field {
      const char* name;
      GMimeAddressType type;
    };
    for (const Field& field :
         {Field{"From", GMIME_ADDRESS_TYPE_FROM}, Field{"To", GMIME_ADDRESS_TYPE_TO},
          Field{"Cc", GMIME_ADDRESS_TYPE_CC}}) {
      InternetAddressList* list = g_mime_message_get_addresses(message, field.type);
      if (list == nullptr || internet_address_list_length(list) == 0) continue;
      const std::unique_ptr<char, void (*)(void*)> words(
          internet_address_list_to_string(list, nullptr, 0), &g_free);
      header(field.name, text::squeeze(valid(words.get())));
    }
    if (GDateTime* date = g_mime_message_get_date(message)) {
      const std::unique_ptr<char, void (*)(void*)> words(
          g_date_time_format(date, "%Y-%m-%d %H:%M %z"), &g_free);
      header("Date", valid(words.get()));
    }
    builder_.line_ends(2);
  }

  void header(std::string_view name, const std::string& value) {
    if (value.empty()) return;
    builder_.words(format("{}: {}", name, value));
    builder_.line_ends(1);
  }

  void write_part(GMimeObject* part, int depth) {
    constexpr int kDepthMax = 30;
    if (depth > kDepthMax || builder_.full()) return;
    if (GMIME_IS_MULTIPART(part)) {
      write_multipart(GMIME_MULTIPART(part), depth);
    } else if (GMIME_IS_MESSAGE_PART(part)) {
      attachments_.push_back(part);
    } else if (GMIME_IS_PART(part)) {
      GMimeContentDisposition* disposition = g_mime_object_get_content_disposition(part);
      const bool attached =
          disposition != nullptr && g_mime_content_disposition_is_attachment(disposition) != 0;
      const bool words = is_type(part, "text", "plain") || is_type(part, "text", "html");
      if (attached || !words) {
        attachments_.push_back(part);
      } else {
        write_words(part);
      }
    }
  }

  // Of alternatives the plain one is what its writer typed; HTML only stands in for it.
  void write_multipart(GMimeMultipart* parts, int depth) {
    const int count = g_mime_multipart_get_count(parts);
    if (is_type(GMIME_OBJECT(parts), "multipart", "alternative")) {
      GMimeObject* best = nullptr;
      for (int i = 0; i < count; ++i) {
        GMimeObject* part = g_mime_multipart_get_part(parts, i);
        if (is_type(part, "text", "plain") && !text::trim(decoded(part)).empty()) {
          best = part;
          break;
        }
        if (best == nullptr || is_type(part, "text", "html") || GMIME_IS_MULTIPART(part))
          best = part;
      }
      if (best != nullptr) write_part(best, depth + 1);
      return;
    }
    constexpr int kPartsMax = 500;
    for (int i = 0; i < std::min(count, kPartsMax); ++i) {
      write_part(g_mime_multipart_get_part(parts, i), depth + 1);
    }
  }

  static std::string decoded(GMimeObject* part) {
    if (!GMIME_IS_PART(part)) return {};
    const char* charset = g_mime_object_get_content_type_parameter(part, "charset");
    return decode_text(content_of(GMIME_PART(part)), charset == nullptr ? "" : charset)
        .value_or("");
  }

  void write_words(GMimeObject* part) {
    std::string words = decoded(part);
    builder_.line_ends(2);
    if (is_type(part, "text", "html")) {
      std::string title = "-";
      append_html(words, builder_, input_.limits, title);
    } else {
      std::erase(words, '\r');
      while (words.starts_with('\n')) words.erase(0, 1);
      while (words.ends_with('\n')) words.pop_back();
      builder_.verbatim(words);
    }
    builder_.line_ends(2);
  }

  void write_attachments() {
    const std::vector<GMimeObject*> found = std::exchange(attachments_, {});
    for (GMimeObject* part : found) {
      GMimeContentType* type = g_mime_object_get_content_type(part);
      const std::unique_ptr<char, void (*)(void*)> type_name(
          type == nullptr ? g_strdup("unknown") : g_mime_content_type_get_mime_type(type), &g_free);
      std::string name =
          GMIME_IS_PART(part) ? valid(g_mime_part_get_filename(GMIME_PART(part))) : "";
      if (name.empty() && GMIME_IS_MESSAGE_PART(part)) name = "a message";
      builder_.line_ends(1);
      builder_.words(format("Attachment: {} ({})",
                            text::squeeze(name.empty() ? "without a name" : name),
                            valid(type_name.get())));
      builder_.line_ends(1);
      write_attached(part, valid(type_name.get()), name);
    }
  }

  // What is text inside the attachment is found with the mail.
  void write_attached(GMimeObject* part, const std::string& type, const std::string& name) {
    constexpr int kMessageDepthMax = 3;
    if (input_.message_depth >= kMessageDepthMax || builder_.full()) return;
    if (GMIME_IS_MESSAGE_PART(part)) {
      GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
      if (inner == nullptr) return;
      Input deeper = input_;
      ++deeper.message_depth;
      Document document;
      MessageWriter writer(deeper, document);
      writer.write(inner);
      append(document);
      return;
    }
    const std::string bytes = content_of(GMIME_PART(part));
    Input deeper{bytes, type, name, input_.limits, input_.message_depth + 1};
    const std::string lower = text::to_lower_ascii(name);
    if (lower.ends_with(".pdf")) deeper.media_type = "application/pdf";
    const bool known =
        deeper.media_type.starts_with("text/") || deeper.media_type == "application/pdf" ||
        deeper.media_type == "application/rtf" ||
        deeper.media_type.find("officedocument.wordprocessingml") != std::string::npos ||
        deeper.media_type == "application/vnd.oasis.opendocument.text" ||
        deeper.media_type == "message/rfc822";
    if (!known) return;
    const auto read = read_document(deeper);
    if (read && *read) append(**read);
  }

  void append(const Document& inner) {
    builder_.line_ends(1);
    builder_.verbatim(text::trim(inner.text));
    builder_.line_ends(2);
  }

  const Input& input_;
  Document& document_;
  TextBuilder builder_;
  std::vector<GMimeObject*> attachments_;
};

void start_gmime() {
  static const bool started = [] {
    g_mime_init();
    return true;
  }();
  static_cast<void>(started);
}

Owned<GMimeStream> stream_over(std::string_view bytes) {
  return Owned<GMimeStream>(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
}

}  // namespace

Result<Document> read_mail(const Input& input) {
  start_gmime();
  const Owned<GMimeStream> stream = stream_over(input.bytes);
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return fail(Code::Corrupt, "This mail is damaged: it has no header.");
  Document document;
  MessageWriter writer(input, document);
  writer.write(message.get());
  writer.finish();
  return document;
}

Result<Document> read_mailbox(const Input& input) {
  start_gmime();
  const Owned<GMimeStream> stream = stream_over(input.bytes);
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  g_mime_parser_set_format(parser.get(), GMIME_FORMAT_MBOX);
  Document document;
  MessageWriter writer(input, document);
  std::size_t messages = 0;
  while (g_mime_parser_eos(parser.get()) == 0) {
    const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    if (!message) break;
    writer.write(message.get());
    ++messages;
    if (document.problem.size() > 0) break;
  }
  if (messages == 0)
    return fail(Code::Corrupt, "This file is named like a mailbox but holds no mail.");
  writer.finish();
  document.title.clear();
  document.date_ms.reset();
  return document;
}

}  // namespace hearth::extractor
