"""Binding a call's arguments to a rule's metavariables."""

import ast

import pytest

from aioport.catalog.matching import KINDS, Mismatch, bind, fits
from aioport.catalog.rules import CompiledRewrite, compile_rewrites
from aioport.catalog.schema import Arguments, Library, Rewrite


def rule(sync: str, async_: str, **more: object) -> CompiledRewrite:
    library = Library(summary="", checked="", rewrite=(Rewrite(sync=sync, async_=async_, **more),))  # type: ignore[arg-type]
    return compile_rewrites("mine", library)[0]


def bound(rule: CompiledRewrite, call: str) -> dict[str, str] | str:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    found = bind(rule, node)
    return (
        found.reason
        if isinstance(found, Mismatch)
        else {name: ast.unparse(value) for name, value in found.items()}
    )


def test_arguments_are_bound_by_position_and_by_name() -> None:
    """Both ways, as far as `positional` says; what is not given has no value."""
    get = rule(
        "re.get(url=url, params=params, timeout=timeout)", "re.get(url, params, timeout)", positional=2
    )
    assert bound(get, "get(a)") == {"url": "a"}
    assert bound(get, "get(a, b)") == {"url": "a", "params": "b"}
    assert bound(get, "get(params=b, url=a, timeout=1 + 2)") == {
        "url": "a",
        "params": "b",
        "timeout": "1 + 2",
    }
    assert bound(get, "get(a, b, 1)") == "argument 3 has no counterpart"
    assert bound(get, "get(a, other=1)") == "argument `other` has no counterpart"


def test_the_receiver_is_what_the_method_is_called_on() -> None:
    """Any expression may stand before the dot."""
    close = rule("re.Client.close(self)", "await self.close()")
    assert bound(close, "self.clients[0].close()") == {"self": "self.clients[0]"}
    assert bound(close, "close()") == "the method is not called on its object"


def test_a_tuple_is_taken_apart() -> None:
    """Only where it is written out, with as many items."""
    get = rule("re.get(auth=(user, password))", "re.get(user, password)")
    assert bound(get, "get(auth=('me', secret()))") == {"user": "'me'", "password": "secret()"}
    assert bound(get, "get(auth=(a, b, c))") == "argument `auth` is not a tuple of 2 written out"
    assert bound(get, "get(auth=pair)") == "argument `auth` is not a tuple of 2 written out"
    assert bound(get, "get(auth=(*pair, c))") == "argument `auth` is unpacked with `*`"
    assert bound(get, "get()") == {}


def test_a_default_that_is_said_aloud_is_dropped() -> None:
    """`ignore` takes the literal that it names and no other."""
    get = rule("re.get(url)", "re.get(url)", ignore={"stream": "False"})
    assert bound(get, "get(a, stream=False)") == {"url": "a"}
    assert bound(get, "get(a, stream=True)") == "argument `stream` has no counterpart"


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("boolean", ["True", "False"]),
        ("constant", ["1", "0.5", "-1", "'a'", "None", "(1, 'b')", "True", "False"]),
        ("number", ["1", "0.5", "-1"]),
        ("string", ["'a'", "f'{a}'"]),
        ("tuple", ["(1, 'b')", "(a, b)"]),
        ("simple", ["a", "a.b", "1", "'a'", "None", "-1", "0.5", "True", "False"]),
    ],
)
def test_kinds_are_told_by_the_text(kind: str, texts: list[str]) -> None:
    """Each kind takes these of all the expressions below, and no others."""
    every = [
        "1",
        "0.5",
        "-1",
        "'a'",
        "f'{a}'",
        "True",
        "False",
        "None",
        "(1, 'b')",
        "(a, b)",
        "a",
        "a.b",
        "a()",
        "a + 1",
    ]
    assert {text for text in every if fits(kind, ast.parse(text, mode="eval").body)} == set(texts)


def test_everything_but_none_is_not_none() -> None:
    """A name may be None at run time; only the literal is known to be."""
    assert not fits("not none", ast.parse("None", mode="eval").body)
    assert fits("not none", ast.parse("a", mode="eval").body)
    assert set(KINDS) == {"boolean", "constant", "not none", "number", "simple", "string", "tuple"}


def test_shared_arguments_are_spliced_in_and_own_ones_win() -> None:
    """`**name` gives one rule for each table of that name."""
    more = (
        Arguments(sync="a=a, b=b", async_="a=a, bee=b", when={"a": "number", "b": "string"}),
        Arguments(sync="pair=(b, c)", async_="bee=b, cee=c"),
    )
    rewrite = Rewrite(sync="re.f(a=a, **more)", async_="re.g(a=a, **more)", when={"a": "simple"})
    library = Library(summary="", checked="", arguments={"more": more}, rewrite=(rewrite,))
    first, second = compile_rewrites("mine", library)
    assert (first.rule.sync, first.rule.async_) == ("re.f(a=a, b=b)", "re.g(a=a, bee=b)")
    assert first.rule.when == {"a": "simple", "b": "string"}
    assert (second.rule.sync, second.rule.async_) == ("re.f(a=a, pair=(b, c))", "re.g(a=a, bee=b, cee=c)")


def test_a_placeholder_gives_one_rule_for_each_name() -> None:
    """Both expressions are filled in."""
    rewrite = Rewrite(sync="re.NAME(a)", async_="re.async_f(NAME(a))", where={"NAME": ("len", "sum")})
    rules = compile_rewrites("mine", Library(summary="", checked="", rewrite=(rewrite,)))
    assert [(rule.name, rule.rule.async_) for rule in rules] == [
        ("re.len", "re.async_f(len(a))"),
        ("re.sum", "re.async_f(sum(a))"),
    ]
