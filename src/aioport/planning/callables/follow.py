"""Follows functions that are used as values, until it is known what each call of a value may run."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec

from aioport.catalog.index import Catalog
from aioport.planning.callables.answers import Answers
from aioport.planning.callables.decorations import Decorations, find_decorations
from aioport.planning.callables.dispatching import find_dispatching, with_dispatched
from aioport.planning.callables.ground import Ground
from aioport.planning.callables.model import (
    Callables,
    Destination,
    Handed,
    Local,
    Occurrence,
    Site,
    Wrapper,
)
from aioport.planning.callables.protocols import find_callback_protocols
from aioport.planning.callables.reach import Reach, Reached
from aioport.planning.callables.sources import Arriving, Sources, Spot
from aioport.planning.callables.uses import Uses
from aioport.planning.pools.find import find_pools
from aioport.planning.testing.code import find_test_files
from aioport.program.model import Call, Function, Program
from aioport.project import Project

NOWHERE = -1
"""Stands among the calls that something reaches for a place that is not followed."""

ROUNDS = 5
"""What is found to wait in one round, the next one follows."""

Steps: TypeAlias = Answers[Spot, tuple[Arriving, tuple[Spot, ...]]]
Given: TypeAlias = Mapping[Local, tuple[Occurrence, ...]]

FindWaits = Callable[[Program], Iterable[int]]
"""The functions of a program that wait."""


def follow_callables(
    project: Project, program: Program, catalog: Catalog, find_waits: FindWaits
) -> tuple[Program, Callables]:
    """A program in which calls of values have what they may run as targets, and what is known of the values.

    Only functions that wait are followed, and what arrives together with them. Lambdas among them become functions
    of their own, to which the calls inside of them belong.
    """
    lambdas: dict[int, tuple[str, ast.Lambda]] = {}
    tests = find_test_files(project, program, catalog)
    ground = Ground(project, program, catalog, lambdas, tests)
    dispatching = find_dispatching(ground)
    program = with_dispatched(program, dispatching)
    declared = find_callback_protocols(program)
    resolved = {
        index
        for index, call in enumerate(program.calls)
        if call.targets
        and call.unknown is None
        and declared.isdisjoint(call.targets)
        and not _calls_what_it_holds(program, call)
    }
    before: object = None
    result = Callables()
    ground = last = ground.again(program)
    if project.settings.concurrency != "off":
        ground.pools = find_pools(ground)
    steps: Steps = Answers(ground.asked)
    given: Given = {}
    for _ in range(ROUNDS):
        decorations = find_decorations(ground, dispatching)
        interesting = set(find_waits(program))
        new = _new_lambdas(ground, interesting)
        if new:
            program = _with_lambdas(program, ground, new, lambdas)
            ground = ground.again(program)
            interesting |= set(lambdas)
        gave, given = given, {place: tuple(found) for place, found in decorations.given.items()}
        regiven = {one for one in (*gave, *given) if gave.get(one) != given.get(one)}
        steps.forget(ground.changed_since(last) | regiven)
        last = ground
        result = _Follower(ground, decorations, resolved, Sources(ground, given, steps)).follow(interesting)
        program = _with_targets(program, ground, result)
        ground = ground.again(program)
        state = (result.sites, frozenset(lambdas), interesting)
        if state == before:
            break
        before = state
    result = replace(result, dispatched=dispatching.families)
    return _without_pinned_lambdas(program, result, lambdas)


def _calls_what_it_holds(program: Program, call: Call) -> bool:
    """Whether the checker names an installed class's `__call__` only, as of a `partial`, which runs what it was given."""
    targets = map(program.functions.__getitem__, call.targets)
    return all(one.bare_name == "__call__" and not one.in_project for one in targets)


def renumbered(found: Callables, before: Iterable[Call], after: Iterable[Call]) -> Callables:
    """The same where the same calls stand in another order, among others."""
    places = {id(call): index for index, call in enumerate(after)}
    new = {index: places[id(call)] for index, call in enumerate(before)} | {NOWHERE: NOWHERE}
    return replace(
        found,
        sites={new[index]: site for index, site in found.sites.items()},
        reaches={one: frozenset(new[index] for index in calls) for one, calls in found.reaches.items()},
        wrappers={
            function: replace(wrapper, calls=frozenset(new[index] for index in wrapper.calls))
            for function, wrapper in found.wrappers.items()
        },
    )


def _new_lambdas(ground: Ground, waits: Iterable[int]) -> dict[ast.Lambda, str]:
    """Lambdas in which something is called that waits."""
    known = {node for _, node in ground.code.bodies.values()}
    paths = frozenset(ground.code.files_with("lambda"))
    found: dict[ast.Lambda, str] = {}
    for function in waits:
        for _, call in ground.calls_of(function):
            if call.path not in paths:
                continue
            node = ground.code.expression(call)
            scope = ground.syntax(call.path).place(node).scope if node is not None else None
            if isinstance(scope, ast.Lambda) and scope not in known:
                if ground.is_iterated_with(call.path, scope):
                    continue
                found[scope] = call.path
    return found


def _with_lambdas(
    program: Program,
    ground: Ground,
    new: Mapping[ast.Lambda, str],
    lambdas: dict[int, tuple[str, ast.Lambda]],
) -> Program:
    # The list grows while installed code is read, and so has to stay the same one.
    functions, calls = program.functions, list(program.calls)
    assert isinstance(functions, list)
    for node, path in new.items():
        outer = ground.code.around(path, node)
        around = functions[outer].name if outer is not None else ""
        function = len(functions)
        functions.append(
            Function(
                id=function, name=f"{around}.<lambda>", kind="def", path=path, line=node.lineno,
                column=node.col_offset, in_project=True, parent=outer,
            )
        )  # fmt: skip
        lambdas[function] = (path, node)
        start, end = ground.syntax(path).span(node)
        for index, call in ground.code.calls_in(path):
            if start <= call.start and call.end <= end and call.kind == "call":
                expression = ground.code.expression(call)
                if expression is not None and ground.syntax(path).place(expression).scope is node:
                    calls[index] = msgspec.structs.replace(calls[index], caller=function)
    return replace(program, calls=tuple(calls))


def _followed_from(ground: Ground, found: Callables) -> dict[int, set[int]]:
    """Functions that are handed over in a call, by its index, and are followed from there to every call of them."""
    handed: dict[int, set[int]] = defaultdict(set)
    for one, reached in found.reaches.items():
        if one.node is None or one.function is None:
            continue
        if NOWHERE in reached and one.function not in found.elsewhere:
            continue
        parent = ground.syntax(one.path).parents.get(one.node)
        if isinstance(parent, ast.keyword):
            parent = ground.syntax(one.path).parents.get(parent)
        known = ground.call(one.path, parent) if isinstance(parent, ast.Call) else None
        if known is not None:
            handed[known[0]].add(one.function)
    return handed


def _is_given_variables(ground: Ground, call: Call) -> bool:
    """Whether a call is handed functions by variables only, which are followed themselves."""
    node = ground.code.expression(call)
    if not isinstance(node, ast.Call):
        return False
    values = (*node.args, *(one.value for one in node.keywords))
    return not any(
        ground.named(call.path, one) for one in values if isinstance(one, ast.Name | ast.Attribute)
    )


def _with_targets(program: Program, ground: Ground, found: Callables) -> Program:
    calls = list(program.calls)
    for index, site in found.sites.items():
        call = calls[index]
        arriving = [one.function for one in site.occurrences if one.function is not None]
        through = () if arriving and _calls_what_it_holds(program, call) else call.targets
        targets = tuple(dict.fromkeys((*through, *sorted(arriving))))
        unknown = call.unknown if site.obstacle is not None else None
        calls[index] = msgspec.structs.replace(
            call, targets=targets, unknown=unknown, sure=call.sure and len(targets) < 2
        )
    handed = _followed_from(ground, found)
    known = found.followed - (found.pinned.keys() - found.elsewhere)
    for index, call in enumerate(calls):
        # What the project is given by name runs where it is called, not where it is handed over.
        if call.callbacks and all(program.functions[one].in_project for one in call.targets):
            variables = _is_given_variables(ground, call)
            followed = handed.get(index, set()) | (known if variables else set())
            callbacks = tuple(
                (position, left)
                for position, given in call.callbacks
                if (left := tuple(one for one in given if one not in followed))
            )
            calls[index] = msgspec.structs.replace(call, callbacks=callbacks)
    return replace(program, calls=tuple(calls))


def _without_pinned_lambdas(
    program: Program, found: Callables, lambdas: Mapping[int, tuple[str, ast.Lambda]]
) -> tuple[Program, Callables]:
    """Calls in a lambda that is not followed to its end belong to the function around it, as before."""
    lost = {one for one in lambdas if one in found.pinned or one not in found.followed}
    calls = list(program.calls)
    for index, call in enumerate(calls if lost else ()):
        caller = call.caller
        while caller in lost:
            parent = program.functions[caller].parent
            assert parent is not None
            caller = parent
        targets = tuple(one for one in call.targets if one not in lost)
        if caller != call.caller or targets != call.targets:
            calls[index] = msgspec.structs.replace(call, caller=caller, targets=targets)
    kept = {one: node for one, (_, node) in lambdas.items() if one not in lost}
    return replace(program, calls=tuple(calls)), replace(found, lambdas=kept)


def _is_kept(occurrence: Occurrence, reached: Reached) -> bool:
    """Whether a function is kept where nothing is seen to call it; a decorator that returns it does not do that."""
    return reached.is_kept if occurrence.node is not None else reached.is_shared


def _arriving(site: Site) -> set[int]:
    return {one.function for one in site.occurrences if one.function is not None}


def _calls_of(reached: Reached) -> frozenset[int]:
    return reached.calls if reached.lost is None else reached.calls | {NOWHERE}


@dataclass
class _Follower:
    """resolved: calls of which the checker knows what they run."""

    ground: Ground
    decorations: Decorations
    resolved: AbstractSet[int]
    sources: Sources

    def __post_init__(self) -> None:
        self.uses = Uses(self.ground)
        self.reach = Reach(self.uses)
        self._references: dict[int, list[Occurrence]] = defaultdict(list)
        for one in self.ground.references:
            if one.function is not None and one.function not in self.decorations.entries:
                self._references[one.function].append(one)
        for function, (path, body) in self.ground.code.bodies.items():
            if isinstance(body, ast.Lambda):
                self._references[function].append(Occurrence(path, body, function, "<lambda>"))
        self._lookups, self._unknown = self.ground.lookups
        self._given: dict[int, list[tuple[Local, Occurrence]]] = defaultdict(list)
        for place, occurrences in self.decorations.given.items():
            for occurrence in occurrences:
                assert occurrence.function is not None
                self._given[occurrence.function].append((place, occurrence))

    def follow(self, interesting: Iterable[int]) -> Callables:
        """Follows functions forward, and back from the calls they arrive at, until there is nothing new."""
        pinned: dict[int, str] = dict(self.decorations.used)
        elsewhere: set[int] = set()
        followed: set[int] = set()
        sites: dict[int, Site] = {}
        reaches: dict[Occurrence, frozenset[int]] = {}
        handed: dict[int, frozenset[Handed]] = {}
        todo = deque(sorted(filter(self._is_own, interesting)))
        seen: set[int] = set()
        asked: set[frozenset[int]] = set()
        for index in self._declared():
            sites[index] = self._site(index)
            todo.extend(sorted(filter(self._is_own, _arriving(sites[index]))))
        while todo:
            function = todo.popleft()
            if function in seen:
                continue
            seen.add(function)
            # Whatever a wrapper that waits stands in for is called there, whether it waits itself or not.
            todo.extend(sorted(self.decorations.wrapped.get(function, ())))
            if function in self._unknown:
                pinned.setdefault(function, self._unknown[function])
            if function not in pinned:
                elsewhere.add(function)
            instances = set(self._instances(function))
            for occurrence, starts in self._starts(function):
                reached = self.reach.of(starts)
                if reached.lost is not None:
                    pinned.setdefault(function, reached.lost)
                if reached.runs_here:
                    elsewhere.discard(function)
                is_made = function in self.decorations.wrapped or occurrence in instances
                is_called = any(self._may_run(index, function) for index in reached.calls)
                is_idle = not is_called and reached.lost is None and not reached.handed
                if is_idle and not is_made and _is_kept(occurrence, reached):
                    pinned.setdefault(function, self._passed_on(occurrence))
                    elsewhere.discard(function)
                followed.add(function)
                handed[function] = handed.get(function, frozenset()) | reached.handed
                reaches[occurrence] = _calls_of(reached)
                if reached.calls in asked:
                    continue
                asked.add(reached.calls)
                for index in sorted(reached.calls - sites.keys() - self.resolved):
                    site = sites[index] = self._site(index)
                    todo.extend(sorted(filter(self._is_own, _arriving(site))))
        self._reach_others(sites, reaches)
        return Callables(
            pinned=pinned,
            elsewhere=frozenset(elsewhere & pinned.keys()),
            followed=frozenset(followed),
            sites=sites,
            reaches=reaches,
            wrappers=dict(self._wrappers(sites)),
            decorated=dict(self.decorations.refused),
            under=frozenset(self.decorations.under - self.decorations.refused.keys()),
            second=dict.fromkeys(self.decorations.second, "its decorator has an async form beside it"),
            handed={function: places for function, places in handed.items() if places},
            entries=dict(self.decorations.entries),
            pools=self.ground.pools,
        )

    def _declared(self) -> Iterator[int]:
        """Calls by a callback Protocol: all that arrives there has its color, whether it waits or not."""
        declared = find_callback_protocols(self.ground.program)
        for index, call in enumerate(self.ground.program.calls if declared else ()):
            if call.kind == "call" and not declared.isdisjoint(call.targets):
                yield index

    def _may_run(self, index: int, function: int) -> bool:
        """Whether a call at which a function arrives is not one of which the checker knows that it runs others."""
        return index not in self.resolved or function in self.ground.program.calls[index].targets

    def _is_own(self, function: int) -> bool:
        return self.ground.program.functions[function].in_project

    def _starts(self, function: int) -> Iterator[tuple[Occurrence, list[Destination]]]:
        for occurrence in (*self._references.get(function, ()), *self._lookups.get(function, ())):
            if occurrence.node is not None and not self.ground.is_iterated_with(
                occurrence.path, occurrence.node
            ):
                yield occurrence, list(self.uses.of(occurrence.path, occurrence.node))
        for occurrence in self._instances(function):
            assert occurrence.node is not None
            yield occurrence, list(self.uses.of(occurrence.path, occurrence.node))
        for place, occurrence in self._given.get(function, ()):
            yield occurrence, [place]

    def _instances(self, function: int) -> Iterator[Occurrence]:
        """Where objects are made that can be called, which are passed on like functions."""
        one = self.ground.program.functions[function]
        if one.bare_name != "__call__" or one.owner is None:
            return
        classes = {one.owner, *self.ground.program.subclasses.get(one.owner, ())}
        for call in sorted(
            (call for made in classes for call in self.ground.making.get(made, ())),
            key=lambda call: (call.path, call.start),
        ):
            node = self.ground.code.expression(call)
            if isinstance(node, ast.Call):
                yield Occurrence(call.path, node, function, one.name)

    def _reach_others(self, sites: Mapping[int, Site], reaches: dict[Occurrence, frozenset[int]]) -> None:
        """Where classes, builtins and the like arrive, which are called beside functions."""
        for site in sites.values():
            for occurrence in site.occurrences:
                if occurrence not in reaches and occurrence.node is not None:
                    found = self.reach.of(self.uses.of(occurrence.path, occurrence.node))
                    reaches[occurrence] = frozenset({NOWHERE}) if found.lost is not None else found.calls

    def _passed_on(self, one: Occurrence) -> str:
        line = one.node.lineno if one.node is not None else 0
        where = f"{one.path}:{line} passes it on by name" if line else "its decorator keeps it"
        return f"{where}, and nothing is seen to call it"

    def _site(self, index: int) -> Site:
        call = self.ground.program.calls[index]
        node = self.ground.code.expression(call)
        assert isinstance(node, ast.Call)
        found = self.sources.arriving(call.path, node.func)
        return Site(frozenset(found.occurrences), frozenset(found.places), found.obstacle)

    def _wrappers(self, sites: Mapping[int, Site]) -> Iterator[tuple[int, Wrapper]]:
        for wrapper, decorated in self.decorations.wrapped.items():
            calls = frozenset(
                index
                for index, site in sites.items()
                if self.ground.program.calls[index].caller == wrapper
                and any(one.function in decorated for one in site.occurrences)
            )
            parameter = self.decorations.parameters[wrapper]
            yield (
                wrapper,
                Wrapper(frozenset(decorated), calls, self._returns(wrapper), parameter.binding.name),
            )

    def _returns(self, wrapper: int) -> tuple[ast.Name, ...] | None:
        """Where a wrapper is returned, if its decorator does nothing else with it."""
        maker = self.decorations.makers[wrapper]
        path = self.ground.program.functions[wrapper].path
        found: list[ast.Name] = []
        for occurrence in self._references.get(wrapper, ()):
            parent = self.ground.syntax(str(path)).parents.get(occurrence.node) if occurrence.node else None
            if not isinstance(occurrence.node, ast.Name) or not isinstance(parent, ast.Return):
                return None
            found.append(occurrence.node)
        function = self.ground.code.function_at(str(path), maker)
        called = self.ground.calls_of(function) if function is not None else ()
        is_applied = any(call.callbacks for _, call in called)
        return None if is_applied or not found else tuple(found)
