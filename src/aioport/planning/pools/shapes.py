"""What the expressions of one function are to its pools of threads: a pool, a future, a list or dict of futures."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.catalog.index import Catalog
from aioport.planning.pools.shape import MIXED, NOTHING, PLAIN, Shape, each, element, flow, join, joined
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, own_nodes
from aioport.values.scopes import COMPREHENSIONS, Binding, Scopes

COPYING = frozenset({"list", "set", "tuple", "frozenset", "sorted", "reversed", "iter", "deque"})
"""Builtins, and what is called like them, that make a collection or an iterator of the items of one."""

DICTS = frozenset({"dict", "defaultdict", "OrderedDict"})

ADDING = frozenset({"append", "appendleft", "add"})
EXTENDING = frozenset({"extend", "update"})

DEEPEST = 4
"""Collections within collections, beyond which nobody keeps futures."""

ROUNDS = 10
"""Names get their values from one another; a function that needs more rounds is not understood."""


class Shapes:
    """The shapes of one function's expressions.

    lost: expressions that get something of a pool where it is not followed.
    """

    def __init__(
        self, function: FunctionNode, catalog: Catalog, names: ImportedNames, scopes: Scopes
    ) -> None:
        self.function, self.catalog, self.names, self.scopes = function, catalog, names, scopes
        self.nodes = [node for statement in function.body for node in (statement, *own_nodes(statement))]
        self.imported = {
            (alias.asname or alias.name).partition(".")[0]
            for node in self.nodes
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        self.known: dict[Binding, Shape] = {}
        self.lost: list[ast.expr] = []
        for _ in range(ROUNDS):
            before = dict(self.known)
            self.lost = []
            for node in self.nodes:
                self._read(node)
            if self.known == before:
                break
        else:
            self.lost.append(ast.copy_location(ast.Name(function.name), function))

    def called(self, node: ast.Call) -> str | None:
        """The public name of what is called, as the imports have it."""
        root: ast.expr = node.func
        while isinstance(root, ast.Attribute):
            root = root.value
        if isinstance(root, ast.Name):
            binding = self.scopes.binding(root)
            if not isinstance(binding.scope, ast.Module) and binding.name not in self.imported:
                return None
        return self.names.resolve(node.func)

    def of(self, node: ast.expr) -> Shape:
        """What an expression is."""
        match node:
            case ast.Name():
                return self._named(node)
            case ast.Constant(value=None):
                return NOTHING
            case ast.List(elts=parts) | ast.Set(elts=parts):
                return each(
                    *(
                        element(self.of(one)) if isinstance(one, ast.Starred) else self.of(one)
                        for one in parts
                    )
                )
            case ast.Starred(value=value):
                return self.of(value)
            case ast.Tuple(elts=parts):
                return Shape("tuple", tuple(map(self.of, parts)))
            case ast.Dict(keys=keys, values=values):
                found = joined(self.of(one) for one in keys if one is not None)
                return Shape("pairs", (found, joined(map(self.of, values))))
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                return each(self.of(value))
            case ast.DictComp(key=key, value=value):
                return Shape("pairs", (self.of(key), self.of(value)))
            case ast.IfExp(body=one, orelse=other):
                return joined((self.of(one), self.of(other)))
            case ast.BoolOp(values=values):
                return joined(map(self.of, values))
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                return self.of(value)
            case ast.BinOp(left=left, right=right):
                found = joined((self.of(left), self.of(right)))
                return found if found.holds else PLAIN
            case ast.Attribute(value=value) if self.of(value).kind == "sets":
                return each(Shape("future", pool=self.of(value).pool))
            case ast.Subscript(value=value, slice=index):
                return self._item(self.of(value), index)
            case ast.Call():
                return self._call(node)
        return PLAIN

    def _named(self, node: ast.Name) -> Shape:
        binding = self.scopes.binding(node)
        if binding in self.known:
            return self.known[binding]
        return NOTHING if self._is_own(binding) else PLAIN

    def _is_own(self, binding: Binding) -> bool:
        """Whether a name is a variable of this function and none of its parameters."""
        if isinstance(binding.scope, COMPREHENSIONS):
            return True
        args = self.function.args
        every = (*args.posonlyargs, *args.args, args.vararg, *args.kwonlyargs, args.kwarg)
        return binding.scope is self.function and not any(
            one is not None and one.arg == binding.name for one in every
        )

    def _item(self, shape: Shape, index: ast.expr) -> Shape:
        if shape.kind == "pairs":
            return shape.parts[1]
        if shape.kind == "sets":
            return each(Shape("future", pool=shape.pool))
        if shape.kind == "each":
            return shape if isinstance(index, ast.Slice) else shape.parts[0]
        if shape.kind == "tuple":
            if isinstance(index, ast.Constant) and isinstance(index.value, int):
                inside = -len(shape.parts) <= index.value < len(shape.parts)
                return shape.parts[index.value] if inside else PLAIN
            return joined(shape.parts)
        return NOTHING if shape.kind == "nothing" else PLAIN

    def _call(self, node: ast.Call) -> Shape:
        name = self.called(node)
        pool = self.catalog.pools.get(name or "")
        if pool is not None:
            return Shape("pool", pool=pool)
        function = self.catalog.pool_functions.get(name or "")
        first = self.of(node.args[0]) if node.args else NOTHING
        if function is not None:
            asked = element(first)
            if asked.kind != "future":
                return NOTHING if asked.kind == "nothing" else PLAIN
            return Shape("lazy", (asked,)) if function.gives == "futures" else Shape("sets", pool=asked.pool)
        if isinstance(node.func, ast.Attribute) and name is None:
            return self._method(node, self.of(node.func.value), node.func.attr)
        bare = node.func.id if isinstance(node.func, ast.Name) else (name or "").rpartition(".")[2]
        if bare in COPYING and not (bare == "iter" and len(node.args) > 1):
            return each(element(first))
        if bare in DICTS:
            return first if first.kind == "pairs" else Shape("pairs", (NOTHING, NOTHING))
        if bare == "next":
            return element(first)
        if bare == "enumerate":
            return Shape(flow((first,)), (Shape("tuple", (PLAIN, element(first))),))
        if bare == "zip":
            shapes = tuple(map(self.of, node.args))
            return Shape(flow(shapes), (Shape("tuple", tuple(map(element, shapes))),))
        if name is not None and self.catalog.iterates(name) is not None and len(node.args) == 1:
            return Shape(flow((first,)), (element(first),))
        return PLAIN

    def _method(self, node: ast.Call, shape: Shape, name: str) -> Shape:
        match shape.kind, name:
            case "pool", _ if shape.pool is not None:
                found = next((one for one in shape.pool.method if one.name == name), None)
                if found is not None and found.gives == "future":
                    return Shape("future", pool=shape.pool)
                return Shape("lazy", (PLAIN,)) if found is not None and found.gives == "results" else PLAIN
            case "each", "pop" | "popleft":
                return shape.parts[0]
            case "each" | "pairs", "copy":
                return shape
            case "pairs", "get" | "pop" | "setdefault":
                return joined((shape.parts[1], *map(self.of, node.args[1:2])))
            case "pairs", "keys" | "values":
                return each(shape.parts[name == "values"])
            case "pairs", "items":
                return each(Shape("tuple", shape.parts))
            case "pairs", "popitem":
                return Shape("tuple", shape.parts)
            case "nothing", _:
                return NOTHING
        return PLAIN

    def _read(self, node: ast.AST) -> None:
        """Takes in what a node binds or keeps."""
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, self.of(value))
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                self._bind(target, self.of(value))
            case ast.AugAssign(target=target, value=value):
                self._bind(target, joined((self.of(target), self.of(value))))
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                found = self.of(value)
                self._bind(target, found if found.kind in ("pool", "nothing") else PLAIN)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._bind(target, element(self.of(value)))
            case ast.ExceptHandler(name=str()) | ast.Import() | ast.ImportFrom() | ast.Delete():
                return
            case ast.Call(func=ast.Attribute(value=kept, attr=name), args=[value]) if name in ADDING:
                self._keep(kept, each(self.of(value)))
            case ast.Call(func=ast.Attribute(value=kept, attr="insert"), args=[_, value]):
                self._keep(kept, each(self.of(value)))
            case ast.Call(func=ast.Attribute(value=kept, attr=name), args=[value]) if name in EXTENDING:
                found = self.of(value)
                self._keep(
                    kept, found if found.kind == "pairs" and name == "update" else each(element(found))
                )

    def _bind(self, target: ast.expr, shape: Shape) -> None:
        if shape.depth > DEEPEST:  # `node = (value, node)` would never end
            shape = MIXED if shape.holds else PLAIN
        match target:
            case ast.Name():
                binding = self.scopes.binding(target)
                if self._is_own(binding):
                    self.known[binding] = join(self.known.get(binding, NOTHING), shape)
                elif shape.holds:
                    self.lost.append(target)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for position, part in enumerate(parts):
                    self._bind(part, self._unpacked(shape, position, len(parts)))
            case ast.Starred(value=value):
                self._bind(value, MIXED if shape.holds else PLAIN)
            case ast.Subscript(value=value, slice=index):
                is_list = self.of(value).kind == "each"
                self._keep(value, each(shape) if is_list else Shape("pairs", (self.of(index), shape)))
            case _ if shape.holds:
                self.lost.append(target)

    def _unpacked(self, shape: Shape, position: int, count: int) -> Shape:
        if shape.kind == "tuple" and len(shape.parts) == count:
            return shape.parts[position]
        if shape.kind == "sets" and count == 2:
            return each(Shape("future", pool=shape.pool))
        if shape.kind in ("each", "lazy"):
            return shape.parts[0]
        return MIXED if shape.holds else NOTHING if shape.kind == "nothing" else PLAIN

    def _keep(self, kept: ast.expr, shape: Shape) -> None:
        """Takes in that a collection gets something."""
        if isinstance(kept, ast.Name) and self._is_own(self.scopes.binding(kept)):
            found = self.of(kept)
            if found.kind in ("each", "pairs", "nothing") and (found.kind in ("nothing", shape.kind)):
                self._bind(kept, shape)
            elif shape.holds:
                self._bind(kept, MIXED)
        elif isinstance(kept, ast.Subscript):
            self._keep(kept.value, Shape("pairs", (self.of(kept.slice), shape)))
        elif shape.holds:
            self.lost.append(kept)

    def holding(self) -> Iterator[tuple[ast.expr, Shape]]:
        """Every expression that is read here and has something of a pool in it."""
        for node in self.nodes:
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                shape = self.of(node)
                if shape.holds:
                    yield node, shape
