"""What the README and the pages in `docs/` show and point to."""

import re
from pathlib import Path

import pytest

from aioport.catalog.load import load_catalog
from aioport.catalog.schema import USUAL_COST
from tests.cli.running import invoke, write_files

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))

FILE = re.compile(r"^```python\n(# (\w+\.py)\n.*?)^```", re.MULTILINE | re.DOTALL)
SESSION = re.compile(r"^```console\n\$ aioport ([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
CATEGORY = re.compile(r"^\| `(\w+)` \| ([^|]*) \| (\w+) \|$", re.MULTILINE)
NAME = re.compile(r"`([\w.]+)`")


@pytest.mark.parametrize(("words", "shown"), SESSION.findall(README))
def test_the_readme_shows_what_is_printed(
    words: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each session of the README, in a folder with the files that the README shows, prints just that."""
    write_files(tmp_path, {name: text for text, name in FILE.findall(README)})
    monkeypatch.chdir(tmp_path)
    assert invoke(*words.split()).stdout == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A file that a page links to is there."""
    assert [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()] == []


def test_the_categories_are_those_of_the_catalog() -> None:
    """docs/catalog.md lists every category with its usual cost, in the catalog's order, and examples that are right."""
    rows = CATEGORY.findall((ROOT / "docs" / "catalog.md").read_text("utf-8"))
    assert [(category, cost) for category, _, cost in rows] == list(USUAL_COST.items())
    catalog = load_catalog()
    for category, examples, _ in rows:
        for name in NAME.findall(examples):
            blocks = catalog.blocks(name if "." in name else f"builtins.{name}")
            assert blocks is not None, name
            assert blocks.category == category
