"""./dev docs: what the repository keeps of the program's own words, written anew.

The tests that compare these files with the program write them when HEARTH_UPDATE_GOLDEN is set: the
API's description in docs/generated and the vault's layout in src/storage/schema.sql. Read the diff.
"""

from dev import building, paths, proc
from dev.term import say

_WRITERS = {"hearth_api_test": "OpenApi.*", "hearth_storage_test": "Schema.*"}


def command(_args) -> int:
    building.ready({"build", "dev"})
    building.configure("dev")
    building.build("dev", *_WRITERS)
    env = {**building.env(), "HEARTH_UPDATE_GOLDEN": "1", "HEARTH_SOURCE_DIR": str(paths.ROOT)}
    for name, tests in _WRITERS.items():
        proc.must([building.folder("dev") / name, f"--gtest_filter={tests}"], name, env=env)
    say(proc.output(["git", "-C", paths.ROOT, "status", "--short", "docs/generated",
                     "src/storage/schema.sql"]).rstrip() or "Nothing has changed.")
    return 0
