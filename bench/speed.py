"""How long a conversion of Django takes, beside the bare checker report and beside asyncify-codemod.

Ratios only: the report and the conversion run in turns, so that other work on the machine meets both alike. The codemod
is timed in one process without its start, file by file, each as if it were alone, which is its best case; a file on which
it raises does not count. Both rates are lines per second, ours over the whole project and its whole run.

With --processor, all times are of the processor, of a run and what it starts: on a machine that is busy with other work, those
on the wall say more of that work. The report and the conversion run on more than one core, so that such ratios are other ones.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import aioport as ours
from checker_report import ReportError
from fetching import cache_folder, environment_with
from measuring import Outcome, aioport, run, write_json
from packages import DJANGO, Laid, lay_out
from scan_runs import bare, copy_twice

CODEMOD = ("asyncify-codemod==0.5.0", "libcst==1.9.0", "pyyaml==6.0.3")
MOST_TIMES_BARE = 2.5
LEAST_TIMES_CODEMOD = 20.0
LIMIT = 1800.0

DRIVER = """
import json, pathlib, sys, time
clock = getattr(time, sys.argv[2])
from asyncify.core import transform_source
for name in json.load(open(sys.argv[1])):
    text = pathlib.Path(name).read_text(encoding="utf-8")
    started = clock()
    try:
        transform_source(text, module_sources={pathlib.Path(name).stem: text}, filename=name, verbose=False)
        survived = True
    except Exception:
        survived = False
    print(json.dumps([text.count("\\n"), clock() - started, survived]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Codemod:
    """The codemod on a sample of files: those it survived, of how many, with their lines and the seconds they took."""

    survived: int
    files: int
    lines: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.lines / self.seconds if self.seconds else 0.0


def convert(laid: Laid, cache: Path, limit: float = LIMIT) -> Outcome:
    """One conversion, nothing written. Raises ReportError where it fails."""
    words: tuple[str | Path, ...] = ("convert", *laid.code, "--python", laid.environment)
    extra = {"XDG_CACHE_HOME": str(cache), "PYTHONPATH": str(Path(ours.__file__).parents[1])}
    done = run(aioport(*words), cwd=laid.root, extra=extra, limit=limit)
    if done.code != 0:
        raise ReportError(f"aioport convert: {done.complaint}")
    return done


def seconds(runs: Callable[[], Outcome], *, processor: bool) -> float:
    """What a run takes, on the wall or of the processor."""
    before = _spent()
    done = runs()
    return _spent() - before if processor else done.seconds


def _spent() -> float:
    """The processor's time of all programs that were run so far, and of those that they ran."""
    times = os.times()
    return times.children_user + times.children_system


def try_codemod(files: Sequence[Path], cache: Path, *, processor: bool) -> Codemod:
    """Runs the codemod's own function on each file."""
    python = environment_with(CODEMOD, cache / "environments") / "bin" / "python"
    with tempfile.TemporaryDirectory() as scratch:
        names = Path(scratch) / "names.json"
        names.write_text(json.dumps([str(one) for one in files]), encoding="utf-8")
        clock = "process_time" if processor else "perf_counter"
        done = run([python, "-c", DRIVER, names, clock], limit=LIMIT)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    kept = [(lines, seconds) for lines, seconds, survived in rows if survived]
    return Codemod(len(kept), len(rows), sum(one for one, _ in kept), sum(one for _, one in kept))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, help="of the report and the conversion (default: 3)")
    parser.add_argument(
        "--every", type=int, default=10, help="the codemod gets each file of so many (default: 10)"
    )
    parser.add_argument("--processor", action="store_true", help="times of the processor, not on the wall")
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds on the wall for one conversion")
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    cache = cache_folder(options.cache)
    with tempfile.TemporaryDirectory(prefix="aioport-bench-") as scratch:
        copies = copy_twice(lay_out(DJANGO, cache), Path(scratch).resolve())
        laid = copies.ours
        bares, conversions = [], []
        for _ in range(options.rounds):
            bares.append(seconds(partial(bare, laid, run), processor=options.processor))
            converting = partial(convert, laid, copies.cache, options.limit)
            conversions.append(seconds(converting, processor=options.processor))
            print(f"bare report {bares[-1]:.2f} s, conversion {conversions[-1]:.2f} s", flush=True)
        files = sorted(path for place in laid.code for path in place.rglob("*.py"))
        lines = sum(path.read_bytes().count(b"\n") for path in files)
        codemod = try_codemod(files[:: options.every], cache, processor=options.processor)
    ratio = median(one / other for one, other in zip(conversions, bares, strict=True))
    rate = lines / median(conversions)
    times = rate / codemod.rate if codemod.rate else float("inf")
    print(f"\n{DJANGO.requirement}: {len(files)} files, {lines} lines")
    print(f"conversion / bare report        {ratio:8.2f}   at most {MOST_TIMES_BARE}")
    print(f"lines per second, aioport       {rate:8.0f}   a verified conversion of the whole project")
    print(
        f"lines per second, codemod       {codemod.rate:8.0f}   {codemod.survived} of {codemod.files} files survived"
    )
    print(f"aioport / codemod               {times:8.1f}   at least {LEAST_TIMES_CODEMOD:.0f}")
    write_json(
        options.json,
        {
            "bare_s": bares,
            "conversion_s": conversions,
            "ratio": ratio,
            "lines_per_s": rate,
            "codemod_lines_per_s": codemod.rate,
            "codemod_survived": [codemod.survived, codemod.files],
            "times_codemod": times,
        },
    )
    return 0 if ratio <= MOST_TIMES_BARE and times >= LEAST_TIMES_CODEMOD else 1


if __name__ == "__main__":
    sys.exit(main())
