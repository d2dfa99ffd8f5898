"""Where the words of a twin's name map stand in a file, and which of them have their other name in the async half."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping

from aioport.planning.analysis import Analysis
from aioport.planning.plan import Retype
from aioport.positions import Span
from aioport.program.names import dotted
from aioport.program.syntax import FunctionNode, Syntax
from aioport.rewriting.edits import Edit, replace
from aioport.twin.counterparts import mapped
from aioport.twin.imports import Importing
from aioport.twin.naming import Naming

BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr"})
"""Builtins that are given the name of an attribute as text."""

CAMEL = re.compile(r"[A-Z]\w*[a-z0-9]\w*[A-Z]|[A-Z]{2,}\w*[a-z]")

WORD = re.compile(r"[^\W\d]\w*")


def find_moved(analysis: Analysis, path: str, naming: Naming) -> Iterator[Retype]:
    """Names of other packages that stand for something else in the async half: `time.sleep` -> `asyncio.sleep`."""
    names = analysis.names(path)
    moved = {
        sync: twin
        for sync, twin in {**naming.moved, **naming.dotted}.items()
        if sync != twin and re.match(r"(?:.*\.)?[a-z_]\w*\.\w+$", twin)
    }
    yield from naming.replaced.find(path)
    for node in analysis.syntax[path].nodes:
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            known = names.resolve(node)
            if known is None or naming.replaced.is_replaced(known):
                continue
            if known in moved and known.partition(".")[0] not in naming.packages:
                yield Retype(node, (moved[known],))


def find_renames(analysis: Analysis, path: str, naming: Naming) -> Iterator[Edit]:
    """Edits of the words in one file: names, attributes, definitions, imports, and texts that name such."""
    syntax = analysis.syntax[path]
    finder = _Finder(analysis, path, syntax, naming)
    for node in syntax.nodes:
        yield from finder.renames(node)
    yield from finder.comments()


class _Finder:
    def __init__(self, analysis: Analysis, path: str, syntax: Syntax, naming: Naming) -> None:
        self.analysis, self.path, self.syntax, self.naming = analysis, path, syntax, naming
        self.meanings = {word: naming.meanings(word) for word in naming.words}
        self.importing = Importing(
            naming.places, naming.replaced, analysis.package_of(path), naming.package_in_twin(path)
        )

    def renames(self, node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.Name(id=word) if self._stays(word):
                pass
            case ast.Name(id=word) if self._means(word, "global", "any") or self._is_in_class(node):
                if not self._is_local(node, word):
                    yield self._edit(self.syntax.span(node), word)
            case ast.Name(id=word) if self._means(word, "module") and word in self._imported_modules():
                yield self._edit(self.syntax.span(node), word)
            case ast.Attribute(attr=word) if word in self.meanings:
                whole = dotted(node)
                if whole is not None and whole in self.naming.dotted:
                    yield replace(self.syntax.span(node), self.naming.dotted[whole])
                elif self._is_renamed_attribute(node):
                    end = self.syntax.span(node)[1]
                    yield self._edit((end - len(word.encode()), end), word)
            case ast.Attribute():
                whole = dotted(node)
                if whole is not None and whole in self.naming.dotted:
                    yield replace(self.syntax.span(node), self.naming.dotted[whole])
            case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word) | ast.ClassDef(name=word):
                if self._is_renamed_definition(node, word):
                    start = self.syntax.name_offset(node)
                    yield self._edit((start, start + len(word.encode())), word)
            case ast.arg(arg=word) if self._means(word, "any"):
                yield self._edit(self._head(node, word), word)
            case ast.keyword(arg=str(word)) if self._means(word, "any"):
                yield self._edit(self._head(node, word), word)
            case ast.Import() | ast.ImportFrom():
                yield from self._imports(node)
            case ast.Constant(value=str()):
                yield from self._texts(node)

    def _stays(self, word: str) -> bool:
        """Whether an imported name is one of a replaced library that is not renamed with its import."""
        meant = self.analysis.names(self.path).bound.get(word)
        replaced = self.naming.replaced
        return meant is not None and replaced.is_replaced(meant) and replaced.name_of_import(meant) is None

    def _edit(self, span: Span, word: str) -> Edit:
        return replace(span, self.naming.words[word], "Rename")

    def _head(self, node: ast.arg | ast.keyword, word: str) -> Span:
        start = self.syntax.span(node)[0]
        return start, start + len(word.encode())

    def _means(self, word: str, *meanings: str) -> bool:
        return not self.meanings.get(word, frozenset()).isdisjoint(meanings)

    def _is_in_class(self, node: ast.Name) -> bool:
        """Whether a name is a method's in the body of its class (`aliases = [close]`)."""
        if not self._means(node.id, "member"):
            return False
        scope = next(
            one
            for one in (*self.syntax.ancestors(node), self.syntax.tree)
            if isinstance(
                one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | ast.Module
            )
        )
        return isinstance(scope, ast.ClassDef)

    def _is_local(self, node: ast.Name, word: str) -> bool:
        """Whether a name of a module is that of a variable here."""
        if "any" in self.meanings[word]:
            return False
        if not self.naming.is_defined_in(self.path, word):
            return True
        for around in self.syntax.ancestors(node):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                if word in self.analysis.locals_of(around) and word not in _imported(around):
                    return True
        return False

    def _imported_modules(self) -> frozenset[str]:
        bound = self.analysis.names(self.path).bound
        return frozenset(name for name, meant in bound.items() if meant.rpartition(".")[2] == name)

    def _is_renamed_attribute(self, node: ast.Attribute) -> bool:
        word = node.attr
        known = self.analysis.program.type_at(self.path, *self.syntax.span(node.value))
        is_module = (known is not None and known.text.startswith("Module[")) or (
            self.analysis.names(self.path).resolve(node.value) is not None
            and (known is None or not (known.classes or known.objects))
        )
        if is_module:
            return self._is_renamed_in_module(node.value, word)
        if not self._means(word, "member", "any"):
            return False
        owners = [*known.ids] if known is not None else []
        owners += [
            one.owner for one in map(self.analysis.function, self._targets(node)) if one.owner is not None
        ]
        owner = self._own_class(node.value)
        return self.naming.is_renamed_on(iter([*owners, *([owner] if owner is not None else [])]), word)

    def _is_renamed_in_module(self, module: ast.expr, word: str) -> bool:
        """A module of the package says what it has; one of another package is renamed itself, or has what nobody else has."""
        if not self._means(word, "global", "module", "any"):
            return False
        name = self.analysis.names(self.path).resolve(module) or ""
        if name.partition(".")[0] in self.naming.packages:
            file = self.naming.file_of(name)
            return file is None or self.naming.is_defined_in(file, word)
        return name.partition(".")[0] in self.naming.words or not self.naming.is_own(word)

    def _targets(self, node: ast.Attribute) -> tuple[int, ...]:
        call = self.syntax.parents.get(node)
        if not isinstance(call, ast.Call) or call.func is not node:
            return ()
        index = self.analysis.call_at.get((self.path, *self.syntax.span(call)))
        return self.analysis.program.calls[index].targets if index is not None else ()

    def _own_class(self, node: ast.expr) -> int | None:
        """The class of the method around, where an expression is its own object."""
        for around in self.syntax.ancestors(node):
            function = self.analysis.by_node.get(around)
            if function is not None and isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                one = self.analysis.function(function)
                first = around.args.args[0].arg if around.args.args else None
                if one.owner is not None and isinstance(node, ast.Name) and node.id == first:
                    return one.owner
        return None

    def _is_renamed_definition(self, node: FunctionNode | ast.ClassDef, word: str) -> bool:
        if word not in self.meanings:
            return False
        owner = (
            self.analysis.function(self.analysis.by_node[node]).owner
            if node in self.analysis.by_node
            else None
        )
        if owner is not None:
            return self._means(word, "member", "any") and self.naming.is_renamed_on(iter((owner,)), word)
        return self._means(word, "global", "any")

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[Edit]:
        """Every word of an import but those that only members have; other modules where the async half has others."""
        start, end = self.syntax.span(node)
        sources = self.importing.sources(node) if isinstance(node, ast.ImportFrom) else {}
        if isinstance(node, ast.ImportFrom) and (
            len(sources) > 1 or (None not in sources and any(self._leaf(node, one) for one in node.names))
        ):
            yield replace((start, end), self._split(node, sources), "Rename")
            return
        source = next(iter(sources), None)
        if source is not None:
            first = self.syntax.span(node.names[0])[0]
            written = self.syntax.source.data[start:first].decode()
            until = written.rindex("import")
            yield replace((start, start + len(written[:until].encode())), f"from {source} ", "Rename")
            start = first
        text = _without_comments(self.syntax.source.data[start:end].decode())
        if isinstance(node, ast.Import):
            for alias in node.names:
                if self.naming.replaced.is_replaced(alias.name):
                    text = text.replace(alias.name, " " * len(alias.name))
        kept = {one.name for one in node.names if self._is_kept(node, one)}
        for found in WORD.finditer(text):
            if self._means(found[0], "global", "module", "any") and found[0] not in kept:
                begin = start + len(text[: found.start()].encode())
                yield self._edit((begin, begin + len(found[0].encode())), found[0])

    def _split(self, node: ast.ImportFrom, sources: Mapping[str | None, list[ast.alias]]) -> str:
        """A statement for each module that the async half has the names in."""
        indent = " " * node.col_offset
        statements = []
        for source, aliases in sources.items():
            module = source or "." * node.level + mapped(node.module or "", self.naming.words)
            names = ", ".join(self._alias(node, one) for one in aliases)
            statements.append(f"from {module} import {names}")
        return f"\n{indent}".join(statements)

    def _alias(self, node: ast.ImportFrom, one: ast.alias) -> str:
        if self._is_kept(node, one):
            return f"{one.name} as {one.asname}" if one.asname else one.name
        leaf = self._leaf(node, one)
        name, local = leaf or self._word(one.name), self._word(one.asname or one.name)
        return name if name == local and not one.asname else f"{name} as {local}"

    def _is_kept(self, node: ast.Import | ast.ImportFrom, one: ast.alias) -> bool:
        """Whether a name is imported from a replaced library still."""
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            return False
        name, replaced = f"{node.module}.{one.name}", self.naming.replaced
        return replaced.is_replaced(name) and replaced.name_of_import(name) is None

    def _leaf(self, node: ast.ImportFrom, one: ast.alias) -> str | None:
        """The name of a leaf in the async half that the words do not tell."""
        name = self.importing.name(node, one)
        return name if name != self._word(one.name) else None

    def _word(self, word: str) -> str:
        return self.naming.words[word] if self._means(word, "global", "module", "any") else word

    def _texts(self, node: ast.Constant) -> Iterator[Edit]:
        """Text that names things: in `__all__`, in annotations, and of attributes."""
        parent = self.syntax.parents.get(node)
        if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in BY_NAME:
            if (
                len(parent.args) > 1
                and parent.args[1] is node
                and self._means(str(node.value), "member", "any")
            ):
                known = self.analysis.program.type_at(self.path, *self.syntax.span(parent.args[0]))
                if self.naming.is_renamed_on(iter(known.ids if known is not None else ()), str(node.value)):
                    yield from self._words(node, "member", "any")
        elif self._is_exported(node) or self._is_annotation(node):
            yield from self._words(node, "global", "any")
        elif " " in str(node.value) and not isinstance(parent, ast.JoinedStr):
            yield from self._prose(self.syntax.span(node))

    def comments(self) -> Iterator[Edit]:
        """Names of classes in comments."""
        source = self.syntax.source
        for token in tokenize.generate_tokens(io.StringIO(source.text, newline="").readline):
            if token.type == tokenize.COMMENT:
                row, column = token.start
                start = source.line_starts[row - 1] + len(token.line[:column].encode())
                yield from self._prose((start, start + len(token.string.encode())))

    def _prose(self, span: Span) -> Iterator[Edit]:
        """Words that can only be names: of the package's own, with capitals inside (`ConnectionPool`)."""
        text = self.syntax.source.data[span[0] : span[1]].decode()
        for found in WORD.finditer(text):
            if CAMEL.match(found[0]) and self._means(found[0], "global") and self.naming.is_own(found[0]):
                begin = span[0] + len(text[: found.start()].encode())
                yield self._edit((begin, begin + len(found[0].encode())), found[0])

    def _words(self, node: ast.Constant, *meanings: str) -> Iterator[Edit]:
        start, end = self.syntax.span(node)
        text = self.syntax.source.data[start:end].decode()
        for found in WORD.finditer(text):
            if self._means(found[0], *meanings):
                begin = start + len(text[: found.start()].encode())
                yield self._edit((begin, begin + len(found[0].encode())), found[0])

    def _is_exported(self, node: ast.Constant) -> bool:
        for around in self.syntax.ancestors(node):
            match around:
                case (
                    ast.Assign(targets=[ast.Name(id="__all__")])
                    | ast.AugAssign(target=ast.Name(id="__all__"))
                ):
                    return True
                case ast.stmt():
                    return False
        return False

    def _is_annotation(self, node: ast.Constant) -> bool:
        child: ast.AST = node
        for around in self.syntax.ancestors(node):
            match around:
                case ast.arg() | ast.AnnAssign(annotation=_) if around.annotation is child:
                    return True
                case ast.FunctionDef() | ast.AsyncFunctionDef() if around.returns is child:
                    return True
                case ast.Call(func=ast.Name(id="cast" | "TypeVar") | ast.Attribute(attr="cast" | "TypeVar")):
                    return True
                case ast.stmt():
                    return False
            child = around
        return False


def _imported(node: FunctionNode) -> frozenset[str]:
    """Names that a function binds by importing them."""
    return frozenset(
        alias.asname or alias.name
        for one in ast.walk(node)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
    )


def _without_comments(text: str) -> str:
    """A statement with its comments blanked, every character where it was."""
    return re.sub(r"#[^\n]*", lambda found: " " * len(found[0]), text)
