"""Finds the calls that the checker does not see, until nothing more is found: the calls of values, and implicit ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from aioport.blocking.facts import Wait
from aioport.catalog.index import Catalog
from aioport.program.model import Call, Function, Program
from aioport.project import Project
from aioport.values.code import Code
from aioport.values.flow import Flow
from aioport.values.implicit import Implicit
from aioport.values.importing import Importing
from aioport.values.receivers import Receivers
from aioport.values.sources import ITERATOR_RESULTS, Sources
from aioport.values.types import Types

MOST_ROUNDS = 8
"""What is found to wait in one round, the next one follows. Real projects settle after two or three."""

Edges = Mapping[int, tuple[int, ...]]
FindWaits = Callable[[Program, Edges], dict[int, Wait]]


@dataclass(frozen=True, slots=True)
class Followed:
    """A program with all that was found.

    program: lambdas that wait are functions of their own, and implicit calls are calls at the end.
    edges: the functions that each call runs before it returns, by the call's index.
    waits: by function.
    on_loop: functions that the event loop calls later.
    """

    program: Program
    edges: Edges
    waits: dict[int, Wait]
    on_loop: tuple[int, ...]


def follow_values(
    project: Project, program: Program, catalog: Catalog, edges: Edges, find_waits: FindWaits
) -> Followed:
    """Follow everything that waits to whoever may run it.

    edges: what the checker knows. find_waits: what waits in a program, by what calls run.
    """
    functions = program.functions if isinstance(program.functions, list) else list(program.functions)
    calls = list(program.calls)
    program = replace(program, functions=functions)
    code = Code(project, program, catalog, calls)
    types = Types(code)
    flow = Flow(code, types)
    sources = Sources(code, types, flow, functions)
    implicit = Implicit(code, types)
    importing = Importing(code)
    found = _Found(dict(edges), calls, functions)
    receivers = Receivers(code, types)
    for index, call in enumerate(program.calls):
        if call.kind == "call" and call.unknown is not None and not call.targets:
            if targets := receivers.targets(call):
                found.add_targets({index: dict.fromkeys(targets)})
    waits = find_waits(program, found.edges)
    for _ in range(MOST_ROUNDS):
        waiting = [
            index for index, targets in found.edges.items() if any(target in waits for target in targets)
        ]
        sources.start(waits, waiting)
        flow.run()
        changed = found.add_functions(sources.lambdas)
        changed |= found.add_targets(flow.added)
        changed |= found.add_calls(flow.implicit)
        changed |= found.add_calls(implicit.find(waits))
        changed |= found.add_calls(importing.find(waits))
        changed |= found.drop_generators(flow.is_generator, waits)
        if not changed:
            break
        program = replace(program, calls=tuple(calls))
        waits = find_waits(program, found.edges)
    return Followed(program, found.edges, waits, tuple(flow.on_loop))


class _Found:
    """What calls run, as it grows."""

    def __init__(
        self, edges: dict[int, tuple[int, ...]], calls: list[Call], functions: list[Function]
    ) -> None:
        self.edges = edges
        self._calls, self._functions = calls, functions
        self._known: dict[int, int] = {}
        self._taken = 0
        self._moved: set[int] = set()

    def add_functions(self, lambdas: Mapping[int, Iterable[int]]) -> bool:
        """Calls inside of lambdas belong to these; they do not run where the lambda stands."""
        new = lambdas.keys() - self._moved
        for function in new:
            for index in lambdas[function]:
                self._calls[index] = msgspec.structs.replace(self._calls[index], caller=function)
        self._moved |= new
        return bool(new)

    def add_targets(self, added: Mapping[int, Mapping[int, None]]) -> bool:
        changed = False
        for index, targets in added.items():
            if len(targets) == self._known.get(index, 0):
                continue
            self._known[index] = len(targets)
            known = self.edges.get(index, ())
            more = [one for one in targets if one not in known and not self._functions[one].is_async]
            if more:
                self.edges[index] = (*known, *more)
                call = self._calls[index]
                new = tuple(one for one in more if one not in call.targets)
                self._calls[index] = msgspec.structs.replace(
                    call, targets=(*call.targets, *new), sure=False
                )
                changed = True
        return changed

    def add_calls(self, calls: list[Call]) -> bool:
        """Calls to be added, taken out of the list."""
        changed = bool(calls)
        for call in calls:
            targets = tuple(one for one in call.targets if not self._functions[one].is_async)
            if targets:
                self.edges[len(self._calls)] = targets
            self._calls.append(call)
        calls.clear()
        return changed

    def drop_generators(self, is_generator: Callable[[int], bool], waits: Mapping[int, Wait]) -> bool:
        """A call of a generator function runs nothing of its body."""
        changed = False
        for index, targets in list(self.edges.items()):
            if self._calls[index].kind != "call" or not any(target in waits for target in targets):
                continue
            left = tuple(
                one for one in targets if one not in waits or not self._is_lazy(one) or not is_generator(one)
            )
            if len(left) < len(targets):
                self.edges[index] = left
                changed = True
        return changed

    def _is_lazy(self, function: int) -> bool:
        one = self._functions[function]
        return one.in_project and one.annotation.startswith(ITERATOR_RESULTS)
