#!/usr/bin/env python3
"""Measures search and answers of the real program on a folder of files with known questions.

    python3 evals/run.py household            the sample library
    python3 evals/run.py heldout              a choir and a mountain hut; looked at while tuning, so not a test
    python3 evals/run.py club                 and software, shop, clinic: what evals/fit.py fits the weights on
    python3 evals/run.py travel               and school: the final test, no single failure of which was looked at
    python3 evals/run.py debian               Debian's own documentation (fetched by apt-get)
    python3 evals/run.py debian-fit           other questions about the same, for evals/fit.py
    python3 evals/run.py debian-small         60 files of it
    python3 evals/run.py FOLDER QUESTIONS.jsonl

What is shown is an answer, or, after saying that nothing clearly answers the question, the closest places.

A question is one JSON line: {"question", "documents": [path endings], "fact": regex, "wording": "same"|"other"};
without documents the files hold no answer. Exit status 1 when a goal is missed. Standard library only.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
GOALS = {"document": 0.90, "shown": 0.80, "refused": 1.0}


def folder_of(suite):
    """The folder of files and the questions about it."""
    if suite == "household":
        return ROOT / "samples" / "library", HERE / "household.jsonl"
    for home in (HERE / suite, HERE / "fitting" / suite, HERE / "unseen" / suite):
        if (home / "questions.jsonl").exists():
            return home / "library", home / "questions.jsonl"
    import debian_files

    if suite == "debian-small":
        return debian_files.assemble_small(HERE / "debian.jsonl")
    if suite in ("debian", "debian-fit"):
        return debian_files.assemble(), HERE / f"{suite}.jsonl"
    sys.exit(f"there is no suite {suite}")


def run(program, home, *arguments):
    environment = {**os.environ, "HEARTH_HOME": str(home)}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def is_one_of(path, endings):
    return any(path.endswith(ending) for ending in endings)


def index(program, home, folder, by_meaning, deadline_s=3600):
    """Adds the folder and waits until everything is findable, by meaning or by keyword alone."""
    status, out, err = run(program, home, "add", str(folder))
    if status != 0:
        sys.exit(f"hearth add failed ({status}): {(err or out).strip()[:500]}")
    began = time.monotonic()
    quiet = 0
    while time.monotonic() - began < deadline_s:
        status, out, err = run(program, home, "status", "--json")
        if status != 0:
            sys.exit(f"hearth status failed ({status}): {(err or out).strip()[:500]}")
        now = json.loads(out)
        done = now["progress"]["idle"] and now["chunks"] > 0
        done = done and (not by_meaning or now["embedded"] >= now["chunks"])
        quiet = quiet + 1 if done else 0
        if quiet >= 2:
            return
        time.sleep(0.5)
    sys.exit("hearth did not finish indexing in time")


def ask(program, home, case, mode):
    extra = ["--mode", mode] if mode else []
    status, out, err = run(program, home, "ask", "--json", *extra, case["question"])
    try:
        answer = json.loads(out)
    except json.JSONDecodeError:
        return {"error": (err or out).strip()[:300], "status": status}
    citations = answer.get("citations", [])
    text = answer.get("answer", "").replace("**", "")
    result = {"found": bool(answer.get("found")), "answer": text, "mode": answer.get("mode"),
              "ms": answer.get("timings", {}).get("total_ms", 0)}
    if case["documents"]:
        result["document"] = bool(citations) and is_one_of(citations[0]["path"], case["documents"])
        result["shown"] = re.search(case["fact"], text) is not None
        result["fact"] = result["found"] and result["shown"]
    return result


def search(program, home, case):
    status, out, _ = run(program, home, "search", "--json", "-k", "5", case["question"])
    if status != 0:
        return None
    hits = json.loads(out).get("hits", [])
    return next((rank for rank, hit in enumerate(hits, 1) if is_one_of(hit["path"], case["documents"])), None)


def measure(arguments, program, home, cases):
    rows = []
    for case in cases:
        row = {"case": case, "got": ask(program, home, case, arguments.mode)}
        if case["documents"] and arguments.search:
            row["rank"] = search(program, home, case)
        rows.append(row)
        if arguments.verbose:
            got = row["got"]
            mark = "error" if "error" in got else ("ok" if passed(row) else "MISS")
            print(f"{mark:5} {case['question']}\n      {got.get('answer', got.get('error', ''))[:160]!r}", flush=True)
    return rows


def passed(row):
    got = row["got"]
    if "error" in got:
        return False
    return (got["document"] and got["fact"]) if row["case"]["documents"] else not got["found"]


def report(rows, searched):
    answerable = [r for r in rows if r["case"]["documents"]]
    unanswerable = [r for r in rows if not r["case"]["documents"]]
    errors = [r for r in rows if "error" in r["got"]]
    print(f"\n{'':26}{'same words':>12}{'other words':>13}{'all':>12}")
    met = not errors
    for key in ("document", "shown", "found", "fact"):
        cells = []
        for group in ("same", "other", None):
            chosen = [r for r in answerable if group in (None, r["case"].get("wording"))]
            cells.append((sum(bool(r["got"].get(key)) for r in chosen), len(chosen)))
        right, count = cells[-1]
        met = met and (count == 0 or right >= GOALS.get(key, 0) * count)
        label = {"document": "right document cited first", "shown": "fact in what is shown",
                 "found": "  called an answer", "fact": "  an answer with the fact"}[key]
        print(f"{label:26}" + "".join(f"{a:>{w - 4}}/{b:<3}" for (a, b), w in zip(cells, (12, 13, 12))))
    refused = sum(r["got"].get("found") is False for r in unanswerable)
    met = met and refused >= GOALS["refused"] * len(unanswerable)
    print(f"{'unanswerable, told so':26}{'':25}{refused:>8}/{len(unanswerable)}")
    if searched:
        for k in (1, 5):
            found = sum(r.get("rank") is not None and r["rank"] <= k for r in answerable)
            print(f"{f'search: document in top {k}':26}{'':25}{found:>8}/{len(answerable)}")
    times = sorted(r["got"].get("ms", 0) for r in rows)
    print(f"{'answer time, ms':26} median {times[len(times) // 2]:.0f}, longest {times[-1]:.0f}")
    for row in errors:
        print(f"error: {row['case']['question']}: {row['got']['error']}")
    print("goals met" if met else "goals missed: document 90 %, fact 80 %, every unanswerable question refused")
    return met


@contextlib.contextmanager
def home_of(kept):
    """The folder named, or a temporary one."""
    if kept:
        yield str(pathlib.Path(kept).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="hearth-eval-") as home:
        yield home


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("suite", help="a suite, or a folder")
    parser.add_argument("questions", nargs="?", help="the questions, when the suite is a folder")
    parser.add_argument("--hearth", default=str(ROOT / "build" / "release" / "hearth"), help="the program")
    parser.add_argument("--mode", choices=["auto", "extractive", "generated"], help="how to answer")
    parser.add_argument("--search", action="store_true", help="measure search as well")
    parser.add_argument("--early", action="store_true", help="ask before the background embedder is done")
    parser.add_argument("--home", help="keep the vault here and use it again, for quick repeats")
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    if arguments.questions:
        folder, questions = pathlib.Path(arguments.suite), pathlib.Path(arguments.questions)
    else:
        folder, questions = folder_of(arguments.suite)
    cases = [json.loads(line) for line in questions.read_text().splitlines() if line.strip()]
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {files} files, {len(cases)} questions")
    with home_of(arguments.home) as home:
        started = time.monotonic()
        try:
            index(arguments.hearth, home, folder, not arguments.early)
            print(f"indexed in {time.monotonic() - started:.1f} s")
            met = report(measure(arguments, arguments.hearth, home, cases), arguments.search)
        finally:
            run(arguments.hearth, home, "shutdown")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
