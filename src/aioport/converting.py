"""Plan, rewrite, verify, and plan again what verification refutes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from aioport.analysing import Analysed, analysed
from aioport.catalog.index import Catalog
from aioport.checking import Progress, silent, vendored_files
from aioport.laying import lay_out
from aioport.mains import find_fallen, read_mains
from aioport.planning.analysis import Analysis
from aioport.planning.chosen import Choices, Rule, check_choices, choices_of
from aioport.planning.mains.reading import forget
from aioport.planning.plan import Plan
from aioport.planning.solve import Refused, make_plan
from aioport.program.pyrefly import report_home
from aioport.project import Project
from aioport.rewriting.edits import OverlapError
from aioport.rewriting.rewrite import rewrite
from aioport.rounds import carry
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
    remarks: what a person should look at in a twin.
    """

    analysis: Analysis
    plan: Plan
    texts: Mapping[str, bytes]
    violations: tuple[Violation, ...]
    remarks: tuple[str, ...] = ()


Review = Callable[[Analysis, Plan, Mapping[str, bytes]], Iterable[Rule]]
"""Looks at a verified conversion and says what is to be done otherwise; nothing where all is well."""


def convert(
    project: Project,
    catalog: Catalog,
    progress: Progress = silent,
    declined: Iterable[Rule] = (),
    review: Review | None = None,
) -> Outcome:
    """Converts a project in memory.

    declined: what is not to be done, on top of what the settings say.
    review: asked of every verified conversion, until it has nothing to say.

    Raises ProjectError, CheckerError, EntryError and ChoiceError, and whatever `review` raises.
    """
    with analysed(project, catalog, progress) as before:
        check_choices(before.analysis, project.settings)
        rules = tuple(declined)
        while True:
            outcome = _outcome(project, catalog, before, choices_of(project.settings, rules), progress)
            more = tuple(review(outcome.analysis, outcome.plan, outcome.texts)) if review else ()
            if not more:
                return outcome
            rules += more


def _outcome(
    project: Project, catalog: Catalog, before: Analysed, choices: Choices, progress: Progress
) -> Outcome:
    """A conversion with as many `async def main()` for statements at module level as pass verification."""
    without = frozenset[str]()
    refuted: tuple[Violation, ...] = ()
    while True:
        read = read_mains(before, choices, without)
        found = _Attempt(project, catalog, read, choices, progress, without).outcome()
        if isinstance(found, Outcome):
            return replace(found, violations=(*refuted, *found.violations))
        forget(read.program, read.analysis.mains)
        without |= found.without
        refuted += found.violations


@dataclass(frozen=True)
class _Fallen:
    """A conversion in which statements at module level need not be a function after all, for what was refuted.

    without: their files.
    """

    without: frozenset[str]
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class _Attempt:
    """One conversion, under the same choices all the time.

    without: files in which statements at module level are no function.
    """

    project: Project
    catalog: Catalog
    before: Analysed
    choices: Choices
    progress: Progress
    without: frozenset[str]
    refused: Refused = field(default_factory=Refused)

    def outcome(self) -> Outcome | _Fallen:
        analysis, refuted = self.before.analysis, list[Violation]()
        for attempt in range(ROUNDS + 1):
            self.progress("planning" if attempt == 0 else f"planning again, round {attempt}")
            plan = make_plan(analysis, self.refused, choices=self.choices)
            if fallen := find_fallen(analysis, plan):
                return _Fallen(fallen, tuple(refuted))
            texts, violations = {}, []
            try:
                texts = dict(rewrite(analysis, plan, vendored_files(self.project)).texts)
            except OverlapError as error:
                violations = [Violation("edits", error.path, 1, "", str(error))]
            if texts:
                self.progress("verifying")
                violations = list(self._verify(plan, texts))
            if not violations:
                break
            refuted += violations
            _refuse(analysis, plan, self.refused, violations, everything=attempt >= ROUNDS - 1)
        else:
            plan, texts = make_plan(analysis, self.refused, choices=self.choices), {}
        return Outcome(analysis, plan, texts, tuple(refuted))

    def _verify(self, plan: Plan, texts: Mapping[str, bytes]) -> Iterator[Violation]:
        broken = list(check_parses(texts))
        if broken:
            yield from broken
            return
        before = self.before
        with tempfile.TemporaryDirectory(prefix="aioport-", dir=report_home()) as scratch:
            copy = lay_out(self.project, Path(scratch), texts)
            known = carry(before.widening, before.analysis.project, copy, plan.libraries)
            with analysed(copy, self.catalog, known=known) as after:
                yield from check_awaited(before.analysis, after.analysis)
                yield from check_types(before.errors, after.errors, after.analysis, texts)
                yield from check_blocking(before.analysis, plan, after.analysis)
                yield from check_locks(before.analysis, after.analysis)
                yield from self._check_second(copy, read_mains(after, self.choices, self.without).analysis)

    def _check_second(self, copy: Project, after: Analysis) -> Iterator[Violation]:
        """A second conversion changes nothing; it refuses at once what verification would refuse again."""
        name_of = self.before.analysis.function
        kept = {name_of(one).name: reason for one, reason in self.refused.functions.items()}
        own = (one for one in after.program.functions if one.in_project)
        refused = Refused(functions={one.id: kept[one.name] for one in own if one.name in kept})
        plan = make_plan(after, refused, choices=self.choices)
        try:
            texts = rewrite(after, plan, vendored_files(copy)).texts
        except OverlapError as error:
            yield Violation("second run", error.path, 1, "", str(error))
            return
        if texts:
            yield from _changes_again(after, plan, texts)


def _changes_again(after: Analysis, plan: Plan, texts: Mapping[str, bytes]) -> Iterator[Violation]:
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
