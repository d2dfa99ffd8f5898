"""The changes as a unified diff, which `patch -p1` and `git apply` take, and in colour for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from rich.text import Text

from aioport.reporting.model import Change

VENDORED = "_aio.py"

STYLES = (("--- ", "bold"), ("+++ ", "bold"), ("@@", "cyan"), ("-", "red"), ("+", "green"))
"""How a line of a diff looks, by how it begins; the first that fits."""


def unified_diff(change: Change, prefix: str = "") -> str:
    """The diff of one file, its lines ended as in the file.

    prefix: put before the path, with a slash at its end.
    """
    path = f"{prefix}{change.path}"
    old = "/dev/null" if change.before is None else f"a/{path}"
    lines = difflib.unified_diff(_lines(change.before or ""), _lines(change.after), old, f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def color_diff(changes: Iterable[Change], prefix: str = "") -> Iterator[Text]:
    """The diff line by line for reading. Of a new vendored file, which is aioport's own, only that it is new."""
    for change in changes:
        if change.before is None and PurePosixPath(change.path).name == VENDORED:
            count = len(change.after.splitlines())
            yield Text(f"+++ b/{prefix}{change.path}", "bold")
            yield Text(f"(new, {count} lines: what the converted code needs of aioport's runtime)", "dim")
            continue
        for line in unified_diff(change, prefix).removesuffix("\n").split("\n"):
            style = next((style for start, style in STYLES if line.startswith(start)), "")
            yield Text(line.removesuffix("\r"), style)


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only `\\n` counts, so that carriage returns and form feeds stay inside of lines."""
    *lines, rest = text.split("\n")
    return [f"{line}\n" for line in lines] + ([rest] if rest else [])
