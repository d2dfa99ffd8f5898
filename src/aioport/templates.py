"""Files beside the code that are no Python and read attributes of its objects: templates of Jinja, Django, Mako and the like."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from aioport.project import Problem, Project

LARGEST = 1_000_000
"""Bytes; nobody writes a larger template, and data files are."""

MARKS = ("{{", "{%", "${", "<%")
"""Text without any of these is no template."""

OF_CODE = ("{{", "{%", "<%")
"""The marks with which templates of source code are written; `${` may be in a shell command."""

IN_BROWSERS = (".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".vue", ".svelte", ".css", ".scss", ".map")
"""What reads its own objects in such braces."""

_REGION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$\{.*?\}|<%.*?%>", re.DOTALL)
_ATTRIBUTE = re.compile(r"\.\s*([A-Za-z_]\w*)")
_QUOTED = re.compile(r"""'[^'\n]*'|"[^"\n]*\"""")
_NAMED = re.compile(r"""(?:\[|\battribute\s*=|\battr\s*\(|\bgroupby\s*\()\s*["']([\w.]+)["']""")


def with_templates(project: Project) -> Project:
    """The project with the templates that lie in its folders, by path. What cannot be read is left out."""
    found = {}
    folders = set(project.listings) or set(_near(project))
    for path in sorted(path for folder in folders for path in _files(folder)):
        text = _read(path)
        if text is not None and any(mark in text for mark in MARKS):
            found[os.path.relpath(path, project.root).replace(os.sep, "/")] = text
    return replace(project, templates=found)


def find_python_templates(project: Project, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those of some files that do not parse because they are templates of Python: the line at fault is one, or the name.

    Nothing imports such a file, and what is made of it is another project.
    """
    return tuple(one for one in problems if _is_python_template(project, one))


def _is_python_template(project: Project, problem: Problem) -> bool:
    source = project.sources.get(problem.path)
    if source is None:
        return False
    line = next(islice(source.text.splitlines(), problem.line - 1, None), "")
    return any(mark in text for mark in OF_CODE for text in (line, problem.path))


def _near(project: Project) -> Iterator[str]:
    """For files that were named: their own folders, and those right below."""
    for folder in {(project.root / path).parent for path in project.sources}:
        yield str(folder)
        with os.scandir(folder) as entries:
            yield from (one.path for one in entries if one.is_dir(follow_symlinks=False))


def _files(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as listing:
            entries = [one for one in listing if one.is_file(follow_symlinks=False)]
            if any(one.name == "pyvenv.cfg" for one in entries):
                return []
            return [
                one.path
                for one in entries
                if not one.name.endswith((".py", ".pyw", ".pyi", ".pyc", *IN_BROWSERS))
                and one.stat().st_size <= LARGEST
            ]
    except OSError:
        return []


def _read(path: str) -> str | None:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\0" in text else text


def names_read(templates: Mapping[str, str]) -> dict[str, str]:
    """Every attribute that a template may read, or call, with the first place that does: `templates/user.html:3`."""
    found: dict[str, str] = {}
    for path, text in templates.items():
        for region in _REGION.finditer(text):
            plain = _QUOTED.sub(lambda quoted: " " * len(quoted[0]), region[0])
            for pattern, within in ((_ATTRIBUTE, plain), (_NAMED, region[0])):
                for one in pattern.finditer(within):
                    line = text.count("\n", 0, region.start() + one.start(1)) + 1
                    for name in one[1].split("."):
                        found.setdefault(name, f"{path}:{line}")
    return found
