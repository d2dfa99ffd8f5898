"""Special methods run where the language calls them, without a call expression."""

import pytest

from tests.scanning import scanned
from tests.values.looping import on_loop

USES = (
    ("__contains__", "1 in thing", "thing is other"),
    ("__contains__", "1 not in thing", "thing is not None"),
    ("__iter__", "1 in thing", "1 in [1]"),
    ("__iter__", "[*thing]", "[thing]"),
    ("__iter__", "first, second = thing", "first = second = thing"),
    ("__iter__", "list(thing)", "id(thing)"),
    ("__getitem__", "thing[0]", "[thing][0]"),
    ("__setitem__", "thing[0] = 1", "[1][0] = thing"),
    ("__delitem__", "del thing[0]", "rows = [1]; del rows[0]"),
    ("__bool__", "assert thing", "assert thing is None"),
    ("__bool__", "1 if thing else 2", "1 if thing is None else 2"),
    ("__bool__", "not thing", "not [thing]"),
    ("__bool__", "thing or other", "key or thing"),
    ("__bool__", "[1 for one in key if thing]", "[thing for one in key]"),
    ("__len__", "bool(thing)", "id(thing)"),
    ("__len__", "len(thing)", "len([thing])"),
    ("__eq__", "thing == other", "thing is other"),
    ("__eq__", "thing != other", "key != key"),
    ("__lt__", "thing < other", "1 < 2"),
    ("__lt__", "sorted([thing, other])", "sorted([1, 2])"),
    ("__gt__", "thing > other", "2 > 1"),
    ("__hash__", "{thing}", "[thing]"),
    ("__hash__", "{thing: 1}", "{1: thing}"),
    ("__hash__", "hash(thing)", "id(thing)"),
    ("__add__", "thing + 1", "key + key"),
    ("__radd__", "1 + thing", "1 + 1"),
    ("__iadd__", "thing += 1", "key += ''"),
    ("__neg__", "-thing", "-1"),
    ("__str__", "f'{thing}'", "f'{key}'"),
    ("__str__", "str(thing)", "str(key)"),
    ("__str__", "print(thing)", "print(key)"),
    ("__str__", "'%s' % thing", "'%s' % key"),
    ("__repr__", "f'{thing!r}'", "f'{key!r}'"),
    ("__format__", "f'{thing:>3}'", "f'{key:>3}'"),
    ("__index__", "[1][thing]", "[thing][1]"),
    ("__call__", "thing()", "thing"),
    ("__enter__", "with thing: pass", "thing"),
    ("__exit__", "with thing: pass", "thing"),
    ("__getattr__", "thing.anything", "thing.__class__"),
    ("__setattr__", "thing.anything = 1", "anything = thing"),
    ("__delattr__", "del thing.anything", "anything = 1; del anything"),
    ("__int__", "int(thing)", "int(key)"),
    ("__abs__", "abs(thing)", "abs(-1)"),
    ("__fspath__", "import os; os.fspath(thing)", "import os; os.fspath(key)"),
    ("__reversed__", "reversed(thing)", "reversed([thing])"),
)
"""A special method, what runs it, and what looks alike and does not."""

ROW = """
class Used{number}:
    def {method}(self, *rest): time.sleep(1)
{other}

class Unused{number}:
    def {method}(self, *rest): time.sleep(1)
{other}

async def use{number}(thing: Used{number}, other: Used{number}, key: str):
    {use}

async def look{number}(thing: Unused{number}, other: Unused{number}, key: str):
    {alike}
"""

OTHER_HALF = {"__enter__": "__exit__", "__exit__": "__enter__"}


def test_special_methods_run_where_the_language_calls_them() -> None:
    """On the loop only by what runs them, and not by what looks alike."""
    text = "import time\n"
    for number, (method, use, alike) in enumerate(USES):
        half = OTHER_HALF.get(method)
        other = f"    def {half}(self, *rest): pass" if half is not None else ""
        text += ROW.format(number=number, method=method, use=use, alike=alike, other=other)
    expected = {(f"Used{number}", method) for number, (method, _, _) in enumerate(USES)}
    found = {tuple(name.split(".")) for name in on_loop(text)}
    assert found == expected


def test_destroying_an_object_runs_its_finalizer() -> None:
    """`__del__` belongs to `del` and to whoever makes the object; a class that is only named destroys nothing."""
    assert on_loop(
        """
        import time

        class Made:
            def __del__(self): time.sleep(1)

        class Deleted:
            def __del__(self): time.sleep(1)

        class Named:
            def __del__(self): time.sleep(1)

        async def main(deleted: Deleted, named: Named):
            Made()
            del deleted
            return Named
        """
    ) == {"Made.__del__", "Deleted.__del__"}


def test_descriptors_run_at_the_attribute() -> None:
    """`__get__`, `__set__` and `__delete__` of what a class has under the name; not for other attributes."""
    assert on_loop(
        """
        import time

        class Read:
            def __get__(self, one, owner): time.sleep(1)

        class Written:
            def __set__(self, one, value): time.sleep(1)

        class Deleted:
            def __delete__(self, one): time.sleep(1)

        class Untouched:
            def __get__(self, one, owner): time.sleep(1)
            def __set__(self, one, value): time.sleep(1)

        class Row:
            read = Read()
            written = Written()
            deleted = Deleted()
            untouched = Untouched()
            plain = 1

        async def main(row: Row):
            row.read
            row.written = 1
            del row.deleted
            row.plain = row.plain
        """
    ) == {"Read.__get__", "Written.__set__", "Deleted.__delete__"}


PROPERTY = """
    import time

    class Row:
        @property
        def value(self):
            time.sleep(1)
            return 1

        @value.setter
        def value(self, value):
            time.sleep(2)

        @value.deleter
        def value(self):
            time.sleep(3)

    async def main(row: Row):
        {use}
    """


def lines_on_loop(use: str) -> list[int]:
    """Lines of `PROPERTY` that wait on the loop for some use of the property."""
    return [one.line for one in scanned(PROPERTY.format(use=use)).scan.facts.findings if one.on_loop]


def test_properties_run_by_what_is_done_with_the_attribute() -> None:
    """Reading runs the getter, assigning the setter, and `del` the deleter."""
    assert lines_on_loop("row.value") == [6]
    assert lines_on_loop("row.value = 1") == [11]
    assert 15 in lines_on_loop("del row.value")
    assert lines_on_loop("row") == []


@pytest.mark.xfail(reason="the checker reports the write alone", strict=True)
def test_augmented_assignment_reads_the_property_too() -> None:
    """`row.value += 1` runs the getter and the setter."""
    assert lines_on_loop("row.value += 1") == [6, 11]


@pytest.mark.xfail(reason="the checker reports `del` of a property as a read", strict=True)
def test_deleting_a_property_does_not_read_it() -> None:
    """`del row.value` runs the deleter alone."""
    assert lines_on_loop("del row.value") == [15]


def test_a_missing_attribute_runs_getattr_and_a_present_one_does_not() -> None:
    """`__getattr__` is asked last, `__getattribute__` always, and a module's `__getattr__` is another function."""
    assert on_loop(
        """
        import time

        class Proxy:
            known = 1
            def __getattr__(self, name): time.sleep(1)

        class Full:
            known = 1
            def __init__(self): self.own = 1
            def method(self): pass
            def __getattr__(self, name): time.sleep(1)

        class Always:
            known = 1
            def __getattribute__(self, name): time.sleep(1)

        async def main(proxy: Proxy, full: Full, always: Always):
            proxy.missing
            full.known
            full.own
            full.method()
            full.__dict__
            always.known
        """
    ) == {"Proxy.__getattr__", "Always.__getattribute__"}


def test_awaiting_an_object_runs_what_makes_it_awaitable() -> None:
    """`await thing` runs `__await__` on the loop; `__aenter__`, `__anext__` are coroutines and follow themselves."""
    assert on_loop(
        """
        import time

        class Answer:
            def __await__(self):
                time.sleep(1)
                yield

        class Question:
            def __await__(self):
                time.sleep(1)
                yield

        async def main(answer: Answer, question: Question):
            await answer
            return question
        """
    ) == {"Answer.__await__"}


def test_subscripts_of_missing_keys_run_missing() -> None:
    """`__missing__` of a dict's subclass runs by `[]` and not by `get`."""
    assert on_loop(
        """
        import time

        class Filled(dict):
            def __missing__(self, key): time.sleep(1)

        class Asked(dict):
            def __missing__(self, key): time.sleep(1)

        async def main(filled: Filled, asked: Asked):
            filled["a"]
            asked.get("a")
        """
    ) == {"Filled.__missing__"}
