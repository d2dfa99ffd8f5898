"""Adds and removes imports, in the file's own style; the only module that does."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from aioport.program.syntax import Syntax
from aioport.project import Source
from aioport.rewriting.edits import Edit, apply_edits, replace


@dataclass(frozen=True, slots=True)
class Wanted:
    """Imports that a rewritten file needs.

    modules: module -> local name, for `import module`.
    names: module -> name -> local name, for `from module import name`; only where the file has such an import.
    runtime: function of the vendored file -> local name.
    home: the vendored module as this file imports it: `_aio`, `._aio` or `package._aio`.
    """

    modules: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    runtime: Mapping[str, str]
    home: str


def fix_imports(before: Source, after: Source, wanted: Wanted, exported: Collection[str]) -> bytes:
    """The text of a rewritten file with the imports it needs, and without those that it needs no longer.

    before, after: the file as it was, and rewritten but for its imports.
    exported: names that other files import from this one; they stay.
    """
    syntax = Syntax(after)
    return apply_edits(after.data, _edits(before, syntax, wanted, exported))


def _edits(before: Source, syntax: Syntax, wanted: Wanted, exported: Collection[str]) -> Iterator[Edit]:
    layout = _Layout(syntax)
    unused = _unused(before, syntax, exported)
    gone = {one for one in layout.imports if not _left(one, unused)}
    new = sorted(
        f"import {module}" + (f" as {local}" if local != module else "")
        for module, local in wanted.modules.items()
    )
    added = {module: dict(names) for module, names in wanted.names.items()}
    if wanted.runtime:
        added.setdefault(wanted.home, {}).update(wanted.runtime)
    for statement in _inner_imports(syntax):
        if not _left(statement, unused) and len(syntax.suite(statement)) > 1:
            yield replace(layout.removal(statement), "")
    for statement in layout.imports:
        left = _left(statement, unused)
        if isinstance(statement, ast.ImportFrom) and (names := added.pop(_module_of(statement), None)):
            have = {alias.name for alias in left}
            more = [
                ast.alias(name, local if local != name else None)
                for name, local in names.items()
                if name not in have
            ]
            left = sorted([*left, *more], key=lambda one: one.name) if more else left
        if left == statement.names:
            continue
        if left:
            yield replace(syntax.span(statement), _rendered(statement, left))
        elif (text := _successor(layout, statement, new)) is not None:
            new.remove(text)
            yield replace(syntax.span(statement), text)
        elif added and not new and gone == set(layout.head) and statement is layout.head[-1]:
            gap = "" if statement is layout.head[0] or layout.follows_gap(statement) else layout.newline
            yield replace(syntax.span(statement), gap + _from_import(*added.popitem()))
        else:
            yield replace(layout.removal(statement), "")
    for text in new:
        yield layout.insertion(text)
    for module, names in added.items():
        insert = layout.from_insertion if is_stdlib(module) else layout.last_insertion
        yield insert(_from_import(module, names))


def _inner_imports(syntax: Syntax) -> Iterator[ast.Import | ast.ImportFrom]:
    """Imports inside functions and conditions."""
    for node in ast.walk(syntax.tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in syntax.tree.body:
            yield node


def _left(statement: ast.Import | ast.ImportFrom, unused: set[str]) -> list[ast.alias]:
    return [
        alias for alias in statement.names if (alias.asname or alias.name).partition(".")[0] not in unused
    ]


def _from_import(module: str, names: Mapping[str, str]) -> str:
    text = ", ".join(name if local == name else f"{name} as {local}" for name, local in sorted(names.items()))
    return f"from {module} import {text}"


def _successor(layout: _Layout, statement: ast.Import | ast.ImportFrom, new: list[str]) -> str | None:
    """The new import that may take the place of one that goes, without leaving the order of its neighbours."""
    if isinstance(statement, ast.ImportFrom) or statement not in layout.head:
        return None
    same = [
        one
        for one in layout.head
        if isinstance(one, ast.Import) and layout.kind(one) == layout.kind(statement)
    ]
    place = same.index(statement)
    low = _module_of(same[place - 1]) if place else ""
    high = _module_of(same[place + 1]) if place + 1 < len(same) else "\uffff"
    for text in new:
        module = text.split()[1]
        if is_stdlib(module) == layout.kind(statement) and low < module < high:
            return text
    return None


def _unused(before: Source, syntax: Syntax, exported: Collection[str]) -> set[str]:
    """Imported names that were used before and are not any more; what other files import from here stays."""
    if before.path.rpartition("/")[2] == "__init__.py":
        return set()
    return (_used(before.tree) - _used(syntax.tree)) - set(exported)


def _used(tree: ast.Module) -> set[str]:
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.update(part for part in node.value.replace("[", ".").split(".") if part.isidentifier())
    return found


def _module_of(statement: ast.Import | ast.ImportFrom) -> str:
    if isinstance(statement, ast.ImportFrom):
        return "." * statement.level + (statement.module or "")
    return statement.names[0].name


def is_stdlib(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _rendered(statement: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> str:
    text = ", ".join(f"{one.name} as {one.asname}" if one.asname else one.name for one in names)
    return (
        f"from {_module_of(statement)} import {text}"
        if isinstance(statement, ast.ImportFrom)
        else f"import {text}"
    )


def _top(module: str) -> str:
    """The package that a module belongs to; all relative ones are of one."""
    return "." if module.startswith(".") else module.partition(".")[0]


class _Layout:
    """Where imports stand in a file, and where new ones go."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.newline = "\r\n" if b"\r\n" in syntax.source.data else "\n"
        self.imports = [
            node
            for node in syntax.tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            and not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        ]
        self.head = self._head()

    def _head(self) -> list[ast.Import | ast.ImportFrom]:
        """The imports at the top, above the first definition."""
        found = []
        for node in self.syntax.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                break
            if isinstance(node, ast.Import | ast.ImportFrom) and node in self.imports:
                found.append(node)
        return found

    def follows_gap(self, statement: ast.stmt) -> bool:
        """Whether the line above a statement is empty."""
        return self.syntax.source.data[: self.whole_lines(statement)[0]].endswith(
            (b"\n\n", b"\n\r\n", b"\r\r")
        )

    def whole_lines(self, statement: ast.stmt) -> tuple[int, int]:
        starts = self.syntax.source.line_starts
        assert statement.end_lineno is not None
        end = (
            starts[statement.end_lineno]
            if statement.end_lineno < len(starts)
            else len(self.syntax.source.data)
        )
        return starts[statement.lineno - 1], end

    def removal(self, statement: ast.stmt) -> tuple[int, int]:
        """What goes with a statement: its lines, or where others share a line with it, its semicolon."""
        data = self.syntax.source.data
        first, last = self.whole_lines(statement)
        start, end = self.syntax.span(statement)
        after = end
        while data[after : after + 1] in (b" ", b"\t", b";"):
            after += 1
        if b";" in data[end:after] and after < last and data[after : after + 1] not in (b"\n", b"\r", b"#"):
            return start, after
        if data[first:start].strip():
            return data.rindex(b";", first, start), end
        return first, last

    def insertion(self, text: str) -> Edit:
        """A new `import module`, sorted in among those of its kind."""
        module = text.split()[1]
        same = [one for one in self.head if self.kind(one) == is_stdlib(module) and not self._is_local(one)]
        following = [one for one in same if isinstance(one, ast.ImportFrom) or _module_of(one) > module]
        if following:
            place = self.whole_lines(following[0])[0]
            return Edit(place, place, 0, f"{text}{self.newline}")
        if same:
            place = self.whole_lines(same[-1])[1]
            return Edit(place, place, 0, f"{text}{self.newline}")
        first = [one for one in self.head if is_stdlib(module) or self._is_local(one)]
        if first:
            place = self.whole_lines(first[0])[0]
            return Edit(place, place, 0, f"{text}{self.newline}{self.newline}")
        if self.head:
            place = self.whole_lines(self.head[-1])[1]
            return Edit(place, place, 0, f"{self.newline}{text}{self.newline}")
        return self._first(text)

    def from_insertion(self, text: str) -> Edit:
        """A new `from module import name` of the standard library, below its plain imports and sorted in."""
        module = text.split()[1]
        same = [one for one in self.head if self.kind(one) and not self._is_local(one)]
        if not same:
            return self.insertion(text)
        before = [one for one in same if isinstance(one, ast.Import) or _module_of(one) < module]
        place = self.whole_lines(before[-1])[1] if before else self.whole_lines(same[0])[0]
        return Edit(place, place, 1, f"{text}{self.newline}")

    def last_insertion(self, text: str) -> Edit:
        """The import of the project's own vendored file: among its other ones, or after all."""
        if not self.head:
            return self._first(text, rank=1)
        module = text.split()[1]
        own = [one for one in self.head if _top(_module_of(one)) == _top(module)]
        following = [one for one in own if _module_of(one) > module]
        if following:
            place = self.whole_lines(following[0])[0]
            return Edit(place, place, 1, f"{text}{self.newline}")
        last = own[-1] if own else self.head[-1]
        gap = "" if own or self._is_local(last) else self.newline
        place = self.whole_lines(last)[1]
        data = self.syntax.source.data
        before = "" if data[:place].endswith((b"\n", b"\r")) else self.newline
        return Edit(place, place, 1, f"{before}{gap}{text}{self.newline}")

    def _first(self, text: str, rank: int = 0) -> Edit:
        """Where a file has no imports: below its docstring and `__future__`, above everything else."""
        body = self.syntax.tree.body
        above: list[ast.stmt] = [
            one for one in body if isinstance(one, ast.ImportFrom) and one.module == "__future__"
        ]
        if not above and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            above = [body[0]] if isinstance(body[0].value.value, str) else []
        if above:
            place = self.whole_lines(above[-1])[1]
            return Edit(place, place, rank, f"{self.newline}{text}{self.newline}")
        first = body[0] if body else None
        if first is None:
            return Edit(0, 0, rank, f"{text}{self.newline}")
        decorators = getattr(first, "decorator_list", [])
        line = min([first.lineno, *(one.lineno for one in decorators)])
        place = self.syntax.source.line_starts[line - 1]
        gap = self.newline * (
            3 if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else 2
        )
        return Edit(place, place, rank, f"{text}{gap}")

    def _is_local(self, statement: ast.Import | ast.ImportFrom) -> bool:
        return isinstance(statement, ast.ImportFrom) and statement.level > 0

    def kind(self, statement: ast.Import | ast.ImportFrom) -> bool:
        return is_stdlib(_module_of(statement))
