"""The tools that the bed scores: run once each on a copy of the bed, their output read into reports."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bed_labels import read_bed, without_async
from fetching import environment_with, site_packages
from measuring import aioport, run

HERE = Path(__file__).resolve().parent / "bed"
TOOLS = (
    "flake8-async==26.8.1",
    "flake8==7.5.0",
    "hydroid-cli==0.5.0",
    "libcst==1.9.0",
    "mccabe==0.7.0",
    "pycodestyle==2.15.0",
    "pyflakes==4.1.0",
    "PyYAML==6.0.3",
    "ruff==0.17.6",
)
# The rules of ruff and flake8-async that are about blocking calls.
BLOCKING_RULES = "ASYNC2"


class BedError(Exception):
    """A tool that gave no usable answer; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the bed."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that a tool reports: the lines that it names, the one that waits first; `counts_against` it if wrong."""

    places: tuple[Place, ...]
    category: str = ""
    counts_against: bool = True


def relative(path: str, root: Path) -> str:
    """A path that a tool printed, relative to the bed's copy where it lies below it."""
    place = Path(path)
    return place.relative_to(root).as_posix() if place.is_relative_to(root) else place.as_posix()


def aioport_reports(text: str, *, on_loop: bool) -> list[Report]:
    """The blocking calls of `aioport scan --format json`, if asked for only those on an event loop.

    Other mistakes are left out, but for imports that run on the loop: they may be how a situation is found, and
    nothing in the bed says where they would be wrong. Raises BedError.
    """
    reports = []
    for row in parsed("aioport", text, "findings"):
        if row["kind"] not in ("blocking-call", "import-on-loop") or (on_loop and not row["on_loop"]):
            continue
        place = Place(row["path"], row["line"])
        reports.append(Report((place,), row["category"] or "", row["kind"] == "blocking-call"))
    return reports


def hydroid_reports(text: str, root: Path) -> list[Report]:
    """hydroid's diagnostics: each with the lines of its chain, the deepest first. Raises BedError."""
    reports = []
    for row in parsed("hydroid", text, "diagnostics"):
        steps = [link["location"] for link in reversed(row["chain"])] + [row["location"]]
        reports.append(Report(tuple(Place(relative(at["path"], root), at["line"]) for at in steps)))
    return reports


def ruff_reports(text: str, root: Path) -> list[Report]:
    """The lines that ruff names. Raises BedError."""
    rows = parsed("ruff", text)
    return [Report((Place(relative(row["filename"], root), row["location"]["row"]),)) for row in rows]


def flake8_reports(text: str, root: Path) -> list[Report]:
    """The lines that flake8 names."""
    found = re.findall(rf"^(.+?):(\d+):\d+: {BLOCKING_RULES}", text, re.MULTILINE)
    return [Report((Place(relative(path.removeprefix("./"), root), int(line)),)) for path, line in found]


def parsed(tool: str, text: str, key: str | None = None) -> list[dict[str, Any]]:
    """The rows of a tool's JSON; raises BedError when it is not what it should be."""
    try:
        document = json.loads(text)
        rows = document[key] if key else document
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise BedError(f"{tool}: not the JSON it promises: {error!r}") from error
    if not isinstance(rows, list):
        raise BedError(f"{tool}: not the JSON it promises: no list of rows")
    return rows


def output(command: Sequence[str | Path], root: Path) -> str:
    """What a tool prints about a folder; raises BedError unless its exit code is 0 or 1 (something was found)."""
    done = run(command, cwd=root)
    if done.code not in (0, 1):
        raise BedError(f"{Path(command[0]).name}: {done.complaint}")
    return done.stdout


def bed_environment(cache: Path) -> Path:
    """The environment that the bed is scanned against: pinned libraries, and the packages that the bed brings along.

    Raises `subprocess.CalledProcessError` when pip fails.
    """
    pins = (HERE / "requirements.txt").read_text(encoding="utf-8").split()
    environment = environment_with(pins, cache / "bed-environment")
    for package in (HERE / "site-packages").iterdir():
        target = site_packages(environment) / package.name
        if package.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(package, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(package, target)
    return environment


def laid_out(folder: Path, *, sync: bool = False) -> Path:
    """A copy of the bed; with `sync` only the files that have a sync form, in that form. Raises LabelError."""
    root = folder / "project"
    shutil.copytree(HERE / "project", root, ignore=shutil.ignore_patterns("__pycache__"))
    if sync:
        files = read_bed(root).files
        for place in sorted(root.rglob("*.py")):
            file = files.get(place.relative_to(root).as_posix())
            if file is not None and file.sync_too:
                place.write_text(without_async(place.read_text(encoding="utf-8")), encoding="utf-8")
            elif file is not None:
                place.unlink()
    return root


def run_aioport(root: Path, cache: Path, *, on_loop: bool) -> list[Report]:
    """What aioport reports on a copy of the bed. Raises BedError."""
    options = ("--python", bed_environment(cache), "--format", "json")
    return aioport_reports(output(aioport("scan", root, *options), root), on_loop=on_loop)


def run_hydroid(root: Path, cache: Path) -> list[Report]:
    """What hydroid reports with everything it has: installed packages followed, CPU work included. Raises BedError."""
    options = ("--format", "json", "--follow-libs", "--cpu", "--no-cache")
    environment = bed_environment(cache)
    command: list[str | Path] = [tool("hydroid", cache), *options, "--python", environment, "."]
    return hydroid_reports(output(command, root), root)


def run_ruff(root: Path, cache: Path) -> list[Report]:
    """What ruff's rules about blocking calls report, those in preview included. Raises BedError."""
    options = ("--isolated", "--no-cache", "--preview", "--ignore-noqa", "--select", BLOCKING_RULES)
    command: list[str | Path] = [tool("ruff", cache), "check", *options, "--output-format", "json", "."]
    return ruff_reports(output(command, root), root)


def run_flake8(root: Path, cache: Path) -> list[Report]:
    """What flake8-async's rules about blocking calls report. Raises BedError."""
    options = ("--isolated", "--disable-noqa", "--select", BLOCKING_RULES)
    return flake8_reports(output([tool("flake8", cache), *options, "."], root), root)


def tool(name: str, cache: Path) -> Path:
    """An installed program, by its name. Raises `subprocess.CalledProcessError` when pip fails."""
    return environment_with(TOOLS, cache / "bed-tools") / "bin" / name
