"""Imports on an event loop, and what the text of files says about imports."""

import subprocess
import sys

from aioport.mistakes.known import load_known
from aioport.program.imported import absolute, bound_by_imports, imported_at_top, imported_inside
from tests.mistakes.finding import check


def test_imports_on_a_loop() -> None:
    """The first import of a module in an `async def`, or in what it calls, loads it while the loop waits."""
    found = check({
        "app.py": """
            import heavy
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                import heavy.more

            async def direct():
                import heavy.extra  # !import-on-loop
                from heavy import more

            def called():
                import lazy  # !import-on-loop

            async def main():
                called()
            """,
        "lazy.py": "",
    })  # fmt: skip
    assert "`heavy.extra`" in found[0].message
    assert "of `async def main`" in found[1].message
    assert all("once" in one.message for one in found)


def test_imports_of_what_is_loaded() -> None:
    """Modules that files import at the top, or that these import, and what an event loop has loaded, cost nothing."""
    check({
        "app.py": """
            import heavy

            try:
                import heavy.extra
            except ImportError:
                pass

            async def main():
                import asyncio
                import heavy.extra
                import heavy.needed
                import json
                import os.path
                from heavy import needed
                import other
                from other import name

            def unreached():
                import heavy.more
            """,
        "other.py": "import json\nname = 1",
        "third.py": "import other",
    })  # fmt: skip


def test_imports_of_a_class() -> None:
    """What the constructor of a class imports has been loaded when its methods run."""
    check("""
        class Page:
            def __init__(self):
                import heavy.extra

            async def load(self):
                import heavy.extra
        """)


def test_reading_imports() -> None:
    """Imports are read from the text: several lines, comments, aliases, relative ones, and those of a `try` above."""
    data = (
        b"from . import one\nimport a.b as c, d.e\nfrom x.y import (\n    p as q,  # why\n    r,\n)\n"
        b"try:\n    import fast\nexcept ImportError:\n    pass\n"
        b"if TYPE_CHECKING:\n    import types_only\n\ndef f():\n    import inner\n"
    )
    assert imported_at_top(data, "pkg") == {
        "pkg", "pkg.one", "a.b", "d.e", "d", "x.y", "x.y.p", "x.y.r", "fast",
    }  # fmt: skip
    assert imported_inside(data, "pkg") == {"fast", "types_only", "inner"}
    assert bound_by_imports(data)["q"] == "x.y.p"
    assert bound_by_imports(data)["c"] == "a.b"
    assert bound_by_imports(data)["d"] == "d"
    assert absolute("..a", "x.y.z") == "x.y.a"
    assert absolute(".", "x.y") == "x.y"


def test_started_modules_are_loaded() -> None:
    """Every module that `known.toml` calls loaded is, once asyncio is imported without anything else."""
    code = "import asyncio, sys, __future__; print(*sys.modules, *sys.builtin_module_names)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert load_known().started <= set(done.stdout.split())
