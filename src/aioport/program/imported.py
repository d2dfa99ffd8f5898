"""What a file's text imports, without a syntax tree: every file is asked, and hardly one of them has to be parsed.

Imports in strings count as well, which makes a module known that is not; and so nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

STATEMENT = (
    rb"(?:from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|(?:[^\n#;\\]|\\\r?\n)*)|import[ \t]+([\w., \t]+))"
)
"""`from (1) import (2)` or `import (3)`."""

TOP = re.compile(rb"\n" + STATEMENT)
INNER = re.compile(rb"\n[ \t]+" + STATEMENT)
DEFINITION = re.compile(rb"\n(?:async[ \t]+def|class|def)[ \t]")
FOR_TYPES = re.compile(rb"\nif [\w.]*TYPE_CHECKING:[^\n]*(?:\n[ \t]+[^\n]*|\n[ \t]*(?=\n))*")
COMMENT = re.compile(rb"#[^\n]*")


def imported_at_top(data: bytes, package: str) -> set[str]:
    """The modules that a file imports when it is imported itself.

    Counted are statements without indentation, and all above the first definition, which stand in `try` and `if`;
    of `from a import b`, both `a` and `a.b`, for either may be a module.
    package: that of the file, for its relative imports.
    """
    data = b"\n" + data
    if b"TYPE_CHECKING" in data:
        data = FOR_TYPES.sub(b"", data)
    first = DEFINITION.search(data)
    head = first.start() if first is not None else len(data)
    found = [*TOP.finditer(data), *INNER.finditer(data, 0, head)]
    return {module for match in found for module, _ in _read(match, package)}


def imported_inside(data: bytes, package: str) -> set[str]:
    """The same for all statements with indentation."""
    return {module for match in INNER.finditer(data) for module, _ in _read(match, package)}


def bound_by_imports(data: bytes, package: str = "") -> dict[str, str]:
    """The names that a file's imports bind, wherever they stand, and what they are.

    package: that of the file; without it, relative imports are left out.
    """
    data = b"\n" + data
    found = (
        pair for pattern in (INNER, TOP) for match in pattern.finditer(data) for pair in _read(match, package)
    )
    return {bound: module for module, bound in found if bound and not module.startswith(".")}


def absolute(module: str, package: str) -> str:
    """The absolute name of `..a`, or of `a`, in a file of a package."""
    level = len(module) - len(module.lstrip("."))
    if not level:
        return module
    parts = package.split(".") if package else []
    return ".".join([*parts[: len(parts) - level + 1], *filter(None, [module[level:]])])


def package_of(path: str, module: str) -> str:
    """The package that a module's relative imports start from."""
    return module if path.rpartition("/")[2] == "__init__.py" else module.rpartition(".")[0]


def packages_of(module: str) -> Iterator[str]:
    """The packages that a module is in, innermost first."""
    while module := module.rpartition(".")[0]:
        yield module


def _read(match: re.Match[bytes], package: str) -> Iterator[tuple[str, str]]:
    """What a statement imports, and the name that it binds, which may be empty."""
    if match[3] is not None:
        for item in match[3].decode().split(","):
            name, _, alias = item.strip().partition(" as ")
            if alias:
                yield name.strip(), alias.strip()
            else:
                # `import a.b` loads `a.b` and binds `a`.
                yield name, ""
                yield name.partition(".")[0], name.partition(".")[0]
        return
    module = absolute(match[1].decode(), package)
    yield module, ""
    for item in COMMENT.sub(b"", match[2]).strip(b"()").decode(errors="replace").split(","):
        name, _, alias = " ".join(item.split()).partition(" as ")
        if name:
            yield f"{module}.{name}", alias or name
