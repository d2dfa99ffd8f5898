"""Which binding a name means."""

import ast
from textwrap import dedent

import pytest

from aioport.values.scopes import Scopes, absolute_module, imported_names


def parsed(text: str) -> ast.Module:
    """The tree of a text whose common indentation is taken off."""
    return ast.parse(dedent(text))


def lines_of_loads(text: str, line: int, name: str) -> list[int]:
    """The lines that read what the name written on a line means."""
    tree = parsed(text)
    scopes = Scopes(tree)
    written = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == name and node.lineno == line
    )
    return sorted(node.lineno for node in scopes.loads(scopes.binding(written)))


def test_a_function_s_names_are_its_own() -> None:
    """What a function assigns is read in it and in functions inside of it, not at the top."""
    text = """
        one = 1
        def outer():
            one = 2
            def inner():
                return one
            return one
        one
        """
    assert lines_of_loads(text, 2, "one") == [8]
    assert lines_of_loads(text, 4, "one") == [6, 7]


def test_global_and_nonlocal_mean_names_further_out() -> None:
    """`global` the module's, `nonlocal` that of the function around."""
    text = """
        one = 1
        def outer():
            one = 2
            def inner():
                nonlocal one
                one = 3
            def other():
                global one
                one = 4
            return one
        one
        """
    assert lines_of_loads(text, 7, "one") == [11]
    assert lines_of_loads(text, 10, "one") == [12]


def test_a_class_s_names_are_not_those_of_its_methods() -> None:
    """They are read in the body of the class alone."""
    text = """
        one = 1
        class Thing:
            one = 2
            other = one
            def method(self):
                return one
        """
    assert lines_of_loads(text, 4, "one") == [5]
    assert lines_of_loads(text, 2, "one") == [7]


def test_a_comprehension_has_its_own_names() -> None:
    """Its target is read in it; its first iterable stands outside; a walrus binds in the function around."""
    text = """
        def outer(item):
            rows = [item for item in item]
            [found := row for row in rows]
            return item, found
        """
    assert lines_of_loads(text, 3, "item") == [3]
    tree = parsed(text)
    scopes = Scopes(tree)
    first = tree.body[0]
    assert isinstance(first, ast.FunctionDef)
    parameter = {
        node.lineno: scopes.binding(node).scope
        for node in ast.walk(first)
        if isinstance(node, ast.Name) and node.id == "item" and isinstance(node.ctx, ast.Load)
    }
    assert parameter[5] is first
    assert lines_of_loads(text, 4, "found") == [5]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def outer(other, /, one, *rest, key, **more):\n    return one, rest, key, more, other", "rest"),
        ("def outer():\n    import one.two\n    return one", "one"),
        ("def outer():\n    from two import three as one\n    return one", "one"),
        ("def outer():\n    try: pass\n    except ValueError as one: return one", "one"),
        ("def outer():\n    for one in []: pass\n    return one", "one"),
        ("def outer():\n    with open('a') as one: return one", "one"),
        ("def outer(two):\n    match two:\n        case [one, *rest]: return one", "one"),
        ("def outer(two):\n    match two:\n        case [1, *one]: return one", "one"),
        ("def outer(two):\n    match two:\n        case {'a': 1, **one}: return one", "one"),
        ("def outer():\n    def one(): pass\n    return one", "one"),
        ("def outer():\n    class one: pass\n    return one", "one"),
        ("def outer():\n    del one\n    return one", "one"),
    ],
)
def test_everything_that_binds_a_name_makes_it_the_function_s(text: str, name: str) -> None:
    """Parameters, imports, `except`, `for`, `with`, patterns, definitions and `del`."""
    tree = parsed(text)
    scopes = Scopes(tree)
    loads = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
    ]
    assert loads
    assert all(scopes.binding(node).scope is tree.body[0] for node in loads)


def test_defaults_decorators_and_annotations_stand_outside_of_the_function() -> None:
    """A lambda's default too."""
    text = """
        def outer(one):
            @one
            def inner(two: one = one, *, three=lambda one=one: one) -> one:
                one = 1
            return inner
        """
    tree = parsed(text)
    scopes = Scopes(tree)
    outer = tree.body[0]
    counted = [
        scopes.binding(node).scope is outer
        for node in ast.walk(outer)
        if isinstance(node, ast.Name) and node.id == "one"
    ]
    # The assignment inside, and what the lambda returns, are the only other two.
    assert sorted(counted) == [False] * 2 + [True] * 5


def test_definitions_and_imports_bind_in_the_scope_they_stand_in() -> None:
    """`bound_by` gives the binding whose loads are the uses of the definition."""
    tree = parsed("def outer():\n    import one\n    return one\none\n")
    scopes = Scopes(tree)
    outer = tree.body[0]
    assert isinstance(outer, ast.FunctionDef)
    assert [node.lineno for node in scopes.loads(scopes.bound_by(outer.body[0], "one"))] == [3]
    assert scopes.bound_by(outer, "outer").scope is tree


def test_imports_name_what_they_mean() -> None:
    """By the name here: modules, their members, relative ones by the package, and stars."""
    tree = parsed(
        """
        import one.two
        import one.two as three
        from four import five as six
        from . import seven
        from ..eight import *
        """
    )
    found = imported_names(ast.walk(tree), "top.inner")
    assert list(found.values()) == [
        (("one", "one"),),
        (("three", "one.two"),),
        (("six", "four.five"),),
        (("seven", "top.inner.seven"),),
        (("*", "top.eight.*"),),
    ]


@pytest.mark.parametrize(
    ("statement", "package", "expected"),
    [
        ("from one import two", "top.inner", "one"),
        ("from . import two", "top.inner", "top.inner"),
        ("from .one import two", "top.inner", "top.inner.one"),
        ("from .. import two", "top.inner", "top"),
        ("from ..one.more import two", "top.inner", "top.one.more"),
    ],
)
def test_relative_imports_start_at_the_package(statement: str, package: str, expected: str) -> None:
    """One dot is the package itself, each further one the package around."""
    node = ast.parse(statement).body[0]
    assert isinstance(node, ast.ImportFrom)
    assert absolute_module(node, package) == expected
