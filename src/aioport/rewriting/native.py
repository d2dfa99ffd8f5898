"""Edits by the catalog's rules: a call or an attribute becomes the rule's expression, its arguments kept as written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from aioport.catalog.matching import CONVERTED, SPREAD
from aioport.planning.plan import Native, ReadMember, Scope
from aioport.positions import Span
from aioport.program.names import dotted
from aioport.rewriting.context import FileContext
from aioport.rewriting.edits import Edit, closing, edited, opening, replace

HOLE = re.compile(r"__hole_(\w+?)__")
LAYOUT = re.compile(r"(?<=[(,])[ \t]*(#[^\r\n]*)?[\r\n]\s*(#[^\r\n]*[\r\n]\s*)*")
"""A line break behind a parenthesis or a comma, with the comments there."""
CONVERT = "adapted"
"""The function of the vendored file that converts what `**options` hold."""
SIMPLE_STRING = re.compile(r"'([^'\"\\]*)'")


@dataclass(frozen=True, slots=True)
class _Template:
    """A rule's expression as text with holes: `texts` has one item more than `holes`."""

    texts: tuple[str, ...]
    holes: tuple[str, ...]


def edit_native(intent: Native, context: FileContext, made: list[Edit]) -> Iterator[Edit]:
    """The edits of a call.

    made: edits so far; where arguments change places, those inside them are taken up and removed from the list.
    """
    spans = _spans(intent, context)
    template = _fill(
        _needed(intent, context), intent.rule.metavariables, spans, context, intent.rule.converted
    )
    template = _wrapped(intent, template, context)
    span = context.syntax.span(intent.node)
    template = _without_repeats(template, spans, context, made)
    if [spans[hole] for hole in template.holes] == sorted(spans[hole] for hole in template.holes):
        yield from _around(template, spans, span, context, "Native")
        return
    pieces = [edited(context.data, made, spans[hole]).decode() for hole in template.holes]
    inside = [
        edit
        for edit in made
        if span[0] <= edit.start and edit.end <= span[1] and span != (edit.start, edit.end)
    ]
    for edit in inside:
        if not (edit.start == edit.end and edit.start in span):
            made.remove(edit)
    yield replace(span, "".join(_interleaved(template.texts, pieces)), "Native")


def _needed(intent: Native, context: FileContext) -> str:
    """A rule's expression; of `(await run(...)).returncode` only what waits, where a statement drops the rest."""
    text = intent.rule.rule.async_
    if isinstance(context.syntax.parents.get(intent.node), ast.Expr):
        match ast.parse(text, mode="eval").body:
            case ast.Attribute(value=ast.Await() as waits):
                return ast.unparse(waits)
    return text


def _without_repeats(
    template: _Template, spans: Mapping[str, Span], context: FileContext, made: Iterable[Edit]
) -> _Template:
    """A template in which a hole that comes again is filled in already."""
    texts, holes = [template.texts[0]], []
    for hole, text in zip(template.holes, template.texts[1:], strict=True):
        if hole in holes:
            texts[-1] += edited(context.data, made, spans[hole]).decode() + text
        else:
            holes.append(hole)
            texts.append(text)
    return _Template(tuple(texts), tuple(holes))


def edit_read_member(intent: ReadMember, context: FileContext) -> Iterator[Edit]:
    base = intent.node.value
    span = context.syntax.span(intent.node)
    holes = {"self": _base_span(intent, context) or context.outer_span(base, span[0])}
    template = _fill(intent.template, frozenset({"self"}), holes, context)
    if intent.template.startswith("await ") and context.needs_parentheses(intent.node):
        template = _Template(
            (f"({template.texts[0]}", *template.texts[1:-1], f"{template.texts[-1]})"), template.holes
        )
    yield from _around(template, holes, span, context, "ReadMember")


def _base_span(intent: ReadMember, context: FileContext) -> Span | None:
    """For an attribute of an attribute (`error.response.status_code`), the name that begins it."""
    inner = intent.node.value
    if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
        handlers = (one for one in context.syntax.ancestors(inner) if isinstance(one, ast.ExceptHandler))
        if any(one.name == inner.value.id for one in handlers):
            return context.syntax.span(inner.value)
    return None


def edit_scope(intent: Scope, context: FileContext) -> Iterator[Edit]:
    first = intent.first
    span = (context.syntax.span(first)[0], context.syntax.span(intent.last)[1])
    start = context.data.index(b"=", context.syntax.span(first.targets[0])[1]) + 1
    while context.data[start : start + 1] in (b" ", b"\t"):
        start += 1
    yield replace((span[0], start), "async with ", "Scope")
    assignment = context.syntax.span(first)
    yield closing(assignment[1], f" as {intent.name}:", (assignment[0] - 1, assignment[1]), "Scope")
    assert first.end_lineno is not None
    yield from context.indented(first.end_lineno + 1, intent.last, span, "Scope")


def _spans(intent: Native, context: FileContext) -> dict[str, Span]:
    """The range of what each metavariable stands for, parentheses of its own included."""
    inside = context.open_parenthesis(intent.node) + 1
    begin = context.syntax.span(intent.node)[0]
    receiver = intent.rule.receiver
    return {
        name: context.outer_span(node, begin if name == receiver else inside)
        for name, node in intent.bound.items()
    }


def _fill(
    text: str,
    metavariables: frozenset[str],
    spans: Mapping[str, Span],
    context: FileContext,
    converted: Mapping[str, str] = MappingProxyType({}),
) -> _Template:
    """A rule's expression in the words of a file: holes for metavariables, arguments without a value left out.

    converted: functions for values in `**options`, by keyword.
    """
    tree = _Local(metavariables, spans, context, converted).visit(ast.parse(text, mode="eval")).body
    rendered = SIMPLE_STRING.sub(r'"\1"', ast.unparse(ast.fix_missing_locations(tree)))
    parts = HOLE.split(rendered)
    return _Template(tuple(parts[::2]), tuple(parts[1::2]))


class _Local(ast.NodeTransformer):
    """Puts holes and local names into a rule's expression."""

    def __init__(
        self,
        metavariables: frozenset[str],
        spans: Mapping[str, Span],
        context: FileContext,
        converted: Mapping[str, str],
    ) -> None:
        self.metavariables, self.spans, self.context = metavariables, spans, context
        self.converted = converted
        self.is_outermost = True

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [one for one in node.keywords if not self._is_void(one.value)]
        node.args = [one for one in node.args if not self._is_void(one)]
        if SPREAD in self.spans and self.is_outermost:
            node.keywords.append(ast.keyword(None, ast.Name(SPREAD, ast.Load())))
        if CONVERTED in self.spans and self.is_outermost:
            how = [ast.keyword(word, ast.Name(name, ast.Load())) for word, name in self.converted.items()]
            options = ast.Name(CONVERTED, ast.Load())
            converting = ast.Name(self.context.from_runtime(CONVERT), ast.Load())
            node.keywords.append(ast.keyword(None, ast.Call(converting, [options], how)))
        self.is_outermost = False
        self.generic_visit(node)
        node.keywords.sort(key=self._position)
        return node

    def _is_void(self, node: ast.expr) -> bool:
        """Whether an argument names a metavariable that has no value in this call."""
        names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
        return any(name in self.metavariables and name not in self.spans for name in names)

    def _position(self, keyword: ast.keyword) -> tuple[int, int]:
        """Arguments keep the order in which they were written; those that are new come last."""
        holes = [HOLE.fullmatch(one.id) for one in ast.walk(keyword.value) if isinstance(one, ast.Name)]
        starts = [self.spans[hole[1]][0] for hole in holes if hole is not None]
        return (0, min(starts)) if starts else (1, 0)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        text = dotted(node)
        first = text.partition(".")[0] if text is not None else ""
        if text is not None and first not in self.metavariables and first not in self.context.vendored:
            return ast.parse(self.context.symbol(text), mode="eval").body
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.spans:
            return ast.Name(f"__hole_{node.id}__", ast.Load())
        if node.id in self.context.vendored:
            return ast.Name(self.context.from_runtime(node.id), ast.Load())
        return node


def _wrapped(intent: Native, template: _Template, context: FileContext) -> _Template:
    resource = intent.rule.rule.resource
    before = after = ""
    awaited = template.texts[0].startswith("await ")
    if intent.form == "coroutine":
        template = _Template((template.texts[0].removeprefix("await "), *template.texts[1:]), template.holes)
    if resource is not None and intent.form in ("whole", "coroutine"):
        before, after = f"{context.from_runtime(resource)}(", ")"
    if resource is not None and intent.form == "whole":
        before, awaited = f"await {before}", True
    if awaited and intent.form != "coroutine" and context.needs_parentheses(intent.node):
        before, after = f"({before}", f"{after})"
    return (
        _Template(
            (before + template.texts[0], *template.texts[1:-1], template.texts[-1] + after), template.holes
        )
        if (len(template.texts) > 1)
        else _Template((before + template.texts[0] + after,), ())
    )


def _around(
    template: _Template, spans: Mapping[str, Span], span: Span, context: FileContext, owner: str
) -> Iterator[Edit]:
    """Replaces what stands between the holes, where it says something else; what the holes hold is not touched."""
    places = [spans[hole] for hole in template.holes]
    starts = [span[0], *(end for _, end in places)]
    ends = [*(start for start, _ in places), span[1]]
    opened = 0
    for start, end, text in zip(starts, ends, template.texts, strict=True):
        old = context.data[start:end].decode()
        around = _split(old, text, opened)
        if around is None:
            yield from _replaced(old, text, (start, end), span, owner)
            opened = len(_unclosed(text)) if start > span[0] else 0
            continue
        before, after = around
        if before:
            yield (
                opening(start, before, span, owner)
                if start == span[0]
                else closing(start, before, span, owner)
            )
        if after:
            yield closing(end, after, span, owner) if end == span[1] else opening(end, after, span, owner)
        opened = after.count("(") - after.count(")")


def _replaced(old: str, new: str, place: Span, span: Span, owner: str) -> Iterator[Edit]:
    """Other text between holes; line breaks and comments behind a parenthesis or a comma stay where they are,
    and so do those in front of a dot."""
    chain = re.match(r"\s*[\r\n]\s*(?=\.)", old)
    if chain is not None:
        place, old = (place[0] + chain.end(), place[1]), old[chain.end() :]
    layout = LAYOUT.search(old)
    cut = len(new) - len(new.lstrip(", "))
    if layout is not None and old[: layout.start()].endswith("("):
        cut = next(reversed(_unclosed(new)), 0)
    if layout is None or not cut:
        yield replace(place, new, owner)
        return
    begin = place[0] + len(old[: layout.start()].encode())
    end = begin + len(layout[0].encode())
    yield replace((place[0], begin), new[:cut].rstrip(), owner)
    if end < place[1]:
        yield replace((end, place[1]), new[cut:], owner)
    elif new[cut:]:
        yield opening(end, new[cut:], span, owner)


def _unclosed(text: str) -> list[int]:
    """The positions behind the parentheses that a text opens and does not close."""
    found: list[int] = []
    for position, character in enumerate(text):
        if character == "(":
            found.append(position + 1)
        elif character == ")" and found:
            found.pop()
    return found


def _split(old: str, new: str, opened: int) -> tuple[str, str] | None:
    """What comes before and behind a piece of text that stays, layout and all; None where it does not stay.

    opened: parentheses that were put in front of the hole before, and are closed right behind it.
    """
    kept = _bare(old)
    if not kept:
        return new, ""
    for start in range(len(new)):
        closed = new[:start].count(")") - new[:start].count("(")
        for end in range(start + 1, len(new) + 1) if closed >= opened else ():
            if _bare(new[start:end]) == kept and new[start] == kept[0]:
                return new[:start], new[end:].lstrip(" ")
    return None


def _bare(text: str) -> str:
    """Text without what layout may change: white space, comments, a trailing comma."""
    text = re.sub(r"#[^\n]*", "", text)
    return re.sub(r",\)", ")", re.sub(r"\s+", "", text))


def _interleaved(texts: tuple[str, ...], pieces: list[str]) -> Iterator[str]:
    for text, piece in zip(texts, [*pieces, ""], strict=True):
        yield text
        yield piece
