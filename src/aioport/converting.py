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
from aioport.planning.refused import Refused
from aioport.planning.solve import make_plan
from aioport.program.pyrefly import report_home
from aioport.project import Project
from aioport.refusing import refuse
from aioport.rewriting.edits import OverlapError
from aioport.rewriting.rewrite import rewrite
from aioport.rounds import carry
from aioport.verifying.again import SECOND_RUN, find_changed_again
from aioport.verifying.awaited import check_awaited
from aioport.verifying.blocking import check_blocking
from aioport.verifying.locks import check_locks
from aioport.verifying.mistakes import check_mistakes
from aioport.verifying.parses import check_parses
from aioport.verifying.types import check_types
from aioport.verifying.verdict import Violation

ROUNDS = 6
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
            refuse(analysis, plan, self.refused, violations, everything=attempt >= ROUNDS - 1)
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
                # What is wrong otherwise is planned again anyway, and later checks may only find what follows from it.
                found = [
                    *check_awaited(before.analysis, after.analysis),
                    *check_types(before.errors, after.errors, after.analysis, texts),
                ]
                found = found or [
                    *check_blocking(before.analysis, plan, after.analysis),
                    *check_locks(before.analysis, after.analysis),
                    *check_mistakes(before.analysis, after.analysis),
                ]
                yield from found
                if not found:
                    again = read_mains(after, self.choices, self.without).analysis
                    yield from self._check_second(copy, again)

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
            yield Violation(SECOND_RUN, error.path, 1, "", str(error))
            return
        sources = copy.sources
        changed = [path for path, text in texts.items() if path not in sources or sources[path].data != text]
        yield from find_changed_again(after, plan, changed)
