"""What the settings say of leaves, found in the program."""

from pathlib import Path
from textwrap import dedent

from tests.twin.making import text_of, twin_of

WIRE = """
    class Wire:
        def send(self, data: bytes) -> None: ...
        def peek(self) -> bytes: ...
        def chunks(self): ...
        def __enter__(self) -> "Wire": ...
        def __exit__(self, *error): ...


    class Waker:
        def _hidden(self) -> None: ...
        def wake(self) -> None: ...


    def dial(host: str) -> Wire: ...
    """

SETTINGS = """
    [tool.aioport.twin.names]
    Client = "AsyncClient"
    close = "aclose"

    [[tool.aioport.twin.leaf]]
    sync = "quiver.wire.Wire"
    async = "quiver.wire.AsyncWire"
    awaits = ["send"]
    context_manager = true
    iterates = "chunks"

    [[tool.aioport.twin.leaf]]
    sync = "quiver.wire.dial"
    async = "quiver.wire.adial"
    call = true

    [[tool.aioport.twin.leaf]]
    sync = "quiver.wire.Waker"
    async = "quiver.wire.AsyncWaker"
    awaits = ["*"]

    [[tool.aioport.twin.leaf]]
    sync = "quiver._sync.locks.Lock"
    async = "asyncio.Lock"
    awaits = ["acquire"]
    context_manager = true
    """


def test_leaves_of_every_shape(tmp_path: Path) -> None:
    """Methods that are awaited, a call, a context manager, an iterated method, every public method, an alias."""
    result = twin_of(
        tmp_path,
        SETTINGS,
        {
            "quiver/wire.py": WIRE,
            "quiver/_sync/locks.py": "import threading\n\nLock = threading.Lock\n",
            "quiver/_sync/client.py": """
                import quiver.wire as w
                from quiver._sync.locks import Lock
                from quiver.wire import Waker, dial


                class Client:
                    def __init__(self, wire: w.Wire, waker: Waker):
                        self.wire = wire
                        self.waker = waker
                        self.lock = Lock()

                    def close(self):
                        self.wire.send(b"bye")

                    def look(self):
                        return self.wire.peek()

                    def read(self):
                        with self.lock:
                            return [chunk for chunk in self.wire.chunks()]

                    def fresh(self, host):
                        with dial(host) as wire:
                            wire.send(b"hi")

                    def wait(self):
                        self.waker.wake()
                        self.lock.acquire()

                    def hidden(self):
                        self.waker._hidden()

                    def pure(self):
                        return 1


                def close_all(clients: list[Client]):
                    for client in clients:
                        client.close()
                """,
        },
    )
    assert text_of(result, "client.py") == dedent("""
        import quiver.wire as w
        from asyncio import Lock
        from quiver.wire import Waker, dial


        class AsyncClient:
            def __init__(self, wire: w.Wire, waker: Waker):
                self.wire = wire
                self.waker = waker
                self.lock = Lock()

            async def aclose(self):
                await self.wire.send(b"bye")

            def look(self):
                return self.wire.peek()

            async def read(self):
                async with self.lock:
                    return [chunk async for chunk in self.wire.chunks()]

            async def fresh(self, host):
                async with await dial(host) as wire:
                    await wire.send(b"hi")

            async def wait(self):
                await self.waker.wake()
                await self.lock.acquire()

            def hidden(self):
                self.waker._hidden()

            def pure(self):
                return 1


        async def close_all(clients: list[AsyncClient]):
            for client in clients:
                await client.aclose()
        """).lstrip("\n")


def test_a_method_is_known_by_its_name_in_the_twin_too(tmp_path: Path) -> None:
    """`awaits` may give the async half's name, which the name map leads back to the sync one."""
    result = twin_of(
        tmp_path,
        """
        names = { send = "asend" }

        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.Wire"
        async = "quiver.wire.AsyncWire"
        awaits = ["asend"]
        """,
        {
            "quiver/wire.py": WIRE,
            "quiver/_sync/f.py": "from quiver.wire import Wire\n\n\ndef f(w: Wire):\n    w.send(b'')\n",
        },
    )
    assert text_of(result, "f.py").endswith("async def f(w: Wire):\n    await w.asend(b'')\n")


def test_a_leaf_that_is_only_renamed_makes_nothing_async(tmp_path: Path) -> None:
    """Names change, colors do not."""
    result = twin_of(
        tmp_path,
        """
        names = { Wire = "AsyncWire" }

        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.Wire"
        async = "quiver.wire.AsyncWire"
        kind = "rename only"
        awaits = ["send"]
        """,
        {
            "quiver/wire.py": WIRE,
            "quiver/_sync/f.py": "from quiver.wire import Wire\n\n\ndef f(w: Wire):\n    w.send(b'')\n",
        },
    )
    assert (
        text_of(result, "f.py")
        == "from quiver.wire import AsyncWire\n\n\ndef f(w: AsyncWire):\n    w.send(b'')\n"
    )


def test_what_is_a_leaf_itself_is_not_converted(tmp_path: Path) -> None:
    """A class of the package that the settings name has its async half already; its callers still turn."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver._sync.backend.Backend"
        async = "quiver.backends.AsyncBackend"
        awaits = ["read"]
        """,
        {
            "quiver/_sync/backend.py": "class Backend:\n    def read(self):\n        return self.read()\n",
            "quiver/_sync/f.py": "from .backend import Backend\n\n\ndef f(b: Backend):\n    return b.read()\n",
        },
    )
    assert (
        text_of(result, "backend.py") == "class Backend:\n    def read(self):\n        return self.read()\n"
    )
    assert text_of(result, "f.py").endswith("async def f(b: Backend):\n    return await b.read()\n")


def test_a_parameter_can_be_a_leaf(tmp_path: Path) -> None:
    """What a function is handed is called and awaited there, and nowhere else of that name."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver._sync.f.retry.connect"
        async = "quiver._sync.f.retry.connect"
        call = true
        """,
        {
            "quiver/_sync/f.py": "def retry(connect):\n    return connect()\n\n\ndef once(connect):\n    return connect()\n"
        },
    )
    assert text_of(result, "f.py") == (
        "async def retry(connect):\n    return await connect()\n\n\ndef once(connect):\n    return connect()\n"
    )


def test_a_private_function_that_nobody_can_await_stays(tmp_path: Path) -> None:
    """A public one turns whoever calls it, since users do; the sync half goes on calling the sync one."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.dial"
        async = "quiver.wire.adial"
        call = true
        """,
        {
            "quiver/wire.py": WIRE,
            "quiver/_sync/f.py": """
                from quiver.wire import dial


                class C:
                    def __init__(self):
                        self._open()

                    def _open(self):
                        return dial("x")

                    def open(self):
                        return dial("y")
                """,
        },
    )
    text = text_of(result, "f.py")
    assert "    def _open(self):\n        return dial(" in text
    assert "    async def open(self):\n        return await dial(" in text
    assert any(reason.endswith("_open: kept: all that calls it stays sync") for reason in result.reasons)


def test_abstract_methods_of_a_class_with_an_async_name(tmp_path: Path) -> None:
    """Nothing waits in the class, and the names say that it has an async half: what others implement is async."""
    result = twin_of(
        tmp_path,
        """
        [tool.aioport.twin.names]
        Policy = "AsyncPolicy"
        """,
        {
            "quiver/_sync/policies.py": """
                from abc import ABC, abstractmethod


                class Policy(ABC):
                    @abstractmethod
                    def allows(self, name: str) -> bool: ...

                    @property
                    @abstractmethod
                    def label(self) -> str: ...

                    @abstractmethod
                    def __len__(self) -> int: ...

                    def describe(self) -> str:
                        return self.label


                class Everything(Policy):
                    label = "all"

                    def allows(self, name: str) -> bool:
                        return True

                    def __len__(self) -> int:
                        return 0


                class Other(ABC):
                    @abstractmethod
                    def allows(self, name: str) -> bool: ...


                def check(policy: Policy, other: Other) -> bool:
                    return policy.allows("a") and other.allows("a")
                """
        },
    )
    text = text_of(result, "policies.py")
    assert text.count("async def allows") == 2
    assert "async def check" in text
    assert 'return await policy.allows("a") and other.allows("a")' in text
    assert text.count("async def") == 3


def test_a_leaf_that_is_only_a_default(tmp_path: Path) -> None:
    """A function of the package that waits, and is called as what a parameter was given by default."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver._sync.naps.doze"
        async = "quiver._async.waits.adoze"
        call = true
        """,
        {
            "quiver/_sync/naps.py": "def doze(seconds: float) -> None: ...\n",
            "quiver/_sync/tries.py": """
                from .naps import doze


                class Tries:
                    def __init__(self, doze=doze):
                        self.doze = doze

                    def again(self):
                        self.doze(1)


                class Both:
                    def __enter__(self):
                        return self

                    def __exit__(self, *error):
                        return None

                    async def __aenter__(self):
                        return self.__enter__()

                    async def __aexit__(self, *error):
                        return self.__exit__(*error)
                """,
        },
    )
    text = text_of(result, "tries.py")
    assert "async def again(self):\n        await self.doze(1)" in text
    assert "return self.__exit__(*error)" in text


def test_methods_of_what_a_property_gives(tmp_path: Path) -> None:
    """The property's declaration says whose methods they are, on an object that may be None as well."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "time.sleep"
        async = "asyncio.sleep"
        call = true
        """,
        {
            "quiver/_sync/module.py": """
            import time
            from typing import Optional, Union


            class One:
                def execute(self):
                    time.sleep(1)

                def pipeline(self):
                    return Pipe()


            class Other(One):
                def execute(self):
                    time.sleep(2)


            class Pipe:
                def __enter__(self):
                    return self

                def __exit__(self, *error):
                    time.sleep(3)


            class Database:
                @property
                def client(self) -> Union[One, Other]:
                    return One()


            class Executor:
                def __init__(self):
                    self.active: Optional[Database] = None

                def run(self):
                    return self.active.client.execute()

                def pipe(self):
                    with self.active.client.pipeline() as pipe:
                        return pipe
            """
        },
    )
    text = text_of(result, "module.py")
    assert "return await self.active.client.execute()" in text
    assert "async with self.active.client.pipeline() as pipe:" in text
