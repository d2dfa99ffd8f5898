"""Which parameters an argument arrives at."""

import ast

import pytest

from aioport.values.arguments import arrivals, defaulted, first_parameter


def definition(parameters: str) -> ast.FunctionDef:
    """A function with these parameters."""
    node = ast.parse(f"def f({parameters}): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def arrived(
    parameters: str, arguments: str, *, receives: bool = False, key: object = None
) -> list[tuple[str, str]]:
    """Where the argument arrives in which the name `x` is: the parameter, and as what."""
    call = ast.parse(f"f({arguments})", mode="eval").body
    assert isinstance(call, ast.Call)
    every: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    argument = next(
        one for one in every if any(isinstance(node, ast.Name) and node.id == "x" for node in ast.walk(one))
    )
    return list(arrivals(definition(parameters), call, argument, receives=receives, key=key))


@pytest.mark.parametrize(
    ("parameters", "arguments", "expected"),
    [
        ("a, b", "x, 1", [("a", "itself")]),
        ("a, b", "1, x", [("b", "itself")]),
        ("a, /, b", "1, x", [("b", "itself")]),
        ("a, b", "1, b=x", [("b", "itself")]),
        ("a, *, b", "1, b=x", [("b", "itself")]),
        ("a, *rest", "1, x", [("rest", "held")]),
        ("a, **more", "1, b=x", [("more", "held")]),
        ("a, /, **more", "1, a=x", [("more", "held")]),
        ("a", "1, x", []),
        ("a", "1, b=x", []),
        ("a, *rest", "1, *x", [("rest", "itself")]),
        ("a, b", "1, *x", [("b", "element")]),
        ("a, b", "*x", [("a", "element"), ("b", "element")]),
        ("a, **more", "1, **x", [("more", "itself")]),
        ("a, b", "1, **x", []),
    ],
)
def test_an_argument_arrives_where_python_binds_it(
    parameters: str, arguments: str, expected: list[tuple[str, str]]
) -> None:
    """By position and by name, in `*args` and `**kwargs`, spread, or nowhere."""
    assert arrived(parameters, arguments) == expected


def test_the_receiver_fills_the_first_parameter() -> None:
    """Arguments of a method begin at the second one; called on the class they do not."""
    assert arrived("self, a, b", "x, 1", receives=True) == [("a", "itself")]
    assert arrived("self, a, b", "1, x", receives=False) == [("a", "itself")]


@pytest.mark.parametrize(
    ("parameters", "arguments", "key", "expected"),
    [
        ("a, b", "*x", 1, [("b", "element")]),
        ("a, b, c", "1, *x", 1, [("c", "element")]),
        ("a, *rest", "1, *x", 2, [("rest", "itself")]),
        ("a", "1, *x", 3, []),
        ("a, b", "**x", "b", [("b", "element")]),
        ("a, **more", "**x", "b", [("more", "itself")]),
        ("a, **more", "**x", "a", [("a", "element")]),
        ("a", "**x", "b", []),
    ],
)
def test_a_known_key_arrives_at_one_parameter(
    parameters: str, arguments: str, key: object, expected: list[tuple[str, str]]
) -> None:
    """Of a collection that is spread, the item under a constant goes where that position or name goes."""
    assert arrived(parameters, arguments, key=key) == expected


def test_defaults_belong_to_the_last_parameters() -> None:
    """Counted from the end, keyword-only ones each by itself; another expression is no default."""
    node = definition("a, b=1, /, c=2, *, d, e=3")
    given = {ast.unparse(one): one for one in (*node.args.defaults, *filter(None, node.args.kw_defaults))}
    assert [defaulted(node, given[text]) for text in "123"] == ["b", "c", "e"]
    assert defaulted(node, ast.Constant(1)) is None


@pytest.mark.parametrize(
    ("parameters", "receives", "expected"),
    [
        ("a, b", False, "a"),
        ("self, a", True, "a"),
        ("a, /, b", False, "a"),
        ("self", True, None),
        ("*a", False, None),
    ],
)
def test_a_lone_argument_fills_the_first_parameter(
    parameters: str,
    receives: bool,
    expected: str | None,
) -> None:
    """The one behind the receiver, if there is one."""
    assert first_parameter(definition(parameters), receives=receives) == expected
