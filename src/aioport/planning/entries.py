"""Where the outside world calls in, and where an event loop may be started."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Suggestion
from aioport.planning.public import find_public
from aioport.program.syntax import Syntax


class EntryError(Exception):
    """An entry that was named is not there; the message says what is."""


@dataclass(frozen=True, slots=True)
class Entries:
    """Functions that are asked to be async, and calls that may start the loop.

    named: functions that the user named, by `--entry module:function` or `api`.
    public: those of them that only `api` names.
    scripts: functions that an entry point names, or a framework calls, synchronously, and that keep a sync form for it.
    starts: calls in main guards and at the top of scripts, by index.
    """

    named: tuple[int, ...]
    public: frozenset[int]
    scripts: frozenset[int]
    starts: tuple[int, ...]


def find_entries(analysis: Analysis) -> Entries:
    """Raises EntryError for a named function that is not in the project."""
    one_by_one = set(_named(analysis, [one for one in analysis.settings.entry if one != "api"]))
    named = tuple(_named(analysis, analysis.settings.entry))
    return Entries(
        named=(*named, *_awaited_by_frameworks(analysis)),
        public=frozenset(named) - one_by_one,
        scripts=frozenset((*_scripts(analysis), *_called_by_frameworks(analysis))),
        starts=tuple(_starts(analysis)),
    )


def _named(analysis: Analysis, entries: Sequence[str]) -> Iterator[int]:
    for entry in entries:
        if entry == "api":
            yield from (
                one
                for one in sorted({*find_public(analysis), *_called_from_outside(analysis)})
                if one in analysis.facts.waits and not _is_shim(analysis, one)
            )
        elif entry != "auto":
            module, _, name = entry.partition(":")
            found = [
                one.id
                for one in analysis.program.functions
                if one.in_project and one.kind == "def" and f".{one.name}".endswith(f".{module}.{name}")
            ]
            if not found:
                own = [one for one in analysis.program.functions if one.in_project and one.kind == "def"]
                known = sorted(one.name for one in own if one.bare_name == name.rpartition(".")[2])
                known = known or get_close_matches(f"{module}.{name}", [one.name for one in own], 1)
                hint = f"; there is {', '.join(known[:3])}" if known else ""
                raise EntryError(f"--entry {entry}: no such function in the project{hint}")
            yield from (one for one in found if not _is_shim(analysis, one))


def _called_from_outside(analysis: Analysis) -> Iterator[int]:
    """What frameworks, console scripts and main guards call, whether or not its name is public."""
    yield from analysis.callables.entries
    yield from _scripts(analysis)
    calls = analysis.program.calls
    inside = (index for main in analysis.mains for index in analysis.calls_in.get(main, ()))
    called = (one for index in (*_starts(analysis), *inside) for one in calls[index].targets)
    yield from (
        one for one in called if analysis.function(one).in_project and analysis.function(one).kind == "def"
    )


def _is_shim(analysis: Analysis, function: int) -> bool:
    """Whether a function does nothing but run its async counterpart."""
    node, path = analysis.node(function), analysis.function(function).path
    match node.body if node is not None else []:
        case [ast.Return(value=ast.Call(func=called)) | ast.Expr(value=ast.Call(func=called))]:
            name = analysis.names(path).resolve(called) if path is not None else None
            return name is not None and (name == "asyncio.run" or name.endswith("_aio.run"))
    return False


def _scripts(analysis: Analysis) -> Iterator[int]:
    made_sync = analysis.callables.entries
    return (
        one
        for one in find_script_functions(analysis)
        if analysis.function(one).owner is None and one not in made_sync
    )


def _called_by_frameworks(analysis: Analysis) -> Iterator[int]:
    for function, one in analysis.hosted.items():
        if (
            one.way is None
            and one.form == "shim"
            and one.obstacle is None
            and not _is_shim(analysis, function)
        ):
            yield function


def _awaited_by_frameworks(analysis: Analysis) -> Iterator[int]:
    for function, one in analysis.hosted.items():
        if one.way is not None and one.obstacle is None and function in analysis.facts.waits:
            yield function


def find_script_functions(analysis: Analysis) -> Iterator[int]:
    """Functions that entry points name, methods among them: console scripts call them, or what loads a plugin."""
    for entry in analysis.entries:
        if entry.kind in ("script", "plugin") and entry.function is not None:
            for one in analysis.program.functions:
                if one.path == entry.path and one.kind == "def" and one.name.endswith(f".{entry.function}"):
                    yield one.id


def _starts(analysis: Analysis) -> Iterator[int]:
    guards = {(entry.path, entry.line) for entry in analysis.entries if entry.kind == "guard"}
    guarded, scripts = {path for path, _ in guards}, set(find_script_files(analysis))
    for index, call in enumerate(analysis.program.calls):
        if call.kind != "call" or analysis.function(call.caller).kind != "module":
            continue
        if (call.path not in guarded and call.path not in scripts) or call.path in analysis.test_files:
            continue
        node = analysis.expression(call)
        if node is None:
            continue
        syntax = analysis.syntax[call.path]
        if not _is_plain(syntax, node):
            continue
        around = [one for one in syntax.ancestors(node) if isinstance(one, ast.If)]
        if any((call.path, one.lineno) in guards for one in around) or call.path in scripts:
            yield index


def _is_plain(syntax: Syntax, node: ast.AST) -> bool:
    """Whether a call at module level runs when its statement does, once or in a loop, and no later."""
    return not any(
        isinstance(one, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.GeneratorExp)
        for one in syntax.ancestors(node)
    )


def find_script_files(analysis: Analysis) -> Iterator[str]:
    """Files that are run and never imported: outside every package, and named by no import of the project."""
    imported: set[str] = set()
    for path in analysis.project.sources:
        kinds = analysis.syntax[path].of_kind
        for node in (*kinds.get(ast.Import, ()), *kinds.get(ast.ImportFrom, ())):
            match node:
                case ast.Import(names=aliases):
                    imported.update(part for alias in aliases for part in alias.name.split("."))
                case ast.ImportFrom(module=module, names=aliases):
                    imported.update((module or "").split("."), (alias.name for alias in aliases))
    for path in analysis.project.sources:
        folder, _, name = path.rpartition("/")
        in_package = f"{folder}/__init__.py".lstrip("/") in analysis.project.sources
        if name == "__main__.py" or (not in_package and name.removesuffix(".py") not in imported):
            yield path


LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp)


def find_many_starts(
    analysis: Analysis, bridged: Iterable[int], obstacles: Mapping[str, str]
) -> Iterator[Suggestion]:
    """Files whose statements start an event loop more than once, each with connections of its own.

    bridged: the calls that start it.
    obstacles: why no function can be made of the statements of a file.
    """
    starts: dict[str, list[ast.expr]] = {}
    for index in bridged:
        call = analysis.program.calls[index]
        node = analysis.expression(call)
        if node is not None and analysis.function(call.caller).kind == "module":
            starts.setdefault(call.path, []).append(node)
    for path, nodes in sorted(starts.items()):
        again = any(isinstance(one, LOOPS) for node in nodes for one in analysis.syntax[path].ancestors(node))
        if len(nodes) > 1 or again:
            text = (
                "the event loop starts more than once, and connections close with it each time: one `async def main()` for"
                " these statements would start it once"
            )
            text += f"; it was not written, since {obstacles[path]}" if path in obstacles else ""
            yield Suggestion(path, min(node.lineno for node in nodes), text)
