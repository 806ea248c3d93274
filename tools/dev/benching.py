"""./dev bench: the measurements, each in the file named by the question it answers."""

from dev import building, paths, proc
from dev.term import DevError, say

_FOLDER = paths.ROOT / "bench"


def names() -> list[str]:
    """A bench is bench/<name>.cpp, bench/<name>/main.cpp, or a script bench/<name>.py."""
    if not _FOLDER.is_dir():
        return []
    return sorted({path.stem for path in _FOLDER.iterdir()
                   if path.suffix in (".cpp", ".py", ".sh")
                   or (path / "main.cpp").is_file()})


def command(args) -> int:
    if args.name and args.name not in names():
        raise DevError(f"There is no bench '{args.name}'.", "Benches: " + ", ".join(names()))
    if not args.name:
        say("\n".join(names()) or "There are no benches.")
        return 0
    building.ready({"build", "dev", "embedder", "chat"})
    script = next((s for s in (_FOLDER / f"{args.name}.py", _FOLDER / f"{args.name}.sh")
                   if s.is_file()), None)
    building.configure("release", "-DHEARTH_BENCH=ON")
    if script:
        building.build("release")
        runner = ["python3"] if script.suffix == ".py" else ["sh"]
        return proc.loud([*runner, script, *args.rest], env=building.env())
    building.build("release", f"bench_{args.name}")
    found = [p for p in building.folder("release").rglob(f"bench_{args.name}") if p.is_file()]
    return proc.loud([found[0], *args.rest], env=building.env())
