"""Distribution names and version ranges: PEP 503, PEP 440, and what Poetry makes of the latter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

_BEFORE_VERSIONS = re.compile(r"^\s*[\w.-]+\s*(?:\[[^\]]*\])?")
_POETRY = re.compile(r"([\^~])?\s*(\d+(?:\.\d+)*)")


def name_of(written: str) -> str:
    """A distribution's name as it is compared: `Foo_Bar` and `foo.bar` are `foo-bar`."""
    return canonicalize_name(written)


def parse_requirement(written: str) -> Requirement | None:
    """A requirement of PEP 508; None where the text is none."""
    try:
        return Requirement(written.strip())
    except InvalidRequirement:
        return None


def specifiers_of(requirement: Requirement) -> SpecifierSet | None:
    """The versions that a requirement admits; None where it names a place to install from, and so one unknown version."""
    return None if requirement.url else requirement.specifier


def written_specifiers(requirement: str) -> str:
    """The version range of a requirement in the order in which it is written, which `SpecifierSet` does not keep."""
    return _BEFORE_VERSIONS.sub("", requirement).partition(";")[0].strip()


def poetry_specifiers(written: str) -> SpecifierSet | None:
    """The versions that a constraint of Poetry admits; None where it is none of the plain ones (`||`, `1.x`).

    https://python-poetry.org/docs/dependency-specification/#version-constraints
    """
    parts = []
    for part in written.split(","):
        one = part.strip()
        match = _POETRY.fullmatch(one)
        if one == "*":
            continue
        if match is None:
            parts.append(one)
        elif match[1] is None:
            parts.append(f"=={match[2]}")
        else:
            parts += [f">={match[2]}", f"<{_next(match[1], match[2])}"]
    try:
        return SpecifierSet(",".join(parts))
    except InvalidSpecifier:
        return None


def _next(sign: str, written: str) -> str:
    """The version that `^` or `~` stops short of."""
    numbers = [int(number) for number in written.split(".")]
    if sign == "~":
        kept = min(2, len(numbers))
    else:
        kept = next((index + 1 for index, number in enumerate(numbers) if number), len(numbers))
    return ".".join(map(str, [*numbers[: kept - 1], numbers[kept - 1] + 1]))


def admits(declared: SpecifierSet, needed: SpecifierSet) -> bool:
    """Whether some version is in both ranges."""
    return any(
        declared.contains(one, prereleases=True) and needed.contains(one, prereleases=True)
        for one in _around(declared, needed)
    )


def admits_older(declared: SpecifierSet, needed: SpecifierSet) -> bool:
    """Whether a range holds versions that are too old for another."""
    floors = [_version(one.version) for one in needed if one.operator in (">=", ">", "==", "~=", "===")]
    lowest = min(filter(None, floors), default=None)
    return lowest is not None and any(
        one < lowest and declared.contains(one, prereleases=True) for one in _around(declared, needed)
    )


def _around(*ranges: SpecifierSet) -> Iterator[Version]:
    """Versions at, just above and just below every bound: where two ranges meet, one of these is in both."""
    yield Version("0")
    for one in (specifier for specifiers in ranges for specifier in specifiers):
        if (bound := _version(one.version)) is not None:
            yield bound
            release = bound.release
            for kept in range(1, len(release) + 1):
                yield Version(".".join(map(str, [*release[: kept - 1], release[kept - 1] + 1])))
                if release[kept - 1]:
                    yield Version(".".join(map(str, [*release[: kept - 1], release[kept - 1] - 1, 9999])))
            yield Version(f"{bound.base_version}.0.0.1")


def _version(written: str) -> Version | None:
    try:
        return Version(written.removesuffix(".*"))
    except ValueError:
        return None
