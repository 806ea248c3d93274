"""Everything works with the network unplugged: a network namespace with loopback only."""
import json
import subprocess
import unittest

from hearth_case import BIN, HearthCase

# A namespace that has nothing but its own loopback; commands of one test share it.
PLUG = "ip link set lo up && exec sleep infinity"


class Unplugged(HearthCase):
    def setUp(self):
        super().setUp()
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", PLUG], stdin=subprocess.DEVNULL)
        self.addCleanup(self.holder.wait)
        self.addCleanup(self.holder.kill)
        self.prefix = ["nsenter", "--net", f"--target={self.holder.pid}"]

        def loopback_is_up():
            shown = subprocess.run([*self.prefix, "ip", "-o", "link"], capture_output=True, text=True)
            return "lo:" in shown.stdout and "UP" in shown.stdout and "eth" not in shown.stdout

        from hearth_case import until
        until(loopback_is_up, "the namespace")

    def test_adds_searches_and_answers(self):
        self.write("ferry.md", "# Ferry\n\nThe ferry to Gozo costs 4.65 euros and leaves every 45 minutes.\n")
        self.add()
        self.assertEqual(self.found("ship to the island"), ["ferry.md"])
        answer = self.json("ask", "What does the ferry to Gozo cost?")
        self.assertIn("4.65", answer["answer"])
        page = subprocess.run([*self.prefix, "sh", "-c", f'exec "{BIN}/hearth" open --print'], env=self.env,
                              capture_output=True, text=True)
        self.assertIn("http://127.0.0.1:", page.stdout)
        self.assertFalse([c for c in json.loads(self.hearth("doctor", "--json", code=None).stdout)["checks"]
                          if c["level"] == "error"])


if __name__ == "__main__":
    unittest.main()
