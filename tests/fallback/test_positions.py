"""The fallback's positions are those of the model: bytes of the source as UTF-8, whatever the file looks like."""

import ast

import pytest

from tests.fallback.naming import named

FILES: dict[str, bytes] = {
    "plain": b"import time\ntime.sleep(1)\n",
    "byte order mark": b"\xef\xbb\xbfopen('x')\nopen('\xc3\xa9').read()\n",
    "crlf": b"def f():\r\n    open('x')\r\n\r\n    open('y')\r\n",
    "lone carriage returns": b"def f():\r    open('x')\r    open('y')\r",
    "mixed line ends": b"open('1')\r\nopen('2')\ropen('3')\nopen('4')",
    "tabs": b"def f():\n\tif 1:\n\t\topen('\t')\n",
    "form feeds": b"open('1')\n\x0c\ndef f():\n\x0c    open('2')\n",
    "latin-1": "# coding: latin-1\nx = 'é'; open('ü')\n".encode("latin-1"),
    "shift-jis": "# coding: shift_jis\nx = '日本'; open(x)\n".encode("shift_jis"),
    "separators inside of strings": "x = '\x1c\x85\u2028'; open(x)\nopen('y')\n".encode(),
    "wide characters": "x = '\U0001d4b3'; open(x); open('\U0001f469\u200d\U0001f467')\n".encode(),
    "continued lines": b"open\\\n(\\\n'x')\nwith open('y') as \\\n  f: f.read(\n)\n",
    "no newline at the end": b"open('x')",
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_calls(data: bytes) -> None:
    """Every call expression is there once; its range and its column are those of `ast` in the decoded source."""
    found = named({"app.py": data})
    source = found.project.sources["app.py"]
    expected = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = source.line_starts[node.lineno - 1] + node.col_offset
            end = source.line_starts[node.end_lineno - 1] + node.end_col_offset
            expected.append((start, end, node.lineno, node.col_offset))
    calls = [call for call in found.program.calls if call.kind == "call"]
    assert [(call.start, call.end, call.line, call.column) for call in calls] == sorted(expected)
    assert len(found.facts.findings) >= len([call for call in calls if found.text(call).startswith("open")])


def test_definitions() -> None:
    """A function stands where its name stands, below decorators, behind `async` and continued lines."""
    text = "class C:\n    @print\n    async \\\n    def\tgo (self):\n        def inner(): pass\nclass  D : pass\n"
    found = named({"app.py": b"\xef\xbb\xbf" + text.encode()})
    functions = found.program.functions
    places = {one.name: (one.line, one.column, one.kind) for one in functions if one.in_project}
    assert places == {
        "app": (1, 0, "module"),
        "app.C": (1, 0, "class"),
        "app.D": (6, 0, "class"),
        "app.C.go": (4, 8, "def"),
        "app.C.go.inner": (5, 12, "def"),
    }
    go = next(one for one in functions if one.name == "app.C.go")
    inner = next(one for one in functions if one.name == "app.C.go.inner")
    assert (go.owner, go.parent, go.is_async) == (0, None, True)
    assert (inner.owner, inner.parent, inner.is_async) == (None, go.id, False)


def test_where_calls_count() -> None:
    """Defaults, decorators, bases and annotations belong to the scope around; lambdas and comprehensions to theirs."""
    found = named("""
        @open('decorator')
        def f(a=open('default'), *, b: open('annotation') = 1) -> open('result'):
            return [open('element') for x in open('iterable')], lambda: open('lambda')

        class C(open('base')):
            x = open('body')
            @open('inner decorator')
            def m(self, a=open('inner default')): pass
    """)
    callers = {
        found.text(call)[6:-2]: found.program.functions[call.caller].name
        for call in found.program.calls
        if call.kind == "call"
    }
    module = {"decorator", "default", "annotation", "result", "base"}
    assert {text for text, caller in callers.items() if caller == "app"} == module
    assert {text for text, caller in callers.items() if caller == "app.f"} == {
        "element",
        "iterable",
        "lambda",
    }
    assert {text for text, caller in callers.items() if caller == "app.C"} == {
        "body",
        "inner decorator",
        "inner default",
    }


def test_ids_are_indices_and_the_order_is_that_of_the_source() -> None:
    """Functions and classes are found by their ids, and calls are sorted by path and start."""
    files = {"b.py": "open(str(1))\nclass B: pass\n", "a.py": "import b\nb.B(); open('x')\n"}
    found = named(files)
    program = found.program
    assert [one.id for one in program.functions] == list(range(len(program.functions)))
    assert [one.id for one in program.classes] == list(range(len(program.classes)))
    places = [(call.path, call.start) for call in program.calls]
    assert places == sorted(places)
    assert named(files).program.calls == program.calls
