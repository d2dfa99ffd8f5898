"""A small project to write to, and what a folder holds."""

import stat
from pathlib import Path

Tree = dict[str, tuple[int, bytes | str | None]]

OLD = {"a.py": b"a = 1\r\n", "pkg/b.py": b"b = 1\n", "pkg/gone.py": b"gone\n", "pkg/same.py": b"same\n"}
CHANGES = {
    "a.py": b"a = 2\r\n",
    "pkg/b.py": b"b = 2\n",
    "pkg/gone.py": None,
    "pkg/same.py": b"same\n",
    "new.py": b"new\n",
    "far/away/new.py": b"far\n",
    "far/other.py": b"other\n",
}


def lay_out(root: Path) -> Path:
    """Write the old files, one of them executable."""
    (root / "pkg").mkdir(parents=True)
    for path, data in OLD.items():
        (root / path).write_bytes(data)
    (root / "a.py").chmod(0o754)
    return root


def tree_of(root: Path) -> Tree:
    """Return everything below a folder but the journal's history: modes, contents, and where links lead."""
    found: Tree = {}
    for path in sorted(root.rglob("*")):
        if path.is_relative_to(root / ".aioport") and (root / ".aioport" / "history").exists():
            continue
        status = path.lstat()
        content: bytes | str | None = None
        if path.is_symlink():
            content = str(path.readlink())
        elif path.is_file():
            content = path.read_bytes()
        found[path.relative_to(root).as_posix()] = (stat.S_IMODE(status.st_mode), content)
    return found
