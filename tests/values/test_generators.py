"""A generator's body runs where its items are asked for, not where it is made."""

from tests.scanning import scanned
from tests.values.looping import on_loop


def test_the_body_runs_at_every_kind_of_consumer() -> None:
    """`for`, unpacking, `list`, `next`, `in`, a star, a comprehension, `join`, `sum` and `yield from`."""
    assert on_loop(
        """
        import time

        def by_for():
            time.sleep(1)
            yield 1

        def by_unpacking():
            time.sleep(1)
            yield 1

        def by_list():
            time.sleep(1)
            yield 1

        def by_next():
            time.sleep(1)
            yield 1

        def by_in():
            time.sleep(1)
            yield 1

        def by_star():
            time.sleep(1)
            yield 1

        def by_comprehension():
            time.sleep(1)
            yield 1

        def by_join():
            time.sleep(1)
            yield ""

        def by_sum():
            time.sleep(1)
            yield 1

        def by_delegation():
            time.sleep(1)
            yield 1

        def delegating():
            yield from by_delegation()

        def by_send():
            time.sleep(1)
            yield 1

        def by_extend():
            time.sleep(1)
            yield 1

        def by_argument():
            time.sleep(1)
            yield 1

        async def main():
            for one in by_for():
                pass
            first, = by_unpacking()
            list(by_list())
            next(by_next())
            1 in by_in()
            print(*by_star())
            [one for one in by_comprehension()]
            "".join(by_join())
            sum(by_sum())
            for one in delegating():
                pass
            by_send().send(None)
            [].extend(by_extend())
            print(*[*by_argument()])
        """
    ) == {
        *("by_for", "by_unpacking", "by_list", "by_next", "by_in", "by_star", "by_comprehension"),
        *("by_join", "by_sum", "by_delegation", "by_send", "by_extend", "by_argument"),
    }


def test_making_a_generator_runs_nothing() -> None:
    """Made, returned, kept, handed to a thread or drained by sync code alone, it is on no loop."""
    assert (
        on_loop(
            """
            import asyncio
            import time

            def items():
                time.sleep(1)
                yield 1

            def offloaded():
                time.sleep(1)
                yield 1

            def drained():
                time.sleep(1)
                yield 1

            def sync():
                for one in drained():
                    pass

            async def main():
                made = items()
                kept = [items()]
                await asyncio.to_thread(list, offloaded())
                return made
            """
        )
        == set()
    )


def test_a_generator_that_is_passed_on_runs_where_it_arrives() -> None:
    """Through parameters, results, attributes and builtin iterators such as `enumerate` and `zip`."""
    assert on_loop(
        """
        import itertools
        import time

        def passed():
            time.sleep(1)
            yield 1

        def returned():
            time.sleep(1)
            yield 1

        def stored():
            time.sleep(1)
            yield 1

        def numbered():
            time.sleep(1)
            yield 1

        def zipped():
            time.sleep(1)
            yield 1

        def chained():
            time.sleep(1)
            yield 1

        def only_zipped():
            time.sleep(1)
            yield 1

        def drain(items):
            for one in items:
                pass

        def make():
            return returned()

        class Reader:
            def __init__(self, items):
                self.items = items

            def read(self):
                return next(self.items)

        async def main():
            drain(passed())
            for one in make():
                pass
            Reader(stored()).read()
            for number, one in enumerate(numbered()):
                pass
            list(zip(zipped(), [1]))
            for one in itertools.chain(chained(), [1]):
                pass
            zip(only_zipped(), [1])
        """
    ) == {"passed", "returned", "stored", "numbered", "zipped", "chained"}


def test_a_generator_expression_runs_where_it_is_consumed() -> None:
    """Its first iterable is asked for where it stands; the rest runs with the consumer, if there is one."""
    found = scanned(
        """
        import time

        def first(): time.sleep(1)
        def each(item): time.sleep(1)
        def unused(item): time.sleep(1)

        def drain(items):
            return list(items)

        def make():
            return (each(item) for item in [1])

        async def main():
            (1 for item in first())
            (unused(item) for item in [1])
            drain(make())
        """
    )
    assert found.findings == [
        "app.py:3 time.sleep on the loop",
        "app.py:4 time.sleep on the loop unsure",
        "app.py:5 time.sleep",
    ]


def test_mapped_functions_run_where_the_items_are_asked_for() -> None:
    """`map` and `filter` call nothing by themselves."""
    assert on_loop(
        """
        import time

        def mapped(item): time.sleep(1)
        def filtered(item): time.sleep(1)
        def reduced(one, other): time.sleep(1)
        def lazy(item): time.sleep(1)

        async def main(items):
            list(map(mapped, items))
            for one in filter(filtered, items):
                pass
            from functools import reduce
            reduce(reduced, items)
            map(lazy, items)
        """
    ) == {"mapped", "filtered", "reduced"}


def test_a_method_may_be_the_generator() -> None:
    """Also `__iter__` with `yield` in it, and the override in a subclass."""
    assert on_loop(
        """
        import time

        class Rows:
            def __iter__(self):
                time.sleep(1)
                yield 1

            def pages(self):
                yield 1

            def quiet(self):
                time.sleep(1)
                yield 1

        class SlowRows(Rows):
            def pages(self):
                time.sleep(1)
                yield 1

        async def main(rows: Rows):
            for one in rows:
                pass
            for page in rows.pages():
                pass
            rows.quiet()
        """
    ) == {"Rows.__iter__", "SlowRows.pages"}
