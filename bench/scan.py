"""Time `aioport scan` of Django's own source against the bare checker report that it stands on.

Both run in turns, each into fresh folders, in memory where there is any. The figure is the
ratio of their median wall times, from one run on one machine. Every call is to be resolved or
counted as unknown, so the counts are printed as well.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from aioport.api import scan_project
from fetching import cache_folder, fetch_wheel, unpacked
from measuring import Outcome, aioport, run, write_json

DJANGO = "Django==5.2.19"
PYTHON_VERSION = "3.11"
MOST_TIMES_BARE = 1.6


class ScanError(Exception):
    """A run that did not come to its end; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a scan found, beside the number of call expressions that there are in the sources."""

    findings: int
    unknown: int
    calls: int


def memory_folder() -> Path | None:
    """A folder in memory to write to; None where there is none, for the usual one for temporary files."""
    folder = Path("/dev/shm")  # noqa: S108
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None


def report_command(root: Path, package: str, scratch: Path) -> list[str | Path]:
    """The checker's whole-program report on `root`/`package`, written below `scratch`.

    The invocation is the one that aioport's own is built on; it asks for nothing that the
    report does not need, and for no settings but these.
    """
    config = scratch / "pyrefly.toml"
    config.write_text("check-unannotated-defs = true\n", encoding="utf-8")
    return [
        Path(sysconfig.get_path("scripts")) / "pyrefly",
        *("check", "--config", config),
        *("--search-path", root, "--site-package-path", sysconfig.get_path("purelib")),
        *("--skip-interpreter-query", "--python-version", PYTHON_VERSION),
        *("--disable-search-path-heuristics=true", "--disable-project-excludes-heuristics=true"),
        "--use-ignore-files=false",
        *("--report-pysa", scratch / "report", "--report-pysa-format", "json"),
        *("--progress-bar", "no", "--summary", "none", "--output-format", "omit-errors"),
        root / package,
    ]


def bare(root: Path, package: str) -> Outcome:
    """One bare report; raises ScanError when it is not there afterwards (exit code 1 also means type errors)."""
    scratch = Path(tempfile.mkdtemp(prefix="aioport-bench-", dir=memory_folder()))
    try:
        done = run(report_command(root, package, scratch))
        if not (scratch / "report" / "pyrefly.pysa.json").is_file():
            raise ScanError(f"pyrefly: {done.complaint}")
        return done
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def scanned(root: Path, package: str) -> Outcome:
    """One `aioport scan`; raises ScanError unless its exit code is 0 or 1 (findings on an event loop)."""
    done = run(aioport("scan", root / package, "--format", "json"))
    if done.code not in (0, 1):
        raise ScanError(f"aioport scan: {done.complaint}")
    return done


def count_calls(folder: Path) -> int:
    """How many call expressions there are in a folder's Python files, those that do not parse left out."""
    total = 0
    for path in folder.rglob("*.py"):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        total += sum(isinstance(node, ast.Call) for node in ast.walk(tree))
    return total


def counted(report: str, calls: int) -> Counts:
    """The counts of a scan's JSON; raises ScanError when it is not what version 1 promises."""
    try:
        read: dict[str, Any] = json.loads(report)
        if read["version"] != 1:
            raise ScanError(f"aioport scan: JSON of version {read['version']}")
        return Counts(len(read["findings"]), len(read["unknown"]), calls)
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise ScanError(f"aioport scan: not the JSON it promises: {error!r}") from error


def missing_calls(folder: Path, calls: int) -> int:
    """How many of a folder's call expressions are neither resolved nor unknown to aioport: none, if all is well."""
    return calls - scan_project(folder).program.counts.calls


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each, in turns (default: 3)")
    parser.add_argument(
        "--check",
        action="store_true",
        help=f"exit code 1 above {MOST_TIMES_BARE} times the bare, or if calls are missing from the counts",
    )
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    cache = cache_folder(options.cache)
    root, package = unpacked(fetch_wheel(DJANGO, cache / "downloads"), cache / "unpacked"), "django"

    walls: dict[str, list[float]] = {"bare": [], "scan": []}
    try:
        for number in range(1, options.runs + 1):
            walls["bare"].append(bare(root, package).seconds)
            last = scanned(root, package)
            walls["scan"].append(last.seconds)
            print(
                f"run {number}: bare report {walls['bare'][-1]:.2f} s, aioport scan {last.seconds:.2f} s",
                flush=True,
            )
        counts = counted(last.stdout, count_calls(root / package))
        missing = missing_calls(root / package, counts.calls)
    except ScanError as error:
        print(f"scan: {error}", file=sys.stderr)
        return 1
    ratio = median(walls["scan"]) / median(walls["bare"])
    write_json(
        options.json,
        {
            "package": DJANGO,
            "walls_s": {name: [round(wall, 3) for wall in each] for name, each in walls.items()},
            "ratio": round(ratio, 3),
            "findings": counts.findings,
            "unknown": counts.unknown,
            "calls": counts.calls,
            "missing": missing,
        },
    )
    print(
        f"scan of {DJANGO}: {ratio:.2f} times the bare report (at most {MOST_TIMES_BARE});"
        f" {counts.findings} findings; of {counts.calls} calls {counts.unknown} unknown, {missing} missing"
    )
    return 1 if options.check and (ratio > MOST_TIMES_BARE or missing) else 0


if __name__ == "__main__":
    sys.exit(main())
