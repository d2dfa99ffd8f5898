"""The way from functions and calls to their syntax and back, for the files that are needed."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias, TypeVar

from aioport.catalog.index import Catalog
from aioport.positions import Span, line_of
from aioport.program.holders import find_asked
from aioport.program.mentions import Mentions, attributes_of
from aioport.program.model import Call, Function, Program
from aioport.program.syntax import FunctionNode, Syntax, children
from aioport.project import PARSE_ERRORS, Project, Source
from aioport.values.scopes import Scopes, imported_names

N = TypeVar("N", bound=ast.expr)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

LASTING = ("modules", "module_bodies", "_module_names", "_ids", "_calls", "_by_path", "_mentions")
"""What stays the same where calls run something else."""

Deferred: TypeAlias = ast.Lambda | ast.GeneratorExp
"""Expressions that run later, if at all."""


def scopes_of(source: Source) -> Scopes:
    """The names of a file, for `Source.once`. Raises one of `PARSE_ERRORS`."""
    return Scopes(source.tree)


def _expressions(_: Source) -> dict[tuple[Span, type], ast.expr | None]:
    """Fills with what is looked for in a file."""
    return {}


def _functions_by_line(source: Source) -> dict[tuple[int, str], FunctionNode]:
    found = Syntax(source).functions
    return {(line_of(source, offset), node.name): node for offset, node in found.items()}


class Code:
    """One project's syntax. Files are parsed when something in them is asked for; those that do not parse have none.

    calls: those of the program, and what is added at the end.
    bodies: of functions that stand for lambdas and generator expressions, by their ids; filled by whoever makes them.
    """

    def __init__(self, project: Project, program: Program, catalog: Catalog, calls: list[Call]) -> None:
        self.project, self.program, self.catalog, self.calls = project, program, catalog, calls
        self.bodies: dict[int, tuple[str, Deferred]] = {}
        self._files: dict[str, Syntax | None] = {}
        self._imports: dict[str, Mapping[ast.Import | ast.ImportFrom, tuple[tuple[str, str], ...]]] = {}
        self._of_node: dict[ast.AST, int] = {}

    def take_syntax(self, other: Code) -> None:
        """Takes along what another program of the same files, with the same calls at the same indices, was asked for."""
        self._files, self._imports, self._of_node = other._files, other._imports, other._of_node
        self.__dict__.update((name, other.__dict__[name]) for name in LASTING if name in other.__dict__)

    def syntax(self, path: str) -> Syntax | None:
        if path not in self._files:
            source = self.project.sources.get(path)
            try:
                self._files[path] = Syntax(source) if source is not None else None
            except PARSE_ERRORS:
                self._files[path] = None
        return self._files[path]

    def scopes(self, path: str) -> Scopes | None:
        syntax = self.syntax(path)
        if syntax is None:
            return None
        return syntax.source.once(scopes_of)

    def attributes(self, path: str, name: str) -> list[ast.Attribute]:
        """Where a file reads an attribute of this name."""
        syntax = self.syntax(path)
        found = syntax.source.once(attributes_of).get(name, ()) if syntax is not None else ()
        return [node for node in found if isinstance(node.ctx, ast.Load)]

    def _nodes(self, path: str, *kinds: type[ast.AST]) -> Iterable[ast.AST]:
        """Every node of a file that is of one of these kinds, breadth first."""
        syntax = self.syntax(path)
        if syntax is None:
            return ()
        if len(kinds) == 1:
            return syntax.of_kind.get(kinds[0], ())
        return (node for node in syntax.nodes if isinstance(node, kinds))

    def imports(self, path: str) -> Mapping[ast.Import | ast.ImportFrom, tuple[tuple[str, str], ...]]:
        """What each import statement of a file binds: name here and dotted name."""
        if path not in self._imports:
            self._imports[path] = imported_names(
                self._nodes(path, ast.Import, ast.ImportFrom), self.package_of(path)
            )
        return self._imports[path]

    def files_with(self, *words: str) -> Iterable[str]:
        """Paths of sources in which all of these names and keywords occur; empty ones do everywhere."""
        return self._mentions.files_with(*words)

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self.project.sources)

    @cached_property
    def modules(self) -> Mapping[str, str]:
        """Dotted name of each of the project's modules -> its path."""
        return {
            one.name: one.path
            for one in self.program.functions
            if one.kind == "module" and one.in_project and one.path is not None
        }

    @cached_property
    def module_bodies(self) -> Mapping[str, int]:
        """The function that is each file's module body, by path."""
        return {
            one.path: one.id
            for one in self.program.functions
            if one.kind == "module" and one.in_project and one.path is not None
        }

    @cached_property
    def _module_names(self) -> Mapping[str, str]:
        return {path: name for name, path in self.modules.items()}

    def module_of(self, path: str) -> str:
        return self._module_names.get(path, "")

    def package_of(self, path: str) -> str:
        """The dotted name of the package that a file belongs to."""
        name = self.module_of(path)
        return name if path.endswith("__init__.py") else name.rpartition(".")[0]

    @cached_property
    def _ids(self) -> Mapping[str, Mapping[int, int]]:
        """Functions by file and by the byte offset of their names."""
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for one in self.program.functions:
            if one.in_project and one.kind == "def" and one.path is not None and one.line:
                starts = self.project.sources[one.path].line_starts
                found[one.path].setdefault(starts[one.line - 1] + one.column, one.id)
        return found

    def node(self, function: int) -> tuple[str, FunctionNode | ast.Lambda] | None:
        """The file and the `def` or lambda of one of the project's functions."""
        if function in self.bodies:
            path, body = self.bodies[function]
            return (path, body) if isinstance(body, ast.Lambda) else None
        one = self.program.functions[function]
        if not one.in_project or one.kind != "def" or one.path is None or not one.line:
            return None
        found = self._definitions(one.path).get((one.line, one.bare_name))
        return (one.path, found) if found is not None else None

    def _definitions(self, path: str) -> Mapping[tuple[int, str], FunctionNode]:
        """A file's functions by the line and the text of their names."""
        syntax = self.syntax(path)
        return syntax.source.once(_functions_by_line) if syntax is not None else {}

    def function_at(self, path: str, node: ast.AST) -> int | None:
        """The function that a `def` or a lambda is."""
        if isinstance(node, ast.Lambda | ast.GeneratorExp):
            return next((one for one, (_, body) in self.bodies.items() if body is node), None)
        syntax = self.syntax(path)
        if syntax is None or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return None
        if node not in self._of_node:
            found = self._ids.get(path, {}).get(syntax.name_offset(node))
            if found is None:
                return None
            self._of_node[node] = found
        return self._of_node[node]

    def around(self, path: str, node: ast.AST) -> int | None:
        """The function, or the class or module body, that runs an expression or a statement."""
        syntax = self.syntax(path)
        if syntax is None:
            return None
        inner = child = node
        for parent in syntax.ancestors(node):
            if isinstance(parent, (*FUNCTIONS, ast.GeneratorExp)):
                if isinstance(parent, ast.GeneratorExp):
                    inside = not (child is parent.generators[0] and inner is parent.generators[0].iter)
                else:
                    inside = child is parent.body if isinstance(parent, ast.Lambda) else child in parent.body
                if inside and (found := self.function_at(path, parent)) is not None:
                    return found
            inner, child = child, parent
        return self.module_bodies.get(path)

    @cached_property
    def _calls(self) -> Mapping[str, Mapping[tuple[int, int], int]]:
        found: dict[str, dict[tuple[int, int], int]] = defaultdict(dict)
        for index, call in enumerate(self.program.calls):
            if call.kind == "call":
                found[call.path][call.start, call.end] = index
        return found

    def calls_in(self, path: str) -> Iterator[tuple[int, Call]]:
        """A file's calls, implicit ones too, with their indices."""
        for index in self._by_path.get(path, ()):
            yield index, self.calls[index]

    @cached_property
    def _by_path(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            found[call.path].append(index)
        return found

    def calls_named(self, path: str, name: str) -> list[ast.Call]:
        """Calls of a plain name in a file, wherever they stand."""
        return [
            node
            for node in self._nodes(path, ast.Call)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        ]

    def call_at(self, path: str, node: ast.Call) -> int | None:
        """The index of a call expression in `Program.calls`."""
        syntax = self.syntax(path)
        return self._calls.get(path, {}).get(syntax.span(node)) if syntax is not None else None

    def operators(self, path: str, node: ast.BinOp) -> tuple[int, ...]:
        """The methods that an operator runs."""
        syntax = self.syntax(path)
        return self._operators.get(path, {}).get(syntax.span(node), ()) if syntax is not None else ()

    @cached_property
    def _operators(self) -> Mapping[str, Mapping[Span, tuple[int, ...]]]:
        found: dict[str, dict[Span, tuple[int, ...]]] = defaultdict(dict)
        for call in self.program.calls:
            if call.kind == "operator":
                found[call.path][call.start, call.end] = call.targets
        return found

    def expression(self, call: Call) -> ast.expr | None:
        """The expression that a call record stands for."""
        kind = {"call": ast.Call, "property": ast.Attribute, "setter": ast.Attribute}.get(call.kind, ast.expr)
        syntax = self.syntax(call.path)
        if syntax is None:
            return None
        found, key = syntax.source.once(_expressions), ((call.start, call.end), kind)
        if key not in found:
            found[key] = self.find(call.path, *key)
        return found[key]

    def find(self, path: str, span: Span, kind: type[N]) -> N | None:
        """The expression of a kind with exactly this range, the outermost one; the tree is searched from its top."""
        syntax = self.syntax(path)
        if syntax is None:
            return None
        starts = syntax.source.line_starts
        first, last = line_of(syntax.source, span[0]), line_of(syntax.source, span[1])
        todo: list[ast.AST] = [syntax.tree]
        while todo:
            node = todo.pop()
            begin, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
            if begin is not None and end is not None:
                decorators = getattr(node, "decorator_list", None)
                begin = decorators[0].lineno if decorators else begin
                if begin > first or end < last:
                    continue
                if isinstance(node, kind) and syntax.span(node) == span:
                    return node
                if begin == first and end == last and isinstance(node, ast.expr):
                    # Inside of f-strings, positions are not to be relied on before Python 3.12.
                    start = starts[begin - 1] + node.col_offset
                    if start > span[0] and not isinstance(node, ast.FormattedValue):
                        continue
            todo += children(node)[::-1]
        return None

    def method_of(self, class_id: int, method: int) -> int:
        """A method as it is known on a class: what the catalog says of a stub's class goes before what defines it."""
        one = self.program.functions[method]
        owner = self.program.classes[class_id]
        if one.path is not None or one.owner in (None, class_id) or owner.path is not None:
            return method
        name = f"{owner.name}.{one.bare_name}"
        catalog = self.catalog
        if catalog.blocks(name) is None and not catalog.is_pure(name) and not catalog.is_mutator(name):
            return method
        return self.function_named(name)

    def function_named(self, name: str) -> int:
        """The function from outside the project that goes by a public name; made where there is none."""
        if name not in self._outside:
            functions = self.program.functions
            assert isinstance(functions, list)
            self._outside[name] = len(functions)
            functions.append(
                Function(
                    id=self._outside[name],
                    name=name,
                    kind="def",
                    path=None,
                    line=0,
                    column=0,
                    in_project=False,
                )
            )
        return self._outside[name]

    @cached_property
    def _outside(self) -> dict[str, int]:
        return {one.name: one.id for one in self.program.functions if not one.in_project}

    @cached_property
    def unknown_methods(self) -> frozenset[str]:
        """Names of methods that are called where it is not known what is called."""
        return find_asked(self.project, self.program).methods

    @cached_property
    def calls_of(self) -> Mapping[int, list[int]]:
        """Indices of the calls that may run each function, as the checker knows them."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, call in enumerate(self.program.calls):
            for target in call.targets:
                found[target].append(index)
        return found
