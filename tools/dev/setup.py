"""./dev setup: everything the build needs, installed, checked and cached."""

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from pathlib import Path

from dev import debian, fetch, hooks, models, paths, pins, recipes
from dev.term import DevError, say

_STAMP = paths.BUILD / "setup.json"
_DEPS_CMAKE = paths.BUILD / "deps.cmake"


def ensure(groups: set[str]) -> bool:
    """Makes `groups` (build, dev, embedder, chat) ready; true when something was done.

    Costs a few milliseconds when nothing has changed since the last time.
    """
    if _is_done(groups):
        return False
    _refuse_foreign_machines()
    with _alone():
        changed = _packages(groups & {"build", "dev"})
        changed |= _archives(groups)
        changed |= _write_if_changed(_DEPS_CMAKE, _deps_cmake())
        _write_stamp(groups)
    return changed


def command(args) -> int:
    groups = {"build", "embedder"} if args.build else {"build", "dev", "embedder"}
    if args.models:
        groups.add("chat")
    changed = ensure(groups)
    if not args.build and hooks.install():
        say("Installed the pre-commit hook (./dev fmt --check and ./dev tidy on changed files).")
    say("Ready." if changed else "Everything is in place.")
    return 0


def _refuse_foreign_machines() -> None:
    machine = os.uname()
    if machine.sysname != "Linux" or machine.machine != "x86_64":
        raise DevError(f"The pinned archives are for Linux on x86-64; this is "
                       f"{machine.sysname} on {machine.machine}.",
                       "third_party/pins.toml lists what would be needed in their place.")


def _packages(groups: set[str]) -> bool:
    if not groups or not (names := debian.missing(groups)):
        return False
    debian.install(names)
    if still := debian.missing(groups):
        raise DevError("apt-get reported success, yet these are missing: " + " ".join(still))
    return True


def _archives(groups: set[str]) -> bool:
    table = pins.load()
    wanted = [a for a in recipes.ARTIFACTS if a.group in groups and not a.folder.is_dir()]
    needed = {pin.key: pin for artifact in wanted for pin in artifact.inputs}
    for pin in table.values():
        if pin.group in groups & {"embedder", "chat"} and not models.present(pin.group):
            needed[pin.key] = pin
    fetch.fetch_all(list(needed.values()))
    changed = bool(needed)
    for artifact in wanted:
        changed |= recipes.ensure(artifact)
    if "embedder" in groups:
        models.place_embedder()
    if "chat" in groups:
        models.place_chat()
    return changed


def _deps_cmake() -> str:
    lines = ["# Written by ./dev setup; read by cmake/deps.cmake."]
    for artifact in recipes.ARTIFACTS:
        if artifact.folder.is_dir():
            lines.append(f'set(HEARTH_DEP_{artifact.variable} "{artifact.folder}")')
    lines.append(f'set(HEARTH_DEP_MODELS "{paths.models()}")')
    return "\n".join(lines) + "\n"


def node_bin() -> Path:
    """The folder with the pinned node and npm."""
    return next(a for a in recipes.ARTIFACTS if a.key == "node24").folder / "bin"


def _inputs() -> str:
    """A hash of all that decides what setup does, and of what dpkg holds installed."""
    digest = hashlib.sha256(str(paths.cache()).encode())
    here = Path(__file__).parent
    for path in (paths.PINS, paths.DEBIAN, *(here / f"{n}.py" for n in
                 ("setup", "recipes", "fetch", "models", "pins", "debian"))):
        digest.update(path.read_bytes())
    for path in ("/var/lib/dpkg/status", "/usr/bin/cc"):
        try:
            digest.update(str(os.stat(path).st_mtime_ns).encode())
        except OSError:
            digest.update(b"absent")
    return digest.hexdigest()


def _is_done(groups: set[str]) -> bool:
    try:
        stamp = json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (stamp["inputs"] == _inputs() and groups <= set(stamp["groups"])
            and _DEPS_CMAKE.is_file() and all(os.path.isdir(f) for f in stamp["folders"]))


def _write_stamp(groups: set[str]) -> None:
    inputs = _inputs()
    try:
        before = json.loads(_STAMP.read_text(encoding="utf-8"))
        if before["inputs"] == inputs:
            groups = groups | set(before["groups"])
    except (OSError, ValueError, KeyError):
        pass
    folders = [str(a.folder) for a in recipes.ARTIFACTS if a.group in groups]
    for role, digest in (("embedder", models.EMBEDDER), ("chat", models.WEAK_CHAT)):
        if role in groups:
            folders.append(str(paths.models() / digest))
    _write_if_changed(_STAMP, json.dumps(
        {"inputs": inputs, "groups": sorted(groups), "folders": folders}, indent=1) + "\n")


def _write_if_changed(path: Path, text: str) -> bool:
    """An untouched deps.cmake keeps CMake from configuring again."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)
    return True


@contextmanager
def _alone():
    """One setup at a time for one cache; a second waits and then finds it all done."""
    paths.deps().mkdir(parents=True, exist_ok=True)
    with (paths.cache() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another ./dev setup to finish ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
