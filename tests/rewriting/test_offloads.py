"""The text of offloaded calls, expressions and statements."""

import ast

import pytest

from aioport.planning.plan import BlockUnit, ExpressionUnit, Offload
from aioport.rewriting.offloads import edit_block_unit, edit_expression_unit, edit_offload
from tests.rewriting.editing import edited, last_statement


def first_call(tree: ast.Module) -> ast.Call:
    return next(node for node in ast.walk(tree) if isinstance(node, ast.Call))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("load()", "await offload(load)"),
        ("load( )", "await offload(load )"),
        ("load(path, mode='r')", "await offload(load, path, mode='r')"),
        ("load(*paths, **options)", "await offload(load, *paths, **options)"),
        ("load(\n    path,\n)", "await offload(load,\n    path,\n)"),
        ("load(line for line in lines)", "await offload(load, (line for line in lines))"),
        ("load((line for line in lines))", "await offload(load, (line for line in lines))"),
        ("load(x).rows", "(await offload(load, x)).rows"),
        ("load(x)[0]", "(await offload(load, x))[0]"),
        ("load(x)(y)", "await offload(load(x), y)"),
        ("(load)(x)", "await offload((load), x)"),
        ("größe(pfad)", "await offload(größe, pfad)"),
    ],
)
def test_a_call_hands_its_function_over(before: str, after: str) -> None:
    """Function and arguments stay as they are written, and parentheses come where `await` would reach too far."""
    assert edited(before, lambda tree: Offload(first_call(tree)), edit_offload) == after


def test_a_call_in_a_pool_or_for_a_gather() -> None:
    """A pool is named first; a coroutine for a gather is not awaited."""
    assert (
        edited("use(db)", lambda tree: Offload(first_call(tree), "sqlite3"), edit_offload)
        == 'await offload_in("sqlite3", use, db)'
    )
    assert (
        edited("use(db)", lambda tree: Offload(first_call(tree), awaited=False), edit_offload)
        == "offload(use, db)"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a.read() or b", "await offload(lambda: a.read() or b)"),
        ("a, b", "await offload(lambda: (a, b))"),
        ("(a), b", "await offload(lambda: ((a), b))"),
        ("(a, b)", "await offload(lambda: (a, b))"),
        ("[a\n for a in b]", "await offload(lambda: [a\n for a in b])"),
    ],
)
def test_an_expression_becomes_a_lambda(before: str, after: str) -> None:
    """A tuple without parentheses gets some: a lambda would end at its first comma."""

    def find(tree: ast.Module) -> ExpressionUnit:
        statement = tree.body[0]
        assert isinstance(statement, ast.Expr)
        return ExpressionUnit(statement.value)

    assert edited(before, find, edit_expression_unit) == after


def test_the_base_of_an_attribute_is_awaited_in_parentheses() -> None:
    """`await` binds less than a dot."""

    def find(tree: ast.Module) -> ExpressionUnit:
        statement = tree.body[0]
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Attribute)
        return ExpressionUnit(statement.value.value)

    assert edited("open(p).name", find, edit_expression_unit) == "(await offload(lambda: open(p))).name"


def block(tree: ast.Module) -> BlockUnit:
    """The last statement of the function as a block that returns `text` and shares `total`."""
    last = last_statement(tree)
    return BlockUnit(last, last, "read_text", ("text",), ("total",))


def test_a_block_becomes_a_function() -> None:
    """Below other statements there is an empty line; names are shared first and returned last."""
    assert edited(
        "async def f(p):\n    total = 0\n    with p as g:\n        text = g.read()\n", block, edit_block_unit
    ) == (
        "async def f(p):\n    total = 0\n\n    def read_text():\n        nonlocal total\n"
        "        with p as g:\n            text = g.read()\n        return text\n\n    text = await offload(read_text)\n"
    )


def test_a_block_at_the_end_of_a_file_without_a_newline() -> None:
    """The file still ends without one."""
    got = edited("async def f(p):\n    with p as g:\n        text = g.read()", block, edit_block_unit)
    assert got.endswith("        return text\n\n    text = await offload(read_text)")


def test_lines_inside_strings_do_not_move() -> None:
    """What a string says stays byte for byte; lines between strings move, and so do comments below the block."""
    before = (
        'async def f(p):\n\twith p as g:\r\n\t\tg.write("""a\r\n\tb\r\n""" +\r\n\t\t\t"c\\\r\nd")\r\n'
        "\r\n\t\ttext = 1  # one\r\n\t\t# two\r\n\t# three\r\n"
    ).replace("(p):\n", "(p):\r\n")
    after = (
        'async def f(p):\r\n\tdef read_text():\r\n\t\tnonlocal total\r\n\t\twith p as g:\r\n\t\t\tg.write("""a\r\n\tb\r\n""" +\r\n\t\t\t\t"c\\\r\nd")\r\n'
        "\r\n\t\t\ttext = 1  # one\r\n\t\t\t# two\r\n\t\treturn text\r\n\r\n\ttext = await offload(read_text)\r\n\t# three\r\n"
    )
    assert edited(before, block, edit_block_unit) == after


def test_a_block_that_returns() -> None:
    """Its result is what the function returns."""

    def find(tree: ast.Module) -> BlockUnit:
        return BlockUnit(last_statement(tree), last_statement(tree), "f_in_thread", returns=True)

    assert edited("async def f(p):\n    with p as g:\n        return g.read()\n", find, edit_block_unit) == (
        "async def f(p):\n    def f_in_thread():\n        with p as g:\n            return g.read()\n\n    return await offload(f_in_thread)\n"
    )
