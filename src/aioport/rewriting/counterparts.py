"""Edits that give a function an async one beside it: lambdas, functions that stay sync, wrappers of both colors."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import Awaitable, KeepSync, NameFunction, SecondWrapper
from aioport.positions import Span
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, edited, opening, replace


def edit_name_function(intent: NameFunction, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """A definition in front of the statement, and its name in the place of the expression.

    made: edits so far; those inside a lambda go with it, and are removed from the list.
    """
    node, newline = intent.node, context.newline
    statement = context.syntax.statement(node)
    indent = context.indent_of(statement)
    head, value = _parts(intent, context, made)
    value = f"({value})" if newline in value and not value.startswith("(") else value
    text = f"{indent}async def {intent.name}({head}):{newline}{indent}{context.step}return {value}"
    span = context.syntax.span(statement)
    if isinstance(statement, ast.Assign) and statement.value is node and _names(statement, intent.name):
        yield replace((context.line_begin(statement), span[1]), text, "NameFunction")
        return
    above = context.gap_above(statement)
    yield opening(
        context.line_begin(statement),
        f"{above}{text}{newline}{newline}",
        (span[0] - 1, span[1] + 1),
        "NameFunction",
    )
    yield replace(context.syntax.span(node), intent.name, "NameFunction")


def _names(statement: ast.Assign, name: str) -> bool:
    match statement.targets:
        case [ast.Name(id=same)]:
            return same == name
    return False


def _parts(intent: NameFunction, context: FileContext, made: list[Edit]) -> tuple[str, str]:
    """The parameters, and what is returned."""
    node = intent.node
    if not isinstance(node, ast.Lambda):
        text = context.syntax.text(node)
        if intent.offloaded:
            return "*args, **kwargs", f"await {context.from_runtime('offload')}({text}, *args, **kwargs)"
        return "*args, **kwargs", f"{text}(*args, **kwargs)"
    span = context.syntax.span(node)
    body = context.outer_span(node.body, span[0])
    colon = context.data.rindex(b":", span[0], body[0])
    head = context.data[span[0] + len("lambda") : colon].decode().strip()
    value = edited(context.data, made, body).decode()
    take_edits(made, span)
    if intent.offloaded:
        value = f"await {context.from_runtime('offload')}(lambda: {value})"
    return head, value


def edit_second_wrapper(intent: SecondWrapper, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """An async copy of a wrapper in front of it, which gets all edits inside, and a choice where it is returned."""
    node, newline = intent.node, context.newline
    begin, end = _lines(node, context)
    start = context.syntax.name_offset(node)
    named = [*made, replace((start, start + len(node.name.encode())), intent.name, "SecondWrapper")]
    copy = intent.name
    if intent.typed:
        to_any = f"{context.symbol('typing.cast')}({context.symbol('typing.Any')}, "
        copy = f"{to_any}{copy})"
        named += [
            replace(context.syntax.span(name), f"{to_any}{name.id})", "SecondWrapper")
            for name in intent.called
        ]
    text = edited(context.data, named, (begin, end)).decode()
    take_edits(made, (begin, end))
    span = context.syntax.span(node)
    yield opening(begin, f"{text}{newline}{newline}", (span[0] - 1, span[1] + 1), "SecondWrapper")
    test = context.symbol("inspect.iscoroutinefunction")
    for use in intent.uses:
        yield opening(
            context.syntax.span(use)[0],
            f"{copy} if {test}({intent.parameter}) else ",
            context.syntax.span(use),
            "SecondWrapper",
        )


def edit_keep_sync(intent: KeepSync, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """The async form below the sync one, with as many empty lines in between as the style guide wants."""
    node, newline = intent.node, context.newline
    begin, end = _lines(node, context)
    text = edited(context.data, made, (begin, end)).decode()
    take_edits(made, (begin, end))
    gap = newline * (2 if node.col_offset else 3)
    yield closing(end, f"{gap}{text}", context.syntax.span(node), "KeepSync")


def _lines(node: ast.FunctionDef, context: FileContext) -> Span:
    """The lines of a function, from its first decorator to the last comment that belongs to it."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return context.syntax.source.line_starts[first - 1], context.body_end(node)


def take_edits(made: list[Edit], span: Span) -> None:
    """Removes the edits inside a range."""
    made[:] = [one for one in made if not (span[0] <= one.start and one.end <= span[1])]


def edit_awaitable(intent: Awaitable, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield opening(span[0], f"{context.abstract('Awaitable')}[", span, "Awaitable")
    yield closing(span[1], "]", span, "Awaitable")
