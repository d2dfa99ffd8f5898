"""What becomes of a value that is handed to a function or an object which is not the project's."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from aioport.blocking.edges import hands_to_thread
from aioport.blocking.primitives import called_names
from aioport.program.model import Call, Function
from aioport.values.arguments import Argument
from aioport.values.code import Code
from aioport.values.keeping import Keeping
from aioport.values.members import inserted_by, picks_element, walks
from aioport.values.running import Running
from aioport.values.types import Types
from aioport.values.value import Calls, Foreign, Gives, Holds, Is, Iterates, Makes, Value
from aioport.values.worklist import Worklist

COLLECTIONS = ("list[", "tuple[", "set[", "dict[", "typing.Iterator[", "typing.Iterable[")
"""How the checker's text for a builtin collection begins."""

EVERYBODYS = frozenset({"builtins.object", "builtins.super", "builtins.type"})
"""Classes whose methods may be called on anything."""

INITIALISING = frozenset({"builtins.object.__init__", "builtins.super.__init__"})
"""What `super().__init__` is where nothing is known of the class that comes next."""

MOST_OWNERS = 2
"""A method that more library classes have says nothing of the object."""


class Leaving:
    """Goes by the catalog, and for what it has never heard of supposes that a function is called at once.

    on_loop: functions that are handed to the event loop, which calls them later.
    given: functions that objects of installed packages were given, by the objects' class.
    made_with: functions that class bodies hand to libraries, which call them when an instance is made.
    """

    def __init__(self, code: Code, types: Types, work: Worklist, keeping: Keeping, running: Running) -> None:
        self.on_loop: dict[int, None] = {}
        self.given: dict[int, dict[int, None]] = defaultdict(dict)
        self.made_with: dict[int, dict[int, None]] = defaultdict(dict)
        self._code, self._types, self._work = code, types, work
        self._keeping, self._running = keeping, running
        self._program, self._catalog = code.program, code.catalog

    def hand_over(self, path: str, node: ast.Call, argument: Argument, value: Value, call: Call) -> None:
        """A value is an argument of a call of something that is known, and not the project's."""
        catalog, names = self._catalog, called_names(call, self._program)
        functions = (self._program.functions[one] for one in call.targets)
        outside = {one.name for one in functions if not one.in_project}
        if call.constructs is None and outside and outside <= INITIALISING:
            return  # It takes nothing: what is given to `super().__init__` is for the class that comes next.
        if any(catalog.is_spawn(name) for name in names) or any(
            hands_to_thread(target, self._program, catalog) for target in call.targets
        ):
            return
        if any(catalog.is_on_loop(name) for name in names):
            if isinstance(value, Calls):
                self.on_loop[value.function] = None
            return
        if any(catalog.passes(name) for name in names):
            self._work.put(path, node, value)
            return
        if any(catalog.gives(name) for name in names):
            self._work.put(path, node, Gives(value))
            return
        if "builtins.setattr" in names and node.args[2:] == [argument]:
            self._keeping.set_attribute(path, node.args[0], node.args[1], value)
            return
        if isinstance(value, Calls) and self._program.functions[value.function].name in catalog.choices:
            return
        if isinstance(value, Calls) and (made := self._class_body(path, node)) is not None:
            self.made_with[made][value.function] = None
            return
        if isinstance(argument, ast.keyword) and any(name in catalog.fills for name in names):
            return  # an attribute of what is made later, which calls nothing itself
        stored = inserted_by(names, catalog)
        if stored == "elements" and isinstance(value, Iterates):
            self._running.run(path, node, value.function)
            return
        if stored and isinstance(node.func, ast.Attribute):
            self._keeping.insert(path, node.func.value, None if stored == "elements" else value, value)
            return
        if isinstance(value, Foreign) and catalog.blocks(f"{value.name}.__call__") is not None:
            value = Calls(self._code.function_named(f"{value.name}.__call__"))
            self._give_to_object(value, call)
            return
        if any(catalog.is_keeper(name) for name in names):
            self._give_to_object(value, call)
            if isinstance(value, Makes | Is):
                for method in self._hooks(value.class_id):
                    self._give_to_object(Calls(method), call)
            return
        if names and all(catalog.is_looker(name) for name in names):
            self._look(path, node, value)
            return
        match value:
            case Calls(function=function) if self._is_iterator(call):
                self._work.put(path, node, Iterates(function))
            case Calls(function=function) if not isinstance(argument, ast.Starred):
                self._running.add_target(path, node, function)
                self._give_to_object(value, call)
            case Makes(class_id=class_id) | Is(class_id=class_id):
                for method in self._hooks(class_id):
                    self._running.add_hook(path, node, method)
                    self._give_to_object(Calls(method), call)
            case Iterates(function=function):
                if self._is_iterator(call):
                    self._work.put(path, node, value)
                else:
                    self._running.run(path, node, function)
            case Holds():
                bare = {name.rpartition(".")[2] for name in names}
                if self._makes_collection(call) or not walks.isdisjoint(bare):
                    self._work.put(path, node, Holds(value.value))
                elif not picks_element.isdisjoint(bare):
                    self._work.put(path, node, value.value)

    def _look(self, path: str, node: ast.Call, value: Value) -> None:
        """Who only looks at an object asks it for its text, its truth and the like, and keeps nothing of it."""
        if isinstance(value, Is):
            for method in self._hooks(value.class_id):
                if self._program.functions[method].bare_name.startswith("__"):
                    self._running.add_hook(path, node, method)

    def give_to_unknown(self, method: str, value: Value) -> None:
        """An object of an unknown class is given a function: one of the library classes that have the method may be it."""
        if isinstance(value, Foreign) and self._catalog.blocks(f"{value.name}.__call__") is not None:
            value = Calls(self._code.function_named(f"{value.name}.__call__"))
        owners = self._owners.get(method, set())
        if isinstance(value, Calls) and len(owners) <= MOST_OWNERS:
            for owner in owners:
                self._give(owner, value.function)

    def give_decorated(self, function: int, decorators: Iterable[str]) -> None:
        """Decorators that are methods of library objects keep what they decorate."""
        for name in decorators:
            for method in self._foreign_methods.get(name, ()):
                owner = self._program.functions[method].owner
                if owner is not None and not self._catalog.is_pure(name):
                    self._give(owner, function)

    def _give_to_object(self, value: Value, call: Call) -> None:
        """What a method was given, the object may call in any of its methods."""
        if isinstance(value, Calls):
            for target in call.targets:
                owner = self._program.functions[target].owner
                if owner is not None:
                    self._give(owner, value.function)

    def _give(self, owner: int, function: int) -> None:
        """Of the project's own classes it is known what they do with it, and the language's would be any object's."""
        one = self._program.classes[owner]
        if not one.in_project and one.name not in EVERYBODYS:
            self.given[owner][function] = None

    @cached_property
    def _foreign_methods(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for one in self._program.functions:
            if not one.in_project and one.owner is not None and not one.bare_name.startswith("__"):
                found[one.name].append(one.id)
        return found

    @cached_property
    def _owners(self) -> Mapping[str, set[int]]:
        """The library classes that define each method."""
        found: dict[str, set[int]] = defaultdict(set)
        for methods in self._foreign_methods.values():
            for method in methods:
                one = self._program.functions[method]
                if one.owner is not None:
                    found[one.bare_name].add(one.owner)
        return found

    def _hooks(self, class_id: int) -> Iterator[int]:
        """A class's methods that override a library's: what the library calls of an object that it is given."""
        one = self._program.classes[class_id]
        foreign = [base for base in one.ancestors if not self._program.classes[base].in_project]
        if not one.in_project or any(
            self._catalog.is_spawn(name) or self._catalog.is_on_loop(name)
            for name in (self._program.classes[base].name for base in foreign)
        ):
            return
        for name, method in one.methods.items():
            if name not in ("__init__", "__new__") and any(
                name in self._program.classes[base].methods for base in foreign
            ):
                yield method

    def _class_body(self, path: str, node: ast.Call) -> int | None:
        """The class in whose body a call stands, as the value of an attribute: `names: list = field(default_factory=f)`."""
        syntax = self._code.syntax(path)
        statement = syntax.parents.get(node) if syntax is not None else None
        around = syntax.parents.get(statement) if syntax is not None and statement is not None else None
        if isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(around, ast.ClassDef):
            return self._types.class_of(path, around)
        return None

    def _is_iterator(self, call: Call) -> bool:
        """Whether a call makes an iterator, which asks for its items later: `enumerate`, `zip`, `iter`."""
        program = self._program
        made = {
            program.functions[target].owner for target in call.targets if _makes(program.functions[target])
        }
        if any(
            one is not None and program.find_method(one, "__next__") is not None
            for one in (call.constructs, *made)
        ):
            return True
        return any("Iterator[" in program.functions[target].annotation for target in call.targets)

    def _makes_collection(self, call: Call) -> bool:
        """Whether a call returns a collection, which then has the items that it was given."""
        program = self._program
        if call.constructs is not None:
            return program.find_method(call.constructs, "__iter__") is not None
        return any(program.functions[target].annotation.startswith(COLLECTIONS) for target in call.targets)


def _makes(function: Function) -> bool:
    return function.bare_name in ("__init__", "__new__")
