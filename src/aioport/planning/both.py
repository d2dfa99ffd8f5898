"""The color `both`: with `--keep-sync` or `--keep-api`, public functions that become async keep their sync form beside them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.flows import Stream
from aioport.planning.pins.halves import twin_name
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.planning.plan import Intent
from aioport.planning.public import find_public


class Both:
    """Which functions are kept in both colors, for one analysis; none without `--keep-sync` and `--keep-api`.

    entry_calls: calls that start the event loop: what only they call needs no sync form.
    scripts: functions that have a sync form of another kind.
    """

    def __init__(self, analysis: Analysis, entry_calls: Collection[int], scripts: Collection[int]) -> None:
        self._analysis, self._entry_calls, self._scripts = analysis, frozenset(entry_calls), scripts
        self.is_on = analysis.settings.keep_sync or analysis.settings.keep_api
        self._inside: dict[int, list[int]] = defaultdict(list)
        for function in analysis.program.functions if self.is_on else ():
            if function.in_project:
                self._inside[self.outermost(function.id)].append(function.id)

    def outermost(self, function: int) -> int:
        """The function at module or class level that one stands in, or itself."""
        one = self._analysis.function(function)
        while one.parent is not None and self._analysis.function(one.parent).kind == "def":
            one = self._analysis.function(one.parent)
        return one.id

    def kept(self, wanted: Mapping[int, int | None]) -> frozenset[int]:
        """Of the functions that become async, those that keep a sync form: public ones, and what that calls."""
        if not self.is_on:
            return frozenset()
        found: set[int] = set()
        todo = [one for one in wanted if self._is_public(one)]
        while todo:
            function = self.outermost(todo.pop())
            if function in found or function not in wanted or function in self._scripts:
                continue
            found.add(function)
            todo += self._analysis.family(function)
            for one in self._inside[function]:
                for index in self._analysis.calls_in.get(one, ()):
                    todo += (
                        target for target in self._analysis.program.calls[index].targets if target in wanted
                    )
        return frozenset(found)

    def _is_public(self, function: int) -> bool:
        one = self._analysis.function(function)
        names = one.name.split(".")
        if not self._analysis.settings.keep_sync:
            return function in self._api
        if any(name.startswith("_") and name not in ASYNC_SLOTS for name in names) or "<" in one.name:
            return False
        calls = self._analysis.calls_of.get(function, ())
        return self.outermost(function) == function and not (calls and self._entry_calls.issuperset(calls))

    def obstacle(self, function: int) -> str | None:
        """Why a function cannot have two forms."""
        analysis, one = self._analysis, self._analysis.function(function)
        node, path = analysis.node(function), one.path
        if node is None or path is None:
            return "it cannot be written twice"
        if one.is_property or (one.bare_name.startswith("__") and one.bare_name not in ASYNC_SLOTS):
            return "it is called without its name, so that it has one form only"
        if any(function in one for one in analysis.callables.dispatched):
            return "one of several functions is called by its name, and these have one form only"
        if self._is_passed_on(function):
            return "it is passed on by name, where only one of its forms can be"
        if isinstance(node, ast.FunctionDef) and analysis.overloads(path, node):
            return "its overloads would have to be written twice"
        name = twin_name(one.bare_name)
        owner = analysis.program.classes[one.owner] if one.owner is not None else None
        if (owner is None and name in analysis.identifiers(path)) or (
            owner is not None and analysis.program.find_method(owner.id, name) is not None
        ):
            return f"its async form would be called {name}, which is something else already"
        return None

    def _is_passed_on(self, function: int) -> bool:
        """Whether a function is named where it is not called; what only its decorators call has two forms of these."""
        callables = self._analysis.callables
        wrapped = {index for wrapper in callables.wrappers.values() for index in wrapper.calls}
        return function in self._named or any(
            occurrence.function == function and not reached <= wrapped
            for occurrence, reached in callables.reaches.items()
        )

    @cached_property
    def _api(self) -> frozenset[int]:
        return frozenset(find_public(self._analysis))

    @cached_property
    def _named(self) -> frozenset[int]:
        found: set[int] = set()
        for one in self._analysis.program.references:
            syntax = self._analysis.syntax[one.path]
            node = syntax.at((one.start, one.end), ast.expr)
            parent = syntax.parents.get(node) if node is not None else None
            if not (isinstance(parent, ast.Call) and parent.func is node):
                found.update(one.targets)
        return frozenset(found)

    def find_shared(
        self, streams: Iterable[Stream], wanted: Collection[int], kept: Collection[int]
    ) -> Iterator[tuple[int, str]]:
        """Leaves whose values sync code has a hand in as well, and where: they cannot become others for both."""
        for stream in streams if kept else ():
            if not any(
                self.outermost(self._analysis.program.calls[index].caller) in kept for index in stream.leaves
            ):
                continue
            for use in stream.uses:
                scope = self._analysis.syntax[use.path].place(use.node).scope
                function = self._analysis.by_node.get(scope)
                if function is None or self.outermost(function) not in wanted:
                    where = self._analysis.where(use.path, use.node)
                    yield from (
                        (index, f"{where} shares it with the sync form that is kept")
                        for index in stream.leaves
                    )
                    break

    def is_sync_code(self, path: str, intent: Intent, wanted: Collection[int]) -> bool:
        """Whether a change stands in code that stays sync, and so keeps calling sync forms."""
        node = getattr(intent, "first", None) or getattr(intent, "node", None)
        if not isinstance(node, ast.AST):
            return False
        for around in (node, *self._analysis.syntax[path].ancestors(node)):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                function = self._analysis.by_node.get(around)
                if function is None:
                    return False
                if function in wanted or self._analysis.function(function).is_async:
                    return False
                if self._analysis.function(self.outermost(function)).id == function:
                    return not any(one in wanted for one in self._inside[function])
        return False
