"""How often the checker is run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from aioport import rounds
from aioport.catalog.load import load_catalog
from aioport.converting import convert
from aioport.discovery import discover
from aioport.program.pyrefly import Invocation, started
from aioport.settings import Options


def test_verification_begins_with_what_was_found_out_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The type of `watson` takes a second run over the project, and none over its conversion: the first one sees it."""
    folders: list[Path] = []

    @contextmanager
    def counted(invocation: Invocation, scratch: Path) -> Iterator[object]:
        folders.append(scratch)
        with started(invocation, scratch) as finish:
            yield finish

    monkeypatch.setattr(rounds, "started", counted)
    program = """
        import time


        class Watson:
            def push(self):
                time.sleep(1)


        def send(watson):
            watson.push()


        if __name__ == "__main__":
            send(Watson())
        """
    (tmp_path / "app.py").write_text(dedent(program).lstrip("\n"))
    outcome = convert(discover([tmp_path], Options()), load_catalog())
    assert b"async def send(watson):\n    await watson.push()" in outcome.texts["app.py"]
    assert [folder.name for folder in folders] == ["1", "2", "1"]
