"""The command line of ./dev."""

import argparse
import os
import shutil
import sys

from dev import (benching, building, ci, docs, formatting, fuzzing, new, paths, proc, setup, up,
                 web)
from dev.term import DevError, complain, say

_ABOUT = """The one command for people and for CI.

  ./dev up                from a fresh clone to a first cited answer
  ./dev test              all the tests

Everything it installs or builds outside the tree lies in
${HEARTH_CACHE:-~/.cache/hearth}; everything inside lies in build/."""


def _setup(add) -> None:
    one = add("setup", setup.command, "install and cache everything the build needs",
              "Installs Debian packages (third_party/debian.txt) and pinned archives "
              "(third_party/pins.toml), checks their hashes, and installs the pre-commit hook. "
              "Works without a network once the cache is filled.")
    one.add_argument("--build", action="store_true",
                     help="only what building and running needs, nothing for tests")
    one.add_argument("--models", action="store_true", help="the weak chat model too (320 MB)")


def _run_and_build(add) -> None:
    one = add("up", up.command, "install, build, index a folder and ask a first question",
              "Without FOLDER it indexes the samples in samples/library. A second run takes "
              "seconds. HEARTH_HOME names the vault's folder.")
    one.add_argument("folder", nargs="?", metavar="FOLDER", help="a folder of your files")
    one.add_argument("--question", help="what to ask first")
    one.add_argument("--no-hub", action="store_true", help="ask no model hub for a better chat "
                     "model (also: HEARTH_NO_HUB=1)")
    one = add("build", building.build_command, "configure and build a preset")
    one.add_argument("preset", nargs="?", default="dev", help="dev (default), release, tsan, "
                     "clang, fuzz")
    one.add_argument("-t", "--target", action="append", default=[], help="only this target")
    one = add("run", up.run_command, "build the release and run hearth with the given arguments",
              "Example: ./dev run status --json")
    one.add_argument("--preset", default="release")
    one.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENTS")


def _checks(add) -> None:
    one = add("test", building.test_command, "build and run the tests; ends with CTest's summary",
              "With a room, only that room's tests. The words of -k must occur in a test's name, "
              "in that order: ./dev test storage -k wrong key")
    one.add_argument("room", nargs="?", help="a folder under src/")
    one.add_argument("-k", dest="words", nargs="+", default=[], metavar="WORD")
    one.add_argument("--preset", default="dev", help="dev (default), clang or tsan")
    one.add_argument("--list", action="store_true", help="name the tests, run none")
    one = add("fmt", formatting.fmt_command, "lay the C++ out as .clang-format says")
    one.add_argument("--check", action="store_true", help="change nothing; fail when it would")
    one.add_argument("--staged", action="store_true", help="only files about to be committed")
    one.add_argument("files", nargs="*", metavar="FILE")
    one = add("lint", formatting.lint_command, "run clang-tidy on the changed files")
    one.add_argument("--all", action="store_true", help="the whole tree (minutes)")
    one.add_argument("--base", help="changed since this commit (default: origin/main)")
    one.add_argument("files", nargs="*", metavar="FILE")
    add("tidy", _tidy_command, "check the house rules: rooms, doors, sizes, words")
    one = add("ci", ci.command, "all the steps of CI, or the named ones",
              "Steps: " + ", ".join(ci.STEPS) + ".")
    one.add_argument("step", nargs="*")


def _the_rest(add) -> None:
    one = add("bench", benching.command, "run a measurement; without a name, list them")
    one.add_argument("name", nargs="?")
    one.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    one = add("fuzz", fuzzing.command, "fuzz one parser, or all of them in turn")
    one.add_argument("target", nargs="?")
    one.add_argument("--seconds", type=int, default=60, help="for each target (default 60)")
    one.add_argument("--list", action="store_true", help="name the targets")
    one = add("new", new.command, "write a new file and its test",
              "Kinds: " + ", ".join(f"{kind} ({what})" for kind, what in new.KINDS.items()) + ".")
    one.add_argument("kind", choices=sorted(new.KINDS))
    one.add_argument("name", help="snake_case")
    one = add("web", web.command, "run one of the page's npm scripts with the pinned Node",
              "Without a script it lists them. ./dev web dev serves the page while you edit it.")
    one.add_argument("script", nargs="?")
    one.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    one = add("clients", web.clients_command, "run foreign clients' own packages against the core",
              "HEARTH_BIN_DIR is the folder of the built programs (default: build/dev).")
    one.add_argument("rest", nargs=argparse.REMAINDER, metavar="ARGUMENTS")
    add("docs", docs.command, "regenerate docs/generated from the program")
    one = add("clean", _clean_command, "remove build/ (the cache outside the tree stays)")
    one.add_argument("--cache", action="store_true", help="the cache too")


def _tidy_command(arguments: list[str]) -> int:
    env = {**os.environ, "PYTHONPATH": str(paths.ROOT / "tools")}
    return proc.loud([sys.executable, "-m", "tidy", *arguments], env=env)


def _clean_command(args) -> int:
    for folder in (paths.BUILD, *([paths.cache()] if args.cache else [])):
        if folder.is_dir():
            shutil.rmtree(folder)
            say(f"removed {folder}")
    return 0


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./dev", description=_ABOUT,
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name, run, summary, about=""):
        one = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}"
                                  f"{summary[1:]}. {about}".strip())
        one.set_defaults(run=run)
        return one

    for group in (_setup, _run_and_build, _checks, _the_rest):
        group(add)
    return top


def main(argv: list[str]) -> int:
    if argv[:1] == ["tidy"]:  # has options of its own
        return _tidy_command(argv[1:])
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except DevError as error:
        complain(error)
        return 1
    except FileNotFoundError as error:
        # A program or a file that setup would have brought.
        complain(DevError(f"{error.filename} is missing.", "Run: ./dev setup"))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os._exit(141)
