"""A better chat model from a model hub, when one can be reached and the person did not say no.

Nothing is taken on trust: the file must have the sha256 that our catalogue names, or, where that
names none, the one that the hub itself publishes for it.
"""

import json
import os
import re
import shutil
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from dev import paths
from dev.fetch import sha256
from dev.term import Step, say, seconds, size

_PUBLIC = "https://huggingface.co"
_REACH_S = 3.0
_STALL_S = 30.0         # silence on the line before it counts as cut
_TRIES = 5              # cuts in a row without a new byte
_WAIT_MAX_S = 30.0      # of a hub that says "later"
_PATIENCE_S = 3600.0    # what a first start may take
_JUDGE_AFTER_S = 20.0   # before that the rate says little
_SPARE = 1_000_000_000  # left free on the disk
_CHUNK = 1 << 18
_AGENT = {"User-Agent": "hearth-dev"}


@dataclass(frozen=True)
class Wish:
    """One file of a hub, as the catalogue names it."""
    name: str
    licence: str
    bytes: int
    sha256: str     # empty: the hub's own counts
    repo: str
    file: str

    @property
    def shown(self) -> str:
        return f"{self.name} ({size(self.bytes)}, licence {self.licence})"


@dataclass(frozen=True)
class Outcome:
    """What became of it, for the last word of ./dev up."""
    kind: str       # "came", "have", "off", "unreachable", "failed", "unsuited", "removed"
    reason: str = ""


class HubError(Exception):
    """Why the model did not come, as a clause a person understands."""


def base() -> str:
    return (os.environ.get("HEARTH_HUB") or _PUBLIC).rstrip("/")


def host() -> str:
    return urllib.parse.urlsplit(base()).netloc or base()


def switched_off() -> bool:
    return os.environ.get("HEARTH_NO_HUB", "") not in ("", "0")


def recommended(models: list[dict]) -> Wish | Outcome:
    """What to fetch for this machine; or why nothing."""
    chats = [m for m in models if m.get("role") == "chat"]
    if any(m.get("installed") and not m.get("weak") for m in chats):
        return Outcome("have")
    best = next((m for m in chats if m.get("recommended") and not m.get("weak")), None)
    if best is None:
        return Outcome("unsuited")
    if best.get("state") == "removed":
        return Outcome("removed", str(best["name"]))
    for source in best.get("sources") or []:
        if match := re.fullmatch(r"hf:([\w.-]+/[\w.-]+)/([\w.-]+)", source):
            return Wish(best["name"], best.get("licence") or "unknown",
                        int(best.get("size_bytes") or 0), best.get("sha256") or "",
                        match[1], match[2])
    return Outcome("unsuited")


def better_model(models: list[dict], allowed: bool) -> tuple[Outcome, Path | None]:
    """Fetches what `hearth models --json` recommends. The file, when there is one to import."""
    if not allowed or switched_off():
        return Outcome("off"), None
    wish = recommended(models)
    if isinstance(wish, Outcome):
        return wish, None
    try:
        return Outcome("came", wish.name), _get(wish)
    except HubError as error:
        return Outcome("failed", str(error)), None
    except _Unreachable as error:
        return Outcome("unreachable", str(error)), None


def _get(wish: Wish) -> Path:
    if wish.sha256 and (kept := _place(wish, wish.sha256)).is_file():
        return _checked(kept, wish.sha256)
    digest, total = published(wish)
    say(f"\nFetching the chat model {wish.shown} from {host()}/{wish.repo}.\n"
        "Its sha256 is checked. To do without: ./dev up --no-hub")
    target = _place(wish, digest)
    if not target.is_file():
        part = target.with_name(target.name + ".part")
        _room_for(part, total)
        with Step(f"Fetching {wish.name}") as step:
            _Download(_url(wish), part, total, step).run()
        part.replace(target)
    return _checked(target, digest)


def _place(wish: Wish, digest: str) -> Path:
    # Named by the hash: a download never goes on with the bytes of another file.
    return paths.models() / "hub" / digest / wish.file


def _url(wish: Wish) -> str:
    return f"{base()}/{wish.repo}/resolve/main/{wish.file}"


def _checked(path: Path, digest: str) -> Path:
    with Step(f"Checking {path.name}"):
        got = sha256(path)
    if got != digest:
        path.unlink()
        raise HubError(f"the hub sent other bytes than it should have (sha256 {got}, not {digest}),"
                       " which were deleted")
    return path


def _room_for(part: Path, total: int) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    have = part.stat().st_size if part.is_file() else 0
    free = shutil.disk_usage(part.parent).free
    if free < total - have + _SPARE:
        raise HubError(f"the disk is too full: {size(total - have)} and {size(_SPARE)} to spare are"
                       f" needed, {size(free)} are free")


# ---- what the hub says of the file ------------------------------------------------------------

class _Unreachable(Exception):
    pass


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def published(wish: Wish) -> tuple[str, int]:
    """The file's sha256 and size; `_Unreachable` within seconds when there is no hub."""
    headers = _first_contact(_url(wish))
    digest = (headers.get("X-Linked-ETag") or "").strip('"').removeprefix("sha256:")
    total = headers.get("X-Linked-Size") or ""
    if not _is_sha256(digest) or not total.isdigit():
        digest, total = _from_tree(wish) if not wish.sha256 else (wish.sha256, str(wish.bytes))
    if wish.sha256 and digest != wish.sha256:
        raise HubError(f"{host()} offers another file of this name than our catalogue knows"
                       f" (sha256 {digest}, not {wish.sha256})")
    return digest, int(total)


def _is_sha256(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def _first_contact(url: str):
    """The headers of the file. A name that does not resolve would block for long: hence a thread."""
    answer: list = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD", headers=_AGENT)
        try:
            opener = urllib.request.build_opener(_NoRedirect)
            with opener.open(request, timeout=_REACH_S) as response:
                answer.append(response.headers)
        except urllib.error.HTTPError as error:
            answer.append(error.headers if 300 <= error.code < 400 else
                          HubError(_refusal(error.code)))
        except (OSError, HTTPException, ValueError) as error:
            answer.append(_Unreachable(_cause(error)))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_REACH_S + 0.5)
    said = answer[0] if answer else _Unreachable("no answer within 3 seconds")
    if isinstance(said, Exception):
        raise said
    return said


def _from_tree(wish: Wish) -> tuple[str, str]:
    """For a hub that does not say it with the file itself."""
    request = urllib.request.Request(f"{base()}/api/models/{wish.repo}/tree/main", headers=_AGENT)
    try:
        with urllib.request.urlopen(request, timeout=_STALL_S) as response:
            listed = json.loads(response.read(1 << 24))
        entry = next(e for e in listed if e.get("path") == wish.file)
        digest, total = str(entry["lfs"]["oid"]), str(int(entry["lfs"]["size"]))
    except urllib.error.HTTPError as error:
        raise HubError(_refusal(error.code)) from error
    except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError,
            StopIteration) as error:
        raise HubError(f"{host()} publishes no sha256 for {wish.file}, so it cannot be checked") \
            from error
    if not _is_sha256(digest):
        raise HubError(f"{host()} publishes no sha256 for {wish.file}, so it cannot be checked")
    return digest, total


def _refusal(status: int) -> str:
    meaning = {401: "wants an account for this file", 403: "does not give this file",
               404: "does not have this file", 407: "is behind a proxy that wants a password",
               429: "has had too many requests; try later"}
    return f"{host()} {meaning.get(status, f'answers with status {status}')}"


def _cause(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)


# ---- the bytes --------------------------------------------------------------------------------

class _Download:
    """Brings a file in as many pieces as the line needs; `part` keeps what came."""

    def __init__(self, url: str, part: Path, total: int, step: Step):
        self._url = url
        self._part = part
        self._total = total
        self._step = step
        self._have = part.stat().st_size if part.is_file() else 0
        self._begun = time.monotonic()
        self._came = 0

    def run(self) -> None:
        if self._have > self._total:
            self._start_over()
        cuts = 0
        while self._have < self._total:
            before = self._have
            trouble, wait = self._piece()
            if self._have > before:
                cuts = 0
            if trouble:
                cuts += 1
                if cuts >= _TRIES:
                    raise HubError(f"the download was cut again and again ({trouble}); "
                                   f"{size(self._have)} are kept, and ./dev up goes on from there")
                self._step.update(f"{trouble}; going on at {size(self._have)}")
                time.sleep(max(wait, _pause(cuts)))

    def _piece(self) -> tuple[str, float]:
        """Reads until the end or the next cut: what went wrong, and how long the hub says to wait."""
        headers = dict(_AGENT)
        if self._have:
            headers["Range"] = f"bytes={self._have}-"
        request = urllib.request.Request(self._url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_STALL_S) as response:
                if self._have and not self._goes_on(response):
                    self._start_over()
                return self._take(response), 0.0
        except urllib.error.HTTPError as error:
            if error.code == 416:
                self._start_over()
                return "the hub lost the place", 0.0
            if error.code == 429 or error.code >= 500:
                return f"{host()} answers with status {error.code}", _retry_after(error.headers)
            raise HubError(_refusal(error.code)) from error
        except (OSError, HTTPException) as error:
            return _cause(error), 0.0

    def _goes_on(self, response) -> bool:
        wanted = f"bytes {self._have}-"
        return response.status == 206 and (response.headers.get("Content-Range") or "") \
            .startswith(wanted)

    def _start_over(self) -> None:
        self._part.unlink(missing_ok=True)
        self._have = 0

    def _take(self, response) -> str:
        with self._part.open("ab") as sink:
            while block := response.read1(_CHUNK):
                if self._have + len(block) > self._total:
                    self._part.unlink()
                    raise HubError(f"the hub sent more than the {size(self._total)} it announced")
                try:
                    sink.write(block)
                except OSError as error:
                    raise HubError(f"the disk took no more ({error.strerror})") from error
                self._have += len(block)
                self._came += len(block)
                self._tell()
        return "" if self._have >= self._total else "the line was cut"

    def _tell(self) -> None:
        elapsed = time.monotonic() - self._begun
        rate = self._came / max(elapsed, 0.001)
        left = (self._total - self._have) / max(rate, 1.0)
        if elapsed > _JUDGE_AFTER_S and left > _PATIENCE_S:
            raise HubError(f"at {size(rate)}/s it would take {left / 3600:.1f} hours more; "
                           f"{size(self._have)} are kept, and ./dev up goes on from there")
        self._step.update(f"{size(self._have)} of {size(self._total)} "
                          f"({100 * self._have // self._total} %), {size(rate)}/s, "
                          f"{seconds(left)} left")


def _pause(cuts: int) -> float:
    return min(2.0 ** (cuts - 1), 8.0)


def _retry_after(headers) -> float:
    said = (headers.get("Retry-After") or "").strip() if headers else ""
    return min(float(said), _WAIT_MAX_S) if said.isdigit() else 2.0


def forget_copy(path: Path) -> None:
    """After an import: a file that the core linked costs nothing here; one it copied lies twice."""
    try:
        if path.stat().st_nlink == 1:
            path.unlink()
    except OSError:
        pass
