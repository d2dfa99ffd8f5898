"""Follows values of thread-affine classes through a project, to the calls that use them."""

from __future__ import annotations

import ast
from collections import defaultdict, deque
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from aioport.blocking.primitives import blocks_of
from aioport.planning.analysis import Analysis
from aioport.planning.bindings import captured_outside, parameters
from aioport.planning.consumers import PASSES_ON
from aioport.program.model import Call
from aioport.program.names import dotted

K = TypeVar("K", bound=Hashable)

LOOP = "asyncio"
"""The kind of what needs the running event loop, or the context of the task that runs."""

ON_LOOP = ("asyncio.", "_asyncio.")
"""Names of what works on the event loop's thread only; what else belongs to a thread is `per_thread` in the catalog."""

ANYWHERE = (
    "asyncio.run",
    "asyncio.Runner",
    "asyncio.iscoroutinefunction",
    "asyncio.run_coroutine_threadsafe",
)
"""Names under these that work on any thread."""

HARMLESS = {"isinstance", "id", "type", "repr", "bool", "print", "hasattr", "callable"}
"""Builtins that ask an object nothing that its thread has to answer."""

BINDING = (
    ast.Assign,
    ast.AnnAssign,
    ast.NamedExpr,
    ast.withitem,
    ast.Return,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
)
"""Nodes that may make known what a name, an attribute or a result holds."""

USING = {"call", "iter", "next", "enter", "exit"}
"""Kinds of calls that use what they are called on or given."""

PLAIN = {"fetchall", "fetchone", "fetchmany"}
"""Methods of affine objects whose results are plain values."""


class AffineUses:
    """Calls that use affine objects: by what is called, or by the value that it is called on or given.

    The checker knows most types; what a parameter without annotation or an attribute holds is followed here.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.calls: dict[int, set[str]] = {}
        self.unclear: dict[str, str] = {}
        self.names: dict[tuple[int, str], str] = {}
        self.globals: dict[tuple[str, str], str] = {}
        self.attributes: dict[str, str] = {}
        self.returned: dict[int, str] = {}
        self.classes: dict[str, str] = {}
        self.methods: set[str] = set()
        self.makers = {name: one.kind for one in analysis.catalog.affinities for name in one.makes}
        self.known: dict[ast.expr, str | None] = {}
        self.untyped: set[ast.expr] = set()
        self._looking: Callable[[], None] | None = None
        self._waiting: dict[tuple[object, ...], dict[Callable[[], None], None]] = defaultdict(dict)
        self._todo: deque[Callable[[], None]] = deque()
        for name, affinity in _affine_names(analysis):
            self.classes[name.rpartition(".")[0]] = affinity
            self.methods.add(name.rpartition(".")[2])
        self.classes |= dict(_derived(analysis, self.classes))
        for index, call in enumerate(analysis.program.calls):
            for target in call.targets:
                function = analysis.function(target)
                kind = None if function.in_project else self._kind_of(target)
                if kind is not None:
                    self.calls.setdefault(index, set()).add(kind)

    @property
    def has_kinds(self) -> bool:
        """Whether the project has objects that belong to a thread, beside what belongs to the event loop."""
        return any(LOOP not in kinds or len(kinds) > 1 for kinds in self.calls.values())

    def _kind_of(self, target: int) -> str | None:
        function = self.analysis.function(target)
        if function.name.startswith(ON_LOOP) and not function.name.startswith(ANYWHERE):
            return None if function.is_async or function.annotation.startswith("typing.Coroutine") else LOOP
        names = (function.name, function.defined_as)
        if any(name is not None and self.analysis.catalog.is_per_thread(name) for name in names):
            return LOOP
        blocks = blocks_of(function, self.analysis.catalog)
        return blocks.affinity if blocks is not None else None

    def follow_values(self) -> None:
        """Looks for affine values until no more names are found to hold one."""
        if not any(LOOP not in kinds for kinds in self.calls.values()):
            return
        self._todo.extend(
            partial(self._bind, one.path, one.id, node)
            for one in self.analysis.program.functions
            if one.in_project and one.path is not None and one.kind != "class"
            for node in self.analysis.body(one.id)
            if isinstance(node, BINDING)
        )
        self._todo.extend(
            partial(self._use, index, call) for index, call in enumerate(self.analysis.program.calls)
        )
        while self._todo:
            self._looking = self._todo.popleft()
            self._looking()
        self._looking = None
        self._waiting.clear()

    def _asks(self, *fact: object) -> None:
        """The place that is looked at has to be looked at again when this becomes known."""
        if self._looking is not None:
            self._waiting[fact][self._looking] = None

    def _learns(self, *fact: object) -> None:
        """Something became known."""
        self._todo.extend(self._waiting.pop(fact, ()))

    def let_out(self, public: Container[int]) -> dict[str, str]:
        """Kinds that code outside may hold: a public function gives it one, or an attribute or a variable is public."""
        found: dict[str, str] = {}
        for function, kind in self.returned.items():
            if function in public:
                one = self.analysis.function(function)
                found.setdefault(kind, f"{one.path}:{one.line} gives it to code outside")
        for name, kind in self.attributes.items():
            if not name.startswith("_"):
                found.setdefault(kind, f"code outside finds it as .{name}")
        for (path, name), kind in self.globals.items():
            if not name.startswith("_"):
                found.setdefault(kind, f"code outside finds it as {name} in {path}")
        return found

    def handed_in(self, public: Iterable[int]) -> dict[str, str]:
        """Kinds that code outside may make: a public function takes one that nothing in the project gives it."""
        found: dict[str, str] = {}
        for function in public:
            node, one = self.analysis.node(function), self.analysis.function(function)
            if node is None or one.path is None or self.analysis.calls_of.get(function):
                continue
            given = parameters(node)
            for inner in self.analysis.body(function):
                kind = (
                    self.kind(one.path, function, inner)
                    if isinstance(inner, ast.Name) and inner.id in given
                    else None
                )
                if kind is not None:
                    found.setdefault(kind, f"{one.path}:{one.line} is given one by code outside")
        return found

    def _bind(self, path: str, function: int, node: ast.AST) -> None:
        """What an assignment, a `return` or a display makes known."""
        targets: list[ast.expr] = []
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case (
                ast.AnnAssign(target=target, value=ast.expr() as value)
                | ast.NamedExpr(target=target, value=value)
            ):
                targets = [target]
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                targets = [target]
            case ast.Return(value=ast.expr() as value):
                pass
            case (
                ast.List(elts=values)
                | ast.Tuple(elts=values)
                | ast.Set(elts=values)
                | ast.Dict(values=values)
            ):
                for one in values:
                    kind = self.kind(path, function, one)
                    if kind is not None and not self._is_typed(path, one):
                        self._is_put_away(path, one, kind)
                return
            case _:
                return
        found = self.kind(path, function, value)
        if found is not None and isinstance(node, ast.Return):
            self._keep(self.returned, function, found)
            if self.analysis.function(function).is_property:
                self._keep(self.attributes, self.analysis.function(function).bare_name, found)
        if found is not None:
            for target in targets:
                self._hold(path, function, target, found)

    def _hold(self, path: str, function: int, target: ast.expr, kind: str) -> None:
        node = self.analysis.node(function)
        match target:
            case ast.Name(id=name) if node is not None and name in self.analysis.locals_of(node):
                self._keep(self.names, (function, name), kind)
            case ast.Name(id=name):
                self._keep(self.globals, (path, name), kind)
            case ast.Attribute(attr=name):
                self._keep(self.attributes, name, kind)
            case ast.Subscript(value=container) if not self._may_hold(path, container, kind):
                self._is_put_away(path, target, kind)

    def _keep(self, kinds: dict[K, str], key: K, kind: str) -> None:
        """The first kind that is found stays."""
        if key not in kinds:
            kinds[key] = kind
            self._learns(id(kinds), key)

    def _known_of(self, kinds: Mapping[K, str], key: K) -> str | None:
        """The kind of what is kept under a name."""
        kind = kinds.get(key)
        if kind is None:
            self._asks(id(kinds), key)
        return kind

    def _found_at(self, index: int, *kinds: str) -> None:
        """A call turns out to use objects of some kinds."""
        before = self.calls.setdefault(index, set())
        if not before.issuperset(kinds):
            before.update(kinds)
            self._learns("call", index)

    def _may_hold(self, path: str, container: ast.expr, kind: str) -> bool:
        """Whether the checker knows that a container holds such objects, and so what comes out of it."""
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(container))
        names = [name.rpartition(".")[2] for name, of in self.classes.items() if of == kind]
        return known is not None and any(name in known.text for name in names)

    def _is_typed(self, path: str, node: ast.expr) -> bool:
        known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
        return known is not None and bool(known.classes)

    def _is_put_away(self, path: str, node: ast.expr, kind: str) -> None:
        self.unclear.setdefault(kind, f"{self.analysis.where(path, node)} puts it where it is not followed")

    def keeps_to_itself(self, function: int) -> bool:
        """Whether a function makes all the affine objects that it uses, and lets none of them out."""
        analysis, node, one = self.analysis, self.analysis.node(function), self.analysis.function(function)
        if node is None or one.path is None or function in analysis.generators or one.is_async:
            return False
        outer = parameters(node) | {
            name
            for inner in ast.walk(node)
            if isinstance(inner, ast.Global | ast.Nonlocal)
            for name in inner.names
        }
        if any((function, name) in self.names for name in captured_outside(node, [])):
            return False
        for inner in analysis.body(function):
            match inner:
                case ast.Name(id=name) if name in outer or name not in analysis.locals_of(node):
                    gets_out = self.kind(one.path, function, inner) is not None
                case ast.Attribute():
                    gets_out = self.kind(one.path, function, inner) is not None
                case ast.Return(value=ast.expr() as value):
                    gets_out = self.kind(one.path, function, value) is not None
                case ast.Assign(targets=targets, value=value) if not all(
                    isinstance(target, ast.Name) for target in targets
                ):
                    gets_out = self.kind(one.path, function, value) is not None
                case (
                    ast.List(elts=values)
                    | ast.Tuple(elts=values)
                    | ast.Set(elts=values)
                    | ast.Dict(values=values)
                ):
                    gets_out = any(self.kind(one.path, function, value) is not None for value in values)
                case _:
                    gets_out = False
            if gets_out:
                return False
        for index in analysis.calls_in.get(function, ()):
            call = analysis.program.calls[index]
            if LOOP in self.calls.get(index, ()) or self.hands_on(call):
                return False
        return True

    def hands_on(self, call: Call) -> bool:
        """Whether a call of something of the project's own, or unknown, is given an affine object."""
        node = self.analysis.expression(call)
        if call.kind != "call" or not isinstance(node, ast.Call):
            return False
        ours = call.unknown is not None or any(
            self.analysis.function(target).in_project for target in call.targets
        )
        values = (*node.args, *(keyword.value for keyword in node.keywords))
        return (ours or _only_stores(node.func)) and any(
            self.kind(call.path, call.caller, one) is not None for one in values
        )

    def kind(self, path: str, function: int, node: ast.expr) -> str | None:
        """The kind of the affine object that an expression may be."""
        if isinstance(node, ast.Constant):
            return None
        if node in self.known:
            return self.known[node]
        if node not in self.untyped:
            known = self.analysis.program.type_at(path, *self.analysis.syntax[path].span(node))
            if known is not None and known.classes:
                kinds = (self.classes[name] for name in known.classes if name in self.classes)
                self.known[node] = next(kinds, None)
                return self.known[node]
            self.untyped.add(node)
        match node:
            case ast.Name(id=name):
                held = self._known_of(self.names, (function, name))
                return held or self._from_around(path, function, name)
            case ast.Attribute(attr=name):
                return self._known_of(self.attributes, name)
            case ast.Call(func=ast.Attribute(value=base, attr=name)):
                index = self.analysis.call_at.get((path, *self.analysis.syntax[path].span(node)))
                if index is not None and self.analysis.program.calls[index].targets:
                    return self._made(index)
                return None if name in PLAIN else self.kind(path, function, base)
            case ast.Call():
                index = self.analysis.call_at.get((path, *self.analysis.syntax[path].span(node)))
                return self._made(index) if index is not None else None
        return None

    def _from_around(self, path: str, function: int, name: str) -> str | None:
        """What a name holds that a function takes from those around it, or from its module."""
        node, parent = self.analysis.node(function), self.analysis.function(function).parent
        if node is not None and name in self.analysis.locals_of(node):
            return None
        outer = self._known_of(self.names, (parent, name)) if parent is not None else None
        return outer or self._known_of(self.globals, (path, name))

    def _made(self, index: int) -> str | None:
        """The kind of what a call returns, by what it may call, or the annotations of that."""
        call = self.analysis.program.calls[index]
        public = [
            self.analysis.catalog.public_name(self.analysis.function(one).annotation) for one in call.targets
        ]
        made = next((kind for name in public if (kind := self.classes.get(name)) is not None), None)
        if made is None:
            names = (
                self.analysis.catalog.public_name(self.analysis.function(one).name) for one in call.targets
            )
            made = next((self.makers[name] for name in names if name in self.makers), None)
        found = (self._known_of(self.returned, one) for one in call.targets)
        return made or next((kind for kind in found if kind is not None), None)

    def _use(self, index: int, call: Call) -> None:
        if call.kind not in USING:
            return
        node = self.analysis.expression(call)
        if node is None:
            return
        if call.kind in ("iter", "next", "enter", "exit"):
            kind = self.kind(call.path, call.caller, node)
            same = self.analysis.call_at.get((call.path, call.start, call.end))
            held: set[str] = set()
            if same is not None and call.kind in ("enter", "exit"):
                self._asks("call", same)
                held = self.calls.get(same, set())
            found = {*held, *([kind] if kind else [])} - {LOOP}
            if found:
                self._found_at(index, *found)
            return
        if call.kind != "call" or not isinstance(node, ast.Call):
            return
        if call.unknown is not None and isinstance(node.func, ast.Attribute):
            kind = self.kind(call.path, call.caller, node.func.value)
            if kind is not None:
                self._found_at(index, kind)
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        for position, value in enumerate(values):
            inner = value.value if isinstance(value, ast.Starred) else value
            if isinstance(inner, ast.Attribute) and inner.attr in self.methods:
                owner = self.kind(call.path, call.caller, inner.value)
                if owner is not None:
                    self.unclear.setdefault(owner, f"{call.path}:{call.line} passes its {inner.attr} on")
            kind = self.kind(call.path, call.caller, inner)
            if kind is not None:
                self._give(index, call, node, position, kind)

    def _give(self, index: int, call: Call, node: ast.Call, position: int, kind: str) -> None:
        """An affine object is an argument of a call."""
        own = [target for target in call.targets if self.analysis.node(target) is not None]
        for target in own:
            names = list(_parameter(self.analysis, target, node, position))
            for name in names:
                self._keep(self.names, (target, name), kind)
            if not names:
                self._is_put_away(call.path, node, kind)
        if isinstance(node.func, ast.Attribute) and _only_stores(node.func):
            if not self._may_hold(call.path, node.func.value, kind):
                self._is_put_away(call.path, node, kind)
        elif not own and dotted(node.func) not in HARMLESS:
            self._found_at(index, kind)
            if dotted(node.func) in PASSES_ON:
                self.unclear.setdefault(kind, f"{call.path}:{call.line} hands it to {dotted(node.func)}")


def follow_affine_values(analysis: Analysis) -> AffineUses:
    """The uses of affine objects in a project, followed to their end."""
    uses = AffineUses(analysis)
    uses.follow_values()
    return uses


def _only_stores(callee: ast.expr) -> bool:
    return isinstance(callee, ast.Attribute) and callee.attr in {
        "append",
        "add",
        "setdefault",
        "put",
        "put_nowait",
    }


def _parameter(analysis: Analysis, target: int, call: ast.Call, position: int) -> Iterator[str]:
    """The parameters of a function that an argument may become."""
    node = analysis.node(target)
    assert node is not None
    if position >= len(call.args):
        name = call.keywords[position - len(call.args)].arg
        if name in parameters(node):
            yield name
        return
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    function = analysis.function(target)
    if function.owner is not None and not function.is_static:
        names = names[1:]
    if any(isinstance(one, ast.Starred) for one in call.args[: position + 1]):
        yield from names
    elif position < len(names):
        yield names[position]


def _affine_names(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Callables with an affinity, and its kind."""
    for library in analysis.catalog.libraries.values():
        for blocks in library.blocks:
            if blocks.affinity is not None:
                yield from ((name, blocks.affinity) for name in blocks.names)


def _derived(analysis: Analysis, classes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Classes of the project that are derived from affine ones, and their kinds."""
    program, public = analysis.program, analysis.catalog.public_name
    known = {one.id: classes[public(one.name)] for one in program.classes if public(one.name) in classes}
    for one in program.classes:
        if one.in_project:
            yield from ((one.name, known[base]) for base in one.ancestors if base in known)
