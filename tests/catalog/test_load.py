"""Reading catalog files: what a mistake is answered with."""

from pathlib import Path
from typing import Any

import pytest

from aioport.catalog.load import CatalogError, catalog_files, load_catalog, read_file, read_table

SLEEP = {"sync": "time.sleep(seconds)", "async": "await asyncio.sleep(seconds)"}

MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"purr": []}, "unknown field `purr`"),
    (
        {"blocks": [{"names": ["a.b"], "category": "coffee"}]},
        r"Invalid enum value 'coffee' - at `\$.blocks\[0\].category`",
    ),
    (
        {"blocks": [{"names": ["b.b", "a.a"], "category": "file"}]},
        r"blocks\[0\].names: `a.a` must stand before `b.b`",
    ),
    ({"pure": ["a.a", "a.a"]}, "pure: `a.a` stands there twice"),
    (
        {"rewrite": [{"sync": "time.sleep(", "async": "x"}]},
        r"rewrite\[0\].sync: `time.sleep\(` is no Python expression",
    ),
    ({"rewrite": [SLEEP | {"async": "await"}]}, r"rewrite\[0\].async: `await` is no Python expression"),
    ({"rewrite": [SLEEP | {"sync": "time.sleep"}]}, "is no call of a dotted name"),
    ({"rewrite": [SLEEP | {"sync": "time.sleep(1)"}]}, "`1` is no metavariable"),
    ({"rewrite": [SLEEP | {"sync": "time.sleep(s=1)"}]}, "`s=1` is no `name=metavariable`"),
    ({"rewrite": [SLEEP | {"sync": "time.sleep(other)"}]}, "`seconds` is not bound in `sync`"),
    ({"rewrite": [SLEEP | {"sync": "time.sleep(seconds, other)"}]}, "`other` is not used in `async`"),
    ({"rewrite": [SLEEP | {"async": "await aiohttp.sleep(seconds)"}]}, "`aiohttp` is not bound"),
    ({"rewrite": [SLEEP | {"positional": 2}]}, "positional: 2 is not between 1 and 1"),
    ({"rewrite": [SLEEP | {"when": {"seconds": "round"}}]}, "`round` is no kind; choose of boolean, "),
    ({"rewrite": [SLEEP | {"when": {"hours": "number"}}]}, "`hours` is no metavariable"),
    ({"rewrite": [SLEEP | {"where": {"NAME": ["a"]}}]}, "the placeholder `NAME` is not used"),
    (
        {"rewrite": [SLEEP | {"sync": "time.sleep(seconds, **more)"}]},
        "must stand in `sync` and in `async` alike",
    ),
    (
        {
            "rewrite": [
                {"sync": "time.sleep(seconds, **more)", "async": "await asyncio.sleep(seconds, **more)"}
            ]
        },
        r"add \[\[arguments.more\]\]",
    ),
    (
        {"member": [{"sync": "a.B.c()", "async": "self.c"}]},
        r"member\[0\].sync: `a.B.c\(\)` is no dotted name",
    ),
    ({"member": [{"sync": "a.B.c", "async": "other.c"}]}, "`other` is not bound"),
    ({"support": "def f(:\n"}, "support: line 1: invalid syntax"),
    ({"example": [{"before": "pass"}]}, r"example\[0\]: give either `after`, or `why`"),
]


@pytest.mark.parametrize(("table", "message"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_its_remedy(table: dict[str, Any], message: str) -> None:
    """The message says which entry, which field and what is wrong."""
    with pytest.raises(CatalogError, match=message) as raised:
        load_catalog([table])
    assert str(raised.value).startswith("tool.aioport.catalog[0]:")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """A syntax error names the file and the line."""
    file = tmp_path / "broken.toml"
    file.write_text("summary = \n")
    with pytest.raises(CatalogError, match=r"broken.toml: .*line 1"):
        read_file(file)


def test_an_entry_of_the_user_goes_first() -> None:
    """A user's rule, category and home count before those that are shipped."""
    catalog = load_catalog(
        [
            {
                "homes": {"_socket": "mine"},
                "blocks": [{"names": ["time.sleep"], "category": "cpu"}],
                "rewrite": [{"sync": "time.sleep(seconds)", "async": "await trio.sleep(seconds)"}],
                "support": "import trio",
            }
        ]
    )
    found = catalog.blocks("time.sleep")
    assert found is not None
    assert found.category == "cpu"
    assert [rule.library for rule in catalog.rewrites("time.sleep")] == ["tool.aioport.catalog[0]", "time"]
    assert catalog.public_name("_socket.socket") == "mine.socket"


def test_the_files_come_in_a_fixed_order() -> None:
    """The order of the files is that of their folders and names, whatever the file system says."""
    names = [file.name for file in catalog_files()]
    first, second = names.index("zoneinfo.toml") + 1, names.index("zmq.toml") + 1
    folders = [names[:first], names[first:second], names[second:]]
    assert folders == [sorted(one) for one in folders]
    assert {"time.toml", "os.toml", "subprocess.toml"} <= set(names[:first])


def test_a_table_may_hold_everything_that_a_file_may() -> None:
    """User entries are read as files are."""
    library = read_table({"summary": "s", "checked": "2026-11", "spawns": ["a.start"]}, "mine")
    assert library.spawns == ("a.start",)
