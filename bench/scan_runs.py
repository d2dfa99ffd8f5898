"""The single runs that the scan benchmark compares: the bare report, `aioport scan` and hydroid, on copies of a project."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from checker_report import check_report, report_command, scratch_folder
from fetching import environment_with
from measuring import Outcome, aioport
from packages import REQUESTS, Laid

HYDROID = "hydroid-cli==0.5.0"
HYDROID_CACHE = ".hydroid_cache"
COMMENT = b"\n# Appended by the benchmark.\n"

THREE_FILES = {
    "main.py": (
        "import asyncio\n\nimport reports\n\n\n"
        "async def main() -> None:\n    print(reports.build('https://example.org'))\n\n\n"
        "if __name__ == '__main__':\n    asyncio.run(main())\n"
    ),
    "reports.py": (
        "import pages\n\n\n"
        "def build(url: str) -> str:\n    text = pages.load(url)\n    pages.keep(text)\n    return text\n"
    ),
    "pages.py": (
        "import time\n\nimport requests\n\n\n"
        "def load(url: str) -> str:\n    time.sleep(0.1)\n    return requests.get(url, timeout=5).text\n\n\n"
        "def keep(text: str) -> None:\n    with open('page', 'w') as file:\n        file.write(text)\n"
    ),
}
"""An async function that reaches requests.get, time.sleep and open through two modules."""

Runner = Callable[..., Outcome]
"""`measuring.run`, or what takes the same arguments."""


class ScanError(Exception):
    """A run that did not come to its end; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Copies:
    """A project laid out twice, so that no tool sees what another leaves; `cache` is where aioport keeps things."""

    ours: Laid
    theirs: Laid
    cache: Path


def copy_twice(laid: Laid, folder: Path) -> Copies:
    """Copies of a project's code below a folder, with the original's environment."""
    copies = []
    for name in ("ours", "theirs"):
        root = folder / name
        for place in laid.code:
            target = root / place.relative_to(laid.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            if place.is_dir():
                shutil.copytree(place, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(place, target)
        code = tuple(root / place.relative_to(laid.root) for place in laid.code)
        copies.append(Laid(root, code, laid.environment))
    return Copies(copies[0], copies[1], folder / "cache")


def three_files(folder: Path, cache: Path) -> Laid:
    """The small project, written to a folder, with requests in its environment."""
    folder.mkdir(parents=True)
    for name, text in THREE_FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    needs = (REQUESTS.requirement, *REQUESTS.needs)
    return Laid(
        folder, (*map(folder.joinpath, THREE_FILES),), environment_with(needs, cache / "environments")
    )


def bare(laid: Laid, runner: Runner) -> Outcome:
    """One bare report, in memory where there is any. Raises ReportError when there is none afterwards."""
    with scratch_folder() as scratch:
        done = runner(report_command(laid, scratch))
        check_report(scratch, done.complaint)
        return done


def cold_scan(copies: Copies, runner: Runner) -> Outcome:
    """One `aioport scan` with nothing in its cache; raises ScanError."""
    shutil.rmtree(copies.cache, ignore_errors=True)
    return scan(copies, runner)


def scan(copies: Copies, runner: Runner) -> Outcome:
    """One `aioport scan`; raises ScanError unless its exit code is 0 or 1 (findings on an event loop)."""
    command = aioport("scan", *copies.ours.code, "--python", copies.ours.environment, "--format", "json")
    done = runner(command, extra={"AIOPORT_CACHE_DIR": str(copies.cache)})
    if done.code not in (0, 1):
        raise ScanError(f"aioport scan: {done.complaint}")
    return done


def changed_scan(copies: Copies, runner: Runner) -> Outcome:
    """One `aioport scan` after a comment was appended to a middle-sized file, which is then as before."""
    path = middle_file(copies.ours)
    before = path.read_bytes()
    path.write_bytes(before + COMMENT)
    try:
        return scan(copies, runner)
    finally:
        path.write_bytes(before)


def middle_file(laid: Laid) -> Path:
    """The file that holds the middle byte of a project's code when its files are laid in order of size."""
    files = [path for place in laid.code for path in (place.rglob("*.py") if place.is_dir() else [place])]
    sizes = sorted((path.stat().st_size, path) for path in files)
    left = sum(size for size, _ in sizes) // 2
    for size, path in sizes:
        left -= size
        if left < 0:
            return path
    raise ScanError(f"{laid.root}: there is no code")


def hydroid_command(cache: Path) -> Path:
    """The program, installed into an environment of its own on first use. Raises ScanError when pip fails."""
    try:
        return environment_with((HYDROID,), cache / "environments") / "bin" / "hydroid"
    except subprocess.CalledProcessError as error:
        raise ScanError(f"{HYDROID} could not be installed: {error}") from error


def cold_hydroid(hydroid: Path, copies: Copies, runner: Runner) -> Outcome:
    """One run of hydroid without its cache, which it keeps in the project; raises ScanError."""
    shutil.rmtree(copies.theirs.root / HYDROID_CACHE, ignore_errors=True)
    return run_hydroid(hydroid, copies, runner)


def run_hydroid(hydroid: Path, copies: Copies, runner: Runner) -> Outcome:
    """One run of hydroid with its own defaults; raises ScanError unless its exit code is 0 or 1 (findings)."""
    command = [hydroid, copies.theirs.root, "--python", copies.theirs.environment, "--format", "json"]
    done = runner(command)
    if done.code not in (0, 1):
        raise ScanError(f"hydroid: {done.complaint}")
    return done
