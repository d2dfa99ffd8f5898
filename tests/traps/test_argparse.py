"""Functions that argparse keeps for later: `set_defaults(func=...)` with `args.func(args)`."""

import subprocess
import sys
from pathlib import Path

from aioport.api import convert_project
from tests.check import check_converts
from tests.traps.table import trap

PROGRAM = """
import argparse
import time


def setup_add(subparsers):
    parser = subparsers.add_parser("add")
    parser.set_defaults(func=lambda args: add(args, parser))


def setup_read(subparsers):
    parser = subparsers.add_parser("read")
    parser.set_defaults(func=lambda args: read(args, 1))


def setup_show(subparsers):
    parser = subparsers.add_parser("show")
    parser.set_defaults(func=show)


def add(args, parser):
    time.sleep(0.001)
    print("added by", parser.prog)


def read(args, lines):
    with open(__file__) as file:
        print(file.readlines()[:lines])


def show(args):
    print("shown")


def main():
    parser = argparse.ArgumentParser(prog="program")
    subparsers = parser.add_subparsers()
    setup_add(subparsers)
    setup_read(subparsers)
    setup_show(subparsers)
    args = parser.parse_args()
    if hasattr(args, "func"):
        args.func(args)


if __name__ == "__main__":
    main()
"""

AFTER = """
import argparse
import asyncio

from _aio import offload, run


def setup_add(subparsers):
    parser = subparsers.add_parser("add")
    parser.set_defaults(func=lambda args: add(args, parser))


def setup_read(subparsers):
    parser = subparsers.add_parser("read")

    async def func(args):
        return await offload(lambda: read(args, 1))

    parser.set_defaults(func=func)


def setup_show(subparsers):
    parser = subparsers.add_parser("show")
    parser.set_defaults(func=show)


async def add(args, parser):
    await asyncio.sleep(0.001)
    print("added by", parser.prog)


def read(args, lines):
    with open(__file__) as file:
        print(file.readlines()[:lines])


async def show(args):
    print("shown")


async def main():
    parser = argparse.ArgumentParser(prog="program")
    subparsers = parser.add_subparsers()
    setup_add(subparsers)
    setup_read(subparsers)
    setup_show(subparsers)
    args = parser.parse_args()
    if hasattr(args, "func"):
        await args.func(args)


if __name__ == "__main__":
    run(main())
"""


@trap(87, "converted", "`set_defaults(func=f)` is followed to `args.func(args)`, which is awaited")
@trap(36, "thread", "a lambda beside async ones gets a name, and what it calls runs in a thread")
def test_functions_of_subcommands_share_a_color() -> None:
    """What becomes async is handed over as it is; a lambda that calls what stays sync is an `async def`."""
    check_converts(PROGRAM, AFTER, mutations=False)


def test_subcommands_run_as_before(tmp_path: Path) -> None:
    """Each prints what it printed."""

    def outcomes() -> list[str]:
        found = []
        for words in (["add"], ["read"], ["show"], []):
            done = subprocess.run(
                [sys.executable, "program.py", *words],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            )
            found.append(done.stdout)
        return found

    (tmp_path / "program.py").write_text('"""Same."""\n' + PROGRAM, encoding="utf-8")
    before = outcomes()
    for path, text in convert_project(tmp_path).files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert outcomes() == before
    assert [bool(one) for one in before] == [True, True, True, False]
