"""Whether modules are used: by imports, and by names in strings and in files that are no Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.project import PARSE_ERRORS, Source

_DOTTED = re.compile(r"[A-Za-z_][\w.]*(?::[\w.]+)?")
_SCHEME = re.compile(r"([A-Za-z_][\w.]*(?:\+[A-Za-z_]\w*)*)://")
_IN_STRING = re.compile(r"^[ \t>.]*(?:import|from)[ \t]+([\w.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """A name that may stand for a module, or for something inside of one.

    imported: it is imported there; else it only stands in a string.
    """

    name: str
    line: int
    imported: bool


def is_within(name: str, module: str, *, imported: bool = True) -> bool:
    """Whether a name means a module, something inside of it or, of imports, something that brings it along."""
    return name == module or name.startswith(f"{module}.") or (imported and module.startswith(f"{name}."))


def find_named(source: Source) -> tuple[Named, ...]:
    """What a file imports, and the strings of it that may name a module; of one that does not parse, what it seems to."""
    try:
        tree = source.tree
    except PARSE_ERRORS:
        return tuple(_in_text(source.text, 1))
    found: list[Named] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                found += (Named(one.name, node.lineno, imported=True) for one in node.names)
            case ast.ImportFrom(module=str(module), level=0):
                for one in node.names:
                    name = module if one.name == "*" else f"{module}.{one.name}"
                    found.append(Named(name, node.lineno, imported=True))
            case ast.Constant(value=str(text)):
                if _DOTTED.fullmatch(text):
                    found.append(Named(text.replace(":", "."), node.lineno, imported=False))
                else:
                    found += _in_text(text, node.lineno)
                    found += _in_addresses(text, node.lineno)
    return tuple(found)


def is_named_in(text: str, module: str) -> int | None:
    """The first line of a text that is no Python that imports a module, runs it, or names something inside of it."""
    name = re.escape(module)
    match = re.search(
        rf"(?:\b(?:import|from)|-m)[ \t]+{name}(?![\w-])|(?<![\w./@-]){name}\.[A-Za-z_]\w*(?![\w/-])|(?<![\w-]){name}://",
        text,
    )
    return None if match is None else text.count("\n", 0, match.start()) + 1


def may_name(named: Named, module: str) -> bool:
    """Whether a name in a string may mean a module, also as an attribute of another one (`shop.client.requests.get`)."""
    return f".{module}." in f".{named.name}."


def _in_text(text: str, line: int) -> Iterator[Named]:
    for match in _IN_STRING.finditer(text):
        yield Named(match[1], line + text.count("\n", 0, match.start(1)), imported=True)


def _in_addresses(text: str, line: int) -> Iterator[Named]:
    """What an address says that it is reached with: `postgresql+psycopg2://`."""
    for match in _SCHEME.finditer(text):
        yield from (Named(name, line, imported=False) for name in match[1].split("+"))
