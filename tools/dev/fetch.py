"""Fetching pinned archives, checking them, and unpacking what is kept of them."""

import base64
import fnmatch
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from dev import paths
from dev.pins import Pin
from dev.term import DevError, Step, size

_PARALLEL = 4
_CHUNK = 1 << 20
_RETRIES = ("--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000",
            "--fetch-timeout=120000")


def unpacked(pin: Pin) -> Path:
    """Where the kept files of `pin` are, or will be."""
    return paths.deps() / f"{pin.key}-{pin.digest}"


def fetch_all(pins: list[Pin]) -> None:
    """Makes sure that every pin is unpacked; what is missing comes in parallel."""
    absent = [pin for pin in pins if not unpacked(pin).is_dir()]
    if not absent:
        return
    downloads = paths.cache() / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    for left in downloads.glob("fetch-*"):  # by a run that was killed; setup holds the lock
        shutil.rmtree(left, ignore_errors=True)
    total = sum(pin.bytes for pin in absent)
    what = f"{len(absent)} pinned archive{'s' * (len(absent) > 1)} ({size(total)})"
    with Step(f"Downloading {what}") as step, ThreadPoolExecutor(_PARALLEL) as pool:
        progress = _Progress(step, total)
        jobs = [pool.submit(_fetch, pin, downloads, progress) for pin in absent]
        try:
            for job in jobs:
                job.result()
        except DevError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        step.update("checked against their sha512")


class _Progress:
    """Adds up what several downloads have on disk so far."""

    def __init__(self, step: Step, total: int):
        self._step = step
        self._total = max(total, 1)
        self._lock = threading.Lock()
        self._have: dict[str, int] = {}

    def set(self, key: str, have: int) -> None:
        with self._lock:
            self._have[key] = have
            now = min(sum(self._have.values()), self._total)
        self._step.update(f"{size(now)} of {size(self._total)} ({100 * now // self._total} %)")


def _fetch(pin: Pin, downloads: Path, progress: _Progress) -> None:
    archive = downloads / pin.archive
    brought = archive.is_file()  # laid there by hand for a machine without a network
    if not brought:
        _npm_pack(pin, archive, progress)
    progress.set(pin.key, pin.bytes)
    _check(pin, archive, remove=not brought)
    _unpack(pin, archive)
    if not brought:
        archive.unlink()


def _npm_pack(pin: Pin, archive: Path, progress: _Progress) -> None:
    npm = shutil.which("npm")
    if not npm:
        raise DevError("npm is missing.", "./dev setup installs it.")
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=archive.parent) as scratch:
        # A private npm cache: the archive must not lie on the disk twice.
        command = [npm, "pack", pin.npm, "--pack-destination", scratch, "--cache",
                   f"{scratch}/npm", "--loglevel=error", "--ignore-scripts", *_RETRIES]
        child = subprocess.Popen(command, cwd=scratch, text=True, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watcher = threading.Thread(target=_watch, args=(child, Path(scratch), pin, progress))
        watcher.start()
        complaint = child.stderr.read()
        code = child.wait()
        watcher.join()
        found = list(Path(scratch).glob("*.tgz"))
        if code or len(found) != 1:
            raise DevError(f"{pin.npm} could not be fetched: {complaint.strip()[-800:]}",
                           "Check the network, or put the archive at\n"
                           f"{archive}\nand run this again.")
        found[0].replace(archive)


def _watch(child: subprocess.Popen, scratch: Path, pin: Pin, progress: _Progress) -> None:
    while True:
        try:
            child.wait(0.3)
            return
        except subprocess.TimeoutExpired:
            progress.set(pin.key, min(pin.bytes, _bytes_under(scratch)))


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(root, name)).st_size
            except OSError:
                pass  # npm renames its files as it goes
    return total


def _check(pin: Pin, archive: Path, remove: bool) -> None:
    digest = hashlib.sha512()
    with archive.open("rb") as source:
        while block := source.read(_CHUNK):
            digest.update(block)
    got = "sha512-" + base64.b64encode(digest.digest()).decode()
    if got != pin.integrity:
        if remove:
            archive.unlink()
        raise DevError(f"{pin.npm} is not the archive that third_party/pins.toml names.",
                       f"expected {pin.integrity}\ngot      {got}\n"
                       "Nothing was unpacked. If this repeats, the registry serves other bytes.")


def _unpack(pin: Pin, archive: Path) -> None:
    """Unpacks the kept files next to their place and moves them there in one step."""
    target = unpacked(pin)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{pin.key}-", dir=target.parent))
    try:
        taken = _take(pin, archive, scratch)
        for pattern in pin.files:
            if pattern not in taken:
                raise DevError(f"{pin.npm} holds nothing that matches '{pattern}'.")
        for name, wanted in pin.sha256.items():
            if (got := sha256(scratch / name)) != wanted:
                raise DevError(f"{name} of {pin.npm} has sha256 {got}, not {wanted}.")
        scratch.chmod(0o755)
        if not target.is_dir():
            scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _take(pin: Pin, archive: Path, scratch: Path) -> set[str]:
    taken = set()
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            if not member.isreg():
                continue
            inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            if inside.is_absolute() or ".." in inside.parts:
                raise DevError(f"{pin.npm} holds an unsafe path: {member.name}")
            for pattern, name in pin.files.items():
                if fnmatch.fnmatchcase(str(inside), pattern) or pattern == "**":
                    taken.add(pattern)
                    kept = inside if pattern == "**" else inside.name
                    place = scratch / (f"{name}{kept}" if name.endswith("/") else name)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with tar.extractfile(member) as source, place.open("wb") as sink:
                        shutil.copyfileobj(source, sink, _CHUNK)
                    place.chmod(0o755 if member.mode & 0o100 else 0o644)
                    break
    return taken


def sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
