"""./dev ci: what must hold before a change is taken. Each step is also a command.

`test` comes last, so that a whole run closes with CTest's summary. A step that
fails does not hide what the others would say; it makes the run fail.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from dev import building, formatting, fuzzing, paths, proc, setup, tree, up, web
from dev.term import DevError, Step, bold, complain, dim, say, seconds

_FUZZ_SECONDS = 5


def fmt() -> None:
    with Step("Layout") as step:
        wrong = formatting.unformatted([f for f in tree.files() if tree.is_cpp(f)])
        step.update("")
    if wrong:
        names = "\n".join(str(p.relative_to(paths.ROOT)) for p in wrong)
        raise DevError(f"{len(wrong)} file(s) are not laid out as .clang-format says.",
                       f"{names}\nRun: ./dev fmt")


def tidy() -> None:
    proc.must([sys.executable, "-m", "tidy"], "House rules", env=_tools_env())


def tools() -> None:
    """The building site's own tests, and its shell scripts."""
    with Step("Tests of ./dev itself") as step:
        proc.logged([sys.executable, "-m", "unittest", "discover", "-s", paths.ROOT / "tools", "-t",
                     paths.ROOT / "tools", "-p", "*_test.py"], step, "tools-test",
                    env=_tools_env())
        step.update("")
    if shellcheck := shutil.which("shellcheck"):
        scripts = [paths.ROOT / "dev", paths.ROOT / ".ci" / "run",
                   *(paths.ROOT / "tools").glob("*.sh")]
        with Step("Shell scripts") as step:
            proc.logged([shellcheck, "-s", "sh", *scripts], step, "shellcheck")
            step.update("")


def lint() -> None:
    building.ready({"dev"})
    building.configure("clang")
    changed = tree.changed_since(formatting.lint_base())
    sources = [f for f in changed if tree.is_cpp(f) and f.suffix == ".cpp"]
    known = (building.folder("clang") / "compile_commands.json").read_text(encoding="utf-8")
    if sources := [f for f in sources if f'"{f}"' in known]:
        formatting.lint(sources)


def page() -> None:
    """The page: types, lint, unit tests, and one run in a real browser."""
    if not web.exists():
        return
    web.ensure_modules()
    web.ensure_built()
    have = web.scripts()
    for script in ("check", "lint", "test", "test:browser"):
        if script in have:
            with Step(f"Page: {script}") as step:
                web.run(script, step, f"web-{script.replace(':', '-')}", CI="1",
                        CHROMIUM=web.chromium())
                step.update("")


def gcc() -> None:
    building.ready({"dev"})
    building.configure("dev")
    building.build("dev")


def clang() -> None:
    building.ready({"dev"})
    building.configure("clang")
    building.build("clang")


def tsan() -> None:
    """Tests labelled tsan, under ThreadSanitizer."""
    building.ready({"dev", "embedder"})
    building.configure("tsan")
    tests = building.labelled("tsan", "tsan")
    if not tests:
        say("No test carries the label tsan.")
        return
    building.build("tsan", *sorted(set(tests.values())))
    _ctest("tsan", "Tests under ThreadSanitizer", "-L", "^tsan$")


def fuzz() -> None:
    names = fuzzing.targets()
    if not names:
        return
    building.ready({"dev"})
    building.configure("fuzz")
    building.build("fuzz", *(f"fuzz_{name}" for name in names))
    for name in names:
        fuzzing.run(name, _FUZZ_SECONDS, smoke=True)


def main_job() -> None:
    """`./dev up` on the samples in a vault of its own; then the answer is looked at."""
    with tempfile.TemporaryDirectory(prefix="hearth-ci-") as home:
        # The person's own vault and keychain stay as they are.
        mine = {**building.env(), "HEARTH_HOME": f"{home}/vault", "HEARTH_KEYCHAIN": "off",
                "HEARTH_EXAM": "off", "HEARTH_NO_HUB": "1"}
        try:
            begun = time.monotonic()
            proc.must([paths.ROOT / "dev", "up"], "./dev up", env=mine)
            again = time.monotonic()
            proc.must([paths.ROOT / "dev", "up"], "The second ./dev up", env=mine)
            say(dim(f"first run {seconds(again - begun)}, "
                    f"second {seconds(time.monotonic() - again)}"))
            _look_at_answer(mine)
        finally:
            subprocess.run([up.hearth(), "shutdown"], env=mine, check=False,
                           capture_output=True, stdin=subprocess.DEVNULL)


def _look_at_answer(mine: dict[str, str]) -> None:
    question = up.first_question()
    answer = json.loads(proc.output([up.hearth(), "ask", "--json", question], env=mine))
    for member in ("answer", "found", "mode", "citations", "model", "timings"):
        if member not in answer:
            raise DevError(f"hearth ask --json printed no '{member}'.", json.dumps(answer)[:800])
    if answer["found"] is not True or not answer["answer"] or not answer["citations"]:
        raise DevError("The samples answer their first question, and hearth did not find it.",
                       json.dumps(answer, indent=1)[:2000])
    samples = paths.ROOT / "samples"
    for citation in answer["citations"]:
        if samples not in Path(citation["path"]).parents:
            raise DevError(f"A citation points outside the samples: {citation['path']}")
        if not citation["quote"].strip() or citation["start"] >= citation["end"]:
            raise DevError("A citation quotes nothing.", json.dumps(citation, indent=1))
    # Its exit code is 1: the answer is no.
    told = subprocess.run([up.hearth(), "ask", "--json",
                           "What is the boiling point of tungsten in kelvin?"], env=mine,
                          check=False, text=True, capture_output=True, stdin=subprocess.DEVNULL)
    if told.returncode not in (0, 1):
        raise DevError("hearth ask failed.", told.stderr[-800:])
    unknown = json.loads(told.stdout)
    if unknown["found"] is not False:
        raise DevError("hearth answered what the samples do not hold.",
                       json.dumps(unknown, indent=1)[:2000])
    say(f"The answer cites {len(answer['citations'])} passage(s) and was {answer['mode']}; "
        "a question without an answer was told so.")


def test() -> None:
    """All tests in the dev preset (AddressSanitizer, UndefinedBehaviorSanitizer)."""
    proc.must([paths.ROOT / "dev", "test"], "./dev test")


def _ctest(preset: str, what: str, *select: str) -> None:
    with Step(what) as step:
        log = f"ctest-{preset}"
        proc.logged(["ctest", "--test-dir", building.folder(preset), "--output-on-failure",
                     "--no-tests=error", "-j", building.jobs(), *select], step, log,
                    env=building.test_environment())
        text = (paths.LOGS / f"{log}.log").read_text(encoding="utf-8", errors="replace")
        step.update(building.summary(text).splitlines()[0] if building.summary(text) else "")


def _tools_env() -> dict[str, str]:
    return {**building.env(), "PYTHONPATH": str(paths.ROOT / "tools"),
            "PYTHONDONTWRITEBYTECODE": "1"}


STEPS = {"fmt": fmt, "tidy": tidy, "tools": tools, "web": page, "gcc": gcc, "lint": lint,
         "clang": clang, "tsan": tsan, "fuzz": fuzz, "main": main_job, "test": test}


def command(args) -> int:
    for name in args.step:
        if name not in STEPS:
            raise DevError(f"There is no step '{name}'.", "Steps: " + ", ".join(STEPS))
    os.environ.setdefault("CI", "true")
    setup.ensure({"build", "dev", "embedder", "chat"})
    failed, times = [], []
    # The page's checks are among the tests, so a whole run need not do them twice.
    for name in args.step or [step for step in STEPS if step != "web"]:
        begun = time.monotonic()
        say(f"\n{bold('== ' + name)}")
        try:
            STEPS[name]()
        except DevError as error:
            complain(error)
            failed.append(name)
        times.append(f"{name} {seconds(time.monotonic() - begun)}")
    if failed:
        say()
        say("took: " + ", ".join(times))
        raise DevError(f"{len(failed)} step(s) failed: {', '.join(failed)}.",
                       "One alone: ./dev ci STEP. Logs: build/log/")
    _remember(times)
    return 0


def _remember(times: list[str]) -> None:
    """The times go to a file: the run's last words stay CTest's."""
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    (paths.LOGS / "ci-times.txt").write_text("\n".join(times) + "\n", encoding="utf-8")
