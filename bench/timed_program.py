"""Run a Python program in this process and write down how long it took.

The clock covers the program from its first line to its last, in a warm interpreter:
every module that it imports has been imported before. What is left out is the same for
every program measured this way, and a long-running program pays it once.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import runpy
import sys
import time
from collections.abc import Iterator
from pathlib import Path


def imported_modules(source: str) -> Iterator[str]:
    """The dotted names that a source text's import statements load, in order, relative ones left out."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def timed(program: Path) -> float:
    """Run a program as `__main__` and return the seconds it took; its exceptions pass through."""
    sys.path.insert(0, str(program.parent))
    for name in imported_modules(program.read_text(encoding="utf-8")):
        importlib.import_module(name)
    sys.argv = [str(program)]
    started = time.perf_counter()
    runpy.run_path(str(program), run_name="__main__")
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", type=Path)
    parser.add_argument("wall", type=Path, help="the seconds are written to this file")
    options = parser.parse_args()
    seconds = timed(options.program.resolve())
    options.wall.write_text(f"{seconds}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
