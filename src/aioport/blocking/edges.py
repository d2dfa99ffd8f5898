"""Which functions a call runs in its own thread, and what is handed to other threads instead."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from aioport.catalog.index import Catalog
from aioport.positions import Span, span_of
from aioport.program.model import Call, Program, Reference
from aioport.project import PARSE_ERRORS, Project


@dataclass(frozen=True, slots=True)
class Takers:
    """Functions and classes, by id, that are given functions and do not run them in the caller's thread.

    spawning: those that run them elsewhere; keeping: those, and those that only keep them or look at them.
    """

    spawning: frozenset[int]
    keeping: frozenset[int]
    spawning_classes: frozenset[int]
    keeping_classes: frozenset[int]

    def spawns(self, call: Call) -> bool:
        """Whether what is handed over in a call runs in another thread or process."""
        return call.constructs in self.spawning_classes or not self.spawning.isdisjoint(call.targets)

    def keeps(self, call: Call) -> bool:
        """Whether what is handed over in a call does not run in it."""
        return call.constructs in self.keeping_classes or not self.keeping.isdisjoint(call.targets)


def find_takers(program: Program, catalog: Catalog) -> Takers:
    """Asked of every function that is called, once: there are fewer of them than calls."""
    called = {target for call in program.calls for target in call.targets}
    outside = [one for one in map(program.functions.__getitem__, called) if not one.in_project]
    spawning = frozenset(one.id for one in outside if catalog.is_spawn(one.name))
    keepers = frozenset(
        one.id for one in outside if catalog.is_keeper(one.name) or catalog.is_looker(one.name)
    )
    foreign = [one for one in program.classes if not one.in_project]
    classes = {one.id for one in foreign if catalog.is_spawn(one.name)}
    spawners = frozenset(
        classes | {one.id for one in program.classes if not classes.isdisjoint(one.ancestors)}
    )
    kept = frozenset(one.id for one in foreign if catalog.is_keeper(one.name))
    return Takers(spawning, spawning | keepers, spawners, spawners | kept)


def find_edges(
    program: Program,
    catalog: Catalog,
    takers: Takers,
    spawned: Collection[int],
    *,
    follow: bool,
    handed_over: AbstractSet[int] = frozenset(),
) -> dict[int, tuple[int, ...]]:
    """The functions that each call runs before it returns, by the call's index.

    Coroutine functions are left out: calling one runs nothing.

    spawned: indices of calls that run elsewhere.
    follow: what the project's own functions do with the functions that they are given will be followed; else they
        are taken to call them.
    handed_over: functions that the project's own decorators hand to threads.
    """
    functions = program.functions
    inherited = frozenset(
        one.id
        for one in functions
        if one.path is None and one.owner is not None and one.defined_as is None and catalog.blocks(one.name)
    )
    passed_over = frozenset(one.id for one in functions if one.is_async)
    if follow:
        passed_over |= _decorated_elsewhere(program, catalog) | handed_over
    edges = {}
    for index, call in enumerate(program.calls):
        if index in spawned or not (call.targets or call.callbacks):
            continue
        found = call.targets
        if not passed_over.isdisjoint(found):
            found = tuple(target for target in found if target not in passed_over)
        if not inherited.isdisjoint(found) and _is_harmless(call, program, catalog):
            found = tuple(target for target in found if target not in inherited)
        if (
            call.callbacks
            and not (follow and _is_followed(call, program, catalog))
            and not takers.keeps(call)
        ):
            handed = (one for _, callbacks in call.callbacks for one in callbacks)
            found += tuple(one for one in handed if not functions[one].is_async)
        if found:
            edges[index] = found
    return edges


def _decorated_elsewhere(program: Program, catalog: Catalog) -> frozenset[int]:
    """Functions that a decorator hands to threads: calling them runs nothing here."""
    return frozenset(
        function
        for function, names in program.decorators.items()
        if any(catalog.is_spawn(name) for name in names)
    )


def hands_to_thread(function: int, program: Program, catalog: Catalog) -> bool:
    """Whether an installed function starts threads or processes itself, which is what it will do with what it is given."""
    one = program.functions[function]
    return (
        one.path is not None
        and not one.in_project
        and any(
            catalog.is_spawn(program.functions[target].name)
            for callee in program.callees(function)
            for target in callee.targets
        )
    )


def _is_followed(call: Call, program: Program, catalog: Catalog) -> bool:
    """Whether it will be found out what becomes of what a call is given: by the project, a thread, or an iterator."""
    if any(
        program.functions[target].in_project or hands_to_thread(target, program, catalog)
        for target in call.targets
    ):
        return True
    made = [program.functions[target] for target in call.targets]
    classes = [call.constructs, *(one.owner for one in made if one.bare_name in ("__init__", "__new__"))]
    return any(one is not None and program.find_method(one, "__next__") is not None for one in classes)


def _is_harmless(call: Call, program: Program, catalog: Catalog) -> bool:
    """Whether the classes that a method is called on are known not to wait, though a base of theirs may.

    On a union of classes the report names the base's method only: `io.TextIOBase.write` of a `StringIO`.
    """
    receiver = program.receiver(call)
    if receiver is None or not receiver.classes:
        return False
    names = {program.functions[target].bare_name for target in call.targets}
    methods = [f"{one}.{name}" for one in receiver.classes for name in names]
    return all(catalog.is_pure(one) or catalog.is_mutator(one) for one in methods)


def find_spawned(project: Project, spawns: Iterable[Call], program: Program) -> frozenset[int]:
    """Calls inside a lambda that is handed to a thread, a process or an executor."""
    regions: dict[str, list[Span]] = defaultdict(list)
    for call in spawns:
        source = project.sources[call.path]
        if source.data.find(b"lambda", call.start, call.end) >= 0:
            try:
                nodes = ast.walk(source.tree)
            except PARSE_ERRORS:
                continue
            spans = (span_of(source, node) for node in nodes if isinstance(node, ast.Lambda))
            regions[call.path] += (span for span in spans if call.start <= span[0] and span[1] <= call.end)
    if not regions:
        return frozenset()
    return frozenset(
        index
        for index, call in enumerate(program.calls)
        if any(start <= call.start and call.end <= end for start, end in regions.get(call.path, ()))
    )


def _run_by_libraries(program: Program, catalog: Catalog) -> Iterator[int]:
    """The project's methods that a library calls elsewhere, since they override its own: `run` of a thread."""
    methods = catalog.runs_elsewhere
    for one in program.classes:
        if one.in_project:
            for base in one.ancestors:
                for name in methods.get(catalog.public_name(program.classes[base].name), ()):
                    found = program.find_method(one.id, name)
                    if found is not None and program.functions[found].in_project:
                        yield found


def find_elsewhere(
    program: Program,
    catalog: Catalog,
    spawns: Iterable[Call],
    edges: Mapping[int, tuple[int, ...]],
    waits: Collection[int],
    handed_over: Collection[int] = (),
) -> frozenset[int]:
    """The project's functions that only other threads or processes run: handed to them, or called by such alone.

    waits: functions that wait; others are left out, for nothing is to be said of them.
    handed_over: functions that the project's own decorators hand to threads: their names stand for something else.
    """
    spans: dict[str, list[Span]] = defaultdict(list)
    for call in spawns:
        spans[call.path].append((call.start, call.end))

    def is_handed(reference: Reference) -> bool:
        return any(start <= reference.start < end for start, end in spans.get(reference.path, ()))

    handed = {
        target
        for path in spans
        for reference in program.references_in(path)
        if is_handed(reference)
        for target in reference.targets
        if target in waits and program.functions[target].in_project
    }
    handed.update(one for one in _run_by_libraries(program, catalog) if one in waits)
    decorated = frozenset(handed_over) & frozenset(waits)
    if not handed and not decorated:
        return frozenset()
    callers: dict[int, set[int]] = defaultdict(set)
    called: dict[int, set[int]] = defaultdict(set)
    for index, targets in edges.items():
        for target in targets:
            if target in waits and program.functions[target].in_project:
                caller = program.calls[index].caller
                callers[target].add(caller)
                called[caller].add(target)
    found = handed - callers.keys()
    if not found and not decorated:
        return frozenset()

    # Named anywhere but where they are handed over.
    named = {
        target for reference in program.references if not is_handed(reference) for target in reference.targets
    }
    found = (found - named) | decorated
    todo = list(found)
    while todo:
        for target in called[todo.pop()]:
            if target not in found and target not in named and callers[target] <= found:
                found.add(target)
                todo.append(target)
    return frozenset(found)
