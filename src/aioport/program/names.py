"""What a dotted expression means in a file, from its imports alone."""

from __future__ import annotations

import ast
from collections.abc import Callable

from aioport.program.syntax import Syntax
from aioport.project import Source


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` as text; None for anything that is no plain dotted name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base is not None else None
    return None


def _imports(source: Source) -> tuple[ast.Import | ast.ImportFrom, ...]:
    return tuple(one for one in Syntax(source).nodes if isinstance(one, ast.Import | ast.ImportFrom))


class ImportedNames:
    """The imports of one file, wherever they stand.

    package: the dotted name of the package that the file belongs to, for its relative imports.
    bound: what each name that an import binds is.
    imported_from: the names that are imported from modules, by the last part of the module's name.
    """

    def __init__(self, syntax: Syntax, public_name: Callable[[str], str], package: str = "") -> None:
        self.public_name = public_name
        self.bound: dict[str, str] = {}
        self.imported_from: dict[str, list[str]] = {}
        for node in syntax.source.once(_imports):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self.bound[alias.asname or top] = alias.name if alias.asname else top
            else:
                parts = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                module = ".".join([*parts, *([node.module] if node.module else [])])
                last = (node.module or "").rpartition(".")[2]
                self.imported_from.setdefault(last, []).extend(alias.name for alias in node.names)
                for alias in node.names:
                    self.bound[alias.asname or alias.name] = f"{module}.{alias.name}"

    def resolve(self, node: ast.AST) -> str | None:
        """The public dotted name of an expression that begins with an imported name."""
        text = dotted(node)
        if text is None:
            return None
        first, dot, rest = text.partition(".")
        base = self.bound.get(first)
        return self.public_name(f"{base}{dot}{rest}") if base is not None else None
