"""Which files a twin has, and where they go."""

from pathlib import Path

import pytest

from aioport.api import write_twin
from aioport.project import ProjectError
from aioport.twin.make import make_twin
from tests.twin.making import text_of, twin_of


def test_every_file_of_the_package_has_its_place(tmp_path: Path) -> None:
    """As `files` says of it or of the folder around it, else where it lies; unchanged files come along."""
    result = twin_of(
        tmp_path,
        """
        files = { "client.py" = "async_client.py", "deep" = "deeper", "deep/special.py" = "elsewhere/special.py" }
        """,
        {
            "quiver/_sync/client.py": "x = 1\n",
            "quiver/_sync/clients.py": "x = 2\n",
            "quiver/_sync/deep/__init__.py": "",
            "quiver/_sync/deep/one.py": "x = 3\n",
            "quiver/_sync/deep/special.py": "x = 4\n",
        },
    )
    assert result.target == tmp_path.resolve() / "quiver" / "_async"
    assert {path: data.decode() for path, data in result.files.items()} == {
        "__init__.py": "",
        "async_client.py": "x = 1\n",
        "clients.py": "x = 2\n",
        "deeper/__init__.py": "",
        "deeper/one.py": "x = 3\n",
        "elsewhere/special.py": "x = 4\n",
    }


def test_a_twin_inside_the_package_is_not_made_from_itself(tmp_path: Path) -> None:
    """Files under the target folder are left out, and a second making gives the same."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.aioport.twin]\npackage = "quiver"\ntarget = "quiver/aio"\nnames = { Client = "AsyncClient" }\n',
        encoding="utf-8",
    )
    (tmp_path / "quiver" / "aio").mkdir(parents=True)
    (tmp_path / "quiver" / "__init__.py").write_text("class Client: ...\n", encoding="utf-8")
    first = make_twin(tmp_path)
    assert first.files == {"__init__.py": b"class AsyncClient: ...\n"}
    for path, data in first.files.items():
        (first.target / path).write_bytes(data)
    assert make_twin(tmp_path).files == first.files


def test_generators_and_protocols_turn_without_a_runtime_file(tmp_path: Path) -> None:
    """The planner is the one of programs; nothing is moved to threads and nothing vendored."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.recv"
        async = "quiver.wire.arecv"
        call = true
        """,
        {
            "quiver/wire.py": "def recv() -> bytes: ...\n",
            "quiver/_sync/stream.py": """
                import time
                from typing import Iterator

                from quiver.wire import recv


                class Stream:
                    def __iter__(self) -> Iterator[bytes]:
                        while True:
                            yield recv()

                    def __enter__(self):
                        time.sleep(1)
                        return self

                    def __exit__(self, *error):
                        recv()


                def read(stream: Stream):
                    with stream:
                        return b"".join([part for part in stream])
                """,
        },
    )
    assert sorted(result.files) == ["__init__.py", "stream.py"]
    text = text_of(result, "stream.py")
    assert "    async def __aiter__(self) -> AsyncIterator[bytes]:\n" in text
    assert "            yield await recv()\n" in text
    assert "    async def __aenter__(self):\n        time.sleep(1)\n" in text
    assert '    async with stream:\n        return b"".join([part async for part in stream])\n' in text


@pytest.mark.parametrize(
    ("pyproject", "message"),
    [
        ("", r"no \[tool.aioport.twin\]"),
        ('[tool.aioport.twin]\ntarget = "b"\n', "package"),
        ('[tool.aioport.twin]\npackage = "a"\n', "target"),
        ('[tool.aioport.twin]\npackage = "missing"\ntarget = "b"\n', r"missing: .* it is not there"),
        ('[tool.aioport.twin]\npackage = "a"\ntarget = "b"\nname = {}\n', "name"),
    ],
)
def test_settings_that_are_missing_or_wrong(tmp_path: Path, pyproject: str, message: str) -> None:
    """The error names the setting."""
    (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "__init__.py").write_text("", encoding="utf-8")
    with pytest.raises(ProjectError, match=message):
        make_twin(tmp_path)


def test_any_and_all_that_are_returned_become_loops(tmp_path: Path) -> None:
    """They stop where they did, words in them are renamed, and what a loop cannot say stays."""
    result = twin_of(
        tmp_path,
        """
        [tool.aioport.twin.names]
        Probe = "AsyncProbe"

        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.ask"
        async = "quiver.wire.aask"
        call = true
        """,
        {
            "quiver/wire.py": "def ask(host: str) -> bool: ...\n",
            "quiver/_sync/probes.py": """
                from quiver.wire import ask


                class Probe:
                    def first(self, hosts):
                        return any(ask(host) and Probe.is_up(host) for host in hosts if host or hosts)

                    def every(self, hosts):
                        return all(
                            ask(host)
                            for host in hosts
                        )  # the last line

                    def taken(self, hosts, host):
                        return any(ask(host) for host in hosts)

                    @staticmethod
                    def is_up(host):
                        return True
                """,
        },
    )
    text = text_of(result, "probes.py")
    assert (
        "        for host in hosts:\n"
        "            if (host or hosts) and (await ask(host) and AsyncProbe.is_up(host)):\n"
        "                return True\n"
        "        return False\n"
    ) in text
    assert (
        "        for host in hosts:\n"
        "            if not await ask(host):\n"
        "                return False\n"
        "        return True  # the last line\n"
    ) in text
    assert "def taken(self, hosts, host):\n        return any(" in text


def test_a_method_of_an_attribute_that_one_class_has(tmp_path: Path) -> None:
    """`unknown.cards.get()` is the method of what alone in the package is called `cards`."""
    result = twin_of(
        tmp_path,
        """
        [[tool.aioport.twin.leaf]]
        sync = "quiver.wire.ask"
        async = "quiver.wire.aask"
        call = true
        """,
        {
            "quiver/wire.py": "def ask(host: str) -> bool: ...\n",
            "quiver/_sync/boxes.py": """
                from quiver.wire import ask


                class Cards:
                    def get(self):
                        return ask("a")


                class Box:
                    def __init__(self):
                        self.cards = Cards()


                class Other:
                    def get(self):
                        return 1


                def cards_of(box):
                    return box.cards.get()
                """,
        },
    )
    text = text_of(result, "boxes.py")
    assert "async def cards_of(box):\n    return await box.cards.get()" in text


def test_the_folder_of_a_twin_is_made(tmp_path: Path) -> None:
    """A twin may go to a folder that is not there yet, outside of the project as well."""
    for name, text in {
        "project/pyproject.toml": f'[tool.aioport.twin]\npackage = "."\ntarget = "{(tmp_path / "a/twin").as_posix()}"\n',
        "project/one.py": "x = 1\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    write_twin(make_twin(tmp_path / "project"))
    assert (tmp_path / "a/twin/one.py").read_text(encoding="utf-8") == "x = 1\n"
