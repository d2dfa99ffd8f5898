"""Where values of changing types travel: variables, attributes, parameters and results that share one value.

A response that is returned, stored or passed on must change its type everywhere or nowhere. Values that meet
anywhere form one stream; a stream is converted whole, or not at all with the reason why.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from aioport.catalog.matching import Mismatch, bind
from aioport.catalog.rules import CompiledMember
from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Demand, Leaf
from aioport.planning.travels import Made, Node, Travels, unpacks
from aioport.program.syntax import Syntax


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
    leaves: calls that make or use them, by index of the call; called: those on one of them.
    members: attributes that read differently afterwards.
    withs: `with` statements and the index of the item that enters such a value.
    uses: every expression that has such a value.
    named: annotations of its variables and results, and the classes that its values are checked against.
    found: calls on such a value that the checker could not resolve, and that a rule is about.
    refusal: why none of it can be converted.
    """

    types: set[str] = field(default_factory=set)
    leaves: set[int] = field(default_factory=set)
    called: set[int] = field(default_factory=set)
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
    if not any(leaf.makes or leaf.on for leaf in leaves.values()):
        return ()
    return _Streams(analysis, leaves).streams()


class _Streams:
    def __init__(self, analysis: Analysis, leaves: Mapping[int, Leaf]) -> None:
        self.analysis, self.leaves = analysis, leaves
        self.travels = analysis.once(Travels)
        self.typed: dict[Node, set[str]] = defaultdict(set)
        self.unsure: dict[Node, str] = {}
        for one in self.travels.typed:
            if isinstance(one, Made):
                self._make(one)
            else:
                self.typed[one.place].add(one.type)
                if one.doubt is not None:
                    self.unsure[one.place] = one.doubt

    def _make(self, made: Made) -> None:
        leaf = self.leaves.get(made.call)
        if leaf is not None and leaf.makes is not None:
            self.typed["made", made.call].add(leaf.makes)
        for name, missing in made.types if leaf is None else ():
            self.typed["made", made.call].add(name)
            self.unsure["made", made.call] = missing

    def streams(self) -> tuple[Stream, ...]:
        find, found = self.travels.sets.find, dict[Node, Stream]()
        for node, types in self.typed.items():
            found.setdefault(find(node), Stream()).types |= types
        for node, reason in self.unsure.items():
            if (stream := found.get(find(node))) is not None:
                stream.refuse(reason)
        for node, reason in self.travels.lost:
            if (stream := found.get(find(node))) is not None:
                stream.refuse(reason)
        for path, expression, node in self.travels.expressions:
            if (stream := found.get(find(node))) is not None:
                self._use(stream, path, expression)
        for expression, node in self.travels.named:
            if (stream := found.get(find(node))) is not None:
                stream.named.append(expression)
        for stream in found.values():
            self._judge(stream)
        return tuple(found.values())

    def _judge(self, stream: Stream) -> None:
        """Refuses a stream that starts somewhere else, or that has nothing to wait for."""
        for name in sorted(stream.types & self.travels.handed.keys()):
            stream.refuse(
                f"{self.travels.handed[name]}: the class {name} is handed on, and instances may be made elsewhere"
            )
        if stream.found:
            return  # the next round knows more
        leaves = [self.leaves[index] for index in stream.leaves]
        if not any(leaf.makes in stream.types for leaf in leaves):
            stream.refuse("it is not known where the value comes from")
        waits = any(leaf.demand != "none" for leaf in leaves) or stream.withs
        if not waits and not any("await " in member.rule.async_ for _, _, member in stream.members):
            stream.refuse("nothing is waited for on it")

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
            case ast.Assign(targets=targets) if any(
                self.travels.node(path, target) is None for target in targets
            ):
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
        pools = self.analysis.callables.pools
        submission = pools.by_call.get(call) or pools.by_inner.get(call)
        if submission is not None and submission.named is not None:
            is_given = submission.call is not call or submission.first is not None
            return is_given and not any(isinstance(one, ast.Starred) for one in call.args)
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
                    stream.called.add(index)
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


def _is_unpacked(value: ast.Tuple, parent: ast.AST | None) -> bool:
    return (
        isinstance(parent, ast.Assign)
        and parent.value is value
        and all(unpacks(value, one) for one in parent.targets)
    )
