"""Functions that dispatch: each calls one of those that are registered with it, and all of them are called by its name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from aioport.catalog.schema import Decorator
from aioport.planning.callables.ground import Ground
from aioport.program.model import Program
from aioport.program.syntax import is_generator


@dataclass(frozen=True, slots=True)
class Dispatching:
    """All that dispatch, as the catalog knows their decorators.

    registered: of each of them, the functions that decorators register with it.
    obstacles: of each of these functions and of those that dispatch, why its color has to stay what it is.
    """

    registered: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    obstacles: Mapping[int, str] = field(default_factory=dict)

    @property
    def families(self) -> tuple[tuple[int, ...], ...]:
        """Functions that share a color."""
        return tuple((one, *others) for one, others in sorted(self.registered.items()) if others)


def find_dispatching(ground: Ground) -> Dispatching:
    kinds = dict(_dispatchers(ground))
    registered: dict[int, list[int]] = {one: [] for one in kinds}
    names = {one: ground.program.functions[one].bare_name for one in kinds}
    for path, node, function in _functions(ground) if kinds else ():
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Attribute):
                for one in set(ground.named(path, called.value)) & kinds.keys():
                    if called.attr == kinds[one].registers:
                        registered[one].append(function)
    obstacles: dict[int, str] = {}
    for one, kind in kinds.items():
        reason = next(_obstacles(ground, one, names[one], kind.registers or ""), None)
        members = (one, *registered[one])
        generators = (ground.program.functions[each].name for each in members if _generates(ground, each))
        if reason is None and (name := next(generators, None)) is not None:
            reason = f"{name} is a generator"
        if reason is not None:
            obstacles.update(dict.fromkeys(members, reason))
    return Dispatching({one: tuple(found) for one, found in registered.items()}, obstacles)


def with_dispatched(program: Program, found: Dispatching) -> Program:
    """A program in which calls of what dispatches have all that is registered with it as targets."""
    calls = list(program.calls)
    for index, call in enumerate(calls if found.registered else ()):
        others = [
            other
            for target in call.targets
            for other in found.registered.get(target, ())
            if other not in call.targets
        ]
        if call.kind == "call" and others:
            targets = tuple(dict.fromkeys((*call.targets, *others)))
            calls[index] = msgspec.structs.replace(call, targets=targets, sure=False)
    return replace(program, calls=tuple(calls))


def _functions(ground: Ground) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    for one in ground.program.functions:
        if one.in_project and one.kind == "def":
            definition = ground.definition(one.id)
            if definition is not None and not isinstance(definition[1], ast.Lambda):
                yield definition[0], definition[1], one.id


def _dispatchers(ground: Ground) -> Iterator[tuple[int, Decorator]]:
    for path, node, function in _functions(ground):
        for decorator in node.decorator_list:
            name = ground.names(path).resolve(decorator)
            known = ground.catalog.decorator(name) if name is not None else None
            if known is not None and known.registers is not None:
                yield function, known


def _generates(ground: Ground, function: int) -> bool:
    definition = ground.definition(function)
    return (
        definition is not None and not isinstance(definition[1], ast.Lambda) and is_generator(definition[1])
    )


def _obstacles(ground: Ground, function: int, name: str, registers: str) -> Iterator[str]:
    """Where something else is done with a function that dispatches than calling it, or registering by a decorator."""
    known = ground.program.functions[function]
    for path, source in ground.project.sources.items():
        if name not in source.text:
            continue
        local = {name, *(one for one, meaning in ground.names(path).bound.items() if meaning == known.name)}
        syntax = ground.syntax(path)
        for node in syntax.of_kinds(ast.Name, ast.Attribute):
            match node:
                case ast.Name(id=word) if word in local:
                    is_meant = function in ground.named(path, node)
                case ast.Attribute(attr=word) if word == name:
                    is_meant = known.owner is not None or function in ground.named(path, node)
                case _:
                    continue
            if is_meant and not _is_understood(syntax.parents, node, registers):
                yield f"{path}:{node.lineno} does something else with {name} than calling it"


def _is_understood(parents: Mapping[ast.AST, ast.AST], node: ast.expr, registers: str) -> bool:
    parent = parents.get(node)
    if isinstance(parent, ast.Call):
        return parent.func is node
    if not isinstance(parent, ast.Attribute) or parent.attr != registers:
        return False
    above = parents.get(parent)
    decorator = above if isinstance(above, ast.Call) and above.func is parent else parent
    definition = parents.get(decorator)
    return isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef) and (
        decorator in definition.decorator_list
    )
