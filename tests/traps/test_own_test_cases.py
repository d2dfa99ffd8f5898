"""A suite of unittest around files, waits, generators, context managers, threads and mocks, run before and after."""

import pytest

from tests.traps.suites import Suite, convert_suite
from tests.traps.table import trap

STORE = """
import json
import time
from contextlib import contextmanager


class Locked(Exception):
    pass


class Store:
    def __init__(self, path):
        self.path = path
        self.opened = 0

    def load(self):
        with open(self.path) as file:
            return json.load(file)

    def save(self, data):
        with open(self.path, "w") as file:
            json.dump(data, file)

    @property
    def size(self):
        return len(self.load())

    def items(self):
        for key, value in sorted(self.load().items()):
            time.sleep(0.001)
            yield key, value

    @contextmanager
    def locked(self):
        time.sleep(0.001)
        self.opened += 1
        try:
            yield self
        finally:
            time.sleep(0.001)
            self.opened -= 1

    def __enter__(self):
        time.sleep(0.001)
        return self

    def __exit__(self, *error):
        time.sleep(0.001)

    def take(self, key):
        data = self.load()
        if key not in data:
            raise KeyError(key)
        value = data.pop(key)
        self.save(data)
        return value
"""

ORDERS = """
import time

from shop.store import Store


def notify(text):
    time.sleep(0.01)
    return text


class Orders:
    def __init__(self, store: Store, notify=notify):
        self.store = store
        self.notify = notify

    def order(self, key):
        value = self.store.take(key)
        self.notify(f"{key} for {value}")
        return value

    def total(self):
        return sum(value for _, value in self.store.items())


def place(path, key):
    orders = Orders(Store(path))
    with orders.store.locked():
        return orders.order(key)
"""

HELPERS = """
import json


def write(path, data):
    path.write_text(json.dumps(data))


class FakeStore:
    def __init__(self):
        self.taken = []

    def take(self, key):
        self.taken.append(key)
        return 7
"""

TESTS = """
import pathlib
import shutil
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from unittest import mock

from shop import orders
from shop.orders import Orders, place
from shop.store import Store

from tests.helpers import FakeStore, write


class StoreTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = self.folder / "store.json"
        write(self.path, {"a": 1, "b": 2})
        self.store = Store(self.path)
        self.seen = self.store.load()
        self.addCleanup(self.store.save, {})

    def test_load(self):
        self.assertEqual(self.store.load(), self.seen)

    def test_size(self):
        self.assertEqual(self.store.size, 2)
        self.assertTrue(self.store.size > 1 and self.store.size < 3)

    def test_items(self):
        self.assertEqual(list(self.store.items()), [("a", 1), ("b", 2)])
        self.assertEqual(next(self.store.items()), ("a", 1))
        self.assertEqual({key: value for key, value in self.store.items()}, self.seen)
        for key, value in self.store.items():
            self.assertIn(key, self.seen)
            break

    def test_missing(self):
        self.assertRaises(KeyError, self.store.take, "c")
        with self.assertRaises(KeyError):
            self.store.take("c")

    def test_locked(self):
        with self.store.locked() as store:
            self.assertEqual(store.opened, 1)
        self.assertEqual(self.store.opened, 0)
        with self.assertRaises(ValueError):
            with self.store.locked():
                raise ValueError
        self.assertEqual(self.store.opened, 0)

    def test_enter(self):
        with Store(self.path) as store:
            self.assertEqual(store.take("a"), 1)

    def test_threads(self):
        thread = Thread(target=self.store.take, args=("a",))
        thread.start()
        thread.join()
        self.assertEqual(self.store.load(), {"b": 2})
        with ThreadPoolExecutor(2) as pool:
            self.assertEqual(pool.submit(self.store.load).result(), {"b": 2})

    def tearDown(self):
        self.store.save({})


class OrdersTest(unittest.TestCase):
    @mock.patch("shop.orders.notify")
    def test_order(self, notify):
        store = mock.Mock()
        store.take.return_value = 5
        self.assertEqual(Orders(store, notify).order("a"), 5)
        notify.assert_called_once_with("a for 5")

    def test_fake(self):
        fake = FakeStore()
        told = []
        self.assertEqual(Orders(fake, told.append).order("x"), 7)
        self.assertEqual((fake.taken, told), (["x"], ["x for 7"]))

    def test_place(self):
        with mock.patch.object(Store, "take", return_value=3) as take:
            with mock.patch.object(orders, "notify", lambda text: None):
                self.assertEqual(place("p", "k"), 3)
        take.assert_called_once_with("k")

    def test_spec(self):
        store = mock.create_autospec(Store, instance=True)
        store.take.return_value = 2
        self.assertEqual(Orders(store, mock.Mock()).order("a"), 2)

    def test_class(self):
        with mock.patch("shop.orders.Store") as made:
            made.return_value.take.return_value = 9
            self.assertEqual(place("p", "k"), 9)


if __name__ == "__main__":
    unittest.main()
"""

MORE = """
import pathlib
import tempfile
import unittest
from unittest import mock

from shop.orders import place
from shop.store import Store
from tests.helpers import write


class Base(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(tempfile.mkdtemp()) / "store.json"
        write(self.path, {"a": 1, "b": 2})
        self.store = Store(self.path)
        self.seen = self.store.load()
        self.addCleanup(self.store.save, {})

    def tearDown(self):
        self.store.save({})


class MoreTest(Base):
    def test_load(self):
        self.assertEqual(self.store.load(), self.seen)
        self.assertRaises(KeyError, self.store.take, "c")
        self.assertEqual([key for key, _ in self.store.items()], ["a", "b"])

    def test_locked(self):
        with self.store.locked() as store, self.assertRaises(KeyError):
            store.take("x")

    def test_nothing(self):
        self.assertTrue(self.seen)

    @mock.patch("shop.orders.notify")
    def test_place(self, notify):
        self.assertEqual(place(self.path, "a"), 1)
        notify.assert_not_called()
"""

PROJECT = {
    "shop/__init__.py": "",
    "shop/store.py": STORE,
    "shop/orders.py": ORDERS,
    "tests/__init__.py": "",
    "tests/helpers.py": HELPERS,
    "tests/test_store.py": TESTS,
    "tests/test_more.py": MORE,
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """All that is public becomes async."""
    return convert_suite(tmp_path_factory.mktemp("shop"), PROJECT, entry=("api",))


@trap(
    79, "converted", "a test of a TestCase runs what became async, in `setUp`, `tearDown` and clean-ups too"
)
def test_a_suite_passes_as_before(suite: Suite) -> None:
    """All tests pass before and after, and none is skipped."""
    assert suite.before.others == 0
    assert (suite.after.passed, suite.after.others) == (suite.before.passed, 0), suite.after.output


def test_no_test_holds_back_the_code(suite: Suite) -> None:
    """Everything that waits is async, whatever tests do with it."""
    assert "def load(self)" not in suite.files["shop/store.py"].replace("async def load(self)", "")
    for name in ("size", "items", "locked", "__aenter__", "__aexit__", "take", "save"):
        assert f"async def {name}(" in suite.files["shop/store.py"]
    for name in ("notify", "order", "total", "place"):
        assert f"async def {name}(" in suite.files["shop/orders.py"]


@pytest.mark.parametrize(
    "line",
    [
        "self.assertEqual(run_sync(self.store.size()), 2)",
        'self.assertEqual(list(iterate_sync(self.store.items())), [("a", 1), ("b", 2)])',
        "with enter_sync(self.store.locked()) as store:",
        "with enter_sync(Store(self.path)) as store:",
        "self.addCleanup(synced(self.store.save), {})",
        'self.assertRaises(KeyError, synced(self.store.take), "c")',
        'Thread(target=synced(self.store.take), args=("a",))',
        "store = mock.Mock(take=mock.AsyncMock())",
        'mock.patch("shop.orders.Store", **{"return_value.take": mock.AsyncMock()})',
        'mock.patch.object(orders, "notify", asynced(lambda text: None))',
        "Orders(fake, asynced(told.append))",
    ],
)
def test_each_form(suite: Suite, line: str) -> None:
    """Properties, generators, context managers, functions that are handed over, and stand-ins."""
    assert line in suite.files["tests/test_store.py"]


@trap(80, "converted", "a class of tests with the methods of one that becomes async becomes async, too")
def test_fakes(suite: Suite) -> None:
    """What a hand-made fake does is awaited."""
    assert "async def take(self, key):" in suite.files["tests/helpers.py"]
    assert "def write(path, data):" in suite.files["tests/helpers.py"]


@trap(79, "converted", "a TestCase becomes an IsolatedAsyncioTestCase where all in it can be awaited")
@pytest.mark.parametrize(
    "text",
    [
        "class Base(unittest.IsolatedAsyncioTestCase):\n    async def asyncSetUp(self):\n        super().setUp()",
        "self.addAsyncCleanup(self.store.save, {})",
        "    async def asyncTearDown(self):\n        await self.store.save({})",
        '        with self.assertRaises(KeyError):\n            await self.store.take("c")',
        "        async with self.store.locked() as store:\n            with self.assertRaises(KeyError):",
        "    def test_nothing(self):",
        '    @mock.patch("shop.orders.notify")\n    async def test_place(self, notify):',
    ],
)
def test_isolated_test_cases(suite: Suite, text: str) -> None:
    """Set-up, clean-up and tests are awaited by the framework itself."""
    assert text in suite.files["tests/test_more.py"]


def test_what_hands_functions_over_stays_sync(suite: Suite) -> None:
    """A class of tests with a thread that calls what became async keeps its kind, and all of its tests do."""
    assert "class StoreTest(unittest.TestCase):" in suite.files["tests/test_store.py"]
    assert "class OrdersTest(unittest.IsolatedAsyncioTestCase):" in suite.files["tests/test_store.py"]
