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
    file: where the options stand; None where nowhere.
    """

    __test__ = False

    options: Mapping[str, str] = field(default_factory=dict)
    installed: frozenset[str] = frozenset()
    file: Path | None = None


def find_test_setup(project: Project, names: Iterable[str]) -> TestSetup:
    """Reads the options and looks for packages by their import names. What cannot be read says nothing."""
    installed = {
        name
        for name in names
        for site in project.site_packages
        if os.path.isdir(f"{site}/{name}") or os.path.isfile(f"{site}/{name}.py")  # noqa: PTH112, PTH113
    }
    homes = dict.fromkeys((project.root, project.pyproject.parent if project.pyproject else project.root))
    found = next((one for home in homes for one in _options(home)), None)
    file, options = found if found is not None else (None, {})
    return TestSetup(options, frozenset(installed), file)


def _options(home: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Files with options of pytest, the one that counts first."""
    for name, section in INI_FILES[:2]:
        yield from _section(home / name, section)
    yield from _of_pyproject(home / "pyproject.toml")
    for name, section in INI_FILES[2:]:
        yield from _section(home / name, section)


def _section(file: Path, section: str) -> Iterator[tuple[Path, Mapping[str, str]]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return
    if parser.has_section(section):
        yield file, dict(parser.items(section))


def _of_pyproject(file: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    if not file.is_file():
        return
    try:
        table = read_pyproject(file).get("tool", {}).get("pytest", {}).get("ini_options")
    except (SettingsError, AttributeError):
        return
    if isinstance(table, dict):
        yield (
            file,
            {
                key: " ".join(map(str, value)) if isinstance(value, list) else str(value)
                for key, value in table.items()
            },
        )
