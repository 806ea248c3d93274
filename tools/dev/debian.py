"""Debian packages: which are missing, and how to get them."""

import os
import shutil
import subprocess
from dataclasses import dataclass

from dev import paths, proc
from dev.term import DevError, Step

_APT = ["-o", "DPkg::Lock::Timeout=300"]


@dataclass(frozen=True)
class Package:
    group: str
    name: str
    command: str
    room: str
    why: str


def listed() -> list[Package]:
    """The packages of third_party/debian.txt."""
    packages = []
    for number, line in enumerate(paths.DEBIAN.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split(None, 3)
        if len(fields) != 4 or fields[0] not in ("build", "dev"):
            raise DevError(f"third_party/debian.txt:{number}: expected 'group package room why'.")
        name, _, command = fields[1].partition("/")
        packages.append(Package(fields[0], name, command, fields[2], fields[3]))
    return packages


def missing(groups: set[str]) -> list[str]:
    """The names of `groups` that are not installed."""
    wanted = [p for p in listed() if p.group in groups]
    query = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *[p.name for p in wanted]],
        check=False, text=True, capture_output=True)
    here = {line.split()[0] for line in query.stdout.splitlines() if line.endswith(" installed")}
    return [p.name for p in wanted
            if p.name not in here and not (p.command and shutil.which(p.command))]


def install(names: list[str]) -> None:
    """Installs `names`, refreshing the package lists only when they are absent or stale."""
    root = _as_root(names)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", *_APT]
    plural = "package" if len(names) == 1 else "packages"
    with Step(f"Debian: installing {len(names)} {plural}") as step:
        if not _has_lists():
            proc.logged([*apt, "update"], step, "apt")
        wanted = [*apt, "install", "-y", "--no-install-recommends", *names]
        try:
            proc.logged(wanted, step, "apt", append=True)
        except DevError:
            step.update("refreshing the package lists and trying again")
            proc.logged([*apt, "update"], step, "apt", append=True)
            proc.logged(wanted, step, "apt", append=True)
        step.update(", ".join(names[:4]) + (" …" if len(names) > 4 else ""))


def _as_root(names: list[str]) -> list[str]:
    if not shutil.which("apt-get"):
        raise DevError("This is not a Debian system, and these are missing: " + " ".join(names),
                       "Install their equivalents, then run ./dev with HEARTH_NO_APT=1.")
    if os.environ.get("HEARTH_NO_APT"):
        raise DevError("Missing packages, and HEARTH_NO_APT forbids installing them: "
                       + " ".join(names))
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise DevError("Missing packages, and neither root nor sudo is at hand.",
                   "As root, run:\n  apt-get update && apt-get install -y "
                   "--no-install-recommends " + " ".join(names))


def _has_lists() -> bool:
    lists = "/var/lib/apt/lists"
    return os.path.isdir(lists) and any("_Packages" in name for name in os.listdir(lists))
