"""Where values of changing types travel: variables, attributes, parameters and results that share one value.

A response that is returned, stored or passed on must change its type everywhere or nowhere. Values that meet
anywhere form one stream; a stream is converted whole, or not at all with the reason why.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

from aioport.catalog.matching import Mismatch, bind
from aioport.catalog.rules import CompiledMember
from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Demand, Leaf
from aioport.program.families import Disjoint
from aioport.program.syntax import FunctionNode, Syntax, names_a_type

Node = Hashable

FOLLOWED = (ast.Name, ast.Attribute, ast.Call, ast.Await, ast.NamedExpr, ast.IfExp, ast.BoolOp)
"""Expressions that hand on a value as it is."""


@dataclass(frozen=True, slots=True)
class Use:
    """One expression of a stream: its file, its node, and the attribute read from it where there is one."""

    path: str
    node: ast.expr
    attribute: ast.Attribute | None


@dataclass
class Stream:
    """Values that change type together.

    types: the classes that its values have before.
    leaves: calls that make or use them, by index of the call.
    members: attributes that read differently afterwards.
    withs: `with` statements and the index of the item that enters such a value.
    uses: every expression that has such a value.
    named: annotations of its variables and results, and the classes that its values are checked against.
    found: calls on such a value that the checker could not resolve, and that a rule is about.
    refusal: why none of it can be converted.
    """

    types: set[str] = field(default_factory=set)
    leaves: set[int] = field(default_factory=set)
    members: list[tuple[str, ast.Attribute, CompiledMember]] = field(default_factory=list)
    withs: list[tuple[str, ast.With, int]] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    named: list[ast.expr] = field(default_factory=list)
    found: list[Leaf] = field(default_factory=list)
    refusal: str | None = None

    def refuse(self, reason: str) -> None:
        self.refusal = self.refusal or reason


def find_streams(analysis: Analysis, leaves: Mapping[int, Leaf]) -> tuple[Stream, ...]:
    """Every stream of values whose types the catalog changes, in the order of their first use."""
    return _Flows(analysis, leaves).streams()


class _Flows:
    def __init__(self, analysis: Analysis, leaves: Mapping[int, Leaf]) -> None:
        self.analysis, self.leaves = analysis, leaves
        self.sets = Disjoint()
        self.typed: dict[Node, set[str]] = defaultdict(set)
        self.unsure: dict[Node, str] = {}
        self.expressions: list[tuple[str, ast.expr, Node]] = []
        self.handed: dict[str, str] = {}
        self.getters = {
            (call.path, call.start, call.end): [one for one in call.targets if analysis.node(one) is not None]
            for call in analysis.program.calls
            if call.kind == "property"
        }
        self.named: list[tuple[ast.expr, Node]] = []
        self.class_ids = {one.name: one.id for one in analysis.program.classes if one.in_project}

    def streams(self) -> tuple[Stream, ...]:
        if not any(leaf.makes or leaf.on for leaf in self.leaves.values()):
            return ()
        for path in self.analysis.project.sources:
            self._read(path)
        for family in set(self.analysis.families.values()):
            self.sets.join([("result", member) for member in family])
            positions = {len(one.args.args) for member in family if (one := self.analysis.node(member))}
            for position in range(max(positions, default=0)):
                self.sets.join([self._parameter(member, position) for member in family])
        found: dict[Node, Stream] = {}
        for node, types in self.typed.items():
            found.setdefault(self.sets.find(node), Stream()).types |= types
        for node, reason in self.unsure.items():
            if (stream := found.get(self.sets.find(node))) is not None:
                stream.refuse(reason)
        for path, expression, node in self.expressions:
            if (stream := found.get(self.sets.find(node))) is not None:
                self._use(stream, path, expression)
        for expression, node in self.named:
            if (stream := found.get(self.sets.find(node))) is not None:
                stream.named.append(expression)
        for stream in found.values():
            self._judge(stream)
        return tuple(found.values())

    def _judge(self, stream: Stream) -> None:
        """Refuses a stream that starts somewhere else, or that has nothing to wait for."""
        for name in sorted(stream.types & self.handed.keys()):
            stream.refuse(
                f"{self.handed[name]}: the class {name} is handed on, and instances may be made elsewhere"
            )
        if stream.found:
            return  # the next round knows more
        leaves = [self.leaves[index] for index in stream.leaves]
        if not any(leaf.makes in stream.types for leaf in leaves):
            stream.refuse("it is not known where the value comes from")
        waits = any(leaf.demand != "none" for leaf in leaves) or stream.withs
        if not waits and not any("await " in member.rule.async_ for _, _, member in stream.members):
            stream.refuse("nothing is waited for on it")

    # How values get from one place to another

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
                    source = self._node(path, value)
                    if function is not None and source is not None:
                        self.sets.join([("result", function), source])
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._signature(node)
                case ast.Call(func=ast.Name(id="isinstance"), args=[value, classes]):
                    self._name(classes, self._node(path, value))
                case ast.Call():
                    self._call(path, syntax, node)
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
        return self._node(path, node.target)

    def _flow(self, path: str, value: ast.expr, target: ast.expr) -> None:
        if _unpacks(value, target):
            assert isinstance(value, ast.Tuple)
            assert isinstance(target, ast.Tuple)
            for one, other in zip(value.elts, target.elts, strict=True):
                self._flow(path, one, other)
            return
        source, sink = self._node(path, value), self._node(path, target)
        if source is not None and sink is not None:
            self.sets.join([source, sink])

    def _call(self, path: str, syntax: Syntax, node: ast.Call) -> None:
        index = self.analysis.call_at.get((path, *syntax.span(node)))
        if index is None:
            return
        leaf = self.leaves.get(index)
        if leaf is not None and leaf.makes is not None:
            self.typed["made", index].add(leaf.makes)
        call = self.analysis.program.calls[index]
        for target in call.targets:
            function = self.analysis.function(target)
            definition = self.analysis.node(target)
            if definition is None:
                if call.constructs is None and leaf is None:
                    made = self.analysis.catalog.public_name(function.annotation)
                    if self.analysis.catalog.type(made) is not None:
                        self.typed["made", index].add(made)
                        self.unsure["made", index] = (
                            f"{self.analysis.where(path, node)}: no rule for {function.name}"
                        )
                continue
            skip = function.owner is not None and not function.is_static
            for position, argument in enumerate(node.args):
                if isinstance(argument, ast.Starred):
                    break
                self._pass(path, argument, self._parameter(target, position + skip))
            for keyword in node.keywords:
                if keyword.arg is not None:
                    self._pass(path, keyword.value, ("variable", target, keyword.arg))

    def _pass(self, path: str, argument: ast.expr, parameter: Node) -> None:
        source = self._node(path, argument)
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
        place = self._node(path, node)
        if place is None:
            return
        self.expressions.append((path, node, place))
        known = self.analysis.program.type_at(path, *syntax.span(node))
        if known is not None:
            for name in known.classes:
                if self.analysis.catalog.type(name) is not None:
                    self.typed[place].add(name)
                    others = set(known.classes) - {name, "types.NoneType", "builtins.NoneType"}
                    if others:
                        self.unsure[place] = (
                            f"{self.analysis.where(path, node)}: it may also be {', '.join(sorted(others))}"
                        )

    def _node(self, path: str, value: ast.expr) -> Node | None:
        """The place that an expression reads or writes."""
        match value:
            case ast.Name(id=name):
                return self._variable(path, value, name)
            case ast.Attribute(value=base, attr=attribute):
                getters = self.getters.get((path, *self.analysis.syntax[path].span(value)), ())
                self.sets.join([("result", one) for one in getters])
                return ("result", getters[0]) if getters else self._attribute(path, base, attribute)
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                return self._node(path, inner)
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
        nodes = [node for value in values if (node := self._node(path, value)) is not None]
        self.sets.join(nodes)
        return nodes[0] if nodes else None

    def _variable(self, path: str, node: ast.expr, name: str) -> Node:
        """The variable that a name means: of the nearest function that binds it, or the module's."""
        for around in self.analysis.syntax[path].ancestors(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and name in self.analysis.locals_of(
                around
            ):
                return ("variable", self.analysis.by_node.get(around, id(around)), name)
        return ("global", path, name)

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
            if name in self.class_ids:
                return self.class_ids[name]
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

    # What is done with the values

    def _use(self, stream: Stream, path: str, node: ast.expr) -> None:
        syntax = self.analysis.syntax[path]
        where = self.analysis.where(path, node)
        if isinstance(node, ast.Call):
            index = self.analysis.call_at.get((path, *syntax.span(node)))
            if index is not None and ("made", index) in self.typed:
                if index in self.leaves:
                    stream.leaves.add(index)
                else:
                    stream.refuse(f"{where}: no rule makes this value")
        parent = syntax.parents[node]
        attribute = parent if isinstance(parent, ast.Attribute) else None
        stream.uses.append(Use(path, node, attribute))
        if attribute is not None:
            self._member(stream, path, syntax, attribute)
            return
        match parent:
            case ast.Tuple() if _is_unpacked(parent, syntax.parents.get(parent)):
                return
            case ast.Assign(targets=targets) if any(self._node(path, target) is None for target in targets):
                stream.refuse(f"{where}: `{syntax.text(targets[0])}` is a place where it is not followed")
                return
            case ast.Assign() | ast.AnnAssign() | ast.NamedExpr() | ast.Return() | ast.Await() | ast.Expr():
                return
            case ast.IfExp() if node is not parent.test:
                return
            case ast.BoolOp(op=ast.Or()) if self._keeps(stream, "__bool__") or node is parent.values[-1]:
                return
            case ast.Compare(ops=[ast.Is() | ast.IsNot()]):
                return
            case ast.withitem():
                statement = syntax.parents[parent]
                if isinstance(statement, ast.With) and all(self._enters(name) for name in stream.types):
                    stream.withs.append((path, statement, statement.items.index(parent)))
                    return
            case ast.Call(func=ast.Name(id="isinstance")):
                return
            case ast.keyword() | ast.Call():
                call = syntax.parents[parent] if isinstance(parent, ast.keyword) else parent
                if isinstance(call, ast.Call) and self._is_followed(path, syntax, call):
                    return
        stream.refuse(f"{where}: `{syntax.text(node)}` is used in a way that its new type may not allow")

    def _is_followed(self, path: str, syntax: Syntax, call: ast.Call) -> bool:
        """Whether an argument of a call lands in a parameter of the project's own."""
        index = self.analysis.call_at.get((path, *syntax.span(call)))
        if index is None:
            return False
        targets = self.analysis.program.calls[index].targets
        if any(isinstance(one, ast.Starred) for one in call.args) or not targets:
            return False
        return all(self.analysis.node(target) is not None for target in targets)

    def _member(self, stream: Stream, path: str, syntax: Syntax, attribute: ast.Attribute) -> None:
        parent = syntax.parents[attribute]
        called = isinstance(parent, ast.Call) and parent.func is attribute
        where = self.analysis.where(path, attribute)
        if not isinstance(attribute.ctx, ast.Load):
            stream.refuse(f"{where}: `{syntax.text(attribute)}` is assigned to")
            return
        for name in stream.types:
            member = self.analysis.catalog.members(name).get(attribute.attr)
            if called and isinstance(parent, ast.Call):
                index = self.analysis.call_at.get((path, *syntax.span(parent)))
                if index is not None and index in self.leaves:
                    stream.leaves.add(index)
                    continue
                if (
                    index is not None
                    and (leaf := self._resolve(index, f"{name}.{attribute.attr}", parent)) is not None
                ):
                    stream.found.append(leaf)
                    continue
            if member is not None and not called:
                stream.members.append((path, attribute, member))
            elif not self._keeps(stream, attribute.attr):
                stream.refuse(f"{where}: {name}.{attribute.attr} has no counterpart")

    def _resolve(self, index: int, name: str, node: ast.Call) -> Leaf | None:
        """A leaf for a method call whose receiver's type is known by where its value comes from only."""
        if self.analysis.program.calls[index].targets:
            return None
        for rule in self.analysis.catalog.rewrites(name):
            bound = bind(rule, node)
            if not isinstance(bound, Mismatch):
                demand: Demand = "await" if rule.rule.awaits else "none"
                return Leaf(index, demand, rule, bound, self._made_by(name), name.rpartition(".")[0])
        return None

    def _made_by(self, name: str) -> str | None:
        """The changing class that a function of an installed package, or of a stub, returns."""
        for function in self.analysis.program.functions:
            if function.name == name and not function.in_project:
                made = self.analysis.catalog.public_name(function.annotation)
                return made if self.analysis.catalog.type(made) is not None else None
        return None

    def _keeps(self, stream: Stream, attribute: str) -> bool:
        found = [self.analysis.catalog.type(name) for name in stream.types]
        return all(one is not None and attribute in one.type.keeps for one in found)

    def _enters(self, name: str) -> bool:
        found = self.analysis.catalog.type(name)
        return found is not None and found.type.enters


def _unpacks(value: ast.expr, target: ast.expr) -> bool:
    """`a, b = f(), g()`: each name gets one of the values."""
    return (
        isinstance(value, ast.Tuple)
        and isinstance(target, ast.Tuple)
        and len(value.elts) == len(target.elts)
        and not any(isinstance(one, ast.Starred) for one in (*value.elts, *target.elts))
    )


def _is_unpacked(value: ast.Tuple, parent: ast.AST | None) -> bool:
    return (
        isinstance(parent, ast.Assign)
        and parent.value is value
        and all(_unpacks(value, one) for one in parent.targets)
    )
