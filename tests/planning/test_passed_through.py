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
        ('client.get("/c")', 'client.get("/c", verify=False)'),
        ('client.get("/c")', 'client.get("/c", **dict(verify=False))'),
        ('client.get("/c")', 'client.get("/c", **globals())'),
        (
            '        return self._send("GET"',
            '        options.update(verify=False)\n        return self._send("GET"',
        ),
        (
            '        return self._send("GET"',
            '        if path:\n            options["verify"] = options.pop("v", 0)\n        return self._send("GET"',
        ),
        ('        return self._send("GET"', '        self.last = options\n        return self._send("GET"'),
        (
            '        return self._send("GET"',
            '        for options in ({"json": 1}, {}):\n            pass\n        return self._send("GET"',
        ),
        (
            '        return self._send("GET"',
            '        fill = lambda options: options.update(verify=1)\n        return self._send("GET"',
        ),
        (
            '        return self._send("POST", path, json=payload)',
            '        if path:\n            payload = {"json": 1}\n        return self._send("POST", path, **payload)',
        ),
        ("def main():", "def reading(client: Client):\n    return client.get\n\n\ndef main():"),
    ],
    ids=[
        "no counterpart",
        "written as a dict",
        "unknown",
        "updated",
        "stored",
        "kept",
        "a loop's",
        "a lambda's",
        "a parameter's",
        "passed on",
    ],
)
def test_options_that_may_mean_something_else_stay(tmp_path: Path, old: str, new: str) -> None:
    """What the other library does not take, what is not written out, and what a function adds or hands elsewhere."""
    assert old in CLIENT
    decided = decide(tmp_path, {"program.py": CLIENT.replace(old, new)})
    text = decided.files.get("program.py", CLIENT)
    assert "aiohttp" not in text
    assert any(
        "unpacked with `**`" in reason or "`verify` in `**options` has no counterpart" in reason
        for reason in decided.conversion.reasons
    )


WAYS = {
    "set": 'options["timeout"] = 3',
    "set if missing": 'options.setdefault("timeout", 3)',
    "updated": 'options.update({"timeout": 3}, json=None)',
    "joined": "options |= dict(timeout=3)",
    "taken out": 'verify = options.pop("verify", None)\n        options["timeout"] = 3',
    "replaced": 'options = {**options, "timeout": 3} if path else {}',
    "looked at": 'options["timeout"] = 3\n        if options and "json" in options:\n            print(sorted(options))',
}


@pytest.mark.parametrize("way", WAYS)
def test_options_that_are_put_there_are_converted(tmp_path: Path, way: str) -> None:
    """A time-out is another thing for the other library: what may hold one is converted when the call is made."""
    program = CLIENT.replace(
        "        response = self.session", f"        {WAYS[way]}\n        response = self.session"
    )
    if way == "taken out":
        program = program.replace('client.get("/c")', 'client.get("/c", verify=True)')
    decided = decide(tmp_path, {"program.py": program})
    text = decided.files["program.py"]
    call = "self.session.request(method, self.base + path, **adapted(options, timeout=client_timeout))"
    assert f"async with {call} as response:" in text


def test_a_dict_that_is_written_out_is_known(tmp_path: Path) -> None:
    """It need not be what a function gathers."""
    program = CLIENT.replace(
        '        return self._send("POST", path, json=payload)',
        '        options = {"json": payload}\n        if path:\n            options["headers"] = {}\n'
        '        return self._send("POST", path, **options)',
    )
    assert "**options) as response" in decide(tmp_path, {"program.py": program}).files["program.py"]


def test_options_go_through_a_decorators_wrapper(tmp_path: Path) -> None:
    """The wrapper gathers what the callers of all that it stands in for pass, and hands it on."""
    retried = CLIENT.replace("    def _send", "    @retried\n    def _send").replace(
        "class Client",
        """def retried(method):
    def wrapper(self, *args, **kwargs):
        try:
            return method(self, *args, **kwargs)
        except requests.ConnectionError:
            return method(self, *args, **kwargs)
    return wrapper


class Client""",
    )
    decided = decide(tmp_path, {"program.py": retried})
    assert (
        "self.session.request(method, self.base + path, **options) as response" in decided.files["program.py"]
    )
    verified = retried.replace('client.get("/c")', 'client.get("/c", verify=False)')
    decided = decide(tmp_path / "verified", {"program.py": verified})
    assert "aiohttp" not in decided.files.get("program.py", "")


def test_what_is_offered_to_others(tmp_path: Path) -> None:
    """Others may pass more: a person has to look at it, and where others are those who call, it stays."""
    offered = '__all__ = ["Client"]\n' + CLIENT
    decided = decide(tmp_path / "auto", {"program.py": offered})
    assert "aiohttp" in decided.files["program.py"]
    plan = decided.conversion.outcome.plan
    reasons = [one.reason for one in plan.functions.values() if one.safety == "review"]
    assert any(
        "other people's code may pass program.Client.get more that is meant for requests" in one
        for one in reasons
    )
    decided = decide(tmp_path / "api", {"program.py": offered}, entry=("api",))
    assert "aiohttp" not in decided.files.get("program.py", offered)


def test_what_arrives_by_two_ways_is_all_known(tmp_path: Path) -> None:
    """`verify` ends in a parameter on one way, and arrives on the other."""
    both = """
    def quick(self, path, verify=None, **options):
        return self._send("HEAD", path, **options)

    def get(self, path, **options):
        return self.quick(path, **options) or self._send("GET", path, **options)
"""
    get = """
    def get(self, path, **options):
        return self._send("GET", path, **options)
"""
    assert get in CLIENT
    program = CLIENT.replace(get, both).replace('client.get("/c")', 'client.get("/c", verify=3)')
    decided = decide(tmp_path, {"program.py": program})
    assert "aiohttp" not in decided.files.get("program.py", program)
