"""The text of loops and comprehensions whose waits overlap."""

import ast

import pytest

from aioport.planning.plan import GatherComprehension, GatherLoop
from aioport.rewriting.overlaps import edit_gather_comprehension, edit_gather_loop
from tests.rewriting.editing import edited, last_statement


def loop(tree: ast.Module) -> GatherLoop:
    """The last statement of the function, which appends what one expression gives to `out`."""
    return _loop(tree, None)


def extracted(tree: ast.Module) -> GatherLoop:
    """The same with a body of several statements."""
    return _loop(tree, "fetch_item")


def in_threads(tree: ast.Module) -> GatherLoop:
    """The same with a body that waits in a thread."""
    return _loop(tree, "fetch_item", is_async=False)


def _loop(tree: ast.Module, label: str | None, *, is_async: bool = True) -> GatherLoop:
    node, function = last_statement(tree), tree.body[0]
    assert isinstance(node, ast.For)
    assert isinstance(function, ast.FunctionDef)
    last = node.body[-1]
    assert isinstance(last, ast.Expr)
    assert isinstance(last.value, ast.Call)
    before = function.body[-2] if len(function.body) > 1 else None
    empty = before if isinstance(before, ast.Assign | ast.AnnAssign) else None
    return GatherLoop(node, "out", last.value.args[0], empty, label, is_async)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("out = []\n    for x in xs:\n        out.append(f(x))", "out = await gather(f(x) for x in xs)"),
        (
            "out: list[int] = []\n    for x in xs:\n        out.append(f(x))",
            "out: list[int] = await gather(f(x) for x in xs)",
        ),
        ("for a, b in xs: out.append(f(a))", "out.extend(await gather(f(a) for a, b in xs))"),
        ("for x in 1, 2:\n        out.append(f(x),)", "out.extend(await gather(f(x) for x in (1, 2)))"),
        ("for x in (1), 2:\n        out.append(f(x))", "out.extend(await gather(f(x) for x in ((1), 2)))"),
        (
            "out = []  # one: two\n    # three\n    for x in (\n        xs  # four: five\n    ):  # six\n        # seven\n        out.append(f(x))  # eight",
            "# one: two\n    # three\n    # four: five\n    # six\n    # seven\n    out = await gather(f(x) for x in xs)  # eight",
        ),
        (
            "for x in xs:\n        out.append(\n            f(\n                x,  # one\n            )  # two\n        )",
            "# two\n    out.extend(await gather(f(\n                x,  # one\n            ) for x in xs))",
        ),
    ],
)
def test_a_loop_of_one_expression(before: str, after: str) -> None:
    """It becomes one statement; comments that stood in between come above it."""
    assert edited(f"def main():\n    {before}\n", loop, edit_gather_loop) == f"def main():\n    {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "out = []\n    for x, y in xs:\n        z = f(x)\n        out.append(z)",
            "async def fetch_item(x):\n        z = f(x)\n        return z\n\n    out = await gather(fetch_item(x) for x, y in xs)",
        ),
        (
            "out = []  # one\n    # two\n    for _, _ in (  # three: four\n        xs\n    ):  # five\n        z = f()\n        out.append(  # six\n            z,\n        )",
            (
                "# one\n    # two\n    # three: four\n    async def fetch_item():  # five\n        z = f()\n        return (  # six\n            z\n        )\n\n"
                "    out = await gather(fetch_item() for _, _ in xs)"
            ),
        ),
        (
            "print()\n    for x in xs:\n        z = f(x)\n        # one\n        out.append(z + 1)  # two",
            (
                "print()\n\n    async def fetch_item(x):\n        z = f(x)\n        # one\n        return z + 1  # two\n\n"
                "    out.extend(await gather(fetch_item(x) for x in xs))"
            ),
        ),
    ],
)
def test_a_loop_of_several_statements(before: str, after: str) -> None:
    """Its body becomes a function of the loop's variables that it uses."""
    assert (
        edited(f"def main():\n    {before}\n", extracted, edit_gather_loop) == f"def main():\n    {after}\n"
    )


def test_a_body_that_waits_in_a_thread() -> None:
    """The function stays sync and is offloaded; line ends and tabs are the file's."""
    before = "def main():\r\n\tout = []\r\n\tfor x in xs:\r\n\t\tz = f(x)\r\n\t\tout.append(z)\r\n"
    after = (
        "def main():\r\n\tdef fetch_item(x):\r\n\t\tz = f(x)\r\n\t\treturn z\r\n\r\n"
        "\tout = await gather(offload(fetch_item, x) for x in xs)\r\n"
    )
    assert edited(before, in_threads, edit_gather_loop) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[f(x) for x in xs]", "await gather(f(x) for x in xs)"),
        (
            "[\n    f(x)  # one\n    for x in xs if x\n]",
            "await gather(\n    f(x)  # one\n    for x in xs if x\n)",
        ),
        ("[f(x) for x in xs][0]", "(await gather(f(x) for x in xs))[0]"),
        ("[f(x) for x in xs].copy()", "(await gather(f(x) for x in xs)).copy()"),
    ],
)
def test_a_comprehension(before: str, after: str) -> None:
    """Only its brackets change."""

    def find(tree: ast.Module) -> GatherComprehension:
        return GatherComprehension(next(node for node in ast.walk(tree) if isinstance(node, ast.ListComp)))

    assert (
        edited(before, find, lambda intent, context: edit_gather_comprehension(intent, context, [])) == after
    )
