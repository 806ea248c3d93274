"""Words that do not belong in our code, each with what to write in its place."""

import re
from dataclasses import dataclass

from tidy.ratchet import Ratchet
from tidy.source import Finding, Source, Tree

LANES = "tools/tidy/lanes.txt"
_PROGRAMS = ("src/cli/", "src/daemon/", "bench/", "fuzz/", "tests/")
_TESTING = ("bench/", "fuzz/", "tests/", "_test.cpp", "_for_tests.cpp")


@dataclass(frozen=True)
class Word:
    """A pattern banned in code except in `allowed` places (a prefix or a suffix of the path)."""

    name: str
    pattern: re.Pattern
    instead: str
    allowed: tuple[str, ...] = ()


def _word(name: str, pattern: str, instead: str, *allowed: str) -> Word:
    return Word(name, re.compile(pattern, re.MULTILINE), instead, allowed)


WORDS = (
    _word("system_clock::now", r"\bsystem_clock::now\b", "take a platform::Clock&",
          "src/platform/", "bench/"),
    _word("steady_clock::now", r"\bsteady_clock::now\b", "take a platform::Clock&",
          "src/platform/", *_TESTING),
    _word("time()", r"(?<![\w.>:])(?:std::|::)?(?:time|gettimeofday|clock_gettime)\s*\(\s*"
          r"(?:nullptr|NULL|0|&|CLOCK_)", "take a platform::Clock&", "src/platform/", *_TESTING),
    _word("std::thread", r"\bstd::j?thread\b(?!::)",
          f"run it on a lane that exists, or name a new one in {LANES}",
          "src/platform/", *_TESTING),
    _word("detach", r"\.detach\(\)", "join it; nothing outlives its owner"),
    _word("sleep", r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(",
          "wait for the condition itself, with a deadline", "src/platform/", "tests/support/",
          "bench/"),
    _word("using namespace std", r"\busing\s+namespace\s+std\s*;", "name what you use"),
    _word("std::cout", r"\bstd::(?:cout|cerr|clog|endl)\b",
          "return it, log it (core/log.h), or print it in cli", *_PROGRAMS),
    _word("printf", r"(?<![\w:.])(?:std::)?(?:printf|puts|putchar|fprintf|fputs)\s*\(",
          "return it, log it (core/log.h), or print it in cli", "src/core/log.cpp",
          "src/core/result.cpp", "src/platform/", "main.cpp", *_PROGRAMS),
    _word("rand", r"(?<![\w:.>])(?:std::)?s?rand\s*\(|\bstd::(?:random_device|mt19937)",
          "use platform/random.h, or a seed that is handed in", "src/platform/", *_TESTING),
    # A factory whose constructor is private cannot use make_unique.
    _word("new", r"^(?!.*_ptr<.*\(\s*new\b).*(?<![\w#])new\s+(?:\([^)]*\)\s*)?[A-Za-z_:]",
          "std::make_unique"),
    _word("delete", r"(?<![\w=])(?<!= )delete(?:\s*\[\])?\s+[A-Za-z_*(]",
          "an owner that frees it (std::unique_ptr)"),
    _word("malloc", r"(?<![\w:.>])(?:std::)?(?:malloc|calloc|realloc)\s*\(", "a container"),
    _word("throw", r"\bthrow\b", "return an Error (core/result.h)"),
    _word("std::regex", r"\bstd::(?:w?regex|regex_\w+)\b",
          "it recurses once a character; write a scanner"),
    _word("system", r"(?<![\w:.>])(?:std::)?(?:system|popen)\s*\(", "platform/process.h",
          *_TESTING),
    _word("strcpy", r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(",
          "std::string and core/format.h"),
    _word("OS #ifdef", r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*\b(?:__linux__|_WIN32|__APPLE__)\b",
          "platform is the only room that knows the system", "src/platform/"),
    _word("std::format", r"\bstd::(?:format|print|println|vformat)\s*\(", "core/format.h"),
)
_UNFINISHED = re.compile(r"(?://|/\*|#|--).*\b(?:TODO|FIXME|XXX|HACK)\b")
_VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
_WRITTEN = (".cpp", ".h", ".py", ".ts", ".svelte", ".js", ".sql", ".cmake", ".sh")


def check(tree: Tree, ratchet: Ratchet) -> list[Finding]:
    found = []
    lanes, stale = _lanes(tree)
    found += stale
    for source in tree.sources:
        found += _names(source)
        if source.is_cpp:
            found += _words(source, ratchet, lanes)
        if source.path.endswith(_WRITTEN) and not source.path.startswith("tools/tidy/"):
            found += _unfinished(source)
        if source.path.endswith("package-lock.json") and '"resolved": "http' in source.text:
            found.append(Finding(source.path, 1, "words", "names a registry host; "
                                 "npm install --omit-lockfile-registry-resolved writes none"))
    return found


def _lanes(tree: Tree) -> tuple[set[str], list[Finding]]:
    """The files that may start threads, and lines of that list that are out of date."""
    files: set[str] = set()
    stale = []
    if LANES not in tree.paths:
        return files, stale
    for number, line in enumerate(tree.read(LANES).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        stem, _, lane = (part.strip() for part in line.partition(":"))
        there = {f"{stem}{end}" for end in (".h", ".cpp")} & tree.paths
        files |= there
        if not there or not lane:
            stale.append(Finding(LANES, number, "words", f"expected 'file : lane', with a file "
                                 f"that exists: {stem}"))
    return files, stale


def _words(source: Source, ratchet: Ratchet, lanes: set[str]) -> list[Finding]:
    found = []
    for word in WORDS:
        if word.name == "std::thread" and source.path in lanes:
            continue
        if source.path.startswith(word.allowed) or source.path.endswith(
                tuple(a for a in word.allowed if a.endswith(".cpp"))):
            continue
        if word.allowed[-len(_TESTING):] == _TESTING and source.is_test:
            continue
        lines = [n for n, line in enumerate(source.code_lines, 1) if word.pattern.search(line)] \
            if word.pattern.search(source.code) or word.name == "OS #ifdef" else []
        if not lines:
            continue
        if len(lines) <= ratchet.limit("word", f"{word.name} {source.path}", len(lines), 0):
            continue
        found += [Finding(source.path, n, "words", f"{word.name}: {word.instead}") for n in lines]
    return found


def _unfinished(source: Source) -> list[Finding]:
    return [Finding(source.path, number, "words", "unfinished work: do it, or open an issue")
            for number, line in enumerate(source.lines, 1) if _UNFINISHED.search(line)]


def _names(source: Source) -> list[Finding]:
    parts = source.path.split("/")
    if parts[0] not in ("src", "tests", "bench", "fuzz", "tools") and parts[:2] != ["web", "src"]:
        return []
    words = set(re.split(r"[_.\-/]", source.path.lower()))
    if vague := words & _VAGUE:
        return [Finding(source.path, 1, "names", f"'{min(vague)}' says nothing; name the thing")]
    return []
