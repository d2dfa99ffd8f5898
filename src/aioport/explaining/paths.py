"""Ways through the calls of a project: who calls a function, from where it is reached, and down to what it waits for."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aioport.blocking.edges import find_takers
from aioport.blocking.facts import Facts, Finding, Link, Wait
from aioport.catalog.index import Catalog
from aioport.explaining.explanation import Waiting
from aioport.program.model import Program
from aioport.reporting.chains import steps_above

ENTRIES = 5
"""So many of the functions from which one is reached are told, the nearest first."""


@dataclass(frozen=True)
class Paths:
    """The calls of a program, both ways."""

    program: Program
    facts: Facts
    catalog: Catalog

    @cached_property
    def _edges(self) -> Mapping[int, tuple[int, ...]]:
        """What each call runs before it returns."""
        takers, functions = find_takers(self.program, self.catalog), self.program.functions
        found = {}
        for index, call in enumerate(self.program.calls):
            if index not in self.facts.spawned:
                kept = call.callbacks and takers.keeps(call)
                handed = (one for _, callbacks in call.callbacks for one in callbacks if not kept)
                found[index] = tuple(one for one in (*call.targets, *handed) if not functions[one].is_async)
        return found

    @cached_property
    def _findings(self) -> Mapping[int, Finding]:
        return {finding.call: finding for finding in self.facts.findings}

    @cached_property
    def _loops(self) -> Mapping[int, tuple[Link, ...]]:
        """Functions of which a finding says that they run on an event loop, with the chain."""
        return {
            self.program.calls[one.call].caller: one.chain[: 1 + steps_above(one.chain, one.path, one.line)]
            for one in self.facts.findings
            if one.on_loop
        }

    @cached_property
    def _calls_of(self) -> Mapping[int, list[int]]:
        """The calls of each function: those that run it, and those that make a coroutine of it."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            for target in dict.fromkeys((*call.targets, *self._edges.get(index, ()))):
                found[target].append(index)
        return found

    def callers(self, function: int) -> tuple[Link, ...]:
        """The calls of a function, each with the name of the function that makes it, in source order."""
        calls = [self.program.calls[index] for index in self._calls_of.get(function, ())]
        links = (Link(call.path, call.line, self.program.functions[call.caller].name) for call in calls)
        return tuple(dict.fromkeys(links))

    def entries(self, function: int) -> tuple[tuple[Link, ...], ...]:
        """The shortest chain to a function from each of the functions above it that nothing calls: `ENTRIES` at most."""
        found = self._climb(function, lambda one: not self._calls_of.get(one), running=False)
        chains = (chain for chain in found if len(chain) > 1)
        return tuple(chain for chain, _ in zip(chains, range(ENTRIES), strict=False))

    def loop(self, function: int) -> tuple[Link, ...]:
        """The chain from the nearest `async def` that runs a function on its event loop; empty where there is none."""
        functions = self.program.functions
        known = self._loops.get(function)
        return known or next(self._climb(function, lambda one: functions[one].is_async, running=True), ())

    def _climb(
        self, function: int, ends: Callable[[int], bool], *, running: bool
    ) -> Iterator[tuple[Link, ...]]:
        """Chains up to functions of a kind, shortest first; not above them.

        running: only through calls that run their function, not those that make a coroutine.
        """
        functions = self.program.functions
        below: dict[int, tuple[Link, ...]] = {function: ()}
        queue = deque([function])
        while queue:
            one = queue.popleft()
            if ends(one):
                begin = functions[one]
                yield (Link(begin.path or "", begin.line, begin.name), *below[one])
                continue
            for index in self._calls_of.get(one, ()):
                call = self.program.calls[index]
                if call.caller not in below and not (running and one not in self._edges.get(index, ())):
                    below[call.caller] = (Link(call.path, call.line, functions[one].name), *below[one])
                    queue.append(call.caller)

    def function_waits(self, function: int) -> Waiting | None:
        """What a function waits for, with the chain from it down."""
        wait = self.facts.waits.get(function)
        if wait is None:
            return None
        begin = self.program.functions[function]
        return _waiting(wait, (Link(begin.path or "", begin.line, begin.name), *self._down(function, wait)))

    def call_waits(self, index: int) -> Waiting | None:
        """What a call waits for, with the chain from the function that makes it down."""
        wait, call, functions = self.facts.calls.get(index), self.program.calls[index], self.program.functions
        if wait is None:
            return None
        if (finding := self._findings.get(index)) is not None:
            above = steps_above(finding.chain, finding.path, finding.line)
            return _waiting(wait, (*finding.chain[above : above + 1], *finding.chain[above + 1 :]))
        caller = functions[call.caller]
        begin = Link(call.path, caller.line, caller.name)
        for target in (*self._edges.get(index, ()), *call.targets):
            if self.facts.waits.get(target) == wait:
                made = Link(call.path, call.line, functions[target].name)
                return _waiting(wait, (begin, made, *self._down(target, wait)))
        return _waiting(wait, (begin, Link(call.path, call.line, wait.primitive)))

    def _down(self, function: int, wait: Wait) -> Iterator[Link]:
        inside = self.program.functions[function]
        for line, callee in wait.steps:
            reached = self.program.functions[callee]
            yield Link(inside.path or "", line, reached.name)
            inside = reached


def _waiting(wait: Wait, chain: tuple[Link, ...]) -> Waiting:
    return Waiting(wait.primitive, wait.category, wait.blocks.rough_cost, wait.sure, chain)
