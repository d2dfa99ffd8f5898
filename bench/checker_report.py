"""The bare checker's whole-program report: the run that `aioport scan` stands on, without anything of aioport's."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fetching import site_packages
from packages import Laid

PYTHON_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
TARGETS = ("call_targets", "init_targets", "new_targets")


class ReportError(Exception):
    """A run of the checker that left no report; the message says why."""


def memory_folder() -> Path | None:
    """A folder in memory to write to; None where there is none, for the usual one for temporary files."""
    folder = Path("/dev/shm")  # noqa: S108
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A fresh folder for a report, in memory where there is any; gone when the block is left."""
    folder = Path(tempfile.mkdtemp(prefix="aioport-bench-", dir=memory_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report_command(laid: Laid, scratch: Path) -> list[str | Path]:
    """The checker's report on a project, written to `scratch`/report.

    The invocation is the one that aioport's own is built on; it asks for nothing that the
    report does not need, and for no settings but these.
    """
    config = scratch / "pyrefly.toml"
    config.write_text("check-unannotated-defs = true\n", encoding="utf-8")
    return [
        Path(sysconfig.get_path("scripts")) / "pyrefly",
        *("check", "--config", config),
        *("--search-path", laid.root, "--site-package-path", site_packages(laid.environment)),
        *("--skip-interpreter-query", "--python-version", PYTHON_VERSION),
        *("--disable-search-path-heuristics=true", "--disable-project-excludes-heuristics=true"),
        "--use-ignore-files=false",
        *("--report-pysa", scratch / "report", "--report-pysa-format", "json"),
        *("--progress-bar", "no", "--summary", "none", "--output-format", "omit-errors"),
        *laid.code,
    ]


def check_report(scratch: Path, complaint: str) -> None:
    """Raise ReportError unless there is a report; its exit code says nothing, for 1 also means type errors."""
    if not (scratch / "report" / "pyrefly.pysa.json").is_file():
        raise ReportError(f"pyrefly: {complaint}")


def resolved_places(scratch: Path, root: Path) -> dict[Path, set[str]]:
    """By file below a root, the places of the calls that a report resolves, as it spells them.

    Such a call has a target (a function, or what an instantiation runs) and nothing that is marked as unresolved.
    A file that is several modules has what each of these resolves.
    """
    report = scratch / "report"
    index = json.loads((report / "pyrefly.pysa.json").read_bytes())
    found: dict[Path, set[str]] = {}
    for module in index["modules"].values():
        path = Path(module["source_path"].get("FileSystem", ""))
        if "info_filename" in module and path.is_relative_to(root):
            graphs = json.loads((report / "call_graphs" / module["info_filename"]).read_bytes())
            places = found.setdefault(path, set())
            for edges in graphs["call_graphs"].values():
                places.update(place for place, edge in edges.items() if _is_resolved(edge))
    return found


def _is_resolved(edge: Mapping[str, Any]) -> bool:
    call = edge.get("Call")
    return call is not None and "unresolved" not in call and any(call.get(kind) for kind in TARGETS)
