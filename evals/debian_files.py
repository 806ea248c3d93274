#!/usr/bin/env python3
"""Assembles a folder of several hundred real files from the documentation that Debian packages ship."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PACKAGES = ["aptitude-doc-en", "bash-doc", "debian-faq", "debian-policy", "developers-reference",
            "git-doc", "harden-doc", "rsync", "sqlite3-doc"]
KINDS = {".html", ".htm", ".txt", ".gz", ".pdf", ".epub", ".md", ".adoc", ".csv", ".json", ".ps1", ""}
SIZE_MAX = 240 << 10
# SQLite's pages of one C function each, and lists of links: many files, hardly any text.
SKIPPED = ("sqlite3/c3ref/", "sqlite3/session/", "sqlite3/doc_", "sqlite3/keyword", "sqlite3/releaselog/",
           "sqlite3/requirements", "sqlite3/changes", "git-doc/RelNotes/")


def cache():
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "hearth" / "evals" / "debian"


def is_english(path):
    """Documents come as "index.de.html" or below "ja/"; names without a language are English."""
    parts = path.stem.split(".")
    tagged = len(parts) > 1 and re.fullmatch("[a-z]{2}(-[a-z]{2})?", parts[-1]) is not None
    foreign = any(re.fullmatch("[a-z]{2}([_-][A-Za-z]{2,4})?", part) and part != "en" for part in path.parts[:-1])
    return not foreign and (not tagged or parts[-1] == "en")


def keep(path):
    twin = path.suffix == ".txt" and path.with_suffix(".html").exists()
    return (path.is_file() and not path.is_symlink() and not twin and path.suffix in KINDS and
            path.stat().st_size <= SIZE_MAX)


def assemble():
    """The folder; fetched and unpacked once."""
    folder = cache()
    if (folder / ".complete").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="hearth-debs-") as work:
        subprocess.run(["apt-get", "download", "-q", *PACKAGES], cwd=work, check=True, stdout=subprocess.DEVNULL)
        for package in sorted(pathlib.Path(work).glob("*.deb")):
            root = pathlib.Path(work) / package.stem
            subprocess.run(["dpkg-deb", "-x", str(package), str(root)], check=True)
            documents = root / "usr" / "share" / "doc"
            for path in sorted(documents.rglob("*")):
                name = path.relative_to(documents)
                if not keep(path) or not is_english(name) or str(name).startswith(SKIPPED):
                    continue
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    (folder / ".complete").write_text("")
    return folder


def assemble_small(questions, count=60, bytes_max=60 << 10):
    """A folder of `count` of those files and a file of the questions that they answer, or that none answers."""
    whole = assemble()
    folder = whole.parent / "debian-small"
    kept = whole.parent / "debian-small.jsonl"
    files = sorted((p for p in whole.rglob("*") if p.is_file() and p.name != ".complete"), key=str)
    small = [p for p in files if p.stat().st_size <= bytes_max]
    chosen, lines = [], []
    for line in pathlib.Path(questions).read_text().splitlines():
        documents = json.loads(line)["documents"]
        holders = [p for p in small if any(str(p).endswith("/" + d) for d in documents)]
        if holders or not documents:
            lines.append(line)
        chosen += [p for p in holders[:1] if p not in chosen]
    others = [p for p in small if p not in chosen and p.stat().st_size > (4 << 10)]
    chosen += others[::max(1, len(others) // max(1, count - len(chosen)))][:max(0, count - len(chosen))]
    shutil.rmtree(folder, ignore_errors=True)
    for path in chosen:
        target = folder / path.relative_to(whole)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    kept.write_text("\n".join(lines) + "\n")
    return folder, kept


if __name__ == "__main__":
    where = assemble()
    print(where, sum(1 for p in where.rglob("*") if p.is_file()), "files", file=sys.stdout)
