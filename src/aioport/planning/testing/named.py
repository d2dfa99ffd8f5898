"""What a test names when it replaces something: a dotted name in a string, or an object and an attribute of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from aioport.planning.analysis import Analysis
from aioport.program.module_names import module_name
from aioport.program.names import dotted

SHORT = 2
"""A name of so few letters says nothing of the class of what it is."""

LONGEST_WAY = 5
"""A name is followed through so many modules that only import it."""


class Named:
    """Looks up names of the project and of what it imports."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    @cached_property
    def _paths(self) -> Mapping[str, str]:
        """The file of each module."""
        project = self._analysis.project
        return {module_name(project, path): path for path in project.sources}

    @cached_property
    def _constants(self) -> dict[str, Mapping[str, str]]:
        return {}

    def text(self, path: str, node: ast.expr) -> str | None:
        """A string as far as a file's constants say it: `"a"`, `MODULE + ".get"`, f"{MODULE}.get"."""
        match node:
            case ast.Constant(value=str(value)):
                return value
            case ast.Name(id=name):
                return self._constants_of(path).get(name)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                parts = [self.text(path, left), self.text(path, right)]
            case ast.JoinedStr(values=values):
                parts = [self.text(path, one) for one in values]
            case ast.FormattedValue(value=value, format_spec=None):
                return self.text(path, value)
            case ast.Attribute(attr="__name__", value=value):
                return self._analysis.names(path).resolve(value)
            case _:
                return None
        return None if None in parts else "".join(filter(None, parts))

    def _constants_of(self, path: str) -> Mapping[str, str]:
        if path not in self._constants:
            found: dict[str, str] = {}
            for statement in self._analysis.syntax[path].tree.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                        found[name] = value
            self._constants[path] = found
        return self._constants[path]

    def object(self, path: str, node: ast.expr) -> str | None:
        """What an expression in a file is called from everywhere: an imported name, or one of the file's own."""
        known = self._analysis.names(path).resolve(node)
        if known is not None:
            return self.meant(known)
        text = dotted(node)
        if text is None:
            return None
        own = f"{module_name(self._analysis.project, path)}.{text}"
        return self.meant(own) if self._is_of_module(path, node, text.partition(".")[0]) else None

    def _is_of_module(self, path: str, node: ast.expr, name: str) -> bool:
        """Whether a name is a function or a class of a file, and no variable of a function around."""
        syntax = self._analysis.syntax[path]
        around = (
            one for one in syntax.ancestors(node) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        if any(name in self._analysis.locals_of(one) for one in around):
            return False
        definitions = (one for one in syntax.tree.body if isinstance(one, ast.FunctionDef | ast.ClassDef))
        return any(one.name == name for one in definitions)

    def methods(self, path: str, node: ast.expr, name: str) -> Iterator[str]:
        """The methods of the project that a name may mean on an object, by their own dotted names.

        Where its class is not known, its own name has to say it, or else nobody but the class may have such a method.
        """
        program = self._analysis.program
        known = program.type_at(path, *self._analysis.syntax[path].span(node))
        if known is not None and known.ids:
            found = {program.find_method(one, name) for one in known.ids}
        else:
            text = (dotted(node) or "").rpartition(".")[2].strip("_").lower()
            found = {
                one.methods[name]
                for one in program.classes
                if one.in_project
                and name in one.methods
                and (
                    name not in self._analysis.catalog.method_names
                    or (len(text) > SHORT and text in one.name.rpartition(".")[2].lower())
                )
            }
        yield from sorted(program.functions[one].name for one in found if one is not None)

    def meant(self, name: str) -> str:
        """A dotted name without detours: `fetcher.requests.get` is `requests.get` where `fetcher` imports `requests`."""
        for _ in range(LONGEST_WAY):
            module, rest = self._split(name)
            if module is None or not rest:
                break
            first, dot, more = rest.partition(".")
            bound = self._analysis.names(self._paths[module]).bound.get(first)
            if bound is None or f"{bound}{dot}{more}" == name:
                break
            name = f"{bound}{dot}{more}"
        return self._analysis.catalog.public_name(name)

    def module_of(self, name: str) -> str | None:
        """The project's module that a dotted name begins with."""
        return self._split(name)[0]

    def _split(self, name: str) -> tuple[str | None, str]:
        module, rest = name, ""
        while module not in self._paths:
            module, dot, last = module.rpartition(".")
            if not dot:
                return None, name
            rest = f"{last}.{rest}" if rest else last
        return module, rest
