"""Runs the real programs in a home of their own. Standard library only.

HEARTH_BIN_DIR is the folder with `hearth` and its helpers (CTest sets it). Models come from the cache
that `./dev setup` fills; a test that needs one it does not have says so and fails.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ.get("HEARTH_BIN_DIR", "build/dev")).resolve()
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCE / "samples" / "library"
# Sanitizers make everything several times slower; a deadline is for hangs, not for speed.
PATIENCE = 240


def until(condition, what, seconds=PATIENCE):
    """Waits for a condition, not for time; the pause only keeps the processor free."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.02)


class HearthCase(unittest.TestCase):
    """A temporary HEARTH_HOME and FOLDER for each test; the core is stopped afterwards."""

    prefix = []  # Words before every command, e.g. a network namespace.

    def setUp(self):
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix="hearth-e2e-"))
        self.home = self.tmp / "home"
        self.folder = self.tmp / "files"
        self.folder.mkdir()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("DBUS_")},
            "HEARTH_HOME": str(self.home),
            "NO_COLOR": "1",
            # The key goes to a file: no desktop keychain in tests.
            "HEARTH_KEYCHAIN": "off",
            # A model's exam takes the whole processor for minutes.
            "HEARTH_EXAM": "off",
        }
        self.core = None

    def tearDown(self):
        self.stop()
        shutil.rmtree(self.tmp, ignore_errors=True)

    # --- running ---

    def hearth(self, *words, code=0, text=None, timeout=PATIENCE):
        done = subprocess.run(
            [*self.prefix, str(BIN / "hearth"), *map(str, words)], env=self.env, input=text,
            stdin=None if text is not None else subprocess.DEVNULL,
            capture_output=True, text=True, timeout=timeout)
        if code is not None:
            self.assertEqual(done.returncode, code,
                             f"hearth {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}\n{self.log()}")
        return done

    def json(self, *words, code=0, **more):
        return json.loads(self.hearth(*words, "--json", code=code, **more).stdout)

    def serve(self, *words):
        """Starts `hearth serve` as a child, so that a test can kill it."""
        self.core = subprocess.Popen(
            [*self.prefix, str(BIN / "hearth"), "serve", *words], env=self.env,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        until(lambda: self.running() or self.core.poll() is not None, "the core to answer")
        self.assertIsNone(self.core.poll(), f"the core ended: {self.core.poll()}")
        return self.core

    def running(self):
        return subprocess.run([*self.prefix, str(BIN / "hearth"), "status", "--no-start"], env=self.env,
                              stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

    def stop(self):
        subprocess.run([*self.prefix, str(BIN / "hearth"), "shutdown"], env=self.env,
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE)
        if self.core:
            try:
                self.core.wait(30)
            except subprocess.TimeoutExpired:
                self.core.kill()
                self.core.wait()
            self.core.stderr.close()
            self.core = None

    def kill(self):
        self.core.send_signal(signal.SIGKILL)
        self.core.wait()
        self.core.stderr.close()
        self.core = None

    def log(self):
        path = self.home / "run" / "serve.log"
        return "log:\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:]) if path.exists() else ""

    # --- files ---

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")
        return path

    def add(self, *words):
        return self.json("add", self.folder, "--wait", *words)

    def found(self, words, *more):
        done = self.hearth("search", words, "--json", *more, code=None)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return [pathlib.Path(hit["path"]).name for hit in json.loads(done.stdout)["hits"]]
