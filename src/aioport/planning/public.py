"""What code outside of the project may call: found by `__all__`, by what packages import, by documentation, by names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.analysis import Analysis
from aioport.program.model import Function

STEPS = 8
"""Modules that hand a name on to one another, at most."""


BY_NAME = "its name is public"
"""The weakest sign: of a function that the project calls itself, and says nothing else about."""


def find_public(analysis: Analysis) -> dict[int, str]:
    """Functions and methods that code outside may call, each with the sign by which that is known.

    A name that is exported on purpose (`__all__`, an import in an `__init__.py`) is public wherever it is defined. In a
    project that exports anything so, a function with a public name alone is not, if another one in the project calls it.
    Special methods are public with their class. Of tests, calls say nothing, and names are nobody's.
    """
    exports = _Exports(analysis)
    found: dict[int, str] = {}
    for one in analysis.program.functions:
        if (
            not one.in_project
            or one.kind != "def"
            or one.path in analysis.test_files
            or one.id in analysis.mains
            or not _is_top_level(analysis, one)
        ):
            continue
        sign = _sign(analysis, exports, one)
        if sign is not None:
            found[one.id] = sign
    return found


def is_public_name(name: str) -> bool:
    """Whether no part of a dotted name begins with an underscore, but for special methods."""
    return not any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def _sign(analysis: Analysis, exports: _Exports, one: Function) -> str | None:
    if not is_public_name(one.bare_name):
        return None
    names = [one.name] if one.owner is None else list(_owners(analysis, one.owner))
    by = next((exports.chosen[name] for name in names if name in exports.chosen), None)
    if by is not None:
        return f"{by} exports it"
    documented = analysis.project.documented
    if one.bare_name in documented and (
        one.owner is None or any(_last(name) in documented for name in names)
    ):
        return "the documentation names it"
    if not any(name in exports.plain for name in names):
        return None
    calls = (analysis.program.calls[index] for index in analysis.calls_of.get(one.id, ()))
    called = any(call.path not in analysis.test_files and call.caller != one.id for call in calls)
    if called and exports.chosen:
        return None
    return BY_NAME if called else f"{BY_NAME}, and nothing in the project calls it"


def _owners(analysis: Analysis, owner: int) -> Iterator[str]:
    """The names of a class and of those below it, which inherit its methods."""
    for one in analysis.program.classes:
        if one.id == owner or (one.in_project and owner in one.ancestors):
            yield one.name


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _is_top_level(analysis: Analysis, one: Function) -> bool:
    """Whether it stands in a module, or in a class that does."""
    parent = analysis.function(one.parent) if one.parent is not None else None
    while parent is not None and parent.kind == "class":
        parent = analysis.function(parent.parent) if parent.parent is not None else None
    return parent is None or parent.kind == "module"


class _Exports:
    """What the modules of a project offer.

    chosen: dotted names of what is exported on purpose, with the module that does.
    plain: dotted names that are public only by how they are called and where they stand.
    """

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._modules = {
            one.name: one.path
            for one in analysis.program.functions
            if one.in_project
            and one.kind == "module"
            and one.path is not None
            and one.path not in analysis.test_files
        }
        self.chosen: dict[str, str] = {}
        self.plain: set[str] = set()
        for module, path in self._modules.items():
            if is_public_name(module):
                self._read(module, path)

    def _read(self, module: str, path: str) -> None:
        bound = self._analysis.names(path).bound
        named = _named_in_all(self._analysis.syntax[path].tree)
        defined = {one for one in _defined(self._analysis.syntax[path].tree) if not one.startswith("_")}
        if named is not None:
            for name in named:
                self.chosen.setdefault(self._home(f"{module}.{name}"), module)
            return
        self.plain |= {f"{module}.{name}" for name in defined}
        if path.endswith("__init__.py"):
            for name, target in bound.items():
                if not name.startswith("_") and self._is_own(target):
                    self.chosen.setdefault(self._home(target), module)

    def _is_own(self, name: str) -> bool:
        return any(name == module or name.startswith(f"{module}.") for module in self._modules)

    def _home(self, name: str) -> str:
        """Where what a dotted name means is defined, as far as the project's imports tell."""
        for _ in range(STEPS):
            module, _, last = name.rpartition(".")
            path = self._modules.get(module)
            if path is None or last in _defined(self._analysis.syntax[path].tree):
                return name
            target = self._analysis.names(path).bound.get(last)
            if target is None or target == name:
                return name
            name = target
        return name


def _defined(tree: ast.Module) -> frozenset[str]:
    return frozenset(
        one.name
        for one in tree.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


def _named_in_all(tree: ast.Module) -> frozenset[str] | None:
    """The names in a module's `__all__`; None where it has none, or puts it together."""
    names: set[str] = set()
    found = False
    for one in tree.body:
        match one:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
            ):
                found = True
                if not isinstance(value, ast.List | ast.Tuple | ast.Set):
                    return None
                names |= {
                    item.value
                    for item in value.elts
                    if isinstance(item, ast.Constant) and isinstance(item.value, str)
                }
    return frozenset(names) if found else None
