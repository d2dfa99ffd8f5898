"""Code that never runs."""

from pathlib import Path

import pytest

from aioport.blocking.dead import DeadCode
from aioport.discovery import discover
from aioport.settings import Options
from tests.scanning import scanned, write

NO_HINT = pytest.mark.xfail(
    reason="the quick look for hints takes the file for one without dead code", strict=True
)


def dead_words(folder: Path, text: str) -> list[str]:
    """Which of the calls `alive()` and `dead()` of a text, in order, are found to be dead."""
    write(folder / "app.py", text)
    project = discover((folder,), Options())
    found = DeadCode(project)
    data = project.sources["app.py"].data
    words = []
    for word in (b"alive()", b"dead()"):
        start = data.find(word)
        while start >= 0:
            if found.has("app.py", start, start + len(word)):
                words.append(word.decode().removesuffix("()"))
            start = data.find(word, start + 1)
    return words


@pytest.mark.parametrize(
    "body",
    [
        "return\ndead()",
        "raise ValueError\ndead()",
        "import sys\nsys.exit()\ndead()",
        "while True:\n    alive()\ndead()",
        "while 1:\n    alive()\n    for one in []:\n        break\ndead()",
        "for one in []:\n    continue\n    dead()",
        "for one in []:\n    break\n    dead()",
        "if False:\n    dead()\nalive()",
        "if 0:\n    dead()\nelse:\n    alive()",
        "if True:\n    alive()\nelse:\n    dead()",
        "if not True:\n    dead()",
        "while False:\n    dead()\nalive()",
        "alive() if True else dead()",
        "False and dead()",
        "True or dead()",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    dead()\nalive()",
        "import typing\nif typing.TYPE_CHECKING:\n    dead()\nalive()",
        "import sys\nif sys.version_info < (3, 0):\n    dead()\nelse:\n    alive()",
        "import sys\nif sys.version_info >= (3,):\n    alive()\nelse:\n    dead()",
        "if one:\n    return\nelse:\n    return\ndead()",
        pytest.param("try:\n    return\nfinally:\n    alive()\ndead()", marks=NO_HINT),
        pytest.param("try:\n    return\nexcept ValueError:\n    raise\ndead()", marks=NO_HINT),
        pytest.param("with open('a'):\n    return\ndead()", marks=NO_HINT),
    ],
)
def test_what_cannot_be_reached_is_dead(tmp_path: Path, body: str) -> None:
    """Behind what leaves the block, an endless loop, or a condition that is always the same."""
    text = "def f(one):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    assert dead_words(tmp_path, text) == ["dead"]


@pytest.mark.parametrize(
    "body",
    [
        "if one:\n    return\nalive()",
        "if one:\n    raise ValueError\nelse:\n    alive()\nalive()",
        "while True:\n    if one:\n        break\nalive()",
        "while one:\n    return\nalive()",
        "for one in []:\n    return\nalive()",
        "try:\n    return\nexcept ValueError:\n    alive()\nalive()",
        "with open('a'):\n    raise ValueError\nalive()",
        "def inner():\n    return\nalive()",
        "if one and False:\n    pass\nelse:\n    alive()",
        "one or alive()",
        "alive() or True",
        "import sys\nif sys.version_info >= (3, 99):\n    alive()\nelse:\n    alive()",
        "import sys\nif sys.platform == 'win32':\n    alive()\nelse:\n    alive()",
        "if not one:\n    return\nelif True:\n    alive()",
        "sys.exit\nalive()",
    ],
)
def test_what_may_be_reached_is_not_dead(tmp_path: Path, body: str) -> None:
    """What looks alike and leaves a way: a branch, a loop that may end, a handler, another platform."""
    text = "def f(one):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    assert dead_words(tmp_path, text) == []


def test_a_file_that_does_not_parse_has_nothing_dead(tmp_path: Path) -> None:
    """There is nothing to be known of it."""
    assert dead_words(tmp_path, "def f(:\n    return\n    dead()\n") == []


def test_dead_code_is_not_reported() -> None:
    """A call that never runs blocks nobody, and what it calls is not on the loop by it."""
    found = scanned(
        """
        import time

        def slow():
            time.sleep(1)

        async def main():
            if False:
                slow()
            return
            time.sleep(2)

        async def other():
            return slow()
        """
    )
    assert found.findings == ["app.py:4 time.sleep on the loop"]
    assert found.chain() == ["app.other", "app.slow", "time.sleep"]
