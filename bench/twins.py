"""Score `aioport twin` on real packages whose authors wrote both halves.

For each case: fetch the package, make the async half from the sync one, and compare it with
the authors' own, function by function. The cases, the fetcher and the scorer are not part of
this repository; a case's `[names]` and `[[leaf]]` become the twin's settings, and nothing else
of it is used. One line a case; the mean over the cases (not a pool) comes last.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from fetching import cache_folder
from measuring import aioport, python, run, write_json
from twin_project import write_leaves, write_twin_project
from twin_tests import LEAST_SHARE, SUITES, Tested, run_suite, tested_line

CHECKOUT = Path(__file__).resolve().parents[1]
USUAL_CASES = CHECKOUT.parent / "shared" / "twins" / "cases"
FIGURES = (
    *("changed right", "exact", "literal"),
    *("async precision", "async recall", "awaits precision", "awaits recall"),
)


class CaseError(Exception):
    """A case that did not come to a score; the message says at which step and why."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A case, what score.py said of it (None when it did not come to that), and what went wrong, if anything."""

    name: str
    origin: str
    result: Mapping[str, Any] | None
    seconds: float
    error: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether people wrote (part of) the async half, so that it differs by choice as well."""
        return "hand" in self.origin

    @property
    def figures(self) -> dict[str, float]:
        """The figures of the mean, each from 0 to 1; all of them 0 for a case that went wrong."""
        if self.result is None or self.error:
            return dict.fromkeys(FIGURES, 0.0)
        result = self.result
        values = (
            share(result["changed_right"], result["to_change"]),
            share(result["exact"], result["compared"]),
            share(result["exact_literal"], result["compared"]),
            *(result["asyncness"][side] for side in ("precision", "recall")),
            *(result["await_counts"][side] for side in ("precision", "recall")),
        )
        return dict(zip(FIGURES, values, strict=True))


def share(hits: int, total: int) -> float:
    """Hits among a total; nothing to hit counts as all hit."""
    return hits / total if total else 1.0


def line(case: Scored) -> str:
    """A case in one line."""
    if case.result is None or case.error:
        return f"{case.name:<22} FAILED, counts as zero: {case.error}"
    result = case.result
    rates = {
        label: f"{result[field]['precision']:.3f}/{result[field]['recall']:.3f}"
        for label, field in (("async P/R", "asyncness"), ("awaits P/R", "await_counts"))
    }
    return (
        f"{case.name:<22} changed right {result['changed_right']:>3}/{result['to_change']:<3}"
        f"  exact {result['exact']:>3}/{result['compared']:<3}  literal {result['exact_literal']:>3}"
        f"  async P/R {rates['async P/R']}  awaits P/R {rates['awaits P/R']}  {case.seconds:.1f} s"
    )


def mean(cases: Sequence[Scored]) -> dict[str, float]:
    """Each figure's mean over the cases."""
    return {figure: fmean(case.figures[figure] for case in cases) for figure in FIGURES}


def mean_line(label: str, cases: Sequence[Scored]) -> str:
    """The means in one line."""
    means = mean(cases)
    return (
        f"{label}: changed right {means['changed right']:.3f}  exact {means['exact']:.3f}"
        f"  literal {means['literal']:.3f}"
        f"  async P/R {means['async precision']:.3f}/{means['async recall']:.3f}"
        f"  awaits P/R {means['awaits precision']:.3f}/{means['awaits recall']:.3f}"
    )


def step(name: str, command: Sequence[str | Path], *, cwd: Path) -> float:
    """Run one step of a case; returns its seconds, raises CaseError when it fails."""
    done = run(command, cwd=cwd)
    if done.code != 0:
        raise CaseError(f"{name}: {done.complaint}")
    return done.seconds


def score(manifest: Path, work: Path, candidate: Path, tools: Path) -> dict[str, Any]:
    """What score.py says of a candidate; raises CaseError."""
    answer = work / "score.json"
    command = python(tools / "score.py", manifest, work, candidate, "--json", answer)
    step("score.py", command, cwd=work)
    result: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return result


def run_case(manifest: Path, tools: Path, work: Path, downloads: Path) -> Scored:
    """Fetch, convert and score one case; whatever goes wrong is in the answer."""
    case = tomllib.loads(manifest.read_text(encoding="utf-8"))
    name, origin = case["name"], case.get("origin", "")
    folder = work / name
    project, candidate = folder / "project", folder / "candidate"
    started = time.perf_counter()
    try:
        work.mkdir(parents=True, exist_ok=True)
        fetch = python(tools / "fetch_case.py", manifest, "--work", work, "--cache", downloads)
        step("fetch_case.py", fetch, cwd=work)
        write_twin_project(case, folder / "sync", project, candidate)
        started = time.perf_counter()
        seconds = step("aioport twin", aioport("twin", project), cwd=project)
        return Scored(name, origin, score(manifest, folder, candidate, tools), seconds)
    except (CaseError, OSError) as error:
        return Scored(name, origin, None, time.perf_counter() - started, str(error))


def run_tests(
    manifest: Path, tools: Path, work: Path, downloads: Path, environments: Path, redis: Path | None
) -> Tested:
    """Fetch and convert one case, and run the authors' tests on it; whatever goes wrong is in the answer."""
    case = tomllib.loads(manifest.read_text(encoding="utf-8"))
    folder = work / case["name"]
    project = folder / "project"
    try:
        work.mkdir(parents=True, exist_ok=True)
        fetch = python(tools / "fetch_case.py", manifest, "--work", work, "--cache", downloads, "--tests")
        step("fetch_case.py", fetch, cwd=work)
        write_twin_project(case, folder / "sync", project, project, files=True)
        write_leaves(case, folder / "async", project)
        step("aioport twin", aioport("twin", project), cwd=project)
    except (CaseError, OSError) as error:
        return Tested(case["name"], error=str(error))
    return run_suite(case, folder, project, environments, redis)


def case_json(case: Scored) -> dict[str, Any]:
    """A case in the JSON: score.py's own result, or the case's name and what went wrong."""
    return dict(case.result) if case.result is not None else {"case": case.name, "error": case.error}


def manifests(names: Sequence[str], cases: Path) -> list[Path]:
    """The manifests of the named cases, or all; raises FileNotFoundError for a name without one."""
    if not names:
        return sorted(cases.glob("*.toml"))
    found = [cases / f"{name}.toml" for name in names]
    if missing := [path.stem for path in found if not path.is_file()]:
        known = ", ".join(sorted(path.stem for path in cases.glob("*.toml")))
        raise FileNotFoundError(f"no case {', '.join(missing)} in {cases}; there are: {known or 'none'}")
    return found


def test_cases(
    chosen: Sequence[Path], tools: Path, work: Path, cache: Path, options: argparse.Namespace
) -> int:
    """Run the authors' tests of some cases and print what passed; the exit code."""
    done: list[Tested] = []
    for manifest in chosen:
        environments = cache / "environments"
        done.append(run_tests(manifest, tools, work, cache / "downloads", environments, options.redis_server))
        print(tested_line(done[-1]), flush=True)
    write_json(
        options.json,
        {
            one.name: {
                "own": len(one.own),
                "kept": one.kept,
                "error": one.error,
                "lost": sorted(one.own - one.made),
            }
            for one in done
        },
    )
    return 0 if all(one.share >= LEAST_SHARE for one in done) else 1


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("case", nargs="*", help="names of cases (default: all)")
    parser.add_argument("--cases", type=Path, default=USUAL_CASES, help="folder of the manifests")
    parser.add_argument(
        "--tools", type=Path, help="folder of fetch_case.py and score.py (default: above --cases)"
    )
    parser.add_argument(
        "--work", type=Path, help="where cases are laid out and converted (default: in the cache)"
    )
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument(
        "--tests",
        action="store_true",
        help=f"run the authors' async tests on what is made (cases: {', '.join(SUITES)})",
    )
    parser.add_argument("--redis-server", type=Path, help="for --tests (default: the one in PATH)")
    options = parser.parse_args()
    if not options.cases.is_dir():
        parser.error(f"no folder {options.cases}; say with --cases where the cases are")
    cases = options.cases.resolve()
    tools = (options.tools or cases.parent).resolve()
    cache = cache_folder(options.cache)
    work = (options.work or cache / "twins").resolve()
    names = options.case or (list(SUITES) if options.tests else [])
    try:
        chosen = manifests(names, cases)
    except FileNotFoundError as error:
        parser.error(str(error))
    if options.tests:
        if strange := set(names) - SUITES.keys():
            parser.error(f"no tests are known for {', '.join(sorted(strange))}")
        return test_cases(chosen, tools, (options.work or cache / "twin-tests").resolve(), cache, options)

    done: list[Scored] = []
    for manifest in chosen:
        done.append(run_case(manifest, tools, work, cache / "downloads"))
        print(line(done[-1]), flush=True)
    if not done:
        parser.error(f"no manifest in {cases}")
    write_json(
        options.json,
        {
            "cases": [case_json(case) for case in done],
            "seconds": {case.name: round(case.seconds, 2) for case in done},
            "mean": {figure: round(value, 4) for figure, value in mean(done).items()},
        },
    )
    groups = [[case for case in done if case.by_hand is by_hand] for by_hand in (False, True)]
    if all(groups):
        print(mean_line(f"mean of the {len(groups[0])} generated", groups[0]))
        print(mean_line(f"mean of the {len(groups[1])} ported by hand", groups[1]))
    print(mean_line(f"mean of {len(done)}", done))
    return 1 if any(case.error for case in done) else 0


if __name__ == "__main__":
    sys.exit(main())
