/// HTML into text, also for the formats that are made of HTML inside.
#pragma once

#include "extractor/text_builder.h"

namespace hearth::extractor {

/// Appends the page's body to `builder`. `utf8` is decoded already. Takes the title into `title`
/// when that is empty.
void append_html(std::string_view utf8, TextBuilder& builder, const Limits& limits,
                 std::string& title);

}  // namespace hearth::extractor
