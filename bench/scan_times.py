"""How long the scan benchmark's runs take and how much memory they hold, beside the checker's and hydroid's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from measuring import Outcome, run, run_watched
from scan_runs import Copies, bare, changed_scan, cold_hydroid, cold_scan, run_hydroid, scan

MOST_TIMES_BARE = 1.4
MOST_TIMES_COLD_UNCHANGED = 0.15
MOST_TIMES_COLD_CHANGED = 1.0
MOST_TIMES_MEMORY = 1.5

BARE = "bare report"
COLD = "aioport scan, cold"
UNCHANGED = "aioport scan, unchanged"
CHANGED = "aioport scan, one file changed"
HYDROID_COLD = "hydroid, cold"
HYDROID_CACHED = "hydroid, cached"

CHAINS = ((BARE,), (COLD, UNCHANGED, CHANGED), (HYDROID_COLD, HYDROID_CACHED))
"""Runs that build on one another."""

Step = Callable[[Callable[..., Outcome]], Outcome]


@dataclass(frozen=True, slots=True)
class Measured:
    """One kind of run: its wall times, and the most memory that its processes held together, where that is known."""

    walls_s: tuple[float, ...]
    peak: int | None

    @property
    def median_s(self) -> float:
        return median(self.walls_s)

    def as_json(self) -> dict[str, Any]:
        """The runs as the JSON of the benchmark holds them."""
        return {"walls_s": [round(wall, 3) for wall in self.walls_s], "peak_bytes": self.peak}


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure with the most that it may be; `strictly` less where it is one tool against another."""

    name: str
    figure: float
    most: float
    strictly: bool = False

    @property
    def is_kept(self) -> bool:
        return self.figure < self.most or (self.figure == self.most and not self.strictly)

    def as_json(self) -> dict[str, Any]:
        """The limit as the JSON of the benchmark holds it."""
        return {"name": self.name, "figure": round(self.figure, 3), "most": self.most, "kept": self.is_kept}


@dataclass
class _Watched:
    """Runs commands and remembers the peak memory of the last one."""

    peak: int | None = None

    def __call__(self, command: Sequence[str | Path], **options: Any) -> Outcome:
        done, self.peak = run_watched(command, **options)
        return done


def steps(copies: Copies, hydroid: Path) -> dict[str, Step]:
    """The kinds of runs on a project, in the order in which each needs the one before."""
    return {
        BARE: lambda runner: bare(copies.ours, runner),
        COLD: lambda runner: cold_scan(copies, runner),
        UNCHANGED: lambda runner: scan(copies, runner),
        CHANGED: lambda runner: changed_scan(copies, runner),
        HYDROID_COLD: lambda runner: cold_hydroid(hydroid, copies, runner),
        HYDROID_CACHED: lambda runner: run_hydroid(hydroid, copies, runner),
    }


def measure(kinds: Mapping[str, Step], rounds: int, say: Callable[[str], None]) -> dict[str, Measured]:
    """Take the kinds of runs in turns, and each once more, first of all, for its memory; that one is not timed.

    It also leaves every file that is read in the system's cache. Every other round takes the chains from the last to
    the first: what comes right after a bare report takes up to 0.1 s longer, whatever it is. Raises ReportError and
    ScanError.
    """
    watched, peaks = _Watched(), dict[str, int | None]()
    walls: dict[str, list[float]] = {name: [] for name in kinds}
    for name, step in kinds.items():
        step(watched)
        peaks[name] = watched.peak
        say(f"memory: {name} {mebibytes(watched.peak)}")
    for number in range(1, rounds + 1):
        chains = CHAINS if number % 2 else reversed(CHAINS)
        for name in (one for chain in chains for one in chain if one in kinds):
            walls[name].append(kinds[name](run).seconds)
            say(f"round {number}: {name} {walls[name][-1]:.2f} s")
    return {name: Measured(tuple(walls[name]), peaks[name]) for name in kinds}


def measure_memory(copies: Copies, say: Callable[[str], None]) -> dict[str, Measured]:
    """The bare report and a cold scan, once each, for their memory. Raises ReportError and ScanError."""
    watched, found = _Watched(), dict[str, Measured]()
    kinds: dict[str, Step] = {
        BARE: lambda runner: bare(copies.ours, runner),
        COLD: lambda runner: cold_scan(copies, runner),
    }
    for name, step in kinds.items():
        done = step(watched)
        found[name] = Measured((done.seconds,), watched.peak)
        say(f"memory: {name} {mebibytes(watched.peak)} in {done.seconds:.0f} s, watched")
    return found


def time_limits(measured: Mapping[str, Measured]) -> list[Limit]:
    """What the times on a large project are held to."""
    first = measured[COLD].median_s
    second, theirs = measured[UNCHANGED].median_s, measured[HYDROID_CACHED].median_s
    return [
        Limit("cold scan / bare report", first / measured[BARE].median_s, MOST_TIMES_BARE),
        Limit("unchanged / cold scan", second / first, MOST_TIMES_COLD_UNCHANGED),
        Limit("one file changed / cold scan", measured[CHANGED].median_s / first, MOST_TIMES_COLD_CHANGED),
        Limit("unchanged scan / hydroid's cached", second / theirs, 1.0, strictly=True),
    ]


def memory_limits(measured: Mapping[str, Measured]) -> list[Limit]:
    """What the memory on a very large project is held to; nothing where it could not be measured."""
    ours, theirs = measured[COLD].peak, measured[BARE].peak
    if ours is None or theirs is None:
        return []
    return [Limit("memory of a cold scan / bare report", ours / theirs, MOST_TIMES_MEMORY)]


def mebibytes(size: int | None) -> str:
    """A size for reading."""
    return "?" if size is None else f"{size / 2**20:.0f} MiB"
