"""The changes that functions used as values need, beside those of every function and call."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.callables.aliases import Aliases, only_in
from aioport.planning.callables.coloring import CallableColors
from aioport.planning.callables.model import Local, Member, Occurrence, Place, Result, Wrapper
from aioport.planning.callables.naming import name_of
from aioport.planning.consuming.annotations import asynchronous_annotation
from aioport.planning.plan import Awaitable, Intent, NameFunction, RunHere, SecondWrapper
from aioport.program.syntax import FunctionNode, own_nodes

CALLABLES = frozenset({"typing.Callable", "collections.abc.Callable"})


def make_callable_intents(
    analysis: Analysis, wanted: Mapping[int, int | None], points: Container[int]
) -> Iterator[tuple[str, Intent]]:
    """Names for lambdas, wrappers for what stays sync, decorators of both colors, and annotations."""
    maker = _Maker(analysis, wanted, points)
    yield from maker.wrappers()
    yield from maker.names()
    yield from maker.annotations()


def find_offloaded(
    analysis: Analysis, wanted: Mapping[int, int | None], points: Container[int]
) -> Iterator[int]:
    """Functions that get an `async def` around them where they are named, which runs them in a thread."""
    for one in _Maker(analysis, wanted, points).wrapped():
        if one.function in analysis.facts.waits and one.path not in analysis.test_files:
            assert one.function is not None
            yield one.function


def drop_handed_on(
    analysis: Analysis, wanted: Container[int], points: Container[int], index: int, targets: Sequence[int]
) -> list[int]:
    """The targets of a call whose results are used where it stands, and not by whoever gets them: from a lambda that
    does nothing else, or a generator from a wrapper."""
    colors, caller = CallableColors(analysis, points), analysis.program.calls[index].caller
    if caller in analysis.callables.lambdas and not colors.needs_name(caller, wanted):
        return []
    return [one for one in targets if not colors.hands_on(index, one)]


class _Maker:
    def __init__(self, analysis: Analysis, wanted: Mapping[int, int | None], points: Container[int]) -> None:
        self._analysis, self._wanted = analysis, wanted
        self._colors = CallableColors(analysis, points)
        self._taken: dict[str, set[str]] = defaultdict(set)

    def wrappers(self) -> Iterator[tuple[str, Intent]]:
        for function, wrapper in sorted(self._analysis.callables.wrappers.items()):
            node, path = self._analysis.node(function), self._analysis.function(function).path
            if function not in self._wanted or not isinstance(node, ast.FunctionDef) or path is None:
                continue
            if self._colors.is_dual(function, self._wanted):
                assert wrapper.uses is not None
                name = self._free(path, f"async_{node.name}")
                typed = any(self._is_typed(path, use) for use in wrapper.uses)
                called = tuple(self._called(wrapper))
                yield path, SecondWrapper(node, name, wrapper.uses, wrapper.parameter, typed, called)

    def _called(self, wrapper: Wrapper) -> Iterator[ast.Name]:
        """Where a wrapper calls what its decorator was given, by the name that it has there."""
        for index in sorted(wrapper.calls):
            node = self._analysis.expression(self._analysis.program.calls[index])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == wrapper.parameter:
                    yield node.func

    def _is_typed(self, path: str, use: ast.Name) -> bool:
        """Whether the function that returns a wrapper has an annotation for it."""
        scope = self._analysis.syntax[path].place(use).scope
        return isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef) and scope.returns is not None

    def names(self) -> Iterator[tuple[str, Intent]]:
        callables = self._analysis.callables
        for function, node in sorted(callables.lambdas.items()):
            path = self._analysis.function(function).path
            if (
                function in self._wanted
                and path is not None
                and self._colors.needs_name(function, self._wanted)
            ):
                yield path, NameFunction(node, self._name(path, node))
        for one in sorted(self.wrapped(), key=lambda one: (one.path, _position(one.node))):
            assert one.node is not None
            if one.path in self._analysis.test_files:
                yield one.path, RunHere(one.node, "stand-in")
                continue
            offloaded = one.function is not None and one.function in self._analysis.facts.waits
            yield one.path, NameFunction(one.node, self._name(one.path, one.node), offloaded=offloaded)

    def wrapped(self) -> set[Occurrence]:
        """What stays sync and is passed to where it is awaited."""
        found: set[Occurrence] = set()
        for index, site in self._analysis.callables.sites.items():
            call = self._analysis.program.calls[index]
            if index not in self._awaited or call.caller in self._analysis.callables.wrappers:
                continue
            for one in site.occurrences:
                if one.node is not None and not (
                    one.function is not None and self._colors.is_async(one.function, self._wanted)
                ):
                    found.add(one)
        return found

    @cached_property
    def _awaited(self) -> set[int]:
        return {
            index
            for index in self._analysis.callables.sites
            if any(target in self._wanted for target in self._analysis.program.calls[index].targets)
        }

    def _name(self, path: str, node: ast.expr) -> str:
        name = name_of(self._analysis, path, node, self._taken[path])
        self._taken[path].add(name)
        return name

    def _free(self, path: str, name: str) -> str:
        while name in self._analysis.identifiers(path):
            name += "_"
        return name

    def annotations(self) -> Iterator[tuple[str, Intent]]:
        """`Callable[..., T]` -> `Callable[..., Awaitable[T]]` where what is kept is awaited."""
        places: dict[Place, bool] = {}
        for index in sorted(self._awaited):
            call = self._analysis.program.calls[index]
            if not self._colors.is_dual(call.caller, self._wanted):
                iterates = not self._analysis.generators.isdisjoint(call.targets)
                places.update(dict.fromkeys(self._analysis.callables.sites[index].places, iterates))
        for function, wrapper in sorted(self._analysis.callables.wrappers.items()):
            if function in self._wanted and not self._colors.is_dual(function, self._wanted):
                yield from self._decorator(function, wrapper.parameter)
        found = [(*one, iterates) for place, iterates in places.items() for one in self._annotations(place)]
        for path, annotation, iterates in found:
            yield from self._retyped(path, annotation, iterates=iterates)
        written = [annotation for _, annotation, _ in found]
        aliases = Aliases(self._analysis)
        retyped: set[ast.expr] = set()
        for path, annotation, iterates in found:
            for alias in aliases.within(path, annotation):
                if alias.value not in retyped and only_in(alias, written):
                    retyped.add(alias.value)
                    yield from self._retyped(alias.path, alias.value, iterates=iterates)

    def _retyped(self, path: str, annotation: ast.expr, *, iterates: bool) -> Iterator[tuple[str, Intent]]:
        for result in self._results(path, annotation):
            if iterates:
                names = self._analysis.names(path)
                yield from ((path, intent) for intent in asynchronous_annotation(names, result))
            else:
                yield path, Awaitable(result)

    def _decorator(self, wrapper: int, parameter: str) -> Iterator[tuple[str, Intent]]:
        """What the decorators around a wrapper take and return."""
        outer = self._analysis.function(wrapper).parent
        while outer is not None:
            node, path = self._analysis.node(outer), self._analysis.function(outer).path
            if node is None or path is None:
                return
            if node.returns is not None:
                yield from self._awaitable(path, node.returns)
            for one in (*node.args.posonlyargs, *node.args.args):
                if one.arg == parameter and one.annotation is not None:
                    yield from self._awaitable(path, one.annotation)
            outer = self._analysis.function(outer).parent

    def _annotations(self, place: Place) -> Iterator[tuple[str, ast.expr]]:
        match place:
            case Local(path, binding):
                scope = binding.scope
                if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                    for one in (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs):
                        if one.arg == binding.name and one.annotation is not None:
                            yield path, one.annotation
                    if scope.returns is not None and _returns_only(scope, binding.name):
                        yield path, scope.returns
                if not isinstance(scope, ast.Lambda):
                    yield from self._assigned(path, scope, binding.name)
            case Member(name):
                for path in self._analysis.project.sources:
                    if name in self._analysis.project.sources[path].text:
                        yield from self._members(path, name)
            case Result(function):
                node, path_of = self._analysis.node(function), self._analysis.function(function).path
                if node is not None and node.returns is not None and path_of is not None:
                    yield path_of, node.returns

    def _assigned(self, path: str, scope: ast.AST, name: str) -> Iterator[tuple[str, ast.expr]]:
        for statement in ast.walk(scope):
            match statement:
                case ast.AnnAssign(target=ast.Name(id=same), annotation=annotation) if same == name:
                    yield path, annotation

    def _members(self, path: str, name: str) -> Iterator[tuple[str, ast.expr]]:
        for node in ast.walk(self._analysis.syntax[path].tree):
            match node:
                case ast.AnnAssign(target=ast.Attribute(attr=same), annotation=annotation) if same == name:
                    yield path, annotation
                case ast.ClassDef():
                    for statement in node.body:
                        match statement:
                            case ast.AnnAssign(target=ast.Name(id=same), annotation=annotation):
                                if same == name:
                                    yield path, annotation

    def _awaitable(self, path: str, annotation: ast.expr) -> Iterator[tuple[str, Intent]]:
        yield from ((path, Awaitable(result)) for result in self._results(path, annotation))

    def _results(self, path: str, annotation: ast.expr) -> Iterator[ast.expr]:
        """What the `Callable`s in an annotation return; one that returns a callable makes what is called."""
        names = self._analysis.names(path)
        for node in ast.walk(annotation):
            match node:
                case ast.Subscript(value=value, slice=ast.Tuple(elts=[_, result])):
                    inner = {names.resolve(one) for one in ast.walk(result)}
                    if names.resolve(value) in CALLABLES and not inner & CALLABLES:
                        yield result


def _returns_only(function: FunctionNode, name: str) -> bool:
    """Whether a function gives back what it has under a name, as those do that register what they decorate."""
    returns = [one for one in own_nodes(function) if isinstance(one, ast.Return)]
    return bool(returns) and all(isinstance(one.value, ast.Name) and one.value.id == name for one in returns)


def _position(node: ast.expr | None) -> tuple[int, int]:
    return (node.lineno, node.col_offset) if node is not None else (0, 0)
