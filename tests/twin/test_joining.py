"""What both halves of a package share, and what a user wrote by hand in a file that the twin writes."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from aioport.project import ProjectError
from aioport.twin.make import make_twin

SETTINGS = """
[tool.aioport.twin]
package = "."
target = "."

[tool.aioport.twin.names]
Client = "AsyncClient"

[tool.aioport.twin.files]
"quiver/client.py" = "quiver/aio/client.py"
"quiver/waiting.py" = "quiver/aio/waiting.py"

[[tool.aioport.twin.leaf]]
sync = "quiver.naps.nap"
async = "quiver.aio.client.nap_async"
call = true
"""

NAPS = """
import time


def nap(seconds):
    time.sleep(seconds)
"""

CLIENT = """
import logging
import re

from quiver.naps import nap

logger = logging.getLogger(__name__)
MISSING = object()
NUMBER = re.compile("[0-9]+")
SEEN = []


class NotFound(Exception):
    \"\"\"Raised by Client.\"\"\"


def _digits(text):
    return NUMBER.findall(text)


def note(text):
    logger.info(text)


def remember(text):
    SEEN.append(text)


class Client:
    def get(self, name, default=MISSING):
        nap(0)
        remember(name)
        if default is MISSING and not _digits(name):
            raise NotFound(name)
        return default
"""

BY_HAND = """
import asyncio
import unused


def _checked(seconds):
    return max(seconds, 0)


async def nap_async(seconds):
    await asyncio.sleep(_checked(seconds))


def replaced_by_the_twin(): ...
"""


def joined(root: Path, by_hand: str = BY_HAND, **files: str) -> str:
    """`quiver/aio/client.py` of a twin that is written beside its sync half."""
    texts = {
        "pyproject.toml": SETTINGS,
        "quiver/__init__.py": "",
        "quiver/aio/__init__.py": "",
        "quiver/naps.py": NAPS,
        "quiver/client.py": CLIENT,
        "quiver/aio/client.py": by_hand,
        **files,
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text.lstrip("\n"), encoding="utf-8")
    return make_twin(root).files.get("quiver/aio/client.py", b"").decode()


def test_what_is_the_same_is_imported(tmp_path: Path) -> None:
    """Exceptions, sentinels and functions come from the sync half; not what has state or a name of its own."""
    text = joined(tmp_path)
    assert "from quiver.client import MISSING, NUMBER, NotFound, _digits\n" in text
    assert "class NotFound" not in text
    assert "def _digits" not in text
    assert "MISSING =" not in text
    assert "SEEN = []" in text
    assert "def remember" in text
    assert "logger = logging.getLogger(__name__)" in text
    assert "def note" in text
    assert "import re\n" not in text
    assert "class AsyncClient" in text


def test_a_leaf_of_the_file_itself_is_kept(tmp_path: Path) -> None:
    """What users wrote by hand stays, with what it uses, and nothing else of the file that was there."""
    text = joined(tmp_path)
    assert "async def nap_async(seconds):\n    await asyncio.sleep(_checked(seconds))\n" in text
    assert text.index("def _checked") < text.index("async def nap_async") < text.index("class AsyncClient")
    assert "import asyncio\n" in text
    assert "unused" not in text
    assert "nap = nap_async\n" in text or "await nap_async(0)" in text
    assert "replaced_by_the_twin" not in text
    assert "from quiver.aio.client import" not in text


def test_a_leaf_that_nobody_defines_is_refused(tmp_path: Path) -> None:
    """The twin cannot write a file that imports from itself what is not there."""
    with pytest.raises(ProjectError, match="nap_async"):
        joined(tmp_path, by_hand="")


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    """What is kept by hand is found again in what the twin wrote."""
    first = joined(tmp_path)
    (tmp_path / "quiver/aio/client.py").write_text(first, encoding="utf-8")
    assert make_twin(tmp_path).files["quiver/aio/client.py"].decode() == first


def test_both_halves_catch_one_exception(tmp_path: Path) -> None:
    """A clause for the sync half's exception catches what the async half raises, when both are run."""
    text = joined(tmp_path)
    (tmp_path / "quiver/aio/client.py").write_text(text, encoding="utf-8")
    (tmp_path / "use.py").write_text(
        dedent(
            """
            import asyncio

            from quiver.aio.client import AsyncClient
            from quiver.client import Client, MISSING, NotFound


            def sync():
                try:
                    Client().get("x")
                except NotFound as error:
                    print("sync", error)


            async def main():
                try:
                    await AsyncClient().get("x", MISSING)
                except NotFound as error:
                    print("async", error)


            sync()
            asyncio.run(main())
            """
        ),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "use.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("sync x\nasync x\n", "")


def test_what_names_something_changed_is_not_shared(tmp_path: Path) -> None:
    """A function that makes the class that becomes async is another one in the async half, and so is what calls it."""
    made = f"{CLIENT}\n\ndef make():\n    return Client()\n\n\ndef two():\n    return make(), make()\n"
    text = joined(tmp_path, **{"quiver/client.py": made})
    assert "def make():\n    return AsyncClient()" in text
    assert "def two()" in text


def test_what_follows_an_import_of_the_async_half_is_not_shared(tmp_path: Path) -> None:
    """It is not defined yet when the async half is imported; and the import is not made in the async half itself."""
    late = f"{CLIENT}\n\nfrom quiver.aio.client import AsyncClient\n\n\ndef late():\n    return 1\n"
    text = joined(tmp_path, **{"quiver/client.py": late})
    assert "def late" in text
    assert "from quiver.aio.client import" not in text


def test_another_package_shares_nothing(tmp_path: Path) -> None:
    """An async half that is a package of its own does not depend on the sync one."""
    settings = SETTINGS.replace("quiver/aio/", "aioquiver/").replace("quiver.aio.", "aioquiver.")
    for path, text in {"aioquiver/client.py": BY_HAND, "aioquiver/__init__.py": ""}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    joined(tmp_path, **{"pyproject.toml": settings})
    text = make_twin(tmp_path).files["aioquiver/client.py"].decode()
    assert "class NotFound(Exception)" in text
    assert "from quiver.client" not in text


def test_a_file_without_a_place_is_not_written(tmp_path: Path) -> None:
    """Where the twin is written into the package, the sync half stays as it is, and it is told what that leaves out."""
    joined(tmp_path, **{"quiver/other.py": "from quiver.naps import nap\n\n\ndef rest():\n    nap(1)\n"})
    made = make_twin(tmp_path)
    assert set(made.files) == {"quiver/aio/client.py"}
    assert "quiver/other.py: it would change, and `files` gives it no place in the async half" in made.reasons
