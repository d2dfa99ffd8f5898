"""Lays out what the checker reads: copies of sources, stubs of the catalog, packages without their stubs."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from aioport.catalog.index import Catalog
from aioport.project import Project, Source


def lay_stubs(project: Project, catalog: Catalog, folder: Path) -> tuple[Path, ...]:
    """Stubs of the catalog: for packages that are not installed, and for those that say less than their stubs do."""
    places = [*project.site_packages, *project.import_roots]
    known = catalog.stubbed
    own = {path.partition("/")[0].removesuffix(".py") for path in project.sources}
    installed = {
        name for name in known if any(_is_there(f"{place}/{name.replace('.', '/')}") for place in places)
    }
    texts = catalog.stubs_for(known - installed, installed - own)
    packages = {parent for module in texts for parent in _parents(module)}
    made = set()
    for module, text in texts.items():
        inner = module.replace(".", "/")
        path = f"{folder}/{inner}/__init__.pyi" if module in packages else f"{folder}/{inner}.pyi"
        parent = path.rpartition("/")[0]
        if parent not in made:
            os.makedirs(parent, exist_ok=True)  # noqa: PTH103  hundreds of them
            made.add(parent)
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(text)
    return (folder,) if texts else ()


def _is_there(place: str) -> bool:
    return os.path.exists(place) or os.path.exists(f"{place}.py")  # noqa: PTH110


def _parents(module: str) -> Iterator[str]:
    parent = module.rpartition(".")[0]
    while parent:
        yield parent
        parent = parent.rpartition(".")[0]


def lay_out(project: Project, folder: Path, texts: Mapping[str, bytes] | None = None) -> Project:
    """A copy of a project's sources in UTF-8 under a folder, some of them replaced or added, as a project of its own.

    texts: UTF-8 without byte order mark, by path. What else lies beside the sources is linked: stubs, the vendored
    file, what is left out of the project and imported all the same.
    """
    above = [root for root in project.import_roots if project.root.is_relative_to(root)]
    top = min([project.root, *above], key=lambda one: len(one.parts))
    root = folder / project.root.relative_to(top)
    # The same values where they say the same: what was made of them is not made again.
    sources = {
        path: source if source.encoding == "utf-8" and not source.bom else Source(path, source.text)
        for path, source in project.sources.items()
    }
    sources |= {path: Source(path, data.decode()) for path, data in (texts or {}).items()}
    for path, source in sources.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.data)
    _link_others(project, root)
    copies = (folder / one.relative_to(top) for one in project.import_roots if one.is_relative_to(top))
    moved = [copy for copy in copies if copy.is_dir()]
    return replace(
        project,
        root=root,
        sources=dict(sorted(sources.items())),
        import_roots=(*moved, *project.import_roots),
    )


def _link_others(project: Project, copy: Path) -> None:
    folders = {parent for path in project.sources for parent in PurePosixPath(path).parents}
    for folder in folders:
        for entry in os.scandir(project.root / folder):
            target = copy / folder / entry.name
            if not target.exists():
                target.symlink_to(entry.path)


def find_source(name: str, site_packages: Collection[Path]) -> Path | None:
    """The installed folder or file of a package that is all Python. What is compiled has no bodies to read."""
    for site in site_packages:
        folder, file = site / name, site / f"{name}.py"
        if (folder / "__init__.py").is_file():
            compiled = any(True for suffix in ("*.so", "*.pyd") for _ in folder.rglob(suffix))
            return None if compiled else folder
        if file.is_file():
            return file
    return None


def link_packages(packages: Mapping[str, Path], folder: Path) -> tuple[Path, ...]:
    """A folder with packages' sources and without their stubs, to be searched before the checker's own stubs."""
    if not packages:
        return ()
    folder.mkdir()
    for source in packages.values():
        (folder / source.name).symlink_to(source)
    return (folder,)
