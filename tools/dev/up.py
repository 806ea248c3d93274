"""./dev up: from a fresh clone to a first cited answer."""

import json
import subprocess
import time
from pathlib import Path

from dev import building, paths, proc, setup, web
from dev.term import DevError, Step, bold, dim, say, seconds

_SAMPLES = paths.ROOT / "samples" / "library"
_QUESTIONS = paths.ROOT / "samples" / "first_question.txt"
_START_WITHIN_S = 60


def hearth() -> Path:
    return building.binary("hearth")


def first_question() -> str:
    for line in _QUESTIONS.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            return line.strip()
    raise DevError(f"{_QUESTIONS.relative_to(paths.ROOT)} holds no question.")


def prepare() -> None:
    """Everything before the core can start: packages, archives, page, programs, models."""
    setup.ensure({"build", "embedder", "chat"})
    web.ensure_built()
    building.configure("release")
    before = _stamp(hearth())
    building.build("release")
    if before and before != _stamp(hearth()):
        # The core that may be running is the old program.
        subprocess.run([hearth(), "shutdown"], check=False, capture_output=True,
                       stdin=subprocess.DEVNULL)


def command(args) -> int:
    begun = time.monotonic()
    folder = Path(args.folder).expanduser().resolve() if args.folder else _SAMPLES
    if not folder.exists():
        raise DevError(f"{folder} does not exist.", "Name a folder, or none for the samples.")
    question = args.question or (first_question() if folder == _SAMPLES else "")
    prepare()
    status = start()
    say(f"\n{bold('Indexing')} {folder}")
    proc.must([hearth(), "add", folder, "--wait"], "Indexing")
    if question:
        say(f"\n{bold('Asking')} {question}\n")
        proc.must([hearth(), "ask", question], "Asking")
    _farewell(status, folder, time.monotonic() - begun)
    return 0


def start() -> dict:
    """The status of the running core; any client command starts one when there is none."""
    with Step("Starting the core") as step:
        limit = time.monotonic() + _START_WITHIN_S
        while True:
            done = subprocess.run([hearth(), "status", "--json"], check=False, text=True,
                                  capture_output=True, stdin=subprocess.DEVNULL)
            if done.returncode == 0:
                break
            if time.monotonic() > limit:
                raise DevError("The core does not start.", f"{done.stderr.strip()}\n"
                               f"Ask it why: {hearth()} doctor")
            time.sleep(0.5)
        step.update("")
    try:
        return json.loads(done.stdout)
    except ValueError as error:
        raise DevError(f"hearth status --json printed no JSON: {done.stdout[:200]}") from error


def _farewell(status: dict, folder: Path, elapsed: float) -> None:
    if chat := _chat_note():
        say(f"\n{chat}")
    say(f"\n{bold('Ready')} {dim('after ' + seconds(elapsed))}. The page: {bold(_address(status))}")
    program = hearth().relative_to(paths.ROOT) if Path.cwd() == paths.ROOT else hearth()
    say("Type next:")
    rows = [(f'{program} ask "..."', "another question, answered from your files"),
            (f"{program} chat", "a conversation"),
            (f"{program} open", "the page in your browser, signed in"),
            (f"{program} add FOLDER", "more of your files" if folder == _SAMPLES
             else "another folder"),
            (f"{program} shutdown", "stop the core")]
    width = max(len(row[0]) for row in rows)
    for typed, meaning in rows:
        say(f"  {typed:<{width}}  {dim(meaning)}")


def _address(status: dict) -> str:
    """An address that signs the person in, else the plain one."""
    done = subprocess.run([hearth(), "open", "--print"], check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    words = done.stdout.split()
    link = next((w for w in words if w.startswith("http")), "")
    return link or str(status.get("address") or "(no address: see hearth status)")


def _chat_note() -> str:
    """A plain word about the weak chat model, when that is the one in use."""
    done = subprocess.run([hearth(), "status", "--json"], check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    try:
        chat = (json.loads(done.stdout).get("models") or {}).get("chat") or {}
    except ValueError:
        return ""
    if chat and not chat.get("weak"):
        return ""
    program = hearth().relative_to(paths.ROOT) if Path.cwd() == paths.ROOT else hearth()
    return ("No model hub was used, so the chat model is the weak one that comes with the archives\n"
            "(TinyLlama 1.1B). It writes nothing that your files do not say: each of its sentences is\n"
            "checked, and where it fails you get the sources' own words.\n"
            f"For a better one, add a GGUF file of yours: {program} models --help")


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_mtime_ns, about.st_size


def run_command(args) -> int:
    """./dev run: the release program with the given arguments, built first when needed."""
    building.ready({"build", "embedder"})
    building.configure(args.preset)
    building.build(args.preset)
    return proc.loud([building.binary("hearth", args.preset), *args.rest], cwd=Path.cwd())
