"""The main job as a person does it: add a folder, search, ask, read on, take it out again."""
import json
import os
import pathlib
import shutil
import unittest

from hearth_case import SAMPLES, HearthCase, until


class MainJob(HearthCase):
    def test_answers_a_question_from_a_folder_with_the_exact_place(self):
        text = ("# Boiler\n\nThe boiler in the cellar is a Vaillant ecoTEC. It was serviced on 3 March 2025 "
                "by Harald Brandt.\n\nThe next service is due in March 2027.\n")
        path = self.write("house/boiler.md", text)
        self.write("house/garden.md", "# Garden\n\nThe apple tree was planted by grandmother in 1962.\n")
        source = self.add()
        self.assertEqual(source["documents"], 2)
        answer = self.json("ask", "Who serviced the boiler?")
        self.assertTrue(answer["found"], answer)
        self.assertIn("Harald Brandt", answer["answer"])
        first = answer["citations"][0]
        self.assertEqual(first["path"], str(path))
        self.assertEqual(text[first["start"]:first["end"]], first["quote"])
        for member in ("answer", "found", "mode", "citations", "model", "timings"):
            self.assertIn(member, answer)
        for member in ("n", "source", "path", "start", "end", "page", "quote", "score"):
            self.assertIn(member, first)

    def test_says_so_when_the_files_hold_no_answer(self):
        self.write("garden.md", "The apple tree was planted by grandmother in 1962.\n")
        self.add()
        answer = self.json("ask", "What is the serial number of the dishwasher?", code=1)
        self.assertFalse(answer["found"])
        self.assertEqual(answer["citations"], [])
        self.assertIn("Nothing in your files answers this", answer["answer"])

    def test_sees_new_changed_moved_and_deleted_files_by_itself(self):
        note = self.write("note.md", "The spare key hangs behind the clock.\n")
        self.add()
        self.write("new.md", "Zwetschgenkuchen needs 1200 grams of plums.\n")
        until(lambda: self.found("Zwetschgenkuchen")[:1] == ["new.md"], "the new file")
        note.write_text("The spare key hangs in the shed, hook 14b.\n")
        until(lambda: self.found("shed")[:1] == ["note.md"], "the changed file")
        self.assertEqual(self.found('"behind the clock"'), [])
        note.rename(self.folder / "moved.md")
        until(lambda: self.found("shed")[:1] == ["moved.md"], "the moved file")
        (self.folder / "moved.md").unlink()
        until(lambda: "moved.md" not in self.found("shed"), "the deletion")

    def test_keeps_collections_apart(self):
        work = self.tmp / "work"
        work.mkdir()
        (work / "plan.md").write_text("The zeppelin meeting is on Monday.\n")
        self.write("home.md", "The zeppelin model hangs in the attic.\n")
        self.add("--collection", "home")
        self.json("add", work, "--wait", "--collection", "work")
        self.assertEqual(self.found("zeppelin", "--collection", "work"), ["plan.md"])
        self.assertEqual(sorted(self.found("zeppelin")), ["home.md", "plan.md"])

    def test_removes_a_source_with_everything_read_from_it(self):
        self.write("secret.md", "The password hint is Quittenbrot.\n")
        source = self.add()
        self.assertEqual(self.found("Quittenbrot"), ["secret.md"])
        self.json("remove", str(source["id"]))
        self.assertEqual(self.found("Quittenbrot"), [])
        self.assertEqual(self.json("sources")["sources"], [])
        self.assertTrue((self.folder / "secret.md").exists(), "the person's file is untouched")

    def test_lists_files_that_cannot_be_read_and_reads_the_rest(self):
        self.write("broken.pdf", b"%PDF-1.7\nnot really a pdf")
        self.write("good.md", "The ferry leaves at 7:40.\n")
        self.add()
        problems = self.json("sources", "--problems")["problems"]
        self.assertEqual([p["path"].rsplit("/", 1)[1] for p in problems], ["broken.pdf"])
        self.assertTrue(problems[0]["reason"])
        self.assertEqual(self.found("ferry"), ["good.md"])

    def test_keeps_library_and_conversations_across_a_restart(self):
        self.write("note.md", "The library card number is 5501-7723.\n")
        self.add()
        self.hearth("chat", text="What is the library card number?\n")
        self.stop()
        self.assertEqual(self.found("library card"), ["note.md"])
        conversations = self.json("chat", "--list")["conversations"]
        self.assertEqual(len(conversations), 1)
        told = self.hearth("chat", "--continue", text="").stdout
        self.assertIn("5501-7723", told)

    def test_reads_the_whole_sample_library(self):
        shutil.copytree(SAMPLES, self.folder, dirs_exist_ok=True)
        source = self.add()
        self.assertGreater(source["documents"], 15)
        self.assertEqual(self.json("sources", "--problems")["problems"], [])
        question = (SAMPLES.parent / "first_question.txt").read_text().strip()
        answer = self.json("ask", question)
        self.assertTrue(answer["found"])
        self.assertTrue(answer["citations"])


class Commands(HearthCase):
    def test_can_look_without_starting_a_core(self):
        self.assertEqual(self.json("status", "--no-start", code=1)["running"], False)
        self.assertEqual(json.loads(self.hearth("shutdown", "--json").stdout)["stopped"], False)

    def test_start_the_core_when_they_need_it_and_stop_it_on_request(self):
        self.assertEqual(self.json("sources")["sources"], [])
        status = self.json("status")
        self.assertTrue(status["running"])
        self.assertEqual(status["key"], "file")
        self.assertTrue(self.json("shutdown")["stopped"])
        self.json("status", "--no-start", code=1)

    def test_refuse_a_second_core_on_the_same_vault(self):
        self.serve()
        done = self.hearth("serve", code=75)
        self.assertIn(str(self.core.pid), done.stderr)

    def test_name_what_is_missing(self):
        self.assertIn("is not there", self.hearth("add", "/nonexistent", code=66).stderr)
        self.assertIn("no source", self.hearth("remove", "42", code=66).stderr)
        error = json.loads(self.hearth("add", "/nonexistent", "--json", code=66).stdout)["error"]
        self.assertEqual(error["code"], "not_found")

    def test_find_the_machine_in_order(self):
        checks = self.json("doctor", code=None)["checks"]
        self.assertGreaterEqual(len(checks), 6)
        self.assertEqual([c["name"] for c in checks if c["level"] == "error"], [])
        self.assertEqual([c["level"] for c in checks if c["name"] == "memory"], ["ok"])

    def test_keep_the_cores_memory_to_itself_and_no_folder_busy(self):
        process = pathlib.Path("/proc") / str(self.serve().pid)
        limit = next(line for line in (process / "limits").read_text().splitlines() if line.startswith("Max core"))
        self.assertEqual(limit.split()[4:6], ["0", "0"])
        self.assertEqual(os.readlink(process / "cwd"), "/")

    def test_hand_out_and_take_back_tokens(self):
        token = self.json("token", "editor")["token"]
        self.assertGreaterEqual(len(token), 32)
        self.assertEqual([(t["name"], t["scopes"]) for t in self.json("token")["tokens"]], [("editor", ["model.use"])])
        self.assertIn("model.use", self.hearth("token").stdout)
        self.assertNotIn(token, json.dumps(self.json("token")))
        self.json("token", "editor", "--revoke")
        self.assertEqual(self.json("token")["tokens"], [])
        self.assertEqual(self.json("token", "reader", "--read")["scopes"], ["model.use", "library.read"])
        self.assertEqual(self.json("token", "keeper", "--write")["scopes"], ["model.use", "library.read", "library.write"])
        self.assertIn("may hold letters", self.hearth("token", "..", code=64).stderr)
        self.json("token", "--sign-out")


if __name__ == "__main__":
    unittest.main()
