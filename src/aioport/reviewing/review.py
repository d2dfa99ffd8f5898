"""Lets changes be decided one by one: by answers that are remembered, and by a person for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aioport.planning.analysis import Analysis
from aioport.planning.chosen import Rule
from aioport.planning.plan import Plan
from aioport.project import Project
from aioport.reviewing.changes import Change, find_changes
from aioport.reviewing.remembered import FILE, Answer, read_decisions, write_decisions

Ask = Callable[[Change, int, int], Answer]
"""Asks about a change, the so-and-so-many-th of so many; what it raises ends the conversion."""


def decision_file(project: Project, named: Path | None = None) -> Path:
    """Where the decisions of a project are."""
    home = project.pyproject.parent if project.pyproject is not None else project.root
    return named if named is not None else home / FILE


@dataclass
class Reviewer:
    """Decides about changes.

    file: where answers are kept; with `ask`, written after every answer.
    ask: asks a person about what has no answer; None: it is accepted.
    answers: what is known by now; filled from the file.
    """

    file: Path
    ask: Ask | None = None
    answers: dict[str, Answer] = field(default_factory=dict)

    @classmethod
    def reading(cls, file: Path, ask: Ask | None = None, *, required: bool = False) -> Reviewer:
        """A reviewer that knows what the file says. Raises DecisionError."""
        return cls(file, ask, read_decisions(file, required=required))

    def rules(self) -> tuple[Rule, ...]:
        """What the answers of before come to."""
        return tuple(self._rules(self.answers))

    def review(self, analysis: Analysis, plan: Plan, texts: Mapping[str, bytes]) -> Sequence[Rule]:
        """What is to be done otherwise than a plan has it. Raises WriteError, and what `ask` raises."""
        if self.ask is None:
            return ()
        new = [one for one in find_changes(analysis, plan, texts) if one.function not in self.answers]
        given: dict[str, Answer] = {}
        for number, change in enumerate(new, 1):
            given[change.function] = self.answers[change.function] = self.ask(change, number, len(new))
            write_decisions(self.file, self.answers)
        return tuple(self._rules(given))

    def _rules(self, answers: Mapping[str, Answer]) -> Iterator[Rule]:
        for function, answer in answers.items():
            if answer != "accept":
                yield Rule(function, answer, self.file.name)
