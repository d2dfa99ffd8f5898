"""What the user chose for single functions and files."""

from pathlib import Path
from typing import Any

import pytest

from aioport.api import Conversion, convert_project
from aioport.planning.chosen import ChoiceError
from aioport.settings import Options
from tests.cli.running import write_files

CLIENT = """\
import time


def wait():
    time.sleep(1)


def other():
    time.sleep(2)


async def live():
    time.sleep(3)
    wait()
"""

APP = """\
from shop.client import wait


def main():
    wait()


if __name__ == "__main__":
    main()
"""

LOOP = """\
import requests


def sizes(urls: list[str]) -> list[int]:
    return [len(requests.get(url).text) for url in urls]


if __name__ == "__main__":
    print(sizes(["http://127.0.0.1/"]))
"""


def convert(folder: Path, settings: str = "", **options: Any) -> Conversion:
    files = {"shop/__init__.py": "", "shop/client.py": CLIENT, "shop/app.py": APP, "loop.py": LOOP}
    write_files(folder, {**files, "pyproject.toml": f"[tool.aioport]\n{settings}\n"})
    return convert_project(folder, Options(**options))


@pytest.mark.parametrize(
    "pattern", ["shop.client", "shop/client.py", "*.client", "shop.client.*", "client.py"]
)
def test_nothing_else_changes_with_only(tmp_path: Path, pattern: str) -> None:
    """A file, a module or a pattern for either; what is called from elsewhere stays sync, and runs in a thread."""
    made = convert(tmp_path, only=(pattern,))
    assert made.files.keys() == {"shop/client.py", "shop/_aio.py"}
    assert "await offload(wait)" in made.files["shop/client.py"]
    assert any(f"it is to stay as it is (--only {pattern})" in reason for reason in made.reasons)


def test_the_rest_changes_with_exclude(tmp_path: Path) -> None:
    """What is excluded is read all the same, so that what it calls stays usable for it."""
    made = convert(tmp_path, keep=("shop/app.py",))
    assert made.files.keys() == {"shop/client.py", "shop/_aio.py", "loop.py"}
    assert "\ndef wait():" in made.files["shop/client.py"]
    assert "await asyncio.sleep(3)" in made.files["shop/client.py"]


def test_an_async_function_that_is_excluded_stays_as_it_is(tmp_path: Path) -> None:
    """Nothing in it is awaited that was not before."""
    made = convert(tmp_path, keep=("shop.client.live",))
    assert "async def live():\n    time.sleep(3)\n    wait()\n" in made.files["shop/client.py"]


def test_the_settings_decide_for_functions(tmp_path: Path) -> None:
    """One that nothing async calls becomes async all the same, and one stays; the last pattern counts."""
    settings = 'functions = {"shop.client.*" = "keep", "shop.client.other" = "async"}'
    made = convert(tmp_path, settings)
    assert "async def other():\n    await asyncio.sleep(2)" in made.files["shop/client.py"]
    assert "def wait():\n    time.sleep(1)" in made.files["shop/client.py"]
    assert any('[tool.aioport.functions] "shop.client.*"' in reason for reason in made.reasons)


def test_loops_of_a_function_stay_sequential(tmp_path: Path) -> None:
    """It becomes async as before, and its waits follow one another."""
    assert "gather(" in convert(tmp_path / "proven").files["loop.py"]
    made = convert(tmp_path / "chosen", 'functions = {"loop.sizes" = "sequential"}')
    assert "gather(" not in made.files["loop.py"]
    assert "async def sizes" in made.files["loop.py"]
    assert any("its loops stay sequential" in reason for reason in made.reasons)


def test_only_what_is_safe_changes(tmp_path: Path) -> None:
    """A function with a call that nobody knows would have to be reviewed."""
    program = "import time\n\n\ndef wait(thing):\n    time.sleep(1)\n    thing.go()\n\n\ndef nap():\n    time.sleep(2)\n\n\n"
    program += "if __name__ == '__main__':\n    wait(input())\n    nap()\n"
    write_files(tmp_path, {"program.py": program.replace("(thing)", "(thing)", 1)})
    text = convert_project(tmp_path, Options(safe_only=True)).files["program.py"]
    assert "async def nap" in text
    assert "\ndef wait(thing)" in text
    assert "async def wait" in convert_project(tmp_path, Options()).files["program.py"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": ("shop.clint",)}, "--only shop.clint: names nothing in the project; there is shop.client"),
        (
            {"keep": ("shop/ap.py",)},
            "--exclude shop/ap.py: names nothing in the project; there is shop/app.py",
        ),
    ],
)
def test_a_pattern_that_names_nothing(tmp_path: Path, options: dict[str, Any], message: str) -> None:
    """It is told with what is nearest: a slip must not convert everything, or nothing."""
    with pytest.raises(ChoiceError) as caught:
        convert(tmp_path, **options)
    assert str(caught.value).startswith(message)
