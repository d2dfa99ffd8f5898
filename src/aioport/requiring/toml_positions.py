"""Where the keys and values of a TOML text stand, for edits that leave the rest as it is. https://toml.io/en/v1.0.0

The text must be one that `tomllib` takes: nothing is checked here.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass

_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[\w-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is written.

    start, end: of the whole of it, with quotes and brackets.
    kind: `string`, `array`, `table` (an inline one) or `other`.
    items: what an array holds.
    """

    start: int
    end: int
    kind: str
    items: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A key and its value.

    path: all keys from the top of the document; below a table of an array of tables, its name is followed by its number.
    table: how many keys of the path stand in the header above the entry.
    start: of the key.
    """

    path: tuple[str, ...]
    table: int
    start: int
    value: Value


def find_entries(text: str) -> tuple[Entry, ...]:
    """The entries of a document in their order, those of inline tables not among them."""
    return tuple(_Reader(text).read())


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def read(self) -> list[Entry]:
        found: list[Entry] = []
        table: tuple[str, ...] = ()
        counts: defaultdict[tuple[str, ...], int] = defaultdict(int)
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                several = self.text.startswith("[[", self.at)
                self.at += 2 if several else 1
                table = self._keys()
                self.at += 2 if several else 1
                if several:
                    counts[table] += 1
                    table = (*table, f"[{counts[table]}]")
            else:
                start = self.at
                keys = self._keys()
                self.at += 1  # the equals sign
                self._skip()
                found.append(Entry((*table, *keys), len(table), start, self._value()))
            self._skip()
        return found

    def _skip(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _keys(self) -> tuple[str, ...]:
        keys = []
        while True:
            self._skip()
            if match := _STRING.match(self.text, self.at):
                keys.append(decode_string(match[0]))
            else:
                match = _BARE.match(self.text, self.at)
                assert match is not None
                keys.append(match[0])
            self.at = match.end()
            self._skip()
            if not self.text.startswith(".", self.at):
                return tuple(keys)
            self.at += 1

    def _value(self) -> Value:
        start = self.at
        if match := _STRING.match(self.text, start):
            self.at = match.end()
            return Value(start, self.at, "string")
        if self.text[start] == "[":
            return Value(start, *self._array())
        if self.text[start] == "{":
            self._table()
            return Value(start, self.at, "table")
        match = _SCALAR.match(self.text, start)
        assert match is not None
        self.at = start + len(match[0].rstrip())
        return Value(start, self.at, "other")

    def _array(self) -> tuple[int, str, tuple[Value, ...]]:
        items = []
        self.at += 1
        self._skip()
        while self.text[self.at] != "]":
            items.append(self._value())
            self._pass_comma()
        self.at += 1
        return self.at, "array", tuple(items)

    def _table(self) -> None:
        self.at += 1
        self._skip()
        while self.text[self.at] != "}":
            self._keys()
            self.at += 1
            self._skip()
            self._value()
            self._pass_comma()
        self.at += 1

    def _pass_comma(self) -> None:
        self._skip()
        if self.text[self.at] == ",":
            self.at += 1
            self._skip()


def decode_string(written: str) -> str:
    """What a string means, from how it is written with its quotes."""
    value = tomllib.loads(f"value = {written}")["value"]
    assert isinstance(value, str)
    return value
