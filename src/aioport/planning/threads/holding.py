"""Which functions hold which others on the event loop's thread, by the calls that have to stay there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from aioport.planning.analysis import Analysis


class Holding:
    """A graph of the project's functions: who calls whom where the call cannot leave the event loop's thread."""

    def __init__(self, analysis: Analysis, staying: Iterable[int], apart: Collection[int] = ()) -> None:
        """staying: calls that cannot leave, by index. apart: functions that are looked into no further."""
        self._held: dict[int, set[int]] = defaultdict(set)
        self._holders: dict[int, set[int]] = defaultdict(set)
        for index in staying:
            if index not in analysis.facts.spawned:
                call = analysis.program.calls[index]
                for target in call.targets:
                    if target not in apart and analysis.function(target).in_project:
                        self._held[call.caller].add(target)
                        self._holders[target].add(call.caller)

    def held_by(self, function: int) -> set[int]:
        """A function, and those that it holds, directly or by way of others."""
        return _closed((function,), self._held)

    def holding(self, functions: Iterable[int]) -> set[int]:
        """Some functions, and those that hold one of them."""
        return _closed(functions, self._holders)


def _closed(functions: Iterable[int], edges: Mapping[int, set[int]]) -> set[int]:
    todo = list(functions)
    seen = set(todo)
    while todo:
        new = edges.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return seen


def called_from(analysis: Analysis, functions: Iterable[int], offloaded: Collection[int]) -> Iterator[int]:
    """Some functions, and what they call on their thread.

    offloaded: calls that go to another one, by index.
    """
    todo, seen = list(functions), set[int]()
    while todo:
        function = todo.pop()
        if function not in seen:
            seen.add(function)
            yield function
            for index in analysis.calls_in.get(function, ()):
                if index not in offloaded and index not in analysis.facts.spawned:
                    targets = analysis.program.calls[index].targets
                    todo.extend(one for one in targets if analysis.function(one).in_project)
