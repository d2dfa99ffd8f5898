"""Reading comments for aioport."""

import pytest

from aioport.choosing.comments import Comment, read_comments
from aioport.project import Source

ALLOW = "# aioport: allow[sleep] short"


def comments(text: str) -> list[Comment]:
    return list(read_comments(Source("app.py", text)))


def lines(text: str) -> list[tuple[int, int]]:
    """The lines that each comment speaks of."""
    return [(one.first, one.last) for one in comments(text)]


def test_behind_code() -> None:
    """A comment behind code speaks of its line, and says where it stands, in characters."""
    assert comments(f"x = 1\né = 'é'; f()  {ALLOW}\n") == [
        Comment("app.py", 2, 15, "allow[sleep] short", ("sleep",), "short", 2, 2)
    ]


def test_on_a_line_of_its_own() -> None:
    """It speaks of the next line of code, past blank lines and other comments."""
    assert lines(f"{ALLOW}\n# more\n\nf()\ng()\n") == [(4, 4)]


def test_behind_the_last_line_of_a_call() -> None:
    """A call of several lines may have its comment at its end: the lines that it speaks of are that one."""
    assert lines(f"f(\n    1,\n)  {ALLOW}\n") == [(3, 3)]


@pytest.mark.parametrize(
    "text",
    [
        f"@a\n@b  {ALLOW}\nasync def f(\n    x,\n):\n    g()\n\n    h()\n",
        f"@a\n@b\nasync def f(\n    x,  {ALLOW}\n):\n    g()\n\n    h()\n",
        f"@a\n@b\nasync def f(\n    x,\n):  {ALLOW}\n    g()\n\n    h()\n",
    ],
)
def test_at_a_def(text: str) -> None:
    """On any line of a function's header, decorators included, it speaks of the whole function."""
    assert lines(text) == [(1, 8)]


def test_above_a_def() -> None:
    """Alone above a function, it speaks of the whole function."""
    assert lines(f"{ALLOW}\n@a\ndef f():\n    g()\n") == [(2, 4)]


def test_a_nested_function() -> None:
    """The innermost function that has the line in its header is meant."""
    assert lines(f"def f():\n    def g():  {ALLOW}\n        h()\n    k()\n") == [(2, 3)]


def test_a_function_of_one_line() -> None:
    """Its header and its body are one line."""
    assert lines(f"def f(): g()  {ALLOW}\nh()\n") == [(1, 1)]


def test_text_in_a_string_is_no_comment() -> None:
    """A string, of several lines too, may hold what looks like a comment."""
    assert comments(f'x = "{ALLOW}"\ny = """\n{ALLOW}\n"""\n') == []


def test_several_names() -> None:
    """Names are separated by commas, with any space around them."""
    [one] = comments("f()  #aioport:allow[ sleep ,never-awaited,]: because\n")
    assert (one.names, one.reason) == (("sleep", "never-awaited"), "because")


def test_beside_other_comments() -> None:
    """Another tool's comment may stand before and behind it, and is no part of the reason."""
    [one] = comments(f"f()  # noqa: X1  {ALLOW} really  # type: ignore\n")
    assert one.reason == "short really"


@pytest.mark.parametrize("text", ["allow network", "alow[sleep] x", "", "allow[sleep"])
def test_what_is_not_understood(text: str) -> None:
    """A comment for aioport that says no `allow[...]` has no names."""
    [one] = comments(f"f()  # aioport: {text}\n")
    assert (one.names, one.text) == (None, text)


def test_line_ends() -> None:
    """Lines are those of Python: a carriage return alone ends one, a form feed none."""
    assert lines(f"x = 1\r\ny = 2\rz\x0c = 3\nf()  {ALLOW}\r\n") == [(4, 4)]
