"""Calls that wait, as trees: by the function that makes them, by what begins their chain, or by what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Literal, get_args

from rich.text import Text

from aioport.blocking.facts import Link
from aioport.catalog.schema import Category
from aioport.reporting.chains import steps_above
from aioport.reporting.model import FindingRow, UnknownRow
from aioport.reporting.places import Places

Group = Literal["function", "entry", "leaf"]

CATEGORY_WIDTH = max(map(len, get_args(Category)))

LIBRARY_LINKS = 4
"""So many steps inside of installed packages are shown; of a longer way, the first two and the last."""

UNSURE = ("  (unless an unknown call on the way means something else)", "dim")


def render_group(rows: Iterable[FindingRow], group: Group, places: Places) -> Iterator[Text]:
    """The lines of some calls that wait."""
    yield from GROUPS[group](rows, places)
    yield Text()


def _by_function(rows: Iterable[FindingRow], places: Places) -> Iterator[Text]:
    """Each function once, below the calls that lead to it from an `async def`."""
    ordered = sorted(rows, key=lambda row: (row.path, row.function, row.line, row.column))
    for (_, function), same in groupby(ordered, key=lambda row: (row.path, row.function)):
        found = list(same)
        width = max(len(place(row, places)) for row in found)
        yield Text()
        yield Text(f"  {function}", "bold")
        # How an `async def` reaches the function is the same for all that the function does.
        if above := _above(found[0]):
            begin = found[0].chain[0]
            yield Text.assemble(f"    async {begin.name}", _at(begin, places))
            yield from (_step(link, "    ", places) for link in above)
        for row in found:
            yield _finding(row, places, width)
            yield from _inside(row, "      ", places)


def _by_entry(rows: Iterable[FindingRow], places: Places) -> Iterator[Text]:
    """What begins chains, and below it the calls that they share, each once."""
    by_entry: dict[Link, list[FindingRow]] = defaultdict(list)
    for row in rows:
        by_entry[row.chain[0]].append(row)
    for begin, found in sorted(by_entry.items(), key=lambda item: (item[0].path, item[0].line, item[0].name)):
        yield Text()
        calls = "1 call waits" if len(found) == 1 else f"{len(found)} calls wait"
        keyword = "async " if found[0].on_loop else ""
        yield Text.assemble((f"  {keyword}{begin.name}", "bold"), _at(begin, places), f"  {calls}")
        shown: tuple[Link, ...] = ()
        for row in sorted(found, key=lambda row: [(link.path, link.line, link.name) for link in row.chain]):
            above = _above(row)
            known = 0
            while known < min(len(shown), len(above)) and shown[known] == above[known]:
                known += 1
            for depth in range(known, len(above)):
                yield _step(above[depth], "    " + "  " * depth, places)
            shown = above
            indent = "  " * len(above)
            yield Text.assemble(indent, _finding(row, places, 0))
            yield from _inside(row, f"      {indent}", places)


def _by_leaf(rows: Iterable[FindingRow], places: Places) -> Iterator[Text]:
    """What waits in the end, most calls first, and below it who calls it."""
    by_leaf: dict[str, list[FindingRow]] = defaultdict(list)
    for row in rows:
        by_leaf[row.primitive].append(row)
    for primitive, found in sorted(by_leaf.items(), key=lambda item: (-len(item[1]), item[0])):
        yield Text()
        calls = "1 call" if len(found) == 1 else f"{len(found)} calls"
        yield Text.assemble((f"  {primitive}", "bold"), f": {calls}  ", (found[0].category or "", "yellow"))
        width = max(len(place(row, places)) for row in found)
        for row in sorted(found, key=lambda row: (row.path, row.line, row.column)):
            made = row.chain[1 + steps_above(row.chain, row.path, row.line)].name
            through = f", calling {made}" if made != primitive else ""
            loop = f", on the event loop of async {row.chain[0].name}" if row.on_loop else ""
            yield Text.assemble(
                *_mark(row),
                (f"{place(row, places):<{width}}", places.link(row.path, "cyan")),
                f"  in {row.function}{through}{loop}",
                "" if row.sure else UNSURE,
            )


GROUPS: Mapping[Group, Callable[[Iterable[FindingRow], Places], Iterator[Text]]] = {
    "function": _by_function,
    "entry": _by_entry,
    "leaf": _by_leaf,
}


def place(row: FindingRow | UnknownRow, places: Places) -> str:
    """Where a row is, as it is shown."""
    return f"{places.show(row.path)}:{row.line}:{row.column}"


def _finding(row: FindingRow, places: Places, width: int) -> Text:
    made = 1 + steps_above(row.chain, row.path, row.line)
    return Text.assemble(
        *_mark(row),
        (f"{place(row, places):<{width}}", places.link(row.path, "cyan")),
        (f"  {row.category:<{CATEGORY_WIDTH}}", "yellow"),
        f"  {row.chain[made].name}",
        "" if row.sure else UNSURE,
    )


def _mark(row: FindingRow) -> tuple[tuple[str, str]]:
    return (("  ! ", "bold red") if row.on_loop else ("    ", ""),)


def _above(row: FindingRow) -> tuple[Link, ...]:
    """The calls that lead from the beginning of the chain to the function."""
    return row.chain[1 : 1 + steps_above(row.chain, row.path, row.line)]


def _inside(row: FindingRow, indent: str, places: Places) -> Iterator[Text]:
    """The way inside of installed packages, from the call down to what waits."""
    below = row.chain[2 + steps_above(row.chain, row.path, row.line) :]
    for link in below if len(below) <= LIBRARY_LINKS else below[:2]:
        yield _step(link, indent, places)
    if len(below) > LIBRARY_LINKS:
        yield Text(f"{indent}... {len(below) - 3} more steps", "dim")
        yield _step(below[-1], indent, places)


def _step(link: Link, indent: str, places: Places) -> Text:
    return Text.assemble(f"{indent}-> {link.name}", _at(link, places))


def _at(link: Link, places: Places) -> Text:
    return Text.assemble("  ", (f"{places.show(link.path)}:{link.line}", places.link(link.path, "dim")))
