"""Locks of threads in a twin: where tasks need none, and where one cannot be waited for.

Tasks take turns at awaits only. A lock that nobody holds while waiting is never found taken, and stays what it is, in
functions that stay sync. Of one that is held so, a part of the code under it may need no lock all the same: where it
waits for nothing itself, and disturbs nothing of what is done under the lock elsewhere.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Leaf
from aioport.planning.pins.slots import ASYNC_SLOTS, FREE_SLOTS
from aioport.planning.plan import DropStatement, Intent, Unwrap
from aioport.planning.threads.regions import Region, find_regions
from aioport.twin.lock_identities import LockIdentities
from aioport.twin.touching import Touched, find_touched

TAKING = ("enter", "exit", "call")
"""The kinds of calls that take a lock or give it back."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Code that goes without its lock.

    function: in whose body it stands.
    nodes: the `with` over the lock, or the statements that take it and give it back.
    reason: why it may, for a person to look at; None where it is proven that nothing else can be in between.
    """

    function: int
    path: str
    nodes: tuple[ast.With | ast.Expr, ...]
    reason: str | None

    def intents(self) -> Iterator[Intent]:
        """What becomes of the text."""
        for node in self.nodes:
            yield Unwrap(node) if isinstance(node, ast.With) else DropStatement(node)


@dataclass(frozen=True)
class TwinLocks:
    """What becomes of locks of threads in a twin, where they do not become those of asyncio.

    calls: calls that take a lock and wait for nothing.
    classes: names of classes of locks, where they make one that stays.
    unlocked: what goes without a lock.
    again: where a lock is taken by what holds it already.
    """

    calls: frozenset[int] = frozenset()
    classes: frozenset[ast.expr] = frozenset()
    unlocked: tuple[Unlocked, ...] = ()
    again: tuple[tuple[int, str], ...] = ()

    def remarks(self, analysis: Analysis) -> Iterator[str]:
        """What a person should look at."""
        reasons = [(one.function, one.reason) for one in self.unlocked if one.reason is not None]
        for function, reason in dict.fromkeys((*reasons, *self.again)):
            yield f"{analysis.function(function).name}: {reason}"


def settle_locks(
    analysis: Analysis, leaves: Iterable[Leaf], locking: AbstractSet[int], named: Iterable[int]
) -> TwinLocks:
    """Sorts out which locks are needed.

    leaves: everything that waits; locking: those of their calls that take a lock of threads.
    named: functions that are to be async whatever they call.
    """
    if not locking:
        return TwinLocks()
    return _Settling(analysis, tuple(leaves), locking, frozenset(named)).settled()


@dataclass
class _Settling:
    analysis: Analysis
    leaves: tuple[Leaf, ...]
    locking: AbstractSet[int]
    named: frozenset[int]
    known: dict[tuple[int, int, bool], Touched] = field(default_factory=dict)

    def settled(self) -> TwinLocks:
        locks = LockIdentities(self.analysis)
        groups: dict[Hashable, list[Region]] = defaultdict(list)
        taken = {index: locks.of_call(index) for index in self.locking}
        for region in find_regions(self.analysis):
            if region.taken in taken:
                groups[locks.find(taken[region.taken])].append(region)
        waiting = self._reaching(
            [*self.named, *(self._caller(leaf.call) for leaf in self._others())], frozenset()
        )
        needed: set[Hashable] = set()
        unlocked: dict[Region, str | None] = {}
        while True:
            found = {
                lock
                for lock, regions in groups.items()
                if any(self._waits(region, waiting, needed, taken, locks, unlocked) for region in regions)
            } | needed
            unlocked = {}
            starts: list[int] = []
            for lock in found:
                holders = [
                    one for one in groups[lock] if self._waits(one, waiting, needed, taken, locks, unlocked)
                ]
                for region in groups[lock]:
                    if region in holders:
                        continue
                    is_free, reason = self._is_free(region, holders, waiting)
                    if is_free:
                        unlocked[region] = reason
                    else:
                        starts.append(region.function)
            grown = self._reaching(starts, waiting)
            if found == needed and grown == waiting:
                break
            needed, waiting = found, grown
        idle: set[int] = {index for index, lock in taken.items() if locks.find(lock) not in needed}
        gone = [
            Unlocked(region.function, region.path, self._statements(region), reason)
            for region, reason in unlocked.items()
        ]
        free = {index for region in unlocked for index in self._calls_of(region)}
        return TwinLocks(
            frozenset(idle | free),
            frozenset(locks.makers(idle, needed, taken)),
            tuple(gone),
            tuple(self._taken_again(groups, needed, unlocked)),
        )

    def _taken_again(
        self,
        groups: Mapping[Hashable, Iterable[Region]],
        needed: AbstractSet[Hashable],
        unlocked: Mapping[Region, str | None],
    ) -> Iterator[tuple[int, str]]:
        """Functions that take a lock while they run under it, which a lock of asyncio's waits for in vain."""
        calls = self.analysis.program.calls
        for lock in needed:
            held = [one for one in groups[lock] if one not in unlocked]
            takers = {one.function: one for one in held}
            for region in held:
                low, high = region.held
                todo = [
                    target
                    for index in self.analysis.calls_in.get(region.function, ())
                    if low <= calls[index].start and calls[index].end <= high
                    for target in calls[index].targets
                ]
                seen: set[int] = set()
                while todo:
                    current = todo.pop()
                    if current in seen or not self.analysis.function(current).in_project:
                        continue
                    seen.add(current)
                    if current in takers:
                        name = self.analysis.function(region.function).name
                        yield (
                            current,
                            f"takes {takers[current].lock}, which {name} may hold when it calls this",
                        )
                    for index in self.analysis.calls_in.get(current, ()):
                        todo.extend(calls[index].targets)

    def _others(self) -> Iterator[Leaf]:
        return (leaf for leaf in self.leaves if leaf.call not in self.locking)

    def _caller(self, index: int) -> int:
        return self.analysis.program.calls[index].caller

    def _reaching(self, starts: Iterable[int], known: AbstractSet[int]) -> frozenset[int]:
        """Functions that wait, with all that call them."""
        found = set(known)
        todo = [one for one in starts if one not in found]
        while todo:
            function = todo.pop()
            if function in found:
                continue
            found.add(function)
            todo.extend(self.analysis.family(function))
            todo.extend(self._caller(index) for index in self.analysis.calls_of.get(function, ()))
        return frozenset(found)

    def _waits(
        self,
        region: Region,
        waiting: AbstractSet[int],
        needed: AbstractSet[Hashable],
        taken: Mapping[int, Hashable],
        locks: LockIdentities,
        unlocked: Mapping[Region, str | None],
    ) -> bool:
        """Whether something in a region waits, but for the taking of the lock itself."""
        points = {leaf.call for leaf in self._others()}
        own = locks.find(taken[region.taken])
        for index in self.analysis.calls_in.get(region.function, ()):
            call = self.analysis.program.calls[index]
            if not (region.held[0] <= call.start and call.end <= region.held[1]):
                continue
            if index in points or (call.kind != "import" and not waiting.isdisjoint(call.targets)):
                return True
            if index in taken and (other := locks.find(taken[index])) in needed and other != own:
                return not any(one.taken == index for one in unlocked)
        return False

    def _is_free(
        self, region: Region, holders: Iterable[Region], waiting: AbstractSet[int]
    ) -> tuple[bool, str | None]:
        """Whether a region may do without its lock, and why that is not proven."""
        if region.function in self.named or not self._statements(region):
            return False, None
        own = self._touched(region, own_class=False)
        if own.unknown is None and not any(
            own.disturbs(self._touched(one, own_class=True)) for one in holders
        ):
            return True, None
        if region.function not in waiting and self._is_sealed(region.function, waiting):
            return True, f"takes {region.lock} no more, since it is called where nothing can be awaited"
        return False, None

    def _touched(self, region: Region, *, own_class: bool) -> Touched:
        key = (region.taken, region.held[0], own_class)
        if key not in self.known:
            found = find_touched(self.analysis, region.function, region.held, own_class=own_class)
            self.known[key] = found
        return self.known[key]

    def _is_sealed(self, function: int, waiting: AbstractSet[int]) -> bool:
        """Whether something calls a function, by way of others that stay sync, in which nothing can be awaited."""
        seen: set[int] = set()
        todo = [function]
        while todo:
            current = todo.pop()
            one = self.analysis.function(current)
            name = one.bare_name
            special = name.startswith("__") and name.endswith("__")
            if one.kind != "def" or (special and name not in ASYNC_SLOTS.keys() | FREE_SLOTS):
                return True
            for index in self.analysis.calls_of.get(current, ()):
                caller = self._caller(index)
                if caller not in seen and caller not in waiting:
                    seen.add(caller)
                    todo.append(caller)
        return False

    def _calls_of(self, region: Region) -> Iterator[int]:
        """The calls that take the lock of a region: the one that enters it, and leaves it."""
        calls = self.analysis.program.calls
        taken = calls[region.taken]
        for index in self.locking:
            if (calls[index].path, calls[index].start, calls[index].end) == (
                taken.path,
                taken.start,
                taken.end,
            ):
                yield index

    def _statements(self, region: Region) -> tuple[ast.With | ast.Expr, ...]:
        """The `with` that takes a region's lock and nothing else, or the statements that take it and give it back.

        None of them where it is taken in another way.
        """
        call = self.analysis.program.calls[region.taken]
        node, around = self.analysis.expression(call), self.analysis.node(region.function)
        if node is None or around is None or call.caller != region.function:
            return ()
        parents = self.analysis.syntax[region.path].parents
        if call.kind == "enter" and isinstance(node, ast.Attribute | ast.Name):
            item = parents.get(node)
            statement = parents.get(item) if item is not None else None
            if isinstance(statement, ast.With) and len(statement.items) == 1:
                return (statement,) if statement.items[0].optional_vars is None else ()
        if call.kind == "call" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            lock = ast.unparse(node.func.value)
            uses = [
                one
                for one in ast.walk(around)
                if isinstance(one, ast.Attribute)
                and one.attr in ("acquire", "release", "locked")
                and ast.unparse(one.value) == lock
            ]
            found = [parents[parents[one]] for one in uses]
            statements = tuple(one for one in found if isinstance(one, ast.Expr))
            return statements if len(statements) == len(found) else ()
        return ()
