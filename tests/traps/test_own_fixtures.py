"""Fixtures, stubs and parametrized tests of pytest around what becomes async, run before and after."""

from pathlib import Path

import pytest

from tests.planning.deciding import decide
from tests.traps.suites import Suite, convert_suite
from tests.traps.table import trap

TILL = """
import time


class Till:
    def get(self, key):
        time.sleep(0.001)
        return key

    def close(self):
        time.sleep(0.001)


def checkout(till, key):
    return till.get(key)
"""

CONFTEST = """
import pytest

from till import Till


@pytest.fixture
def thing():
    return Till()


@pytest.fixture(name="other")
def make_other(thing):
    thing.get("fixture")
    yield thing
    thing.close()
"""

TILL_TESTS = """
from types import SimpleNamespace

from till import checkout


def test_get(thing):
    assert thing.get(1) == 1


def test_other(other):
    assert other.get(1) == 1


def test_stub():
    assert checkout(SimpleNamespace(get=lambda key: key * 2, close=print), 3) == 6
"""

SHOP = """
import time
import functools


def register(*functions, key=None):
    def decorate(f):
        return f
    return decorate


def load(key):
    time.sleep(0.001)
    return key


def other(key):
    time.sleep(0.001)
    return key * 2


class A:
    def run(self, key):
        time.sleep(0.001)
        return key
"""

SHOP_TESTS = """
import pytest
import shop
from shop import A, load, other

CASES = [(load, 2), (other, 4)]


@pytest.mark.parametrize("f", [load, shop.other])
def test_get(f):
    assert f(2) in (2, 4)


@pytest.mark.parametrize(("f", "result"), CASES)
def test_cases(f, result):
    assert f(2) == result


@pytest.mark.parametrize("call", [lambda: load(2), pytest.param(lambda: A().run(2), id="x")])
def test_lambdas(call):
    assert call() == 2


def check(f):
    return f(2)


def test_check():
    assert check(load) == 2
    assert check(lambda key: 2) == 2
"""


LATE_TESTS = """
import pytest
from shop import A


@pytest.mark.parametrize("name", ["run"])
def test_late(name):
    a = A()
    assert getattr(a, name)(3) == 3
    method = getattr(a, name)
    assert method(4) == 4
    assert getattr(a, "run")(5) == 5
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """Two small modules with their tests in one project."""
    files = {
        "till.py": TILL,
        "conftest.py": CONFTEST,
        "test_till.py": TILL_TESTS,
        "shop.py": SHOP,
        "test_shop.py": SHOP_TESTS,
        "test_late.py": LATE_TESTS,
    }
    return convert_suite(tmp_path_factory.mktemp("fixtures"), files, entry=("api",))


def test_a_suite_passes_as_before(suite: Suite) -> None:
    """All tests pass before and after, and none is skipped."""
    assert suite.before.others == 0
    assert (suite.after.passed, suite.after.others) == (suite.before.passed, 0), suite.after.output


@trap(78, "converted", "a fixture runs what became async, and a test knows what a fixture makes")
def test_fixtures(suite: Suite) -> None:
    """The parameter of a test has the type of what the fixture of its name makes, here or in `conftest.py`."""
    assert "assert run_sync(thing.get(1)) == 1" in suite.files["test_till.py"]
    assert "assert run_sync(other.get(1)) == 1" in suite.files["test_till.py"]
    assert "run_sync(thing.close())" in suite.files["conftest.py"]


@trap(80, "converted", "functions in a stub that is made of keywords are awaited")
def test_stubs(suite: Suite) -> None:
    """A stub with methods of one class only stands in for it."""
    assert (
        "SimpleNamespace(get=asynced(lambda key: key * 2), close=asynced(print))"
        in (suite.files["test_till.py"])
    )


def test_parameters(suite: Suite) -> None:
    """A function that a decorator of a test is given is called by the test."""
    text = suite.files["test_shop.py"]
    assert 'parametrize("f", [synced(load), synced(shop.other)])' in text
    assert 'parametrize(("f", "result"), synced(CASES))' in text
    assert "pytest.param(lambda: run_sync(A().run(2)), id=" in text


@trap(
    87, "converted", "what a test looks up by a name that is known when it runs only gets a sync form there"
)
def test_lookups_in_tests(suite: Suite) -> None:
    """A test calls it on the spot, or keeps it in a variable."""
    text = suite.files["test_late.py"]
    assert "assert synced(getattr(a, name))(3) == 3" in text
    assert "method = synced(getattr(a, name))" in text
    assert 'run_sync(getattr(a, "run")(5))' in text


DISPATCHING = """
import time


class Client:
    def touch(self, key):
        time.sleep(0.001)
        return key

    def put(self, key):
        time.sleep(0.001)
        return key

    def leave(self):
        time.sleep(0.001)

    def stay(self):
        time.sleep(0.001)


class Many:
    def __init__(self, clients):
        self.clients = clients

    def run(self, command, key):
        for client in self.clients.values():
            self.safely(getattr(client, command), key)

    def safely(self, function, *args):
        return function(*args)

    def touch_all(self, key):
        self.run("touch", key)

    def put_all(self, key):
        self.run(command="put", key=key)

    def leave_all(self):
        for client in self.clients.values():
            self.safely(client.leave)
"""


@trap(
    87,
    "kept",
    "a method is looked up by a name that callers pass, or passed on as an attribute of something unknown",
)
def test_methods_that_may_be_meant(tmp_path: Path) -> None:
    """They stay sync; one that nothing can mean becomes async."""
    text = decide(tmp_path, {"many.py": DISPATCHING}, entry=("api",)).files["many.py"]
    assert "async def stay(self):" in text
    for name in ("touch", "put", "leave"):
        assert f"async def {name}(" not in text


PLUGINS = """
[project]
name = "loader"
version = "1"

[project.entry-points."loader.commands"]
slow = "loader:slow"
"""

LOADER = """
import time
from importlib.metadata import entry_points


def slow():
    nap()


def nap():
    time.sleep(0.001)


def dispatch(name):
    (found,) = entry_points(group="loader.commands", name=name)
    return found.load()()
"""


@trap(87, "converted", "what an entry point names keeps a sync form, and who loads it stays sync")
def test_entry_points_of_plugins(tmp_path: Path) -> None:
    """Other programs load and call it."""
    files = {"pyproject.toml": PLUGINS, "loader.py": LOADER, "test_loader.py": "def test(): pass\n"}
    text = convert_suite(tmp_path, files, entry=("api",)).files["loader.py"]
    assert "async def aslow():" in text
    assert "def slow():\n    return run(aslow())" in text
    assert "\ndef dispatch(name):" in text


CALLBACK = """
import time

import click


def check(context, parameter, value):
    time.sleep(0.001)
    return value


@click.command()
@click.option("--name", callback=check)
def main(name):
    print(name)
"""


@trap(84, "kept", "a function that a decorator is given is called by whoever made the decorator")
def test_functions_in_the_arguments_of_decorators(tmp_path: Path) -> None:
    """The checker's report does not have them."""
    suite = convert_suite(tmp_path, {"app.py": CALLBACK, "test_app.py": "def test(): pass\n"}, entry=("api",))
    assert "async def check" not in suite.files["app.py"]


def _environment(folder: Path, package: str) -> str:
    """An environment in which a package is installed, as far as its name says."""
    home = folder / "environment"
    site = home / "lib/python3.11/site-packages" / package
    site.mkdir(parents=True)
    (site / "__init__.py").write_text(
        "from typing import Any\n\n\ndef fixture(*args: Any, **kwargs: Any) -> Any: ...\n", "utf-8"
    )
    (home / "pyvenv.cfg").write_text("version = 3.11.0\n", "utf-8")
    return str(home)


@trap(
    78,
    "converted",
    "with pytest-asyncio, tests and fixtures become async, with its mark or in its automatic mode",
)
@pytest.mark.parametrize("mode", ["", '[tool.pytest.ini_options]\nasyncio_mode = "auto"\n'])
def test_with_pytest_asyncio(tmp_path: Path, mode: str) -> None:
    """In strict mode a test is marked, and a fixture is the plugin's; in automatic mode neither has to be."""
    root = tmp_path / "project"
    files = {"pyproject.toml": mode, "till.py": TILL, "conftest.py": CONFTEST, "test_till.py": TILL_TESTS}
    made = decide(root, files, entry=("api",), python=_environment(tmp_path, "pytest_asyncio")).files
    assert "async def test_get(thing):\n    assert await thing.get(1) == 1" in made["test_till.py"]
    assert "async def make_other(thing):\n    await thing.get" in made["conftest.py"]
    if mode:
        assert "@pytest.mark.asyncio" not in made["test_till.py"]
        assert '@pytest.fixture(name="other")' in made["conftest.py"]
    else:
        assert "@pytest.mark.asyncio\nasync def test_get" in made["test_till.py"]
        assert '@pytest_asyncio.fixture(name="other")' in made["conftest.py"]
        assert "@pytest.fixture\ndef thing():" in made["conftest.py"]


@trap(78, "converted", "with anyio, where the tests use it already, tests get its mark")
def test_with_anyio(tmp_path: Path) -> None:
    """anyio comes with many libraries: being installed is not enough."""
    backend = "\n\n@pytest.fixture\ndef anyio_backend():\n    return 'asyncio'\n"
    python = _environment(tmp_path, "anyio")
    for name, text in (("used", backend), ("unused", "")):
        files = {"till.py": TILL, "conftest.py": CONFTEST + text, "test_till.py": TILL_TESTS}
        made = decide(tmp_path / name, files, entry=("api",), python=python).files
        assert ("@pytest.mark.anyio\nasync def test_get" in made["test_till.py"]) == bool(text)
        assert "run_sync(thing.get(" in made["conftest.py"]


@trap(
    78, "kept", "what is handed to a test by its decorator is called synchronously, and the test stays sync"
)
def test_parameters_in_an_async_suite(tmp_path: Path) -> None:
    """A function that is given as a parameter comes in a sync form."""
    python = _environment(tmp_path, "pytest_asyncio")
    files = {"shop.py": SHOP, "test_shop.py": SHOP_TESTS}
    made = decide(tmp_path / "project", files, entry=("api",), python=python).files
    assert "async def" not in made["test_shop.py"]
