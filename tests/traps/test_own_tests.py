"""The project's own tests: they run what becomes async, and what they put in its place is asynchronous as well."""

from pathlib import Path

import pytest

from tests.traps.suites import Suite, convert_suite
from tests.traps.table import trap

FETCHER = """
import time
import requests


class Client:
    def __init__(self, base):
        self.base = base

    def get(self, path):
        response = requests.get(self.base + path)
        response.raise_for_status()
        return response.json()

    def retry(self, path, attempts=3):
        for attempt in range(attempts):
            try:
                return self.get(path)
            except ValueError:
                time.sleep(2**attempt)
        raise RuntimeError("gave up")


def fetch_all(client, paths):
    return [client.get(path) for path in paths]
"""

TESTS = """
from unittest import mock
from unittest.mock import MagicMock, Mock, patch

import pytest

import fetcher
from fetcher import Client, fetch_all


@pytest.fixture
def client():
    return Client("http://x")


@patch("fetcher.requests.get")
def test_get(get, client):
    get.return_value.json.return_value = {"a": 1}
    assert client.get("/a") == {"a": 1}
    get.assert_called_once_with("http://x/a")


def test_retry(client, monkeypatch):
    monkeypatch.setattr(client, "get", Mock(side_effect=[ValueError, 3]))
    with mock.patch("time.sleep") as sleep:
        assert client.retry("/a") == 3
    sleep.assert_called_once_with(1)


def test_gives_up(client):
    with patch.object(Client, "get", side_effect=ValueError), patch("fetcher.time.sleep"):
        with pytest.raises(RuntimeError):
            client.retry("/a")


def test_all():
    client = MagicMock()
    client.get.side_effect = [1, 2]
    assert fetch_all(client, ["a", "b"]) == [1, 2]


class Fake:
    def get(self, path):
        return path


def test_fake():
    assert fetch_all(Fake(), ["a", "b"]) == ["a", "b"]


def test_lambda(monkeypatch, client):
    monkeypatch.setattr(fetcher.Client, "get", lambda self, path: 3)
    assert client.retry("x") == 3
"""


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    """The public functions become async, with tests in all styles around them."""
    root = tmp_path_factory.mktemp("fetcher")
    return convert_suite(root, {"fetcher.py": FETCHER, "tests/test_fetcher.py": TESTS}, entry=("api",))


@trap(78, "converted", "a test that stays sync runs what became async")
@trap(80, "converted", "mocks, lambdas and fakes of what becomes async are awaited")
def test_a_suite_passes_as_before(suite: Suite) -> None:
    """All tests pass before and after, and none is skipped."""
    assert suite.before.others == 0
    assert (suite.after.passed, suite.after.others) == (suite.before.passed, 0), suite.after.output


def test_calls_are_run_where_they_stand(suite: Suite) -> None:
    """A test stays a plain function, and runs each call."""
    text = suite.files["tests/test_fetcher.py"]
    assert 'assert run_sync(client.get("/a")) == {"a": 1}' in text
    assert "async def test" not in text


@trap(80, "kept", "what tests patch is still called: `requests.get` in a thread")
def test_what_tests_replace_is_still_called(suite: Suite) -> None:
    """Tests that patch `requests.get` and `time.sleep` choose that both are offloaded, and the reason says so."""
    text = suite.files["fetcher.py"]
    assert "await offload(requests.get, self.base + path)" in text
    assert "await offload(time.sleep, 2**attempt)" in text
    assert any(
        "tests/test_fetcher.py:15 replaces requests.get" in reason for reason in suite.conversion.reasons
    )


def test_a_plugin_is_proposed(suite: Suite) -> None:
    """None is installed here: with one, the tests would become async."""
    assert any(
        "tests run what becomes async where it is called; with pytest-asyncio installed" in reason
        for reason in suite.conversion.reasons
    )


def test_stand_ins_are_asynchronous(suite: Suite) -> None:
    """A mock becomes an AsyncMock, a lambda is wrapped, a class like the real one becomes async."""
    text = suite.files["tests/test_fetcher.py"]
    assert 'monkeypatch.setattr(client, "get", mock.AsyncMock(side_effect=[ValueError, 3]))' in text
    assert 'monkeypatch.setattr(fetcher.Client, "get", asynced(lambda self, path: 3))' in text
    assert "client = MagicMock(get=mock.AsyncMock())" in text
    assert "    async def get(self, path):\n        return path" in text


CHOSEN = """
[tool.aioport.targets]
requests = "native"
"""


def test_the_users_target_wins(tmp_path: Path) -> None:
    """Under `[tool.aioport.targets]`, a library is rewritten whatever tests replace, and another one is not."""
    files = {"pyproject.toml": CHOSEN, "fetcher.py": FETCHER, "tests/test_fetcher.py": TESTS}
    text = convert_suite(tmp_path, files, entry=("api",)).files["fetcher.py"]
    assert "shared(aiohttp.ClientSession)" in text
    assert "await offload(time.sleep, 2**attempt)" in text


@trap(80, "kept", "with `responses`, `requests_mock` or vcrpy in the tests, requests is called in a thread")
def test_libraries_that_answer_for_requests(tmp_path: Path) -> None:
    """What answers in the place of requests in tests goes on doing so."""
    for number, (head, test) in enumerate(
        [
            ("import responses", "@responses.activate\ndef test(): Client('').get('')"),
            ("", "def test(requests_mock): Client('').get('')"),
            ("import vcr", "@vcr.use_cassette('a')\ndef test(): Client('').get('')"),
            ("import pytest", "@pytest.mark.vcr\ndef test(): Client('').get('')"),
        ]
    ):
        text = f"{head}\n\nfrom fetcher import Client\n\n\n{test}\n"
        root = tmp_path / str(number)
        files = convert_suite(root, {"fetcher.py": FETCHER, "test_fetcher.py": text}, entry=("api",)).files
        assert "await offload(requests.get, self.base + path)" in files["fetcher.py"]
        assert "await asyncio.sleep(2**attempt)" in files["fetcher.py"]
