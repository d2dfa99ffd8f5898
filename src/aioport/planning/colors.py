"""Who becomes async: the functions that reach an await point, as far up as nothing stands in the way.

The solver only moves functions from async towards sync: what a pin or a sealed place forbids is frozen, with its
reason, and so is all that it calls. That ends, and what is frozen goes on working as it did.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from aioport.planning.analysis import Analysis
from aioport.planning.both import Both
from aioport.planning.callables.coloring import CallableColors
from aioport.planning.consuming.called import called_as
from aioport.planning.consuming.forwarding import is_handed_on
from aioport.planning.consuming.higher_order import Use
from aioport.planning.consuming.outcome import Consumed, Refusal, Taken
from aioport.planning.leaves import Demand, Leaf
from aioport.planning.scanned import SCANNED
from aioport.planning.sites import consume, find_uses
from aioport.planning.testing.asynchronous import Way
from aioport.planning.testing.fakes import find_fakes
from aioport.planning.testing.running import runs_here
from aioport.planning.testing.turning import Turning
from aioport.positions import Span
from aioport.program.model import Call
from aioport.program.syntax import has_no_body

DEMANDS: Mapping[str, Demand] = {
    "call": "await",
    "enter": "async with",
    "exit": "async with",
    "iter": "async for",
    "next": "async for",
}
"""What each kind of call asks of its place where its target becomes async."""

VALUE = "a value is called"
"""Why a call of a twin is not all known where its targets are what a value may be."""

RESHAPED = frozenset({"property", "item", "protocol"})
"""Kinds of calls that can be awaited where reshaping makes a method of the target."""


@dataclass
class Colors:
    """The result.

    reads: whether a property may be an `async def`, what a read gives being awaited.
    doubtful: calls that may run something asynchronous or something else, and are left as they are.
    wanted: functions that become async, each with the call through which it reaches an await point.
    frozen: functions that stay sync although something asynchronous was wanted of them, and why.
    points: leaves that are used.
    refused: leaves that are not, and why.
    bridged: calls at module level that start the event loop.
    kept: functions that become async and keep their sync form as well.
    sync_again: functions that become async below a decorator that makes sync ones of them for a framework.
    outside: calls that run such a function as the framework has it, and so nothing asynchronous.
    """

    wanted: dict[int, int | None] = field(default_factory=dict)
    frozen: dict[int, str] = field(default_factory=dict)
    points: dict[int, Leaf] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    bridged: dict[int, str] = field(default_factory=dict)
    reads: bool = False
    doubtful: frozenset[int] = frozenset()
    kept: frozenset[int] = frozenset()
    sync_again: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()

    @cached_property
    def awaited(self) -> Mapping[int, int | None]:
        """Of `wanted`, the functions whose names mean something asynchronous."""
        return {one: through for one, through in self.wanted.items() if one not in self.sync_again}

    def is_awaited(self, index: int, call: Call) -> bool:
        """Whether a call runs what becomes async."""
        return index not in self.outside and any(target in self.wanted for target in call.targets)


def why_sealed(places: Mapping[tuple[str, Span], str], path: str, span: Span) -> str | None:
    """Why nothing may be awaited in a range of text, where that is so."""
    for (other, (low, high)), reason in places.items():
        if other == path and low <= span[0] and span[1] <= high:
            return reason
    return None


class Solver:
    """Finds the colors.

    leaves: by index of the call; only those that demand something make their callers async.
    named: functions that the user asked to be async.
    pins: functions that cannot be, and why.
    entry_calls: calls at module level that may start the event loop.
    readers: functions that read an attribute which becomes a method to be awaited.
    apart: functions that have an async half already, and are never converted.
    places: ranges of text, by path, where nothing may be awaited, and why.
    lenient: a function that cannot be async does not hold back what it calls: for a twin, whose sync half stays.
    scripts: functions that keep a sync shim, which module bodies may call.
    reshaped: special methods and properties that become methods to be awaited.
    tests: functions of tests that may become async, and how.
    """

    def __init__(
        self,
        analysis: Analysis,
        leaves: Mapping[int, Leaf],
        named: Iterable[int],
        pins: Mapping[int, str],
        entry_calls: Iterable[int],
        scripts: frozenset[int] = frozenset(),
        readers: Iterable[int] = (),
        apart: frozenset[int] = frozenset(),
        places: Mapping[tuple[str, Span], str] = MappingProxyType({}),
        *,
        lenient: bool = False,
        reshaped: frozenset[int] = frozenset(),
        tests: Mapping[int, Way] = MappingProxyType({}),
    ) -> None:
        self.turning = Turning(analysis, tests, scripts)
        self.analysis, self.leaves, self.pins = analysis, leaves, pins
        self.named, self.entry_calls, self.scripts = tuple(named), frozenset(entry_calls), scripts
        self.readers, self.apart, self.lenient, self.reshaped = tuple(readers), apart, lenient, reshaped
        self.places = places
        self.callables = CallableColors(analysis, leaves)
        self.both, self.kept = Both(analysis, self.entry_calls, scripts), frozenset[int]()
        self.frozen: dict[int, str] = {}
        self.refused: dict[int, str] = {}
        self.doubtful: set[int] = set()
        self.needed: set[int] = set()
        self.consumed: dict[tuple[int, Demand], Consumed] = {}
        self.uses = {} if lenient else analysis.once(find_uses)
        self.fakes = {} if lenient else find_fakes(analysis)

    def solve(self) -> Colors:
        while True:
            wanted = self._wanted()
            if not self._freeze(wanted):
                break
        points = {
            index: leaf
            for index, leaf in self.leaves.items()
            if index not in self.refused and (leaf.demand == "none" or self._open(index, wanted))
        }
        bridged = {
            index: "starts the event loop"
            for index in self.entry_calls
            if any(
                target in wanted and target not in self.scripts and not self._is_outside(index, target)
                for target in self.analysis.program.calls[index].targets
            )
        }
        return Colors(
            wanted,
            self.frozen,
            points,
            self.refused,
            bridged,
            self.lenient,
            frozenset(self.doubtful),
            self.both.kept(wanted),
            frozenset(filter(self._is_sync_again, wanted)),
            frozenset(
                index
                for function in wanted
                for index in self.analysis.calls_of.get(function, ())
                if self._is_outside(index, function)
            ),
        )

    def _open(self, index: int, wanted: Mapping[int, int | None]) -> bool:
        caller = self.analysis.program.calls[index].caller
        return caller in wanted or self.analysis.function(caller).is_async

    def _wanted(self) -> dict[int, int | None]:
        """Callers of await points, and their callers, over whole families."""
        found: dict[int, int | None] = {}
        queue: deque[int] = deque()

        def want(function: int, through: int | None) -> None:
            for decorated in self.callables.wanted_with(function, through):
                if decorated not in found:
                    want(decorated, through)
            for member in self.analysis.family(function):
                one = self.analysis.function(member)
                if member in found or member in self.frozen or member in self.apart:
                    continue
                if one.kind == "def" and not one.is_async:
                    found[member] = through
                    queue.append(member)
                    for sibling in self.callables.siblings(member):
                        want(sibling, through)

        for function in (*self.named, *self.readers):
            want(function, None)
        for index, leaf in self.leaves.items():
            if leaf.demand != "none" and index not in self.refused:
                want(self.analysis.program.calls[index].caller, index)
        while queue:
            target = queue.popleft()
            for index in self.analysis.calls_of.get(target, ()):
                call = self.analysis.program.calls[index]
                if self.demand(call, target) is None or index in self.analysis.facts.spawned:
                    continue
                if self.callables.hands_on(index, target):
                    continue
                for stand_in in self._stand_ins(call, target):
                    want(stand_in, index)
                if self._is_outside(index, target):
                    continue
                for alternative in self._alternatives(index, call, target):
                    want(alternative, index)
                if self._runs_here(call, found):
                    if call.caller in self.turning.ways:
                        want(call.caller, index)
                    continue
                if not self.lenient or (index not in self.doubtful and self._hands_on(index, target)):
                    want(call.caller, index)
                    for other in sorted(self._needs(index, target)):
                        self.needed.add(other)
                        want(other, index)
            for use in self.uses.get(target, ()):
                want(use.caller, None)
            for handed, index in self._handed_on(target):
                want(handed, index)
        return found

    def _is_sync_again(self, function: int) -> bool:
        """Whether a decorator makes a sync function of one that becomes async, for the framework that calls it."""
        return not self.lenient and function in self.analysis.callables.entries

    def _is_outside(self, index: int, target: int) -> bool:
        """Whether a call is one of what a framework has made of a function; decorators below are given the function."""
        return self._is_sync_again(target) and index not in self.analysis.callables.sites

    def _keep_test(self, function: int, reason: str) -> None:
        """A test stays sync, and runs what it calls."""
        for one in self.turning.together(function):
            self.frozen.setdefault(one, reason)

    def _cannot_await(self, index: int, call: Call, target: int) -> str | None:
        demand = self.demand(call, target)
        if demand is None:
            return "nothing can be awaited there"
        refusal = self._refusal(index, call, demand)
        return refusal.reason if refusal is not None else None

    def _runs_here(self, call: Call, wanted: Container[int]) -> bool:
        """Whether a call stands in a test that stays sync, and what it calls is run there."""
        return not self.lenient and runs_here(self.analysis, call, wanted)

    def _stand_ins(self, call: Call, target: int) -> Iterator[int]:
        """Functions of the tests that may be called where one of the project's own becomes async."""
        if not self.lenient and call.path not in self.analysis.test_files:
            yield from (one for one in call.targets if self.analysis.in_tests(one))
            yield from self.fakes.get(target, ())

    def _alternatives(self, index: int, call: Call, target: int) -> Iterator[int]:
        """Functions of the project's that a call of an asynchronous one may run as well: all of them have one color.

        Where it is only a name that speaks for one, it has to wait itself.
        """
        if self.lenient or call.kind != "call" or index in self.analysis.callables.sites:
            return
        for one in call.targets:
            function = self.analysis.function(one)
            is_own = function.in_project and function.bare_name != "__init__"
            if (
                is_own
                and not self.analysis.in_tests(one)
                and self.demand(call, one) == self.demand(call, target)
            ):
                if call.unknown is None or one in self.analysis.facts.waits:
                    yield one

    def _doubt(self, wanted: Mapping[int, int | None]) -> None:
        """Leaves unknown calls alone that may run something asynchronous or something else."""
        for function in wanted if self.lenient else ():
            for index in self.analysis.calls_of.get(function, ()):
                call = self.analysis.program.calls[index]
                if call.unknown is None or index in self.doubtful:
                    continue
                if call.unknown == VALUE:
                    is_sure = not any(target in self.pins for target in call.targets)
                else:
                    is_sure = all(
                        target in wanted or self._is_declared_only(target) for target in call.targets
                    )
                if not is_sure:
                    self.doubtful.add(index)

    def _is_declared_only(self, function: int) -> bool:
        if self.analysis.function(function).is_async:
            return True
        node = self.analysis.node(function)
        return node is not None and has_no_body(node)

    def _hands_on(self, index: int, target: int) -> bool:
        """Whether the caller awaits the call, or is a lambda, whose value is what the call gives."""
        call = self.analysis.program.calls[index]
        if self.analysis.function(call.caller).bare_name == "<lambda>":
            return True
        demand = self.demand(call, target)
        return demand is not None and self._refusal(index, call, demand) is None

    def _freeze(self, wanted: Mapping[int, int | None]) -> bool:
        """Freezes what cannot be; True when anything was."""
        before = len(self.frozen) + len(self.refused) + len(self.doubtful)
        self._doubt(wanted)
        for index, leaf in self.leaves.items():
            call = self.analysis.program.calls[index]
            if index in self.refused:
                continue
            if call.caller in self.frozen:
                if leaf.demand != "none":
                    self.refused[index] = self.frozen[call.caller]
            elif (refusal := self._refusal(index, call, leaf.demand)) is not None:
                self.refused[index] = refusal.reason
        self.kept = self.both.kept(wanted)
        for function in sorted(wanted):
            if function in self.turning.ways:
                obstacle = self.pins.get(function) or self.turning.obstacle(
                    function, wanted, self._cannot_await
                )
                if obstacle is not None:
                    self._keep_test(function, obstacle)
                continue
            if function in self.pins:
                self._add(function, self.pins[function])
            if function in self.kept and (obstacle := self.both.obstacle(function)) is not None:
                self._add(function, f"its sync form is kept: {obstacle}")
            if (obstacle := self.callables.obstacle(function, wanted)) is not None:
                self._add(function, obstacle)
            if self._waits_before_iterating(function, wanted):
                self._add(function, "it waits before it returns an iterator")
            elif function in self.analysis.forwarders:
                self._check_forwarder(function, wanted)
            if self.lenient:
                if self._has_sync_callers_only(function, wanted):
                    self._add(function, "all that calls it stays sync")
                continue
            for index in self.analysis.calls_of.get(function, ()):
                if not self._is_outside(index, function):
                    self._check_call(index, function, wanted)
            for use in self.uses.get(function, ()):
                self._check_use(use, function, wanted)
        return len(self.frozen) + len(self.refused) + len(self.doubtful) > before

    def _has_sync_callers_only(self, function: int, wanted: Mapping[int, int | None]) -> bool:
        """Whether nobody could await a private function."""
        name = self.analysis.function(function).bare_name
        if not name.startswith("_") or name.endswith("__") or function in self.needed:
            return False
        indices = [
            index
            for member in self.analysis.family(function)
            for index in self.analysis.calls_of.get(member, ())
        ]
        return bool(indices) and not any(self._can_await(index, function, wanted) for index in indices)

    def _can_await(self, index: int, target: int, wanted: Mapping[int, int | None]) -> bool:
        call = self.analysis.program.calls[index]
        demand = self.demand(call, target)
        is_async = call.caller in wanted or self.analysis.function(call.caller).is_async
        return is_async and demand is not None and self._hands_on(index, target)

    def _waits_before_iterating(self, function: int, wanted: Mapping[int, int | None]) -> bool:
        through = wanted[function]
        return (
            self.analysis.function(function).bare_name == "__iter__"
            and function not in self.analysis.iterators
            and through is not None
            and self.analysis.program.calls[through].caller == function
        )

    def _handed_on(self, function: int) -> Iterator[tuple[int, int]]:
        """What a function that returns calls of generators has to have async with it, and the index of the call."""
        if function in self.analysis.forwarders:
            for index in self.analysis.calls_in.get(function, ()):
                call = self.analysis.program.calls[index]
                node = self.analysis.expression(call)
                if node is not None and isinstance(self.analysis.syntax[call.path].parents[node], ast.Return):
                    yield from ((target, index) for target in call.targets if call.kind == "call")

    def _check_forwarder(self, function: int, wanted: Mapping[int, int | None]) -> None:
        """It waits nowhere but in what it returns, and all that it returns is asynchronous."""
        asynchronous = False
        for index in self.analysis.calls_in.get(function, ()):
            call = self.analysis.program.calls[index]
            awaits = any(target in wanted for target in call.targets) or index in self.leaves
            if awaits or index in self.analysis.facts.calls:
                node = self.analysis.expression(call)
                lazy = bool(call.targets) and all(one in self.analysis.iterators for one in call.targets)
                if node is None or not (lazy or is_handed_on(self.analysis.syntax[call.path], node)):
                    self._add(function, "it waits before it returns an iterator")
                asynchronous = asynchronous or (awaits and index not in self.refused)
        for target, _ in self._handed_on(function):
            if target not in wanted and not self.analysis.function(target).is_async:
                self._add(
                    function, f"it returns what {self.analysis.function(target).name} makes, which stays sync"
                )
        if not asynchronous:
            self._add(function, "what it returns stays sync")

    def _check_use(self, use: Use, target: int, wanted: Mapping[int, int | None]) -> None:
        where = f"{use.path}:{use.line}"
        caller = self.analysis.function(use.caller)
        if isinstance(use.consumed, Refusal):
            self._add(target, f"{where} {use.how}: {use.consumed.reason}")
        elif use.caller in self.frozen:
            self._add(target, f"{caller.name} uses it and stays sync: {self.frozen[use.caller]}")
        elif use.caller not in wanted and not caller.is_async:
            self._add(target, f"{where} uses it where no function can be made async")
        if use.together:
            self._check_pool(use, target, wanted)

    def _check_pool(self, use: Use, target: int, wanted: Mapping[int, int | None]) -> None:
        """All that a pool runs becomes async, by the names that it is given, and nothing is left of the pool of threads."""
        where = f"{use.path}:{use.line}"
        named_sync = target in self.scripts or target in self.kept or self._is_sync_again(target)
        if named_sync or use.caller in self.kept:
            self._add(target, f"{where} {use.how}, and a sync form stays")
        other = next((one for one in use.together if one not in wanted), None)
        if other is not None or target in self.analysis.generators:
            other = target if other is None else other
            reason = self.frozen.get(other, "it waits for nothing that can be awaited")
            reason = "it is a generator" if other in self.analysis.generators else reason
            name = "it" if other == target else self.analysis.function(other).name
            self._add(target, f"{where} {use.how}, and {name} stays sync: {reason}")

    def _needs(self, index: int, target: int) -> frozenset[int]:
        """Functions that have to become async with a target, for a call's sake."""
        call = self.analysis.program.calls[index]
        demand = self.demand(call, target)
        if demand is None:
            return frozenset()
        found = self._consumed(index, call, demand)
        return found.needs if isinstance(found, Taken) else frozenset()

    def _is_gone_through(self, call: Call, target: int) -> bool:
        """Whether a call is that of `iter`, whose argument is known to be gone through, and is asked about as such."""
        node = self.analysis.expression(call)
        if call.kind != "protocol" or not isinstance(node, ast.Call) or len(node.args) != 1:
            return False
        span = self.analysis.syntax[call.path].span(node.args[0])
        return called_as(self.analysis, call.path, node) == "builtins.iter" and any(
            (one.path, one.start, one.end) == (call.path, *span)
            and one.kind == "iter"
            and target in one.targets
            for one in (self.analysis.program.calls[other] for other in self.analysis.calls_of[target])
        )

    def _check_call(self, index: int, target: int, wanted: Mapping[int, int | None]) -> None:
        call = self.analysis.program.calls[index]
        if index in self.entry_calls and target not in self.analysis.generators:
            return
        if self._runs_here(call, wanted):
            return
        if (test := self.turning.around(call, wanted)) is not None:
            if test != call.caller:
                self._keep_test(test, f"line {call.line} calls it in a function within")
            return
        if target in self.kept and (
            index in self.analysis.facts.spawned
            or not (call.caller in wanted or self.analysis.function(call.caller).is_async)
        ):
            return
        if index in self.analysis.facts.spawned:
            if index not in self.analysis.pooled_lambdas:
                self._add(target, f"{call.path}:{call.line} runs it in a thread")
            return
        if target in self.scripts and self.analysis.function(call.caller).kind == "module":
            return
        where = f"{call.path}:{call.line}"
        demand = self.demand(call, target)
        if demand is None:
            if not self._is_gone_through(call, target):
                self._add(target, f"{where} runs it through a {call.kind}, which cannot await")
            return
        caller = self.analysis.function(call.caller)
        if self.callables.hands_on(index, target):
            return
        if (handed := self._blocking_callback(call)) is not None:
            self._add(target, f"{where} hands it {handed}, which blocks and would run on the event loop")
        if call.caller in self.frozen:
            self._add(target, f"{caller.name} calls it and stays sync: {self.frozen[call.caller]}")
        elif (refusal := self._refusal(index, call, demand)) is not None:
            self._add(target, f"{where}: {refusal.reason}")
        elif call.caller not in wanted and not caller.is_async:
            self._add(target, f"{where} calls it where no function can be made async")
        elif (obstacle := self.callables.mixed(index, target, wanted)) is not None:
            self._add(target, f"{where} {obstacle}")
        elif index not in self.analysis.callables.sites and not self._is_uniform(call, wanted):
            self._add(target, f"{where} may call it or something that stays sync")
        elif call.unknown == SCANNED:
            self._add(target, f"{where} may call it, and what else comes there is not known")
        elif any(one in wanted and self.demand(call, one) != demand for one in call.targets):
            self._add(target, f"{where} may call it or something that is awaited in another way")
        for other in sorted(self._needs(index, target)):
            if other not in wanted and not self.analysis.function(other).is_async:
                name = self.analysis.function(other).name
                reason = self.frozen.get(other, "it cannot be async")
                self._add(target, f"{where}: {name} goes through the same and stays sync: {reason}")

    def _blocking_callback(self, call: Call) -> str | None:
        """A function that blocks and is passed to what is called."""
        for _, functions in call.callbacks:
            for function in functions:
                if function in self.analysis.facts.waits and not self.analysis.function(function).is_async:
                    return self.analysis.function(function).name
        return None

    def demand(self, call: Call, target: int) -> Demand | None:
        """What an asynchronous target asks of the place that calls it."""
        if call.kind == "call" and target in self.analysis.lazy:
            return "async with" if target in self.analysis.context_managers else "async for"
        if call.kind == "property" and self.lenient:
            return "await"
        if call.kind in RESHAPED:
            return "await" if target in self.reshaped else None
        return DEMANDS.get(call.kind)

    def _is_uniform(self, call: Call, wanted: Mapping[int, int | None]) -> bool:
        """Whether all that the call may run has one color."""
        targets = [
            target for target in call.targets if self.analysis.function(target).bare_name != "__init__"
        ]
        return all(target in wanted or self.analysis.function(target).is_async for target in targets)

    def _refusal(self, index: int, call: Call, demand: Demand) -> Refusal | None:
        found = self._consumed(index, call, demand)
        return found if isinstance(found, Refusal) and demand != "none" else None

    def _consumed(self, index: int, call: Call, demand: Demand) -> Consumed:
        key = (index, demand)
        if key not in self.consumed:
            node = self.analysis.expression(call)
            sealed = why_sealed(self.places, call.path, (call.start, call.end))
            self.consumed[key] = (
                Refusal(sealed or "its place is not understood")
                if node is None or sealed is not None
                else consume(self.analysis, call.path, node, demand)
            )
        return self.consumed[key]

    def _add(self, function: int, reason: str) -> None:
        for member in (function,) if self.lenient else self.analysis.family(function):
            self.frozen.setdefault(member, reason)
