"""./dev fmt and ./dev lint: layout by clang-format, suspicious code by clang-tidy."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from dev import building, paths, proc, tree
from dev.term import DevError, Step, say

_BATCH = 24


def _tool(name: str) -> str:
    found = shutil.which(f"{name}-19")
    if not found:
        raise DevError(f"{name}-19 is missing.", "Run: ./dev setup")
    return found


def _chosen(args) -> list[Path]:
    if args.files:
        return [Path(f).resolve() for f in args.files]
    return [f for f in (tree.staged() if args.staged else tree.files()) if tree.is_cpp(f)]


def fmt_command(args) -> int:
    files = _chosen(args)
    if not files:
        return 0
    wrong = unformatted(files)
    if not wrong:
        return 0
    if not args.check:
        subprocess.run([_tool("clang-format"), "-i", *map(str, wrong)], check=True)
    for path in wrong:
        say(f"{'would format' if args.check else 'formatted'} {path.relative_to(paths.ROOT)}")
    if args.check:
        raise DevError(f"{len(wrong)} file(s) are not laid out as .clang-format says.",
                       "Run: ./dev fmt")
    return 0


def unformatted(files: list[Path]) -> list[Path]:
    """Those of `files` that clang-format would change."""
    tool = _tool("clang-format")

    def check(batch: list[Path]) -> list[Path]:
        if subprocess.run([tool, "--dry-run", "-Werror", *map(str, batch)], check=False,
                          capture_output=True).returncode == 0:
            return []
        return [f for f in batch if subprocess.run(
            [tool, "--dry-run", "-Werror", str(f)], check=False,
            capture_output=True).returncode]

    batches = [files[i:i + _BATCH] for i in range(0, len(files), _BATCH)]
    with ThreadPoolExecutor(building.jobs()) as pool:
        return sorted(path for found in pool.map(check, batches) for path in found)


def lint_base() -> str:
    """What "changed" is measured against: the upstream branch, else the last commit."""
    for base in ("origin/main", "HEAD~1"):
        done = subprocess.run(["git", "-C", str(paths.ROOT), "rev-parse", "-q", "--verify", base],
                              check=False, capture_output=True)
        if done.returncode == 0:
            return base
    return "HEAD"


def lint_command(args) -> int:
    building.ready({"build", "dev"})
    building.configure("clang")
    if args.files:
        files = [Path(f).resolve() for f in args.files]
    elif args.all:
        files = tree.files()
    else:
        files = tree.changed_since(args.base or lint_base())
    sources = [f for f in files if tree.is_cpp(f) and f.suffix == ".cpp"]
    known = (building.folder("clang") / "compile_commands.json").read_text(encoding="utf-8")
    sources = [f for f in sources if f'"{f}"' in known]
    if not sources:
        say("No C++ file has changed.")
        return 0
    return lint(sources)


def lint(sources: list[Path]) -> int:
    """Runs clang-tidy on `sources`, as many at a time as there are cores."""
    tool = _tool("clang-tidy")
    done, findings = 0, []

    def one(path: Path) -> str:
        run = subprocess.run([tool, "-p", building.folder("clang"), "--quiet", str(path)],
                             check=False, text=True, capture_output=True, env=proc.clean_env())
        return "" if run.returncode == 0 else run.stdout + run.stderr

    with Step(f"clang-tidy on {len(sources)} file(s)") as step, \
            ThreadPoolExecutor(building.jobs()) as pool:
        for found in pool.map(one, sources):
            done += 1
            step.update(f"{done}/{len(sources)}")
            if found:
                findings.append(found.strip())
        step.update("")
    for text in findings:
        say(text)
    if findings:
        raise DevError(f"clang-tidy objects to {len(findings)} file(s).")
    return 0
