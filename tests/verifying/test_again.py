"""What a second run would change, and how little of the first one is taken back for it."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from aioport import converting
from aioport.analysing import analysed
from aioport.catalog.load import load_catalog
from aioport.discovery import discover
from aioport.planning.refused import Refused
from aioport.planning.solve import make_plan
from aioport.refusing import refuse
from aioport.rewriting.rewrite import rewrite
from aioport.settings import Options
from aioport.verifying.again import SECOND_RUN, find_changed_again
from aioport.verifying.verdict import Violation
from tests.planning.programs import convert

PROGRAM = """
import time
from functools import wraps


def timed(f):
    @wraps(f)
    def wrapper(*args):
        return f(*args)

    return wrapper


def load(path):
    with open(path) as file:
        return parse(file)


def parse(file):
    return file.read()


class Client:
    def wait(self):
        time.sleep(1)

    def twice(self):
        self.wait()
        self.wait()


@timed
def apart():
    time.sleep(2)


def main():
    time.sleep(3)
    print(load("x"), Client().twice())


def other():
    time.sleep(4)
    return "sync"
"""

CHANGING = {"Client.wait", "Client.twice", "apart", "timed.wrapper", "main", "other"}


def write(root: Path) -> None:
    (root / "program.py").write_text(dedent(PROGRAM).lstrip(), encoding="utf-8")


def test_only_functions_whose_text_changes_are_named(tmp_path: Path) -> None:
    """What merely runs in a thread, inside a unit, is as it was."""
    write(tmp_path)
    project = discover([tmp_path], Options())
    with analysed(project, load_catalog(())) as found:
        plan = make_plan(found.analysis)
        texts = rewrite(found.analysis, plan, {}).texts
        changed = [path for path in texts if path in project.sources]
        violations = list(find_changed_again(found.analysis, plan, changed))
        assert {one.function.removeprefix("program.") for one in violations} == CHANGING
        assert {one.check for one in violations} == {SECOND_RUN}
        assert not list(find_changed_again(found.analysis, plan, []))


@pytest.mark.parametrize(
    ("function", "message", "taken"),
    [
        ("program.other", "a second run changes program.other: it waits", {"other"}),
        (
            "program.Client.create",
            "a second run changes program.Client.create of `Client`: it waits",
            {"Client.wait", "Client.twice"},
        ),
        ("program.load", "a second run changes program.load: it waits", {"main"}),
        ("program.gone", "a second run changes program.gone: it waits", CHANGING),
    ],
)
def test_little_is_taken_back_for_a_second_run(
    tmp_path: Path, function: str, message: str, taken: set[str]
) -> None:
    """The function, the methods of its class, what calls it, and at last the file."""
    write(tmp_path)
    with analysed(discover([tmp_path], Options()), load_catalog(())) as found:
        analysis, refused = found.analysis, Refused()
        plan = make_plan(analysis)
        violation = Violation(SECOND_RUN, "program.py", 1, function, message)
        refuse(analysis, plan, refused, [violation], everything=False)
        names = {analysis.function(one).name.removeprefix("program.") for one in refused.functions}
        assert names == taken


def test_the_rest_is_converted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that a second run would change is kept, and the others are not."""

    def changing(*_: Any) -> Iterator[Violation]:
        if not rounds:
            rounds.append(1)
            yield Violation(
                SECOND_RUN, "program.py", 1, "program.other", "a second run changes program.other"
            )

    rounds: list[int] = []
    monkeypatch.setattr(converting, "find_changed_again", changing)
    text = convert(PROGRAM).files["program.py"]
    assert "async def main():" in text
    assert "async def twice(self):" in text
    assert "\ndef other():\n    time.sleep(4)\n" in text


def test_what_no_form_satisfies_stays_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort."""

    def changing(*_: Any) -> Iterator[Violation]:
        yield Violation(SECOND_RUN, "program.py", 1, "program.nothing", "a second run changes this file")

    monkeypatch.setattr(converting, "find_changed_again", changing)
    assert convert(PROGRAM).files == {}


def test_later_checks_wait_for_earlier_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """What blocks is looked at where all types are right, and a second run at last."""
    order: list[str] = []

    def wrong_type(*_: Any) -> Iterator[Violation]:
        order.append("types")
        if order.count("types") == 1:
            yield Violation("types", "program.py", 1, "program.other", "a type is wrong")

    def blocking(*_: Any) -> Iterator[Violation]:
        order.append("blocking")
        if order.count("blocking") == 1:
            yield Violation("blocking", "program.py", 1, "program.apart", "something blocks")

    def changing(*_: Any) -> Iterator[Violation]:
        order.append("again")
        yield from ()

    monkeypatch.setattr(converting, "check_types", wrong_type)
    monkeypatch.setattr(converting, "check_blocking", blocking)
    monkeypatch.setattr(converting, "find_changed_again", changing)
    text = convert(PROGRAM).files["program.py"]
    assert order == ["types", "types", "blocking", "types", "blocking", "again"]
    assert "\ndef other():" in text
    assert "\ndef apart():" in text
    assert "async def main():" in text
