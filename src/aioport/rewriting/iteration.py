"""Edits of what goes through something asynchronous: loops, comprehensions, builtins over iterables."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import (
    AsyncFor,
    AsyncYieldFrom,
    Closing,
    Collect,
    Contains,
    Decide,
    Helper,
    Listed,
    Mapped,
    Materialise,
    Until,
)
from aioport.positions import Span
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, edited, opening, replace, with_renames

LOOSE = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.NamedExpr)
"""What needs parentheses as one of several conditions."""

EACH = "item async for item in "


def edit_async_for(intent: AsyncFor, context: FileContext) -> Iterator[Edit]:
    if isinstance(intent.node, ast.For):
        span = context.syntax.span(intent.node)
        start = span[0]
    else:
        span = context.syntax.span(intent.node.target)
        start = context.data.rindex(b"for", 0, span[0])
    yield opening(start, "async ", span, "AsyncFor")


def edit_async_yield_from(intent: AsyncYieldFrom, context: FileContext) -> Iterator[Edit]:
    value = intent.node.value
    assert isinstance(value, ast.YieldFrom)
    span, inner = context.syntax.span(intent.node), context.syntax.span(value.value)
    keyword = "async for" if intent.is_async else "for"
    name, indent = _free("item", context), context.newline + context.indent_of(intent.node) + context.step
    head, tail = f"{keyword} {name} in ", f":{indent}yield {name}"
    if intent.closing is not None:
        head, tail = (
            f"async with {_aclosing(context)}(",
            f") as {intent.closing}:{indent}{head}{intent.closing}:{indent}{context.step}yield {name}",
        )
    yield replace((span[0], inner[0]), head, "AsyncYieldFrom")
    yield closing(span[1], tail, span, "AsyncYieldFrom")


def _aclosing(context: FileContext) -> str:
    if "contextlib" in context.names.bound.values():
        return context.symbol("contextlib.aclosing")
    return context.imported("contextlib", "aclosing")


def _free(name: str, context: FileContext) -> str:
    """A name like this one that the file does not use."""
    while name in context.taken:
        name = f"{name}_"
    return name


def header_line(node: ast.For, context: FileContext) -> int:
    """The line on which the colon of a loop stands."""
    end = context.data.index(b":", _iterable(node, context)[1])
    return (
        context.data[:end].count(b"\n") + 1
        if context.newline != "\r"
        else node.iter.end_lineno or node.lineno
    )


def _iterable(node: ast.For, context: FileContext) -> Span:
    return context.outer_span(node.iter, context.syntax.span(node.target)[1])


def edit_closing(intent: Closing, context: FileContext) -> Iterator[Edit]:
    """The loop's head becomes two; what it goes through stays where it is, and the lines below move to the right."""
    node = intent.node
    span, inner = context.syntax.span(node), _iterable(node, context)
    indent = context.newline + context.indent_of(node) + context.step
    target = context.data[span[0] + len("for") : inner[0]].rsplit(b"in", 1)[0].strip().decode()
    bare = context.is_bare_tuple(node.iter)
    yield replace((span[0], inner[0]), f"async with {_aclosing(context)}({'(' * bare}", "Closing")
    text = f"{')' * bare}) as {intent.name}:{indent}async for {target} in {intent.name}"
    yield closing(inner[1], text, inner, "Closing")
    yield from context.indented(header_line(node, context) + 1, node, span, "Closing")


def edit_collect(intent: Collect, context: FileContext) -> Iterator[Edit]:
    node = intent.node
    span = context.syntax.span(node)
    inside = context.open_parenthesis(node) + 1
    argument = node.args[0]
    if isinstance(argument, ast.GeneratorExp):
        inner = context.syntax.span(argument)
        head, end = (
            (inner[0] + 1 if context.data[inner[0] : inner[0] + 1] == b"(" else inner[0]),
            inner[1] - 1,
        )
    else:
        head, end = inside, span[1] - 1
    is_list = isinstance(node.func, ast.Name) and node.func.id == "list"
    brackets = "[]" if is_list else "{}"
    yield replace((span[0], head), brackets[0] + (EACH if intent.each else ""), "Collect")
    yield replace((end, span[1]), brackets[1], "Collect")


def edit_listed(intent: Listed, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield opening(span[0], f"[{EACH}", span, "Listed")
    yield closing(span[1], "]", span, "Listed")


def edit_materialise(intent: Materialise, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    call = context.syntax.parents[intent.node]
    if isinstance(call, ast.Call) and context.open_parenthesis(call) == span[0]:
        yield opening(span[0] + 1, "[", span, "Materialise")
        yield closing(span[1] - 1, "]", span, "Materialise")
    else:
        yield replace((span[0], span[0] + 1), "[", "Materialise")
        yield replace((span[1] - 1, span[1]), "]", "Materialise")


def edit_mapped(intent: Mapped, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """A generator expression in the place of `map` or `filter`.

    made: edits so far; those inside the function and the iterable go with them, and are removed from the list.
    """
    node = intent.node
    function, iterable = node.args
    start = context.open_parenthesis(node) + 1
    body = function.body if isinstance(function, ast.Lambda) else function
    is_map = isinstance(node.func, ast.Name) and node.func.id == "map"
    texts = []
    for part, limit in ((body, context.syntax.span(function)[0]), (iterable, start)):
        span = context.outer_span(part, limit)
        text = edited(context.data, with_renames(made, context.renames), span).decode()
        in_clause = part is iterable or not is_map
        bare = in_clause and span == context.syntax.span(part) and isinstance(part, ast.IfExp | ast.Lambda)
        texts.append(f"({text})" if bare else text)
        made[:] = [one for one in made if not (span[0] <= one.start and one.end <= span[1])]
    call, source = texts
    each = function.args.args[0].arg if isinstance(function, ast.Lambda) else _item(function)
    if isinstance(function, ast.Constant):
        call = each
    elif not isinstance(function, ast.Lambda):
        call = f"{'await ' * intent.awaits}{call}({each})"
    clause = f"{'async ' * intent.is_async}for {each} in {source}"
    text = f"{call} {clause}" if is_map else f"{each} {clause} if {call}"
    before, after = (intent.brackets[:1], intent.brackets[1:])
    yield replace(context.syntax.span(node), f"{before}{text}{after}", "Mapped")


def _item(function: ast.expr) -> str:
    """A name for one item that is not the function's own."""
    used = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    return "item" if "item" not in used else "each"


def edit_decide(intent: Decide, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """A loop, a condition and two `return`s; what is written in the expression moves there.

    made: edits so far; those inside the statement go with it, and are removed from the list.
    """
    call = intent.node.value
    assert isinstance(call, ast.Call)
    assert isinstance(call.args[0], ast.GeneratorExp)
    clause = call.args[0].generators[0]
    span, limit = context.syntax.span(intent.node), context.open_parenthesis(call) + 1
    inside = with_renames(made, context.renames)

    def text(node: ast.expr, compound: tuple[type[ast.expr], ...]) -> str:
        outer = context.outer_span(node, limit)
        found = edited(context.data, inside, outer).decode()
        in_parentheses = outer != context.syntax.span(node)
        is_bare = isinstance(node, compound) or "\n" in found
        return f"({found})" if is_bare and not in_parentheses else found

    target, source = text(clause.target, ()), text(clause.iter, (ast.IfExp, ast.Lambda))
    between = (context.syntax.span(call.args[0].elt)[1], context.syntax.span(clause.target)[0])
    is_async = b"async" in edited(context.data, made, between)
    conditions = [text(one, LOOSE) for one in clause.ifs]
    deciding = text(call.args[0].elt, LOOSE)
    conditions.append(deciding if intent.at else f"not {deciding}")
    made[:] = [one for one in made if not (span[0] <= one.start and one.end <= span[1])]
    indent, step = context.newline + context.indent_of(intent.node), context.step
    yield replace(
        span,
        f"{'async ' * is_async}for {target} in {source}:{indent}{step}if {' and '.join(conditions)}:"
        f"{indent}{step * 2}return {intent.at}{indent}return {not intent.at}",
        "Decide",
    )


def edit_until(intent: Until, context: FileContext) -> Iterator[Edit]:
    loop, call = intent.node, intent.node.iter
    assert isinstance(call, ast.Call)
    function, end = call.args
    body = function.body if isinstance(function, ast.Lambda) else function
    inner = context.outer_span(body, context.syntax.span(function)[0])
    target = context.syntax.text(loop.target)
    head = f"while ({target} := {'await ' * intent.awaits}"
    yield replace((context.syntax.span(loop)[0], inner[0]), head, "Until")
    is_none = isinstance(end, ast.Constant) and end.value is None
    tail = f"{'' if isinstance(function, ast.Lambda) else '()'}) {'is not' if is_none else '!='} "
    yield replace((inner[1], context.syntax.span(end)[0]), tail, "Until")
    yield replace((context.syntax.span(end)[1], _iterable(loop, context)[1]), "", "Until")


def edit_helper(intent: Helper, context: FileContext) -> Iterator[Edit]:
    if context.names.resolve(intent.node.func) == intent.name:
        return  # it goes through either kind
    module, _, name = intent.name.rpartition(".")
    local = context.imported(module, name) if module else context.from_runtime(name)
    yield replace(context.syntax.span(intent.node.func), local, "Helper")


def edit_contains(intent: Contains, context: FileContext) -> Iterator[Edit]:
    """The iterable stays where it is; what is looked for is a name or a literal, and moves behind it."""
    node = intent.node
    span, inner = context.syntax.span(node), context.syntax.span(node.comparators[0])
    negated = isinstance(node.ops[0], ast.NotIn)
    parent = context.syntax.parents.get(node)
    inside = negated and isinstance(
        parent, ast.Compare | ast.BinOp | ast.Await | ast.Attribute | ast.Subscript
    )
    head = f"{'(' * inside}{'not ' * negated}await {context.from_runtime('acontains')}("
    yield replace((span[0], inner[0]), head, "Contains")
    yield closing(inner[1], f", {context.syntax.text(node.left)}){')' * inside}", span, "Contains")
