"""Methods that are called through one another's name."""

from aioport.program.families import find_families
from tests.scanning import scanned


def families(source: str) -> set[frozenset[str]]:
    """The families of a program by the names of their methods."""
    program = scanned(source).scan.program
    found = find_families(program).values()
    return {frozenset(program.functions[method].name for method in family) for family in found}


def test_overrides_share_a_family_with_what_they_override() -> None:
    """All methods of one name along a line of classes belong together, and unrelated classes apart."""
    assert families(
        """
        class Base:
            def load(self): pass
            def close(self): pass

        class One(Base):
            def load(self): pass

        class Two(One):
            def load(self): pass

        class Apart:
            def load(self): pass
        """
    ) == {frozenset({"app.Base.load", "app.One.load", "app.Two.load"})}


def test_a_class_below_two_bases_joins_their_methods() -> None:
    """Where `Both` is used as a `Right`, `run` means the method of `Left`."""
    assert families(
        """
        class Left:
            def run(self): pass

        class Right:
            def run(self): pass

        class Both(Left, Right):
            pass
        """
    ) == {frozenset({"app.Left.run", "app.Right.run"})}


def test_what_has_all_methods_of_a_protocol_implements_it() -> None:
    """Structural implementers share the Protocol's colors, half of a Protocol does not count."""
    assert families(
        """
        from typing import Protocol

        class Store(Protocol):
            def get(self, key): ...
            def put(self, key, value): ...

        class Memory:
            def get(self, key): pass
            def put(self, key, value): pass

        class Lookup:
            def get(self, key): pass
        """
    ) == {
        frozenset({"app.Store.get", "app.Memory.get"}),
        frozenset({"app.Store.put", "app.Memory.put"}),
    }


def test_enter_and_exit_stand_together() -> None:
    """Both halves of a context manager change their names or neither."""
    assert families(
        """
        class Guard:
            def __enter__(self): pass
            def __exit__(self, *details): pass
        """
    ) == {frozenset({"app.Guard.__enter__", "app.Guard.__exit__"})}
