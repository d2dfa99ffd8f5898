"""Where the vendored file goes: one for the whole project where that is possible, so that there is one event loop's state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from aioport.planning.analysis import Analysis

NAME = "_aio.py"


@dataclass(frozen=True, slots=True)
class Home:
    """A vendored file, and the module name by which one file imports it."""

    path: str
    module: str


def find_homes(analysis: Analysis, changed: Iterable[str], vendored: Mapping[str, Collection[str]]) -> dict[str, Home]:
    """The vendored file of each changed file: in the top-level package with the most changes, else beside the script."""
    paths = list(changed)
    packages = {path: _package(analysis, path) for path in paths}
    counted = Counter(package for package in packages.values() if package is not None)
    known = [path.removesuffix(NAME).rstrip("/") for path in vendored]
    main = next((one for one in known if one in counted), None)
    if main is None and counted:
        main = min(counted, key=lambda one: (-counted[one], one))
    found = {}
    for path in paths:
        package = packages[path]
        if main is not None and package == main:
            depth = path.removeprefix(main).strip("/").count("/") if main else path.count("/")
            found[path] = Home(f"{main}/{NAME}".lstrip("/"), "." * (depth + 1) + "_aio")
        elif main:
            found[path] = Home(f"{main}/{NAME}", f"{main.rpartition('/')[2]}._aio")
        else:
            folder = path.rpartition("/")[0]
            found[path] = Home(f"{folder}/{NAME}".lstrip("/"), "_aio")
    return found


def _package(analysis: Analysis, path: str) -> str | None:
    """The folder of the top-level package that holds a file; None for a file outside of packages.

    A package whose folder is the root itself is the empty string.
    """
    sources = analysis.project.sources
    folder, _, _ = path.rpartition("/")
    top = None
    while f"{folder}/__init__.py".lstrip("/") in sources:
        top = folder
        if not folder:
            break
        folder = folder.rpartition("/")[0]
    return top
