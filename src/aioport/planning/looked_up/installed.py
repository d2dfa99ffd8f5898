"""By which names the package of an installed class may find a method on an object of a class below it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from aioport.planning.analysis import Analysis
from aioport.planning.looked_up.namespaces import EVERYTHING
from aioport.planning.looked_up.spellings import ANYTHING, spelling_in
from aioport.program.model import Class
from aioport.program.names import dotted
from aioport.program.syntax import Syntax
from aioport.project import PARSE_ERRORS, Source

MOST_FILES = 200
"""A package of more files is not read; it may look for anything."""

BY_NAME = {"getattr": 1, "methodcaller": 0, "attrgetter": 0, "__getattribute__": 0}
"""What looks up an attribute, with the position of the name."""

LISTING = frozenset({"dir", "getmembers", "getmembers_static", "vars", "eval", "exec"})
"""What gives all names there are, or runs a text with any."""

WORDS = re.compile(rf"\b(?:{'|'.join(sorted({*BY_NAME, *LISTING, '__dict__'}))})\b")


class Packages:
    """The installed packages that the project's classes are derived from, each read once."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._made: dict[Path, _Package | None] = {}

    def may_find(self, base: Class, name: str) -> bool:
        """Whether a class's package may use a method of a class below it by its name. What cannot be read may."""
        functions = self._analysis.program.functions
        files = {functions[one].path for one in base.methods.values()} - {None}
        found = [self._package(Path(file)) for file in sorted(file for file in files if file is not None)]
        if not files:
            found = [self._behind_stub(base)]
        return any(one is None or one.may_find(name) for one in found)

    def _package(self, file: Path) -> _Package | None:
        for site in self._analysis.project.site_packages:
            if file.is_relative_to(site):
                return self._read(site / file.relative_to(site).parts[0])
        return None

    def _behind_stub(self, base: Class) -> _Package | None:
        """The package that a stub stands for, if it is the one that defines the class."""
        top, _, rest = base.name.partition(".")
        for site in self._analysis.project.site_packages:
            for place in (site / top, site / f"{top}.py"):
                if place.exists():
                    package = self._read(place)
                    defines = package is not None and package.defines(rest.rpartition(".")[2])
                    return package if defines else None
        return None

    def _read(self, top: Path) -> _Package | None:
        if top not in self._made:
            self._made[top] = _read(top)
        return self._made[top]


def _read(top: Path) -> _Package | None:
    files = [top] if top.is_file() else sorted(top.rglob("*.py"))
    if len(files) > MOST_FILES or any(top.rglob("*.so")) or any(top.rglob("*.pyd")):
        return None
    try:
        return _Package([Source(str(file), file.read_text(encoding="utf-8")) for file in files])
    except (OSError, UnicodeDecodeError):
        return None


class _Package:
    def __init__(self, sources: list[Source]) -> None:
        self._sources = sources

    def may_find(self, name: str) -> bool:
        return name in self._words or any(one.fullmatch(name) for one in self._patterns)

    def defines(self, name: str) -> bool:
        """Whether a class of that name is written there."""
        return any(re.search(rf"^class {re.escape(name)}\b", one.text, re.MULTILINE) for one in self._sources)

    @cached_property
    def _words(self) -> frozenset[str]:
        """All that is written out anywhere, as an attribute or in a string."""
        return frozenset(word for one in self._sources for word in re.findall(r"\w+", one.text))

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """The names that are put together when the package runs."""
        found: dict[str, re.Pattern[str]] = {}
        for source in self._sources:
            if WORDS.search(source.text):
                try:
                    syntax = Syntax(source)
                    found.update((one.pattern, one) for one in _patterns_in(syntax))
                except PARSE_ERRORS:
                    return (EVERYTHING,)
        return tuple(found.values())


def _patterns_in(syntax: Syntax) -> Iterator[re.Pattern[str]]:
    for node in syntax.of_kinds(ast.Call, ast.Attribute):
        match node:
            case ast.Attribute(attr="__dict__", value=value):
                if _is_class(value) and not _is_copied(syntax, node):
                    yield EVERYTHING
            case ast.Call(func=func, args=args):
                called = (dotted(func) or "").rpartition(".")[2]
                if called in LISTING:
                    yield EVERYTHING
                elif called in BY_NAME:
                    yield (
                        _pattern(syntax, args[BY_NAME[called]]) if len(args) > BY_NAME[called] else EVERYTHING
                    )


def _is_class(node: ast.expr) -> bool:
    """Whether the names in the `__dict__` of something are those of a class's body."""
    match node:
        case ast.Name(id=name):
            return name not in ("self", "other")
        case ast.Attribute(attr="__class__") | ast.Call():
            return True
    return False


def _is_copied(syntax: Syntax, node: ast.AST) -> bool:
    """Whether one namespace is put into another, which looks for no name: `self.__dict__.update(other.__dict__)`."""
    match syntax.parents.get(node):
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="__dict__"), attr="update"), args=[given]):
            return given is node
    return False


def _pattern(syntax: Syntax, node: ast.expr) -> re.Pattern[str]:
    if isinstance(node, ast.Name):
        listed = list(_listed(syntax, node))
        if listed and None not in listed:
            return re.compile("|".join(re.escape(one) for one in listed if one is not None))
    pattern = spelling_in(syntax, node)
    return EVERYTHING if pattern.pattern == ANYTHING else pattern


def _listed(syntax: Syntax, name: ast.Name) -> Iterator[str | None]:
    """The strings that a variable goes through, in a list that a class of the file holds; None for anything else."""
    for around in syntax.ancestors(name):
        if isinstance(around, ast.DictComp | ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.For):
            loops = [around] if isinstance(around, ast.For) else around.generators
            for loop in loops:
                match loop.target, loop.iter:
                    case ast.Name(id=target), ast.Attribute(value=ast.Name(id="self"), attr=held) if (
                        target == name.id
                    ):
                        yield from _held(syntax, held)
                        return
        elif isinstance(around, ast.FunctionDef):
            break
    yield None


def _held(syntax: Syntax, attribute: str) -> Iterator[str | None]:
    for node in syntax.of_kinds(ast.Name, ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr == attribute and not isinstance(node.ctx, ast.Load):
            yield None
        elif isinstance(node, ast.Name) and node.id == attribute and not isinstance(node.ctx, ast.Load):
            parent = syntax.parents.get(node)
            value = parent.value if isinstance(parent, ast.Assign | ast.AnnAssign) else None
            items = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [None]
            for one in items:
                yield one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else None
