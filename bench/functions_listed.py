"""Whether a conversion says something about every function: the functions by `ast`, against its JSON."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

COLORS = frozenset({"sync", "async", "unit", "both"})


def python_files(root: Path, paths: Iterable[str]) -> Iterator[Path]:
    """The Python files under the given paths of a root, in order, a path that is a file being itself one."""
    for path in paths:
        place = root / path
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]


def reported_root(root: Path, paths: Iterable[str]) -> Path:
    """The folder that a report's paths are relative to: the one folder that was named, else the common parent."""
    places = [root / path for path in paths]
    return Path(os.path.commonpath([place if place.is_dir() else place.parent for place in places]))


def function_lines(source: bytes) -> Iterator[tuple[str, frozenset[int]]]:
    """Each function's name, with the lines that it may be said to stand on.

    Those are the line of its `def` and the line of its first decorator: both are in use.
    Raises SyntaxError.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, frozenset({node.lineno, first})


def colored_lines(report: Mapping[str, Any], root: Path) -> dict[Path, set[int]]:
    """The lines of each file at which `aioport convert --format json` lists a function with a color.

    Raises KeyError when a listed function lacks its path, line or color.
    """
    found: dict[Path, set[int]] = {}
    for function in report["functions"]:
        if function["color"] in COLORS:
            found.setdefault((root / function["path"]).resolve(), set()).add(function["line"])
    return found


def unlisted(report: Mapping[str, Any], reported: Path, root: Path, files: Iterable[str]) -> list[str]:
    """Every function of the files that the report does not list with a color, as `path:line name`.

    `files` are relative to `root`, the report's paths to `reported`. Raises KeyError, as `colored_lines`.
    """
    colored = colored_lines(report, reported)
    missing = []
    for file in files:
        lines = colored.get((root / file).resolve(), set())
        missing += [
            f"{file}:{max(places)} {name}"
            for name, places in function_lines((root / file).read_bytes())
            if not places & lines
        ]
    return missing
