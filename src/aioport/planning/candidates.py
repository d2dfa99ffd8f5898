"""Unknown calls that may be calls of the project's own methods, judged by name.

Nothing unknown is taken for sync: `watson.push()` on a parameter without a type may well be the only `push` there is.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TypeAlias

import msgspec

from aioport.catalog.index import Catalog
from aioport.planning.made_by_value import MadeByValue
from aioport.planning.origins import Origins
from aioport.planning.protocol_bases import HARMLESS
from aioport.program.model import Call, Function, Program
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import Project

Definitions: TypeAlias = Callable[[str], Mapping[str, list[FunctionNode]]]


def resolve_by_name(project: Project, program: Program, catalog: Catalog) -> Program:
    """A program in which unknown calls of a method name that is the project's alone have its methods as targets.

    Such calls stay unknown and unsure. They may have a target already: of an attribute that holds a function, the one
    that is assigned to it is known, and not what other classes have of that name. Where something installed has made the
    object, a method of its class is one more target. Names that methods of the standard library have too (`get`,
    `close`) say nothing, unless the object is called like the class, or was made by calling a class out of a registry.
    """
    methods = find_methods(program)
    look = cache(partial(_definitions, project))
    outside = _Outside(project, program)
    made = MadeByValue(project, program, catalog, outside.origins)
    calls = []
    for call in program.calls:
        found: tuple[int, ...] = ()
        if call.kind == "call" and call.unknown is not None:
            found = tuple(_candidates(project, program, catalog, methods, look, outside, made, call))
        targets = tuple(dict.fromkeys((*call.targets, *found)))
        calls.append(call if targets == call.targets else msgspec.structs.replace(call, targets=targets))
    return replace(program, calls=tuple(calls), functions=outside.functions)


class _Outside:
    """Methods of objects that something installed has made: what they do is not known.

    functions: of the program, these at its end.
    origins: what names are bound to.
    """

    def __init__(self, project: Project, program: Program) -> None:
        self.functions = program.functions if isinstance(program.functions, list) else list(program.functions)
        self.origins = Origins(project, program)
        self._known: dict[str, int] = {}

    def method(self, call: Call, node: ast.Attribute) -> int | None:
        """The method that an attribute is, where something installed has made the object."""
        maker = self.origins.maker(call, node.value)
        if maker is None:
            return None
        name = f"{maker}.{node.attr}"
        if name not in self._known:
            self._known[name] = len(self.functions)
            self.functions.append(
                Function(
                    id=len(self.functions),
                    name=name,
                    kind="def",
                    path=None,
                    line=0,
                    column=0,
                    in_project=False,
                )
            )
        return self._known[name]


def find_methods(program: Program) -> Mapping[str, list[Function]]:
    """The project's methods, but for special ones and properties, by their bare names."""
    found: dict[str, list[Function]] = defaultdict(list)
    for one in program.functions:
        if one.in_project and one.owner is not None and one.kind == "def" and not one.is_property:
            if not one.bare_name.startswith("__"):
                found[one.bare_name].append(one)
    return found


def _definitions(project: Project, path: str) -> Mapping[str, list[FunctionNode]]:
    """The functions of a file by their names."""
    found: dict[str, list[FunctionNode]] = defaultdict(list)
    for node in Syntax(project.sources[path]).nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found[node.name].append(node)
    return found


def _candidates(
    project: Project,
    program: Program,
    catalog: Catalog,
    methods: Mapping[str, list[Function]],
    definitions: Definitions,
    outside: _Outside,
    made: MadeByValue,
    call: Call,
) -> Iterator[int]:
    node = _parsed(project.sources[call.path].data[call.start : call.end])
    if node is None or not isinstance(node.func, ast.Attribute):
        return
    if isinstance(node.func.value, ast.Call) and dotted(node.func.value.func) == "super":
        yield from _next_in_line(program, call, node.func.attr)
        return
    found = [
        one.id for one in methods_meant(program, catalog, methods, node.func) if _fits(definitions, one, node)
    ]
    if not found:
        every = (program.functions[one] for one in (*made.methods(call), *_below(program, call, node.func)))
        found = [one.id for one in every if not one.is_property and _fits(definitions, one, node)]
    yield from found
    if found and (other := outside.method(call, node.func)) is not None:
        yield other


def methods_meant(
    program: Program, catalog: Catalog, methods: Mapping[str, list[Function]], node: ast.Attribute
) -> Iterator[Function]:
    """Methods that an attribute of an object of unknown class may be, whatever they take.

    methods: the project's, by their bare names.
    """
    receiver, name = _last_name(node.value).strip("_").lower(), node.attr
    for method in methods.get(name, ()):
        owner = (
            program.classes[method.owner].name.rpartition(".")[2].lower() if method.owner is not None else ""
        )
        if name not in catalog.method_names or (len(receiver) > 2 and receiver in owner):
            yield method


def _below(program: Program, call: Call, node: ast.Attribute) -> Iterator[int]:
    """The methods that classes below the known one of an object have under a name that it has not itself.

    node: of the call's text behind a parenthesis.
    """
    value = node.value
    if (value.lineno, value.col_offset) != (1, 1) or value.end_lineno != 1 or value.end_col_offset is None:
        return
    known = program.type_at(call.path, call.start, call.start + value.end_col_offset - 1)
    found: dict[int, None] = {}
    for one in known.ids if known is not None else ():
        if program.classes[one].in_project and not may_have(program, one, node.attr):
            for below in program.subclasses.get(one, ()):
                method = program.find_method(below, node.attr)
                if method is not None and program.functions[method].in_project:
                    found[method] = None
    yield from found


def may_have(program: Program, class_id: int, name: str) -> bool:
    """Whether objects of a class have an attribute, or may have any: by `__getattr__`, or from a foreign class."""
    line = [program.classes[one] for one in (class_id, *program.classes[class_id].ancestors)]
    return any(
        name in one.methods
        or name in one.fields
        or "__getattr__" in one.methods
        or not (one.in_project or one.name in HARMLESS)
        for one in line
    )


def _next_in_line(program: Program, call: Call, name: str) -> Iterator[int]:
    """The methods that `super()` leads to where a subclass puts a sibling after the class that says it."""
    function = program.functions[call.caller]
    while function.owner is None and function.parent is not None:
        function = program.functions[function.parent]
    found: dict[int, None] = {}
    for one in program.classes:
        line = [one.id, *one.ancestors]
        if one.in_project and function.owner in line:
            after = (program.classes[below] for below in line[line.index(function.owner) + 1 :])
            method = next((below.methods[name] for below in after if name in below.methods), None)
            if method is not None:
                found[method] = None
    yield from found


def _parsed(text: bytes) -> ast.Call | None:
    """A call by its text; None for the call of a decorator and other implicit ones."""
    try:
        node = ast.parse(f"({text.decode()}\n)", mode="eval").body
    except SyntaxError:
        return None
    return node if isinstance(node, ast.Call) else None


def _last_name(node: ast.expr) -> str:
    """What an object is called: the last name in front of the dot; what `get_store()` returns is called `store`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last_name(value)
        case ast.Call(func=func):
            return _last_name(func).rpartition("_")[2]
    return ""


def fitting(project: Project) -> Callable[[Function, ast.Call], bool]:
    """Whether a call passes as many arguments as a method of the project's can take."""
    return partial(_fits, cache(partial(_definitions, project)))


def _fits(definitions: Definitions, method: Function, call: ast.Call) -> bool:
    """Whether a call passes as many arguments as a method can take."""
    node = _definition(definitions, method)
    if node is None:
        return True
    if any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    ):
        return True
    positional = len(node.args.posonlyargs) + len(node.args.args) - (not method.is_static)
    if len(call.args) > positional and node.args.vararg is None:
        return False
    names = {one.arg for one in (*node.args.args, *node.args.kwonlyargs)}
    if node.args.kwarg is None and any(one.arg not in names for one in call.keywords):
        return False
    required = positional - len(node.args.defaults)
    return len(call.args) + len(call.keywords) >= required


def _definition(definitions: Definitions, method: Function) -> FunctionNode | None:
    if method.path is None:
        return None
    for node in definitions(method.path).get(method.bare_name, ()):
        if node.lineno <= method.line <= node.body[0].lineno:
            return node
    return None
