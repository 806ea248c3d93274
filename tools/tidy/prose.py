"""Public headers can be read aloud: each class says what it is.

A struct may let its members speak: one that explains any of them, or that is
only a few lines long, needs no sentence of its own.
"""

import re

from tidy.source import Finding, Source, Tree

_CLASS = re.compile(r"^(?:template\s*<.*>\s*)?(class|struct)\s+(?:\[\[[^\]]*\]\]\s*)?"
                    r"(?:HEARTH_\w+\s+)?(?!std::)(\w+)[^;()]*$")
_SHORT_STRUCT_LINES = 8


def check(tree: Tree) -> list[Finding]:
    found = []
    for source in tree.cpp:
        if source.room and source.path.endswith(".h") and "/internal/" not in source.path:
            found += _undocumented(source)
    return found


def _undocumented(source: Source) -> list[Finding]:
    """Classes and structs defined at namespace level without a `///` comment above."""
    found = []
    lines = source.lines
    for index, line in enumerate(lines):
        match = _CLASS.match(line)
        if not match or not _defines(lines, index):
            continue
        above = index - 1
        while above >= 0 and re.match(r"^(template\b|\[\[|requires\b)", lines[above]):
            above -= 1
        documented = above >= 0 and lines[above].startswith("///")
        if not documented and not (match[1] == "struct" and _speaks(lines, index)):
            found.append(Finding(source.path, index + 1, "prose",
                                 f"{match[1]} {match[2]} has no comment; say what it is with ///"))
    return found


def _speaks(lines: list[str], index: int) -> bool:
    """True when the struct is short, or explains a member."""
    body = []
    for line in lines[index + 1:]:
        if line.startswith("}"):
            break
        body.append(line)
    return len(body) <= _SHORT_STRUCT_LINES or any("///" in line for line in body)


def _defines(lines: list[str], index: int) -> bool:
    """True when a brace comes before the next semicolon: a definition, not a declaration."""
    for line in lines[index:index + 4]:
        for mark in re.findall(r"[{;]", line.split("//")[0]):
            return mark == "{"
    return False
