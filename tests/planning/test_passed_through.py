"""`**options` that are handed on to a library's function, by all that the project passes."""

from pathlib import Path

import pytest

from tests.check import check_converts
from tests.planning.deciding import decide

CLIENT = """
import requests


class Client:
    def __init__(self, base):
        self.base = base
        self.session = requests.Session()

    def _send(self, method, path, **options):
        response = self.session.request(method, self.base + path, **options)
        response.raise_for_status()
        return response.json()

    def get(self, path, **options):
        return self._send("GET", path, **options)

    def post(self, path, payload):
        return self._send("POST", path, json=payload)


def main():
    client = Client("http://localhost:8000")
    print(client.get("/a", params={"page": 1}), client.post("/b", {"x": 1}), client.get("/c"))


if __name__ == "__main__":
    main()
"""


def test_options_that_mean_the_same_are_handed_on() -> None:
    """`params` and `json` are all that arrives, by way of two functions, and the other library takes both as they are."""
    check_converts(
        CLIENT,
        """
import aiohttp

from _aio import owned, run


class Client:
    def __init__(self, base):
        self.base = base
        self.session = owned(aiohttp.ClientSession)

    async def _send(self, method, path, **options):
        async with self.session.request(method, self.base + path, **options) as response:
            response.raise_for_status()
            return await response.json()

    async def get(self, path, **options):
        return await self._send("GET", path, **options)

    async def post(self, path, payload):
        return await self._send("POST", path, json=payload)


async def main():
    client = Client("http://localhost:8000")
    print(await client.get("/a", params={"page": 1}), await client.post("/b", {"x": 1}), await client.get("/c"))


if __name__ == "__main__":
    run(main())
""",
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('client.get("/c")', 'client.get("/c", timeout=3)'),
        ('client.get("/c")', 'client.get("/c", **dict(verify=False))'),
        (
            '        return self._send("GET"',
            '        options.setdefault("timeout", 3)\n        return self._send("GET"',
        ),
        ("import requests", '__all__ = ["Client"]\n\nimport requests'),
        ("def main():", "def reading(client: Client):\n    return client.get\n\n\ndef main():"),
    ],
    ids=["another meaning", "unknown", "changed", "exported", "passed on"],
)
def test_options_that_may_mean_something_else_stay(tmp_path: Path, old: str, new: str) -> None:
    """A time-out, what is not written out, what the function adds, and what other people's code may pass."""
    assert old in CLIENT
    decided = decide(tmp_path, {"program.py": CLIENT.replace(old, new)})
    text = decided.files.get("program.py", CLIENT)
    assert "aiohttp" not in text
    assert any("unpacked with `**`" in reason for reason in decided.conversion.reasons)


def test_what_arrives_by_two_ways_is_all_known(tmp_path: Path) -> None:
    """`timeout` ends in a parameter on one way, and arrives on the other."""
    both = """
    def quick(self, path, timeout=None, **options):
        return self._send("HEAD", path, **options)

    def get(self, path, **options):
        return self.quick(path, **options) or self._send("GET", path, **options)
"""
    get = """
    def get(self, path, **options):
        return self._send("GET", path, **options)
"""
    assert get in CLIENT
    program = CLIENT.replace(get, both).replace('client.get("/c")', 'client.get("/c", timeout=3)')
    decided = decide(tmp_path, {"program.py": program})
    assert "aiohttp" not in decided.files.get("program.py", program)
