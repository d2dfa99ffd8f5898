"""Pools of threads: which become pools of tasks, and why others stay."""

import pytest

from tests.check import check_converts, check_unchanged

HEAD = """
import functools
import os
import queue
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor, as_completed, wait

local = threading.local()
jobs = queue.Queue()


def work(number):
    time.sleep(0.01)
    return number


"""


def test_map() -> None:
    """As a list, in a loop, with several iterables, a lambda and a `partial`, and thrown away."""
    check_converts(
        """
        import time
        from concurrent.futures import ThreadPoolExecutor
        from functools import partial


        def work(number, factor=1):
            time.sleep(0.01)
            return number * factor


        def main():
            with ThreadPoolExecutor(max_workers=4) as pool:
                print(list(pool.map(work, range(3))))
                for number, found in enumerate(pool.map(work, [1, 2], [3, 4])):
                    print(number, found)
                results = pool.map(lambda number: work(number, 2), range(3))
                print(sum(results))
                pool.map(partial(work, factor=3), range(3))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from functools import partial

        from _aio import TaskPoolExecutor, aenumerate, run


        async def work(number, factor=1):
            await asyncio.sleep(0.01)
            return number * factor


        async def main():
            async with TaskPoolExecutor(max_workers=4) as pool:
                print([item async for item in pool.map(work, range(3))])
                async for number, found in aenumerate(pool.map(work, [1, 2], [3, 4])):
                    print(number, found)
                results = pool.map(lambda number: work(number, 2), range(3))
                print(sum([item async for item in results]))
                pool.map(partial(work, factor=3), range(3))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_submit() -> None:
    """Futures in a dict, in a list, in variables, by name and alone; a pool without a `with`; annotations."""
    check_converts(
        """
        import concurrent.futures as cf
        import time
        from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait


        def work(number):
            time.sleep(0.01)
            return number


        def in_a_dict(numbers):
            with ThreadPoolExecutor() as pool:
                futures = {pool.submit(work, number): number for number in numbers}
                for future in as_completed(futures):
                    try:
                        print(futures[future], future.result())
                    except ValueError as error:
                        print(error)


        def in_a_list(numbers):
            executor = cf.ThreadPoolExecutor(max_workers=2)
            futures: list[Future[int]] = []
            for number in numbers:
                futures.append(executor.submit(work, number))
            done, not_done = wait(futures, timeout=5)
            executor.shutdown()
            return [future.result() for future in done if future.exception() is None], len(not_done)


        def by_name(numbers):
            found = {}
            with cf.ThreadPoolExecutor(2) as pool:
                futures = {}
                for number in numbers:
                    futures[str(number)] = pool.submit(work, number=number)
            for name, future in futures.items():
                found[name] = future.result(timeout=1)
            return found


        def alone():
            done = []
            with ThreadPoolExecutor(1) as pool:
                future = pool.submit(work, 1)
                future.add_done_callback(lambda _: done.append(1))
                while not future.done():
                    time.sleep(0.001)
                return pool.submit(work, 1).result(), len(done)


        def main():
            in_a_dict([1, 2])
            print(in_a_list([1, 2]), by_name([3]), alone())


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import TaskFuture, TaskPoolExecutor, completed, run, waited


        async def work(number):
            await asyncio.sleep(0.01)
            return number


        async def in_a_dict(numbers):
            async with TaskPoolExecutor() as pool:
                futures = {pool.submit(work, number): number for number in numbers}
                async for future in completed(futures):
                    try:
                        print(futures[future], await future.result())
                    except ValueError as error:
                        print(error)


        async def in_a_list(numbers):
            executor = TaskPoolExecutor(max_workers=2)
            futures: list[TaskFuture[int]] = []
            for number in numbers:
                futures.append(executor.submit(work, number))
            done, not_done = await waited(futures, timeout=5)
            await executor.shutdown()
            return [await future.result() for future in done if await future.exception() is None], len(not_done)


        async def by_name(numbers):
            found = {}
            async with TaskPoolExecutor(2) as pool:
                futures = {}
                for number in numbers:
                    futures[str(number)] = pool.submit(work, number=number)
            for name, future in futures.items():
                found[name] = await future.result(timeout=1)
            return found


        async def alone():
            done = []
            async with TaskPoolExecutor(1) as pool:
                future = pool.submit(work, 1)
                future.add_done_callback(lambda _: done.append(1))
                while not future.done():
                    await asyncio.sleep(0.001)
                return await pool.submit(work, 1).result(), len(done)


        async def main():
            await in_a_dict([1, 2])
            print(await in_a_list([1, 2]), await by_name([3]), await alone())


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_a_lock_that_is_held_while_waiting() -> None:
    """It becomes asyncio's, one that is not stays one of threads."""
    check_converts(
        """
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor

        slow = threading.Lock()
        quick = threading.Lock()
        done = []


        def work(number):
            with slow:
                time.sleep(0.01)
            with quick:
                done.append(number)


        def main():
            with ThreadPoolExecutor() as pool:
                pool.map(work, range(3))
            print(sorted(done))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import threading

        from _aio import TaskPoolExecutor, run

        slow = asyncio.Lock()
        quick = threading.Lock()
        done = []


        async def work(number):
            async with slow:
                await asyncio.sleep(0.01)
            with quick:
                done.append(number)


        async def main():
            async with TaskPoolExecutor() as pool:
                pool.map(work, range(3))
            print(sorted(done))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


KEPT = {
    "it is given `initializer`": """
def main():
    with ThreadPoolExecutor(2, initializer=print) as pool:
        print(list(pool.map(work, range(3))))
""",
    "waits for other threads, by queue.Queue.get": """
def serve(number):
    work(number)
    return jobs.get()


def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(serve, range(3))))
""",
    "calls threading.current_thread, which belongs to a thread": """
def named(number):
    work(number)
    return threading.current_thread().name


def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(named, range(3))))
""",
    "uses `local`, which is another one in each thread": """
def cached(number):
    if not hasattr(local, "number"):
        local.number = work(number)
    return local.number


def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(cached, range(3))))
""",
    "and program.square stays sync": """
def square(number):
    return number * number


def main():
    with ThreadPoolExecutor(2) as pool:
        print(pool.submit(work, 1).result(), pool.submit(square, 2).result())
""",
    "does something else with `pool`": """
def main():
    with ThreadPoolExecutor(2) as pool:
        hand_out(pool)


def hand_out(pool):
    print(pool.submit(work, 1).result())
""",
    "does something else with `executor.submit(work, 1)`": """
def start():
    with ThreadPoolExecutor(2) as executor:
        return executor.submit(work, 1)


def main():
    print(start().result())
""",
    "uses `pool` in a function of its own": """
def main():
    with ThreadPoolExecutor(2) as pool:

        def again(number):
            return pool.submit(work, number).result()

        print(again(1))
""",
    "asks again and again how far it has got, without a pause": """
def main():
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(work, 1)
        while not future.done():
            print("not yet")
        print(future.result())
""",
    "waits for other threads, by threading.Semaphore.acquire": """
slots = threading.Semaphore(2)


def release(number):
    work(number)
    slots.release()


def main():
    with ThreadPoolExecutor(4) as pool:
        for number in range(5):
            slots.acquire()
            pool.submit(release, number)
""",
    "goes round until another thread has done something": """
done = []


def finish(number):
    work(number)
    done.append(number)


def main():
    with ThreadPoolExecutor(2) as pool:
        pool.submit(finish, 1)
        while True:
            print("not yet")
            if done:
                break
        print(done)
""",
    "has something called that may look at a future": """
def main():
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(work, 1)
        future.add_done_callback(print)
""",
    "line 20 may wait when something is done": """
def main():
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(work, 1)
        future.add_done_callback(lambda _: jobs.get())
""",
    "gives it a lambda that does more than to call something": """
def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(lambda number: work(number) + 1, range(3))))
""",
    "which is no function of the project that is known": """
def main(function=work):
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(function, range(3))))
""",
    "`future` is something else as well": """
def main():
    with ThreadPoolExecutor(2) as pool:
        future = pool.submit(work, 1)
        print(future.result())
        future = 3
        print(future)
""",
    "it is not made in a function": """
with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(work, range(3))))


def main():
    pass
""",
    "keeps something of it where it is not followed": """
class Box:
    pass


def main():
    box = Box()
    box.pool = ThreadPoolExecutor(2)
    print(box.pool.submit(work, 1).result())
""",
    "hands it to concurrent.futures.ProcessPoolExecutor.map, which runs it elsewhere": """
def main():
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(work, range(3))))
""",
}
"""Programs that stay as they are, by the reason that is given."""


@pytest.mark.parametrize("why", KEPT)
def test_pools_that_stay(why: str) -> None:
    """With the reason."""
    text = f'{HEAD.lstrip()}{KEPT[why].lstrip()}\n\nif __name__ == "__main__":\n    main()\n'
    check_unchanged(text, why, mutations=False)


def test_nothing_changes_where_nothing_is_to_overlap() -> None:
    """With `--concurrency off` the author's threads stay, which overlap as they always did."""
    text = f"""{HEAD.lstrip()}def main():
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(work, range(3))))


if __name__ == "__main__":
    main()
"""
    check_unchanged(text, "which runs it elsewhere", mutations=False, concurrency="off")
