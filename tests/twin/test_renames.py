"""A twin's name map: what its words stand for, and where they have their other name."""

from pathlib import Path
from textwrap import dedent

from tests.twin.making import text_of, twin_of


def renamed(root: Path, names: str, text: str, **files: str) -> str:
    """`module.py` of the twin of a package with that file, by a name map in TOML."""
    every = {
        "quiver/_sync/module.py": text,
        **{f"quiver/_sync/{path}.py": one for path, one in files.items()},
    }
    return text_of(twin_of(root, f"[tool.aioport.twin.names]\n{dedent(names)}", every), "module.py")


def test_classes_and_functions_are_renamed_wherever_they_are_named(tmp_path: Path) -> None:
    """Definitions, uses, imports, text in annotations and `__all__`, f-strings; not parts of words."""
    text = renamed(
        tmp_path,
        'Client = "AsyncClient"\nfetch = "afetch"\n',
        """
        from .other import Client as Base

        __all__ = ["Client", "fetch"]


        class Client(Base):
            def clone(self) -> "Client": ...


        def fetch(clients: "list[Client]"):
            return f"{Client.clone!r} Client", fetched


        fetched = [Client]
        """,
        other="class Client: ...\n",
    )
    assert text == dedent(
        """
        from .other import AsyncClient as Base

        __all__ = ["AsyncClient", "afetch"]


        class AsyncClient(Base):
            def clone(self) -> "AsyncClient": ...


        def afetch(clients: "list[AsyncClient]"):
            return f"{AsyncClient.clone!r} Client", fetched


        fetched = [AsyncClient]
        """
    ).lstrip("\n")


def test_methods_are_not_variables(tmp_path: Path) -> None:
    """A word that is a method's name is renamed on objects and for `getattr`, not as a parameter or a function."""
    text = renamed(
        tmp_path,
        'close = "aclose"\n',
        """
        class Client:
            def close(self, close=True):
                return close

            shut = close


        def stop(client: Client, close):
            client.close(close=close)
            if hasattr(client, "close"):
                getattr(client, "close")()
        """,
    )
    assert text == dedent(
        """
        class Client:
            def aclose(self, close=True):
                return close

            shut = aclose


        def stop(client: Client, close):
            client.aclose(close=close)
            if hasattr(client, "aclose"):
                getattr(client, "aclose")()
        """
    ).lstrip("\n")


def test_a_module_is_not_what_an_attribute_is_called(tmp_path: Path) -> None:
    """A word that is a module's name is renamed in imports and where that import is used."""
    text = renamed(
        tmp_path,
        'wire = "awire"\n',
        """
        from . import wire
        from .wire import dial


        class Client:
            def __init__(self):
                self.wire = wire.dial()
                self.other = dial()
        """,
        wire="def dial(): ...\n",
    )
    assert text == dedent(
        """
        from . import awire
        from .awire import dial


        class Client:
            def __init__(self):
                self.wire = awire.dial()
                self.other = dial()
        """
    ).lstrip("\n")


def test_methods_keep_their_names_where_a_leaf_does(tmp_path: Path) -> None:
    """`read -> aread` is about another class where a leaf's table says `read`; files and sockets close as ever."""
    result = twin_of(
        tmp_path,
        """
        [tool.aioport.twin.names]
        read = "aread"
        close = "aclose"

        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.Wire"
        async = "quiver.wire.AsyncWire"
        awaits = ["read", "aclose"]
        """,
        {
            "quiver/wire.py": """
                class Wire:
                    def read(self) -> bytes: ...
                    def close(self) -> None: ...
                """,
            "quiver/_sync/client.py": """
                import socket

                from quiver.wire import Wire


                class Loud(Wire):
                    def read(self):
                        return super().read()


                class Client:
                    def __init__(self, wire: Wire, socket: socket.socket):
                        self.wire, self.socket = wire, socket

                    def read(self):
                        data = self.wire.read()
                        self.wire.close()
                        self.socket.close()
                        return data
                """,
        },
    )
    text = text_of(result, "client.py")
    assert "class Loud(Wire):\n    async def read(self):\n        return await super().read()\n" in text
    assert "    async def aread(self):\n        data = await self.wire.read()\n" in text
    assert "        await self.wire.aclose()\n        self.socket.close()\n" in text


def test_dotted_keys_stand_for_what_other_packages_have(tmp_path: Path) -> None:
    """However it is imported; the import that is needed is there, and the other one goes when nothing needs it."""
    text = renamed(
        tmp_path,
        '"time.sleep" = "asyncio.sleep"\n',
        """
        import time
        from time import sleep


        def nap(clock):
            time.sleep(1)
            sleep(2)
            clock.time.sleep(3)
        """,
    )
    assert text == dedent(
        """
        import asyncio


        def nap(clock):
            asyncio.sleep(1)
            asyncio.sleep(2)
            clock.time.sleep(3)
        """
    ).lstrip("\n")


def test_imports_follow_a_leaf_to_another_module(tmp_path: Path) -> None:
    """A leaf whose async half is in another module is imported from there."""
    result = twin_of(
        tmp_path,
        """
        [tool.aioport.twin.names]
        Backend = "AutoBackend"

        [[tool.aioport.twin.leaf]]
        sync = "quiver.plain.Backend"
        async = "quiver.auto.AutoBackend"
        awaits = ["connect"]
        """,
        {
            "quiver/plain.py": "class Backend:\n    def connect(self): ...\n",
            "quiver/_sync/client.py": """
                from quiver.plain import Backend


                def connect(backend: Backend):
                    return backend.connect()
                """,
        },
    )
    text = text_of(result, "client.py")
    assert text.startswith("from quiver.auto import AutoBackend\n")
    assert "async def connect(backend: AutoBackend):\n    return await backend.connect()\n" in text


def test_names_of_classes_in_prose_follow(tmp_path: Path) -> None:
    """In docstrings and comments, where a word can be nothing else: `ConnectionPool`, not `Lock`."""
    text = renamed(
        tmp_path,
        'ConnectionPool = "AsyncConnectionPool"\nLock = "AsyncLock"\n',
        '''
        class Lock: ...


        class ConnectionPool:
            """A ConnectionPool has a Lock."""  # as ConnectionPool says
        ''',
    )
    assert '    """A AsyncConnectionPool has a Lock."""  # as AsyncConnectionPool says\n' in text


def test_names_change_places_and_positions_hold(tmp_path: Path) -> None:
    """Each word is mapped once, and other alphabets and line endings are no obstacle."""
    assert renamed(tmp_path / "a", 'a = "b"\nb = "a"\n', "a = 1\nb = a\n") == "b = 1\na = b\n"
    text = "é = 'ü'; x = é\r\n\fy = x, 'é', x\r\n"
    assert renamed(tmp_path / "b", 'x = "zz"\n', text) == "é = 'ü'; zz = é\r\n\fy = zz, 'é', zz\r\n"
