"""Asks git for contents of a repository without letting the repository run anything.

Only plumbing that reads objects is used, never a command that looks at the working tree: no hook, filter, text
conversion, external diff or file system monitor that the repository configures is started.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""No lock is taken, nothing fetched from a remote, nobody asked for a password, and messages are in English."""

OPTIONS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "--no-pager",
    "--no-replace-objects",
)


class GitError(Exception):
    """Git could not say what has changed; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit: the name of its contents, or of a submodule's commit."""

    name: str
    is_submodule: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """The git repository that a folder belongs to; `top` is where its working tree begins."""

    top: Path

    def find_commit(self, base: str) -> str | None:
        """The commit where the current branch left `base`; None where there is no commit yet and `base` is HEAD.

        Raises GitError where there is no such commit, or none that both come from.
        """
        commit = self._read("rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
        if commit is None:
            if base == "HEAD":
                return None
            remedy = "check its spelling, or fetch it (CI often has only the newest commit: fetch-depth: 0)"
            raise GitError(f"--changed {base}: git knows no such commit; {remedy}")
        found = self._read("merge-base", commit.decode().strip(), "HEAD")
        if found is None:
            remedy = "fetch more of the history (in CI: fetch-depth: 0)"
            raise GitError(f"--changed {base}: it has no commit in common with the current branch; {remedy}")
        return found.decode().split()[0]

    def files_of(self, commit: str) -> Mapping[str, Blob]:
        """The files of a commit by their paths from the top."""
        found = self._read("ls-tree", "-r", "-z", "--full-tree", commit)
        if found is None:
            raise GitError(f"git cannot list the files of {commit}; the repository may be damaged: git fsck")
        blobs = {}
        for line in found.split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            _, kind, name = head.decode().split()
            blobs[os.fsdecode(path)] = Blob(name, kind == "commit")
        return blobs

    def contents_of(self, names: Sequence[str]) -> Iterator[bytes]:
        """The contents that some names stand for, in that order."""
        if not names:
            return
        data = self._read("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()) or b""
        start = 0
        for name in names:
            end = data.find(b"\n", start)
            words = data[start:end].split()
            if end < 0 or len(words) != 3:
                raise GitError(f"git cannot read {name}, which is in the history; a partial clone lacks it")
            size = int(words[2])
            yield data[end + 1 : end + 1 + size]
            start = end + 1 + size + 1

    def _read(self, *words: str, given: bytes = b"") -> bytes | None:
        return _run(self.top, *words, given=given)


def find_repository(folder: Path) -> Repository:
    """The repository of a folder. Raises GitError where there is none, or no git."""
    found = _run(folder, "rev-parse", "--show-toplevel")
    if found is None:
        raise GitError(
            f"--changed: {folder} is in no git working tree; run it in one, or leave --changed out"
        )
    return Repository(Path(os.fsdecode(found.removesuffix(b"\n"))).resolve())


def _run(folder: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What git prints; None where it fails."""
    try:
        done = subprocess.run(
            ["git", *OPTIONS, *words],
            cwd=folder,
            env={**os.environ, **ENVIRONMENT},
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("--changed: there is no git on the PATH; install it, or leave --changed out") from None
    except OSError as error:
        raise GitError(f"--changed: git cannot be started ({error.strerror})") from error
    if b"dubious ownership" in done.stderr:
        raise GitError(f"--changed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout if done.returncode == 0 else None
