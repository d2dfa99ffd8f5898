"""Which exceptions reach an `except` clause after the rewrite: the new library's, the old one's, or both."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from aioport.catalog.index import FoundException
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.exception_values import find_made
from aioport.planning.flows import Stream
from aioport.planning.pools.model import PoolGroup
from aioport.positions import Span
from aioport.program.model import Call
from aioport.program.names import dotted


@dataclass(frozen=True, slots=True)
class Raised:
    """Libraries (by their catalog file) whose rewritten calls, and whose calls as they were, may raise somewhere.

    unknown: something is called of which it is not known what it runs.
    """

    new: frozenset[str] = frozenset()
    old: frozenset[str] = frozenset()
    unknown: bool = False

    def __or__(self, other: Raised) -> Raised:
        return Raised(self.new | other.new, self.old | other.old, self.unknown or other.unknown)


class Raising:
    """Follows calls from the statements under a `try` to the rewritten calls and the untouched ones."""

    def __init__(
        self, analysis: Analysis, colors: Colors, streams: Iterable[Stream], libraries: AbstractSet[str]
    ) -> None:
        self.analysis, self.colors, self.libraries = analysis, colors, frozenset(libraries)
        self.converted = {
            (use.path, *analysis.syntax[use.path].span(use.attribute)): found.library
            for stream in streams
            if stream.refusal is None and stream.leaves <= colors.points.keys()
            for use in stream.uses
            if use.attribute is not None
            for found in (analysis.catalog.type(next(iter(stream.types))),)
            if found is not None
        }
        self.known: dict[int, Raised] = {}
        self.pools: dict[str, list[tuple[PoolGroup, list[Span]]]] = defaultdict(list)
        for group in analysis.callables.pools.groups:
            spans = [analysis.syntax[group.path].span(one) for one in group.touched]
            self.pools[group.path].append((group, spans))
        self.anywhere = Raised(old=frozenset(find_made(analysis, self.libraries)))
        self.derived = {
            one.name.rpartition(".")[2]: known.library
            for one in analysis.program.classes
            if one.in_project
            for ancestor in one.ancestors
            for known in (self._exception(analysis.program.classes[ancestor].name),)
            if known is not None
        }

    def under(self, path: str, body: Iterable[ast.stmt]) -> Raised:
        """What the statements under a `try` may raise."""
        found = self.anywhere
        for statement in body:
            start, end = self.analysis.syntax[path].span(statement)
            for index, call in self._calls_of(path):
                if start <= call.start and call.end <= end:
                    found |= self._of_call(index, call)
            found |= Raised(old=frozenset(self._raised_by(path, statement)))
            for group, spans in self.pools.get(path, ()):
                if any(start <= low and high <= end for low, high in spans):
                    for function in group.targets:
                        found |= self._of_function(function)
        return found

    def raised_old(self) -> frozenset[str]:
        """Libraries of which something in the project, or something unknown, may still raise the old exceptions."""
        found = self.anywhere
        for path in self.analysis.project.sources:
            found |= self.under(path, self.analysis.syntax[path].tree.body)
        return self.libraries if found.unknown else found.old

    def _calls_of(self, path: str) -> Iterator[tuple[int, Call]]:
        for index in self.analysis.indices_of(path):
            yield index, self.analysis.program.calls[index]

    def _of_call(self, index: int, call: Call) -> Raised:
        leaf = self.colors.points.get(index)
        if leaf is not None and leaf.rule is not None:
            return Raised(new=frozenset({leaf.rule.library}))
        node = self.analysis.expression(call)
        attribute = node.func if isinstance(node, ast.Call) else node
        if isinstance(attribute, ast.Attribute):
            library = self.converted.get((call.path, *self.analysis.syntax[call.path].span(attribute)))
            if library is not None:
                return Raised(new=frozenset({library}))
        found = Raised(unknown=call.unknown is not None)
        for target in call.targets:
            function = self.analysis.function(target)
            if function.in_project:
                found |= self._of_function(target)
            else:
                found |= Raised(
                    old=frozenset(one for one in self.libraries if function.name.startswith(f"{one}."))
                )
        wait = self.analysis.facts.calls.get(index)
        if wait is not None and not all(self.analysis.function(target).in_project for target in call.targets):
            found |= Raised(
                old=frozenset(one for one in self.libraries if wait.primitive.startswith(f"{one}."))
            )
        for _, functions in call.callbacks:
            for function_id in functions:
                if self.analysis.function(function_id).in_project:
                    found |= self._of_function(function_id)
        return found

    def _of_function(self, function: int) -> Raised:
        if function not in self.known:
            self.known[function] = Raised()
            node, path = self.analysis.node(function), self.analysis.function(function).path
            if node is not None and path is not None:
                self.known[function] = self.under(path, node.body)
        return self.known[function]

    def _raised_by(self, path: str, statement: ast.stmt) -> Iterator[str]:
        """Libraries whose exceptions the code raises itself."""
        names = self.analysis.names(path)
        for node in ast.walk(statement):
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                name = names.resolve(raised)
                found = self._exception(name) if name is not None else None
                if found is not None:
                    yield found.library
                derived = self.derived.get((dotted(raised) or "").rpartition(".")[2])
                if derived is not None:
                    yield derived

    def _exception(self, name: str) -> FoundException | None:
        return self.analysis.catalog.exception(self.analysis.catalog.public_name(name))
