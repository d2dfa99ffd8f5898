"""What the user says of a twin's leaves, found in the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Demand, Leaf
from aioport.program.model import Call, Program
from aioport.settings import Leaf as LeafSetting
from aioport.settings import TwinSettings


class TwinLeaves:
    """The leaf tables of one twin, ready to be asked about calls."""

    def __init__(self, settings: TwinSettings) -> None:
        back: dict[str, list[str]] = {}
        for sync, twin in settings.names.items():
            back.setdefault(twin, []).append(sync)
        self.settings = [one for one in settings.leaves if not (one.kind or "").startswith("rename only")]
        self.names = [_pattern(one.sync) for one in self.settings]
        self.awaited = [_methods(one.awaits, back) for one in self.settings]
        iterated = [
            (one.iterates,) if isinstance(one.iterates, str) else one.iterates or () for one in self.settings
        ]
        self.iterated = [_methods(names, back) for names in iterated]
        self.aliases: dict[int, frozenset[str]] = {}

    def own_functions(self, program: Program) -> frozenset[int]:
        """Functions that are leaves themselves: the async half of these is there already."""
        return frozenset(
            function.id
            for function in program.functions
            if function.in_project
            and any(self._is_of(index, function.name) for index in range(len(self.settings)))
        )

    def _is_of(self, index: int, name: str) -> bool:
        owner = name.rpartition(".")[0]
        return bool(self.names[index].fullmatch(name) or self.names[index].fullmatch(owner))

    def find(self, analysis: Analysis) -> Iterator[Leaf]:
        """Every call that a leaf table is about."""
        for index, call in enumerate(analysis.program.calls):
            demand = self._demand(call, analysis)
            if demand is not None:
                yield Leaf(index, demand, renamed=self._renamed(call, analysis))

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

    def _demand(self, call: Call, analysis: Analysis) -> Demand | None:
        names = list(dict.fromkeys(self._names(call, analysis)))
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
            self.aliases[index] = frozenset(_aliases(self.settings[index].sync, analysis))
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


def _aliases(name: str, analysis: Analysis) -> Iterator[str]:
    module, _, bare = name.rpartition(".")
    path = module.replace(".", "/")
    for source in analysis.project.sources:
        place = (analysis.project.root / source).as_posix()
        if place.removesuffix(".py").removesuffix("/__init__").endswith(f"/{path}") and module:
            names = analysis.names(source)
            if bare in names.bound:
                yield analysis.catalog.public_name(names.bound[bare])
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
