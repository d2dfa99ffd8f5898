"""Where a name is written: in which files at all, and in one of them as a name, after a dot, or in a text."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from aioport.program.syntax import Syntax
from aioport.project import Source

WORD = re.compile(rb"[\w\x80-\xff]+")
"""A name or keyword, or what looks like one in a text or a comment. Names may have letters that ASCII has not."""

PART = re.compile(r"\w+")


class Mentions:
    """The files of a project by the names and keywords that occur in them."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._paths: dict[bytes, dict[str, None]] = defaultdict(dict)
        self._asked: dict[tuple[str, ...], tuple[str, ...]] = {}
        for path, source in sources.items():
            for word in source.once(_words):
                self._paths[word][path] = None

    def files_with(self, *words: str) -> tuple[str, ...]:
        """Paths of sources in which all of these words occur, in the sources' order; empty words occur everywhere."""
        if words not in self._asked:
            first, *others = sorted((self._paths.get(one.encode(), {}) for one in words if one), key=len)
            self._asked[words] = tuple(path for path in first if all(path in other for other in others))
        return self._asked[words]


def _words(source: Source) -> frozenset[bytes]:
    return frozenset(WORD.findall(source.data))


def attributes_of(source: Source) -> Mapping[str, list[ast.Attribute]]:
    """Attributes that a file reads, sets or deletes, by their names; for `Source.once`."""
    found: dict[str, list[ast.Attribute]] = defaultdict(list)
    for node in Syntax(source).of_kind.get(ast.Attribute, ()):
        if isinstance(node, ast.Attribute):
            found[node.attr].append(node)
    return dict(found)


def names_read(source: Source) -> Mapping[str, list[ast.Name | ast.Attribute]]:
    """Names that a file reads, and attributes after them, by the name; for `Source.once`."""
    found: dict[str, list[ast.Name | ast.Attribute]] = defaultdict(list)
    for node in Syntax(source).of_kinds(ast.Name, ast.Attribute):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            found[node.id if isinstance(node, ast.Name) else node.attr].append(node)
    return dict(found)


def texts_with(source: Source) -> Mapping[str, list[ast.Constant]]:
    """String constants of a file by each of the words in them; for `Source.once`."""
    found: dict[str, list[ast.Constant]] = defaultdict(list)
    for node in Syntax(source).of_kind.get(ast.Constant, ()):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in dict.fromkeys(PART.findall(node.value)):
                found[word].append(node)
    return dict(found)


def among(nodes: Mapping[str, Iterable[ast.expr]], names: Iterable[str]) -> list[ast.expr]:
    """The nodes of some names as they stand in the file, each once."""
    found = {node: None for name in names for node in nodes.get(name, ())}
    return sorted(found, key=lambda one: (one.lineno, one.col_offset))
