"""Exceptions that are named as values: in `RETRIED = (requests.Timeout, OSError)`, in a default, in `isinstance`.

What catches with such a value is told to catch the exceptions after the rewrite too. Where it is not known what becomes of the
value, or where the two kinds of exceptions have to be told apart, all calls of the library stay what they are.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from aioport.catalog.index import FoundException
from aioport.planning.analysis import Analysis
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax, names_a_type

Position = Literal["element", "argument", "lost"]
"""Where a value stands: among others, alone where a tuple of classes would do as well, or where neither is known."""

CHECKS = ("isinstance", "issubclass")


@dataclass(frozen=True, slots=True)
class Named:
    """A class of exceptions that is named outside of the clauses and annotations that are looked at elsewhere."""

    path: str
    node: ast.expr
    found: FoundException
    position: Position


def find_named(analysis: Analysis, libraries: AbstractSet[str]) -> Iterator[Named]:
    """Every class of exceptions of `libraries` that is used as a value."""
    yield from (one for one in analysis.once(_every_named) if one.found.library in libraries)


def _every_named(analysis: Analysis) -> tuple[Named, ...]:
    return tuple(_find_every_named(analysis))


def _find_every_named(analysis: Analysis) -> Iterator[Named]:
    for path in analysis.project.sources:
        syntax, names = analysis.syntax[path], analysis.names(path)
        for node in syntax.nodes if names.bound else ():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                name = names.resolve(node)
                found = analysis.catalog.exception(name) if name is not None else None
                if found is not None and _is_value(syntax, node):
                    yield Named(path, node, found, _position(analysis, path, node))


def find_lost(analysis: Analysis, libraries: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Libraries of which such a value cannot be followed, or is caught and then read as what it was, with the reason."""
    used: set[str] = set()
    for one in find_named(analysis, libraries):
        used.add(one.found.library)
        if one.position == "lost":
            where, text = analysis.where(one.path, one.node), ast.unparse(one.node)
            yield (
                one.found.library,
                f"{where}: it is not known what becomes of {text}, which is passed on there",
            )
    for library in sorted(used):
        members = analysis.catalog.exception_members(library)
        for path in analysis.project.sources:
            for node in analysis.syntax[path].of_kind.get(ast.ExceptHandler, ()):
                if (
                    isinstance(node, ast.ExceptHandler)
                    and node.name
                    and _catches_a_value(analysis, path, node)
                ):
                    for inner in ast.walk(ast.Module(node.body, [])):
                        match inner:
                            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                                name == node.name and attr in members
                            ):
                                yield (
                                    library,
                                    f"{analysis.where(path, inner)}: `{ast.unparse(inner)}` may be read of both kinds",
                                )


def find_made(analysis: Analysis, libraries: AbstractSet[str]) -> Iterator[str]:
    """Libraries of which exceptions are made elsewhere than where they are raised: `side_effect=requests.Timeout()`."""
    for path in analysis.project.sources:
        syntax, names = analysis.syntax[path], analysis.names(path)
        for node in syntax.of_kind.get(ast.Call, ()):
            if isinstance(node, ast.Call) and not isinstance(syntax.parents.get(node), ast.Raise):
                name = names.resolve(node.func)
                found = analysis.catalog.exception(name) if name is not None else None
                if found is not None and found.library in libraries:
                    yield found.library
        for node in syntax.of_kinds(ast.Name, ast.Attribute):
            if isinstance(node, ast.expr) and _is_raised_by_mock(syntax, node):
                name = names.resolve(node)
                found = analysis.catalog.exception(name) if name is not None else None
                if found is not None and found.library in libraries:
                    yield found.library


def _is_value(syntax: Syntax, node: ast.expr) -> bool:
    match syntax.parents.get(node):
        case (
            ast.ExceptHandler()
            | ast.Raise()
            | ast.Attribute()
            | ast.Expr()
            | ast.ClassDef()
            | ast.Subscript()
        ):
            return False
        case ast.Call(func=func) if func is node:
            return False
        case ast.Tuple() as several if isinstance(
            syntax.parents.get(several), ast.ExceptHandler | ast.Subscript
        ):
            return False
    return not (names_a_type(syntax, node) and not _is_checked(syntax, node)) and not _is_raised_by_mock(
        syntax, node
    )


def _is_raised_by_mock(syntax: Syntax, node: ast.expr) -> bool:
    """Whether a mock is told to raise it, perhaps among others."""
    parent = syntax.parents.get(node)
    match syntax.parents.get(parent) if isinstance(parent, ast.List | ast.Tuple) else parent:
        case ast.keyword(arg="side_effect"):
            return True
        case ast.Assign(targets=[ast.Attribute(attr="side_effect")]):
            return True
    return False


def _is_checked(syntax: Syntax, node: ast.expr) -> bool:
    """Whether it is the second argument of `isinstance`, or in it."""
    child: ast.AST = node
    for parent in syntax.ancestors(node):
        match parent:
            case ast.Call(func=ast.Name(id=name), args=[_, classes]) if name in CHECKS and classes is child:
                return True
            case ast.Tuple():
                child = parent
                continue
        return False
    return False


def _position(analysis: Analysis, path: str, node: ast.expr) -> Position:
    syntax = analysis.syntax[path]
    match syntax.parents.get(node):
        case ast.Tuple() | ast.List() | ast.Set() as display if _holds_classes(syntax, display):
            # A test may run once for each of its parameters, and raise them.
            return (
                "lost"
                if path in analysis.test_files and not _is_caught(analysis, path, display)
                else "element"
            )
        case ast.Call(func=function) if analysis.names(path).resolve(function) == "contextlib.suppress":
            return "element"
        case ast.Call() if _is_caught(analysis, path, node):
            return "argument"
        case ast.arguments() as arguments:
            owner, name = syntax.parents.get(arguments), _defaulted(arguments, node)
            if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef) and _only_catches(
                syntax, owner, name
            ):
                return "argument"
    return "lost"


def _is_caught(analysis: Analysis, path: str, node: ast.expr) -> bool:
    """Whether a class, or several, are what a call checks for or expects to be raised."""
    match analysis.syntax[path].parents.get(node):
        case ast.Call(func=function, args=[first, *rest]):
            bare = (dotted(function) or "").rpartition(".")[2]
            if bare in CHECKS:
                return node in rest
            return bare in analysis.catalog.expects_error and node is first
    return False


def _holds_classes(syntax: Syntax, display: ast.Tuple | ast.List | ast.Set) -> bool:
    """Whether it is a collection of exceptions, no record with one in it, and not gone through one by one."""
    parent = syntax.parents.get(display)
    if isinstance(parent, ast.Tuple | ast.List | ast.Set | ast.Dict | ast.For | ast.comprehension):
        return False
    for one in display.elts:
        name = (dotted(one.value if isinstance(one, ast.Starred) else one) or "").rpartition(".")[2]
        if not isinstance(one, ast.Starred) and not name[:1].isupper():
            return False
    return True


def _defaulted(arguments: ast.arguments, node: ast.expr) -> str:
    """The parameter that an expression is the default of."""
    plain = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(plain[len(plain) - len(arguments.defaults) :], arguments.defaults, strict=True))
    pairs += [
        (one, default)
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    ]
    return next((one.arg for one, default in pairs if default is node), "")


def _only_catches(syntax: Syntax, function: FunctionNode, name: str) -> bool:
    """Whether a function does nothing else with a parameter than catch with it, or ask whether something is one."""
    for inner in ast.walk(ast.Module(function.body, [])):
        if isinstance(inner, ast.Name) and inner.id == name:
            if not isinstance(syntax.parents.get(inner), ast.ExceptHandler) and not _is_checked(
                syntax, inner
            ):
                return False
    return True


def _catches_a_value(analysis: Analysis, path: str, node: ast.ExceptHandler) -> bool:
    """Whether a clause names something that is no class by its looks: a variable, an attribute, a call."""
    names = analysis.names(path)
    several = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    for one in several:
        if one is None:
            continue
        name = dotted(one.value if isinstance(one, ast.Starred) else one)
        if name is None:
            return True
        resolved = names.resolve(one)
        if resolved is not None and analysis.catalog.exception(resolved) is not None:
            continue
        last = name.rpartition(".")[2]
        if not hasattr(builtins, last) and (not last[:1].isupper() or last.isupper()):
            return True
    return False
