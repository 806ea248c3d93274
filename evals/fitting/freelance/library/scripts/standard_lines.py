#!/usr/bin/env python3
"""Counts standard lines of a translation and says what the court owes."""

import sys

CHARACTERS_PER_LINE = 55      # including spaces
FEE = 1.95                    # euros per line
FEE_DIFFICULT = 2.25
MINIMUM_FEE = 20.00           # the court pays at least this much per order


def standard_lines(text):
    """Begun lines count as whole ones."""
    length = len(" ".join(text.split()))
    return -(-length // CHARACTERS_PER_LINE)


def fee(lines, difficult=False):
    return max(MINIMUM_FEE, round(lines * (FEE_DIFFICULT if difficult else FEE), 2))


if __name__ == "__main__":
    difficult = "--difficult" in sys.argv
    for name in (a for a in sys.argv[1:] if not a.startswith("--")):
        with open(name, encoding="utf-8") as file:
            lines = standard_lines(file.read())
        print(f"{name}: {lines} lines, {fee(lines, difficult):.2f} EUR")
