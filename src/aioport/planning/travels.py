"""How values get from one place to another: variables, attributes, parameters and results that share one value."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from aioport.planning.analysis import Analysis
from aioport.program.families import Disjoint
from aioport.program.syntax import FunctionNode, Syntax, names_a_type

Node = Hashable

LONGEST = 10
"""Imports of a name by one module from another that are followed, each handing it on to the next."""

FOLLOWED = (ast.Name, ast.Attribute, ast.Call, ast.Await, ast.NamedExpr, ast.IfExp, ast.BoolOp)
"""Expressions that hand on a value as it is."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call, by its index: the changing classes of what it makes where it is no leaf, each with what is missing then."""

    call: int
    types: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """A place whose value is known to be of a changing class, and what else it may be."""

    place: Node
    type: str
    doubt: str | None


class Travels:
    """What one analysis says of all values, whatever is to change.

    sets: places that share a value.
    typed: in the order of the sources, calls that make values and places of which the type is known.
    expressions: every expression that has a place.
    named: annotations, and the classes that values are checked against.
    handed: changing classes that are values themselves, with where.
    lost: places of which the value gets to where it is not followed, and where.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.sets = Disjoint()
        self.typed: list[Made | Known] = []
        self.expressions: list[tuple[str, ast.expr, Node]] = []
        self.handed: dict[str, str] = {}
        self.named: list[tuple[ast.expr, Node]] = []
        self.lost: list[tuple[Node, str]] = []
        self._pools = analysis.callables.pools
        self._getters = {
            (call.path, call.start, call.end): [one for one in call.targets if analysis.node(one) is not None]
            for call in analysis.program.calls
            if call.kind == "property"
        }
        self._modules = {
            one.name: one.path
            for one in analysis.program.functions
            if one.in_project and one.kind == "module" and one.path is not None
        }
        self._class_ids = {one.name: one.id for one in analysis.program.classes if one.in_project}
        for path in analysis.project.sources:
            self._read(path)
        for family in set(analysis.families.values()):
            self.sets.join([("result", member) for member in family])
            positions = {len(one.args.args) for member in family if (one := analysis.node(member))}
            for position in range(max(positions, default=0)):
                self.sets.join([self._parameter(member, position) for member in family])

    def _read(self, path: str) -> None:
        syntax = self.analysis.syntax[path]
        for node in syntax.nodes:
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        self._flow(path, value, target)
                case ast.AnnAssign(target=target, annotation=annotation, value=value):
                    if value is not None:
                        self._flow(path, value, target)
                    self._name(annotation, self._declared(path, syntax, node))
                case ast.NamedExpr(target=target, value=value):
                    self._flow(path, value, target)
                case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                    self._flow(path, value, target)
                case ast.Return(value=ast.expr() as value):
                    function = self._function(path, node)
                    source = self.node(path, value)
                    if function is not None and source is not None:
                        self.sets.join([("result", function), source])
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._signature(node)
                case ast.Call(func=ast.Name(id="isinstance"), args=[value, classes]):
                    self._name(classes, self.node(path, value))
                case ast.Call():
                    self._call(path, syntax, node)
                    self._submit(path, syntax, node)
            if isinstance(node, FOLLOWED) and not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
                self._expression(path, syntax, node)
                self._class(path, syntax, node)

    def _class(self, path: str, syntax: Syntax, node: ast.expr) -> None:
        """Notes a changing class that is a value itself: `default_factory=requests.Session`."""
        name = self.analysis.names(path).resolve(node) if isinstance(node, ast.Name | ast.Attribute) else None
        if name is not None and self.analysis.catalog.type(name) is not None:
            parent = syntax.parents[node]
            called = isinstance(parent, ast.Call) and parent.func is node
            if (
                not called
                and not isinstance(parent, ast.Attribute | ast.ClassDef)
                and not names_a_type(syntax, node)
            ):
                self.handed.setdefault(name, self.analysis.where(path, node))

    def _signature(self, node: FunctionNode) -> None:
        function: int = self.analysis.by_node.get(node, id(node))
        self._name(node.returns, ("result", function))
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            self._name(argument.annotation, ("variable", function, argument.arg))

    def _name(self, named: ast.expr | None, node: Node | None) -> None:
        if named is not None and node is not None:
            self.named.append((named, node))

    def _declared(self, path: str, syntax: Syntax, node: ast.AnnAssign) -> Node | None:
        """The place that an annotation is about; in the body of a class, its attribute."""
        around = syntax.parents.get(node)
        if isinstance(around, ast.ClassDef) and isinstance(node.target, ast.Name):
            classes = (
                one.id
                for one in self.analysis.program.classes
                if (one.path, one.line) == (path, around.lineno)
            )
            return next((self._field(owner, node.target.id) for owner in classes), None)
        return self.node(path, node.target)

    def _flow(self, path: str, value: ast.expr, target: ast.expr) -> None:
        if unpacks(value, target):
            assert isinstance(value, ast.Tuple)
            assert isinstance(target, ast.Tuple)
            for one, other in zip(value.elts, target.elts, strict=True):
                self._flow(path, one, other)
            return
        source, sink = self.node(path, value), self.node(path, target)
        if source is not None and sink is not None:
            self.sets.join([source, sink])

    def _call(self, path: str, syntax: Syntax, node: ast.Call) -> None:
        index = self.analysis.call_at.get((path, *syntax.span(node)))
        if index is None:
            return
        call = self.analysis.program.calls[index]
        made: list[tuple[str, str]] = []
        self.typed.append(Made(index, made))
        for target in call.targets:
            function = self.analysis.function(target)
            definition = self.analysis.node(target)
            if definition is None:
                if call.constructs is None:
                    name = self.analysis.catalog.public_name(function.annotation)
                    if self.analysis.catalog.type(name) is not None:
                        made.append((name, f"{self.analysis.where(path, node)}: no rule for {function.name}"))
                continue
            self._arguments(path, node.args, node.keywords, target)

    def _arguments(
        self, path: str, given: Iterable[ast.expr], keywords: Iterable[ast.keyword], target: int
    ) -> None:
        """What a function is given becomes its parameters."""
        function = self.analysis.function(target)
        skip = function.owner is not None and not function.is_static
        for position, argument in enumerate(given):
            if isinstance(argument, ast.Starred):
                break
            self._pass(path, argument, self._parameter(target, position + skip))
        for keyword in keywords:
            if keyword.arg is not None:
                self._pass(path, keyword.value, ("variable", target, keyword.arg))

    def _submit(self, path: str, syntax: Syntax, node: ast.Call) -> None:
        """What a pool hands to a function, and what comes back where no future stands for it."""
        submission = self._pools.by_call.get(node) or self._pools.by_inner.get(node)
        if submission is None or (submission.call is not node and submission.named is None):
            return
        for target in submission.targets:
            if submission.call is not node or submission.first is not None:
                self._arguments(path, node.args[1:], node.keywords, target)
            if submission.call is node and submission.is_of_items:
                parent = syntax.parents[node]
                loop = parent if isinstance(parent, ast.For) and isinstance(parent.target, ast.Name) else None
                each = self.node(path, loop.target) if loop is not None else None
                if each is not None:
                    self.sets.join([("result", target), each])
                elif not isinstance(parent, ast.Expr):
                    self.lost.append((("result", target), f"{self.analysis.where(path, node)} gathers it"))

    def _pass(self, path: str, argument: ast.expr, parameter: Node) -> None:
        source = self.node(path, argument)
        if source is not None:
            self.sets.join([source, parameter])

    def _parameter(self, function: int, position: int) -> Node:
        node = self.analysis.node(function)
        if node is not None:
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if position < len(names):
                return ("variable", function, names[position])
        return ("parameter", function, position)

    def _expression(self, path: str, syntax: Syntax, node: ast.expr) -> None:
        place = self.node(path, node)
        if place is None:
            return
        self.expressions.append((path, node, place))
        known = self.analysis.program.type_at(path, *syntax.span(node))
        for name in known.classes if known is not None else ():
            if known is not None and self.analysis.catalog.type(name) is not None:
                others = set(known.classes) - {name, "types.NoneType", "builtins.NoneType"}
                where = self.analysis.where(path, node)
                doubt = f"{where}: it may also be {', '.join(sorted(others))}" if others else None
                self.typed.append(Known(place, name, doubt))

    def node(self, path: str, value: ast.expr) -> Node | None:
        """The place that an expression reads or writes."""
        match value:
            case ast.Name(id=name):
                return self._variable(path, value, name)
            case ast.Attribute(value=base, attr=attribute):
                getters = self._getters.get((path, *self.analysis.syntax[path].span(value)), ())
                self.sets.join([("result", one) for one in getters])
                if getters:
                    return ("result", getters[0])
                return self._of_module(path, value) or self._attribute(path, base, attribute)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self.node(path, inner)
            case ast.IfExp(body=first, orelse=second):
                return self._joined(path, (first, second))
            case ast.BoolOp(values=values):
                return self._joined(path, values)
            case ast.Call():
                syntax = self.analysis.syntax[path]
                index = self.analysis.call_at.get((path, *syntax.span(value)))
                if index is None:
                    return None
                call = self.analysis.program.calls[index]
                group = self._pools.by_result.get(value)
                if group is not None:
                    pooled: list[Node] = [("result", one) for one in group.targets]
                    self.sets.join(pooled)
                    return pooled[0]
                results = [
                    ("result", one)
                    for one in call.targets
                    if self.analysis.node(one) and call.constructs is None
                ]
                if results:
                    self.sets.join(results)
                    return results[0]
                return ("made", index)
        return None

    def _joined(self, path: str, values: Iterable[ast.expr]) -> Node | None:
        nodes = [node for value in values if (node := self.node(path, value)) is not None]
        self.sets.join(nodes)
        return nodes[0] if nodes else None

    def _variable(self, path: str, node: ast.expr, name: str) -> Node:
        """The variable that a name means: of the nearest function that binds it, or the module's."""
        for around in self.analysis.syntax[path].ancestors(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and name in self.analysis.locals_of(
                around
            ):
                return ("variable", self.analysis.by_node.get(around, id(around)), name)
        bound = self.analysis.names(path).bound.get(name)
        return (self._global(bound) if bound is not None else None) or ("global", path, name)

    def _of_module(self, path: str, node: ast.Attribute) -> Node | None:
        """The variable of one of the project's modules that `module.name` means."""
        root, parts = node.value, [node.attr]
        while isinstance(root, ast.Attribute):
            parts.append(root.attr)
            root = root.value
        bound = self.analysis.names(path).bound.get(root.id) if isinstance(root, ast.Name) else None
        if bound is None or not isinstance(root, ast.Name) or self._is_local(path, root):
            return None
        return self._global(".".join([bound, *reversed(parts)]))

    def _is_local(self, path: str, node: ast.Name) -> bool:
        return any(
            isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef)
            and node.id in self.analysis.locals_of(around)
            for around in self.analysis.syntax[path].ancestors(node)
        )

    def _global(self, dotted: str) -> Node | None:
        """A variable of one of the project's modules, where it is defined: other modules may hand it on."""
        for _ in range(LONGEST):
            module, _, name = dotted.rpartition(".")
            path = self._modules.get(module)
            if path is None or dotted in self._modules:
                return None
            further = self.analysis.names(path).bound.get(name)
            if further is None or self._modules.get(further.rpartition(".")[0]) is None:
                return ("global", path, name)
            dotted = further
        return None

    def _attribute(self, path: str, base: ast.expr, attribute: str) -> Node | None:
        owner = self._owner(path, base)
        return self._field(owner, attribute) if owner is not None else None

    def _field(self, owner: int, attribute: str) -> Node:
        """An attribute by the highest class that has it."""
        program = self.analysis.program
        line = [owner, *(one for one in program.classes[owner].ancestors if program.classes[one].in_project)]
        holders = [one for one in line if attribute in program.classes[one].fields]
        return ("attribute", holders[-1] if holders else owner, attribute)

    def _owner(self, path: str, base: ast.expr) -> int | None:
        """The project's class whose attribute is meant."""
        syntax = self.analysis.syntax[path]
        known = self.analysis.program.type_at(path, *syntax.span(base))
        for name in known.classes if known is not None else ():
            if name in self._class_ids:
                return self._class_ids[name]
        function = self._function(path, base)
        if function is not None and isinstance(base, ast.Name):
            node, owner = self.analysis.node(function), self.analysis.function(function).owner
            if node is not None and owner is not None and node.args.args and base.id == node.args.args[0].arg:
                return owner
        return None

    def _function(self, path: str, node: ast.AST) -> int | None:
        for around in self.analysis.syntax[path].ancestors(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                return self.analysis.by_node.get(around)
            if isinstance(around, ast.Lambda):
                return None
        return None


def unpacks(value: ast.expr, target: ast.expr) -> bool:
    """`a, b = f(), g()`: each name gets one of the values."""
    return (
        isinstance(value, ast.Tuple)
        and isinstance(target, ast.Tuple)
        and len(value.elts) == len(target.elts)
        and not any(isinstance(one, ast.Starred) for one in (*value.elts, *target.elts))
    )
