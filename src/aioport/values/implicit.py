"""Calls of special methods that stand in no call expression and in no report: `in`, truth, `del`, descriptors."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from aioport.blocking.facts import Wait
from aioport.positions import line_of
from aioport.program.model import Call, CallKind, Function
from aioport.program.names import dotted
from aioport.program.syntax import Syntax
from aioport.values.code import Code
from aioport.values.types import Types

COMPARISONS: Mapping[type[ast.cmpop], tuple[str, ...]] = {
    ast.Eq: ("__eq__",),
    ast.NotEq: ("__ne__", "__eq__"),
    ast.Lt: ("__lt__", "__gt__"),
    ast.LtE: ("__le__", "__ge__"),
    ast.Gt: ("__gt__", "__lt__"),
    ast.GtE: ("__ge__", "__le__"),
}
"""Each operator's method of the left operand, and what else is asked."""

TRUTH = ("__bool__", "__len__")
CONTAINS = ("__contains__", "__iter__", "__getitem__")
TEXT = ("__str__", "__repr__")

ON_ATTRIBUTES = frozenset(
    {
        *("__getattribute__", "__getattr__", "__setattr__", "__delattr__"),
        *("__get__", "__set__", "__delete__"),
    }
)
"""Methods that reading, writing or deleting an attribute runs."""

UNARY: Mapping[type[ast.unaryop], tuple[str, ...]] = {
    ast.Not: TRUTH,
    ast.USub: ("__neg__",),
    ast.UAdd: ("__pos__",),
    ast.Invert: ("__invert__",),
}

REFLECTED: Mapping[type[ast.operator], str] = {
    ast.Add: "__radd__",
    ast.Sub: "__rsub__",
    ast.Mult: "__rmul__",
    ast.Div: "__rtruediv__",
    ast.FloorDiv: "__rfloordiv__",
    ast.Mod: "__rmod__",
    ast.Pow: "__rpow__",
    ast.MatMult: "__rmatmul__",
    ast.LShift: "__rlshift__",
    ast.RShift: "__rrshift__",
    ast.BitAnd: "__rand__",
    ast.BitOr: "__ror__",
    ast.BitXor: "__rxor__",
}

FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "abs": ("__abs__",),
    "bool": TRUTH,
    "bytes": ("__bytes__",),
    "complex": ("__complex__",),
    "dir": ("__dir__",),
    "divmod": ("__divmod__",),
    "float": ("__float__", "__index__"),
    "enter_context": ("__enter__", "__exit__"),
    "closing": ("close",),
    "format": ("__format__", *TEXT),
    "fspath": ("__fspath__",),
    "hash": ("__hash__",),
    "int": ("__int__", "__index__"),
    "len": ("__len__",),
    "print": TEXT,
    "reversed": ("__reversed__",),
    "round": ("__round__",),
}
"""Builtin functions that call one method of their argument."""

ASKED: Mapping[type[ast.AST], frozenset[str]] = {
    ast.Attribute: ON_ATTRIBUTES,
    ast.Compare: frozenset({*CONTAINS, *(name for names in COMPARISONS.values() for name in names)}),
    ast.UnaryOp: frozenset(name for names in UNARY.values() for name in names),
    **dict.fromkeys(
        (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.comprehension), frozenset(TRUTH)
    ),
    ast.BinOp: frozenset({*REFLECTED.values(), *TEXT}),
    ast.FormattedValue: frozenset({"__format__", *TEXT}),
    ast.Subscript: frozenset({"__missing__", "__index__", "__hash__"}),
    **dict.fromkeys((ast.Set, ast.Dict), frozenset({"__hash__"})),
    ast.Await: frozenset({"__await__"}),
    **dict.fromkeys((ast.Starred, ast.YieldFrom, ast.Assign), frozenset({"__iter__", "__next__"})),
}
"""Methods that nodes of a kind may run; most kinds run none."""

ALWAYS = (ast.Call, ast.ClassDef, ast.Delete)
"""Kinds of nodes that may run many, and that are looked at whatever is wanted."""

ENTERING = frozenset({"enter_context"})
"""Those that call all of the methods, not only the first that there is."""

SORTING = frozenset({"max", "min", "sorted"})
"""Builtin functions that compare the items of their argument."""

ITERATING = frozenset(
    {
        *("all", "any", "dict", "enumerate", "filter", "frozenset", "join", "list", "map", "max", "min"),
        *("reduce", "set", "sorted", "sum", "tuple", "zip", "extend", "update"),
    }
)
"""Builtin functions and methods that iterate over an argument."""

AT_CREATION = frozenset({"__del__"})
"""An object that is made is destroyed sometime, mostly where its last name goes: in the function that made it."""

KNOWN = frozenset(
    {
        *(name for names in COMPARISONS.values() for name in names),
        *(name for names in UNARY.values() for name in names),
        *(name for names in FUNCTIONS.values() for name in names),
        *(*CONTAINS, *TEXT, *REFLECTED.values(), *AT_CREATION),
        *("__await__", "__hash__", "__index__", "__post_init__", "__prepare__", "__new__", "__init__"),
        *("__delattr__", "__delete__", "__delitem__", "__format__", "__get__", "__getattr__"),
        *("__getattribute__", "__init_subclass__", "__iter__", "__missing__", "__next__"),
        *("__set__", "__set_name__", "__setattr__", "__call__"),
    }
)
"""Special methods that are looked for here."""


class Implicit:
    """Finds the places that run special methods which wait; each method is looked for once."""

    def __init__(self, code: Code, types: Types) -> None:
        self._code, self._types, self._program = code, types, code.program
        self._done: set[int] = set()
        self._decorating: set[int] = set()
        self._made = {
            (one.path, one.start, target)
            for one in code.calls
            if one.kind == "protocol"
            for target in one.targets
        }
        self._wanted: dict[str, set[int]] = {}
        self._deleting: dict[str, list[int]] = {}
        self._of_class: dict[tuple[int, str], tuple[int, ...]] = {}

    def find(self, waits: Mapping[int, Wait]) -> list[Call]:
        """Calls of methods that were not looked for before."""
        functions = self._program.functions
        new = [
            one
            for one in waits
            if one not in self._done
            and functions[one].owner is not None
            and (functions[one].bare_name in KNOWN or self._is_deleter(functions[one]))
        ]
        bodies = [one for one in waits if one not in self._done and functions[one].kind == "class"]
        self._done.update(bodies)
        found = [call for one in bodies for call in self._of_body(functions[one])]
        found += self._of_decorators(waits)
        if not new:
            return found
        self._done.update(new)
        self._wanted, self._deleting = {}, {}
        self._of_class.clear()
        for one in new:
            if self._is_deleter(functions[one]):
                self._deleting.setdefault(functions[one].bare_name, []).append(one)
            self._wanted.setdefault(functions[one].bare_name, set()).add(one)
        for path in self._candidates(new):
            syntax = self._code.syntax(path)
            if syntax is not None:
                found += self._in_file(path, syntax)
        return found

    def _of_body(self, body: Function) -> Iterator[Call]:
        """The statement that runs the body of a class."""
        syntax = self._code.syntax(body.path) if body.in_project and body.path is not None else None
        for node in syntax.parents if syntax is not None else ():
            if isinstance(node, ast.ClassDef) and node.name == body.bare_name and syntax is not None:
                if line_of(syntax.source, syntax.name_offset(node)) == body.line:
                    yield from self._call(syntax.source.path, syntax, node, body.id)

    def _of_decorators(self, waits: Mapping[int, Wait]) -> Iterator[Call]:
        """Definitions run what decorates them; of a decorator with arguments, the call that makes it is a call already."""
        functions = self._program.functions
        new = {
            functions[one].name: one
            for one in waits
            if one not in self._decorating and functions[one].in_project
        }
        self._decorating.update(new.values())
        for decorated, names in self._program.decorators.items():
            used = [name for name in names if name in new]
            found = self._code.node(decorated) if used else None
            syntax = self._code.syntax(found[0]) if found is not None else None
            if found is None or syntax is None or isinstance(found[1], ast.Lambda):
                continue
            for decorator in found[1].decorator_list:
                for name in used:
                    if dotted(decorator) is not None and (dotted(decorator) or "").endswith(
                        name.rpartition(".")[2]
                    ):
                        yield from self._call(found[0], syntax, decorator, new[name])

    def _is_deleter(self, function: Function) -> bool:
        return (
            function.in_project
            and not function.is_property
            and function.owner is not None
            and (function.owner, function.bare_name) in self._properties
        )

    def _candidates(self, methods: Iterable[int]) -> Iterator[str]:
        """Files in which an object of the methods' classes, or of theirs below, may be used."""
        program = self._program
        owners = {owner for one in methods if (owner := program.functions[one].owner) is not None}
        classes = owners | {below for one in owners for below in program.subclasses.get(one, ())}
        names = sorted({program.classes[one].name.rpartition(".")[2] for one in classes})
        yield from program.typed_with(names)

    def _in_file(self, path: str, syntax: Syntax) -> Iterator[Call]:
        for node in self._nodes(syntax):
            for operand, names in self._asked(node):
                for method in self._methods(path, operand, names):
                    yield from self._call(path, syntax, node, method)
            for method in self._special(path, node):
                yield from self._call(path, syntax, node, method)

    def _nodes(self, syntax: Syntax) -> Iterator[ast.AST]:
        """The nodes of a file that may run a method that is looked for."""
        wanted = self._wanted.keys()
        for kind, nodes in syntax.of_kind.items():
            names = ASKED.get(kind)
            is_asked = names is not None and not names.isdisjoint(wanted)
            if kind in ALWAYS or is_asked or (kind is ast.Attribute and self._deleting):
                yield from nodes

    def _asked(self, node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
        """Operands of a node, with the methods that it asks for, of which the first one that there is runs."""
        match node:
            case ast.Compare(left=left, ops=operators, comparators=comparators):
                for operator, first, second in zip(
                    operators, [left, *comparators], comparators, strict=False
                ):
                    if isinstance(operator, ast.In | ast.NotIn):
                        yield second, CONTAINS
                    elif (names := COMPARISONS.get(type(operator))) is not None:
                        yield first, names[:1] if names[0] != "__ne__" else names
                        yield second, names[-1:]
            case ast.UnaryOp(op=operator, operand=operand):
                yield operand, UNARY[type(operator)]
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                yield test, TRUTH
            case ast.BoolOp(values=values):
                yield from ((value, TRUTH) for value in values[:-1])
            case ast.comprehension(ifs=conditions):
                yield from ((condition, TRUTH) for condition in conditions)
            case ast.BinOp(op=operator, right=right):
                yield right, (REFLECTED[type(operator)],)
                if isinstance(operator, ast.Mod):
                    yield right, TEXT
            case ast.FormattedValue(value=value, conversion=conversion):
                yield value, ("__repr__",) if conversion == ord("r") else ("__format__", *TEXT)
            case ast.Delete(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Subscript):
                        yield target.value, ("__delitem__",)
                    elif isinstance(target, ast.Name):
                        yield target, ("__del__",)
                    elif isinstance(target, ast.Attribute):
                        yield target.value, ("__delattr__",)
            case ast.Subscript(value=value, slice=key, ctx=context):
                if isinstance(context, ast.Load):
                    yield value, ("__missing__",)
                yield key, ("__index__",)
                yield key, ("__hash__",)
            case ast.Set(elts=items):
                yield from ((item, ("__hash__",)) for item in items)
            case ast.Dict(keys=keys):
                yield from ((key, ("__hash__",)) for key in keys if key is not None)
            case ast.Await(value=value):
                yield value, ("__await__",)
            case ast.Starred(value=value) | ast.YieldFrom(value=value):
                yield value, ("__iter__",)
                yield value, ("__next__",)
            case ast.Assign(targets=[ast.Tuple() | ast.List()], value=value):
                yield value, ("__iter__",)
                yield value, ("__next__",)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
                yield from _asked_by_call(name, args)

    def _special(self, path: str, node: ast.AST) -> Iterator[int]:
        """Methods that are found through a class rather than through an operand."""
        match node:
            case ast.Attribute(value=value, attr=attribute, ctx=context):
                yield from self._by_attribute(path, value, attribute, context)
            case ast.ClassDef():
                made = self._types.class_of(path, node)
                if made is not None:
                    yield from self._by_defining(made, node)
            case ast.Call():
                yield from self._by_making(path, node)

    def _by_defining(self, made: int, node: ast.ClassDef) -> Iterator[int]:
        """Defining a class calls its bases' hook, its metaclass, and the hooks of what its attributes are."""
        for base in self._program.classes[made].ancestors:
            if (hook := self._program.classes[base].methods.get("__init_subclass__")) is not None:
                yield from (one for one in (hook,) if one in self._wanted.get("__init_subclass__", ()))
                break
        for metaclass in self._types.metaclasses(made):
            for name in ("__prepare__", "__new__", "__init__"):
                yield from self._found(metaclass, name)
        if "__set_name__" in self._wanted:
            for statement in node.body:
                if isinstance(statement, ast.Assign):
                    for target in statement.targets:
                        if isinstance(target, ast.Name):
                            for field in self._types.field(made, target.id):
                                yield from self._found(field, "__set_name__")

    def _by_attribute(
        self, path: str, value: ast.expr, attribute: str, context: ast.expr_context
    ) -> Iterator[int]:
        hooks = {
            ast.Load: ("__getattribute__", "__getattr__"),
            ast.Store: ("__setattr__",),
            ast.Del: ("__delattr__",),
        }
        if isinstance(context, ast.Del):
            for holder in self._types.holders(path, value):
                yield from self._deleters(holder, attribute)
        descriptor = {ast.Load: "__get__", ast.Store: "__set__", ast.Del: "__delete__"}[type(context)]
        if descriptor not in self._wanted and not any(name in self._wanted for name in hooks[type(context)]):
            return
        for holder in self._types.holders(path, value):
            for name in hooks[type(context)]:
                found = self._found(holder, name)
                if found and not (name == "__getattr__" and self._has(holder, attribute)):
                    yield from found
            if descriptor in self._wanted:
                for field in self._types.field(holder, attribute):
                    yield from self._found(field, descriptor)

    def _deleters(self, class_id: int, name: str) -> Iterator[int]:
        """What `@name.deleter` stands over: a function of the property's name that is neither getter nor setter."""
        line = {class_id, *self._program.classes[class_id].ancestors}
        for one in self._deleting.get(name, ()):
            if self._program.functions[one].owner in line:
                yield one

    @cached_property
    def _properties(self) -> Mapping[tuple[int, str], int]:
        return {
            (one.owner, one.bare_name): one.id
            for one in self._program.functions
            if one.in_project and one.is_property and one.owner is not None
        }

    def _by_making(self, path: str, node: ast.Call) -> Iterator[int]:
        """Making an object calls the metaclass, and destroys the object later."""
        if self._wanted.keys().isdisjoint(("__del__", "__call__", "__post_init__")):
            return
        index = self._code.call_at(path, node)
        made = self._code.calls[index].constructs if index is not None else None
        if made is None:
            return
        yield from self._found(made, "__del__")
        yield from self._found(made, "__post_init__")
        for metaclass in self._types.metaclasses(made):
            yield from self._found(metaclass, "__call__")

    def _has(self, class_id: int, attribute: str) -> bool:
        """Whether a class says itself what an attribute is."""
        if hasattr(object, attribute) or self._program.find_method(class_id, attribute) is not None:
            return True
        line = (class_id, *self._program.classes[class_id].ancestors)
        return any(attribute in self._program.classes[one].fields for one in line)

    def _methods(self, path: str, operand: ast.expr, names: tuple[str, ...]) -> Iterator[int]:
        """Of each class that an operand may be of, the first of the methods; items are asked where it begins with `*`."""
        wanted = [name for name in names if name.removeprefix("*") in self._wanted]
        if not wanted:
            return
        items = names[0].startswith("*")
        classes = self._types.items(path, operand) if items else self._types.classes(path, operand)
        for class_id in classes:
            for name in names:
                method = self._program.find_method(class_id, name.removeprefix("*"))
                if method is not None and self._program.functions[method].name != f"builtins.object.{name}":
                    yield from self._found(class_id, name.removeprefix("*"))
                    break

    def _found(self, class_id: int, name: str) -> tuple[int, ...]:
        """The methods of a name that are wanted of those that an object of a class may have."""
        if name not in self._wanted:
            return ()
        key = (class_id, name)
        if key not in self._of_class:
            self._of_class[key] = tuple(self._find(class_id, name))
        return self._of_class[key]

    def _find(self, class_id: int, name: str) -> Iterator[int]:
        wanted = self._wanted[name]
        method = self._program.find_method(class_id, name)
        if method is not None and method in wanted:
            yield self._code.method_of(class_id, method)
        if not self._program.classes[class_id].in_project:
            return
        for below in self._program.subclasses.get(class_id, ()):
            method = self._program.classes[below].methods.get(name)
            if method is not None and method in wanted:
                yield method

    def _call(self, path: str, syntax: Syntax, node: ast.AST, method: int) -> Iterator[Call]:
        place = node
        while not isinstance(place, ast.expr | ast.stmt):
            place = syntax.parents[place]
        caller = self._code.around(path, place)
        start, end = syntax.span(place)
        if caller is None or (path, start, method) in self._made:
            return
        self._made.add((path, start, method))
        kind: CallKind = "protocol"
        yield Call(
            caller=caller,
            path=path,
            kind=kind,
            start=start,
            end=end,
            line=place.lineno,
            column=place.col_offset,
            targets=(method,),
            sure=False,
        )


def _asked_by_call(name: str, args: list[ast.expr]) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    if name in ENTERING:
        yield from ((argument, (method,)) for argument in args for method in FUNCTIONS[name])
    elif name in FUNCTIONS:
        yield from ((argument, FUNCTIONS[name]) for argument in args)
    if name in ITERATING:
        for argument in args:
            yield argument, ("__iter__",)
            yield argument, ("__next__",)
    if name in SORTING:
        yield from ((argument, ("*__lt__", "*__gt__")) for argument in args)
