"""Convert what was never meant to be converted: the standard library and popular packages, in scratch copies.

Each package is converted in a process of its own, with a limit to its time and its memory, and judged by
`convert_probe.py`. Verdicts are kept in a JSON file and are not made again, so that a run that was stopped goes on
where it was; `--again` begins afresh.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aioport
from fetching import cache_folder
from fuzz import PACKAGES, groups, package_folder
from measuring import environment, python, write_json

PROBE = Path(__file__).with_name("convert_probe.py")
OURS = Path(aioport.__file__).parents[1]
"""The aioport that is tried is the one that this process imports."""

LEFT_OUT = frozenset(
    {"asyncio", "test", "idlelib", "lib2to3", "site-packages", "ensurepip", "__phello__", "__pycache__"}
)
"""Of the standard library: asyncio itself, tests and their deliberately bad files, and what contains packages of others."""

MODULES_TOGETHER = 20
"""Modules of the standard library that are no packages, in one project; one alone costs as much."""

MORE_PACKAGES = (
    "alembic", "arrow", "asgiref", "babel", "bleach", "bottle", "cachetools", "celery", "certifi", "chardet",
    "charset-normalizer", "cherrypy", "coverage", "dateparser", "dulwich", "elasticsearch", "fabric", "falcon",
    "feedparser", "filelock", "fsspec", "google-auth", "gitpython", "huey", "humanize", "invoke", "ldap3",
    "loguru", "mako", "markdown", "marshmallow", "mechanize", "nltk", "oauthlib", "openpyxl", "paramiko", "peewee", "pendulum",
    "pexpect", "praw", "psutil", "pymysql", "pyyaml", "requests-oauthlib", "rq", "scrapy", "sh", "slack-sdk",
    "tqdm", "twilio",
)  # fmt: skip
"""Beside those that `fuzz.py` scans: much of it waits for networks, files and processes."""

TIME_LIMIT = 900.0
MEMORY_LIMIT = 12 * 2**30
"""Seconds, and bytes of address space, of which the checker reserves more than it uses."""


def standard_library() -> Iterator[tuple[str, Sequence[Path]]]:
    """Every package, then the modules that are none, in groups."""
    home = Path(sysconfig.get_path("stdlib"))
    modules = []
    for one in sorted(home.iterdir()):
        if one.stem in LEFT_OUT:
            continue
        if (one / "__init__.py").is_file():
            yield one.name, [one]
        elif one.suffix == ".py":
            modules.append(one)
    for group in groups(modules, MODULES_TOGETHER):
        yield f"{group[0].stem} to {group[-1].stem}", group


def copy_to(scratch: Path, sources: Sequence[Path]) -> None:
    """Files and folders, without caches, tests of the standard library, and what is no Python."""
    for source in sources:
        if source.is_dir():
            shutil.copytree(
                source, scratch / source.name, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.pyc")
            )
        else:
            shutil.copyfile(source, scratch / source.name)


def convert(sources: Sequence[Path], limit: float) -> dict[str, Any]:
    """The verdict on a scratch copy; `wrong` says so where the process crashed or was stopped."""
    with tempfile.TemporaryDirectory(prefix="aioport-fuzz-") as scratch:
        folder = Path(scratch).resolve() / "project"
        folder.mkdir()
        copy_to(folder, sources)
        try:
            done = subprocess.run(
                [str(word) for word in python(PROBE, folder)],
                cwd=scratch,
                env=environment({"XDG_CACHE_HOME": scratch, "PYTHONPATH": str(OURS)}),
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
                preexec_fn=_limit_memory,
            )
        except subprocess.TimeoutExpired:
            return {"wrong": [f"still running after {limit:.0f} s"]}
        if done.returncode:
            tail = " / ".join(line.strip() for line in done.stderr.strip().splitlines()[-6:])
            return {"wrong": [f"exit code {done.returncode}: {tail[-600:]}"]}
        verdict: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return verdict


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def cases(
    kinds: Sequence[str], only: Sequence[str], cache: Path, *, offline: bool
) -> Iterator[tuple[str, Sequence[Path]]]:
    """What is converted, by name; a package is fetched when it is its turn. `only` these, if it names any."""
    if "stdlib" in kinds:
        for name, sources in standard_library():
            if not only or name in only:
                yield f"stdlib: {name}", sources
    if "packages" in kinds:
        for name in (*PACKAGES, *MORE_PACKAGES):
            if only and name not in only:
                continue
            folder = package_folder(name, cache / "fuzz", [], offline=offline)
            if folder is None:
                print(f"package: {name}: not at hand, left out", flush=True)
            else:
                yield f"package: {name}", [one for one in sorted(folder.iterdir()) if _is_code(one)]


def _is_code(path: Path) -> bool:
    return path.suffix == ".py" or (
        path.is_dir() and not path.name.endswith((".dist-info", ".data", "__pycache__"))
    )


def show(name: str, verdict: dict[str, Any]) -> None:
    """One line of a verdict, and one for each thing that is wrong."""
    if "refused" in verdict:
        print(f"{name}: refused: {verdict['refused']}", flush=True)
    elif "files" in verdict:
        print(
            f"{name}: {verdict['files']} files, {verdict['async']} of {verdict['functions']} functions async, "
            f"{verdict['units']} units, {verdict['refuted']} refuted, {verdict['seconds']} s, "
            f"{verdict['cpu']} s of processor time",
            flush=True,
        )
    for line in verdict["wrong"]:
        print(f"  WRONG {name}: {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kinds", nargs="*", help="stdlib, packages (default: both)")
    parser.add_argument("--only", nargs="+", default=[], help="names of packages and modules")
    parser.add_argument("--again", action="store_true", help="also what has a verdict already")
    parser.add_argument("--offline", action="store_true", help="leave out packages that are not at hand")
    parser.add_argument("--limit", type=float, default=TIME_LIMIT, help="seconds for each package")
    parser.add_argument("--cache", type=Path, help="default: $AIOPORT_BENCH_CACHE or ~/.cache/aioport-bench")
    parser.add_argument("--json", type=Path, default=Path("build/convert_fuzz.json"), help="the verdicts")
    options = parser.parse_args()
    verdicts: dict[str, dict[str, Any]] = {}
    if options.json.is_file() and not options.again:
        verdicts = json.loads(options.json.read_text(encoding="utf-8"))
    for name, sources in cases(
        options.kinds or ("stdlib", "packages"),
        options.only,
        cache_folder(options.cache),
        offline=options.offline,
    ):
        if name in verdicts:
            continue
        verdicts[name] = convert(sources, options.limit)
        show(name, verdicts[name])
        write_json(options.json, verdicts)
    wrong = {name: verdict for name, verdict in verdicts.items() if verdict["wrong"]}
    print(f"\n{len(verdicts)} conversions, {len(wrong)} of them wrong")
    for name, verdict in wrong.items():
        show(name, verdict)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
