"""Which of the project's modules an expression is: an import, an entry of `sys.modules`, what `import_module` returns."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.looked_up.spellings import spelling

IMPORTING = frozenset({"importlib.import_module", "__import__"})
"""What returns a module by its name."""

RELOADING = "importlib.reload"
"""What returns the module that it is given."""

LOADING = frozenset(
    {"importlib.util.module_from_spec", "importlib.machinery.SourceFileLoader", "runpy.run_module"}
)
"""What returns a module by where it is, or by a name that is somewhere else."""

MODULE_TYPE = "types.ModuleType"


@dataclass(frozen=True)
class Modules:
    """The project's modules, what they hold, and where one is got at other than by an import statement."""

    analysis: Analysis
    _held: dict[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> Mapping[str, str]:
        """Paths by dotted names; a package goes by its own name."""
        found = {}
        for one in self.analysis.program.functions:
            if one.in_project and one.kind == "module" and one.path is not None:
                found[one.name.removesuffix(".__init__")] = one.path
        return found

    @cached_property
    def _by_path(self) -> Mapping[str, str]:
        return {path: name for name, path in self.by_name.items()}

    @cached_property
    def _defined(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """By module and bare name: functions, and what makes the objects of classes."""
        program = self.analysis.program
        found: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        for function in program.functions:
            if function.in_project and function.kind == "def" and function.owner is None:
                module, _, bare = function.name.rpartition(".")
                found[module][bare] = (function.id,)
        for one in program.classes:
            if one.in_project:
                module, _, bare = one.name.rpartition(".")
                makers = (
                    program.find_method(one.id, name) for name in ("__init__", "__post_init__", "__call__")
                )
                own = (maker for maker in makers if maker is not None)
                found[module][bare] = tuple(maker for maker in own if program.functions[maker].in_project)
        return found

    def held(self, path: str) -> Mapping[str, tuple[int, ...]]:
        """What a module's names call: functions and classes that it defines or imports."""
        if path not in self._held:
            found = dict(self._defined.get(self._by_path.get(path, ""), {}))
            for name, meaning in self.analysis.names(path).bound.items():
                module, _, bare = meaning.rpartition(".")
                if bare in self._defined.get(module, {}):
                    found.setdefault(name, self._defined[module][bare])
            self._held[path] = found
        return self._held[path]

    def of(self, path: str, node: ast.expr) -> frozenset[str]:
        """Paths of the modules that an expression may be; what is not known may be any that a call imports."""
        if (found := self.surely_of(path, node)) or not self.imported_later:
            return found
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
        return self.imported_later if known is None or not (known.exhaustive or known.ids) else frozenset()

    def surely_of(self, path: str, node: ast.expr) -> frozenset[str]:
        """The same of what is known to be a module."""
        named = self.analysis.names(path).resolve(node)
        if named is not None and named in self.by_name:
            return frozenset({self.by_name[named]})
        if found := self._direct(path, node):
            return found
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
        return self.imported_later if known is not None and known.text == MODULE_TYPE else frozenset()

    @cached_property
    def _importing(self) -> tuple[str, ...]:
        words = ("import_module", "__import__", "sys.modules", "module_from_spec", "runpy", "reload")
        return tuple(
            path
            for path, source in self.analysis.project.sources.items()
            if any(word in source.text for word in words)
        )

    @cached_property
    def imported_later(self) -> frozenset[str]:
        """Modules that are imported by a call somewhere in the project."""
        return frozenset(
            module
            for path in self._importing
            for node in self.analysis.syntax[path].of_kind.get(ast.Call, ())
            if isinstance(node, ast.expr)
            for module in self._direct(path, node)
        )

    def _direct(self, path: str, node: ast.expr) -> frozenset[str]:
        names = self.analysis.names(path)
        match node:
            case ast.Subscript(value=value, slice=key) if names.resolve(value) == "sys.modules":
                if isinstance(key, ast.Name) and key.id == "__name__":
                    return frozenset({path})
                return frozenset(self._fitting(path, key))
            case ast.Call(func=function, args=args):
                called = names.resolve(function) or (function.id if isinstance(function, ast.Name) else None)
                if called in IMPORTING and args:
                    return frozenset(self._fitting(path, args[0]))
                if called == RELOADING and args:
                    return self.surely_of(path, args[0]) or frozenset(self.by_name.values())
                if called in LOADING:
                    return frozenset(self.by_name.values())
        return frozenset()

    def _fitting(self, path: str, node: ast.expr) -> Iterator[str]:
        """Modules whose names fit; a name that begins with a dot is one below some package."""
        pattern = spelling(self.analysis, path, node)
        for name, module in self.by_name.items():
            tails = (name[at:] for at, letter in enumerate(name) if letter == ".")
            if pattern.fullmatch(name) or any(pattern.fullmatch(tail) for tail in tails):
                yield module
