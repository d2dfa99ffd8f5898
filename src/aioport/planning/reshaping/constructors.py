"""`__init__` that has to await -> a class method `create` that makes the object and awaits what fills it.

Three forms, whichever is the least change that keeps the order of everything:

- `split`: what comes before the first wait stays in `__init__`, the rest moves into `create`, which calls it;
- `whole`: `create` takes the place of `__init__`, or of a dataclass's `__post_init__`;
- `chain`: `__init__` becomes an async method that other classes' ones await through `super()`, and `create` calls it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count, pairwise
from typing import Literal

from aioport.planning.analysis import Analysis
from aioport.planning.class_definitions import definition_of
from aioport.planning.reshaping.class_uses import find_stray_use
from aioport.planning.reshaping.classes import (
    PICKLING,
    ancestors,
    defines,
    descendants,
    foreign_base,
    free_member,
    has_metaclass,
    own_methods,
)
from aioport.program.names import dotted
from aioport.program.syntax import own_nodes

Form = Literal["split", "whole", "chain", "after"]

NAMES = frozenset({"__init__", "__post_init__"})
"""The methods that this module is about."""

OBJECT = "builtins.object.__init__"
"""What makes an object of a class that says nothing of it."""

HARMLESS_DECORATORS = frozenset(
    {"dataclasses.dataclass", "typing.final", "typing.runtime_checkable", "functools.total_ordering"}
)
"""What decorates a class without making objects of it."""


@dataclass(frozen=True, slots=True)
class Constructor:
    """How a class's objects are made from now on.

    form: see above; `after` is the whole form of a `__post_init__`.
    name: what `create` is called.
    body: what `__init__` is called in the form `chain`.
    first: the first statement that moves into `create`, in the form `split`.
    overridden: whether a class below has an `__init__` of its own.
    inherited: whether there is a class below.
    """

    form: Form
    name: str
    body: str = ""
    first: ast.stmt | None = None
    overridden: bool = False
    inherited: bool = False


def shape_constructor(analysis: Analysis, function: int) -> Constructor | str:
    """How an `__init__` or `__post_init__` becomes asynchronous, or why it cannot."""
    owner, node = analysis.function(function).owner, analysis.node(function)
    assert owner is not None
    definition = definition_of(analysis, owner)
    if not isinstance(node, ast.FunctionDef) or definition is None:
        return "its class is not understood"
    obstacle = _obstacle_of_method(definition, node) or _obstacle_of_class(analysis, owner, definition)
    if obstacle is not None:
        return obstacle
    if (stray := find_stray_use(analysis, function)) is not None:
        return stray
    if not analysis.calls_of.get(function):
        return "nothing in the project makes an object of its class"
    if (other := _other_class(analysis, function, owner)) is not None:
        return other
    name = free_member(analysis, owner, chain(("create", "acreate"), (f"create_{one}" for one in count(2))))
    if node.name == "__post_init__":
        return _after(analysis, function, owner, node, name)
    related = (owner, *ancestors(analysis, owner), *descendants(analysis, owner))
    if any(
        _is_dataclass(analysis, one) and "__init__" not in analysis.program.classes[one].methods
        for one in related
    ):
        return "a class of its family is a dataclass, whose __init__ is generated"
    if _is_cooperative(analysis, owner):
        return (
            "several bases of one class have an __init__ of their own, and super() goes from one to the other"
        )
    inherited = bool(descendants(analysis, owner))
    overridden = any(
        "__init__" in analysis.program.classes[one].methods for one in descendants(analysis, owner)
    )
    if overridden or _is_called(analysis, function) or _needs_own_function(node):
        body = free_member(analysis, owner, chain(("_init", "_ainit"), (f"_init_{one}" for one in count(2))))
        return Constructor("chain", name, body, None, overridden, inherited)
    first = _split(analysis, function, node)
    return Constructor("whole" if first is None else "split", name, first=first, inherited=inherited)


def _other_class(analysis: Analysis, function: int, owner: int) -> str | None:
    """The first call that may make an object of the class or of one that has nothing to do with it."""
    related = {owner, *ancestors(analysis, owner), *descendants(analysis, owner)}
    for index in analysis.calls_of.get(function, ()):
        call = analysis.program.calls[index]
        for target in map(analysis.function, call.targets):
            if target.bare_name == "__init__" and target.owner not in related and target.name != OBJECT:
                made = target.name.removesuffix(".__init__")
                return f"{call.path}:{call.line} may make an object of {made} instead"
    return None


def _after(
    analysis: Analysis, function: int, owner: int, node: ast.FunctionDef, name: str
) -> Constructor | str:
    path = analysis.function(function).path
    assert path is not None
    if not _is_dataclass(analysis, owner):
        return "it is not known who calls it"
    if any(_is_dataclass(analysis, one) for one in ancestors(analysis, owner)) or descendants(
        analysis, owner
    ):
        return "the class has relatives, whose generated __init__ calls it as well"
    if len(node.args.args) != 1 or _needs_own_function(node):
        return "it takes arguments, returns early or uses super()"
    replaces = {"dataclasses.replace", "copy.replace"}
    for other in analysis.project.sources:
        names = analysis.names(other)
        for inner in ast.walk(analysis.syntax[other].tree):
            if isinstance(inner, ast.Call) and names.resolve(inner.func) in replaces:
                return f"{analysis.where(other, inner)} makes objects of dataclasses by replace()"
    return Constructor("after", name)


def _obstacle_of_method(definition: ast.ClassDef, node: ast.FunctionDef) -> str | None:
    if len(own_methods(definition, node.name)) > 1:
        return f"the class defines {node.name} more than once"
    if node.decorator_list:
        return "it is decorated"
    if (
        not (node.args.posonlyargs or node.args.args)
        or (node.args.posonlyargs or node.args.args)[0].annotation
    ):
        return "its first parameter is not a plain one"
    last = node.args.args[-1] if node.args.args else node
    if node.body[0].lineno in (node.lineno, last.lineno):
        return "its body stands on the line of its header"
    return None


def _obstacle_of_class(analysis: Analysis, owner: int, definition: ast.ClassDef) -> str | None:
    program = analysis.program
    if (base := foreign_base(analysis, owner)) is not None:
        return f"{base}, which the class is derived from, may make objects in its own way"
    if has_metaclass(analysis, owner):
        return "its metaclass makes the objects"
    path = program.classes[owner].path
    assert path is not None
    for decorator in definition.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if (analysis.names(path).resolve(called) or dotted(called)) not in HARMLESS_DECORATORS:
            return f"the decorator @{ast.unparse(called)} gets the class, and may make objects of it"
    for one in (owner, *ancestors(analysis, owner), *descendants(analysis, owner)):
        if defines(analysis, one, "__new__"):
            return f"{program.classes[one].name} defines __new__"
        for name in PICKLING:
            if name in program.classes[one].methods:
                return f"{program.classes[one].name} defines {name}, by which copies are made"
        if (base := foreign_base(analysis, one)) is not None:
            return f"{program.classes[one].name} of its family is derived from {base}"
    return None


def _is_dataclass(analysis: Analysis, class_id: int) -> bool:
    node, path = definition_of(analysis, class_id), analysis.program.classes[class_id].path
    if node is None or path is None:
        return False
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(analysis.names(path).resolve(one) == "dataclasses.dataclass" for one in called)


def _is_cooperative(analysis: Analysis, owner: int) -> bool:
    """Whether a class of the family has two bases that have an `__init__` of the project's."""
    for one in (owner, *ancestors(analysis, owner), *descendants(analysis, owner)):
        with_own = [
            base for base in ancestors(analysis, one) if "__init__" in analysis.program.classes[base].methods
        ]
        for first, second in pairwise(with_own):
            if second not in ancestors(analysis, first):
                return True
    return False


def _is_called(analysis: Analysis, function: int) -> bool:
    """Whether anything calls it by its name: `super().__init__()`, `Base.__init__(self)`."""
    for index in analysis.calls_of.get(function, ()):
        node = analysis.expression(analysis.program.calls[index])
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "__init__"
        ):
            return True
    return False


def _needs_own_function(node: ast.FunctionDef) -> bool:
    """Whether the body ends early, or asks for the class that it stands in."""
    if any(
        isinstance(inner, ast.Return) for statement in node.body for inner in (statement, *_own(statement))
    ):
        return True
    return any(isinstance(inner, ast.Name) and inner.id in ("super", "__class__") for inner in ast.walk(node))


def _own(statement: ast.stmt) -> Iterator[ast.AST]:
    """What a statement runs itself: of a definition, nothing."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield from own_nodes(statement)


def _split(analysis: Analysis, function: int, node: ast.FunctionDef) -> ast.stmt | None:
    """The first statement that waits, if those before it can stay behind; None where all has to move.

    What stays binds no name that the rest reads, and consists of assignments.
    """
    spans = [
        (call.start, call.end)
        for index in analysis.calls_in.get(function, ())
        for call in (analysis.program.calls[index],)
        if index in analysis.facts.calls or call.unknown is not None
    ]
    path = analysis.function(function).path
    assert path is not None
    syntax = analysis.syntax[path]
    first = next(
        (
            position
            for position, one in enumerate(node.body)
            if any(syntax.span(one)[0] <= start and end <= syntax.span(one)[1] for start, end in spans)
        ),
        0,
    )
    stays, moves = node.body[:first], node.body[first:]
    if not any(isinstance(one, ast.Assign | ast.AnnAssign) for one in stays):
        return None
    if not all(isinstance(one, ast.Assign | ast.AnnAssign | ast.Expr) for one in stays):
        return None
    if moves[0].lineno == stays[-1].end_lineno or not _are_simple(node.args):
        return None
    bound = {
        inner.id
        for one in stays
        for inner in ast.walk(one)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }
    used = {inner.id for one in moves for inner in ast.walk(one) if isinstance(inner, ast.Name)}
    parameters = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
    return moves[0] if bound.isdisjoint(used | parameters) else None


def _are_simple(arguments: ast.arguments) -> bool:
    """Whether defaults may be written twice: they are constants or names."""
    defaults = [*arguments.defaults, *(one for one in arguments.kw_defaults if one is not None)]
    return all(isinstance(one, ast.Constant | ast.Name | ast.Attribute | ast.UnaryOp) for one in defaults)
