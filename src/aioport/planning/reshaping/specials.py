"""`obj[key]`, `key in obj` and `len(obj)` that have to await -> calls of named methods, where every use is explicit."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from aioport.planning.analysis import Analysis
from aioport.planning.protocol_bases import HARMLESS
from aioport.planning.reshaping.classes import ancestors, descendants, free_member
from aioport.program.model import Call
from aioport.program.names import dotted
from aioport.program.syntax import nodes_in
from aioport.values.implicit import ITERATING

NAMES = {"__getitem__": "get_item", "__contains__": "contains", "__len__": "length"}
"""What a special method is called when it is called by name."""

LOOKING_ONLY = frozenset(
    {"print", "repr", "str", "id", "type", "isinstance", "issubclass", "len", "hash", "super"}
)
"""Builtins that may be given an object without using its items or its length."""

KEEPING = frozenset(
    {"builtins.list.append", "builtins.list.insert", "builtins.set.add", "builtins.dict.setdefault"}
)
"""Methods of collections that keep an object, whose type they then say."""


@dataclass(frozen=True, slots=True)
class Special:
    """A special method that gets a name of its own.

    is_bool: whether all that it returns is plainly a bool.
    """

    name: str
    is_bool: bool = False


def shape_special(analysis: Analysis, function: int) -> Special | str:
    """What a special method is called from now on, or why it has to stay."""
    one, node = analysis.function(function), analysis.node(function)
    assert one.owner is not None
    if not isinstance(node, ast.FunctionDef) or node.decorator_list or function in analysis.generators:
        return "it is decorated, or a generator"
    related = (one.owner, *ancestors(analysis, one.owner), *descendants(analysis, one.owner))
    for class_id in related:
        for above in analysis.program.classes[class_id].ancestors:
            base = analysis.program.classes[above]
            if not base.in_project and base.name not in HARMLESS:
                return f"{base.name}, which its class is derived from, uses it as well"
    used = analysis.calls_of.get(function, ())
    if not used:
        return "nothing in the project uses it"
    for index in used:
        call = analysis.program.calls[index]
        if (obstacle := _obstacle_of_use(analysis, call, one.bare_name)) is not None:
            return f"{call.path}:{call.line} {obstacle}"
    stray = _stray(analysis, {analysis.program.classes[class_id].name for class_id in related}, one.bare_name)
    if stray is not None:
        return stray
    plain = NAMES[one.bare_name]
    names = chain((plain, f"a{plain}"), (f"{plain}_{number}" for number in count(2)))
    return Special(free_member(analysis, one.owner, names), _returns_bool(node))


def _obstacle_of_use(analysis: Analysis, call: Call, name: str) -> str | None:
    node = analysis.expression(call)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
        return None
    if name == "__getitem__" and isinstance(node, ast.Subscript) and call.kind == "item":
        if not isinstance(node.ctx, ast.Load):
            return "assigns to the item that it reads"
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return "takes a slice" if any(isinstance(one, ast.Slice | ast.Starred) for one in parts) else None
    if name == "__contains__" and isinstance(node, ast.Compare):
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.In | ast.NotIn):
            return "compares in a chain"
        if not all(_is_plain(analysis, call.path, one) for one in (node.left, node.comparators[0])):
            return "computes what is looked for, or where, and the order would change"
        return None
    if (
        name == "__len__"
        and isinstance(node, ast.Call)
        and dotted(node.func) == "len"
        and len(node.args) == 1
    ):
        return None
    return f"uses {name} where no method can be called by its name"


def _is_plain(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether it makes no difference when an expression is evaluated; reading a property may."""
    if isinstance(node, ast.Attribute):
        span = analysis.syntax[path].span(node)
        reads = any((call.start, call.end) == span for call in analysis.calls_by_path(path))
        return not reads and _is_plain(analysis, path, node.value)
    return isinstance(node, ast.Name | ast.Constant)


def _returns_bool(node: ast.FunctionDef) -> bool:
    """Whether all that a function returns is plainly a bool."""
    returns = [
        inner for statement in node.body for inner in nodes_in(statement) if isinstance(inner, ast.Return)
    ]
    return bool(returns) and all(
        isinstance(one.value, ast.Compare)
        or (isinstance(one.value, ast.UnaryOp) and isinstance(one.value.op, ast.Not))
        or (isinstance(one.value, ast.Constant) and isinstance(one.value.value, bool))
        for one in returns
    )


def _stray(analysis: Analysis, classes: set[str], name: str) -> str | None:
    """Where an object may be used by code that is not followed, or its truth asked for, in words."""
    bare = sorted(one.rpartition(".")[2] for one in classes)
    for path in analysis.program.typed_with(bare):
        if path not in analysis.project.sources:
            continue
        syntax = analysis.syntax[path]
        for node in syntax.nodes:
            if isinstance(node, ast.Call):
                iterates = name == "__getitem__" and dotted(node.func) in ITERATING
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    if not _is_of(analysis, path, argument, classes):
                        continue
                    if iterates and _is_iterable(analysis, path, argument):
                        continue
                    if not _is_followed(analysis, path, node) and not _is_kept(analysis, path, node, classes):
                        return f"{analysis.where(path, node)} passes an object to code that may use {name}"
            elif isinstance(node, ast.For | ast.comprehension | ast.Starred):
                over = node.value if isinstance(node, ast.Starred) else node.iter
                is_asked = name == "__getitem__" and _is_of(analysis, path, over, classes)
                if is_asked and not _is_iterable(analysis, path, over):
                    return f"{analysis.where(path, over)} iterates over an object, maybe by its items"
            if name == "__len__":
                for tested in _tested(node):
                    if _is_of(analysis, path, tested, classes):
                        return f"{analysis.where(path, tested)} asks for the truth of an object, which is its length"
    return None


def _is_iterable(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether going through an object never asks for its items by number, since its classes say how it is done."""
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    return (
        known is not None
        and known.exhaustive
        and all(analysis.program.find_method(one, "__iter__") is not None for one in known.ids)
    )


def _tested(node: ast.AST) -> Iterator[ast.expr]:
    """Expressions whose truth a node asks for, or may hand on to what asks."""
    match node:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            yield test
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BoolOp(values=values):
            yield from values
        case ast.comprehension(ifs=conditions):
            yield from conditions


def _is_of(analysis: Analysis, path: str, node: ast.expr, classes: set[str]) -> bool:
    if isinstance(node, ast.Starred):
        return False
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node))
    return known is not None and not classes.isdisjoint(known.classes)


def _is_followed(analysis: Analysis, path: str, node: ast.Call) -> bool:
    """Whether a call only looks at its arguments, or is one of the project's functions and knows what they are."""
    name = dotted(node.func)
    if name in LOOKING_ONLY:
        return True
    index = analysis.call_at.get((path, *analysis.syntax[path].span(node)))
    targets = analysis.program.calls[index].targets if index is not None else ()
    definitions = [analysis.node(target) for target in targets]
    return bool(definitions) and all(
        one is not None and all(argument.annotation is not None for argument in _parameters(one))
        for one in definitions
    )


def _is_kept(analysis: Analysis, path: str, node: ast.Call, classes: set[str]) -> bool:
    """Whether an object goes into a collection that the checker knows to hold such objects."""
    index = analysis.call_at.get((path, *analysis.syntax[path].span(node)))
    targets = analysis.program.calls[index].targets if index is not None else ()
    if not targets or not isinstance(node.func, ast.Attribute):
        return False
    known = analysis.program.type_at(path, *analysis.syntax[path].span(node.func.value))
    held = known is not None and any(one in known.text for one in classes)
    return held and all(analysis.function(target).name in KEEPING for target in targets)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    """A function's parameters but for the object that it is a method of."""
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [one for one in every if one.arg not in ("self", "cls")]
