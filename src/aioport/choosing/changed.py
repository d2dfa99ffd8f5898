"""Which lines of a project differ from a commit, and which findings these lines have to do with."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path, PurePath

from aioport.choosing.git import find_repository
from aioport.project import Source
from aioport.reporting.model import FindingRow


@dataclass(frozen=True, slots=True)
class Touched:
    """Lines by path, 1-based; `everything` are the paths of files that are new as a whole."""

    lines: Mapping[str, frozenset[int]]
    everything: frozenset[str]

    def has(self, path: str, first: int, last: int | None = None) -> bool:
        """Whether a line of a file, or one of some lines, was touched."""
        if path in self.everything:
            return True
        lines = self.lines.get(path)
        return lines is not None and not lines.isdisjoint(range(first, (last or first) + 1))


def find_touched(root: Path, sources: Mapping[str, Source], base: str) -> Touched:
    """What the working tree has and `base` had not, or the commit where the current branch left it.

    Where lines were taken out, the line that follows them counts as touched. Files that git does not know count as
    new, files of submodules as they were. Raises GitError.
    """
    repository = find_repository(root)
    commit = repository.find_commit(base)
    blobs = repository.files_of(commit) if commit is not None else {}
    submodules = tuple(f"{path}/" for path, blob in blobs.items() if blob.is_submodule)
    prefix = "" if root == repository.top else f"{root.relative_to(repository.top).as_posix()}/"
    new, differing = set(), []
    for path, source in sources.items():
        blob = blobs.get(prefix + path)
        if blob is None:
            if not (prefix + path).startswith(submodules):
                new.add(path)
        elif not _is(source.encode(source.data), blob.name):
            differing.append((path, blob.name))
    before = repository.contents_of([name for _, name in differing])
    lines = {
        path: frozenset(changed_lines(data, sources[path].encode(sources[path].data)))
        for (path, _), data in zip(differing, before, strict=True)
    }
    return Touched(lines, frozenset(new))


def is_touched(row: FindingRow, touched: Touched) -> bool:
    """Whether a change has to do with a finding: with its own lines, a line of the project in its chain, or the `def`
    of its function."""
    if touched.has(row.path, row.line, row.end_line):
        return True
    if row.function_line is not None and touched.has(row.path, row.function_line):
        return True
    return any(
        touched.has(link.path, link.line) for link in row.chain if not PurePath(link.path).is_absolute()
    )


def changed_lines(before: bytes, after: bytes) -> Iterator[int]:
    """The lines of `after` that `before` has not, 1-based, and those that follow what was taken out.

    How lines end makes no difference: git may change that on its way to the disk.
    """
    old, new = before.splitlines(), after.splitlines()
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    matcher = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end], autojunk=False)
    for tag, _, _, first, last in matcher.get_opcodes():
        if tag == "delete":
            yield start + first + 1
        elif tag != "equal":
            yield from range(start + first + 1, start + last + 1)


def _common(one: Collection[bytes], other: Collection[bytes]) -> int:
    """How many lines are the same from the beginning on."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _is(data: bytes, name: str) -> bool:
    """Whether git calls these contents by this name: a SHA-1, or a SHA-256 in repositories that use these."""
    digest = hashlib.sha256 if len(name) == 64 else lambda data: hashlib.sha1(data, usedforsecurity=False)
    return digest(b"blob %d\0" % len(data) + data).hexdigest() == name
