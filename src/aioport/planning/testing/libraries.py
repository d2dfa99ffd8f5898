"""Which libraries the code under test has to go on calling, because tests replace them or answer in their place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.leaves import Leaf
from aioport.planning.testing.replaced import find_replacements

OFFLOAD = "offload"
"""The target of a library that is called as it is, in a thread."""


def find_kept_calls(analysis: Analysis, leaves: Mapping[int, Leaf]) -> Iterator[tuple[int, str]]:
    """Calls that are not rewritten, with the reason: the user chose so, or else the tests need them.

    A library with a target of its own under `[tool.aioport.targets]` is the user's choice, whatever tests do.
    """
    targets = analysis.settings.targets
    kept = {
        library: f"[tool.aioport.targets] says {library} = {target!r}"
        for library, target in targets.items()
        if target == OFFLOAD
    }
    used = {leaf.rule.library for leaf in leaves.values() if leaf.rule is not None}
    for library, reason in find_replaced_libraries(analysis).items() if used else ():
        if library not in targets:
            kept.setdefault(
                library,
                f'{reason}; to rewrite its calls all the same: [tool.aioport.targets] {library} = "native"',
            )
    for index, leaf in leaves.items():
        call = analysis.program.calls[index]
        if call.path in analysis.test_files:
            yield index, "a test calls it itself, and waits for it as it did"
        elif leaf.rule is not None and leaf.rule.library in kept:
            yield index, kept[leaf.rule.library]


def find_replaced_libraries(analysis: Analysis) -> dict[str, str]:
    """Libraries by their catalog files, each with the first place in the tests that replaces it, in words."""
    found: dict[str, str] = {}
    for one in find_replacements(analysis):
        for target in one.targets:
            library = _library_of(analysis, target)
            if library is not None:
                found.setdefault(
                    library, f"{one.path}:{one.node.lineno} replaces {target}, which is to be called"
                )
    for path in sorted(analysis.test_files):
        for library, line in _answering(analysis, path):
            for answered in analysis.catalog.libraries[library].answers:
                found.setdefault(
                    answered, f"{path}:{line} uses {library}, which answers in the place of {answered}"
                )
    return found


def _library_of(analysis: Analysis, name: str) -> str | None:
    """The catalog file that a name belongs to."""
    module = name
    while module not in analysis.catalog.libraries:
        module = module.rpartition(".")[0]
        if not module:
            return None
    return module


def _answering(analysis: Analysis, path: str) -> Iterator[tuple[str, int]]:
    """Libraries in use that answer for other ones, and where: by import, by a parameter, or by a mark."""
    libraries = {name: one for name, one in analysis.catalog.libraries.items() if one.answers}
    marks = {mark: name for name, one in libraries.items() for mark in one.marks}
    syntax, names = analysis.syntax[path], analysis.names(path)
    for node in syntax.of_kinds(ast.Import, ast.ImportFrom, ast.arg, ast.Attribute):
        match node:
            case ast.Import(names=aliases, lineno=line):
                imported = {alias.name.partition(".")[0] for alias in aliases}
                yield from ((name, line) for name in sorted(imported & libraries.keys()))
            case ast.ImportFrom(module=str(module), level=0, lineno=line):
                if (name := module.partition(".")[0]) in libraries:
                    yield name, line
            case ast.arg(arg=parameter, lineno=line):
                fixture = analysis.catalog.fixtures.get(parameter)
                if fixture is not None and fixture[0] in libraries:
                    yield fixture[0], line
            case ast.Attribute(lineno=line):
                mark = marks.get(names.resolve(node) or "")
                if mark is not None:
                    yield mark, line
