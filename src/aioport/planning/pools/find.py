"""Finds the pools of threads that one function makes, uses and lets go, with all that becomes of their results there."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from aioport.catalog.schema import Pool, PoolMethod
from aioport.planning.callables.ground import Ground
from aioport.planning.pools.contexts import why_not
from aioport.planning.pools.model import PoolGroup, Pools, Submission
from aioport.planning.pools.shape import Shape
from aioport.planning.pools.shapes import Shapes
from aioport.program.module_names import package_of
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, Syntax
from aioport.values.code import scopes_of
from aioport.values.scopes import Scopes


class KeptError(Exception):
    """Why pools stay as they are."""


def find_pools(ground: Ground) -> Pools:
    """The pools of a project. Those of module bodies stay: nothing can be awaited there."""
    groups: list[PoolGroup] = []
    refused: dict[tuple[str, int], str] = {}
    last_names = {name.rpartition(".")[2] for name in ground.catalog.pools}
    replaced: frozenset[str] | None = None
    for path, source in ground.project.sources.items():
        if path in ground.tests or not any(name in source.text for name in last_names):
            continue
        names = ground.names(path)
        made: dict[FunctionNode | None, list[ast.Call]] = defaultdict(list)
        for node in ground.syntax(path).of_kind.get(ast.Call, ()):
            if isinstance(node, ast.Call) and names.resolve(node.func) in ground.catalog.pools:
                made[_around(ground.syntax(path), node)].append(node)
        if made and replaced is None:
            replaced = frozenset(_named_by_tests(ground))
        for function, calls in made.items():
            assert replaced is not None
            try:
                groups.append(_Finder(ground, path, function, calls, replaced).group())
            except KeptError as why:
                refused[path, calls[0].lineno] = str(why)
    return Pools(tuple(groups), refused)


def _around(syntax: Syntax, node: ast.AST) -> FunctionNode | None:
    for around in syntax.ancestors(node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
            return around
        if isinstance(around, ast.ClassDef | ast.Lambda):
            return None
    return None


class _Finder:
    """Looks at one function.

    calls: those that make pools in it.
    replaced: last names of dotted names that tests have in strings.
    """

    def __init__(
        self,
        ground: Ground,
        path: str,
        function: FunctionNode | None,
        calls: list[ast.Call],
        replaced: AbstractSet[str],
    ) -> None:
        number = ground.code.function_at(path, function) if function is not None else None
        if function is None or number is None:
            raise KeptError("it is not made in a function, where something could be awaited")
        self.ground, self.path, self.calls, self.number = ground, path, calls, number
        self.replaced = replaced
        self.syntax: Syntax = ground.syntax(path)
        self.scopes: Scopes = ground.project.sources[path].once(scopes_of)
        self.names = ImportedNames(self.syntax, ground.catalog.public_name, package_of(ground.project, path))
        self.shapes = Shapes(function, ground.catalog, self.names, self.scopes)
        self.known = dict(self.shapes.holding())
        self.submissions: list[Submission] = []
        self.helpers: list[tuple[ast.Call, str]] = []
        self.entered: list[ast.expr] = []
        self.awaited: list[ast.Call] = []
        self.lazy: list[ast.Call] = []
        self.results: list[ast.Call] = []
        self.callbacks: list[ast.Lambda] = []
        self.asking: list[ast.While] = []

    def group(self) -> PoolGroup:
        """All that is done with them. Raises KeptError."""
        self._check_names()
        for call in self.calls:
            self._make(call)
        for node, shape in self.known.items():
            if (reason := why_not(self.syntax, self.shapes, node, shape)) is not None:
                raise KeptError(f"line {node.lineno} {reason}")
            if isinstance(self.syntax.parents[node], ast.withitem) and shape.kind == "pool":
                self.entered.append(node)
        for one in self.shapes.nodes:
            if isinstance(one, ast.Call):
                self._call(one)
        if not self.submissions:
            raise KeptError("it is not seen to be given a function")
        first = self.calls[0]
        return PoolGroup(
            self.path, self.number, first.lineno, self.names.resolve(first.func) or "",
            tuple(self.submissions), tuple(self.helpers), tuple(self.entered), tuple(self.awaited),
            tuple(self.lazy), tuple(self.results), tuple(self.callbacks), tuple(self.asking), tuple(self._annotations()), tuple(self.known),
        )  # fmt: skip

    def _check_names(self) -> None:
        """Nothing gets away, into nested functions either, and no name stands for something else as well."""
        for lost in self.shapes.lost:
            raise KeptError(f"line {lost.lineno} keeps something of it where it is not followed")
        own = set(self.shapes.nodes)
        others = {
            name
            for node in self.shapes.nodes
            for name in (getattr(node, "name", None), getattr(node, "rest", None))
            if isinstance(name, str)
        }
        for binding, shape in self.shapes.known.items():
            if not shape.holds:
                continue
            if shape.kind == "mixed" or binding.name in others:
                raise KeptError(f"`{binding.name}` is something else as well")
            for load in self.scopes.loads(binding):
                if load not in own:
                    raise KeptError(f"line {load.lineno} uses `{binding.name}` in a function of its own")

    def _make(self, call: ast.Call) -> None:
        pool = self.ground.catalog.pools[self.names.resolve(call.func) or ""]
        given = [one.arg for one in call.keywords]
        if ast.unparse(call.func).rpartition(".")[2] in self.replaced:
            raise KeptError("a test may put something in its place")
        if len(call.args) > len(pool.accepts) or any(isinstance(one, ast.Starred) for one in call.args):
            raise KeptError("it is given arguments that tasks have no use for")
        for name in given:
            if name not in pool.accepts:
                raise KeptError(f"it is given `{name or '**'}`, which only threads have a use for")
        self.helpers.append((call, pool.async_))

    def _call(self, node: ast.Call) -> None:
        function = self.ground.catalog.pool_functions.get(self.shapes.called(node) or "")
        shape = self.known.get(node)
        if function is not None and shape is not None:
            self.helpers.append((node, function.async_))
            (self.lazy if function.gives == "futures" else self.awaited).append(node)
            return
        if not isinstance(node.func, ast.Attribute):
            return
        receiver = self.known.get(node.func.value)
        if receiver is None or receiver.pool is None or receiver.kind not in ("pool", "future"):
            return
        method = method_of(receiver, node.func.attr)
        assert method is not None  # `why_not` knows no other
        self._method(node, method, receiver.pool)

    def _method(self, node: ast.Call, method: PoolMethod, pool: Pool) -> None:
        if method.passes == "callback":
            self.callbacks.append(self._callback(node))
        elif method.passes is not None:
            self.submissions.append(self._submission(node, method))
        if method.passes in ("items", "packed"):
            strange = [one.arg for one in node.keywords if one.arg not in method.accepts]
            if strange:
                raise KeptError(f"line {node.lineno} gives `{method.name}` `{strange[0] or '**'}`")
        if method.name in pool.asks:
            loop = next((one for one in self.syntax.ancestors(node) if isinstance(one, ast.While)), None)
            self.asking += [loop] if loop is not None else []
        if method.gives in ("awaited", "result"):
            self.awaited.append(node)
        if method.gives == "result":
            self.results.append(node)
        if method.gives == "results" and not isinstance(self.syntax.parents[node], ast.Expr):
            self.lazy.append(node)

    def _submission(self, call: ast.Call, method: PoolMethod) -> Submission:
        where = f"line {call.lineno}"
        if not call.args or isinstance(call.args[0], ast.Starred):
            raise KeptError(f"{where}: it is not known what `{method.name}` is given")
        function = call.args[0]
        first: int | None = 1 if method.passes == "arguments" else None
        named: ast.expr | None = function
        inner: ast.Call | None = None
        if isinstance(function, ast.Lambda):
            if not isinstance(function.body, ast.Call) or any(
                isinstance(one, ast.Call | ast.Lambda) for one in _below(function.body)
            ):
                raise KeptError(f"{where} gives it a lambda that does more than to call something")
            named, inner, first = None, function.body, None
            known = self.ground.call(self.path, inner)
            targets = known[1].targets if known is not None and known[1].unknown is None else ()
        else:
            if isinstance(function, ast.Call):
                if self.shapes.called(function) not in self.ground.catalog.partials or not function.args:
                    raise KeptError(f"{where}: it is not known what `{ast.unparse(function)[:40]}` is")
                inner, named, first = function, function.args[0], None
            assert named is not None
            targets = self.ground.named(self.path, named)
        functions = [self.ground.program.functions[one] for one in targets]
        if not functions or not all(one.in_project and one.kind == "def" for one in functions):
            text = ast.unparse(function)[:40]
            raise KeptError(f"{where} gives it `{text}`, which is no function of the project that is known")
        if any(one.is_async for one in functions):
            raise KeptError(f"{where} gives it a function that is async already")
        is_of_items = method.passes == "items"
        return Submission(call, function, named, inner, first, is_of_items, tuple(targets))

    def _callback(self, call: ast.Call) -> ast.Lambda:
        """What is called when a future is done; it must not look at that, for its result would have to be awaited."""
        match call.args:
            case [ast.Lambda(args=ast.arguments(args=[parameter])) as function] if not any(
                isinstance(one, ast.Name) and one.id == parameter.arg for one in ast.walk(function.body)
            ):
                return function
        raise KeptError(f"line {call.lineno} has something called that may look at a future")

    def _annotations(self) -> Iterator[tuple[ast.expr, str]]:
        """Names of classes of pools and futures in annotations of variables that hold them."""
        classes: dict[str, str] = {}
        for pool in self.ground.catalog.pools.values():
            classes |= dict.fromkeys(pool.sync, pool.async_) | {pool.future: pool.future_async}
        for node in self.shapes.nodes:
            if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
                continue
            binding = self.scopes.binding(node.target)
            if binding in self.shapes.known and self.shapes.known[binding].holds:
                for one in ast.walk(node.annotation):
                    name = self.names.resolve(one) if isinstance(one, ast.Name | ast.Attribute) else None
                    if isinstance(one, ast.expr) and name in classes:
                        yield one, classes[name]


def _named_by_tests(ground: Ground) -> Iterator[str]:
    for path in ground.tests:
        for node in ground.syntax(path).of_kind.get(ast.Constant, ()):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                yield node.value.rpartition(".")[2]


def _below(node: ast.Call) -> Iterator[ast.AST]:
    found = ast.walk(node)
    next(found)
    return found


def method_of(shape: Shape, name: str) -> PoolMethod | None:
    """What is known of a method of a pool or a future."""
    if shape.pool is None:
        return None
    methods = shape.pool.method if shape.kind == "pool" else shape.pool.future_method
    return next((one for one in methods if one.name == name), None)
