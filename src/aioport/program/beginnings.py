"""Attributes and globals that begin as None, and get what they are for later: `self.connection = None`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.positions import span_of
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import Source


@dataclass(frozen=True, slots=True)
class Beginning:
    """The statement that an annotation could stand in, `self.name = None` or `name = None`.

    owner: the class whose attribute it is; None for a global of the module.
    name: of the attribute or global.
    end: the byte offset at which it ends.
    """

    owner: ast.ClassDef | None
    name: str
    end: int


def find_beginnings(source: Source) -> tuple[Beginning, ...]:
    """One for each attribute and global of a file that begins as None and has no annotation, for `Source.once`."""
    syntax = Syntax(source)
    annotated = {
        (own, name)
        for node in syntax.of_kind.get(ast.AnnAssign, ())
        if isinstance(node, ast.AnnAssign) and (own := _held(syntax, node, node.target)) is not None
        for name in [_name(node.target)]
    }
    found: dict[tuple[ast.ClassDef | ast.Module, str], tuple[int, int]] = {}
    for node in syntax.of_kind.get(ast.Assign, ()):
        match node:
            case ast.Assign(targets=[target], value=ast.Constant(value=None)):
                holder, name = _held(syntax, node, target), _name(target)
                if holder is None or (holder, name) in annotated:
                    continue
                place = (_rank(syntax, node), span_of(source, target)[1])
                found[holder, name] = min(place, found.get((holder, name), place))
    return tuple(
        Beginning(holder if isinstance(holder, ast.ClassDef) else None, name, end)
        for (holder, name), (_, end) in found.items()
    )


def own_class(syntax: Syntax, name: ast.Name) -> ast.ClassDef | None:
    """The class of whose objects a name is one, being what its method calls the object that it is called on."""
    for function in _functions_around(syntax, name):
        owner = syntax.parents.get(function)
        if isinstance(owner, ast.ClassDef):
            first = next(iter((*function.args.posonlyargs, *function.args.args)), None)
            return owner if first is not None and first.arg == name.id else None
    return None


def _functions_around(syntax: Syntax, node: ast.AST) -> Iterator[FunctionNode]:
    for around in syntax.ancestors(node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            yield around


def _held(syntax: Syntax, node: ast.stmt, target: ast.expr) -> ast.ClassDef | ast.Module | None:
    """What has the attribute or global that a statement assigns to."""
    match target:
        case ast.Attribute(value=ast.Name() as base):
            return own_class(syntax, base)
        case ast.Name():
            parent = syntax.parents.get(node)
            if isinstance(parent, ast.Module):
                return parent
            # What decorates a class may make parameters of its annotations, as dataclass does.
            if isinstance(parent, ast.ClassDef) and not parent.decorator_list:
                return parent
    return None


def _name(target: ast.expr) -> str:
    return (
        target.attr
        if isinstance(target, ast.Attribute)
        else target.id
        if isinstance(target, ast.Name)
        else ""
    )


def _rank(syntax: Syntax, node: ast.stmt) -> int:
    """A class body goes before `__init__`, which goes before all other methods."""
    function = next(_functions_around(syntax, node), None)
    if function is None:
        return 0
    return 1 if function.name == "__init__" else 2
