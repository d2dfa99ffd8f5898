"""`aioport explain`."""

from pathlib import Path

import pytest

from tests.cli.running import invoke, invoke_json, write_files

SERVICE = """\
import time

import requests


class Client:
    def fetch(self, url):
        return requests.get(url).json()

    def quiet(self):
        return 1


async def handler(hooks):
    client = Client()
    client.fetch("http://localhost/")  # aioport: allow[network] it is the same machine
    hooks.fetch("x")


def quiet():
    return 2


def main():
    é = 1; time.sleep(é)


if __name__ == "__main__":
    main()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a project in it."""
    monkeypatch.chdir(write_files(tmp_path, {"service.py": SERVICE}))
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_function() -> None:
    """What it is, who calls it, what it waits for, on which loop it runs, and what becomes of it."""
    assert (
        invoke("explain", "service.Client.fetch").stdout
        == """\
def service.Client.fetch  service.py:7
  called by
    service.handler  service.py:16
  reached from
    service.handler  service.py:14
    -> service.Client.fetch  service.py:16
  waits for requests.get (network, seconds)
    service.Client.fetch  service.py:7
    -> requests.get  service.py:8
  runs on an event loop
    service.handler  service.py:14
    -> service.Client.fetch  service.py:16
  convert plans: async, because it awaits requests.get (service.py:8)
"""
    )


@pytest.mark.usefixtures("folder")
def test_a_call() -> None:
    """The calls on a line, innermost or not, with what the catalog says and the rule; then the function around them."""
    text = invoke("explain", "service.py:8:17").stdout
    assert text.startswith(
        "requests.get(url)  service.py:8:16\n  in service.Client.fetch\n  runs requests.get\n"
    )
    assert "\n  waits for requests.get (network, seconds)\n" in text
    assert "\n  catalog file requests: " in text
    assert "\n    requests.get waits: network, seconds, treatment offload\n" in text
    assert "\n    rule: requests.get(" in text
    assert "\n  convert plans: native, because requests.get has an async counterpart" in text
    assert "\n\ndef service.Client.fetch  service.py:7\n" in text


@pytest.mark.usefixtures("folder")
def test_an_unknown_call() -> None:
    """It is said that it is not known what it runs, what it may be, and which comment speaks of the line above."""
    document = invoke_json("explain", "service.py:17")
    [call] = document["calls"]
    assert call["text"] == 'hooks.fetch("x")'
    assert call["runs"] == []
    assert call["unknown"]["candidates"] == ["service.Client.fetch"]
    [function] = document["functions"]
    assert [one["text"] for one in function["unknown"]] == ["hooks.fetch"]
    assert "may be service.Client.fetch" in invoke("explain", "service.py:17").stdout


@pytest.mark.usefixtures("folder")
def test_an_allow_comment() -> None:
    """What a comment allows is told with its reason."""
    [call] = invoke_json("explain", "service.py:16")["calls"]
    assert call["allowances"] == [
        {"path": "service.py", "line": 16, "names": ["network"], "reason": "it is the same machine"}
    ]
    assert (
        "  allowed: network: it is the same machine  service.py:16\n"
        in invoke("explain", "service.py:16").stdout
    )


@pytest.mark.usefixtures("folder")
def test_columns_count_characters() -> None:
    """A letter of two bytes before the call is one column."""
    [call] = invoke_json("explain", "service.py:25:12")["calls"]
    assert (call["text"], call["column"], call["loop"]) == ("time.sleep(é)", 12, [])


@pytest.mark.usefixtures("folder")
def test_nothing_there() -> None:
    """What is wrong is said on stderr, with what is near; the exit code is 2, and there is no report."""
    result = invoke("explain", "service.py:2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("aioport: service.py:2: nothing is called or defined there; the nearest ")


def test_a_file_that_is_no_python(folder: Path) -> None:
    """It is named on stderr and makes the exit code 2; the rest is explained."""
    write_files(folder, {"broken.py": "def f(:\n"})
    result = invoke("explain", "main")
    assert result.exit_code == 2
    assert "waits for time.sleep" in result.stdout
    assert result.stderr.startswith("broken.py:1: ")


def test_a_file_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file outside of the current folder is read with what is around it, up to its pyproject.toml."""
    write_files(
        folder, {"inner/here.py": "", "other/pyproject.toml": "", "other/a/b.py": "def f():\n    pass\n"}
    )
    monkeypatch.chdir(folder / "inner")
    [function] = invoke_json("explain", folder / "other" / "a" / "b.py:1")["functions"]
    assert function["path"] == "a/b.py"
