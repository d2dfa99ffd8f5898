"""Calls that the checker knows nothing of, and that a scan follows to what waits outside of the project."""

from tests.check import check_converts
from tests.planning.programs import convert


def test_what_a_scan_finds_goes_to_a_thread() -> None:
    """A file that comes to a call in an attribute of what a parameter without a type is a list of."""
    check_converts(
        """
        import time


        class Reader:
            def __init__(self, source):
                self.source = source


        def make(path):
            return Reader(open(path))


        def work(readers):
            for reader in readers:
                print(reader.source.read(10))
            time.sleep(1)


        def main():
            work([make("a")])


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import offload, run


        class Reader:
            def __init__(self, source):
                self.source = source


        def make(path):
            return Reader(open(path))


        async def work(readers):
            def use_files():
                for reader in readers:
                    print(reader.source.read(10))

            await offload(use_files)
            await asyncio.sleep(1)


        async def main():
            await work([await offload(make, "a")])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_no_rule_is_about_what_only_a_scan_finds() -> None:
    """A session whose class nothing but a scan tells stays what it is, and waits in a thread."""
    check_converts(
        """
        import time

        import requests


        class Client:
            def __init__(self, session):
                self.session = session


        def work(clients):
            for client in clients:
                print(client.session.get("http://127.0.0.1/").text)
            time.sleep(1)


        def main():
            work([Client(requests.Session())])


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        import requests

        from _aio import offload, run


        class Client:
            def __init__(self, session):
                self.session = session


        async def work(clients):
            def use_network():
                for client in clients:
                    print(client.session.get("http://127.0.0.1/").text)

            await offload(use_network)
            await asyncio.sleep(1)


        async def main():
            await work([Client(requests.Session())])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_what_may_be_a_file_or_something_of_the_project_has_one_color() -> None:
    """A method of the project's own that is called where a file may be stays sync, and waits in a thread there."""
    check_converts(
        """
        import time


        class Slow:
            def read(self, size):
                time.sleep(1)
                return ""


        class Reader:
            def __init__(self, source):
                self.source = source


        def work(readers):
            for reader in readers:
                print(reader.source.read(10))
            time.sleep(1)


        def main():
            work([Reader(open("a")), Reader(Slow())])


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        import time

        from _aio import offload, run


        class Slow:
            def read(self, size):
                time.sleep(1)
                return ""


        class Reader:
            def __init__(self, source):
                self.source = source


        async def work(readers):
            def pause():
                for reader in readers:
                    print(reader.source.read(10))

            await offload(pause)
            await asyncio.sleep(1)


        async def main():
            await work([Reader(await offload(open, "a")), Reader(Slow())])


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_a_method_of_a_common_name_that_may_run_somewhere_stays_sync() -> None:
    """`get` says nothing, and what `found` returns is of no known type; but an object with that method gets there."""
    conversion = convert(
        """
        import time
        from types import SimpleNamespace
        from typing import Any

        shelf: Any = SimpleNamespace()


        class Store:
            def get(self, key):
                time.sleep(0.01)
                return key


        def fill():
            shelf.held = Store()


        def found():
            return shelf.held


        async def main():
            fill()
            print(found().get(1))
        """
    )
    text = conversion.files["program.py"]
    assert "    def get(self, key):" in text
    assert "await offload(found().get, 1)" in text


def test_what_a_function_is_called_after_is_what_it_returns() -> None:
    """As a variable `store` is taken for a `Store`, so is what `get_store()` returns, where nothing more is known."""
    conversion = convert(
        """
        import time
        from typing import Any


        class Store:
            def get(self, key):
                time.sleep(0.01)
                return key


        def get_store(kept: Any = None):
            return kept or Store()


        async def main(kept):
            print(get_store(kept).get(1))
        """
    )
    assert "await get_store(kept).get(1)" in conversion.files["program.py"]
