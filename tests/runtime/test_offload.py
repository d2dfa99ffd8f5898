"""offload() and offload_in(): threads by name, context, exceptions, and the end of the pools."""

import asyncio
import concurrent.futures
import contextvars
import gc
import os
import sqlite3
import threading
import traceback
import weakref
from collections.abc import Iterator

import pytest

from aioport import runtime
from aioport.runtime import gather, offload, offload_in, run, use_pool

number: contextvars.ContextVar[int] = contextvars.ContextVar("number", default=0)


@pytest.fixture
def stand_ins() -> Iterator[None]:
    """Forget the stand-ins of a test."""
    yield
    runtime._stand_ins.clear()  # noqa: SLF001


def add(left: int, /, right: int, *, pool: int = 0) -> int:
    """A function of which one argument has a name that offload_in() uses itself."""
    return left + right + pool


def set_number(value: int) -> int:
    before = number.get()
    number.set(value)
    return before


def stop() -> int:
    return next(iter(()))


def test_arguments_reach_the_function_whatever_their_names() -> None:
    """`pool=` goes to the function, not to offload_in()."""

    async def main() -> tuple[int, int]:
        return await offload(add, 1, right=2, pool=30), await offload_in("disk", add, 1, right=2, pool=300)

    assert run(main()) == (33, 303)


def test_the_function_runs_in_another_thread() -> None:
    """The loop's own thread stays free."""

    async def main() -> int:
        return await offload(threading.get_ident)

    assert run(main()) != threading.get_ident()


@pytest.mark.parametrize(("pool", "width"), [("net", 64), ("disk", 8)])
def test_as_many_calls_overlap_as_the_pool_has_threads(pool: str, width: int) -> None:
    """All parties meet at one barrier, which they could not if even one waited for a thread."""
    barrier = threading.Barrier(width, timeout=20)

    async def main() -> list[int]:
        return await gather(offload_in(pool, barrier.wait) for _ in range(width))

    assert sorted(run(main())) == list(range(width))


def test_the_default_executor_is_wider_than_that_of_asyncio() -> None:
    """Under run(), 32 calls of asyncio.to_thread(), and so 32 DNS lookups, overlap on any machine."""
    barrier = threading.Barrier(32, timeout=20)

    async def main() -> list[int]:
        return await gather(asyncio.to_thread(barrier.wait) for _ in range(32))

    assert sorted(run(main())) == list(range(32))


def test_any_other_name_is_a_pool_of_one_thread() -> None:
    """A sqlite3 connection, which refuses other threads, can be used from many tasks."""

    async def main() -> tuple[list[object], set[int], set[int]]:
        connection = await offload_in("sqlite", sqlite3.connect, ":memory:")

        def select(n: int) -> object:
            return connection.execute("select ?", [n]).fetchone()[0]

        rows = await gather(offload_in("sqlite", select, n) for n in range(20))
        await offload_in("sqlite", connection.close)
        sqlite = set(await gather(offload_in("sqlite", threading.get_ident) for _ in range(20)))
        other = set(await gather(offload_in("other", threading.get_ident) for _ in range(20)))
        return rows, sqlite, other

    rows, sqlite, other = run(main())
    assert rows == list(range(20))
    assert len(sqlite) == len(other) == 1
    assert sqlite != other


def test_context_variables_go_in_and_do_not_come_back() -> None:
    """The function sees the caller's values; what it sets stays with it, as with asyncio.to_thread()."""

    async def main() -> tuple[int, int]:
        number.set(5)
        return await offload(set_number, 6), number.get()

    assert run(main()) == (5, 5)


@pytest.mark.parametrize("pool", ["net", "cpu"])
def test_stop_iteration_becomes_a_runtime_error(pool: str) -> None:
    """Set as it is into a future it would never arrive, on 3.11, and the caller would wait forever."""

    async def main() -> None:
        await asyncio.wait_for(offload_in(pool, stop), 60)

    with pytest.raises(RuntimeError, match="StopIteration") as caught:
        run(main())
    if pool == "net":  # a cause is not pickled
        assert isinstance(caught.value.__cause__, StopIteration)


def test_an_exception_keeps_its_type_and_its_traceback() -> None:
    """The last frame is the line in the function that raised."""

    class OwnError(Exception):
        pass

    error = OwnError("x")

    def break_down() -> None:
        raise error

    with pytest.raises(OwnError) as caught:
        run(offload(break_down))
    assert caught.value is error
    assert traceback.extract_tb(caught.value.__traceback__)[-1].name == "break_down"


def test_cpu_is_another_process() -> None:
    """The result is pickled back from a process that is not this one."""
    assert run(offload_in("cpu", os.getpid)) != os.getpid()


def test_run_waits_for_calls_that_have_begun_and_drops_the_others() -> None:
    """main returns while one call runs and one waits behind it: the first ends, the second never begins."""
    begun = threading.Event()
    release = threading.Event()
    calls: list[str] = []

    def first() -> None:
        begun.set()
        release.wait(20)
        calls.append("first")

    async def main() -> None:
        background.append(asyncio.create_task(offload_in("one", first)))
        background.append(asyncio.create_task(offload_in("one", calls.append, "second")))
        await asyncio.to_thread(begun.wait, 20)
        background[1].add_done_callback(lambda _: release.set())

    background: list[asyncio.Task[None]] = []
    run(main())
    assert background[1].cancelled()
    assert calls == ["first"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("one")]


def test_cancelling_does_not_stop_a_call_that_has_begun() -> None:
    """After a timeout the thread goes on, and run() returns when it is done."""
    release = threading.Event()
    calls: list[str] = []

    def wait() -> None:
        release.wait(20)
        calls.append("done")

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(offload(wait), 0.01)
        assert calls == []
        release.set()

    run(main())
    assert calls == ["done"]


def test_each_loop_has_its_own_pools() -> None:
    """A pool that the first run() closed is not met again by the second one."""
    assert run(offload(int, "1")) == 1
    assert run(offload(int, "2")) == 2


@pytest.mark.parametrize("shut_down_generators", [True, False])
def test_pools_end_with_a_loop_that_run_did_not_start(*, shut_down_generators: bool) -> None:
    """asyncio.run() closes them through the loop's async generators; after a bare close() they go at the next use."""
    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(offload_in("elsewhere", int, "1")) == 1
    if shut_down_generators:
        loop.run_until_complete(loop.shutdown_asyncgens())
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("elsewhere")]
    loop.close()
    alive = weakref.ref(loop)
    del loop
    run(offload(int, "2"))
    gc.collect()
    assert alive() is None
    assert not runtime._scopes  # noqa: SLF001


@pytest.mark.usefixtures("stand_ins")
def test_an_executor_of_the_user_stands_in_for_a_pool() -> None:
    """It gets the calls, with context if it is a thread pool, and is still open after run()."""

    async def main() -> tuple[int, str]:
        number.set(7)
        return await offload(number.get), await offload(lambda: threading.current_thread().name)

    with concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="mine") as executor:
        use_pool("net", executor)
        value, name = run(main())
        assert (value, name[:4]) == (7, "mine")
        assert executor.submit(int, "3").result() == 3


@pytest.mark.usefixtures("stand_ins")
def test_a_stand_in_may_run_elsewhere() -> None:
    """An executor that is not of threads gets something that can be pickled: no context."""
    with concurrent.futures.ProcessPoolExecutor(1) as executor:
        use_pool("net", executor)
        assert run(offload(os.getpid)) != os.getpid()


@pytest.mark.usefixtures("stand_ins")
def test_a_stand_in_may_be_any_executor() -> None:
    """Only `submit` of the interface is used."""

    class Immediate(concurrent.futures.Executor):
        def submit(self, call, /, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: ANN001,ANN002,ANN003,ANN202
            future: concurrent.futures.Future[object] = concurrent.futures.Future()
            future.set_result(call(*args, **kwargs))
            return future

    use_pool("anything", Immediate())
    assert run(offload_in("anything", threading.get_ident)) == threading.get_ident()
