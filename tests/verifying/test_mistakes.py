"""The check that a conversion makes none of the mistakes with asyncio that a scan finds."""

from pathlib import Path

from aioport.verifying.mistakes import check_mistakes
from tests.verifying.seeding import analysis_of

BEFORE = """
    import functools
    import time


    class Store:
        @property
        @functools.lru_cache()
        def size(self):
            time.sleep(1)
            return 3


    @functools.lru_cache()
    async def wrong():
        pass
    """

AFTER = """
    import asyncio
    import functools


    class Store:
        @functools.lru_cache()
        async def size(self):
            await asyncio.sleep(1)
            return 3


    @functools.lru_cache()
    async def wrong():
        pass
    """


def test_a_cache_that_keeps_coroutines(tmp_path: Path) -> None:
    """The second `await store.size()` would raise; what the author has wrong already is no matter of a conversion."""
    with (
        analysis_of(tmp_path / "before", {"program.py": BEFORE}) as before,
        analysis_of(tmp_path / "after", {"program.py": AFTER}) as after,
    ):
        found = list(check_mistakes(before.analysis, after.analysis))
    assert [(one.check, one.function) for one in found] == [("mistakes", "program.Store.size")]
