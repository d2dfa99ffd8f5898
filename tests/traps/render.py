"""Writes `docs/traps.md` from the tests of this folder: `python -m tests.traps.render`."""

from tests.traps.table import HERE, render

PAGE = HERE.parents[1] / "docs" / "traps.md"

if __name__ == "__main__":
    PAGE.write_text(render(), "utf-8")
