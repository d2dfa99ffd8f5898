"""`aioport twin`."""

from pathlib import Path

from tests.cli.running import contents, invoke, write_files

FILES = {
    "pyproject.toml": """\
[tool.aioport.twin]
package = "quiver/_sync"
target = "quiver/_async"
names = { Client = "AsyncClient" }

[[tool.aioport.twin.leaf]]
sync = "quiver.wire.Wire"
async = "quiver.wire.AsyncWire"
awaits = ["send"]
""",
    "quiver/__init__.py": "",
    "quiver/wire.py": """\
class Wire:
    def send(self, data: bytes) -> None: ...


class AsyncWire:
    async def send(self, data: bytes) -> None: ...
""",
    "quiver/_sync/__init__.py": "",
    "quiver/_sync/client.py": """\
from quiver.wire import Wire


class Client:
    def __init__(self, wire: Wire) -> None:
        self.wire = wire

    def close(self) -> None:
        self.wire.send(b"bye")
""",
}


def test_a_twin_is_made_and_checked(tmp_path: Path) -> None:
    """--check writes nothing and is exit code 1 until the twin is as it would be made."""
    write_files(tmp_path, FILES)
    before = contents(tmp_path)
    stale = invoke("twin", tmp_path, "--check")
    assert stale.exit_code == 1, stale.output
    assert f"not up to date: {tmp_path / 'quiver' / '_async' / 'client.py'}\n" in stale.stdout
    assert contents(tmp_path) == before

    made = invoke("twin", tmp_path)
    assert made.exit_code == 0, made.output
    assert f"written: {tmp_path / 'quiver' / '_async' / 'client.py'}\n" in made.stdout
    assert "class AsyncClient" in (tmp_path / "quiver" / "_async" / "client.py").read_text(encoding="utf-8")

    fresh = invoke("twin", tmp_path, "--check")
    assert (fresh.exit_code, fresh.output) == (0, "")


def test_a_project_without_twin_settings(tmp_path: Path) -> None:
    """The message names what is missing."""
    write_files(tmp_path, {"module.py": "x = 1\n"})
    result = invoke("twin", tmp_path)
    assert result.exit_code == 2
    assert "[tool.aioport.twin]" in result.stderr
