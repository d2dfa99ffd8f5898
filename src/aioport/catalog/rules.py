"""Turns the `[[rewrite]]` and `[[member]]` tables of a catalog file into rules that are ready to be matched."""

from __future__ import annotations

import ast
import builtins
import itertools
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aioport.catalog.schema import Arguments, Library, Member, Rewrite

#: What `aioport.runtime` offers to rules; `builds` is for `support` only.
RUNTIME_NAMES = frozenset({"builds", "fetch", "gather", "offload", "offload_in", "owned", "run", "shared"})

#: What `aioport.runtime_iteration` offers.
ITERATION_NAMES = frozenset(
    {"aall", "aany", "achain", "achain_from", "acontains", "aenumerate", "aislice", "azip"}
)

#: What `aioport.runtime_caching` offers to `[[decorator]]` tables.
CACHING_NAMES = frozenset({"acache", "alru_cache"})

#: What `aioport.runtime_pools` and `aioport.runtime_task_pool` offer.
POOL_NAMES = frozenset({"TaskFuture", "TaskPool", "TaskPoolExecutor", "TaskResult", "completed", "waited"})

#: What `aioport.runtime_testing` offers to sync code.
SYNC_NAMES = frozenset({"asynced", "enter_sync", "iterate_sync", "run_sync", "synced"})

#: What `aioport.runtime_threads` offers as a decorator.
THREAD_NAMES = frozenset({"on_loop"})

_GROUP = re.compile(r"\*\*(\w+)")


@dataclass(frozen=True, slots=True)
class CompiledRewrite:
    """One rule, with its placeholders and shared arguments spelled out.

    library: the catalog file that it comes from.
    name: the dotted public name of the callable.
    receiver: the metavariable of the object that the method is called on, None for functions.
    parameters: keyword (None where there is none) and metavariable of each argument, the receiver left out.
    positional: how many of `parameters`, from the first on, may be passed by position.
    unpacked: keyword and metavariables of each argument that must be a tuple written out.
    rule: the table with `sync` and `async_` spelled out; `where` is empty.
    """

    library: str
    name: str
    receiver: str | None
    parameters: tuple[tuple[str | None, str], ...]
    positional: int
    unpacked: tuple[tuple[str, tuple[str, ...]], ...]
    rule: Rewrite

    @property
    def metavariables(self) -> frozenset[str]:
        plain = {name for _, name in self.parameters}
        items = {name for _, names in self.unpacked for name in names}
        return frozenset(plain | items | ({self.receiver} if self.receiver else set()))

    @property
    def unchanged(self) -> frozenset[str]:
        """Keywords that the other library takes by the same names, whatever their values are."""
        call = next(
            (one for one in ast.walk(_parse(self.rule.async_, "async")) if isinstance(one, ast.Call)), None
        )
        same = {
            keyword.arg: keyword.value.id
            for keyword in (call.keywords if call is not None else ())
            if isinstance(keyword.value, ast.Name) and keyword.arg == keyword.value.id
        }
        return frozenset(
            word
            for word, name in self.parameters
            if word in same and name == word and name not in self.rule.when
        )

    @property
    def converted(self) -> Mapping[str, str]:
        """Keywords whose values a function of the library's `support` makes into what the other library takes by the
        same name, whatever they are; with that function."""
        call = next(
            (one for one in ast.walk(_parse(self.rule.async_, "async")) if isinstance(one, ast.Call)), None
        )
        words = {name: word for word, name in self.parameters}
        found: dict[str, str] = {}
        for keyword in call.keywords if call is not None else ():
            match keyword:
                case ast.keyword(
                    arg=str(word),
                    value=ast.Call(func=ast.Name(id=function), args=[ast.Name(id=name)], keywords=[]),
                ) if words.get(name) == word and name not in self.rule.when:
                    found[word] = function
        return found


@dataclass(frozen=True, slots=True)
class CompiledMember:
    """An attribute and the expression that stands for it; `self` is the object that it is read from.

    library: the catalog file that it comes from.
    name: the dotted public name, `requests.Response.status_code`.
    rule: the table itself.
    """

    library: str
    name: str
    rule: Member


def compile_rewrites(identifier: str, library: Library) -> tuple[CompiledRewrite, ...]:
    """All rules of a library in the order of its file, which is the order in which they are tried.

    Raises ValueError with the table, the field and the remedy.
    """
    known = _names_of_support(library.support)
    rules = []
    for index, rewrite in enumerate(library.rewrite):
        try:
            for expanded in _expand(rewrite, library.arguments):
                rule = _compile(identifier, expanded)
                _check_names(expanded.async_, rule.metavariables, known, expanded.sync)
                rules.append(rule)
        except ValueError as error:
            raise ValueError(f"rewrite[{index}].{error}") from error
    return tuple(rules)


def compile_members(identifier: str, library: Library) -> tuple[CompiledMember, ...]:
    """All attribute rules of a library. Raises ValueError with the table, the field and the remedy."""
    known = _names_of_support(library.support)
    members = []
    for index, member in enumerate(library.member):
        try:
            members.append(_compile_member(identifier, member, known))
        except ValueError as error:
            raise ValueError(f"member[{index}].{error}") from error
    return tuple(members)


def dotted_name(node: ast.expr) -> str | None:
    """`a.b.c` of a chain of attributes that starts at a name, None for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _expand(rewrite: Rewrite, arguments: Mapping[str, Sequence[Arguments]]) -> Iterator[Rewrite]:
    for placeholder in rewrite.where:
        for field, text in (("sync", rewrite.sync), ("async", rewrite.async_)):
            if not re.search(rf"\b{placeholder}\b", text):
                raise ValueError(
                    f"{field}: the placeholder `{placeholder}` is not used; use it or drop it from `where`"
                )
    groups = _GROUP.findall(rewrite.sync)
    if sorted(groups) != sorted(_GROUP.findall(rewrite.async_)):
        raise ValueError("async: `**name` must stand in `sync` and in `async` alike")
    for group in groups:
        if group not in arguments:
            raise ValueError(f"sync: `**{group}` has no table; add [[arguments.{group}]]")
    values = [[(name, value) for value in values] for name, values in rewrite.where.items()]
    tables = [[(group, table) for table in arguments[group]] for group in groups]
    for chosen in itertools.product(*values):
        plain = _substitute(rewrite, dict(chosen))
        for spliced in itertools.product(*tables):
            yield _splice(plain, dict(spliced))


def _substitute(rewrite: Rewrite, values: Mapping[str, str]) -> Rewrite:
    def filled(text: str) -> str:
        return re.sub(r"\b\w+\b", lambda match: values.get(match[0], match[0]), text)

    return msgspec.structs.replace(
        rewrite, sync=filled(rewrite.sync), async_=filled(rewrite.async_), where={}
    )


def _splice(rewrite: Rewrite, tables: Mapping[str, Arguments]) -> Rewrite:
    sync, async_, when, ignore = rewrite.sync, rewrite.async_, dict(rewrite.when), dict(rewrite.ignore)
    for group, table in tables.items():
        sync = _splice_text(sync, group, table.sync, "sync")
        async_ = _splice_text(async_, group, table.async_, "async")
        bound = {node.id for node in ast.walk(_parse(sync, "sync")) if isinstance(node, ast.Name)}
        when = {name: kind for name, kind in table.when.items() if name in bound} | when
        ignore = {**table.ignore, **ignore}
    return msgspec.structs.replace(rewrite, sync=sync, async_=async_, when=when, ignore=ignore)


def _splice_text(text: str, group: str, arguments: str, field: str) -> str:
    calls = [node for node in ast.walk(_parse(text, field)) if isinstance(node, ast.Call)]
    call = next((call for call in calls if _takes(call, group)), None)
    if call is None:
        raise ValueError(f"{field}: `**{group}` must be an argument of a call")
    own = {keyword.arg for keyword in call.keywords}
    kept = [written for name, written in _keywords(arguments, group, field) if name not in own]
    if kept:
        return text.replace(f"**{group}", ", ".join(kept))
    return re.sub(rf",? *\*\*{group}\b", "", text)


@lru_cache(maxsize=1024)
def _keywords(arguments: str, group: str, field: str) -> tuple[tuple[str, str], ...]:
    """Name and text of each `name=value` of a table that many rules share."""
    source = f"f({arguments})"
    shared = _parse(source, field)
    if not isinstance(shared, ast.Call) or shared.args or any(k.arg is None for k in shared.keywords):
        raise ValueError(f"{field}: arguments.{group} takes `name=value` only")
    return tuple((k.arg or "", ast.get_source_segment(source, k) or "") for k in shared.keywords)


def _takes(call: ast.Call, group: str) -> bool:
    return any(
        keyword.arg is None and isinstance(keyword.value, ast.Name) and keyword.value.id == group
        for keyword in call.keywords
    )


def _compile(identifier: str, rewrite: Rewrite) -> CompiledRewrite:
    call = _parse(rewrite.sync, "sync")
    name = dotted_name(call.func) if isinstance(call, ast.Call) else None
    if not isinstance(call, ast.Call) or name is None:
        raise ValueError(
            f"sync: `{rewrite.sync}` is no call of a dotted name; write `module.function(argument)`"
        )
    parameters: list[tuple[str | None, str]] = []
    unpacked: list[tuple[str, tuple[str, ...]]] = []
    for argument in call.args:
        match argument:
            case ast.Name(id=metavariable):
                parameters.append((None, metavariable))
            case _:
                raise ValueError(f"sync: `{ast.unparse(argument)}` is no metavariable; write a plain name")
    receiver = parameters.pop(0)[1] if parameters and parameters[0][1] == "self" else None
    plain = len(parameters)
    for keyword in call.keywords:
        match keyword.arg, keyword.value:
            case str(word), ast.Name(id=metavariable):
                parameters.append((word, metavariable))
            case str(word), ast.Tuple(elts=items) if all(isinstance(item, ast.Name) for item in items):
                unpacked.append((word, tuple(item.id for item in items if isinstance(item, ast.Name))))
            case _:
                raise ValueError(f"sync: `{ast.unparse(keyword)}` is no `name=metavariable`")
    positional = plain if rewrite.positional is None else rewrite.positional
    if not plain <= positional <= len(parameters):
        raise ValueError(f"positional: {positional} is not between {plain} and {len(parameters)}")
    rule = CompiledRewrite(
        identifier, name, receiver, tuple(parameters), positional, tuple(unpacked), rewrite
    )
    stray = sorted(set(rewrite.when) - rule.metavariables)
    if stray:
        raise ValueError(f"when: `{stray[0]}` is no metavariable of `sync`")
    return rule


def _compile_member(identifier: str, member: Member, known: frozenset[str]) -> CompiledMember:
    name = dotted_name(_parse(member.sync, "sync"))
    if name is None:
        raise ValueError(f"sync: `{member.sync}` is no dotted name; write `package.Class.attribute`")
    _check_names(member.async_, frozenset({"self"}), known, member.sync)
    return CompiledMember(identifier, name, member)


def _check_names(text: str, metavariables: frozenset[str], known: frozenset[str], sync: str) -> None:
    """Raise ValueError for a name that stands for nothing, and for a metavariable whose value would be lost."""
    names = [node for node in ast.walk(_parse(text, "async")) if isinstance(node, ast.Name)]
    modules = sys.stdlib_module_names | {sync.partition(".")[0]}
    used = {node.id for node in names}
    for name in sorted(used - metavariables - known - RUNTIME_NAMES - modules):
        if not hasattr(builtins, name):
            raise ValueError(
                f"async: `{name}` is not bound in `sync`; bind it there, or define it in `support`"
            )
    for name in sorted(metavariables - used):
        if not name.startswith("_"):
            raise ValueError(
                f"sync: `{name}` is not used in `async`, so its value would be lost; use it or drop it"
            )


def _names_of_support(support: str) -> frozenset[str]:
    names: set[str] = set()
    try:
        body = ast.parse(support).body
    except SyntaxError as error:
        raise ValueError(f"support: line {error.lineno}: {error.msg}") from error
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
    return frozenset(names)


@lru_cache(maxsize=4096)
def _parse(text: str, field: str) -> ast.expr:
    """The tree, which is only read: many rules come from one text, and each is looked at several times."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{field}: `{text}` is no Python expression ({error.msg})") from error
