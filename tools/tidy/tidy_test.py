"""The house rules against small trees: each rule finds what it names, and nothing else."""

import tempfile
import textwrap
import unittest
from pathlib import Path

from tidy import frozen, prose, ratchet, rooms, sizes, words
from tidy.source import Source, Tree

ROOMS = """
# room : may use
core    :
crypto  : core
storage : core crypto
net     : core
cli     : core net
daemon  : *

cli !: storage
door net/client.h : cli
lib sqlite3 : storage
lib boost/  : net
"""


class House(unittest.TestCase):
    """A tree written from a table of path to text."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name)

    def tree(self, files: dict[str, str]) -> Tree:
        for path, text in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(textwrap.dedent(text), encoding="utf-8")
        return Tree(self.root)

    def rooms(self, files: dict[str, str], table: str = ROOMS) -> list[str]:
        return [str(f) for f in rooms.check(self.tree({"src/ROOMS": table, **files}))]

    def words(self, path: str, text: str) -> list[str]:
        found = words.check(self.tree({path: text}), ratchet.Ratchet(""))
        return [f"{f.line} {f.message.split(':')[0]}" for f in found]


class RoomEdges(House):
    def test_a_room_may_use_what_its_line_says(self):
        self.assertEqual([], self.rooms({
            "src/storage/a.cpp": '#include "storage/a.h"\n#include "core/b.h"\n#include <vector>\n',
            "src/daemon/main.cpp": '#include "storage/a.h"\n'}))

    def test_an_edge_that_is_not_in_rooms_is_found_with_its_line(self):
        found = self.rooms({"src/net/a.cpp": '\n#include "storage/a.h"\n'})
        self.assertEqual(1, len(found))
        self.assertIn("src/net/a.cpp:2: [rooms] 'net' may not use 'storage'", found[0])

    def test_a_room_may_not_use_a_room_that_it_only_reaches_through_another(self):
        table = ROOMS + "top : storage\n"
        self.assertEqual(1, len(self.rooms({"src/top/a.cpp": '#include "core/b.h"\n'}, table)))

    def test_its_tests_may_use_what_it_reaches(self):
        table = ROOMS + "top : storage\n"
        self.assertEqual([], self.rooms(
            {"src/top/a_test.cpp": '#include "core/b.h"\n#include <gtest/gtest.h>\n'}, table))

    def test_a_never_line_is_checked_through_other_rooms(self):
        table = ROOMS.replace("net     : core", "net     : core storage")
        found = self.rooms({}, table)
        self.assertEqual(1, len(found))
        self.assertIn("'cli' never reaches 'storage', yet does: cli → net → storage", found[0])

    def test_a_cycle_is_found(self):
        table = ROOMS.replace("core    :", "core    : net")
        self.assertTrue(any("reaches itself" in line for line in self.rooms({}, table)))

    def test_a_room_that_is_not_listed_is_found(self):
        self.assertTrue(self.rooms({"src/attic/a.cpp": "int x;\n"}))

    def test_a_line_that_cannot_be_read_is_found(self):
        self.assertTrue(self.rooms({}, ROOMS + "storage core crypto\n"))

    def test_a_use_of_an_unknown_room_is_found(self):
        self.assertTrue(self.rooms({}, ROOMS + "top : cellar\n"))


class DoorsAndLibraries(House):
    def test_a_door_opens_for_its_guests_only(self):
        self.assertEqual([], self.rooms({"src/cli/a.cpp": '#include "net/client.h"\n'}))
        found = self.rooms({"src/daemon/a.cpp": '#include "net/client.h"\n'})
        self.assertIn("door for cli only", found[0])

    def test_internal_headers_are_closed_to_other_rooms(self):
        self.assertEqual([], self.rooms(
            {"src/storage/a.cpp": '#include "storage/internal/sqlite.h"\n'}))
        found = self.rooms({"src/daemon/a.cpp": '#include "storage/internal/sqlite.h"\n'})
        self.assertIn("is internal to 'storage'", found[0])

    def test_a_third_party_header_belongs_to_one_room(self):
        self.assertEqual([], self.rooms({"src/storage/b.cpp": "#include <sqlite3.h>\n"}))
        found = self.rooms({"src/cli/a.cpp": "#include <sqlite3.h>\n#include <boost/asio.hpp>\n"})
        self.assertEqual(2, len(found))

    def test_a_third_party_header_in_quotes_is_seen_too(self):
        self.assertEqual(1, len(self.rooms({"src/cli/a.cpp": '#include "sqlite3.h"\n'})))

    def test_a_library_of_no_room_is_found(self):
        self.assertIn("belongs to no room",
                      self.rooms({"src/net/a.cpp": "#include <zstd.h>\n"})[0])

    def test_test_libraries_stay_in_tests(self):
        self.assertEqual(1, len(self.rooms({"src/net/a.cpp": "#include <gtest/gtest.h>\n"})))

    def test_system_headers_are_free(self):
        self.assertEqual([], self.rooms({"src/net/a.cpp": "#include <sys/socket.h>\n"
                                         "#include <fcntl.h>\n#include <linux/landlock.h>\n"}))


class Words(House):
    def test_banned_words_come_with_their_replacement(self):
        found = words.check(self.tree({"src/net/a.cpp": "auto t = std::chrono::system_clock::now();"
                                       }), ratchet.Ratchet(""))
        self.assertIn("take a platform::Clock&", found[0].message)

    def test_each_banned_word_is_found(self):
        for text in ("std::thread t;", "std::jthread t;", "using namespace std;", "x.detach();",
                     "std::cout << 1;", 'printf("x");', "int x = rand();", "auto* p = new Thing;",
                     "delete p;", "delete[] p;", "throw 1;", "std::regex r;", 'system("ls");',
                     "std::random_device d;", "sleep_for(1s);", "strcpy(a, b);",
                     "#ifdef __linux__", "std::format(x);", "auto n = time(nullptr);"):
            with self.subTest(text):
                self.assertEqual(1, len(self.words("src/net/a.cpp", text + "\n")))

    def test_what_only_looks_like_one_is_left_alone(self):
        for text in ("Thing(const Thing&) = delete;", "// a new thing", 'auto s = "throw new";',
                     'auto s = R"(using namespace std;)";', "std::thread::hardware_concurrency();",
                     "std::this_thread::get_id();", "std::thread::id who;", "operand(1);", "snprintf(b, 1, x);",
                     "delete_source(id);", "clock.time(x);", "call.system(x);",
                     "using namespace std::chrono_literals;", "int renew = 1;",
                     "auto n = 1'000'000; auto c = 'x'; // rand()", "/* throw */ int x;",
                     "std::unique_ptr<Thing> thing(new Thing(1));"):
            with self.subTest(text):
                self.assertEqual([], self.words("src/net/a.cpp", text + "\n"))

    def test_places_that_may_are_let_through(self):
        self.assertEqual([], self.words("src/platform/clock.cpp", "system_clock::now();\n"))
        self.assertEqual([], self.words("src/cli/a.cpp", "std::cout << 1;\n"))
        self.assertEqual([], self.words("src/net/a_test.cpp", "std::thread t;\n"))
        self.assertEqual([], self.words("src/worker/main.cpp", 'printf("x");\n'))

    def test_the_line_number_survives_comments_and_raw_strings(self):
        text = '/* one\ntwo */\nauto s = R"x(\n)x";\nthrow 1;\n'
        self.assertEqual(["5 throw"], self.words("src/net/a.cpp", text))

    def test_a_lane_may_have_its_thread(self):
        tree = self.tree({"src/net/a.cpp": "std::jthread t;\n",
                          words.LANES: "src/net/a : listens\nsrc/net/gone : is gone\n"})
        found = words.check(tree, ratchet.Ratchet(""))
        self.assertEqual([words.LANES], [f.path for f in found])

    def test_an_allowed_count_is_let_through_and_no_more(self):
        tree = self.tree({"src/net/a.cpp": "std::thread a;\nstd::thread b;\n"})
        self.assertEqual([], words.check(tree, ratchet.Ratchet("word std::thread src/net/a.cpp 2")))
        self.assertEqual(2, len(words.check(tree, ratchet.Ratchet(
            "word std::thread src/net/a.cpp 1"))))

    def test_unfinished_work_and_vague_names_are_found(self):
        self.assertTrue(self.words("src/net/a.cpp", "// " + "TODO: later\n"))
        self.assertTrue(self.words("src/net/string_utils.cpp", "int x;\n"))

    def test_a_lock_file_names_no_registry(self):
        self.assertTrue(self.words("web/package-lock.json", '{"resolved": "https://x/y.tgz"}'))


class Sizes(House):
    def functions(self, text: str) -> list[tuple[str, int]]:
        tree = self.tree({"src/net/a.cpp": text})
        source = Source(tree.root, "src/net/a.cpp")
        return [(name, last - first + 1) for name, first, last in sizes.cpp_functions(source)]

    def test_functions_are_found_with_their_length(self):
        self.assertEqual([("Server::run", 4), ("free_one", 1)], self.functions("""
            namespace hearth::net {
            Result<void> Server::run(const Call& call) {
              if (x) { y(); }
              for (;;) { z({1, 2}); }
            }
            int free_one() { return 1; }
            }  // namespace hearth::net
            """))

    def test_constructors_with_brace_initialisers_are_whole(self):
        self.assertEqual([("Server::Server", 3)], self.functions("""
            Server::Server(int a, int b) : a_{a}, b_{b} {
              start();
            }
            """))

    def test_tests_are_named_after_their_behaviour(self):
        self.assertEqual([("Server.StopsWhenAsked", 3)], self.functions("""
            TEST(Server, StopsWhenAsked) {
              EXPECT_TRUE(true);
            }
            """))

    def test_tables_classes_and_enums_are_not_functions(self):
        self.assertEqual([("size", 1)], self.functions("""
            const std::array<int, 2> kTable = {
              1,
              2};
            enum class Kind : int { A, B };
            struct Point { int x = 0; int y{0}; };
            class Box final : public Shape {
             public:
              int size() const { return 1; }
            };
            """))

    def test_lambdas_and_macros_do_not_confuse(self):
        self.assertEqual([("run", 3), ("after", 1)], self.functions("""
            #define LOOP(x) for (;;) { \\
              x; }
            void run() {
              auto f = [&](int x) { return x; };
            }
            void after() {}
            """))

    def test_a_long_function_and_a_long_file_are_found(self):
        body = "\n".join(f"  int x{i};" for i in range(80))
        found = sizes.check(self.tree({"src/net/a.cpp": f"void run() {{\n{body}\n}}\n",
                                       "src/net/b.cpp": "int x;\n" * 601}), ratchet.Ratchet(""))
        self.assertEqual(["src/net/a.cpp", "src/net/b.cpp"], [f.path for f in found])
        self.assertIn("run has 82 lines; 70 is the most", found[0].message)

    def test_a_large_blob_is_found(self):
        found = sizes.check(self.tree({"samples/film.txt": "x" * (513 * 1024)}),
                            ratchet.Ratchet(""))
        self.assertEqual(["blob"], [f.rule for f in found])


class Exceptions(House):
    def test_an_exception_raises_the_limit_of_one_thing(self):
        allow = ratchet.Ratchet("file src/a.cpp 640\n")
        self.assertEqual(640, allow.limit("file", "src/a.cpp", 640, 600))
        self.assertEqual(600, allow.limit("file", "src/b.cpp", 640, 600))
        self.assertEqual([], allow.check(None))

    def test_an_exception_that_is_too_generous_is_found(self):
        allow = ratchet.Ratchet("file src/a.cpp 640\n")
        allow.limit("file", "src/a.cpp", 620, 600)
        self.assertIn("lower it to 620", allow.check(None)[0].message)

    def test_an_exception_nobody_needs_is_found(self):
        allow = ratchet.Ratchet("file src/a.cpp 640\n")
        self.assertIn("remove the line", allow.check(None)[0].message)

    def test_exceptions_never_grow(self):
        allow = ratchet.Ratchet("file src/a.cpp 640\n")
        allow.limit("file", "src/a.cpp", 640, 600)
        self.assertEqual([], allow.check("file src/a.cpp 700\n"))
        self.assertIn("may only shrink", allow.check("file src/a.cpp 630\n")[0].message)
        self.assertIn("may only shrink", allow.check("")[0].message)


class Prose(House):
    def found(self, text: str) -> list[int]:
        return [f.line for f in prose.check(self.tree({"src/net/a.h": text}))]

    def test_a_class_without_a_sentence_is_found(self):
        self.assertEqual([2], self.found("namespace x {\nclass Bare {\n};\n}\n"))

    def test_a_sentence_above_is_enough_also_above_a_template(self):
        self.assertEqual([], self.found("/// Says what it is.\nclass Fine {\n};\n"
                                        "/// Too.\ntemplate <class T>\nclass Box {\n};\n"))

    def test_declarations_and_short_structs_need_none(self):
        self.assertEqual([], self.found("class Later;\nstruct Pair {\n  int a;\n};\n"))

    def test_a_long_struct_must_explain_something(self):
        members = "".join(f"  int m{i};\n" for i in range(9))
        self.assertEqual([1], self.found(f"struct Long {{\n{members}}};\n"))
        self.assertEqual([], self.found(f"struct Long {{\n  int n;  ///< Why.\n{members}}};\n"))


class Frozen(House):
    FOLDER = "src/storage/migrations"

    def found(self, files: dict[str, str]) -> list[str]:
        return [f.message for f in frozen.check(self.tree(files))]

    def test_a_released_migration_may_not_change(self):
        files = {f"{self.FOLDER}/0001_first.sql": "-- why\nCREATE TABLE a(x);\n"}
        frozen.lock(self.tree(files))
        self.assertEqual([], self.found({}))
        found = self.found({f"{self.FOLDER}/0001_first.sql": "-- why\nCREATE TABLE b(x);\n"})
        self.assertIn("is frozen", found[0])

    def test_a_released_migration_may_not_vanish(self):
        frozen.lock(self.tree({f"{self.FOLDER}/0001_first.sql": "-- why\n",
                               f"{self.FOLDER}/0002_second.sql": "-- why\n"}))
        (self.root / self.FOLDER / "0002_second.sql").unlink()
        self.assertIn("is gone", self.found({})[0])

    def test_numbers_are_unique_and_without_gaps(self):
        found = self.found({f"{self.FOLDER}/0001_a.sql": "-- why\n",
                            f"{self.FOLDER}/0003_b.sql": "-- why\n",
                            f"{self.FOLDER}/0003_c.sql": "-- why\n"})
        self.assertEqual(2, len(found))

    def test_a_migration_says_why(self):
        self.assertEqual(1, len(self.found({f"{self.FOLDER}/0001_a.sql": "CREATE TABLE a(x);\n"})))

    def test_every_listed_parser_has_a_fuzz_target_and_the_reverse(self):
        found = self.found({"fuzz/PARSERS": "src/net/a.cpp : http\nsrc/net/b.cpp : none\n",
                            "fuzz/http.cpp": "", "fuzz/stray.cpp": "", "src/net/a.cpp": "",
                            "src/net/b.cpp": ""})
        self.assertEqual(["fuzz/none.cpp does not exist", "is not in fuzz/PARSERS"], sorted(found))


if __name__ == "__main__":
    unittest.main()
