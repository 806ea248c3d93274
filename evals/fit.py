#!/usr/bin/env python3
"""Fits the weights with which an answer's evidence is judged, and the bar above which it counts as found.

    python3 evals/fit.py collect [SUITE ...]    asks every question of the fitting suites; keeps what was measured
    python3 evals/fit.py check                  cross-validation: every suite judged by weights fitted on the others
    python3 evals/fit.py write                  fits on all of them and writes src/answer/internal/weights.h

The program writes what it measures (src/answer/internal/measured.h) to the file that HEARTH_ANSWER_TRACE names. A
piece counts as right when it stands in a right document and holds the fact. Logistic regression with a quadratic
penalty, by Newton's method: once for choosing among the pieces, once for deciding about the chosen one. The suites
below evals/unseen are refused here. Standard library only.
"""

import argparse
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import time

import run as evals

ROOT = pathlib.Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "evals"
SUITES = ["household", "heldout", "club", "software", "shop", "clinic", "freelance", "garden", "abroad", "thesis", "debian-fit"]
PENALTY = 15.0
ALLOWED = 2  # unanswerable questions of the suites that may come above the bar in cross-validation
SHARE_OF_CHOOSING = 0.5  # of its log odds in the decision


def wait_for(core, file, seconds=30):
    """Until the core has written `file`."""
    deadline = time.monotonic() + seconds
    while not file.exists():
        if core.poll() is not None or time.monotonic() > deadline:
            sys.exit("hearth serve did not come up")
        time.sleep(0.1)


def collect(program, suites):
    KEPT.mkdir(parents=True, exist_ok=True)
    for suite in suites:
        folder, questions = evals.folder_of(suite)
        if "unseen" in questions.parts:
            sys.exit(f"{suite} is for the final test only")
        cases = [json.loads(line) for line in questions.read_text().splitlines() if line.strip()]
        trace = KEPT / f"{suite}.jsonl"
        trace.unlink(missing_ok=True)
        with evals.home_of(KEPT / "homes" / suite) as home:
            environment = {**os.environ, "HEARTH_HOME": home, "HEARTH_ANSWER_TRACE": str(trace)}
            core = subprocess.Popen([program, "serve"], env=environment, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL)
            try:
                wait_for(core, pathlib.Path(home) / "run" / "address")
                evals.index(program, home, folder, True)
                for case in cases:
                    evals.run(program, home, "ask", "--json", "--mode", "extractive", case["question"])
            finally:
                evals.run(program, home, "shutdown")
                core.wait(30)
        print(suite, sum(1 for _ in trace.open()), "questions measured", flush=True)


def is_hopeless(features, values):
    """What finding.cpp never shows, whatever the weights: such pieces take no part."""
    return any(value > 0 and name in ("NameLost", "ThingLost", "RequiredLost", "Conflict", "Courtesy", "Header")
               for name, value in zip(features, values))


class Case:
    """One question with what was measured about its pieces, best first."""

    def __init__(self, suite, case, line):
        self.suite, self.question, self.answerable = suite, case["question"], bool(case["documents"])
        self.features = line["features"]
        self.pieces = [piece for piece in line["pieces"] if not is_hopeless(line["features"], piece["values"])]
        self.rows = [piece["values"] for piece in self.pieces]
        self.right_document = [evals.is_one_of(p["path"], case["documents"]) for p in self.pieces]
        self.right = [
            document and re.search(case["fact"], p["text"].replace("**", "")) is not None
            for document, p in zip(self.right_document, self.pieces)
        ]

    def is_absent(self):
        return self.rows[0][self.features.index("AbsentName")] > 0

    def best(self, choosing):
        return max(range(len(self.rows)), key=lambda i: dot(self.rows[i], choosing))


def load(suites):
    cases = []
    for suite in suites:
        if not (KEPT / f"{suite}.jsonl").exists():
            continue
        lines = {}
        for line in (KEPT / f"{suite}.jsonl").open():
            parsed = json.loads(line)
            lines[parsed["question"]] = parsed
        for line in evals.folder_of(suite)[1].read_text().splitlines():
            case = json.loads(line)
            if case["question"] in lines:
                cases.append(Case(suite, case, lines[case["question"]]))
    return cases


def solve(matrix, right):
    """Gaussian elimination with pivoting."""
    n = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(n)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(i + 1, n):
            factor = rows[r][i] / rows[i][i]
            if factor:
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    out = [0.0] * n
    for i in reversed(range(n)):
        out[i] = (rows[i][n] - sum(rows[i][k] * out[k] for k in range(i + 1, n))) / rows[i][i]
    return out


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def fit(cases, penalty=PENALTY, rounds=12):
    """Weights of the logistic model. A question's pieces weigh one together, its right ones half of that."""
    rows, labels, importance = [], [], []
    for case in cases:
        rights = sum(case.right)
        wrongs = len(case.rows) - rights
        for row, right in zip(case.rows, case.right):
            rows.append(row)
            labels.append(1.0 if right else 0.0)
            importance.append(4.0 / rights if right else (2.0 if case.answerable else 4.0) / wrongs)
    n = len(rows[0])
    weights = [0.0] * n
    for _ in range(rounds):
        gradient = [-penalty * w if i else 0.0 for i, w in enumerate(weights)]
        hessian = [[0.0] * n for _ in range(n)]
        for i in range(n):
            hessian[i][i] = penalty if i else 1e-6
        for row, label, share in zip(rows, labels, importance):
            p = 1 / (1 + math.exp(-max(-30.0, min(30.0, dot(row, weights)))))
            error = share * (label - p)
            curve = share * p * (1 - p)
            filled = [i for i, x in enumerate(row) if x]
            for i in filled:
                gradient[i] += error * row[i]
                scaled = curve * row[i]
                line = hessian[i]
                for k in filled:
                    line[k] += scaled * row[k]
        step = solve(hessian, gradient)
        weights = [w + s for w, s in zip(weights, step)]
        if max(abs(s) for s in step) < 1e-4:
            break
    return weights


class Alone:
    """A case of one piece: the one that would be shown."""

    def __init__(self, case, choosing):
        best = case.best(choosing)
        self.rows, self.answerable = [case.rows[best]], case.answerable
        self.right = [case.right_document[best]]


def fit_both(cases):
    """Weights for choosing among the pieces, then weights for deciding whether the chosen one is an answer."""
    choosing = fit(cases)
    gate = fit([Alone(case, choosing) for case in cases if case.rows and not case.is_absent()])
    return choosing, [SHARE_OF_CHOOSING * a + b for a, b in zip(choosing, gate)]


def judge(case, weights):
    """(log odds, document right, fact there) of the piece that would be shown."""
    choosing, deciding = weights
    if not case.rows:
        return -99.0, False, False
    best = case.best(choosing)
    if case.is_absent():  # never found, whatever the weights
        return -50.0, case.right_document[best], case.right[best]
    return dot(case.rows[best], deciding), case.right_document[best], case.right[best]


def summary(name, judged, bar):
    answerable = [j for case, j in judged if case.answerable]
    others = [j for case, j in judged if not case.answerable]
    found = [j for j in answerable if j[0] > bar]
    print(f"{name:14} found {len(found):3}/{len(answerable):<3} document {sum(j[1] for j in found):3} "
          f"fact {sum(j[2] for j in found):3}  refused {sum(j[0] <= bar for j in others):3}/{len(others):<3}"
          f"  (best piece right whatever the bar: document {sum(j[1] for j in answerable)}, "
          f"fact {sum(j[2] for j in answerable)})")


def check(cases, verbose):
    judged = []
    for suite in dict.fromkeys(case.suite for case in cases):
        weights = fit_both([case for case in cases if case.suite != suite])
        judged += [(case, judge(case, weights)) for case in cases if case.suite == suite]
    scores = sorted((j[0] for case, j in judged if not case.answerable), reverse=True)
    for allowed in (0, 1, 2, 4, 8):
        bar = scores[allowed]
        summary(f"{allowed} wrong", judged, bar)
    bar = scores[ALLOWED]
    for suite in dict.fromkeys(case.suite for case in cases):
        summary(suite, [j for j in judged if j[0].suite == suite], bar)
    if verbose:
        for case, (score, document, fact) in sorted(judged, key=lambda j: -j[1][0]):
            mark = ("right" if fact else "doc" if document else "WRONG") if case.answerable else "none"
            print(f"{score:6.2f} {mark:6} {case.suite:9} {case.question}")
    return bar


HEADER = """/// Written by evals/fit.py: how much each measured feature speaks for a piece, in log odds.
#pragma once

#include <array>

#include "answer/internal/measured.h"

namespace hearth::answer {{

struct Weights {{
  double choosing = 0;  ///< Which piece is the best answer?
  double deciding = 0;  ///< Is the best piece an answer?
}};

/// In the order of `Feature`.
constexpr std::array<Weights, kFeatures> kWeights = {{{{
{rows}}}}};

/// The deciding log odds above which a piece is shown. In cross-validation by library, {allowed} of
/// {others} unanswerable questions came above it.
constexpr double kFoundAbove = {bar:.3f};

}}  // namespace hearth::answer
"""


def write(cases, bar):
    choosing, deciding = fit_both(cases)
    names = cases[0].features
    rows = "".join(f"    {{{a:.4f}, {b:.4f}}},  // {name}\n" for name, a, b in zip(names, choosing, deciding))
    path = ROOT / "src" / "answer" / "internal" / "weights.h"
    path.write_text(HEADER.format(rows=rows, bar=bar, allowed=ALLOWED,
                                  others=sum(not case.answerable for case in cases)))
    summary("on themselves", [(case, judge(case, (choosing, deciding))) for case in cases], bar)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["collect", "check", "write"])
    parser.add_argument("suites", nargs="*", help="which suites; all of them without")
    parser.add_argument("--hearth", default=str(ROOT / "build" / "release" / "hearth"), help="the program")
    parser.add_argument("--bar", type=float, help="log odds above which an answer is shown")
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    suites = arguments.suites or SUITES
    if arguments.action == "collect":
        collect(arguments.hearth, suites)
        return
    cases = load(suites)
    bar = check(cases, arguments.verbose) if arguments.action == "check" or arguments.bar is None else arguments.bar
    if arguments.action == "write":
        write(cases, bar)


if __name__ == "__main__":
    main()
