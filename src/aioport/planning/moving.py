"""Whether statements or an expression may move into a function that runs in a thread, and which names go in and out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aioport.planning.bindings import (
    Suppresses,
    bound_after,
    captured_inside,
    captured_outside,
    names_bound,
    parameters,
    read_first,
    read_later,
    read_on_failure,
)
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax, own_nodes

LOOKS_AROUND = {"super", "locals", "vars", "dir", "eval", "exec", "breakpoint"}
"""Builtins whose answer depends on the function that they are called in."""

OF_THE_HANDLER = {"exc_info", "print_exc", "format_exc", "exception", "print_exception"}
"""Functions that look at the exception which is being handled; each thread has its own."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a nested function made of a run of statements does to the names of the function around it.

    returned: bound inside and used later; bound anew from its result.
    shared: bound before as well, and read inside or after a failure; declared `nonlocal`.
    """

    returned: tuple[str, ...]
    shared: tuple[str, ...]


def find_obstacle(syntax: Syntax, root: ast.stmt | ast.expr) -> str | None:
    """Why a statement or an expression would mean something else in a function of its own, in a thread."""
    for node in (root, *own_nodes(root)):
        reason = _obstacle(syntax, root, node)
        if reason is not None:
            return f"line {getattr(node, 'lineno', root.lineno)} {reason}"
    return None


def find_call_obstacle(syntax: Syntax, node: ast.Call) -> str | None:
    """Why a call cannot be made in a thread, though its function and arguments are evaluated where they are."""
    reason = _obstacle(syntax, node, node)
    return f"line {node.lineno} {reason}" if reason is not None else None


def _obstacle(syntax: Syntax, root: ast.stmt | ast.expr, node: ast.AST) -> str | None:
    match node:
        case ast.Yield() | ast.YieldFrom():
            return "yields"
        case ast.Await() | ast.AsyncFor() | ast.AsyncWith() | ast.comprehension(is_async=1):
            return "awaits"
        case ast.NamedExpr() if isinstance(root, ast.expr):
            return "binds a name inside an expression"
        case ast.Global() | ast.Nonlocal() | ast.Import() | ast.ImportFrom():
            return "declares or imports names"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return "defines a function or class"
        case ast.Delete(targets=targets) if any(isinstance(target, ast.Name) for target in targets):
            return "deletes a name"
        case ast.Name(id="__class__"):
            return "looks at the class around it"
        case ast.Call(func=ast.Name(id=name)) if name in LOOKS_AROUND:
            return f"calls {name}(), which looks at the function around it"
        case ast.Call(func=ast.Name(id="next"), args=[_]) if not _is_within(syntax, root, node, ast.Try):
            return "may raise StopIteration, which no thread can hand back"
        case ast.Break() | ast.Continue() if not _is_within(syntax, root, node, ast.For, ast.While):
            return "leaves the loop around it"
        case ast.Raise(exc=None) if not _is_within(syntax, root, node, ast.ExceptHandler):
            return "raises the exception that is being handled"
        case ast.Call(func=called) if _asks_handler(node, called):
            handled = any(isinstance(one, ast.ExceptHandler) for one in syntax.ancestors(root))
            if handled and not _is_within(syntax, root, node, ast.ExceptHandler):
                return "looks at the exception that is being handled"
    return None


def _is_within(syntax: Syntax, root: ast.AST, node: ast.AST, *kinds: type[ast.AST]) -> bool:
    """Whether the body of something of these kinds holds a node, within a root or as the root itself."""
    child = node
    for parent in syntax.ancestors(node):
        if isinstance(parent, kinds) and child in getattr(parent, "body", ()):
            return True
        if parent is root:
            return False
        child = parent
    return False


def _asks_handler(call: ast.Call, called: ast.expr) -> bool:
    name = (dotted(called) or "").rpartition(".")[2] or (
        called.attr if isinstance(called, ast.Attribute) else ""
    )
    return name in OF_THE_HANDLER or any(one.arg == "exc_info" for one in call.keywords)


def leaves_function(run: Sequence[ast.stmt]) -> bool:
    """Whether a statement of the run may return."""
    return any(isinstance(node, ast.Return) for one in run for node in (one, *own_nodes(one)))


def stands_alone(syntax: Syntax, run: Sequence[ast.stmt]) -> bool:
    """Whether a run of statements has its lines to itself, so that they can be moved as lines."""
    data, starts = syntax.source.data, syntax.source.line_starts
    begin, end = syntax.span(run[0])[0], syntax.span(run[-1])[1]
    if data[starts[run[0].lineno - 1] : begin].strip():
        return False
    last_line = run[-1].end_lineno or run[-1].lineno
    rest = data[end : starts[last_line] if last_line < len(starts) else len(data)].strip()
    return not rest or rest.startswith(b"#")


def find_names(
    syntax: Syntax, function: FunctionNode, run: Sequence[ast.stmt], suppresses: Suppresses
) -> Names | str:
    """The names that a run of statements hands on when it is a function; or why that cannot be arranged."""
    inside = set(run)
    bound = tuple(dict.fromkeys(names_bound(run)))
    elsewhere = set(parameters(function)) | set(_bound_outside(function, inside))
    declared = {
        name
        for node in ast.walk(function)
        if isinstance(node, ast.Global | ast.Nonlocal)
        for name in node.names
    }
    if outer := sorted(declared & set(bound)):
        return f"{outer[0]} is not the function's own name"
    before = read_first(run, suppresses=suppresses)
    surely = bound_after(run, suppresses)
    after = read_later(syntax, function, run, suppresses) if surely is not None else set()
    failed = read_on_failure(syntax, function, run, suppresses) - set(_bound_at_the_end(run))
    looped = any(
        isinstance(one, ast.For | ast.AsyncFor | ast.While) for one in _around(syntax, function, run[0])
    )
    # A function that is defined later cannot have been called by the run, if the run is not repeated.
    captured = captured_outside(function, run, before=None if looped else run[0])
    kept = captured_inside(run)
    annotated = {
        node.target.id
        for one in run
        for node in (one, *own_nodes(one))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    returned, shared = [], []
    for name in bound:
        seen = name in failed or name in captured
        late = name in after and surely is not None and name not in surely
        if name in elsewhere and (seen or late or name in before or name in kept):
            if name in annotated:
                return f"{name} is annotated, and cannot be declared `nonlocal` as well"
            shared.append(name)
        elif seen or late or (looped and (name in before or name in kept)):
            return f"{name} may be unbound when it is read"
        elif name in after:
            returned.append(name)
    return Names(tuple(returned), tuple(shared))


def _around(syntax: Syntax, function: FunctionNode, statement: ast.stmt) -> list[ast.AST]:
    found = []
    for parent in syntax.ancestors(statement):
        if parent is function:
            break
        found.append(parent)
    return found


def _bound_outside(function: FunctionNode, inside: set[ast.stmt]) -> list[str]:
    """Names that a function binds elsewhere than in some of its statements."""
    return list(names_bound(_without(function.body, inside)))


def _without(suite: Sequence[ast.stmt], inside: set[ast.stmt]) -> list[ast.AST]:
    """The statements of a suite, those that hold some of `inside` taken apart, without these."""
    found: list[ast.AST] = []
    for node in suite:
        if node in inside:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or not _holds(
            node, inside
        ):
            found.append(node)
        else:
            found.extend(_taken_apart(node, inside))
    return found


def _taken_apart(node: ast.AST, inside: set[ast.stmt]) -> list[ast.AST]:
    found: list[ast.AST] = []
    if isinstance(node, ast.ExceptHandler) and node.name is not None:
        found.append(ast.Name(node.name, ast.Store()))
    for child in ast.iter_child_nodes(node):
        if child in inside:
            continue
        found.extend(_taken_apart(child, inside) if _holds(child, inside) else [child])
    return found


def _holds(node: ast.AST, inside: set[ast.stmt]) -> bool:
    return any(child in inside for child in ast.walk(node))


def _bound_at_the_end(run: Sequence[ast.stmt]) -> list[str]:
    """Names that only the last statement binds, after everything in it that can fail."""
    last = run[-1]
    if not isinstance(last, ast.Assign | ast.AnnAssign):
        return []
    earlier = set(names_bound(run[:-1]))
    targets = last.targets if isinstance(last, ast.Assign) else [last.target]
    return (
        [one.id for one in targets if isinstance(one, ast.Name) and one.id not in earlier]
        if len(targets) == 1
        else []
    )


def writes_shared(run: Sequence[ast.stmt], is_own: Callable[[str], bool]) -> str | None:
    """An attribute or item that statements assign to and that is not of an object made by them."""
    for one in run:
        for node in (one, *own_nodes(one)):
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
                base = node.value
                while isinstance(base, ast.Attribute | ast.Subscript):
                    base = base.value
                if not (isinstance(base, ast.Name) and is_own(base.id)):
                    return f"line {node.lineno} assigns to `{ast.unparse(node)}`, which other tasks may see"
    return None
