"""The share of a project's call expressions that is resolved: by the bare checker report, and by aioport.

Both shares are of the same whole: every `ast.Call` in the project's files. The bare report resolves a call that has
a target in it (a function, or what an instantiation runs) and no mark that something is unresolved. aioport resolves
a call of which it knows all that it may run (`Program.counts`); what it does not know it lists as unknown.
"""

from __future__ import annotations

import ast
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from checker_report import check_report, report_command, resolved_places, scratch_folder
from measuring import python, run
from packages import Laid, Package, sources

COUNTS = Path(__file__).resolve().with_name("program_counts.py")


class CountError(Exception):
    """A scan that did not come to its end; the message says why."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a project's calls each side resolves.

    calls: every call expression in the project's files.
    counted: those that aioport says anything of, which should be all.
    """

    package: str
    calls: int
    bare: int
    aioport: int
    counted: int

    @property
    def is_higher(self) -> bool:
        return self.aioport > self.bare

    def as_json(self) -> dict[str, Any]:
        """The share as the JSON of the benchmark holds it."""
        return {**asdict(self), "higher": self.is_higher}


def place_of(node: ast.Call) -> str:
    """Where a call stands, as the checker's report spells it: 1-based columns in bytes, the end left out."""
    assert node.end_col_offset is not None
    return f"{node.lineno}:{node.col_offset + 1}-{node.end_lineno}:{node.end_col_offset + 1}"


def call_places(laid: Laid) -> dict[Path, list[str]]:
    """The places of all call expressions of a project, by file."""
    return {
        path: [place_of(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for path, tree in sources(laid)
    }


def measure_share(package: Package, laid: Laid) -> Share:
    """Count on both sides. Raises ReportError and CountError."""
    calls = call_places(laid)
    with scratch_folder() as scratch:
        check_report(scratch, run(report_command(laid, scratch)).complaint)
        resolved = resolved_places(scratch, laid.root)
    bare = sum(place in resolved.get(path, ()) for path, places in calls.items() for place in places)
    with tempfile.TemporaryDirectory(prefix="aioport-bench-") as cache:
        done = run(python(COUNTS, laid.environment, *laid.code), extra={"AIOPORT_CACHE_DIR": cache})
    if done.code != 0:
        raise CountError(f"{package.name}: {done.complaint}")
    counts = json.loads(done.stdout)
    total = sum(map(len, calls.values()))
    return Share(package.requirement, total, bare, counts["resolved"], counts["calls"])
