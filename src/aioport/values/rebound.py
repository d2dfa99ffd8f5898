"""Names that a file binds more than once: `try: from fast import load`, `except ImportError: ...`; `load = fake`.

Which one runs is only known where the program runs; the checker names one of them.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec

from aioport.catalog.index import Catalog
from aioport.program.model import Call, Program
from aioport.project import Project
from aioport.values.alternatives import find_other_definitions
from aioport.values.code import Code

WORDS = (b"ImportError", b"ModuleNotFoundError")
"""What is caught where another import takes the place of one that fails."""

ELSE = re.compile(
    rb"^(?:else|elif\b[^\n]*):[^\n]*\n(?:[ \t][^\n]*\n|[ \t]*\n)*?[ \t]+(?:from|import)[ \t]", re.MULTILINE
)
"""An import in a branch at the top level of a file."""

LONGEST = 8
"""Modules that hand a name on to one another, at most."""


def find_rebound(code: Code, *, assigned: bool = False) -> dict[int, dict[int, None]]:
    """What calls run instead, by the call's index, where what they call is bound by several imports.

    assigned: also where something is assigned to what is imported or defined; every file is looked at for it.
    """
    found: dict[int, dict[int, None]] = defaultdict(dict)
    names = _Names(code)
    for path, source in code.project.sources.items():
        if assigned or any(word in source.data for word in WORDS) or ELSE.search(source.data):
            for name, meanings in names.bound_twice(path, assigned=assigned):
                others = names.alternatives(meanings)
                if others:
                    for user in names.users(path, name):
                        for index, call in code.calls_in(user):
                            found[index].update(dict.fromkeys(_instead(call, others)))
    return {index: targets for index, targets in found.items() if targets}


def with_rebound(project: Project, program: Program, catalog: Catalog) -> Program:
    """A program in which calls of such names, and of what is defined in branches, have all that they may run as targets."""
    calls = list(program.calls)
    if not isinstance(program.functions, list):
        program = replace(program, functions=list(program.functions))
    code = Code(project, program, catalog, calls)
    instead = find_rebound(code, assigned=True)
    definitions = find_other_definitions(code)
    for index, call in enumerate(program.calls) if definitions else ():
        if call.kind == "call":
            for target in call.targets:
                instead.setdefault(index, {}).update(dict.fromkeys(definitions.get(target, ())))
    for index, others in instead.items():
        call = calls[index]
        new = [one for one in others if one not in call.targets]
        if new:
            calls[index] = msgspec.structs.replace(call, targets=(*call.targets, *new), sure=False)
    return replace(program, calls=tuple(calls))


def _instead(call: Call, others: Mapping[str, Mapping[int, Sequence[int]]]) -> Iterator[int]:
    """What a call may run that is none of its targets yet."""
    if call.kind != "call":
        return
    if call.constructs is not None:
        given = others["classes"].get(call.constructs, ())
    else:
        given = [one for target in call.targets for one in others["functions"].get(target, ())]
    yield from (one for one in given if one not in call.targets)


class _Names:
    """What dotted names mean in a project."""

    def __init__(self, code: Code) -> None:
        self._code, self._program = code, code.program
        self._functions: dict[str, int] = {}
        self._classes: dict[str, int] = {}
        self._in_module: dict[str, list[str]] = defaultdict(list)
        for one in code.program.functions:
            if one.kind == "def" and one.owner is None and one.parent is None:
                self._functions[one.name] = one.id
                if one.in_project:
                    self._in_module[one.name.rpartition(".")[0]].append(one.bare_name)
        for known in code.program.classes:
            self._classes.setdefault(known.name, known.id)
            if known.in_project and known.importable:
                self._in_module[known.module].append(known.importable)

    def bound_twice(self, path: str, *, assigned: bool) -> Iterator[tuple[str, list[str]]]:
        """Names that imports and definitions of a file bind more than once in one scope, with what they bind.

        assigned: also those that are assigned to.
        """
        found: dict[tuple[int | None, str], dict[str, None]] = defaultdict(dict)
        for node, names in self._code.imports(path).items():
            for here, dotted in names:
                if here != "*" and (isinstance(node, ast.ImportFrom) or here != dotted.partition(".")[0]):
                    found[self._code.around(path, node), here][self._origin(dotted)] = None
        module = self._code.module_of(path)
        body = self._code.module_bodies.get(path)
        for name in self._in_module.get(module, ()):
            if (body, name) in found:
                found[body, name][f"{module}.{name}"] = None
            elif assigned:
                found[body, name] = {f"{module}.{name}": None}
        for name, meaning in self._assigned(path) if assigned else ():
            if (body, name) in found:
                found[body, name][meaning] = None
        for (_, name), meanings in found.items():
            if len(meanings) > 1:
                yield name, list(meanings)

    def _assigned(self, path: str) -> Iterator[tuple[str, str]]:
        """What is assigned to a module's names, and a name for what that is; what is made of what the name meant is
        followed elsewhere, and a constant cannot be called."""
        syntax, module = self._code.syntax(path), self._code.module_of(path)
        for node in syntax.of_kind.get(ast.Assign, ()) if syntax is not None else ():
            if not isinstance(node, ast.Assign) or isinstance(node.value, ast.Constant):
                continue
            own = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id not in own and self._is_global(path, target):
                    yield target.id, f"{module}.{target.id}, line {node.lineno}"

    def _is_global(self, path: str, target: ast.Name) -> bool:
        """Whether an assignment binds a name of the module."""
        syntax = self._code.syntax(path)
        for around in syntax.ancestors(target) if syntax is not None else ():
            if isinstance(around, ast.ClassDef):
                return False
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                return syntax is not None and any(
                    isinstance(one, ast.Global)
                    and target.id in one.names
                    and any(outer is around for outer in syntax.ancestors(one))
                    for one in syntax.of_kind.get(ast.Global, ())
                )
        return True

    def _origin(self, name: str) -> str:
        """Where something is defined that modules of the project hand on to one another."""
        for _ in range(LONGEST):
            module, _, last = name.rpartition(".")
            path = self._code.modules.get(module)
            if path is None or name in self._code.modules or last in self._in_module.get(module, ()):
                return name
            imported = [
                dotted
                for names in self._code.imports(path).values()
                for here, dotted in names
                if here == last and dotted != name
            ]
            if len(imported) != 1:
                return name
            name = imported[0]
        return name

    def alternatives(self, meanings: Sequence[str]) -> Mapping[str, Mapping[int, Sequence[int]]]:
        """For each function and class that a name may mean, the functions that run where it means another one: empty
        where none of them is the project's."""
        found: dict[str, dict[int, list[int]]] = {
            "functions": defaultdict(list),
            "classes": defaultdict(list),
        }
        for mine in meanings:
            members = self._in_module.get(mine, ()) if mine in self._code.modules else [""]
            for other in meanings:
                for member in members if other != mine else ():
                    dot = "." if member else ""
                    self._add(f"{mine}{dot}{member}", f"{other}{dot}{member}", found)
        return found if any(found.values()) else {}

    def _add(self, mine: str, other: str, found: Mapping[str, dict[int, list[int]]]) -> None:
        """A name of the project's and another one, in both directions."""
        if (function := self._functions.get(mine)) is not None:
            if self._program.functions[function].in_project:
                instead = self._function(other)
                found["functions"][function].append(instead)
                found["functions"][instead].append(function)
        elif (class_id := self._classes.get(mine)) is not None and self._program.classes[class_id].in_project:
            made = self._program.find_method(class_id, "__init__")
            instead_of = self._classes.get(other)
            if instead_of is None:  # Of a class that it knows, the checker says so itself.
                self._add_methods(class_id, other, found["functions"])
            if made is not None and self._program.functions[made].in_project:
                if instead_of is not None:
                    found["classes"][instead_of].append(made)
                found["classes"][class_id].append(self._maker(other))

    def _add_methods(self, class_id: int, other: str, found: dict[int, list[int]]) -> None:
        """What objects of a class of the project do, or those of another one of which nothing is known."""
        for one in (class_id, *self._program.classes[class_id].ancestors):
            for name, method in self._program.classes[one].methods.items():
                if self._program.functions[method].in_project:
                    found[method].append(self._code.function_named(f"{other}.{name}"))

    def _function(self, name: str) -> int:
        function = self._functions.get(name)
        return function if function is not None else self._code.function_named(name)

    def _maker(self, name: str) -> int:
        """What makes an object of a class, or calls a function in the place of one."""
        class_id = self._classes.get(name)
        made = self._program.find_method(class_id, "__init__") if class_id is not None else None
        if made is not None:
            return made
        return self._function(name) if class_id is None else self._code.function_named(f"{name}.__init__")

    def users(self, path: str, name: str) -> tuple[str, ...]:
        """The file itself, and those that import the name from it, or the module with an attribute of that name."""
        module = self._code.module_of(path)
        names, files = {f"{module}.{name}"}, {path: None}
        for _ in range(LONGEST):
            before = len(names), len(files)
            for other in self._code.files_with("import", name):
                for bound in self._code.imports(other).values():
                    for here, dotted in bound:
                        if dotted in names:
                            names.add(f"{self._code.module_of(other)}.{here}")
                            files[other] = None
                        elif dotted == module or f"{module}.".startswith(f"{dotted}."):
                            files[other] = None
            if (len(names), len(files)) == before:
                break
        return tuple(files)
