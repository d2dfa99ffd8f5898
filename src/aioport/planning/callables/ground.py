"""What following values asks of the program: which function an expression names, and where names are stored."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property

from aioport.catalog.index import Catalog
from aioport.planning.callables.answers import EVERYTHING, Answers, Asked, callers_of, find_changed
from aioport.planning.callables.model import Destination, Local, Occurrence, Place
from aioport.planning.pools.model import Pools
from aioport.program.model import Call, Program
from aioport.program.names import ImportedNames
from aioport.program.syntax import FunctionNode, Syntax, is_called_here
from aioport.project import Project, Source
from aioport.values.arguments import arrivals
from aioport.values.code import Code, scopes_of
from aioport.values.scopes import Binding, Scopes
from aioport.values.types import Types

FunctionLike = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
ITERATING = ("builtins.map", "builtins.filter", "builtins.iter")
LASTING = (
    *("by_name", "_class_named", "_targets_at", "_attributes", "_keywords", "_class_fields"),
    *("_filling", "_methods", "_tops", "references", "making"),
)
"""What does not depend on what calls run."""

LOOKED_UP_LATER = "{path}:{line} looks it up by a name that is known when it runs only"


class Ground:
    """One program's syntax and references, looked up when asked for.

    lambdas: functions that stand for lambdas.
    tests: the files of test code.
    """

    def __init__(
        self,
        project: Project,
        program: Program,
        catalog: Catalog,
        lambdas: Mapping[int, tuple[str, ast.Lambda]],
        tests: AbstractSet[str] = frozenset(),
    ) -> None:
        self.tests = tests
        self.lambdas = lambdas
        self.asked = Asked()
        self.project, self.program, self.catalog = project, program, catalog
        self.code = Code(project, program, catalog, list(program.calls))
        self.code.bodies.update(lambdas)
        self.types = Types(self.code)
        self._names: dict[str, ImportedNames] = {}
        self._classes: dict[str, list[ast.ClassDef]] = {}
        self._foreign: dict[ast.Attribute, bool] = {}
        self.pools = Pools()
        self.reads: Answers[Place, tuple[tuple[str, ast.expr], ...]] = Answers(self.asked)
        self.ends: Answers[Place, tuple[Destination, ...]] = Answers(self.asked)

    def again(self, program: Program) -> Ground:
        """The same of a program in which calls, in the same order, run something else, and lambdas are functions now.

        What does not depend on that is taken along. The answers are, too, for whoever works them out drops those that
        do: see `changed_since`.
        """
        made = Ground(self.project, program, self.catalog, self.lambdas, self.tests)
        made.code.take_syntax(self.code)
        made.pools = self.pools
        made._names, made._classes, made._foreign = self._names, self._classes, self._foreign
        made.asked, made.reads, made.ends = self.asked, self.reads, self.ends
        made.__dict__.update((name, self.__dict__[name]) for name in LASTING if name in self.__dict__)
        return made

    def changed_since(self, before: Ground) -> set[Hashable]:
        """What answers may have gone by that is not so any more; those of where values go are dropped."""
        changed = find_changed(before.program.calls, self.program.calls)
        changed.update(body for _, body in {*self.code.bodies.values()} - {*before.code.bodies.values()})
        self.reads.forget(changed)
        self.ends.forget(changed)
        return changed

    def syntax(self, path: str) -> Syntax:
        found = self.code.syntax(path)
        assert found is not None
        return found

    def scopes(self, path: str) -> Scopes:
        found = self.code.scopes(path)
        assert found is not None
        return found

    def names(self, path: str) -> ImportedNames:
        if path not in self._names:
            package = self.code.package_of(path)
            self._names[path] = ImportedNames(self.syntax(path), self.catalog.public_name, package)
        return self._names[path]

    def where(self, path: str, node: ast.AST) -> str:
        return f"{path}:{getattr(node, 'lineno', 1)}"

    def definition(self, function: int) -> tuple[str, FunctionNode | ast.Lambda] | None:
        return self.code.node(function)

    def call(self, path: str, node: ast.Call) -> tuple[int, Call] | None:
        index = self.code.call_at(path, node)
        if index is None:
            return None
        self.asked.note(index)
        return index, self.program.calls[index]

    def function_at(self, path: str, node: ast.AST) -> int | None:
        """The function that a `def` is, or a lambda that has become one."""
        if isinstance(node, ast.Lambda):
            self.asked.note(node)
        return self.code.function_at(path, node)

    @cached_property
    def references(self) -> list[Occurrence]:
        """Where the project's code names functions, and not variables that may be one."""
        found = []
        for one in self.program.references:
            node = self.syntax(one.path).at((one.start, one.end), ast.expr)
            if node is not None:
                found += [
                    Occurrence(one.path, node, target, self.program.functions[target].name)
                    for target in one.targets
                    if self.is_name_of(one.path, node, target)
                ]
        return found

    @cached_property
    def own_methods(self) -> frozenset[str]:
        """The names of all methods of the project's classes."""
        return frozenset(name for one in self.program.classes if one.in_project for name in one.methods)

    @cached_property
    def making(self) -> Mapping[int, list[Call]]:
        """The call expressions that make an instance of each class."""
        found: dict[int, list[Call]] = defaultdict(list)
        for call in self.program.calls:
            if call.kind == "call" and call.constructs is not None:
                found[call.constructs].append(call)
        return found

    @cached_property
    def by_name(self) -> Mapping[str, int]:
        return {
            one.name: one.id
            for one in self.program.functions
            if one.in_project and one.kind == "def" and "<lambda>" not in one.name
        }

    @cached_property
    def _class_named(self) -> Mapping[str, int]:
        return {one.name: one.id for one in self.program.classes if one.in_project}

    def calls_of(self, function: int) -> list[tuple[int, Call]]:
        """The calls that may run a function, with their indices."""
        found = self.code.calls_of.get(function, ())
        self.asked.note(callers_of(function))
        self.asked.note_all(found)
        return [(index, self.program.calls[index]) for index in found]

    @cached_property
    def _targets_at(self) -> Mapping[tuple[str, int, int], tuple[int, ...]]:
        return {(one.path, one.start, one.end): one.targets for one in self.program.references}

    def named(self, path: str, node: ast.expr) -> tuple[int, ...]:
        """The functions that a name or an attribute is, as the checker or the imports tell."""
        found = self._targets_at.get((path, *self.syntax(path).span(node)))
        if found is not None and all(self.is_name_of(path, node, one) for one in found):
            return found
        dotted = self.names(path).resolve(node)
        if dotted is not None:
            return (self.by_name[dotted],) if dotted in self.by_name else ()
        if isinstance(node, ast.Name):
            binding = self.scopes(path).binding(node)
            for definition in self.bindings(path, binding):
                function = self.code.function_at(path, definition)
                if function is not None:
                    return (function,)
        return ()

    def is_name_of(self, path: str, node: ast.expr, function: int) -> bool:
        """Whether an expression is a function's own name, and not a variable that may be that function."""
        if isinstance(node, ast.Attribute):
            return node.attr == self.program.functions[function].bare_name or (
                self.names(path).resolve(node) is not None
            )
        if isinstance(node, ast.Name):
            binding = self.scopes(path).binding(node)
            bindings = self.bindings(path, binding)
            return not any(isinstance(one, ast.Name) for one in bindings) and not (
                not bindings and isinstance(binding.scope, FunctionLike)
            )
        return False

    def is_iterated_with(self, path: str, node: ast.expr) -> bool:
        """Whether a function is handed to what awaits it if it becomes async: a builtin that `planning.consuming`
        rewrites, like `map(node, xs)`, or a pool."""
        if node in self.pools.given:
            return True
        call = self.syntax(path).parents.get(node)
        if not isinstance(call, ast.Call) or len(call.args) != 2 or call.keywords or call.args[0] is not node:
            return False
        found = self.call(path, call)
        names = {self.program.functions[one].name for one in found[1].targets} if found is not None else set()
        return bool(names) and all(name.startswith(ITERATING) for name in names)

    def class_named(self, path: str, node: ast.expr) -> int | None:
        """The project's class that a name is."""
        dotted = self.names(path).resolve(node)
        if dotted is not None:
            return self._class_named.get(dotted)
        if isinstance(node, ast.Name):
            for definition in self.bindings(path, self.scopes(path).binding(node)):
                if isinstance(definition, ast.ClassDef):
                    return self.types.class_of(path, definition)
        return None

    def bindings(self, path: str, binding: Binding) -> list[ast.AST]:
        """Where a name is bound: stores, definitions, imports and parameters."""
        return self.syntax(path).source.once(_bindings).get(binding, [])

    def attributes(self, name: str) -> Iterator[tuple[str, ast.Attribute]]:
        """Every attribute of this name in the project, read or written."""
        for path, nodes in self._attributes.get(name, {}).items():
            yield from ((path, node) for node in nodes)

    @cached_property
    def _attributes(self) -> Mapping[str, Mapping[str, list[ast.Attribute]]]:
        """Attributes by their names, and by the files that they stand in."""
        found: dict[str, dict[str, list[ast.Attribute]]] = defaultdict(lambda: defaultdict(list))
        for path in self.code.project.sources:
            if self.code.syntax(path) is not None:
                for node in self.syntax(path).of_kind.get(ast.Attribute, ()):
                    if isinstance(node, ast.Attribute):
                        found[node.attr][path].append(node)
        return found

    def class_fields(self, name: str) -> list[tuple[str, ast.ClassDef, ast.Assign | ast.AnnAssign]]:
        """Where bodies of classes assign or declare an attribute of this name."""
        return self._class_fields.get(name, [])

    @cached_property
    def _class_fields(self) -> Mapping[str, list[tuple[str, ast.ClassDef, ast.Assign | ast.AnnAssign]]]:
        found: dict[str, list[tuple[str, ast.ClassDef, ast.Assign | ast.AnnAssign]]] = defaultdict(list)
        for path in self.code.project.sources:
            for definition in self.class_definitions(path):
                for statement in definition.body:
                    match statement:
                        case (
                            ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name))
                        ):
                            found[name].append((path, definition, statement))
        return found

    def fills(self, path: str, node: ast.Call) -> bool:
        """Whether the keyword arguments of a call become attributes of an object that is made later.

        Where it is not known what is called, a method is known by its name, if nothing in the project is called so.
        """
        found = self.call(path, node)
        names = [self.program.functions[one].name for one in found[1].targets] if found is not None else []
        if names:
            return all(one.removesuffix(".__init__") in self.catalog.fills for one in names)
        if not isinstance(node.func, ast.Attribute):
            return False
        name = node.func.attr
        return name in self._filling and name not in self._methods

    @cached_property
    def _filling(self) -> frozenset[str]:
        """Bare names of methods of which the keyword arguments become attributes."""
        return frozenset(one.rpartition(".")[2] for one in self.catalog.fills)

    @cached_property
    def _methods(self) -> frozenset[str]:
        return frozenset(name for one in self.program.classes if one.in_project for name in one.methods)

    def filled(self, name: str) -> Iterator[tuple[str, ast.expr]]:
        """What is given for an attribute by calls that fill objects."""
        for path, nodes in self._keywords.get(name, {}).items():
            for node in nodes:
                call = self.syntax(path).parents[node]
                if isinstance(call, ast.Call) and self.fills(path, call):
                    yield path, node.value

    @cached_property
    def _keywords(self) -> Mapping[str, Mapping[str, list[ast.keyword]]]:
        """Keyword arguments by their names, and by the files that they stand in."""
        found: dict[str, dict[str, list[ast.keyword]]] = defaultdict(lambda: defaultdict(list))
        for path in self.code.project.sources:
            if self.code.syntax(path) is not None:
                for node in self.syntax(path).of_kind.get(ast.keyword, ()):
                    if isinstance(node, ast.keyword) and node.arg is not None:
                        found[node.arg][path].append(node)
        return found

    def class_definitions(self, path: str) -> list[ast.ClassDef]:
        if self.code.syntax(path) is None:
            return []
        if path not in self._classes:
            nodes = self.syntax(path).of_kind.get(ast.ClassDef, ())
            self._classes[path] = [one for one in nodes if isinstance(one, ast.ClassDef)]
        return self._classes[path]

    def is_foreign(self, path: str, node: ast.Attribute) -> bool:
        """Whether an attribute is one of something outside the project."""
        found = self._foreign.get(node)
        if found is None:
            found = self._foreign[node] = self._find_foreign(path, node)
        return found

    def _find_foreign(self, path: str, node: ast.Attribute) -> bool:
        known = self.program.type_at(path, *self.syntax(path).span(node.value))
        if known is not None and not self.catalog.bags.isdisjoint(known.classes):
            return False
        if known is not None and known.exhaustive and (known.classes or known.objects):
            return not any(self.program.classes[one].in_project for one in known.ids) and not any(
                one in self._class_named for one in known.objects
            )
        dotted = self.names(path).resolve(node.value)
        return dotted is not None and dotted.partition(".")[0] not in self._tops

    @cached_property
    def _tops(self) -> frozenset[str]:
        return frozenset(name.partition(".")[0] for name in self.code.modules)

    def module_variable(self, path: str, node: ast.expr) -> Local | None:
        """The variable of another module that an imported name or an attribute of a module is."""
        dotted = self.names(path).resolve(node)
        if dotted is None:
            return None
        module, _, name = dotted.rpartition(".")
        home = self.code.modules.get(module)
        if home is None or self.code.syntax(home) is None:
            return None
        return Local(home, Binding(self.syntax(home).tree, name))

    def importers(self, local: Local) -> Iterator[tuple[str, ast.expr]]:
        """Where other files read a variable of a module."""
        module, name = self.code.module_of(local.path), local.binding.name
        dotted = f"{module}.{name}"
        for path in self.code.files_with(name, module.rpartition(".")[2]):
            if path == local.path or self.code.syntax(path) is None:
                continue
            names = self.names(path)
            here = {bound for bound, meaning in names.bound.items() if meaning == dotted}
            for bound in here:
                for node in self.scopes(path).loads(Binding(self.syntax(path).tree, bound)):
                    yield path, node
            for attribute in self._attributes.get(name, {}).get(path, ()):
                if names.resolve(attribute) == dotted:
                    yield path, attribute

    def parameter(self, function: int, path: str, name: str) -> Local:
        found = self.definition(function)
        assert found is not None
        return Local(path, Binding(found[1], name))

    def arrivals(self, call: Call, node: ast.Call, argument: ast.expr | ast.keyword) -> Iterator[Local]:
        """The parameters of the project's functions that an argument of a call arrives at."""
        for target in call.targets:
            found = self.definition(target)
            if found is not None:
                receives = self.receives(call, node, target)
                for name, _ in arrivals(found[1], node, argument, receives=receives):
                    yield Local(found[0], Binding(found[1], name))

    def receives(self, call: Call, node: ast.Call, target: int) -> bool:
        """Whether the first parameter is what the method is called on."""
        one = self.program.functions[target]
        if one.owner is None or one.is_static:
            return False
        if one.bare_name in ("__init__", "__call__") or one.is_classmethod or call.constructs is not None:
            return True
        if isinstance(node.func, ast.Attribute):
            base = node.func.value
            return self.class_named(call.path, base) is None
        return True

    @cached_property
    def lookups(self) -> tuple[Mapping[int, list[Occurrence]], Mapping[int, str]]:
        """Methods that `getattr` names, by function; and those that it may find by a name that is not known."""
        known: dict[int, list[Occurrence]] = defaultdict(list)
        unknown: dict[int, str] = {}
        for path in self.code.files_with("getattr"):
            for node in self.code.calls_named(path, "getattr"):
                if len(node.args) < 2:
                    continue
                reason = LOOKED_UP_LATER.format(path=path, line=node.lineno)
                exact, found = self.looked_up(path, node)
                if not exact and path in self.tests and is_called_here(self.syntax(path), node):
                    continue
                for method in found:
                    if exact:
                        name = self.program.functions[method].name
                        known[method].append(Occurrence(path, node, method, name))
                    else:
                        unknown.setdefault(method, reason)
        return known, unknown

    def looked_up(self, path: str, node: ast.Call) -> tuple[bool, tuple[int, ...]]:
        """The methods that a `getattr` may find, and whether these are all: for a constant or a known prefix."""
        self.asked.note(EVERYTHING)  # which types are known depends on what calls run
        prefix, is_whole = _prefix(node.args[1])
        found: dict[int, None] = {}
        for one in self.types.holders(path, node.args[0]):
            line = (one, *self.program.classes[one].ancestors, *self.program.subclasses.get(one, ()))
            for class_id in line:
                for name, method in self.program.classes[class_id].methods.items():
                    fits = name == prefix if is_whole else name.startswith(prefix)
                    if fits and self.program.functions[method].in_project and not name.startswith("__"):
                        found[method] = None
        return bool(prefix), tuple(found)


def _bindings(source: Source) -> dict[Binding, list[ast.AST]]:
    found: dict[Binding, list[ast.AST]] = defaultdict(list)
    scopes = source.once(scopes_of)
    for node in Syntax(source).parents:
        match node:
            case ast.Name(ctx=ast.Store()):
                found[scopes.binding(node)].append(node)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[scopes.bound_by(node, name)].append(node)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                for alias in aliases:
                    name = alias.asname or alias.name.partition(".")[0]
                    found[scopes.bound_by(node, name)].append(node)
    return dict(found)


def _prefix(node: ast.expr) -> tuple[str, bool]:
    """How a name that is put together begins, and whether that is all of it."""
    match node:
        case ast.Constant(value=str(text)):
            return text, True
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text, False
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Add() | ast.Mod()):
            return text.partition("%")[0], False
    return "", False
