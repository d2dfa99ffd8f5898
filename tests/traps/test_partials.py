"""`functools.partial` of functions that arrive from elsewhere, and calls whose functions are not followed to their end."""

from tests.check import check_converts
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

REGISTRY = """
import time
from functools import partial

HANDLERS = {}


def handler(name, *, retries=0):
    def register(function):
        HANDLERS[name] = (function, retries)
        return function

    return register


@handler("fetch", retries=1)
def fetch(x):
    time.sleep(0.001)
    return x


@handler("quick")
def quick(x):
    return -x
"""


@trap(5, "converted", "a `partial` of what a variable holds is awaited where it is called")
@trap(87, "converted", "functions in tuples, with numbers that are reckoned with")
def test_partials_of_variables() -> None:
    """The checker names `partial.__call__` there, which runs whatever arrived; the number beside it is none of it."""
    check_converts(
        f"""{REGISTRY}
def one(name):
    function, retries = HANDLERS[name]
    call = partial(function, 1)
    for attempt in range(retries + 1):
        print(attempt, call())


def main():
    one("fetch")
    one("quick")
    chosen = fetch if HANDLERS else quick
    call = partial(chosen, 2)
    print(call())


if __name__ == "__main__":
    main()
""",
        """
import asyncio
from functools import partial

from _aio import run

HANDLERS = {}


def handler(name, *, retries=0):
    def register(function):
        HANDLERS[name] = (function, retries)
        return function

    return register


@handler("fetch", retries=1)
async def fetch(x):
    await asyncio.sleep(0.001)
    return x


@handler("quick")
async def quick(x):
    return -x

async def one(name):
    function, retries = HANDLERS[name]
    call = partial(function, 1)
    for attempt in range(retries + 1):
        print(attempt, await call())


async def main():
    await one("fetch")
    await one("quick")
    chosen = fetch if HANDLERS else quick
    call = partial(chosen, 2)
    print(await call())


if __name__ == "__main__":
    run(main())
""",
        mutations=False,
    )


@trap(87, "thread", "what may run a function that cannot be followed there runs in a thread")
def test_what_is_not_followed_runs_in_a_thread() -> None:
    """A function that is lost to a computation stays sync, and a call that may run it blocks no loop."""
    conversion = check_runs_alike(
        f"""{REGISTRY}
def one(name):
    function, retries = HANDLERS[name]
    call = partial(function, 1)
    for attempt in range(retries + len(HANDLERS) - 1):
        print(attempt, call())


def main():
    time.sleep(0.001)
    one("fetch")
    one("quick")


if __name__ == "__main__":
    main()
"""
    )
    text = conversion.files["program.py"]
    assert "def fetch(x):\n    time.sleep" in text
    assert "offload(one" in text or "offload(call" in text
