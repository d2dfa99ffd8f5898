"""The text of `_aio.py`: parts of `aioport.runtime` that a project uses, and support code of the catalog."""

import ast
import functools
import inspect
import json
import symtable
import sys
import textwrap
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata

from aioport import (
    runtime,
    runtime_caching,
    runtime_iteration,
    runtime_pools,
    runtime_task_pool,
    runtime_testing,
    runtime_threads,
)

LINE_LENGTH = 110  # that of runtime.py, whose lines are copied as they are

SOURCES = (
    runtime,
    runtime_iteration,
    runtime_caching,
    runtime_testing,
    runtime_threads,
    runtime_pools,
    runtime_task_pool,
)
"""What there is to vendor."""

OWN = frozenset(one.__name__ for one in SOURCES)

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def render_vendored(names: Collection[str], support: Sequence[str] = ()) -> str:
    """The module that defines `names`, and nothing that they do not need.

    names: public functions of the modules in SOURCES, or definitions of `support`; they become `__all__`.
    support: Python source from the catalog, copied whole, below what it uses of the runtime. Its imports
        move to the top, except `from aioport.runtime import ...`, which may stand there for type checkers.
    Raises ValueError for a name that neither defines, and where two definitions or imports clash.
    """
    blocks = [_read(source) for source in dict.fromkeys(support)]
    own = [part for block in blocks for part in block.parts]
    own_names = {name for part in own for name in part.defines}
    offered = {name for one in SOURCES for name in one.__all__}
    unknown = sorted(set(names) - offered - own_names)
    if unknown:
        raise ValueError(f"neither aioport.runtime nor the support code defines {', '.join(unknown)}")
    libraries = [_read(inspect.getsource(one)) for one in SOURCES]
    known = [part for one in libraries for part in one.parts]
    parts = _needed(known, [*names, *(name for part in own for name in part.uses)]) + own
    used = {name for part in parts for name in part.uses}
    imports = {item for block in (*libraries, *blocks) for item in block.imports if item.binds in used}
    _refuse_clashes(imports, parts)

    public = sorted(names)
    head = [
        _render_docstring(public),
        f"# aioport runtime {metadata.version('aioport')}",
        *_render_imports(imports),
        _render_all(public),
    ]
    return "\n\n".join(head) + _render_parts(parts)


def _render_docstring(public: Sequence[str]) -> str:
    if not public:
        return '"""Helpers for asyncio code."""'
    lines = textwrap.wrap(f'"""Helpers for asyncio code: {", ".join(public)}.', LINE_LENGTH - len('"""'))
    return "\n".join(lines) + ('"""' if len(lines) == 1 else '\n"""')


def _render_all(public: Sequence[str]) -> str:
    line = f"__all__ = {json.dumps(public)}"
    if len(line) <= LINE_LENGTH:
        return line
    return "\n".join(("__all__ = [", *(f"    {json.dumps(name)}," for name in public), "]"))


@dataclass(frozen=True, slots=True)
class _Import:
    """A name that a statement binds: `import module` or `from module import name`, maybe `as alias`."""

    module: str
    name: str | None
    alias: str | None

    @property
    def binds(self) -> str:
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def origin(self) -> tuple[str, str | None]:
        """What the name stands for: `import a.b` and `import a.c` both bind the package `a`."""
        return (self.module if self.name or self.alias else self.binds), self.name


@dataclass(frozen=True, slots=True)
class _Part:
    """A statement of a module, with the comments directly above it."""

    text: str
    is_definition: bool
    defines: frozenset[str]
    uses: frozenset[str]  # names of the module, or builtins, that it refers to


@dataclass(frozen=True, slots=True)
class _Module:
    """A module in parts; its docstring and `__all__` are left out."""

    imports: tuple[_Import, ...]
    parts: tuple[_Part, ...]


@functools.cache
def _read(source: str) -> _Module:
    imports: list[_Import] = []
    parts: list[_Part] = []
    lines = source.split("\n")
    for statement in ast.parse(source).body:
        match statement:
            case ast.Expr(ast.Constant(str())) | ast.Assign(targets=[ast.Name("__all__")]):
                pass
            case ast.Import(aliases):
                imports += [_Import(alias.name, None, alias.asname) for alias in aliases]
            case ast.ImportFrom(module, aliases):
                if module not in OWN:
                    imports += [_Import(module or "", alias.name, alias.asname) for alias in aliases]
            case _:
                parts.append(_part(statement, lines))
    return _Module(tuple(imports), tuple(parts))


def _part(statement: ast.stmt, lines: Sequence[str]) -> _Part:
    is_definition = isinstance(statement, Definition)
    decorators = statement.decorator_list if isinstance(statement, Definition) else []
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)]) - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    text = "\n".join(lines[first : statement.end_lineno])
    table = symtable.symtable(text, "<part>", "exec")
    defines = frozenset(symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned())
    return _Part(text, is_definition, defines, frozenset(_module_names(table)))


def _module_names(table: symtable.SymbolTable) -> set[str]:
    """Names that are looked up in the module; a parameter that has the name of a function is not."""
    is_module = table.get_type() == "module"
    names = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_module or symbol.is_global())
    }
    return names.union(*(_module_names(child) for child in table.get_children()))


def _needed(parts: Sequence[_Part], names: Iterable[str]) -> list[_Part]:
    """The parts that define `names` and all that these use, in order; names from elsewhere are skipped."""
    # Both sources have the same `T`: the first one will do.
    defining = {name: part for part in reversed(parts) for name in part.defines}
    needed: set[_Part] = set()
    pending = list(names)
    while pending:
        part = defining.get(pending.pop())
        if part is not None and part not in needed:
            needed.add(part)
            pending += part.uses
    return list(dict.fromkeys(part for part in parts if part in needed))


def _refuse_clashes(imports: Collection[_Import], parts: Sequence[_Part]) -> None:
    origins: dict[str, object] = {}
    bound: list[tuple[str, object]] = [(item.binds, item.origin) for item in imports]
    bound += [(name, part) for part in parts for name in part.defines]
    for name, origin in bound:
        if origins.setdefault(name, origin) != origin:
            raise ValueError(f"the support code gives {name} a second meaning")


def _render_imports(imports: Iterable[_Import]) -> list[str]:
    """The import statements as ruff sorts them, in up to two sections: the standard library and the rest."""
    sections: dict[bool, dict[str, list[_Import]]] = {}
    for item in imports:
        is_foreign = item.module.partition(".")[0] not in sys.stdlib_module_names
        sections.setdefault(is_foreign, {}).setdefault(item.module, []).append(item)
    return [_render_section(sections[is_foreign]) for is_foreign in sorted(sections)]


def _render_section(modules: dict[str, list[_Import]]) -> str:
    plain: list[str] = []
    members: list[str] = []
    for module, items in sorted(modules.items()):
        plain += sorted(f"import {module}{_as(item)}" for item in items if item.name is None)
        names = [f"{item.name}{_as(item)}" for item in sorted(items, key=_member_order) if item.name]
        if names:
            line = f"from {module} import {', '.join(names)}"
            if len(line) > LINE_LENGTH:
                line = "\n".join((f"from {module} import (", *(f"    {name}," for name in names), ")"))
            members.append(line)
    return "\n".join(plain + members)


def _as(item: _Import) -> str:
    return f" as {item.alias}" if item.alias else ""


def _member_order(item: _Import) -> tuple[int, str, str]:
    """CONSTANTS, then Classes, then the rest."""
    name = item.name or ""
    rank = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return rank, name, item.alias or ""


def _render_parts(parts: Iterable[_Part]) -> str:
    """Definitions have two blank lines around them; assignments stand together."""
    text = ""
    separator = "\n\n"
    for part in parts:
        text += ("\n\n\n" if part.is_definition else separator) + part.text
        separator = "\n\n\n" if part.is_definition else "\n"
    return text + "\n"
