"""Names of a library that another takes the place of (`requests` -> `aiohttp`), where the two are called differently."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Retype
from aioport.program.names import dotted
from aioport.program.syntax import Syntax

CHECKS = frozenset({"isinstance", "issubclass"})
"""Builtins that take several classes in the place of one."""


class ReplacedNames:
    """Answers what a library's names are in the one that replaces it, where the catalog knows the two.

    What the user says goes first, then the catalog; but a class on which methods are called that the other one lacks
    would only break, and stays. A name that neither knows stays that of the sync library: a
    constant or an exception can be imported from there still, and there is nothing of that name in the other one.

    words: the names of the twin's map; moved: dotted names -> those of the async half, by the user's leaves.
    """

    def __init__(self, analysis: Analysis, words: Mapping[str, str], moved: Mapping[str, str]) -> None:
        self._analysis, self._words = analysis, words
        self._moved = {analysis.catalog.public_name(name): twin for name, twin in moved.items()}

    @cached_property
    def packages(self) -> Mapping[str, str]:
        """The libraries that the user's words replace by ones which the catalog replaces them by as well."""
        catalog = self._analysis.catalog
        return {
            word: twin
            for word, twin in self._words.items()
            if word != twin and word in catalog.libraries
            if any(one.async_.startswith(f"{twin}.") for one in catalog.library(word).type)
        }

    def is_replaced(self, name: str) -> bool:
        """Whether a dotted name is that of a replaced library, or of something in it."""
        return name.partition(".")[0] in self.packages

    def names_of(self, name: str) -> tuple[str, ...]:
        """The dotted names that stand for one of a replaced library; none where it stays."""
        catalog = self._analysis.catalog
        public = catalog.public_name(name)
        if public in self._moved:
            return (self._moved[public],)
        package, _, rest = public.partition(".")
        if (other := self._words.get(rest)) is not None and public not in self._lacking:
            return (f"{self.packages[package]}.{other}",)
        if (known := catalog.type(public)) is not None:
            return (known.type.async_,)
        found = catalog.exception(public)
        return found.exception.async_ if found is not None else ()

    @cached_property
    def _lacking(self) -> frozenset[str]:
        """Classes of which the package calls methods that the other library's class of the user's words has not."""
        program, catalog = self._analysis.program, self._analysis.catalog
        called: dict[str, set[str]] = defaultdict(set)
        for call in program.calls if self.packages else ():
            for target in call.targets:
                name = catalog.public_name(program.functions[target].name)
                owner, _, method = name.rpartition(".")
                if call.kind == "call" and self.is_replaced(owner) and not method.startswith("__"):
                    called[owner].add(method)
        found: set[str] = set()
        for owner, methods in called.items():
            package, _, rest = owner.partition(".")
            other = self._words.get(rest)
            stub = catalog.library(package).stubs.get(self.packages[package], "")
            known = _members_of(stub, other) if other is not None else None
            if known is not None and not methods <= known:
                found.add(owner)
        return frozenset(found)

    def name_of_import(self, name: str) -> str | None:
        """The one dotted name that an import binds in the place of another, and that its uses are renamed to."""
        names = self.names_of(name)
        word = name.rpartition(".")[2]
        if len(names) == 1 and names[0].rpartition(".")[2] == self._words.get(word, word):
            return names[0]
        return None

    def find(self, path: str) -> Iterator[Retype]:
        """Uses of names that the other library has, in one file, but those that are renamed with their import."""
        syntax = self._analysis.syntax[path]
        for node in syntax.nodes if self.packages else ():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                if (written := self._resolved(path, syntax, node)) is None:
                    continue
                if isinstance(node, ast.Name) and self.name_of_import(written) is not None:
                    continue
                names = self.names_of(written)
                if names and (len(names) == 1 or _takes_several(syntax, node)):
                    made = self._analysis.catalog.public_name(written) in self._made
                    if not _is_made(syntax, node) or not made:
                        yield Retype(node, names, keep=made)

    def _resolved(self, path: str, syntax: Syntax, node: ast.expr) -> str | None:
        """The name of a replaced library that an expression stands for, as its import has it."""
        text = dotted(node)
        if text is None:
            return None
        first, dot, rest = text.partition(".")
        base = self._analysis.names(path).bound.get(first)
        if base is None or not self.is_replaced(base) or self._is_variable(syntax, node, first):
            return None
        return f"{base}{dot}{rest}"

    def _is_variable(self, syntax: Syntax, node: ast.AST, name: str) -> bool:
        """Whether a name is that of a variable of a function around."""
        return any(
            isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
            and name in self._analysis.locals_of(around)
            and not any(
                (alias.asname or alias.name).partition(".")[0] == name
                for one in ast.walk(around)
                if isinstance(one, ast.Import | ast.ImportFrom)
                for alias in one.names
            )
            for around in syntax.ancestors(node)
        )

    @cached_property
    def _made(self) -> frozenset[str]:
        """Exceptions that the package makes itself: those of the other library are made from something else."""
        found: set[str] = set()
        for path in self._analysis.project.sources:
            syntax, names = self._analysis.syntax[path], self._analysis.names(path)
            for node in syntax.of_kinds(ast.Call, ast.Raise, ast.ClassDef):
                match node:
                    case ast.Call(func=made) | ast.Raise(exc=ast.Name() | ast.Attribute() as made):
                        every = [made]
                    case ast.ClassDef(bases=bases):
                        every = bases
                    case _:
                        every = []
                for one in every:
                    name = names.resolve(one)
                    if name is not None and self._analysis.catalog.exception(name) is not None:
                        found.add(name)
        return frozenset(found)


def _members_of(stub: str, name: str) -> frozenset[str] | None:
    """What a class of a stub defines itself; None where the stub does not have it, or it has bases of its own."""
    for node in ast.parse(stub).body:
        if isinstance(node, ast.ClassDef) and node.name == name and not node.bases:
            return frozenset(
                one.name for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            )
    return None


def _takes_several(syntax: Syntax, node: ast.expr) -> bool:
    """Whether several classes may stand in the place of one: in a clause, a check, or a tuple of classes."""
    match syntax.parents.get(node):
        case ast.ExceptHandler():
            return True
        case ast.Call(func=ast.Name(id=name), args=[_, kind]):
            return name in CHECKS and kind is node
        case ast.Tuple(ctx=ast.Load()) as several:
            return not isinstance(syntax.parents.get(several), ast.Subscript)
    return False


def _is_made(syntax: Syntax, node: ast.expr) -> bool:
    """Whether an expression is what makes an exception, or what one is derived from."""
    match syntax.parents.get(node):
        case ast.Call(func=made):
            return made is node
        case ast.Raise(exc=made):
            return made is node
        case ast.ClassDef(bases=bases):
            return node in bases
    return False
