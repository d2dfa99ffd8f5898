"""What a user wrote by hand in a file that the twin writes: the leaves that the rest of the file waits by."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from aioport.project import PARSE_ERRORS, ProjectError, Source
from aioport.rewriting.edits import Edit, apply_edits
from aioport.twin.layout import end_of_imports, whole_lines
from aioport.twin.sharing import defined_name, used_names


@dataclass(frozen=True, slots=True)
class HandWritten:
    """A file of the async half as it is on disk, for what of it the twin does not make.

    module: its dotted name; there: its text; None where there is no such file.
    """

    module: str
    there: Source | None

    def definitions(self) -> Mapping[str, ast.stmt]:
        """What the file defines at its top level. Nothing where it cannot be parsed."""
        try:
            body = self.there.tree.body if self.there is not None else []
        except PARSE_ERRORS:
            return {}
        return {name: node for node in body if (name := defined_name(node)) is not None}


def keep_by_hand(made: Source, hand: HandWritten, leaves: Iterable[str]) -> Source:
    """The text that the twin makes of a file, with definitions that only the file on disk has.

    leaves: dotted names of leaves in the async half. Those of this very file are kept, with what they use, and
    imports of them from the file itself become what they mean there.

    Raises ProjectError where the file would import from itself what neither the twin nor the user defines.
    """
    own = {name for node in made.tree.body if (name := defined_name(node)) is not None}
    imports = [
        node
        for node in made.tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module == hand.module
    ]
    definitions = hand.definitions()
    asked = dict.fromkeys(alias.name for node in imports for alias in node.names if alias.name not in own)
    if missing := [name for name in asked if name not in definitions]:
        raise ProjectError(
            f"{hand.module}: the twin is to use {', '.join(missing)} of this module, and writes the file without it;"
            " define it in the file, where it is kept, or name a leaf of another module"
        )
    for leaf in leaves:
        module, _, name = leaf.rpartition(".")
        if module == hand.module and name in definitions and name not in own:
            asked.setdefault(name)
    carried = list(_with_helpers(asked, definitions, own))
    if hand.there is None or not (carried or imports):
        return made
    edits = [Edit(*whole_lines(made, node), 0, _own_names(node, own)) for node in imports]
    place = end_of_imports(made, [node for node in made.tree.body if node not in imports])
    text = "".join(_definition(hand.there, definitions[name]) for name in carried)
    edits.append(
        Edit(place, place, 0, f"{_imports_for(made, hand, carried)}\n\n{text}{_renamed(imports, own)}")
    )
    return replace(made, text=apply_edits(made.data, edits).decode())


def _with_helpers(
    asked: Iterable[str], definitions: Mapping[str, ast.stmt], own: Iterable[str]
) -> Iterator[str]:
    """Names with those of the file that their definitions use, in the order of the file."""
    found: set[str] = set()
    todo = list(asked)
    while todo:
        name = todo.pop()
        if name not in found and name in definitions and name not in own:
            found.add(name)
            todo.extend(used_names(definitions[name]))
    return (name for name in definitions if name in found)


def _definition(source: Source, node: ast.stmt) -> str:
    start, end = whole_lines(source, node)
    return source.data[start:end].decode().rstrip() + "\n\n\n"


def _own_names(node: ast.ImportFrom, own: Iterable[str]) -> str:
    """What takes the place of an import from the file itself: other names for what it defines."""
    return "".join(
        f"{alias.asname} = {alias.name}\n"
        for alias in node.names
        if alias.name in own and alias.asname not in (None, alias.name)
    )


def _renamed(imports: Iterable[ast.ImportFrom], own: Iterable[str]) -> str:
    """Other names for what is carried."""
    lines = [
        f"{alias.asname} = {alias.name}\n"
        for node in imports
        for alias in node.names
        if alias.name not in own and alias.asname not in (None, alias.name)
    ]
    return "".join(lines) + ("\n\n" if lines else "")


def _imports_for(made: Source, hand: HandWritten, carried: Iterable[str]) -> str:
    """The imports of the file on disk that carried definitions use and the made text lacks."""
    if hand.there is None:
        return ""
    definitions = hand.definitions()
    used = {one.id for name in carried for one in ast.walk(definitions[name]) if isinstance(one, ast.Name)}
    lines = []
    for node in hand.there.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            left = [
                alias
                for alias in node.names
                if (bound := (alias.asname or alias.name).partition(".")[0]) in used
                and bound not in _bound(made)
            ]
            if left:
                lines.append(ast.unparse(_only(node, left)) + "\n")
    return "".join(lines)


def _bound(made: Source) -> frozenset[str]:
    """What the imports at the top of a file bind."""
    return frozenset(
        (alias.asname or alias.name).partition(".")[0]
        for node in made.tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )


def _only(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    if isinstance(node, ast.Import):
        return ast.Import(names)
    return ast.ImportFrom(node.module, names, node.level)
