"""Finds the calls that the checker does not see, until nothing more is found: the calls of values, and implicit ones."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import msgspec

from aioport.blocking.facts import Wait
from aioport.catalog.index import Catalog
from aioport.program.model import Call, Function, Program
from aioport.project import Project
from aioport.values.alternatives import find_alternatives
from aioport.values.called_back import CalledBack, given_to_objects
from aioport.values.code import Code
from aioport.values.cooperating import find_next_methods
from aioport.values.flow import Flow
from aioport.values.implicit import Implicit
from aioport.values.importing import Importing
from aioport.values.rebound import find_rebound
from aioport.values.receivers import Receivers
from aioport.values.sources import ITERATOR_RESULTS, Sources
from aioport.values.types import Types
from aioport.values.value import Iterates

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
    reached: the expressions, with their files, that iterables come to that were to be watched.
    """

    program: Program
    edges: Edges
    waits: dict[int, Wait]
    on_loop: tuple[int, ...]
    reached: tuple[tuple[str, ast.expr], ...] = ()


def follow_values(
    project: Project,
    program: Program,
    catalog: Catalog,
    edges: Edges,
    find_waits: FindWaits,
    iterables: Mapping[int, Iterable[tuple[str, ast.expr]]] = MappingProxyType({}),
    *,
    explicit: bool = False,
) -> Followed:
    """Follow everything that waits to whoever may run it.

    edges: what the checker knows. find_waits: what waits in a program, by what calls run.
    iterables: expressions, with their files, of which iteration runs a function, by that function.
    explicit: only the calls that the program has are looked at, no implicit ones added.
    """
    functions = program.functions if isinstance(program.functions, list) else list(program.functions)
    calls = list(program.calls)
    program = replace(program, functions=functions)
    code = Code(project, program, catalog, calls)
    types = Types(code)
    flow = Flow(code, types)
    for function, places in iterables.items():
        for path, node in places:
            flow.watch(path, node, Iterates(function))
    sources = Sources(code, types, flow, functions)
    implicit = Implicit(code, types)
    importing = Importing(code)
    found = _Found(dict(edges), calls, functions)
    receivers = Receivers(code, types)
    for index, call in enumerate(program.calls):
        if call.kind == "call" and call.unknown is not None and not call.targets:
            if targets := receivers.targets(call):
                found.add_targets({index: dict.fromkeys(targets)})
    called_back = CalledBack(code)
    waits = find_waits(program, found.edges)
    alternatives = find_alternatives(code)
    found.add_targets(
        {
            index: {other: None for target in call.targets for other in alternatives.get(target, ())}
            for index, call in enumerate(program.calls)
            if any(target in alternatives for target in call.targets)
        }
    )
    found.add_targets(find_rebound(code))
    found.add_targets(find_next_methods(project, program))
    wrappers = sources.start_installed_decorators()
    found.add_targets(
        {
            index: {one: None for target in call.targets for one in wrappers.get(target, ())}
            for index, call in enumerate(program.calls)
            if any(target in wrappers for target in call.targets)
        }
    )
    for _ in range(MOST_ROUNDS):
        waiting = [
            index for index, targets in found.edges.items() if any(target in waits for target in targets)
        ]
        sources.start(waits, waiting)
        flow.run()
        changed = found.add_functions(sources.lambdas)
        changed |= found.move(sources.moved)
        changed |= found.replace_decorated(sources.replaced)
        changed |= found.add_targets(
            {
                index: {one: None for target in call.targets for one in sources.shared.get(target, ())}
                for index, call in enumerate(program.calls)
                if any(target in sources.shared for target in call.targets)
            }
        )
        changed |= found.add_targets(flow.added)
        changed |= found.add_targets(given_to_objects(code, flow.given))
        changed |= found.add_targets(
            {
                index: dict.fromkeys(targets)
                for index, call in enumerate(program.calls)
                if (targets := called_back.targets(call, waits))
            }
        )
        changed |= found.add_targets(_makers(program, flow.made_with))
        changed |= found.add_calls(flow.implicit)
        if not explicit:
            changed |= found.add_calls(implicit.find(waits))
            changed |= found.add_calls(importing.find(waits))
        changed |= found.drop_generators(flow.is_generator, waits)
        if not changed:
            break
        program = replace(program, calls=tuple(calls))
        waits = find_waits(program, found.edges)
    return Followed(
        program, found.edges, waits, (*flow.on_loop, *_called_by_loop(program, catalog)), tuple(flow.reached)
    )


def _called_by_loop(program: Program, catalog: Catalog) -> Iterator[int]:
    """Methods that the event loop calls on objects of a class: those that override a protocol's of asyncio."""
    for one in program.classes:
        bases = [program.classes[base] for base in one.ancestors if not program.classes[base].in_project]
        if one.in_project and any(catalog.is_on_loop(base.name) for base in bases):
            for name, method in one.methods.items():
                if any(name in base.methods and catalog.is_on_loop(base.name) for base in bases):
                    yield method


def _makers(program: Program, made_with: Mapping[int, Mapping[int, None]]) -> dict[int, Mapping[int, None]]:
    """Calls that make an instance run what the body of the class handed over for that."""
    found: dict[int, Mapping[int, None]] = {}
    for index, call in enumerate(program.calls if made_with else ()):
        if call.constructs is not None:
            line = (call.constructs, *program.classes[call.constructs].ancestors)
            made = {function: None for one in line for function in made_with.get(one, ())}
            if made:
                found[index] = made
    return found


class _Found:
    """What calls run, as it grows."""

    def __init__(
        self, edges: dict[int, tuple[int, ...]], calls: list[Call], functions: list[Function]
    ) -> None:
        self.edges = edges
        self._calls, self._functions = calls, functions
        self._moved: set[int] = set()

    def add_functions(self, lambdas: Mapping[int, Iterable[int]]) -> bool:
        """Calls inside of lambdas belong to these; they do not run where the lambda stands."""
        new = lambdas.keys() - self._moved
        for function in new:
            for index in lambdas[function]:
                self._calls[index] = msgspec.structs.replace(self._calls[index], caller=function)
        self._moved |= new
        return bool(new)

    def move(self, moved: dict[int, int]) -> bool:
        """Calls run in other functions than the checker says; taken out of the table."""
        changed = bool(moved)
        for index, caller in moved.items():
            self._calls[index] = msgspec.structs.replace(self._calls[index], caller=caller)
        moved.clear()
        return changed

    def replace_decorated(self, replaced: Mapping[int, tuple[int, ...]]) -> bool:
        """Calls of decorated functions run what the decorators put in their place."""
        new = replaced.keys() - self._moved
        for index, targets in list(self.edges.items()) if new else ():
            if self._calls[index].kind == "call" and not new.isdisjoint(targets):
                others = [one for one in targets if one not in new]
                wrappers = [one for target in targets if target in new for one in replaced[target]]
                self.edges[index] = tuple(
                    dict.fromkeys([*others, *(one for one in wrappers if not self._functions[one].is_async)])
                )
        self._moved |= new
        return bool(new)

    def add_targets(self, added: Mapping[int, Mapping[int, None]]) -> bool:
        """Functions that calls run, by the call's index."""
        changed = False
        for index, targets in added.items():
            known = self.edges.get(index, ())
            more = [one for one in targets if one not in known and not self._functions[one].is_async]
            if more:
                self.edges[index] = (*known, *more)
                call = self._calls[index]
                new = tuple(one for one in more if one not in call.targets)
                self._calls[index] = msgspec.structs.replace(call, targets=(*call.targets, *new), sure=False)
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
        return self._functions[function].annotation.startswith(ITERATOR_RESULTS)
