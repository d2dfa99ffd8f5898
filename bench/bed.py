"""Score aioport, ruff, flake8-async and hydroid on the bed: labelled situations that block, or only look like it.

The bed (`bench/bed/project`) is scanned and never run. Each tool runs once, on a copy of its own, in the form in which
its functions are coroutines; aioport also without `async`, where anything that it reports counts. A situation is found
if one of its lines is reported; what is reported on any other line is a false positive.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bed_labels import Bed, LabelError, read_bed
from bed_tools import (
    HERE,
    BedError,
    Place,
    Report,
    laid_out,
    run_aioport,
    run_flake8,
    run_hydroid,
    run_ruff,
)
from fetching import cache_folder
from measuring import write_json

LEAST_RECALL = LEAST_PRECISION = 0.98
# The group of the calls that a comment allows.
ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Score:
    """How one tool did on one form of the bed: names of the situations it found, and where it was wrong."""

    bed: Bed
    found: frozenset[str]
    wrong: tuple[Place, ...]
    other_category: tuple[Place, ...] = ()

    @property
    def recall(self) -> float:
        return len(self.found) / len(self.bed.situations)

    @property
    def precision(self) -> float:
        """The share of what was found among all that was reported; 1 where nothing was."""
        reported = len(self.found) + len(self.wrong)
        return len(self.found) / reported if reported else 1.0

    @property
    def missed(self) -> list[str]:
        return [name for name in self.bed.situations if name not in self.found]

    def groups(self) -> dict[str, tuple[int, int]]:
        """Situations found and all situations, by group."""
        every = Counter(one.group for one in self.bed.situations.values())
        found = Counter(self.bed.situations[name].group for name in self.found)
        return {group: (found[group], every[group]) for group in every}


def score(bed: Bed, reports: Iterable[Report], *, ours: bool = False) -> Score:
    """What a tool's reports are worth. The first of a report's lines that has a label decides about it.

    The comments that allow a call are aioport's own, so other tools are not blamed for what they report there.
    """
    found: set[str] = set()
    wrong: set[Place] = set()
    other: set[Place] = set()
    for report in reports:
        places = [place for place in report.places if place.path in bed.files]
        if not places:
            continue
        labelled = [(place, bed.files[place.path].at(place.line)) for place in places]
        place, labels = next((one for one in labelled if one[1]), labelled[0])
        named = {label.situation for label in labels if label.situation}
        found |= named
        if named:
            categories = {bed.situations[name].category for name in named}
            if report.category and report.category not in categories:
                other.add(place)
        elif not report.counts_against or any(label.kind == "either" for label in labels):
            continue
        elif ours or bed.files[place.path].group != ALLOWED:
            wrong.add(Place(place.path, bed.files[place.path].statement(place.line)))
    return Score(bed, frozenset(found), ordered(wrong), ordered(other))


def ordered(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(sorted(places, key=lambda place: (place.path, place.line)))


RUNS: Mapping[str, Callable[[Path, Path], list[Report]]] = {
    "aioport": lambda root, cache: run_aioport(root, cache, on_loop=True),
    "hydroid": run_hydroid,
    "ruff": run_ruff,
    "flake8-async": run_flake8,
}


def scan_all(cache: Path, scratch: Path, names: Sequence[str]) -> dict[str, Score]:
    """The scores of the named tools, and of aioport on the sync form.

    Raises BedError, LabelError, and `subprocess.CalledProcessError` when pip fails.
    """
    bed = read_bed(HERE / "project")
    scores = {
        name: score(bed, RUNS[name](laid_out(scratch / name), cache), ours=name == "aioport")
        for name in names
    }
    if "aioport" in names:
        root = laid_out(scratch / "aioport-sync", sync=True)
        scores["aioport, sync"] = score(read_bed(root), run_aioport(root, cache, on_loop=False), ours=True)
    return scores


def together(scores: Mapping[str, Score]) -> tuple[int, int, int]:
    """aioport on both forms: situations found, all situations, false positives."""
    ours = [one for name, one in scores.items() if name.startswith("aioport")]
    return (
        sum(len(one.found) for one in ours),
        sum(len(one.bed.situations) for one in ours),
        sum(len(one.wrong) for one in ours),
    )


def table(scores: Mapping[str, Score]) -> str:
    """The figures of every tool, and what each found by group."""
    lines = [f"{'':16}{'found':>11}{'recall':>9}{'false':>7}{'precision':>11}"]
    for name, one in scores.items():
        found = f"{len(one.found)}/{len(one.bed.situations)}"
        lines.append(f"{name:16}{found:>11}{one.recall:>9.1%}{len(one.wrong):>7}{one.precision:>11.1%}")
    if "aioport" in scores:
        found_, total, wrong = together(scores)
        share, right = found_ / total, found_ / (found_ + wrong) if found_ else 1.0
        lines.append(f"{'aioport, all':16}{f'{found_}/{total}':>11}{share:>9.1%}{wrong:>7}{right:>11.1%}")
    lines += ["", f"{'found by group':16}" + "".join(f"{name:>15}" for name in scores)]
    by_group = {name: one.groups() for name, one in scores.items()}
    for group in next(iter(by_group.values()), {}):
        cells = ("{}/{}".format(*groups[group]) if group in groups else "-" for groups in by_group.values())
        lines.append(f"{group:16}" + "".join(f"{cell:>15}" for cell in cells))
    return "\n".join(lines)


def shown(scores: Mapping[str, Score]) -> str:
    """What aioport missed, reported wrongly, or put into another category than the label does."""
    lines = []
    for name, one in scores.items():
        if name.startswith("aioport"):
            for missed in one.missed:
                at = one.bed.situations[missed]
                lines.append(f"{name}: missed {at.path}:{at.line} ({at.category})")
            lines += [f"{name}: wrong {place.path}:{place.line}" for place in one.wrong]
            lines += [f"{name}: other category {place.path}:{place.line}" for place in one.other_category]
    return "\n".join(lines)


def figures(scores: Mapping[str, Score]) -> dict[str, Any]:
    """The scores as JSON carries them."""
    return {
        name: {
            "situations": len(one.bed.situations),
            "fine": len(one.bed.fine),
            "found": len(one.found),
            "recall": round(one.recall, 4),
            "false_positives": len(one.wrong),
            "precision": round(one.precision, 4),
            "groups": {group: list(counts) for group, counts in one.groups().items()},
            "missed": one.missed,
            "wrong": [f"{place.path}:{place.line}" for place in one.wrong],
        }
        for name, one in scores.items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Run the bed with command-line words; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument(
        "--check", action="store_true", help="exit code 1 if aioport's recall or precision is low"
    )
    parser.add_argument("--show", choices=["misses"], help="list what aioport missed and reported wrongly")
    parser.add_argument("--tool", action="append", choices=list(RUNS), help="only these (default: all)")
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    options = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="aioport-bed-") as scratch:
            scores = scan_all(
                cache_folder(options.cache), Path(scratch).resolve(), options.tool or list(RUNS)
            )
    except (BedError, LabelError, subprocess.CalledProcessError) as error:
        print(f"bed: {error}", file=sys.stderr)
        return 1
    write_json(options.json, figures(scores))
    bed = read_bed(HERE / "project")
    print(f"{len(bed.situations)} situations that block, {len(bed.fine)} lines that only look like it\n")
    print(table(scores))
    if options.show:
        print("", shown(scores), sep="\n")
    low = [
        name
        for name, one in scores.items()
        if name.startswith("aioport") and (one.recall < LEAST_RECALL or one.precision < LEAST_PRECISION)
    ]
    if options.check and low:
        print(f"bed: recall or precision under 98 %: {'; '.join(low)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
