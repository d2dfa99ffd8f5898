"""Event loops that are started where one runs."""

from tests.mistakes.finding import PACKAGES, check


def test_loops_started_on_a_loop() -> None:
    """`asyncio.run` and its like in an `async def`, or in what it calls, raise RuntimeError."""
    found = check("""
        import asyncio

        async def fetch(): ...

        async def direct():
            asyncio.run(fetch())  # !run-inside-loop
            loop = asyncio.get_event_loop()
            loop.run_until_complete(fetch())  # !run-inside-loop
            with asyncio.Runner() as runner:
                runner.run(fetch())  # !run-inside-loop

        class Client:
            def load(self):
                return self.get()

            def get(self):
                return asyncio.run(fetch())  # !run-inside-loop

        async def reached(client: Client):
            client.load()
        """)
    assert "for `async def reached` gets here, by way of `get`" in found[-1].message


def test_loops_where_none_runs() -> None:
    """Threads, functions that ask for a running loop, entry points, and functions that are only named are right."""
    check("""
        import asyncio
        import threading
        from concurrent.futures import ThreadPoolExecutor

        async def fetch(): ...

        def blocking():
            asyncio.run(fetch())

        def either():
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return asyncio.run(fetch())
            with ThreadPoolExecutor() as pool:
                return pool.submit(asyncio.run, fetch()).result()

        async def main():
            await asyncio.to_thread(blocking)
            await asyncio.get_running_loop().run_in_executor(None, blocking)
            threading.Thread(target=lambda: asyncio.run(fetch())).start()
            either()
            return lambda: asyncio.run(fetch())

        def start():
            asyncio.run(main())

        if __name__ == "__main__":
            start()
        """)


def test_bridges_to_sync_code() -> None:
    """A bridge that runs a coroutine function to its end does so when it is called, installed or not."""
    text = """
        from asgiref.sync import async_to_sync

        async def fetch(): ...

        async def main():
            async_to_sync(fetch)()  # !run-inside-loop
            return async_to_sync(fetch)

        def sync():
            async_to_sync(fetch)()
        """
    check(text)
    check(
        text, {"asgiref/__init__.py": "", "asgiref/sync.py": "def async_to_sync(function): return function"}
    )


def test_patched_loops() -> None:
    """A project that patches asyncio to take a loop inside of a loop may do so."""
    package = {"nest_asyncio/__init__.py": "def apply(loop=None): ..."}
    check(
        """
        import asyncio
        import nest_asyncio

        nest_asyncio.apply()

        async def fetch(): ...

        async def main():
            asyncio.run(fetch())
        """,
        {**PACKAGES, **package},
    )
