"""./dev new: a new thing is a new file, and its test is written with it."""

import re
from pathlib import Path

from dev import paths, templates
from dev.term import DevError, say

KINDS = {
    "room": "a folder under src/",
    "command": "a command of hearth",
    "endpoint": "a route of the native API",
    "extractor": "a document format",
    "bench": "a measurement",
    "fuzz": "a fuzz target",
    "migration": "a step of the vault's schema",
}


def command(args) -> int:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", args.name):
        raise DevError(f"'{args.name}' is no name here.", "Use snake_case: letters, digits and _.")
    files = plan(args.kind, args.name, paths.ROOT)
    for path in files:
        if (paths.ROOT / path).exists():
            raise DevError(f"{path} exists already.")
    for path, text in files.items():
        place = paths.ROOT / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        say(f"wrote {path}")
    if note := templates.AFTERWARDS.get(args.kind):
        say(note.format(name=args.name))
    return 0


def plan(kind: str, name: str, root: Path) -> dict[str, str]:
    """The files of a new thing, by path, without writing them."""
    if kind == "migration":
        number = next_migration(root / "src" / "storage" / "migrations")
        return {f"src/storage/migrations/{number:04d}_{name}.sql":
                templates.fill(templates.MIGRATION, name)}
    return {path.format(name=name): templates.fill(text, name)
            for path, text in templates.FILES[kind].items()}


def next_migration(folder: Path) -> int:
    numbers = [int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]_*.sql")]
    return max(numbers, default=0) + 1
