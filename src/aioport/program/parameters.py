"""Types for parameters that have none, from the arguments at all their known call sites."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from aioport.positions import span_of
from aioport.program.fixtures import Supplied
from aioport.program.holders import Given, Holder
from aioport.program.model import Call, Function, Program
from aioport.program.syntax import FunctionNode, Syntax, SyntaxOf
from aioport.project import Project


def find_arguments(
    project: Project, program: Program, supplied: Iterable[Supplied] = (), values: Iterable[Call] = ()
) -> dict[Holder, Given]:
    """What parameters without a type are given.

    supplied: what parameters are given that nobody calls the function with.
    values: calls of functions that are passed around, with what they may run, which the program's calls do not say.
    """
    return _Arguments(project, program).given(supplied, values)


def find_open(project: Project, program: Program, functions: Iterable[int]) -> frozenset[int]:
    """Those of some functions that have a parameter without a type."""
    arguments = _Arguments(project, program)
    return frozenset(one for one in functions if arguments.open_parameters(one))


def asks_parameter(definition: FunctionNode | ast.Lambda, node: ast.expr) -> bool:
    """Whether a call is of a method of a parameter without a type, or of something that is an attribute of it."""
    base = node.func if isinstance(node, ast.Call) else node
    if not isinstance(base, ast.Attribute):
        return False
    while isinstance(base, ast.Attribute):
        base = base.value
    return isinstance(base, ast.Name) and any(
        one.arg == base.id for one in _without_types(definition, skip_first=False)
    )


class _Arguments:
    """Follows arguments to parameters, and parameters that are passed on."""

    def __init__(self, project: Project, program: Program) -> None:
        self._program = program
        self._project = project
        self._syntax = SyntaxOf(project)
        self._given: dict[Holder, Given] = defaultdict(Given)
        self._passed_on: dict[Holder, set[Holder]] = defaultdict(set)
        self._parameters: dict[int, dict[str, Holder]] = {}

    def given(self, supplied: Iterable[Supplied], values: Iterable[Call]) -> dict[Holder, Given]:
        for one in supplied:
            parameter = self.open_parameters(one.function).get(one.parameter)
            if parameter is not None:
                self._given[parameter].add(Given(set(one.classes), open=one.open))
        for call in (*self._program.calls, *values):
            if call.kind == "call":
                for target in call.targets:
                    if self.open_parameters(target):
                        self._follow(call, target)
        self._pass_on(list(self._given))
        silent = [one for one in self._passed_on if self._given[one] == Given()]
        for parameter in silent:
            self._given[parameter].unseen = True
        self._pass_on(silent)
        return dict(self._given)

    def _pass_on(self, changed: list[Holder]) -> None:
        while changed:
            parameter = changed.pop()
            targets = self._passed_on.get(parameter, ())
            changed += [other for other in targets if self._given[other].add(self._given[parameter])]

    def _follow(self, call: Call, target: int) -> None:
        syntax = self._syntax[call.path]
        node = syntax.at((call.start, call.end), ast.Call)
        definition = self._definition(self._program.functions[target])
        if node is None or definition is None:
            return
        parameters = self.open_parameters(target)
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
            self._given[parameters[name]].add(Given(optional=True, open=is_unpacked))

    def _give(self, parameter: Holder, call: Call, syntax: Syntax, argument: ast.expr) -> None:
        if isinstance(argument, ast.Constant) and argument.value is None:
            self._given[parameter].add(Given(optional=True))
            return
        known = self._program.type_at(call.path, *syntax.span(argument))
        if isinstance(argument, ast.Name) and (known is None or not known.exhaustive):
            passed = self.open_parameters(call.caller).get(argument.id)
            if passed is not None:
                self._passed_on[passed].add(parameter)
                self._given[parameter].add(self._given[passed])
                return
        if known is None:
            self._given[parameter].add(Given(open=True))
        else:
            is_open = not known.exhaustive or bool(known.objects)
            self._given[parameter].add(Given(set(known.ids), known.optional, is_open))

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

    def open_parameters(self, target: int) -> Mapping[str, Holder]:
        """The parameters of a function that an annotation could say something of, by name."""
        if target not in self._parameters:
            function = self._program.functions[target]
            definition = self._definition(function)
            self._parameters[target] = {}
            if definition is not None and function.path is not None:
                is_method = function.owner is not None and not function.is_static
                source = self._project.sources[function.path]
                self._parameters[target] = {
                    one.arg: Holder(function.path, span_of(source, one)[1])
                    for one in _without_types(definition, skip_first=is_method)
                }
        return self._parameters[target]


def _without_types(node: FunctionNode | ast.Lambda, *, skip_first: bool) -> Iterator[ast.arg]:
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
