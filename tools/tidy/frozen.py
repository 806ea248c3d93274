"""Migrations that were released, and parsers that must be fuzzed."""

import hashlib
import re

from tidy.source import Finding, Tree

_NAME = re.compile(r"(?P<folder>.*/migrations)/(?P<number>\d{4})_[a-z0-9_]+\.sql")
_LOCK = "migrations.lock"
PARSERS = "fuzz/PARSERS"


def check(tree: Tree) -> list[Finding]:
    return check_migrations(tree) + check_parsers(tree)


def check_migrations(tree: Tree) -> list[Finding]:
    found = []
    folders: dict[str, dict[int, str]] = {}
    for source in tree.sources:
        if not source.path.startswith("src/") or not source.path.endswith(".sql"):
            continue
        match = _NAME.fullmatch(source.path)
        if not match:
            if "/migrations/" in source.path:
                found.append(Finding(source.path, 1, "migrations", "is not named NNNN_what.sql"))
            continue
        numbers = folders.setdefault(match["folder"], {})
        if int(match["number"]) in numbers:
            found.append(Finding(source.path, 1, "migrations", "its number is taken"))
        numbers[int(match["number"])] = source.path
        if not source.text.lstrip().startswith("--"):
            found.append(Finding(source.path, 1, "migrations", "begins with a comment that says why"))
    for folder, numbers in folders.items():
        found += _check_numbers(folder, numbers) + _check_lock(tree, folder)
    return found


def _check_numbers(folder: str, numbers: dict[int, str]) -> list[Finding]:
    missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
    return [Finding(folder, 1, "migrations", f"{n:04d} is missing; numbers have no gaps")
            for n in missing]


def _check_lock(tree: Tree, folder: str) -> list[Finding]:
    lock = f"{folder}/{_LOCK}"
    if lock not in tree.paths:
        return []
    found = []
    for number, line in enumerate(tree.read(lock).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        digest, _, name = line.partition("  ")
        path = f"{folder}/{name}"
        if path not in tree.paths:
            found.append(Finding(lock, number, "migrations", f"{name} was released and is gone"))
        elif hashlib.sha256((tree.root / path).read_bytes()).hexdigest() != digest:
            found.append(Finding(path, 1, "migrations", "was released and is frozen; write a new "
                                 "migration instead"))
    return found


def lock(tree: Tree) -> list[str]:
    """Writes the lock of every migrations folder as the files stand; for a release."""
    written = []
    folders = {m["folder"] for s in tree.sources if (m := _NAME.fullmatch(s.path))}
    for folder in sorted(folders):
        names = sorted(s.path for s in tree.sources
                       if s.path.startswith(f"{folder}/") and s.path.endswith(".sql"))
        rows = [f"{hashlib.sha256((tree.root / n).read_bytes()).hexdigest()}  "
                f"{n.removeprefix(folder + '/')}" for n in names]
        text = "# Released migrations are frozen; ./dev tidy compares. Written at a release.\n"
        (tree.root / folder / _LOCK).write_text(text + "\n".join(rows) + "\n", encoding="utf-8")
        written.append(f"{folder}/{_LOCK}")
    return written


def check_parsers(tree: Tree) -> list[Finding]:
    """Each line of fuzz/PARSERS is `source file : fuzz target`; both must be there."""
    targets = {s.path for s in tree.sources if re.fullmatch(r"fuzz/[a-z0-9_]+\.cpp", s.path)}
    if PARSERS not in tree.paths:
        return [Finding(path, 1, "fuzz", f"{PARSERS} is missing; it says which parser this feeds")
                for path in sorted(targets)]
    found, named = [], set()
    for number, line in enumerate(tree.read(PARSERS).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parser, _, target = (part.strip() for part in line.partition(":"))
        target = f"fuzz/{target}.cpp"
        named.add(target)
        for path in (parser, target):
            if path not in tree.paths:
                found.append(Finding(PARSERS, number, "fuzz", f"{path} does not exist"))
    for path in sorted(targets - named):
        found.append(Finding(path, 1, "fuzz", f"is not in {PARSERS}"))
    return found
