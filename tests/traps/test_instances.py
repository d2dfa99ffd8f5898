"""Objects whose protocols run where their type is lost: in attributes, collections, parameters and other people's code."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

CLASSES = """
import json
import time


class Rows:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            time.sleep(0.001)
            yield i


class Conn:
    def __enter__(self):
        time.sleep(0.001)
        return self

    def __exit__(self, *error):
        time.sleep(0.001)


class Holder:
    def __init__(self, held):
        self.held = held
        self.rows = []

    def total(self):
        return sum([one for one in self.held])

    def use(self):
        with self.held:
            return "used"

    def count(self):
        return len([one for one in self.rows])


def wait():
    time.sleep(0.001)


def settings(text, **more):
    found = json.loads(text)
    found.update(more)
    found["rows"] = Rows(3)
    return found


def show(**given):
    return [list(one) for one in given.values()]


def main():
    wait()
BODY
    for row in Rows(2):
        print(row)
    with Conn() as conn:
        print(type(conn).__name__)


if __name__ == "__main__":
    main()
"""

ROWS = {
    "an attribute": "print(Holder(Rows(3)).total())",
    "an attribute that was a list": "holder = Holder(1)\nholder.rows = Rows(2)\nprint(holder.count())",
    "a decoded dict": "for one in settings('{}')['rows']:\n    print(one)",
    "keyword arguments": "print(show(rows=Rows(2), plain=[1]))",
    "other people's code": "print(json.dumps({'rows': Rows(2)}, default=list))",
}

CONNS = {
    "an attribute": "print(Holder(Conn()).use())",
    "a decoded dict": "with settings('{}', conn=Conn())['conn']:\n    print('in')",
}


def converted(body: str) -> str:
    return check_runs_alike(CLASSES.replace("BODY", indent(body, "    "))).files["program.py"]


@trap(13, "refused", "an object whose type is lost before it is gone through keeps its `__iter__`")
@pytest.mark.parametrize("where", ROWS)
def test_what_is_gone_through_by_an_unknown_type_stays(where: str) -> None:
    """The program prints the same; what is entered only where its class is known becomes asynchronous all the same."""
    text = converted(ROWS[where])
    assert "def __iter__(self):" in text
    assert "async def __aenter__(self):" in text


@trap(12, "refused", "so does an object that is entered keep its `__enter__` and `__exit__`")
@pytest.mark.parametrize("where", CONNS)
def test_what_is_entered_by_an_unknown_type_stays(where: str) -> None:
    """The program prints the same; what is gone through only where its class is known becomes asynchronous."""
    text = converted(CONNS[where])
    assert "def __enter__(self):" in text
