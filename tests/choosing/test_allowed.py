"""What allow comments take out of a scan, and which of them are wrong."""

from aioport.choosing.allowed import Allowed, apply_comments
from aioport.reporting.model import FindingRow
from tests.choosing.rows import mistake, sources, waiting


def applied(text: str, *rows: FindingRow, **others: str) -> Allowed:
    return apply_comments(rows, sources(app=text, **others))


def complaints(found: Allowed) -> list[str]:
    return [f"{one.path}:{one.line}:{one.column} {one.kind} {one.message}" for one in found.comments]


def test_a_finding_is_allowed_by_its_category() -> None:
    """A comment on the finding's line takes out what it names, and nothing else."""
    sleep, network = waiting(1), waiting(1, "network")
    found = applied("f()  # aioport: allow[sleep] short\n", sleep, network)
    assert found.rows == (network,)
    assert [row for row, _ in found.silenced] == [sleep]
    assert found.comments == ()


def test_a_mistake_is_allowed_by_its_kind() -> None:
    """Kinds of mistakes can be named beside categories."""
    found = applied("f()  # aioport: allow[never-awaited, sleep] both\n", mistake(1), waiting(1))
    assert (found.rows, found.comments) == ((), ())


def test_any_line_of_the_call() -> None:
    """A comment may stand at the end of a call of several lines."""
    found = applied("f(\n    1,\n)  # aioport: allow[sleep] short\n", waiting(1, end_line=3))
    assert found.rows == ()


def test_a_whole_function() -> None:
    """A comment at a `def` takes out what stands in the function, and not what stands behind it."""
    text = "def f():  # aioport: allow[sleep] short\n    g()\n    h()\ng()\n"
    behind = waiting(4)
    assert applied(text, waiting(2), waiting(3), behind).rows == (behind,)


def test_a_call_on_the_chain() -> None:
    """A comment at a project's call that leads to the finding takes it out, in another file as well."""
    text = "async def a():\n    f()  # aioport: allow[sleep] at start\n"
    found = applied(text, waiting(9, path="deep.py", above=[("app.py", 2)]), deep="\n" * 9)
    assert (found.rows, found.comments) == ((), ())


def test_where_the_chain_begins_is_no_call() -> None:
    """The line of the `def` that begins a chain is not itself a call; a comment there allows by the whole function."""
    text = "async def a():  # aioport: allow[sleep] at start\n    f()\n"
    assert applied(text, waiting(9, path="deep.py", above=[("app.py", 2)])).rows == ()
    assert len(applied(text, waiting(9, path="deep.py", above=[("app.py", 3)])).rows) == 1


def test_a_reason_is_required() -> None:
    """Without one, nothing is allowed, and that is said."""
    row = waiting(1)
    found = applied("f()  # aioport: allow[sleep]\n", row)
    assert found.rows == (row,)
    [complaint] = complaints(found)
    assert complaint == (
        "app.py:1:6 allow-without-reason it gives no reason, so it allows nothing; "
        "write `# aioport: allow[category] reason`"
    )


def test_an_unknown_category() -> None:
    """The nearest known one is named; what else the comment allows still holds."""
    found = applied("f()  # aioport: allow[netwrk, sleep] so\n", waiting(1))
    assert found.rows == ()
    assert complaints(found) == [
        "app.py:1:6 unknown-allow there is no category `netwrk`; did you mean `network`?"
    ]
    assert found.comments[0].severity == "error"


def test_everything_cannot_be_allowed_at_once() -> None:
    """`*` is no category: what is allowed has to be named."""
    found = applied("f()  # aioport: allow[*] so\n", waiting(1))
    assert len(found.rows) == 1
    assert "there is no category `*`; known are sleep, network" in complaints(found)[0]


def test_what_is_not_understood() -> None:
    """A comment that is none of ours in form is told with the right form."""
    [complaint] = complaints(applied("f()  # aioport: ignore\n"))
    assert complaint == (
        "app.py:1:6 unknown-allow `aioport: ignore` is not understood; write `# aioport: allow[category] reason`"
    )


def test_an_unused_comment() -> None:
    """Each name that takes nothing out is told, so that it hides nothing new."""
    found = applied("f()  # aioport: allow[sleep, file] so\n", waiting(1))
    assert complaints(found) == [
        "app.py:1:6 unused-allow nothing here needs `file` to be allowed; take it out"
    ]


def test_two_comments_for_one_finding() -> None:
    """Both count as used: taking out one of them alone would change nothing that is seen."""
    text = "def f():  # aioport: allow[sleep] all\n    g()  # aioport: allow[sleep] this\n"
    assert applied(text, waiting(2)).comments == ()
