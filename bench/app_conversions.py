"""Converts a real program with its tests, runs its tests before and after, and counts what became of its blocking calls."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console

from aioport.program.pyrefly import CheckerError
from aioport.project import ProjectError
from aioport.scanning import Scan, scan_project
from aioport.settings import Options
from app_cases import CaseError, Places, manifest, set_up
from app_sites import (
    FATES,
    VENDORED,
    Judged,
    find_blocking_sites,
    find_sites,
    find_threaded,
    judge,
    kind_of,
    public_names,
)
from functions_listed import python_files
from measuring import aioport, python, run

CONVERSION_LIMIT = 600
TEST_LIMIT = 1200
REASONS_SHOWN = 25
NOTE = (
    "sites: calls in a program's own code that wait; converted: as native calls or in threads, where neither an event"
    " loop nor a caller from outside waits for them any more; tests: passed/failed/errors."
)


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """How a run of a program's tests ended."""

    passed: int = 0
    failed: int = 0
    errors: int = 0

    @property
    def is_full(self) -> bool:
        return self.passed > 0 and not self.failed and not self.errors

    def __str__(self) -> str:
        return f"{self.passed}/{self.failed}/{self.errors}"


@dataclass(frozen=True, slots=True)
class AppResult:
    """A converted program.

    sites: its blocking call sites with what became of them.
    before, after: its tests; after stays empty where the conversion failed.
    seconds: the conversion took.
    folder: where it lies, with the log of its tests (`last.log`) and the conversion's JSON.
    """

    name: str
    level: str
    entry: str
    sites: tuple[Judged, ...] = ()
    before: SuiteRun = SuiteRun()
    after: SuiteRun = SuiteRun()
    seconds: float = 0.0
    written: int = 0
    folder: Path | None = None
    error: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many sites came to each fate."""
        return Counter(one.fate for one in self.sites)

    @property
    def share(self) -> float:
        return (self.counts["native"] + self.counts["offloaded"]) / len(self.sites) if self.sites else 0.0

    @property
    def at_import(self) -> int:
        """How many of the sites that are converted run when a module is imported as well, where they block the importer."""
        return sum(one.at_import for one in self.sites if one.fate != "kept")

    @property
    def line(self) -> str:
        """The result in one line."""
        told = f"{self.name:<20} {self.level:<8} --entry {self.entry:<5}"
        if self.error:
            return f"{told} FAILED: {self.error}"
        fates = ", ".join(f"{self.counts[fate]} {fate}" for fate in FATES)
        if self.at_import:
            fates += f"; {self.at_import} of those converted run at import as well"
        return (
            f"{told} {len(self.sites):4} sites, {self.share:4.0%} converted ({fates}); tests {self.before} before,"
            f" {self.after} after; {self.seconds:.0f} s, {self.written} files written"
        )

    @property
    def reasons(self) -> Counter[str]:
        """Why sites were kept or are not known, by kind of reason."""
        return Counter(kind_of(one.reason) for one in self.sites if one.fate in ("kept", "unknown"))

    def as_json(self) -> dict[str, Any]:
        """The result as the JSON of the benchmark holds it."""
        return {
            "case": self.name,
            "level": self.level,
            "entry": self.entry,
            "sites": len(self.sites),
            **{fate: self.counts[fate] for fate in FATES},
            "at_import": self.at_import,
            "reasons": dict(self.reasons.most_common()),
            "kept_sites": [
                {"path": one.site.path, "line": one.site.line, "primitive": one.site.primitive, "fate": one.fate,
                 "function": one.site.function, "reason": one.reason, "at_import": one.at_import}
                for one in self.sites if one.fate in ("kept", "unknown")
            ],
            "before": {"passed": self.before.passed, "failed": self.before.failed, "errors": self.before.errors},
            "after": {"passed": self.after.passed, "failed": self.after.failed, "errors": self.after.errors},
            "seconds": round(self.seconds, 1),
            "written": self.written,
            "error": self.error,
        }  # fmt: skip


def convert_app(name: str, level: str, entry: str, places: Places) -> AppResult:
    """Convert a case as a whole and measure it; what goes wrong is in the answer."""
    try:
        return _convert(name, level, entry, places)
    except KeyError as missing:
        error = f"no field {missing}"
    except (CaseError, CheckerError, ProjectError, OSError) as failure:
        error = str(failure)
    return AppResult(name, level, entry, error=error)


def _convert(name: str, level: str, entry: str, places: Places) -> AppResult:
    case, original = manifest(name, places), set_up(name, places)
    folder = places.cache / "apps-converted" / f"{name}-{level}-{entry}"
    relocate(original, folder)
    root, interpreter = folder / "src", folder / "venv" / "bin" / "python"
    before = tests_before(name, original, folder, places)
    files = code_files(root, case)
    first = _scan(root, interpreter)
    texts = {path: (root / path).read_text(encoding="utf-8") for path in files}
    sites = find_sites(first, files)
    public = public_names(root, Options(python=str(interpreter)))

    command = aioport(
        *("convert", "."),
        *("--level", level, "--entry", entry),
        *("--python", interpreter, "--write", "--force", "--format", "json"),
    )
    done = run(command, cwd=root, limit=CONVERSION_LIMIT)
    if done.code != 0:
        (folder / "convert.err").write_text(done.stderr, encoding="utf-8")
        return AppResult(
            name, level, entry, before=before, seconds=done.seconds, folder=folder, error=f"convert: {done.complaint}"
        )  # fmt: skip
    (folder / "convert.json").write_text(done.stdout, encoding="utf-8")
    report: dict[str, Any] = json.loads(done.stdout)
    add_libraries(report["requires"], folder, places.cache)
    second = _scan(root, interpreter)
    left = find_blocking_sites(second, [path for path in files if path in second.project.sources], public)
    after = {path: (root / path).read_text(encoding="utf-8") for path in files}
    judged = tuple(judge(texts, after, sites, left, report, find_threaded(second)))
    tested = run_tests(name, folder, places)
    return AppResult(
        name, level, entry, judged, before, tested, done.seconds, len(report["files"]), folder
    )  # fmt: skip


def code_files(root: Path, case: Mapping[str, Any]) -> list[str]:
    """A case's own files, without those of its tests and without what conversions add, relative to its root."""
    tests = [root / path for path in case.get("tests", {}).get("paths", [])]
    return [
        path.relative_to(root).as_posix()
        for path in python_files(root, case["code"]["paths"])
        if path.name != VENDORED and not any(path.is_relative_to(one) for one in tests)
    ]


def relocate(original: Path, folder: Path) -> None:
    """Copy a case with its environment, so that all paths in the environment lead to the copy."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__")
    for part in ("src", "venv"):
        shutil.copytree(original / part, folder / part, symlinks=True, ignore=ignored)
    old, new = str(original).encode(), str(folder).encode()
    environment = folder / "venv"
    for path in (*environment.glob("bin/*"), *environment.glob("lib/python*/site-packages/*")):
        if path.is_file() and not path.is_symlink():
            _replace(path, old, new)
    for path in environment.glob("lib/python*/site-packages/*.dist-info/*"):
        _replace(path, old, new)


def _replace(path: Path, old: bytes, new: bytes) -> None:
    if path.is_file() and old in (content := path.read_bytes()):
        path.write_bytes(content.replace(old, new))


def tests_before(name: str, original: Path, folder: Path, places: Places) -> SuiteRun:
    """The tests of an unchanged case, run once and then remembered. Raises CaseError if some fail."""
    kept = original / "tests-before.json"
    if kept.is_file():
        return SuiteRun(**json.loads(kept.read_text(encoding="utf-8")))
    found = run_tests(name, folder, places)
    if not found.is_full:
        raise CaseError(f"its tests before the conversion: {found}; see {folder / 'last.log'}")
    kept.write_text(
        json.dumps({"passed": found.passed, "failed": found.failed, "errors": found.errors}), encoding="utf-8"
    )
    return found


def run_tests(name: str, folder: Path, places: Places) -> SuiteRun:
    """Run a case's own test command where it lies; a run that does not come to its end counts as one error."""
    done = run(python(places.prepare, name, folder, "--test"), extra=places.settings, limit=TEST_LIMIT)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    told: dict[str, Any] = json.loads(lines[-1]) if lines else {}
    errors = told.get("errors", 0) + told.get("error", 0)
    if not told.get("passed") and not told.get("failed"):
        errors = max(errors, 1)
    return SuiteRun(told.get("passed", 0), told.get("failed", 0), errors)


def add_libraries(names: Sequence[str], folder: Path, cache: Path) -> None:
    """Lay the libraries that a conversion needs beside a case's own, behind them on the path. Raises CaseError."""
    if not names:
        return
    interpreter = folder / "venv" / "bin" / "python"
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    lines = "\n".join(str(one) for one in libraries(names, interpreter, cache))
    (site / "zz-bench-libraries.pth").write_text(f"{lines}\n", encoding="utf-8")


def libraries(names: Iterable[str], interpreter: Path, cache: Path) -> list[Path]:
    """Folders with the named libraries for an interpreter, in the versions that aioport is tested with, if it is.

    They are kept apart from the case's environment, so that the next conversion of the case
    starts from the same one. Raises CaseError.
    """
    tag = run([interpreter, "-c", "import sys; print(sys.implementation.cache_tag)"]).stdout.strip()
    folders = []
    for name in names:
        pinned = _pinned(name)
        folder = cache / "libraries" / f"{pinned.replace('==', '-')}-{tag}"
        if not folder.is_dir():
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            done = run([interpreter, *pip, "--target", partial, pinned])
            if done.code != 0:
                raise CaseError(f"pip install {pinned}: {done.complaint}")
            partial.rename(folder)
        folders.append(folder)
    return folders


def _pinned(name: str) -> str:
    try:
        return f"{name}=={version(name)}"
    except PackageNotFoundError:
        return name


def print_results(results: Sequence[AppResult], console: Console) -> None:
    """What all of some programs come to, and the most frequent reasons why sites were kept."""
    total = sum((one.counts for one in results), Counter[str]())
    sites = total.total()
    share = (total["native"] + total["offloaded"]) / (sites or 1)
    full = sum(one.after.is_full and not one.error for one in results)
    console.print(
        f"all: {sites} sites, {share:.1%} converted, {total['kept']} kept, {total['unknown']} unknown;"
        f" {full} of {len(results)} suites pass in full",
        highlight=False,
        soft_wrap=True,
    )
    console.print(NOTE, highlight=False)
    reasons = sum((one.reasons for one in results), Counter[str]())
    for reason, count in reasons.most_common(REASONS_SHOWN):
        console.print(f"{count:5} {reason}", markup=False, highlight=False, soft_wrap=True)


def _scan(root: Path, interpreter: Path) -> Scan:
    return scan_project(root, options=Options(python=str(interpreter)), thorough=True)
