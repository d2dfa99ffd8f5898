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
        iterated = [(one.iterates,) if isinstance(one.iterates, str) else one.iterates or () for one in self.settings]
        self.iterated = [_methods(names, back) for names in iterated]

    def own_functions(self, program: Program) -> frozenset[int]:
        """Functions that are leaves themselves: the async half of these is there already."""
        return frozenset(
            function.id
            for function in program.functions
            if function.in_project and any(self._is_of(index, function.name) for index in range(len(self.settings)))
        )

    def _is_of(self, index: int, name: str) -> bool:
        owner = name.rpartition(".")[0]
        return bool(self.names[index].fullmatch(name) or self.names[index].fullmatch(owner))

    def find(self, analysis: Analysis) -> Iterator[Leaf]:
        """Every call that a leaf table is about."""
        for index, call in enumerate(analysis.program.calls):
            demand = self._demand(call, analysis)
            if demand is not None:
                yield Leaf(index, demand)

    def _demand(self, call: Call, analysis: Analysis) -> Demand | None:
        names = [analysis.function(target).name for target in call.targets]
        if call.constructs is not None:
            names.append(analysis.program.classes[call.constructs].name)
        parameter = self._parameter(call, analysis)
        for index, setting in enumerate(self.settings):
            for name in names:
                owner, _, method = name.rpartition(".")
                if setting.call and call.kind == "call" and self.names[index].fullmatch(name):
                    return "await"
                if self.names[index].fullmatch(owner):
                    if (demand := self._of_method(index, setting, call, method)) is not None:
                        return demand
            if parameter is not None and self.names[index].fullmatch(parameter) and setting.call:
                return "await"
        return None

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

    def _parameter(self, call: Call, analysis: Analysis) -> str | None:
        """The dotted name of a parameter that is called: `package.function.parameter`."""
        node = analysis.expression(call) if call.kind == "call" else None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            caller = analysis.function(call.caller)
            return f"{caller.name}.{node.func.id}"
        return None


def _pattern(name: str) -> re.Pattern[str]:
    """A dotted name, in which `*` stands for one name or module."""
    return re.compile(re.escape(name).replace(r"\*", r"[^.]*"))


def _methods(names: Iterable[str], back: Mapping[str, Iterable[str]]) -> re.Pattern[str]:
    """Methods of the sync half whose names in the async half are given; `*` are all public ones."""
    found = []
    for name in names:
        found += [r"[^_]\w*"] if name == "*" else [re.escape(one) for one in (name, *back.get(name, ()))]
    return re.compile("|".join(found) or r"(?!)")
