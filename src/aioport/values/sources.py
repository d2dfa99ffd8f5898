"""Where values begin that are worth following: functions that wait, and are named, decorated, or made by a lambda."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from aioport.blocking.facts import Wait
from aioport.program.model import Call, Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, nodes_in, own_nodes
from aioport.values.code import Code
from aioport.values.flow import Flow
from aioport.values.scopes import DEFINITIONS
from aioport.values.types import Types
from aioport.values.value import Calls, Foreign, Iterates, Makes

GETATTR = re.compile(rb"""\bgetattr\s*\([^,()]+(?:\([^()]*\))?,\s*f?["'](\w+)""")
"""`getattr(obj, "name")`, or with a name that begins with a constant."""

LONGEST_LAMBDA = 4000
"""How many bytes before a call a lambda may begin that it stands in."""

ITERATOR_RESULTS = ("typing.Generator[", "typing.Iterator[", "typing.Iterable[")
"""How the checker's text for the result of a generator begins; a plain function may return one, too."""


class Sources:
    """Puts what waits into a flow, each thing once.

    lambdas: functions that stand for lambdas and generator expressions, with the calls, by index, that run in them.
    moved: calls that run in another function than the checker says: defaults, where a function is defined.
    shared: functions that library decorators made something of, with those that were given to it later:
        `@show.register` over a function makes calls of `show` run it.
    replaced: decorated functions, with the functions that the decorators put in their place.
    """

    def __init__(self, code: Code, types: Types, flow: Flow, functions: list[Function]) -> None:
        self._code, self._types, self._flow, self._functions = code, types, flow, functions
        self._program = code.program
        self._started: set[object] = set()
        self._waiting_classes: dict[str, bool] = {}
        self._deferred = flow.deferred
        self.lambdas: Mapping[int, list[int]] = flow.deferred.calls
        self.moved: dict[int, int] = {}
        self.replaced: dict[int, tuple[int, ...]] = {}
        self.shared: dict[int, dict[int, None]] = defaultdict(dict)

    def start(self, waits: Mapping[int, Wait], waiting: Collection[int]) -> None:
        """Begin with everything that waits and was not begun with.

        waiting: indices of calls that wait.
        """
        for function in waits:
            if self._is_new(("function", function)):
                self._start_generator(function)
                if self._functions[function].in_project:
                    self._start_decorated(function)
                    self._start_class(self._functions[function].owner)
        self._start_references(waits)
        self._start_foreign_objects()
        self._start_lambdas(waiting)
        self._start_getattr({one for one in waits if self._functions[one].in_project})

    def _is_new(self, key: object) -> bool:
        if key in self._started:
            return False
        self._started.add(key)
        return True

    def _start_references(self, waits: Mapping[int, Wait]) -> None:
        for reference in self._program.references:
            found = [target for target in reference.targets if target in waits]
            if not found:
                continue
            for target in found:
                if self._functions[target].is_async or not self._is_new(
                    ("reference", reference.path, reference.start, reference.end, target)
                ):
                    continue
                node = self._code.find(reference.path, (reference.start, reference.end), ast.expr)
                if node is not None:
                    self._flow.put(reference.path, node, Calls(target))

    def _start_foreign_objects(self) -> None:
        """Instances of installed classes that have a method which waits and is called on something unknown."""
        if not self._is_new("objects"):
            return
        for call in self._program.calls:
            if call.kind != "call":
                continue
            made = self._made_by(call.targets)
            if call.constructs is not None and not self._program.classes[call.constructs].in_project:
                made.add(self._program.classes[call.constructs].name)
            handed = (one for _, functions in call.callbacks for one in functions)
            elsewhere = (
                self._made_by(handed, classes=True) if call.callbacks and self._is_spawn(call) else set()
            )
            for name in sorted({*made, *elsewhere}):
                if self._may_wait(name):
                    self._put_foreign(call, name, is_here=name in made)

    def _made_by(self, functions: Iterable[int], *, classes: bool = False) -> set[str]:
        """The installed classes of what some functions return, by the checker's words.

        classes: an `__init__` stands for its class, which is called.
        """
        found: set[str] = set()
        for one in map(self._functions.__getitem__, functions):
            if one.in_project:
                continue
            parts = [part for part in one.annotation.split(" | ") if "." in part]
            found |= {self._code.catalog.public_name(part.partition("[")[0]) for part in parts}
            if classes and one.bare_name == "__init__" and one.owner is not None:
                found.add(self._program.classes[one.owner].name)
        return found

    def _put_foreign(self, call: Call, name: str, *, is_here: bool) -> None:
        """An object where a call makes it, and where a thread that makes it gives it back."""
        node = self._code.expression(call)
        if node is None:
            return
        if is_here:
            self._flow.put(call.path, node, Foreign(name))
        syntax = self._code.syntax(call.path)
        parents = syntax.parents if syntax is not None else {}
        maker = parents.get(node)
        if not is_here:
            spawning = node
        elif isinstance(maker, ast.Lambda) and isinstance(outer := parents.get(maker), ast.Call):
            index = self._code.call_at(call.path, outer)
            if index is None or not self._is_spawn(self._code.calls[index]):
                return
            spawning = outer
        else:
            return
        match parents.get(spawning):
            case ast.Await() as given:
                self._flow.put(call.path, given, Foreign(name))
            case ast.withitem():
                self._flow.put(call.path, spawning, Foreign(name))

    def _is_spawn(self, call: Call) -> bool:
        return any(self._code.catalog.is_spawn(self._functions[one].name) for one in call.targets)

    def _may_wait(self, class_name: str) -> bool:
        """Whether an installed class has a method that waits and is called on something unknown."""
        if class_name not in self._waiting_classes:
            blocks = self._code.catalog.blocks
            names = (*self._code.unknown_methods, "__call__")
            self._waiting_classes[class_name] = any(blocks(f"{class_name}.{name}") for name in names)
        return self._waiting_classes[class_name]

    def _start_class(self, class_id: int | None) -> None:
        """A class with a method that waits, wherever it is named, and its instances."""
        if class_id is None or not self._is_new(("class", class_id)):
            return
        definition = self._types.definition(class_id)
        path = self._program.classes[class_id].path
        if definition is not None and path is not None:
            self._flow.name(path, definition, Makes(class_id))
            for decorator in definition.decorator_list:
                for taker in self._class_takers(path, decorator):
                    self._flow.give(taker, Makes(class_id))

    def _class_takers(self, path: str, decorator: ast.expr) -> Iterator[int]:
        """The project's functions that are called with a class that they decorate."""
        if isinstance(decorator, ast.Call):
            index = self._code.call_at(path, decorator)
            found = self._code.calls[index].targets if index is not None else ()
        else:
            syntax = self._code.syntax(path)
            found = self._named_at.get((path, *syntax.span(decorator)), ()) if syntax is not None else ()
        for one in found:
            if self._functions[one].in_project:
                taker = self._taker(one, is_made=isinstance(decorator, ast.Call))
                if taker is not None:
                    yield taker

    @cached_property
    def _named_at(self) -> Mapping[tuple[str, int, int], tuple[int, ...]]:
        return {(one.path, one.start, one.end): one.targets for one in self._program.references}

    def _start_generator(self, function: int) -> None:
        one = self._functions[function]
        if not one.annotation.startswith(ITERATOR_RESULTS) or not self._flow.is_generator(function):
            return
        for index in self._code.calls_of.get(function, ()):
            call = self._code.calls[index]
            node = self._code.expression(call) if call.kind == "call" else None
            if node is not None:
                self._flow.put(call.path, node, Iterates(function))

    def _start_decorated(self, function: int) -> None:
        """What decorates a function is given it; the function that a decorator factory returns is, too."""
        names = self._program.decorators.get(function, ())
        self._flow.give_decorated(function, names)
        self._start_shared(function)
        found = self._code.node(function) if any(name in self._by_name for name in names) else None
        if found is None or not isinstance(found[1], ast.FunctionDef | ast.AsyncFunctionDef):
            return
        instead: dict[int, None] = {}
        is_replaced = True
        for decorator, is_made in _decorators(found[1]):
            written = dotted(decorator)
            known = list(self._named(names, written.rpartition(".")[2])) if written is not None else []
            is_replaced &= bool(known)
            for one in known:
                taker = self._taker(one, is_made=is_made)
                if taker is None:
                    is_replaced = False
                    for other in self._other_takers(one) if is_made else ():
                        self._flow.give(other, Calls(function))
                    continue
                self._flow.give(taker, Calls(function))
                wrappers = self._returned_functions(taker)
                if not is_made and self._is_class(one):
                    method = self._call_of(one)
                    wrappers = (method,) if method is not None else ()
                is_replaced &= bool(wrappers)
                instead.update(dict.fromkeys(wrappers))
        if is_replaced and instead:
            self.replaced[function] = tuple(instead)

    def start_installed_decorators(self) -> dict[int, dict[int, None]]:
        """What decorators of installed packages put in the place of functions: what is defined inside of them."""
        nested: dict[str, list[int]] = defaultdict(list)
        for one in self._functions:
            outer = one
            while outer.parent is not None:
                outer = self._functions[outer.parent]
            if not one.in_project and one.parent is not None and one.path is not None and outer.owner is None:
                nested[outer.name].append(one.id)
        return {
            function: {inner: None for name in names for inner in nested.get(name, ())}
            for function, names in self._program.decorators.items()
            if any(name in nested for name in names) and not any(self._says(name) for name in names)
        }

    def _says(self, name: str) -> bool:
        """Whether the catalog knows a decorator."""
        catalog = self._code.catalog
        return catalog.decorator(name) is not None or catalog.is_keeper(name) or catalog.is_spawn(name)

    def _start_shared(self, function: int) -> None:
        """A function decorated with `@name.method`, where `name` is a decorated function of the same scope."""
        found = self._code.node(function) if function in self._program.decorators else None
        if found is None or isinstance(found[1], ast.Lambda) or self._functions[function].is_property:
            return
        around = self._functions[function].name.rpartition(".")[0]
        for decorator, _ in _decorators(found[1]):
            if isinstance(decorator, ast.Attribute) and isinstance(decorator.value, ast.Name):
                for one in self._by_name.get(f"{around}.{decorator.value.id}", ()):
                    is_made = one in self._program.decorators and not self._functions[one].is_property
                    if one != function and is_made:
                        self.shared[one][function] = None

    def _taker(self, decorator: int, *, is_made: bool) -> int | None:
        """The function that is called with what is decorated."""
        if not is_made:
            return decorator
        if self._is_class(decorator):
            return self._call_of(decorator)
        returned = self._returned_functions(decorator)
        return returned[0] if len(returned) == 1 else None

    def _other_takers(self, maker: int) -> Iterator[int]:
        """What a function may return that takes what it decorates, where it returns other things as well."""
        found = self._code.node(maker)
        if found is None or isinstance(found[1], ast.Lambda):
            return
        nested = {self._functions[one].bare_name: one for one in self._nested.get(maker, ())}
        for node in own_nodes(found[1]):
            match node:
                case ast.Return(value=ast.Lambda() as made):
                    yield self._deferred.make(found[0], made)
                case ast.Return(value=ast.Name(id=name)) if name in nested:
                    yield nested[name]

    def _is_class(self, decorator: int) -> bool:
        """Whether what decorates is a class, by the method that makes its instances."""
        one = self._functions[decorator]
        return one.owner is not None and one.bare_name in ("__init__", "__new__")

    def _call_of(self, method: int) -> int | None:
        """What a call of an object runs, by another method of its class."""
        owner = self._functions[method].owner
        return self._program.find_method(owner, "__call__") if owner is not None else None

    def _returned_functions(self, function: int) -> tuple[int, ...]:
        """The nested functions that a function returns, if it never returns anything else."""
        found = self._code.node(function)
        if found is None or isinstance(found[1], ast.Lambda):
            return ()
        nested = {self._functions[one].bare_name: one for one in self._nested.get(function, ())}
        names = [
            node.value.id if isinstance(node.value, ast.Name) else ""
            for statement in found[1].body
            for node in nodes_in(statement)
            if isinstance(node, ast.Return) and not isinstance(statement, DEFINITIONS)
        ]
        if not names or any(name not in nested for name in names):
            return ()
        return tuple(dict.fromkeys(nested[name] for name in names))

    def _named(self, names: Collection[str], bare: str) -> Iterator[int]:
        """The project's functions among what decorates, by the name that is written: a class is its `__init__`."""
        for name in dict.fromkeys(names):
            for one in self._by_name.get(name, ()):
                parts = name.split(".")
                if parts[-1] == bare or (parts[-1] in ("__init__", "__call__") and len(parts) > 1):
                    yield one

    @cached_property
    def _by_name(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for one in self._functions:
            if one.in_project and one.kind == "def":
                found[one.name].append(one.id)
        return found

    @cached_property
    def _nested(self) -> Mapping[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for one in self._functions:
            if one.in_project and one.kind == "def" and one.parent is not None:
                found[one.parent].append(one.id)
        return found

    def _start_lambdas(self, waiting: Collection[int]) -> None:
        """A lambda or generator expression in which something waits is a function, run by whoever it is handed to."""
        for index in waiting:
            if not self._is_new(("call", index)):
                continue
            call = self._code.calls[index]
            node = self._code.expression(call) if self._may_be_deferred(call) else None
            if node is None:
                continue
            found = self._deferred.around(call.path, node)
            if found is None:
                self._start_default(index, call, node)
            elif self._code.function_at(call.path, found) is None:
                function = self._deferred.make(call.path, found)
                value = Calls(function) if isinstance(found, ast.Lambda) else Iterates(function)
                self._flow.put(call.path, found, value)

    def _may_be_deferred(self, call: Call) -> bool:
        data = self._code.project.sources[call.path].data
        before = data[max(0, call.start - LONGEST_LAMBDA) : call.start]
        return (
            b"lambda" in before
            or b" for " in data[call.start : call.end + LONGEST_LAMBDA]
            or b"def " in before
        )

    def _start_default(self, index: int, call: Call, node: ast.expr) -> None:
        """The default of a parameter is made where the function is defined."""
        syntax = self._code.syntax(call.path)
        child: ast.AST = node
        for parent in syntax.ancestors(node) if syntax is not None else ():
            if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
                around = self._code.around(call.path, parent)
                if child is parent.args and around is not None:
                    self.moved[index] = around
                return
            child = parent

    def _start_getattr(self, waiting: Collection[int]) -> None:
        """`getattr(obj, "name")` names a method; with a name put together at run time, all that begin with its start."""
        names = {self._functions[one].bare_name for one in waiting if self._functions[one].owner is not None}
        for path, source in self._code.project.sources.items():
            begins = {found[1].decode() for found in GETATTR.finditer(source.data)}
            is_new = bool(begins) and self._is_new(("getattr", path))
            if not is_new and not any(name.startswith(begin) for begin in begins for name in names):
                continue
            for node in self._code.calls_named(path, "getattr"):
                if len(node.args) >= 2:
                    self._start_attribute(path, node, waiting)

    def _start_attribute(self, path: str, node: ast.Call, waiting: Collection[int]) -> None:
        name, is_whole = _constant_start(node.args[1])
        if not name:
            return
        end = _constant_end(node.args[1])
        if is_whole and (of_module := self._of_module(path, node.args[0], name)) is not None:
            self._flow.put(path, node, Calls(of_module))
        holders = self._types.holders(path, node.args[0])
        below = [*holders, *(one for base in holders for one in self._program.subclasses.get(base, ()))]
        found = {
            method
            for one in dict.fromkeys(below)
            for candidate in (one, *self._program.classes[one].ancestors)
            for other, method in self._program.classes[candidate].methods.items()
            if method in waiting
            and (other == name if is_whole else other.startswith(name) and other.endswith(end))
        }
        for method in sorted(found):
            if self._is_new(("getattr", id(node), method)):
                self._flow.put(path, node, Calls(method))

    def _of_module(self, path: str, node: ast.expr, name: str) -> int | None:
        """The function of an installed module that waits, by the module's expression."""
        syntax = self._code.syntax(path)
        known = self._program.type_at(path, *syntax.span(node)) if syntax is not None else None
        if known is None or not known.text.startswith("Module["):
            return None
        catalog = self._code.catalog
        public = catalog.public_name(f"{known.text.removeprefix('Module[').removesuffix(']')}.{name}")
        return self._code.function_named(public) if catalog.blocks(public) is not None else None


def _constant_start(node: ast.expr) -> tuple[str, bool]:
    """The constant that a text begins with, and whether it is all of it."""
    match node:
        case ast.Constant(value=str(text)):
            return text, True
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text, False
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add()):
            return text, False
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return text.partition("%")[0], False
    return "", True


def _constant_end(node: ast.expr) -> str:
    """The constant that a text ends with."""
    match node:
        case (
            ast.JoinedStr(values=[*_, ast.Constant(value=str(text))])
            | ast.BinOp(op=ast.Add(), right=ast.Constant(value=str(text)))
        ):
            return text
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.split(r"%[\w().]*[a-z]", text)[-1]
    return ""


def _decorators(definition: FunctionNode) -> Iterator[tuple[ast.expr, bool]]:
    """A function's decorators, and whether what decorates is what a call returned."""
    for one in definition.decorator_list:
        yield (one.func, True) if isinstance(one, ast.Call) else (one, False)
