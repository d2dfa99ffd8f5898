"""A scan for reading: what blocks, by function, with the chain of calls down to what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import get_args

from rich.text import Text

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category
from aioport.reporting.model import FindingRow, ScanReport, UnknownRow
from aioport.reporting.places import Places

CATEGORY_WIDTH = max(map(len, get_args(Category)))

LIBRARY_LINKS = 4
"""So many steps inside of installed packages are shown; of a longer way, the first two and the last."""


def render_scan(report: ScanReport, places: Places, *, unknown: bool = False) -> Iterator[Text]:
    """The lines of a scan's report.

    unknown: list the calls of which it is not known what they run.
    """
    on_loop = [row for row in report.findings if row.on_loop]
    elsewhere = [row for row in report.findings if not row.on_loop]
    yield from places.say_root()
    if on_loop:
        yield Text("Blocks an event loop", "bold red")
        yield from _functions(on_loop, places)
    if elsewhere:
        yield Text("Blocks elsewhere" if on_loop else "Blocks", "bold")
        yield from _functions(elsewhere, places)
    if unknown and report.unknown:
        yield from _unknown(report.unknown, places)
    yield from _summary(report, listed=unknown)


def _functions(rows: Iterable[FindingRow], places: Places) -> Iterator[Text]:
    ordered = sorted(rows, key=lambda row: (row.path, row.function, row.line, row.column))
    for (_, function), group in groupby(ordered, key=lambda row: (row.path, row.function)):
        found = list(group)
        width = max(len(_place(row, places)) for row in found)
        yield Text()
        yield Text(f"  {function}", "bold")
        # How an `async def` reaches the function is the same for all that the function does.
        if steps := _steps_above(found[0]):
            begin = found[0].chain[0]
            yield Text.assemble(
                f"    async {begin.name}", (f"  {places.show(begin.path)}:{begin.line}", "dim")
            )
            yield from (_step(link, "    ", places) for link in steps)
        for row in found:
            yield from _finding(row, places, width)
    yield Text()


def _finding(row: FindingRow, places: Places, width: int) -> Iterator[Text]:
    made = 1 + len(_steps_above(row))
    yield Text.assemble(
        ("  ! ", "bold red") if row.on_loop else "    ",
        (f"{_place(row, places):<{width}}", "cyan"),
        (f"  {row.category:<{CATEGORY_WIDTH}}", "yellow"),
        f"  {row.chain[made].name}",
        "" if row.sure else ("  (unless an unknown call on the way means something else)", "dim"),
    )
    below = row.chain[made + 1 :]
    for link in below if len(below) <= LIBRARY_LINKS else below[:2]:
        yield _step(link, "      ", places)
    if len(below) > LIBRARY_LINKS:
        yield Text(f"      ... {len(below) - 3} more steps", "dim")
        yield _step(below[-1], "      ", places)


def _steps_above(row: FindingRow) -> tuple[Link, ...]:
    """The calls that lead from the beginning of the chain to the function, whose own call is on the row's line."""
    own = (row.path, row.line)
    made = next(
        (number for number, link in enumerate(row.chain) if number and (link.path, link.line) == own), 1
    )
    return row.chain[1:made]


def _step(link: Link, indent: str, places: Places) -> Text:
    return Text.assemble(f"{indent}-> {link.name}", (f"  {places.show(link.path)}:{link.line}", "dim"))


def _place(row: FindingRow | UnknownRow, places: Places) -> str:
    return f"{places.show(row.path)}:{row.line}:{row.column}"


def _unknown(rows: Iterable[UnknownRow], places: Places) -> Iterator[Text]:
    yield Text("Calls of which it is not known what they run", "bold")
    yield Text()
    for row in rows:
        yield Text.assemble("    ", (_place(row, places), "cyan"), f"  {row.text}")
    yield Text()


def _summary(report: ScanReport, *, listed: bool) -> Iterator[Text]:
    on_loop = Counter(row.category for row in report.findings if row.on_loop)
    anywhere = Counter(row.category for row in report.findings)
    waiting = "1 call waits" if len(report.findings) == 1 else f"{len(report.findings)} calls wait"
    files = "1 file" if report.files == 1 else f"{report.files} files"
    yield Text(f"{files}: {waiting}, {on_loop.total()} of them on an event loop")
    for category, count in anywhere.most_common():
        blocked = f", {on_loop[category]} on an event loop" if on_loop[category] else ""
        yield Text.assemble(f"  {count:>5}  ", (category, "yellow"), blocked)
    if report.unknown:
        hint = "" if listed else "; --unknown lists them"
        yield Text(f"  {len(report.unknown):>5}  calls of which it is not known what they run{hint}")
