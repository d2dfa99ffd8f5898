"""Refusing to write over what git could not bring back."""

import os
import subprocess
from collections.abc import Collection
from pathlib import Path


class DirtyTreeError(Exception):
    """Files have changes that git could not bring back; the message names some of them and the remedy."""


def check_clean(root: Path, paths: Collection[str]) -> None:
    """Make sure that git could bring back everything that writing `paths` (relative to `root`) overwrites.

    Raises DirtyTreeError where anything that git tracks below `root` has uncommitted changes, or one of the paths is a
    file that git does not track; also where git cannot tell. Outside of a work tree, and without git, all is well.
    """
    if (where := _git(root, "rev-parse", "--is-inside-work-tree", "--show-prefix")) is None:
        return
    if where.returncode:
        complaint = where.stderr.decode(errors="replace").strip()
        if "not a git repository" in complaint:
            return
        raise DirtyTreeError(
            f"git cannot tell what is committed ({complaint}); correct that, or pass --force"
        )
    inside, _, prefix = where.stdout.decode(errors="surrogateescape").rstrip("\n").partition("\n")
    if inside != "true":
        return
    status = _git(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--", ".")
    listing = _git(root, "ls-files", "-z", "--", ".")
    if not status or not listing or status.returncode or listing.returncode:
        raise DirtyTreeError(
            "git cannot tell what is committed (git status failed); correct that, or pass --force"
        )
    changed = {line[3:].removeprefix(prefix) for line in _records(status.stdout)}
    tracked = set(_records(listing.stdout))
    untracked = {path for path in paths if path not in tracked and os.path.lexists(root / path)}
    if dirty := sorted(changed | untracked):
        shown = ", ".join(dirty[:5]) + (f" and {len(dirty) - 5} more" if len(dirty) > 5 else "")
        raise DirtyTreeError(f"not committed: {shown}; commit or stash, or pass --force")


def _records(output: bytes) -> list[str]:
    return [os.fsdecode(record) for record in output.split(b"\0") if record]


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes] | None:
    """Run git so that it starts no programs that the repository names, and takes no locks; None where there is no git."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    quiet = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
    try:
        return subprocess.run(
            ("git", *quiet, *arguments),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return None
