"""Functions that are reached by a name which is looked up when the program runs: `globals()[name]`, `methodcaller(name)`."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.callables.model import Member
from aioport.planning.looked_up.modules import Modules
from aioport.planning.looked_up.namespaces import looked_up_in
from aioport.planning.looked_up.spellings import is_telling, spelling
from aioport.program.syntax import is_called_here, own_nodes

BY_NAME = frozenset({"operator.methodcaller", "operator.attrgetter"})
"""What returns something that looks up attributes by the names it is given."""

RUNNING = frozenset({"eval", "exec"})
"""Builtins that run text."""

WORDS = (
    "globals", "locals", "vars", "__dict__", "methodcaller", "attrgetter", "eval", "exec", "getattr", "import_module",
    "__import__", "sys.modules", "module_from_spec", "runpy",
)  # fmt: skip
"""A file without any of these looks up nothing by its name."""

Found: TypeAlias = Iterator[tuple[int, str]]


def find(analysis: Analysis) -> Found:
    finder = _Finder(analysis)
    for path, source in analysis.project.sources.items():
        if any(word in source.text for word in WORDS):
            yield from finder.in_file(path)
    yield from finder.of_modules()


class _Finder:
    def __init__(self, analysis: Analysis) -> None:
        self.analysis, self.modules = analysis, Modules(analysis)
        self.given: set[int] = set()

    def in_file(self, path: str) -> Found:
        syntax = self.analysis.syntax[path]
        for node in syntax.of_kind.get(ast.Call, ()):
            if isinstance(node, ast.Call):
                yield from self._call(path, node)
        for node in syntax.of_kind.get(ast.Attribute, ()):
            if isinstance(node, ast.Attribute) and node.attr == "__dict__":
                yield from self._namespace(path, node, node.value)

    def of_modules(self) -> Found:
        """What is called as an attribute of a module that a call has imported."""
        held: dict[str, dict[int, None]] = {}
        for module in sorted(self.modules.imported_later):
            for name, functions in self.modules.held(module).items():
                held.setdefault(name, {}).update(dict.fromkeys(functions))
        for path in self.analysis.project.sources if held else ():
            names = self.analysis.names(path)
            for node in self.analysis.syntax[path].of_kind.get(ast.Attribute, ()):
                if not isinstance(node, ast.Attribute) or self.given.issuperset(held.get(node.attr, ())):
                    continue
                if names.resolve(node) is None and (modules := self.modules.of(path, node.value)):
                    for module in sorted(modules):
                        functions = self.modules.held(module).get(node.attr, ())
                        yield from self._because(functions, path, node, node)

    def _call(self, path: str, node: ast.Call) -> Found:
        names = self.analysis.names(path)
        called = names.resolve(node.func) or (node.func.id if isinstance(node.func, ast.Name) else "")
        match called, node.args:
            case "globals", []:
                yield from self._looked_up(path, node, self.modules.held(path))
            case (("locals" | "vars"), []):
                yield from self._looked_up(path, node, self._local(path, node))
            case "vars", [what]:
                yield from self._namespace(path, node, what)
            case "getattr", [_, _, *_] if path in self.analysis.test_files and is_called_here(
                self.analysis.syntax[path], node
            ):
                return
            case "getattr", [what, name, *_]:
                yield from self._getattr(path, node, what, name)
            case _, [first, *_] if called in BY_NAME and not self._is_key(path, node, called):
                given = node.args if called == "operator.attrgetter" else [first]
                for one in given:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        patterns = [re.compile(re.escape(part)) for part in one.value.split(".")]
                    else:
                        patterns = [spelling(self.analysis, path, one)]
                    for pattern in patterns:
                        yield from self._because(self._methods(pattern), path, node, called)
            case _, [text, *namespaces] if called in RUNNING and not (
                namespaces and isinstance(namespaces[0], ast.Dict | ast.Name)
            ):
                yield from self._run(path, node, text)

    def _is_key(self, path: str, node: ast.Call, called: str) -> bool:
        """Whether something is sorted by an attribute: by a value, which a method is none of."""
        parent = self.analysis.syntax[path].parents.get(node)
        return called == "operator.attrgetter" and isinstance(parent, ast.keyword) and parent.arg == "key"

    def _run(self, path: str, node: ast.Call, text: ast.expr) -> Found:
        held = {**self.modules.held(path), **self._local(path, node)}
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            words = set(re.findall(r"\w+", text.value))
            held = {name: functions for name, functions in held.items() if name in words}
        for functions in held.values():
            yield from self._because(functions, path, node, node.func)

    def _local(self, path: str, node: ast.expr) -> Mapping[str, tuple[int, ...]]:
        """What can be called in the scope around, by its name."""
        for around in self.analysis.syntax[path].ancestors(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = (one for one in own_nodes(around) if isinstance(one, ast.FunctionDef))
                known = ((one.name, self.analysis.by_node.get(one)) for one in inner)
                return {name: (function,) for name, function in known if function is not None}
        return self.modules.held(path)

    def _looked_up(self, path: str, node: ast.expr, held: Mapping[str, tuple[int, ...]]) -> Found:
        for pattern in looked_up_in(self.analysis, path, node):
            for name, functions in held.items():
                if pattern.fullmatch(name):
                    yield from self._because(functions, path, node, node)

    def _namespace(self, path: str, node: ast.expr, what: ast.expr) -> Found:
        """`vars(what)` and `what.__dict__`, of a module, of a class, or of an object."""
        for module in sorted(self.modules.of(path, what)):
            yield from self._looked_up(path, node, self.modules.held(module))
        patterns = list(looked_up_in(self.analysis, path, node))
        for pattern in patterns:
            if self._is_class(path, what) or is_telling(pattern):
                yield from self._because(self._methods(pattern), path, node, node)
            if is_telling(pattern):
                yield from self._because(self._kept(pattern), path, node, node)

    def _getattr(self, path: str, node: ast.Call, what: ast.expr, name: ast.expr) -> Found:
        """A lookup on a module, or on something unknown; where the class is known, `callables` follows it."""
        pattern = spelling(self.analysis, path, name)
        find_modules = self.modules.of if is_telling(pattern) else self.modules.surely_of
        modules = find_modules(path, what)
        for module in sorted(modules):
            for held, functions in self.modules.held(module).items():
                if pattern.fullmatch(held):
                    yield from self._because(functions, path, node, "getattr")
        if not modules and is_telling(pattern) and not self._is_known(path, what):
            yield from self._because(self._methods(pattern), path, node, "getattr")

    def _is_known(self, path: str, node: ast.expr) -> bool:
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
        is_own = isinstance(node, ast.Name) and node.id in ("self", "cls")
        return is_own or (known is not None and bool(known.classes or known.objects))

    def _is_class(self, path: str, node: ast.expr) -> bool:
        match node:
            case ast.Name(id="cls") | ast.Attribute(attr="__class__") | ast.Call(func=ast.Name(id="type")):
                return True
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
        return known is not None and bool(known.objects)

    def _methods(self, pattern: re.Pattern[str]) -> Iterator[int]:
        for name, functions in self._own_methods.items():
            if pattern.fullmatch(name):
                yield from functions

    @cached_property
    def _own_methods(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for function in self.analysis.program.functions:
            if function.in_project and function.owner is not None and function.kind == "def":
                if not function.bare_name.startswith("__"):
                    found[function.bare_name].append(function.id)
        return found

    def _kept(self, pattern: re.Pattern[str]) -> Iterator[int]:
        """Functions that are kept in an attribute of such a name, and called there."""
        for name, functions in self._members.items():
            if pattern.fullmatch(name):
                yield from functions

    @cached_property
    def _members(self) -> Mapping[str, dict[int, None]]:
        """The project's functions that are called where they are kept in attributes, by the names of these."""
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for site in self.analysis.callables.sites.values():
            names = [place.name for place in site.places if isinstance(place, Member)]
            for one in sorted(filter(None, (each.function for each in site.occurrences))) if names else ():
                if self.analysis.function(one).in_project:
                    for name in names:
                        found[name][one] = None
        return found

    def _because(self, functions: Iterable[int], path: str, node: ast.AST, what: str | ast.AST) -> Found:
        """Each function with the first place that may look it up."""
        new = [one for one in functions if one not in self.given]
        if new:
            self.given.update(new)
            text = (what if isinstance(what, str) else ast.unparse(what))[:40]
            where = self.analysis.where(path, node)
            yield from ((one, f"{where} may look it up by its name, through `{text}`") for one in new)
