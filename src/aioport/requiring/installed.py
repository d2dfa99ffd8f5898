"""What an environment's metadata says of its distributions: which modules they bring, and what they need. Read from the disk alone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath

from aioport.requiring.versions import name_of, parse_requirement

_MODULES = (".py", ".pyi", ".so", ".pyd")
_EXTRA = re.compile(r"""extra\s*==\s*["']([^"']*)["']""")
_FOR_DEVELOPERS = re.compile(r"dev|test|doc|lint|typ|build|check|cov|qa|bench|example|release", re.IGNORECASE)
"""What an extra is called that is for those who work on a distribution, not for those who use it."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """An installed distribution.

    modules: dotted names of its topmost packages and modules; below a namespace package, of what is in there.
    needs: distributions that it cannot do without.
    uses: distributions that it uses if they are there: those of its extras, without those for its own developers.
    plugs: names of its commands and plugins, which are used without an import.
    """

    name: str
    modules: frozenset[str]
    needs: frozenset[str]
    uses: frozenset[str]
    plugs: tuple[str, ...]


def read_installed(site_packages: Iterable[Path]) -> dict[str, Distribution]:
    """The distributions of some folders by their names as they are compared; of two, the one that is found first."""
    found: dict[str, Distribution] = {}
    for folder in site_packages:
        for info in (*sorted(folder.glob("*.dist-info")), *sorted(folder.glob("*.egg-info"))):
            try:
                one = _read(info)
            except (OSError, UnicodeDecodeError, csv.Error):
                continue
            if one is not None:
                found.setdefault(one.name, one)
    return found


def needed_by(names: Iterable[str], installed: Mapping[str, Distribution]) -> set[str]:
    """Distributions that some need, and all that those need in turn; they themselves are among them."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += installed[name].needs if name in installed else ()
    return found


def _read(info: Path) -> Distribution | None:
    metadata = info / ("METADATA" if info.suffix == ".dist-info" else "PKG-INFO")
    if not metadata.is_file():
        return None
    headers = HeaderParser().parsestr(metadata.read_text(encoding="utf-8", errors="replace"))
    named = headers.get("Name")
    if not named:
        return None
    parsed = (parse_requirement(line) for line in headers.get_all("Requires-Dist", []))
    extras = [(name_of(one.name), _EXTRA.findall(str(one.marker or ""))) for one in parsed if one is not None]
    return Distribution(
        name=name_of(named),
        modules=_modules(info),
        needs=frozenset(name for name, inside in extras if not inside),
        uses=frozenset(
            name for name, inside in extras if any(not _FOR_DEVELOPERS.match(extra) for extra in inside)
        ),
        plugs=_plugs(info / "entry_points.txt"),
    )


def _modules(info: Path) -> frozenset[str]:
    record, listed = info / "RECORD", info / "top_level.txt"
    if record.is_file():
        with record.open(encoding="utf-8", newline="") as file:
            paths = [PurePosixPath(row[0]) for row in csv.reader(file) if row and row[0].endswith(_MODULES)]
        return _topmost([path for path in paths if path.suffix in _MODULES and _is_module(path)])
    if listed.is_file():
        return frozenset(listed.read_text(encoding="utf-8").split())
    return frozenset()


def _is_module(path: PurePosixPath) -> bool:
    return not path.is_absolute() and all(
        part.isidentifier() for part in (*path.parts[:-1], path.name.partition(".")[0])
    )


def _topmost(paths: Iterable[PurePosixPath]) -> frozenset[str]:
    files = list(paths)
    packages = {path.parent for path in files if path.name.partition(".")[0] == "__init__"}
    found = set()
    for path in files:
        above = [parent for parent in reversed(path.parents) if parent in packages]
        whole = (
            above[0]
            if above
            else path.parent
            if path.parent.parts
            else path.with_name(path.name.partition(".")[0])
        )
        found.add(".".join(whole.parts))
    return frozenset(one for one in found if one)


def _plugs(file: Path) -> tuple[str, ...]:
    if not file.is_file():
        return ()
    lines = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines())
    return tuple(sorted({key.strip() for key, equals, _ in lines if equals}))
