"""Which binding every name of a file means, by Python's rules for scopes."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

import msgspec

from aioport.program.syntax import children

Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Scope: TypeAlias = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module | Comprehension
)

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SCOPED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, *COMPREHENSIONS)
BINDING_STATEMENTS = (*DEFINITIONS, ast.Import, ast.ImportFrom)


class Binding(msgspec.Struct, frozen=True, gc=False):
    """A name in the scope that binds it."""

    scope: Scope
    name: str


@dataclass(frozen=True, slots=True)
class _Level:
    """A scope on the way down: what it binds itself, and what it takes from the module."""

    scope: Scope
    bound: frozenset[str]
    of_module: frozenset[str]


class Scopes:
    """The names of one file. What no scope binds belongs to the module, builtins included."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._loads: dict[Binding, list[ast.Name]] = defaultdict(list)
        self._of: dict[ast.Name, Binding] = {}
        self._scope_of: dict[ast.AST, tuple[_Level, ...]] = {}
        self._walk()

    def loads(self, binding: Binding) -> tuple[ast.Name, ...]:
        """Where a binding is read."""
        return tuple(self._loads.get(binding, ()))

    def binding(self, node: ast.Name) -> Binding:
        """What a name means, read or written."""
        return self._of[node]

    def bound_by(self, statement: ast.stmt, name: str) -> Binding:
        """The binding that a definition or an import makes."""
        return _find(self._scope_of[statement], name)

    def _walk(self) -> None:
        top = (_level(self._tree),)
        todo: list[tuple[ast.AST, tuple[_Level, ...]]] = [(self._tree, top)]
        while todo:
            node, levels = todo.pop()
            below = (
                _children(node, levels) if isinstance(node, SCOPED) else zip(children(node), repeat(levels))
            )
            for child, inside in below:
                if isinstance(child, ast.Name):
                    binding = self._of[child] = _find(inside, child.id)
                    if isinstance(child.ctx, ast.Load):
                        self._loads[binding].append(child)
                    continue
                if isinstance(child, BINDING_STATEMENTS):
                    self._scope_of[child] = inside
                todo.append((child, inside))


def _children(node: ast.AST, levels: tuple[_Level, ...]) -> Iterator[tuple[ast.AST, tuple[_Level, ...]]]:
    """The children of a node, each with the scopes that it stands in."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            inner = (*levels, _level(node))
            outside: list[ast.AST] = [*node.decorator_list, *_defaults(node.args), *_annotations(node.args)]
            if node.returns is not None:
                outside.append(node.returns)
            yield from ((child, levels) for child in outside)
            yield from ((child, inner) for child in node.body)
        case ast.Lambda():
            yield from ((child, levels) for child in _defaults(node.args))
            yield node.body, (*levels, _level(node))
        case ast.ClassDef():
            inner = (*levels, _level(node))
            yield from ((child, levels) for child in (*node.decorator_list, *node.bases, *node.keywords))
            yield from ((child, inner) for child in node.body)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            inner = (*levels, _level(node))
            yield node.generators[0].iter, levels
            for index, generator in enumerate(node.generators):
                yield generator.target, inner
                yield from ((condition, inner) for condition in generator.ifs)
                if index:
                    yield generator.iter, inner
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            yield from ((part, inner) for part in parts)


def _defaults(args: ast.arguments) -> Iterator[ast.expr]:
    yield from args.defaults
    yield from (default for default in args.kw_defaults if default is not None)


def _annotations(args: ast.arguments) -> Iterator[ast.expr]:
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    yield from (one.annotation for one in every if one is not None and one.annotation is not None)


def _find(levels: tuple[_Level, ...], name: str) -> Binding:
    innermost = levels[-1]
    for level in reversed(levels):
        if name in level.of_module:
            break
        if name in level.bound and (level is innermost or not isinstance(level.scope, ast.ClassDef)):
            return Binding(level.scope, name)
    return Binding(levels[0].scope, name)


def _level(scope: Scope) -> _Level:
    bound: set[str] = set()
    elsewhere: set[str] = set()
    of_module: set[str] = set()
    todo: list[ast.AST] = []
    match scope:
        case ast.Lambda(args=args):
            bound.update(_parameters(args))
            todo.append(scope.body)
        case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
            bound.update(_parameters(args))
            todo += scope.body
        case ast.ClassDef() | ast.Module():
            todo += scope.body
        case _:
            bound.update(
                node.id
                for generator in scope.generators
                for node in ast.walk(generator.target)
                if isinstance(node, ast.Name)
            )
    while todo:
        node = todo.pop()
        match node:
            case ast.Global(names=names):
                of_module.update(names)
            case ast.Nonlocal(names=names):
                elsewhere.update(names)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.ExceptHandler(name=str(name)):
                bound.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                bound.update((alias.asname or alias.name).partition(".")[0] for alias in aliases)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                bound.add(name)
        todo += _own_children(node)
    return _Level(scope, frozenset(bound - elsewhere - of_module), frozenset(of_module))


def _own_children(node: ast.AST) -> Iterable[ast.AST]:
    """What may bind a name in the scope that a node stands in; a walrus inside a comprehension does."""
    if isinstance(node, ast.Lambda):
        return _defaults(node.args)
    if isinstance(node, DEFINITIONS):
        outside = [*node.decorator_list]
        return outside if isinstance(node, ast.ClassDef) else [*outside, *_defaults(node.args)]
    if isinstance(node, COMPREHENSIONS):
        return (inner for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
    return children(node)


def _parameters(args: ast.arguments) -> Iterator[str]:
    every = (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg)
    yield from (one.arg for one in every if one is not None)


def imported_names(
    nodes: Iterable[ast.AST], package: str
) -> Mapping[ast.Import | ast.ImportFrom, tuple[tuple[str, str], ...]]:
    """What each import binds: name here -> dotted name, wherever the statement stands; `*` for a star import.

    nodes: of the file.
    package: the dotted name of the package that the file belongs to, for relative imports.
    """
    found: dict[ast.Import | ast.ImportFrom, tuple[tuple[str, str], ...]] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            tops = (alias.name.partition(".")[0] for alias in node.names)
            found[node] = tuple(
                (alias.asname or top, alias.name if alias.asname else top)
                for alias, top in zip(node.names, tops, strict=True)
            )
        elif isinstance(node, ast.ImportFrom):
            module = absolute_module(node, package)
            found[node] = tuple(
                (alias.asname or alias.name, f"{module}.{alias.name}") for alias in node.names
            )
    return found


def absolute_module(node: ast.ImportFrom, package: str) -> str:
    """The module of `from module import ...` as a dotted name."""
    parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    return ".".join([*parts, *([node.module] if node.module else [])])
