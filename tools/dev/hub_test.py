"""A better model from a hub: tried against a hub of our own on this machine."""

import contextlib
import hashlib
import io
import json
import os
import socket
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest import mock

from dev import hub, paths, up

DATA = bytes(range(256)) * 4096  # 1 MiB
DIGEST = hashlib.sha256(DATA).hexdigest()
REPO = "maker/Good-GGUF"
FILE = "good-q4.gguf"


class Hub(ThreadingHTTPServer):
    """Serves one file as the public hub does; each test says how it misbehaves."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.says_hash = DIGEST          # in the headers of the resolve address; "" is nothing
        self.tree_hash = DIGEST
        self.sends = DATA
        self.cut_after: list[int] = []   # bytes after which each request's line is cut
        self.refuse_head = 0
        self.refuse_get: list[int] = []
        self.ranges = True
        self.pause_s = 0.0
        self.asked: list[tuple[str, str, str]] = []

    def handle_error(self, request, client_address):
        del request, client_address      # clients that hang up are part of the tests


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        del format, args

    def do_HEAD(self):  # pylint: disable=invalid-name
        hub_ = self.server
        hub_.asked.append(("HEAD", self.path, ""))
        time.sleep(hub_.pause_s)
        if hub_.refuse_head:
            return self._plain(hub_.refuse_head)
        self.send_response(302)
        self.send_header("Location", "/cdn/blob")
        if hub_.says_hash:
            self.send_header("X-Linked-ETag", f'"{hub_.says_hash}"')
            self.send_header("X-Linked-Size", str(len(DATA)))
        self.send_header("Content-Length", "0")
        return self.end_headers()

    def do_GET(self):  # pylint: disable=invalid-name
        hub_ = self.server
        wanted = self.headers.get("Range") or ""
        hub_.asked.append(("GET", self.path, wanted))
        if self.path.startswith("/api/models/"):
            entry = {"path": FILE, "lfs": {"oid": hub_.tree_hash, "size": len(DATA)}}
            return self._plain(200, json.dumps([{"path": "README.md"}, entry]).encode())
        if self.path.startswith(f"/{REPO}/resolve/"):
            if hub_.refuse_get:
                return self._plain(hub_.refuse_get.pop(0), retry_after="0")
            self.send_response(302)
            self.send_header("Location", "/cdn/blob")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        return self._blob(wanted)

    def _plain(self, status: int, body: bytes = b"", retry_after: str = ""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)

    def _blob(self, wanted: str):
        hub_ = self.server
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and hub_.ranges else 0
        body = hub_.sends[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(hub_.sends) - 1}/"
                             f"{len(hub_.sends)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if hub_.cut_after:
            self.wfile.write(body[:hub_.cut_after.pop(0)])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.wfile.write(body)


def listed(**said) -> list[dict]:
    """What `hearth models --json` says on a machine with the weak model."""
    good = {"name": "good", "role": "chat", "installed": False, "weak": False, "recommended": True,
            "state": "absent", "licence": "Apache-2.0", "size_bytes": len(DATA), "sha256": DIGEST,
            "sources": [f"hf:{REPO}/{FILE}"], **said}
    weak = {"name": "tiny", "role": "chat", "installed": True, "weak": True, "recommended": False}
    return [weak, good]


class WithAHub(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.server = Hub()
        self.addCleanup(self.server.server_close)
        serving = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        self.addCleanup(self.server.shutdown)
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        env.pop("HEARTH_NO_HUB", None)
        env |= {"HEARTH_CACHE": folder.name,
                "HEARTH_HUB": f"http://127.0.0.1:{self.server.server_port}/"}
        self.patch(mock.patch.dict(os.environ, env, clear=True))
        self.patch(mock.patch("dev.hub._pause", return_value=0.0))
        self.said = io.StringIO()
        self.patch(contextlib.redirect_stdout(self.said))

    def patch(self, context):
        context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def fetch(self, **said):
        return hub.better_model(listed(**said), True)

    def fails(self, words: str, **said) -> hub.Outcome:
        outcome, file = self.fetch(**said)
        self.assertEqual("failed", outcome.kind)
        self.assertIn(words, outcome.reason)
        self.assertIsNone(file)
        return outcome

    def gets(self) -> list[tuple[str, str]]:
        return [(path, wanted) for verb, path, wanted in self.server.asked if verb == "GET"]

    @property
    def part(self) -> Path:
        return paths.models() / "hub" / DIGEST / f"{FILE}.part"


class Fetching(WithAHub):
    def test_the_recommended_model_comes_through_a_redirect_and_is_announced(self):
        outcome, file = self.fetch()
        self.assertEqual(hub.Outcome("came", "good"), outcome)
        self.assertEqual(DATA, file.read_bytes())
        said = self.said.getvalue()
        for word in ("good", "1.0 MB", "Apache-2.0", REPO, "127.0.0.1", "--no-hub"):
            self.assertIn(word, said)

    def test_what_lies_in_the_cache_is_not_fetched_again(self):
        self.fetch()
        self.server.asked.clear()
        _, file = self.fetch()
        self.assertEqual(DATA, file.read_bytes())
        self.assertEqual([], self.server.asked)

    def test_a_cut_line_is_gone_on_with_from_the_same_byte(self):
        self.server.cut_after = [300_000, 400_000]
        _, file = self.fetch()
        self.assertEqual(DATA, file.read_bytes())
        blobs = [wanted for path, wanted in self.gets() if path == "/cdn/blob"]
        self.assertEqual(["", "bytes=300000-", "bytes=700000-"], blobs)

    def test_a_run_that_was_ended_is_gone_on_with_by_the_next(self):
        self.part.parent.mkdir(parents=True)
        self.part.write_bytes(DATA[:500_000])
        _, file = self.fetch()
        self.assertEqual(DATA, file.read_bytes())
        self.assertIn(("/cdn/blob", "bytes=500000-"), self.gets())

    def test_a_hub_without_ranges_is_begun_anew(self):
        self.server.ranges = False
        self.part.parent.mkdir(parents=True)
        self.part.write_bytes(b"x" * 1000)
        _, file = self.fetch()
        self.assertEqual(DATA, file.read_bytes())

    def test_a_line_that_is_cut_again_and_again_keeps_what_came(self):
        self.server.cut_after = [1000] + [0] * 20
        self.fails("1 kB are kept")
        self.assertEqual(DATA[:1000], self.part.read_bytes())

    def test_a_hub_that_says_later_is_asked_later(self):
        self.server.refuse_get = [429, 503]
        outcome, _ = self.fetch()
        self.assertEqual("came", outcome.kind)

    def test_a_hub_that_always_says_later_is_left_alone(self):
        self.server.refuse_get = [429] * 20
        self.fails("status 429")
        self.assertEqual(15, len(self.server.refuse_get))

    def test_a_download_that_would_take_hours_is_not_waited_for(self):
        self.server.cut_after = [300_000]
        with mock.patch("dev.hub._JUDGE_AFTER_S", -1.0), mock.patch("dev.hub._PATIENCE_S", -1.0):
            self.fails("hours more")
        self.assertGreater(self.part.stat().st_size, 0)

    def test_a_full_disk_is_said_before_the_first_byte(self):
        full = mock.Mock(free=5_000)
        with mock.patch("shutil.disk_usage", return_value=full):
            self.fails("the disk is too full")
        self.assertEqual([], self.gets())


class Trust(WithAHub):
    def test_other_bytes_are_deleted(self):
        self.server.sends = b"x" * len(DATA)
        self.fails("other bytes")
        self.assertEqual([], [p for p in self.part.parent.iterdir() if p.is_file()])

    def test_more_bytes_than_announced_are_refused(self):
        self.server.sends = DATA + b"more"
        self.fails("more than")
        self.assertFalse(self.part.exists())

    def test_a_hub_that_publishes_another_hash_than_the_catalogue_is_not_used(self):
        self.server.says_hash = "0" * 64
        self.fails("another file of this name")
        self.assertEqual([], self.gets())

    def test_without_a_hash_of_ours_the_published_one_counts(self):
        _, file = self.fetch(sha256="")
        self.assertEqual(DATA, file.read_bytes())
        self.assertEqual(DIGEST, file.parent.name)

    def test_a_published_hash_that_does_not_fit_the_bytes_is_noticed(self):
        self.server.says_hash = "1" * 64
        self.fails("other bytes", sha256="")

    def test_the_hash_is_looked_up_in_the_listing_when_the_file_does_not_say_it(self):
        self.server.says_hash = ""
        outcome, file = self.fetch(sha256="")
        self.assertEqual("came", outcome.kind)
        self.assertEqual(DATA, file.read_bytes())
        self.assertIn((f"/api/models/{REPO}/tree/main", ""), self.gets())

    def test_a_file_without_any_hash_is_not_fetched(self):
        self.server.says_hash = ""
        self.server.tree_hash = "none"
        self.fails("publishes no sha256", sha256="")
        self.assertFalse(self.part.exists())


class Refusals(WithAHub):
    def test_a_hub_that_refuses_says_why(self):
        for status, words in ((401, "wants an account"), (403, "does not give"),
                              (404, "does not have"), (429, "too many requests"),
                              (500, "status 500")):
            with self.subTest(status):
                self.server.refuse_head = status
                self.fails(words)

    def test_a_file_that_wants_an_account_at_the_download_is_not_tried_again(self):
        self.server.refuse_get = [401, 401]
        self.fails("wants an account")
        self.assertEqual(1, len(self.server.refuse_get))

    def test_no_hub_is_noticed_at_once(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            with mock.patch.dict(os.environ,
                                 {"HEARTH_HUB": f"http://127.0.0.1:{unused.getsockname()[1]}"}):
                begun = time.monotonic()
                outcome, file = self.fetch()
        self.assertEqual("unreachable", outcome.kind)
        self.assertIsNone(file)
        self.assertLess(time.monotonic() - begun, 2.0)
        self.assertEqual("", self.said.getvalue())

    def test_a_hub_that_does_not_answer_is_waited_for_only_so_long(self):
        self.server.pause_s = 1.0
        with mock.patch("dev.hub._REACH_S", 0.1):
            begun = time.monotonic()
            outcome, _ = self.fetch()
        self.assertEqual("unreachable", outcome.kind)
        self.assertLess(time.monotonic() - begun, 0.9)


class Wishes(WithAHub):
    def test_nothing_is_asked_of_anybody_when_the_person_said_no(self):
        self.assertEqual("off", hub.better_model(listed(), False)[0].kind)
        with mock.patch.dict(os.environ, {"HEARTH_NO_HUB": "1"}):
            self.assertEqual("off", self.fetch()[0].kind)
        with mock.patch.dict(os.environ, {"HEARTH_NO_HUB": "0"}):
            self.assertEqual("came", self.fetch()[0].kind)

    def test_a_person_with_a_good_model_keeps_it(self):
        own = {"name": "own", "role": "chat", "installed": True, "weak": False}
        outcome, _ = hub.better_model([own, *listed()], True)
        self.assertEqual("have", outcome.kind)
        self.assertEqual([], self.server.asked)

    def test_a_model_that_was_removed_is_not_forced_on_anybody(self):
        self.assertEqual(hub.Outcome("removed", "good"), self.fetch(state="removed")[0])

    def test_a_machine_too_small_for_any_gets_none(self):
        self.assertEqual("unsuited", self.fetch(recommended=False)[0].kind)
        self.assertEqual("unsuited", self.fetch(sources=["npm:x@1/y"])[0].kind)
        self.assertEqual("unsuited", self.fetch(sources=["hf:../../etc/passwd"])[0].kind)

    def test_a_file_that_was_copied_is_not_kept_twice(self):
        _, file = self.fetch()
        linked = file.with_name("second")
        os.link(file, linked)
        hub.forget_copy(file)
        self.assertTrue(file.exists())
        linked.unlink()
        hub.forget_copy(file)
        self.assertFalse(file.exists())


class TheLastWord(unittest.TestCase):
    WEAK = {"models": {"chat": {"name": "tiny", "weak": True}}}
    GOOD = {"models": {"chat": {"name": "good", "weak": False}}}

    def note(self, status: dict, kind: str, reason: str = "") -> str:
        return up.chat_note(status, hub.Outcome(kind, reason), "./hearth")

    def test_a_good_model_needs_no_word(self):
        self.assertEqual("", self.note(self.GOOD, "have"))
        self.assertEqual("", self.note(self.GOOD, "unreachable"))

    def test_a_model_that_came_is_named_with_what_it_still_has_to_do(self):
        note = self.note(self.GOOD, "came", "good")
        self.assertIn("good", note)
        self.assertIn("exam", note)
        self.assertNotIn("weak", note)

    def test_the_weak_model_is_named_with_the_reason_and_the_way_out(self):
        for kind, reason, words in (("off", "", "as you wished"),
                                    ("unreachable", "", "could be reached"),
                                    ("failed", "the disk is too full", "the disk is too full"),
                                    ("removed", "good", "You have removed good"),
                                    ("unsuited", "", "no better chat model for this machine")):
            with self.subTest(kind):
                note = self.note(self.WEAK, kind, reason)
                self.assertIn(words, note)
                self.assertIn("weak one, tiny", note)
                self.assertIn("./hearth models import FILE.gguf", note)

    def test_no_model_at_all_is_said_so(self):
        note = self.note({}, "unreachable")
        self.assertIn("There is no chat model", note)
        self.assertNotIn("weak", note)


if __name__ == "__main__":
    unittest.main()
