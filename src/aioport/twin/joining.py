"""The files of a twin, with what they share with the sync half imported from there."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from aioport.planning.analysis import Analysis
from aioport.project import Source
from aioport.rewriting.edits import Edit, apply_edits
from aioport.rewriting.imports import Wanted, fix_imports
from aioport.twin.by_hand import HandWritten, keep_by_hand
from aioport.twin.imports import Places, module_of, place_of
from aioport.twin.layout import end_of_imports, line_end, whole_lines
from aioport.twin.registered import find_registered
from aioport.twin.sharing import Halves, defined_name, find_shared, imports_of, used_names

WIDTH = 88
"""So long a line may be before what it imports is put on lines of its own, as formatters have it by default."""


def join_halves(
    analysis: Analysis,
    files: Mapping[str, str],
    places: Places,
    texts: Mapping[str, bytes],
    there: Mapping[str, Source],
    *,
    beside: bool,
) -> Mapping[str, bytes]:
    """The texts of the async half, by path of the sync half, without what both halves share.

    files: where sync files go, as the settings say; places: the modules and leaves of the async half.
    there: the files that lie at the places of the texts already, of which leaves written by hand are kept.
    beside: whether the twin is written into the package itself; only then do halves share anything.

    Raises ProjectError where a file needs a leaf of its own that is not there.
    """
    modules, leaves = places.modules, places.leaves.values()
    halves = dict(_beside(analysis, files, modules, texts))
    shared = find_shared(halves, (source.tree for source in analysis.project.sources.values()))
    packages = {one.before.path: one.twin_package for one in halves.values()}
    wanted = {
        name
        for path, text in texts.items()
        for _, name in imports_of(ast.parse(text), packages.get(path) or analysis.package_of(path))
    }
    joined = dict(texts)
    for module, one in halves.items():
        made = keep_by_hand(one.after, HandWritten(one.twin, there.get(one.before.path)), leaves)
        registered = find_registered(one) if beside else {}
        if beside and (shared[module] or registered):
            others = {name.rpartition(".")[2] for name in wanted if name.rpartition(".")[0] == one.twin}
            made = _joined(replace(one, after=made), shared[module], others, registered)
        joined[one.before.path] = made.data
    return joined


def _beside(
    analysis: Analysis, files: Mapping[str, str], modules: Mapping[str, str], texts: Mapping[str, bytes]
) -> Iterator[tuple[str, Halves]]:
    for path, source in analysis.project.sources.items():
        place = place_of(path, files)
        module = module_of(analysis, path)
        twin = modules.get(module, module)
        if place == path or twin.partition(".")[0] != module.partition(".")[0]:
            continue
        after = replace(source, text=texts[path].decode())
        package = twin if place.endswith("__init__.py") else twin.rpartition(".")[0]
        yield module, Halves(module, analysis.package_of(path), twin, package, source, after)


def _joined(
    one: Halves, names: Collection[str], others: Collection[str], registered: Mapping[str, str]
) -> Source:
    """The async file with names that it shares imported, as far as they are its own users' or its own business.

    registered: classes of the sync half for which those of the async half pass, with these.
    """
    source = one.after
    gone = [node for node in source.tree.body if defined_name(node) in names]
    left = [node for node in source.tree.body if defined_name(node) not in names]
    used = {name for node in left for name in (*used_names(node), *_annotating(node))}
    needed = sorted(
        {*registered, *(name for name in names if not name.startswith("_") or name in used or name in others)}
    )
    edits = [Edit(*whole_lines(source, node), 0, "") for node in gone]
    edits += _registrations(source, registered)
    place = end_of_imports(source, left)
    if needed:
        edits.append(Edit(place, place, 0, _statement(one.module, needed)))
    after = replace(source, text=apply_edits(source.data, edits).decode())
    return replace(
        after, text=fix_imports(source, after, Wanted({}, {}, {}, ""), {*others, *needed}).decode()
    )


def _registrations(source: Source, registered: Mapping[str, str]) -> Iterator[Edit]:
    """A statement below each class that passes for one of the sync half."""
    by_twin = {twin: name for name, twin in registered.items()}
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef) and node.name in by_twin:
            place = line_end(source, node.end_lineno or node.lineno)
            yield Edit(place, place, 0, f"\n\n{by_twin[node.name]}.register({node.name})\n")


def _annotating(node: ast.AST) -> Iterator[str]:
    """Names that are only in annotations, some of them in text."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) < WIDTH:
            yield from "".join(
                char if char.isidentifier() or char.isdigit() else " " for char in one.value
            ).split()


def _statement(module: str, names: Iterable[str]) -> str:
    line = f"from {module} import {', '.join(names)}\n"
    if len(line) <= WIDTH:
        return line
    lines = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{lines})\n"
