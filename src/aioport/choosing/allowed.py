"""Takes out what allow comments allow, and says which of the comments are wrong or no longer needed."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import get_args

from aioport.catalog.schema import Category
from aioport.choosing.comments import Comment, read_comments
from aioport.mistakes.mistake import MistakeKind
from aioport.project import Source
from aioport.reporting.model import CommentKind, FindingRow
from aioport.reporting.severity import OF_COMMENTS

NAMES: tuple[str, ...] = (*get_args(Category), *get_args(MistakeKind))
"""What can be allowed: categories of waiting, and kinds of mistakes."""

FORM = "`# aioport: allow[category] reason`"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is left of some findings, and what comments took out of them.

    rows: the findings that no comment allows.
    comments: what is wrong with the comments, as findings of their own.
    silenced: the findings that were taken out, each with the comment that allows it.
    """

    rows: tuple[FindingRow, ...]
    comments: tuple[FindingRow, ...]
    silenced: tuple[tuple[FindingRow, Comment], ...]


def apply_comments(rows: Iterable[FindingRow], sources: Mapping[str, Source]) -> Allowed:
    """Findings without those that comments allow.

    A comment allows a finding of a category, or kind of mistake, that it names, where it speaks of a line of the
    finding, or of a line of the project in the finding's chain. One without a reason allows nothing.
    """
    comments = [comment for source in sources.values() for comment in read_comments(source)]
    valid: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.names and comment.reason:
            valid[comment.path].append(comment)
    left, silenced = [], []
    used: set[tuple[Comment, str]] = set()
    for row in rows:
        name = row.category or row.kind
        found = [comment for comment in _around(row, valid) if name in (comment.names or ())]
        used.update((comment, name) for comment in found)
        if found:
            silenced.append((row, found[0]))
        else:
            left.append(row)
    wrong = tuple(row for comment in comments for row in _complaints(comment, used))
    return Allowed(tuple(left), wrong, tuple(silenced))


def comments_at(path: str, line: int, comments: Iterable[Comment]) -> Iterator[Comment]:
    """Those comments that speak of a line."""
    for comment in comments:
        if comment.path == path and comment.first <= line <= comment.last:
            yield comment


def _around(row: FindingRow, comments: Mapping[str, list[Comment]]) -> Iterator[Comment]:
    if not comments:
        return
    last = row.end_line or row.line
    for comment in comments.get(row.path, ()):
        if comment.first <= last and row.line <= comment.last:
            yield comment
    for link in row.chain[1:]:
        if not PurePath(link.path).is_absolute():
            yield from comments_at(link.path, link.line, comments.get(link.path, ()))


def _complaints(comment: Comment, used: Iterable[tuple[Comment, str]]) -> Iterator[FindingRow]:
    if comment.names is None or not comment.names:
        yield _row(comment, "unknown-allow", f"`aioport: {comment.text}` is not understood; write {FORM}")
        return
    unknown = [name for name in comment.names if name not in NAMES]
    for name in unknown:
        near = difflib.get_close_matches(name, NAMES, n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(NAMES)}"
        yield _row(comment, "unknown-allow", f"there is no category `{name}`; {hint}")
    if not comment.reason:
        yield _row(comment, "allow-without-reason", f"it gives no reason, so it allows nothing; write {FORM}")
        return
    for name in comment.names:
        if name not in unknown and (comment, name) not in used:
            yield _row(comment, "unused-allow", f"nothing here needs `{name}` to be allowed; take it out")


def _row(comment: Comment, kind: CommentKind, message: str) -> FindingRow:
    return FindingRow(
        path=comment.path,
        line=comment.line,
        column=comment.column,
        function="",
        category=None,
        on_loop=False,
        sure=True,
        chain=(),
        kind=kind,
        message=message,
        severity=OF_COMMENTS[kind],
    )
