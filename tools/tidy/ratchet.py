"""tests/tidy_allow.txt: known exceptions. Each may only shrink.

A line is `kind key number`: `file src/x.cpp 640`, `function src/x.cpp:run 84`,
`word malloc src/net/server.cpp 2`.
"""

import shutil
import subprocess
from pathlib import Path

from tidy.source import Finding

ALLOW = "tests/tidy_allow.txt"


class Ratchet:
    """The exceptions, and which of them are still needed."""

    def __init__(self, text: str):
        self._limits: dict[str, int] = {}
        self._lines: dict[str, int] = {}
        self._used: dict[str, int] = {}
        self.broken: list[Finding] = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            key, _, value = line.strip().rpartition(" ")
            if not key or not value.isdigit():
                self.broken.append(Finding(ALLOW, number, "ratchet", "expected 'kind key number'"))
                continue
            self._limits[key] = int(value)
            self._lines[key] = number

    @classmethod
    def load(cls, root: Path) -> "Ratchet":
        path = root / ALLOW
        return cls(path.read_text(encoding="utf-8") if path.is_file() else "")

    def limit(self, kind: str, key: str, value: int, usual: int) -> int:
        """The limit for one thing; remembers that its exception was asked for."""
        name = f"{kind} {key}"
        if name not in self._limits:
            return usual
        self._used[name] = max(value, self._used.get(name, 0)) if value > usual else 0
        return max(usual, self._limits[name])

    def check(self, before: str | None) -> list[Finding]:
        """Exceptions that are too generous, and ones that grew since `before`."""
        found = list(self.broken)
        for name, limit in self._limits.items():
            used = self._used.get(name, 0)
            if used < limit:
                advice = f"lower it to {used}" if used else "remove the line"
                found.append(Finding(ALLOW, self._lines[name], "ratchet",
                                     f"'{name}' needs {used}, not {limit}: {advice}"))
        if before is not None:
            old = Ratchet(before)._limits
            for name, limit in self._limits.items():
                if limit > old.get(name, 0):
                    found.append(Finding(ALLOW, self._lines[name], "ratchet",
                                         f"'{name}' grew; exceptions may only shrink"))
        return found


def committed(root: Path) -> str | None:
    """The list as it was committed before the present change, if it was."""
    now = _show(root, "HEAD")
    path = root / ALLOW
    if now is not None and path.is_file() and path.read_text(encoding="utf-8") != now:
        return now
    return _show(root, "HEAD~1")


def _show(root: Path, commit: str) -> str | None:
    if not shutil.which("git"):
        return None
    done = subprocess.run(["git", "-C", str(root), "show", f"{commit}:{ALLOW}"], check=False,
                          text=True, capture_output=True)
    return done.stdout if done.returncode == 0 else None
