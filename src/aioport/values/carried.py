"""What the parameters of a framework's functions are given by a decorator: an object that goes along with a context.

A click program puts its own object into `ctx.obj`, and `@pass_obj` hands that to each command.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from aioport.catalog.schema import Carries
from aioport.program.fixtures import Supplied
from aioport.program.holders import Given, Holder
from aioport.program.model import Function
from aioport.program.module_names import module_name
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, Syntax
from aioport.values.code import Code
from aioport.values.types import Types


def find_carried(code: Code, types: Types) -> Iterator[Supplied]:
    """The parameters of functions under decorators that hand over what a context carries."""
    for carries in code.catalog.carries:
        yield from _Carried(code, types, carries).supplied()


def find_taken(code: Code, types: Types) -> dict[Holder, Given]:
    """Variables of functions that are set to what a context carries: `store = ctx.obj`."""
    return {
        holder: given
        for carries in code.catalog.carries
        for holder, given in _Carried(code, types, carries).taken()
    }


@dataclass
class _Held:
    """What has been put into contexts: the classes by their ids, and whether there may be others."""

    classes: set[int] = field(default_factory=set)
    open: bool = False


class _Carried:
    def __init__(self, code: Code, types: Types, carries: Carries) -> None:
        self._code, self._types, self._carries = code, types, carries
        self._kinds: dict[tuple[str, str], int] = {}
        self._files = [path for path in code.project.sources if code.syntax(path) is not None]

    def supplied(self) -> Iterator[Supplied]:
        self._kinds = self._named()
        files = {path for path, _ in self._kinds}
        held: _Held | None = None
        for one in self._code.program.functions:
            names = self._code.program.decorators.get(one.id, ())
            if set(self._carries.takers).isdisjoint(names) and one.path not in files:
                continue
            node = self._definition(one)
            for parameter, hands in self._handed(str(one.path), node) if node is not None else ():
                if isinstance(hands, int):
                    yield Supplied(one.id, parameter, frozenset({hands}))
                elif hands in self._carries.takers:
                    held = held or self._held()
                    if held.classes:
                        yield Supplied(one.id, parameter, frozenset(held.classes), held.open)

    def taken(self) -> Iterator[tuple[Holder, Given]]:
        self._kinds = self._named()
        held: _Held | None = None
        for path in self._mentioning(self._carries.attribute):
            syntax = self._syntax(path)
            for node in syntax.of_kinds(ast.Assign):
                match node:
                    case ast.Assign(
                        targets=[ast.Name() as name], value=ast.Attribute(value=context, attr=attribute)
                    ):
                        if attribute != self._carries.attribute or not self._is_context(path, context):
                            continue
                        held = held or self._held()
                        if held.classes and _is_only_one(syntax, name):
                            given = Given(set(held.classes), open=held.open)
                            yield Holder(path, syntax.span(name)[1]), given

    def _handed(self, path: str, node: FunctionNode) -> Iterator[tuple[str, str | int]]:
        """Parameters that decorators fill, with the decorator, or the class whose object it hands over.

        The innermost decorator fills the first one.
        """
        parameters = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
        names = self._names(path)
        hands: list[str | int] = []
        for decorator in reversed(node.decorator_list):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = names.resolve(called)
            if isinstance(called, ast.Name) and (path, called.id) in self._kinds:
                hands.append(self._kinds[path, called.id])
            elif name is not None and name in (*self._carries.passes, *self._carries.takers):
                hands.append(name)
        return zip(parameters, hands, strict=False)

    def _definition(self, one: Function) -> FunctionNode | None:
        syntax = self._code.syntax(one.path) if one.path is not None and one.in_project else None
        if syntax is None or one.path is None:
            return None
        start = self._code.project.sources[one.path].line_starts[one.line - 1] + one.column
        return syntax.functions.get(start)

    def _named(self) -> dict[tuple[str, str], int]:
        """Decorators that hand over an object of one class, by file and the names that they go by there."""
        made: dict[str, int] = {}
        found: dict[tuple[str, str], int] = {}
        for path in self._mentioning(*(name.rpartition(".")[2] for name in self._carries.makers)):
            for node in self._syntax(path).of_kinds(ast.Assign):
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=maker, args=[kind, *_])):
                        kinds = self._types.holders(path, kind)
                        if self._names(path).resolve(maker) in self._carries.makers and len(kinds) == 1:
                            found[path, name] = made[f"{module_name(self._code.project, path)}.{name}"] = (
                                kinds[0]
                            )
        for path in self._files if made else ():
            bound = self._names(path).bound
            found |= {(path, local): made[meant] for local, meant in bound.items() if meant in made}
        return found

    def _held(self) -> _Held:
        """All that is seen to be put into a context, and given to whoever makes one."""
        held, attribute = _Held(), self._carries.attribute
        for path in self._mentioning(attribute):
            for node in self._syntax(path).of_kinds(ast.Assign, ast.keyword):
                match node:
                    case ast.Assign(targets=[ast.Attribute(value=context, attr=name)], value=value):
                        if name == attribute and self._is_context(path, context):
                            self._add(held, path, value)
                    case ast.keyword(arg=name, value=value) if name == attribute:
                        self._add(held, path, value)
        return held

    def _add(self, held: _Held, path: str, value: ast.expr) -> None:
        classes = self._types.classes(path, value)
        known = self._code.program.type_at(path, *self._syntax(path).span(value))
        held.open = held.open or not classes or (known is not None and not known.exhaustive)
        held.classes.update(classes)

    def _is_context(self, path: str, node: ast.expr) -> bool:
        """Whether an expression is a context, by its type or as the first parameter of a function that is given one."""
        program, syntax = self._code.program, self._syntax(path)
        if any(
            program.classes[one].name in self._carries.contexts for one in self._types.classes(path, node)
        ):
            return True
        functions = (
            one for one in syntax.ancestors(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        function = next(functions, None)
        return (
            function is not None
            and isinstance(node, ast.Name)
            and any(
                parameter == node.id and hands in self._carries.passes
                for parameter, hands in self._handed(path, function)
            )
        )

    def _mentioning(self, *words: str) -> Iterator[str]:
        """Files that hold one of some words."""
        for path in self._files:
            data = self._code.project.sources[path].data
            if any(word.encode() in data for word in words):
                yield path

    def _syntax(self, path: str) -> Syntax:
        syntax = self._code.syntax(path)
        assert syntax is not None
        return syntax

    def _names(self, path: str) -> ImportedNames:
        return ImportedNames(self._syntax(path), self._code.catalog.public_name, self._code.package_of(path))


def _is_only_one(syntax: Syntax, name: ast.Name) -> bool:
    """Whether a variable of a function is set in one place, which may then say its type."""
    function = next(
        (one for one in syntax.ancestors(name) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)),
        None,
    )
    if function is None:
        return False
    set_there = [
        one
        for one in ast.walk(function)
        if (isinstance(one, ast.Name) and one.id == name.id and isinstance(one.ctx, ast.Store | ast.Del))
        or (isinstance(one, ast.Global | ast.Nonlocal) and name.id in one.names)
        or (isinstance(one, ast.arg) and one.arg == name.id)
    ]
    return len(set_there) == 1
