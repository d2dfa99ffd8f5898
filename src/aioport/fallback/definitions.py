"""The project's functions and classes, made from syntax trees."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from aioport.fallback.modules import Modules
from aioport.fallback.scopes import Scope, Scopes
from aioport.positions import line_of, span_of
from aioport.program.model import Class, Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import Project, Source


@dataclass
class Definitions:
    """functions, classes: by id; what is not the project's is added behind.

    scopes: of each file; nodes and class_nodes: the definitions' own by id; ids: of functions by their nodes.
    class_scopes: the scope of each class of the project.
    """

    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    scopes: dict[str, Scopes] = field(default_factory=dict)
    nodes: dict[int, FunctionNode] = field(default_factory=dict)
    ids: dict[ast.AST, int] = field(default_factory=dict)
    class_ids: dict[ast.AST, int] = field(default_factory=dict)
    class_scopes: dict[int, Scope] = field(default_factory=dict)

    def add(self, project: Project, modules: Modules, path: str, scopes: Scopes) -> None:
        """Gives ids to what a file defines: its body, the bodies of classes, then functions, each in source order."""
        self.scopes[path] = scopes
        source = project.sources[path]
        loader = _Loader(self, source, modules.names[path], scopes)
        loader.load()


class _Loader:
    def __init__(self, definitions: Definitions, source: Source, module: str, scopes: Scopes) -> None:
        self._all, self._source, self._module, self._scopes = definitions, source, module, scopes
        self._syntax = Syntax(source)
        self._names: dict[Scope, str] = {scopes.module: module}

    def load(self) -> None:
        found = self._all
        inner = [
            (node, scope)
            for node, scope in self._scopes.defined.items()
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        # An outer scope is read before those in it, so that its name is there.
        for node, scope in inner:
            assert scope.parent is not None
            self._names[scope] = f"{self._names[scope.parent.around]}.{node.name}"
        self._scopes.module.body = self._body(self._module, "module", 1)
        classes = [(node, scope) for node, scope in inner if isinstance(node, ast.ClassDef)]
        classes.sort(key=lambda pair: (pair[0].lineno, pair[0].col_offset))
        for node, scope in classes:
            scope.body = self._body(self._names[scope], "class", self._place(node)[0])
            scope.class_id = found.class_ids[node] = len(found.class_ids)
            found.class_scopes[scope.class_id] = scope
        defs = [
            (node, scope) for node, scope in inner if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        defs.sort(key=lambda pair: (pair[0].lineno, pair[0].col_offset))
        for identity, (node, scope) in enumerate(defs, len(found.functions)):
            scope.body = found.ids[node] = identity
            found.nodes[identity] = node
        methods: dict[int, dict[str, int]] = {scope.class_id: {} for _, scope in classes}
        for node, scope in defs:
            found.functions.append(self._function(node, scope, methods))
        for node, scope in classes:
            found.classes.append(self._class(node, scope, methods[scope.class_id]))

    def _body(self, name: str, kind: str, line: int) -> int:
        functions = self._all.functions
        body = Function(
            id=len(functions),
            name=name,
            kind="module" if kind == "module" else "class",
            path=self._source.path,
            line=line,
            column=0,
            in_project=True,
        )
        functions.append(body)
        return body.id

    def _function(self, node: FunctionNode, scope: Scope, methods: dict[int, dict[str, int]]) -> Function:
        line, column = self._place(node)
        decorators = [dotted(one) or "" for one in node.decorator_list]
        bare = [name.rpartition(".")[2] for name in decorators]
        is_setter = any(name in ("setter", "deleter") for name in bare)
        outer = scope.parent.around if scope.parent is not None else self._scopes.module
        owner = outer.class_id if outer.kind == "class" else None
        parent: Scope | None = outer
        while parent is not None and parent.kind != "def":
            parent = parent.parent
        if owner is not None and not (is_setter and node.name in methods[owner]):
            methods[owner][node.name] = scope.body
        start, end = span_of(self._source, node.returns) if node.returns is not None else (0, 0)
        return Function(
            id=scope.body,
            name=self._names[scope],
            kind="def",
            path=self._source.path,
            line=line,
            column=column,
            in_project=True,
            is_async=isinstance(node, ast.AsyncFunctionDef),
            owner=owner,
            parent=parent.body if parent is not None else None,
            is_static="staticmethod" in bare,
            is_classmethod="classmethod" in bare,
            is_property=owner is not None and (is_setter or any(name.endswith("property") for name in bare)),
            annotation=self._source.data[start:end].decode(),
        )

    def _class(self, node: ast.ClassDef, scope: Scope, methods: dict[str, int]) -> Class:
        name = self._names[scope]
        is_local = False
        outer = scope.parent
        while outer is not None:
            is_local = is_local or outer.kind not in ("module", "class")
            outer = outer.parent
        bases = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
        fields = {known for known in (*scope.bindings, *scope.attributes) if known not in methods}
        return Class(
            id=scope.class_id,
            name=name,
            path=self._source.path,
            line=self._place(node)[0],
            in_project=True,
            ancestors=(),
            methods=methods,
            fields=frozenset(fields),
            module=self._module,
            importable="" if is_local else name.removeprefix(f"{self._module}."),
            is_protocol=any((dotted(base) or "").rpartition(".")[2] == "Protocol" for base in bases),
        )

    def _place(self, node: FunctionNode | ast.ClassDef) -> tuple[int, int]:
        """The line and the column of a definition's name."""
        offset = self._syntax.name_offset(node)
        line = line_of(self._source, offset)
        return line, offset - self._source.line_starts[line - 1]
