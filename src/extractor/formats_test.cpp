#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text.h"
#include "extractor/document.h"
#include "extractor/text_builder.h"

namespace hearth::extractor {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample(const std::string& name) {
  const char* root = std::getenv("HEARTH_SOURCE_DIR");
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/tests/data/ingest/" + name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

using Reader = Result<Document> (*)(const Input&);

Result<Document> read(Reader reader, std::string_view bytes) {
  return reader(Input{bytes, "", "", {}, 0});
}

TEST(Pdf, GivesTextPagesTitleAndDate) {
  const auto lease = read(&read_pdf, sample("lease.pdf"));
  ASSERT_TRUE(lease) << lease.error().message;
  EXPECT_EQ(lease->title, "Lease");
  EXPECT_EQ(lease->date_ms, 1709294400000);
  ASSERT_EQ(lease->pages.size(), 2U);
  EXPECT_THAT(lease->text, HasSubstr("740 euro"));
  EXPECT_THAT(lease->text.substr(lease->pages[1]), HasSubstr("three months (to the end"));
  EXPECT_THAT(lease->text.substr(0, lease->pages[1]), Not(HasSubstr("three months")));
}

TEST(Pdf, JoinsWordsDividedAtTheEndOfALine) {
  EXPECT_THAT(read(&read_pdf, sample("lease.pdf"))->text, HasSubstr("third working day"));
}

TEST(Pdf, SaysThatItIsLockedScannedOrDamaged) {
  EXPECT_THAT(read(&read_pdf, sample("locked.pdf")).error().message, HasSubstr("password"));
  EXPECT_THAT(read(&read_pdf, sample("scan.pdf")).error().message, HasSubstr("a scan"));
  EXPECT_THAT(read(&read_pdf, "%PDF-1.4\nnothing").error().message, HasSubstr("damaged"));
}

TEST(Pdf, SurvivesBeingCutOffAnywhere) {
  const std::string whole = sample("lease.pdf");
  for (std::size_t size = 0; size < whole.size(); size += 37) {
    const auto cut = read(&read_pdf, std::string_view(whole).substr(0, size));
    EXPECT_TRUE(cut || !cut.error().message.empty());
  }
}

TEST(Docx, GivesHeadingsInAnyLanguageListsTablesAndNoDeletedText) {
  const auto minutes = read(&read_docx, sample("minutes.docx"));
  ASSERT_TRUE(minutes) << minutes.error().message;
  EXPECT_EQ(minutes->title, "Garden minutes");
  EXPECT_EQ(minutes->date_ms, 1709289000000);
  EXPECT_THAT(minutes->text, HasSubstr("The fence will be painted green."));
  EXPECT_THAT(minutes->text, HasSubstr("- Anna buys the paint."));
  EXPECT_THAT(minutes->text, HasSubstr("Seeds | 12 EUR"));
  EXPECT_THAT(minutes->text, Not(HasSubstr("painted red")));
  ASSERT_EQ(minutes->outline.size(), 2U);
  EXPECT_EQ(minutes->outline[1].title, "Next meeting");
  EXPECT_EQ(minutes->outline[1].level, 2);
  EXPECT_TRUE(minutes->text.substr(minutes->outline[1].start).starts_with("Next meeting"));
}

TEST(Docx, RefusesAZipBomb) {
  const auto bomb = read(&read_docx, sample("bomb.docx"));
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, Code::Exhausted);
  EXPECT_THAT(bomb.error().message, HasSubstr("zip bomb"));
}

TEST(Docx, SaysThatAnotherFileIsNone) {
  EXPECT_FALSE(read(&read_docx, "PK\x03\x04 nonsense"));
  EXPECT_FALSE(read(&read_docx, ""));
  EXPECT_THAT(read(&read_docx, sample("letter.odt")).error().message,
              HasSubstr("named like a Word"));
}

TEST(Odt, GivesParagraphsListsAndTables) {
  const auto letter = read(&read_odt, sample("letter.odt"));
  ASSERT_TRUE(letter) << letter.error().message;
  EXPECT_EQ(letter->title, "Heating");
  EXPECT_THAT(letter->text, HasSubstr("The heating is broken since Monday."));
  EXPECT_THAT(letter->text, HasSubstr("- Kitchen"));
  EXPECT_THAT(letter->text, HasSubstr("Room | 14 degrees"));
  EXPECT_THAT(letter->text, Not(HasSubstr("removed words")));
  ASSERT_EQ(letter->outline.size(), 1U);
  EXPECT_EQ(letter->outline[0].title, "Letter to the landlord");
}

TEST(Epub, ReadsChaptersInTheOrderOfTheSpine) {
  const auto book = read(&read_epub, sample("book.epub"));
  ASSERT_TRUE(book) << book.error().message;
  EXPECT_EQ(book->title, "The Lighthouse");
  EXPECT_LT(book->text.find("lit the lamp"), book->text.find("went out at midnight"));
  ASSERT_EQ(book->outline.size(), 2U);
  EXPECT_EQ(book->outline[0].title, "Arrival");
  EXPECT_TRUE(book->text.substr(book->outline[1].start).starts_with("Storm"));
}

TEST(Html, KeepsStructureAndDropsWhatIsNotText) {
  const auto menu = read(&read_html, sample("menu.html"));
  ASSERT_TRUE(menu) << menu.error().message;
  EXPECT_EQ(menu->title, "Caf\u00e9 menu");
  EXPECT_THAT(menu->text, HasSubstr("We open at eight o'clock."));
  EXPECT_THAT(menu->text, HasSubstr("- Tea\n- Coffee"));
  EXPECT_THAT(menu->text, HasSubstr("Dish | Price\nSoup | 4\u20ac"));
  EXPECT_THAT(menu->text, HasSubstr("two  spaces\n  stay"));
  EXPECT_THAT(menu->text, HasSubstr("See the map."));
  for (const char* absent : {"alert", "color", "Home | About", "example.org"}) {
    EXPECT_THAT(menu->text, Not(HasSubstr(absent)));
  }
  ASSERT_EQ(menu->outline.size(), 1U);
  EXPECT_TRUE(menu->text.substr(menu->outline[0].start).starts_with("Caf\u00e9 menu"));
}

TEST(Html, SurvivesNestingThatNoPageHas) {
  std::string deep;
  for (int i = 0; i < 20'000; ++i) deep += "<div>";
  const auto page = read(&read_html, "<p>before</p>" + deep + "inside");
  ASSERT_TRUE(page);
  EXPECT_THAT(page->text, HasSubstr("before"));
}

TEST(Rtf, DecodesBytesAndUnicodeAndSkipsWhatIsNotText) {
  const auto recipe = read(&read_rtf, sample("recipe.rtf"));
  ASSERT_TRUE(recipe) << recipe.error().message;
  EXPECT_THAT(recipe->text, HasSubstr("Gr\u00fc\u00dfe and \u20ac5 for flour\u2014 now."));
  EXPECT_THAT(recipe->text, HasSubstr("\U0001F600 ends"));
  EXPECT_THAT(recipe->text, Not(HasSubstr("Arial")));
  EXPECT_THAT(recipe->text, Not(HasSubstr("nobody")));
  ASSERT_EQ(recipe->outline.size(), 1U);
  EXPECT_EQ(recipe->outline[0].title, "Recipe");
}

TEST(Rtf, SurvivesBrokenGroupsAndNumbers) {
  for (const std::string& text :
       {std::string("{\\rtf1 }}}} text"), std::string("{\\rtf1\\bin99999999999999 x"),
        "{\\rtf1 " + std::string(4000, '{'), std::string("{\\rtf1\\u-99999999999? \\'z \\'"),
        std::string("{\\rtf1\\uc99999\\u65 x\\")}) {
    const auto made = read(&read_rtf, text);
    EXPECT_TRUE(!made || text::is_valid_utf8(made->text));
  }
  EXPECT_FALSE(read(&read_rtf, "{\\rtf1 " + std::string(100'000, '{')));
}

TEST(Mail, PutsHeadersFirstPrefersPlainTextAndReadsAttachments) {
  const auto mail = read(&read_mail, sample("boat.eml"));
  ASSERT_TRUE(mail) << mail.error().message;
  EXPECT_EQ(mail->title, "Boat for the k\u00f6nig");
  EXPECT_EQ(mail->date_ms, 1709283600000);
  EXPECT_TRUE(mail->text.starts_with(
      "Subject: Boat for the k\u00f6nig\nFrom: Eva M\u00fcller <eva@example.org>"));
  EXPECT_THAT(mail->text, HasSubstr("The boat costs 300 euro, sch\u00f6n."));
  EXPECT_THAT(mail->text, HasSubstr("> How much is the boat?"));
  EXPECT_THAT(mail->text,
              HasSubstr("Attachment: notes.txt (text/plain)\nThe anchor is under the bench."));
  EXPECT_THAT(mail->text, HasSubstr("Attachment: boat.png (image/png)"));
  EXPECT_THAT(mail->text, HasSubstr("Subject: Berth 12"));
  EXPECT_THAT(mail->text, HasSubstr("The berth is free in June."));
  EXPECT_THAT(mail->text, Not(HasSubstr("HTML version")));
}

TEST(Mail, StopsAtMessagesInsideMessagesInsideMessages) {
  std::string nested = "Subject: innermost\n\nThe core of it.\n";
  for (int i = 0; i < 40; ++i) {
    nested = "Subject: level\nContent-Type: message/rfc822\n\n" + nested;
  }
  const auto mail = read(&read_mail, nested);
  ASSERT_TRUE(mail);
  EXPECT_LT(mail->text.size(), 2000U);
}

TEST(Mailbox, SplitsMessagesIntoSections) {
  const auto box = read(&read_mailbox, sample("fruit.mbox"));
  ASSERT_TRUE(box) << box.error().message;
  ASSERT_EQ(box->outline.size(), 2U);
  EXPECT_EQ(box->outline[1].title, "Second");
  EXPECT_TRUE(box->text.substr(box->outline[1].start).starts_with("Subject: Second"));
  EXPECT_THAT(box->text, HasSubstr("Two figs."));
}

TEST(Calendar, CutsNoCharacterOfATimeThatIsNone) {
  const auto odd = read(&read_calendar,
                        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Dentist\r\n"
                        "DTSTART:20240301T10\t\xc2\xab"
                        "0000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  ASSERT_TRUE(odd);
  EXPECT_TRUE(text::is_valid_utf8(odd->text));
  EXPECT_NE(odd->text.find("2024-03-01"), std::string::npos);
}

TEST(Calendar, WritesEventsAsReadableLines) {
  const auto dentist = read(&read_calendar, sample("dentist.ics"));
  ASSERT_TRUE(dentist);
  EXPECT_THAT(dentist->text, HasSubstr("Dentist, again"));
  EXPECT_THAT(dentist->text, HasSubstr("Start: 2024-03-01 10:00"));
  EXPECT_THAT(dentist->text, HasSubstr("Place: Long Street 5"));
  EXPECT_THAT(dentist->text, Not(HasSubstr("beep")));
  EXPECT_TRUE(dentist->date_ms);
}

TEST(Contacts, WriteCardsAsReadableLines) {
  const auto otto = read(&read_contacts, sample("otto.vcf"));
  ASSERT_TRUE(otto);
  EXPECT_THAT(otto->text, HasSubstr("Otto Berg"));
  EXPECT_THAT(otto->text, HasSubstr("E-mail: otto@example.org"));
  EXPECT_THAT(otto->text, HasSubstr("Address: Hill 3, Berlin, 10115, Germany"));
}

TEST(Decoding, FollowsMarksThenDeclarationsThenTheBytes) {
  EXPECT_EQ(decode_text("\xEF\xBB\xBFplain", ""), "plain");
  EXPECT_EQ(decode_text(sample("utf16.txt"), ""),
            "The key is under the flowerpot \u2013 left.\r\n");
  EXPECT_EQ(decode_text(std::string_view("\xFE\xFF\0a", 4), ""), "a");
  EXPECT_EQ(decode_text("caf\xE9", "iso-8859-1"), "caf\u00e9");
  EXPECT_TRUE(text::is_valid_utf8(*decode_text("a\xF6\xBC\x90\x91z", "UTF8")));
  EXPECT_THAT(*decode_text(sample("latin1.txt"), ""),
              HasSubstr("K\u00fcche betr\u00e4gt zw\u00f6lf"));
  EXPECT_EQ(decode_text("\xD0\x9F\xD1\x80\xD0\xB8", ""), "\u041f\u0440\u0438");
  EXPECT_FALSE(decode_text(std::string_view("\x01\x02\x03\xFF\0\0\x04", 7), ""));
}

TEST(Decoding, RepairsUtf8WithAFewBrokenBytesInsteadOfGuessing) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "gr\u00fc\u00dfe ";
  const auto repaired = decode_text(text + "\xFF" + text, "");
  ASSERT_TRUE(repaired);
  EXPECT_THAT(*repaired, HasSubstr("gr\u00fc\u00dfe \uFFFDgr\u00fc\u00dfe"));
}

Result<std::optional<Document>> read_packed(std::string_view bytes, std::string_view type) {
  return read_gzip(Input{bytes, type, "", {}, 0});
}

TEST(Gzip, ReadsWhatIsInside) {
  const auto changes = read_packed(sample("changelog.Debian.gz"), "text/plain");
  ASSERT_TRUE(changes && *changes);
  EXPECT_THAT((*changes)->text, HasSubstr("no longer whistles"));
  const auto manual = read_packed(sample("manual.html.gz"), "text/html");
  ASSERT_TRUE(manual && *manual);
  EXPECT_EQ((*manual)->title, "Manual");
  EXPECT_THAT((*manual)->text, HasSubstr("every week"));
}

TEST(Gzip, RefusesABombAndDamage) {
  const auto bomb = read_packed(sample("spaces.txt.gz"), "text/plain");
  ASSERT_FALSE(bomb);
  EXPECT_EQ(bomb.error().code, Code::Exhausted);
  const std::string whole = sample("changelog.Debian.gz");
  const auto cut = read_packed(std::string_view(whole).substr(0, whole.size() - 20), "text/plain");
  ASSERT_FALSE(cut);
  EXPECT_THAT(cut.error().message, HasSubstr("damaged"));
  EXPECT_FALSE(read_packed("\x1F\x8Bnonsense", "text/plain"));
}

TEST(Gzip, CutsALongTextAndSaysSo) {
  Input input{{}, "text/plain", "", {}, 0};
  const std::string packed = sample("changelog.Debian.gz");
  input.bytes = packed;
  input.limits.text_bytes_max = 6;
  const auto read = read_gzip(input);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ((*read)->text, "hearth");
  EXPECT_THAT((*read)->problem, HasSubstr("more text"));
}

}  // namespace
}  // namespace hearth::extractor
