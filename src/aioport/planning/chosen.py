"""What the user chose for single functions and files: which stay as they are, are to be async, or wait in sequence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pathspec import GitIgnoreSpec

from aioport.planning.analysis import Analysis
from aioport.planning.mains.candidates import find_candidates
from aioport.positions import Span
from aioport.program.model import Function
from aioport.settings import FunctionChoice, Settings


class ChoiceError(Exception):
    """A pattern that chooses nothing; the message names it and what is nearest to it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of the functions that a pattern names.

    pattern: a path as .gitignore has them, where it holds a slash or ends in `.py`; else a dotted name with `*`, which
        names everything inside of it too.
    because: who says so, for the reason of a decision.
    """

    pattern: str
    does: FunctionChoice
    because: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that was chosen.

    only: patterns; where there are any, what none of them names stays as it is.
    rules: of several that name a function, the last one counts.
    safe_only: nothing is done that a person would have to review.
    """

    only: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    safe_only: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """Choices as planning takes them.

    kept: functions that stay sync, and why.
    leaves: calls in functions that stay as they are, by index.
    places: ranges of text, by path, where nothing changes.
    named: functions that are to be async.
    sequential: functions whose loops do not overlap.
    """

    kept: dict[int, str] = field(default_factory=dict)
    leaves: dict[int, str] = field(default_factory=dict)
    places: dict[tuple[str, Span], str] = field(default_factory=dict)
    named: list[int] = field(default_factory=list)
    sequential: dict[int, str] = field(default_factory=dict)


def choices_of(settings: Settings, declined: Iterable[Rule] = ()) -> Choices:
    """What the settings say, and on top of it what a person declined."""
    rules = [Rule(one, "keep", f"--exclude {one}") for one in settings.keep]
    rules += [
        Rule(one, does, f'[tool.aioport.functions] "{one}"') for one, does in settings.functions.items()
    ]
    return Choices(settings.only, (*rules, *declined), settings.safe_only)


def check_choices(analysis: Analysis, settings: Settings) -> None:
    """Raises ChoiceError for a pattern of the settings that names nothing in the project."""
    for word, patterns in (
        ("--only", settings.only),
        ("--exclude", settings.keep),
        ("[tool.aioport.functions]", tuple(settings.functions)),
    ):
        for pattern in patterns:
            matches = _Pattern(pattern)
            if not any(map(matches.names, _own(analysis))) and not any(
                map(matches.names, _unwritten(analysis))
            ):
                raise ChoiceError(f"{word} {pattern}: names nothing in the project{_hint(analysis, pattern)}")


def choose(analysis: Analysis, choices: Choices) -> Chosen:
    """Which functions, calls and places of a program are chosen."""
    chosen = Chosen()
    if not choices.only and not choices.rules:
        return chosen
    only = [_Pattern(one) for one in choices.only]
    rules = [(_Pattern(one.pattern), one) for one in choices.rules]
    said: dict[int, Rule] = {}
    for one in _own(analysis):
        found = next((rule for pattern, rule in reversed(rules) if pattern.names(one)), None)
        if found is None and only and not any(pattern.names(one) for pattern in only):
            found = Rule("", "keep", f"--only {' '.join(choices.only)}")
        if found is not None:
            said[one.id] = found
    for function, rule in said.items():
        if rule.does == "async" and analysis.function(function).kind == "def":
            chosen.named.append(function)
        elif rule.does == "sequential":
            chosen.sequential[function] = f"its loops stay sequential ({rule.because})"
    _keep(analysis, {one: rule.because for one, rule in said.items() if rule.does == "keep"}, chosen)
    return chosen


def _keep(analysis: Analysis, kept: Mapping[int, str], chosen: Chosen) -> None:
    """Keeps functions, and the body of a module of which nothing may change."""
    changing = {one.path for one in _own(analysis) if one.id not in kept and one.kind == "def"}
    for function, because in kept.items():
        one, reason = analysis.function(function), f"it is to stay as it is ({because})"
        if one.kind == "module" and one.path is not None and one.path not in changing:
            chosen.places[one.path, (0, len(analysis.project.sources[one.path].data))] = reason
        elif (node := analysis.node(function)) is not None and one.path is not None:
            if one.is_async:
                chosen.places[one.path, analysis.syntax[one.path].span(node)] = reason
            else:
                chosen.kept[function] = reason
        if one.kind == "def" or one.path not in changing:
            chosen.leaves.update(dict.fromkeys(analysis.calls_in.get(function, ()), reason))


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str

    @property
    def _is_path(self) -> bool:
        return "/" in self.text or self.text.endswith(".py")

    def names(self, one: Function) -> bool:
        if self._is_path:
            return one.path is not None and GitIgnoreSpec.from_lines([self.text]).match_file(one.path)
        parts = one.name.split(".")
        return any(fnmatchcase(".".join(parts[:end]), self.text) for end in range(1, len(parts) + 1))


def _own(analysis: Analysis) -> Iterator[Function]:
    return (one for one in analysis.program.functions if one.in_project)


def _unwritten(analysis: Analysis) -> Iterator[Function]:
    """Functions that statements at module level may become, which have names only."""
    modules = {one.path: one.name for one in _own(analysis) if one.kind == "module"}
    for one in find_candidates(analysis):
        name = f"{modules[one.path]}.{one.unwritten.name}"
        yield Function(-1, name, "def", one.path, 0, 0, in_project=True)


def _hint(analysis: Analysis, pattern: str) -> str:
    is_path = "/" in pattern or pattern.endswith(".py")
    known = {one.path if is_path else one.name for one in _own(analysis)}
    near = difflib.get_close_matches(pattern, sorted(filter(None, known)), n=3, cutoff=0.4)
    return f"; there is {', '.join(near)}" if near else ""
