"""Dependencies in Poetry's tables, one key each. https://python-poetry.org/docs/dependency-specification/"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packaging.specifiers import SpecifierSet

from aioport.requiring.lines import cut_lines, indent_of, insert_above, insert_below, line_start
from aioport.requiring.places import Declared, EditError, Place, Role, position_for
from aioport.requiring.toml_positions import Entry, find_entries
from aioport.requiring.versions import name_of, parse_requirement, poetry_specifiers, written_specifiers

_TABLES: Mapping[tuple[str, ...], Role] = {
    ("tool", "poetry", "dependencies"): "main",
    ("tool", "poetry", "dev-dependencies"): "group",
    ("tool", "poetry", "group", "*", "dependencies"): "group",
}
"""Tables of dependencies, by their keys; `*` stands for any one."""

_PREFIX = "[tool.poetry."


def is_table(where: str) -> bool:
    """Whether a list is one of Poetry's tables, as `find_tables` calls them."""
    return where.startswith(_PREFIX)


def keys_of(where: str) -> tuple[str, ...]:
    """The keys that lead to a table."""
    return tuple(where.partition("]")[0].removeprefix("[").split("."))


def find_tables(path: str, text: str, entries: Sequence[Entry], data: Mapping[str, Any]) -> Iterator[Place]:
    """Poetry's tables in a pyproject.toml; those of its optional dependencies as an extra."""
    for keys, role in _tables_of(data):
        table, where = _at(data, keys), f"[{'.'.join(keys)}]"
        lines = {entry.path[len(keys)]: entry for entry in reversed(entries) if _is_below(entry, keys)}
        found: dict[bool, list[Declared]] = {False: [], True: []}
        for key, value in table.items():
            if key in lines and key != "python":
                line = text.count("\n", 0, lines[key].start) + 1
                optional = isinstance(value, dict) and bool(value.get("optional"))
                found[optional].append(Declared(name_of(key), key, _specifiers(value), line))
        headed = any(entry.table == len(keys) and entry.path[:-1] == keys for entry in entries)
        fixed = None if headed else "it has no lines of its own; edit it by hand"
        yield Place(path, where, role, tuple(found[False]), fixed)
        if found[True]:
            reason = "it is optional there; edit it by hand, the extra that names it too"
            yield Place(path, f"{where} optional", "extra", tuple(found[True]), reason)


def add(text: str, where: str, requirement: str, beside: str | None) -> tuple[str, str]:
    """The text with a line for a requirement, and its key."""
    own = _lines_of(text, where)
    parsed = parse_requirement(requirement)
    assert parsed is not None
    names = [name_of(entry.path[-1]) for entry in own]
    shift = 1 if names[0] == "python" else 0  # stands first, whatever comes then
    index = position_for(names[shift:], name_of(parsed.name), beside) + shift
    neighbour = own[max(index - 1, 0)]
    quoted = f'"{written_specifiers(requirement) or "*"}"'
    if parsed.extras:
        extras = ", ".join(f'"{one}"' for one in sorted(parsed.extras))
        quoted = f"{{version = {quoted}, extras = [{extras}]}}"
    key = f"{indent_of(text, neighbour.start)}{parsed.name}"
    line = key + _equals(text, own, len(key)) + quoted
    if index == 0:
        return insert_above(text, neighbour.start, line), parsed.name
    return insert_below(text, neighbour.value.end, line), parsed.name


def remove(text: str, where: str, name: str) -> tuple[str, str]:
    """The text without the line of a distribution, and the key that it had. Raises EditError."""
    for entry in _lines_of(text, where):
        if name_of(entry.path[-1]) == name:
            return cut_lines(text, entry.start, entry.value.end), entry.path[-1]
    raise EditError(f"{name} is written as a table of its own")


def _tables_of(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Role]]:
    for pattern, role in _TABLES.items():
        if "*" not in pattern:
            if isinstance(_at(data, pattern), dict):
                yield pattern, role
            continue
        groups = _at(data, pattern[: pattern.index("*")])
        for group in groups if isinstance(groups, dict) else ():
            keys = tuple(group if one == "*" else one for one in pattern)
            if isinstance(_at(data, keys), dict) and "." not in group:
                yield keys, role


def _lines_of(text: str, where: str) -> list[Entry]:
    """The entries that stand in a table under its own header, a line or more each."""
    keys = keys_of(where)
    return [entry for entry in find_entries(text) if entry.table == len(keys) and entry.path[:-1] == keys]


def _is_below(entry: Entry, keys: tuple[str, ...]) -> bool:
    return len(entry.path) > len(keys) and entry.path[: len(keys)] == keys


def _specifiers(value: object) -> SpecifierSet | None:
    match value:
        case str():
            return poetry_specifiers(value)
        case {"version": str(version)}:
            return poetry_specifiers(version)
        case _:
            return None


def _equals(text: str, own: Sequence[Entry], length: int) -> str:
    """What stands between a key and its value: as everywhere in the table, in one column where that is the style."""
    between = [text[entry.start : entry.value.start] for entry in own]
    columns = {
        entry.start - line_start(text, entry.start) + one.find("=")
        for entry, one in zip(own, between, strict=True)
    }
    if len(own) > 1 and len(columns) == 1:
        return "= ".rjust(max(columns.pop() - length, 1) + 2)
    return "=" if all("=" in one and " " not in one for one in between) else " = "


def _at(data: Mapping[str, Any], path: Sequence[str]) -> Any:
    found: Any = data
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found
