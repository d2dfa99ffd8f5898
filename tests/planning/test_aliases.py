"""Names that a module gives to the types of callables, and functions that give back what they register."""

import pytest

from tests.check import check_converts
from tests.planning.programs import check_runs_alike

HOOKS = """
    import time
    {imports}

    Hook{kind} = Callable[[str], None]
    {other}

    class Job:
        def __init__(self) -> None:
            self.hooks: list[Hook] = []

        def on_done(self, hook: Hook) -> Hook:
            self.hooks.append(hook)
            return hook

        def run(self) -> None:
            for hook in self.hooks:
                hook("done")


    job = Job()


    @job.on_done
    def pause(event: str) -> None:
        time.sleep(0.01)
        print("paused", event)


    def main() -> None:
        job.on_done(lambda event: print("lambda", event))
        job.run()


    if __name__ == "__main__":
        main()
"""


def _hooks(imports: str = "from collections.abc import Callable", kind: str = "", other: str = "") -> str:
    return HOOKS.format(imports=imports, kind=kind, other=other)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_hooks(), id="assigned"),
        pytest.param(
            _hooks(imports="from typing import Callable, TypeAlias", kind=": TypeAlias"), id="declared"
        ),
    ],
)
def test_an_alias_is_retyped(text: str) -> None:
    """All that it stands for is awaited; what is registered is given back as what it is."""
    after = check_runs_alike(text).files["program.py"]
    assert "Callable[[str], Awaitable[None]]" in after
    assert "def on_done(self, hook: Hook) -> Hook:" in after
    assert "await hook(" in after


def test_an_alias_of_another_module_is_retyped() -> None:
    before = {
        "kinds.py": """
            from typing import Callable

            Step = Callable[[int], int]
        """,
        "program.py": """
            import time

            import kinds


            def slow(value: int) -> int:
                time.sleep(value)
                return value


            def apply(step: kinds.Step, value: int) -> int:
                return step(value)


            def main() -> None:
                print(apply(slow, 1))


            if __name__ == "__main__":
                main()
        """,
    }
    after = {
        "kinds.py": """
            from typing import Awaitable, Callable

            Step = Callable[[int], Awaitable[int]]
        """,
        "program.py": """
            import asyncio

            import kinds

            from _aio import run


            async def slow(value: int) -> int:
                await asyncio.sleep(value)
                return value


            async def apply(step: kinds.Step, value: int) -> int:
                return await step(value)


            async def main() -> None:
                print(await apply(slow, 1))


            if __name__ == "__main__":
                run(main())
        """,
    }
    check_converts(before, after)


def test_an_alias_that_stands_for_something_sync_as_well_stays() -> None:
    """What is passed to `sorted` is called by it, under the same name for its type."""
    other = """
    def shown(names: list[str], hook: Hook) -> None:
        for name in sorted(names):
            list(map(hook, [name]))
"""
    after = check_runs_alike(_hooks(other=other), changes=False)
    assert not after.files
