#include "ingest/read/extractor.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/dir.h"
#include "platform/sandbox.h"

namespace hearth::ingest {
namespace {

using namespace std::chrono_literals;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "." : value;
}

Extractor::Options options() {
  return {.program = environment("HEARTH_BIN_DIR") + "/hearth-extract"};
}

platform::UniqueFd sample(const std::string& name) {
  return std::move(
      platform::open_regular(environment("HEARTH_SOURCE_DIR") + "/tests/data/ingest/" + name)
          .value());
}

TEST(Extractor, ReadsAnOpenFile) {
  Extractor extractor(options());
  const auto file = sample("menu.html");
  const auto read = extractor.extract({}, {file.get(), "text/html", "menu.html"});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->media_type, "text/html");
  EXPECT_THAT((*read)->text, testing::HasSubstr("eight o'clock"));
}

TEST(Extractor, GivesUpAFileThatTakesTooLong) {
  Extractor::Options hurried = options();
  hurried.time_max = 1ms;
  Extractor impatient(hurried);
  const auto bomb = sample("bomb.docx");
  const auto late = impatient.extract(
      {},
      {bomb.get(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "b"});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::TimedOut);
}

TEST(Extractor, SaysNothingForBytesThatAreNoText) {
  Extractor extractor(options());
  const std::string path = testing::TempDir() + "hearth_no_text_" + std::to_string(::getpid());
  std::ofstream(path, std::ios::binary) << std::string("\x01\x02\x03\xFF\x00\x04", 6);
  const auto file = platform::open_regular(path).value().release();
  const auto read = extractor.extract({}, {file, "text/plain", "x"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_FALSE(*read);
  ::close(file);
  ::unlink(path.c_str());
}

TEST(Extractor, ReadsManyFilesAtTheSameTime) {
  Extractor extractor(options());
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> lanes;
    for (int lane = 0; lane < 4; ++lane) {
      lanes.emplace_back([&] {
        for (int i = 0; i < 10; ++i) {
          const auto file = sample("recipe.rtf");
          const auto read = extractor.extract({}, {file.get(), "application/rtf", "recipe.rtf"});
          if (read && *read && (*read)->outline.size() == 1) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 40);
  EXPECT_EQ(extractor.extracted(), 40);
}

// A page in Japanese whose font is not embedded: its characters are known only from the maps that
// lie outside the document.
std::string japanese_pdf() {
  const std::string page = "BT /F 24 Tf 50 700 Td <93FA967B8CEA> Tj ET";  // Shift JIS
  return "%PDF-1.4\n"
         "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
         "2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n"
         "3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
         "/Resources<</Font<</F 5 0 R>>>>>> endobj\n"
         "4 0 obj <</Length " +
         std::to_string(page.size()) + ">> stream\n" + page +
         "\nendstream endobj\n"
         "5 0 obj <</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/90ms-RKSJ-H"
         "/DescendantFonts[6 0 R]>> endobj\n"
         "6 0 obj <</Type/Font/Subtype/CIDFontType0/BaseFont/Ryumin-Light/CIDSystemInfo"
         "<</Registry(Adobe)/Ordering(Japan1)/Supplement 2>>/FontDescriptor 7 0 R>> endobj\n"
         "7 0 obj <</Type/FontDescriptor/FontName/Ryumin-Light/Flags 6/FontBBox[0 -200 1000 900]"
         "/ItalicAngle 0/Ascent 800/Descent -200/StemV 80/CapHeight 700>> endobj\n"
         "trailer <</Root 1 0 R>>\n%%EOF\n";
}

class Scratch {
 public:
  Scratch(const std::string& name, std::string_view bytes)
      : path_(testing::TempDir() + "hearth_" + std::to_string(::getpid()) + name) {
    std::ofstream(path_, std::ios::binary) << bytes;
    fd_ = std::move(platform::open_regular(path_).value());
  }
  ~Scratch() { ::unlink(path_.c_str()); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  std::string path_;
  platform::UniqueFd fd_;
};

TEST(Extractor, ReadsScriptsWhoseMapsLieOutsideTheDocument) {
  if (!platform::sandbox_support().files_confined) GTEST_SKIP() << "Nothing may be opened here.";
  Extractor extractor(options());
  const Scratch file("japanese.pdf", japanese_pdf());
  const auto read = extractor.extract({}, {file.fd(), "application/pdf", "japanese.pdf"});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(*read);
  EXPECT_THAT((*read)->text, testing::HasSubstr("日本語"));
}

TEST(Extractor, UnpacksBeforeItReads) {
  Extractor extractor(options());
  const auto file = sample("manual.html.gz");
  const auto read =
      extractor.extract({}, {file.get(), "text/html", "manual.html.gz", /*gzip=*/true});
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(*read);
  EXPECT_EQ((*read)->title, "Manual");
}

/// The process ids of the helper and its children: all that run this program for this test.
std::vector<pid_t> helpers() {
  std::vector<pid_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::error_code gone;
    const auto program = std::filesystem::read_symlink(entry.path() / "exe", gone);
    if (gone || program != std::filesystem::weakly_canonical(options().program)) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string skipped;
    pid_t parent = 0;
    stat >> skipped >> skipped >> skipped >> parent;
    const bool ours = parent == ::getpid() || std::ranges::find(out, parent) != out.end();
    if (ours) out.push_back(std::stoi(name));
  }
  return out;
}

std::optional<pid_t> wait_for_helpers(std::size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < deadline) {
    std::vector<pid_t> seen = helpers();
    if (seen.size() >= count) return count == 1 ? seen.front() : seen.back();
    std::this_thread::yield();
  }
  return std::nullopt;
}

// So long that it can be caught at work.
std::string endless_rtf() {
  std::string out = "{\\rtf1 ";
  for (int i = 0; i < 500'000; ++i) out += "word\\par ";
  return out + "}";
}

TEST(Extractor, LosesOnlyTheFileWhoseReaderIsKilled) {
  Extractor extractor(options());
  const Scratch slow("slow.rtf", endless_rtf());
  Result<std::optional<Extracted>> lost = std::optional<Extracted>{};
  {
    const std::jthread lane(
        [&] { lost = extractor.extract({}, {slow.fd(), "application/rtf", "slow.rtf"}); });
    const auto child = wait_for_helpers(2);
    ASSERT_TRUE(child);
    ASSERT_EQ(::kill(*child, SIGKILL), 0);
  }
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Code::Corrupt);
  EXPECT_THAT(lost.error().message, testing::HasSubstr("signal 9"));
  const auto next = sample("recipe.rtf");
  EXPECT_TRUE(extractor.extract({}, {next.get(), "application/rtf", "recipe.rtf"}));
}

TEST(Extractor, StartsAnotherHelperWhenOneDiesAndReadsTheFileAgain) {
  Extractor extractor(options());
  const Scratch slow("again.rtf", endless_rtf());
  Result<std::optional<Extracted>> read = std::optional<Extracted>{};
  {
    const std::jthread lane(
        [&] { read = extractor.extract({}, {slow.fd(), "application/rtf", "again.rtf"}); });
    ASSERT_TRUE(wait_for_helpers(2));
    const auto helper = wait_for_helpers(1);
    ASSERT_TRUE(helper);
    ASSERT_EQ(::kill(*helper, SIGKILL), 0);
  }
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_TRUE(*read);
  EXPECT_THAT((*read)->text, testing::HasSubstr("word"));
}

}  // namespace
}  // namespace hearth::ingest
