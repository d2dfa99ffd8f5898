"""Calls that the checker leaves open although their names say what they run."""

from tests.scanning import scanned
from tests.values.looping import on_loop


def test_names_say_what_is_called() -> None:
    """Aliases of the standard library, imports in the expression itself, and `super()` leave nothing unknown."""
    found = scanned(
        """
        import io
        import importlib

        class Base:
            def run(self): pass

        class Job(Base):
            def run(self):
                super().run()
                return type(self)

        async def main():
            io.open("a")
            __import__("time").sleep(1)
            importlib.import_module("time").sleep(2)
        """
    )
    assert [one.split(" on ")[0] for one in found.findings] == [
        "app.py:13 builtins.open",
        "app.py:14 time.sleep",
        "app.py:15 time.sleep",
    ]
    assert found.unknown == []


def test_code_that_the_checker_takes_for_dead_is_resolved_by_its_imports() -> None:
    """On another platform it is not dead; a name that is not imported, or unheard of, stays unknown."""
    found = scanned(
        """
        import sys
        import time as clock
        from time import sleep

        if sys.platform == "win32":
            async def main(thing):
                clock.sleep(1)
                sleep(2)
                thing.sleep(3)
                nothing.sleep(4)
        """
    )
    assert found.findings == ["app.py:7 time.sleep on the loop", "app.py:8 time.sleep on the loop"]
    assert found.unknown == ["app.py:9 thing.sleep", "app.py:10 nothing.sleep"]


def test_special_methods_of_a_method_s_own_object_are_those_of_its_class() -> None:
    """`self[key]`, `self[key] = 1`, `del self[key]`, `for _ in self`, `with self`, `self()` and `self + 1`."""
    assert on_loop(
        """
        import time

        class Table:
            def __getitem__(self, key): time.sleep(1)
            def __setitem__(self, key, value): time.sleep(1)
            def __delitem__(self, key): time.sleep(1)
            def __iter__(self): time.sleep(1); return iter([])
            def __enter__(self): time.sleep(1)
            def __exit__(self, *rest): time.sleep(1)
            def __call__(self): time.sleep(1)
            def __add__(self, other): time.sleep(1)

            async def main(self):
                self["a"]
                self["a"] = 1
                del self["a"]
                for one in self:
                    pass
                with self:
                    pass
                self()
                self + 1

        class Quiet:
            def __getitem__(self, key): time.sleep(1)
            def __setitem__(self, key, value): time.sleep(1)

            async def main(self):
                self["a"] = 1
                self.rows["a"]
                return self
        """
    ) == {
        *("Table.__getitem__", "Table.__setitem__", "Table.__delitem__", "Table.__iter__"),
        *("Table.__enter__", "Table.__exit__", "Table.__call__", "Table.__add__"),
        "Quiet.__setitem__",
    }


def test_a_class_that_is_called_in_code_taken_for_dead_makes_an_instance() -> None:
    """The name of an imported class, or of one of the same module, runs its `__init__`."""
    assert on_loop(
        {
            "store.py": """
                import time

                class Store:
                    def __init__(self): time.sleep(1)

                class Unused:
                    def __init__(self): time.sleep(1)
                """,
            "app.py": """
                import sys
                import store

                if sys.platform == "win32":
                    async def main():
                        store.Store()
                        return store.Unused
                """,
        }
    ) == {"store.Store.__init__"}
