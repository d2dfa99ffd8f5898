"""Functions and classes of every module in the report, loaded when something first refers to the module."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from aioport.program.loading import Loaded, ModuleLoader, class_body
from aioport.program.model import Class, Function
from aioport.program.places import Places
from aioport.program.pyrefly import Report
from aioport.program.records import ClassRef, FunctionRef, ModuleRecord
from aioport.project import Project

VENDORED = re.compile(r"^(?:[\w.]*\.)?_aio\.")
"""The vendored file goes by the name of what it is vendored from, wherever it lies."""


@dataclass(frozen=True, slots=True)
class Home:
    """A file of the report. One file may be several modules; all of them have one home.

    module: the one that is read: one of the checked files before what it is imported as elsewhere.
    functions, classes: ids by the report's own.
    """

    module: ModuleRecord
    functions: Mapping[str, int]
    classes: Mapping[int, int]


class Definitions:
    """Ids are given in the order of loading; who asks in the order of the sources gets the same ids every time.

    class_bodies: the function that is each class's body, by class id.
    subclasses: of each class, all below it.
    origins: where the report has a function: module and key.

    places: of the project's files.
    links: folders that stand for others in the report: the folder seen by the checker -> the one meant.
    """

    def __init__(
        self,
        project: Project,
        report: Report,
        places: Mapping[str, Places],
        public_name: Callable[[str], str],
        links: Mapping[str, str],
    ) -> None:
        self.functions: list[Function] = []
        self.classes: list[Class] = []
        self.class_bodies: list[int] = []
        self.subclasses: dict[int, list[int]] = defaultdict(list)
        self.origins: dict[int, tuple[ModuleRecord, str]] = {}
        self._project, self._report, self._places, self._links = project, report, places, links
        self._spell = lambda name: public_name(
            VENDORED.sub("aioport.runtime.", name) if "_aio." in name else name
        )
        self._files = {str(project.root / path): path for path in project.sources}
        self._modules: dict[str, ModuleRecord] = {}
        self._packages: dict[str, list[int]] = defaultdict(list)
        for module in sorted(report.modules.values(), key=lambda one: (not one.is_internal, one.module_name)):
            self._modules.setdefault(_file_or_name(module), module)
            if module.file and not module.is_interface:
                self._packages[_top(module.module_name)].append(module.module_id)
        self._homes: dict[int, Home | None] = {}
        self._aliases: dict[tuple[int, int], int] = {}
        self._overriding: dict[tuple[int, str], tuple[int, ...]] = {}

    def project_modules(self) -> Iterator[tuple[str, ModuleRecord]]:
        """The project's files, and the module that each of them is, in path order."""
        for file, path in self._files.items():
            module = self._modules.get(file)
            if module is not None and module.info_filename:
                yield path, module

    def home(self, module_id: int) -> Home | None:
        """The home of a module, which is loaded; None for a namespace package."""
        if module_id not in self._homes:
            module = self._report.modules.get(module_id)
            if module is not None:
                module = self._modules[_file_or_name(module)]
            if module is None or not module.info_filename:
                self._homes[module_id] = None
            elif module.module_id == module_id:
                self._load(module)
            else:
                self._homes[module_id] = self.home(module.module_id)
        return self._homes[module_id]

    def load(self, name: str) -> bool:
        """Loads a module by its dotted name; False where there is none, or where it is loaded already."""
        module = self._named.get(name)
        if module is None or module in self._homes:
            return False
        return self.home(module) is not None

    @cached_property
    def _named(self) -> Mapping[str, int]:
        return {module.module_name: number for number, module in self._report.modules.items()}

    def function(self, ref: FunctionRef) -> int | None:
        home = self._homes.get(ref.module_id) or self.home(ref.module_id)
        return home.functions.get(ref.function_id) if home is not None else None

    def class_(self, ref: ClassRef) -> int | None:
        home = self._homes.get(ref.module_id) or self.home(ref.module_id)
        return home.classes.get(ref.class_id) if home is not None else None

    def stubbed(self) -> frozenset[str]:
        """Third-party packages of which stubs were read."""
        homes = (home for home in self._homes.values() if home is not None)
        return frozenset(_top(home.module.module_name) for home in homes if home.module.is_third_party_stub)

    def on_receiver(self, function: int, ref: ClassRef) -> int:
        """A stub's method under the name of the class it is called on, which may say more than the one defining it.

        Of a class that is no stub's, it is the nearest above it that is one and has the method.
        """
        method = self.functions[function]
        if method.path is not None or method.owner is None:
            return function
        receiver = self._nearest_stub(self.class_(ref), method.owner)
        if receiver is None or receiver == method.owner:
            return function
        alias = self._aliases.get((receiver, function))
        if alias is None:
            alias = self._aliases[receiver, function] = len(self.functions)
            name = f"{self.classes[receiver].name}.{method.bare_name}"
            self.functions.append(
                msgspec.structs.replace(method, id=alias, name=name, defined_as=method.name)
            )
            self.origins[alias] = self.origins[function]
        return alias

    def _nearest_stub(self, receiver: int | None, owner: int) -> int | None:
        """The first class in the line of one that is a stub's and below another, or that one itself."""
        line = (receiver, *self.classes[receiver].ancestors) if receiver is not None else ()
        return next(
            (
                one
                for one in line
                if self.classes[one].path is None and (one == owner or owner in self.classes[one].ancestors)
            ),
            None,
        )

    def overriding(self, receiver: int, name: str) -> tuple[int, ...]:
        """Methods that instances of a class's subclasses would run under this name.

        Looked for in the project and, for a class of an installed package, in all of that package.
        """
        found = self._overriding.get((receiver, name))
        if found is None:
            found = self._overriding[receiver, name] = tuple(
                dict.fromkeys(self._find_overriding(receiver, name))
            )
        return found

    def _find_overriding(self, receiver: int, name: str) -> Iterator[int]:
        base = self.classes[receiver]
        package = _top(base.module)
        is_installed = base.path is not None and not base.in_project
        for module_id in self._packages[package] if is_installed else ():
            self.home(module_id)
        for subclass in self.subclasses.get(receiver, ()):
            one = self.classes[subclass]
            if one.in_project or (is_installed and _top(one.module) == package):
                for candidate in (subclass, *one.ancestors):
                    if name in self.classes[candidate].methods:
                        yield self.classes[candidate].methods[name]
                        break

    def _load(self, module: ModuleRecord) -> None:
        file = module.file or ""
        path = self._files.get(file)
        definitions = self._report.definitions(module)
        loaded = ModuleLoader(
            module.module_name,
            definitions,
            path if path is not None else None if module.is_interface or not file else self._meant(file),
            self._project.sources[path] if path is not None else None,
            self._places[path] if path is not None else None,
            self._spell if path is None else str,
            len(self.functions),
            len(self.classes),
        ).load()
        # Before the ancestors, which may lie in modules that refer back to this one.
        self._homes[module.module_id] = Home(module, loaded.function_ids, loaded.class_ids)
        self.functions += loaded.functions
        self.classes += loaded.classes
        self.class_bodies += (loaded.function_ids[class_body(number)] for number in loaded.class_ids)
        self.origins.update((identity, (module, key)) for key, identity in loaded.function_ids.items())
        self._link(loaded, {int(key): one.mro for key, one in definitions.class_definitions.items()})

    def _link(self, loaded: Loaded, orders: Mapping[int, object]) -> None:
        for number, identity in loaded.class_ids.items():
            refs = getattr(orders[number], "Resolved", ())
            ancestors = tuple(found for ref in refs if (found := self.class_(ref)) is not None)
            if ancestors:
                self.classes[identity] = msgspec.structs.replace(self.classes[identity], ancestors=ancestors)
                for base in ancestors:
                    self.subclasses[base].append(identity)

    def _meant(self, file: str) -> str:
        for link, folder in self._links.items():
            if file == link or file.startswith(f"{link}/"):
                return folder + file.removeprefix(link)
        return file


def _file_or_name(module: ModuleRecord) -> str:
    return module.file or f"stub:{module.module_name}"


def _top(name: str) -> str:
    return name.partition(".")[0]
