"""What sync code uses asynchronous code with: one loop for a thread, and sync or asynchronous forms of what is given."""

import asyncio
import contextlib
import functools
import subprocess
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from unittest import mock

import pytest

from aioport.runtime import offload
from aioport.runtime_testing import asynced, enter_sync, iterate_sync, run_sync, synced


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


async def loop() -> asyncio.AbstractEventLoop:
    return asyncio.get_running_loop()


def test_all_calls_of_a_thread_share_a_loop() -> None:
    """What one call opens another can use; another thread has a loop of its own for each call."""
    assert run_sync(loop()) is run_sync(loop())
    found: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=lambda: found.append(run_sync(loop())))
    thread.start()
    thread.join()
    assert found[0] is not run_sync(loop())
    assert found[0].is_closed()


def test_what_cannot_be_awaited_is_returned() -> None:
    """A mock may have been put in the place of something asynchronous."""
    assert run_sync(3) == 3  # type: ignore[arg-type]


def test_an_exhausted_mock_ends_as_it_did() -> None:
    """No coroutine can raise StopIteration, and no thread hand one back; a test that waits for one gets it."""
    answers = mock.Mock(side_effect=["one"])

    async def asks() -> None:
        while True:
            answers()

    async def hands_over() -> None:
        await offload(answers)

    with pytest.raises(StopIteration):
        run_sync(asks())
    with pytest.raises(StopIteration):
        run_sync(hands_over())


def test_other_errors_keep_their_causes() -> None:
    """What a generator makes of a StopIteration is a RuntimeError, as it was."""

    def numbers() -> Iterator[int]:
        yield next(iter([]))

    async def total() -> int:
        return sum(numbers())

    with pytest.raises(RuntimeError, match="generator raised"):
        run_sync(total())


async def deprecated(level: int) -> None:
    warnings.warn("old", DeprecationWarning, stacklevel=level)


def deprecated_too(level: int) -> None:
    warnings.warn("old as well", DeprecationWarning, stacklevel=level)


async def hands_on(level: int) -> None:
    await deprecated(level)


@pytest.mark.parametrize("in_thread", [False, True])
def test_warnings_name_the_line_of_the_test(in_thread: bool) -> None:
    """`stacklevel` counts from the call in the test, as it did before: not from the file that runs it."""
    line = sys._getframe().f_lineno  # noqa: SLF001

    def work() -> None:
        run_sync(deprecated(2))
        run_sync(hands_on(3))
        synced(deprecated)(2)
        synced(deprecated_too)(2)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        thread = threading.Thread(target=work) if in_thread else None
        if thread is not None:
            thread.start()
            thread.join()
        else:
            work()
    assert [(one.filename, one.lineno - line) for one in caught] == [
        (__file__, step) for step in (3, 4, 5, 6)
    ]


def test_a_warning_is_shown_once_for_each_line() -> None:
    """What was warned of already is kept with the module of the test."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(2):
            run_sync(deprecated(2))
        run_sync(deprecated(2))
    assert len(caught) == 2


def test_iterating_ends_where_it_is_left() -> None:
    """The clean-up of a generator runs when the loop over it is left, as it does in sync code."""
    ended: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(5):
                await asyncio.sleep(0)
                yield number
        finally:
            ended.append("closed")

    items = iterate_sync(numbers())
    assert [next(items), next(items)] == [0, 1]
    items.close()  # type: ignore[attr-defined]
    assert ended == ["closed"]
    assert list(iterate_sync(numbers())) == [0, 1, 2, 3, 4]
    assert list(iterate_sync([1, 2])) == [1, 2]


def test_context_managers() -> None:
    """An exception reaches the manager, which may keep it; a sync one is entered as it is."""

    @contextlib.asynccontextmanager
    async def keeping() -> AsyncIterator[str]:
        await asyncio.sleep(0)
        with contextlib.suppress(KeyError):
            yield "value"

    with enter_sync(keeping()) as value:
        assert value == "value"
        raise KeyError
    with pytest.raises(ValueError, match="lost"), enter_sync(keeping()):
        raise ValueError("lost")
    with enter_sync(contextlib.nullcontext(3)) as value:
        assert value == 3


def test_sync_forms() -> None:
    """A function, those of a list, and what is no function."""
    assert synced(double)(4) == 8
    assert [one(1) for one in synced([double, abs])] == [2, 1]
    assert synced(5) == 5


def test_asynchronous_forms() -> None:
    """A function keeps its attributes and takes its object; a bound one does not; a mock counts its calls."""

    class Till:
        get = asynced(lambda self, key: (self, key))
        read = asynced([1, 2].index)

    till = Till()
    assert run_sync(till.get("a")) == (till, "a")
    assert run_sync(till.read(2)) == 1
    plain = mock.Mock(return_value=7)
    stand_in = asynced(plain)
    assert run_sync(stand_in(1)) == 7
    plain.assert_called_once_with(1)
    stand_in.assert_awaited_once_with(1)
    assert asynced(double) is double
    assert asynced(None) is None
    assert run_sync(asynced(functools.partial(double, 2))()) == 4


def test_the_loop_is_closed_at_the_end() -> None:
    """Nothing is left open, and a generator that was never finished is closed."""
    code = (
        "import asyncio\n"
        "from aioport.runtime import offload\n"
        "from aioport.runtime_testing import run_sync\n"
        "assert run_sync(offload(len, 'abc')) == 3\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
