"""Variants of a before/after pair that a conversion must treat like the pair itself.

After Android lint's test modes: an import under another name, a nested def, extra parentheses and other line
endings catch rules that compare spellings, or keep a flag where a scope is needed.
"""

import ast
import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

NESTED = "unrelated_nested"
"""The name of the function that the mutation `nested_def` puts into every other one."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Import = type[ast.Import | ast.ImportFrom]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutated input, and what is known of its outcome.

    name: what was done; part of a module's name
    before: the mutated input
    after: the outcome's exact text, or None where it cannot be computed
    tree: `tree_of` the outcome, where its text cannot be computed and its tree can
    kept: the lines of `before` that neither the mutation nor the conversion touches, in order
    """

    name: str
    before: str
    after: str | None
    tree: str | None
    kept: tuple[str, ...]


def mutants_of(before: str, after: str) -> tuple[Mutant, ...]:
    """The mutants of a pair, without those that leave its input as it is.

    `after` is `before` where nothing is to be converted.
    """
    found = []
    for name, mutate in _MUTATIONS.items():
        mutated = mutate(before, before)
        if mutated is not None and mutated != before:
            kept = _kept(before, mutated, after)
            found.append(Mutant(name, mutated, mutate(before, after), None, kept))
    parenthesised = _parenthesise(before)
    if parenthesised != before:
        kept = _kept(before, parenthesised, after)
        found.append(Mutant("parentheses", parenthesised, None, tree_of(after), kept))
    return tuple(found)


def tree_of(text: str) -> str:
    """The text's tree without positions: layout and parentheses do not count."""
    return ast.dump(ast.parse(text))


def functions_of(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, _Function]]:
    """Every function under `tree` with its dotted name (`Class.method`, `outer.inner`), outer ones first."""
    for child in ast.iter_child_nodes(tree):
        inside = prefix
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inside = f"{prefix}{child.name}."
            if not isinstance(child, ast.ClassDef):
                yield prefix + child.name, child
        yield from functions_of(child, inside)


# A mutation takes the pair's input, which says what is mutated, and the text to mutate in that way: the input
# itself or the outcome. None means that the mutated outcome does not follow from the outcome.
_Mutation = Callable[[str, str], str | None]


def _alias(before: str, text: str, kind: _Import) -> str | None:
    """Give every import of the kind in `before` another name (`import x as x_alias`), and its uses with it."""
    edits: list[tuple[int, int, str]] = []
    source, tree = ast.parse(before), ast.parse(text)
    for origin, name in sorted({(o, a.name) for o, a in _imports(source, kind) if _is_plain(o, a)}):
        alias = f"{name}_alias"
        if _is_fixed(source, origin, name) or alias in before:
            continue
        imported = [a for o, a in _imports(tree, kind) if (o, a.name, a.asname) == (origin, name, None)]
        uses = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name]
        if text != before:
            known = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(source))
            # A use that the conversion adds may well be spelt otherwise where the import has another name.
            if len(uses) > known or (uses and not imported) or _is_fixed(tree, origin, name):
                return None
        edits += [(_end(text, node), _end(text, node), f" as {alias}") for node in imported]
        edits += [(_start(text, node), _end(text, node), alias) for node in uses]
    return _edited(text, edits)


def _alias_imports(before: str, text: str) -> str | None:
    return _alias(before, text, ast.Import)


def _alias_froms(before: str, text: str) -> str | None:
    return _alias(before, text, ast.ImportFrom)


def _nest(before: str, text: str) -> str | None:
    """Put an unrelated def before the first statement of every function of `before`."""
    wanted = [name for name, function in functions_of(ast.parse(before)) if _first_line(before, function)]
    functions = dict(functions_of(ast.parse(text)))
    newline = "\r\n" if "\r\n" in text else "\n"
    edits: list[tuple[int, int, str]] = []
    for name in wanted:
        line = _first_line(text, functions[name]) if name in functions else None
        if line is None:
            return None
        margin = text.encode().splitlines()[line - 1][: _first(functions[name]).col_offset].decode()
        place = _offset(text, line, 0)
        edits.append((place, place, f"{margin}def {NESTED}():{newline}{margin}    return 0{newline}"))
    return _edited(text, edits)


def _end_lines_with_crlf(_before: str, text: str) -> str | None:
    return text if "\r" in text else text.replace("\n", "\r\n")


_MUTATIONS: dict[str, _Mutation] = {
    "import_alias": _alias_imports,
    "from_alias": _alias_froms,
    "nested_def": _nest,
    "crlf": _end_lines_with_crlf,
}


def _parenthesise(text: str) -> str:
    """Put every call that is a statement's value into parentheses."""
    edits: list[tuple[int, int, str]] = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case (
                ast.Expr(value=ast.Call() as call)
                | ast.Assign(value=ast.Call() as call)
                | ast.AnnAssign(value=ast.Call() as call)
                | ast.AugAssign(value=ast.Call() as call)
                | ast.Return(value=ast.Call() as call)
            ):
                start, end = _start(text, call), _end(text, call)
                edits += [(start, start, "("), (end, end, ")")]
    return _edited(text, edits)


def _imports(tree: ast.AST, kind: _Import) -> Iterator[tuple[str, ast.alias]]:
    """(module, or "" for a plain import; alias) of every import of the kind."""
    for node in ast.walk(tree):
        if isinstance(node, kind):
            origin = "" if isinstance(node, ast.Import) else "." * node.level + (node.module or "")
            yield from ((origin, alias) for alias in node.names)


def _is_plain(origin: str, alias: ast.alias) -> bool:
    """Whether an alias can be added, and stands for what the import binds without one."""
    return not (alias.asname or alias.name == "*" or "." in alias.name or origin == "__future__")


def _is_fixed(tree: ast.AST, origin: str, name: str) -> bool:
    """Whether something besides the imports of `name` from `origin` binds the name, or spells it in a string."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) | ast.arg(arg=found):
                names = [found]
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.ExceptHandler():
                names = [node.name or ""]
            case ast.MatchAs() | ast.MatchStar():
                names = [node.name or ""]
            case ast.MatchMapping():
                names = [node.rest or ""]
            case ast.Global() | ast.Nonlocal():
                names = node.names
            case ast.JoinedStr():
                # Positions inside f-strings are not to be trusted before Python 3.12.
                names = [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]
            case ast.Constant(value=str(text)):
                names = _names_spelt(text)
            case _:
                continue
        if name in names:
            return True
    for kind in (ast.Import, ast.ImportFrom):
        for found_origin, alias in _imports(tree, kind):
            local = alias.asname or alias.name.partition(".")[0]
            if local == name and (found_origin, alias.name, alias.asname) != (origin, name, None):
                return True
    return False


def _names_spelt(text: str) -> list[str]:
    """The names in a string that is an expression, such as an annotation or an item of `__all__`."""
    try:
        return [node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)]
    except (SyntaxError, ValueError):
        return []


def _first(function: _Function) -> ast.stmt:
    """The first statement after the docstring, or the docstring where there is none."""
    return function.body[min(len(function.body) - 1, ast.get_docstring(function) is not None)]


def _first_line(text: str, function: _Function) -> int | None:
    """The line of the function's first statement or of its decorator; None where it shares it with others."""
    first = _first(function)
    decorators = getattr(first, "decorator_list", [])
    line = min(node.lineno for node in (first, *decorators))
    before = text.encode().splitlines()[line - 1][: first.col_offset]
    only_docstring = len(function.body) == 1 and ast.get_docstring(function) is not None
    return None if only_docstring or before.strip() else line


def _kept(before: str, mutated: str, after: str) -> tuple[str, ...]:
    by_mutation = dict(_same_lines(before, mutated))
    by_conversion = dict(_same_lines(before, after))
    lines = mutated.splitlines(keepends=True)
    return tuple(lines[place] for index, place in by_mutation.items() if index in by_conversion)


def _same_lines(one: str, other: str) -> Iterator[tuple[int, int]]:
    """The index of every line of `one` that is found again in `other`, with its index there."""
    matcher = difflib.SequenceMatcher(
        None, one.splitlines(keepends=True), other.splitlines(keepends=True), autojunk=False
    )
    for block in matcher.get_matching_blocks():
        yield from ((block.a + i, block.b + i) for i in range(block.size))


def _start(text: str, node: ast.expr | ast.alias) -> int:
    return _offset(text, node.lineno, node.col_offset)


def _end(text: str, node: ast.expr | ast.alias) -> int:
    # ast gives every node of parsed source an end; only its type says otherwise.
    return _offset(text, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _offset(text: str, line: int, column: int) -> int:
    """A position of `ast`, whose columns are UTF-8 bytes, as an offset into the encoded text."""
    return sum(map(len, text.encode().splitlines(keepends=True)[: line - 1])) + column


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    data = text.encode()
    for start, end, new in sorted(edits, reverse=True):
        data = data[:start] + new.encode() + data[end:]
    return data.decode()
