"""Functions that make the values of fields: a generated `__init__` calls them, where objects are made."""

from tests.check import check_converts, check_unchanged
from tests.planning.programs import check_reasons, check_runs_alike, convert

FACTORIES = """
import time
from dataclasses import dataclass, field


def load():
    time.sleep(0.001)
    return ["a"]


def plain():
    return []


@dataclass
class Row:
    name: str
    made: list = field(default_factory=load)
    rest: list = field(default_factory=plain)


@dataclass
class Wide(Row):
    more: list = field(default_factory=lambda: load() + load())


@dataclass
class Quick:
    rest: list = field(default_factory=plain)


def widen():
    time.sleep(0.001)
    return Wide("b", made=[])


def main():
    row = Row("a")
    print(row, Row("c", made=["c"]), Quick())
    print(widen())


if __name__ == "__main__":
    main()
"""


def test_objects_are_made_in_a_thread_where_a_factory_waits() -> None:
    """One that waits for nothing does not matter."""
    after = (
        FACTORIES.replace("import time\n", "import asyncio\nimport time\n")
        .replace("field\n\n\ndef load", "field\n\nfrom _aio import offload, run\n\n\ndef load")
        .replace("def widen():\n    time.sleep", "async def widen():\n    await asyncio.sleep")
        .replace('return Wide("b", made=[])', 'return await offload(Wide, "b", made=[])')
        .replace("def main():", "async def main():")
        .replace('row = Row("a")', 'row = await offload(Row, "a")')
        .replace('Row("c", made=["c"])', 'await offload(Row, "c", made=["c"])')
        .replace("widen())", "await widen())")
        .replace("    main()\n", "    run(main())\n")
    )
    check_converts(FACTORIES, after, mutations=False)


def test_the_reason_names_the_field() -> None:
    """It says what calls the factory."""
    check_reasons(
        convert(FACTORIES),
        "program.py:17 hands it to dataclasses.field, which has a generated `__init__` call it, which cannot await",
    )


def test_the_program_does_the_same() -> None:
    """Run before and after."""
    check_runs_alike(FACTORIES)


def test_a_factory_alone_makes_nothing_async() -> None:
    """There is nobody who could await it."""
    check_unchanged(
        """
        import time
        from dataclasses import dataclass, field


        def load():
            time.sleep(1)
            return []


        @dataclass
        class Row:
            made: list = field(default_factory=load)


        def main():
            return Row()
        """,
        "which has a generated `__init__` call it",
    )
