"""Which distributions a conversion leaves without a use, and why others, of which it took some, stay."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from aioport.catalog.index import Catalog
from aioport.project import Problem, Project, Source, decode
from aioport.requiring.files import BY_HAND, Tree, read_text
from aioport.requiring.installed import Distribution, needed_by
from aioport.requiring.uses import Named, find_named, is_named_in, is_within, may_name
from aioport.requiring.versions import name_of

_PYTHON = (".py", ".pyw", ".pyi")


@dataclass(frozen=True, slots=True)
class Code:
    """The project's code around a conversion.

    before, after: the Python files that change, by path.
    tree: all that lies around them.
    own: names of the project's own top modules.
    """

    before: Mapping[str, Source]
    after: Mapping[str, Source]
    tree: Tree
    own: frozenset[str]
    _named: dict[str, tuple[Named, ...]] = field(default_factory=dict)

    def named_in(self, path: str) -> tuple[Named, ...]:
        """What a Python file names, as it is after the conversion."""
        if path not in self._named:
            source = self.after.get(path) or _read(self.tree, path)
            self._named[path] = find_named(source) if source is not None else ()
        return self._named[path]

    @property
    def python(self) -> Iterator[str]:
        """All Python files, new ones among them."""
        yield from self.after
        yield from (path for path in self.tree.paths if path.endswith(_PYTHON) and path not in self.after)


@dataclass(frozen=True, slots=True)
class Dropped:
    """What a file imported before a conversion, and what after it."""

    before: frozenset[str]
    after: frozenset[str]

    def has_lost(self, modules: Collection[str]) -> bool:
        """Whether some modules were imported before and none of them is now."""
        return _are_among(modules, self.before) and not _are_among(modules, self.after)


def code_around(project: Project, texts: Mapping[str, bytes], tree: Tree) -> Code:
    """What a conversion is of and what it makes of it."""
    before = {path: project.sources[path] for path in texts if path in project.sources}
    after = {path: Source(path, data.decode()) for path, data in texts.items()}
    own = set()
    for path in project.sources:
        for root in project.import_roots:
            if (file := project.root / path).is_relative_to(root):
                own.add(file.relative_to(root).parts[0].removesuffix(".py"))
    return Code(before, after, tree, frozenset(own))


def modules_of(name: str, installed: Mapping[str, Distribution], catalog: Catalog) -> frozenset[str]:
    """The modules that a distribution brings, by its metadata or else by the catalog; none where neither knows."""
    if name in installed and installed[name].modules:
        return installed[name].modules
    return frozenset(
        module
        for module, library in catalog.libraries.items()
        if library.distribution is not None and name_of(library.distribution) == name
    )


def find_dropped(code: Code) -> tuple[Dropped, ...]:
    """The files that import less than before."""
    pairs = (
        Dropped(_imported(find_named(one)), _imported(code.named_in(path)))
        for path, one in code.before.items()
    )
    return tuple(pair for pair in pairs if pair.before - pair.after)


def why_used(
    name: str,
    modules: Collection[str],
    declared: Collection[str],
    code: Code,
    installed: Mapping[str, Distribution],
    catalog: Catalog,
) -> str | None:
    """Why a distribution that a conversion dropped somewhere has to stay; None where nothing needs it any more.

    declared: all other distributions that stay or come.
    """
    if place := _find_use(modules, code):
        return place
    known = installed.get(name)
    if known is not None and known.plugs:
        return f"it also brings {', '.join(known.plugs[:3])}, which may be used without an import"
    for other in sorted(declared):
        if other in installed and name in installed[other].uses:
            return f"{other} uses it where it is there"
    return _why_brought(name, declared, code, installed, catalog)


def _find_use(modules: Collection[str], code: Code) -> str | None:
    """Where one of some modules is still used, or may be."""
    tops = {module.partition(".")[0] for module in modules}
    if shadowed := sorted(tops & code.own):
        return f"the project has a module {shadowed[0]} of its own"
    maybe = None
    for path in code.python:
        declares = path.rpartition("/")[2] in BY_HAND
        for one in code.named_in(path):
            for module in modules:
                if one.imported and is_within(one.name, module):
                    return f"{path}:{one.line} imports it"
                if not one.imported and maybe is None and not declares and may_name(one, module):
                    maybe = f"{path}:{one.line} may name it in a string"
    return maybe or _find_mention(modules, code)


def _find_mention(modules: Collection[str], code: Code) -> str | None:
    """Where a file that is no Python shows or runs one of some modules."""
    for path in code.tree.paths:
        listed = path in code.tree.declaring and path.endswith((".txt", ".in"))
        if listed or path.endswith(_PYTHON) or path.rpartition("/")[2] in BY_HAND:
            continue
        text = read_text(code.tree.root / path)
        for module in modules:
            if text is not None and module in text and (line := is_named_in(text, module)):
                return f"{path}:{line} uses it"
    return None


def _why_brought(
    name: str,
    declared: Collection[str],
    code: Code,
    installed: Mapping[str, Distribution],
    catalog: Catalog,
) -> str | None:
    """Whether the project imports what only this distribution brings along."""
    staying = needed_by(declared, installed)
    if name in installed:
        brought = {
            module: other
            for other in sorted(needed_by([name], installed) - staying - {name})
            for module in modules_of(other, installed, catalog)
        }
        for path, one in _all_imports(code):
            for module, other in brought.items():
                if is_within(one.name, module):
                    return f"{path}:{one.line} imports {other}, which only {name} brings along"
        return None
    modules = {module for other in staying for module in modules_of(other, installed, catalog)}
    for path, one in _all_imports(code):
        top = one.name.partition(".")[0]
        known = top in sys.stdlib_module_names or top in code.own or name_of(top) in staying
        if not known and not any(is_within(one.name, module) for module in modules):
            return f"it is not installed here, and {path}:{one.line} imports {top}, which it may bring along"
    return None


def _all_imports(code: Code) -> Iterator[tuple[str, Named]]:
    for path in code.python:
        yield from ((path, one) for one in code.named_in(path) if one.imported)


def _imported(named: Collection[Named]) -> frozenset[str]:
    return frozenset(one.name for one in named if one.imported)


def _are_among(modules: Collection[str], names: Collection[str]) -> bool:
    return any(is_within(name, module) for name in names for module in modules)


def _read(tree: Tree, path: str) -> Source | None:
    try:
        read = decode(path, (tree.root / path).read_bytes())
    except OSError:
        return None
    if isinstance(read, Problem):
        text = read_text(tree.root / path)
        return Source(path, text) if text is not None else None
    return read
