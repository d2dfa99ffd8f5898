"""Joins the checker's report with the project's sources into a `Program`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from aioport.program.model import Call, Callees, CallKind, Class, Function, Program, Reference, Type
from aioport.program.pyrefly import Report
from aioport.program.records import (
    CallRecord,
    ClassDefinition,
    ClassRef,
    Definition,
    FunctionRef,
    ModuleRecord,
    Parent,
    TargetRecord,
    TypeRecord,
    parse_key,
)
from aioport.positions import span_of_key
from aioport.project import Project, Source

ARTIFICIAL: dict[str, CallKind] = {
    "with-enter": "enter",
    "for-iter": "iter",
    "generator-iter": "iter",
    "for-next": "next",
    "generator-next": "next",
    "binary": "operator",
    "augmented-assign-dunder-call": "operator",
    "str-call-to-dunder-method": "protocol",
    "repr-call": "protocol",
    "iter-call": "protocol",
    "next-call": "protocol",
}
"""Keys of the report that stand for implicit calls; `comparison` looks at the wrong operand and is left out."""

VENDORED = re.compile(r"^(?:[\w.]*\.)?_aio\.")
"""The vendored file goes by the name of what it is vendored from, wherever it lies."""

NO_CONSTRUCTOR = {"builtins.object.__init__", "builtins.object.__new__"}
BEFORE_NAME = re.compile(rb"async\s+def\s+$")


def build_program(project: Project, report: Report, public_name: Callable[[str], str]) -> Program:
    """Reads what the report says of the project's files, and of installed packages as far as they are reached.

    public_name: the catalog's spelling of a dotted name.
    """
    return _Join(project, report, public_name).program()


class _Join:
    def __init__(self, project: Project, report: Report, public_name: Callable[[str], str]) -> None:
        self.project, self.report = project, report
        self.public_name = lambda name: public_name(VENDORED.sub("aioport.runtime.", name))
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.by_function: dict[tuple[str, str], int] = {}
        self.by_class: dict[tuple[str, int], int] = {}
        self.class_ids: list[int] = []
        self.loaded: set[str] = set()
        self.pending: dict[int, tuple[ModuleRecord, str]] = {}
        self.subclasses: dict[int, list[int]] = defaultdict(list)
        self.files = {str(project.root / path): path for path in project.sources}
        self.records: dict[str, ModuleRecord] = {}
        for module in sorted(report.modules.values(), key=lambda one: (not one.is_internal, one.module_name)):
            self.records.setdefault(self.home(module), module)
        self.overrides: dict[tuple[int, str], tuple[int, ...]] = {}
        self.callee_cache: dict[int, tuple[Callees, ...]] = {}

    def home(self, module: ModuleRecord) -> str:
        """What a module is known by: its file, since one file may be several modules."""
        return module.file or f"stub:{module.module_name}"

    def program(self) -> Program:
        project_modules = [
            (self.files[home], module)
            for home, module in sorted(self.records.items())
            if home in self.files and module.info_filename
        ]
        for _, module in project_modules:
            self.load(module)
        for module in sorted(self.records.values(), key=lambda one: one.module_name):
            if module.file and module.file not in self.files and module.info_filename:
                self.load(module)
        calls: list[Call] = []
        references: list[Reference] = []
        decorators: dict[int, list[str]] = defaultdict(list)
        for path, module in project_modules:
            if not module.failed_to_load:
                self.read_graph(path, module, calls, references, decorators)
        calls.sort(key=lambda call: (call.path, call.start, call.end, call.kind))
        references.sort(key=lambda one: (one.path, one.start))
        return Program(
            functions=self.functions,
            classes=self.classes,
            calls=tuple(calls),
            references=tuple(references),
            decorators={key: tuple(names) for key, names in decorators.items()},
            callees=self.callees,
            type_at=_Types(self).at,
            subclasses={key: tuple(value) for key, value in self.subclasses.items()},
            unloaded=tuple(path for path, module in project_modules if module.failed_to_load),
        )

    def load(self, module: ModuleRecord) -> None:
        """Adds a module's functions and classes, once."""
        home = self.home(module)
        if home in self.loaded or not self.records[home].info_filename:
            return
        self.loaded.add(home)
        module = self.records[home]
        definitions = self.report.definitions(module)
        path = self.files.get(home)
        source = self.project.sources[path] if path is not None else None
        place = path if path is not None else None if module.is_interface else module.file
        for key in ("MTL", *(f"CTL:{class_id}" for class_id in definitions.class_definitions)):
            self.add_body(module, key, definitions.class_definitions, place)
        names = _Names(module.module_name, definitions.function_definitions, definitions.class_definitions)
        for key, definition in sorted(definitions.function_definitions.items(), key=lambda item: _order(item[0])):
            self.add_function(home, key, definition, names, place, source)
        for class_key, class_definition in definitions.class_definitions.items():
            self.add_class(home, int(class_key), class_definition, names, place)
        self.link(home, definitions.function_definitions, definitions.class_definitions)

    def add_body(
        self, module: ModuleRecord, key: str, classes: Mapping[str, ClassDefinition], place: str | None
    ) -> None:
        in_project = self.home(module) in self.files
        name, line, kind = module.module_name, 1, "module"
        if key != "MTL":
            definition = classes[key.removeprefix("CTL:")]
            name, kind = f"{module.module_name}.{definition.name}", "class"
            line = int((definition.name_location or "1:1").partition(":")[0])
        identity = len(self.functions)
        self.by_function[self.home(module), key] = identity
        self.pending[identity] = (module, key)
        self.functions.append(
            Function(identity, name, "module" if kind == "module" else "class", place, line, 0, in_project)
        )

    def add_function(
        self,
        home: str,
        key: str,
        definition: Definition,
        names: _Names,
        place: str | None,
        source: Source | None,
    ) -> None:
        line = column = 0
        annotation = definition.undecorated_signatures[0].return_annotation.string if definition.undecorated_signatures else ""
        is_async = annotation.startswith("typing.Coroutine[")
        if definition.name_location:
            line, column, _, _ = parse_key(definition.name_location)
            if source is not None:
                start = source.line_starts[line - 1]
                is_async = BEFORE_NAME.search(source.data, start, start + column) is not None
        identity = len(self.functions)
        self.by_function[home, key] = identity
        self.pending[identity] = (self.records[home], key)
        name = names.function(definition)
        self.functions.append(
            Function(
                identity,
                name if source is not None else self.public_name(name),
                "def",
                place,
                line,
                column,
                source is not None,
                is_async=is_async,
                is_static=definition.is_staticmethod,
                is_classmethod=definition.is_classmethod,
                is_property=definition.is_property_getter or definition.is_property_setter,
                annotation=annotation,
            )
        )

    def add_class(
        self, home: str, class_id: int, definition: ClassDefinition, names: _Names, place: str | None
    ) -> None:
        identity = len(self.classes)
        self.by_class[home, class_id] = identity
        self.class_ids.append(class_id)
        line = int((definition.name_location or "1:1").partition(":")[0])
        name = names.class_(class_id)
        in_project = home in self.files
        self.classes.append(
            Class(
                identity,
                name if in_project else self.public_name(name),
                place,
                line,
                in_project,
                (),
                {},
                frozenset(definition.fields),
            )
        )

    def link(self, home: str, functions: Mapping[str, Definition], classes: Mapping[str, ClassDefinition]) -> None:
        """Connects functions to the classes and functions around them, and classes to their MROs."""
        methods: dict[int, dict[str, int]] = defaultdict(dict)
        for key, definition in sorted(functions.items(), key=lambda item: _order(item[0])):
            identity = self.by_function[home, key]
            function = self.functions[identity]
            parent = definition.parent if isinstance(definition.parent, Parent) else None
            owner = parent_function = None
            if parent is not None and parent.Class:
                class_id = parent.Class["class_id"]
                owner = self.by_class.get((home, class_id))
                if owner is not None and definition.is_def_statement:
                    is_setter = definition.is_property_setter and definition.name in methods[owner]
                    if not is_setter:
                        methods[owner][definition.name] = identity
                parent_function = self.enclosing_function(home, class_id, classes)
            elif parent is not None and parent.Function:
                parent_function = self.by_function.get((home, f"F:{parent.Function['func_def_index']}"))
            if owner is not None or parent_function is not None:
                self.functions[identity] = replace(function, owner=owner, parent=parent_function)
        for class_key, class_definition in classes.items():
            identity = self.by_class[home, int(class_key)]
            refs = class_definition.mro.Resolved if not isinstance(class_definition.mro, str) else ()
            mro = tuple(found for ref in refs if (found := self.class_of(ref)) is not None)
            self.classes[identity] = replace(
                self.classes[identity], ancestors=mro, methods=dict(methods[identity])
            )
            for base in mro:
                self.subclasses[base].append(identity)

    def enclosing_function(self, home: str, class_id: int, classes: Mapping[str, ClassDefinition]) -> int | None:
        definition = classes.get(str(class_id))
        while definition is not None and isinstance(definition.parent, Parent):
            if definition.parent.Function:
                return self.by_function.get((home, f"F:{definition.parent.Function['func_def_index']}"))
            definition = classes.get(str(definition.parent.Class["class_id"])) if definition.parent.Class else None
        return None

    def class_of(self, ref: ClassRef) -> int | None:
        module = self.report.modules.get(ref.module_id)
        if module is None:
            return None
        self.load(module)
        return self.by_class.get((self.home(module), ref.class_id))

    def function_of(self, ref: FunctionRef) -> int | None:
        module = self.report.modules.get(ref.module_id)
        if module is None:
            return None
        self.load(module)
        return self.by_function.get((self.home(module), ref.function_id))

    def read_graph(
        self,
        path: str,
        module: ModuleRecord,
        calls: list[Call],
        references: list[Reference],
        decorators: dict[int, list[str]],
    ) -> None:
        home, source = self.home(module), self.project.sources[path]
        for key, edges in self.report.call_graphs(module).items():
            decorated = None
            caller = self.by_function.get((home, key))
            if key.startswith("FDT:"):
                decorated = self.by_function.get((home, f"F:{key[4:]}"))
                caller = self.around(home, decorated)
            if caller is None:
                continue
            for place, edge in edges.items():
                _, _, artificial = place.partition("|")
                span = span_of_key(source, parse_key(place))
                if edge.Call is not None:
                    kind = self.kind(artificial)
                    if kind is not None:
                        calls.extend(self.calls(path, source, caller, kind, span, place, edge.Call))
                        if decorated is not None:
                            decorators[decorated].extend(self.names(edge.Call))
                    continue
                access = edge.AttributeAccess or edge.Identifier
                if access is None:
                    continue
                for getters, kind in ((access.property_getters, "property"), (access.property_setters, "setter")):
                    if getters:
                        record = CallRecord(call_targets=getters)
                        calls.extend(self.calls(path, source, caller, kind, span, place, record))
                if access.if_called is not None and access.if_called.call_targets:
                    targets = self.targets(access.if_called.call_targets, through_super=False)[0]
                    if decorated is not None:
                        decorators[decorated].extend(self.functions[target].name for target in targets)
                    elif targets and not _is_called(source.data, span[1]):
                        line, _, _, _ = parse_key(place)
                        references.append(Reference(caller, path, *span, line, targets))

    def around(self, home: str, decorated: int | None) -> int | None:
        """The body in which a decorator runs."""
        if decorated is None:
            return None
        function = self.functions[decorated]
        if function.owner is not None:
            return self.by_function.get((home, f"CTL:{self.class_ids[function.owner]}"))
        return function.parent if function.parent is not None else self.by_function.get((home, "MTL"))

    @staticmethod
    def kind(artificial: str) -> CallKind | None:
        if not artificial:
            return "call"
        label = artificial.removeprefix("artificial-call|").rpartition(">")[2]
        if label.startswith("subscript-"):
            return "item"
        return ARTIFICIAL.get(label)

    def names(self, record: CallRecord) -> Iterator[str]:
        for target in (*record.call_targets, *record.init_targets):
            if not isinstance(target.target, str):
                ref = target.target.Function or target.target.Overrides
                found = self.function_of(ref) if ref else None
                if found is not None:
                    yield self.functions[found].name

    def calls(
        self,
        path: str,
        source: Source,
        caller: int,
        kind: CallKind,
        span: tuple[int, int],
        place: str,
        record: CallRecord,
    ) -> Iterator[Call]:
        line, column, _, _ = parse_key(place)
        through_super = source.data.startswith(b"super(", span[0])
        targets, sure = self.targets(record.call_targets, through_super=through_super)
        built = {ref.receiver_class for ref in (*record.init_targets, *record.new_targets) if ref.receiver_class}
        constructs = self.class_of(next(iter(built))) if len(built) == 1 else None
        makers, _ = self.targets((*record.init_targets, *record.new_targets), through_super=True)
        targets += tuple(one for one in makers if self.functions[one].name not in NO_CONSTRUCTOR)
        unknown = record.unresolved
        reason = next(iter(unknown.values())) if isinstance(unknown, dict) else unknown
        if reason in (None, "False") and not targets and constructs is None and kind == "call" and not makers:
            reason = "NoTarget"
        callbacks = tuple(
            (callback.index, found)
            for callback in record.higher_order_parameters.values()
            if (found := self.targets(callback.call_targets, through_super=False)[0])
        )
        yield Call(
            caller=caller,
            path=path,
            kind=kind,
            start=span[0],
            end=span[1],
            line=line,
            column=column,
            targets=targets,
            sure=sure and reason in (None, "False"),
            unknown=None if reason in (None, "False") else reason,
            constructs=constructs,
            callbacks=callbacks,
            through_super=through_super,
        )
        if kind == "enter":
            leaving = tuple(found for one in targets if (found := self.leaving(one, record)) is not None)
            if leaving:
                yield Call(caller, path, "exit", *span, line, column, tuple(dict.fromkeys(leaving)), sure)

    def leaving(self, entering: int, record: CallRecord) -> int | None:
        """The `__exit__` that belongs to an `__enter__`; the report has no entry for it."""
        owner = self.functions[entering].owner
        name = "__aexit__" if self.functions[entering].bare_name == "__aenter__" else "__exit__"
        receivers = [self.class_of(one.receiver_class) for one in record.call_targets if one.receiver_class]
        for class_id in (*receivers, owner):
            if class_id is not None:
                for candidate in (class_id, *self.classes[class_id].ancestors):
                    if name in self.classes[candidate].methods:
                        return self.classes[candidate].methods[name]
        return None

    def targets(self, records: Iterable[TargetRecord], *, through_super: bool) -> tuple[tuple[int, ...], bool]:
        """The functions that targets name, overrides in subclasses included, and whether it is just one."""
        found: dict[int, None] = {}
        sure = True
        for record in records:
            if isinstance(record.target, str):
                sure = False
                continue
            ref = record.target.Function or record.target.Overrides
            identity = self.function_of(ref) if ref is not None else None
            if identity is None:
                sure = False
                continue
            identity = self.received(identity, record.receiver_class)
            found[identity] = None
            if not through_super and record.implicit_receiver and not record.implicit_dunder_call:
                function = self.functions[identity]
                receiver = self.class_of(record.receiver_class) if record.receiver_class else function.owner
                if receiver is not None and function.owner is not None:
                    found.update(dict.fromkeys(self.overriding(receiver, function.bare_name)))
        return tuple(found), sure and len(found) == 1

    def received(self, identity: int, ref: ClassRef | None) -> int:
        """A stub's method under the name of the class it is called on, which may say more than the one defining it."""
        function = self.functions[identity]
        receiver = self.class_of(ref) if ref is not None else None
        if function.path is not None or function.owner in (None, receiver) or receiver is None:
            return identity
        if self.classes[receiver].path is not None:
            return identity
        key = (f"on:{receiver}", str(identity))
        if key not in self.by_function:
            self.by_function[key] = len(self.functions)
            name = f"{self.classes[receiver].name}.{function.bare_name}"
            self.pending[len(self.functions)] = self.pending[identity]
            self.functions.append(replace(function, id=len(self.functions), name=name, defined_as=function.name))
        return self.by_function[key]

    def overriding(self, receiver: int, name: str) -> tuple[int, ...]:
        """Methods of this name that instances of a class's subclasses would run instead."""
        key = (receiver, name)
        if key not in self.overrides:
            found = {}
            for subclass in self.subclasses.get(receiver, ()):
                for candidate in (subclass, *self.classes[subclass].ancestors):
                    method = self.classes[candidate].methods.get(name)
                    if method is not None:
                        found[method] = None
                        break
            self.overrides[key] = tuple(found)
        return self.overrides[key]

    def callees(self, identity: int) -> tuple[Callees, ...]:
        """What an installed function's body runs, as far as its source is there."""
        if identity not in self.callee_cache:
            module, key = self.pending[identity]
            found: list[Callees] = []
            if module.file and not module.is_interface and not module.failed_to_load:
                for place, edge in self.report.call_graphs(module).get(key, {}).items():
                    found.extend(self.edges(place, edge.Call))
                    access = edge.AttributeAccess
                    if access is not None and access.property_getters:
                        found.extend(self.edges(place, CallRecord(call_targets=access.property_getters)))
            self.callee_cache[identity] = tuple(sorted(found, key=lambda one: (one.line, one.targets)))
        return self.callee_cache[identity]

    def edges(self, place: str, record: CallRecord | None) -> Iterator[Callees]:
        _, _, artificial = place.partition("|")
        if record is not None and self.kind(artificial) is not None:
            makers = (*record.init_targets, *record.new_targets)
            targets, sure = self.targets((*record.call_targets, *makers), through_super=False)
            if targets:
                yield Callees(parse_key(place)[0], targets, sure)


class _Names:
    """Dotted names of a module's functions and classes, through everything they are nested in."""

    def __init__(
        self, module: str, functions: Mapping[str, Definition], classes: Mapping[str, ClassDefinition]
    ) -> None:
        self.module, self.functions, self.classes = module, functions, classes

    def function(self, definition: Definition) -> str:
        return f"{self.around(definition.parent)}.{definition.name}"

    def class_(self, class_id: int) -> str:
        definition = self.classes[str(class_id)]
        return f"{self.around(definition.parent)}.{definition.name}"

    def around(self, parent: Parent | str) -> str:
        if isinstance(parent, Parent) and parent.Class:
            return self.class_(parent.Class["class_id"])
        if isinstance(parent, Parent) and parent.Function:
            outer = self.functions.get(f"F:{parent.Function['func_def_index']}")
            return self.function(outer) if outer is not None else self.module
        return self.module


class _Types:
    """Types of expressions by position, read from the report a module at a time."""

    def __init__(self, join: _Join) -> None:
        self.join = join
        self.tables: dict[str, dict[tuple[int, int], TypeRecord]] = {}

    def at(self, path: str, start: int, end: int) -> Type | None:
        if path not in self.tables:
            self.tables[path] = self.read(path)
        record = self.tables[path].get((start, end))
        return self.convert(record) if record is not None else None

    def read(self, path: str) -> dict[tuple[int, int], TypeRecord]:
        module = self.join.records.get(str(Path(self.join.project.root / path)))
        source = self.join.project.sources[path]
        if module is None or not module.info_filename:
            return {}
        return {
            span_of_key(source, parse_key(place)): table.type_table[index]
            for table in self.join.report.types(module).values()
            for place, index in table.locations.items()
        }

    def convert(self, record: TypeRecord) -> Type:
        if record.class_names is None:
            return Type(record.string)
        instances, objects = [], []
        for one in record.class_names.classes:
            found = self.join.class_of(one.class_)
            name = (
                self.join.classes[found].name
                if found is not None
                else self.join.public_name(f"{one.class_.module_name}.{one.class_.class_name}")
            )
            (objects if "Type" in one.modifiers else instances).append(name)
        return Type(record.string, tuple(instances), tuple(objects), record.class_names.is_exhaustive)


def _order(key: str) -> tuple[str, int]:
    kind, _, number = key.partition(":")
    return kind, int(number.rpartition(":")[2] or 0)


def _is_called(data: bytes, end: int) -> bool:
    """Whether the expression that ends here is the callee of a call."""
    while data[end : end + 1] in (b" ", b"\t"):
        end += 1
    return data[end : end + 1] == b"("
