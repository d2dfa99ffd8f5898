"""How a project's tests are run, as far as its files say: the options of pytest, and what is installed beside it."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from aioport.project import Project
from aioport.settings import SettingsError, read_pyproject

INI_FILES = (
    ("pytest.ini", "pytest"),
    (".pytest.ini", "pytest"),
    ("tox.ini", "pytest"),
    ("setup.cfg", "tool:pytest"),
)
"""Files with a section of pytest's options, in the order in which pytest looks at them, but for pyproject.toml."""


@dataclass(frozen=True, slots=True)
class TestSetup:
    """What tests are run with.

    options: of pytest, as text.
    installed: import names, of those that were asked about.
    """

    __test__ = False

    options: Mapping[str, str] = field(default_factory=dict)
    installed: frozenset[str] = frozenset()


def find_test_setup(project: Project, names: Iterable[str]) -> TestSetup:
    """Reads the options and looks for packages by their import names. What cannot be read says nothing."""
    installed = {
        name
        for name in names
        for site in project.site_packages
        if os.path.isdir(f"{site}/{name}") or os.path.isfile(f"{site}/{name}.py")  # noqa: PTH112, PTH113
    }
    homes = dict.fromkeys((project.root, project.pyproject.parent if project.pyproject else project.root))
    options = next((found for home in homes for found in _options(home) if found is not None), {})
    return TestSetup(options, frozenset(installed))


def _options(home: Path) -> Iterator[Mapping[str, str] | None]:
    for name, section in INI_FILES[:2]:
        yield _section(home / name, section)
    yield _of_pyproject(home / "pyproject.toml")
    for name, section in INI_FILES[2:]:
        yield _section(home / name, section)


def _section(file: Path, section: str) -> Mapping[str, str] | None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return None
    return dict(parser.items(section)) if parser.has_section(section) else None


def _of_pyproject(file: Path) -> Mapping[str, str] | None:
    if not file.is_file():
        return None
    try:
        table = read_pyproject(file).get("tool", {}).get("pytest", {}).get("ini_options")
    except (SettingsError, AttributeError):
        return None
    return {key: str(value) for key, value in table.items()} if isinstance(table, dict) else None
