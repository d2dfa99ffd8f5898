"""A file's syntax tree with what `ast` does not keep: parents, nodes by their byte range, the place of an expression."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias, TypeVar

from aioport.positions import Span, span_of
from aioport.program.unwritten import unwritten_at
from aioport.project import Project, Source

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
N = TypeVar("N", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands.

    scope: the innermost function, lambda, class or module around it.
    sealed: why no `await` may stand there even if the `def` around becomes async; None where it may.
    generator: the innermost generator expression whose element or condition it belongs to.
    """

    scope: ScopeNode
    sealed: str | None
    generator: ast.GeneratorExp | None


class Syntax:
    """One file. Nodes are found by identity or by byte range.

    opened: lambdas that may be made functions, so that an `await` may stand in them.
    """

    def __init__(self, source: Source, opened: AbstractSet[ast.Lambda] = frozenset()) -> None:
        self.source, self._opened = source, opened
        self.tree = source.tree

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node, breadth first, without contexts; stages go through whole files many times."""
        return self.source.once(_nodes)

    @cached_property
    def of_kind(self) -> Mapping[type[ast.AST], list[ast.AST]]:
        """The nodes of each class, in the order of `nodes`."""
        return self.source.once(_of_kind)

    def of_kinds(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """The nodes of some classes, one class after the other."""
        for kind in kinds:
            yield from self.of_kind.get(kind, ())

    @cached_property
    def parents(self) -> Mapping[ast.AST, ast.AST]:
        return self.source.once(_parents)

    @cached_property
    def by_span(self) -> Mapping[Span, list[ast.expr]]:
        """Expressions by byte range, outer ones first."""
        return self.source.once(_by_span)

    @cached_property
    def functions(self) -> Mapping[int, FunctionNode]:
        """Every `def` by the byte offset of its name."""
        return self.source.once(_functions)

    def name_offset(self, node: FunctionNode | ast.ClassDef) -> int:
        """Where the name stands in `def name` or `class name`; where it will begin, if the function is not written yet."""
        return _name_offset(self.source, node)

    def at(self, span: Span, kind: type[N]) -> N | None:
        """The expression of a kind with exactly this range."""
        return next((node for node in self.by_span.get(span, ()) if isinstance(node, kind)), None)

    def span(self, node: ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias) -> Span:
        return span_of(self.source, node)

    def text(self, node: ast.expr | ast.stmt) -> str:
        start, end = self.span(node)
        return self.source.data[start:end].decode()

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that holds a node, or the node itself."""
        while not isinstance(node, ast.stmt):
            node = self.parents[node]
        return node

    def suite(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that a statement stands in."""
        parent = self.parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and statement in block:
                return block
        raise LookupError(f"line {statement.lineno}: a statement outside every block")

    def place(self, node: ast.AST) -> Place:
        """Where an expression or statement stands; the first iterable of a comprehension belongs outside of it."""
        sealed: str | None = None
        generator: ast.GeneratorExp | None = None
        child = node
        for parent in self.ancestors(node):
            if isinstance(parent, ast.GeneratorExp) and generator is None:
                first = parent.generators[0]
                if not (child is first and self._under(node, first.iter)):
                    generator = parent
            elif isinstance(parent, ast.Lambda):
                closed = None if parent in self._opened else "a lambda cannot await"
                return Place(parent, sealed or closed, generator)
            elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                if child in parent.body:
                    return Place(parent, sealed, generator)
                if child is parent.args:
                    sealed = sealed or "default arguments are evaluated when the function is defined"
                elif child in parent.decorator_list:
                    sealed = sealed or "decorators are evaluated when the function is defined"
                else:
                    sealed = sealed or "annotations cannot await"
            elif isinstance(parent, ast.ClassDef):
                if child in parent.body:
                    return Place(parent, "a class body cannot await", generator)
            elif isinstance(parent, ast.Module):
                return Place(parent, sealed or "a module body cannot await", generator)
            child = parent
        return Place(self.tree, sealed or "a module body cannot await", generator)

    def _under(self, node: ast.AST, root: ast.AST) -> bool:
        return node is root or any(parent is root for parent in self.ancestors(node))


class SyntaxOf:
    """The syntax of a project's files, made when asked for."""

    def __init__(self, project: Project, opened: AbstractSet[ast.Lambda] = frozenset()) -> None:
        self._project, self._opened = project, opened
        self._made: dict[str, Syntax] = {}

    def __getitem__(self, path: str) -> Syntax:
        if path not in self._made:
            self._made[path] = Syntax(self._project.sources[path], self._opened)
        return self._made[path]


def _nodes(source: Source) -> tuple[ast.AST, ...]:
    return tuple(walk(source.tree))


def _of_kind(source: Source) -> dict[type[ast.AST], list[ast.AST]]:
    found: dict[type[ast.AST], list[ast.AST]] = {}
    for node in source.once(_nodes):
        found.setdefault(type(node), []).append(node)
    return found


def _parents(source: Source) -> dict[ast.AST, ast.AST]:
    found: dict[ast.AST, ast.AST] = {}
    todo: list[ast.AST] = [source.tree]
    while todo:
        node = todo.pop()
        below = children(node)
        found.update(dict.fromkeys(below, node))
        todo += below
    return found


def _by_span(source: Source) -> dict[Span, list[ast.expr]]:
    found: dict[Span, list[ast.expr]] = {}
    for node in source.once(_nodes):
        if isinstance(node, ast.expr):
            found.setdefault(span_of(source, node), []).append(node)
    return found


def _functions(source: Source) -> dict[int, FunctionNode]:
    return {
        _name_offset(source, node): node
        for node in source.once(_nodes)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _name_offset(source: Source, node: FunctionNode | ast.ClassDef) -> int:
    start, _ = span_of(source, node)
    if unwritten_at(source, node) is not None:
        return start
    data = source.data
    keyword = b"class" if isinstance(node, ast.ClassDef) else b"def"
    position = data.index(keyword, start) + len(keyword)
    while data[position : position + 1].isspace() or data[position : position + 1] == b"\\":
        position += 1
    return position


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


TEXTS = frozenset(
    {
        *("id", "attr", "arg", "module", "level", "asname", "kind", "type_comment"),
        *("conversion", "is_async", "simple", "ctx"),
    }
)
"""Fields that hold no nodes but contexts, which are no part of the text."""

_fields: dict[type[ast.AST], tuple[str, ...]] = {ast.Constant: ()}
"""The fields of each class that may hold nodes: a large project has a million nodes, and most have none below."""


def children(node: ast.AST) -> Sequence[ast.AST]:
    """The nodes right below one, in source order; as `ast.iter_child_nodes` in a tenth of its time, without contexts."""
    kind = type(node)
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(name for name in node._fields if name not in TEXTS)
    if not names:
        return ()
    found: list[ast.AST] = []
    for value in map(node.__dict__.get, names):
        if type(value) is list:
            found += [one for one in value if isinstance(one, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of a tree, breadth first as `ast.walk`, without contexts."""
    level = [tree]
    while level:
        yield from level
        level = [below for node in level for below in children(node)]


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """Every node that runs in a scope itself: not inside nested functions, lambdas and classes."""
    todo = list(children(scope)[::-1])
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo += children(node)[::-1]


def nodes_in(statement: ast.stmt) -> Iterator[ast.AST]:
    """A statement and every node that runs with it in the same scope; of a definition only itself."""
    yield statement
    if not isinstance(statement, _SCOPES):
        yield from own_nodes(statement)


def body_nodes(node: FunctionNode | ast.Module) -> list[ast.AST]:
    """Every node that runs in the body of a function or module itself, each statement before what is in it."""
    return [inner for statement in node.body for inner in nodes_in(statement)]


def is_generator(node: FunctionNode) -> bool:
    return any(
        isinstance(inner, ast.Yield | ast.YieldFrom)
        for statement in node.body
        for inner in nodes_in(statement)
    )


def bound_names(node: FunctionNode) -> Iterator[str]:
    """Names that are local to a function."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    yield from (argument.arg for argument in every)
    yield from (argument.arg for argument in (node.args.vararg, node.args.kwarg) if argument is not None)
    elsewhere: set[str] = set()
    found: list[str] = []
    for statement in node.body:
        for inner in nodes_in(statement):
            match inner:
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    elsewhere.update(names)
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    found.append(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    found.append(name)
                case ast.ExceptHandler(name=str(name)):
                    found.append(name)
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    found.extend((alias.asname or alias.name).partition(".")[0] for alias in aliases)
                case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                    found.append(name)
    yield from (name for name in found if name not in elsewhere)


def has_no_body(node: FunctionNode) -> bool:
    """Whether a function is only declared: a docstring, `...`, `pass` or `raise NotImplementedError`."""
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Raise(
                exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))
            ):
                continue
        return False
    return True


TYPE_MAKERS = frozenset({"TypeVar", "cast", "NewType"})
"""Functions of `typing` to which a class is only a name."""


def names_a_type(syntax: Syntax, node: ast.expr) -> bool:
    """Whether a class is only named: in an annotation, or as what something is checked against."""
    child: ast.AST = node
    for parent in syntax.ancestors(node):
        match parent:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation) if annotation is child:
                return True
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns) if returns is child:
                return True
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass" | "cast"), args=args) if child in args:
                return True
            case ast.stmt() | ast.Lambda():
                return False
            case ast.Call() | ast.Attribute():
                return False
        child = parent
    return False


def is_type_argument(syntax: Syntax, node: ast.expr) -> bool:
    """Whether a class stands between the brackets of another: `dict[str, Store]`."""
    child: ast.AST = node
    for parent in syntax.ancestors(node):
        if isinstance(parent, ast.Subscript):
            return parent.slice is child
        if not isinstance(parent, ast.Tuple | ast.BinOp):
            return False
        child = parent
    return False


def is_called_here(syntax: Syntax, node: ast.expr) -> bool:
    """Whether what a lookup gives is called on the spot, or kept in a variable of the function."""
    match syntax.parents.get(node):
        case ast.Call(func=func):
            return func is node
        case ast.Assign(targets=[ast.Name()]):
            return isinstance(syntax.place(node).scope, ast.FunctionDef)
    return False
