"""Calls into installed packages that end in something unknown are said to be unknown."""

from aioport.blocking.chains import INSIDE_INSTALLED
from tests.scanning import scanned

PACKAGES = {
    "maze/__init__.py": """
        import time

        def enter(plan):
            return walk(plan)

        def walk(plan):
            steps = 1
            return plan.follow(steps)

        def known(plan):
            return len("plan")

        def slow(plan):
            plan.follow(1)
            time.sleep(1)

        async def later(plan):
            return plan.follow(1)
        """,
}


def test_a_call_that_comes_to_something_unknown_is_listed_with_the_place() -> None:
    """The project's call, and the line of the installed function that calls what nobody knows."""
    found = scanned("import maze\n\ndef main(plan):\n    maze.enter(plan)\n", packages=PACKAGES)
    (unknown,) = found.scan.facts.unknown
    assert (unknown.path, unknown.line, unknown.text) == ("app.py", 4, "maze.enter")
    assert unknown.reason == INSIDE_INSTALLED
    assert unknown.inside is not None
    assert (unknown.inside.name, unknown.inside.line) == ("maze.walk", 8)
    assert unknown.inside.path.endswith("site-packages/maze/__init__.py")


def test_what_is_known_to_its_end_is_no_open_end() -> None:
    """Neither a function of which everything is known, nor one that is found to wait, nor one that is awaited."""
    found = scanned(
        """
        import maze

        async def main(plan):
            maze.known(plan)
            maze.slow(plan)
            await maze.later(plan)
        """,
        packages=PACKAGES,
    )
    assert found.unknown == []
    assert found.findings == ["app.py:5 time.sleep on the loop"]


def test_an_unknown_call_of_the_project_itself_has_no_place_inside() -> None:
    """It is unknown where it stands."""
    found = scanned("def main(plan):\n    plan.follow(1)\n", packages=PACKAGES)
    assert [one.inside for one in found.scan.facts.unknown] == [None]
