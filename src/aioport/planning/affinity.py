"""Thread-affine objects: a sqlite3 connection may only be used on the thread that made it.

Either all that is done with objects of a kind happens on one thread of their own, or all of it on the event loop's:
a mixture raises when it runs, unless they are made for any thread (`affine_lifting.py`). Where it is not clear,
everything stays where it is.
"""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from aioport.planning.affine_values import LOOP, follow_affine_values
from aioport.planning.analysis import Analysis
from aioport.planning.threads.locals import find_thread_locals
from aioport.positions import Span
from aioport.program.model import Call


@dataclass(frozen=True, slots=True)
class Affinities:
    """Which functions and calls use objects that live on one thread.

    functions: the kinds of such objects that a function's run reaches, by function id.
    calls: the same for calls, by index.
    direct: calls that do something with such an object themselves.
    unclear: kinds of which some use cannot be followed, and why.
    kept: kinds that stay on the event loop's thread, with the use that cannot leave it.
    lifted: kinds whose objects are made for any thread.
    places: expressions whose value is another one in each thread, by the function that they stand in.
    returning: functions that run on the event loop's thread wherever they are called.
    """

    functions: Mapping[int, frozenset[str]]
    calls: Mapping[int, frozenset[str]]
    direct: frozenset[int]
    unclear: Mapping[str, str]
    kept: Mapping[str, str]
    lifted: frozenset[str]
    places: Mapping[int, tuple[ast.expr, ...]]
    returning: frozenset[int] = frozenset()

    def of_call(self, index: int) -> frozenset[str]:
        return self.calls.get(index, frozenset())

    def must_move(self, index: int) -> bool:
        """Whether a call has to run in the thread of its objects, although it does not wait."""
        return not self.of_call(index) <= self.lifted

    def is_any_thread(self, indices: Iterable[int]) -> bool:
        """Whether calls use nothing that belongs to one thread: what is cancelled may be left on the event loop's."""
        return all(self.of_call(index) <= self.lifted for index in indices)

    def kept_by(self, index: int) -> str | None:
        """Why a call cannot leave the event loop's thread."""
        for kind in sorted(self.of_call(index) & self.kept.keys()):
            return self.kept[kind]
        return None


def find_affinities(
    analysis: Analysis,
    kept: Mapping[str, str],
    lifted: Collection[str] = (),
    returning: frozenset[int] = frozenset(),
) -> Affinities:
    """Follows affine primitives, and values of affine classes, up through the project's calls."""
    uses = analysis.once(follow_affine_values)
    running, places = analysis.once(_running), analysis.once(find_thread_locals)
    found = defaultdict(set, {one: set(kinds) for one, kinds in analysis.once(_users).items()})
    for function in places:
        found[function].add(LOOP)
    queue = deque(found)
    while queue:
        target = queue.popleft()
        if analysis.function(target).is_async or target in returning:
            continue
        for caller in {analysis.program.calls[index].caller for index in running.get(target, ())}:
            if not found[target] <= found[caller]:
                found[caller] |= found[target]
                queue.append(caller)
    calls = {index: set(kinds) for index, kinds in uses.calls.items()}
    for target, its in found.items():
        for index in () if analysis.function(target).is_async else running.get(target, ()):
            calls.setdefault(index, set()).update(its)
    unclear = dict(uses.unclear)
    for reference in analysis.program.references:
        for kind in {kind for target in reference.targets for kind in found.get(target, ())}:
            unclear.setdefault(kind, f"{reference.path}:{reference.line} passes on a function that uses it")
    return Affinities(
        functions={function: frozenset(kinds) for function, kinds in found.items() if kinds},
        calls={index: frozenset(kinds) for index, kinds in calls.items() if kinds},
        direct=frozenset(uses.calls),
        unclear=unclear,
        kept={
            LOOP: "it uses the event loop, or what belongs to the task that runs, its thread or its frame",
            **kept,
        },
        lifted=frozenset(lifted),
        places=places,
        returning=returning,
    )


def touched_on_loop(
    analysis: Analysis,
    affinities: Affinities,
    leaving: frozenset[str],
    offloaded: frozenset[int],
    moved: Iterable[tuple[str, Span]],
    on_loop: frozenset[int],
) -> dict[str, str]:
    """Kinds that are used on the event loop's thread although other uses would be moved to their own, and where.

    leaving: kinds of which some use runs in a thread; offloaded: calls that do; moved: ranges of text that do.
    on_loop: functions whose bodies run on the loop's thread.
    """  # fmt: skip
    ranges: dict[str, list[Span]] = defaultdict(list)
    for path, span in moved:
        ranges[path].append(span)
    found: dict[str, str] = {kind: reason for kind, reason in affinities.unclear.items() if kind in leaving}
    for index in sorted(affinities.direct - offloaded):
        call = analysis.program.calls[index]
        if call.caller in on_loop and not any(
            low <= call.start and call.end <= high for low, high in ranges[call.path]
        ):
            for kind in affinities.of_call(index) & leaving:
                found.setdefault(kind, f"{call.path}:{call.line} uses it there")
    return found


def shared_by_loops(
    analysis: Analysis, affinities: Affinities, leaving: frozenset[str], runs: Iterable[int]
) -> dict[str, str]:
    """Kinds that are used under several event loops, each of which has a thread of its own for them, and by whom.

    runs: functions that start an event loop each time they are called.
    """
    found: dict[str, str] = {}
    for function in runs:
        for kind in affinities.functions.get(function, frozenset()) & leaving:
            name = analysis.function(function).name
            found.setdefault(kind, f"{name} starts an event loop each time it is called")
    return found


def why_kept(kind: str, reason: str) -> str:
    """What is said of uses of a kind that stays on the event loop's thread."""
    return f"what belongs to {kind} stays on one thread, the event loop's: {reason}"


def _users(analysis: Analysis) -> dict[int, set[str]]:
    """Functions that use such objects themselves and do not keep them to themselves, with their kinds."""
    uses, found = analysis.once(follow_affine_values), defaultdict[int, set[str]](set)
    for index, kinds in uses.calls.items():
        found[analysis.program.calls[index].caller] |= kinds
    return {one: kinds for one, kinds in found.items() if not uses.keeps_to_itself(one)}


def _running(analysis: Analysis) -> dict[int, list[int]]:
    """The calls that run a function on their own thread, by function."""
    found: dict[int, list[int]] = defaultdict(list)
    for index, call in enumerate(analysis.program.calls):
        if index not in analysis.facts.spawned:
            for target in _run_by(analysis, call):
                found[target].append(index)
    return dict(found)


def _run_by(analysis: Analysis, call: Call) -> Iterator[int]:
    """Functions that a call runs on its own thread."""
    yield from call.targets
    if call.callbacks and not any(
        analysis.catalog.is_spawn(analysis.function(one).name) for one in call.targets
    ):
        for _, functions in call.callbacks:
            yield from functions
