/// Cuts a document's text into the smallest pieces that can be shown as an answer: sentences, list
/// items, table rows, fields, messages, lines of code.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/text.h"

namespace hearth::answer {

enum class Form { Sentence, Item, Row, Field, Heading, Message, Code };

/// One such piece.
struct Unit {
  Form form = Form::Sentence;
  text::Range range;      ///< Exact bytes in the document's text, without surrounding blanks.
  std::size_t block = 0;  ///< Paragraph, list or table; equal for neighbours that belong together.
  std::string shown;      ///< Readable on one line: no markup, rows as "column: value".
  std::string context;  ///< What a reader sees around it: section headings, path of keys, speaker.
};

/// Cuts `region` of `text`. The region may begin and end anywhere at line ends. Column names come
/// from the beginning of the whole text.
[[nodiscard]] std::vector<Unit> units_of(std::string_view text, std::string_view media_type,
                                         text::Range region);

/// The sentences of running text; ranges relative to `text`. Abbreviations, initials, decimals and
/// ordinals do not end one.
[[nodiscard]] std::vector<text::Range> sentences_of(std::string_view text);

/// One line without Markdown marks, links as their text, white space squeezed.
[[nodiscard]] std::string plain(std::string_view markdown);

namespace detail {
void cut_table(std::string_view text, text::Range region, std::string_view media_type,
               std::vector<Unit>& units);
void cut_json(std::string_view text, text::Range region, std::vector<Unit>& units);
void cut_records(std::string_view text, text::Range region, std::vector<Unit>& units);
}  // namespace detail

}  // namespace hearth::answer
