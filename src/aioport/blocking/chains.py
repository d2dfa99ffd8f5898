"""Finds what blocks in a project: every call that waits, with its chain down to a primitive."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from aioport.blocking.dead import DeadCode
from aioport.blocking.edges import find_edges, find_elsewhere, find_spawned, find_takers
from aioport.blocking.facts import Facts, Finding, Link, Unknown, Wait
from aioport.blocking.handing import find_handed_over
from aioport.blocking.nonblocking import CATEGORIES, NonBlocking
from aioport.blocking.open_ends import OpenEnd, find_open_ends
from aioport.blocking.primitives import blocks_of
from aioport.blocking.waits import find_waits, rank
from aioport.catalog.index import Catalog
from aioport.catalog.schema import Blocks
from aioport.positions import Span
from aioport.program.model import Call, Program
from aioport.project import Project, Source
from aioport.values.following import Followed, follow_values
from aioport.values.implicit import KNOWN as SPECIAL

IN_MEMORY = "=in memory"
"""The end of a condition that an argument is a file in memory; see `catalog.schema.Blocks.unless`."""

MAY_WAIT = Wait("", Blocks((), "cpu"), (), sure=False)
"""What stands for the wait of a function that is followed to learn whether it waits."""

INSIDE_INSTALLED = "InsideInstalled"
"""The reason for a call that is known, of an installed function that runs something unknown."""


def find_blocking(project: Project, program: Program, catalog: Catalog) -> Facts:
    """Every function and call that waits. Calls of coroutine functions do not wait; what they do is their own.

    Findings leave out what runs in other threads and processes only. Calls that the checker does not see are not
    followed: see `find_all_blocking`.
    """
    begun = _begin(project, program, catalog, follow=False)
    waits = find_waits(program, catalog, begun.edges)
    return _facts(project, program, catalog, begun, Followed(program, begun.edges, waits, ()))


def find_waiting(project: Project, program: Program, catalog: Catalog) -> Mapping[int, Wait]:
    """The functions that wait, as in `Facts.waits`."""
    begun = _begin(project, program, catalog, follow=False)
    return find_waits(program, catalog, begun.edges)


def find_all_blocking(project: Project, program: Program, catalog: Catalog) -> tuple[Program, Facts]:
    """As `find_blocking`, with what `values` finds on top: the program that the facts are about, and the facts."""
    begun = _begin(project, program, catalog, follow=True)
    named = {
        target
        for reference in program.references
        for target in reference.targets
        if not program.functions[target].in_project
    }
    named.update(
        method
        for one in program.classes
        if not one.in_project
        for name, method in one.methods.items()
        if name in SPECIAL
    )

    def waits_of(program: Program, edges: Mapping[int, tuple[int, ...]]) -> dict[int, Wait]:
        return find_waits(program, catalog, edges, named)

    followed = follow_values(project, program, catalog, begun.edges, waits_of)
    spawned = find_spawned(project, begun.spawns, followed.program)
    if not spawned.isdisjoint(followed.edges):
        # What is gone through in a lambda for a thread runs there as well.
        edges = {index: targets for index, targets in followed.edges.items() if index not in spawned}
        followed = replace(followed, edges=edges, waits=waits_of(followed.program, edges))
    begun = replace(begun, spawned=spawned)
    return followed.program, _facts(project, followed.program, catalog, begun, followed)


def follow_only(
    project: Project,
    program: Program,
    catalog: Catalog,
    functions: Container[int],
    assumed: Iterable[int] = (),
) -> Program:
    """The program in which calls have as targets also those of some functions that may run there as values.

    Only what waits as far as the checker sees is followed, which is much less work than `find_all_blocking`.

    assumed: functions that are followed as well although they are not known to wait.
    """
    begun = _begin(project, program, catalog, follow=True)
    found = find_waits(program, catalog, begun.edges)
    waits = dict.fromkeys(assumed, MAY_WAIT) | {one: wait for one, wait in found.items() if one in functions}
    return follow_values(project, program, catalog, begun.edges, lambda *_: waits, explicit=True).program


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is known before anything is followed."""

    spawns: tuple[Call, ...]
    spawned: frozenset[int]
    edges: Mapping[int, tuple[int, ...]]
    handed_over: frozenset[int] = frozenset()


def _begin(project: Project, program: Program, catalog: Catalog, *, follow: bool) -> _Begun:
    takers = find_takers(program, catalog)
    spawns = tuple(call for call in program.calls if call.kind == "call" and takers.spawns(call))
    spawned = find_spawned(project, spawns, program)
    handed = find_handed_over(project, program, catalog, spawns) if follow and spawns else frozenset()
    edges = find_edges(program, catalog, takers, spawned, follow=follow, handed_over=handed)
    return _Begun(spawns, spawned, _waiting(project, program, catalog, edges, follow=follow), handed)


def _waiting(
    project: Project,
    program: Program,
    catalog: Catalog,
    edges: Mapping[int, tuple[int, ...]],
    *,
    follow: bool,
) -> Mapping[int, tuple[int, ...]]:
    """The edges without those of calls that never run, or would not wait. Only what waits is worth the look."""
    dead, ready, waits = DeadCode(project), NonBlocking(project), find_waits(program, catalog, edges)

    def is_idle(call: Call, targets: Iterable[int]) -> bool:
        if follow and dead.has(call.path, call.start, call.end):
            return True
        if ready.has(call.path, call.start, call.end):
            found = (blocks_of(program.functions[target], catalog) for target in targets)
            if any(blocks is not None and blocks.category in CATEGORIES for blocks in found):
                return True
        return _returns_at_once(call, project, program, catalog)

    is_at_rest = waits.keys().isdisjoint
    return {
        index: targets
        for index, targets in edges.items()
        if is_at_rest(targets) or not is_idle(program.calls[index], targets)
    }


def _facts(project: Project, program: Program, catalog: Catalog, begun: _Begun, followed: Followed) -> Facts:
    edges, waits = followed.edges, followed.waits
    calls: dict[int, Wait] = {}
    is_at_rest = waits.keys().isdisjoint
    for index, targets in edges.items():
        if not is_at_rest(targets):
            calls[index] = min((waits[target] for target in targets if target in waits), key=rank)
    elsewhere = find_elsewhere(program, catalog, begun.spawns, edges, waits, begun.handed_over)
    from_loop = _reached_from_loop(program, edges, followed.on_loop)
    findings = [
        finding
        for index in calls
        if program.calls[index].caller not in elsewhere
        and (finding := _finding(index, edges[index], waits, from_loop, program)) is not None
    ]
    findings.sort(key=lambda one: (one.path, one.line, one.column, one.call))
    ends = find_open_ends(program, catalog, edges, waits)
    return Facts(
        waits,
        calls,
        begun.spawned,
        tuple(findings),
        (*_unknown(project, program), *_unfinished(project, program, edges, waits, ends)),
    )


def _returns_at_once(call: Call, project: Project, program: Program, catalog: Catalog) -> bool:
    """Whether an argument, or the receiver, says that the call does not wait (`acquire(blocking=False)`)."""
    conditions = {
        condition
        for target in call.targets
        if (blocks := blocks_of(program.functions[target], catalog)) is not None
        for condition in blocks.unless
    }
    if not conditions:
        return False
    parsed = project.sources[call.path].once(_calls_by_span)
    span = (call.start, call.end)
    if span not in parsed:
        parsed[span] = _parsed(project.sources[call.path].data[call.start : call.end].decode())
    if (found := parsed[span]) is None:
        return False
    text, node = found
    given = {f"{index}={ast.unparse(argument)}" for index, argument in enumerate(node.args)}
    given |= {f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in node.keywords}
    if isinstance(node.func, ast.Attribute):
        given.add(f"receiver={ast.unparse(node.func.value)}")
    if any(condition.endswith(IN_MEMORY) for condition in conditions):
        given |= {
            f"{index}{IN_MEMORY}"
            for index, argument in enumerate(node.args)
            if _is_in_memory(call, text, argument, program, catalog)
        }
    return not given.isdisjoint(conditions)


def _calls_by_span(_: Source) -> dict[Span, tuple[str, ast.Call] | None]:
    """Fills with what is looked at of a file."""
    return {}


def _parsed(text: str) -> tuple[str, ast.Call] | None:
    """The text of a call with its syntax; None for what is none."""
    try:
        node = ast.parse(f"({text}\n)", mode="eval").body
    except SyntaxError:
        return None
    return (text, node) if isinstance(node, ast.Call) else None


def _is_in_memory(call: Call, text: str, argument: ast.expr, program: Program, catalog: Catalog) -> bool:
    """Whether an argument is a file that is none: all that it may be reads from memory, says the catalog."""
    lines = f"({text}".encode().splitlines(keepends=True)

    def offset(line: int, column: int) -> int:
        return call.start - 1 + sum(map(len, lines[: line - 1])) + column

    end_line, end_column = argument.end_lineno or 0, argument.end_col_offset or 0
    known = program.type_at(
        call.path, offset(argument.lineno, argument.col_offset), offset(end_line, end_column)
    )
    return (
        known is not None
        and bool(known.classes)
        and all(catalog.is_mutator(f"{one}.read") for one in known.classes)
    )


def _reached_from_loop(
    program: Program, edges: Mapping[int, tuple[int, ...]], called_later: Iterable[int]
) -> dict[int, tuple[int, ...]]:
    """Functions that run on an event loop, each with the calls that lead to it from the nearest `async def`.

    called_later: functions that the loop calls itself.
    """
    outgoing: dict[int, list[int]] = defaultdict(list)
    for index in edges:
        outgoing[program.calls[index].caller].append(index)
    wrappers = _wrappers(program)
    paths: dict[int, tuple[int, ...]] = {
        function.id: () for function in program.functions if function.is_async and function.in_project
    }
    paths |= {function: () for function in called_later if program.functions[function].in_project}
    queue = deque(paths)
    while queue:
        function = queue.popleft()
        for index in outgoing[function]:
            for target in edges[index]:
                for reached in (target, *wrappers.get(target, ())):
                    if reached not in paths and program.functions[reached].in_project:
                        paths[reached] = (*paths[function], index)
                        queue.append(reached)
    return paths


def _wrappers(program: Program) -> dict[int, tuple[int, ...]]:
    """Functions that run in the place of a decorated one: those nested in the project's decorators that are sync."""
    nested: dict[str, list[int]] = defaultdict(list)
    for function in program.functions:
        if function.in_project and function.parent is not None and not function.is_async:
            outer = program.functions[function.parent]
            while outer.parent is not None:
                outer = program.functions[outer.parent]
            nested[outer.name].append(function.id)
    return {
        decorated: tuple(one for name in names for one in nested.get(name, ()))
        for decorated, names in program.decorators.items()
    }


def _finding(
    index: int,
    targets: Iterable[int],
    waits: Mapping[int, Wait],
    from_loop: Mapping[int, tuple[int, ...]],
    program: Program,
) -> Finding | None:
    """What is to be said of a call that waits outside of the project; None for a call of the project's own."""
    call, functions = program.calls[index], program.functions
    outside = [target for target in targets if target in waits and not functions[target].in_project]
    if not outside:
        return None
    target = min(outside, key=lambda one: rank(waits[one]))
    wait = waits[target]
    if wait.blocks.rough_cost == "microseconds":
        return None
    above = from_loop.get(call.caller)
    leading = [program.calls[one] for one in above or ()]
    begin = functions[leading[0].caller if leading else call.caller]
    chain = [Link(begin.path or call.path, begin.line, begin.name)]
    for step, following in pairwise([*leading, call]):
        chain.append(Link(step.path, step.line, functions[following.caller].name))
    chain.append(Link(call.path, call.line, functions[target].name))
    inside = target
    for line, callee in wait.steps:
        chain.append(Link(functions[inside].path or call.path, line, functions[callee].name))
        inside = callee
    return Finding(
        path=call.path,
        line=call.line,
        column=call.column,
        function=functions[call.caller].name,
        category=wait.category,
        cost=wait.blocks.rough_cost,
        on_loop=above is not None,
        sure=wait.sure and all(step.sure and program.is_receiver_known(step) for step in (*leading, call)),
        chain=tuple(chain),
        call=index,
    )


def _unknown(project: Project, program: Program) -> Iterator[Unknown]:
    for index, call in enumerate(program.calls):
        if call.unknown is not None and call.kind == "call":
            yield Unknown(call.path, call.line, call.column, _callee(project, call), call.unknown, index)


def _unfinished(
    project: Project,
    program: Program,
    edges: Mapping[int, tuple[int, ...]],
    waits: Mapping[int, Wait],
    ends: Mapping[int, OpenEnd],
) -> Iterator[Unknown]:
    """Calls into installed packages that come to something unknown, where nothing else is known to wait."""
    if not ends:
        return
    for index, targets in sorted(edges.items()):
        call = program.calls[index]
        if call.unknown is not None or not waits.keys().isdisjoint(targets):
            continue
        end = next((ends[target] for target in targets if target in ends), None)
        if end is not None:
            function = program.functions[end.function]
            inside = Link(function.path or "", end.line, function.name)
            text = _callee(project, call)
            yield Unknown(call.path, call.line, call.column, text, INSIDE_INSTALLED, index, inside)


def _callee(project: Project, call: Call) -> str:
    """What is called, as it is written: without the arguments, on one line."""
    text = project.sources[call.path].data[call.start : call.end].decode()
    depth, end = 0, text.rfind("(")
    if end <= 0 or text.find(")", end) != len(text) - 1:  # not a call with plain arguments
        for end in range(len(text) - 1, 0, -1):
            depth += (text[end] == ")") - (text[end] == "(")
            if depth == 0:
                break
    return " ".join(text[:end].split())[:80] or text[:80]
