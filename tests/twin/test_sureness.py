"""What of the checker's answers a twin takes for certain, and what its settings say of builtins."""

from pathlib import Path

from tests.twin.making import text_of, twin_of

LEAF = """
[[tool.aioport.twin.leaf]]
sync = "time.sleep"
async = "asyncio.sleep"
call = true
"""


def test_a_call_that_gives_a_curried_function_too_little_is_not_awaited(tmp_path: Path) -> None:
    """It gives something that takes the rest; with all that it needs, the function runs."""
    text = text_of(
        twin_of(
            tmp_path,
            LEAF,
            {
                "quiver/_sync/module.py": """
                import time

                from toolz import curry


                @curry
                def resolve(client, name, *, slowly=False):
                    time.sleep(1)
                    return name


                @curry
                def named(client, *, name):
                    time.sleep(1)
                    return name


                def resolvers(client):
                    return [resolve(client), named(client)]


                def resolved(client):
                    return [resolve(client, "one"), named(client, name="two"), resolve(*client)]
                """
            },
        ),
        "module.py",
    )
    assert "def resolvers(client):\n    return [resolve(client), named(client)]\n" in text
    assert "async def resolvers" not in text
    assert (
        "async def resolved(client):\n"
        '    return [await resolve(client, "one"), await named(client, name="two"), await resolve(*client)]\n'
    ) in text


def test_a_wrapper_awaits_a_method_of_which_one_override_is_a_generator(tmp_path: Path) -> None:
    """A framework may make something else of a generator: what the method returns in other classes is no iterator."""
    text = text_of(
        twin_of(
            tmp_path,
            LEAF,
            {
                "quiver/_sync/module.py": """
                import functools
                import time
                from abc import ABC, abstractmethod
                from typing import Any

                from scheduler import coroutine


                class Base(ABC):
                    def copy(self) -> "Base":
                        return self

                    @abstractmethod
                    def __call__(self, function, *args: Any) -> Any: ...

                    def wraps(self, function):
                        @functools.wraps(function)
                        def wrapped(*args: Any) -> Any:
                            copy = self.copy()
                            return copy(function, *args)

                        return wrapped


                class Retrying(Base):
                    def __call__(self, function, *args: Any) -> Any:
                        time.sleep(1)
                        result = function(*args)
                        return result


                class Scheduled(Base):
                    @coroutine
                    def __call__(self, function, *args: Any) -> Any:
                        result = yield function(*args)
                        raise StopIteration(result)
                """
            },
        ),
        "module.py",
    )
    assert "        async def wrapped(*args: Any) -> Any:\n" in text
    assert "            return await copy(function, *args)\n" in text


def test_a_builtin_with_another_name_goes_through_something_asynchronous(tmp_path: Path) -> None:
    """Who has an `azip` for `zip` in the async half zips generators that wait; other builtins are no such functions."""
    text = text_of(
        twin_of(
            tmp_path,
            f'[tool.aioport.twin.names]\nzip = "azip"\n{LEAF}',
            {
                "quiver/_sync/module.py": """
                import time


                def chunks(size):
                    for number in range(size):
                        time.sleep(1)
                        yield number, size


                def pairs(names):
                    for name, (number, size) in zip(names, chunks(3)):
                        yield name, number


                def counted():
                    for index, chunk in enumerate(chunks(3)):
                        print(index, chunk)
                """
            },
        ),
        "module.py",
    )
    assert "async def pairs(names):\n    async for name, (number, size) in azip(names, chunks(3)):\n" in text
    assert "def counted():\n    for index, chunk in enumerate(chunks(3)):\n" in text
    assert "async def counted" not in text
