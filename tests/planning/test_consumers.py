"""What reads a generator, or calls a lambda, before it returns, and so moves to a thread with it."""

from tests.check import check_converts


def test_what_the_standard_library_uses_up_at_once() -> None:
    """`reduce`, `Counter` and `deque` have waited when they return."""
    check_converts(
        """
        import time
        from collections import Counter, deque
        from functools import reduce


        def size(name):
            with open(name) as file:
                return len(file.read())


        def main():
            time.sleep(0.01)
            total = reduce(lambda so_far, name: so_far + size(name), ["a", "b"], 0)
            time.sleep(0.01)
            counted = Counter(size(name) for name in ["a", "b"]).most_common(1)
            time.sleep(0.01)
            return total, counted, deque((size(name) for name in ["a", "b"]), maxlen=1)


        if __name__ == "__main__":
            print(main())
        """,
        """
        import asyncio
        from collections import Counter, deque
        from functools import reduce

        from _aio import offload, run


        def size(name):
            with open(name) as file:
                return len(file.read())


        async def main():
            await asyncio.sleep(0.01)
            total = await offload(lambda: reduce(lambda so_far, name: so_far + size(name), ["a", "b"], 0))
            await asyncio.sleep(0.01)
            counted = (await offload(lambda: Counter(size(name) for name in ["a", "b"]))).most_common(1)
            await asyncio.sleep(0.01)
            return total, counted, await offload(lambda: deque((size(name) for name in ["a", "b"]), maxlen=1))


        if __name__ == "__main__":
            print(run(main()))
        """,
        mutations=False,
    )


def test_what_is_entered_or_gone_through_asynchronously_stays() -> None:
    """What a sync method of an unknown object gives to `async with` and `async for` belongs to the event loop."""
    check_converts(
        """
        import time
        from functools import partialmethod


        class Session:
            def call(self, method, url):
                with open(url) as file:
                    return file.read()

            get = partialmethod(call, "GET")


        def use():
            print(Session().get("/dev/null"))


        async def fetch(session, url):
            time.sleep(0.01)
            async with session.get(url) as response:
                return [line async for line in session.get(response)]


        use()
        """,
        """
        import asyncio
        from functools import partialmethod


        class Session:
            def call(self, method, url):
                with open(url) as file:
                    return file.read()

            get = partialmethod(call, "GET")


        def use():
            print(Session().get("/dev/null"))


        async def fetch(session, url):
            await asyncio.sleep(0.01)
            async with session.get(url) as response:
                return [line async for line in session.get(response)]


        use()
        """,
        mutations=False,
    )
