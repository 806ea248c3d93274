"""The building site itself: pins, downloads, models, new files. No network, no compiler."""

import base64
import hashlib
import io
import json
import os
import tarfile
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from dev import (building, commands, debian, fetch, hooks, models, new, paths, pins, proc, recipes,
                 setup)
from dev.term import DevError, seconds, size


def archive(folder: Path, name: str, files: dict[str, bytes]) -> tuple[Path, str]:
    """An npm-like archive and its integrity."""
    path = folder / name
    with tarfile.open(path, "w:gz") as tar:
        for inside, data in files.items():
            about = tarfile.TarInfo(inside)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    digest = hashlib.sha512(path.read_bytes()).digest()
    return path, "sha512-" + base64.b64encode(digest).decode()


class InACache(unittest.TestCase):
    """A cache folder of the test's own."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.cache = Path(scratch.name)
        for patch in (mock.patch.dict(os.environ, {"HEARTH_CACHE": str(self.cache)}),
                      mock.patch("dev.fetch.Step", QuietStep), mock.patch("dev.models.Step",
                                                                         QuietStep)):
            patch.start()
            self.addCleanup(patch.stop)
        (self.cache / "downloads").mkdir()

    def pin(self, files: dict[str, bytes], keep: dict[str, str], **more) -> pins.Pin:
        path, integrity = archive(self.cache / "downloads", "thing-1.0.0.tgz", files)
        said = {"integrity": integrity, "bytes": path.stat().st_size, **more}
        return pins.Pin(key="thing", npm="thing@1.0.0", licence="MIT", why="a test", room="core",
                        group="build", files=keep, **said)


class QuietStep:
    """A Step that prints nothing."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def update(self, detail):
        del detail


class Fetching(InACache):
    def test_only_the_files_that_are_kept_are_unpacked(self):
        pin = self.pin({"package/a/x.so": b"x", "package/a/y.txt": b"y"}, {"a/*.so": "lib/"})
        fetch.fetch_all([pin])
        found = sorted(str(p.relative_to(fetch.unpacked(pin)))
                       for p in fetch.unpacked(pin).rglob("*") if p.is_file())
        self.assertEqual(["lib/x.so"], found)

    def test_an_archive_with_other_bytes_is_refused_and_nothing_is_unpacked(self):
        pin = self.pin({"package/a": b"x"}, {"a": "a"}, integrity="sha512-" + "A" * 86 + "==")
        with self.assertRaisesRegex(DevError, "is not the archive"):
            fetch.fetch_all([pin])
        self.assertFalse(fetch.unpacked(pin).exists())

    def test_a_file_with_another_sha256_is_refused(self):
        pin = self.pin({"package/a": b"x"}, {"a": "a"}, sha256={"a": "0" * 64})
        with self.assertRaisesRegex(DevError, "has sha256"):
            fetch.fetch_all([pin])
        self.assertEqual([], [p for p in paths.deps().iterdir()])

    def test_a_path_that_leaves_the_folder_is_refused(self):
        pin = self.pin({"package/../../evil": b"x"}, {"**": "lib/"})
        with self.assertRaisesRegex(DevError, "unsafe path"):
            fetch.fetch_all([pin])

    def test_a_missing_file_is_named(self):
        pin = self.pin({"package/a": b"x"}, {"b": "b"})
        with self.assertRaisesRegex(DevError, "nothing that matches 'b'"):
            fetch.fetch_all([pin])

    def test_what_is_unpacked_is_not_fetched_again(self):
        pin = self.pin({"package/a": b"x"}, {"a": "a"})
        fetch.fetch_all([pin])
        (self.cache / "downloads" / pin.archive).unlink()
        with mock.patch("dev.fetch._npm_pack", side_effect=AssertionError("went to the network")):
            fetch.fetch_all([pin])


class Pins(unittest.TestCase):
    def test_every_pin_is_complete_and_no_registry_is_named(self):
        table = pins.load()
        self.assertGreater(len(table), 8)
        for pin in table.values():
            with self.subTest(pin.key):
                self.assertRegex(pin.integrity, r"^sha512-[A-Za-z0-9+/]{86}==$")
                self.assertGreater(pin.bytes, 10_000)
                self.assertTrue(pin.licence and pin.why and pin.room and pin.files)
        self.assertNotIn("http", paths.PINS.read_text(encoding="utf-8"))

    def test_scoped_names_become_file_names(self):
        self.assertEqual("node-llama-cpp-linux-x64-3.22.1.tgz",
                         pins.load()["llama_libraries"].archive)

    def test_every_artifact_is_made_of_known_pins_of_its_group(self):
        for artifact in recipes.ARTIFACTS:
            for pin in artifact.inputs:
                self.assertIn(pin.group, ("build", artifact.group))

    def test_a_changed_flag_changes_the_folder(self):
        first = recipes.ARTIFACTS[0]
        other = recipes.Artifact(first.key, first.variable, first.group, first.pins, first.build,
                                 (*first.flags, "-O3"), first.compiled)
        self.assertNotEqual(first.folder, other.folder)

    def test_the_vault_cannot_load_extensions_and_the_bench_can(self):
        flags = {a.key: a.flags for a in recipes.ARTIFACTS}
        self.assertIn("-DSQLITE_OMIT_LOAD_EXTENSION", flags["sqlite3mc"])
        self.assertNotIn("-DSQLITE_OMIT_LOAD_EXTENSION", flags["sqlite3mc_bench"])


class Packages(unittest.TestCase):
    def test_every_line_of_the_list_reads(self):
        listed = debian.listed()
        self.assertEqual(len(listed), len({p.name for p in listed}))
        self.assertEqual({"build", "dev"}, {p.group for p in listed})
        rooms = {p.room for p in listed} - {"-", "web"}
        text = paths.ROOMS.read_text(encoding="utf-8")
        for room in rooms:
            self.assertRegex(text, rf"(?m)^{room}\s*:")

    def test_without_root_the_command_to_type_is_named(self):
        with mock.patch("os.geteuid", return_value=1000), \
                mock.patch.dict(os.environ, {}, clear=False), \
                mock.patch("shutil.which", side_effect=lambda n: n == "apt-get" or None):
            os.environ.pop("HEARTH_NO_APT", None)
            with self.assertRaises(DevError) as caught:
                debian.install(["g++"])
        self.assertIn("apt-get install", caught.exception.hint)
        self.assertIn("g++", caught.exception.hint)


class Models(InACache):
    def test_the_list_names_each_file_with_its_hash(self):
        folder = paths.models() / models.EMBEDDER
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(b"m")
        (folder / "tokenizer.json").write_bytes(b"t")
        models._write_list()
        listed = json.loads((paths.models() / "models.json").read_text(encoding="utf-8"))
        self.assertEqual(["embedder"], [m["role"] for m in listed["models"]])
        self.assertEqual(["model.onnx", "tokenizer.json"],
                         [f["name"] for f in listed["models"][0]["files"]])
        self.assertEqual(hashlib.sha256(b"t").hexdigest(),
                         listed["models"][0]["files"][1]["sha256"])

    def test_joined_parts_with_another_hash_are_refused(self):
        table = pins.load()
        for number in (1, 2):
            folder = fetch.unpacked(table[f"tinyllama_part{number}"])
            folder.mkdir(parents=True)
            (folder / f"part{number}").write_bytes(b"x")
        with self.assertRaisesRegex(DevError, "sha256"):
            models.place_chat()
        self.assertFalse(models.present("chat"))
        self.assertEqual([], list(paths.models().iterdir()))


class Setup(InACache):
    def test_what_was_done_is_remembered_until_something_changes(self):
        with mock.patch("dev.setup._STAMP", self.cache / "stamp"), \
                mock.patch("dev.setup._DEPS_CMAKE", self.cache / "deps.cmake"), \
                mock.patch("dev.recipes.ARTIFACTS", ()):
            (self.cache / "deps.cmake").write_text("", encoding="utf-8")
            self.assertFalse(setup._is_done({"build"}))
            setup._write_stamp({"build"})
            self.assertTrue(setup._is_done({"build"}))
            self.assertFalse(setup._is_done({"build", "dev"}))
            setup._write_stamp({"dev"})
            self.assertTrue(setup._is_done({"build", "dev"}))
            with mock.patch.dict(os.environ, {"HEARTH_CACHE": "/elsewhere"}):
                self.assertFalse(setup._is_done({"build"}))


class Shown(unittest.TestCase):
    def test_times_and_sizes_read_well(self):
        self.assertEqual("3.2 s", seconds(3.21))
        self.assertEqual("2 min 05 s", seconds(125))
        self.assertEqual("113.5 MB", size(113_507_888))

    def test_a_ninja_line_becomes_a_short_one(self):
        self.assertEqual("3/12 a.cpp.o", proc.brief(
            "[3/12] Building CXX object src/x/CMakeFiles/h.dir/a.cpp.o"))

    def test_words_select_tests_in_either_case(self):
        self.assertEqual("*Wrong*Key*:*wrong*key*", building.gtest_filter(["wrong", "key"]))

    def test_the_summary_is_what_ctest_says_last(self):
        text = "1/1 Test #1: core ... Passed\n\n100% tests passed, 0 tests failed out of 1\n\n" \
               "Total Test time (real) =   0.10 sec\n"
        self.assertEqual("100% tests passed, 0 tests failed out of 1\n"
                         "Total Test time (real) =   0.10 sec", building.summary(text))


class NewThings(unittest.TestCase):
    def test_every_kind_writes_files_without_a_placeholder_left(self):
        for kind in new.KINDS:
            with self.subTest(kind):
                files = new.plan(kind, "long_name", paths.ROOT)
                self.assertTrue(files)
                for path, text in files.items():
                    self.assertIn("long_name", path)
                    self.assertNotRegex(path + text, r"@\w+@")

    def test_a_migration_gets_the_next_number(self):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            self.assertEqual(1, new.next_migration(folder))
            (folder / "0007_x.sql").touch()
            self.assertEqual(8, new.next_migration(folder))


class CommandLine(unittest.TestCase):
    def parsed(self, *words):
        return commands._parser().parse_args(words)

    def test_what_follows_belongs_to_the_program_that_is_run(self):
        self.assertEqual(["status", "--json"], self.parsed("run", "status", "--json").rest)
        bench = self.parsed("bench", "startup", "--chunks", "10")
        self.assertEqual(("startup", ["--chunks", "10"]), (bench.name, bench.rest))
        page = self.parsed("web", "dev", "--port", "1")
        self.assertEqual(("dev", ["--port", "1"]), (page.script, page.rest))

    def test_tidy_gets_its_options(self):
        with mock.patch("dev.proc.loud", return_value=7) as loud:
            self.assertEqual(7, commands.main(["tidy", "--staged", "src"]))
        self.assertEqual(["--staged", "src"], loud.call_args.args[0][-2:])

    def test_words_and_a_room_select_tests(self):
        test = self.parsed("test", "storage", "-k", "wrong", "key")
        self.assertEqual(("storage", ["wrong", "key"]), (test.room, test.words))


class Hooks(unittest.TestCase):
    def test_a_hook_that_is_not_ours_is_left_alone(self):
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch)
            proc.output(["git", "init", "-q", root])
            hook = root / ".git" / "hooks" / "pre-commit"
            env = {k: v for k, v in os.environ.items()
                   if k not in ("CI", "HEARTH_NO_HOOK", "GIT_DIR", "GIT_INDEX_FILE")}
            with mock.patch("dev.paths.ROOT", root), mock.patch.dict(os.environ, env, clear=True):
                self.assertTrue(hooks.install())
                self.assertTrue(os.access(hook, os.X_OK))
                self.assertFalse(hooks.install())
                proc.output(["git", "-C", root, "config", "hearth.hook", "false"])
                hook.unlink()
                self.assertFalse(hooks.install())
                self.assertFalse(hook.exists())
                proc.output(["git", "-C", root, "config", "hearth.hook", "true"])
                hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
                self.assertFalse(hooks.install())
                self.assertEqual("#!/bin/sh\nexit 0\n", hook.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
