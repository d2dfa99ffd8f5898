"""What code outside of a project may call."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from aioport.analysing import analysed
from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.documents import with_documents
from aioport.planning.public import find_public
from aioport.settings import Options
from tests.cli.running import write_files

PRIVATE = """\
class Base:
    def close(self): ...
    def _free(self): ...


class Client(Base):
    def fetch(self): ...


class Other:
    def go(self): ...


def connect():
    return Client()


def helper():
    return connect()
"""


def public(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    write_files(folder, files)
    project = with_documents(discover([folder], Options()))
    with analysed(project, load_catalog(())) as found:
        signs = find_public(found.analysis)
        return {found.analysis.function(one).name: sign for one, sign in signs.items()}


def test_what_a_package_imports_is_exported(tmp_path: Path) -> None:
    """From a private module too, with what its classes inherit; the rest of that module is nobody's."""
    files = {"shop/__init__.py": "from shop._client import Client, connect\n", "shop/_client.py": PRIVATE}
    found = public(tmp_path, files)
    assert found == dict.fromkeys(
        ("shop._client.Base.close", "shop._client.Client.fetch", "shop._client.connect"), "shop exports it"
    )


def test_all_says_what_is_exported(tmp_path: Path) -> None:
    """And what is not, whatever it is called."""
    found = public(tmp_path, {"shop.py": f'__all__ = ["connect", "Client"]\n\n\n{PRIVATE}'})
    assert found.keys() == {"shop.Base.close", "shop.Client.fetch", "shop.connect"}


def test_all_hands_on_what_is_imported(tmp_path: Path) -> None:
    """Through as many modules as it takes, relative imports and other names included."""
    files = {
        "shop/__init__.py": 'from .api import connect\n\n__all__ = ["connect"]\n',
        "shop/api.py": "from ._client import connect as connect\n",
        "shop/_client.py": PRIVATE,
    }
    assert public(tmp_path, files)["shop._client.connect"] == "shop exports it"


def test_where_nothing_is_exported_names_tell(tmp_path: Path) -> None:
    """What nothing in the project calls is told as such."""
    found = public(tmp_path, {"script.py": PRIVATE})
    assert found["script.helper"] == "its name is public, and nothing in the project calls it"
    assert found["script.connect"] == "its name is public"
    assert "script.Base._free" not in found


def test_beside_exports_what_the_project_calls_itself_is_its_own(tmp_path: Path) -> None:
    """A public name alone says little in a project that exports on purpose."""
    files = {
        "shop/__init__.py": "from .client import connect\n",
        "shop/client.py": PRIVATE.replace("return connect()", "return make()") + "\n\ndef make(): ...\n",
        "tests/test_client.py": "from shop.client import helper\n\n\ndef test_it():\n    helper()\n",
    }
    found = public(tmp_path, files)
    assert "shop.client.make" not in found
    assert found["shop.client.helper"] == "its name is public, and nothing in the project calls it"
    assert not any(name.startswith("test") for name in found)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("README.md", "Call `make` first."),
        ("docs/use.rst", "See :func:`shop.client.make`."),
        ("docs/a/b.md", "    x = make(1)\n"),
    ],
)
def test_documented_is_public(tmp_path: Path, page: str, text: str) -> None:
    """Whatever `__all__` says: readers go by the documentation."""
    files = {"shop/__init__.py": "", "shop/client.py": "__all__ = []\n\n\ndef make(x): ...\n", page: text}
    assert public(tmp_path, files) == {"shop.client.make": "the documentation names it"}


def test_what_only_calls_itself_is_called_by_nobody_else(tmp_path: Path) -> None:
    """A function that takes another turn is as public as one that does not."""
    text = "def walk(tree):\n    for one in tree:\n        walk(one)\n\n\ndef even(n):\n    return odd(n)\n\n\ndef odd(n):\n    return n\n"
    found = public(
        tmp_path,
        {
            "shop/__init__.py": "from shop._client import Client\n",
            "shop/_client.py": PRIVATE,
            "shop/trees.py": text,
        },
    )
    assert found["shop.trees.walk"] == "its name is public, and nothing in the project calls it"
    assert "shop.trees.even" in found
    assert "shop.trees.odd" not in found
