"""The authors' own async tests, run on the async halves that aioport makes of their sync ones.

Each case is laid out twice in scratch: the package as its authors publish it, and the same with the files of the async
half replaced by aioport's. Both times the tests of the sdist run; what counts is which tests that pass on the authors'
half pass on the other one as well.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fetching import PIP
from measuring import environment, run

LEAST_SHARE = 0.95
"""Of the tests that pass on the authors' half, as many have to pass on the other."""

CARRIED = ("tests", "test", "pyproject.toml", "setup.cfg", "README.md")
"""What of an sdist the tests need beside the package."""


PASSED = re.compile(r"^(?:PASSED|XPASS) (\S+(?:\[.*\])?)", re.MULTILINE)
"""A line of pytest's summary for a test that passed."""


@dataclass(frozen=True, slots=True)
class Suite:
    """How a case's tests are run.

    requirements: what they need beside the package itself; arguments: for pytest, `{redis}` is the server's address.
    """

    requirements: tuple[str, ...]
    arguments: tuple[str, ...]

    @property
    def needs_redis(self) -> bool:
        """Whether a Redis server has to run."""
        return any("{redis}" in argument for argument in self.arguments)


SUITES: Mapping[str, Suite] = {
    "httpcore": Suite(
        ("pytest<9", "anyio", "trio", "pytest-trio", "pytest-httpbin", "httpcore[http2,socks,asyncio,trio]"),
        ("tests/_async", "tests/test_cancellations.py"),
    ),
    "tenacity": Suite(
        ("pytest<9", "pytest-asyncio", "pytest-timeout", "trio", "tornado", "typeguard"),
        ("tests/test_asyncio.py", "--timeout", "20"),
    ),
    "prawcore": Suite(
        ("pytest<9", "pytest-asyncio", "vcrpy", "pytest-vcr", "mock", "testfixtures"),
        ("tests", "--deselect", "tests/unit/test_requestor.py::TestRequestor::test_initialize"),
    ),
    "redis": Suite(
        (
            *("pytest<9", "pytest-asyncio", "pytest-timeout", "mock", "packaging", "numpy", "xxhash"),
            *("cachetools", "pybreaker", "aiohttp", "coverage", "pytest-cov"),
        ),
        (
            *(
                f"tests/test_asyncio/test_{name}.py"
                for name in (
                    *("connection", "connection_pool", "lock", "pipeline", "retry", "scripting"),
                    *("encoding", "monitor"),
                )
            ),
            *("--redis-url={redis}", "-m", "not onlycluster and not redismod and not ssl", "--timeout", "20"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Tested:
    """Which tests passed on the authors' own half and on aioport's; `error` says why nothing could be run."""

    name: str
    own: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    error: str = ""

    @property
    def kept(self) -> int:
        """How many that pass on the authors' half pass on the other."""
        return len(self.own & self.made)

    @property
    def share(self) -> float:
        """The same as a share; 0 where nothing could be run."""
        return self.kept / len(self.own) if self.own else 0.0


def tested_line(one: Tested) -> str:
    """A case in one line."""
    if one.error:
        return f"{one.name:<22} FAILED, counts as zero: {one.error}"
    return f"{one.name:<22} passed {one.kept:>3} of the {len(one.own):>3} that pass on the authors' half  {one.share:.3f}"


def lay_over(case: Mapping[str, Any], folder: Path, candidate: Path, half: Path) -> int:
    """Copy the authors' package to `half`, with the files of its async half taken from `candidate`; returns how many."""
    shutil.rmtree(half, ignore_errors=True)
    shutil.copytree(folder / "async", half)
    count = 0
    for pair in case["pair"]:
        place = half / pair["async"]
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            made = candidate / path.relative_to(half)
            if made.is_file():
                shutil.copyfile(made, path)
                count += 1
    return count


def tests_folder(case: Mapping[str, Any], folder: Path) -> Path:
    """The unpacked sdist that holds the async tests: that of the async side's package."""
    requirement = next(one["requirement"] for one in case["package"] if one.get("side", "async") == "async")
    wanted = requirement.replace("==", "-").replace("_", "-")
    return next(path for path in (folder / "sdist").iterdir() if path.name.replace("_", "-") == wanted)


def environment_for(requirements: Sequence[str], folder: Path) -> Path:
    """The interpreter of a virtual environment with some requirements and what these need, made on first use.

    Raises `subprocess.CalledProcessError` when pip fails.
    """
    named = "\n".join([sys.version, *sorted(requirements)])
    target = folder / hashlib.sha256(named.encode()).hexdigest()[:16]
    python = target / "bin" / "python"
    if not (target / "complete").is_file():
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(target)], check=True)
        command = [sys.executable, *PIP, "--python", str(python), "install", *requirements]
        subprocess.run(command, check=True)
        (target / "complete").touch()
    return python


def passing(python: Path, tests: Path, half: Path, arguments: Sequence[str]) -> frozenset[str]:
    """The tests that pass on a half, by name, those among them that were expected to fail."""
    with tempfile.TemporaryDirectory(prefix="aioport-twin-tests-") as scratch:
        place = Path(scratch)
        for name in CARRIED:
            part = tests / name
            if part.is_dir():
                shutil.copytree(part, place / name)
            elif part.is_file():
                shutil.copyfile(part, place / name)
        (place / "logs").mkdir(exist_ok=True)
        # Tracebacks would cost more than the tests: a time-out in the midst of one ends the whole run.
        command: list[str | Path] = [python, "-m", "pytest", "-q", "--tb=no", "-rpX", *arguments]
        done = run(command, cwd=place, extra={"PYTHONPATH": f"{half}:."}, limit=1200)
        return frozenset(found[1] for found in PASSED.finditer(done.stdout))


@contextmanager
def redis_server(program: Path | None) -> Iterator[str]:
    """The address of a Redis server of our own on a free port of the loopback device.

    Raises FileNotFoundError where there is no such program, OSError where it does not start.
    """
    found = program or shutil.which("redis-server")
    if found is None:
        raise FileNotFoundError("no redis-server; say with --redis-server where it is")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="aioport-redis-") as folder:
        command = [str(found), "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", folder]
        process = subprocess.Popen(
            command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait_for(port, process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise OSError(f"redis-server does not answer on port {port}")


def run_suite(
    case: Mapping[str, Any], folder: Path, candidate: Path, environments: Path, redis: Path | None
) -> Tested:
    """Run a case's tests on both halves; whatever goes wrong is in the answer."""
    name, suite = case["name"], SUITES[case["name"]]
    try:
        packages = [one["requirement"] for one in case["package"]]
        python = environment_for((*packages, *suite.requirements), environments)
        tests, half = tests_folder(case, folder), folder / "half"
        if not lay_over(case, folder, candidate, half):
            return Tested(name, error="no file of the async half was made")
        if suite.needs_redis:
            with redis_server(redis) as address:
                arguments = [one.format(redis=address) for one in suite.arguments]
                return _both(name, python, tests, folder, arguments)
        return _both(name, python, tests, folder, suite.arguments)
    except (OSError, StopIteration, subprocess.SubprocessError) as error:
        return Tested(name, error=str(error) or type(error).__name__)


def _both(name: str, python: Path, tests: Path, folder: Path, arguments: Sequence[str]) -> Tested:
    own = passing(python, tests, folder / "async", arguments)
    if not own:
        return Tested(name, error="no test passes on the authors' own half")
    return Tested(name, own, passing(python, tests, folder / "half", arguments))
