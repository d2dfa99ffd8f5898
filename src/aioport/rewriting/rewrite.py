"""Turns a plan into new texts of files. Decides nothing."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType

from aioport.planning import plan as intents
from aioport.planning.analysis import Analysis
from aioport.planning.plan import Intent, Plan
from aioport.rewriting import (
    arguments,
    awaits,
    counterparts,
    fronts,
    guards,
    handlers,
    iteration,
    mains,
    native,
    offloads,
    overlaps,
    reshapes,
    signatures,
)
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, OverlapError, apply_edits, with_renames
from aioport.rewriting.homes import find_homes
from aioport.rewriting.imports import Wanted, fix_imports
from aioport.rewriting.vendored import render_vendored

COUNTERPARTS = intents.NameFunction | intents.SecondWrapper | intents.KeepSync | intents.MakeMain
"""What takes up the edits inside of it, and so comes last."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """Texts by path, in UTF-8 without byte order mark, of files that change or are new."""

    texts: Mapping[str, bytes]


def rewrite(
    analysis: Analysis,
    plan: Plan,
    vendored: Mapping[str, Collection[str]],
    renames: Mapping[str, Collection[Edit]] = MappingProxyType({}),
) -> Rewritten:
    """Applies a plan.

    vendored: vendored files that are there already, by path, and the names they define for their users.
    renames: other words for words, by path; what is replaced anyway is not renamed.
    """
    paths = dict.fromkeys([*plan.intents, *renames])
    changed = {
        path: plan.intents.get(path, ()) for path in paths if plan.intents.get(path) or renames.get(path)
    }
    homes = find_homes(analysis, changed, vendored)
    support = [analysis.catalog.library(name).support for name in sorted(plan.libraries)]
    support = [text for text in support if text]
    offered = frozenset(name for text in support for name in _defined(text))
    texts: dict[str, bytes] = {}
    wanted: dict[str, set[str]] = {path: set(names) for path, names in vendored.items()}
    for path, found in changed.items():
        source = analysis.project.sources[path]
        context = FileContext(
            analysis.syntax[path], analysis.names(path), analysis.identifiers(path), offered
        )
        context.renames = renames.get(path, ())
        try:
            after = replace(
                source,
                text=apply_edits(source.data, with_renames(_edits(found, context), context.renames)).decode(),
            )
        except OverlapError as error:
            error.path = path
            raise
        home = homes[path]
        exported = _exported(analysis, path)
        needed = Wanted(context.imports, context.from_imports, context.runtime, home.module_for(context))
        try:
            texts[path] = fix_imports(source, after, needed, exported)
        except SyntaxError:
            # What does not parse is for verification to refuse, which knows what to do then.
            texts[path] = after.data
        if context.runtime:
            wanted.setdefault(home.path, set()).update(context.runtime)
        for elsewhere, names_there in context.elsewhere.items():
            wanted.setdefault(elsewhere, set()).update(names_there)
    for path, names in wanted.items():
        if path not in vendored or names != set(vendored[path]):
            texts[path] = render_vendored(names, support).encode()
    return Rewritten(texts)


def _edits(found: Iterable[Intent], context: FileContext) -> list[Edit]:
    """All edits of a file. Rules come last, inner calls before outer ones: they may move what is inside them."""
    made: list[Edit] = []
    context.moved += [run for intent in found for run in _moved(intent, context)]
    rules = [one for one in found if isinstance(one, intents.Native)]
    for intent in found:
        if not isinstance(
            intent,
            intents.Native | intents.GatherComprehension | intents.Mapped | intents.Decide | COUNTERPARTS,
        ):
            made.extend(_edit(intent, context))
    for rule in sorted(
        rules,
        key=lambda one: context.syntax.span(one.node)[0] - context.syntax.span(one.node)[1],
        reverse=True,
    ):
        made.extend(list(native.edit_native(rule, context, made)))
    for mapped in sorted(
        (one for one in found if isinstance(one, intents.Mapped)),
        key=lambda one: context.syntax.span(one.node)[0] - context.syntax.span(one.node)[1],
        reverse=True,
    ):
        made.extend(list(iteration.edit_mapped(mapped, context, made)))
    for decide in [one for one in found if isinstance(one, intents.Decide)]:
        made.extend(list(iteration.edit_decide(decide, context, made)))
    for intent in found:
        if isinstance(intent, intents.GatherComprehension):
            made.extend(list(overlaps.edit_gather_comprehension(intent, context, made)))
    for named in [one for one in found if isinstance(one, intents.NameFunction)]:
        made.extend(list(counterparts.edit_name_function(named, context, made)))
    for second in [one for one in found if isinstance(one, intents.SecondWrapper)]:
        made.extend(list(counterparts.edit_second_wrapper(second, context, made)))
    for kept in [one for one in found if isinstance(one, intents.KeepSync)]:
        made.extend(list(counterparts.edit_keep_sync(kept, context, made)))
    for main in [one for one in found if isinstance(one, intents.MakeMain)]:
        made.extend(list(mains.edit_make_main(main, context, made)))
    return made


def _moved(intent: Intent, context: FileContext) -> Iterator[tuple[int, int, int]]:
    """Lines that an intent moves to the right: the one before them, the last one, and how far (to the left below 0).

    A block unit's own first line is not among them: what is put in front of it is not moved by it.
    """
    match intent:
        case intents.Scope(first=first, last=last):
            yield first.end_lineno or first.lineno, last.end_lineno or last.lineno, 1
        case intents.BlockUnit(first=first, last=last):
            yield first.lineno, last.end_lineno or last.lineno, 1
        case intents.Closing(node=loop):
            yield iteration.header_line(loop, context), loop.end_lineno or loop.lineno, 1
        case intents.Unwrap(node=node) if node.body[0].lineno > node.lineno:
            yield context.body_line(node) - 1, node.body[-1].end_lineno or node.lineno, -1
        case intents.AsyncWith(node=node, items=items):
            colors = [index in items for index in range(len(node.items))]
            levels = sum(one != other for one, other in pairwise(colors))
            if levels:
                yield context.body_line(node) - 1, node.body[-1].end_lineno or node.lineno, levels


def _edit(intent: Intent, context: FileContext) -> Iterator[Edit]:
    match intent:
        case intents.MakeAsync():
            return signatures.edit_make_async(intent, context)
        case intents.DropAsync():
            return signatures.edit_drop_async(intent, context)
        case intents.AsyncFront():
            return fronts.edit_async_front(intent, context)
        case intents.Shim():
            return signatures.edit_shim(intent, context)
        case intents.MakeSync():
            return signatures.edit_make_sync(intent, context)
        case intents.SpellOut():
            return awaits.edit_spell_out(intent, context)
        case intents.RunExamples():
            return awaits.edit_run_examples(intent, context)
        case intents.RunProgram():
            return awaits.edit_run_program(intent, context)
        case intents.Rename():
            return signatures.edit_rename(intent, context)
        case intents.RaisingBlock():
            return signatures.edit_raising_block(intent, context)
        case intents.OnLoop():
            return signatures.edit_on_loop(intent, context)
        case intents.AddDecorator():
            return signatures.edit_add_decorator(intent, context)
        case intents.GiveKeyword():
            return signatures.edit_give_keyword(intent, context)
        case intents.AddArgument():
            return signatures.edit_add_argument(intent, context)
        case intents.Retype():
            return signatures.edit_retype(intent, context)
        case intents.PassCancelled():
            return handlers.edit_pass_cancelled(intent, context)
        case intents.Awaitable():
            return counterparts.edit_awaitable(intent, context)
        case intents.DropLast():
            return signatures.edit_drop_last(intent, context)
        case intents.Await():
            return awaits.edit_await(intent, context)
        case intents.AwaitIf():
            return guards.edit_await_if(intent, context)
        case intents.Bridge():
            return awaits.edit_bridge(intent, context)
        case intents.RunHere():
            return awaits.edit_run_here(intent, context)
        case intents.AsyncWith():
            return awaits.edit_async_with(intent, context)
        case intents.Unwrap():
            return awaits.edit_unwrap(intent, context)
        case intents.ConvertArguments():
            return arguments.edit_convert_arguments(intent, context)
        case intents.DropStatement():
            return awaits.edit_drop_statement(intent, context)
        case intents.AsyncFor():
            return iteration.edit_async_for(intent, context)
        case intents.AsyncYieldFrom():
            return iteration.edit_async_yield_from(intent, context)
        case intents.Closing():
            return iteration.edit_closing(intent, context)
        case intents.Collect():
            return iteration.edit_collect(intent, context)
        case intents.Listed():
            return iteration.edit_listed(intent, context)
        case intents.Materialise():
            return iteration.edit_materialise(intent, context)
        case intents.Until():
            return iteration.edit_until(intent, context)
        case intents.Helper():
            return iteration.edit_helper(intent, context)
        case intents.Contains():
            return iteration.edit_contains(intent, context)
        case intents.ReadMember():
            return native.edit_read_member(intent, context)
        case intents.Scope():
            return native.edit_scope(intent, context)
        case intents.Offload():
            return offloads.edit_offload(intent, context)
        case intents.ExpressionUnit():
            return offloads.edit_expression_unit(intent, context)
        case intents.InThreads():
            return offloads.edit_in_threads(intent, context)
        case intents.BlockUnit():
            return offloads.edit_block_unit(intent, context)
        case intents.Create():
            return reshapes.edit_create(intent, context)
        case intents.Construct():
            return reshapes.edit_construct(intent, context)
        case intents.DropDecorator():
            return reshapes.edit_drop_decorator(intent, context)
        case intents.CallMember():
            return reshapes.edit_call_member(intent, context)
        case intents.CallSpecial():
            return reshapes.edit_call_special(intent, context)
        case intents.GatherLoop():
            return overlaps.edit_gather_loop(intent, context)
    raise TypeError(f"no edits are known for {intent!r}")


def _exported(analysis: Analysis, path: str) -> set[str]:
    """Names that other files import from a file, and those in its `__all__`."""
    module = path.removesuffix(".py").rpartition("/")[2]
    found: set[str] = set()
    for other in analysis.project.sources:
        if other != path:
            imported = analysis.names(other).imported_from
            found.update(imported.get(module, ()))
            found.update(imported.get("", ()))
    for node in ast.walk(analysis.syntax[path].tree):
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets
        ):
            found.update(
                one.value
                for one in ast.walk(node.value)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )
    return found


def _defined(support: str) -> Iterator[str]:
    for node in ast.parse(support).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
