"""What the checker leaves out of its report is in the program all the same."""

import ast
from collections.abc import Mapping
from textwrap import dedent

import pytest

from aioport.positions import span_of
from aioport.program.model import Call
from tests.scanning import Scanned, scanned

DEAD = """
    import sys
    import itertools

    if sys.platform == "win32":
        class Arena:
            numbers = itertools.count()

            def close(self):
                open("x")

        def lock():
            wait = lambda: open("y")
            class Inner:
                handle = open("z")

        opened = open("o")

    class Alive:
        if sys.platform == "win32":
            class Nested:
                handle = open("n")

    def alive():
        if sys.platform == "win32":
            def inner(path=open("default")):
                return open(path)
        return 1
"""

ANNOTATED = """
    from typing import Annotated

    from notes import Note, note as noted
    from elsewhere import Odd

    def f(a: Annotated[str, Note("a")], *, b: Annotated[str, noted("b")] = "b") -> Annotated[int, Odd("c")]:
        c: Annotated[int, Note("d")] = 3
        return c

    class Field:
        size: Annotated[int, Note("e")]
"""

SILENCED = """
    def check(number):
        return int

    def f(
        a: check(1),  # type: ignore
    ) -> check(2):  # pyrefly: ignore
        return 3
"""

FILES: Mapping[str, str] = {
    "dead branches": DEAD,
    "annotations": ANNOTATED,
    "calls in the place of types": "def check(n): return int\ndef f(a: check(1)) -> check(2):\n    b: check(3) = 4\n",
    "calls of which no complaint is reported": SILENCED,
    "a file with no complaint at all": f"# type: ignore\n{dedent(SILENCED).replace('  #', ' # not')}",
    "nesting too deep for the checker": f"import io\nx = io{'.a()' * 900}\n",
    "strings that look like code": '''
        class Real:
            """
            class Told: x = f()
            def told(): return f()
            """
            size = len("def x(): pass")
    ''',
}


def calls_of(found: Scanned) -> list[Call]:
    return [call for call in found.scan.program.calls if call.kind == "call" and call.path == "app.py"]


def text_of(found: Scanned, call: Call) -> str:
    return found.scan.project.sources[call.path].data[call.start : call.end].decode()


@pytest.mark.parametrize("name", FILES)
def test_every_call_counts_once(name: str) -> None:
    """What is in the file is in the program, at its place."""
    found = scanned(FILES[name])
    source = found.scan.project.sources["app.py"]
    expected = sorted(span_of(source, node) for node in ast.walk(source.tree) if isinstance(node, ast.Call))
    assert sorted((call.start, call.end) for call in calls_of(found)) == expected


def test_calls_belong_to_the_body_that_runs_them() -> None:
    """Lambdas and class bodies run in what is around them as far as the report tells; defaults outside their function."""
    found = scanned(DEAD)
    functions = found.scan.program.functions
    callers = {text_of(found, call): functions[call.caller].name for call in calls_of(found)}
    assert callers == {
        "itertools.count()": "app",
        'open("x")': "app.Arena.close",
        'open("y")': "app.lock",
        'open("z")': "app.lock",
        'open("o")': "app",
        'open("n")': "app.Alive",
        'open("default")': "app.alive",
        "open(path)": "app.alive.inner",
    }


def test_functions_of_dead_branches_know_what_is_around_them() -> None:
    """Also where that is in the report."""
    functions = scanned(DEAD).scan.program.functions
    inner = next(one for one in functions if one.name == "app.alive.inner")
    assert inner.parent is not None
    assert functions[inner.parent].name == "app.alive"


def test_names_tell_what_is_called_in_annotations() -> None:
    """Through modules that hand names on; what they do not tell is unknown."""
    found = scanned(
        {
            "app.py": ANNOTATED,
            "notes/__init__.py": "from .inner import Note, make as note\n",
            "notes/inner.py": "class Note:\n    def __init__(self, text): ...\ndef make(text): return Note(text)\n",
        }
    )
    functions = found.scan.program.functions
    ran = {
        text_of(found, call): [functions[target].name for target in call.targets]
        for call in calls_of(found)
        if call.unknown is None
    }
    made = ["notes.inner.Note.__init__"]
    assert ran == {f'Note("{letter}")': made for letter in "ade"} | {'noted("b")': ["notes.inner.make"]}
    assert [text_of(found, call) for call in calls_of(found) if call.unknown] == ['Odd("c")']


def test_an_installed_package_tells_too() -> None:
    """Names of libraries are followed to where they are defined."""
    found = scanned(
        """
        from typing import Annotated
        from lib import Depends, Missing

        def get(): ...
        def f(a: Annotated[str, Depends(get)], b: Annotated[str, Missing(get)]): ...
        """,
        packages={
            "lib/__init__.py": "from .params import (  # everything\n    Depends as Depends,\n)\n",
            "lib/params.py": "class Depends:\n    def __init__(self, function): ...\n",
        },
    )
    assert [text_of(found, call) for call in calls_of(found) if call.unknown] == ["Missing(get)"]


def test_modules_that_hand_a_name_around_in_a_circle() -> None:
    """Nothing is found, and the search ends."""
    found = scanned(
        {
            "app.py": "from typing import Annotated\nfrom a import X\nx: Annotated[int, X(1)]\n",
            "a.py": "from b import X\n",
            "b.py": "from a import X\n",
        }
    )
    assert [call.unknown for call in calls_of(found)] == ["UnreportedCall"]
