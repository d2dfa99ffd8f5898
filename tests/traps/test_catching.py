"""`except` clauses around calls whose library changes."""

import tempfile
from pathlib import Path
from textwrap import dedent

from aioport.api import convert_project
from aioport.settings import Options
from tests.traps.table import trap

PROGRAM = """
    import asyncio
    import socket

    import requests


    def fetch(url):
        try:
            return requests.get(url, timeout=1).text
        except TimeoutError:
            return "mine"


    def guarded(url):
        try:
            return requests.get(url, timeout=1).text
        except requests.Timeout:
            return "theirs"
        except (TimeoutError, ValueError):
            return "mine"


    def below(url):
        try:
            return fetch(url)
        except requests.RequestException:
            return "theirs"
        except socket.timeout:
            return "mine"


    def reached(url):
        try:
            return fetch(url)
        except (KeyError, asyncio.TimeoutError):
            return "mine"


    def other(text):
        try:
            return int(text)
        except TimeoutError:
            return 0


    if __name__ == "__main__":
        print(fetch("http://127.0.0.1:1/"), guarded("http://127.0.0.1:1/"), below("http://127.0.0.1:1/"))
        print(reached("http://127.0.0.1:1/"), other("1"))
"""


@trap(51, "reported", "a clause that catches the new library's time-outs and did not catch the old one's")
@trap(51, "converted", "a library's own time-outs become those of the new one")
def test_clauses_that_catch_more() -> None:
    """`except TimeoutError` without a clause of the library's own before it is suggested for review."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "program.py").write_text(dedent(PROGRAM).lstrip())
        conversion = convert_project(Path(folder).resolve(), Options())
    text = conversion.files["program.py"]
    assert "except aiohttp.ServerTimeoutError:" in text
    found = [one for one in conversion.reasons if "did not catch requests.Timeout" in one]
    assert len(found) == 2
    assert any("`except TimeoutError`" in one for one in found)
    assert any("`except asyncio.TimeoutError`" in one for one in found)
