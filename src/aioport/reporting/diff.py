"""The changes as a unified diff, which `patch -p1` and `git apply` take, and in colour for a terminal."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from rich.text import Text

from aioport.reporting.model import Change

RUNTIME_FILE = "_aio.py"
"""The name of every vendored file."""

STYLES = {"@": "cyan", "-": "red", "+": "green"}
"""How a line of a diff looks, by its first character."""


def unified_diff(change: Change, prefix: str = "") -> str:
    """The diff of one file, its lines ended as in the file.

    prefix: put before the path, with a slash at its end.
    """
    path = f"{prefix}{change.path}"
    old = "/dev/null" if change.before is None else f"a/{path}"
    lines = difflib.unified_diff(_lines(change.before or ""), _lines(change.after), old, f"b/{path}")
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )


def color_diff(changes: Iterable[Change], prefix: str = "") -> Iterator[Text]:
    """The diff line by line for reading. Of a new vendored file, which is aioport's own, only that it is new."""
    for change in changes:
        header, lines = ["--- /dev/null", f"+++ b/{prefix}{change.path}"], list[str]()
        if change.before is None and PurePosixPath(change.path).name == RUNTIME_FILE:
            count = len(change.after.splitlines())
            lines = [f"@@ {count} new lines: what the converted code needs of aioport's runtime @@"]
        elif diff := unified_diff(change, prefix):
            *header, rest = diff.removesuffix("\n").split("\n", 2)
            lines = rest.split("\n")
        yield from (Text(line, "bold") for line in header)
        yield from (Text(line.removesuffix("\r"), STYLES.get(line[:1], "")) for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends. Only newlines count, so that carriage returns and form feeds stay inside of lines."""
    *lines, rest = text.split("\n")
    return [f"{line}\n" for line in lines] + ([rest] if rest else [])
