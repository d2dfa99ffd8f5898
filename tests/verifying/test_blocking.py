"""The check that nothing is left to block an event loop."""

from pathlib import Path

from aioport.planning.solve import make_plan
from aioport.verifying.blocking import check_blocking
from aioport.verifying.verdict import Violation
from tests.verifying.seeding import analysis_of

BEFORE = """
    import time


    def nap(n):
        time.sleep(n)


    def load(path):
        with open(path) as f:
            return f.read()


    def kept(xs):
        return sorted(xs, key=lambda x: time.sleep(x))


    def use(path):
        nap(1)
        return load(path)


    async def already(path):
        return load(path), use(path)
    """

AFTER = """
    import asyncio
    import time

    from _aio import offload


    async def nap(n):
        await asyncio.sleep(n)


    def load(path):
        with open(path) as f:
            return f.read()


    def kept(xs):
        return sorted(xs, key=lambda x: time.sleep(x))


    async def use(path):
        await nap(1)
        return await offload(load, path)


    async def already(path):
        return await offload(load, path), await use(path)
    """


def verdicts(root: Path, after: str) -> list[Violation]:
    """What the check says of a text as the outcome of the program above."""
    with analysis_of(root / "before", {"program.py": BEFORE}) as before:
        analysis, plan = before.analysis, make_plan(before.analysis)
    with analysis_of(root / "after", {"program.py": after}) as converted:
        return list(check_blocking(analysis, plan, converted.analysis))


def test_a_right_conversion_passes(tmp_path: Path) -> None:
    """Units run in threads; what a sync function does on its own is nobody's loop."""
    assert verdicts(tmp_path, AFTER) == []


def test_a_call_that_was_left_on_the_loop_is_found(tmp_path: Path) -> None:
    """A leaf that was not rewritten, and a unit that is called where it should be offloaded, though another call of
    the same function is."""
    leaf = verdicts(tmp_path / "leaf", AFTER.replace("await asyncio.sleep(n)", "time.sleep(n)"))
    assert [(one.function, one.message) for one in leaf] == [
        ("program.nap", "program.nap waits for sleep (time.sleep) on the event loop")
    ]
    unit = verdicts(tmp_path / "unit", AFTER.replace("return await offload(load, path)\n", "return load(path)\n", 1))
    assert {one.function for one in unit} == {"program.load"}
