"""Time, processes and what is global: what changes its meaning on an event loop, and what does not."""

from pathlib import Path

import pytest

from aioport.discovery import discover
from aioport.project import ProjectError
from aioport.settings import Options
from tests.planning.deciding import Decided, decide
from tests.traps.table import trap

SLEEPING = """
import time


def spin(ready):
    while not ready():
        time.sleep(0)


def compute(n):
    return sum(i * i for i in range(n))


def main():
    time.sleep(0.01)
    print(compute(1000))
    flags = iter([False, True])
    spin(lambda: next(flags))


if __name__ == "__main__":
    main()
"""

TIMING = """
import os
import random
import socket
import time

import requests


def measure(seconds):
    before = time.perf_counter()
    time.sleep(seconds)
    return time.perf_counter() - before


def fetch(url):
    return requests.get(url, timeout=(1, 2)).text


def main():
    socket.setdefaulttimeout(3)
    random.seed(1)
    os.environ["A"] = "1"
    print(measure(0.01) > 0.009)
    for attempt in range(3):
        print(attempt)
        time.sleep(0.001 * 2**attempt)
    total = 0
    for number in range(3):
        total = total * 2 + len(fetch(f"http://x/{total}"))
    return total


if __name__ == "__main__":
    main()
"""

PROCESSES = """
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor


def work(n):
    time.sleep(0.001)
    return n * n


def main():
    with ProcessPoolExecutor(1) as pool:
        print(list(pool.map(work, [1, 2])))
    process = multiprocessing.Process(target=work, args=(3,))
    process.start()
    process.join()
    time.sleep(0.01)


if __name__ == "__main__":
    main()
"""

DEEP = """
import time


def clean(text):
    return text.strip().lower()


def third(text):
    time.sleep(0.001)
    return clean(text)


def second(text):
    return third(clean(text))


def first(text):
    return second(text)


if __name__ == "__main__":
    print(first(" A "))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """All of it as one project."""
    files = {"sleeping.py": SLEEPING, "timing.py": TIMING, "processes.py": PROCESSES, "deep.py": DEEP}
    return decide(tmp_path_factory.mktemp("time"), files)


@trap(50, "converted", "a time-out of requests becomes one for each operation, with no total")
def test_time_outs_keep_their_meaning(project: Decided) -> None:
    """requests waits so long for a connection and for each read, and never counts the whole."""
    assert "aiohttp.ClientTimeout(sock_connect=1, sock_read=2)" in project.files["timing.py"]


@trap(60, "kept", "what runs in another process stays sync; starting it and waiting for it go to a thread")
def test_what_runs_in_another_process_stays_sync(project: Decided) -> None:
    """A coroutine cannot be pickled, and no loop runs there."""
    assert project.colors["processes.work"] == "sync"
    assert "which runs it elsewhere" in project.reasons["processes.work"]
    text = project.files["processes.py"]
    assert "await offload(" in text
    assert "    time.sleep(0.001)\n" in text


@trap(61, "converted", "`time.sleep` becomes `asyncio.sleep`, a loop that polls with `sleep(0)` included")
def test_pauses_become_asyncio_s(project: Decided) -> None:
    """A poll that gave way to other threads gives way to other tasks."""
    text = project.files["sleeping.py"]
    assert "        await asyncio.sleep(0)\n" in text
    assert "    await asyncio.sleep(0.01)\n" in text
    assert "import time" not in text


@trap(62, "kept", "computing stays where it is: a thread would not make it faster")
@trap(105, "kept", "helpers that wait for nothing stay plain functions")
def test_what_only_computes_stays_sync(project: Decided) -> None:
    """Only what reaches a wait becomes async, so computing costs what it did."""
    assert project.colors["sleeping.compute"] == project.colors["deep.clean"] == "sync"
    assert "it reaches nothing that blocks" in project.reasons["deep.clean"]
    assert project.colors["deep.first"] == project.colors["deep.second"] == "async"


@trap(101, "kept", "what is global is set where it was; waits around it stay one after another")
@trap(103, "kept", "loops that print, count or feed each answer to the next question stay in order")
@trap(104, "kept", "durations are measured as they were, and in sequence they mean the same")
def test_order_and_global_state_stay(project: Decided) -> None:
    """Nothing is made to overlap, and the statements around the waits are untouched."""
    text = project.files["timing.py"]
    assert "gather" not in text
    for line in ("socket.setdefaulttimeout(3)", "random.seed(1)", "return time.perf_counter() - before"):
        assert f"    {line}\n" in text
    assert "        total = total * 2 + len(await fetch" in text


@trap(82, "refused", "a notebook is no Python file, and its loop runs already")
def test_notebooks_are_refused(tmp_path: Path) -> None:
    """The message says what to do instead."""
    notebook = tmp_path / "work.ipynb"
    notebook.write_text('{"cells": []}', encoding="utf-8")
    with pytest.raises(ProjectError, match=r"a notebook.*Name the modules that it imports"):
        discover((notebook,), Options())
