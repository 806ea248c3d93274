#include "ingest/chunk/chunker.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/chunk/measure.h"

namespace hearth::ingest {
namespace {

using testing::HasSubstr;

Extracted document(std::string type, std::string text) {
  Extracted made;
  made.media_type = std::move(type);
  made.text = std::move(text);
  return made;
}

std::string_view text_of(const Extracted& from, const Chunk& chunk) {
  return std::string_view(from.text).substr(chunk.bytes.start, chunk.bytes.size());
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

// What every chunking promises: order, exact characters, all words covered, bounded size.
void expect_sound(const Extracted& from, const std::vector<Chunk>& chunks) {
  const ChunkLimits limits;
  std::size_t at = 0;
  for (const Chunk& chunk : chunks) {
    ASSERT_GE(chunk.bytes.start, at);
    ASSERT_GT(chunk.bytes.end, chunk.bytes.start);
    ASSERT_LE(chunk.bytes.end, from.text.size());
    for (; at < chunk.bytes.start; ++at) {
      ASSERT_TRUE(is_space(from.text[at])) << "uncovered byte " << at;
    }
    EXPECT_LE(chunk.bytes.size(), limits.bytes_max);
    EXPECT_LE(estimate_tokens(text_of(from, chunk)), limits.tokens_max + 8);
    EXPECT_EQ(text::byte_offset(from.text, chunk.characters.start), chunk.bytes.start);
    EXPECT_EQ(chunk.characters.size(), text::count_code_points(text_of(from, chunk)));
    at = chunk.bytes.end;
  }
  for (; at < from.text.size(); ++at) {
    ASSERT_TRUE(is_space(from.text[at])) << "uncovered byte " << at;
  }
}

std::string sentences(int count, std::string_view word) {
  std::string out;
  for (int i = 0; i < count; ++i) {
    out += "Sentence number " + std::to_string(i) + " speaks about " + std::string(word) + ". ";
  }
  return out;
}

TEST(Chunker, KeepsAShortNoteWhole) {
  const auto note = document("text/markdown", "# Shopping\n\nMilk.\n\n## Later\n\nA lamp.\n");
  const auto chunks = chunk(note);
  ASSERT_EQ(chunks.size(), 1U);
  EXPECT_EQ(text_of(note, chunks[0]), "# Shopping\n\nMilk.\n\n## Later\n\nA lamp.");
  EXPECT_EQ(chunks[0].heading, "Shopping");
}

TEST(Chunker, GivesNothingForBlankText) {
  EXPECT_TRUE(chunk(document("text/plain", " \n\r\n\t\n")).empty());
  EXPECT_TRUE(chunk(document("text/plain", "")).empty());
}

TEST(Chunker, NamesMarkdownPassagesByTheirPathOfHeadings) {
  const auto guide = document("text/markdown", "# Guide\n\n" + sentences(20, "starting") +
                                                   "\n\n## Install\n\n" + sentences(20, "disks") +
                                                   "\n\n## Use\n\n" + sentences(20, "windows"));
  const auto chunks = chunk(guide);
  expect_sound(guide, chunks);
  ASSERT_GE(chunks.size(), 3U);
  EXPECT_EQ(chunks.front().heading, "Guide");
  EXPECT_EQ(chunks.back().heading, "Guide > Use");
  for (const Chunk& one : chunks) {
    if (text_of(guide, one).find("disks") != std::string_view::npos) {
      EXPECT_EQ(one.heading, "Guide > Install");
    }
  }
}

TEST(Chunker, DoesNotTakeHashesInsideACodeFenceForHeadings) {
  const auto guide = document("text/markdown", "# Guide\n\n" + sentences(22, "shells") +
                                                   "\n\n```sh\n# not a heading\n" +
                                                   "make all\n```\n\n" + sentences(22, "shells"));
  for (const Chunk& one : chunk(guide)) EXPECT_EQ(one.heading, "Guide");
}

TEST(Chunker, KeepsACodeFenceInOnePassage) {
  std::string code = "```c\n";
  for (int i = 0; i < 20; ++i) code += "call_number_" + std::to_string(i) + "();\n\n";
  code += "```";
  const auto guide = document(
      "text/markdown", sentences(15, "before") + "\n\n" + code + "\n\n" + sentences(15, "after"));
  const auto chunks = chunk(guide);
  expect_sound(guide, chunks);
  const bool whole = std::ranges::any_of(chunks, [&](const Chunk& c) {
    return text_of(guide, c).find(code) != std::string_view::npos;
  });
  EXPECT_TRUE(whole);
}

TEST(Chunker, CutsLongParagraphsBetweenSentences) {
  const auto essay = document("text/plain", sentences(200, "Dr. Miller and No. 5"));
  const auto chunks = chunk(essay);
  expect_sound(essay, chunks);
  for (const Chunk& one : chunks) {
    EXPECT_TRUE(text_of(essay, one).starts_with("Sentence number"));
    EXPECT_TRUE(text_of(essay, one).ends_with('.'));
  }
}

TEST(Chunker, CutsAGiganticLineOnlyBetweenCodePoints) {
  std::string line;
  for (int i = 0; i < 40'000; ++i) line += "\u00fc";
  const auto one_line = document("text/plain", line);
  const auto chunks = chunk(one_line);
  expect_sound(one_line, chunks);
  for (const Chunk& one : chunks) EXPECT_TRUE(text::is_valid_utf8(text_of(one_line, one)));
}

TEST(Chunker, NeverReachesAcrossAPageUnlessASentenceDoes) {
  Extracted book = document("application/pdf", "");
  for (int page = 0; page < 3; ++page) {
    book.pages.push_back(book.text.size());
    book.text += sentences(4, "page " + std::to_string(page)) + "\n\n";
  }
  book.text += "A sentence begins here and\n";
  book.pages.push_back(book.text.size());
  book.text += "ends on the next page.\n";
  const auto chunks = chunk(book);
  expect_sound(book, chunks);
  ASSERT_GE(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].page, 1);
  EXPECT_EQ(chunks[1].page, 2);
  EXPECT_EQ(chunks.back().page, 3);
  EXPECT_THAT(std::string(text_of(book, chunks.back())), HasSubstr("begins here and\nends on"));
}

TEST(Chunker, RepeatsTheColumnsOfATableAsHeading) {
  std::string rows = "name;price;\"unit, long\"\r\n";
  for (int i = 0; i < 300; ++i) rows += "bolt " + std::to_string(i) + ";0.25;piece\r\n";
  const auto table = document("text/csv", rows);
  const auto chunks = chunk(table);
  expect_sound(table, chunks);
  ASSERT_GT(chunks.size(), 3U);
  for (const Chunk& one : chunks) {
    EXPECT_EQ(one.heading, "columns: name, price, unit, long");
    EXPECT_TRUE(text_of(table, one).ends_with("piece"));
  }
}

TEST(Chunker, KeepsAQuotedRecordOfSeveralLinesTogether) {
  std::string rows = "id,text\n";
  for (int i = 0; i < 100; ++i) rows += std::to_string(i) + ",\"first line\nsecond line\"\n";
  const auto table = document("text/csv", rows);
  for (const Chunk& one : chunk(table)) EXPECT_FALSE(text_of(table, one).starts_with("second"));
}

TEST(Chunker, NamesJsonItemsByTheirKeys) {
  std::string items = "{\"title\": \"Inventory\", \"rooms\": {\"kitchen\": [";
  for (int i = 0; i < 60; ++i)
    items += "{\"thing\": \"pan, [large] {" + std::to_string(i) + "}\"},";
  items += "{}], \"attic\": [\"";
  items += std::string(1500, 'x') + "\"]}}";
  const auto json = document("application/json", items);
  const auto chunks = chunk(json);
  expect_sound(json, chunks);
  const bool named =
      std::ranges::any_of(chunks, [](const Chunk& c) { return c.heading == "rooms > kitchen"; });
  EXPECT_TRUE(named);
}

TEST(Chunker, SurvivesJsonThatIsNotJson) {
  for (const std::string& text :
       {std::string("[[[[{{{\"a"), std::string(5000, '['), "{\"a\":" + std::string(3000, ',') + "}",
        std::string(3000, '"'), std::string("]") + std::string(3000, '}')}) {
    const auto json = document("application/json", text);
    expect_sound(json, chunk(json));
  }
}

TEST(Chunker, KeepsFunctionsOfCodeApart) {
  std::string code = "#include <stdio.h>\n\n";
  for (int f = 0; f < 6; ++f) {
    code += "int compute_" + std::to_string(f) + "(int x) {\n";
    for (int i = 0; i < 25; ++i) code += "  x += table[" + std::to_string(i) + "];\n";
    code += "  return x;\n}\n\n";
  }
  const auto source = document("text/x-c", code);
  const auto chunks = chunk(source);
  expect_sound(source, chunks);
  const bool starts_at_function = std::ranges::any_of(chunks, [&](const Chunk& c) {
    return text_of(source, c).starts_with("int compute_3") && c.heading == "int compute_3(int x) {";
  });
  EXPECT_TRUE(starts_at_function);
}

TEST(Chunker, GroupsChatMessagesByDayAndKeepsEachWhole) {
  std::string chat;
  for (int day = 10; day < 14; ++day) {
    for (int i = 0; i < 20; ++i) {
      chat += std::to_string(day) + ".03.24, 18:" + std::to_string(10 + i) +
              " - Anna: message about the boat\nand a second line\n";
    }
  }
  const auto log = document("text/plain", chat);
  const auto chunks = chunk(log);
  expect_sound(log, chunks);
  EXPECT_EQ(chunks.front().heading, "10.03.24");
  EXPECT_EQ(chunks.back().heading, "13.03.24");
  for (const Chunk& one : chunks) EXPECT_FALSE(text_of(log, one).starts_with("and a second"));
}

TEST(Chunker, UsesTheOutlineThatTheReaderFound) {
  Extracted page = document("text/html", "");
  for (const std::string name : {"One", "Two"}) {
    page.outline.push_back({page.text.size(), 2, name});
    page.text += name + "\n\n" + sentences(20, name) + "\n\n";
  }
  const auto chunks = chunk(page);
  expect_sound(page, chunks);
  EXPECT_EQ(chunks.front().heading, "One");
  EXPECT_EQ(chunks.back().heading, "Two");
}

TEST(Chunker, KeepsItsPromisesOnRandomText) {
  std::mt19937 random(7);  // NOLINT: the same texts every time
  const std::vector<std::string> pieces{
      "word ",       "a",      "\n", "\n\n", "# ", "```\n", "- x\n",
      "\u00e9",      ". ",     ">",  "\r\n", "\"", ",",     "{",
      "}",           "====\n", "|",  "[",    "]",  "\t",    "12.03.24, 18:02 - A: ",
      "\u6f22\u3002"};
  for (const char* type : {"text/plain", "text/markdown", "text/csv", "application/json",
                           "text/x-c", "application/jsonl", "text/html"}) {
    for (int round = 0; round < 30; ++round) {
      std::string text;
      for (int i = 0; i < 1500; ++i) text += pieces[random() % pieces.size()];
      const auto made = document(type, text);
      expect_sound(made, chunk(made));
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace hearth::ingest
