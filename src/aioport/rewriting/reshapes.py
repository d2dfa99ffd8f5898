"""Edits that give methods which Python calls by itself a shape that can be awaited, and those of their uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from aioport.planning.plan import CallMember, CallSpecial, Construct, Create, DropDecorator
from aioport.program.syntax import Syntax
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, opening, replace
from aioport.rewriting.signatures import passed


def edit_create(intent: Create, context: FileContext) -> Iterator[Edit]:
    if intent.form == "split":
        return _split(intent, context)
    if intent.form == "chain":
        return _chain(intent, context)
    return _whole(intent, context)


def edit_construct(intent: Construct, context: FileContext) -> Iterator[Edit]:
    position = context.open_parenthesis(intent.node)
    yield closing(position, f".{intent.name}", context.syntax.span(intent.node), "Construct")


def edit_drop_decorator(intent: DropDecorator, context: FileContext) -> Iterator[Edit]:
    node, starts = intent.node, context.syntax.source.line_starts
    span = context.syntax.span(node)
    yield opening(span[0], "async ", span, "DropDecorator")
    first, last = intent.decorator.lineno, intent.decorator.end_lineno or intent.decorator.lineno
    rest = context.data[context.syntax.span(intent.decorator)[1] : context.end_of_line(last)].strip()
    if rest:
        at = context.data.rindex(b"@", 0, context.syntax.span(intent.decorator)[0])
        yield replace((at, context.syntax.span(intent.decorator)[1]), "", "DropDecorator")
    else:
        yield replace((starts[first - 1], starts[last]), "", "DropDecorator")


def edit_call_member(intent: CallMember, context: FileContext) -> Iterator[Edit]:
    span = context.syntax.span(intent.node)
    yield closing(span[1], "()", span, "CallMember")


def edit_call_special(intent: CallSpecial, context: FileContext) -> Iterator[Edit]:
    """The call; the `await` in front of it is an intent of its own."""
    node, name, data = intent.node, intent.name, context.data
    start, end = context.syntax.span(node)
    match node:
        case ast.Subscript():
            at = data.index(b"[", context.syntax.span(node.value)[1])
            opened, closed = ("((", "))") if context.is_bare_tuple(node.slice) else ("(", ")")
            yield replace((at, at + 1), f".{name}{opened}", "CallSpecial")
            yield replace((end - 1, end), closed, "CallSpecial")
        case ast.Call(args=[argument]):
            at = context.open_parenthesis(node)
            keep = not isinstance(argument, ast.Name)
            yield replace((start, at if keep else at + 1), "", "CallSpecial")
            yield replace((end, end) if keep else (end - 1, end), f".{name}()", "CallSpecial")
        case ast.Compare(left=key, ops=[operator], comparators=[container]):
            text = f"{context.syntax.text(container)}.{name}({context.syntax.text(key)})"
            outer = (start, end + 1)
            if isinstance(operator, ast.NotIn):
                yield opening(start, "not ", outer, "CallSpecial")
            elif not intent.is_bool and not _is_truth(context.syntax, node):
                yield opening(start, "bool(", outer, "CallSpecial")
                yield closing(end, ")", outer, "CallSpecial")
            yield replace((start, end), text, "CallSpecial")


def _is_truth(syntax: Syntax, node: ast.expr) -> bool:
    """Whether only the truth of an expression matters."""
    parent = syntax.parents[node]
    match parent:
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
            return test is node
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BoolOp():
            return _is_truth(syntax, parent)
        case ast.comprehension(ifs=conditions):
            return node in conditions
    return False


def _split(intent: Create, context: FileContext) -> Iterator[Edit]:
    """What moves stays where it is; a header is put in front of it, and `return self` behind."""
    node, first = intent.node, intent.first
    assert first is not None
    before = node.body[node.body.index(first) - 1]
    indent, own, cls = context.indent_of(node), _self(node), _class_name(node)
    header = [
        "",
        f"{indent}@classmethod",
        f"{indent}async def {intent.name}{_signature(intent, context, cls)}:",
        f"{indent}{context.step}{own} = {cls}({', '.join(list(passed(node.args))[1:])})",
    ]
    span = context.syntax.span(node)
    yield closing(context.line_end(before), context.newline + context.newline.join(header), span, "Create")
    yield _returns(node, context)


def _whole(intent: Create, context: FileContext) -> Iterator[Edit]:
    node, data = intent.node, context.data
    span, own, cls = context.syntax.span(node), _self(node), _class_name(node)
    indent, newline = context.indent_of(node), context.newline
    yield opening(span[0], f"@classmethod{newline}{indent}async ", span, "Create")
    start = context.syntax.name_offset(node)
    yield replace((start, start + len(node.name.encode())), intent.name, "Create")
    first = (node.args.posonlyargs or node.args.args)[0]
    begin, end = context.syntax.span(first)
    if intent.form == "after":
        typed = f": {context.symbol('typing.Any')}" if node.returns is not None else ""
        yield replace((begin, end), f"{cls}, *args{typed}, **kwargs{typed}", "Create")
        made = f"{cls}(*args, **kwargs)"
    else:
        yield replace((begin, end), cls, "Create")
        made = f"{cls}.__new__({cls})"
    if node.returns is not None:
        result = context.syntax.span(node.returns)
        arrow = data.rindex(b"->", begin, result[0])
        while data[arrow - 1 : arrow] == b" ":
            arrow -= 1
        yield replace((arrow, result[1]), _result(intent, context), "Create")
    line = f"{indent}{context.step}{own} = {made}"
    if _has_docstring(node):
        yield closing(context.line_end(node.body[0]), newline + line, span, "Create")
    else:
        yield opening(_body_begin(node, context), line + newline, span, "Create")
    yield _returns(node, context)


def _chain(intent: Create, context: FileContext) -> Iterator[Edit]:
    node, span = intent.node, context.syntax.span(intent.node)
    yield opening(span[0], "async ", span, "Create")
    start = context.syntax.name_offset(node)
    yield replace((start, start + len(node.name.encode())), intent.body, "Create")
    if not intent.makes:
        return
    indent, own, cls = context.indent_of(node), _self(node), _class_name(node)
    inner = indent + context.step
    if intent.overridden:
        typed = f": {context.symbol('typing.Any')}" if _is_typed(node) else ""
        signature, arguments = f"({cls}, *args{typed}, **kwargs{typed})", "*args, **kwargs"
    else:
        signature, arguments = _signature(intent, context, cls), ", ".join(list(passed(node.args))[1:])
    lines = [
        "",
        "",
        f"{indent}@classmethod",
        f"{indent}async def {intent.name}{signature}:",
        f"{inner}{own} = {cls}.__new__({cls})",
        f"{inner}await {own}.{intent.body}({arguments})",
        f"{inner}return {own}",
    ]
    yield closing(context.body_end(node), context.newline.join(lines), span, "Create")


def _returns(node: ast.FunctionDef, context: FileContext) -> Edit:
    text = f"{context.newline}{context.indent_of(node)}{context.step}return {_self(node)}"
    return closing(context.body_end(node), text, context.syntax.span(node), "Create")


def _signature(intent: Create, context: FileContext, cls: str) -> str:
    """The parameters of a method as they are written, with the class in the place of the object."""
    node, data = intent.node, context.data
    start = data.index(b"(", context.syntax.name_offset(node))
    first = (node.args.posonlyargs or node.args.args)[0]
    begin, end = context.syntax.span(first)
    close = _parameters_end(node, context)
    text = (data[start:begin] + cls.encode() + data[end:close]).decode()
    return text + (_result(intent, context) if _is_typed(node) else "")


def _parameters_end(node: ast.FunctionDef, context: FileContext) -> int:
    """Where the parenthesis around the parameters has been closed."""
    limit = context.syntax.span(node.returns or node.body[0])[0]
    if node.returns is not None:
        limit = context.data.rindex(b"->", 0, limit)
    else:
        limit = context.data.rindex(b":", 0, limit)
    return context.data.rindex(b")", 0, limit) + 1


def _result(intent: Create, context: FileContext) -> str:
    """The annotation for what `create` returns: the class, where it is at hand by its name and nothing is derived from it."""
    around = context.syntax.parents.get(intent.node)
    if isinstance(around, ast.ClassDef) and isinstance(context.syntax.parents.get(around), ast.Module):
        if not intent.overridden and not intent.inherited:
            return f' -> "{around.name}"'
    return ""


def _is_typed(node: ast.FunctionDef) -> bool:
    return node.returns is not None or any(
        isinstance(one, ast.arg) and one.annotation is not None for one in ast.walk(node.args)
    )


def _self(node: ast.FunctionDef) -> str:
    return (node.args.posonlyargs or node.args.args)[0].arg


def _class_name(node: ast.FunctionDef) -> str:
    """A name for the class that the method does not use for anything else."""
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    used |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    return next(name for name in ("cls", "klass", "own_class", "cls_") if name not in used)


def _has_docstring(node: ast.FunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None


def _body_begin(node: ast.FunctionDef, context: FileContext) -> int:
    """Where the first line of a body begins; comments above its first statement belong to it."""
    starts, line = context.syntax.source.line_starts, node.body[0].lineno
    while context.data[starts[line - 2] : starts[line - 1]].strip()[:1] == b"#":
        line -= 1
    return starts[line - 1]
