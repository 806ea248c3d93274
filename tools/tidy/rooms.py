"""src/ROOMS: which room may use which, and what only one room may touch."""

import re
from dataclasses import dataclass, field

from tidy.source import Finding, Source, Tree

ROOMS = "src/ROOMS"
_TEST_LIBRARIES = ("gtest/", "gmock/", "benchmark/")
_SYSTEM = re.compile(
    r"^[a-z0-9_]+$"  # the standard library
    r"|^(sys|linux|asm|netinet|arpa|net)/"
    r"|^(assert|ctype|dirent|dlfcn|errno|execinfo|fcntl|fnmatch|glob|grp|iconv|ifaddrs|inttypes|langinfo"
    r"|limits|locale|math|netdb|poll|pthread|pty|pwd|sched|semaphore|setjmp|signal|spawn|stdarg"
    r"|stddef|stdint|stdio|stdlib|string|strings|syslog|termios|time|ucontext|unistd|utime|wait"
    r"|wchar|cpuid|immintrin|x86intrin|arm_neon)\.h$")


@dataclass
class House:
    """What src/ROOMS says."""

    uses: dict[str, set[str]] = field(default_factory=dict)
    never: dict[str, set[str]] = field(default_factory=dict)
    doors: dict[str, set[str]] = field(default_factory=dict)
    libraries: dict[str, set[str]] = field(default_factory=dict)
    where: dict[str, int] = field(default_factory=dict)
    broken: list[Finding] = field(default_factory=list)

    def may_use(self, room: str, other: str) -> bool:
        allowed = self.uses.get(room, set())
        return room == other or other in allowed or "*" in allowed

    def reach(self, room: str) -> set[str]:
        """Every room that `room` links, directly or through others."""
        seen: set[str] = set()
        waiting = list(self._direct(room))
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting += self._direct(other)
        return seen

    def _direct(self, room: str) -> set[str]:
        allowed = self.uses.get(room, set())
        return set(self.uses) - {room} if "*" in allowed else allowed


def parse(text: str) -> House:
    house = House()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if match := re.fullmatch(r"(door|lib)\s+(\S+)\s*:\s*(.+)", line):
            table = house.doors if match[1] == "door" else house.libraries
            table[match[2]] = set(match[3].split())
        elif match := re.fullmatch(r"([a-z_]+)\s*!:\s*(.+)", line):
            house.never[match[1]] = set(match[2].split())
            house.where[f"!{match[1]}"] = number
        elif match := re.fullmatch(r"([a-z_]+)\s*:\s*(.*)", line):
            house.uses[match[1]] = set(match[2].split())
            house.where[match[1]] = number
        else:
            house.broken.append(Finding(ROOMS, number, "rooms", f"cannot be read: {line}"))
    return house


def check(tree: Tree) -> list[Finding]:
    if ROOMS not in tree.paths:
        return [Finding(ROOMS, 1, "rooms", "is missing")]
    house = parse(tree.read(ROOMS))
    found = house.broken + _check_graph(house)
    for source in tree.cpp:
        if source.room:
            found += _check_source(house, source, tree)
    return found


def _check_graph(house: House) -> list[Finding]:
    found = []
    for room, allowed in house.uses.items():
        for other in sorted(allowed - {"*"} - set(house.uses)):
            found.append(Finding(ROOMS, house.where[room], "rooms",
                                 f"'{room}' uses '{other}', which is not a room"))
        if room in house.reach(room):
            found.append(Finding(ROOMS, house.where[room], "rooms",
                                 f"'{room}' reaches itself; the graph has no cycles"))
    for room, banned in house.never.items():
        for other in sorted(banned & house.reach(room)):
            found.append(Finding(ROOMS, house.where[f"!{room}"], "rooms",
                                 f"'{room}' never reaches '{other}', yet does: "
                                 f"{' → '.join(_path(house, room, other))}"))
    return found


def _path(house: House, start: str, end: str) -> list[str]:
    waiting, seen = [[start]], {start}
    while waiting:
        way = waiting.pop(0)
        if way[-1] == end:
            return way
        for other in sorted(house._direct(way[-1]) - seen):
            seen.add(other)
            waiting.append([*way, other])
    return [start, end]


def _check_source(house: House, source: Source, tree: Tree) -> list[Finding]:
    if source.room not in house.uses:
        return [Finding(source.path, 1, "rooms", f"'{source.room}' is not in src/ROOMS")]
    found = []
    for include in source.includes:
        other = include.name.split("/")[0]
        if include.quoted and other in house.uses:
            message = _check_guest(house, source, include.name, other)
        elif include.quoted and f"src/{include.name}" not in tree.paths and "/" not in include.name:
            message = _check_library(house, source, include.name)
        else:
            message = "" if include.quoted else _check_library(house, source, include.name)
        if message:
            found.append(Finding(source.path, include.line, "rooms", message))
    return found


def _check_guest(house: House, source: Source, name: str, other: str) -> str:
    """Why a header of another room may not be included here, or nothing."""
    if "/internal/" in f"/{name}" and other != source.room:
        return f"{name} is internal to '{other}'"
    # A test may stand in rooms that its own room reaches through others.
    reachable = source.is_test and other in house.reach(source.room)
    if not house.may_use(source.room, other) and not reachable:
        return (f"'{source.room}' may not use '{other}' (src/ROOMS); take what you need as an "
                "argument, or move it")
    guests = house.doors.get(name)
    if guests is not None and source.room not in guests | {other} and not source.is_test:
        return f"{name} is a door for {', '.join(sorted(guests))} only"
    return ""


def _check_library(house: House, source: Source, name: str) -> str:
    """Why a third-party header may not be included here, or nothing."""
    for prefix, rooms in house.libraries.items():
        if name.startswith(prefix):
            if source.room in rooms:
                return ""
            return f"<{name}> belongs to '{', '.join(sorted(rooms))}'; use that room's header"
    if _SYSTEM.match(name):
        return ""
    if name.startswith(_TEST_LIBRARIES):
        return "" if source.is_test else f"<{name}> is for tests"
    return f"<{name}> belongs to no room; add a 'lib' line to src/ROOMS"
