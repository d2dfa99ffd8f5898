"""Applies a twin's name map to a file: identifiers word by word, dotted keys where the whole dotted name stands."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping

from aioport.positions import Span
from aioport.program.names import dotted
from aioport.program.syntax import Syntax
from aioport.project import Source
from aioport.rewriting.edits import Edit, apply_edits, replace


def rename(source: Source, names: Mapping[str, str]) -> bytes:
    """The text of a file with its identifiers mapped; text in strings and comments stays as it is."""
    syntax = Syntax(source)
    whole = list(_dotted(syntax, {key: value for key, value in names.items() if "." in key}))
    taken = [(edit.start, edit.end) for edit in whole]
    words = {key: value for key, value in names.items() if "." not in key}
    single = [
        edit for edit in _words(syntax, words) if not any(low <= edit.start < high for low, high in taken)
    ]
    return apply_edits(source.data, [*whole, *single])


def _dotted(syntax: Syntax, names: Mapping[str, str]) -> Iterator[Edit]:
    for node in ast.walk(syntax.tree):
        if isinstance(node, ast.Attribute) and (text := dotted(node)) in names and text is not None:
            yield replace(syntax.span(node), names[text])


def _words(syntax: Syntax, names: Mapping[str, str]) -> Iterator[Edit]:
    for text, span in (*_identifiers(syntax.source), *_formatted(syntax)):
        if text in names:
            yield replace(span, names[text])


def _formatted(syntax: Syntax) -> Iterator[tuple[str, Span]]:
    """Identifiers inside f-strings, which are one token each before Python 3.12."""
    strings = (node for node in ast.walk(syntax.tree) if isinstance(node, ast.JoinedStr))
    values = (value for string in strings for value in string.values if isinstance(value, ast.FormattedValue))
    for node in (inner for value in values for inner in ast.walk(value)):
        match node:
            case ast.Name(id=name):
                yield name, syntax.span(node)
            case ast.Attribute(attr=name):
                end = syntax.span(node)[1]
                yield name, (end - len(name.encode()), end)
            case ast.keyword(arg=str(name)):
                start = syntax.span(node)[0]
                yield name, (start, start + len(name.encode()))


def _identifiers(source: Source) -> Iterator[tuple[str, Span]]:
    lines = source.text.splitlines(keepends=True) if "\f" not in source.text else None
    for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
        if token.type == tokenize.NAME:
            row, column = token.start
            prefix = token.line[:column] if lines is None else lines[row - 1][:column]
            start = source.line_starts[row - 1] + len(prefix.encode())
            yield token.string, (start, start + len(token.string.encode()))
