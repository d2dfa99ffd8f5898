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
from aioport.program.families import Disjoint
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
        locks = _Identities(self.analysis)
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
        locks: _Identities,
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


class _Identities:
    """Tells which expressions are the same lock: an attribute of a class, a variable, or what a function returns."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._same = Disjoint()
        self._made: dict[Hashable, list[ast.expr]] = defaultdict(list)
        for path in analysis.project.sources:
            for node in analysis.syntax[path].of_kinds(ast.Assign, ast.AnnAssign, ast.NamedExpr):
                targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
                value = getattr(node, "value", None)
                for target in targets:
                    if isinstance(target, ast.Attribute | ast.Name) and isinstance(value, ast.expr):
                        self._bind(path, target, value)

    def _bind(self, path: str, target: ast.expr, value: ast.expr) -> None:
        if isinstance(value, ast.Call) and self._is_lock_class(path, value.func):
            self._made[self.of(path, target)].append(value.func)
        elif isinstance(value, ast.Attribute | ast.Name) and self._is_lock(path, value):
            self._same.join((self.of(path, target), self.of(path, value)))

    def _is_lock_class(self, path: str, node: ast.expr) -> bool:
        name = self._analysis.names(path).resolve(node)
        return name is not None and self._is_lock_name(name)

    def _is_lock(self, path: str, node: ast.expr) -> bool:
        known = self._analysis.program.type_at(path, *self._analysis.syntax[path].span(node))
        return known is not None and any(map(self._is_lock_name, known.classes))

    def _is_lock_name(self, name: str) -> bool:
        found = self._analysis.catalog.type(self._analysis.catalog.public_name(name))
        return found is not None and found.type.lock is not None

    def find(self, lock: Hashable) -> Hashable:
        """What stands for a lock and all that are the same."""
        return self._same.find(lock)

    def of_call(self, index: int) -> Hashable:
        """The lock that a call takes."""
        call = self._analysis.program.calls[index]
        node = self._analysis.expression(call)
        if call.kind == "call" and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        return self.of(call.path, node) if node is not None else ("call", index)

    def of(self, path: str, node: ast.expr) -> Hashable:
        """The lock that an expression stands for."""
        syntax, program = self._analysis.syntax[path], self._analysis.program
        match node:
            case ast.Attribute(attr=name, value=held):
                known = program.type_at(path, *syntax.span(held))
                owners = list(known.ids) if known is not None else []
                if not owners and (own := self._own_class(path, held)) is not None:
                    owners = [own]
                keys: list[Hashable] = [("field", self._defining(owner, name), name) for owner in owners]
                keys = keys or [("field", None, name)]
                self._same.join(keys)
                return keys[0]
            case ast.Name(id=name):
                return ("name", path, syntax.place(node).scope if self._is_local(path, node) else None, name)
            case ast.Call():
                index = self._analysis.call_at.get((path, *syntax.span(node)))
                targets = program.calls[index].targets if index is not None else ()
                returned = [one for target in targets for one in self._returned(target)]
                if returned:
                    self._same.join(returned)
                    return returned[0]
        return ("expression", path, ast.unparse(node))

    def _returned(self, function: int) -> Iterator[Hashable]:
        """The locks that a function returns."""
        node, path = self._analysis.node(function), self._analysis.function(function).path
        for child in ast.walk(node) if node is not None else ():
            if isinstance(child, ast.Return) and isinstance(child.value, ast.Attribute | ast.Name):
                yield self.of(path or "", child.value)

    def _is_local(self, path: str, node: ast.Name) -> bool:
        return any(
            isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.id in self._analysis.locals_of(around)
            for around in self._analysis.syntax[path].ancestors(node)
        )

    def _own_class(self, path: str, node: ast.expr) -> int | None:
        for around in self._analysis.syntax[path].ancestors(node):
            function = self._analysis.by_node.get(around)
            if function is not None and isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                one = self._analysis.function(function)
                first = around.args.args[0].arg if around.args.args else None
                if one.owner is not None:
                    return one.owner if isinstance(node, ast.Name) and node.id == first else None
        return None

    def _defining(self, owner: int, name: str) -> int:
        """The topmost class of a line that has an attribute, so that classes below it share its lock."""
        classes = self._analysis.program.classes
        having = [one for one in (owner, *classes[owner].ancestors) if name in classes[one].fields]
        return having[-1] if having else owner

    def makers(
        self, idle: AbstractSet[int], needed: AbstractSet[Hashable], taken: Mapping[int, Hashable]
    ) -> Iterator[ast.expr]:
        """The names of classes where they make a lock that stays one of threads."""
        stays = {self.find(taken[index]) for index in idle}
        for lock, nodes in self._made.items():
            if self.find(lock) in stays and self.find(lock) not in needed:
                yield from nodes
