"""What the core says and does in its first moments."""
import json
import os
import time
import unittest

from hearth_case import HearthCase

TINYLLAMA = "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0"
GIGABYTE = 1 << 30


class Start(HearthCase):
    def cache_a_model_that_takes_a_minute_to_hash(self):
        cache = self.tmp / "cache" / "models"
        (cache / TINYLLAMA).mkdir(parents=True)
        with open(cache / TINYLLAMA / "model.bin", "wb") as file:
            # Mostly a hole, and room for as much as keeps it from being refused as one.
            os.posix_fallocate(file.fileno(), 0, 3 * GIGABYTE)
            file.truncate(40 * GIGABYTE)
        (cache / "models.json").write_text(json.dumps({"version": 1, "models": [
            {"role": "chat", "name": "tinyllama-1.1b-chat", "main": "model.bin", "sha256": TINYLLAMA}]}))
        self.env["HEARTH_CACHE"] = str(self.tmp / "cache")

    def test_answers_while_a_new_model_is_being_checked(self):
        self.cache_a_model_that_takes_a_minute_to_hash()
        self.write("note.md", "The tandem is in the basement.\n")
        self.serve()
        status = self.json("status")
        self.assertEqual(status["models"]["chat"]["name"], "tinyllama-1.1b-chat")
        self.assertEqual(status["models"]["chat"]["state"], "checking")
        self.assertTrue(any("Checking tinyllama-1.1b-chat" in note for note in status["notes"]), status["notes"])
        listed = {model["name"]: model["state"] for model in self.json("models")["models"]}
        self.assertEqual(listed["tinyllama-1.1b-chat"], "checking")
        self.json("add", self.folder, "--wait")
        self.assertEqual(self.found("tandem"), ["note.md"])
        self.assertEqual(self.json("status")["models"]["chat"]["state"], "checking")
        begun = time.monotonic()
        self.hearth("shutdown")
        self.core.wait(30)
        self.assertLess(time.monotonic() - begun, 20, "checking a model held up the end")

    def test_knows_its_numbers_from_the_first_answer_on(self):
        for i in range(300):
            self.write(f"note{i}.md", "".join(f"# Part {n}\n\nPebble {i} of heap {n}.\n\n" for n in range(5)))
        self.add()
        before = self.json("status")
        self.assertGreaterEqual(before["chunks"], 300)
        self.assertFalse(before["loading"])
        self.stop()
        self.serve()
        after = self.json("status")
        self.assertEqual(after["chunks"], before["chunks"])
        self.assertEqual(after["documents"], before["documents"])

    def test_a_vault_whose_database_is_gone_is_left_as_it_is(self):
        self.write("note.md", "The tandem is in the basement.\n")
        self.add()
        self.stop()
        (self.home / "vault.db").rename(self.tmp / "vault.db")
        said = self.hearth("status", code=None)
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("vault.db is missing or empty", said.stderr)
        self.assertIn("to begin anew with an empty vault, remove", said.stderr)
        self.assertFalse((self.home / "vault.db").exists())
        (self.tmp / "vault.db").rename(self.home / "vault.db")
        self.assertEqual(self.found("tandem"), ["note.md"])


if __name__ == "__main__":
    unittest.main()
