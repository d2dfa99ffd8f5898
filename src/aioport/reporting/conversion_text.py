"""A conversion for reading: what becomes of functions and calls, what stays and why, and what to do next."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from rich.text import Text

from aioport.api import NOTHING_TO_GAIN
from aioport.planning.plan import Action
from aioport.reporting.model import CallRow, ConversionReport, FunctionRow
from aioport.reporting.places import Places
from aioport.requiring.outcome import Dependencies

ACTIONS: Mapping[Action, str] = {
    "native": "now to an async library",
    "await": "awaited",
    "async with": "entered by `async with`",
    "async for": "iterated by `async for`",
    "overlap": "waiting at the same time",
    "offload": "in a thread",
    "bridge": "starting the event loop",
    "existing": "awaited before",
    "leave": "too quick to be worth it",
    "keep": "waiting as before",
}
"""What becomes of calls, in the order in which it is told."""

STAYS: frozenset[Action] = frozenset({"leave", "keep"})

FUNCTIONS: Mapping[str, Callable[[FunctionRow], bool]] = {
    "now async": lambda row: row.color == "async" and row.changed,
    "async before": lambda row: row.color == "async" and not row.changed,
    "unchanged, in a thread": lambda row: row.color == "unit",
    "waiting, still sync": lambda row: row.color == "sync" and row.waits,
    "reaching nothing that waits": lambda row: row.color == "sync" and not row.waits,
}
"""What becomes of functions, in the order in which it is told; one of them fits each."""

HELD = "what could be awaited stays sync, for the reasons above; name an entry to have threads wait for it"

UNCALLED = "but nothing async calls it"
"""How the reason of a function ends that nothing holds back."""


def render_summary(report: ConversionReport, places: Places) -> Iterator[Text]:
    """The lines that stand before the diff."""
    settings = report.settings
    yield from places.say_root()
    yield Text.assemble(
        ("1 file" if report.files == 1 else f"{report.files} files", "bold"),
        f", level {settings.level}, concurrency {settings.concurrency}",
    )
    yield from _counts(report)
    yield from _by_reason(
        "Functions that wait and stay sync",
        [row for row in report.functions if row.color == "sync" and row.waits],
        places,
    )
    in_units = _calls_in_units(report)
    stay = [row for row in report.calls if row.action in STAYS and row not in in_units]
    yield from _by_reason("Calls that are not converted", stay, places)
    yield from _by_reason("To review", _to_review(report), places)
    yield from _dependencies(report.dependencies, places)
    if report.suggestions:
        yield from _heading("Suggestions")
        for one in report.suggestions:
            yield _remark(places, one.path, one.line, one.text)
    if report.problems:
        yield from _heading("Taken back, because verification refuted it")
        for problem in report.problems:
            yield _remark(places, problem.path, problem.line, f"{problem.message} ({problem.check})")
    yield Text()


def render_end(report: ConversionReport, undo: str = "aioport undo") -> Iterator[Text]:
    """The lines that stand after the diff: what was written, what to do next, and the command that takes it back."""
    if not report.changes:
        held = any(
            row.color == "sync" and row.waits and not row.reason.endswith(UNCALLED)
            for row in report.functions
        )
        yield Text(f"Nothing changes: {HELD if held else NOTHING_TO_GAIN} (--entry module:function).")
        return
    new = sum(change.before is None for change in report.changes)
    old = len(report.changes) - new
    if not report.written:
        yield Text(
            f"{_files(old, 'changes', 'change')}{_and_new(new)}. Nothing was written; --write does that."
        )
        return
    yield Text(f"{_files(old, 'was', 'were')} changed{_and_new(new)}.", "bold")
    if report.requires:
        yield Text(f"The code now needs: pip install {shlex.join(report.requires)}")
    declare = ", add what the code now needs to its dependencies," if report.dependencies.missing else ""
    yield Text(f"Next: read the diff{declare} and run its tests.")
    yield Text(f"To take it back: {undo}")


def _dependencies(dependencies: Dependencies, places: Places) -> Iterator[Text]:
    if not dependencies.steps and not dependencies.notes:
        return
    yield from _heading("Dependencies")
    for step in dependencies.steps:
        where = f" {step.where}" if step.where else ""
        yield Text.assemble(
            "  ", (places.show(step.path), "cyan"), f"{where}  {step.requirement} {step.action}"
        )
    for note in dependencies.notes:
        yield Text(f"  {note}")


def _files(number: int, singular: str, plural: str) -> str:
    return f"1 file {singular}" if number == 1 else f"{number} files {plural}"


def _and_new(number: int) -> str:
    return f", {number} new" if number else ""


def _counts(report: ConversionReport) -> Iterator[Text]:
    if report.functions:
        yield from _heading("Functions")
    for text, fits in FUNCTIONS.items():
        if count := sum(map(fits, report.functions)):
            yield Text(f"  {count:>5}  {text}")
    in_units = _calls_in_units(report)
    actions = Counter(row.action for row in report.calls if row not in in_units)
    if report.calls or report.unknown:
        yield from _heading("Calls")
    for action, text in ACTIONS.items():
        if actions[action]:
            yield Text(f"  {actions[action]:>5}  {text}")
    if in_units:
        yield Text(f"  {len(in_units):>5}  in functions that run in a thread")
    if report.unknown:
        yield Text(
            f"  {len(report.unknown):>5}  not converted, because it is not known what they run "
            "(aioport scan --unknown lists them)"
        )


def _calls_in_units(report: ConversionReport) -> frozenset[CallRow]:
    """Calls that stay because the whole of their function runs in a thread: they need no attention."""
    units = {(row.path, row.name) for row in report.functions if row.color == "unit"}
    return frozenset(row for row in report.calls if row.action in STAYS and (row.path, row.function) in units)


def _to_review(report: ConversionReport) -> list[FunctionRow | CallRow]:
    rows: list[FunctionRow | CallRow] = [
        row for row in report.functions if row.safety != "safe" and row.changed
    ]
    rows += [row for row in report.calls if row.safety != "safe" and row.action not in STAYS]
    return rows


def _by_reason(heading: str, rows: Iterable[FunctionRow | CallRow], places: Places) -> Iterator[Text]:
    """Rows by their reason, those that hold most places first."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for row in rows:
        found[row.reason].append((row.path, row.line))
    if not found:
        return
    yield from _heading(heading)
    for reason, where in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        yield Text(f"  {reason}")
        for line in places.gather(where):
            yield Text(f"      {line}", "cyan")


def _heading(text: str) -> Iterator[Text]:
    yield Text()
    yield Text(text, "bold")


def _remark(places: Places, path: str, line: int, text: str) -> Text:
    return (
        Text.assemble("  ", (f"{places.show(path)}:{line}", "cyan"), f"  {text}")
        if path
        else Text(f"  {text}")
    )
