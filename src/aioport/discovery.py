"""Finding a project on disk: its files, import roots, Python version and installed packages.

Everything is read as data. No interpreter is started and no code of the project is run.
"""

import configparser
import os
import re
import shlex
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pathspec import GitIgnoreSpec

from aioport.caching.stamps import listing_of
from aioport.environment import find_site_packages, named_site_packages
from aioport.project import Problem, Project, ProjectError, Source, decode
from aioport.settings import (
    Options,
    Settings,
    SettingsError,
    find_pyproject,
    merge,
    read_pyproject,
    settings_of,
)
from aioport.writing.places import NAME as JOURNAL
from aioport.writing.places import is_pending

SUFFIXES = (".py", ".pyw")

# Never the project's own source. `build` and `dist` are not here: projects have packages of that name (pypa/build),
# and where they hold build products, git ignores them.
_SKIPPED = frozenset(
    {
        ".aioport",
        ".git",
        ".hg",
        ".svn",
        ".tox",
        ".nox",
        ".eggs",
        "__pycache__",
        "__pypackages__",
        "node_modules",
    },
)
_ENVIRONMENT_MARKS = frozenset({"pyvenv.cfg", "conda-meta"})

OLDEST_PYTHON = (3, 10)
"""The oldest Python that converted code runs on: that of the runtime file (docs/design.md, 5)."""


def discover(paths: Sequence[Path], options: Options = Options()) -> Project:  # noqa: B008 frozen
    """Read the project that files and folders belong to; without any, the current folder.

    The root is the one folder that was given, else the common parent. A file or folder that is named is read even
    if an ignore file or `exclude` leaves it out. Files that cannot be decoded come back as `Project.problems`.

    Raises ProjectError: a path does not exist or cannot be read, a folder holds no Python file, pyproject.toml or
    setup.cfg cannot be used, the interpreter that was named has no installed packages, or a conversion has been
    half written there.
    """
    named = [(path, _absolute(path)) for path in paths or (Path(),)]
    root = Path(os.path.commonpath([path if path.is_dir() else path.parent for _, path in named]))
    for above in (root, *root.parents):
        _check_settled(above)
    pyproject = find_pyproject(root)
    try:
        table = read_pyproject(pyproject) if pyproject else {}
        configured = settings_of(table, pyproject) if pyproject else Settings()
        settings = merge(configured, options)
    except SettingsError as error:
        raise ProjectError(str(error)) from error
    prefix = root.as_posix().rstrip("/") + "/"
    listings: dict[str, str] = {}
    found = [_find_files(given, path, pyproject, settings.exclude, listings) for given, path in named]
    read = [
        _read(path, path.removeprefix(prefix)) for path in sorted({file for files in found for file in files})
    ]
    sources = {source.path: source for source in read if isinstance(source, Source)}
    folders = (root, pyproject.parent) if pyproject else (root,)
    python, label = settings.python, "--python" if options.python else f"{pyproject}: [tool.aioport] python"
    return Project(
        root=root,
        sources=sources,
        import_roots=_find_import_roots(root, folders[-1], sources),
        python_version=_find_python_version(table, folders[-1]),
        site_packages=named_site_packages(python, label) if python else find_site_packages(folders),
        settings=settings,
        problems=tuple(problem for problem in read if isinstance(problem, Problem)),
        pyproject=pyproject,
        listings=listings,
    )


def _absolute(path: Path) -> Path:
    """Resolve the folder part only: a symbolic link to a file is read under the name that was given."""
    try:
        if path.is_dir():
            return path.resolve()
        if path.is_file() and path.suffix == ".ipynb":
            raise ProjectError(
                f"{path}: a notebook, which is no Python file; in a notebook the event loop runs already, so `await` "
                "stands in its cells as it is. Name the modules that it imports"
            )
        if path.is_file():
            return path.parent.resolve() / path.name
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    raise ProjectError(f"{path}: no such file or folder; check the spelling and the current folder")


def _read(path: str, name: str) -> Source | Problem:
    if not name.isprintable() and any("\ud800" <= character <= "\udfff" for character in name):
        return Problem(
            name, 1, "its name is in no encoding, and the type checker would not take it; rename it"
        )
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        return Problem(name, 1, "was there when the folder was listed and is gone now; run aioport again")
    except OSError as error:
        raise _unreadable(path, error) from error
    return decode(name, raw)


# Files, and what is ignored.


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one ignore file, for paths that begin with `base` (which ends in a slash)."""

    base: str
    spec: GitIgnoreSpec

    def verdict(self, path: str) -> bool | None:
        return self.spec.check_file(path[len(self.base) :]).include if path != self.base else None


def _find_files(
    given: Path, path: Path, pyproject: Path | None, exclude: tuple[str, ...], listings: dict[str, str]
) -> list[str]:
    """Return the Python files at or below a path, absolute and posix; a symbolic link only if nothing else is it.

    listings: takes in what was seen of each folder.
    """
    if path.is_file():
        return [path.as_posix()]
    # Whoever names a folder wants it: patterns that leave it out as a whole do not count below it.
    named = f"{path.as_posix().rstrip('/')}/"
    outer = tuple(patterns for patterns in _find_outer_ignores(path) if not patterns.verdict(named))
    chosen = _compile_exclude(pyproject, exclude) if pyproject and exclude else None
    walk = _Walk(chosen if chosen and not chosen.verdict(named) else None, [], [], listings)
    walk.visit(named[:-1], outer, is_named=True)
    found = set(walk.files)
    for link in sorted(walk.links):
        real = Path(os.path.realpath(link)).as_posix()
        if real not in found:
            found.add(real)
            walk.files.append(link)
    if not walk.files:
        kinds = " or ".join(f"*{suffix}" for suffix in SUFFIXES)
        left_out = ", apart from what .gitignore or [tool.aioport] exclude leaves out" if walk.ignored else ""
        raise ProjectError(
            f"{given}: no Python file in it ({kinds}){left_out}; name a file or folder with Python code"
        )
    return walk.files


def find_folders(folder: Path) -> tuple[Path, ...]:
    """A folder (absolute) and those below it that git does not ignore and that can be read, without environments."""
    named = folder.as_posix().rstrip("/")
    outer = tuple(patterns for patterns in _find_outer_ignores(folder) if not patterns.verdict(f"{named}/"))
    walk = _Walk(None, [], [], {}, lenient=True)
    walk.visit(named, outer, is_named=True)
    return tuple(map(Path, walk.listings))


@dataclass(slots=True)
class _Walk:
    """Python files below a folder. Symbolic links to folders are not followed, so that there are no loops.

    lenient: folders that cannot be read are passed over.
    """

    exclude: _Patterns | None
    files: list[str]
    links: list[str]
    listings: dict[str, str]
    ignored: bool = False
    lenient: bool = False

    def visit(self, folder: str, ignores: tuple[_Patterns, ...], *, is_named: bool = False) -> None:
        """Gather what is in a folder; `ignores` are the ignore files that apply there, the nearest first."""
        try:
            with os.scandir(folder or "/") as listing:
                entries = list(listing)
        except FileNotFoundError:  # Gone since the folder above was listed.
            return
        except OSError as error:
            if self.lenient:
                return
            raise _unreadable(folder, error) from error
        names = {entry.name for entry in entries}
        self.listings[folder or "/"] = listing_of(entries)
        if JOURNAL in names:
            _check_settled(folder)
        if not is_named and not _ENVIRONMENT_MARKS.isdisjoint(names):
            return
        if ".gitignore" in names and Path(folder, ".gitignore").is_file():
            ignores = (_read_ignore(f"{folder}/", Path(folder, ".gitignore")), *ignores)
        for entry in entries:
            name, path = entry.name, f"{folder}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                if name in _SKIPPED or name.endswith(".egg-info"):
                    continue
                if not self.leaves_out(f"{path}/", ignores):
                    self.visit(path, ignores)
            elif name.endswith(SUFFIXES) and _is_file(entry) and not self.leaves_out(path, ignores):
                (self.links if entry.is_symlink() else self.files).append(path)

    def leaves_out(self, path: str, ignores: tuple[_Patterns, ...]) -> bool:
        """Whether `exclude`, else the nearest ignore file with an opinion, leaves a path out; and note that one was."""
        for patterns in (self.exclude, *ignores) if self.exclude else ignores:
            verdict = patterns.verdict(path)
            if verdict is not None:
                self.ignored = self.ignored or verdict
                return verdict
        return False


def _check_settled(folder: Path | str) -> None:
    if is_pending(os.fspath(folder)):
        raise ProjectError(
            f"{folder}: a conversion is being written here, or was interrupted; run this again when it is done, "
            f"or `aioport undo {shlex.quote(os.fspath(folder))}` to put back what was there before"
        )


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _find_outer_ignores(folder: Path) -> Iterator[_Patterns]:
    """Yield the ignore files above a folder, the nearest first, up to the top of its git tree; none outside of one."""
    tops = (candidate for candidate in (folder, *folder.parents) if (candidate / ".git").exists())
    if (top := next(tops, None)) is None:
        return
    if folder != top:
        for above in folder.parents:
            if (file := above / ".gitignore").is_file():
                yield _read_ignore(f"{above.as_posix().rstrip('/')}/", file)
            if above == top:
                break
    if (file := git_folder(top) / "info" / "exclude").is_file():
        yield _read_ignore(f"{top.as_posix().rstrip('/')}/", file)


def git_folder(top: Path) -> Path:
    """Return the folder with a work tree's `info`; in linked trees and submodules `.git` is a file that points on."""
    git = top / ".git"
    if git.is_file():
        git = top / git.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
        if (common := git / "commondir").is_file():
            git = git / common.read_text(encoding="utf-8", errors="replace").strip()
    return git


def _read_ignore(base: str, file: Path) -> _Patterns:
    try:
        lines = file.read_text(encoding="utf-8-sig", errors="surrogateescape").splitlines()
    except OSError as error:
        raise _unreadable(file, error) from error
    try:
        return _Patterns(base, GitIgnoreSpec.from_lines(lines))
    except ValueError:
        # Like git, go without the patterns that cannot be understood.
        return _Patterns(base, GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line)))


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def _compile_exclude(pyproject: Path, exclude: tuple[str, ...]) -> _Patterns:
    for pattern in exclude:
        if not _is_pattern(pattern):
            raise ProjectError(f"{pyproject}: [tool.aioport] exclude: {pattern!r} is no gitignore pattern")
    return _Patterns(f"{pyproject.parent.as_posix().rstrip('/')}/", GitIgnoreSpec.from_lines(exclude))


def _unreadable(path: Path | str, error: OSError) -> ProjectError:
    return ProjectError(
        f"{path}: cannot be read ({error.strerror}); correct its permissions, "
        "or leave it out with `exclude` under [tool.aioport] in pyproject.toml"
    )


# Import roots.

_IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([\w.]+)", re.MULTILINE)


def _find_import_roots(root: Path, home: Path, sources: Mapping[str, Source]) -> tuple[Path, ...]:
    """Return where absolute imports are looked up: what `sys.path` would hold when the project runs, in this order.

    `src` of a src layout (of the root, and of `home`, the folder of pyproject.toml); the parents of top-level packages,
    the deepest first, because the first root that holds a file names its module; the root; `home`; folders of loose
    scripts. Left out are a folder inside a package; a folder that is a namespace package, because it lies below `src`
    or the project imports it by name; and a folder below the root whose modules would hide some of the standard
    library's from the whole project.
    """
    names: defaultdict[str, set[str]] = defaultdict(set)
    for path in sources:
        parent, _, name = path.rpartition("/")
        names[parent].add(name.rpartition(".")[0])
    modules = defaultdict(set, {root / parent: inner for parent, inner in names.items()})
    folders = sorted(modules)

    @cache
    def is_package(folder: Path) -> bool:
        return (folder / "__init__.py").is_file()

    def is_inside_package(folder: Path) -> bool:
        return any(is_package(above) for above in (folder, *folder.parents) if above.is_relative_to(root))

    parents: set[Path] = set()
    for folder in filter(is_package, folders):
        top = folder
        while is_package(top.parent) and top.parent != top:
            top = top.parent
        modules[top.parent].add(top.name)
        parents.add(top.parent)
    layouts = [
        base / "src" for base in (root, home) if (base / "src").is_dir() and not is_package(base / "src")
    ]
    imported = _imported_names(sources) if any(root in parent.parents for parent in parents) else frozenset()

    def is_apart(folder: Path) -> bool:
        if not folder.is_relative_to(root) or folder == root:
            return not is_package(folder)
        return not is_inside_package(folder) and modules[folder].isdisjoint(sys.stdlib_module_names)

    def is_namespace(folder: Path) -> bool:
        name = ".".join(folder.relative_to(root).parts) if root in folder.parents else ""
        return name in imported or any(layout in folder.parents for layout in layouts)

    deepest_first = sorted(parents, key=lambda folder: (-len(folder.parts), folder))
    order = [
        *layouts,
        *(folder for folder in deepest_first if is_apart(folder) and not is_namespace(folder)),
        *(folder for folder in (root, home) if is_apart(folder)),
        *(folder for folder in folders if is_apart(folder)),
    ]
    return tuple(dict.fromkeys(order))


def _imported_names(sources: Mapping[str, Source]) -> frozenset[str]:
    """Return every dotted name that an absolute import begins with, and the names above each."""
    found = {name for source in sources.values() for name in _IMPORT.findall(source.text)}
    parts = [name.split(".") for name in found if not name.startswith(".")]
    return frozenset(".".join(names[:end]) for names in parts for end in range(1, len(names) + 1))


# The Python version.

_VERSION = re.compile(r"(<=|<|!=|>=|>|~=|={1,3}|\^|~)?\s*v?(\d+)(?:\.(\d+))?[\w.*]*")


def _find_python_version(table: Mapping[str, Any], home: Path) -> str:
    """Return the lowest version that the project says it runs on, as in `3.11`; else the one that runs aioport.

    The lowest, because what is written has to work there; but never below `OLDEST_PYTHON`, below which converted
    code does not run anyway. Asked are `requires-python`, poetry's `python` and setup.cfg's `python_requires`.
    """
    match table:
        case {"project": {"requires-python": str(said)}}:
            pass
        case {"tool": {"poetry": {"dependencies": {"python": str(said)}}}}:
            pass
        case _:
            said = read_setup_cfg(home).get("options", "python_requires", fallback="")
    bounds = [bound for either in said.split("||") if (bound := _lower_bound(either))]
    return "{}.{}".format(*max(min(bounds, default=sys.version_info[:2]), OLDEST_PYTHON))


def _lower_bound(specifiers: str) -> tuple[int, int] | None:
    bounds = [
        (int(major), int(minor or 0))
        for operator, major, minor in _VERSION.findall(specifiers)
        if operator not in ("<", "<=", "!=")
    ]
    return max(bounds, default=None)


def read_setup_cfg(home: Path) -> configparser.RawConfigParser:
    """Return a folder's setup.cfg, empty where there is none. Raises ProjectError where it is no such file."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(home / "setup.cfg", encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as error:
        raise ProjectError(f"{home / 'setup.cfg'}: cannot be parsed ({error}); correct it") from error
    return parser
