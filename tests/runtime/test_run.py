"""run(): asyncio.run() that closes what was opened, however main ends."""

import asyncio
import gc
import signal
import sys
import threading
import warnings

import pytest

from aioport.runtime import gather, offload, offload_in, owned, run, shared


class Client:
    """Says in `log` when it is closed."""

    def __init__(self, name: str, log: list[str], error: BaseException | None = None) -> None:
        self.name, self.log, self.error = name, log, error
        self.closed = False

    async def close(self) -> None:
        await asyncio.sleep(0)
        self.log.append(self.name)
        if self.error is not None:
            raise self.error
        self.closed = True


class Opened:
    """Clients a (shared), b and c (owned) in this order, and the log of their closing."""

    def __init__(self, failing: str = "") -> None:
        self.log: list[str] = []
        self.clients: list[Client] = []
        self.failing = failing

    def make(self, name: str) -> Client:
        return Client(name, self.log, OSError(f"close {name}") if name in self.failing else None)

    def open(self) -> None:
        self.clients.append(shared(lambda: self.make("a")))
        self.clients.append(owned(lambda: self.make("b")))
        self.clients.append(owned(lambda: self.make("c")))


def test_the_result_of_main_comes_back() -> None:
    """run() is asyncio.run() for its caller."""
    assert run(asyncio.sleep(0, "result")) == "result"


def test_clients_are_closed_in_reverse_order() -> None:
    """A client may use those that were opened before it until it is closed itself."""
    opened = Opened()

    async def main() -> None:
        opened.open()

    run(main())
    assert opened.log == ["c", "b", "a"]


@pytest.mark.parametrize("error", [ValueError("main"), SystemExit(3), KeyboardInterrupt()])
def test_clients_are_closed_when_main_raises(error: BaseException) -> None:
    """The exception comes out as it was raised."""
    opened = Opened()

    async def main() -> None:
        opened.open()
        raise error

    with pytest.raises(type(error)) as caught:
        run(main())
    assert caught.value is error
    assert opened.log == ["c", "b", "a"]


def test_clients_are_closed_after_ctrl_c() -> None:
    """The signal arrives while main waits among running items: these end, then the clients are closed."""
    opened = Opened()

    async def item() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            opened.log.append("item")

    async def main() -> None:
        opened.open()
        asyncio.get_running_loop().call_soon(signal.raise_signal, signal.SIGINT)
        await gather(item() for _ in range(1))

    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(main())
    finally:
        signal.signal(signal.SIGINT, previous)
    assert opened.log[-3:] == ["c", "b", "a"]


def test_a_failing_close_does_not_hide_the_exception_of_main(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged by the loop's exception handler, and the other clients are closed."""
    opened = Opened(failing="b")

    async def main() -> None:
        opened.open()
        raise ValueError("main")

    with pytest.raises(ValueError, match="main"):
        run(main())
    assert opened.log == ["c", "b", "a"]
    assert "close b" in caplog.text


def test_a_failing_close_after_a_result_is_raised(caplog: pytest.LogCaptureFixture) -> None:
    """A client that could not write out its rest must not look like success; all failures are in the log."""
    opened = Opened(failing="ab")

    async def main() -> None:
        opened.open()

    with pytest.raises(OSError, match="close b"):
        run(main())
    assert opened.log == ["c", "b", "a"]
    assert "close a" in caplog.text
    assert "close b" in caplog.text


def test_a_client_that_is_opened_while_closing_is_closed_too() -> None:
    """Also a shared one that was closed a moment before is made anew, never handed out closed."""
    log: list[str] = []

    def helper() -> Client:
        return Client("helper", log)

    class Late(Client):
        async def close(self) -> None:
            await super().close()
            assert not shared(helper).closed

    async def main() -> None:
        owner = owned(lambda: Late("late", log))
        shared(helper)
        assert not owner.closed
        keep.append(owner)

    keep: list[Client] = []
    run(main())
    assert log == ["helper", "late", "helper"]


def test_pools_are_closed_after_the_clients() -> None:
    """A client whose close() needs its thread still finds it, though the pool was made later."""
    threads: list[int] = []

    class Affine:
        async def aclose(self) -> None:
            threads.append(await offload_in("affine", threading.get_native_id))

    async def main() -> Affine:
        client = owned(Affine)
        threads.append(await offload_in("affine", threading.get_native_id))
        return client

    run(main())
    opened, closed = threads
    assert opened == closed


def test_tasks_that_main_left_are_cancelled_and_may_still_open_things() -> None:
    """What they open in their clean-up is closed with the loop."""
    log: list[str] = []
    keep: list[Client] = []

    async def background() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            assert await offload(int, "1") == 1
            keep.append(owned(lambda: Client("late", log)))

    async def main() -> None:
        keep_task.append(asyncio.create_task(background()))
        await asyncio.sleep(0)

    keep_task: list[asyncio.Task[None]] = []
    run(main())
    assert log == ["late"]


def test_run_under_a_running_loop_names_the_remedy() -> None:
    """No warning about a coroutine that was never awaited comes with it."""

    async def main() -> None:
        run(asyncio.sleep(0))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(RuntimeError, match="`await` it instead"):
            asyncio.run(main())
        gc.collect()
    assert caught == []


def test_runs_follow_each_other_and_nest_through_threads() -> None:
    """Each run() has a loop of its own."""

    async def main() -> str:
        return await offload(run, asyncio.sleep(0, "inner"))

    assert run(main()) == "inner"
    assert run(main()) == "inner"


def test_an_exception_of_main_has_no_foreign_context() -> None:
    """The check for a running loop leaves no trace in what the user sees."""

    async def main() -> None:
        raise ValueError

    with pytest.raises(ValueError) as caught:  # noqa: PT011 - it has no message
        run(main())
    assert caught.value.__context__ is None


def test_the_module_needs_the_standard_library_only() -> None:
    """It is copied into projects that have nothing else."""
    source = sys.modules["aioport.runtime"]
    foreign = [
        name
        for name, value in vars(source).items()
        if getattr(value, "__spec__", None) and name not in sys.stdlib_module_names and name != "futures"
    ]
    assert foreign == []
