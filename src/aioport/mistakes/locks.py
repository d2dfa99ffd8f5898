"""Locks of threads that are held while a task waits: another task that asks for one stops the whole event loop."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from aioport.mistakes.excerpt import Excerpt
from aioport.mistakes.mistake import Mistake
from aioport.mistakes.view import View
from aioport.program.model import Call
from aioport.program.syntax import own_nodes


def find_held_locks(view: View) -> Iterator[Mistake]:
    """Every lock that an `async def` takes and still has while something is awaited."""
    functions = view.program.functions
    for index, wait in view.facts.calls.items():
        call = view.program.calls[index]
        if wait.category != "lock" or not functions[call.caller].is_async:
            continue
        if call.kind != "enter" and b"acquire" not in view.data(call):
            continue
        found = view.expression(call)
        if found is None:
            continue
        excerpt, node = found
        if call.kind == "enter" and (not wait.steps or _keeps_lock(view, call)):
            lock, held = node, _held_in_block(excerpt, node)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "acquire"
        ):
            lock, held = node.func.value, _held_until_release(view, call, excerpt, node.func.value)
        else:
            continue
        waiting = min((line for one in held for line in _suspensions(one)), default=None)
        if waiting is not None:
            message = (
                f"`{excerpt.text(lock)}` is held while line {waiting} awaits, and a task that then asks for it stops "
                "the event loop: use an asyncio lock, or release it before"
            )
            yield view.mistake(call, "lock-across-await", message)


def _keeps_lock(view: View, call: Call) -> bool:
    """Whether a context manager of the project's own takes a lock when it is entered, and keeps it."""
    for target in call.targets:
        node = view.definition(target)
        methods = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)} if node else set()
        if "acquire" not in methods or "release" in methods:
            return False
    return True


def _held_in_block(excerpt: Excerpt, node: ast.expr) -> Iterable[ast.AST]:
    """What runs while a `with` statement holds what `node` gives."""
    item = excerpt.parents.get(node)
    statement = excerpt.parents.get(item) if item is not None else None
    if not isinstance(item, ast.withitem) or not isinstance(statement, ast.With):
        return ()
    return (*statement.items[statement.items.index(item) + 1 :], *statement.body)


def _held_until_release(view: View, call: Call, excerpt: Excerpt, lock: ast.expr) -> Iterable[ast.AST]:
    """What stands between an `acquire` and the first `release` of the same lock behind it."""
    function = view.definition(call.caller)
    if function is None:
        return ()
    name = excerpt.text(lock)
    releases = [
        start
        for node in own_nodes(function)
        if isinstance(node, ast.Attribute)
        and node.attr == "release"
        and (start := excerpt.span(node)[0]) > call.end
        and excerpt.text(node.value) == name
    ]
    end = min(releases, default=0)
    return [
        node
        for node in own_nodes(function)
        if isinstance(node, ast.expr | ast.stmt) and call.end <= excerpt.span(node)[0] < end
    ]


def _suspensions(node: ast.AST) -> Iterator[int]:
    """The lines on which a task may wait in a piece of code: not inside nested functions and generators."""
    todo = [node]
    while todo:
        match current := todo.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() | ast.ClassDef():
                continue
            case ast.GeneratorExp(generators=[first, *_]):
                # The rest runs when the generator is read.
                todo.append(first.iter)
                continue
            case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
                yield current.lineno
            case ast.comprehension(is_async=1, iter=iterable):
                yield iterable.lineno
        todo.extend(ast.iter_child_nodes(current))
