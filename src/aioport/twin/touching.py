"""Which attributes code touches, by their bare names: what two pieces of code may disturb one another through."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from aioport.planning.analysis import Analysis
from aioport.positions import Span
from aioport.program.model import Call
from aioport.program.syntax import Syntax

PURE = frozenset(
    name
    for kind in (tuple, frozenset, str, bytes, int)
    for name in dir(kind)
    if not name.startswith("_") and not hasattr(bytearray, name)
) | {"copy", "count", "index", "items", "keys", "values", "get", "startswith", "endswith", "encode", "decode"}
"""Methods of builtins that change nothing."""

MOST_FUNCTIONS = 60
"""Code that runs more functions of the project than this is not looked through."""


@dataclass
class Touched:
    """What code reads and writes; `unknown` is why it may do more than that.

    aliased: it writes to something that a variable holds, which may be anything that it reads.
    """

    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    aliased: bool = False
    unknown: str | None = None

    @property
    def every(self) -> set[str]:
        """All that is touched in either way."""
        return self.read | self.written

    def changed(self) -> set[str]:
        """All that may be written."""
        return self.every if self.aliased else self.written

    def disturbs(self, other: Touched) -> bool:
        """Whether one of the two writes what the other one touches."""
        return not (self.changed().isdisjoint(other.every) and other.changed().isdisjoint(self.every))


def find_touched(analysis: Analysis, function: int, held: Span, *, own_class: bool) -> Touched:
    """What a range of a function's text touches, with all functions of the project that it runs.

    own_class: follow methods of the function's own class only, and take nothing for unknown.
    """
    found = Touched()
    owner = analysis.function(function).owner
    line = {owner, *(analysis.program.classes[owner].ancestors if owner is not None else ())}
    todo: list[tuple[int, Span | None]] = [(function, held)]
    seen = {function}
    while todo and found.unknown is None:
        current, span = todo.pop()
        for target in _touch(analysis, current, span, found, lenient=own_class):
            if target not in seen and (not own_class or analysis.function(target).owner in line):
                seen.add(target)
                todo.append((target, None))
        if len(seen) > MOST_FUNCTIONS and not own_class:
            found.unknown = "it runs too much to be looked through"
    return found


def _touch(
    analysis: Analysis, function: int, span: Span | None, found: Touched, *, lenient: bool
) -> Iterator[int]:
    """Adds what a function's own text touches, or a part of it; the functions of the project that it runs."""
    one, node = analysis.function(function), analysis.node(function)
    if node is None or one.path is None:
        found.unknown = found.unknown or f"{one.name} is not understood"
        return
    syntax = analysis.syntax[one.path]
    fresh = _fresh(node)
    for child in ast.walk(node):
        if span is not None and not _is_in(child, span, syntax):
            continue
        match child:
            case ast.Attribute(attr=name, ctx=ast.Load()):
                found.read.add(name)
            case ast.Attribute(attr=name):
                found.written.add(name)
            case ast.Subscript(value=held, ctx=ast.Store() | ast.Del()):
                _write(held, fresh, found)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                found.written.update(names)
    for index in analysis.calls_in.get(function, ()):
        call = analysis.program.calls[index]
        if span is not None and not (span[0] <= call.start and call.end <= span[1]):
            continue
        inside = [target for target in call.targets if analysis.function(target).in_project]
        yield from inside
        if inside:
            _hand_over(analysis, call, fresh, found)
        elif (expression := analysis.expression(call)) is not None and call.kind == "call":
            _call_outside(call, expression, fresh, found, lenient=lenient)


def _hand_over(analysis: Analysis, call: Call, fresh: Iterable[str], found: Touched) -> None:
    """What is passed to a function of the project may be changed there."""
    node = analysis.expression(call) if call.kind == "call" else None
    if isinstance(node, ast.Call):
        for argument in (*node.args, *(one.value for one in node.keywords)):
            if isinstance(argument, ast.Attribute):
                _write(argument, fresh, found)


def _call_outside(call: Call, node: ast.expr, fresh: Iterable[str], found: Touched, *, lenient: bool) -> None:
    match node:
        case ast.Call(func=ast.Attribute(attr=name, value=held)):
            if name not in PURE:
                _write(held, fresh, found)
            elif not call.targets and call.unknown is None and not lenient:
                found.unknown = f"it is not known what `{name}` runs"
        case _ if not call.targets and call.unknown is not None and not lenient:
            found.unknown = f"line {call.line} calls something unknown"


def _write(held: ast.expr, fresh: Iterable[str], found: Touched) -> None:
    """Adds what is changed where a value is: an attribute, or all that is read where a name may hold one of them."""
    match held:
        case ast.Attribute(attr=name):
            found.written.add(name)
        case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
            _write(inner, fresh, found)
        case ast.Name(id=name) if name not in fresh:
            found.aliased = True


def _fresh(node: ast.AST) -> frozenset[str]:
    """Names of a function that only ever hold what it made itself."""
    made: dict[ast.AST, str] = {}
    stored: dict[ast.AST, str] = {}
    for child in ast.walk(node):
        match child:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                displayed = isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp)
                if displayed or _is_copy(value):
                    made[target] = name
            case ast.Name(id=name, ctx=ast.Store()):
                stored[child] = name
            case ast.arg(arg=name):
                stored[child] = name
    other = {name for one, name in stored.items() if one not in made}
    return frozenset(made.values()) - other


def _is_copy(value: ast.expr) -> bool:
    match value:
        case ast.Call(func=ast.Name(id="list" | "dict" | "set" | "sorted" | "tuple")):
            return True
    return False


def _is_in(node: ast.AST, held: Span, syntax: Syntax) -> bool:
    if not isinstance(node, ast.expr | ast.stmt):
        return False
    low, high = syntax.span(node)
    return held[0] <= low and high <= held[1]
