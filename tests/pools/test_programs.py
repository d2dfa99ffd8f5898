"""Programs that overlap their waits in pools of threads, as they are and as they become at both levels.

The same output, the same requests in any order, and never more of them at a time than the pools allow.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from aioport.api import Conversion, convert_project
from aioport.settings import Level, Options
from tests.serving.http_server import HttpServer, Recorded, json_reply

PROGRAMS = Path(__file__).parent / "projects"

WIDTHS = {
    "guarded": 4,
    "kept": 2,
    "mapped": 36,
    "mapped_by_threads": 3,
    "nested": 4,
    "shared": 2,
    "submitted": 4,
    "waited": 3,
}
"""How many requests may be open at one time, by program; a function of one pool may have a pool of its own."""

ROUTES = {
    **{f"/item/{one}": json_reply({"name": f"item-{one}", "price": one * 10}) for one in range(1, 10)},
    **{f"/page/{one}": json_reply({"items": [one * 2 - 1, one * 2]}) for one in (1, 2, 3)},
}


def _convert(target: Path, level: Level) -> Conversion:
    target.mkdir()
    for program in PROGRAMS.glob("*.py"):
        (target / program.name).write_bytes(program.read_bytes())
    conversion = convert_project(target, Options(level=level))
    for path, text in conversion.files.items():
        (target / path).write_text(text, encoding="utf-8", newline="")
    return conversion


@pytest.fixture(scope="module", params=get_args(Level))
def converted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs as they become at a level."""
    target = tmp_path_factory.mktemp("pools") / "projects"
    _convert(target, request.param)
    return target


def _run(folder: Path, name: str) -> tuple[str, Counter[Recorded], int]:
    """What a program prints, what it asks, and how much of that at one time."""
    with HttpServer(ROUTES, delay=0.01) as server:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-W", "error::RuntimeWarning", f"{name}.py"],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "SERVER": server.url, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        return done.stdout, server.counted, server.peak


@pytest.mark.parametrize("name", sorted(WIDTHS))
def test_a_program_does_the_same_at_its_own_width(name: str, converted: Path) -> None:
    """Results, their order, exceptions, and all that is asked."""
    before, after = _run(PROGRAMS, name), _run(converted, name)
    assert after[:2] == before[:2]
    assert after[2] <= WIDTHS[name]


def test_what_becomes_of_the_threads(tmp_path: Path) -> None:
    """At level native no pool of threads is left but those in the program that needs them; at level offload, and where
    nothing is to overlap, all are left."""
    _convert(tmp_path / "native", "native")
    texts = {path.stem: path.read_text() for path in (tmp_path / "native").glob("*.py")}
    threads = re.compile(r"ThreadPool\w*\(| Pool\(")
    assert {name for name, text in texts.items() if threads.search(text) and name != "_aio"} == {"kept"}
    (tmp_path / "off").mkdir()
    for program in PROGRAMS.glob("*.py"):
        (tmp_path / "off" / program.name).write_bytes(program.read_bytes())
    conversion = convert_project(tmp_path / "off", Options(concurrency="off"))
    assert not any("TaskPool" in text for text in conversion.files.values())


def test_each_program_has_its_width() -> None:
    """Or it would not be tested."""
    assert {path.stem for path in PROGRAMS.glob("*.py")} == WIDTHS.keys()
