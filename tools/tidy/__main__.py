"""./dev tidy"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from tidy import frozen, prose, ratchet, rooms, sizes, words
from tidy.source import Finding, Tree


def findings(root: Path) -> list[Finding]:
    """All broken rules of the tree at `root`, sorted by place."""
    tree = Tree(root)
    allow = ratchet.Ratchet.load(root)
    found = rooms.check(tree)
    found += sizes.check(tree, allow)
    found += words.check(tree, allow)
    found += prose.check(tree)
    found += frozen.check(tree)
    found += allow.check(ratchet.committed(root))
    return sorted(set(found), key=lambda f: (f.path, f.line, f.rule, f.message))


def _staged(root: Path) -> set[str]:
    done = subprocess.run(["git", "-C", str(root), "diff", "--cached", "--name-only", "-z"],
                          check=True, text=True, capture_output=True)
    return set(done.stdout.split("\0"))


def main() -> int:
    options = argparse.ArgumentParser(prog="./dev tidy", description="Checks the house rules.")
    options.add_argument("paths", nargs="*", help="show only what concerns these files or folders")
    options.add_argument("--root", type=Path, help="another tree (for tests)",
                         default=Path(__file__).resolve().parent.parent.parent)
    options.add_argument("--staged", action="store_true",
                         help="show only what concerns files about to be committed")
    options.add_argument("--lock-migrations", action="store_true",
                         help="freeze the migrations as they stand; at a release")
    args = options.parse_args()
    if args.lock_migrations:
        print("\n".join(frozen.lock(Tree(args.root))))
        return 0
    begun = time.monotonic()
    found = findings(args.root)
    if args.staged:
        staged = _staged(args.root)
        found = [f for f in found if f.path in staged]
    if args.paths:
        wanted = tuple(path.removeprefix("./") for path in args.paths)
        found = [f for f in found if f.path.startswith(wanted)]
    for finding in found:
        print(finding)
    elapsed = time.monotonic() - begun
    print(f"{len(found)} broken rule(s), {elapsed:.1f} s" if found
          else f"The house is in order ({elapsed:.1f} s).")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
