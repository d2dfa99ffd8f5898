"""Texts that show code, or run it: f-strings with `=`, and doctests."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

SHOWN = """
import time


def slow(x):
    time.sleep(0.001)
    return x


def main():
    x = 2
    print(f"{slow(x)=}, {slow( 'a' ) = }, {slow(3) + slow(4)=:>5} {slow({'k': 1})=!s} {x=}")
    print(f"{ (slow(1))=} {[slow(n) for n in (1, 2)]=}" f"{slow(5)=}")


if __name__ == "__main__":
    main()
"""


@trap(38, "converted", "`{f(x)=}` prints the code that it printed")
def test_code_that_is_shown_stays_as_it_was() -> None:
    """An f-string with `=` shows the code as it was, with spaces, formats and braces."""
    check_runs_alike(SHOWN)


def test_the_code_stands_in_front_of_the_field() -> None:
    """`=` gives way to the text that it stood for, and to `!r`."""
    check_converts(
        """
        import time


        def slow(x):
            time.sleep(x)
            return x


        def show():
            return f"{slow(1)=} {slow(2)=:>5}"
        """,
        """
        import asyncio


        async def slow(x):
            await asyncio.sleep(x)
            return x


        async def show():
            return f"slow(1)={await slow(1)!r} slow(2)={await slow(2):>5}"
        """,
    )


DOCUMENTED = '''
import doctest
import time


def clean(text):
    """Strips.

    >>> clean(" a ")
    'a'
    """
    return text.strip()


def name(number):
    """The name of an item.

    >>> name(1)
    'item-1'
    >>> [name(number) for number in (2, 3)]
    ['item-2', 'item-3']
    >>> for number in (4, 5):
    ...     print(clean(
    ...         name(number)))
    item-4
    item-5
    """
    time.sleep(0.001)
    return clean(f" item-{number}")


class Store:
    """Has items.

    >>> Store().count_items()
    3
    """

    def count_items(self):
        time.sleep(0.001)
        return 3


def main():
    print(name(4), Store().count_items())
    print(doctest.testmod())


if __name__ == "__main__":
    main()
'''


@trap(81, "converted", "`>>> f(x)` becomes `>>> run(f(x))`, wherever in an example the call stands")
def test_examples_run_what_became_async() -> None:
    """The examples of converted functions print what they printed."""
    conversion = check_runs_alike(DOCUMENTED)
    text = conversion.files["program.py"]
    assert "    >>> [run(name(number)) for number in (2, 3)]\n" in text
    assert '    >>> clean(" a ")\n' in text


@trap(81, "reported", "an example that goes through what becomes an async generator is listed")
def test_examples_that_need_a_person_are_listed(tmp_path: Path) -> None:
    """A generator has no single result to run for."""
    found = decide(
        tmp_path,
        {
            "program.py": '''
                import time


                def numbers():
                    """Counts.

                    >>> list(numbers())
                    [1]
                    """
                    time.sleep(0.001)
                    yield 1


                def main():
                    for number in numbers():
                        print(number)
            '''
        },
    )
    assert "async for number in numbers()" in found.files["program.py"]
    assert any("`list(numbers())` calls what is async now" in reason for reason in found.conversion.reasons)
