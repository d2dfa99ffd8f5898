"""Functions that go back to the event loop's thread, from the thread of a unit that calls them.

`signal.signal` works on the main thread only. Where it is called in the midst of other things, the function that does
so is decorated (`on_loop`), so that all that calls it may run in a thread. Ctrl-C and the handlers of signals reach the
main thread only; so it is the innermost function that waits, or catches Ctrl-C, which runs there as a whole.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator

from aioport.planning.affine_values import LOOP, AffineUses
from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.threads.holding import Holding
from aioport.planning.threads.regions import Region
from aioport.planning.units import Units
from aioport.program.model import Call

DECORATOR = ("_aio.on_loop", "aioport.runtime_threads.on_loop")
"""The vendored file's decorator, whatever package that is in."""


def find_decorated(analysis: Analysis) -> Iterator[int]:
    """Functions that have the decorator already."""
    for one in analysis.program.functions:
        node = analysis.node(one.id)
        if (
            one.in_project
            and one.path is not None
            and isinstance(node, ast.FunctionDef)
            and node.decorator_list
        ):
            names = (analysis.names(one.path).resolve(decorator) for decorator in node.decorator_list)
            if any(name is not None and name.endswith(DECORATOR) for name in names):
                yield one.id


class Returning:
    """Finds functions to be decorated under some colors.

    uses: who uses what belongs to a thread.
    """

    def __init__(self, analysis: Analysis, uses: AffineUses, affinities: Affinities, colors: Colors) -> None:
        self._analysis, self._uses, self._affinities, self._colors = analysis, uses, affinities, colors
        staying = [index for index, kinds in affinities.calls.items() if LOOP in kinds]
        self._holding = Holding(analysis, staying, affinities.returning)
        self._handlers: dict[int, list[int]] = defaultdict(list)
        lost = set(affinities.places)
        for index, kinds in uses.calls.items():
            if LOOP in kinds:
                call = analysis.program.calls[index]
                if self._is_for_main_thread(call):
                    self._handlers[call.caller].append(index)
                else:
                    lost.add(call.caller)
        self._lost = self._holding.holding(lost)
        """Functions that hold something that only the thread of the event loop, or the task that runs, can do."""

    def find(self, units: Units) -> Iterator[int]:
        """Functions that keep what async functions call on the event loop, and need not if they return to it."""
        seen: set[int] = set()
        for index, decision in sorted(units.decisions.items()):
            if decision.action != "keep" or LOOP not in self._affinities.of_call(index):
                continue
            for target in self._own(self._analysis.program.calls[index]):
                if target not in seen and target not in self._colors.wanted:
                    seen.add(target)
                    yield from self._below(target) or ()

    def _below(self, function: int) -> set[int] | None:
        """Functions to be decorated so that one may run in a thread; None where that is not enough."""
        if function in self._lost:
            return None
        held, found = self._holding.held_by(function), set[int]()
        for inner in held & self._handlers.keys():
            found |= self._whole(inner, held)
        if function in found or not all(map(self._may_return, found)):
            return None
        return found

    def _whole(self, setter: int, held: Container[int]) -> set[int]:
        """The functions in which all that happens between two settings of a handler happens."""
        found: set[int] = set()
        todo, seen = [setter], {setter}
        while todo:
            function = todo.pop()
            if self._waits(function):
                found.add(function)
                continue
            for index in self._analysis.calls_of.get(function, ()):
                caller = self._analysis.program.calls[index].caller
                if caller in held and caller not in seen:
                    seen.add(caller)
                    todo.append(caller)
        return found

    def _waits(self, function: int) -> bool:
        return any(isinstance(one, ast.Try) for one in self._analysis.body(function)) or any(
            self._analysis.facts.calls[index].blocks.treatment != "leave"
            for index in self._analysis.calls_in.get(function, ())
            if index in self._analysis.facts.calls
        )

    def _may_return(self, function: int) -> bool:
        """Whether a function can be decorated, and needs nothing on the way that its caller may hold."""
        analysis, one = self._analysis, self._analysis.function(function)
        node = analysis.node(function)
        if not isinstance(node, ast.FunctionDef) or node.decorator_list or node.name.startswith("__"):
            return False
        if one.is_async or function in analysis.generators or analysis.in_tests(function):
            return False
        if function in self._colors.wanted or function in analysis.callables.wrappers:
            return False
        todo, seen = [function], {function}
        while todo:
            for index in analysis.calls_in.get(todo.pop(), ()):
                call, wait = analysis.program.calls[index], analysis.facts.calls.get(index)
                if not self._affinities.of_call(index) <= {LOOP} or (
                    call.unknown is not None and call.kind == "call"
                ):
                    return False
                own = set(self._own(call))
                if wait is not None and wait.category in ("lock", "process") and not own:
                    return False
                todo += own - seen
                seen |= own
        return True

    def _is_for_main_thread(self, call: Call) -> bool:
        catalog = self._analysis.catalog
        names = {catalog.public_name(self._analysis.function(one).name) for one in call.targets}
        return bool(names) and names <= catalog.main_thread

    def _own(self, call: Call) -> Iterator[int]:
        yield from (one for one in call.targets if self._analysis.function(one).in_project)


def why_not_returning(
    analysis: Analysis, returning: Iterable[int], regions: Iterable[Region], on_loop: Container[int]
) -> str | None:
    """Where a thread would hold a lock while it waits for the event loop, which may wait for that lock.

    on_loop: functions whose bodies run on the event loop's thread.
    """
    reaching = analysis.reaching(returning)
    held, taken = None, None
    for region in regions:
        if region.function in on_loop:
            taken = taken or region
        elif held is None:
            low, high = region.held
            for index in analysis.calls_in.get(region.function, ()):
                call = analysis.program.calls[index]
                if low <= call.start and call.end <= high and not reaching.isdisjoint(call.targets):
                    held = region
    if held is None or taken is None:
        return None
    return f"{held.path}:{held.line} holds {held.lock} meanwhile, and {taken.path}:{taken.line} takes a lock there"
