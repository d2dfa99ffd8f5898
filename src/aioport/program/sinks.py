"""Where the checker's own stubs go: it writes out thousands of files with each report, which cannot be switched off.

Nobody reads them. Once a report has shown which they are, the user's cache holds folders of the same shape in which each
file is a link to the null device, and further reports have links to these folders. Nothing is written then, and nothing
need be removed.

Runs as a script as well, beside what the caller does next, and so imports nothing of aioport at the top.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

BUNDLED = ("typeshed", "typeshed_third_party", "third_party")
"""The folders of a report that hold them."""


def lay_sinks(report: Path, version: str) -> bool:
    """Makes links to sinks in a folder that a report will be written to; returns whether there are sinks for that.

    version: of the checker, whose stubs they are.
    """
    sinks = _sinks(version)
    if sinks is None or not all(os.path.isdir(f"{sinks}/{name}") for name in BUNDLED):  # noqa: PTH112
        return False
    try:
        report.mkdir()
        for name in BUNDLED:
            (report / name).symlink_to(f"{sinks}/{name}")
    except OSError:
        for name in BUNDLED:
            (report / name).unlink(missing_ok=True)
        return False
    return True


def discarding(report: Path, version: str) -> list[str]:
    """The arguments for Python that remove the stubs of a report, and make sinks of their shape if there shall be any."""
    return [__file__, _sinks(version) or "", str(report)]


def _sinks(version: str) -> str | None:
    """Where sinks are kept; None where links cannot be relied on, or the user wants no cache."""
    from aioport.caching.folder import find_folder  # noqa: PLC0415

    folder = find_folder(os.environ) if os.name == "posix" else None
    return f"{folder}/sinks-{version}" if folder is not None else None


def _keep(sinks: str, report: str) -> None:
    """Makes sinks like the stubs of a report, at once or not at all."""
    home, fresh = os.path.dirname(sinks), ""  # noqa: PTH120
    try:
        os.makedirs(home, mode=0o700, exist_ok=True)  # noqa: PTH103
        fresh = tempfile.mkdtemp(dir=home, prefix=".new-sinks-")
        for top in BUNDLED:
            for folder, _, files in os.walk(f"{report}/{top}"):
                copy = fresh + folder.removeprefix(report)
                os.mkdir(copy)  # noqa: PTH102
                for file in files:
                    os.symlink(os.devnull, f"{copy}/{file}")  # noqa: PTH211
        os.rename(fresh, sinks)  # noqa: PTH104
    except OSError:  # Another run was faster, or nothing can be written there, or there are no links.
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)


def main(sinks: str, report: str) -> None:
    """sinks: where they are to be; empty for nowhere. report: whose stubs are removed."""
    if sinks and not os.path.exists(sinks):  # noqa: PTH110
        _keep(sinks, report)
    for name in BUNDLED:
        shutil.rmtree(f"{report}/{name}", ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
