"""The entry of ./dev: finds the command and runs it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dev import commands  # noqa: E402  (the path above comes first)

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
