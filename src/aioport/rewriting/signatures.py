"""Edits of definitions and names: `async def`, shims, other names and other classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.catalog.rules import CACHING_NAMES, POOL_NAMES
from aioport.planning.plan import (
    AddArgument,
    AddDecorator,
    DropAsync,
    DropLast,
    GiveKeyword,
    MakeAsync,
    MakeSync,
    OnLoop,
    RaisingBlock,
    Rename,
    Retype,
    Shim,
)
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, opening, replace


def edit_make_async(intent: MakeAsync, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    if not intent.plain:
        yield opening(span[0], "async ", span, "MakeAsync")
    if intent.name is not None:
        start = context.syntax.name_offset(intent.node)
        yield replace((start, start + len(intent.node.name.encode())), intent.name, "MakeAsync")


def edit_drop_async(intent: DropAsync, context: FileContext) -> Iterator[Edit]:
    start = context.syntax.span(intent.node)[0]
    yield replace((start, context.data.index(b"def", start)), "", "DropAsync")


def edit_shim(intent: Shim, context: FileContext) -> Iterator[Edit]:
    """The sync form takes over the decorators, and the docstring, which frameworks show to users."""
    node, newline = intent.node, context.newline
    indent = context.indent_of(node)
    start = context.data.index(b"(", context.syntax.name_offset(node))
    first = context.syntax.span(node.body[0])[0]
    signature = context.data[start : context.data.rindex(b":", start, first) + 1].decode()
    arguments, receiver = list(passed(node.args)), ""
    if intent.is_method:
        receiver = f"{arguments.pop(0)}."
    above = ""
    if node.decorator_list:
        at = context.data.rindex(b"@", 0, context.syntax.span(node.decorator_list[0])[0])
        above = context.data[at : context.syntax.span(node)[0]].decode()
        yield replace((at, context.syntax.span(node)[0]), "", "Shim")
    inner = f"{newline}{indent}{context.step}"
    docstring = ast.get_docstring(node, clean=False)
    text = (
        f"{newline * (2 if indent else 3)}{indent}{above}def {intent.name}{signature}"
        + (f"{inner}{context.syntax.text(node.body[0])}" if docstring is not None else "")
        + f"{inner}return {context.from_runtime('run')}({receiver}{intent.renamed}({', '.join(arguments)}))"
    )
    yield closing(context.body_end(node), text, context.syntax.span(node), "Shim")


def edit_make_sync(intent: MakeSync, context: FileContext) -> Iterator[Edit]:
    last = intent.below.end_lineno or intent.below.lineno
    text = f"{context.newline}{context.indent_of(intent.node)}@{context.from_runtime('synced')}"
    yield closing(context.end_of_line(last), text, context.syntax.span(intent.below), "MakeSync")


def passed(arguments: ast.arguments) -> Iterator[str]:
    """Arguments with which a function of the same parameters passes all of them on."""
    yield from (one.arg for one in (*arguments.posonlyargs, *arguments.args))
    if arguments.vararg is not None:
        yield f"*{arguments.vararg.arg}"
    yield from (f"{one.arg}={one.arg}" for one in arguments.kwonlyargs)
    if arguments.kwarg is not None:
        yield f"**{arguments.kwarg.arg}"


def edit_rename(intent: Rename, context: FileContext) -> Iterator[Edit]:
    start, end = context.syntax.span(intent.node)
    if isinstance(intent.node, ast.Attribute):
        start = end - len(intent.node.attr.encode())
    name = intent.name if intent.module is None else context.imported(intent.module, intent.name)
    yield replace((start, end), name, "Rename")


def edit_retype(intent: Retype, context: FileContext) -> Iterator[Edit]:
    names = [_written(name, context) for name in intent.names]
    if intent.keep:
        names.insert(0, context.syntax.text(intent.node))
    parent = context.syntax.parents.get(intent.node)
    if len(names) == 1 or intent.beside or isinstance(parent, ast.Tuple):
        text = ", ".join(dict.fromkeys(names))
    elif isinstance(parent, ast.ExceptHandler | ast.Call | ast.arguments):
        text = f"({', '.join(names)})"
    else:
        text = " | ".join(names)
    yield replace(context.syntax.span(intent.node), text, "Retype")


def _written(name: str, context: FileContext) -> str:
    """A dotted name as this file writes it, a decorator of the vendored file, or a builtin."""
    if "." in name:
        return context.symbol(name)
    return context.from_runtime(name) if name in CACHING_NAMES | POOL_NAMES else name


def edit_raising_block(intent: RaisingBlock, context: FileContext) -> Iterator[Edit]:
    call = intent.node.value
    assert isinstance(call, ast.Call)
    expected, function, *rest = call.args
    arguments = [context.syntax.text(one) for one in rest]
    arguments += [
        f"{one.arg}={context.syntax.text(one.value)}" if one.arg else f"**{context.syntax.text(one.value)}"
        for one in call.keywords
    ]
    head = f"with {context.syntax.text(call.func)}({context.syntax.text(expected)}):"
    body = f"await {context.syntax.text(function)}({', '.join(arguments)})"
    text = f"{head}{context.newline}{context.indent_of(intent.node)}{context.step}{body}"
    yield replace(context.syntax.span(intent.node), text, "RaisingBlock")


def edit_add_decorator(intent: AddDecorator, context: FileContext) -> Iterator[Edit]:
    yield _decorate(intent.node, context.symbol(intent.name), context, "AddDecorator")


def edit_on_loop(intent: OnLoop, context: FileContext) -> Iterator[Edit]:
    yield _decorate(intent.node, context.from_runtime("on_loop"), context, "OnLoop")


def _decorate(
    node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, context: FileContext, owner: str
) -> Edit:
    """A decorator above a function and above those that it has."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    start, span = context.syntax.source.line_starts[first - 1], context.syntax.span(node)
    text = f"{context.indent_of(node)}@{name}{context.newline}"
    return opening(start, text, (span[0] - 1, span[1] + 1), owner)


def edit_give_keyword(intent: GiveKeyword, context: FileContext) -> Iterator[Edit]:
    made = {name: _mock(kind, context) for name, kind in intent.values}
    parts = [f"{name}={text}" for name, text in made.items() if "." not in name]
    dotted = [f'"{name}": {text}' for name, text in made.items() if "." in name]
    text = ", ".join([*parts, *([f"**{{{', '.join(dotted)}}}"] if dotted else [])])
    yield _argument(intent.node, text, context, "GiveKeyword")


def edit_add_argument(intent: AddArgument, context: FileContext) -> Iterator[Edit]:
    yield _argument(intent.node, intent.text, context, "AddArgument")


def _argument(call: ast.Call, text: str, context: FileContext, owner: str) -> Edit:
    """A keyword argument behind those that a call has."""
    span = context.syntax.span(call)
    given = [context.syntax.span(one)[1] for one in call.args]
    given += [context.syntax.span(one)[1] for one in call.keywords]
    if not given:
        return closing(span[1] - 1, text, span, owner)
    last = max(given)
    behind, _, _ = context.data[last : span[1] - 1].partition(b"#")
    return closing(last + behind.rfind(b")") + 1, f", {text}", span, owner)


def _mock(kind: str, context: FileContext) -> str:
    plain = f"{context.symbol('unittest.mock.MagicMock')}()" if "plain" in kind else ""
    if kind == "plain":
        return plain
    return f"{context.symbol('unittest.mock.AsyncMock')}({'return_value=' if plain else ''}{plain})"


def edit_drop_last(intent: DropLast, context: FileContext) -> Iterator[Edit]:
    before, last = intent.node.elts[-2:]
    yield replace((context.syntax.span(before)[1], context.syntax.span(last)[1]), "", "DropLast")
