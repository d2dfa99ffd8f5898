"""Answers are kept until something that they went by has changed."""

from aioport.planning.callables.answers import Answers, Asked, callers_of, find_changed
from aioport.program.model import Call


def call(*targets: int) -> Call:
    """A call of some functions."""
    return Call(
        caller=0, path="app.py", kind="call", start=0, end=3, line=1, column=0, targets=targets, sure=True
    )


def test_an_answer_is_worked_out_once_and_again_after_what_it_went_by_changed() -> None:
    """An answer that went by another one goes by all that the other one did, whether that was known or not."""
    asked, worked_out = Asked(), list[str]()
    inner: Answers[str, str] = Answers(asked)
    outer: Answers[str, str] = Answers(asked)

    def find(question: str) -> str:
        worked_out.append(question)
        asked.note(len(question))
        return question.upper()

    def find_both(question: str) -> str:
        worked_out.append(f"both {question}")
        return inner.of(question, find) + inner.of("three", find)

    assert outer.of("one", find_both) == "ONETHREE"
    assert outer.of("four", find_both) == "FOURTHREE"
    assert outer.of("one", find_both) == "ONETHREE"
    assert worked_out == ["both one", "one", "three", "both four", "four"]
    inner.forget({4})
    outer.forget({4})
    assert outer.of("one", find_both) == "ONETHREE"
    assert outer.of("four", find_both) == "FOURTHREE"
    assert worked_out[5:] == ["both four", "four"]
    outer.forget({5})
    assert outer.of("one", find_both) == "ONETHREE"
    assert worked_out[7:] == ["both one"]


def test_a_call_that_runs_something_else_changes_who_calls_that() -> None:
    """The functions that it runs now or ran before have other callers; those that it runs as before have not."""
    same, other = call(1), call(1, 2)
    changed = find_changed((same, other), (same, call(1, 3)))
    assert {1, callers_of(2), callers_of(3)} <= changed
    assert not {0, callers_of(1)} & changed
