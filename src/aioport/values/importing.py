"""Importing a module of the project runs its body, once: at the first import that is reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.blocking.facts import Wait
from aioport.program.model import Call
from aioport.values.code import FUNCTIONS, Code
from aioport.values.scopes import absolute_module


class Importing:
    """Import statements of modules whose bodies wait, as calls of these bodies."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._done: set[str] = set()

    def find(self, waits: Mapping[int, Wait]) -> list[Call]:
        """Imports that were not found before. Where the top level of some file imports a module, only that one counts."""
        found: list[Call] = []
        for path, body in self._code.module_bodies.items():
            if body not in waits or path in self._done:
                continue
            self._done.add(path)
            imports = list(self._imports_of(path, body))
            outer = [call for call, is_inner in imports if not is_inner]
            found += outer or [call for call, _ in imports]
        return found

    def _imports_of(self, path: str, body: int) -> Iterator[tuple[Call, bool]]:
        """Statements that import a module, and whether each stands inside of a function."""
        name = self._code.module_of(path)
        last = name.rpartition(".")[2].encode()
        for other in self._code.files_with(b"import", last):
            syntax = self._code.syntax(other)
            if syntax is None or other == path:
                continue
            for node in self._code.imports(other):
                caller = self._code.around(other, node)
                # Whoever runs a module has run the packages around it.
                if f"{self._code.module_of(other)}.".startswith(f"{name}."):
                    continue
                if caller is not None and name in _modules(node, self._code.package_of(other)):
                    start, end = syntax.span(node)
                    call = Call(
                        caller=caller,
                        path=other,
                        kind="import",
                        start=start,
                        end=end,
                        line=node.lineno,
                        column=node.col_offset,
                        targets=(body,),
                        sure=True,
                    )
                    yield call, any(isinstance(one, FUNCTIONS) for one in syntax.ancestors(node))


def _modules(node: ast.Import | ast.ImportFrom, package: str) -> set[str]:
    """Every module that a statement may import, packages around them included."""
    if isinstance(node, ast.Import):
        named = [alias.name for alias in node.names]
    else:
        module = absolute_module(node, package)
        named = [module, *(f"{module}.{alias.name}" for alias in node.names)]
    return {
        ".".join(parts[:length])
        for parts in (one.split(".") for one in named)
        for length in range(1, len(parts) + 1)
    }
