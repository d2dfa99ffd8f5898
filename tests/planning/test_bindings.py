"""Which names statements bind, read first and leave behind."""

import ast
from textwrap import dedent

import pytest

from aioport.planning.bindings import (
    bound_after,
    captured_inside,
    names_bound,
    read_first,
    read_later,
    read_on_failure,
)
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import Source


@pytest.mark.parametrize(
    ("code", "read", "bound"),
    [
        ("x = y", "y", "x"),
        ("x = x + 1", "x", "x"),
        ("x += y", "x y", "x"),
        ("x: int", "", ""),
        ("x: int = y", "y", "x"),
        ("if a: x = 1", "a", ""),
        ("if a: x = 1\nelse: x = 2", "a", "x"),
        ("if a: x = 1\nelse: raise b", "a b", "x"),
        ("for x in xs: y = x", "xs", ""),
        ("for x in xs: break\nelse: y = 1", "xs", ""),
        ("for x in xs: pass\nelse: y = 1", "xs", "y"),
        ("while a: x = 1\nprint(x)", "a print x", ""),
        ("with a as b: x = b", "a", "b x"),
        ("try: x = 1\nexcept E as e: print(e)", "E print", ""),
        ("try: x = 1\nexcept E: x = 2\nfinally: y = x", "E x", "x y"),
        ("try: x = f()\nexcept E: raise", "f E", "x"),
        ("try: pass\nexcept E: pass\nelse: x = 1", "E", ""),
        ("match a:\n case [x, *y]: z = 1\n case _: x = y = z = 0", "a", "x y z"),
        ("match a:\n case {'k': x, **y} if x: pass", "a", ""),
        ("x = [y for y in x]", "x", "x"),
        ("f = lambda y: x + y\nx = 1", "x", "f x"),
        ("a and (x := 1)", "a", ""),
        ("(x := a) and x", "a", "x"),
        ("x = y = 1\ndel x", "", "y"),
        ("import a.b\nfrom c import d as e", "", "a e"),
        ("def f(a=b): return a + c", "b c", "f"),
    ],
)
def test_what_is_read_before_it_is_bound(code: str, read: str, bound: str) -> None:
    """A name counts as bound only where every way to the end has bound it, and as read where any way may read it unbound."""
    body = ast.parse(code).body
    assert read_first(body) == set(read.split())
    assert bound_after(body) == set(bound.split())


@pytest.mark.parametrize(
    "code",
    ["return x", "raise x", "if a: return\nelse: raise b", "with a: return", "try: return\nfinally: pass"],
)
def test_an_end_that_is_not_reached(code: str) -> None:
    """Statements that always leave bind nothing for what comes after."""
    assert bound_after(ast.parse(code).body) is None


def test_a_block_that_may_end_early_binds_nothing_for_sure() -> None:
    """Under a context manager that swallows exceptions, what follows the failing line is skipped."""
    body = ast.parse("with suppress(E): x = f()").body
    assert bound_after(body) == {"x"}
    assert bound_after(body, lambda _: True) == set()


def test_names_of_comprehensions_and_nested_functions_are_their_own() -> None:
    """Only `:=` binds around a comprehension, and a nested function only its name."""
    code = "a = [b for b in c if (d := b)]\ndef e(f): g = 1\ntry: pass\nexcept E as h: pass"
    assert list(names_bound(ast.parse(code).body)) == ["a", "d", "e", "h"]


def run_of(code: str) -> tuple[Syntax, FunctionNode, list[ast.stmt]]:
    """A function, and in it the statements that carry the comment `# run`."""
    text = dedent(code)
    syntax = Syntax(Source("program.py", text))
    function = syntax.tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    lines = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# run")}
    return (
        syntax,
        function,
        [node for node in ast.walk(function) if isinstance(node, ast.stmt) and node.lineno in lines],
    )


@pytest.mark.parametrize(
    ("code", "later", "failed"),
    [
        ("def f():\n x = 1  # run\n return x", "x", ""),
        ("def f():\n x = 1  # run\n x = 2\n return x", "", ""),
        ("def f(xs):\n for y in xs:\n  print(x)\n  x = y  # run", "print x", ""),
        ("def f(xs):\n for y in xs:\n  x = y  # run\n  if x: continue\n  x = 1\n return x", "x", ""),
        ("def f():\n try:\n  x = 1  # run\n except E:\n  print(x)", "E print x", "print x"),
        ("def f():\n try:\n  x = 1  # run\n except E:\n  pass\n return x", "E x", "x"),
        ("def f():\n try:\n  x = 1  # run\n finally:\n  print(x)", "print x", "print x"),
        ("def f():\n x = 1  # run\n def g(): return x\n x = 2", "x", ""),
        ("def f(a):\n if a:\n  x = 1  # run\n else:\n  print(x)\n return y", "y", ""),
        ("def f(a):\n while a:\n  a = 1  # run", "a", ""),
    ],
)
def test_what_may_be_read_later(code: str, later: str, failed: str) -> None:
    """Values are followed down the function, around its loops and into its handlers."""
    syntax, function, run = run_of(code)
    assert read_later(syntax, function, run) - {"E"} == set(later.split()) - {"E"}
    assert read_on_failure(syntax, function, run) == set(failed.split())


def test_a_generator_that_a_call_uses_up_captures_nothing() -> None:
    """A lambda may be called later, a generator read later; the only argument of a call is used by it."""
    assert captured_inside(ast.parse("sum(a for b in c)").body) == set()
    assert captured_inside(ast.parse("d = (a for b in c)").body) == {"a", "c"}
    assert captured_inside(ast.parse("sorted(b, key=lambda one: a[one])").body) == {"a"}
