"""The files of a tree, and C++ text without its comments and strings."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_SKIPPED = {".git", "build", "node_modules", "dist", "__pycache__", "coverage", "test-results",
            "playwright-report", "fixtures"}
_NOISE = re.compile(r"""
    //[^\n]*
  | /\*.*?\*/
  | R"(?P<delimiter>[^()\s\\]{0,16})\(.*?\)(?P=delimiter)"
  | "(?:\\.|[^"\\\n])*"
  | '(?:\\.|[^'\\\n])+'
""", re.VERBOSE | re.DOTALL)
_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
_DIGIT_TICK = re.compile(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])")


@dataclass(frozen=True)
class Finding:
    """One broken rule: where, which, and what to do about it."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.message}"


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    quoted: bool


class Source:
    """One file. `path` is relative to the root, with forward slashes."""

    def __init__(self, root: Path, path: str):
        self.path = path
        self._file = root / path

    @cached_property
    def text(self) -> str:
        return self._file.read_text(encoding="utf-8", errors="replace")

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def code(self) -> str:
        """The text with comments and literals blanked; lines keep their numbers."""
        return _NOISE.sub(_blank, _DIGIT_TICK.sub("", self.text))

    @cached_property
    def code_lines(self) -> list[str]:
        return self.code.split("\n")

    @cached_property
    def includes(self) -> list[Include]:
        found = []
        for number, line in enumerate(self.lines, 1):
            if match := _INCLUDE.match(line):
                found.append(Include(number, match[2], match[1] == '"'))
        return found

    @property
    def room(self) -> str:
        """The room the file lives in, or an empty text outside src/."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "src" and len(parts) > 2 else ""

    @property
    def is_cpp(self) -> bool:
        return (self.path.endswith((".cpp", ".h"))
                and self.path.startswith(("src/", "tests/", "fuzz/", "bench/")))

    @property
    def is_test(self) -> bool:
        return (self.path.endswith(("_test.cpp", "_for_tests.h", "_for_tests.cpp"))
                or self.path.startswith("tests/") or "/testing/" in self.path)

    @property
    def size(self) -> int:
        return self._file.stat().st_size


def _blank(match: re.Match) -> str:
    text = match[0]
    if text.startswith(("//", "/*")):
        return "\n" * text.count("\n")
    return '""' + "\n" * text.count("\n")


class Tree:
    """All files under `root` that are, or could be, committed."""

    def __init__(self, root: Path):
        self.root = root
        self.sources = [Source(root, path) for path in sorted(_listing(root))]
        self.paths = {source.path for source in self.sources}

    @cached_property
    def cpp(self) -> list[Source]:
        return [source for source in self.sources if source.is_cpp]

    def read(self, path: str) -> str:
        return (self.root / path).read_text(encoding="utf-8")


def _listing(root: Path) -> list[str]:
    if (root / ".git").exists() and shutil.which("git"):
        done = subprocess.run(
            ["git", "-C", str(root), "ls-files", "--cached", "--others", "--exclude-standard",
             "-z"], check=False, text=True, capture_output=True)
        if done.returncode == 0:
            return [name for name in dict.fromkeys(done.stdout.split("\0"))
                    if name and (root / name).is_file() and "/fixtures/" not in name]
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        inside = Path(folder).relative_to(root)
        found += [(inside / name).as_posix() for name in names]
    return found
