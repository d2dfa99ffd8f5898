"""What the makers of edits share about one file: its syntax, the names they may use in it, and its layout."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Iterator
from functools import cached_property

from aioport.catalog.rules import CACHING_NAMES, RUNTIME_NAMES, SYNC_NAMES, THREAD_NAMES
from aioport.positions import Span
from aioport.program.names import ImportedNames
from aioport.program.syntax import Syntax
from aioport.rewriting.edits import Edit, line_start


class FileContext:
    """One file that is rewritten.

    taken: every name that the file uses for anything.
    offered: names that the vendored file may define for rules, besides the runtime's own.
    runtime: names wanted from the vendored file, with the names they go by here.
    imports: modules wanted, the same way.
    moved: runs of lines that other changes move to the right: the line before the first, the last, and how far (to the
        left below 0).
    from_imports: names wanted of modules from which the file imports names already.
    renames: other words for words, which go with text that moves.
    elsewhere: names wanted from vendored files that this file need not import, by the paths of these.
    """

    def __init__(
        self, syntax: Syntax, names: ImportedNames, taken: frozenset[str], offered: frozenset[str]
    ) -> None:
        self.syntax, self.names, self.taken = syntax, names, taken
        self.vendored = RUNTIME_NAMES | CACHING_NAMES | SYNC_NAMES | THREAD_NAMES | offered
        self.data = syntax.source.data
        self.runtime: dict[str, str] = {}
        self.imports: dict[str, str] = {}
        self.from_imports: dict[str, dict[str, str]] = {}
        self.moved: list[tuple[int, int, int]] = []
        self.renames: Collection[Edit] = ()
        self.elsewhere: dict[str, set[str]] = {}

    def from_runtime(self, name: str) -> str:
        """What a function of the vendored file is called in this file."""
        if name not in self.runtime:
            bound = self.names.bound.get(name, "")
            ours = bound.rpartition(".")[0].rpartition(".")[2] == "_aio"
            local = name
            while not ours and (local in self.taken or local in self.runtime.values()):
                local = f"{local}_" if local != name else f"aio_{name}"
            self.runtime[name] = local
        return self.runtime[name]

    def symbol(self, dotted: str) -> str:
        """How a dotted name (`asyncio.sleep`) is written in this file; its module is imported."""
        nearest = [
            (len(meaning), local)
            for local, meaning in self.names.bound.items()
            if dotted == meaning or dotted.startswith(f"{meaning}.")
        ]
        if nearest:
            length, local = max(nearest, key=lambda one: one[0])
            return local + dotted[length:]
        parent, _, name = dotted.rpartition(".")
        if parent in self._imported_from and name not in self.taken:
            self.from_imports.setdefault(parent, {})[name] = name
            return name
        module, _, rest = dotted.partition(".")
        if dotted.startswith("collections.abc."):
            module, rest = "collections.abc", dotted.removeprefix("collections.abc.")
        if module not in self.imports:
            local = module
            while "." not in module and local in self.taken:
                local = f"{local}_"
            self.imports[module] = local
        return f"{self.imports[module]}.{rest}" if rest else self.imports[module]

    def abstract(self, name: str) -> str:
        """How a class of `collections.abc` is written where the file takes those from `typing`, or from their home."""
        from_typing = "typing" in self._imported_from and "collections.abc" not in self._imported_from
        return self.symbol(f"typing.{name}" if from_typing else f"collections.abc.{name}")

    def imported(self, module: str, name: str) -> str:
        """What a name goes by in this file that is imported from a module, as the file writes that."""
        known = self.from_imports.setdefault(module, {})
        if name not in known:
            local = name
            while local in self.taken:
                local = f"{local}_"
            known[name] = local
        return known[name]

    @cached_property
    def _imported_from(self) -> frozenset[str]:
        """Modules from which names are imported at the top of the file."""
        return frozenset(
            node.module
            for node in self.syntax.tree.body
            if isinstance(node, ast.ImportFrom) and node.module and not node.level
        )

    # Layout

    @cached_property
    def newline(self) -> str:
        first = self.data.find(b"\n")
        if first < 0:
            return "\r" if b"\r" in self.data else "\n"
        return "\r\n" if first and self.data[first - 1 : first] == b"\r" else "\n"

    def indent_of(self, node: ast.stmt) -> str:
        """The white space in front of the line on which a statement will begin.

        That is what stands there, and a step more for every `moved` run of lines that has the statement inside.
        """
        start = self.syntax.source.line_starts[node.lineno - 1]
        line = self.data[start : start + node.col_offset]
        steps = sum(levels for first, last, levels in self.moved if first < node.lineno <= last)
        written = line[: len(line) - len(line.lstrip())].decode()
        return written + self.step * steps if steps >= 0 else written[: steps * len(self.step)]

    @cached_property
    def step(self) -> str:
        """One level of indentation in this file."""
        for node in ast.walk(self.syntax.tree):
            if isinstance(
                node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If | ast.For | ast.With
            ):
                first = node.body[0]
                start = self.syntax.source.line_starts[first.lineno - 1]
                line = self.data[start : start + first.col_offset].decode()
                if first.lineno > node.lineno and not line.strip() and first.col_offset > node.col_offset:
                    return line[node.col_offset :]
        return "    "

    def body_line(self, node: ast.With) -> int:
        """The first line of a body; comments above its first statement and decorators belong to it.

        The line after the header, where the body stands on the header's own.
        """
        first, header = node.body[0], node.items[-1].optional_vars or node.items[-1].context_expr
        if first.lineno == header.end_lineno:
            return first.lineno + 1
        decorators: list[ast.expr] = getattr(first, "decorator_list", [])
        line = min([first.lineno, *(one.lineno for one in decorators)])
        starts = self.syntax.source.line_starts
        while self.data[starts[line - 2] : starts[line - 1]].strip()[:1] in (b"", b"#"):
            line -= 1
        return line

    def line_begin(self, node: ast.stmt) -> int:
        return self.syntax.source.line_starts[node.lineno - 1]

    def line_end(self, node: ast.stmt) -> int:
        """Where the last line of a statement ends, before its newline; trailing comments belong to it."""
        assert node.end_lineno is not None
        return self.end_of_line(node.end_lineno)

    def end_of_line(self, line: int) -> int:
        """Where a line (1-based) ends, before its newline."""
        starts = self.syntax.source.line_starts
        if line >= len(starts):
            return len(self.data)
        end = starts[line]
        while end > starts[line - 1] and self.data[end - 1 : end] in (b"\n", b"\r"):
            end -= 1
        return end

    def body_end(self, node: ast.FunctionDef, column: int | None = None) -> int:
        """Where the last line of a function ends; comments below it belong to it, as far as they are indented.

        column: of the header, where that is not the function's.
        """
        column = node.col_offset if column is None else column
        starts, line = self.syntax.source.line_starts, node.end_lineno or node.lineno
        last = line
        while line < len(starts):
            text = self.data[starts[line] : starts[line + 1] if line + 1 < len(starts) else len(self.data)]
            line += 1
            if text.strip()[:1] == b"#" and len(text) - len(text.lstrip()) > column:
                last = line
            elif text.strip():
                break
        end = starts[last] if last < len(starts) else len(self.data)
        return len(self.data[:end].rstrip(b"\r\n"))

    def gap_above(self, node: ast.stmt) -> str:
        """The empty line that a function wants above it in a suite; none below a head, a comment or another one."""
        if self.syntax.suite(node)[0] is node:
            return ""
        above = self.data[: self.line_begin(node)].splitlines()[-1].strip()
        return self.newline if above and not above.startswith(b"#") else ""

    @cached_property
    def _inside_strings(self) -> frozenset[int]:
        return lines_inside_strings(self.data.decode())

    @cached_property
    def comments(self) -> tuple[tuple[int, str], ...]:
        """Every comment with the byte offset at which it begins."""
        starts = (*self.syntax.source.line_starts, len(self.data))
        found = []
        for token in tokenize.generate_tokens(io.StringIO(self.data.decode(), newline="").readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                line = self.data[starts[row - 1] : starts[row]].decode()
                found.append((starts[row - 1] + len(line[:column].encode()), token.string))
        return tuple(found)

    def indented(
        self, first_line: int, last: ast.stmt, span: Span, owner: str, levels: int = 1
    ) -> Iterator[Edit]:
        """Moves lines to the right, from a line on to the last one of a statement; never inside a string."""
        assert last.end_lineno is not None
        starts = self.syntax.source.line_starts
        for line in range(first_line, last.end_lineno + 1):
            begin = starts[line - 1]
            end = starts[line] if line < len(starts) else len(self.data)
            if line not in self._inside_strings and self.data[begin:end].strip():
                yield line_start(begin, self.step * levels, span, owner)

    def dedented(self, first_line: int, node: ast.With, owner: str) -> Iterator[Edit]:
        """Moves the body of a statement to the left, from a line on; never inside a string."""
        starts = self.syntax.source.line_starts
        around = sum(first < node.lineno <= last for first, last, levels in self.moved if levels < 0)
        skipped = around * len(self.step)
        for line in range(first_line, (node.body[-1].end_lineno or node.lineno) + 1):
            begin = starts[line - 1] + skipped
            end = begin + len(self.step)
            if line not in self._inside_strings and not self.data[begin:end].strip(b" \t"):
                yield Edit(begin, min(end, self.end_of_line(line)), 0, "", owner)

    def outer_span(self, node: ast.expr, limit: int) -> Span:
        """The range of an expression with the parentheses around it that begin at `limit` or later."""
        start, end = self.syntax.span(node)
        while True:
            before, after = start - 1, end
            while before >= limit and self.data[before : before + 1].isspace():
                before -= 1
            while after < len(self.data) and self.data[after : after + 1].isspace():
                after += 1
            if (
                before < limit
                or self.data[before : before + 1] != b"("
                or self.data[after : after + 1] != b")"
            ):
                return start, end
            start, end = before, after + 1

    def is_bare_tuple(self, node: ast.expr) -> bool:
        """Whether an expression is a tuple without parentheses of its own; `(a), b` is one as well."""
        if not isinstance(node, ast.Tuple):
            return False
        start = self.syntax.span(node)[0]
        return bool(node.elts) and self.outer_span(node.elts[0], start)[0] == start

    def open_parenthesis(self, node: ast.Call) -> int:
        """Where the parenthesis of a call's arguments opens."""
        position = self.syntax.span(node.func)[1]
        while self.data[position : position + 1] != b"(":
            position += 1
        return position

    def needs_parentheses(self, node: ast.expr) -> bool:
        """Whether an `await` in front of an expression would reach too far."""
        parent = self.syntax.parents.get(node)
        end = self.syntax.span(node)[1]
        match parent:
            case ast.Attribute(value=value) if value is node:
                return b")" not in self.data[end : self.syntax.span(parent)[1]]
            case ast.Subscript(value=value) if value is node:
                return b")" not in self.data[end : self.data.index(b"[", end)]
            case ast.Call(func=func) if func is node:
                return b")" not in self.data[end : self.data.index(b"(", end)]
            case ast.Await():
                return True
        return False


def lines_inside_strings(text: str) -> frozenset[int]:
    """Lines (1-based) that begin inside a string."""
    found: set[int] = set()
    depth_start: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
        name = tokenize.tok_name[token.type]
        if name in ("FSTRING_START", "TSTRING_START"):
            depth_start.append(token.start[0])
        elif name in ("FSTRING_END", "TSTRING_END"):
            found.update(range(depth_start.pop() + 1, token.end[0] + 1))
        elif name == "STRING":
            found.update(range(token.start[0] + 1, token.end[0] + 1))
    return frozenset(found)
