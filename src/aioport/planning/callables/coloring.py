"""What colors ask of functions that are used as values: who must share a color, and what may be wrapped instead."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.callables.model import Occurrence
from aioport.planning.callables.naming import find_obstacle, is_direct
from aioport.planning.callables.protocols import find_callback_protocols, find_declared


class CallableColors:
    """Answers for one analysis.

    leaves: calls that become asynchronous by a rule. `wanted`, wherever it is asked for: the functions that do.
    """

    def __init__(self, analysis: Analysis, leaves: Container[int]) -> None:
        self._analysis, self._callables, self._leaves = analysis, analysis.callables, leaves

    def is_async(self, function: int, wanted: Container[int]) -> bool:
        return function in wanted or self._analysis.function(function).is_async

    def wanted_with(self, function: int, through: int | None) -> Iterator[int]:
        """The functions under a decorator whose wrapper becomes async by itself: calling them is calling it."""
        wrapper = self._callables.wrappers.get(function)
        if wrapper is not None and through not in wrapper.calls:
            yield from sorted(wrapper.decorated - self._analysis.generators)

    def siblings(self, function: int) -> tuple[int, ...]:
        """The functions that are called by value where a function is, and may become async with it: a family by value."""
        return self._families.get(function, ())

    @cached_property
    def _families(self) -> Mapping[int, tuple[int, ...]]:
        sites = self._callables.sites
        found: dict[int, dict[int, None]] = defaultdict(dict)
        for index, site in sorted(sites.items()):
            if self._analysis.program.calls[index].caller in self._callables.wrappers:
                continue
            members = [
                one.function
                for one in sorted(site.occurrences, key=lambda one: one.name)
                if one.function is not None and self._is_free(one, one.function)
            ]
            members += find_declared(self._analysis.program, index, self._protocols)
            for one in site.occurrences:
                if one.function is not None:
                    found[one.function].update(dict.fromkeys(members))
        return {function: tuple(members) for function, members in found.items()}

    @cached_property
    def _protocols(self) -> frozenset[int]:
        return find_callback_protocols(self._analysis.program)

    def _is_free(self, one: Occurrence, function: int) -> bool:
        """Whether a function is called by value only, or stands where nothing can be put around it."""
        known = self._analysis.function(function)
        if not known.in_project or known.is_async or function in self._callables.lambdas:
            return False
        if function in self._callables.pinned or self._analysis.node(function) is None:
            return False
        if one.node is None or isinstance(one.node, ast.Call):
            return True
        return all(index in self._callables.sites for index in self._analysis.calls_of.get(function, ()))

    def hands_on(self, index: int, target: int) -> bool:
        """Whether a wrapper returns the generator that it was asked for, as it is."""
        call = self._analysis.program.calls[index]
        wrapper = self._callables.wrappers.get(call.caller)
        if wrapper is None or index not in wrapper.calls or target not in self._analysis.generators:
            return False
        node = self._analysis.expression(call)
        parent = self._analysis.syntax[call.path].parents.get(node) if node is not None else None
        return isinstance(parent, ast.Return)

    def obstacle(self, function: int, wanted: Container[int]) -> str | None:
        """Why a lambda cannot be async, or a wrapper that would be needed in both colors."""
        wrapper = self._callables.wrappers.get(function)
        if wrapper is not None and wrapper.uses is None and self.is_dual(function, wanted):
            return "it wraps functions of both colors, and its decorator does more than return it"
        if (
            wrapper is not None
            and wrapper.decorated
            and not any(self.is_async(one, wanted) for one in wrapper.decorated)
        ):
            return "all that it wraps stays sync"
        node = self._callables.lambdas.get(function)
        path = self._analysis.function(function).path
        if node is None or path is None or not self.needs_name(function, wanted):
            return None
        for index in self._analysis.calls_in.get(function, ()):
            if index in self._analysis.facts.calls and not self._is_awaited(index, wanted):
                if index not in self._leaves:
                    return "something in the lambda blocks and would run on the event loop"
        return find_obstacle(self._analysis, path, node)

    def needs_name(self, function: int, wanted: Container[int]) -> bool:
        """Whether a lambda has to await something itself, and does not just return what a call returns."""
        node, path = self._callables.lambdas[function], self._analysis.function(function).path
        assert path is not None
        inside = self._analysis.calls_in.get(function, ())
        calls = [index for index in inside if self._is_awaited(index, wanted)]
        if len(calls) != 1 or any(index in self._leaves for index in inside):
            return True
        return not is_direct(self._analysis, path, node, calls[0])

    def mixed(self, index: int, target: int, wanted: Container[int]) -> str | None:
        """Why a call cannot be awaited whatever it runs, as the end of a sentence."""
        site = self._callables.sites.get(index)
        if site is None:
            return None
        call = self._analysis.program.calls[index]
        wrapper = self._callables.wrappers.get(call.caller)
        if wrapper is not None and index in wrapper.calls and target in wrapper.decorated:
            others = {one.function for one in site.occurrences} - wrapper.decorated
            if not others and (wrapper.uses is not None or not self.is_dual(call.caller, wanted)):
                return None
        for declared in find_declared(self._analysis.program, index, self._protocols):
            name = self._analysis.function(declared).name
            if not self.is_async(declared, wanted):
                return f"calls it by {name}, which stays sync"
            if target in self._analysis.generators:
                return f"calls it by {name}, which does not say that it is a generator"
        lost = [
            one.name
            for one in site.occurrences
            if not (one.function is not None and self.is_async(one.function, wanted))
            and not self.can_wrap(one, wanted)
        ]
        return f"may call it or {min(lost)}, which stays sync" if lost else None

    def can_wrap(self, one: Occurrence, wanted: Container[int]) -> bool:
        """Whether a function that stays sync may be given an async one around it, where it is named."""
        in_tests = one.path in self._analysis.test_files
        if one.node is None or one.function in self._analysis.generators:
            return False
        if not in_tests and isinstance(one.node, ast.Call):
            return False
        reached = self._callables.reaches.get(one, frozenset({-1}))
        if not all(index >= 0 and self._is_awaited(index, wanted) for index in reached):
            return False
        return in_tests or find_obstacle(self._analysis, one.path, one.node) is None

    def _is_awaited(self, index: int, wanted: Container[int]) -> bool:
        return any(self.is_async(one, wanted) for one in self._analysis.program.calls[index].targets)

    def is_dual(self, function: int, wanted: Container[int]) -> bool:
        """Whether a wrapper that becomes async is needed in both colors."""
        wrapper = self._callables.wrappers.get(function)
        if wrapper is not None and (self._analysis.settings.keep_sync or self._analysis.settings.keep_api):
            return True
        return wrapper is not None and not all(
            self.is_async(one, wanted) and one not in self._analysis.generators for one in wrapper.decorated
        )
