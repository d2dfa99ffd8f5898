"""Importing a module runs its body."""

from tests.scanning import scanned
from tests.values.looping import on_loop

SLOW = "import time\n\ntime.sleep(1)\nvalue = 1\n"


def test_an_import_inside_of_a_coroutine_runs_the_module_on_the_loop() -> None:
    """Plain, `from`, relative and nested imports; the modules around a module run too."""
    assert on_loop(
        {
            "plain.py": SLOW,
            "named.py": SLOW,
            "box/__init__.py": "",
            "box/inner.py": SLOW,
            "box/user.py": "async def use():\n    from . import inner\n    return inner\n",
            "outer/__init__.py": SLOW,
            "outer/quick.py": "",
            "below.py": SLOW,
            "between.py": "import below\n",
            "never.py": SLOW,
            "app.py": """
                def sync():
                    import never

                async def main():
                    import plain
                    from named import value
                    import outer.quick
                    import between
                    return plain, value, outer
                """,
        }
    ) == {"plain", "named", "box.inner", "outer", "below"}


def test_a_module_that_some_file_imports_at_its_top_is_there_already() -> None:
    """The import inside of the coroutine finds it loaded."""
    files = {
        "slow.py": SLOW,
        "app.py": "async def main():\n    import slow\n    return slow\n",
    }
    assert on_loop(files) == {"slow"}
    assert on_loop(files | {"other.py": "import slow\n"}) == set()


def test_the_chain_goes_through_the_import() -> None:
    """From the coroutine to the module's body, at the import's line."""
    found = scanned(
        {"slow.py": SLOW, "app.py": "async def main():\n    from slow import value\n    return value\n"}
    )
    assert found.findings == ["slow.py:3 time.sleep on the loop"]
    assert found.chain() == ["app.main", "slow", "time.sleep"]
    assert [link.line for link in found.finding().chain[1:]] == [2, 3]


def test_what_a_module_s_body_calls_waits_too() -> None:
    """A function that the body calls is on the loop with it; one that the body only defines is not."""
    assert on_loop(
        {
            "config.py": """
                import time

                def load(): time.sleep(1)
                def unused(): time.sleep(1)

                SETTINGS = load()
                """,
            "app.py": """
                async def main():
                    import config
                    return config.SETTINGS
                """,
        }
    ) == {"config.load"}


def test_a_name_that_is_exported_is_the_function_in_every_file() -> None:
    """Through a package's `__init__`, an alias, a star import and `module.name`; a namesake elsewhere is another."""
    assert on_loop(
        {
            "tools/__init__.py": "from tools.waits import table as exported\nfrom tools.waits import *\n",
            "tools/waits.py": """
                import time

                def by_alias(): time.sleep(1)
                def by_star(): time.sleep(1)
                def by_module(): time.sleep(1)
                def hidden(): time.sleep(1)

                table = {"a": by_alias}
                stars = [by_star]
                modules = [by_module]
                quiet = [hidden]
                """,
            "app.py": """
                import tools.waits as waits
                from tools import exported, stars

                quiet = [print]

                async def main(name):
                    exported[name]()
                    for one in stars:
                        one()
                    waits.modules[0]()
                    quiet[0]()
                """,
        }
    ) == {"tools.waits.by_alias", "tools.waits.by_star", "tools.waits.by_module"}
