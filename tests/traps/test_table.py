"""The table itself."""

from tests.traps.render import PAGE
from tests.traps.table import render


def test_the_page_is_up_to_date() -> None:
    """docs/traps.md is what the tests say."""
    assert PAGE.read_text("utf-8") == render()


def test_every_trap_is_handled() -> None:
    """Each of the traps has a test that shows what becomes of it."""
    assert "not handled" not in render()
