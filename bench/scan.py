"""What `aioport scan` knows of well-known projects, and what it costs, beside the bare checker report and hydroid.

shares: which part of all call expressions is resolved, by the bare report and by aioport, on six projects.
times: a cold scan, an unchanged second one and one after a change, on Django and on three small files, in
    turns with the bare report (both in memory where there is any) and with hydroid; the figures are ratios of
    medians from one run on one machine. Peak memory is the most that a run's processes held together, sampled.
memory: the peak memory of a cold scan and of the bare report on Home Assistant, a million lines.

With --bed: the bed of labelled situations instead, whose own options follow.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from checker_report import ReportError
from fetching import cache_folder
from measuring import write_json
from packages import DJANGO, HOME_ASSISTANT, PACKAGES, lay_out
from resolved import CountError, Share, measure_share
from scan_runs import ScanError, copy_twice, hydroid_command, three_files
from scan_times import (
    Limit,
    Measured,
    measure,
    measure_memory,
    mebibytes,
    memory_limits,
    steps,
    time_limits,
)

PARTS = ("shares", "times", "memory")
SMALL = "three small files"


@dataclass
class Results:
    """What was measured so far; `measured` by project and kind of run."""

    shares: list[Share] = field(default_factory=list)
    measured: dict[str, Mapping[str, Measured]] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)

    @property
    def shortfalls(self) -> list[str]:
        """What is not as it should be, a sentence each."""
        low = [
            f"{share.package}: {share.aioport} calls resolved, the bare report {share.bare}"
            for share in self.shares
            if not share.is_higher
        ]
        missing = [
            f"{share.package}: {share.calls} calls, and aioport counts {share.counted}"
            for share in self.shares
            if share.calls != share.counted
        ]
        over = [
            f"{limit.name}: {limit.figure:.2f}, not {'below' if limit.strictly else 'at most'} {limit.most}"
            for limit in self.limits
            if not limit.is_kept
        ]
        return low + missing + over

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return {
            "shares": [share.as_json() for share in self.shares],
            "runs": {
                project: {name: one.as_json() for name, one in kinds.items()}
                for project, kinds in self.measured.items()
            },
            "limits": [limit.as_json() for limit in self.limits],
            "shortfalls": self.shortfalls,
        }


def measure_parts(
    parts: Sequence[str], cache: Path, rounds: int, results: Results, say: Callable[[str], None]
) -> None:
    """Measure some parts and add them to the results. Raises ReportError, CountError, ScanError and what pip raises."""
    if "shares" in parts:
        for package in PACKAGES:
            results.shares.append(measure_share(package, lay_out(package, cache)))
            say(f"{package.requirement}: counted")
    with tempfile.TemporaryDirectory(prefix="aioport-bench-") as folder:
        scratch = Path(folder)
        if "times" in parts:
            hydroid = hydroid_command(cache)
            large = copy_twice(lay_out(DJANGO, cache), scratch / "large")
            small = copy_twice(three_files(scratch / "small" / "original", cache), scratch / "small")
            for name, copies in ((DJANGO.requirement, large), (SMALL, small)):
                say(name)
                results.measured[name] = measure(steps(copies, hydroid), rounds, say)
            results.limits += time_limits(results.measured[DJANGO.requirement])
        if "memory" in parts:
            say(HOME_ASSISTANT.requirement)
            copies = copy_twice(lay_out(HOME_ASSISTANT, cache), scratch / "very-large")
            results.measured[HOME_ASSISTANT.requirement] = measure_memory(copies, say)
            results.limits += memory_limits(results.measured[HOME_ASSISTANT.requirement])


def tables(results: Results) -> list[Table]:
    """What was measured, as tables."""
    made = []
    if results.shares:
        made.append(
            _table("share of calls resolved", "project", "calls", "bare report", "aioport", "missing")
        )
        for one in results.shares:
            shares = (f"{100 * part / one.calls:.2f} %" for part in (one.bare, one.aioport))
            made[-1].add_row(one.package, str(one.calls), *shares, str(one.calls - one.counted))
    for project, kinds in results.measured.items():
        made.append(_table(project, "run", "median wall", "peak memory"))
        for name, measured in kinds.items():
            made[-1].add_row(name, f"{measured.median_s:.2f} s", mebibytes(measured.peak))
    if results.limits:
        made.append(_table("limits", "ratio", "measured", "at most", "kept"))
        for limit in results.limits:
            most = f"{'< ' if limit.strictly else ''}{limit.most}"
            made[-1].add_row(limit.name, f"{limit.figure:.2f}", most, "yes" if limit.is_kept else "no")
    return made


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="right")
    return table


def run_bed(words: Sequence[str]) -> int:
    """Hand words of the command line over to the bed; returns its exit code."""
    import bed  # noqa: PLC0415  # it asks for tools that the rest does without

    return bed.main(words)


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--bed", action="store_true", help="run the bed instead; see --bed --help")
    made.add_argument("--part", choices=PARTS, action="append", help="only this; may be repeated")
    made.add_argument("--runs", type=int, default=4, help="rounds of timed runs (default: 4)")
    made.add_argument("--check", action="store_true", help="exit code 1 if anything falls short")
    made.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    made.add_argument("--json", type=Path, help="write the figures here")
    return made


def main() -> int:
    if "--bed" in sys.argv[1:]:
        return run_bed([word for word in sys.argv[1:] if word != "--bed"])
    options = parser().parse_args()
    results = Results()
    try:
        measure_parts(options.part or PARTS, cache_folder(options.cache), max(options.runs, 1), results, _say)
    except (ReportError, CountError, ScanError, OSError, subprocess.CalledProcessError) as error:
        print(f"scan: {error}", file=sys.stderr)
        return 1
    finally:
        console = Console()
        for table in tables(results):
            console.print(table)
        write_json(options.json, results.as_json())
    for sentence in results.shortfalls:
        print(f"falls short: {sentence}")
    return 1 if options.check and results.shortfalls else 0


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
