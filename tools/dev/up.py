"""./dev up: from a fresh clone to a first cited answer."""

import json
import re
import subprocess
import time
from itertools import islice
from pathlib import Path

from dev import building, hub, paths, proc, setup, web
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
    prepare()
    status = start()
    better = fetch_better_model(not args.no_hub)
    # Who has a library of their own does not want the samples in it.
    own = not args.folder and bool(_sources() - {str(_SAMPLES)})
    if not own:
        say(f"\n{bold('Indexing')} {folder}")
        proc.must([hearth(), "add", folder, "--wait"], "Indexing")
    question = args.question or ("" if own else first_question() if folder == _SAMPLES
                                 else about_newest(folder))
    if question:
        say(f"\n{bold('Asking')} {question}\n")
        # 1: the files hold no answer, and hearth has said so.
        if (code := proc.loud([hearth(), "ask", question])) not in (0, 1):
            raise DevError(f"Asking failed (exit code {code}).")
    _farewell(status, folder, better, time.monotonic() - begun)
    return 0


def about_newest(folder: Path) -> str:
    """A question about the file that was written last: its owner can judge the answer."""
    readable = {".md", ".txt", ".eml", ".html", ".docx", ".odt", ".pdf", ".rtf"}
    if folder.is_file():
        files = [folder]
    else:
        files = [p for p in islice(folder.rglob("*"), 5000)
                 if p.suffix.lower() in readable and not p.is_symlink() and p.is_file()
                 and not any(part.startswith(".") for part in p.relative_to(folder).parts)]
    if not files:
        return ""
    newest = max(files, key=lambda p: p.stat().st_mtime)
    return f"What is in {' '.join(re.split(r'[-_. ]+', newest.stem))}?"


def _sources() -> set[str]:
    done = subprocess.run([hearth(), "sources", "--json"], check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    try:
        return {source["path"] for source in json.loads(done.stdout)["sources"]}
    except (ValueError, LookupError):
        return set()


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


def fetch_better_model(allowed: bool) -> hub.Outcome:
    """A hub that is missing, refuses or lies never stops ./dev up: the weak model is there."""
    try:
        models = json.loads(proc.output([hearth(), "models", "--json"]))["models"]
    except (ValueError, LookupError) as error:
        raise DevError("hearth models --json printed no list of models.") from error
    outcome, file = hub.better_model(models, allowed)
    if file is None:
        return outcome
    done = subprocess.run([hearth(), "models", "import", file, "--restart"], check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        return hub.Outcome("failed", f"{outcome.reason} came, and the core did not take it: "
                           f"{done.stderr.strip() or done.stdout.strip()}")
    hub.forget_copy(file)
    return outcome


def _farewell(status: dict, folder: Path, better: hub.Outcome, elapsed: float) -> None:
    if chat := chat_note(_status(), better, _program()):
        say(f"\n{chat}")
    say(f"\n{bold('Ready')} {dim('after ' + seconds(elapsed))}. The page: {bold(_address(status))}")
    program = _program()
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


def _program() -> str:
    return str(hearth().relative_to(paths.ROOT) if Path.cwd() == paths.ROOT else hearth())


def _status() -> dict:
    done = subprocess.run([hearth(), "status", "--json"], check=False, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {}


def chat_note(status: dict, better: hub.Outcome, program: str) -> str:
    """A plain word about the chat model: the weak one, and why; or the one that just came."""
    chat = (status.get("models") or {}).get("chat") or {}
    name = chat.get("name") or ""
    if name and not chat.get("weak"):
        if better.kind != "came":
            return ""
        return (f"The chat model is {name}. It sits a short exam in the background now; once it\n"
                f"has passed, answers are in its own words: {program} models")
    why = {"off": "No model hub was asked, as you wished",
           "unreachable": "No model hub could be reached",
           "failed": f"No better chat model came: {better.reason}",
           "removed": f"You have removed {better.reason}, so it was not fetched again",
           "came": f"{better.reason} is here but not in use"}.get(
               better.kind, "Our catalogue has no better chat model for this machine")
    more = f"For a better one, add a GGUF file of yours: {program} models import FILE.gguf --restart"
    if not name:
        return (f"{why}.\nThere is no chat model, so answers are the sources' own words.\n{more}")
    return (f"{why}.\nSo the chat model is the weak one, {name}. It writes nothing that your files do"
            " not say:\neach of its sentences is checked, and where it fails you get the sources' own"
            f" words.\n{more}")


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
