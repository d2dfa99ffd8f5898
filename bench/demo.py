"""The main job, shown: the reference program before and after, against a slow server, side by side.

Starts a local HTTP server that takes 100 ms over every answer, shows the diff of `aioport
convert`, and runs the original, the classic recipe and aioport's output at both levels.
Exit code 1 when a row's results or requests differ from the original's, or when the native
output is not fast enough.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from loopback import Loopback, Request
from measuring import aioport, run, write_json

CHECKOUT = Path(__file__).resolve().parents[1]
PROGRAM = CHECKOUT / "examples" / "reference" / "program.py"
RECIPE = CHECKOUT / "bench" / "recipe.py"
TIMED = CHECKOUT / "bench" / "timed_program.py"
LEVELS = ("offload", "native")
NAMES = ("original", "recipe", *LEVELS)
LEAST_SPEED_UP = 8.0
CAPTION = (
    "wall: best of {rounds} runs of the whole program in a warm interpreter (the modules that it imports "
    "are loaded before the clock starts, for every row alike)"
)


class DemoError(Exception):
    """A step of the demo that did not come to its end; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: its wall time, the JSON that it printed, the requests that the server saw."""

    wall_s: float
    results: list[Any]
    requests: Counter[Request]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; both comparisons are with the original, over every run.

    `results` and `requests` are how many of them the first run had.
    """

    name: str
    wall_s: float
    results: int
    requests: int
    results_equal: bool
    requests_equal: bool

    def as_json(self) -> dict[str, Any]:
        """The row as `build/demo.json` holds it."""
        return {
            "name": self.name,
            "wall_s": round(self.wall_s, 4),
            "results_equal": self.results_equal,
            "requests_equal": self.requests_equal,
        }


def compared(name: str, runs: Sequence[Run], original: Sequence[Run]) -> Row:
    """The row of a program: its best wall time, and whether every run did what the original's first run did."""
    wanted = original[0]
    return Row(
        name,
        min(each.wall_s for each in runs),
        len(runs[0].results),
        runs[0].requests.total(),
        all(each.results == wanted.results for each in runs),
        all(each.requests == wanted.requests for each in runs),
    )


def shortfalls(rows: Mapping[str, Row]) -> list[str]:
    """What keeps the demo from being a success, one sentence each; empty when nothing does.

    The bounds are those of the project's first acceptance test.
    """
    found = [
        f"{row.name}: the results differ from the original's"
        for row in rows.values()
        if not row.results_equal
    ]
    found += [
        f"{row.name}: the server saw other requests than the original's"
        for row in rows.values()
        if not row.requests_equal
    ]
    speed_up = rows["original"].wall_s / rows["native"].wall_s
    if speed_up < LEAST_SPEED_UP:
        found.append(f"native: {speed_up:.1f} times as fast as the original, not {LEAST_SPEED_UP:g}")
    if rows["native"].wall_s > rows["recipe"].wall_s:
        found.append("native: slower than the recipe")
    return found


def convert_command(folder: Path, level: str) -> list[str | Path]:
    """The command that shows what a conversion of a folder would change; awaits are overlapped where proven safe."""
    options = ["--level", level, "--concurrency", "proven", "--python", sys.executable]
    return aioport("convert", folder, *options)


def converted(level: str, folder: Path) -> Path:
    """A copy of the reference program's folder, converted in place at a level; returns the program in it."""
    place_copy(folder)
    done = run([*convert_command(folder, level), "--write", "--force"])
    if done.code != 0:
        raise DemoError(f"aioport convert --level {level}: {done.complaint}\n{done.stdout}")
    return folder / PROGRAM.name


def place_copy(folder: Path) -> Path:
    """A fresh copy of the reference program's folder; returns the program in it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PROGRAM.parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder / PROGRAM.name


def measured(program: Path, server: Loopback, requests: int) -> Run:
    """Run a program once under the clock of timed_program.py; raises DemoError when it fails."""
    with tempfile.TemporaryDirectory() as scratch:
        wall = Path(scratch, "wall")
        done = run(
            [sys.executable, TIMED, program, wall],
            extra={
                "AIOPORT_EXAMPLE_URL": f"{server.url}/data",
                "AIOPORT_EXAMPLE_COUNT": str(requests),
                "NO_PROXY": "127.0.0.1",
                "no_proxy": "127.0.0.1",
            },
        )
        if done.code != 0:
            raise DemoError(f"{program}: {done.complaint}")
        return Run(float(wall.read_text(encoding="utf-8")), json.loads(done.stdout), server.taken())


def table(rows: Mapping[str, Row], requests: int, latency: float, rounds: int) -> Table:
    """The rows as a table for the terminal."""

    def sign(count: int, *, equal: bool) -> str:
        return f"{count} " + ("[green]equal[/]" if equal else "[red]DIFFERENT[/]")

    shown = Table(
        title=f"{requests} requests of {latency * 1000:.0f} ms each",
        caption=CAPTION.format(rounds=rounds),
        title_justify="left",
        caption_justify="left",
    )
    shown.add_column("program")
    shown.add_column("wall", justify="right")
    shown.add_column("speed-up", justify="right")
    shown.add_column("results")
    shown.add_column("requests")
    for row in rows.values():
        shown.add_row(
            row.name,
            f"{row.wall_s:.3f} s",
            f"{rows['original'].wall_s / row.wall_s:.1f}",
            sign(row.results, equal=row.results_equal),
            sign(row.requests, equal=row.requests_equal),
        )
    return shown


def demonstrate(options: argparse.Namespace, console: Console) -> list[str]:
    """Run the demo, print and write its table; returns what fell short, raises DemoError."""
    build: Path = options.build
    programs = {"original": place_copy(build / "original"), "recipe": RECIPE}
    console.rule("aioport convert: what would change")
    terminal = {"FORCE_COLOR": "1", "COLUMNS": str(console.width)} if console.is_terminal else {}
    diff = run(convert_command(build / "original", "native"), extra=terminal)
    sys.stdout.write(diff.stdout)
    sys.stdout.flush()
    if diff.code != 0:
        raise DemoError(f"aioport convert: {diff.complaint}")
    programs |= {level: converted(level, build / level) for level in LEVELS}

    runs: dict[str, list[Run]] = {name: [] for name in NAMES}
    with Loopback(options.latency) as server:
        # In turns, so that a busy moment of the machine does not fall on one row alone.
        for _ in range(options.rounds):
            for name in NAMES:
                runs[name].append(measured(programs[name], server, options.requests))
    rows = {name: compared(name, runs[name], runs["original"]) for name in NAMES}

    console.print()
    console.print(table(rows, options.requests, options.latency, options.rounds))
    write_json(
        options.json,
        {
            "latency_s": options.latency,
            "requests": options.requests,
            "rows": [row.as_json() for row in rows.values()],
        },
    )
    found = shortfalls(rows)
    for sentence in found:
        print(sentence)
    gains = ", ".join(f"{name} {rows['original'].wall_s / rows[name].wall_s:.1f}" for name in NAMES[1:])
    print(f"demo: speed-up over the original: {gains}; {'FAILED' if found else 'results and requests equal'}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    build = CHECKOUT / "build"
    parser.add_argument("--build", type=Path, default=build / "demo", help="folder for the converted copies")
    parser.add_argument("--json", type=Path, default=build / "demo.json", help="default: build/demo.json")
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that the server takes")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each program; the best counts")
    options = parser.parse_args()
    try:
        return 1 if demonstrate(options, Console()) else 0
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
