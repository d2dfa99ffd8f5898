"""Follows calls down to the primitives that wait, through the project and into installed packages."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

from aioport.blocking.facts import Facts, Finding, Link, Unknown, Wait
from aioport.catalog.index import Catalog
from aioport.catalog.schema import Blocks
from aioport.positions import span_of
from aioport.program.model import Call, Function, Program
from aioport.project import Project

RANK = ("network", "dns", "database", "process", "sleep", "file", "console", "cpu", "lock")
"""When a function reaches several primitives, the chain shown is the one to the longest kind of wait."""


def find_blocking(project: Project, program: Program, catalog: Catalog) -> Facts:
    """Every function and call that waits. Calls of coroutine functions do not wait; what they do is their own."""
    spawned = frozenset(_spawned(project, program, catalog))
    edges = {
        index: tuple(_edges(call, program, catalog))
        for index, call in enumerate(program.calls)
        if index not in spawned
    }
    waits = _find_waits(program, catalog, edges)
    calls: dict[int, Wait] = {}
    for index, targets in edges.items():
        call = program.calls[index]
        if _does_not_wait(call, project, program, catalog):
            continue
        found = [waits[target] for target in targets if target in waits]
        if found:
            calls[index] = min(found, key=_rank)
    from_loop = _reached_from_loop(program, edges)
    findings = tuple(
        finding
        for index in sorted(calls)
        if (finding := _finding(index, edges[index], calls[index], waits, from_loop, program)) is not None
    )
    return Facts(waits, calls, spawned, findings, tuple(_unknown(project, program)))


def _edges(call: Call, program: Program, catalog: Catalog) -> Iterator[int]:
    """What runs in the caller's own thread when the call is made."""
    names = [program.functions[target].name for target in call.targets]
    if call.constructs is not None:
        names.append(program.classes[call.constructs].name)
    for target in call.targets:
        if not program.functions[target].is_async:
            yield target
    if call.callbacks and not any(catalog.is_spawn(name) for name in names):
        for _, functions in call.callbacks:
            yield from (one for one in functions if not program.functions[one].is_async)


def _spawned(project: Project, program: Program, catalog: Catalog) -> Iterator[int]:
    """Calls inside a lambda that is handed to a thread, a process or an executor."""
    regions: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for call in program.calls:
        source = project.sources[call.path]
        if b"lambda" not in source.data[call.start : call.end]:
            continue
        if any(catalog.is_spawn(name) for name in called_names(call, program)):
            for node in ast.walk(source.tree):
                if isinstance(node, ast.Lambda):
                    start, end = span_of(source, node)
                    if call.start <= start and end <= call.end:
                        regions[call.path].append((start, end))
    if regions:
        for index, call in enumerate(program.calls):
            if any(start <= call.start and call.end <= end for start, end in regions.get(call.path, ())):
                yield index


def blocks_of(function: Function, catalog: Catalog) -> Blocks | None:
    """What the catalog says of a function's waiting: of the class it is called on before the one that defines it."""
    for name in (function.name, function.defined_as):
        if name is not None:
            if catalog.is_pure(name) or catalog.is_mutator(name):
                return None
            if (blocks := catalog.blocks(name)) is not None:
                return blocks
    return None


def called_names(call: Call, program: Program) -> tuple[str, ...]:
    """The public names of what a call runs: functions, and the class that it makes an instance of."""
    names = [program.functions[target].name for target in call.targets]
    if call.constructs is not None:
        built = program.classes[call.constructs]
        names.append(built.name)
        names.extend(program.classes[base].name for base in built.ancestors)
    return tuple(names)


def _find_waits(program: Program, catalog: Catalog, edges: Mapping[int, tuple[int, ...]]) -> dict[int, Wait]:
    """The wait of every function that reaches a primitive, nearest first, worst category first."""
    callers: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    direct: set[int] = set()
    for index, targets in edges.items():
        call = program.calls[index]
        direct.update(targets)
        for target in targets:
            callers[target].append((call.caller, call.line, call.sure))
    seen: set[int] = set()
    todo = [target for target in sorted(callers) if not program.functions[target].in_project]
    primitives: dict[int, Blocks] = {}
    while todo:
        target = todo.pop()
        if target in seen:
            continue
        seen.add(target)
        blocks = blocks_of(program.functions[target], catalog)
        if blocks is not None:
            # A library's own locks are held for moments; only a lock in the project's own code is worth a word.
            if blocks.treatment == "offload" or target in direct:
                primitives[target] = blocks
            continue
        for callee in program.callees(target):
            for inner in callee.targets:
                if not program.functions[inner].is_async and not program.functions[inner].in_project:
                    callers[inner].append((target, callee.line, callee.sure))
                    todo.append(inner)
    waits: dict[int, Wait] = {}
    for blocks in sorted(set(primitives.values()), key=lambda one: RANK.index(one.category)):
        if blocks.treatment == "leave":
            continue
        queue = deque(one for one in sorted(primitives) if primitives[one] == blocks)
        for one in queue:
            waits.setdefault(one, Wait(program.functions[one].name, blocks, (), sure=True))
        while queue:
            target = queue.popleft()
            reason = waits[target]
            if reason.blocks is not blocks:
                continue
            for caller, line, sure in callers[target]:
                if caller in waits or caller in primitives:
                    continue
                if blocks.treatment == "report" and not program.functions[caller].in_project:
                    continue
                steps = ((line, target), *reason.steps)
                waits[caller] = Wait(reason.primitive, blocks, steps, sure=sure and reason.sure)
                if not program.functions[caller].is_async:
                    queue.append(caller)
    return waits


def _rank(wait: Wait) -> tuple[int, int]:
    return RANK.index(wait.category), len(wait.steps)


def _does_not_wait(call: Call, project: Project, program: Program, catalog: Catalog) -> bool:
    """Whether an argument says that the call returns at once (`acquire(blocking=False)`)."""
    conditions = {
        condition
        for target in call.targets
        if (blocks := blocks_of(program.functions[target], catalog)) is not None
        for condition in blocks.unless
    }
    if not conditions:
        return False
    source = project.sources[call.path]
    try:
        node = ast.parse(source.data[call.start : call.end].decode(), mode="eval").body
    except SyntaxError:
        return False
    if not isinstance(node, ast.Call):
        return False
    given = {f"{index}={ast.unparse(argument)}" for index, argument in enumerate(node.args)}
    given |= {f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in node.keywords}
    return not given.isdisjoint(conditions)


def _reached_from_loop(program: Program, edges: Mapping[int, tuple[int, ...]]) -> dict[int, tuple[int, ...]]:
    """Functions that run on an event loop, each with the calls that lead to it from the nearest `async def`."""
    outgoing: dict[int, list[int]] = defaultdict(list)
    for index in edges:
        outgoing[program.calls[index].caller].append(index)
    found = {function.id: () for function in program.functions if function.is_async and function.in_project}
    paths: dict[int, tuple[int, ...]] = dict(found)
    queue = deque(sorted(paths))
    while queue:
        function = queue.popleft()
        for index in outgoing[function]:
            for target in edges[index]:
                if target not in paths and program.functions[target].in_project:
                    paths[target] = (*paths[function], index)
                    queue.append(target)
    return paths


def _finding(
    index: int,
    targets: Iterable[int],
    wait: Wait,
    waits: Mapping[int, Wait],
    from_loop: Mapping[int, tuple[int, ...]],
    program: Program,
) -> Finding | None:
    call = program.calls[index]
    outside = [target for target in targets if target in waits and not program.functions[target].in_project]
    if not outside:
        return None
    target = min(outside, key=lambda one: _rank(waits[one]))
    wait = waits[target]
    above = from_loop.get(call.caller)
    leading = [program.calls[one] for one in above or ()]
    begin = program.functions[leading[0].caller if leading else call.caller]
    chain = [Link(begin.path or call.path, begin.line, begin.name)]
    for step, following in zip(leading, [*leading[1:], call], strict=False):
        chain.append(Link(step.path, step.line, program.functions[following.caller].name))
    chain.append(Link(call.path, call.line, program.functions[target].name))
    inside = target
    for line, callee in wait.steps:
        chain.append(Link(program.functions[inside].path or call.path, line, program.functions[callee].name))
        inside = callee
    return Finding(
        path=call.path,
        line=call.line,
        column=call.column,
        function=program.functions[call.caller].name,
        category=wait.category,
        on_loop=above is not None,
        sure=call.sure and wait.sure,
        chain=tuple(chain),
        call=index,
    )


def _unknown(project: Project, program: Program) -> Iterator[Unknown]:
    for call in program.calls:
        if call.unknown is not None and call.kind == "call":
            source = project.sources[call.path]
            text = source.data[call.start : call.end].decode(errors="replace")
            callee = text.partition("(")[0] if not text.startswith("(") else text
            yield Unknown(call.path, call.line, call.column, " ".join(callee.split())[:80], call.unknown)
