"""./dev docs: docs/generated, written by the program itself."""

from dev import building, paths, proc
from dev.term import DevError, say


def command(_args) -> int:
    building.ready({"build", "dev"})
    building.configure("dev")
    targets = proc.output(["ninja", "-C", building.folder("dev"), "-t", "targets", "all"],
                          env=building.env())
    if not any(line.startswith("docs:") for line in targets.splitlines()):
        raise DevError("No CMake target is called 'docs'.",
                       "It writes docs/generated from the built program.")
    building.build("dev", "docs")
    for path in sorted((paths.ROOT / "docs" / "generated").glob("*")):
        say(str(path.relative_to(paths.ROOT)))
    return 0
