"""What a `with` enters and a `for` goes through where the body awaits: it is worked in threads, one step at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from aioport.planning.analysis import Analysis
from aioport.program.syntax import FunctionNode

ENTERED = frozenset({"database", "dns", "file", "network", "process"})
"""What may be waited for when a manager is entered in one thread and left in another. A lock is not among it: it
belongs to the thread that took it."""

READ_AHEAD = 256
"""Lines of a file that are read in one call in a thread, which costs as much as reading a few thousand of them."""


def may_be_entered(analysis: Analysis, indices: Iterable[int], within: frozenset[int] = frozenset()) -> bool:
    """Whether a context manager may be entered in another thread: one that waits for something outside and takes no lock.

    indices: of the calls that make, enter and leave it.
    within: generators that are looked into already.
    """
    for index in indices:
        wait = analysis.facts.calls.get(index)
        if wait is None or wait.blocks.category not in ENTERED:
            return False
        own = [one for one in analysis.program.calls[index].targets if analysis.function(one).in_project]
        makers = frozenset(own) & analysis.generators
        if makers & within or any(_is_inside_block(analysis, one, within | makers) for one in makers):
            return False
        if not _waits_outside_only(analysis, own):
            return False
    return True


def _waits_outside_only(analysis: Analysis, entered: Iterable[int]) -> bool:
    """Whether functions of the project's, and those of them that they call, wait for what any thread may wait for.

    entered: the methods of a context manager, or the generator that it is made of. Other generators are not looked into.
    """
    todo = list(entered)
    seen, makers = set(todo), set(todo)
    while todo:
        function = todo.pop()
        is_gone_through = function in analysis.generators and function not in makers
        if is_gone_through or analysis.function(function).is_async:
            return False
        for index in analysis.calls_in.get(function, ()):
            wait, call = analysis.facts.calls.get(index), analysis.program.calls[index]
            if wait is not None and wait.category not in ENTERED:
                return False
            own = {one for one in call.targets if analysis.function(one).in_project}
            node = analysis.expression(call) if own & analysis.generators else None
            if node is not None and isinstance(analysis.syntax[call.path].parents[node], ast.withitem):
                makers |= own
            todo += own - seen
            seen |= own
    return True


def holds_between_items(analysis: Analysis, indices: Iterable[int]) -> bool:
    """Whether a generator of the project's is inside a block, while its reader works, that may have to end where it began.

    indices: of the calls that make and read what a loop goes through.
    """
    targets = {target for index in indices for target in analysis.program.calls[index].targets}
    return any(_is_inside_block(analysis, one, frozenset((one,))) for one in targets & analysis.generators)


def _is_inside_block(analysis: Analysis, generator: int, within: frozenset[int]) -> bool:
    """Whether a generator yields inside of a block that may have to end in the thread where it began."""
    node, path = analysis.node(generator), analysis.function(generator).path
    if node is None or path is None:
        return False
    syntax = analysis.syntax[path]
    for block in (one for one in analysis.body(generator) if isinstance(one, ast.With)):
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(block)):
            made = [analysis.call_at.get((path, *syntax.span(one.context_expr))) for one in block.items]
            if not may_be_entered(analysis, [-1 if one is None else one for one in made], within):
                return True
    return False


def read_ahead(analysis: Analysis, indices: Iterable[int], statement: ast.For, function: FunctionNode) -> int:
    """How many items of what a loop goes through may be read at once: lines of a file that nobody else can read on in.

    indices: of the calls that wait where it is gone through. function: around the loop.
    """
    calls = [analysis.program.calls[index] for index in indices if index in analysis.facts.calls]
    waits = [analysis.facts.calls[index] for index in indices if index in analysis.facts.calls]
    if not any(
        call.kind == "iter" and wait.primitive.startswith("io.")
        for call, wait in zip(calls, waits, strict=True)
    ):
        return 1
    if isinstance(statement.iter, ast.Call):
        makers = [call for call in calls if call.kind == "call"]
        # What a function of the project's returns may be a file that others read as well.
        is_own = any(analysis.function(target).in_project for call in makers for target in call.targets)
        return READ_AHEAD if makers and not is_own else 1
    return READ_AHEAD if isinstance(statement.iter, ast.Name) and _is_own(statement.iter, function) else 1


def _is_own(name: ast.Name, function: FunctionNode) -> bool:
    """Whether a name stands for what a call in the function has made, and is read in one place only."""
    bound, read = 0, 0
    for node in ast.walk(function):
        match node:
            case (
                ast.withitem(context_expr=ast.Call(), optional_vars=ast.Name(id=name.id))
                | ast.Assign(targets=[ast.Name(id=name.id)], value=ast.Call())
            ):
                bound += 1
            case ast.Name(id=name.id, ctx=ast.Load()):
                read += 1
    stored = sum(
        isinstance(one, ast.Name) and one.id == name.id and not isinstance(one.ctx, ast.Load)
        for one in ast.walk(function)
    )
    return bound == stored == read == 1
