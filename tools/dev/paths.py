"""Where things are: the tree, the build folder, the cache outside the tree."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "log"
WEB = ROOT / "web"
CLIENTS = ROOT / "tests" / "clients"
PINS = ROOT / "third_party" / "pins.toml"
DEBIAN = ROOT / "third_party" / "debian.txt"
ROOMS = ROOT / "src" / "ROOMS"


def cache() -> Path:
    """The folder that outlives a clone: $HEARTH_CACHE, else the XDG cache folder."""
    named = os.environ.get("HEARTH_CACHE")
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser().resolve() / "hearth"


def deps() -> Path:
    return cache() / "deps"


def models() -> Path:
    return cache() / "models"


def in_git_checkout() -> bool:
    return (ROOT / ".git").exists()
