"""Running other programs: quietly with a log, or straight on the terminal."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from dev import paths
from dev.term import DevError, Step

_NINJA = re.compile(r"^\[(\d+)/(\d+)\]\s*(.*)")


def clean_env(**more: str) -> dict[str, str]:
    """The environment without the GIT_* variables that a hook sets."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_DIR")
           and k not in ("GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX")}
    env.update(more)
    return env


def loud(argv: list, *, cwd: Path = paths.ROOT, env: dict | None = None) -> int:
    """Runs with the terminal's own input and output; returns the exit code."""
    return subprocess.run([str(a) for a in argv], cwd=cwd, env=env, check=False).returncode


def must(argv: list, what: str, *, cwd: Path = paths.ROOT, env: dict | None = None) -> None:
    if code := loud(argv, cwd=cwd, env=env):
        raise DevError(f"{what} failed (exit code {code}).")


def output(argv: list, *, cwd: Path = paths.ROOT, env: dict | None = None) -> str:
    """What a quick command prints; a DevError with its last words when it fails."""
    done = subprocess.run([str(a) for a in argv], cwd=cwd, env=env, check=False, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-1500:]
        raise DevError(f"{shlex.join(str(a) for a in argv)} failed: {words}")
    return done.stdout


def logged(argv: list, step: Step, log_name: str, *, cwd: Path = paths.ROOT,
           env: dict | None = None, append: bool = False) -> None:
    """Runs with output in build/log/<log_name>.log, its last line shown in `step`.

    On failure the last lines of the log come with the error.
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / f"{log_name}.log"
    with log.open("a" if append else "w", encoding="utf-8") as sink:
        sink.write(f"$ {shlex.join(str(a) for a in argv)}\n")
        child = subprocess.Popen([str(a) for a in argv], cwd=cwd, env=env, text=True,
                                 errors="replace", stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in child.stdout:
            sink.write(line)
            if shown := brief(line):
                step.update(shown)
        code = child.wait()
    if code:
        raise DevError(f"{step.name} failed (exit code {code}).", last_words(log))


def brief(line: str) -> str:
    """One line of a build's output, shortened for a progress line."""
    line = line.strip()
    if found := _NINJA.match(line):
        done, total, what = found.groups()
        what = what.removeprefix("Building CXX object ").removeprefix("Building C object ")
        return f"{done}/{total} {what.split('/')[-1]}"
    return line[:100]


def last_words(log: Path, lines: int = 40) -> str:
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    wrong = [i for i, line in enumerate(text)
             if re.search(r"\berror\b|FAILED|\bE: ", line, re.IGNORECASE)]
    start = max(0, min(wrong[0] - 2, len(text) - lines)) if wrong else max(0, len(text) - lines)
    return "\n".join([*text[start:start + lines], f"(all of it: {log})"])
