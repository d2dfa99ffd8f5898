"""Who becomes async: up to the entries, over whole families, and never halfway."""

from pathlib import Path

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide


def test_callers_up_to_the_entry_become_async_and_nothing_else() -> None:
    """Color travels from the await point to the guard, also into functions that are async or nested already."""
    check_converts(
        """
        import time


        def pause(seconds):
            def inner(n):
                time.sleep(n)
                return n

            return inner(seconds) + 1


        def pure():
            return 1


        def unused():
            return pure()


        async def other():
            return pause(1)


        async def already():
            time.sleep(3)
            return await other()


        def main():
            print(pause(pure()))


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        async def pause(seconds):
            async def inner(n):
                await asyncio.sleep(n)
                return n

            return await inner(seconds) + 1


        def pure():
            return 1


        def unused():
            return pure()


        async def other():
            return await pause(1)


        async def already():
            await asyncio.sleep(3)
            return await other()


        async def main():
            print(await pause(pure()))


        if __name__ == "__main__":
            run(main())
        """,
    )


def test_families_share_a_color() -> None:
    """Abstract methods, overrides that only compute, implementers of a Protocol, and overloads turn together."""
    check_converts(
        {
            "abstract.py": """
                import time
                from abc import ABC, abstractmethod


                class Base(ABC):
                    @abstractmethod
                    def load(self): ...

                    def twice(self):
                        return self.load(), self.load()

                    def name(self):
                        return "base"


                class Slow(Base):
                    def load(self):
                        time.sleep(1)
                        return 1


                class Fast(Base):
                    def load(self):
                        return 2

                    def name(self):
                        return "fast"


                class Faster(Fast):
                    def load(self):
                        return super().load() + 1


                def use(base: Base):
                    return base.load(), base.name()
                """,
            "structural.py": """
                import time
                import typing as t
                from typing import Protocol


                class Reader(Protocol):
                    def fetch_all(self) -> int: ...

                    def size(self) -> int: ...


                class Waiting:
                    def fetch_all(self) -> int:
                        time.sleep(1)
                        return 1

                    def size(self) -> int:
                        return 1


                class Ready:
                    def fetch_all(self) -> int:
                        return 2

                    def size(self) -> int:
                        return 2


                class Unrelated:
                    def fetch_all(self) -> int:
                        return 3


                class Sender(
                    t.Protocol,
                ):
                    def transmit(self) -> None: ...


                class Pigeon:
                    def transmit(self) -> None:
                        time.sleep(100)


                def drain(reader: Reader) -> int:
                    return reader.fetch_all() + reader.size()


                def send(sender: Sender) -> None:
                    sender.transmit()
                """,
            "overloaded.py": """
                import time
                from typing import overload


                @overload
                def pick(x: int) -> int: ...
                @overload
                def pick(x: str) -> str: ...
                def pick(x):
                    time.sleep(1)
                    return x


                def use():
                    return pick(1)
                """,
        },
        {
            "abstract.py": """
                import asyncio
                from abc import ABC, abstractmethod


                class Base(ABC):
                    @abstractmethod
                    async def load(self): ...

                    async def twice(self):
                        return await self.load(), await self.load()

                    def name(self):
                        return "base"


                class Slow(Base):
                    async def load(self):
                        await asyncio.sleep(1)
                        return 1


                class Fast(Base):
                    async def load(self):
                        return 2

                    def name(self):
                        return "fast"


                class Faster(Fast):
                    async def load(self):
                        return await super().load() + 1


                async def use(base: Base):
                    return await base.load(), base.name()
                """,
            "structural.py": """
                import asyncio
                import typing as t
                from typing import Protocol


                class Reader(Protocol):
                    async def fetch_all(self) -> int: ...

                    def size(self) -> int: ...


                class Waiting:
                    async def fetch_all(self) -> int:
                        await asyncio.sleep(1)
                        return 1

                    def size(self) -> int:
                        return 1


                class Ready:
                    async def fetch_all(self) -> int:
                        return 2

                    def size(self) -> int:
                        return 2


                class Unrelated:
                    def fetch_all(self) -> int:
                        return 3


                class Sender(
                    t.Protocol,
                ):
                    async def transmit(self) -> None: ...


                class Pigeon:
                    async def transmit(self) -> None:
                        await asyncio.sleep(100)


                async def drain(reader: Reader) -> int:
                    return await reader.fetch_all() + reader.size()


                async def send(sender: Sender) -> None:
                    await sender.transmit()
                """,
            "overloaded.py": """
                import asyncio
                from typing import overload


                @overload
                async def pick(x: int) -> int: ...
                @overload
                async def pick(x: str) -> str: ...
                async def pick(x):
                    await asyncio.sleep(1)
                    return x


                async def use():
                    return await pick(1)
                """,
        },
    )


def test_one_pinned_member_keeps_its_whole_family(tmp_path: Path) -> None:
    """A family with a member that cannot turn stays sync, and its async callers offload its calls."""
    decided = decide(
        tmp_path,
        {
            "family.py": """
                import time
                from logging import Handler


                class Base:
                    def emit(self, record):
                        pass


                class Waiting(Base):
                    def emit(self, record):
                        time.sleep(1)


                class Logging(Base, Handler):
                    def emit(self, record):
                        time.sleep(2)


                def use(base: Base):
                    time.sleep(3)
                    base.emit(None)
                """
        },
    )
    assert decided.colors == {
        "family.Base.emit": "unit",
        "family.Waiting.emit": "unit",
        "family.Logging.emit": "unit",
        "family.use": "async",
    }
    assert decided.files["family.py"].endswith(
        """
class Logging(Base, Handler):
    def emit(self, record):
        time.sleep(2)


async def use(base: Base):
    await asyncio.sleep(3)
    await offload(base.emit, None)
"""
    )


def test_demotion_leaves_code_that_works() -> None:
    """What a sync caller holds back is untouched; async callers of it run it as a unit."""
    check_converts(
        {
            "held.py": """
                import threading
                import time


                def pause():
                    time.sleep(1)


                class Worker(threading.Thread):
                    def run(self):
                        pause()


                def nap():
                    time.sleep(2)


                def main():
                    pause()
                    nap()
                    Worker().start()
                """,
        },
        {
            "held.py": """
                import asyncio
                import threading
                import time

                from _aio import offload


                def pause():
                    time.sleep(1)


                class Worker(threading.Thread):
                    def run(self):
                        pause()


                async def nap():
                    await asyncio.sleep(2)


                async def main():
                    await offload(pause)
                    await nap()
                    Worker().start()
                """,
        },
    )


def test_work_that_is_spawned_stays_as_it_is() -> None:
    """What a thread or an executor runs is no await point of whoever starts it."""
    check_unchanged(
        """
        import threading
        import time
        from concurrent.futures import ThreadPoolExecutor


        def work(n=1):
            time.sleep(n)


        def start():
            threading.Thread(target=work).start()
            threading.Thread(target=lambda: work(2)).start()
            with ThreadPoolExecutor() as pool:
                pool.submit(work, 3)
        """,
        "hands it to threading.Thread, which runs it elsewhere",
        mutations=False,
    )


def test_a_program_without_an_await_point_is_not_changed() -> None:
    """Nothing would gain, and the report says so."""
    check_unchanged(
        """
        def load(path):
            with open(path) as f:
                return f.read()


        if __name__ == "__main__":
            print(load("x"))
        """,
        "nothing here would gain",
    )


def test_what_one_call_may_run_shares_a_color() -> None:
    """Classes that have nothing in common but a call of either turn together, whether theirs awaits, blocks or computes."""
    check_converts(
        """
        import time


        class Remote:
            def fetch(self):
                time.sleep(1)
                return 1


        class Local:
            def fetch(self):
                with open("local") as file:
                    return file.read()


        class Fixed:
            def fetch(self):
                return 3


        def show(source: Remote | Local):
            return source.fetch()


        def other(source: Remote | Fixed):
            return source.fetch()


        def main():
            show(Remote())
            other(Fixed())


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import offload, run


        class Remote:
            async def fetch(self):
                await asyncio.sleep(1)
                return 1


        class Local:
            async def fetch(self):
                def fetch_in_thread():
                    with open("local") as file:
                        return file.read()

                return await offload(fetch_in_thread)


        class Fixed:
            async def fetch(self):
                return 3


        async def show(source: Remote | Local):
            return await source.fetch()


        async def other(source: Remote | Fixed):
            return await source.fetch()


        async def main():
            await show(Remote())
            await other(Fixed())


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


def test_what_is_awaited_in_two_ways_stays_sync() -> None:
    """A call of a generator or of a function, both of which would be asynchronous, can be neither gone through nor awaited."""
    check_converts(
        """
        import time


        class Remote:
            def rows(self):
                time.sleep(1)
                yield 1


        class Local:
            def rows(self):
                time.sleep(2)
                return [1]


        def show(source: Remote | Local):
            time.sleep(3)
            for row in source.rows():
                print(row)


        if __name__ == "__main__":
            show(Local())
        """,
        """
        import asyncio
        import time

        from _aio import offload, run


        class Remote:
            def rows(self):
                time.sleep(1)
                yield 1


        class Local:
            def rows(self):
                time.sleep(2)
                return [1]


        async def show(source: Remote | Local):
            await asyncio.sleep(3)

            def pause():
                for row in source.rows():
                    print(row)

            await offload(pause)


        if __name__ == "__main__":
            run(show(Local()))
        """,
    )
