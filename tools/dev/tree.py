"""Which files belong to the tree, and which of them have changed."""

import os
import shutil
import subprocess
from pathlib import Path

from dev import paths

_SKIPPED = {".git", "build", "node_modules", "dist", "__pycache__", "coverage", "test-results",
            "playwright-report"}
_CPP_ROOTS = ("src", "tests", "fuzz", "bench")
_CPP = (".cpp", ".h", ".cc", ".hpp")


def _git(*args: str) -> list[Path] | None:
    if not shutil.which("git"):
        return None
    done = subprocess.run(["git", "-C", str(paths.ROOT), *args, "-z"], check=False, text=True,
                          capture_output=True)
    if done.returncode:
        return None
    names = dict.fromkeys(name for name in done.stdout.split("\0") if name)
    return [path for name in names if (path := paths.ROOT / name).is_file()]


def files() -> list[Path]:
    """Every file that is, or could be, committed; without git, a walk of the folder."""
    known = _git("ls-files", "--cached", "--others", "--exclude-standard")
    if known is not None:
        return known
    found = []
    for root, folders, names in os.walk(paths.ROOT):
        folders[:] = [f for f in folders if f not in _SKIPPED]
        found += [Path(root) / name for name in names]
    return found


def staged() -> list[Path]:
    return _git("diff", "--cached", "--name-only", "--diff-filter=ACMR") or []


def changed_since(base: str) -> list[Path]:
    """Files that differ from the merge base with `base`, staged or not, and untracked ones."""
    done = subprocess.run(["git", "-C", str(paths.ROOT), "merge-base", "HEAD", base],
                          check=False, text=True, capture_output=True)
    start = done.stdout.strip() or "HEAD"
    changed = _git("diff", "--name-only", "--diff-filter=ACMR", start) or []
    return changed + (_git("ls-files", "--others", "--exclude-standard") or [])


def is_cpp(path: Path) -> bool:
    inside = path.relative_to(paths.ROOT).parts
    return path.suffix in _CPP and inside[0] in _CPP_ROOTS
