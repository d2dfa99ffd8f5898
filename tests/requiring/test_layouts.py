"""Edits of lists of dependencies, in layouts that people write."""

import pytest

from aioport.requiring import pyproject, requirement_files, setup_cfg

NEW = "aiohttp>=3.14,<4"
PROJECT = "[project] dependencies"


def swapped(list_: str) -> str:
    """`dependencies = LIST` with the new requirement added and requests removed."""
    text = f"[project]\ndependencies = {list_}\n"
    added = pyproject.add(text, PROJECT, NEW, "requests")
    removed = pyproject.remove(added, PROJECT, "requests")
    return removed.removeprefix("[project]\ndependencies = ").removesuffix("\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["requests"]', '["aiohttp>=3.14,<4"]'),
        ("['requests']", "['aiohttp>=3.14,<4']"),
        ('["requests>=2", "attrs"]', '["aiohttp>=3.14,<4", "attrs"]'),
        ('["attrs", "Requests"]', '["aiohttp>=3.14,<4", "attrs"]'),
        ('[ "zope", "requests[socks]" ]', '[ "zope", "aiohttp>=3.14,<4" ]'),
        ('[\n  "requests",\n]', '[\n  "aiohttp>=3.14,<4",\n]'),
        ('[\n  "requests"\n]', '[\n  "aiohttp>=3.14,<4"\n]'),
        ('[\n\t"zope",\n\t"requests"\n]', '[\n\t"zope",\n\t"aiohttp>=3.14,<4"\n]'),
        ('[\r\n  "requests",\r\n]', '[\r\n  "aiohttp>=3.14,<4",\r\n]'),
        (
            '[\n  "b",  # one, two\n  "requests",  # gone\n  # last\n  "a",\n]',
            '[\n  "b",  # one, two\n  "aiohttp>=3.14,<4",\n  # last\n  "a",\n]',
        ),
        ('["zope",\n "requests"]', '["zope",\n "aiohttp>=3.14,<4"]'),
        ("""["z", 'requests; python_version < "3.12"']""", """["z", "aiohttp>=3.14,<4"]"""),
    ],
)
def test_arrays(before: str, after: str) -> None:
    """Quotes, indentation, commas, comments and line ends are those of the list."""
    assert swapped(before) == after


def test_every_entry_of_a_distribution_goes() -> None:
    """One with a marker for each Python is one distribution all the same."""
    assert (
        swapped("""["requests<2; python_version < '3'", "requests>2", "x"]""") == '["aiohttp>=3.14,<4", "x"]'
    )


def test_pyproject_lists() -> None:
    """Groups, extras and the tools' own lists are told apart by what they are for."""
    text = """\
[project]
dependencies = ["requests>=2"]
optional-dependencies.http = ["requests[socks]"]
[dependency-groups]
dev = ["pytest", {include-group = "docs"}]
docs = []
[tool.hatch.envs.default]
dependencies = ["x"]
[build-system]
requires = ["requests"]
"""
    found = {place.where: place for place in pyproject.find_places("pyproject.toml", text)}
    assert {where: place.role for where, place in found.items()} == {
        "[project] dependencies": "main",
        "[project.optional-dependencies] http": "extra",
        "[dependency-groups] dev": "group",
        "[dependency-groups] docs": "group",
        "[tool.hatch.envs.default] dependencies": "group",
    }
    assert [one.line for one in found["[project] dependencies"].declared] == [2]
    assert pyproject.add(text, "[dependency-groups] docs", "x", None) == text.replace(
        "docs = []", 'docs = ["x"]'
    )
    assert pyproject.add(text, "[dependency-groups] dev", "x", None).count('"docs"}, "x"]') == 1


POETRY = """\
[tool.poetry.dependencies]
python   = "^3.11"  # first
attrs    = "^23"
requests = {version = "^2.31", extras = ["socks"]}
rich     = {version = "*", optional = true}

[tool.poetry.group.dev.dependencies]
types-requests="*"
"""


def test_poetry() -> None:
    """A key a dependency, in the table's columns; optional ones are those of extras."""
    main, optional, dev = pyproject.find_places("pyproject.toml", POETRY)
    assert [one.name for one in main.declared] == ["attrs", "requests"]
    assert [one.name for one in optional.declared] == ["rich"]
    assert (main.role, optional.role, dev.role) == ("main", "extra", "group")
    text = pyproject.add(POETRY, main.where, NEW, "requests")
    text = pyproject.remove(text, main.where, "requests")
    text = pyproject.remove(text, dev.where, "types-requests")
    assert (
        text
        == """\
[tool.poetry.dependencies]
python   = "^3.11"  # first
aiohttp  = ">=3.14,<4"
attrs    = "^23"
rich     = {version = "*", optional = true}

[tool.poetry.group.dev.dependencies]
"""
    )
    assert pyproject.add(POETRY, dev.where, "x[b,a]>1", None).endswith(
        '"*"\nx={version = ">1", extras = ["a", "b"]}\n'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("requests\n", f"{NEW}\n"),
        ("requests", NEW),
        ("# web\nrequests==2.31  # pinned\n\n# other\nattrs\n", f"# web\n{NEW}\n\n# other\nattrs\n"),
        ("attrs\r\nrequests>=2 ; python_version < '4'\r\nzope\r\n", f"{NEW}\r\nattrs\r\nzope\r\n"),
        ("-r base.txt\nzope\nRequests [socks] >= 2.8\n-e .\n", f"-r base.txt\nzope\n{NEW}\n-e .\n"),
        ("b\nrequests \\\n    --no-binary=requests\na\n", f"b\n{NEW}\na\n"),
    ],
)
def test_requirements(before: str, after: str) -> None:
    """Lines in their block, sorted where it is; comments, includes and continued lines."""
    added = requirement_files.add(before, "", NEW, "requests")
    assert requirement_files.remove(added, "", "requests") == after


def test_what_is_made_by_a_tool_is_fixed() -> None:
    """The command that makes it again is read off its header; hashes are never made up."""
    [made] = requirement_files.find_places(
        "requirements.txt",
        "#\n# This file is autogenerated by pip-compile with Python 3.11\n# by the following command:\n#\n"
        "#    pip-compile --output-file=x requirements.in\n#\nrequests==2.31.0\n    # via -r requirements.in\n",
    )
    assert (
        made.fixed == "it is made from another file; run `pip-compile --output-file=x requirements.in` again"
    )
    assert made.find("requests")
    [hashed] = requirement_files.find_places("r.txt", "requests==2 \\\n    --hash=sha256:00\n")
    assert hashed.fixed is not None
    assert hashed.find("requests")


SETUP = """\
[options]
packages = find:
install_requires =
    # what it needs
    zope
    requests>=2; python_version < "4"

python_requires = >=3.11
[options.extras_require]
http = requests[socks]
dev =
  pytest
"""


def test_setup_cfg() -> None:
    """A line each; what stands beside the key is left to a person."""
    main, http, dev = setup_cfg.find_places("setup.cfg", SETUP)
    assert (main.role, http.role, dev.role) == ("main", "extra", "extra")
    assert http.fixed is not None
    assert http.find("requests")
    text = setup_cfg.add(SETUP, main.where, NEW, "requests")
    text = setup_cfg.remove(text, main.where, "requests")
    assert text == SETUP.replace('requests>=2; python_version < "4"', NEW)
