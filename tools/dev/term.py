"""What a person sees: steps with elapsed time, errors with a way out."""

import os
import sys
import threading
import time

_TTY = sys.stdout.isatty() and not os.environ.get("CI")
_COLOUR = _TTY and not os.environ.get("NO_COLOR")
_HEARTBEAT_S = 0.2 if _TTY else 10.0


class DevError(Exception):
    """Something a person can mend. `hint` says how."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.message = message
        self.hint = hint


def paint(code: str, text: str) -> str:
    return f"\033[{code}m{text}\033[0m" if _COLOUR else text


def bold(text: str) -> str:
    return paint("1", text)


def dim(text: str) -> str:
    return paint("2", text)


def say(text: str = "") -> None:
    print(text, flush=True)


def complain(error: DevError) -> None:
    sys.stdout.flush()
    print(f"{paint('31', 'dev:')} {error.message}", file=sys.stderr)
    for line in error.hint.splitlines():
        print(f"     {line}", file=sys.stderr)
    sys.stderr.flush()


def seconds(value: float) -> str:
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value) // 60} min {int(value) % 60:02d} s"


def size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit in ("B", "kB") else f"{count:.1f} {unit}"
        count /= 1000
    return ""


class Step:
    """One piece of work: a line while it runs, a line with its time when it ends.

    On a terminal the running line is redrawn; elsewhere a line every ten
    seconds shows that something is still moving.
    """

    def __init__(self, name: str):
        self.name = name
        self.detail = ""
        self._start = time.monotonic()
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "Step":
        self._draw()
        self._ticker.start()
        return self

    def update(self, detail: str) -> None:
        """What it is doing now; shown at the next tick."""
        self.detail = detail

    def __exit__(self, kind, value, trace) -> None:
        self._stop.set()
        self._ticker.join()
        mark = paint("31", "✗") if kind else paint("32", "✓")
        tail = f"  {dim(self.detail)}" if self.detail else ""
        self._wipe()
        say(f"{mark} {self.name}  {dim(seconds(time.monotonic() - self._start))}{tail}")

    def _tick(self) -> None:
        while not self._stop.wait(_HEARTBEAT_S):
            self._draw()

    def _draw(self) -> None:
        elapsed = time.monotonic() - self._start
        if not _TTY:
            if elapsed >= _HEARTBEAT_S:
                say(f"  {self.name} … {seconds(elapsed)}  {self.detail}".rstrip())
            return
        width = os.get_terminal_size(sys.stdout.fileno()).columns
        line = f"  {self.name} … {seconds(elapsed)}  {self.detail}"
        sys.stdout.write(f"\r\033[2K{line[: max(20, width - 1)]}")
        sys.stdout.flush()

    def _wipe(self) -> None:
        if _TTY:
            sys.stdout.write("\r\033[2K")
