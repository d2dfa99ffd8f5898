"""The type stubs that the checker has built in: what names of the standard library it resolves calls to."""

import ast
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from aioport.program.pyrefly import Invocation, started

STUBS = "typeshed"
"""The folder in a report that holds those of the standard library."""


@dataclass
class Names:
    """What stubs define, by dotted names.

    modules: every module; packages: those that hold others.
    own: functions, classes, and names that are assigned, by where they are defined.
    bases: of each class, the names of its bases as far as they can be told; of what is imported, its own name.
    starred: the modules that a module imports all names of.
    """

    modules: set[str] = field(default_factory=set)
    packages: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    bases: dict[str, list[str]] = field(default_factory=dict)
    starred: dict[str, list[str]] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether something is defined under a name, in a class or in one of its bases."""
        owner, _, member = name.rpartition(".")
        todo, seen = [owner], set()
        while todo:
            one = todo.pop()
            if f"{one}.{member}" in self.own:
                return True
            if one not in seen:
                seen.add(one)
                todo += self.bases.get(one, [])
                module, _, last = one.rpartition(".")
                todo += [f"{other}.{last}" for other in self.starred.get(module, [])]
        return False

    def spelled(self, spell: Callable[[str], str]) -> "Names":
        """The same under other names."""
        bases: dict[str, list[str]] = {}
        for name, found in self.bases.items():
            bases.setdefault(spell(name), []).extend(map(spell, found))
        return Names(self.modules, self.packages, set(map(spell, self.own)), bases, self.starred)


@cache
def typeshed() -> Names:
    """What the checker's own stubs of the standard library define, as one of its reports has them."""
    # With a cache, the stubs of a report go into nowhere; see `aioport.program.sinks`.
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIOPORT_NO_CACHE", "1")
        project, home = Path(folder) / "project", Path(folder) / "report"
        project.mkdir()
        home.mkdir()
        (project / "app.py").touch()
        invocation = Invocation(
            files=(str(project / "app.py"),),
            search_path=(str(project),),
            site_packages=(),
            python_version="3.11",
            opaque=(),
        )
        with started(invocation, home) as finish:
            finish()
        stubs = next(home.rglob(STUBS))
        return names_of({module: file.read_text("utf-8") for module, file in _modules(stubs)})


def names_of(texts: dict[str, str]) -> Names:
    """What some stubs define, by module."""
    found = Names(set(texts), {module.rpartition(".")[0] for module in texts})
    for module, text in texts.items():
        _collect(ast.parse(text).body, module, module, {}, found)
    return found


def _modules(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*.pyi")):
        parts = file.relative_to(folder).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def _collect(body: list[ast.stmt], module: str, prefix: str, imported: dict[str, str], found: Names) -> None:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.own.add(f"{prefix}.{node.name}")
        elif isinstance(node, ast.ClassDef):
            name = f"{prefix}.{node.name}"
            found.own.add(name)
            for base in map(_dotted, node.bases):
                first, dot, rest = base.partition(".")
                found.bases.setdefault(name, []).append(
                    f"{imported.get(first, f'{module}.{first}')}{dot}{rest}"
                )
            _collect(node.body, module, name, imported, found)
        elif isinstance(node, ast.Import):
            imported.update(
                (alias.asname or alias.name.partition(".")[0], alias.name) for alias in node.names
            )
        elif isinstance(node, ast.ImportFrom):
            source = _source(node, module, found.packages)
            for alias in node.names:
                if alias.name == "*":
                    found.starred.setdefault(prefix, []).append(source)
                bound = alias.asname or alias.name
                imported[bound] = f"{source}.{alias.name}"
                found.own.add(f"{prefix}.{bound}")
                found.bases.setdefault(f"{prefix}.{bound}", []).append(f"{source}.{alias.name}")
        elif isinstance(node, ast.Assign):
            found.own.update(f"{prefix}.{one.id}" for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.own.add(f"{prefix}.{node.target.id}")
        elif isinstance(node, ast.If | ast.Try):
            _collect([*node.body, *node.orelse], module, prefix, imported, found)


def _source(node: ast.ImportFrom, module: str, packages: set[str]) -> str:
    """The module that is imported from, wherever the import counts from."""
    parts = module.split(".")
    above = parts[: len(parts) - node.level + (module in packages)] if node.level else []
    return ".".join([*above, *([node.module] if node.module else [])])


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _dotted(node.value)
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""
