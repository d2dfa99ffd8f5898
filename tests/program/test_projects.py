"""What is understood of whole projects: layouts, encodings, what is missing, and what stays unknown."""

import ast

import pytest

from tests.scanning import Scanned, scanned

SLEEPS = "import time\n\ndef pause():\n    time.sleep(1)\n"


def counts(found: Scanned) -> tuple[int, int, int]:
    """Calls, resolved ones and unknown ones."""
    counted = found.scan.program.counts
    return counted.calls, counted.resolved, counted.unknown


def test_every_call_is_resolved_or_unknown() -> None:
    """No call expression is missing from the counts, not even in code that the checker takes for dead."""
    source = """\
import sys
import time

def pause(thing):
    thing.wait()
    time.sleep(len("a"))
    (lambda: None)()
    object()

if sys.platform == "win32":
    def wait():
        time.sleep(1)

        async def inner():
            time.sleep(2)

    class Windows:
        def wait(self):
            time.sleep(3)

    time.sleep(4)
else:
    def wait():
        time.sleep(5)
"""
    found = scanned(source)
    calls, resolved, unknown = counts(found)
    assert calls == sum(isinstance(node, ast.Call) for node in ast.walk(ast.parse(source)))
    assert (resolved, unknown) == (8, 2)
    assert found.unknown == [
        "app.py:5 thing.wait",
        "app.py:7 (lambda: None)",
    ]


def test_functions_in_dead_branches_are_functions_of_the_program() -> None:
    """What the checker leaves out has a name and a place all the same."""
    found = scanned(
        """
        import sys
        if sys.version_info < (3, 0):
            class Old:
                async def run(self):
                    def inner():
                        pass
        """
    )
    functions = {one.name: one for one in found.scan.program.functions if one.in_project}
    assert functions["app.Old.run"].is_async
    assert functions["app.Old.run.inner"].parent == functions["app.Old.run"].id
    assert (functions["app.Old.run"].line, functions["app.Old.run"].column) == (4, 18)


@pytest.mark.parametrize(
    "data",
    [
        SLEEPS.replace("\n", "\r\n").encode(),
        SLEEPS.replace("\n", "\r").encode(),
        b"\xef\xbb\xbf" + SLEEPS.encode(),
        b"# -*- coding: latin-1 -*-\n" + SLEEPS.replace("pause", "pause_\xe9").encode("latin-1"),
        SLEEPS.replace("    time", "    '\u00e4\u20ac\U0001f40d'; time").encode(),
    ],
    ids=["crlf", "cr", "bom", "latin-1", "wide characters"],
)
def test_positions_are_those_of_the_file(data: bytes) -> None:
    """Line and column lead to the call in the file's text as UTF-8, however it is written down."""
    found = scanned({"app.py": data})
    finding = found.finding()
    source = found.scan.project.sources["app.py"]
    call = found.scan.program.calls[finding.call]
    assert source.data[call.start : call.end] == b"time.sleep(1)"
    assert source.line_starts[finding.line - 1] + finding.column == call.start
    assert len(found.scan.facts.findings) == 1


def test_a_function_on_the_first_line_of_a_file_with_a_byte_order_mark_has_its_column() -> None:
    """The mark, which the checker counts, is no part of the line."""
    found = scanned({"app.py": b"\xef\xbb\xbfdef first(): pass\n"})
    assert [one.column for one in found.scan.program.functions if one.name == "app.first"] == [4]


def test_files_that_do_not_parse_are_named_and_left_out() -> None:
    """A scan goes on without them."""
    found = scanned({"bad.py": "def f(:\n    pass\n", "good.py": SLEEPS, "await.py": "await x\n"})
    assert [(one.path, one.line) for one in found.scan.problems] == [("bad.py", 1)]
    assert found.findings == ["good.py:4 time.sleep"]
    assert set(found.scan.project.sources) == {"await.py", "good.py"}


def test_the_root_may_itself_be_a_package() -> None:
    """`aioport scan shop/` knows the modules by the names under which they import one another."""
    files = {
        "shop/__init__.py": "",
        "shop/waiting.py": SLEEPS,
        "shop/orders.py": "from shop.waiting import pause\n\nasync def main():\n    pause()\n",
    }
    found = scanned(files, "shop")
    assert found.findings == ["waiting.py:4 time.sleep on the loop"]
    assert found.chain() == ["shop.orders.main", "shop.waiting.pause", "time.sleep"]


def test_a_src_layout_is_understood() -> None:
    """Modules below `src` go by their names without it, also in tests."""
    found = scanned(
        {
            "pyproject.toml": "[project]\nname = 'shop'\n",
            "src/shop/__init__.py": "",
            "src/shop/waiting.py": SLEEPS,
            "tests/test_shop.py": "from shop.waiting import pause\n\nasync def test_it():\n    pause()\n",
        }
    )
    assert found.findings == ["src/shop/waiting.py:4 time.sleep on the loop"]
    assert found.chain()[0] == "tests.test_shop.test_it"


def test_one_file_under_two_names_is_one_file() -> None:
    """A helper that is imported by its bare name and as a module of a package has its findings once."""
    found = scanned(
        {
            "tests/__init__.py": "",
            "tests/helper.py": SLEEPS,
            "tests/one.py": "from tests.helper import pause\n\nasync def one():\n    pause()\n",
            "scripts/run.py": "import sys\nfrom helper import pause\n\nasync def main():\n    pause()\n",
            "scripts/helper.py": SLEEPS.replace("pause", "pause"),
        }
    )
    assert found.findings == [
        "scripts/helper.py:4 time.sleep on the loop",
        "tests/helper.py:4 time.sleep on the loop",
    ]


def test_an_import_that_is_not_there_leaves_unknown_calls() -> None:
    """Calls into a package that is neither installed nor known are listed, with what they call."""
    found = scanned(
        "import nowhere\n\ndef main():\n    nowhere.fetch().decode()\n", packages={"other.py": ""}
    )
    assert found.unknown == ["app.py:4 nowhere.fetch", "app.py:4 nowhere.fetch().decode"]
