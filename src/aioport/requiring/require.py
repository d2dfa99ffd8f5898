"""Brings a project's declared dependencies in line with its converted code, in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from aioport.catalog.index import Catalog
from aioport.project import Project
from aioport.requiring.deciding import Need, Note, Wanted, plan_additions, plan_removals, stubs_of, typed_by
from aioport.requiring.files import BY_HAND, LOCKS, Tree, find_home, is_for, read_text, read_tree
from aioport.requiring.installed import read_installed
from aioport.requiring.outcome import Dependencies, Step
from aioport.requiring.places import EditError, Place
from aioport.requiring.unused import Code, code_around, find_dropped, modules_of, why_used
from aioport.requiring.versions import name_of

_SCRIPT = re.compile(r"^# /// script[ \t]*\r?$.*?^# ///[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_UNKNOWN = "it is not installed here, so that it is not known which modules are its"
_OUTSIDE = "it lies above what is converted, and so is not edited"


def require(
    project: Project, catalog: Catalog, libraries: Iterable[str], texts: Mapping[str, bytes]
) -> Dependencies:
    """What a conversion means for the dependencies that a project declares.

    libraries: the catalog files whose rewrites are used.
    texts: new texts of the project's files by path, UTF-8; without any, nothing changes.

    Files above the project's root are read and not edited. Lock files and files that are made from others are neither.
    """
    if not texts:
        return Dependencies()
    tree = read_tree(find_home(project.root), project.root)
    code = code_around(project, texts, tree)
    needs = _needs(catalog, libraries)
    places = [place for place in _places(tree) if is_for(tree, place.path, code.after)]
    wanted: list[Wanted | Note] = [*plan_additions(needs, places)]
    unused, reasons = _find_unused(project, catalog, needs, places, code)
    wanted += plan_removals(unused, reasons, places)
    made = _carry_out(
        tree, wanted, [*_by_hand(tree, needs, unused), *_inline(code, needs), *_unreadable(tree)]
    )
    return replace(made, requires=required(catalog, libraries))


def required(catalog: Catalog, libraries: Iterable[str]) -> tuple[str, ...]:
    """The distributions that code needs which uses the rewrites of some catalog files, as pip takes them."""
    return tuple(sorted({one for name in libraries for one in catalog.library(name).requires}))


def _needs(catalog: Catalog, libraries: Iterable[str]) -> list[Need]:
    found = {}
    for name in sorted(libraries):
        library = catalog.library(name)
        for requirement in library.requires:
            instead_of = name_of(library.distribution) if library.distribution else ""
            found[requirement, instead_of] = Need(requirement, instead_of)
    return list(found.values())


def _places(tree: Tree) -> Iterator[Place]:
    for path, (source, form) in tree.declaring.items():
        for place in form.find(path, source.text):
            yield replace(place, fixed=_OUTSIDE) if path.startswith("../") else place


def _find_unused(
    project: Project, catalog: Catalog, needs: Sequence[Need], places: Sequence[Place], code: Code
) -> tuple[set[str], dict[str, str]]:
    """Distributions without a use, their stubs among them; and why others stay of which some use is gone."""
    dropped = find_dropped(code)
    if not dropped:
        return set(), {}
    declared = {one.name for place in places if place.role != "constraint" for one in place.declared}
    needed = {need.name for need in needs}
    unused: set[str] = set()
    reasons: dict[str, str] = {}
    asked = {*declared, *map(typed_by, declared)} - needed
    installed = read_installed(project.site_packages) if asked else {}
    for name in sorted(asked):
        modules = modules_of(name, installed, catalog)
        if any(one.has_lost(modules or [name.replace("-", "_")]) for one in dropped):
            others = (declared | needed) - unused - {name, *stubs_of(name)}
            reason = why_used(name, modules, others, code, installed, catalog) if modules else _UNKNOWN
            if reason is None:
                unused |= {name, *stubs_of(name)}
            elif name in declared:
                reasons[name] = reason
    return unused, reasons


def _carry_out(tree: Tree, wanted: Sequence[Wanted | Note], notes: Sequence[str]) -> Dependencies:
    """Makes the edits, in memory."""
    texts: dict[str, str] = {}
    steps, said, missing = [], list[str](), list[str]()
    for one in wanted:
        if isinstance(one, Note):
            said.append(one.text)
            missing += [one.missing] if one.missing else []
            continue
        path, where = one.place.path, one.place.where
        source, form = tree.declaring[path]
        text = texts.get(path, source.text)
        try:
            if one.action == "add":
                texts[path] = form.add(text, where, one.written, one.beside)
            else:
                texts[path] = form.remove(text, where, one.name)
        except EditError as error:
            said.append(f"{one.place}: {one.action} {one.written} by hand; {error}")
            missing += [one.written] if one.action == "add" else []
            continue
        steps.append(Step("added" if one.action == "add" else "removed", path, where, one.written))
    return Dependencies(
        sources={path: tree.declaring[path][0] for path in texts},
        texts=texts,
        steps=tuple(steps),
        notes=tuple(dict.fromkeys([*said, *notes, *_locks(tree, texts)])),
        missing=tuple(dict.fromkeys(missing)),
    )


def _by_hand(tree: Tree, needs: Sequence[Need], unused: set[str]) -> Iterator[str]:
    """Files that name what changes and are never edited."""
    for path in tree.paths:
        if path.rpartition("/")[2] not in BY_HAND:
            continue
        text = read_text(tree.root / path) or ""
        for need in needs:
            if _names(text, need.instead_of) and not _names(text, need.name):
                yield f"{path} declares {need.instead_of} and is not edited: add {need.written}"
        for name in sorted(unused):
            if _names(text, name):
                yield f"{path} declares {name} and is not edited: nothing imports it any more"


def _inline(code: Code, needs: Sequence[Need]) -> Iterator[str]:
    """Scripts that declare what they depend on in themselves. https://peps.python.org/pep-0723/"""
    for path, source in code.before.items():
        for block in _SCRIPT.finditer(source.text):
            for need in needs:
                if _names(block[0], need.instead_of) and not _names(block[0], need.name):
                    yield f"{path} declares {need.instead_of} in itself and is not edited there: add {need.written}"


def _names(text: str, name: str) -> bool:
    """Whether a list in a text names a distribution, on a line of its own or in quotes."""
    spelled = re.escape(name).replace(r"\-", "[-_.]")
    line = rf"^[ \t]*(?:-[ \t]+|deps[ \t]*=[ \t]*)?{spelled}[ \t]*(?:[<>=~!\[;\s]|$)"
    return (
        re.search(rf"""{line}|["']{spelled}[ \t]*[<>=~!\[;"']""", text, re.IGNORECASE | re.MULTILINE)
        is not None
    )


def _unreadable(tree: Tree) -> Iterator[str]:
    return (f"{one}; it is not edited" for one in tree.problems)


def _locks(tree: Tree, texts: Mapping[str, str]) -> Iterator[str]:
    """Lock files that are made from what changes."""
    for path in texts:
        folder, _, name = path.rpartition("/")
        for lock, command in LOCKS.items() if name == "pyproject.toml" else ():
            beside = f"{folder}/{lock}".lstrip("/")
            if (tree.root / beside).is_file():
                yield f"{beside} is out of date: run `{command}`"
