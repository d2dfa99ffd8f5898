"""Whether a test that may be `async def` can be: all that it calls is awaited there, and nothing in it runs a loop."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator, Mapping
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.testing.asynchronous import Way
from aioport.planning.testing.handing import expected_error
from aioport.planning.testing.lookups import find_lookups
from aioport.planning.testing.running import runs_here
from aioport.program.model import Call

Refusal = Callable[[int, Call, int], str | None]
"""Why a call, by its index, cannot await a target; None where it can."""


class Turning:
    """Answers for one analysis.

    ways: the functions of tests that may become async, by their definitions.
    scripts: functions that keep a sync form which starts an event loop.
    """

    def __init__(self, analysis: Analysis, ways: Mapping[int, Way], scripts: Container[int]) -> None:
        self.analysis, self.ways, self.scripts = analysis, ways, scripts

    def around(self, call: Call, wanted: Container[int]) -> int | None:
        """The test that becomes async in which a call stands, in a function within it or not."""
        function: int | None = call.caller
        while function is not None:
            if function in self.ways and function in wanted:
                return function
            function = self.analysis.function(function).parent
        return None

    def together(self, function: int) -> Iterator[int]:
        """All that stays sync with a function: what its class shares, one event loop would have made for another."""
        yield from self.analysis.family(function)
        owner = self.analysis.function(function).owner
        methods = [
            one for one in self.ways if owner is not None and self.analysis.function(one).owner == owner
        ]
        if any(self.analysis.function(one).bare_name in self.ways[one].how.methods for one in methods):
            yield from methods

    def obstacle(self, function: int, wanted: Mapping[int, object], refusal: Refusal) -> str | None:
        """Why a test stays sync; it then runs what it calls."""
        analysis = self.analysis
        if analysis.callables.entries:
            return "a framework's functions start an event loop of their own"
        if analysis.calls_of.get(function):
            return "the tests call it themselves"
        if self._hands_over(function, wanted):
            return "it hands something asynchronous to what calls it synchronously"
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            if any(target in self.scripts and target in wanted for target in call.targets):
                return f"line {call.line} starts an event loop"
            if any(target in self._helpers(wanted) for target in call.targets):
                return f"line {call.line} calls a function that runs what it calls"
            changed = [target for target in call.targets if target in wanted]
            if changed and not all(one in wanted or analysis.function(one).is_async for one in call.targets):
                return f"line {call.line} may call something that stays sync"
            for target in changed:
                if (reason := refusal(index, call, target)) is not None:
                    return f"line {call.line}: {reason}"
        return None

    def _helpers(self, wanted: Container[int]) -> frozenset[int]:
        """Functions of tests that run what they call, and those that call them."""
        analysis = self.analysis
        found = {
            call.caller
            for call in self._in_tests
            if runs_here(analysis, call, wanted) and any(target in wanted for target in call.targets)
        }
        found |= self._looking_up
        todo = list(found)
        while todo:
            for index in analysis.calls_of.get(todo.pop(), ()):
                caller = analysis.program.calls[index].caller
                if caller not in found and caller not in wanted and analysis.in_tests(caller):
                    found.add(caller)
                    todo.append(caller)
        return frozenset(found)

    @cached_property
    def _in_tests(self) -> tuple[Call, ...]:
        return tuple(
            call for path in sorted(self.analysis.test_files) for call in self.analysis.calls_by_path(path)
        )

    def _hands_over(self, function: int, wanted: Container[int]) -> bool:
        """Whether a function that becomes async is named in a test without being called, but for a clean-up."""
        node, path = self.analysis.node(function), self.analysis.function(function).path
        if node is None or path is None:
            return True
        syntax = self.analysis.syntax[path]
        start, end = syntax.span(node)
        start = min([start, *(syntax.span(one)[0] for one in node.decorator_list)])
        if any(where == path and start <= syntax.span(one)[0] < end for where, one in self._lookups):
            return True
        for target, places in self.analysis.callables.handed.items():
            for place in places if target in wanted else ():
                if place.path == path and start <= syntax.span(place.node)[0] < end:
                    if not self._is_clean_up(function, path, syntax.span(place.node)):
                        return True
        for one in self.analysis.program.references_in(path):
            if start <= one.start < end and any(target in wanted for target in one.targets):
                if not self._is_clean_up(function, path, (one.start, one.end)):
                    return True
        return False

    @cached_property
    def _looking_up(self) -> frozenset[int]:
        """Functions that look something up by a name and call it."""
        scopes = (self.analysis.syntax[path].place(node).scope for path, node in self._lookups)
        return frozenset(self.analysis.by_node[scope] for scope in scopes if scope in self.analysis.by_node)

    @cached_property
    def _lookups(self) -> tuple[tuple[str, ast.Call], ...]:
        return tuple(find_lookups(self.analysis))

    def _is_clean_up(self, function: int, path: str, span: tuple[int, int]) -> bool:
        syntax = self.analysis.syntax[path]
        node = syntax.at(span, ast.expr)
        call = syntax.parents.get(node) if node is not None else None
        if isinstance(call, ast.Call) and len(call.args) > 1 and call.args[1] is node:
            if expected_error(self.analysis, path, call) is not None:
                return True
        match call:
            case ast.Call(func=func) if func is node:
                return True
            case ast.Call(func=ast.Attribute(attr=name), args=[first, *_]) if first is node:
                return name in self.ways[function].how.methods
            case ast.Attribute():
                return True
        return False
