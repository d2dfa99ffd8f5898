"""Locks of threads that would be held across an await: the event loop's own ones instead, or no await there.

A lock becomes an asyncio one only where all that takes it becomes async: then no thread does. One that may be
taken twice by the same code has no asyncio counterpart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from aioport.planning.analysis import Analysis
from aioport.planning.flows import find_streams
from aioport.planning.leaves import Leaf
from aioport.planning.threads.regions import Region, find_regions
from aioport.planning.waiting import NewAwaits


@dataclass
class Guard:
    """One lock, wherever its value goes.

    leaves: the calls that make and take it, as they are on the event loop.
    refusal: why it stays a lock of threads.
    """

    leaves: dict[int, Leaf]
    refusal: str | None = None


@dataclass
class Locks:
    """Which locks are to change, and which functions must not wait while they hold one.

    dormant: what rules say of locks. It is used where a lock turns out to be held across an await, and else not.
    """

    analysis: Analysis
    dormant: Mapping[int, Leaf]
    active: list[Guard] = field(default_factory=list)
    _regions: tuple[Region, ...] | None = None
    _guards: dict[int, Guard] | None = None

    @property
    def regions(self) -> tuple[Region, ...]:
        if self._regions is None:
            self._regions = find_regions(self.analysis)
        return self._regions

    def find_torn(
        self, awaits: NewAwaits, refused: Mapping[int, str]
    ) -> Iterator[Guard | tuple[Region, str]]:
        """Locks that are held across a new await: those to change, or the region that must not wait and why.

        refused: leaves that were tried in vain.
        """
        changed: list[Guard] = []
        for region in self.regions:
            span = awaits.within(region.path, region.held)
            if span is None:
                continue
            guard = self._guard(region.taken)
            if guard in self.active or guard in changed:
                continue
            reason = self._why_not(guard, refused)
            if guard is not None and reason is None:
                changed.append(guard)
                yield guard
            else:
                line = self.analysis.project.sources[region.path].data.count(b"\n", 0, span[0]) + 1
                yield (
                    region,
                    (
                        f"line {region.line} holds {region.lock}, a lock of threads, while line {line} waits: {reason}"
                    ),
                )

    def find_fallen(self, refused: Mapping[int, str]) -> Iterator[tuple[int, str]]:
        """Leaves of locks of which another leaf is refused: a lock changes everywhere or nowhere."""
        for guard in list(self.active):
            reason = next((refused[index] for index in sorted(guard.leaves) if index in refused), None)
            if reason is not None:
                self.active.remove(guard)
                guard.refusal = reason
                yield from ((index, reason) for index in guard.leaves)

    def _guard(self, taken: int) -> Guard | None:
        if self._guards is None:
            self._guards = {}
            for guard, regions in _find_guards(self.analysis, self.dormant, self.regions):
                self._guards |= dict.fromkeys((one.taken for one in regions), guard)
        return self._guards.get(taken)

    def _why_not(self, guard: Guard | None, refused: Mapping[int, str]) -> str | None:
        if guard is None:
            return "it is not known where else it is taken"
        if guard.refusal is None:
            guard.refusal = next((refused[one] for one in sorted(guard.leaves) if one in refused), None)
        return guard.refusal


def _find_guards(
    analysis: Analysis, dormant: Mapping[int, Leaf], regions: Sequence[Region]
) -> Iterator[tuple[Guard, list[Region]]]:
    """Each lock that is followed, and where it is held."""
    entered = {
        (call.path, call.start, call.end): index
        for index, call in enumerate(analysis.program.calls)
        if call.kind == "enter"
    }
    for stream in find_streams(analysis, dormant):
        if not any(_is_lock(analysis, name) for name in stream.types):
            continue
        leaves = {index: dormant[index] for index in stream.leaves}
        for path, statement, item in stream.withs:
            span = analysis.syntax[path].span(statement.items[item].context_expr)
            if (path, *span) in entered:
                index = entered[path, *span]
                leaves[index] = Leaf(index, "async with")
            else:
                stream.refuse(f"{path}:{statement.lineno}: it is not known what this `with` enters")
        own = [one for one in regions if one.taken in leaves]
        guard = Guard(leaves, stream.refusal)
        if guard.refusal is None and any(_is_reentrant(analysis, name) for name in stream.types):
            guard.refusal = _why_taken_twice(analysis, own)
        yield guard, own


def _is_lock(analysis: Analysis, name: str) -> bool:
    found = analysis.catalog.type(name)
    return found is not None and found.type.lock is not None


def _is_reentrant(analysis: Analysis, name: str) -> bool:
    found = analysis.catalog.type(name)
    return found is not None and found.type.lock == "reentrant"


def _why_taken_twice(analysis: Analysis, regions: Sequence[Region]) -> str | None:
    """Why code that holds a lock may take it again; None where it is proven not to."""
    holders = {one.function for one in regions}
    for region in regions:
        low, high = region.held
        if any(low <= one.held[0] and one.held[1] <= high for one in regions if one is not region):
            if any(
                one.taken != region.taken for one in regions if low <= one.held[0] and one.held[1] <= high
            ):
                return f"line {region.line} takes it twice, which no lock of asyncio's allows"
        calls = (
            index
            for index in analysis.calls_in.get(region.function, ())
            if low <= analysis.program.calls[index].start and analysis.program.calls[index].end <= high
        )
        seen: set[int] = set()
        todo = list(calls)
        while todo:
            call = analysis.program.calls[todo.pop()]
            if call.unknown is not None and call.kind == "call":
                return f"{call.path}:{call.line} calls something unknown, which may take it again"
            handed = (one for _, functions in call.callbacks for one in functions)
            for target in (*call.targets, *handed):
                if analysis.function(target).in_project and target not in seen:
                    if target in holders:
                        name = analysis.function(target).name
                        return f"{name} takes it again, which no lock of asyncio's allows"
                    seen.add(target)
                    todo += analysis.calls_in.get(target, ())
    return None
