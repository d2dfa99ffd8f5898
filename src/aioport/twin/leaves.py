"""What the user says of a twin's leaves, found in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.colors import DEMANDS
from aioport.planning.leaves import Demand, Leaf
from aioport.planning.pins.slots import ASYNC_SLOTS
from aioport.program.model import Call, Function, Program
from aioport.settings import Leaf as LeafSetting
from aioport.settings import TwinSettings
from aioport.twin.counterparts import Counterparts

AWAITABLE = ("Awaitable[", "Coroutine[", "Future[", "Task[")
"""How the checker's text for what a plain function returns begins, where that is awaited."""

FEWEST_ALIKE = 3
"""So many methods of a leaf have to call the same one; of fewer it may be chance."""


class TwinLeaves:
    """The leaf tables of one twin, ready to be asked about calls."""

    def __init__(self, settings: TwinSettings) -> None:
        back: dict[str, list[str]] = {}
        for sync, twin in settings.names.items():
            back.setdefault(twin, []).append(sync)
        self.mapping = settings.names
        self.settings = [one for one in settings.leaves if not _is_renamed_only(one)]
        self.names = [_pattern(one.sync) for one in self.settings]
        self.plain = [_pattern(one.sync) for one in settings.leaves if _is_renamed_only(one)]
        self.awaited = [_methods(one.awaits, back) for one in self.settings]
        self.iterated = [_methods(_texts(one.iterates), back) for one in self.settings]
        self.aliases: dict[int, frozenset[str]] = {}

    def own_functions(self, program: Program) -> frozenset[int]:
        """Functions that have an async half already: the leaves, and what stands beside its async half."""
        halves = Counterparts(program, self.mapping)
        there = [index for index in range(len(self.settings)) if not self._is_made(index, halves)]
        return frozenset(
            function.id
            for function in program.functions
            if function.in_project
            and function.kind == "def"
            and (any(self._is_of(index, function.name) for index in there) or halves.of(function) is not None)
        )

    def own_leaves(self, program: Program) -> frozenset[int]:
        """Functions that the tables want async, and whose async half the twin is to make."""
        halves = Counterparts(program, self.mapping)
        made = [index for index in range(len(self.settings)) if self._is_made(index, halves)]
        return frozenset(
            function.id
            for index in made
            for function in program.functions
            if function.in_project and function.kind == "def" and self._wants(index, function, program)
        )

    def called(self, program: Program) -> frozenset[int]:
        """The package's own functions that tables name as calls that wait."""
        wanted = [self.names[index] for index, one in enumerate(self.settings) if one.call]
        return frozenset(
            one.id
            for one in program.functions
            if one.in_project and one.kind == "def" and any(name.fullmatch(one.name) for name in wanted)
        )

    def inner_leaves(self, analysis: Analysis) -> frozenset[int]:
        """What waits inside of leaves whose code is in the package: the methods that all awaited ones call.

        Tables name the methods that a user thought of; other methods of the package that call the same wait as well.
        """
        found: set[int] = set()
        for index in range(len(self.settings)):
            called = [
                {
                    target
                    for one in analysis.calls_in.get(method, ())
                    for target in self._own_methods(one, analysis)
                }
                for method in self._awaited_methods(index, analysis)
            ]
            if len(called) >= FEWEST_ALIKE:
                found |= set.intersection(*called)
        return frozenset(found)

    def _awaited_methods(self, index: int, analysis: Analysis) -> Iterator[int]:
        for one in analysis.program.functions:
            owner, _, method = one.name.rpartition(".")
            if one.in_project and one.kind == "def" and one.owner is not None and not one.is_property:
                if self.awaited[index].fullmatch(method) and self._matches(index, owner, analysis):
                    yield one.id

    def _own_methods(self, call: int, analysis: Analysis) -> Iterator[int]:
        """Methods of the caller's own class that a call runs."""
        program = analysis.program
        caller = program.functions[program.calls[call].caller]
        line = (caller.owner, *program.classes[caller.owner].ancestors) if caller.owner is not None else ()
        for target in program.calls[call].targets:
            one = program.functions[target]
            if one.in_project and one.owner in line and not one.bare_name.startswith("__"):
                yield target

    def _is_made(self, index: int, halves: Counterparts) -> bool:
        """Whether a leaf is what the twin makes of something in the package, and not there yet."""
        one = self.settings[index]
        before, after = one.sync.split("."), one.async_.split(".")
        if before == after or len(before) != len(after) or halves.has(one.async_):
            return False
        # The name of the package itself may be that of a module in it as well, which is the one that is renamed.
        return all(new in (old, self.mapping.get(old)) for old, new in zip(before, after, strict=True))

    def _wants(self, index: int, function: Function, program: Program) -> bool:
        """Whether a table asks for a function: by its name, or as a method of its class or of one below that."""
        if self.names[index].fullmatch(function.name):
            return self.settings[index].call
        if function.owner is None or function.is_property:
            return False
        owner = program.classes[function.owner]
        line = (owner.name, *(program.classes[base].name for base in owner.ancestors))
        return any(map(self.names[index].fullmatch, line)) and bool(
            self.awaited[index].fullmatch(function.bare_name)
        )

    def _is_of(self, index: int, name: str) -> bool:
        owner = name.rpartition(".")[0]
        return bool(self.names[index].fullmatch(name) or self.names[index].fullmatch(owner))

    def names_of(self, name: str, analysis: Analysis) -> frozenset[str] | None:
        """The async names that the tables have of methods of a class; None for a class that is in no table."""
        found = [
            one
            for index, one in enumerate(self.settings)
            if one.awaits and self._matches(index, name, analysis)
        ]
        if not found:
            return None
        entries = [entry for one in found for entry in (*one.awaits, *_texts(one.iterates))]
        return frozenset(entry.rpartition("->")[2].strip() for entry in entries)

    def find(self, analysis: Analysis) -> Iterator[Leaf]:
        """Every call that a leaf table is about, or of what has its async half beside it.

        What is async already says itself which half it calls.
        """
        halves = Counterparts(analysis.program, self.mapping)
        for index, call in enumerate(analysis.program.calls):
            names = list(dict.fromkeys(self._names(call, analysis)))
            demand = self._demand(call, names, analysis)
            if demand is None and not analysis.function(call.caller).is_async and not self._is_plain(names):
                demand = _demand_beside(call, halves, analysis)
            if demand is not None:
                yield Leaf(index, demand, renamed=self._renamed(call, analysis))

    def locking(self, leaves: Iterable[Leaf], analysis: Analysis) -> frozenset[int]:
        """Those of some leaves, by their calls, that take a lock of threads which the catalog knows."""
        locks = [
            index
            for index, one in enumerate(self.settings)
            if (known := analysis.catalog.type(analysis.catalog.public_name(one.sync))) is not None
            and known.type.lock is not None
        ]
        return frozenset(
            leaf.call
            for leaf in leaves
            if locks
            for name in self._names(analysis.program.calls[leaf.call], analysis)
            if any(self._matches(index, name.rpartition(".")[0], analysis) for index in locks)
        )

    def _is_plain(self, names: Iterable[str]) -> bool:
        return any(
            pattern.fullmatch(name) or pattern.fullmatch(name.rpartition(".")[0])
            for pattern in self.plain
            for name in names
        )

    def _renamed(self, call: Call, analysis: Analysis) -> str | None:
        """The async name of a method that its table gives one (`request -> coro_request`)."""
        node = analysis.expression(call)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for setting in self.settings:
                for entry in setting.awaits:
                    name, arrow, renamed = (part.strip() for part in entry.partition("->"))
                    if arrow and name == node.func.attr:
                        return renamed
        return None

    def _demand(self, call: Call, names: Iterable[str], analysis: Analysis) -> Demand | None:
        for index, setting in enumerate(self.settings):
            for name in names:
                owner, _, method = name.rpartition(".")
                if setting.call and call.kind == "call" and self._matches(index, name, analysis):
                    return "await"
                if self._matches(index, owner, analysis):
                    if (demand := self._of_method(index, setting, call, method)) is not None:
                        return demand
        return None

    def _names(self, call: Call, analysis: Analysis) -> Iterator[str]:
        """Everything that a call may be a call of: by its targets, its text, and the type of its receiver."""
        yield from (analysis.function(target).name for target in call.targets)
        if call.constructs is not None:
            yield analysis.program.classes[call.constructs].name
        node = analysis.expression(call) if call.kind == "call" else None
        if not isinstance(node, ast.Call):
            return
        if isinstance(node.func, ast.Name):
            yield f"{analysis.function(call.caller).name}.{node.func.id}"
        if (name := analysis.names(call.path).resolve(node.func)) is not None:
            yield name
        if isinstance(node.func, ast.Attribute):
            known = analysis.program.type_at(call.path, *analysis.syntax[call.path].span(node.func.value))
            yield from (f"{one}.{node.func.attr}" for one in (known.classes if known is not None else ()))

    def _matches(self, index: int, name: str, analysis: Analysis) -> bool:
        return bool(self.names[index].fullmatch(name)) or name in self._aliases(index, analysis)

    def _aliases(self, index: int, analysis: Analysis) -> frozenset[str]:
        """What a leaf's name is another name of (`Lock = threading.Lock` in the module that it names)."""
        if index not in self.aliases:
            found = set(_aliases(self.settings[index].sync, analysis))
            self.aliases[index] = frozenset({*found, *map(analysis.catalog.public_name, found)})
        return self.aliases[index]

    def _of_method(self, index: int, setting: LeafSetting, call: Call, method: str) -> Demand | None:
        if call.kind == "call" and self.awaited[index].fullmatch(method):
            return "await"
        if call.kind == "call" and self.iterated[index].fullmatch(method):
            return "async for"
        if setting.context_manager and method in ("__enter__", "__exit__") and call.kind in ("enter", "exit"):
            return "async with"
        if setting.iterates and method in ("__iter__", "__next__") and call.kind in ("iter", "next"):
            return "async for"
        return None


def _texts(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value or ()


def _is_renamed_only(setting: LeafSetting) -> bool:
    return (setting.kind or "").startswith("rename only")


def _demand_beside(call: Call, halves: Counterparts, analysis: Analysis) -> Demand | None:
    """What a call of something asks for, by the async half that stands beside it."""
    targets = [analysis.function(target) for target in call.targets]
    half = next((found for one in targets if one.in_project and (found := halves.of(one)) is not None), None)
    if half is None or call.kind not in DEMANDS:
        return None
    if call.kind == "call":
        if half.id in analysis.context_managers:
            return "async with"
        if half.id in analysis.generators:
            return "async for" if half.is_async else None
        return "await" if half.is_async or half.annotation.startswith(AWAITABLE) else None
    return DEMANDS[call.kind] if half.bare_name in ASYNC_SLOTS.values() else None


def _aliases(name: str, analysis: Analysis) -> Iterator[str]:
    module, _, bare = name.rpartition(".")
    path = module.replace(".", "/")
    for source in analysis.project.sources:
        place = (analysis.project.root / source).as_posix()
        if place.removesuffix(".py").removesuffix("/__init__").endswith(f"/{path}") and module:
            names = analysis.names(source)
            if bare in names.bound:
                yield names.bound[bare]
            for node in analysis.syntax[source].tree.body:
                if isinstance(node, ast.Assign) and any(
                    isinstance(one, ast.Name) and one.id == bare for one in node.targets
                ):
                    if (meaning := names.resolve(node.value)) is not None:
                        yield meaning


def _pattern(name: str) -> re.Pattern[str]:
    """A dotted name, in which `*` stands for one name or module."""
    return re.compile(re.escape(name).replace(r"\*", r"[^.]*"))


def _methods(names: Iterable[str], back: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """Methods of the sync half whose names in the async half are given; `*` are all public ones."""
    found = []
    for entry in names:
        name = entry.partition("->")[0].strip()
        found += [r"[^_]\w*"] if name == "*" else [re.escape(one) for one in (name, *back.get(name, ()))]
    return re.compile("|".join(found) or r"(?!)")
