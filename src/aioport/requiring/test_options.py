"""Options of the test runner that an event loop needs: what blocks every socket blocks the loop's own pair of them, too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from aioport.catalog.index import Catalog
from aioport.project import Problem, Project, decode
from aioport.requiring.outcome import Dependencies
from aioport.test_setup import find_test_setup

ADDED = "addopts"
"""The setting with what pytest's command line is begun with."""


def with_test_options(
    project: Project, catalog: Catalog, dependencies: Dependencies, texts: Mapping[str, bytes]
) -> Dependencies:
    """The same with the options that a converted project's tests need, in the file that has their options.

    texts: new texts of the project's files; without any, nothing changes.
    """
    setup = find_test_setup(project, ())
    options = setup.options.get(ADDED, "")
    if not texts or setup.file is None or not setup.file.is_relative_to(project.root):
        return dependencies
    path = setup.file.relative_to(project.root).as_posix()
    source = dependencies.sources.get(path) or decode(path, setup.file.read_bytes())
    if isinstance(source, Problem):
        return dependencies
    before = text = dependencies.texts.get(path, source.text)
    notes = []
    for option, needed in sorted(catalog.test_options.items()):
        if _has(options, option) and not _has(options, needed):
            text = _put_beside(text, option, needed)
            notes.append(
                f"{path}: {needed} was put beside {option}: an event loop is a pair of local sockets"
            )
    if text == before:
        return dependencies
    return replace(
        dependencies,
        sources={**dependencies.sources, path: source},
        texts={**dependencies.texts, path: text},
        notes=(*dependencies.notes, *notes),
    )


def _has(options: str, option: str) -> bool:
    return re.search(rf"(?<![-\w]){re.escape(option)}(?![-\w=])", options) is not None


def _put_beside(text: str, option: str, needed: str) -> str:
    """In a list of strings as an item of its own, else as another word."""
    found = re.search(rf"(?P<quote>[\"']?)(?<![-\w]){re.escape(option)}(?![-\w=])(?P=quote)", text)
    if found is None:
        return text
    quote = found["quote"]
    beside = f", {quote}{needed}{quote}" if quote else f" {needed}"
    return text[: found.end()] + beside + text[found.end() :]
