"""Places where something is called, and what becomes of them when it turns asynchronous."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide


def test_with_statements_of_a_converted_context_manager() -> None:
    """All become `async with`; of mixed items some nest, in order, with comments and strings as they were."""
    check_converts(
        '''
        import time


        class Pause:
            def __enter__(self):
                time.sleep(1)
                return self

            def __exit__(self, *error):
                time.sleep(2)


        class Quick:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                pass


        def one():
            with Pause() as pause:
                print(pause)
            with Pause(), Pause() as other: print(other)
            with (
                Pause() as a,  # why
                Pause() as b,
            ):
                print(a, b)


        def mixed():
            with Pause() as a, Quick() as b, Quick():
                # a comment

                @staticmethod
                def inner():
                    return """
            kept
        """
                print(a, b, inner)
            if True:
                with (Quick()), (Pause()) as c, Quick() as (d): print(c, d)
            with (
                Quick() as e,  # first
                # second
                Pause() as f,  # third: the last
            ):
                # fourth
                print(e, f)


        def by_hand():
            pause = Pause()
            pause.__enter__()
            try:
                print(1)
            finally:
                pause.__exit__(None, None, None)
        ''',
        '''
        import asyncio


        class Pause:
            async def __aenter__(self):
                await asyncio.sleep(1)
                return self

            async def __aexit__(self, *error):
                await asyncio.sleep(2)


        class Quick:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                pass


        async def one():
            async with Pause() as pause:
                print(pause)
            async with Pause(), Pause() as other: print(other)
            async with (
                Pause() as a,  # why
                Pause() as b,
            ):
                print(a, b)


        async def mixed():
            async with Pause() as a:
                with Quick() as b, Quick():
                    # a comment

                    @staticmethod
                    def inner():
                        return """
            kept
        """
                    print(a, b, inner)
            if True:
                with (Quick()):
                    async with (Pause()) as c:
                        with Quick() as (d): print(c, d)
            with Quick() as e:  # first
                # second
                async with Pause() as f:  # third: the last
                    # fourth
                    print(e, f)


        async def by_hand():
            pause = Pause()
            await pause.__aenter__()
            try:
                print(1)
            finally:
                await pause.__aexit__(None, None, None)
        ''',
    )


def test_iteration_over_a_converted_iterator() -> None:
    """`__iter__` and `__next__` turn with every loop, comprehension and generator over them."""
    check_converts(
        """
        import time


        class Ticks:
            def __init__(self, n):
                self.n = n

            def __iter__(self):
                return self

            def __next__(self):
                if self.n == 0:
                    raise StopIteration
                self.n -= 1
                time.sleep(1)
                return self.n


        def count():
            total = 0
            for tick in Ticks(3):
                total += tick
            else:
                total += 1
            return total + sum(t for t in Ticks(2)) + len([t for t in Ticks(1) if t])
        """,
        """
        import asyncio


        class Ticks:
            def __init__(self, n):
                self.n = n

            def __aiter__(self):
                return self

            async def __anext__(self):
                if self.n == 0:
                    raise StopAsyncIteration
                self.n -= 1
                await asyncio.sleep(1)
                return self.n


        async def count():
            total = 0
            async for tick in Ticks(3):
                total += tick
            else:
                total += 1
            return total + sum([t async for t in Ticks(2)]) + len([t async for t in Ticks(1) if t])
        """,
    )


def test_an_object_that_goes_where_only_the_sync_protocol_works_is_kept(tmp_path: Path) -> None:
    """What is handed to an ExitStack keeps its class, and so does what an unknown function may go through."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import contextlib
                import time


                class Ticks:
                    def __iter__(self):
                        return self

                    def __next__(self):
                        time.sleep(1)
                        raise StopIteration


                class Pause:
                    def __enter__(self):
                        time.sleep(1)

                    def __exit__(self, *error):
                        pass


                class Other:
                    def __enter__(self):
                        time.sleep(1)

                    def __exit__(self, *error):
                        pass


                def collect(read):
                    return read(Ticks())


                def loop():
                    for tick in Ticks():
                        print(tick)


                def stack():
                    with contextlib.ExitStack() as exits:
                        exits.enter_context(Pause())


                def other():
                    with Other():
                        print(1)
                """
        },
    )
    assert {name.removeprefix("library.") for name, color in decided.colors.items() if color == "async"} == {
        "Other.__enter__",
        "Other.__exit__",
        "other",
    }
    assert "library.py:31" in decided.reasons["library.Ticks.__next__"]
    assert "contextlib.ExitStack.enter_context calls it" in decided.reasons["library.Pause.__enter__"]


def test_generators_and_everything_that_reads_them() -> None:
    """Loops, comprehensions, builtins that collect, delegation, context managers; annotations and decorators follow."""
    check_converts(
        """
        import time
        from collections.abc import Iterator
        from contextlib import contextmanager


        def ticks(n) -> Iterator[int]:
            for i in range(n):
                time.sleep(i)
                yield i


        def more(n):
            yield from ticks(n)  # theirs
            yield from range(n)


        def use():
            for t in ticks(3):
                print(t)
            a = [t for t in more(1) if t]
            b = list(ticks(2))
            c = sorted(ticks(2))
            d = {t: 1 for t in ticks(2)}
            e = sum(t for t in ticks(3))
            f = tuple(more(3))
            return a, b, c, d, e, f


        @contextmanager
        def pausing(n):
            time.sleep(n)
            yield n
            time.sleep(n)


        def manage():
            with pausing(1) as n:
                print(n)
        """,
        """
        import asyncio
        from collections.abc import AsyncIterator
        from contextlib import asynccontextmanager


        async def ticks(n) -> AsyncIterator[int]:
            for i in range(n):
                await asyncio.sleep(i)
                yield i


        async def more(n):
            async for item in ticks(n):
                yield item  # theirs
            for item in range(n):
                yield item


        async def use():
            async for t in ticks(3):
                print(t)
            a = [t async for t in more(1) if t]
            b = [item async for item in ticks(2)]
            c = sorted([item async for item in ticks(2)])
            d = {t: 1 async for t in ticks(2)}
            e = sum([t async for t in ticks(3)])
            f = tuple([item async for item in more(3)])
            return a, b, c, d, e, f


        @asynccontextmanager
        async def pausing(n):
            await asyncio.sleep(n)
            yield n
            await asyncio.sleep(n)


        async def manage():
            async with pausing(1) as n:
                print(n)
        """,
        mutations=False,
    )


def test_generator_expressions_become_lists_where_all_is_read() -> None:
    """`sum`, `sorted`, `max`, `dict` and `join` read everything; what they were given becomes a list."""
    check_converts(
        """
        import time


        def slow(x):
            time.sleep(x)
            return x


        def totals(xs):
            first = sum(slow(x) for x in xs), ",".join(slow(x) for x in xs), sorted((slow(x) for x in xs))
            return first, dict((slow(x), 1) for x in xs), max(slow(x) for x in xs if slow(x)), [slow(x) for x in xs]
        """,
        """
        import asyncio


        async def slow(x):
            await asyncio.sleep(x)
            return x


        async def totals(xs):
            first = sum([await slow(x) for x in xs]), ",".join([await slow(x) for x in xs]), sorted([await slow(x) for x in xs])
            return first, dict([(await slow(x), 1) for x in xs]), max([await slow(x) for x in xs if await slow(x)]), [await slow(x) for x in xs]
        """,
        concurrency="off",
    )


def test_sealed_places_hold_what_they_call(tmp_path: Path) -> None:
    """Each place where no `await` may stand keeps the function that it calls, and is named in the reason."""
    decided = decide(
        tmp_path,
        {
            "library.py": """
                import time


                def one(x=1): time.sleep(x); return x
                def two(x=1): time.sleep(x); return x
                def three(x=1): time.sleep(x); return x
                def four(x=1): time.sleep(x); return x
                def five(x=1): time.sleep(x); return x
                def six(x=1): time.sleep(x); return x
                def seven(x=1): time.sleep(x); return lambda function: function
                def eight(x=1): time.sleep(x); return x
                def nine(): yield time.sleep(1)


                def use(xs):
                    sorted(xs, key=lambda x: one(x))
                    print(two(x) for x in xs)
                    zip((three(x) for x in xs), xs, strict=True)
                    lazy = [(four(x) for x in xs)]
                    reversed(nine())
                    return lazy


                def default(x=five()):
                    return x


                class Config:
                    value = six()


                @seven()
                def decorated():
                    return 1


                eight.attribute = [eight() for _ in range(1)]
                """,
            "reader.py": "import library\n",  # so that its body is not the program's main part
        },
    )
    assert decided.files == {}
    reasons = {
        name.removeprefix("library."): reason.removeprefix("kept: library.py:")
        for name, reason in decided.reasons.items()
        if reason.startswith("kept: ")
    }
    assert reasons == {
        "one": "16: a lambda cannot await",
        "two": "17: `print` cannot go through something asynchronous",
        "three": "18: `zip` cannot go through something asynchronous",
        "four": "19: it is used in a way that has no asynchronous form",
        "five": "24: default arguments are evaluated when the function is defined",
        "six": "29: a class body cannot await",
        "seven": "32: decorators are evaluated when the function is defined",
        "eight": "37: a module body cannot await",
        "nine": "20: `reversed` cannot go through something asynchronous",
    }


def test_a_builtin_is_one_where_another_function_has_a_variable_of_its_name() -> None:
    """What a name means in one function says nothing of another."""
    check_converts(
        """
        import time


        def each(count):
            for number in range(count):
                time.sleep(number)
                yield number


        def use(count):
            return list(each(count))


        def other(list):
            return len(list)
        """,
        """
        import asyncio


        async def each(count):
            for number in range(count):
                await asyncio.sleep(number)
                yield number


        async def use(count):
            return [item async for item in each(count)]


        def other(list):
            return len(list)
        """,
        mutations=False,
    )


def test_what_waits_and_then_returns_a_sync_generator_is_awaited() -> None:
    """The generator is there when the wait is over, and is gone through as before."""
    check_converts(
        """
        import time


        def lines(text):
            for line in text.splitlines():
                yield line.strip()


        def load(count):
            time.sleep(count)
            return lines("a" * count)


        def use(count):
            for line in load(count):
                print(line)
        """,
        """
        import asyncio


        def lines(text):
            for line in text.splitlines():
                yield line.strip()


        async def load(count):
            await asyncio.sleep(count)
            return lines("a" * count)


        async def use(count):
            for line in await load(count):
                print(line)
        """,
        mutations=False,
    )
