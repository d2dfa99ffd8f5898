"""Sync context managers and iterators that async code works in threads."""

import asyncio
import contextlib
import contextvars
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from aioport.runtime import offload, run
from aioport.runtime_threads import entered, on_loop, stepped


class Recorded:
    """A manager that says on which thread what happens, and swallows KeyError."""

    def __init__(self, delay: float = 0.0) -> None:
        self.seen: list[str] = []
        self.threads: set[int] = set()
        self.delay = delay

    def __enter__(self) -> str:
        time.sleep(self.delay)
        self.threads.add(threading.get_ident())
        self.seen.append("entered")
        return "value"

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self.threads.add(threading.get_ident())
        self.seen.append(f"left: {kind.__name__ if kind else None}")
        return kind is KeyError


def test_entering_and_leaving_wait_in_threads() -> None:
    """The body runs on the loop; what it raises reaches the manager, which may keep it."""
    one, other = Recorded(), Recorded()

    async def main() -> None:
        async with entered(lambda: one) as value:
            assert value == "value"
        async with entered(lambda: other):
            raise KeyError
        with pytest.raises(ValueError, match="out"):
            async with entered(lambda: other):
                raise ValueError("out")

    run(main())
    assert one.seen == ["entered", "left: None"]
    assert other.seen == ["entered", "left: KeyError", "entered", "left: ValueError"]
    assert threading.get_ident() not in one.threads | other.threads


def test_a_mock_is_entered_as_a_with_enters_it() -> None:
    """Without arguments, so that what tests say of it holds."""
    manager = mock.MagicMock()
    manager.__enter__.side_effect = lambda: "value"

    async def main() -> None:
        async with entered(lambda: manager) as value:
            assert value == "value"

    run(main())
    manager.__enter__.assert_called_once_with()
    manager.__exit__.assert_called_once_with(None, None, None)


def test_what_enters_when_it_is_cancelled_is_left() -> None:
    """Nothing stays open that nobody could close."""
    slow = Recorded(0.05)

    async def main() -> None:
        async def use() -> None:
            async with entered(lambda: slow):
                raise AssertionError("not reached")

        task = asyncio.create_task(use())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())  # which waits for its threads
    assert slow.seen == ["entered", "left: None"]


def test_steps_are_read_in_threads_as_they_are_used() -> None:
    """One item at a time, so that what the body does is seen; an exception comes behind the items before it."""
    read: list[int] = []
    threads: set[int] = set()

    def numbers(end: int) -> Iterator[int]:
        for number in range(end):
            threads.add(threading.get_ident())
            read.append(number)
            yield number
        raise OSError("end")

    async def main(ahead: int) -> list[tuple[int, int]]:
        read.clear()
        found = []
        with contextlib.suppress(OSError):
            async for number in stepped(lambda: numbers(3), ahead):
                found.append((number, len(read)))  # noqa: PERF401 - what came before an exception
        return found

    assert run(main(1)) == [(0, 1), (1, 2), (2, 3)]
    assert run(main(9)) == [(0, 1), (1, 2), (2, 3)]  # no file on a disk
    assert threading.get_ident() not in threads


def test_a_pipe_is_read_line_by_line() -> None:
    """Its writer may wait for what the body does with the first line."""
    reading, writing = os.pipe()

    async def main() -> list[str]:
        found = []
        with os.fdopen(writing, "w", buffering=1) as sink:
            sink.write("first\n")
            async with entered(lambda: os.fdopen(reading)) as source:
                async for line in stepped(lambda: source, 256):
                    found.append(line)
                    if len(found) == 1:
                        sink.write("second\n")
                        sink.close()
        return found

    assert run(main()) == ["first\n", "second\n"]


def test_a_file_is_read_ahead(tmp_path: Path) -> None:
    """All of its lines, in order, and nothing behind the last."""
    path = tmp_path / "lines"
    path.write_text("".join(f"{one}\n" for one in range(1000)))

    async def main() -> list[str]:
        async with entered(path.open) as file:
            return [line async for line in stepped(lambda: file, 256)]

    assert run(main()) == [f"{one}\n" for one in range(1000)]


def test_a_pool_of_one_thread() -> None:
    """What belongs to one thread is made, entered, read and left there."""
    seen: set[str] = set()

    def numbers() -> Iterator[int]:
        seen.add(threading.current_thread().name)
        yield from range(2)

    async def main() -> list[int]:
        recorded = Recorded()
        async with entered(lambda: recorded, pool="mine"):
            found = [one async for one in stepped(numbers, pool="mine")]
        assert len(recorded.threads) == 1
        return found

    assert run(main()) == [0, 1]
    assert seen == {"mine_0"}


SEEN = contextvars.ContextVar("SEEN", default="nobody")


@on_loop
def where(answer: object = None) -> tuple[int, str, object]:
    """Where it runs, and for whom."""
    if isinstance(answer, BaseException):
        raise answer
    return threading.get_ident(), SEEN.get(), answer


def test_what_returns_to_the_loop_runs_on_its_thread() -> None:
    """From a thread of offload(), in the context of that call; from anywhere else where it is called."""
    here = threading.get_ident()

    def work() -> tuple[int, tuple[int, str, object]]:
        SEEN.set("work")
        return threading.get_ident(), where(answer=7)

    async def main() -> None:
        thread, found = await offload(work)
        assert thread != here
        assert found == (here, "work", 7)
        assert where() == (here, "nobody", None)
        thread, found = await asyncio.to_thread(work)
        assert found == (thread, "work", 7)

    assert where() == (here, "nobody", None)
    run(main())


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_is_raised_on_the_loop_is_the_callers(error: BaseException) -> None:
    """Ctrl-C breaks into the main thread; who called from another one catches it as before."""
    caught: list[BaseException] = []

    def work() -> str:
        try:
            where(error)
        except BaseException as other:  # noqa: BLE001 - whatever it is
            caught.append(other)
        return "went on"

    assert run(offload(work)) == "went on"
    assert caught == [error]


def test_functions_that_return_to_the_loop_may_call_one_another() -> None:
    """On the loop already, the second one runs at once."""

    @on_loop
    def outer() -> int:
        return where()[0]

    assert run(offload(outer)) == threading.get_ident()
