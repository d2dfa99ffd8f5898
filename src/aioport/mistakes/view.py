"""What all kinds of mistakes look at: a program by callee, by role and by syntax, each made when it is asked for."""

from __future__ import annotations

import ast
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from aioport.blocking.facts import Facts
from aioport.blocking.primitives import called_names
from aioport.catalog.index import Catalog
from aioport.mistakes.excerpt import Excerpt, function_around, statement_around
from aioport.mistakes.known import Framework, Known, Role
from aioport.mistakes.mistake import Mistake, MistakeKind
from aioport.program.imported import bound_by_imports
from aioport.program.model import Call, Function, Program
from aioport.program.syntax import FunctionNode
from aioport.project import PARSE_ERRORS, Project

CALLEE = re.compile(rb"[\w.]+")
"""A callee that is a dotted name."""

CALLED = re.compile(rb"[ \t]*\(")
"""What follows an expression that is called."""


@dataclass(frozen=True)
class View:
    """One program. Only files in which something was found by other means are parsed."""

    project: Project
    program: Program
    facts: Facts
    catalog: Catalog
    known: Known

    @cached_property
    def calls_of(self) -> Mapping[int, list[int]]:
        """The indices of the calls that may run each function."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            for target in call.targets:
                found[target].append(index)
        return found

    @cached_property
    def calls_in(self) -> Mapping[int, list[int]]:
        """The indices of the calls in each function's body."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            found[call.caller].append(index)
        return found

    @cached_property
    def registrations(self) -> tuple[tuple[int, Framework], ...]:
        """The calls that hand functions to a framework, by their indices."""
        found: dict[int, Framework] = {}
        for target, indices in self.calls_of.items():
            framework = self.known.framework(self.program.functions[target].name)
            if framework is not None:
                found.update(dict.fromkeys(indices, framework))
        return tuple(sorted(found.items(), key=lambda item: item[0]))

    @cached_property
    def _calls_by_role(self) -> Mapping[Role, list[int]]:
        found: dict[Role, set[int]] = defaultdict(set)
        roles, program = self.known.roles, self.program
        of_targets = {target: roles(program.functions[target].name) for target in self.calls_of}
        for target, many in of_targets.items():
            for role in many:
                found[role].update(self.calls_of[target])
        of_classes = cache(lambda made: roles(program.classes[made].name))
        packages = self.known.packages
        for index, call in enumerate(program.calls):
            if call.constructs is not None:
                for role in of_classes(call.constructs):
                    found[role].add(index)
            elif call.unknown is not None and call.kind == "call" and not call.targets:
                data = self.project.sources[call.path].data
                callee = CALLEE.match(data, call.start, call.end)
                tops = packages.get(callee[0].rpartition(b".")[2]) if callee is not None else None
                if callee is not None and tops is not None and any(top in data for top in tops):
                    for role in roles(self.spelled(call.path, callee[0].decode()) or ""):
                        found[role].add(index)
        return {
            role: [
                index
                for index in sorted(indices)
                if all(role in of_targets[target] for target in program.calls[index].targets)
            ]
            for role, indices in found.items()
        }

    def calls_to(self, role: Role) -> list[int]:
        """The indices of the calls of nothing but what has a role, by resolved names, or by the file's imports."""
        return self._calls_by_role.get(role, [])

    def has_role(self, call: Call, role: Role) -> bool:
        """Whether all that a call may run has a role."""
        names = called_names(call, self.program)[: max(1, len(call.targets))]
        return bool(names) and all(role in self.known.roles(name) for name in names)

    def spelled(self, path: str, text: str) -> str | None:
        """The public name of a dotted name in a file, by the file's imports."""
        if path not in self._imports:
            self._imports[path] = bound_by_imports(self.project.sources[path].data)
        first, dot, rest = text.partition(".")
        base = self._imports[path].get(first)
        return self.catalog.public_name(f"{base}{dot}{rest}") if base is not None else None

    @cached_property
    def _imports(self) -> dict[str, Mapping[str, str]]:
        return {}

    def tree(self, path: str) -> ast.Module | None:
        """A file's syntax tree; None where it cannot be parsed."""
        try:
            return self.project.sources[path].tree
        except PARSE_ERRORS:
            return None

    def definition(self, function: int) -> FunctionNode | None:
        """The `def` of one of the project's functions."""
        one = self.program.functions[function]
        if not one.in_project or one.path is None or one.kind != "def":
            return None
        tree = self.tree(one.path)
        node = function_around(tree, one.line, one.column) if tree is not None else None
        return node if node is not None and node.name == one.bare_name else None

    @cached_property
    def _excerpts(self) -> dict[ast.AST, Excerpt]:
        return {}

    def expression(self, call: Call) -> tuple[Excerpt, ast.expr] | None:
        """The expression that a call record stands for, with the function, or the module's statement, around it."""
        tree = self.tree(call.path)
        if tree is None:
            return None
        place = call.line, call.column
        root = function_around(tree, *place) or statement_around(tree, *place)
        if root not in self._excerpts:
            self._excerpts[root] = Excerpt(self.project.sources[call.path], root)
        kind = {"call": ast.Call, "property": ast.Attribute}.get(call.kind, ast.expr)
        node = self._excerpts[root].at((call.start, call.end), kind)
        return (self._excerpts[root], node) if node is not None else None

    @cached_property
    def _calls_at(self) -> Mapping[tuple[str, int, int], Call]:
        return {(one.path, one.start, one.end): one for one in self.program.calls if one.kind == "call"}

    def call_at(self, excerpt: Excerpt, node: ast.Call) -> Call | None:
        """The record of a call expression."""
        return self._calls_at.get((excerpt.source.path, *excerpt.span(node)))

    def is_called(self, call: Call) -> bool:
        """Whether what a call returns is called at once."""
        return CALLED.match(self.project.sources[call.path].data, call.end) is not None

    @cached_property
    def async_functions(self) -> tuple[Function, ...]:
        """The project's `async def`s."""
        return tuple(one for one in self.program.functions if one.is_async and one.in_project)

    @cached_property
    def own_functions(self) -> Mapping[str, int]:
        """The project's functions by their dotted names."""
        return {one.name: one.id for one in self.program.functions if one.in_project and one.kind == "def"}

    @cached_property
    def from_loop(self) -> Mapping[int, tuple[int, ...]]:
        """Functions that run on an event loop, each with the calls that lead to it from the nearest `async def`.

        Only through calls that can mean nothing else: what is said to be wrong has to be so. So functions that are
        handed over do not count.
        """
        functions, calls = self.program.functions, self.program.calls
        paths: dict[int, tuple[int, ...]] = {one.id: () for one in self.async_functions}
        queue = deque(paths)
        while queue:
            current = queue.popleft()
            for index in self.calls_in.get(current, ()):
                for target in calls[index].targets if calls[index].sure else ():
                    reached = functions[target]
                    if target not in paths and reached.in_project and index not in self.facts.spawned:
                        paths[target] = (*paths[current], index)
                        queue.append(target)
        return paths

    def is_on_loop(self, function: int) -> bool:
        """Whether a function runs on an event loop, as far as the types of what methods are called on are known."""
        path = self.from_loop.get(function)
        calls = self.program.calls
        return path is not None and all(self.program.is_receiver_known(calls[step]) for step in path)

    def begin(self, function: int) -> Function:
        """The `async def` from which a function on the loop is reached, or itself."""
        path = self.from_loop[function]
        return self.program.functions[self.program.calls[path[0]].caller if path else function]

    def run_by(self, function: int) -> Iterator[Function]:
        """The functions on the way from the `async def` to a function on the loop, both included."""
        for step in self.from_loop[function]:
            yield self.program.functions[self.program.calls[step].caller]
        yield self.program.functions[function]

    def data(self, call: Call) -> bytes:
        """A call's text as it is."""
        return self.project.sources[call.path].data[call.start : call.end]

    def text(self, call: Call, *, length: int = 60) -> str:
        """A call's text on one line, for a message."""
        text = " ".join(self.data(call).decode().split())
        return text if len(text) <= length else f"{text[: length - 1]}…"

    def mistake(self, call: Call, kind: MistakeKind, message: str) -> Mistake:
        """A mistake that stands where a call does."""
        function = self.program.functions[call.caller].name
        return Mistake(call.path, call.line, call.column, function, kind, message)

    def mistake_at(
        self, path: str, node: ast.expr | ast.stmt, function: int, kind: MistakeKind, message: str
    ) -> Mistake:
        """A mistake that stands where a node does."""
        name = self.program.functions[function].name
        return Mistake(path, node.lineno, node.col_offset, name, kind, message)

    def mistake_in(self, function: Function, kind: MistakeKind, message: str) -> Mistake:
        """A mistake of a whole function."""
        return Mistake(function.path or "", function.line, function.column, function.name, kind, message)
