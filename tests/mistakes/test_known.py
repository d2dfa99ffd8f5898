"""What the kinds of mistakes know of libraries."""

import tomllib
from importlib import resources

from aioport.mistakes.known import load_known


def test_names_match_where_things_are_defined() -> None:
    """A name matches in any module of its package, and not as a method of a class."""
    known = load_known()
    assert known.roles("asyncio.run") == ("runner",)
    assert known.roles("asyncio.runners.run") == ("runner",)
    assert known.roles("asyncio.runners.Runner.run") == ("runner",)
    assert known.roles("asyncio.runners.Other.run") == ()
    assert known.roles("myasyncio.run") == ()
    assert known.roles("httpx._client.AsyncClient.__init__") == ("pool",)
    assert known.roles("builtins.map.__new__") == ("passes", "maps")


def test_frameworks_match_by_class_and_method() -> None:
    """A framework is known by the method that makes a handler of a function."""
    framework = load_known().framework("fastapi.applications.FastAPI.get")
    assert framework is not None
    assert (framework.name, framework.plain) == ("FastAPI", "thread")
    assert load_known().framework("fastapi.applications.FastAPI.mount") is None


def test_lists_are_sorted() -> None:
    """Every list of the data file is sorted and says nothing twice."""
    data = tomllib.loads(resources.files("aioport.mistakes").joinpath("known.toml").read_text("utf-8"))
    lists = [data["started"], *data["names"].values()]
    lists += [
        one[key] for one in data["framework"] for key in ("owners", "methods", "functions") if key in one
    ]
    assert all(names == sorted(set(names)) for names in lists)
