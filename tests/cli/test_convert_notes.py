"""`aioport convert --notes` and `--keep-api`: what other code has to know, and what goes on working for it."""

import subprocess
import sys
from pathlib import Path

from tests.cli.running import invoke, write_files

STORE = """\
import time


class Store:
    def __init__(self, url, *, retries=3):
        time.sleep(0)
        self.url = url

    @property
    def size(self):
        time.sleep(0)
        return 3

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        time.sleep(0)

    def items(self, first):
        time.sleep(0)
        yield first

    def load(self, key, /, *more, deep=False, **rest):
        time.sleep(0)
        return key

    @staticmethod
    def ping(host):
        time.sleep(0)


def _hidden():
    time.sleep(0)


def open_store(url):
    _hidden()
    return Store(url)
"""


def note(folder: Path, *words: str) -> str:
    file = folder / "NOTES.md"
    write_files(
        folder / "src", {"store.py": STORE, "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n'}
    )
    result = invoke("convert", folder / "src", "--entry", "api", "--notes", file, *words)
    assert result.exit_code == 0, result.output
    assert f"what changed for callers is written to {file}" in result.stderr
    return file.read_text()


def test_the_note_tells_each_use(tmp_path: Path) -> None:
    """Before and now, by what it is; nothing of what is private."""
    text = note(tmp_path)
    assert text.startswith("# Moving to the asyncio version of shop\n")
    for row in (
        "| `store.open_store(url)` | `await store.open_store(url)` |",
        "| `store.Store.load(key, *more, deep=…, **rest)` | `await store.Store.load(key, *more, deep=…, **rest)` |",
        "| `store.Store.ping(host)` | `await store.Store.ping(host)` |",
        "| `store.Store(url, retries=…)` | `await store.Store.create(url, retries=…)` |",
        "| `store.Store.size` | `await store.Store.size()` |",
        "| `with store.Store` | `async with store.Store` |",
        "| `for item in store.Store.items(first)` | `async for item in store.Store.items(first)` |",
    ):
        assert row in text
    assert "_hidden" not in text


def test_the_api_goes_on_working(tmp_path: Path) -> None:
    """With --keep-api its sync names do what they did, and what has one form only stays what it is."""
    text = note(tmp_path, "--keep-api", "--write")
    assert "`store.open_store(url), or await store.aopen_store(url)`" in text
    assert "- `store.Store.size`: kept: its sync form is kept" in text
    script = """
import asyncio, store
one = store.open_store("u")
with one as inner:
    print(inner.size, list(inner.items(1)), inner.load("k"))
async def main():
    two = await store.aopen_store("v")
    async with two as inner:
        print(inner.size, [item async for item in inner.aitems(1)], await inner.aload("k"))
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path / "src", capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "3 [1] k\n3 [1] k\n"


def test_nothing_changed_for_callers(tmp_path: Path) -> None:
    """Then the note says so."""
    write_files(tmp_path, {"one.py": "def add(a, b):\n    return a + b\n"})
    result = invoke("convert", tmp_path, "--notes", tmp_path / "n.md")
    assert result.exit_code == 0
    assert "Nothing that other code can call has changed" in (tmp_path / "n.md").read_text()
