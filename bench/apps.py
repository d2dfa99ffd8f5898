"""Convert real sync programs and run their tests, check that what comes out holds together, or check a scan of them.

With --convert, for each case: set up the program and its pinned environment, run its tests, convert a copy of all of
it, tests included, and run the tests again. What became of its blocking call sites is counted from scans of both.

With --imports, for each case: convert a copy of its code without
its tests, and check the exit code, that every written file parses, that every function is listed
with a color, and that every module which could be imported before can be imported after. The
cases and their set-up script are not part of this repository. One line a case, the summary last.

With --audit: run each program's own tests under an audit hook, and look for every line that blocked in
the result of `aioport scan`. One table, and with --show the lines that are missing.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from app_audit import audit_case, print_audit
from app_cases import CaseError, Places, known_cases, manifest, set_up
from app_conversions import AppResult, convert_app, libraries, print_results
from app_modules import find_modules, import_failures, imported_libraries
from fetching import cache_folder
from functions_listed import python_files, reported_root, unlisted
from measuring import aioport, run, write_json

CHECKOUT = Path(__file__).resolve().parents[1]
USUAL_CASES = CHECKOUT.parent / "shared" / "apps" / "cases"
# What conversions import that a case's own environment may lack, and pip's name for it.
ADDED_LIBRARIES = ("aiohttp",)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Converted:
    """A case: its functions per color, how many files were written, its modules, and what went wrong, if anything."""

    name: str
    level: str
    colors: dict[str, int]
    written: int
    modules: int
    seconds: float
    error: str = ""


def snapshot(root: Path) -> dict[str, bytes]:
    """Every Python file below a root with its content."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


def written_files(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    """The files that are new or changed."""
    return [path for path, content in after.items() if before.get(path) != content]


def parse_written(root: Path, written: Sequence[str]) -> None:
    """Raise CaseError for the first written file that does not parse."""
    for path in written:
        try:
            ast.parse((root / path).read_bytes())
        except (SyntaxError, ValueError) as error:
            raise CaseError(f"{path} does not parse: {error}") from error


def some(items: Sequence[str]) -> str:
    """The first few of some items, and how many there are."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return "; ".join(items[:SHOWN]) + more


def convert(
    case: dict[str, Any], root: Path, python: Path, options: argparse.Namespace
) -> tuple[dict[str, Any], float]:
    """Convert a case's code in place; returns the JSON that was printed, and the seconds. Raises CaseError."""
    entries = [word for entry in options.entry for word in ("--entry", entry)]
    command = aioport(
        *("convert", *case["code"]["paths"]),
        *("--level", options.level, *entries),
        *("--python", python, "--write", "--force", "--format", "json"),
    )
    done = run(command, cwd=root)
    if done.code != 0:
        raise CaseError(f"aioport convert: {done.complaint}")
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except json.JSONDecodeError as error:
        raise CaseError(f"aioport convert: its output is not JSON: {error}") from error
    return report, done.seconds


def without_tests(case: dict[str, Any], root: Path) -> None:
    """Take the tests out of a copy of a case, also those that lie among its code."""
    for path in case.get("tests", {}).get("paths", []):
        place = root / path
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def check_imports(case: dict[str, Any], root: Path, original: Path, python: Path, cache: Path) -> int:
    """Check that what could be imported before can be imported after; returns the number of modules.

    Raises CaseError.
    """
    files = list(python_files(root, case["code"]["paths"]))
    modules = find_modules(root, files)
    needed = [name for name in ADDED_LIBRARIES if name in imported_libraries(files)]
    fallbacks = libraries(needed, python, cache)
    home = root.parent / f"{root.name}-home"
    home.mkdir(exist_ok=True)
    settings = {"HOME": str(home)}
    try:
        before = import_failures(modules, original, python, settings=settings)
        after = import_failures(modules, root, python, fallbacks=fallbacks, settings=settings)
    except OSError as error:
        raise CaseError(str(error)) from error
    if broken := [f"{name}: {why}" for name, why in after.items() if name not in before]:
        raise CaseError(f"cannot be imported any more: {some(broken)}")
    return len(modules.names) - len(after)


def code_files(case: dict[str, Any], original: Path, root: Path) -> list[str]:
    """The files of a case's code that were there to be converted: of the original, those the copy kept."""
    found = (path.relative_to(original) for path in python_files(original, case["code"]["paths"]))
    return [path.as_posix() for path in found if (root / path).is_file()]


def convert_and_check(name: str, places: Places, options: argparse.Namespace) -> Converted:
    """Set up, convert and check one case.

    Raises CaseError, OSError, or KeyError for a field that the JSON or the manifest lacks.
    """
    case = manifest(name, places)
    folder = set_up(name, places)
    python = folder / "venv" / "bin" / "python"
    original, root = folder / "src", folder / options.level
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(original, root, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    without_tests(case, root)
    files = code_files(case, original, root)

    before = snapshot(root)
    report, seconds = convert(case, root, python, options)
    written = written_files(before, snapshot(root))
    parse_written(root, written)
    colors = Counter(function["color"] for function in report["functions"])
    # The report speaks of the lines before the conversion.
    if missing := unlisted(report, reported_root(original, case["code"]["paths"]), original, files):
        raise CaseError(f"{len(missing)} functions without a color: {some(missing)}")
    modules = check_imports(case, root, original, python, places.cache)
    return Converted(name, options.level, dict(colors), len(written), modules, seconds)


def run_case(name: str, places: Places, options: argparse.Namespace) -> Converted:
    """Set up, convert and check one case; whatever goes wrong is in the answer."""
    try:
        return convert_and_check(name, places, options)
    except KeyError as missing:
        error = f"no field {missing}"
    except (CaseError, OSError) as failure:
        error = str(failure)
    return Converted(name, options.level, {}, 0, 0, 0.0, error)


def line(case: Converted) -> str:
    """A case in one line."""
    if case.error:
        return f"{case.name:<20} {case.level:<8} FAILED: {case.error}"
    colors = ", ".join(f"{count} {color}" for color, count in sorted(case.colors.items()))
    return (
        f"{case.name:<20} {case.level:<8} {sum(case.colors.values())} functions ({colors}),"
        f" {case.written} files written, {case.modules} modules import, {case.seconds:.1f} s"
    )


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("case", nargs="*", help="names of cases (default: all of them)")
    what = made.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--convert", action="store_true", help="convert the cases with their tests, and run these"
    )
    what.add_argument(
        "--imports", action="store_true", help="convert the cases without tests, and import them"
    )
    what.add_argument("--audit", action="store_true", help="compare a scan with what the tests see blocking")
    made.add_argument("--level", choices=("native", "offload"), default="native")
    made.add_argument("--only", help="--convert: names of cases, with commas between them")
    made.add_argument(
        "--entry", action="append", default=[], help="handed to aioport convert; may be repeated"
    )
    made.add_argument("--show", action="store_true", help="--audit: list the lines that the scan misses")
    made.add_argument("--check", action="store_true", help="--audit: exit code 1 if the scan misses a line")
    made.add_argument(
        "--recorded",
        action="store_true",
        help="--audit: take what the last run of the tests saw, and scan only",
    )
    made.add_argument("--cases", type=Path, default=USUAL_CASES, help="folder of the manifests")
    made.add_argument(
        "--tools", type=Path, help="folder of prepare.py and audit_plugin.py (default: above --cases)"
    )
    made.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    made.add_argument("--json", type=Path, help="write the results here")
    return made


def main() -> int:
    asked = parser()
    options = asked.parse_args()
    if not options.cases.is_dir():
        asked.error(f"no folder {options.cases}; say with --cases where the cases are")
    cases = options.cases.resolve()
    places = Places(
        cases, (options.tools or cases.parent).resolve() / "prepare.py", cache_folder(options.cache)
    )
    chosen = [*options.case, *filter(None, (options.only or "").split(","))]
    names = chosen or known_cases(cases)
    if missing := [name for name in names if not (cases / f"{name}.toml").is_file()]:
        asked.error(f"no case {', '.join(missing)} in {cases}")
    if options.audit:
        return audit(names, places, options)
    return measure(names, places, options) if options.convert else convert_all(names, places, options)


def measure(names: Sequence[str], places: Places, options: argparse.Namespace) -> int:
    """Convert some cases with their tests, the small ones first; returns the exit code.

    The JSON is written after each case, for all that are done.
    """
    done: list[AppResult] = []
    entry = (options.entry or ["auto"])[0]
    for name in sorted(names, key=lambda one: manifest(one, places)["code"]["loc"]):
        done.append(convert_app(name, options.level, entry, places))
        print(done[-1].line, flush=True)
        write_json(
            options.json, {"level": options.level, "entry": entry, "cases": [one.as_json() for one in done]}
        )
    print_results(done, Console())
    return 1 if any(one.error or not one.after.is_full for one in done) else 0


def audit(names: Sequence[str], places: Places, options: argparse.Namespace) -> int:
    """Audit some cases, one after the other; returns the exit code."""
    done = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        done.append(audit_case(name, places, recorded=options.recorded))
    print_audit(done, show=options.show, console=Console())
    write_json(options.json, {"cases": [case.as_json() for case in done]})
    missed = any(case.counts["missed"] for case in done)
    return 1 if any(case.error for case in done) or (options.check and missed) else 0


def convert_all(names: Sequence[str], places: Places, options: argparse.Namespace) -> int:
    """Convert some cases, one after the other; returns the exit code."""
    done: list[Converted] = []
    for name in names:
        done.append(run_case(name, places, options))
        print(line(done[-1]), flush=True)
    failed = [case.name for case in done if case.error]
    write_json(
        options.json,
        {
            "level": options.level,
            "cases": [
                {
                    "case": case.name,
                    "colors": case.colors,
                    "written": case.written,
                    "modules": case.modules,
                    "seconds": round(case.seconds, 2),
                    "error": case.error,
                }
                for case in done
            ],
        },
    )
    passed = f"{len(done) - len(failed)} of {len(done)} passed"
    print(f"apps at level {options.level}: {passed}" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
