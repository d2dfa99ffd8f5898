"""Conversions that were taken back, or could be, for reading."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from rich.text import Text

from aioport.writing.undoing import Done, Undone, Written

BACK: dict[Done, str] = {"changed": "put back", "created": "removed", "deleted": "brought back"}


def render_undone(undone: Undone, current: Path) -> Iterator[Text]:
    """What was taken back, with its files as seen from a folder, and how many more there are."""
    if undone.written is None:
        yield Text(f"{_interrupted(undone)} before it had changed anything.")
        return
    for path, done in undone.written.files:
        yield Text.assemble(f"  {BACK[done]:<12}  ", (_seen(path, current), "cyan"))
    if undone.cause == "asked":
        yield Text(f"Taken back: {_describe(undone.written, current)}.", "bold")
        if undone.left:
            more = "1 more conversion" if undone.left == 1 else f"{undone.left} more conversions"
            yield Text(f"{more} can be taken back; aioport undo --list shows them.")
    else:
        yield Text(f"{_interrupted(undone)}; everything is as it was before it.", "bold")


def render_recovered(undone: Undone) -> str:
    """What a command says that found an interrupted conversion, and put back what was there before."""
    said = _interrupted(undone)[0].lower() + _interrupted(undone)[1:]
    if undone.written is None:
        return f"{said} before it had changed anything"
    return f"{said}; the project has been put back to what it was before it"


def render_history(history: Sequence[Written], current: Path) -> Iterator[Text]:
    """What can be taken back, the last first."""
    if not history:
        yield Text("No conversion to take back.")
    for number, written in enumerate(history, start=1):
        counts = Counter(done for _, done in written.files)
        files = ", ".join(f"{counts[done]} {done}" for done in BACK if counts[done])
        yield Text(f"{number:>3}  {_describe(written, current)}: {files}")


def undo_command(root: Path, current: Path) -> str:
    """What to type in a folder to take back what was written below another."""
    return (
        "aioport undo"
        if current.is_relative_to(root)
        else f"aioport undo {shlex.quote(_seen(root, current))}"
    )


def _interrupted(undone: Undone) -> str:
    what = "The taking back of a conversion" if undone.cause == "undoing" else "A conversion"
    when = f" of {_shown(undone.written.made)}" if undone.written else ""
    return f"{what}{when} was interrupted in {undone.home}"


def _describe(written: Written, current: Path) -> str:
    where = "" if written.root == current else f" in {_seen(written.root, current)}"
    return f"aioport {written.command} of {_shown(written.made)}{where}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


def _seen(path: Path, current: Path) -> str:
    return str(path.relative_to(current)) if path.is_relative_to(current) else str(path)
