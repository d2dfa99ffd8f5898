"""Dependencies in a setup.cfg. https://setuptools.pypa.io/en/latest/userguide/declarative_config.html"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass

from aioport.requiring.lines import cut_lines, indent_of, insert_above, insert_below, line_end
from aioport.requiring.places import Declared, EditError, Form, Place, Role, position_for
from aioport.requiring.versions import name_of, parse_requirement, specifiers_of

_HEADER = re.compile(r"\[([^\]]+)\]")
_KEY = re.compile(r"([^\s=:#;][^=:]*?)\s*[=:]\s*(.*)")
_SECTIONS = frozenset({"options", "options.extras_require"})
_ON_ONE_LINE = "it is written on one line; edit it by hand"


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    declared: Declared | None


@dataclass(frozen=True, slots=True)
class _Option:
    """A key with the lines of its value below it; `inline` is what stands beside the key."""

    section: str
    key: str
    inline: str
    lines: tuple[_Line, ...]
    start: int

    @property
    def where(self) -> str:
        return f"[{self.section}] {self.key}"


def find_places(path: str, text: str) -> tuple[Place, ...]:
    """`install_requires` and the extras of a setup.cfg."""
    found = []
    for option in _options(text):
        role: Role = "main" if option.section == "options" else "extra"
        fixed, declared = None, [line.declared for line in option.lines if line.declared is not None]
        if option.inline:
            if option.inline.startswith("file:"):
                continue
            fixed = _ON_ONE_LINE
            parts = (_declared(part, text, option.start) for part in option.inline.split(";"))
            declared = [one for one in parts if one is not None]
        found.append(Place(path, option.where, role, tuple(declared), fixed))
    return tuple(found)


def add(text: str, where: str, requirement: str, beside: str | None) -> str:
    """Add a line for a requirement to a list."""
    option = _option(text, where)
    parsed = parse_requirement(requirement)
    assert parsed is not None
    if not option.lines:
        after = insert_below(text, option.start, f"    {requirement}")
    else:
        names = [line.declared.name if line.declared is not None else "" for line in option.lines]
        index = position_for(names, name_of(parsed.name), beside)
        neighbour = option.lines[max(index - 1, 0)]
        line = f"{indent_of(text, neighbour.start)}{requirement}"
        put = insert_above if index == 0 else insert_below
        after = put(text, neighbour.start, line)
    _check_differ(text, after, option, requirement)
    return after


def remove(text: str, where: str, name: str) -> str:
    """Take every line of a distribution out of a list."""
    while True:
        option = _option(text, where)
        own = [line for line in option.lines if line.declared is not None and line.declared.name == name]
        if not own:
            return text
        after = cut_lines(text, own[0].start, own[0].end)
        _check_differ(after, text, option, text[own[0].start : own[0].end].strip())
        text = after


FORM = Form(find_places, add, remove)


def find_included(text: str) -> tuple[str, ...]:
    """The files that lists are read from: `install_requires = file: requirements.txt`."""
    inline = [option.inline for option in _options(text) if option.inline.startswith("file:")]
    return tuple(name.strip() for one in inline for name in one.removeprefix("file:").split(","))


def _option(text: str, where: str) -> _Option:
    return next(option for option in _options(text) if option.where == where)


def _options(text: str) -> Iterator[_Option]:
    section, current = "", None
    lines: list[_Line] = []
    at = 0
    while at < len(text):
        end = line_end(text, at)
        written = text[at:end]
        content, continued = written.strip(), written[:1] in (" ", "\t")
        if not content or content[0] in "#;":
            pass
        elif continued and current is not None:
            lines.append(_Line(at, end, _declared(content, text, at)))
        elif not continued:
            if current is not None:
                yield _Option(*current[:3], tuple(lines), current[3])
            current, lines = None, []
            if header := _HEADER.match(written):
                section = header[1]
            elif (key := _KEY.match(written)) and section in _SECTIONS:
                name = key[1].lower()
                if section != "options" or name == "install_requires":
                    current = (section, name, key[2].strip(), at)
        following = text.find("\n", end)
        at = len(text) if following < 0 else following + 1
    if current is not None:
        yield _Option(*current[:3], tuple(lines), current[3])


def _declared(content: str, text: str, at: int) -> Declared | None:
    requirement = parse_requirement(content)
    if requirement is None:
        return None
    line = text.count("\n", 0, at) + 1
    return Declared(name_of(requirement.name), content, specifiers_of(requirement), line)


def _check_differ(less: str, more: str, option: _Option, entry: str) -> None:
    """Raises EditError unless the texts say the same to `configparser`, but for one line of an option."""
    small, large = _parsed(less), _parsed(more)
    value = large.get(option.section, {}).get(option.key, [])
    if entry in value:
        value.remove(entry)
    if small != large:
        raise EditError("its layout is one that an edit would break")


def _parsed(text: str) -> dict[str, dict[str, list[str]]]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise EditError(f"configparser cannot read it ({str(error).splitlines()[0]})") from error
    return {
        section: {key: [line for line in value.split("\n") if line] for key, value in parser.items(section)}
        for section in parser.sections()
    }
