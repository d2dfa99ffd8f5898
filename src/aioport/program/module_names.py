"""By which dotted names the files of a project are imported."""

from __future__ import annotations

from aioport.project import Project


def module_name(project: Project, path: str) -> str:
    """The dotted name by which a file is imported."""
    package, stem = package_of(project, path), path.rpartition("/")[2].removesuffix(".py")
    if stem == "__init__":
        return package
    return f"{package}.{stem}" if package else stem


def package_of(project: Project, path: str) -> str:
    """The dotted name of the package that a file belongs to; empty for a script."""
    folder, parts = path.rpartition("/")[0], []
    while folder and f"{folder}/__init__.py" in project.sources:
        parts.append(folder.rpartition("/")[2])
        folder = folder.rpartition("/")[0]
    if not folder and "__init__.py" in project.sources:
        parts.append(project.root.name)
    return ".".join(reversed(parts))
