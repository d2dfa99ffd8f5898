"""Version ranges."""

import pytest
from packaging.specifiers import SpecifierSet

from aioport.requiring.versions import admits, admits_older, poetry_specifiers

NEEDED = SpecifierSet(">=3.14,<4")


@pytest.mark.parametrize(
    "declared", ["", ">=3", ">=3.14", "==3.*", "~=3.8", "==3.15.2", ">3.14.5", "!=3.14", "<4", ">=3.14,<3.15"]
)
def test_ranges_that_meet(declared: str) -> None:
    """Some version is in both."""
    assert admits(SpecifierSet(declared), NEEDED)


@pytest.mark.parametrize(
    "declared", ["<3", "==3.9.1", "~=3.9.0", ">=4", ">=4a1", "<3.14", "==2.*", "<=3.13.99"]
)
def test_ranges_that_do_not_meet(declared: str) -> None:
    """No version is in both."""
    assert not admits(SpecifierSet(declared), NEEDED)


def test_older_versions() -> None:
    """A range without a lower bound that is high enough admits what is too old."""
    assert admits_older(SpecifierSet(""), NEEDED)
    assert admits_older(SpecifierSet(">=3.8"), NEEDED)
    assert not admits_older(SpecifierSet(">=3.14"), NEEDED)
    assert not admits_older(SpecifierSet("==3.15"), NEEDED)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("^1.2.3", ">=1.2.3,<2"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^0", ">=0,<1"),
        ("~1.2.3", ">=1.2.3,<1.3"),
        ("~1", ">=1,<2"),
        ("*", ""),
        ("1.2", "==1.2"),
        (">=1,<2", ">=1,<2"),
    ],
)
def test_constraints_of_poetry(written: str, plain: str) -> None:
    """Carets and tildes are ranges."""
    assert poetry_specifiers(written) == SpecifierSet(plain)


def test_other_constraints_are_unknown() -> None:
    """Alternatives are not followed."""
    assert poetry_specifiers("^1 || ^2") is None
