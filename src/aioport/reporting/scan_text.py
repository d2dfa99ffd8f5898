"""A scan for reading: what blocks, with the chain of calls down to what waits, what else is wrong, and counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import get_args

from rich.text import Text

from aioport.mistakes.mistake import MistakeKind
from aioport.reporting.groups import Group, place, render_group
from aioport.reporting.model import CommentKind, FindingRow, Kind, ScanReport, UnknownRow
from aioport.reporting.places import Places

STYLES = {"error": "bold red", "warning": "yellow", "note": ""}

MOST_CANDIDATES = 3
"""So many of the functions that an unknown call may run are named on a line."""


def render_scan(
    report: ScanReport, places: Places, *, unknown: bool = False, group: Group = "function"
) -> Iterator[Text]:
    """The lines of a scan's report.

    unknown: list the calls of which it is not known what they run.
    group: what the calls that wait are listed under.
    """
    waiting = [row for row in report.findings if row.kind == "blocking-call"]
    on_loop = [row for row in waiting if row.on_loop]
    elsewhere = [row for row in waiting if not row.on_loop]
    mistakes = [row for row in report.findings if row.kind in get_args(MistakeKind)]
    comments = [row for row in report.findings if row.kind in get_args(CommentKind)]
    yield from places.say_root()
    if on_loop:
        yield Text("Blocks an event loop", "bold red")
        yield from render_group(on_loop, group, places)
    if elsewhere:
        yield Text("Blocks elsewhere" if on_loop else "Blocks", "bold")
        yield from render_group(elsewhere, group, places)
    if mistakes:
        yield Text("Mistakes with asyncio", "bold red")
        yield from _by_kind(mistakes, places)
    if comments:
        yield Text("Allow comments", "bold")
        yield from _by_kind(comments, places)
    if unknown and report.unknown:
        yield from _unknown([row for row in report.unknown if row.inside is None], places)
        yield from _unfinished([row for row in report.unknown if row.inside is not None], places)
    yield from _summary(report, waiting, mistakes, listed=unknown)


def _by_kind(rows: Iterable[FindingRow], places: Places) -> Iterator[Text]:
    by_kind: dict[Kind, list[FindingRow]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    for kind, found in sorted(by_kind.items()):
        width = max(len(place(row, places)) for row in found)
        yield Text()
        yield Text(f"  {kind}", "bold")
        for row in found:
            yield Text.assemble(
                ("  ! " if row.severity == "error" else "    ", STYLES[row.severity]),
                (f"{place(row, places):<{width}}", places.link(row.path, "cyan")),
                f"  {row.message}",
            )
    yield Text()


def _unfinished(rows: list[UnknownRow], places: Places) -> Iterator[Text]:
    """Calls into installed packages that come to something unknown there."""
    if not rows:
        return
    yield Text("Calls into installed packages that could not be followed to their end", "bold")
    yield Text()
    for row in rows:
        inside = f"{places.show(row.inside.path)}:{row.inside.line}" if row.inside is not None else ""
        yield Text.assemble(
            "    ",
            (place(row, places), places.link(row.path, "cyan")),
            f"  {row.text}",
            (f"  as far as {inside}", "dim"),
        )
    yield Text()


def _unknown(rows: list[UnknownRow], places: Places) -> Iterator[Text]:
    if not rows:
        return
    yield Text("Calls of which it is not known what they run", "bold")
    yield Text()
    for row in rows:
        yield Text.assemble(
            "    ",
            (place(row, places), places.link(row.path, "cyan")),
            f"  {row.text}",
            (_hidden(row), "dim"),
        )
    yield Text()


def _hidden(row: UnknownRow) -> str:
    """What an unknown call may hide; nothing where no function that waits is called like it."""
    if not row.candidates:
        return ""
    named = ", ".join(row.candidates[:MOST_CANDIDATES])
    more = (
        f" and {len(row.candidates) - MOST_CANDIDATES} more" if len(row.candidates) > MOST_CANDIDATES else ""
    )
    reached = "1 function" if row.may_hide == 1 else f"{row.may_hide} functions"
    loop = f", {row.on_loop} of them async" if row.on_loop else ""
    return f"  may be {named}{more}; reached from {reached}{loop}"


def _summary(
    report: ScanReport, waiting: list[FindingRow], mistakes: list[FindingRow], *, listed: bool
) -> Iterator[Text]:
    on_loop = Counter(row.category for row in waiting if row.on_loop)
    anywhere = Counter(row.category for row in waiting)
    told = "1 call waits" if len(waiting) == 1 else f"{len(waiting)} calls wait"
    files = "1 file" if report.files == 1 else f"{report.files} files"
    yield Text(f"{files}: {told}, {on_loop.total()} of them on an event loop")
    for category, count in anywhere.most_common():
        blocked = f", {on_loop[category]} on an event loop" if on_loop[category] else ""
        yield Text.assemble(f"  {count:>5}  ", (category or "", "yellow"), blocked)
    if mistakes:
        kind = "mistake" if len(mistakes) == 1 else "mistakes"
        yield Text(f"  {len(mistakes):>5}  {kind} with asyncio")
    unfinished = sum(row.inside is not None for row in report.unknown)
    unknown = len(report.unknown) - unfinished
    hint = "" if listed else "; --unknown lists them"
    if unknown:
        yield Text(f"  {unknown:>5}  calls of which it is not known what they run{hint}")
    if unfinished:
        yield Text(f"  {unfinished:>5}  calls that could not be followed to their end{hint}")
    if report.allowed:
        yield Text(f"  {report.allowed:>5}  not shown, because a comment allows them")
    if report.baseline is not None:
        if report.baseline.known:
            yield Text(f"  {report.baseline.known:>5}  not shown, because {report.baseline.file} holds them")
        for line in report.baseline.gone:
            yield Text(f"no longer there, --update-baseline takes it out: {line}", "dim")
