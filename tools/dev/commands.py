"""The command line of ./dev."""

import argparse
import os

from dev import setup
from dev.term import DevError, complain


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="./dev", description="The one command for people and CI.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("setup", help="install and cache everything the build needs")
    one.add_argument("--build", action="store_true",
                     help="only what building and running needs, nothing for tests")
    one.add_argument("--models", action="store_true", help="the weak chat model too (320 MB)")
    one.set_defaults(run=setup.command)
    return top


def main(argv: list[str]) -> int:
    args = _parser().parse_args(argv)
    try:
        return args.run(args)
    except DevError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os._exit(141)
