"""What a project's documentation names: README files and what lies in `docs`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from aioport.project import Project

FOLDERS = ("docs", "doc")
SUFFIXES = (".md", ".rst", ".txt", "")
LARGEST = 1_000_000
"""Bytes; nobody writes a larger page by hand."""

_CALLED = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
_MARKED = re.compile(r"[`:]~?([A-Za-z_][\w.]*)(?:\(\))?`")


def with_documents(project: Project) -> Project:
    """The project with every name that its documentation calls, or marks as code; of a dotted name, each part."""
    home = project.pyproject.parent if project.pyproject is not None else project.root
    found: set[str] = set()
    for page in _pages(home):
        for name in (*_CALLED.findall(page), *_MARKED.findall(page)):
            found.update(name.split("."))
    return replace(project, documented=frozenset(found))


def _pages(home: Path) -> Iterator[str]:
    paths = [path for path in home.glob("README*") if path.suffix in SUFFIXES]
    for folder in FOLDERS:
        paths += [path for path in sorted((home / folder).rglob("*")) if path.suffix in SUFFIXES]
    for path in paths:
        try:
            if path.is_file() and path.stat().st_size <= LARGEST:
                yield path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
