"""One file's scopes, what is bound in each of them, and the places in it that may run something."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aioport.program.syntax import FunctionNode

ScopeKind = Literal["module", "class", "def", "lambda", "comprehension"]
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
PLACES = (ast.Call, ast.Attribute, ast.Subscript, ast.BinOp, ast.AugAssign, ast.Name)

BindingKind = Literal[
    "def", "class", "import", "from", "value", "annotated", "item", "enter", "parameter", "caught", "unknown"
]


@dataclass(frozen=True, slots=True)
class Binding:
    """Something that a name is bound to.

    kind: what `node` says of it: the definition itself, the imported module (`text`) or name in it, the expression
        of its value or of its annotation, what it is an item of (`index` in it, None for any), the context manager
        that gives it, the parameter (`text`: what it receives, if it is the first of a method), the class of an
        exception.
    scope: where `node` is evaluated; of a parameter, its function's.
    """

    kind: BindingKind
    scope: Scope
    node: ast.AST | None = None
    text: str = ""
    index: int | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """A scope of a file.

    body: the id of the function in whose body its code counts, and class_id that of a class; given later.
    attributes: of a class: what its methods assign to attributes of `self`.
    stars: modules of which all names are imported, as they are written: module and level.
    """

    kind: ScopeKind
    node: ast.AST
    path: str
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, list[Binding]] = field(default_factory=lambda: defaultdict(list))
    stars: list[tuple[str | None, int]] = field(default_factory=list)
    returns: list[ast.expr] = field(default_factory=list)
    yields: list[ast.expr] = field(default_factory=list)
    is_generator: bool = False
    body: int = -1
    class_id: int = -1

    @property
    def top(self) -> Scope:
        """The module's own scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    @property
    def around(self) -> Scope:
        """The innermost module, class or function: where its code runs."""
        scope = self
        while scope.kind in ("lambda", "comprehension") and scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(frozen=True, slots=True)
class Entered:
    """A context manager of a `with` statement."""

    node: ast.expr
    is_async: bool


@dataclass(frozen=True, slots=True)
class Looped:
    """What a loop or a comprehension goes through."""

    node: ast.expr
    is_async: bool


Spot: TypeAlias = tuple[ast.AST | Entered | Looped, Scope]


@dataclass(frozen=True, slots=True)
class Scopes:
    """What one file holds, in source order.

    defined: scopes of functions and classes by their nodes.
    spots: calls, names, attributes and so on, each with the scope in which it is evaluated.
    decorating: expressions of decorators, and what is inside them.
    """

    module: Scope
    defined: dict[ast.AST, Scope]
    spots: list[Spot]
    decorating: frozenset[ast.AST]


def read_scopes(path: str, tree: ast.Module) -> Scopes:
    """Walks a tree without recursion: nesting is as deep as the parser allows, which is deeper than Python's stack."""
    return _Reader(path, tree).read()


class _Reader:
    def __init__(self, path: str, tree: ast.Module) -> None:
        self._path, self._module = path, Scope("module", tree, path, None)
        self._todo: list[tuple[ast.AST, Scope]] = []
        self._defined: dict[ast.AST, Scope] = {tree: self._module}
        self._spots: list[Spot] = []
        self._decorating: set[ast.AST] = set()

    def read(self) -> Scopes:
        self._push(self._module, [self._module.node])
        while self._todo:
            node, scope = self._todo.pop()
            self._visit(node, scope)
        return Scopes(self._module, self._defined, self._spots, frozenset(self._decorating))

    def _push(self, scope: Scope, nodes: Sequence[ast.AST | None]) -> None:
        self._todo += [(node, scope) for node in reversed(nodes) if node is not None]

    def _bind(self, scope: Scope, name: str, binding: Binding) -> None:
        holder = scope
        while holder.kind == "comprehension" and isinstance(binding.node, ast.NamedExpr) and holder.parent:
            holder = holder.parent
        said = holder.elsewhere.get(name)
        if said == "global":
            holder = scope.top
        elif said == "nonlocal":
            outer = holder.parent
            while outer is not None and (outer.kind == "class" or name not in outer.bindings):
                outer = outer.parent
            holder = outer or holder
        holder.bindings[name].append(binding)

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._visit_function(node, scope)
            case ast.ClassDef():
                self._bind(scope, node.name, Binding("class", scope, node))
                inner = self._defined[node] = Scope("class", node, self._path, scope)
                self._push(inner, node.body)
                self._push(scope, [*node.bases, *node.keywords])
                self._push_decorators(scope, node.decorator_list)
            case ast.Lambda():
                inner = Scope("lambda", node, self._path, scope)
                self._bind_parameters(node.args, inner, scope)
                self._push(inner, [node.body])
                self._push(scope, [*node.args.defaults, *node.args.kw_defaults])
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self._visit_comprehension(node, scope)
            case _:
                self._visit_simple(node, scope)

    def _visit_simple(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, PLACES):
            self._spots.append((node, scope))
        match node:
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.partition(".")[0]
                    bound = Binding("import", scope, node, alias.name if alias.asname else top)
                    self._bind(scope, alias.asname or top, bound)
            case ast.ImportFrom(names=aliases):
                for alias in aliases:
                    if alias.name == "*":
                        scope.top.stars.append((node.module, node.level))
                    else:
                        self._bind(
                            scope, alias.asname or alias.name, Binding("from", scope, node, alias.name)
                        )
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind_target(target, Binding("value", scope, value), scope)
            case ast.AnnAssign(target=target):
                self._bind_target(target, Binding("annotated", scope, node), scope)
            case ast.NamedExpr(target=ast.Name(id=name)):
                self._bind(scope, name, Binding("value", scope, node))
            case ast.AugAssign(target=target) | ast.Delete(targets=[target]):
                self._bind_target(target, Binding("unknown", scope, node), scope)
            case ast.For(target=target, iter=looped) | ast.AsyncFor(target=target, iter=looped):
                is_async = isinstance(node, ast.AsyncFor)
                self._spots.append((Looped(looped, is_async), scope))
                kind: BindingKind = "unknown" if is_async else "item"
                self._bind_target(target, Binding(kind, scope, looped), scope)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                is_async = isinstance(node, ast.AsyncWith)
                for item in items:
                    self._spots.append((Entered(item.context_expr, is_async), scope))
                    if item.optional_vars is not None:
                        bound = Binding("enter", scope, item.context_expr)
                        self._bind_target(item.optional_vars, bound, scope)
            case ast.ExceptHandler(name=str(name), type=caught):
                self._bind(scope, name, Binding("caught", scope, caught))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                kind_ = "global" if isinstance(node, ast.Global) else "nonlocal"
                scope.around.elsewhere.update(dict.fromkeys(names, kind_))
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                self._bind(scope, name, Binding("unknown", scope, node))
            case ast.Return(value=ast.expr() as value):
                scope.around.returns.append(value)
            case ast.Yield() | ast.YieldFrom():
                scope.around.is_generator = True
                if isinstance(node, ast.Yield) and node.value is not None:
                    scope.around.yields.append(node.value)
        self._push(scope, list(ast.iter_child_nodes(node)))

    def _visit_function(self, node: FunctionNode, scope: Scope) -> None:
        self._bind(scope, node.name, Binding("def", scope, node))
        inner = self._defined[node] = Scope("def", node, self._path, scope)
        self._bind_parameters(node.args, inner, scope)
        self._push(inner, node.body)
        every = (
            *node.args.posonlyargs,
            *node.args.args,
            *node.args.kwonlyargs,
            node.args.vararg,
            node.args.kwarg,
        )
        annotations = [one.annotation for one in every if one is not None]
        self._push(scope, [*node.args.defaults, *node.args.kw_defaults, *annotations, node.returns])
        self._push_decorators(scope, node.decorator_list)

    def _push_decorators(self, scope: Scope, decorators: list[ast.expr]) -> None:
        self._push(scope, decorators)
        for decorator in decorators:
            self._decorating.update(ast.walk(decorator))

    def _visit_comprehension(self, node: Comprehension, scope: Scope) -> None:
        inner = Scope("comprehension", node, self._path, scope)
        first, *others = node.generators
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        rest: list[ast.AST] = [*first.ifs]
        for generator in others:
            rest += [generator.iter, *generator.ifs]
        self._push(inner, [*rest, *elements])
        self._push(scope, [first.iter])
        for generator in node.generators:
            outside = scope if generator is first else inner
            self._spots.append((Looped(generator.iter, bool(generator.is_async)), outside))
            kind: BindingKind = "unknown" if generator.is_async else "item"
            self._bind_target(generator.target, Binding(kind, outside, generator.iter), inner)

    def _bind_parameters(self, arguments: ast.arguments, inner: Scope, scope: Scope) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        gaps: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        defaults = [*gaps, *arguments.defaults, *arguments.kw_defaults]
        is_method = scope.kind == "class" and inner.kind == "def"
        for index, (one, default) in enumerate(
            zip([*positional, *arguments.kwonlyargs], defaults, strict=True)
        ):
            receives = is_method and index == 0 and bool(positional)
            binding = Binding("parameter", inner, one, "self" if receives else "")
            inner.bindings[one.arg].append(binding)
            if default is not None and one.annotation is None:
                inner.bindings[one.arg].append(Binding("value", scope, default))
        for star in (arguments.vararg, arguments.kwarg):
            if star is not None:
                inner.bindings[star.arg].append(Binding("unknown", scope, star))

    def _bind_target(self, target: ast.expr, binding: Binding, scope: Scope) -> None:
        """Binds the names in a target, and attributes of what a method is called on."""
        todo = [(target, binding)]
        while todo:
            one, given = todo.pop()
            match one:
                case ast.Name(id=name):
                    self._bind(scope, name, given)
                case ast.Starred(value=value):
                    todo.append((value, Binding("unknown", given.scope, one)))
                case ast.Tuple(elts=targets) | ast.List(elts=targets):
                    todo += list(zip(targets, _items(given, targets), strict=True))
                case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                    holder = scope.around
                    owner = holder.parent
                    if holder.kind == "def" and owner is not None and owner.kind == "class":
                        if any(known.text == "self" for known in holder.bindings.get(name, ())):
                            owner.attributes[attribute].append(given)


def _items(binding: Binding, targets: Sequence[ast.expr]) -> Iterator[Binding]:
    """What each target of an unpacking gets."""
    is_plain = not any(isinstance(one, ast.Starred) for one in targets)
    values = binding.node
    for index, _ in enumerate(targets):
        if not is_plain or binding.kind not in ("value", "enter"):
            yield Binding("unknown", binding.scope, values)
        elif isinstance(values, ast.Tuple | ast.List) and binding.kind == "value":
            is_written = len(values.elts) == len(targets) and not any(
                isinstance(one, ast.Starred) for one in values.elts
            )
            kind: BindingKind = "value" if is_written else "unknown"
            yield Binding(kind, binding.scope, values.elts[index] if is_written else values)
        elif binding.kind == "value":
            yield Binding("item", binding.scope, values, index=index)
        else:
            yield Binding("unknown", binding.scope, values)
