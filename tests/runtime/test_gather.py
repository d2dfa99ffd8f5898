"""gather(): bounded, lazy, ordered, the exception of the sync loop, nothing left behind."""

import asyncio
import gc
import sys
import warnings
import weakref
from collections.abc import Awaitable, Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aioport.runtime import gather


async def identity(value: int, steps: int = 0) -> int:
    for _ in range(steps):
        await asyncio.sleep(0)
    return value


async def fail(error: BaseException, steps: int = 0) -> int:
    for _ in range(steps):
        await asyncio.sleep(0)
    raise error


async def wait_forever() -> int:
    return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks run until something has happened."""
    while not condition():  # noqa: ASYNC110 - the loop under test is all that runs
        await asyncio.sleep(0)


def tasks() -> int:
    """How many tasks the running loop holds, this one included."""
    return len(asyncio.all_tasks())


def test_results_are_in_the_order_of_the_iterable() -> None:
    """An item that takes longer than the next ones still comes first."""
    results = asyncio.run(gather(identity(n, steps=20 - n) for n in range(20)))
    assert results == list(range(20))


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_an_empty_iterable_gives_an_empty_list(limit: int) -> None:
    """Nothing to await is no error, whatever the limit."""
    assert asyncio.run(gather([], limit)) == []
    assert asyncio.run(gather((identity(n) for n in range(0)), limit)) == []


def test_a_limit_below_one_is_refused() -> None:
    """With no room for anything, gather() could only wait forever."""
    with pytest.raises(ValueError, match="limit must be at least 1, not 0"):
        asyncio.run(gather([], limit=0))


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_at_most_limit_are_in_flight_and_that_many_really_are(limit: int) -> None:
    """The limit is reached and never passed; with 50 items a limit of 100 overlaps all 50."""
    running = 0
    most = 0

    async def item() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(20):
            await asyncio.sleep(0)
        running -= 1

    asyncio.run(gather((item() for _ in range(50)), limit))
    assert most == min(limit, 50)


def test_the_iterable_is_pulled_only_when_there_is_room() -> None:
    """With a limit of 3, the fourth item is not asked for before one of three has ended."""
    pulled: list[int] = []

    async def main() -> None:
        gate = asyncio.Event()

        async def item() -> None:
            await gate.wait()

        def items() -> Iterator[Awaitable[None]]:
            for n in range(10):
                pulled.append(n)
                yield item()

        gathering = asyncio.create_task(gather(items(), limit=3))
        for _ in range(20):
            await asyncio.sleep(0)
        assert pulled == [0, 1, 2]
        gate.set()
        await gathering

    asyncio.run(main())
    assert pulled == list(range(10))


def test_a_short_iterable_costs_few_tasks() -> None:
    """Three items never lead to a task for each place under the limit."""
    most = 0

    async def item() -> None:
        nonlocal most
        for _ in range(5):
            most = max(most, tasks())
            await asyncio.sleep(0)

    asyncio.run(gather(item() for _ in range(3)))
    assert most <= 5  # main and at most four workers


def test_finished_tasks_do_not_accumulate() -> None:
    """200,000 items are served by as many tasks as the limit allows."""
    most = 0

    async def item(n: int) -> int:
        nonlocal most
        await asyncio.sleep(0)
        if n % 1000 == 0:
            most = max(most, tasks())
        return n

    assert sum(asyncio.run(gather((item(n) for n in range(200_000)), limit=20))) == sum(range(200_000))
    assert most <= 21


def test_the_lowest_index_decides_which_exception_is_raised() -> None:
    """Item 5 fails first in time; item 2, in flight then, fails later and is the one raised."""

    async def main() -> None:
        late = KeyError("two")
        with pytest.raises(KeyError) as caught:
            await gather(
                [
                    identity(0),
                    identity(1, 3),
                    fail(late, 9),
                    identity(3, 20),
                    identity(4, 20),
                    fail(ValueError("five")),
                ]
            )
        assert caught.value is late
        assert tasks() == 1

    asyncio.run(main())


def test_lower_items_that_succeed_leave_the_exception_standing() -> None:
    """They are waited for, and then the higher item's exception is raised."""
    ended: list[int] = []

    async def item(n: int) -> int:
        await identity(n, steps=10)
        ended.append(n)
        return n

    with pytest.raises(ValueError, match="three"):
        asyncio.run(gather([item(0), item(1), item(2), fail(ValueError("three"))]))
    assert ended == [0, 1, 2]


def test_higher_items_are_cancelled_and_awaited() -> None:
    """An item after the failed one that would wait forever ends its clean-up before gather() raises."""
    cleaned: list[int] = []

    async def forever(n: int) -> int:
        try:
            return await wait_forever()
        finally:
            await asyncio.sleep(0)
            cleaned.append(n)

    async def main() -> None:
        with pytest.raises(ValueError, match="zero"):
            await gather([fail(ValueError("zero"), 10), forever(1), forever(2)])
        assert tasks() == 1

    asyncio.run(main())
    assert sorted(cleaned) == [1, 2]


def test_each_item_is_cancelled_once() -> None:
    """A second failure, of a lower item, does not break into the clean-up that the first one began."""
    cancellations = 0

    async def forever() -> int:
        nonlocal cancellations
        try:
            return await wait_forever()
        except asyncio.CancelledError:
            cancellations += 1
            for _ in range(20):
                try:
                    await asyncio.sleep(0)
                except asyncio.CancelledError:
                    cancellations += 1
            raise

    with pytest.raises(KeyError):
        asyncio.run(gather([fail(KeyError(), 10), fail(ValueError(), 3), forever()]))
    assert cancellations == 1


def test_nothing_is_pulled_after_a_failure() -> None:
    """The iterable is left where it was when the first item failed."""
    pulled: list[int] = []

    def items() -> Iterator[Awaitable[int]]:
        for n in range(100):
            pulled.append(n)
            yield fail(ValueError(), 3) if n == 5 else identity(n, 5)

    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        asyncio.run(gather(items(), limit=10))
    assert len(pulled) <= 15  # the five before it, itself, and those in flight beside it


def test_a_failure_before_the_first_await_starts_nothing_else() -> None:
    """As in the loop, items after one that raises at once are not even made."""
    pulled: list[int] = []

    def items() -> Iterator[Awaitable[int]]:
        for n in range(100):
            pulled.append(n)
            yield fail(ValueError())

    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        asyncio.run(gather(items()))
    assert pulled == [0]


@pytest.mark.parametrize("error", [RuntimeError("source"), SystemExit(3), KeyError("k")])
def test_an_exception_of_the_iterable_counts_as_the_next_item(error: BaseException) -> None:
    """Items before it are waited for, and raise in its place if they fail."""

    def items(first: Awaitable[int]) -> Iterator[Awaitable[int]]:
        yield first
        yield identity(1, 10)
        raise error

    with pytest.raises(type(error)) as caught:
        asyncio.run(gather(items(identity(0, 10))))
    assert caught.value is error
    with pytest.raises(LookupError, match="zero"):
        asyncio.run(gather(items(fail(LookupError("zero"), 10))))


def test_something_that_cannot_be_awaited_fails_at_its_place() -> None:
    """It is a TypeError of that item, not of gather()."""
    with pytest.raises(TypeError, match="await"):
        asyncio.run(gather([5]))  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [SystemExit(2), KeyboardInterrupt(), asyncio.CancelledError("own")])
def test_exceptions_that_are_no_Exception_are_raised_too(error: BaseException) -> None:  # noqa: N802
    """sys.exit() in an item ends the program through main, as it would in the loop."""

    async def main() -> None:
        with pytest.raises(type(error)) as caught:
            await gather([identity(0, 5), fail(error), wait_forever()])
        assert caught.value is error
        assert tasks() == 1

    asyncio.run(main())


def test_cancelling_gather_cancels_and_awaits_every_item() -> None:
    """After the CancelledError has passed, no task is left and nothing more was pulled."""
    started = 0
    cleaned = 0

    async def forever() -> None:
        nonlocal started, cleaned
        started += 1
        try:
            await wait_forever()
        finally:
            await asyncio.sleep(0)
            cleaned += 1

    async def main() -> None:
        gathering = asyncio.create_task(gather((forever() for _ in range(100)), limit=10))  # noqa: RUF006 - it is stored
        await until(lambda: started == 10)
        gathering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gathering
        assert tasks() == 1

    asyncio.run(main())
    assert (started, cleaned) == (10, 10)


def test_cancelling_twice_leaves_nothing_behind_either() -> None:
    """A second cancel, while items clean up, does not make gather() walk away from them."""
    cleaning = 0
    cleaned = 0

    async def forever() -> None:
        nonlocal cleaning, cleaned
        try:
            await wait_forever()
        finally:
            cleaning += 1
            for _ in range(10):
                await asyncio.sleep(0)
            cleaned += 1

    async def main() -> None:
        gathering = asyncio.create_task(gather(forever() for _ in range(4)))  # noqa: RUF006 - it is stored
        await asyncio.sleep(0)
        await until(lambda: tasks() >= 6)
        gathering.cancel()
        await until(lambda: cleaning == 4)
        gathering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gathering
        assert tasks() == 1

    asyncio.run(main())
    assert cleaned == 4


def test_an_item_that_swallows_cancellation_gets_no_successor() -> None:
    """Its worker ends, although the item returned a value as if nothing had happened."""
    started = 0

    async def stubborn() -> None:
        nonlocal started
        started += 1
        try:
            await wait_forever()
        except asyncio.CancelledError:
            return

    async def main() -> None:
        gathering = asyncio.create_task(gather((stubborn() for _ in range(100)), limit=3))  # noqa: RUF006 - it is stored
        await until(lambda: started == 3)
        gathering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gathering

    asyncio.run(main())
    assert started == 3


def test_a_timeout_around_gather_is_seen_as_one() -> None:
    """The cancellation of wait_for() passes through and comes out as TimeoutError."""
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(gather(wait_forever() for _ in range(3)), 0.001))


@pytest.mark.parametrize("kind", [list, tuple])
def test_coroutines_that_never_started_are_closed(kind: Callable[[object], list[Awaitable[int]]]) -> None:
    """No "was never awaited" for what a collection still held when an earlier item failed."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(ValueError):  # noqa: PT011 - it has no message
            asyncio.run(gather(kind([fail(ValueError()), *(identity(n) for n in range(20))]), limit=2))
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_gather_can_be_nested() -> None:
    """Each call has a limit of its own, so that inner ones do not starve under the outer one."""

    async def row(n: int) -> int:
        return sum(await gather((identity(m, 2) for m in range(n)), limit=2))

    assert asyncio.run(gather((row(n) for n in range(10)), limit=2)) == [n * (n - 1) // 2 for n in range(10)]


def test_tasks_and_futures_may_be_gathered_too() -> None:
    """Anything that can be awaited is an item."""

    async def main() -> list[int]:
        return await gather([asyncio.create_task(identity(1, 3)), identity(2)])

    assert asyncio.run(main()) == [1, 2]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with 3.12")
def test_eager_tasks_start_in_order() -> None:
    """The order of starting and the bound on tasks do not depend on the task factory."""
    started: list[int] = []

    async def item(n: int) -> int:
        started.append(n)
        await asyncio.sleep(0)
        return n

    async def main() -> list[int]:
        factory = asyncio.eager_task_factory  # type: ignore[attr-defined,unused-ignore]
        asyncio.get_running_loop().set_task_factory(factory)
        return await gather((item(n) for n in range(2000)), limit=1500)

    assert asyncio.run(main()) == list(range(2000))
    assert started == list(range(2000))


def test_the_traceback_leads_to_the_item_and_forms_no_cycle() -> None:
    """A handled exception, and the frames that it holds, go away without the garbage collector."""

    class Payload:
        pass

    async def item(payload: Payload) -> int:
        await asyncio.sleep(0)
        raise ValueError(str(type(payload)))

    async def main() -> None:
        payload = Payload()
        alive = weakref.ref(payload)
        try:
            await gather([item(payload)])
        except ValueError as error:
            trace = error.__traceback__
            assert trace is not None
            while trace.tb_next is not None:
                trace = trace.tb_next
            assert trace.tb_frame.f_code.co_name == "item"
            del trace
        del payload
        await asyncio.sleep(0)
        assert alive() is None

    gc.disable()
    try:
        asyncio.run(main())
    finally:
        gc.enable()


def test_results_are_not_kept_after_the_call() -> None:
    """What gather() returned is the caller's alone: nothing of it waits for the garbage collector."""

    class Payload:
        pass

    async def item() -> Payload:
        await asyncio.sleep(0)
        return Payload()

    async def main() -> None:
        results = await gather(item() for _ in range(5))
        alive = [weakref.ref(result) for result in results]
        results.clear()
        await asyncio.sleep(0)
        assert [reference() for reference in alive] == [None] * 5

    gc.disable()
    try:
        asyncio.run(main())
    finally:
        gc.enable()


class OutcomeError(Exception):
    """What a failing item raises; its argument says which item."""


def outcome(position: int, error: bool) -> int:
    if error:
        raise OutcomeError(position)
    return position * 7


def evaluate(errors: list[bool], source_fails_at: int | None) -> tuple[str, object]:
    """What the sync list comprehension gives: its list, or the exception that it raises."""

    def positions() -> Iterator[int]:
        for position in range(len(errors)):
            if position == source_fails_at:
                raise OutcomeError("source")
            yield position

    try:
        return "list", [outcome(position, errors[position]) for position in positions()]
    except OutcomeError as error:
        return "error", error.args


@given(
    items=st.lists(st.tuples(st.integers(0, 4), st.sampled_from([False, False, False, True])), max_size=14),
    source_fails_at=st.none() | st.integers(0, 13),
    limit=st.integers(1, 6),
)
def test_gather_equals_the_sync_loop(
    items: list[tuple[int, bool]], source_fails_at: int | None, limit: int
) -> None:
    """The same list, or the same exception, whatever the delays, the failures and the limit are."""
    running = 0

    async def item(position: int) -> int:
        nonlocal running
        running += 1
        assert running <= limit
        try:
            for _ in range(items[position][0]):
                await asyncio.sleep(0)
            return outcome(position, items[position][1])
        finally:
            running -= 1

    def source() -> Iterator[Awaitable[int]]:
        for position in range(len(items)):
            if position == source_fails_at:
                raise OutcomeError("source")
            yield item(position)

    async def main() -> tuple[str, object]:
        try:
            return "list", await gather(source(), limit)
        except OutcomeError as error:
            return "error", error.args
        finally:
            assert tasks() == 1
            assert running == 0

    assert asyncio.run(main()) == evaluate([error for _, error in items], source_fails_at)
