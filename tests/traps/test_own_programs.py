"""Programs in strings: what tests hand to `python -c`."""

from pathlib import Path

import pytest

from tests.traps.suites import Suite, convert_suite

PACKAGE = """
import time


class Shop:
    def __init__(self, name):
        self.name = name

    def __call__(self, item):
        time.sleep(0.01)
        return f"{item} of {self.name}"

    def close(self):
        time.sleep(0.01)


def find(item):
    time.sleep(0.01)
    return item.upper()


def look(item):
    time.sleep(0.01)
    return item


def hear(item):
    time.sleep(0.01)
    return item
"""

TESTS = '''
import subprocess
import sys
import textwrap

import shop

SHOWN = "from shop import hear; hear(1)"


def run(program):
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


def test_many_lines():
    script = """
import json

import shop
from shop import find

store = shop.Shop("Ann")
print(store("milk\\\\n"), find(find("a")), {"find": 1}.get("find"))
store.close()
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout == "milk\\n of Ann A 1\\n"


def test_indented():
    script = textwrap.dedent(
        """\\
        from shop import find
        for one in find("ab"):
            print(one)
        """
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["A", "B"]


def test_one_line():
    words = [sys.executable, "-c", "import shop; print(shop.find('x'))"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "X\\n"


def test_handed_on():
    assert run("import shop; print(shop.look('x'))") == "x\\n"


def test_shown():
    assert SHOWN.startswith("from shop")


def test_here():
    assert shop.find("x") == "X"
'''


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """A package whose functions wait, and tests that call them in other interpreters."""
    root: Path = tmp_path_factory.mktemp("shop")
    return convert_suite(root, {"shop/__init__.py": PACKAGE, "test_shop.py": TESTS}, entry=("api",))


def test_programs_run_what_becomes_async(suite: Suite) -> None:
    """Their tests pass, and the functions that they call are asynchronous."""
    assert (suite.before.passed, suite.before.others) == (6, 0), suite.before.output
    assert (suite.after.passed, suite.after.others) == (6, 0), suite.after.output
    package, tests = suite.files["shop/__init__.py"], suite.files["test_shop.py"]
    assert "async def __call__" in package
    assert "async def find" in package
    assert "async def close" in package
    assert 'print(run_sync(store("milk\\\\n")), run_sync(find(run_sync(find("a")))), {"find": 1}' in tests
    assert "import json\n\nimport shop\n" in tests
    assert "\nfrom shop._aio import run_sync\nimport json\n" in tests
    assert "        from shop._aio import run_sync\n        from shop import find\n" in tests
    assert '"from shop._aio import run_sync; import shop; print(run_sync(shop.find(' in tests


def test_what_may_be_no_program_is_left_alone(suite: Suite) -> None:
    """A string that goes elsewhere is not changed, and what it calls stays sync."""
    package, tests = suite.files["shop/__init__.py"], suite.files["test_shop.py"]
    assert "\ndef look" in package
    assert "\ndef hear" in package
    assert 'SHOWN = "from shop import hear; hear(1)"' in tests
    assert "run(\"import shop; print(shop.look('x'))\")" in tests
