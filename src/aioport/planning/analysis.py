"""What planning looks at: the facts of the stages before it, and the way from functions and calls to their syntax."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar, cast

from aioport.blocking.facts import Facts
from aioport.catalog.index import Catalog
from aioport.planning.callables.model import Callables
from aioport.planning.consuming.forwarding import find_forwarders, is_handed_on
from aioport.planning.hosted import Hosted, find_hosted
from aioport.planning.testing.code import find_test_files
from aioport.program.mentions import Mentions
from aioport.program.model import Call, Function, Program
from aioport.program.module_names import package_of
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, SyntaxOf, body_nodes, bound_names, has_no_body
from aioport.program.unwritten import Unwritten, UnwrittenSource
from aioport.project import Entry, Project
from aioport.settings import Settings
from aioport.test_setup import TestSetup

T = TypeVar("T")

RUNTIME = "aioport.runtime."
"""What the functions of the vendored file are called, whatever package it is in."""

PLAIN_VALUES = (ast.Name, ast.Attribute, ast.Subscript, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp)
"""What a function returns that it has not from a call."""

OVERLOADS = frozenset({"typing.overload", "typing_extensions.overload"})

FunctionDefinitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Analysis:
    """Read-only; looks things up when they are asked for.

    literal: the result is to read as the sync code does, word by word: the async half of a twin.
    test_setup: what the project's tests are run with.
    """

    project: Project
    program: Program
    facts: Facts
    catalog: Catalog
    families: Mapping[int, tuple[int, ...]]
    entries: tuple[Entry, ...]
    settings: Settings
    literal: bool = False
    callables: Callables = field(default_factory=Callables)
    test_setup: TestSetup = field(default_factory=TestSetup)

    @cached_property
    def _made(self) -> dict[object, object]:
        return {}

    def once(self, make: Callable[[Analysis], T]) -> T:
        """What a function makes of this analysis alone, made when first asked for: planning asks again in every round."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("T", self._made[make])

    @cached_property
    def syntax(self) -> SyntaxOf:
        return SyntaxOf(self.project, frozenset(self.callables.lambdas.values()))

    def revised(
        self,
        program: Program,
        families: Mapping[int, tuple[int, ...]] | None = None,
        *,
        literal: bool = False,
    ) -> Analysis:
        """The same of another program of the same files: their syntax and imports are not read again."""
        made = replace(
            self,
            program=program,
            families=self.families if families is None else families,
            literal=literal or self.literal,
        )
        made.__dict__.update(
            syntax=self.syntax, mentions=self.mentions, _names=self._names, test_files=self.test_files
        )
        return made

    @cached_property
    def _names(self) -> dict[str, ImportedNames]:
        return {}

    def names(self, path: str) -> ImportedNames:
        if path not in self._names:
            self._names[path] = ImportedNames(
                self.syntax[path], self.catalog.public_name, self.package_of(path)
            )
        return self._names[path]

    def overloads(self, path: str, node: ast.FunctionDef) -> list[ast.FunctionDef]:
        """The `@overload` forms that stand beside a function."""
        resolve = self.names(path).resolve
        return [
            one
            for one in self.syntax[path].suite(node)
            if isinstance(one, ast.FunctionDef)
            and one is not node
            and one.name == node.name
            and any(resolve(decorator) in OVERLOADS for decorator in one.decorator_list)
        ]

    def reaching(self, functions: Iterable[int]) -> set[int]:
        """These functions, and all that call them, directly or by way of others."""
        found = set(functions)
        todo = list(found)
        while todo:
            for index in self.calls_of.get(todo.pop(), ()):
                caller = self.program.calls[index].caller
                if caller not in found:
                    found.add(caller)
                    todo.append(caller)
        return found

    @cached_property
    def mentions(self) -> Mentions:
        return Mentions(self.project.sources)

    def package_of(self, path: str) -> str:
        """The dotted name of the package that a file belongs to; empty for a script."""
        return package_of(self.project, path)

    @cached_property
    def test_files(self) -> frozenset[str]:
        """The paths of test code."""
        return find_test_files(self.project, self.program, self.catalog)

    @cached_property
    def _hosted(self) -> Mapping[int, Hosted]:
        return find_hosted(self)

    @cached_property
    def hosted(self) -> Mapping[int, Hosted]:
        """Sync functions that a framework calls, but for those of tests."""
        return {one: how for one, how in self._hosted.items() if not self.function(one).is_async}

    @cached_property
    def hosted_async(self) -> Mapping[int, Hosted]:
        """Asynchronous ones, of frameworks that run sync ones in threads."""
        return {
            one: how
            for one, how in self._hosted.items()
            if self.function(one).is_async and how.entry.threaded
        }

    def in_tests(self, function: int) -> bool:
        """Whether a function belongs to test code."""
        return self.function(function).in_project and self.function(function).path in self.test_files

    @cached_property
    def _nodes(self) -> dict[int, FunctionNode]:
        found = {}
        for function in self.program.functions:
            if function.in_project and function.kind == "def" and function.path is not None:
                source = self.project.sources[function.path]
                offset = source.line_starts[function.line - 1] + function.column
                node = self.syntax[function.path].functions.get(offset)
                if node is not None:
                    found[function.id] = node
        return found

    def node(self, function: int) -> FunctionNode | None:
        """The `def` of one of the project's functions."""
        return self._nodes.get(function)

    @cached_property
    def _locals(self) -> dict[ast.AST, frozenset[str]]:
        return {}

    def locals_of(self, node: FunctionNode) -> frozenset[str]:
        """Names that a function binds itself."""
        if node not in self._locals:
            self._locals[node] = frozenset(bound_names(node))
        return self._locals[node]

    @cached_property
    def _bodies(self) -> dict[int, tuple[ast.AST, ...]]:
        return {}

    def body(self, function: int) -> tuple[ast.AST, ...]:
        """Every node that runs in one of the project's functions or modules itself, in order; nothing for a class."""
        if function not in self._bodies:
            one = self.function(function)
            node = (
                self.syntax[one.path].tree
                if one.kind == "module" and one.path is not None
                else self.node(function)
            )
            self._bodies[function] = tuple(body_nodes(node)) if node is not None else ()
        return self._bodies[function]

    @cached_property
    def by_node(self) -> dict[ast.AST, int]:
        """The function of each `def`."""
        return {node: function for function, node in self._nodes.items()}

    @cached_property
    def mains(self) -> Mapping[int, Unwritten]:
        """Functions that are not written yet: statements at module level that start the event loop once."""
        sources = (one for one in self.project.sources.values() if isinstance(one, UnwrittenSource))
        return {self.by_node[node]: made for source in sources for node, made in source.unwritten}

    def function(self, function: int) -> Function:
        return self.program.functions[function]

    def expression(self, call: Call) -> ast.expr | None:
        """The expression that a call record stands for."""
        kind = {"call": ast.Call, "property": ast.Attribute, "setter": ast.Attribute}.get(call.kind, ast.expr)
        return self.syntax[call.path].at((call.start, call.end), kind)

    @cached_property
    def generators(self) -> frozenset[int]:
        """Functions whose calls return a generator, abstract ones that stand for such functions included."""
        return self.written_generators | self.abstract_generators

    @cached_property
    def written_generators(self) -> frozenset[int]:
        """Functions with a `yield` of their own."""
        return frozenset(
            function
            for function in self._nodes
            if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in self.body(function))
        )

    @cached_property
    def abstract_generators(self) -> frozenset[int]:
        """Methods without a body whose overrides are generators, and none a function that returns something else."""
        return frozenset(
            member
            for function in self.written_generators
            for member in self.family(function)
            if member not in self.written_generators
            and (node := self.node(member)) is not None
            and has_no_body(node)
            and not any(self._returns_no_iterator(other) for other in self.family(function))
        )

    def _returns_no_iterator(self, function: int) -> bool:
        """Whether a function returns what no call of a generator can have made; `__iter__` may return its own object."""
        if function in self.written_generators or self.function(function).bare_name == "__iter__":
            return False
        return any(
            isinstance(one, ast.Return) and isinstance(one.value, PLAIN_VALUES) for one in self.body(function)
        )

    @cached_property
    def forwarders(self) -> frozenset[int]:
        """Functions without a `yield` that return what generators make, to be gone through by their callers.

        One that waits before, and whose iterator does not, is a function like others: its result is there at once.
        """
        called = {
            one: node
            for one, node in self._nodes.items()
            if not self.function(one).is_property and not self._waits_only_before(one)
        }
        return find_forwarders(called, self.body, self.generators - self.context_managers, self._targets_at)

    def _waits_only_before(self, function: int) -> bool:
        """Whether a function waits, but in nothing of what it returns."""
        path = self.function(function).path
        if path is None or self.literal:
            return False
        waiting = [
            self.expression(self.program.calls[index])
            for index in self.calls_in.get(function, ())
            if index in self.facts.calls
        ]
        return bool(waiting) and not any(
            node is None or is_handed_on(self.syntax[path], node) for node in waiting
        )

    def _targets_at(self, function: int, node: ast.Call) -> tuple[int, ...]:
        path = self.function(function).path
        index = self.call_at.get((path, *self.syntax[path].span(node))) if path is not None else None
        return self.program.calls[index].targets if index is not None else ()

    @cached_property
    def lazy(self) -> frozenset[int]:
        """Functions of which a call returns something to be gone through or entered."""
        return self.generators | self.forwarders

    @cached_property
    def iterators(self) -> frozenset[int]:
        """Functions whose calls are gone through: generators that are no context managers, and their forwarders."""
        return (self.generators - self.context_managers) | self.forwarders

    @cached_property
    def context_managers(self) -> frozenset[int]:
        """Generators that a decorator turns into context managers."""
        return frozenset(function for function in self.generators if self._makes_context_manager(function))

    def _makes_context_manager(self, function: int) -> bool:
        node, path = self.node(function), self.function(function).path
        if node is None or path is None:
            return False
        names = (self.names(path).resolve(decorator) for decorator in node.decorator_list)
        known = (self.catalog.decorator(name) for name in names if name is not None)
        return any(one is not None and one.makes == "context manager" for one in known)

    @cached_property
    def calls_of(self) -> Mapping[int, tuple[int, ...]]:
        """Indices of the calls that may run each function."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            for target in call.targets:
                found[target].append(index)
        return {target: tuple(indices) for target, indices in found.items()}

    @cached_property
    def making(self) -> Mapping[int, tuple[int, ...]]:
        """Indices of the calls that make objects of each class."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            if call.constructs is not None:
                found[call.constructs].append(index)
        return {made: tuple(indices) for made, indices in found.items()}

    @cached_property
    def calls_in(self) -> Mapping[int, tuple[int, ...]]:
        """Indices of the calls in each function's body."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            found[call.caller].append(index)
        return {caller: tuple(indices) for caller, indices in found.items()}

    @cached_property
    def _by_path(self) -> Mapping[str, tuple[Call, ...]]:
        return {
            path: tuple(self.program.calls[one] for one in indices) for path, indices in self._indices.items()
        }

    def calls_by_path(self, path: str) -> tuple[Call, ...]:
        """A file's calls in source order."""
        return self._by_path.get(path, ())

    @cached_property
    def _indices(self) -> Mapping[str, tuple[int, ...]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            found[call.path].append(index)
        return {path: tuple(indices) for path, indices in found.items()}

    def indices_of(self, path: str) -> tuple[int, ...]:
        """Indices of a file's calls in source order."""
        return self._indices.get(path, ())

    @cached_property
    def call_at(self) -> Mapping[tuple[str, int, int], int]:
        """The index of each call expression by its file and byte range."""
        return {
            (call.path, call.start, call.end): index
            for index, call in enumerate(self.program.calls)
            if call.kind == "call"
        }

    @cached_property
    def pooled_lambdas(self) -> frozenset[int]:
        """Calls in lambdas, of which a pool of tasks awaits what they give, by index."""
        handed = self.callables.pools.handed_on
        paths = {group.path for group in self.callables.pools.groups}
        return frozenset(
            index
            for path in paths
            for index in self.indices_of(path)
            if self.program.calls[index].kind == "call"
            and self.expression(self.program.calls[index]) in handed
        )

    def family(self, function: int) -> tuple[int, ...]:
        return self.families.get(function, (function,))

    @cached_property
    def starts_threads(self) -> bool:
        """Whether the project starts a thread or a process, or derives a class that is one; units do not count."""
        spawning = {one.id for one in self.program.classes if self.catalog.is_spawn(one.name)}
        if any(not spawning.isdisjoint(one.ancestors) for one in self.program.classes if one.in_project):
            return True
        return bool(self.facts.spawned) or any(
            call.constructs in spawning
            or any(
                self.catalog.is_spawn(name) and not name.startswith(RUNTIME)
                for name in (self.function(target).name for target in call.targets)
            )
            for call in self.program.calls
            if not self.function(call.caller).name.startswith(RUNTIME)
        )

    @cached_property
    def _identifiers(self) -> dict[str, frozenset[str]]:
        return {}

    def identifiers(self, path: str) -> frozenset[str]:
        """Every name that a file uses for anything but a method, which is only reached through its object."""
        if path not in self._identifiers:
            tree = self.syntax[path].tree
            found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            found |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
            parents = self.syntax[path].parents
            found |= {
                node.name
                for node in ast.walk(tree)
                if isinstance(node, FunctionDefinitions) and not isinstance(parents[node], ast.ClassDef)
            }
            found |= {
                (alias.asname or alias.name).partition(".")[0]
                for node in ast.walk(tree)
                if isinstance(node, ast.Import | ast.ImportFrom)
                for alias in node.names
            }
            self._identifiers[path] = frozenset(found)
        return self._identifiers[path]

    @cached_property
    def _bound(self) -> dict[str, frozenset[str]]:
        return {}

    def bound_in(self, path: str) -> frozenset[str]:
        """Every name that a file gives a meaning of its own, anywhere in it."""
        if path not in self._bound:
            found = set(self.names(path).bound)
            for node in self.syntax[path].nodes:
                match node:
                    case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                        found.add(name)
                    case (
                        ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name)
                    ):
                        if not isinstance(self.syntax[path].parents[node], ast.ClassDef):
                            found.add(name)
            self._bound[path] = frozenset(found)
        return self._bound[path]

    def where(self, path: str, node: ast.AST) -> str:
        return f"{path}:{getattr(node, 'lineno', 1)}"
