"""The page: built once for each content of web/, with the pinned Node. And foreign clients' tests."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from dev import paths, proc, setup
from dev.term import DevError, Step, say

_STAMP = paths.BUILD / "web.json"
_NOT_SOURCE = {"node_modules", "dist", "coverage", "test-results", "playwright-report"}


def exists() -> bool:
    return (paths.WEB / "package.json").is_file()


def env() -> dict[str, str]:
    """The environment in which `node` and `npm` are the pinned ones."""
    bin_folder = setup.node_bin()
    if not bin_folder.is_dir():
        raise DevError("The pinned Node is not in the cache.", "Run: ./dev setup")
    mine = proc.clean_env(npm_config_audit="false", npm_config_fund="false",
                          npm_config_update_notifier="false",
                          npm_config_cache=str(paths.cache() / "npm"),
                          npm_config_prefer_offline="true")
    mine["PATH"] = f"{bin_folder}{os.pathsep}{mine.get('PATH', '')}"
    return mine


def ensure_modules(folder: Path = paths.WEB) -> None:
    """The folder's node_modules as its package-lock.json says; nothing when they already are."""
    if not (folder / "package.json").is_file():
        return
    stamp = "modules" if folder == paths.WEB else f"modules of {folder.name}"
    wanted = _digest([folder / "package.json", folder / "package-lock.json"])
    if _stamp().get(stamp) == wanted and (folder / "node_modules").is_dir():
        return
    if _installed_as_locked(folder):
        _remember({stamp: wanted})
        return
    with Step(f"Fetching the packages of {folder.relative_to(paths.ROOT)}") as step:
        proc.logged([setup.node_bin() / "npm", "ci", "--no-audit", "--no-fund"], step,
                    f"npm-ci-{folder.name}", cwd=folder, env=env())
        step.update("")
    _remember({stamp: wanted})


def _installed_as_locked(folder: Path) -> bool:
    """True when npm's own note in node_modules agrees with package-lock.json."""
    try:
        locked = _versions(folder / "package-lock.json")
        installed = _versions(folder / "node_modules" / ".package-lock.json")
    except (OSError, ValueError, KeyError):
        return False
    needed = {name: version for name, (version, optional) in locked.items() if not optional}
    have = {name: version for name, (version, _) in installed.items()}
    return (all(have.get(name) == version for name, version in needed.items())
            and all(name in locked and locked[name][0] == version
                    for name, version in have.items()))


def _versions(lock: Path) -> dict[str, tuple[str, bool]]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: (about.get("version", ""), bool(about.get("optional")))
            for name, about in packages.items() if name}


def ensure_built() -> None:
    """web/dist for this content of web/."""
    if not exists():
        return
    wanted = _digest(_sources())
    if _stamp().get("built") == wanted and (paths.WEB / "dist" / "index.html").is_file():
        return
    ensure_modules()
    with Step("Building the page") as step:
        proc.logged([setup.node_bin() / "npm", "run", "build"], step, "web-build", cwd=paths.WEB,
                    env=env())
        step.update("")
    _remember({"built": wanted})


def scripts() -> dict[str, str]:
    return json.loads((paths.WEB / "package.json").read_text(encoding="utf-8")).get("scripts", {})


def command(args) -> int:
    """./dev web: one of the page's own npm scripts, with the pinned Node."""
    setup.ensure({"build", "dev"})
    if not exists():
        raise DevError("web/ holds no package.json.")
    ensure_modules()
    if not args.script:
        say("\n".join(f"{name:<14} {what}" for name, what in scripts().items()))
        return 0
    if args.script not in scripts():
        raise DevError(f"web/package.json has no script '{args.script}'.",
                       "Scripts: " + ", ".join(scripts()))
    mine = env()
    mine.setdefault("CHROMIUM", chromium())
    return proc.loud([setup.node_bin() / "npm", "run", "--silent", args.script, "--", *args.rest],
                     cwd=paths.WEB, env=mine)


def clients_command(args) -> int:
    """./dev clients: foreign clients' own packages against the core in HEARTH_BIN_DIR."""
    setup.ensure({"build", "dev"})
    ensure_modules(paths.CLIENTS)
    return proc.loud([setup.node_bin() / "npm", "test", "--silent", "--", *args.rest],
                     cwd=paths.CLIENTS, env=env())


def run(script: str, step: Step, log_name: str, **more: str) -> None:
    mine = env()
    mine.update(more)
    proc.logged([setup.node_bin() / "npm", "run", script], step, log_name, cwd=paths.WEB, env=mine)


def chromium() -> str:
    return shutil.which("chromium") or ""


def _sources() -> list:
    found = []
    for root, folders, names in os.walk(paths.WEB):
        folders[:] = sorted(f for f in folders if f not in _NOT_SOURCE)
        found += [os.path.join(root, name) for name in sorted(names)]
    return found


def _digest(files: list) -> str:
    digest = hashlib.sha256(str(setup.node_bin()).encode())
    for path in files:
        digest.update(os.path.relpath(path, paths.WEB).encode() + b"\0")
        try:
            with open(path, "rb") as source:
                digest.update(hashlib.file_digest(source, "sha256").digest())
        except OSError:
            digest.update(b"absent")
    return digest.hexdigest()


def _stamp() -> dict:
    try:
        return json.loads(_STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _remember(what: dict[str, str]) -> None:
    paths.BUILD.mkdir(exist_ok=True)
    _STAMP.write_text(json.dumps({**_stamp(), **what}, indent=1) + "\n", encoding="utf-8")
