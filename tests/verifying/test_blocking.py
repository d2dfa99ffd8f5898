"""The check that nothing is left to block an event loop."""

from pathlib import Path

from aioport.planning.solve import make_plan
from aioport.rewriting.vendored import render_vendored
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


    def uses(path):
        return load(path)


    def use(path):
        nap(1)
        return load(path)
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


    def uses(path):
        return load(path)


    async def use(path):
        await nap(1)
        return await offload(load, path)
    """


def verdicts(root: Path, after: str) -> list[Violation]:
    """What the check says of a text as the outcome of the program above."""
    with analysis_of(root / "before", {"program.py": BEFORE}) as before:
        analysis, plan = before.analysis, make_plan(before.analysis)
    with analysis_of(
        root / "after", {"program.py": after, "_aio.py": render_vendored({"offload"}, [])}
    ) as converted:
        return list(check_blocking(analysis, plan, converted.analysis))


def test_a_right_conversion_passes(tmp_path: Path) -> None:
    """Units run in threads; what a sync function does on its own is nobody's loop."""
    assert verdicts(tmp_path, AFTER) == []


def test_what_blocked_the_loop_before_is_not_new(tmp_path: Path) -> None:
    """The project's own mistakes are for `scan` to report, also where the conversion leaves them."""
    files = {"program.py": "import time\n\n\nasync def already():\n    time.sleep(1)\n"}
    with analysis_of(tmp_path / "one", files, level="offload") as one:
        before, plan = one.analysis, make_plan(one.analysis)
    with analysis_of(tmp_path / "other", files) as other:
        assert list(check_blocking(before, plan, other.analysis)) == []


def test_a_call_that_was_left_on_the_loop_is_found(tmp_path: Path) -> None:
    """A leaf that was not rewritten, and a unit that is called where it should be offloaded, though another call of
    the same function is."""
    leaf = verdicts(tmp_path / "leaf", AFTER.replace("await asyncio.sleep(n)", "time.sleep(n)"))
    assert [(one.function, one.message) for one in leaf] == [
        ("program.nap", "program.nap waits for sleep (time.sleep) on the event loop")
    ]
    unit = verdicts(
        tmp_path / "unit", AFTER.replace("return await offload(load, path)\n", "return load(path)\n", 1)
    )
    assert {one.function for one in unit} == {"program.load"}
