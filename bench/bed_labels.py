"""What the comments of the bed say: which lines block, which do not, and which may be judged either way.

    # blocks: CATEGORY [id=NAME]   must be reported; several lines with one id are one situation
    # via: NAME                    a report here counts as one of the situation NAME of this file
    # either: REASON               a report here counts neither way
    # fine: REASON                 must not be reported

A label speaks for the statement that it stands in, of compound statements for the head. The first line of a file
names its group, and the forms in which it is scanned: `# bed: group=NAME forms=async|both`.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

LABEL = re.compile(r"(blocks|via|either|fine):\s*([^#]+)")
HEADER = re.compile(r"# bed: group=([\w-]+) forms=(async|both)\n")
Verdict = Literal["found", "neutral", "false"]


class LabelError(Exception):
    """A label that cannot be right; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label.

    kind: `blocks`, `via`, `either` or `fine`.
    text: the category, the situation's name, or the reason.
    situation: which situation it belongs to, for `blocks` and `via`; unique in the bed.
    """

    kind: str
    text: str
    situation: str = ""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A file of the bed.

    labels: by line.
    heads: for every line of a statement's head, the line on which the statement begins.
    """

    path: str
    group: str
    sync_too: bool
    labels: Mapping[int, tuple[Label, ...]]
    heads: Mapping[int, int]

    def at(self, line: int) -> tuple[Label, ...]:
        """The labels that speak for a line: its own, else those of the statement whose head it is part of."""
        if line in self.labels:
            return self.labels[line]
        head = self.heads.get(line)
        if head is None:
            return ()
        return tuple(
            label
            for other, start in self.heads.items()
            if start == head
            for label in self.labels.get(other, ())
        )

    def statement(self, line: int) -> int:
        """The line on which the statement of a line begins; the line itself outside of statements."""
        return self.heads.get(line, line)


@dataclass(frozen=True, slots=True)
class Situation:
    """Something that blocks: its name (`path:line`, or `path:id`), its first place, its group and category."""

    name: str
    path: str
    line: int
    group: str
    category: str


@dataclass(frozen=True, slots=True)
class Bed:
    """All files of the bed by path, and the situations and the lines that must not be reported among them."""

    files: Mapping[str, LabelledFile]
    situations: Mapping[str, Situation]
    fine: tuple[tuple[str, int], ...] = field(default=())


def read_bed(root: Path) -> Bed:
    """The bed below a folder, files without a header left out. Raises LabelError."""
    files: dict[str, LabelledFile] = {}
    situations: dict[str, Situation] = {}
    fine: list[tuple[str, int]] = []
    for place in sorted(root.rglob("*.py")):
        path = place.relative_to(root).as_posix()
        text = place.read_text(encoding="utf-8")
        file = read_file(path, text)
        if file is None:
            continue
        files[path] = file
        for line, labels in sorted(file.labels.items()):
            for label in labels:
                if label.kind == "blocks":
                    found = Situation(label.situation, path, line, file.group, label.text)
                    situations.setdefault(label.situation, found)
                elif label.kind == "fine":
                    fine.append((path, line))
    for file in files.values():
        for line, labels in file.labels.items():
            for label in labels:
                if label.kind == "via" and label.situation not in situations:
                    raise LabelError(f"{file.path}:{line}: no situation is called {label.text}")
    return Bed(files, situations, tuple(fine))


def read_file(path: str, text: str) -> LabelledFile | None:
    """A file's labels; None when it has no header. Raises LabelError when it has labels and no header."""
    labels = {line: tuple(found) for line, found in _labels(path, text).items()}
    header = HEADER.match(text)
    if header is None:
        if labels:
            raise LabelError(f"{path}: labels, but no header")
        return None
    return LabelledFile(path, header[1], header[2] == "both", labels, _heads(ast.parse(text)))


def _labels(path: str, text: str) -> dict[int, list[Label]]:
    found: dict[int, list[Label]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        for kind, words in LABEL.findall(token.string):
            what, _, name = words.strip().partition(" id=")
            match kind:
                case "blocks":
                    found[line].append(Label(kind, what, f"{path}:{name or line}"))
                case "via":
                    found[line].append(Label(kind, what, f"{path}:{what}"))
                case _:
                    found[line].append(Label(kind, what))
    return found


def _heads(tree: ast.Module) -> dict[int, int]:
    """For every line of a statement's head the line on which the statement begins, the innermost statement's."""
    heads: dict[int, int] = {}
    for node in _statements(tree):
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(one.lineno for one in decorators)])
        body = getattr(node, "body", None) or getattr(node, "cases", None)
        first = body[0] if body else None
        if first is None:
            end = node.end_lineno or node.lineno
        elif isinstance(first, ast.match_case):
            end = first.pattern.lineno - 1
        else:
            inner = getattr(first, "decorator_list", [])
            end = max(node.lineno, min([first.lineno, *(one.lineno for one in inner)]) - 1)
        heads.update(dict.fromkeys(range(start, end + 1), start))
    return heads


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.stmt))


def without_async(text: str) -> str:
    """A text of the bed in its sync form, line for line: every `async def` is a `def`.

    Statements of the module that await, or that name asyncio, have no sync form: their lines are left empty.
    """
    lines = text.splitlines(keepends=True)
    tree = ast.parse(text)
    for statement in tree.body:
        if any(_only_async(node) for node in ast.walk(statement)):
            start = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
            end = statement.end_lineno or start
            lines[start - 1 : end] = ["\n"] * (end - start + 1)
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line.replace("async def ", "def ", 1)
    return "".join(lines)


def _only_async(node: ast.AST) -> bool:
    match node:
        case ast.Await() | ast.AsyncFor() | ast.AsyncWith():
            return True
        case ast.comprehension(is_async=1) | ast.Name(id="asyncio"):
            return True
        case _:
            return False
