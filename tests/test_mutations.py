"""Mutants of before/after pairs: what is mutated, and which outcomes can be computed."""

import pytest

from tests.mutations import Mutant, mutants_of, tree_of


def mutant(name: str, before: str, after: str | None = None) -> Mutant | None:
    found = [m for m in mutants_of(before, before if after is None else after) if m.name == name]
    return found[0] if found else None


def test_imports_get_an_alias_with_all_their_uses() -> None:
    """Both texts are renamed, and an import that the conversion removes is gone in its mutant, too."""
    before = "import os, requests\n\n\ndef get(url):\n    return requests.get(url, os.sep)  # requests\n"
    after = (
        before.replace("os, requests", "os").replace("requests.get", "await aget").replace("def", "async def")
    )
    found = mutant("import_alias", before, after)
    assert found is not None
    assert found.before == (
        "import os as os_alias, requests as requests_alias\n\n\n"
        "def get(url):\n    return requests_alias.get(url, os_alias.sep)  # requests\n"
    )
    assert found.after == (
        "import os as os_alias\n\n\n"
        "async def get(url):\n    return await aget(url, os_alias.sep)  # requests\n"
    )


@pytest.mark.parametrize(
    "before",
    [
        "import os as o\no.getcwd()\n",
        "import os.path\nos.path.join()\n",
        "import os\n\n\ndef f(os):\n    return os\n",
        "import os\nos = None\n",
        "try:\n    import os\nexcept ImportError as os:\n    pass\n",
        "import os\n__all__ = ['os']\n",
        "import os\nx: 'os.PathLike' = None\n",
        "import os\nprint(f'{os}')\n",
        "import os\nfrom x import os\n",
        "import os\nglobal os\n",
    ],
)
def test_names_that_mean_something_else_elsewhere_are_left(before: str) -> None:
    """A name that is bound twice, spelt in a string or used in an f-string gets no alias."""
    assert mutant("import_alias", before) is None


def test_star_and_future_imports_get_no_alias() -> None:
    """An alias cannot be added to them."""
    before = "from __future__ import annotations\nfrom os import *\n"
    assert mutant("from_alias", before) is None


def test_uses_that_the_conversion_adds_cannot_be_computed() -> None:
    """A new use of an aliased name leaves the outcome open, and the untouched lines are kept."""
    before = "import asyncio\nimport time\n\n\ndef nap():\n    time.sleep(1)\n    return asyncio\n"
    after = before.replace("def", "async def").replace("time.sleep", "await asyncio.sleep")
    found = mutant("import_alias", before, after)
    assert found is not None
    assert found.after is None
    assert found.kept == ("\n", "\n")


def test_a_name_that_comes_from_elsewhere_afterwards_cannot_be_computed() -> None:
    """`sleep` of `time` and `sleep` of `asyncio` are two things."""
    before = "from time import sleep\n\n\ndef nap():\n    sleep(1)\n"
    after = "from asyncio import sleep\n\n\nasync def nap():\n    await sleep(1)\n"
    found = mutant("from_alias", before, after)
    assert found is not None
    assert found.after is None


def test_an_unrelated_def_stands_first_in_every_function() -> None:
    """It follows docstrings and comments, precedes decorators, and spares one-line functions."""
    before = (
        'def f():\n    """Doc."""\n    # why\n    g()\n\n\n'
        "class C:\n\tdef m(self):\n\t\t@g\n\t\tdef inner():\n\t\t\treturn 'ü'\n\n\tdef n(self): g()\n\n\n"
        'def nothing():\n    """Only this."""\n'
    )
    found = mutant("nested_def", before, before.replace("def f", "async def f"))
    assert found is not None
    nested = "def unrelated_nested():\n{}    return 0\n"
    assert found.before == (
        'def f():\n    """Doc."""\n    # why\n    ' + nested.format("    ") + "    g()\n\n\n"
        "class C:\n\tdef m(self):\n\t\t" + nested.format("\t\t") + "\t\t@g\n\t\tdef inner():\n"
        "\t\t\t" + nested.format("\t\t\t") + "\t\t\treturn 'ü'\n\n\tdef n(self): g()\n\n\n"
        'def nothing():\n    """Only this."""\n'
    )
    assert found.after == found.before.replace("def f", "async def f")


def test_a_function_that_is_gone_afterwards_cannot_be_computed() -> None:
    """`__enter__` that became `__aenter__` has no counterpart to mutate."""
    before = "class C:\n    def __enter__(self):\n        return self\n"
    found = mutant("nested_def", before, before.replace("def __enter__", "async def __aenter__"))
    assert found is not None
    assert found.after is None


def test_calls_that_are_values_get_parentheses() -> None:
    """Statements' own calls only, over several lines too; the outcome is known as a tree."""
    before = "def f(x):\n    y = g(x,\n          1)\n    g('ü'); h(x)\n    y += g()\n    z: int = g()\n    return g(h())\n"
    after = before.replace("g(", "await g(").replace("def", "async def")
    found = mutant("parentheses", before, after)
    assert found is not None
    assert found.before == (
        "def f(x):\n    y = (g(x,\n          1))\n    (g('ü')); (h(x))\n    y += (g())\n"
        "    z: int = (g())\n    return (g(h()))\n"
    )
    assert found.after is None
    assert found.tree == tree_of(after)
    assert tree_of(found.before) == tree_of(before)


def test_line_endings_become_crlf() -> None:
    """Unless the text has carriage returns already."""
    found = mutant("crlf", "x = 1\n", "y = 1\n")
    assert found is not None
    assert (found.before, found.after) == ("x = 1\r\n", "y = 1\r\n")
    assert mutant("crlf", "x = 1\r\n") is None


def test_mutants_that_change_nothing_are_left_out() -> None:
    """A program without imports, functions or calls has one mutant only."""
    assert [m.name for m in mutants_of("x = 1\n", "x = 2\n")] == ["crlf"]
