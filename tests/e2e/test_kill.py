"""kill -9 at any moment loses no committed thing."""
import json
import random
import unittest

from hearth_case import HearthCase, until

KILLS = 20
FILES = 200


class Kill(HearthCase):
    def make_files(self):
        words = random.Random(7)
        syllables = ["ba", "do", "ki", "lu", "me", "no", "ra", "si", "tu", "ve"]
        for i in range(FILES):
            body = " ".join("".join(words.choices(syllables, k=3)) for _ in range(words.randint(30, 160)))
            self.write(f"{i % 10}/file{i:04}.txt", f"marker{i:04} {body}\n")

    def picture(self):
        """What the index says, in a form that two homes can be compared by."""
        status = self.json("status")
        places = {}
        for i in range(0, FILES, 7):
            hits = self.json("search", f"marker{i:04}", "-k", "3")["hits"]
            places[i] = (hits[0]["path"], hits[0]["start"], hits[0]["end"], hits[0]["text"])
        return {"documents": status["documents"], "chunks": status["chunks"],
                "embedded": status["embedded"], "places": places}

    def test_comes_back_after_every_kill_and_ends_like_a_fresh_index(self):
        self.make_files()
        moments = random.Random(11)
        self.serve()
        self.json("add", self.folder)
        documents = 0
        for _ in range(KILLS):
            goal = documents + moments.randint(1, FILES // KILLS)

            def far_enough():
                status = json.loads(self.hearth("status", "--json").stdout)
                return status["documents"] >= goal or status["progress"]["idle"]

            until(far_enough, "some more files")
            self.kill()
            self.serve()
            now = self.json("status")["documents"]
            self.assertGreaterEqual(now, documents, "a committed document was lost")
            documents = now
        self.json("add", self.folder, "--wait")
        after_kills = self.picture()
        self.assertEqual([c for c in self.json("doctor", code=None)["checks"]
                          if c["name"] == "database" and c["level"] != "ok"], [])
        self.stop()

        self.home = self.tmp / "fresh"
        self.env["HEARTH_HOME"] = str(self.home)
        self.add()
        self.assertEqual(after_kills, self.picture())


if __name__ == "__main__":
    unittest.main()
