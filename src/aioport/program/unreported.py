"""What the checker leaves out of its report: functions, classes and calls that it does not look at.

It takes branches for dead (`if sys.platform == "win32": def f(): ...`), skips calls in annotations, and gives up
expressions that it finds nested too deeply. All of that is unknown, not absent. Files are parsed only where something
speaks for it: a `def` or `class` that the report has not, `Annotated`, or what the checker complains of.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aioport.positions import Span, line_of, span_of
from aioport.program.exported import Exported, Meaning
from aioport.program.model import Call, Function
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax
from aioport.project import PARSE_ERRORS, Source

DEFINITION = re.compile(rb"def[ \t]+(?=\w)")
"""Also finds what is no definition, in comments and strings; a pattern that does not takes four times as long."""

CLASS = re.compile(rb"class[ \t]+(?=\w+[ \t]*[(:\[])")

SILENCED = re.compile(rb"ignore(?:(?<=: ignore)|(?<=:ignore))")
"""A comment that silences the checker, and so keeps its complaint of a call in an annotation out of the report."""

ANNOTATING = re.compile(rb"(?::|->)[ \t]*\w[\w.]*[ \t]*\(")
"""Also finds what is no annotation, such as `else: f()`."""

TEXT = re.compile(
    rb"""
    \#[^\n]*
    | \"{3} [^"\\]* (?: (?: \\. | "(?!"") ) [^"\\]* )* \"{3} | " (?: \\. | [^"\\\n] )* "
    | '{3} [^'\\]* (?: (?: \\. | '(?!'') ) [^'\\]* )* '{3} | ' (?: \\. | [^'\\\n] )* '
    """,
    re.VERBOSE | re.DOTALL,
)
"""Comments and strings."""

DOUBTED = frozenset({"parse-error", "invalid-syntax", "invalid-annotation"})
"""The checker's kinds of complaints about code that it does not look into."""

UNREPORTED_FUNCTION = "UnreportedFunction"
UNREPORTED_CALL = "UnreportedCall"


@dataclass(frozen=True, slots=True)
class Reported:
    """What the report has of a file, but for its calls.

    body: the function that is the module's body.
    functions: by the offsets of their names.
    classes: the functions that are the bodies of classes, by the lines of the classes' names.
    is_doubted: whether the checker complains of something that it does not look into.
    """

    body: int
    functions: dict[int, int]
    classes: Mapping[int, int]
    is_doubted: bool


def _may_lack(source: Source, reported: Reported) -> bool:
    """Whether something speaks for it that the report leaves out something of a file."""
    data = source.data
    if reported.is_doubted or b"Annotated[" in data or b"Annotated as " in data:
        return True
    lacking = {
        *(found.start() for found in DEFINITION.finditer(data) if found.end() not in reported.functions),
        *(
            found.start()
            for found in CLASS.finditer(data)
            if line_of(source, found.end()) not in reported.classes
        ),
    }
    if lacking := {start for start in lacking if _begins_line(source, start)}:
        texts = [found.span() for found in TEXT.finditer(data)]
        if any(not _lies_in(texts, start) for start in lacking):
            return True
    return any(_annotates(source, found.start()) for found in SILENCED.finditer(data))


def find_unreported(
    source: Source,
    module: str,
    reported: Reported,
    calls: Collection[Call],
    functions: list[Function],
    exported: Exported,
) -> tuple[Call, ...]:
    """The calls that the report leaves out of a file. They are unknown, but for such in annotations that a name tells.

    module: its dotted name.
    calls: those that are reported.
    functions: those of the program, by their ids; takes in what the report leaves out.
    exported: tells what names mean.
    """
    if not _may_lack(source, reported):
        return ()
    try:
        syntax = Syntax(source)
    except PARSE_ERRORS:
        return ()
    bodies: dict[ast.AST, int] = {}
    missing: list[FunctionNode] = []
    for offset, node in sorted(syntax.functions.items()):
        if offset in reported.functions:
            bodies[node] = reported.functions[offset]
        else:
            bodies[node] = len(functions) + len(missing)
            missing.append(node)
    functions += [_function(syntax, node, module, bodies) for node in missing]
    added = {bodies[node] for node in missing}
    known = {(call.start, call.end) for call in calls if call.kind == "call"}
    lacking = []
    for call, caller, is_annotation in _calls(syntax, bodies, reported):
        if span_of(source, call) not in known:
            name = dotted(call.func) if is_annotation else None
            meaning = exported.meaning(module, name) if name is not None else None
            why = UNREPORTED_FUNCTION if caller in added else UNREPORTED_CALL
            lacking.append(_call(source, call, caller, meaning, why))
    return tuple(lacking)


def _begins_line(source: Source, offset: int) -> bool:
    start = source.line_starts[line_of(source, offset) - 1]
    return source.data[start:offset].split() in ([], [b"async"])


def _lies_in(spans: Sequence[Span], offset: int) -> bool:
    before = bisect_right(spans, offset, key=lambda span: span[0]) - 1
    return before >= 0 and offset < spans[before][1]


def _annotates(source: Source, offset: int) -> bool:
    """Whether a silencing comment stands on a line, or at the head of a file, with what may be a call in an annotation."""
    start = source.line_starts[line_of(source, offset) - 1]
    if source.data[start:offset].lstrip().startswith(b"#"):
        return ANNOTATING.search(source.data) is not None
    return ANNOTATING.search(source.data, start, offset) is not None


def _function(syntax: Syntax, node: FunctionNode, module: str, bodies: Mapping[ast.AST, int]) -> Function:
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    around = [one for one in syntax.ancestors(node) if isinstance(one, scopes)]
    names = [module, *(one.name for one in reversed(around)), node.name]
    offset = syntax.name_offset(node)
    line = line_of(syntax.source, offset)
    return Function(
        id=bodies[node],
        name=".".join(names),
        kind="def",
        path=syntax.source.path,
        line=line,
        column=offset - syntax.source.line_starts[line - 1],
        in_project=True,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        parent=next((bodies[one] for one in around if one in bodies), None),
    )


def _calls(
    syntax: Syntax, bodies: Mapping[ast.AST, int], reported: Reported
) -> Iterator[tuple[ast.Call, int, bool]]:
    """Every call of a file with the body in which it runs, and whether it stands in an annotation.

    Decorators, defaults and annotations run outside of their function.
    """
    todo: list[tuple[ast.AST, int, bool]] = [(syntax.tree, reported.body, False)]
    while todo:
        node, caller, is_annotation = todo.pop()
        if isinstance(node, ast.Call):
            yield node, caller, is_annotation
        inside, own = caller, list[ast.stmt]()
        annotation: ast.expr | None = None
        match node:
            case (
                ast.FunctionDef(body=own, returns=annotation)
                | ast.AsyncFunctionDef(body=own, returns=annotation)
            ):
                inside = bodies[node]
            case ast.ClassDef(body=own):
                inside = reported.classes.get(line_of(syntax.source, syntax.name_offset(node)), caller)
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                pass
        statements = set(map(id, own))
        todo += (
            (child, inside if id(child) in statements else caller, is_annotation or child is annotation)
            for child in ast.iter_child_nodes(node)
        )


def _call(source: Source, node: ast.Call, caller: int, meaning: Meaning | None, why: str) -> Call:
    start, end = span_of(source, node)
    return Call(
        caller=caller,
        path=source.path,
        kind="call",
        start=start,
        end=end,
        line=node.lineno,
        column=node.col_offset,
        targets=meaning.targets if meaning is not None else (),
        sure=meaning is not None,
        unknown=why if meaning is None else None,
        constructs=meaning.constructs if meaning is not None else None,
    )
