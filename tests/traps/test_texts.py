"""Texts that show code, or run it: f-strings with `=`, and doctests."""

from tests.check import check_converts
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
