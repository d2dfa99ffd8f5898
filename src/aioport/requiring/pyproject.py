"""Dependencies in a pyproject.toml: the lists of PEP 621 and PEP 735, those of uv, PDM and Hatch, and Poetry's tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from aioport.requiring import poetry
from aioport.requiring.places import Declared, EditError, Form, Place, Role, position_for
from aioport.requiring.toml_arrays import insert_item, remove_item
from aioport.requiring.toml_positions import Entry, Value, decode_string, find_entries
from aioport.requiring.versions import name_of, parse_requirement, specifiers_of

_LISTS: Mapping[tuple[str, ...], Role] = {
    ("project", "dependencies"): "main",
    ("project", "optional-dependencies", "*"): "extra",
    ("dependency-groups", "*"): "group",
    ("tool", "uv", "dev-dependencies"): "group",
    ("tool", "uv", "constraint-dependencies"): "constraint",
    ("tool", "pdm", "dev-dependencies", "*"): "group",
    ("tool", "hatch", "envs", "*", "dependencies"): "group",
    ("tool", "hatch", "envs", "*", "extra-dependencies"): "group",
}
"""Lists of requirements, by their keys; `*` stands for any one."""


def find_places(path: str, text: str) -> tuple[Place, ...]:
    """The lists of a pyproject.toml; none where it is no TOML."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return ()
    entries = find_entries(text)
    found = []
    for entry in entries:
        role = _role(entry.path)
        if role is not None and entry.value.kind == "array":
            items = (_declared(text, item) for item in entry.value.items)
            found.append(
                Place(path, _where(entry.path), role, tuple(one for one in items if one is not None))
            )
        elif (inline := _inline(entry, data)) is not None:
            found.append(
                Place(path, _where(entry.path), inline, (), "it is an inline table; edit it by hand")
            )
    return (*found, *poetry.find_tables(path, text, entries, data))


def add(text: str, where: str, requirement: str, beside: str | None) -> str:
    """Add a requirement to a list, in that list's style."""
    if poetry.is_table(where):
        after, key = poetry.add(text, where, requirement, beside)
        _check_differ(text, after, poetry.keys_of(where), key)
        return after
    entry = _list(text, where)
    names = [_name(text, item) for item in entry.value.items]
    parsed = parse_requirement(requirement)
    assert parsed is not None
    index = position_for(names, name_of(parsed.name), beside)
    quote = _quote(text, entry.value)
    after = insert_item(text, entry.value, index, f"{quote}{requirement}{quote}")
    _check_differ(text, after, entry.path, requirement)
    return after


def remove(text: str, where: str, name: str) -> str:
    """Take every entry of a distribution out of a list."""
    if poetry.is_table(where):
        after, key = poetry.remove(text, where, name)
        _check_differ(after, text, poetry.keys_of(where), key)
        return after
    while True:
        entry = _list(text, where)
        item = next((one for one in entry.value.items if _name(text, one) == name), None)
        if item is None:
            return text
        after = remove_item(text, entry.value, entry.value.items.index(item))
        _check_differ(after, text, entry.path, decode_string(text[item.start : item.end]))
        text = after


FORM = Form(find_places, add, remove)


def find_included(text: str) -> tuple[str, ...]:
    """The files that setuptools reads the dependencies from, where they are `dynamic`."""
    try:
        dynamic = _at(tomllib.loads(text), ("tool", "setuptools", "dynamic"))
    except tomllib.TOMLDecodeError:
        return ()
    match dynamic:
        case {"dependencies": {"file": str(name)}}:
            return (name,)
        case {"dependencies": {"file": list(names)}}:
            return tuple(name for name in names if isinstance(name, str))
    return ()


def _role(path: tuple[str, ...]) -> Role | None:
    for pattern, role in _LISTS.items():
        if len(pattern) == len(path) and all(
            one in ("*", key) for one, key in zip(pattern, path, strict=True)
        ):
            return role
    return None


def _inline(entry: Entry, data: Mapping[str, Any]) -> Role | None:
    """What an inline table holds lists for: `optional-dependencies = {dev = [...]}`."""
    if entry.value.kind != "table" or not isinstance(_at(data, entry.path), dict):
        return None
    return _role((*entry.path, "*"))


def _where(path: Iterable[str]) -> str:
    *table, key = path
    return f"[{'.'.join(table)}] {key}"


def _list(text: str, where: str) -> Entry:
    return next(entry for entry in find_entries(text) if _where(entry.path) == where)


def _declared(text: str, item: Value) -> Declared | None:
    if item.kind != "string":
        return None
    written = decode_string(text[item.start : item.end])
    requirement = parse_requirement(written)
    if requirement is None:
        return None
    line = text.count("\n", 0, item.start) + 1
    return Declared(name_of(requirement.name), written, specifiers_of(requirement), line)


def _quote(text: str, array: Value) -> str:
    """The quote that a list uses where it has a choice."""
    for item in array.items:
        written = text[item.start : item.end]
        if item.kind == "string" and not ('"' in written and "'" in written):
            return written[0]
    return '"'


def _name(text: str, item: Value) -> str:
    found = _declared(text, item)
    return found.name if found is not None else ""


def _check_differ(less: str, more: str, path: tuple[str, ...], entry: str) -> None:
    """Raises EditError unless taking an entry out of what one text says gives what the other says."""
    try:
        small, large = tomllib.loads(less), tomllib.loads(more)
    except tomllib.TOMLDecodeError as error:
        raise EditError("its layout is one that an edit would break") from error
    match _at(large, path):
        case list(items) if entry in items:
            items.remove(entry)
        case dict(table) if entry in table:
            del table[entry]
    if small != large:
        raise EditError("its layout is one that an edit would break")


def _at(data: Mapping[str, Any], path: Iterable[str]) -> Any:
    found: Any = data
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found
