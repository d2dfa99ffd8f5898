"""Names that a module gives to types, `Hook = Callable[[str], None]`, where annotations use them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from aioport.planning.analysis import Analysis
from aioport.planning.looked_up.modules import Modules
from aioport.program.mentions import names_read

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alias:
    """A name for a type.

    path: of the file that gives it.
    value: the type.
    uses: every place in the project that reads the name.
    """

    path: str
    value: ast.expr
    uses: frozenset[ast.expr]


class Aliases:
    """Those of a project, looked for when first asked for."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis, self._modules = analysis, Modules(analysis)

    def within(self, path: str, annotation: ast.expr) -> Iterator[Alias]:
        """The aliases that an annotation names, each once; none where others may use them as they are (`--keep-api`)."""
        if self._analysis.settings.keep_api:
            return
        seen: set[Key] = set()
        for node in ast.walk(annotation):
            key = self._meant(path, node)
            if key is not None and key in self._values and key not in seen:
                seen.add(key)
                yield Alias(key[0], self._values[key], self._uses(key))

    def _meant(self, path: str, node: ast.AST) -> Key | None:
        """The file and the name at its top level that an expression names."""
        if not isinstance(node, ast.Name | ast.Attribute):
            return None
        meant = self._analysis.names(path).resolve(node)
        if meant is not None:
            module, _, name = meant.rpartition(".")
            origin = self._modules.by_name.get(module)
            return (origin, name) if origin is not None else None
        return (path, node.id) if isinstance(node, ast.Name) else None

    @cached_property
    def _values(self) -> dict[Key, ast.expr]:
        """What is assigned, once and at the top level of a file, to a name."""
        found: dict[Key, ast.expr] = {}
        twice: set[Key] = set()
        for path in self._analysis.project.sources:
            for statement in self._analysis.syntax[path].tree.body:
                match statement:
                    case (
                        ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() as value)
                        | ast.AnnAssign(target=ast.Name(id=name), value=ast.Subscript() as value)
                    ):
                        if (path, name) in found:
                            twice.add((path, name))
                        found[path, name] = value
        return {key: value for key, value in found.items() if key not in twice}

    def _uses(self, key: Key) -> frozenset[ast.expr]:
        found: set[ast.expr] = set()
        for path, source in self._analysis.project.sources.items():
            for node in source.once(names_read).get(key[1], ()):
                if self._meant(path, node) == key:
                    found.add(node)
        return frozenset(found)


def only_in(alias: Alias, annotations: Collection[ast.expr]) -> bool:
    """Whether an alias is used in some annotations and nowhere else."""
    return alias.uses <= {node for one in annotations for node in ast.walk(one)}
