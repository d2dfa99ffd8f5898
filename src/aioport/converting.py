"""Plan, rewrite, verify, and plan again what verification refutes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aioport.analysing import Analysed, analysed
from aioport.catalog.index import Catalog
from aioport.checking import Progress, silent, vendored_files
from aioport.laying import lay_out
from aioport.planning.analysis import Analysis
from aioport.planning.plan import Plan
from aioport.planning.solve import Refused, make_plan
from aioport.program.pyrefly import report_home
from aioport.project import Project
from aioport.rewriting.edits import OverlapError
from aioport.rewriting.rewrite import rewrite
from aioport.verifying.awaited import check_awaited
from aioport.verifying.blocking import check_blocking
from aioport.verifying.locks import check_locks
from aioport.verifying.parses import check_parses
from aioport.verifying.types import check_types
from aioport.verifying.verdict import Violation

ROUNDS = 4
"""How often a plan is made again after a check has failed; then what failed is dropped."""


@dataclass(frozen=True)
class Outcome:
    """A verified conversion.

    analysis, plan: what was decided, of the project as it was.
    texts: new texts by path, UTF-8 without byte order mark; empty where nothing changes.
    violations: what verification refuted on the way, each with its remedy taken.
    """

    analysis: Analysis
    plan: Plan
    texts: Mapping[str, bytes]
    violations: tuple[Violation, ...]


def convert(project: Project, catalog: Catalog, progress: Progress = silent) -> Outcome:
    """Converts a project in memory. Raises ProjectError, CheckerError, EntryError."""
    with analysed(project, catalog, progress) as before:
        refused = Refused()
        refuted: list[Violation] = []
        for attempt in range(ROUNDS + 1):
            progress("planning" if attempt == 0 else f"planning again, round {attempt}")
            plan = make_plan(before.analysis, refused)
            texts, violations = {}, []
            try:
                texts = dict(rewrite(before.analysis, plan, vendored_files(project)).texts)
            except OverlapError as error:
                violations = [Violation("edits", error.path, 1, "", str(error))]
            if texts:
                progress("verifying")
                violations = list(_verify(project, before, plan, texts, catalog, refused))
            if not violations:
                break
            refuted += violations
            _refuse(before.analysis, plan, refused, violations, everything=attempt >= ROUNDS - 1)
        else:
            plan, texts = make_plan(before.analysis, refused), {}
        return Outcome(before.analysis, plan, texts, tuple(refuted))


def _verify(
    project: Project,
    before: Analysed,
    plan: Plan,
    texts: Mapping[str, bytes],
    catalog: Catalog,
    refused: Refused,
) -> Iterator[Violation]:
    broken = list(check_parses(texts))
    if broken:
        yield from broken
        return
    with tempfile.TemporaryDirectory(prefix="aioport-", dir=report_home()) as scratch:
        copy = lay_out(project, Path(scratch), texts)
        with analysed(copy, catalog) as after:
            yield from check_awaited(before.analysis, after.analysis)
            yield from check_types(before.errors, after.errors, after.analysis, texts)
            yield from check_blocking(before.analysis, plan, after.analysis)
            yield from check_locks(before.analysis, after.analysis)
            kept = {before.analysis.function(one).name: reason for one, reason in refused.functions.items()}
            yield from _check_second(copy, after.analysis, kept)


def _check_second(project: Project, after: Analysis, kept: Mapping[str, str]) -> Iterator[Violation]:
    """A second conversion changes nothing. `kept` are functions that verification refused, which it would refuse again."""
    own = (one for one in after.program.functions if one.in_project)
    plan = make_plan(after, Refused(functions={one.id: kept[one.name] for one in own if one.name in kept}))
    try:
        texts = rewrite(after, plan, vendored_files(project)).texts
    except OverlapError as error:
        yield Violation("second run", error.path, 1, "", str(error))
        return
    if not texts:
        return
    found = False
    for decision in plan.functions.values():
        if decision.changed:
            one = after.function(decision.function)
            found = True
            yield Violation(
                "second run",
                one.path or "",
                one.line,
                one.name,
                f"a second run changes {one.name}: {decision.reason}",
            )
    for call_decision in plan.calls.values():
        if call_decision.action in ("native", "offload", "overlap", "bridge"):
            call = after.program.calls[call_decision.call]
            found = True
            caller = after.function(call.caller).name
            yield Violation(
                "second run", call.path, call.line, caller, f"a second run changes it: {call_decision.reason}"
            )
    if not found:
        path = next(iter(texts))
        yield Violation("second run", path, 1, "", "a second run changes this file")


def _refuse(
    analysis: Analysis, plan: Plan, refused: Refused, violations: Iterable[Violation], *, everything: bool
) -> None:
    """Takes back what is nearest to each violation and changes: the function that it is in, methods of a class that it
    names, functions of its file, everything."""
    changed = {one.function for one in plan.functions.values() if one.changed}
    for violation in violations:
        named = {
            one.id for one in analysis.program.functions if one.in_project and one.name == violation.function
        }
        named |= {one.parent for one in map(analysis.function, named) if one.parent is not None}
        mentioned = {one for one in changed if _is_mentioned(analysis, one, violation.message)}
        in_file = {one.id for one in map(analysis.function, changed) if one.path == violation.path}
        nearest = (found & changed for found in (named, mentioned, in_file, changed))
        for function in next(filter(None, nearest), ()):
            refused.functions.setdefault(
                function, f"verification refused it: {violation.message.splitlines()[0]}"
            )
    if everything:
        for one in analysis.program.functions:
            if one.in_project and one.kind == "def":
                refused.functions.setdefault(one.id, "no form of this conversion passed verification")


def _is_mentioned(analysis: Analysis, function: int, message: str) -> bool:
    """Whether a message names the class of a method."""
    owner = analysis.function(function).owner
    if owner is None:
        return False
    name = analysis.program.classes[owner].name.rpartition(".")[2]
    return f"`{name}`" in message or f"`Self@{name}`" in message
