"""Counts who has signed up for the tour."""

MAX_SINGERS = 48
WAITING_LIST = 6
DEADLINE = "2026-01-31"


def accept(names, new):
    """Adds a name unless the tour is full; the rest go to the waiting list."""
    if len(names) >= MAX_SINGERS:
        return "waiting" if len(names) < MAX_SINGERS + WAITING_LIST else "refused"
    names.append(new)
    return "accepted"
