"""Which modules a case's files are, and whether they can be imported before and after a conversion."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from measuring import run

IMPORTER = Path(__file__).resolve().with_name("import_modules.py")
# Importing one of these runs it, or needs a test runner or a build tool around it.
NOT_FOR_IMPORT = frozenset({"__main__", "conftest", "setup"})


@dataclass(frozen=True, slots=True)
class Modules:
    """The importable modules of a case: their dotted names, and the folders to search (relative to its root)."""

    names: tuple[str, ...]
    roots: tuple[str, ...]


def find_modules(root: Path, files: Iterable[Path]) -> Modules:
    """The dotted name of each file, counted from the first folder above it that is no package."""
    names, roots = [], set()
    for path in files:
        base = path.parent
        while (base / "__init__.py").is_file() and base != root:
            base = base.parent
        parts = list(path.relative_to(base).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if parts and parts[-1] not in NOT_FOR_IMPORT and all(part.isidentifier() for part in parts):
            names.append(".".join(parts))
            roots.add(base.relative_to(root).as_posix())
    return Modules(tuple(sorted(names)), tuple(sorted(roots)))


def import_failures(
    modules: Modules,
    root: Path,
    python: Path,
    *,
    fallbacks: Iterable[Path] = (),
    settings: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The modules that cannot be imported from `root` by an interpreter, with the error of each.

    `fallbacks` are folders searched after the interpreter's own; `settings` are environment
    variables. Raises OSError when the interpreter itself ends in disorder.
    """
    asked = {
        "paths": [str((root / path).resolve()) for path in modules.roots],
        "fallbacks": [str(path) for path in fallbacks],
        "modules": modules.names,
    }
    extra = {"PYTHONDONTWRITEBYTECODE": "1", **(settings or {})}
    done = run([python, IMPORTER, json.dumps(asked)], cwd=root, extra=extra, limit=120)
    if done.code != 0:
        raise OSError(f"importing with {python.name}: {done.complaint}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def imported_libraries(files: Iterable[Path]) -> frozenset[str]:
    """The top-level names that files import absolutely. Raises SyntaxError."""
    found: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return frozenset(found)
