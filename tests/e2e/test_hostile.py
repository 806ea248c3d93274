"""Hostile input of every kind: none stops the core, each gets a clear word."""
import io
import json
import os
import pathlib
import socket
import subprocess
import unittest
import zipfile

from hearth_case import HearthCase, until

MEGABYTE = 1 << 20


def zip_of(entries, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


DOCX_HEAD = '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
DOCX_TAIL = "</w:t></w:r></w:p></w:body></w:document>"
PDF_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class HostileFiles(HearthCase):
    """One folder with all of it, and a good file that must still be found."""

    def make(self):
        write = self.write
        # Broken PDFs: cut, without objects, with a loop of pages, with absurd sizes.
        write("cut.pdf", PDF_HEAD + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
        write("noise.pdf", PDF_HEAD + os.urandom(200_000))
        write("loop.pdf", PDF_HEAD + b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>"
              b"endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
        write("absurd.pdf", PDF_HEAD + b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 2147483647>>"
              b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 1e38 1e38]/Contents 4 0 R>>endobj "
              b"4 0 obj<</Length 99999999999>>stream\nBT ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
        # Archives: bombs, doors and tricks.
        write("bomb.docx", zip_of([("word/document.xml", DOCX_HEAD + " " * (900 * MEGABYTE // 4) + DOCX_TAIL)]))
        inner = zip_of([("x", b"\0" * (50 * MEGABYTE))])
        write("nested.epub", zip_of([(f"{i}.zip", inner) for i in range(20)]))
        write("outside.epub", zip_of([("../../../../tmp/hearth-escaped", "x"), ("META-INF/container.xml", "<container/>")]))
        write("entity.docx", zip_of([("word/document.xml",
              '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">'
              '<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>' + DOCX_HEAD[21:] + "&x;&c;" + DOCX_TAIL)]))
        write("many.docx", zip_of([(f"f{i}", "") for i in range(30_000)], zipfile.ZIP_STORED))
        write("cut.odt", zip_of([("content.xml", "<a>")])[:-30])
        # Text that is none.
        write("invalid.txt", b"\xfa\x80\xff broken \xc3\x28 marker-invalid-utf8 \xf0\x9f\x92 end\n")
        write("zeros.txt", b"text first\n" + b"\0" * 100_000)
        write("line.txt", b"gigantic " * (10 * MEGABYTE // 9))
        write("deep.html", "<div>" * 200_000 + "deep" + "</div>" * 200_000)
        write("deep.json", "[" * 500_000 + "]" * 500_000)
        write("deep.rtf", "{\\rtf1 " + "{" * 300_000 + "x" + "}" * 300_000 + "}")
        write("numbers.rtf", "{\\rtf1\\u99999999999999999999?\\bin99999999999 x\\'zz}")
        write("headers.eml", "".join(f"X-{i}: {'a' * 200}\n" for i in range(20_000)) + "\nbody\n")
        write("parts.eml", "Content-Type: multipart/mixed; boundary=a\n\n"
              + "".join(f"--a\nContent-Type: multipart/mixed; boundary=a{i}\n\n" for i in range(2_000)))
        write("quotes.csv", 'a,b\n"never closed,' + "x" * 300_000)
        write("bidi\u202etxt.md", "A name that turns around.\n")
        # The file system.
        write("line\nbreak.md", "A file with a line break in its name.\n")
        path = bytes(self.folder) + b"/latin-\xe9.md"
        with open(path, "wb") as file:
            file.write(b"A name that is not UTF-8.\n")
        deep = self.folder
        for _ in range(60):
            deep = deep / "very-deep-folder-name"
            if len(str(deep)) > 1800:
                break
        deep.mkdir(parents=True)
        (deep / "bottom.md").write_text("The bottom of the deep folder.\n")
        os.symlink("..", self.folder / "loop")
        os.symlink("/etc", self.folder / "outside")
        os.symlink("self", self.folder / "self")
        os.mkfifo(self.folder / "pipe.txt")
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(self.folder / "socket.txt"))
        self.addCleanup(server.close)
        with open(self.folder / "sparse.txt", "wb") as file:
            file.truncate(50 << 30)
        (self.folder / "script.sh; rm -rf ~.md").write_text("A name like a command.\n")
        write("good.md", "The lighthouse keeper was called Ingeborg.\n")

    def test_none_stops_the_core_and_each_is_reported(self):
        self.make()
        self.serve()
        self.json("add", self.folder)
        # Vectors of twenty megabytes of one line would take an hour; words are there long before.
        until(lambda: self.json("status")["progress"]["idle"] and self.found("lighthouse keeper"), "the reading")
        self.assertEqual(self.found("lighthouse keeper")[:1], ["good.md"])
        self.assertEqual(self.found("bottom of the deep folder")[:1], ["bottom.md"])
        self.assertIn("invalid.txt", self.found("marker-invalid-utf8"))
        problems = {pathlib.Path(p["path"]).name: p["reason"] for p in self.json("sources", "--problems")["problems"]}
        for name in ("cut.pdf", "noise.pdf", "bomb.docx", "cut.odt", "sparse.txt", "many.docx"):
            self.assertIn(name, problems)
            self.assertGreater(len(problems[name]), 15, f"{name}: a reason that helps")
        self.assertFalse(pathlib.Path("/tmp/hearth-escaped").exists())
        texts = json.dumps(self.json("search", "root:x:0:0 daemon nologin", "-k", "50", code=None))
        self.assertNotIn("root:x:0:0", texts, "no foreign file was read through an entity or a link")
        self.assertIsNone(self.core.poll(), "the core still runs")

    def test_a_damaged_database_page_is_named_and_nothing_is_overwritten(self):
        self.write("note.md", "Something to keep.\n" * 2000)
        self.add()
        self.stop()
        database = self.home / "vault.db"
        size = database.stat().st_size
        with open(database, "r+b") as file:
            for page in range(2, size // 4096):
                file.seek(page * 4096 + 100)
                file.write(b"\xaa" * 64)
        damaged = database.read_bytes()
        checks = json.loads(self.hearth("doctor", "--json", code=None).stdout)["checks"]
        bad = [c for c in checks if c["level"] == "error"]
        self.assertTrue(bad, checks)
        self.assertTrue(any("damaged" in c["message"] or "corrupt" in c["message"].lower() for c in bad), bad)
        self.assertTrue(all(c["mend"] for c in bad), bad)
        self.assertEqual(len(damaged), database.stat().st_size)

    def test_a_truncated_model_file_is_refused_and_search_by_word_goes_on(self):
        self.write("note.md", "The tandem is in the basement.\n")
        self.add()
        self.stop()
        for model in (self.home / "models").rglob("*"):
            if model.is_file() and model.stat().st_size > MEGABYTE:
                content = model.read_bytes()[:MEGABYTE // 2]
                model.unlink()  # It may be a hard link: the original stays whole.
                model.write_bytes(content)
        self.assertEqual(self.found("tandem"), ["note.md"])
        status = self.json("status")
        said = json.dumps(status["models"]) + json.dumps(status["notes"]) + json.dumps(self.json("doctor", code=None))
        self.assertRegex(said, "damaged|has changed since it was installed")


class HostileClients(HearthCase):
    """Raw bytes at the loopback port."""

    def setUp(self):
        super().setUp()
        self.serve()
        self.address = self.json("status")["address"]
        self.port = int(self.address.rsplit(":", 1)[1])
        self.token = (self.home / "run" / "token").read_text().strip()

    def send(self, data, seconds=40):
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client:
            try:
                client.sendall(data)
            except OSError:
                pass  # Refused before all of it was sent: the answer is still to be read.
            out = b""
            try:
                while chunk := client.recv(65536):
                    out += chunk
            except OSError:
                pass
            return out

    def request(self, method="GET", path="/api/v1/status", host=None, token=None, extra="", body=b""):
        head = f"{method} {path} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.port}'}\r\nConnection: close\r\n{extra}"
        if token is not None:
            head += f"Authorization: Bearer {token}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        answer = self.send(head.encode() + b"\r\n" + body)
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0

    def test_without_a_right_token_nothing_is_said(self):
        self.assertEqual(self.request(token=self.token), 200)
        self.assertEqual(self.request(), 401)
        self.assertEqual(self.request(token="wrong"), 401)
        self.assertEqual(self.request(token=self.token[:-1]), 401)
        self.assertEqual(self.request(token="a" * 5000), 401)
        self.assertEqual(self.request(path="/v1/models"), 401)

    def test_a_foreign_page_cannot_reach_the_core(self):
        self.assertEqual(self.request(host="evil.example", token=self.token), 403)
        self.assertEqual(self.request(host=f"evil.example:{self.port}", token=self.token), 403)
        self.assertEqual(self.request(token=self.token, extra="Origin: https://evil.example\r\n"), 403)
        self.assertEqual(self.request(token=self.token, extra="Origin: null\r\n"), 403)
        self.assertEqual(self.request("POST", "/api/v1/shutdown", extra="Cookie: hearth_session=x\r\n"), 401)
        forged = "Cookie: hearth_session=x\r\nX-Hearth: 1\r\n"
        self.assertEqual(self.request("POST", "/api/v1/shutdown", extra=forged), 401)

    def new_code(self):
        head = (f"POST /api/v1/session/code HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
                f"Content-Length: 0\r\nAuthorization: Bearer {self.token}\r\n\r\n")
        return json.loads(self.send(head.encode()).split(b"\r\n\r\n", 1)[1])["code"]

    def sign_in(self, code):
        return self.request("POST", "/api/v1/session", body=json.dumps({"code": code}).encode())

    def test_a_code_signs_its_owner_in_once(self):
        code = self.new_code()
        self.assertEqual(self.sign_in(code), 200)
        self.assertEqual(self.sign_in(code), 403)

    @unittest.skipUnless(os.geteuid() == 0, "only root can act as another user")
    def test_a_code_that_another_user_has_seen_opens_nothing(self):
        code = self.new_code()
        # A socket belongs to whoever opens it.
        os.seteuid(65534)
        try:
            self.assertEqual(self.sign_in(code), 403)
        finally:
            os.seteuid(0)
        self.assertEqual(self.sign_in(code), 403, "the code is spent")
        self.assertEqual(self.sign_in(self.new_code()), 200)

    def test_bodies_that_are_not_what_they_should_be(self):
        ask = lambda body: self.request("POST", "/api/v1/ask", token=self.token, body=body)
        self.assertEqual(ask(b"{"), 400)
        self.assertEqual(ask(b'{"question": "\xff"}'), 400)
        self.assertEqual(ask(b"[" * 100_000), 400)
        self.assertEqual(ask(b'{"question": 7}'), 400)
        self.assertEqual(ask(b'{"question": ""}'), 400)
        self.assertEqual(ask(b'{"question": "x", "surprise": 1}'), 400)
        self.assertEqual(ask(b'{"question": "' + b"a" * (8 * MEGABYTE) + b'"}'), 413)

    def test_heads_that_are_not_http(self):
        for data in (b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"\0" * 5000, b"GET / HTTP/9.9\r\n\r\n"):
            answer = self.send(data + b"\r\n\r\n", 15)
            wanted = b"505" if b"9.9" in data else b"400"
            self.assertEqual(answer.split(b" ", 2)[1:2], [wanted], (data[:20], answer[:80]))
        flood = "".join(f"X-{i}: {'a' * 100}\r\n" for i in range(2000))
        self.assertEqual(self.request(token=self.token, extra=flood), 431)
        both = "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"
        self.assertEqual(self.request("POST", "/api/v1/ask", token=self.token, extra=both), 400)

    def test_paths_that_lead_elsewhere(self):
        for path in ("/../../etc/passwd", "/assets/../../vault.db", "/%2e%2e/%2e%2e/etc/passwd", "/api/v1/documents/999999",
                     "/api/v1/documents/-1", "/api/v1/sources/abc", "/api/v1/search?q=%00", "/%zz"):
            self.assertIn(self.request(path=path, token=self.token), (400, 404), path)

    def test_slow_clients_do_not_hold_others_up(self):
        slow = [socket.create_connection(("127.0.0.1", self.port)) for _ in range(50)]
        for client in slow:
            client.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: ")
        self.assertEqual(self.request(token=self.token), 200)
        for client in slow:
            client.close()
        until(lambda: self.request(token=self.token) == 200, "the core to answer on")

    def tearDown(self):
        self.assertIsNone(self.core.poll(), "the core still runs")
        self.assertTrue(self.running())
        super().tearDown()


if __name__ == "__main__":
    unittest.main()
