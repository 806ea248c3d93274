"""Splits discharge into quick flow and base flow, and finds the storm events.

Recursive digital filter with one parameter, passed over the series three times (forward, backward, forward).
"""
import argparse

import numpy as np
import pandas as pd

ALPHA = 0.925             # filter parameter; 0.98 made the events far too short
PASSES = 3
MIN_PEAK = 0.15           # m3/s, smaller bumps are not counted as events
MIN_GAP_HOURS = 8         # two peaks closer together than this are one event
RECESSION_SHARE = 0.10    # an event ends when quick flow has fallen to this share of its peak
STEP_MINUTES = 15


def filter_once(q, alpha):
    """One pass. Quick flow never becomes negative and never exceeds the discharge."""
    quick = np.zeros_like(q)
    for i in range(1, len(q)):
        quick[i] = alpha * quick[i - 1] + (1 + alpha) / 2 * (q[i] - q[i - 1])
        quick[i] = min(max(quick[i], 0.0), q[i])
    return q - quick


def baseflow(q, alpha=ALPHA):
    base = np.asarray(q, dtype=float)
    for number in range(PASSES):
        backwards = number % 2 == 1
        base = filter_once(base[::-1], alpha)[::-1] if backwards else filter_once(base, alpha)
    return base


def events(q, base):
    """Start, peak and end index of each event."""
    quick = np.asarray(q) - base
    gap = MIN_GAP_HOURS * 60 // STEP_MINUTES
    found, i = [], 0
    while i < len(quick):
        if quick[i] < MIN_PEAK:
            i += 1
            continue
        end = i
        peak = i
        while end < len(quick) and quick[end] > RECESSION_SHARE * quick[peak]:
            if quick[end] > quick[peak]:
                peak = end
            end += 1
        if found and i - found[-1][2] < gap:
            found[-1] = (found[-1][0], max(found[-1][1], peak, key=lambda k: quick[k]), end)
        else:
            found.append((i, peak, end))
        i = end
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--alpha", type=float, default=ALPHA)
    arguments = parser.parse_args()
    table = pd.read_csv(arguments.file, parse_dates=["time"])
    # the logger writes -99 when the float is stuck
    q = table["q"].replace(-99, np.nan).interpolate(limit=8)
    base = baseflow(q, arguments.alpha)
    print(f"base flow index {base.sum() / q.sum():.2f}")
    for start, peak, end in events(q, base):
        print(table["time"][start], table["time"][peak], table["time"][min(end, len(q) - 1)])


if __name__ == "__main__":
    main()
