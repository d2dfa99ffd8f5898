"""Calls that the checker leaves open although their names say what they run: `io.open`, `super()`, `self[key]`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

import msgspec

from aioport.catalog.index import Catalog
from aioport.program.imported import bound_by_imports, package_of
from aioport.program.model import Call, CallKind, Function, Program
from aioport.project import PARSE_ERRORS, Project

CALLEE = re.compile(rb"([^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)\s*([\[(])")
"""The dotted name at the beginning of a call, and whether the class that it names is subscripted first."""

BY_IMPORT = re.compile(
    rb"""(?:__import__|(?:importlib\s*\.\s*)?import_module)\s*\(\s*["']([\w.]+)["']\s*\)\s*\.\s*(\w+)\s*\("""
)
"""A function of a module that is imported by its name in the same expression."""

ON_SELF = re.compile(rb"(?:self|cls)\b")
"""The beginning of what is done with a method's own object."""

ALWAYS_KNOWN = frozenset({"super", "type"})
"""Builtins of which the checker knows what they return and not that they are called."""

OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.MatMult: "__matmul__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitAnd: "__and__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
}

ON_OWN_CLASS: Mapping[CallKind, tuple[str, ...]] = {
    "iter": ("__iter__", "__aiter__"),
    "next": ("__next__", "__anext__"),
    "enter": ("__enter__", "__aenter__"),
    "call": ("__call__",),
}
"""What runs when something is done with a method's own object."""

OPEN_ON_SELF = "UnexpectedDefiningClass"
"""The checker's word for special methods of a method's own object, and for functions that a stub takes from another."""

LEAVING = {"__enter__": "__exit__", "__aenter__": "__aexit__"}


CHEAP = frozenset(
    {
        OPEN_ON_SELF,
        "EmptyPyreflyCallTarget",
        "UnexpectedCalleeExpression",
        "UnresolvedMagicDunderAttrDueToNoBase",
    }
)
"""The checker's reasons for calls of which few are left open: mostly such that a name answers."""


def resolve_leftovers(
    project: Project, program: Program, catalog: Catalog, *, thorough: bool = True
) -> Program:
    """A program in which calls have targets that the checker left open and whose names leave no doubt.

    thorough: look at the imports of every file with an unknown call, not only where that is likely to help.
    """
    return _Leftovers(project, program, catalog, thorough=thorough).resolved()


class _Leftovers:
    def __init__(self, project: Project, program: Program, catalog: Catalog, *, thorough: bool) -> None:
        self._thorough = thorough
        self._project, self._program, self._catalog = project, program, catalog
        self._functions = (
            program.functions if isinstance(program.functions, list) else list(program.functions)
        )
        self._names: dict[str, Mapping[str, str]] = {}

    def resolved(self) -> Program:
        calls: list[Call] = []
        for call in self._program.calls:
            if call.unknown is None or (call.targets and call.kind != "call"):
                calls.append(call)
            elif call.kind == "call":
                calls.append(self._by_name(call) or self._on_self(call) or call)
            elif call.unknown == OPEN_ON_SELF:
                found = self._on_self(call)
                calls.append(found or call)
                if found is not None and found.kind == "enter":
                    calls += self._leaving(found)
            else:
                calls.append(call)
        return replace(self._program, calls=tuple(calls), functions=self._functions)

    def _text(self, call: Call) -> bytes:
        return self._project.sources[call.path].data[call.start : call.end]

    def _by_name(self, call: Call) -> Call | None:
        """A call by the dotted name that is written, if it is imported and known."""
        text = self._text(call)
        if (imported := BY_IMPORT.match(text)) is not None and _is_all(text, imported.end()):
            name = self._catalog.public_name(f"{imported[1].decode()}.{imported[2].decode()}")
            return self._as_function(call, name) if self._is_known(name) else None
        found = CALLEE.match(text)
        if found is None:
            return None
        written = re.sub(rb"\s", b"", found[1]).decode()
        if written in ALWAYS_KNOWN and found[2] == b"(":
            known = msgspec.structs.replace(call, unknown=None, sure=True)
            return known if _is_all(text, found.end()) else None
        if call.targets or not (self._thorough or call.unknown in CHEAP):
            return None
        meant = self._meaning(call.path, written) if _is_all(text, found.end()) else None
        if meant is None:
            return None
        if (class_id := self._classes.get(meant)) is not None:
            maker = self._program.find_method(class_id, "__init__")
            targets = (maker,) if maker is not None else ()
            return msgspec.structs.replace(
                call, unknown=None, targets=targets, constructs=class_id, sure=True
            )
        if found[2] == b"(" and self._is_known(meant):
            return self._as_function(call, meant)
        return None

    def _as_function(self, call: Call, name: str) -> Call:
        return msgspec.structs.replace(call, unknown=None, targets=(self._function(name),), sure=True)

    def _meaning(self, path: str, written: str) -> str | None:
        """The public name of a dotted expression that begins with an imported name, or of a class of the same module."""
        first, _, rest = written.partition(".")
        base = self._imported(path).get(first)
        if base is not None:
            return self._catalog.public_name(f"{base}.{rest}" if rest else base)
        return None if rest else f"{self._modules.get(path, '')}.{written}"

    def _imported(self, path: str) -> Mapping[str, str]:
        if path not in self._names:
            package = package_of(path, self._modules.get(path, ""))
            self._names[path] = bound_by_imports(self._project.sources[path].data, package)
        return self._names[path]

    @cached_property
    def _modules(self) -> Mapping[str, str]:
        return {
            one.path: one.name
            for one in self._functions
            if one.kind == "module" and one.in_project and one.path is not None
        }

    @cached_property
    def _classes(self) -> Mapping[str, int]:
        return {one.name: one.id for one in self._program.classes}

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {one.name: one.id for one in self._functions if not one.in_project}

    def _is_known(self, name: str) -> bool:
        """Whether the catalog says anything of a name, or the program has a function of this name."""
        catalog = self._catalog
        return (
            name in self._ids
            or catalog.blocks(name) is not None
            or catalog.is_pure(name)
            or catalog.is_spawn(name)
            or catalog.is_keeper(name)
        )

    def _function(self, name: str) -> int:
        """The function of a public name, which is made where the checker has none."""
        if name not in self._ids:
            self._ids[name] = len(self._functions)
            self._functions.append(
                Function(
                    id=self._ids[name],
                    name=name,
                    kind="def",
                    path=None,
                    line=0,
                    column=0,
                    in_project=False,
                )
            )
        return self._ids[name]

    def _on_self(self, call: Call) -> Call | None:
        """A special method of the object that a method belongs to."""
        text = self._text(call)
        if call.targets or ON_SELF.match(text) is None:
            return None
        owner = self._owner(call.caller)
        if owner is None:
            return None
        for name in self._asked(call, text):
            targets = tuple(self._methods(owner, name))
            if targets:
                return msgspec.structs.replace(
                    call, targets=targets, unknown=None, sure=len(targets) == 1 and call.kind != "call"
                )
        return None

    def _asked(self, call: Call, text: bytes) -> tuple[str, ...]:
        if call.kind == "item":
            if re.match(rb"\w+\s*\[", text) is None:
                return ()
            if self._project.sources[call.path].data[: call.start].rstrip().endswith(b"del"):
                return ("__delitem__",)
            return ("__setitem__",) if _is_assignment(text) else ("__getitem__",)
        if call.kind == "operator":
            return _operator(text)
        if call.kind == "call":
            return ON_OWN_CLASS["call"] if re.match(rb"\w+\s*\(", text) else ()
        return ON_OWN_CLASS.get(call.kind, ()) if re.fullmatch(rb"\w+", text) else ()

    def _owner(self, function: int) -> int | None:
        """The class that a function, or the innermost one around it, is a method of."""
        inner: int | None = function
        while inner is not None:
            one = self._functions[inner]
            if one.owner is not None:
                return one.owner
            inner = one.parent
        return None

    def _methods(self, class_id: int, name: str) -> Iterator[int]:
        found: dict[int, None] = {}
        if (method := self._program.find_method(class_id, name)) is not None:
            found[method] = None
        for below in self._program.subclasses.get(class_id, ()):
            if (method := self._program.classes[below].methods.get(name)) is not None:
                found[method] = None
        yield from found

    def _leaving(self, entering: Call) -> Iterator[Call]:
        owner = self._owner(entering.caller)
        names = {LEAVING[self._functions[target].bare_name] for target in entering.targets}
        targets = tuple(one for name in sorted(names) for one in self._methods(owner or 0, name))
        if targets:
            yield msgspec.structs.replace(entering, kind="exit", targets=targets)


def _is_all(text: bytes, opened: int) -> bool:
    """Whether what was opened before an offset is closed at the end of a call: `f(x)`, and not `f(x).g(y)`.

    Of a class that is subscripted first, `C[int](x)`, both brackets count.
    """
    if b")" not in text[opened:-1]:
        return True
    try:
        node = ast.parse(b"(" + text + b"\n)", mode="eval").body
    except PARSE_ERRORS:
        return False
    callee = node.func if isinstance(node, ast.Call) else None
    if isinstance(callee, ast.Subscript):
        callee = callee.value
    while isinstance(callee, ast.Attribute):
        callee = callee.value
    if isinstance(callee, ast.Call) and text.startswith((b"__import__", b"import", b"importlib")):
        callee = callee.func
        while isinstance(callee, ast.Attribute):
            callee = callee.value
        return isinstance(callee, ast.Name) and opened > text.index(b")")
    return isinstance(callee, ast.Name)


def _is_assignment(text: bytes) -> bool:
    try:
        statement = ast.parse(text.strip()).body
    except PARSE_ERRORS:
        return False
    return bool(statement) and isinstance(statement[0], ast.Assign | ast.AugAssign | ast.AnnAssign)


def _operator(text: bytes) -> tuple[str, ...]:
    try:
        node = ast.parse(f"({text.decode()}\n)", mode="eval").body
    except PARSE_ERRORS:
        return ()
    return (OPERATORS[type(node.op)],) if isinstance(node, ast.BinOp) else ()
