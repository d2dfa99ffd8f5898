"""Follows calls down to the primitives that wait, and what they mean back up to every function that reaches one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping

from aioport.blocking.facts import Wait
from aioport.blocking.primitives import blocks_of
from aioport.catalog.index import Catalog
from aioport.catalog.schema import Blocks
from aioport.program.model import Callees, Program

RANK = ("network", "dns", "database", "process", "sleep", "file", "console", "cpu", "lock")
"""When a function reaches several primitives, the chain shown is the one to the longest kind of wait."""

Callers = Mapping[int, list[tuple[int, int, bool]]]
"""Of each function: who calls it, on which line, and whether nothing else can be meant."""


def find_waits(
    program: Program,
    catalog: Catalog,
    edges: Mapping[int, tuple[int, ...]],
    named: Collection[int] = (),
) -> dict[int, Wait]:
    """The wait of every function that reaches a primitive: the worst one, by the shortest chain.

    named: functions from outside the project that are looked into though nothing calls them.
    """
    callers: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)
    for index, targets in edges.items():
        call = program.calls[index]
        place = call.caller, call.line, call.sure
        for target in targets:
            callers[target].append(place)
    primitives = _descend(program, catalog, callers, named)
    alike: dict[Blocks, list[int]] = defaultdict(list)
    for one in sorted(primitives, key=lambda one: program.functions[one].name):
        alike[primitives[one]].append(one)
    waits: dict[int, Wait] = {}
    # By names in the end: hashes, and the order in which the checker tells a union, change from run to run.
    for blocks in sorted(alike, key=lambda one: (_badness(one), one.names)):
        if blocks.treatment != "leave":
            _ascend(program, callers, primitives, blocks, alike[blocks], waits)
    return waits


def _descend(
    program: Program,
    catalog: Catalog,
    callers: dict[int, list[tuple[int, int, bool]]],
    named: Collection[int],
) -> dict[int, Blocks]:
    """The primitives that are reached, through installed functions, whose calls are added to `callers`."""
    functions = program.functions
    todo = [target for target in {**callers, **dict.fromkeys(named)} if not functions[target].in_project]
    direct = frozenset(todo)
    seen = set(todo)
    primitives: dict[int, Blocks] = {}
    for target in todo:
        blocks = blocks_of(functions[target], catalog)
        if blocks is not None:
            # A library's own locks are held for moments; only a lock in the project's own code is worth a word.
            if not _is_lock(blocks) or target in direct:
                primitives[target] = blocks
            continue
        for callee in program.callees(target):
            for inner in _run_by(callee, program, catalog):
                if not functions[inner].is_async and not functions[inner].in_project:
                    callers[inner].append((target, callee.line, callee.sure))
                    if inner not in seen:
                        seen.add(inner)
                        todo.append(inner)
    return primitives


def _run_by(callee: Callees, program: Program, catalog: Catalog) -> Iterable[int]:
    if callee.callbacks:
        names = [program.functions[target].name for target in callee.targets]
        if not any(catalog.is_keeper(name) or catalog.is_spawn(name) for name in names):
            return (*callee.targets, *callee.callbacks)
    return callee.targets


def _ascend(
    program: Program,
    callers: Callers,
    primitives: Mapping[int, Blocks],
    blocks: Blocks,
    named: Iterable[int],
    waits: dict[int, Wait],
) -> None:
    """Adds the wait of all that reach one kind of primitive and have none yet, nearest first."""
    functions = program.functions
    queue = deque(named)
    for one in queue:
        waits.setdefault(one, Wait(functions[one].name, blocks, (), sure=True))
    while queue:
        target = queue.popleft()
        reason = waits[target]
        for caller, line, sure in callers.get(target, ()):
            if caller in waits or caller in primitives:
                continue
            if _is_lock(blocks) and not functions[caller].in_project:
                continue
            steps = ((line, target), *reason.steps)
            waits[caller] = Wait(reason.primitive, blocks, steps, sure=sure and reason.sure)
            if not functions[caller].is_async:
                queue.append(caller)


def _is_lock(blocks: Blocks) -> bool:
    return blocks.category == "lock" and blocks.treatment in ("report", "move")


def rank(wait: Wait) -> tuple[tuple[bool, bool, int, int], int, str]:
    """The order in which waits are told: the worst kind first, then the shortest chain, then by name."""
    return _badness(wait.blocks), len(wait.steps), wait.primitive


def _badness(blocks: Blocks) -> tuple[bool, bool, int, int]:
    """Worst first. What takes microseconds comes last whatever it is, since it is not reported and must hide nothing; what
    no conversion moves must hide nothing that it would."""
    return blocks.weight == 0, blocks.treatment == "report", RANK.index(blocks.category), -blocks.weight
