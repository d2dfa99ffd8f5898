"""The color `both` for public functions that stay sync because of who calls them inside: an async form in front.

The public name becomes an `async def` that runs the sync form in a thread; that one goes on under a private name, with
its body as it is, and whatever in the project calls it calls that. So outside code gets what `--entry api` asks for, at
the price of one definition more, and nothing that the function calls is written twice.
"""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Container, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from aioport.planning.affinity import Affinities
from aioport.planning.analysis import Analysis
from aioport.planning.colors import Colors
from aioport.planning.consuming.called import called_as
from aioport.planning.consuming.calls import EXHAUSTING, MAPPING, STOPPING
from aioport.planning.consuming.outcome import Taken
from aioport.planning.consuming.stopping import find_ends
from aioport.planning.headers import can_be_headed_twice, receiver_of
from aioport.planning.pins.halves import sync_name
from aioport.planning.reshaping.class_uses import BY_STRING
from aioport.planning.sites import consume
from aioport.planning.testing.replaced import find_replacements
from aioport.planning.testing.running import runs_here
from aioport.program.model import Call
from aioport.program.syntax import Syntax


@dataclass(frozen=True, slots=True)
class Front:
    """A function that gets an async form in front of it.

    name: what the sync form is called.
    receiver: what a method is called on in the async form; empty for a function.
    pool: the thread on which the objects live that it uses, None where any will do.
    reason: why the function itself cannot be async.
    """

    function: int
    name: str
    receiver: str
    pool: str | None
    reason: str


class FrontFinder:
    """Finds fronts under some colors.

    asked: functions that are asked to be async with all that is public.
    pinned: functions that cannot be called otherwise, whoever calls them.
    """

    def __init__(
        self,
        analysis: Analysis,
        asked: AbstractSet[int],
        pinned: Container[int],
        colors: Colors,
        affinities: Affinities,
    ) -> None:
        self._analysis, self._asked, self._pinned = analysis, asked, pinned
        self._colors, self._affinities = colors, affinities

    def find(self) -> dict[int, Front]:
        """By function; families as a whole, and what is called in their place."""
        found: dict[int, Front] = {}
        tried: set[int] = set()
        for function in sorted(self._asked):
            if function not in tried and self._is_held_back(function):
                group = self._group(function)
                tried.update(group)
                fronts = [self._front(one, group) for one in group]
                found |= {one.function: one for one in fronts if one is not None and None not in fronts}
        return found

    def _group(self, function: int) -> tuple[int, ...]:
        """A function's family, and others of its name that one call may run: an object of either class is called there.

        What would get no form of its own is not among them, so that such a call is of something else as well.
        """
        analysis, name = self._analysis, self._analysis.function(function).bare_name
        found: dict[int, None] = {}
        todo = deque(analysis.family(function))
        while todo:
            member = todo.popleft()
            if member in found:
                continue
            found[member] = None
            for index in analysis.calls_of.get(member, ()):
                for one in analysis.program.calls[index].targets:
                    is_like = analysis.function(one).bare_name == name and one in self._asked
                    if one not in found and is_like and self._is_held_back(one):
                        todo.extend(analysis.family(one))
        return tuple(found)

    def _is_held_back(self, function: int) -> bool:
        """Whether a function waits for what a thread can wait for, and stays sync for its callers' sake."""
        wait = self._analysis.facts.waits.get(function)
        is_sync = function not in self._colors.wanted and not self._analysis.function(function).is_async
        return (
            is_sync
            and function in self._colors.frozen
            and wait is not None
            and wait.blocks.treatment not in ("leave", "report")
            and function in self._waiting
        )

    @cached_property
    def _waiting(self) -> AbstractSet[int]:
        """Functions that wait while they run; those that only make what waits when it is gone through do not."""
        analysis = self._analysis
        found: set[int] = set()
        queue = deque[int]()
        callers: dict[int, set[int]] = defaultdict(set)
        for index in analysis.facts.calls:
            call = analysis.program.calls[index]
            own = [one for one in call.targets if analysis.function(one).in_project]
            if index in analysis.facts.spawned or self._makes_iterator(call, own):
                continue
            for one in own:
                callers[one].add(call.caller)
            if len(own) < len(call.targets):
                queue.append(call.caller)
        while queue:
            function = queue.popleft()
            if function not in found:
                found.add(function)
                queue.extend(callers[function])
        return found

    def _makes_iterator(self, call: Call, own: list[int]) -> bool:
        """Whether a call only makes something to go through, and the function that it stands in does not do that."""
        analysis, node = self._analysis, self._analysis.expression(call)
        if call.kind != "call" or not isinstance(node, ast.Call):
            return False
        if called_as(analysis, call.path, node) in MAPPING:
            return True
        if not own or not set(own) <= analysis.iterators:
            return False
        parent = analysis.syntax[call.path].parents.get(node)
        if isinstance(parent, ast.Call):
            name = called_as(analysis, call.path, parent)
            return name not in EXHAUSTING and name not in STOPPING
        return not isinstance(parent, ast.For | ast.comprehension | ast.YieldFrom)

    def _front(self, function: int, group: tuple[int, ...]) -> Front | None:
        analysis, one = self._analysis, self._analysis.function(function)
        node, path = analysis.node(function), one.path
        if not isinstance(node, ast.FunctionDef) or path is None or not self._is_plain(function):
            return None
        name = sync_name(one.bare_name)
        owner = analysis.program.classes[one.owner] if one.owner is not None else None
        if owner is None and name in analysis.identifiers(path):
            return None
        if owner is not None and analysis.program.find_method(owner.id, name) is not None:
            return None
        if not can_be_headed_twice(node) or not self._are_uses_known(group, one.bare_name):
            return None
        pool = self._pool(function)
        receiver = "" if owner is None else receiver_of(node, owner.importable, is_static=one.is_static)
        if pool is None or receiver is None:
            return None
        return Front(function, name, receiver, pool or None, self._colors.frozen.get(function, ""))

    def _is_plain(self, function: int) -> bool:
        """Whether it is a function or method like others, of which each call makes one result."""
        analysis, one = self._analysis, self._analysis.function(function)
        callables = analysis.callables
        if function in self._pinned or one.is_property or one.bare_name.startswith("__"):
            return False
        if one.parent is not None and analysis.function(one.parent).kind == "def":
            return False
        if function in analysis.lazy or function in analysis.hosted:
            return False
        if function in callables.entries or function in callables.wrappers or function in callables.followed:
            return False
        return find_ends(analysis, function) is None and not analysis.in_tests(function)

    def _pool(self, function: int) -> str | None:
        """The pool that the sync form runs in: empty for the usual one, None where it must not leave its thread."""
        kinds = self._affinities.functions.get(function, frozenset())
        if not kinds:
            return ""
        return next(iter(kinds)) if len(kinds) == 1 and kinds.isdisjoint(self._affinities.kept) else None

    # Uses

    def _are_uses_known(self, family: tuple[int, ...], name: str) -> bool:
        """Whether all that is done with methods of one name is calling them, where that cannot mean anything else."""
        analysis = self._analysis
        for index in sorted({one for member in family for one in analysis.calls_of.get(member, ())}):
            call = analysis.program.calls[index]
            node = analysis.expression(call)
            if not isinstance(node, ast.Call) or call.kind != "call" or index in analysis.callables.sites:
                return False
            if not set(call.targets) <= set(family) or _last(node.func) != name:
                return False
        if not self._referenced.isdisjoint(family) or name in self._named:
            return False
        if not self._is_awaited_in_tests(family):
            return False
        return all(self._is_known(*place) for place in self._attributes.get(name, ()))

    def _is_known(self, path: str, node: ast.Attribute) -> bool:
        """Whether it is known what an attribute is: what is called there."""
        syntax = self._analysis.syntax[path]
        call = syntax.parents.get(node)
        if not isinstance(call, ast.Call) or call.func is not node:
            return False
        index = self._analysis.call_at.get((path, *syntax.span(call)))
        return index is not None and bool(self._analysis.program.calls[index].targets)

    @cached_property
    def _referenced(self) -> frozenset[int]:
        """Functions that are named without being called."""
        return frozenset(one for each in self._analysis.program.references for one in each.targets)

    @cached_property
    def _attributes(self) -> Mapping[str, list[tuple[str, ast.Attribute]]]:
        """Where each name is an attribute of something."""
        found: dict[str, list[tuple[str, ast.Attribute]]] = defaultdict(list)
        for path in self._analysis.project.sources:
            for node in self._analysis.syntax[path].of_kind.get(ast.Attribute, ()):
                assert isinstance(node, ast.Attribute)
                found[node.attr].append((path, node))
        return found

    @cached_property
    def _named(self) -> frozenset[str]:
        """Names by which something is looked up, or that tests give to what stands in for the project's own."""
        analysis = self._analysis
        found = {name.rpartition(".")[2] for one in find_replacements(analysis) for name in one.targets}
        for path in analysis.project.sources:
            found.update(_looked_up(analysis.syntax[path]))
            if path in analysis.test_files:
                found.update(self._stood_in_for(path))
        return frozenset(found)

    def _stood_in_for(self, path: str) -> Iterator[str]:
        """Methods of a test's own classes, keywords of what makes objects, and the ends of dotted names in strings."""
        program, syntax = self._analysis.program, self._analysis.syntax[path]
        for node in syntax.of_kinds(ast.FunctionDef, ast.Call, ast.Constant):
            match node:
                case ast.FunctionDef(name=name):
                    yield name
                case ast.Constant(value=str(text)):
                    yield text.rpartition(".")[2]
                case ast.Call(keywords=keywords):
                    index = self._analysis.call_at.get((path, *syntax.span(node)))
                    targets = program.calls[index].targets if index is not None else ()
                    if not any(program.functions[one].in_project for one in targets):
                        yield from (one.arg for one in keywords if one.arg is not None)

    def _is_awaited_in_tests(self, family: tuple[int, ...]) -> bool:
        """Whether every test that calls it can run the async form."""
        analysis = self._analysis
        for index in {one for member in family for one in analysis.calls_of.get(member, ())}:
            call = analysis.program.calls[index]
            if call.path in analysis.test_files and not runs_here(analysis, call, self._colors.wanted):
                node = analysis.expression(call)
                taken = consume(analysis, call.path, node, "await") if node is not None else None
                if not isinstance(taken, Taken):
                    return False
        return True


def _looked_up(syntax: Syntax) -> Iterator[str]:
    for call in syntax.of_kind.get(ast.Call, ()):
        if isinstance(call, ast.Call) and _last(call.func) in BY_STRING:
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _last(node: ast.expr) -> str:
    """The last part of a name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
