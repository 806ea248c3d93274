"""./dev fuzz: each parser of foreign bytes under libFuzzer.

A target is fuzz/<name>.cpp; its seeds lie in fuzz/corpus/<name>/. What the
fuzzer learns is kept outside the tree, in the cache, and used the next time.
"""

import shutil
from pathlib import Path

from dev import building, paths, proc
from dev.term import DevError, Step, say

_FOLDER = paths.ROOT / "fuzz"


def targets() -> list[str]:
    return sorted(path.stem for path in _FOLDER.glob("*.cpp"))


def command(args) -> int:
    names = [args.target] if args.target else targets()
    if args.target and args.target not in targets():
        raise DevError(f"There is no fuzz/{args.target}.cpp.", "Targets: " + ", ".join(targets()))
    if args.list:
        say("\n".join(targets()))
        return 0
    building.ready({"build", "dev"})
    building.configure("fuzz")
    building.build("fuzz", *(f"fuzz_{name}" for name in names))
    for name in names:
        run(name, args.seconds)
    return 0


def run(name: str, seconds: int, *, smoke: bool = False) -> None:
    """Fuzzes `name`; a crash ends with the input that caused it and how to repeat it.

    A smoke run starts from the committed seeds with a fixed random seed, so that two runs of one
    tree try the same inputs in the same order.
    """
    found = [p for p in building.folder("fuzz").rglob(f"fuzz_{name}") if p.is_file()]
    if not found:
        raise DevError(f"build/fuzz holds no fuzz_{name}.", "fuzz/ lists it; CMake does not.")
    learned = paths.BUILD / "smoke" / name if smoke else paths.cache() / "corpus" / name
    shutil.rmtree(paths.BUILD / "smoke" / name, ignore_errors=True)
    crashes = paths.BUILD / "crashes" / name
    learned.mkdir(parents=True, exist_ok=True)
    crashes.mkdir(parents=True, exist_ok=True)
    seeds = _FOLDER / "corpus" / name
    program = [found[0], learned, *([seeds] if seeds.is_dir() else []),
               f"-max_total_time={seconds}", f"-artifact_prefix={crashes}/", "-timeout=10",
               "-rss_limit_mb=2048", "-print_final_stats=1", *(["-seed=1"] if smoke else [])]
    with Step(f"Fuzzing {name} for {seconds} s") as step:
        try:
            proc.logged(program, step, f"fuzz-{name}", env=building.env())
        except DevError as error:
            raise _repeatable(error, found[0], crashes) from error
        step.update("")


def _repeatable(error: DevError, program: Path, crashes: Path) -> DevError:
    newest = max(crashes.iterdir(), key=lambda p: p.stat().st_mtime, default=None)
    repeat = f"\nTo repeat: {program} {newest}" if newest else ""
    return DevError(error.message, error.hint + repeat)
