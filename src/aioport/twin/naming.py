"""What a twin's name map means where: of a module, of what a module defines, of methods, and of whose methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from aioport.planning.analysis import Analysis
from aioport.program.model import Class
from aioport.settings import TwinSettings
from aioport.twin.counterparts import Counterparts
from aioport.twin.imports import find_places, module_of
from aioport.twin.leaves import TwinLeaves
from aioport.twin.replaced import ReplacedNames

Meaning: TypeAlias = Literal["module", "global", "member", "any"]
"""What a word of the map stands for; `any` where the package defines nothing of the name."""


class Naming:
    """Answers what words of the map stand for in one package."""

    def __init__(self, analysis: Analysis, settings: TwinSettings, leaves: TwinLeaves) -> None:
        self._analysis, self._leaves = analysis, leaves
        self.words = {key: value for key, value in settings.names.items() if "." not in key}
        self.dotted = {key: value for key, value in settings.names.items() if "." in key}
        self.moved = {one.sync: one.async_ for one in settings.leaves if "*" not in one.sync}
        self.places = find_places(analysis, settings.files, self.moved)
        self.replaced = ReplacedNames(analysis, self.words, self.moved)
        self._halves = Counterparts(analysis.program, settings.names)

    def package_in_twin(self, path: str) -> str:
        """The package that a file belongs to in the async half."""
        place = self.places.module(module_of(self._analysis, path))
        return place if path.rpartition("/")[2] == "__init__.py" else place.rpartition(".")[0]

    @cached_property
    def packages(self) -> frozenset[str]:
        """The top names of what is converted."""
        functions = self._analysis.program.functions
        return frozenset(one.name.partition(".")[0] for one in functions if one.in_project)

    @cached_property
    def _modules(self) -> frozenset[str]:
        paths = (
            path.removesuffix(".py").removesuffix("/__init__") for path in self._analysis.project.sources
        )
        return frozenset(part for path in paths for part in path.split("/"))

    @cached_property
    def _globals(self) -> frozenset[str]:
        """What modules of the package define, and what they import from elsewhere."""
        found: set[str] = set()
        for path in self._analysis.project.sources:
            for node in self._analysis.syntax[path].tree.body:
                match node:
                    case (
                        ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name)
                    ):
                        found.add(name)
                    case ast.Assign(targets=targets):
                        found.update(one.id for one in targets if isinstance(one, ast.Name))
                    case ast.AnnAssign(target=ast.Name(id=name)):
                        found.add(name)
                    case ast.Import() | ast.ImportFrom(level=0):
                        found.update((one.asname or one.name).partition(".")[0] for one in node.names)
        return frozenset(found)

    @cached_property
    def _methods(self) -> frozenset[str]:
        return frozenset(
            name for one in self._analysis.program.classes if one.in_project for name in one.methods
        )

    def meanings(self, word: str) -> frozenset[Meaning]:
        """What a word stands for. A table of leaves that maps it decides; else all that the package has of the name."""
        if word in self.replaced.packages:
            return frozenset({"module"})
        told = {
            "member" if self._is_class(sync.rpartition(".")[0]) else "global"
            for sync, twin in self.moved.items()
            if sync.rpartition(".")[2] == word and twin.rpartition(".")[2] == self.words.get(word)
        }
        found: set[Meaning] = {"member"} if "member" in told else set()
        if "global" in told:
            found.add("global")
        if not told:
            if word in self._globals - self._modules or (word in self._globals and self._is_defined(word)):
                found.add("global")
            if word in self._methods and word not in self._modules:
                found.add("member")
        if word in self._modules:
            found.add("module")
        return frozenset(found or {"any"})

    def is_defined_in(self, path: str, word: str) -> bool:
        """Whether the word means the same in a file as in the package: it is no variable of that file beside a class or
        function of the name elsewhere.
        """
        return path not in self._variables.get(word, ()) or not self._is_defined(word)

    @cached_property
    def _variables(self) -> Mapping[str, frozenset[str]]:
        """The files in which a word is a variable of the module and nothing else."""
        found: dict[str, set[str]] = {}
        for path in self._analysis.project.sources:
            for node in self._analysis.syntax[path].tree.body:
                if isinstance(node, ast.Assign | ast.AnnAssign):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    for one in targets:
                        if isinstance(one, ast.Name) and one.id in self.words:
                            found.setdefault(one.id, set()).add(path)
        return {word: frozenset(paths) for word, paths in found.items()}

    def file_of(self, module: str) -> str | None:
        """The file of one of the package's modules, by its dotted name."""
        return self._files.get(module)

    @cached_property
    def _files(self) -> Mapping[str, str]:
        return {module_of(self._analysis, path): path for path in self._analysis.project.sources}

    def is_own(self, word: str) -> bool:
        """Whether the package defines a class, function or variable of the name."""
        return self._is_defined(word) or word in self._variables

    def _is_class(self, name: str) -> bool:
        return (
            any(one.name == name for one in self._analysis.program.classes)
            or name.rpartition(".")[2][:1].isupper()
        )

    def _is_defined(self, word: str) -> bool:
        """Whether some module has a class or a function of the name, beside the module of that name."""
        return any(
            one.bare_name == word and one.in_project and one.owner is None and one.parent is None
            for one in self._analysis.program.functions
            if one.kind == "def"
        ) or any(one.importable == word for one in self._analysis.program.classes if one.in_project)

    def is_renamed_on(self, owners: Iterator[int], word: str) -> bool:
        """Whether a method, or attribute, of objects of some classes has the word's other name in the async half."""
        verdicts = [verdict for one in owners if (verdict := self._verdict(one, word)) is not None]
        return all(verdicts)

    def _verdict(self, owner: int, word: str) -> bool | None:
        """What the class says, or the nearest above it that says something; None where none does."""
        program = self._analysis.program
        for one in (
            program.classes[owner],
            *(program.classes[base] for base in program.classes[owner].ancestors),
        ):
            named = self._leaves.names_of(one.name, self._analysis)
            if named is not None and not {word, self.words[word]}.isdisjoint(named):
                return self.words[word] in named
            half = self._halves.of_class(one) or (one if self.moved.get(one.name) == one.name else None)
            if half is not None and (found := self._has(half, word)) is not None:
                return found
            if one.name in self.moved and half is None:
                return True
            is_protocol = one.name.startswith(("typing.", "collections."))
            if not one.in_project and word in one.methods and not is_protocol:
                return False
        return None

    def _has(self, half: Class, word: str) -> bool | None:
        program = self._analysis.program
        line = (half, *(program.classes[base] for base in half.ancestors))
        if any(self.words[word] in one.methods or self.words[word] in one.fields for one in line):
            return True
        return False if any(word in one.methods or word in one.fields for one in line) else None
