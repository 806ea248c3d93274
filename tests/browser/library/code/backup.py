"""Copies the photo folder to the blue disk every night."""

import shutil
from pathlib import Path

KEEP_DAYS = 30
TARGET = Path("/mnt/blue/photos")


def backup(folder: Path) -> int:
    """Copies what is new; gives the number of files that were copied."""
    copied = 0
    for file in folder.rglob("*.jpg"):
        goal = TARGET / file.relative_to(folder)
        if not goal.exists():
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, goal)
            copied += 1
    return copied
