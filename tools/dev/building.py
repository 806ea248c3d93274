"""Configuring, building and testing with the presets of CMakePresets.json."""

import json
import os
import re
from pathlib import Path

from dev import paths, proc, setup, web
from dev.term import DevError, Step, say

_SUMMARY = re.compile(r"^\d+% tests passed.*|^Total Test time.*|^\s+\d+ - .*\(.*\)$|"
                      r"^The following tests FAILED:", re.MULTILINE)


def presets() -> list[str]:
    table = json.loads((paths.ROOT / "CMakePresets.json").read_text(encoding="utf-8"))
    return [p["name"] for p in table["configurePresets"] if not p.get("hidden")]


def folder(preset: str) -> Path:
    return paths.BUILD / preset


def jobs() -> int:
    """All cores, but never more jobs than there is memory for (about 1.5 GB each)."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(os.cpu_count() or 1, memory // 1_500_000_000))


def env() -> dict[str, str]:
    """The build's environment: ccache beside the other caches, shared between clones."""
    mine = proc.clean_env()
    mine.setdefault("CCACHE_DIR", str(paths.cache() / "ccache"))
    mine.setdefault("CCACHE_BASEDIR", str(paths.ROOT))
    mine.setdefault("CCACHE_NOHASHDIR", "1")
    mine.setdefault("CCACHE_MAXSIZE", "5G")
    mine.setdefault("CCACHE_SLOPPINESS", "time_macros,include_file_mtime,include_file_ctime")
    return mine


def configure(preset: str, *settings: str) -> None:
    """Configures `preset` unless it is; CMake itself notices changed lists and folders."""
    if preset not in presets():
        raise DevError(f"There is no preset '{preset}'.", "Presets: " + ", ".join(presets()))
    if (folder(preset) / "build.ninja").is_file() and not settings:
        return
    with Step(f"Configuring {preset}") as step:
        proc.logged(["cmake", "--preset", preset, *settings], step, f"configure-{preset}",
                    env=env())
        step.update("")


def build(preset: str, *targets: str) -> None:
    what = f"Building {preset}" + (f" ({', '.join(targets[:3])})" if targets else "")
    command = ["cmake", "--build", folder(preset), "-j", jobs()]
    if targets:
        command += ["--target", *targets]
    with Step(what) as step:
        proc.logged(command, step, f"build-{preset}", env=env())
        step.update("")


def ready(groups: set[str]) -> None:
    """What any build needs: the packages, the archives, and the page it embeds."""
    setup.ensure({"build", *groups})
    web.ensure_built()


def binary(name: str, preset: str = "release") -> Path:
    return folder(preset) / name


def build_command(args) -> int:
    groups = {"build"} if args.preset == "release" else {"build", "dev"}
    ready(groups)
    configure(args.preset)
    build(args.preset, *args.target)
    return 0


def test_environment() -> dict[str, str]:
    mine = env()
    mine.setdefault("ASAN_OPTIONS", "detect_leaks=1:strict_string_checks=1")
    mine.setdefault("UBSAN_OPTIONS", "print_stacktrace=1")
    mine.setdefault("CTEST_OUTPUT_ON_FAILURE", "1")
    return mine


def test_command(args) -> int:
    ready({"build", "dev", "embedder", "chat"})
    configure(args.preset)
    tests = folder(args.preset)
    mine = test_environment()
    if args.words:
        mine["GTEST_FILTER"] = gtest_filter(args.words)
    if args.list:
        say("\n".join(sorted(_all_tests(args.preset))))
        return 0
    select = _select(args.room, args.preset)
    say()
    return proc.loud(["ctest", "--test-dir", tests, "--output-on-failure", "--no-tests=error",
                      "-j", jobs(), *select], env=mine)


def _select(name: str | None, preset: str) -> list[str]:
    """Builds what the named tests need and returns CTest's arguments for them."""
    if not name:
        build(preset)
        return []
    target = f"hearth_{name}_test"
    if _has_target(folder(preset), target):
        build(preset, target)
        return ["-R", rf"^{re.escape(name)}$"]
    build(preset)
    return ["-R", rf"^{re.escape(name)}"]


def _has_target(tests: Path, target: str) -> bool:
    listing = proc.output(["ninja", "-C", tests, "-t", "targets", "all"], env=env())
    return any(line.split(":")[0] == target for line in listing.splitlines())


def gtest_filter(words: list[str]) -> str:
    """Tests whose name holds all the words in order, in either case of their first letter."""
    forms = ([w[:1].upper() + w[1:] for w in words], words)
    return ":".join(dict.fromkeys("*" + "*".join(form) + "*" for form in forms))


def summary(text: str) -> str:
    """CTest's closing lines out of its whole output."""
    return "\n".join(line.strip() for line in _SUMMARY.findall(text))


def _all_tests(preset: str, *select: str) -> dict[str, list[str]]:
    """Test name to its command, which is empty while its program is not built."""
    listing = proc.output(["ctest", "--test-dir", folder(preset), *select,
                           "--show-only=json-v1"], env=env())
    return {test["name"]: test.get("command") or [] for test in json.loads(listing)["tests"]}


def labelled(preset: str, label: str) -> dict[str, str]:
    """Test name to build target, for the tests of `preset` that carry `label`."""
    return {name: Path(command[0]).name if command else f"hearth_{name}_test"
            for name, command in _all_tests(preset, "-L", f"^{label}$").items()}
