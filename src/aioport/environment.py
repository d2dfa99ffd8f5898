"""Where a project's installed packages are, read from the disk alone: no interpreter is run."""

import os
import re
import shutil
import site
from collections.abc import Iterable
from pathlib import Path

from aioport.project import ProjectError

_LIBRARY = re.compile(r"(?:python|pypy)3(?:\.(\d+))?t?")


def named_site_packages(python: str, label: str) -> tuple[Path, ...]:
    """Return the packages of an interpreter or of an environment's folder; ProjectError where there are none."""
    given = Path(python).expanduser()
    if not given.exists() and given.name == python and (command := shutil.which(python)):
        given = Path(command)
    if not given.exists():
        raise ProjectError(
            f"{label} {python}: no such file or folder; name an interpreter or an environment's folder"
        )
    # First without following links: a virtual environment's interpreter is a link to another one.
    for place in (given.absolute(), given.resolve()):
        prefix = place if place.is_dir() else place.parent.parent
        if found := _packages_of(prefix, given.resolve().name):
            return found
    raise ProjectError(
        f"{label} {python}: no site-packages belong to it; name an environment's folder (the one with pyvenv.cfg)"
    )


def find_site_packages(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Return the packages of `VIRTUAL_ENV`, of `.venv` or `venv` in one of the folders, else of aioport's own Python."""
    active = os.environ.get("VIRTUAL_ENV")
    places = [Path(active)] if active else []
    places += [folder / name for folder in folders for name in (".venv", "venv")]
    for place in places:
        if found := _packages_of(place, ""):
            return found
    return _with_linked_folders(Path(folder) for folder in site.getsitepackages())


def _packages_of(prefix: Path, interpreter: str) -> tuple[Path, ...]:
    """Return the package folders below an installation's prefix, and those it inherits, with what `.pth` files add.

    `interpreter`: the file name of the interpreter (`python3.11`); where several versions share a prefix, its own
    is taken if the name tells, else the newest.
    """
    configuration = _read_pyvenv(prefix / "pyvenv.cfg")
    versions = [re.match(r"\D*3\.(\d+)", text) for text in (interpreter, configuration.get("version", ""))]
    minor = next((int(version[1]) for version in versions if version), None)
    found = _library_folders(prefix, minor)
    if configuration.get("include-system-site-packages", "").lower() == "true" and (
        home := configuration.get("home")
    ):
        found += _packages_of(Path(home).parent, f"3.{minor}" if minor else "")
    return _with_linked_folders(found)


def _library_folders(prefix: Path, minor: int | None) -> list[Path]:
    """Return `lib/python3.X/site-packages`, its `lib64` and Debian variants, and Windows' `Lib/site-packages`."""
    versioned: dict[int, list[Path]] = {}
    common = [prefix / "Lib" / "site-packages"]
    for library in (prefix / "lib", prefix / "lib64", prefix / "local" / "lib"):
        for folder in sorted(library.glob("py*3*")):
            if named := _LIBRARY.fullmatch(folder.name):
                inner = [folder / "site-packages", folder / "dist-packages"]
                if named[1]:
                    versioned.setdefault(int(named[1]), []).extend(inner)
                else:
                    common += inner
    chosen = minor if minor in versioned else max(versioned, default=None)
    own = versioned[chosen] if chosen is not None else []
    return [folder for folder in (*own, *common) if folder.is_dir()]


def _read_pyvenv(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    return {key.strip().lower(): value.strip() for key, _, value in (line.partition("=") for line in lines)}


def _with_linked_folders(folders: Iterable[Path]) -> tuple[Path, ...]:
    """Add the folders that `.pth` files name (editable installs); their lines with code are not run. No folder twice."""
    found: dict[Path, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            continue
        found.setdefault(folder.resolve(), folder)
        for file in sorted(folder.glob("*.pth")):
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                if line.strip() and not line.startswith(("#", "import ", "import\t")):
                    linked = folder / line.rstrip()
                    if linked.is_dir():
                        found.setdefault(linked.resolve(), linked)
    return tuple(found.values())
