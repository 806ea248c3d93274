"""From unpacked archives to things CMake can link.

Each recipe names its inputs, so its result lies in a folder named by their
hash: the same inputs are never built twice, and a changed one never reuses an
old result.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dev import paths, proc
from dev.fetch import unpacked
from dev.pins import Pin, load
from dev.term import Step

# What the vault's SQLite can and cannot do. Thread mode 2: a connection belongs
# to one lane. Temporary tables stay in memory, for a temporary file would not be
# encrypted. Deleted rows are overwritten. Only the default cipher is compiled in.
_SQLITE_FLAGS = """
-O2 -fPIC -g0 -w -std=gnu99 -DNDEBUG
-DSQLITE_THREADSAFE=2 -DSQLITE_DQS=0 -DSQLITE_DEFAULT_MEMSTATUS=0
-DSQLITE_DEFAULT_WAL_SYNCHRONOUS=1 -DSQLITE_DEFAULT_FOREIGN_KEYS=1
-DSQLITE_LIKE_DOESNT_MATCH_BLOBS -DSQLITE_OMIT_DEPRECATED -DSQLITE_OMIT_SHARED_CACHE
-DSQLITE_USE_URI=0 -DSQLITE_TEMP_STORE=2 -DSQLITE_SECURE_DELETE=1 -DSQLITE_TRUSTED_SCHEMA=0
-DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_USE_ALLOCA -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_SESSION
-DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB
-DSQLITE_ENABLE_STAT4 -DSQLITE_ENABLE_MATH_FUNCTIONS -DSQLITE_ENABLE_DESERIALIZE
-DSQLITE3MC_SECURE_MEMORY=1 -DCODEC_TYPE=CODEC_TYPE_CHACHA20
-DHAVE_CIPHER_AES_128_CBC=0 -DHAVE_CIPHER_AES_256_CBC=0 -DHAVE_CIPHER_CHACHA20=1
-DHAVE_CIPHER_SQLCIPHER=0 -DHAVE_CIPHER_RC4=0 -DHAVE_CIPHER_ASCON128=0 -DHAVE_CIPHER_AEGIS=0
""".split()


@dataclass(frozen=True)
class Artifact:
    """A folder of headers and libraries; `variable` is its name in build/deps.cmake."""

    key: str
    variable: str
    group: str
    pins: tuple[str, ...]
    build: Callable[["Artifact", Path, Step], None]
    flags: tuple[str, ...] = ()
    compiled: bool = False

    @property
    def inputs(self) -> list[Pin]:
        return [load()[name] for name in self.pins]

    @property
    def folder(self) -> Path:
        said = [self.key, *self.flags, *(pin.digest for pin in self.inputs)]
        if self.compiled:
            said.append(compiler())
        digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:12]
        return paths.deps() / f"{self.key}-{digest}"


@cache
def compiler() -> str:
    return proc.output(["cc", "--version"]).splitlines()[0] if shutil.which("cc") else ""


def ensure(artifact: Artifact) -> bool:
    """Builds `artifact` when it is absent; true when something was done."""
    if artifact.folder.is_dir():
        return False
    with Step(f"Preparing {artifact.key}") as step:
        scratch = Path(tempfile.mkdtemp(prefix=f".{artifact.key}-", dir=paths.deps()))
        try:
            artifact.build(artifact, scratch, step)
            scratch.chmod(0o755)
            scratch.rename(artifact.folder)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        step.update(f"{artifact.key} is in the cache")
    return True


def _link_tree(source: Path, target: Path) -> None:
    """Copies a folder by hard links: the cache holds each byte once."""
    shutil.copytree(source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sqlite(artifact: Artifact, out: Path, step: Step) -> None:
    source = unpacked(artifact.inputs[0])
    (out / "include").mkdir()
    (out / "lib").mkdir()
    for header in ("sqlite3.h", "sqlite3ext.h"):
        _link(str(source / header), str(out / "include" / header))
    step.update("compiling SQLite (about a minute)")
    thing = out / "sqlite3.o"
    command = ["cc", *artifact.flags, "-c", source / "sqlite3.c", "-o", thing]
    proc.logged(command, step, artifact.key)
    proc.logged(["ar", "rcs", out / "lib" / "libsqlite3mc.a", thing], step, artifact.key,
                append=True)
    thing.unlink()


def _llama(artifact: Artifact, out: Path, step: Step) -> None:
    libraries, headers = (unpacked(pin) for pin in artifact.inputs)
    _link_tree(libraries / "lib", out / "lib")
    # Linkers look for lib<name>.so; the libraries carry their version in the name.
    for name in ("libllama", "libggml"):
        versioned = next(p.name for p in (out / "lib").glob(f"{name}.v*.so"))
        (out / "lib" / f"{name}.so").symlink_to(versioned)
    step.update("reading the headers from the git bundle")
    tree = out / "tree"
    env = proc.clean_env(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")
    quiet = ["git", "-c", "advice.detachedHead=false", "-c", "core.hooksPath=/dev/null"]
    proc.logged([*quiet, "clone", "-q", "--no-checkout", headers / "llama.bundle", tree], step,
                artifact.key, env=env)
    proc.logged([*quiet, "-C", tree, "checkout", "-q", "HEAD", "--", "include", "ggml/include",
                 "LICENSE"], step, artifact.key, env=env, append=True)
    shutil.copytree(tree / "include", out / "include")
    shutil.copytree(tree / "ggml" / "include", out / "include", dirs_exist_ok=True)
    shutil.copy2(tree / "LICENSE", out / "LICENSE")
    shutil.rmtree(tree)


def _onnxruntime(artifact: Artifact, out: Path, _step: Step) -> None:
    library, headers = (unpacked(pin) for pin in artifact.inputs)
    _link_tree(library / "lib", out / "lib")
    _link_tree(headers / "include", out / "include")
    (out / "lib" / "libonnxruntime.so").symlink_to("libonnxruntime.so.1")


def _node(artifact: Artifact, out: Path, _step: Step) -> None:
    node, npm = (unpacked(pin) for pin in artifact.inputs)
    _link_tree(node / "bin", out / "bin")
    (out / "bin" / "node").chmod(0o755)
    _link_tree(npm / "lib", out / "lib")
    for name in ("npm", "npx"):
        script = out / "bin" / name
        script.write_text('#!/bin/sh\nhere=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)\n'
                          'PATH="$here:$PATH" exec "$here/node" '
                          f'"$here/../lib/npm/bin/{name}-cli.js" "$@"\n', encoding="utf-8")
        script.chmod(0o755)


def _sqlite_vec(artifact: Artifact, out: Path, _step: Step) -> None:
    _link_tree(unpacked(artifact.inputs[0]), out)


ARTIFACTS = (
    Artifact("sqlite3mc", "SQLITE3MC", "build", ("sqlite3mc",), _sqlite,
             (*_SQLITE_FLAGS, "-DSQLITE_OMIT_LOAD_EXTENSION"), compiled=True),
    Artifact("sqlite3mc_bench", "SQLITE3MC_BENCH", "dev", ("sqlite3mc",), _sqlite,
             tuple(_SQLITE_FLAGS), compiled=True),
    Artifact("llama", "LLAMA", "build", ("llama_libraries", "llama_headers"), _llama),
    Artifact("onnxruntime", "ONNXRUNTIME", "build",
             ("onnxruntime_library", "onnxruntime_headers"), _onnxruntime),
    Artifact("node24", "NODE", "build", ("node", "npm"), _node),
    Artifact("sqlite_vec0", "SQLITE_VEC", "dev", ("sqlite_vec",), _sqlite_vec),
)
