"""The pinned archives of third_party/pins.toml."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache

from dev import paths
from dev.term import DevError

GROUPS = ("build", "dev", "embedder", "chat")


@dataclass(frozen=True)
class Pin:
    """One archive, exactly: nothing else than these bytes is ever unpacked."""

    key: str
    npm: str
    integrity: str
    bytes: int
    licence: str
    why: str
    room: str
    group: str
    files: dict[str, str] = field(hash=False)
    sha256: dict[str, str] = field(hash=False, default_factory=dict)

    @property
    def name(self) -> str:
        return self.npm.rpartition("@")[0]

    @property
    def version(self) -> str:
        return self.npm.rpartition("@")[2]

    @property
    def archive(self) -> str:
        return f"{self.name.lstrip('@').replace('/', '-')}-{self.version}.tgz"

    @property
    def digest(self) -> str:
        """Twelve hex digits that change with the archive or with what is kept of it."""
        said = repr((self.npm, self.integrity, sorted(self.files.items())))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


@cache
def load() -> dict[str, Pin]:
    try:
        table = tomllib.loads(paths.PINS.read_text(encoding="utf-8"))
        pins = {key: Pin(key=key, **entry) for key, entry in table.items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise DevError(f"third_party/pins.toml cannot be read: {error}") from error
    for pin in pins.values():
        if pin.group not in GROUPS or not pin.integrity.startswith("sha512-"):
            raise DevError(f"third_party/pins.toml: [{pin.key}] needs a known group and a sha512.")
    return pins
