"""Importing a module of the project runs its body, once: at the first import that is reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.blocking.facts import Wait
from aioport.positions import Span
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
            if body not in waits or path in self._done or not self._waits_on_import(path, body, waits):
                continue
            self._done.add(path)
            imports = list(self._imports_of(path, body))
            outer = [call for call, is_inner in imports if not is_inner]
            found += outer or [call for call, _ in imports]
        return found

    def _waits_on_import(self, path: str, body: int, waits: Mapping[int, Wait]) -> bool:
        """Whether something in a module's body waits outside of its main guard, which an import does not run."""
        guards = list(self._guards(path))
        return any(
            call.caller == body
            and any(target in waits for target in call.targets)
            and not any(start <= call.start and call.end <= end for start, end in guards)
            for call in self._calls_in(path)
        )

    def _calls_in(self, path: str) -> Iterator[Call]:
        """A file's calls, those that were found here included."""
        yield from (call for _, call in self._code.calls_in(path))
        added = self._code.calls[len(self._code.program.calls) :]
        yield from (call for call in added if call.path == path)

    def _guards(self, path: str) -> Iterator[Span]:
        syntax = self._code.syntax(path)
        for node in syntax.tree.body if syntax is not None else ():
            match node:
                case ast.If(test=ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()])) if (
                    syntax is not None
                ):
                    yield syntax.span(node)

    def _imports_of(self, path: str, body: int) -> Iterator[tuple[Call, bool]]:
        """Statements that import a module, and whether each stands inside of a function."""
        name = self._code.module_of(path)
        last = name.rpartition(".")[2]
        for other in self._code.files_with("import", last):
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
