"""shared(), owned() and builds(): who makes a client, how long it lives, how it is closed."""

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from aioport import runtime
from aioport.runtime import builds, owned, run, shared


class Client:
    """Counts how often it is closed; has no `closed`."""

    def __init__(self) -> None:
        self.closings = 0

    def close(self) -> None:
        self.closings += 1


class Slotted:
    """Cannot be held weakly."""

    __slots__ = ("closings",)

    def __init__(self) -> None:
        self.closings = 0

    async def aclose(self) -> None:
        self.closings += 1

    def close(self) -> None:
        raise AssertionError("aclose() goes first")


class Closable(Client):
    """Knows that it is closed, by either of the usual names."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def close(self) -> None:
        super().close()
        setattr(self, self.name, True)


@pytest.fixture
def builders() -> Iterator[None]:
    """Forget the builders of a test."""
    yield
    runtime._builders.clear()  # noqa: SLF001


def test_a_loop_has_one_shared_client_of_a_kind() -> None:
    """The same call gives the same object; another factory another one; another loop another one."""

    async def main() -> Client:
        client = shared(Client)
        assert shared(Client) is client
        assert isinstance(shared(Slotted), Slotted)
        assert client.closings == 0
        return client

    first, second = run(main()), run(main())
    assert first is not second
    assert (first.closings, second.closings) == (1, 1)


def test_shared_clients_stay_while_nobody_else_holds_them() -> None:
    """Between two uses the client is not made again."""

    async def main() -> bool:
        before = id(shared(Client))
        gc.collect()
        return id(shared(Client)) == before

    assert run(main())


@pytest.mark.parametrize("make", [Client, Slotted])
def test_owned_clients_are_new_each_time_and_closed_once(make: Callable[[], Client | Slotted]) -> None:
    """aclose() is awaited, close() called."""

    async def main() -> tuple[Client | Slotted, Client | Slotted]:
        return owned(make), owned(make)

    first, second = run(main())
    assert first is not second
    assert (first.closings, second.closings) == (1, 1)


@pytest.mark.parametrize("name", ["closed", "is_closed"])
def test_a_client_that_says_it_is_closed_is_left_alone(name: str) -> None:
    """run() closes only what the program did not close."""

    async def main() -> Closable:
        client = owned(lambda: Closable(name))
        client.close()
        return client

    assert run(main()).closings == 1


def test_an_owned_client_that_was_dropped_is_forgotten() -> None:
    """A loop that makes many clients keeps the last 64 until the end, and no more."""

    async def main() -> None:
        for _ in range(1000):
            owned(Client)
        gc.collect()
        (scope,) = runtime._scopes.values()  # noqa: SLF001
        assert len(scope.closers) == 64

    run(main())


@pytest.mark.parametrize("function", [shared, owned])
def test_without_a_running_loop_the_remedy_is_named(function: type) -> None:
    """A client at module level could belong to no loop."""
    with pytest.raises(
        RuntimeError, match=r"no event loop is running: call this in a coroutine, started by run\(\)"
    ):
        function(Client)


@pytest.mark.usefixtures("builders")
def test_a_builder_makes_the_clients_of_its_class() -> None:
    """It is told whether the client is shared, and it stays usable as a function."""
    told: list[bool] = []

    @builds(Client)
    def build(shared: bool) -> Client:
        told.append(shared)
        return Client()

    async def main() -> None:
        assert shared(Client) is shared(Client)
        assert owned(Client) is not owned(Client)
        assert isinstance(shared(Slotted), Slotted)

    run(main())
    assert told == [True, False, False]
    assert isinstance(build(True), Client)


@pytest.mark.usefixtures("builders")
def test_a_class_whose_constructor_needs_arguments_can_be_built() -> None:
    """The types allow it: shared() takes any class that has a builder."""

    @builds(Closable)
    def build(shared: bool) -> Closable:
        return Closable("closed" if shared else "is_closed")

    async def main() -> tuple[str, str]:
        return shared(Closable).name, owned(Closable).name

    assert run(main()) == ("closed", "is_closed")
    assert build(False).name == "is_closed"


def test_clients_are_closed_by_asyncio_run_as_well() -> None:
    """Where a test plugin or a web server runs the loop, shutting down its async generators closes them."""

    async def main() -> list[Client]:
        return [shared(Client), owned(Client)]

    assert [client.closings for client in asyncio.run(main())] == [1, 1]
    assert not runtime._scopes  # noqa: SLF001


def test_nothing_of_a_loop_that_was_only_closed_is_kept() -> None:
    """Its clients can no longer be closed, but the next loop frees them."""
    loop = asyncio.new_event_loop()

    async def main() -> weakref.ref[Client]:
        return weakref.ref(shared(Client))

    alive = loop.run_until_complete(main())
    loop.close()
    del loop
    run(main())
    gc.collect()
    assert alive() is None
