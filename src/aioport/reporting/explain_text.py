"""An explanation for reading: first the calls that were asked about, then the functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from aioport.blocking.facts import Link
from aioport.explaining.explanation import (
    Allowance,
    CallExplained,
    Doubt,
    Explanation,
    Fate,
    FunctionExplained,
    Known,
    Waiting,
)
from aioport.reporting.places import Places

CALLERS = 10
"""So many callers are listed; the JSON has them all."""

IMPLICIT = {
    "property": "reads a property",
    "setter": "sets a property",
    "enter": "enters a `with` block",
    "exit": "leaves a `with` block",
    "iter": "begins to iterate",
    "next": "iterates",
    "item": "uses `[]`",
    "operator": "uses an operator",
    "protocol": "has Python call a special method",
    "import": "imports a module",
}
"""What calls a function without a call expression."""


def render_explanation(explanation: Explanation, places: Places) -> Iterator[Text]:
    """The lines of an explanation."""
    yield from places.say_root()
    blocks = [
        *(_call(one, places) for one in explanation.calls),
        *(_function(one, places) for one in explanation.functions),
    ]
    for number, block in enumerate(blocks):
        if number:
            yield Text()
        yield from block


def _call(call: CallExplained, places: Places) -> Iterator[Text]:
    where = f"{places.show(call.path)}:{call.line}:{call.column}"
    yield Text.assemble((call.text, "bold"), "  ", (where, places.link(call.path, "cyan")))
    implicit = f", where it {IMPLICIT[call.kind]}" if call.kind in IMPLICIT else ""
    yield Text(f"  in {call.function}{implicit}")
    if call.runs:
        yield Text(f"  runs {', '.join(call.runs)}{'' if call.sure else ', or something else'}")
    if call.elsewhere:
        yield Text("  runs in another thread or process")
    if call.unknown is not None:
        yield from _doubt(call.unknown)
    yield from _waiting(call.waiting, places)
    if call.waiting is not None and not call.elsewhere:
        yield from _loop(call.loop, places)
    for known in call.known:
        yield from _known(known)
    yield from _fate(call.fate, "the call")
    yield from _allowances(call.allowances, places)


def _function(function: FunctionExplained, places: Places) -> Iterator[Text]:
    where = f"{places.show(function.path)}:{function.line}"
    yield Text.assemble(
        (f"{function.what} {function.name}", "bold"), "  ", (where, places.link(function.path, "cyan"))
    )
    yield from _callers(function.callers, places)
    for number, chain in enumerate(function.entries):
        if not number:
            yield Text("  reached from")
        yield from _chain(chain, "    ", places)
    yield from _waiting(function.waiting, places)
    yield from _loop(function.loop, places)
    if function.unknown:
        yield Text(f"  calls that are unknown in it: {len(function.unknown)}")
        for doubt in function.unknown:
            place = f"{places.show(doubt.path)}:{doubt.line}:{doubt.column}"
            yield Text.assemble(
                "    ",
                (place, places.link(doubt.path, "cyan")),
                f"  {doubt.text}: {_why(doubt)}",
            )
    yield from _fate(function.fate, "it")
    yield from _allowances(function.allowances, places)


def _callers(callers: Sequence[Link], places: Places) -> Iterator[Text]:
    if not callers:
        yield Text("  nothing in the project is seen to call it")
        return
    yield Text(f"  called by {len(callers)}" if len(callers) > 1 else "  called by")
    for link in callers[:CALLERS]:
        yield _at(link, "    ", places)
    if len(callers) > CALLERS:
        yield Text(f"    ... {len(callers) - CALLERS} more", "dim")


def _waiting(waiting: Waiting | None, places: Places) -> Iterator[Text]:
    if waiting is None:
        yield Text("  reaches nothing that is known to wait")
        return
    doubt = "" if waiting.sure else ", unless an unknown call on the way means something else"
    yield Text.assemble(
        f"  waits for {waiting.primitive} (", (waiting.category, "yellow"), f", {waiting.cost}){doubt}"
    )
    yield from _chain(waiting.chain, "    ", places)


def _loop(loop: Sequence[Link], places: Places) -> Iterator[Text]:
    if not loop:
        yield Text("  no async def is seen to run it on an event loop")
        return
    yield Text("  runs on an event loop", "bold red")
    yield from _chain(loop, "    ", places)


def _doubt(doubt: Doubt) -> Iterator[Text]:
    yield Text(f"  it is not known what it runs: {_why(doubt)}")


def _why(doubt: Doubt) -> str:
    # The checker's own codes are one word, which tells nobody anything.
    reason = doubt.reason if " " in doubt.reason else "the type of what is called is not known"
    return f"{reason}; may be {', '.join(doubt.candidates)}" if doubt.candidates else reason


def _known(known: Known) -> Iterator[Text]:
    yield Text(f"  catalog file {known.file}: {known.summary}")
    if known.category is not None:
        yield Text(f"    {known.name} waits: {known.category}, {known.cost}, treatment {known.treatment}")
    for rule in known.rules:
        yield Text(f"    rule: {rule}")


def _fate(fate: Fate | None, subject: str) -> Iterator[Text]:
    if fate is None:
        yield Text(f"  convert leaves {subject} as it is")
        return
    kept = "" if fate.changed else ", as it stands"
    safety = "" if fate.safety == "safe" else f" ({fate.safety})"
    yield Text(f"  convert plans: {fate.what}{kept}{safety}, because {fate.reason}")


def _allowances(allowances: Iterable[Allowance], places: Places) -> Iterator[Text]:
    for one in allowances:
        yield Text.assemble(
            f"  allowed: {', '.join(one.names)}: {one.reason}",
            (f"  {places.show(one.path)}:{one.line}", places.link(one.path, "dim")),
        )


def _chain(chain: Sequence[Link], indent: str, places: Places) -> Iterator[Text]:
    for number, link in enumerate(chain):
        yield _at(link, f"{indent}-> " if number else indent, places)


def _at(link: Link, indent: str, places: Places) -> Text:
    return Text.assemble(
        f"{indent}{link.name}",
        (f"  {places.show(link.path)}:{link.line}", places.link(link.path, "dim")),
    )
