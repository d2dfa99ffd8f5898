"""Scan what nobody would call good input: no crash, no hang, and counts that add up.

Four kinds: the standard library's own tests, with their deliberately bad files; popular packages, fetched by pip
into the cache; projects that are generated to be nasty; and stdlib files of which tokens and lines were deleted,
doubled and swapped. Files are scanned in groups, and in halves where a group crashes. A scan passes with exit code 0, 1
or 2, a message where it has to say something, valid JSON whose positions lie inside their files, and every call
either resolved or unknown. `--quick` takes a few of each, and no packages.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from itertools import pairwise
from pathlib import Path

from fetching import cache_folder
from fuzz_cases import CASES, Case
from fuzz_scans import Verdict, scan
from measuring import write_json

GROUP, SMALL_GROUP = 250, 60
"""Files in one scan: more than those that the checker looks at once, and fewer than those it looks at again and again
(`checking.SMALL`)."""

FILE_LIMIT, GROUP_LIMIT = 300.0, 1200.0
"""Seconds after which a scan counts as hung; a slow machine with other work needs a tenth of that."""

PACKAGES = (
    "aiohttp", "anyio", "astroid", "asyncpg", "attrs", "beautifulsoup4", "billiard", "boto3", "botocore",
    "click", "cryptography", "django", "dnspython", "docker", "docutils", "faker", "fastapi", "flask",
    "gevent", "httpx", "hypothesis", "ipython", "isort", "jedi", "jinja2", "jsonschema", "kombu", "libcst",
    "mypy", "networkx", "numpy", "pip", "prompt-toolkit", "pydantic", "pygments", "pylint", "pymongo",
    "pyparsing", "pyramid", "pytest", "redis", "requests", "rich", "scipy", "setuptools", "sqlalchemy",
    "sympy", "trio", "urllib3", "werkzeug",
)  # fmt: skip
"""Popular ones with much Python in them, and little of it alike."""


@dataclass
class Row:
    """One line of the table: a kind of input and how its scans ended."""

    kind: str
    files: int = 0
    scans: int = 0
    calls: int = 0
    unknown: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    checker_failed: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        self.scans += 1
        self.calls += verdict.calls
        self.unknown += verdict.unknown
        self.checker_failed += verdict.checker_failed
        code = str(verdict.code) if verdict.code is not None else "hung"
        self.codes[code] = self.codes.get(code, 0) + 1


def scan_group(row: Row, name: str, files: Sequence[Path], cwd: Path) -> None:
    """Scans files together, and in halves where that crashes or hangs, down to the file that is to blame."""
    started = time.perf_counter()
    verdict = scan(files, cwd, GROUP_LIMIT)
    row.add(verdict)
    row.files += len(files)
    blamed = list(verdict.wrong)
    if verdict.is_broken and len(files) > 1:
        blamed = list(_blame(files, cwd)) or [f"only together: {line}" for line in verdict.wrong]
    row.wrong += [f"{name}: {line}" for line in blamed]
    row.seconds += time.perf_counter() - started
    told = f"exit code {verdict.code}" if verdict.code is not None else "hung"
    print(f"{row.kind}: {name}: {len(files)} files, {told}, {verdict.calls} calls", flush=True)
    for line in blamed:
        print(f"  WRONG {line}", flush=True)


def _blame(files: Sequence[Path], cwd: Path) -> Iterator[str]:
    """What goes wrong in the smaller halves of a group that crashed."""
    middle = len(files) // 2
    for half in (files[:middle], files[middle:]):
        verdict = scan(half, cwd, FILE_LIMIT if len(half) == 1 else GROUP_LIMIT)
        if not verdict.is_broken:
            continue
        if len(half) == 1:
            yield from (f"{half[0]}: {line}" for line in verdict.wrong)
        else:
            yield from _blame(half, cwd)


def groups(files: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(files), size):
        yield files[start : start + size]


def fuzz_standard_library(*, quick: bool) -> Row:
    """The tests of the interpreter that runs this, as copies: beside the originals lies the whole standard library."""
    row = Row("stdlib tests")
    home = Path(sysconfig.get_path("stdlib")) / "test"
    if not home.is_dir():
        print(f"{row.kind}: this Python came without them", flush=True)
        return row
    with tempfile.TemporaryDirectory(prefix="aioport-fuzz-") as scratch:
        copy = Path(scratch) / "test"
        shutil.copytree(
            home, copy, ignore=shutil.ignore_patterns("__pycache__"), ignore_dangling_symlinks=True
        )
        files = sorted(copy.rglob("*.py"))
        if quick:
            files = [file for file in files if "bad" in file.name or "encod" in file.name][:40]
        for number, group in enumerate(groups(files, GROUP), 1):
            scan_group(row, f"group {number}", group, copy)
    return row


def fuzz_packages(names: Iterable[str], cache: Path, sites: Sequence[Path], *, offline: bool) -> Row:
    row = Row("packages")
    for name in names:
        folder = package_folder(name, cache / "fuzz", sites, offline=offline)
        if folder is None:
            print(f"{row.kind}: {name}: not at hand, left out", flush=True)
            continue
        files = sorted(folder.rglob("*.py"))
        started = time.perf_counter()
        verdict = scan([folder], folder, GROUP_LIMIT)
        row.add(verdict)
        row.files += len(files)
        row.seconds += time.perf_counter() - started
        print(
            f"{row.kind}: {name}: {len(files)} files, exit code {verdict.code}, {verdict.calls} calls",
            flush=True,
        )
        row.wrong += [f"{name}: {line}" for line in verdict.wrong]
        for line in verdict.wrong:
            print(f"  WRONG {line}", flush=True)
    return row


def package_folder(name: str, cache: Path, sites: Sequence[Path], *, offline: bool) -> Path | None:
    """A package's Python files, in a folder of their own: from the cache, from an installed copy, or through pip."""
    target = cache / name
    if target.is_dir():
        return target
    partial = cache / f"{name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    installed = next(iter(_installed(name, sites)), None)
    if installed is not None:
        for file in installed.files or ():
            if file.suffix == ".py" and ".." not in file.parts:
                (partial / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), partial / file)
    elif not offline:
        command = [
            sys.executable,
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
            "install",
            "--no-deps",
        ]
        done = subprocess.run([*command, "--no-compile", "--target", str(partial), name], check=False)
        if done.returncode:
            return None
    if not partial.is_dir():
        return None
    partial.rename(target)
    return target


def _installed(name: str, sites: Sequence[Path]) -> Iterator[Distribution]:
    wanted = name.lower().replace("_", "-")
    for site in sites:
        for one in distributions(path=[str(site)]):
            if (one.metadata["Name"] or "").lower().replace("_", "-") == wanted:
                yield one


def fuzz_generated(cases: Iterable[Case]) -> Row:
    row = Row("generated")
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="aioport-fuzz-", ignore_cleanup_errors=True) as scratch:
            folder = Path(scratch).resolve()
            case.lay(folder)
            started = time.perf_counter()
            paths = [folder / path for path in case.paths] or [folder]
            with case.meanwhile(folder):
                verdict = scan(paths, folder, GROUP_LIMIT, case.checker)
            row.add(verdict)
            row.files += sum(1 for _ in folder.rglob("*.py"))
            row.seconds += time.perf_counter() - started
            for path in folder.iterdir():
                if path.is_dir() and not path.is_symlink():
                    path.chmod(0o700)
        print(f"{row.kind}: {case.name}: exit code {verdict.code}, {verdict.calls} calls", flush=True)
        row.wrong += [f"{case.name}: {line}" for line in verdict.wrong]
        for line in verdict.wrong:
            print(f"  WRONG {line}", flush=True)
    return row


def fuzz_mutations(count: int, seed: int) -> Row:
    """Files of the standard library with tokens and lines deleted, doubled and swapped: most are no Python any more."""
    row = Row("mutations")
    chance = random.Random(seed)  # noqa: S311
    home = Path(sysconfig.get_path("stdlib"))
    originals = sorted(file for file in home.glob("*.py") if file.stat().st_size < 40_000)
    for number in range(1, count // SMALL_GROUP + 1):
        with tempfile.TemporaryDirectory(prefix="aioport-fuzz-") as scratch:
            files = []
            for index in range(SMALL_GROUP):
                file = Path(scratch).resolve() / f"mutated_{index}.py"
                original = chance.choice(originals)
                file.write_text(mutate(original.read_text(encoding="utf-8"), chance), encoding="utf-8")
                files.append(file)
            before = len(row.wrong)
            scan_group(row, f"seed {seed}, group {number}", files, Path(scratch))
            if len(row.wrong) > before:
                kept = Path(tempfile.mkdtemp(prefix="aioport-fuzz-kept-"))
                shutil.copytree(scratch, kept, dirs_exist_ok=True)
                print(f"  kept in {kept}", flush=True)
    return row


def mutate(text: str, chance: random.Random) -> str:
    """A text with one to eight changes: half the time of whole lines, which more often leaves it Python."""
    for _ in range(chance.randint(1, 8)):
        pieces = text.splitlines(keepends=True) if chance.random() < 0.5 else _tokens(text)
        if len(pieces) < 2:
            return text
        here, there = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.choice(("delete", "double", "swap", "move")):
            case "delete":
                del pieces[here]
            case "double":
                pieces.insert(here, pieces[here])
            case "swap":
                pieces[here], pieces[there] = pieces[there], pieces[here]
            case "move":
                pieces.insert(there, pieces.pop(here))
        text = "".join(pieces)
    return text


def _tokens(text: str) -> list[str]:
    """A text cut before each of its tokens; what cannot be tokenised stays whole."""
    starts = [0]
    lines = [0]
    for line in io.StringIO(text, newline=""):
        lines.append(lines[-1] + len(line))
    try:
        for token in tokenize.generate_tokens(io.StringIO(text, newline="").readline):
            row, column = token.start
            starts.append(min(lines[min(row - 1, len(lines) - 1)] + column, len(text)))
    except (tokenize.TokenError, SyntaxError):
        pass
    cuts = sorted({*starts, len(text)})
    return [text[start:end] for start, end in pairwise(cuts)]


def show(rows: Sequence[Row]) -> None:
    head = ("input", "files", "scans", "exit codes", "checker failed", "calls", "unknown", "seconds", "wrong")
    table: list[tuple[str, ...]] = [head]
    for row in rows:
        codes = " ".join(f"{code}:{count}" for code, count in sorted(row.codes.items()))
        numbers = (row.checker_failed, row.calls, row.unknown, round(row.seconds), len(row.wrong))
        table.append((row.kind, str(row.files), str(row.scans), codes, *map(str, numbers)))
    widths = [max(len(line[index]) for line in table) for index in range(len(head))]
    print()
    for cells in table:
        print("  ".join(text.ljust(width) for text, width in zip(cells, widths, strict=True)).rstrip())
    for row in rows:
        for line in row.wrong:
            print(f"WRONG {row.kind}: {line}")


KINDS = ("stdlib", "packages", "generated", "mutations")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "kinds", nargs="*", choices=[*KINDS, []], help="kinds of input (default: all of them)"
    )
    parser.add_argument("--quick", action="store_true", help="a few of each, and no packages")
    parser.add_argument(
        "--mutations", type=int, default=1200, help="how many files are mutated (default: 1200)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the mutations (default: 1)")
    parser.add_argument(
        "--site",
        type=Path,
        action="append",
        default=[],
        help="a site-packages to copy packages from, before pip is asked",
    )
    parser.add_argument("--offline", action="store_true", help="leave out packages that are not at hand")
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    kinds = options.kinds or KINDS
    cases = [case for case in CASES if case.quick] if options.quick else CASES
    rows = []
    if "generated" in kinds:
        rows.append(fuzz_generated(cases))
    if "mutations" in kinds:
        rows.append(fuzz_mutations(SMALL_GROUP if options.quick else options.mutations, options.seed))
    if "stdlib" in kinds:
        rows.append(fuzz_standard_library(quick=options.quick))
    if "packages" in kinds and not options.quick:
        rows.append(
            fuzz_packages(PACKAGES, cache_folder(options.cache), options.site, offline=options.offline)
        )
    show(rows)
    write_json(
        options.json,
        [
            {
                "kind": row.kind,
                "files": row.files,
                "scans": row.scans,
                "codes": row.codes,
                "checker_failed": row.checker_failed,
                "calls": row.calls,
                "unknown": row.unknown,
                "wrong": row.wrong,
            }
            for row in rows
        ],
    )
    return 1 if any(row.wrong for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
