"""What unknown calls may hide: functions of the same name that wait, and how many functions would then wait too."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from aioport.blocking.facts import Facts, Unknown
from aioport.blocking.reach import count_callers
from aioport.catalog.index import Catalog
from aioport.program.model import Call, Program
from aioport.project import PARSE_ERRORS, Project

CANDIDATES = 12
"""So many candidates of a call are named, those of the project first: a longer list tells nobody anything."""


UNNAMED = frozenset({"builtins", "io"})
"""Modules of which everybody has objects without importing them: what is built in, and what `open` returns."""


_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+([^#\n]*)", re.MULTILINE)
_DOTTED = re.compile(rb"((?:[^\W\d]\w*\.)*)([^\W\d]\w*)\(")
"""Most callees: names with dots, which need not be parsed."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hidden:
    """An unknown call and what it may hide.

    function: the dotted name of the function that makes it.
    candidates: names of functions and primitives that wait and are called as the call's callee is: `CANDIDATES` at most.
    reach: how many functions of the project reach the call, the one that makes it included.
    on_loop: how many of these are `async def`.
    """

    unknown: Unknown
    function: str
    candidates: tuple[str, ...]
    reach: int
    on_loop: int


def find_hidden(project: Project, program: Program, facts: Facts, catalog: Catalog) -> tuple[Hidden, ...]:
    """The unknown calls, those first that have candidates, then by how many `async def` and other functions reach them.

    Takes time in proportion to the size of the program.
    """
    made = [(unknown, program.calls[unknown.call]) for unknown in facts.unknown]
    reach = count_callers(program, {call.caller for _, call in made})
    names = _Waiting(project, program, facts, catalog)
    rows = [
        Hidden(
            unknown,
            program.functions[call.caller].name,
            names.candidates(call) if unknown.inside is None else (),
            *reach[call.caller],
        )
        for unknown, call in made
    ]
    return tuple(sorted(rows, key=_rank))


def _rank(hidden: Hidden) -> tuple[bool, int, int, str, int, int]:
    unknown = hidden.unknown
    return (
        not hidden.candidates,
        -hidden.on_loop,
        -hidden.reach,
        unknown.path,
        unknown.line,
        unknown.column,
    )


@dataclass(frozen=True)
class _Waiting:
    """Names of what waits, by the last part of the name."""

    project: Project
    program: Program
    facts: Facts
    catalog: Catalog

    def candidates(self, call: Call) -> tuple[str, ...]:
        text = self.project.sources[call.path].data[call.start : call.end]
        plain = _DOTTED.match(text)
        if plain is not None:
            base, name = plain[1], plain[2].decode()
        else:
            match _callee(text):
                case ast.Attribute(attr=name):
                    base = b"."
                case ast.Name(id=name):
                    base = b""
                case _:
                    return ()
        found = self._own_functions.get(name, [])
        if base:
            found = [*self._own_methods.get(name, []), *found, *self._primitives(name)]
        return tuple(dict.fromkeys(found))[:CANDIDATES]

    @cached_property
    def _own_methods(self) -> Mapping[str, list[str]]:
        return self._own(methods=True)

    @cached_property
    def _own_functions(self) -> Mapping[str, list[str]]:
        return self._own(methods=False)

    def _own(self, *, methods: bool) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for index in sorted(self.facts.waits):
            function = self.program.functions[index]
            if function.in_project and function.kind == "def" and not function.is_async:
                if (function.owner is not None) is methods:
                    found[function.bare_name].append(function.name)
        return found

    def _primitives(self, name: str) -> Iterator[str]:
        for full in self._catalog_methods.get(name, ()):
            # What the project does not import, an object of it rarely comes from.
            if full.partition(".")[0] in self._imported:
                yield full

    @cached_property
    def _catalog_methods(self) -> Mapping[str, list[str]]:
        """Methods and functions that the catalog says wait; a pattern names none in particular."""
        found: dict[str, list[str]] = defaultdict(list)
        for library in self.catalog.libraries.values():
            for blocks in library.blocks:
                if blocks.treatment != "leave":
                    for full in blocks.names:
                        if "*" not in full:
                            found[full.rpartition(".")[2]].append(full)
        return {name: sorted(full) for name, full in found.items()}

    @cached_property
    def _imported(self) -> frozenset[str]:
        """Every word of the project's import statements."""
        lines = (line for source in self.project.sources.values() for line in _IMPORT.findall(source.text))
        return UNNAMED.union(*(_WORD.findall(line) for line in dict.fromkeys(lines)))


def _callee(text: bytes) -> ast.expr | None:
    """What is called, by the text of the call; None for the call of a decorator and other implicit ones."""
    try:
        node = ast.parse(f"({text.decode()}\n)", mode="eval").body
    except PARSE_ERRORS:
        return None
    return node.func if isinstance(node, ast.Call) else None
