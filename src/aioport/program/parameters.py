"""Types for parameters that have none, from the arguments at all their known call sites.

Only what changes an answer is looked for: parameters that get an object whose blocking method is called somewhere on
something of an unknown type. They are written as annotations into the copy that the checker reads next.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from aioport.positions import span_of
from aioport.program.fixtures import Supplied
from aioport.program.model import Call, Function, Program
from aioport.program.syntax import FunctionNode, Syntax, SyntaxOf
from aioport.project import Project

MOST_CLASSES = 6
"""A union of more classes than this says nothing that could be used."""

METHOD = re.compile(rb"\.\s*(\w+)\s*\(")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter by its file and the byte offset at which its name ends."""

    path: str
    end: int


@dataclass(frozen=True, slots=True)
class ParameterType:
    """What a parameter is given.

    classes: module and dotted name inside it, sorted.
    optional: None as well.
    open: something of an unknown type as well.
    """

    classes: tuple[tuple[str, str], ...]
    optional: bool
    open: bool


@dataclass(slots=True)
class _Given:
    """What has been seen to arrive at a parameter so far."""

    classes: set[int] = field(default_factory=set)
    optional: bool = False
    open: bool = False

    def add(self, other: _Given) -> bool:
        """Whether that brought anything new."""
        before = (len(self.classes), self.optional, self.open)
        self.classes |= other.classes
        self.optional |= other.optional
        self.open |= other.open
        return before != (len(self.classes), self.optional, self.open)


def find_parameter_types(
    project: Project,
    program: Program,
    matters: Callable[[int, str], bool],
    supplied: Iterable[Supplied] = (),
) -> dict[Parameter, ParameterType]:
    """The parameters worth an annotation.

    matters: whether a method of this name on a class makes a difference once it is known.
    supplied: what parameters are given that nobody calls the function with.
    """
    methods = _unknown_methods(project, program)
    if not methods:
        return {}
    found = _Arguments(project, program).given(supplied)

    @cache
    def has_some(class_id: int) -> bool:
        line = (program.classes[one].methods for one in (class_id, *program.classes[class_id].ancestors))
        return any(matters(class_id, name) for own in line for name in own if name in methods)

    types = {}
    for parameter, given in found.items():
        if len(given.classes) <= MOST_CLASSES and any(map(has_some, given.classes)):
            types[parameter] = _type(given, program)
    return {parameter: one for parameter, one in types.items() if one.classes}


def _unknown_methods(project: Project, program: Program) -> frozenset[str]:
    """Names of methods that are called, with others, where it is unknown what is called."""
    found: set[bytes] = set()
    for call in program.calls:
        if call.unknown is not None and call.kind == "call":
            found.update(METHOD.findall(project.sources[call.path].data, call.start, call.end))
    return frozenset(name.decode() for name in found)


def _type(given: _Given, program: Program) -> ParameterType:
    classes = [program.classes[one] for one in given.classes]
    return ParameterType(
        tuple(sorted((one.module, one.importable) for one in classes if one.importable)),
        given.optional,
        given.open or not all(one.importable for one in classes),
    )


class _Arguments:
    """Follows arguments to parameters, and parameters that are passed on."""

    def __init__(self, project: Project, program: Program) -> None:
        self._program = program
        self._project = project
        self._syntax = SyntaxOf(project)
        self._given: dict[Parameter, _Given] = defaultdict(_Given)
        self._passed_on: dict[Parameter, set[Parameter]] = defaultdict(set)
        self._parameters: dict[int, dict[str, Parameter]] = {}

    def given(self, supplied: Iterable[Supplied]) -> dict[Parameter, _Given]:
        for one in supplied:
            parameter = self._open_parameters(one.function).get(one.parameter)
            if parameter is not None:
                self._given[parameter].add(_Given(set(one.classes)))
        for call in self._program.calls:
            if call.kind == "call":
                for target in call.targets:
                    if self._open_parameters(target):
                        self._follow(call, target)
        changed = list(self._given)
        while changed:
            parameter = changed.pop()
            targets = self._passed_on.get(parameter, ())
            changed += [other for other in targets if self._given[other].add(self._given[parameter])]
        return dict(self._given)

    def _follow(self, call: Call, target: int) -> None:
        syntax = self._syntax[call.path]
        node = syntax.at((call.start, call.end), ast.Call)
        definition = self._definition(self._program.functions[target])
        if node is None or definition is None:
            return
        parameters = self._open_parameters(target)
        filled: set[str] = set()
        for name, argument in _bound(
            node, definition, self._receives(call, node, self._program.functions[target])
        ):
            filled.add(name)
            if name in parameters:
                self._give(parameters[name], call, syntax, argument)
        is_unpacked = any(isinstance(one, ast.Starred) for one in node.args) or any(
            one.arg is None for one in node.keywords
        )
        for name in parameters.keys() - filled:
            # What is left out is None, the only default that these parameters have.
            self._given[parameters[name]].add(_Given(optional=True, open=is_unpacked))

    def _give(self, parameter: Parameter, call: Call, syntax: Syntax, argument: ast.expr) -> None:
        if isinstance(argument, ast.Constant) and argument.value is None:
            self._given[parameter].add(_Given(optional=True))
            return
        known = self._program.type_at(call.path, *syntax.span(argument))
        if isinstance(argument, ast.Name) and (known is None or not known.exhaustive):
            passed = self._open_parameters(call.caller).get(argument.id)
            if passed is not None:
                self._passed_on[passed].add(parameter)
                self._given[parameter].add(self._given[passed])
                return
        if known is None:
            self._given[parameter].add(_Given(open=True))
        else:
            is_open = not known.exhaustive or bool(known.objects)
            self._given[parameter].add(_Given(set(known.ids), known.optional, is_open))

    def _receives(self, call: Call, node: ast.Call, function: Function) -> bool:
        """Whether the first parameter is filled by what the method is called on."""
        if function.owner is None or function.is_static:
            return False
        if function.is_classmethod or call.constructs is not None or not isinstance(node.func, ast.Attribute):
            return True
        base = self._program.type_at(call.path, *self._syntax[call.path].span(node.func.value))
        return base is None or not base.objects

    def _definition(self, function: Function) -> FunctionNode | None:
        if not function.in_project or function.kind != "def" or function.path is None:
            return None
        source = self._project.sources[function.path]
        return self._syntax[function.path].functions.get(
            source.line_starts[function.line - 1] + function.column
        )

    def _open_parameters(self, target: int) -> Mapping[str, Parameter]:
        """The parameters of a function that an annotation could say something of, by name."""
        if target not in self._parameters:
            function = self._program.functions[target]
            definition = self._definition(function)
            self._parameters[target] = {}
            if definition is not None and function.path is not None:
                is_method = function.owner is not None and not function.is_static
                source = self._project.sources[function.path]
                self._parameters[target] = {
                    one.arg: Parameter(function.path, span_of(source, one)[1])
                    for one in _without_types(definition, skip_first=is_method)
                }
        return self._parameters[target]


def _without_types(node: FunctionNode, *, skip_first: bool) -> Iterator[ast.arg]:
    """Parameters without annotation and without a default that would tell their type."""
    positional = [*node.args.posonlyargs, *node.args.args]
    without = len(positional) - len(node.args.defaults)
    defaults = [*[None] * without, *node.args.defaults, *node.args.kw_defaults]
    for index, (one, default) in enumerate(zip([*positional, *node.args.kwonlyargs], defaults, strict=True)):
        tells = default is not None and not (isinstance(default, ast.Constant) and default.value is None)
        if one.annotation is None and not tells and not (skip_first and index == 0):
            yield one


def _bound(node: ast.Call, definition: FunctionNode, receives: bool) -> Iterator[tuple[str, ast.expr]]:
    """Arguments by the names of the parameters that they fill."""
    positional = [*definition.args.posonlyargs, *definition.args.args][1 if receives else 0 :]
    for parameter, argument in zip(positional, node.args, strict=False):
        if isinstance(argument, ast.Starred):
            break
        yield parameter.arg, argument
    for keyword in node.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
