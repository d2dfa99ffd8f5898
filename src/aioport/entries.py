"""Finding where the outside world calls in: `__main__` guards and console scripts."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from aioport.discovery import read_setup_cfg
from aioport.project import PARSE_ERRORS, Entry, Project
from aioport.settings import SettingsError, read_pyproject

SCRIPTS = ("console_scripts", "gui_scripts")
"""The groups of entry points of which installers make programs."""


def find_entries(project: Project) -> tuple[Entry, ...]:
    """Return the guards, the console scripts and the plugins of a project, sorted by path, line and function.

    Plugins are what all other groups of entry points name. Scripts are those of `[project.scripts]`, `[project.gui-scripts]`, `[tool.poetry.scripts]` and setup.cfg; one whose
    module is not among the sources is left out. A name that a package only imports is followed to the source
    that defines it; one that cannot be followed stays with the script's own module, as it is written. Parses the
    sources that may hold an entry; one that does not parse has none (`find_syntax_errors` reports it).
    """
    guards = (
        Entry("guard", path, None, line)
        for path, source in project.sources.items()
        if "__main__" in source.text
        for line in _guard_lines(_body(project, path))
    )
    home = project.pyproject.parent if project.pyproject else project.root
    scripts = (*_pyproject_references(project.pyproject), *_setup_cfg_references(home))
    plugins = (*_pyproject_plugins(project.pyproject), *_setup_cfg_plugins(home))
    entries = {*guards}
    kinds: tuple[tuple[Literal["script", "plugin"], Iterable[str]], ...] = (
        ("script", scripts),
        ("plugin", plugins),
    )
    for kind, references in kinds:
        entries.update(
            replace(found, kind=kind)
            for module, function in _targets(references)
            if (found := _resolve(project, module, function)) is not None
        )
    return tuple(sorted(entries, key=lambda entry: (entry.path, entry.line, entry.function or "")))


def _body(project: Project, path: str) -> list[ast.stmt]:
    try:
        return project.sources[path].tree.body
    except PARSE_ERRORS:
        return []


def _guard_lines(body: list[ast.stmt]) -> Iterator[int]:
    for statement in body:
        if isinstance(statement, ast.If) and _is_guard(statement.test):
            yield statement.lineno
        elif isinstance(statement, ast.If | ast.Try):
            yield from _guard_lines([*statement.body, *statement.orelse])


def _is_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return any(
                isinstance(name, ast.Name)
                and name.id == "__name__"
                and isinstance(value, ast.Constant)
                and value.value == "__main__"
                for name, value in ((left, right), (right, left))
            )
        case ast.BoolOp(op=ast.And(), values=values):
            return any(map(_is_guard, values))
    return False


def _targets(references: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the module and the function that each reference names."""
    for reference in references:
        module, colon, function = reference.partition("[")[0].partition(":")
        if colon and module.strip() and function.strip():
            yield module.strip(), function.strip()


def _pyproject_references(file: Path | None) -> Iterator[str]:
    try:
        table = read_pyproject(file) if file else {}
    except SettingsError:
        return  # it was there when the project was discovered, and may be gone by now
    for keys in (("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts")):
        scripts: Any = table
        for key in keys:
            scripts = scripts.get(key, {}) if isinstance(scripts, dict) else {}
        for value in scripts.values() if isinstance(scripts, dict) else ():
            # Poetry also takes a table: `name = {reference = "package:main", type = "console"}`.
            reference = value.get("reference") or value.get("callable") if isinstance(value, dict) else value
            if isinstance(reference, str):
                yield reference


def _pyproject_plugins(file: Path | None) -> Iterator[str]:
    try:
        table: Any = read_pyproject(file) if file else {}
    except SettingsError:
        return
    for keys in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        groups = table
        for key in keys:
            groups = groups.get(key, {}) if isinstance(groups, dict) else {}
        for name, group in groups.items() if isinstance(groups, dict) else ():
            if name not in SCRIPTS and isinstance(group, dict):
                yield from (value for value in group.values() if isinstance(value, str))


def _setup_cfg_plugins(home: Path) -> Iterator[str]:
    parser = read_setup_cfg(home)
    if parser.has_section("options.entry_points"):
        for key, lines in parser.items("options.entry_points"):
            for line in lines.splitlines() if key not in SCRIPTS else ():
                yield line.partition("=")[2]


def _setup_cfg_references(home: Path) -> Iterator[str]:
    parser = read_setup_cfg(home)
    for key in SCRIPTS:
        for line in parser.get("options.entry_points", key, fallback="").splitlines():
            yield line.partition("=")[2]


def _resolve(project: Project, module: str, function: str) -> Entry | None:
    if (path := _source_of(project, module)) is None:
        return None
    top, _, rest = function.partition(".")
    defined_in, name, line = _follow(project, path, module, top)
    dotted = f"{name}.{rest}" if rest else name
    return Entry("script", defined_in, dotted, _definition_line(_body(project, defined_in), dotted) or line)


def _source_of(project: Project, module: str) -> str | None:
    for root in project.import_roots:
        base = root.joinpath(*module.split("."))
        for file in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
            if file.is_relative_to(project.root):
                path = file.relative_to(project.root).as_posix()
                if path in project.sources:
                    return path
    return None


def _follow(project: Project, path: str, module: str, name: str) -> tuple[str, str, int]:
    """Return the source, the name there and the line that a name leads to through `from ... import`."""
    seen = set()
    where, line = (path, name), 1
    while (path, name) not in seen:
        seen.add((path, name))
        body = _body(project, path)
        if found := _definition_line(body, name):
            return path, name, found
        imports = (node for node in body if isinstance(node, ast.ImportFrom))
        origins = [
            (_absolute_module(node, module, is_package=path.endswith("__init__.py")), alias.name)
            for node in imports
            for alias in node.names
            if (alias.asname or alias.name) == name
        ]
        if not origins:
            break
        module, name = origins[-1]
        if (next_path := _source_of(project, module)) is None:
            break
        path = next_path
    return *where, line


def _absolute_module(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".") if is_package else module.split(".")[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *((node.module,) if node.module else ())])


def _definition_line(body: list[ast.stmt], dotted: str) -> int | None:
    """Return the line of the `def`, `class` or assignment that a dotted name stands for, the last one if several."""
    first, _, rest = dotted.partition(".")
    for statement in reversed(body):
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name == first and not rest:
                return statement.lineno
            case ast.ClassDef(name=name) if name == first:
                return _definition_line(statement.body, rest) if rest else statement.lineno
            case ast.Assign(targets=targets) if not rest and first in _names(targets):
                return statement.lineno
            case ast.AnnAssign(target=target) if not rest and first in _names([target]):
                return statement.lineno
            case ast.If() | ast.Try():
                inner = [*statement.body, *statement.orelse]
                if line := _definition_line(inner, dotted):
                    return line
    return None


def _names(targets: list[ast.expr]) -> set[str]:
    return {target.id for target in targets if isinstance(target, ast.Name)}
