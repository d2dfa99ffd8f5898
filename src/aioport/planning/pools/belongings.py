"""What a function that runs in a pool of threads does that only a thread of its own can do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from aioport.blocking.primitives import called_names
from aioport.planning.analysis import Analysis
from aioport.planning.plan import CallDecision
from aioport.planning.pools.model import PoolGroup


def find_belonging(analysis: Analysis, group: PoolGroup) -> str | None:
    """Why what a group's functions do, or what is done beside them, needs threads; None where nothing does."""
    pools = {index for one in analysis.callables.pools.groups for index in _spans(analysis, one)}
    classes = _per_thread(analysis)
    for function in _reached(analysis, group.targets):
        name = analysis.function(function).name
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            asked = next(
                (one for one in called_names(call, analysis.program) if analysis.catalog.is_per_thread(one)),
                None,
            )
            if asked is not None:
                return f"{name} calls {asked}, which belongs to a thread"
            wait = analysis.facts.calls.get(index)
            if wait is not None and wait.category == "lock" and not wait.steps and call.kind == "call":
                if (call.path, call.start, call.end) not in pools:
                    return f"{name} waits for other threads, by {wait.primitive}"
        path = analysis.function(function).path
        for node in analysis.body(function) if classes and path is not None else ():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                known = analysis.program.type_at(str(path), *analysis.syntax[str(path)].span(node))
                if known is not None and not classes.isdisjoint(known.classes):
                    return f"{name} uses `{ast.unparse(node)}`, which is another one in each thread"
    return _why_it_blocks(analysis, group, pools) or _why_it_spins(analysis, group)


def _why_it_blocks(
    analysis: Analysis, group: PoolGroup, pools: AbstractSet[tuple[str, int, int]]
) -> str | None:
    """A wait for other threads beside the pools that is never moved, so that no task could go on meanwhile; or a wait in
    what is called when something is done, which runs on the event loop."""
    syntax = analysis.syntax[group.path]
    spans = [syntax.span(one) for one in group.callbacks]
    for index in analysis.indices_of(group.path):
        call = analysis.program.calls[index]
        if any(low <= call.start and call.end <= high for low, high in spans):
            if index in analysis.facts.calls or call.unknown is not None:
                return f"line {call.line} may wait when something is done"
    for function in _reached(analysis, (group.function,)):
        for index in analysis.calls_in.get(function, ()):
            call, wait = analysis.program.calls[index], analysis.facts.calls.get(index)
            if wait is None or wait.category != "lock" or wait.steps or call.kind != "call":
                continue
            if wait.blocks.treatment == "report" and (call.path, call.start, call.end) not in pools:
                return f"{analysis.function(function).name} waits for other threads, by {wait.primitive}"
    return None


def find_blocked(
    analysis: Analysis, wanted: AbstractSet[int], kept: Mapping[int, CallDecision]
) -> Iterator[tuple[int, str]]:
    """Functions of pools that would block the event loop, and with it all that runs beside them, and why.

    kept: what becomes of calls.
    """
    for group in analysis.callables.pools.groups:
        if wanted.isdisjoint(group.targets):
            continue
        reached = frozenset(_reached(analysis, group.targets))
        for function in sorted(reached | {group.function}):
            for index in analysis.calls_in.get(function, ()) if function in wanted else ():
                wait = analysis.facts.calls.get(index)
                is_beside = function in reached or (wait is not None and wait.category == "lock")
                if index in kept and kept[index].action == "keep" and is_beside:
                    call = analysis.program.calls[index]
                    where = f"{call.path}:{call.line}"
                    reason = f"{where} would block what runs beside it in {group.name}: {kept[index].reason}"
                    yield from ((target, reason) for target in group.targets)


def _reached(analysis: Analysis, functions: tuple[int, ...]) -> Iterator[int]:
    """The functions of the project that some functions may run, themselves included."""
    todo, seen = list(functions), set(functions)
    while todo:
        function = todo.pop()
        yield function
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            for target in (*call.targets, *(one for _, handed in call.callbacks for one in handed)):
                if target not in seen and analysis.function(target).in_project:
                    seen.add(target)
                    todo.append(target)


def _spans(analysis: Analysis, group: PoolGroup) -> Iterator[tuple[str, int, int]]:
    syntax = analysis.syntax[group.path]
    for call in (*group.awaited, *group.lazy, *(one.call for one in group.submissions)):
        yield (group.path, *syntax.span(call))


def _per_thread(analysis: Analysis) -> frozenset[str]:
    """Classes of objects that are others in each thread, those that the project derives included."""
    program = analysis.program
    outside = {
        one.id for one in program.classes if not one.in_project and analysis.catalog.is_per_thread(one.name)
    }
    return frozenset(
        one.name for one in program.classes if one.id in outside or not outside.isdisjoint(one.ancestors)
    )


def _why_it_spins(analysis: Analysis, group: PoolGroup) -> str | None:
    """A loop that goes round until a thread has done something, without a wait in which a task could do it."""
    syntax = analysis.syntax[group.path]
    waits = [
        (analysis.program.calls[index].start, analysis.program.calls[index].end)
        for index in analysis.calls_in.get(group.function, ())
        if index in analysis.facts.calls
    ]
    for loop in group.asking:
        if not any(_sleeps(analysis, group.path, one) for one in loop.body):
            return f"line {loop.lineno} asks again and again how far it has got, without a pause"
    for node in analysis.body(group.function):
        if isinstance(node, ast.While):
            low, high = syntax.span(node)
            if not any(low <= start and end <= high for start, end in waits) and _decided_outside(node):
                return f"line {node.lineno} goes round until another thread has done something"
    return None


def _sleeps(analysis: Analysis, path: str, statement: ast.stmt) -> bool:
    """Whether a statement is a pause, which lets tasks go on."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    index = analysis.call_at.get((path, *analysis.syntax[path].span(statement.value)))
    wait = analysis.facts.calls.get(index) if index is not None else None
    return wait is not None and wait.category == "sleep"


def _decided_outside(loop: ast.While) -> bool:
    """Whether nothing that a loop looks at for its end is changed in it."""
    inside = list(ast.walk(loop))
    tests = [loop.test, *(one.test for one in inside if isinstance(one, ast.If))]
    asked = {one.id for test in tests for one in ast.walk(test) if isinstance(one, ast.Name)}
    changed = {one.id for one in inside if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    for one in inside:
        match one:
            case ast.Call(func=ast.Attribute(value=value)):
                changed |= {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
            case (
                ast.Subscript(value=value, ctx=ast.Store() | ast.Del())
                | ast.Attribute(value=value, ctx=ast.Store() | ast.Del())
            ):
                changed |= {part.id for part in ast.walk(value) if isinstance(part, ast.Name)}
    return asked.isdisjoint(changed)
