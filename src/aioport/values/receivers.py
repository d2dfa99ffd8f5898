"""Methods called on objects whose class the checker knows, or could know, though not what the method is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from aioport.program.model import Call
from aioport.values.code import Code
from aioport.values.types import Types

METHOD = re.compile(rb"\.\s*(\w+)\s*\(")


class Receivers:
    """Looks unknown method calls up on the class of what they are called on."""

    def __init__(self, code: Code, types: Types) -> None:
        self._code, self._types, self._program = code, types, code.program

    def targets(self, call: Call) -> tuple[int, ...]:
        """What an unknown call may run.

        The method of a class that was worked out here; of a mixin, its subclasses' own; of a class that makes its
        attributes at run time, what the catalog says of them, or the method that makes them: nothing that such a class
        lacks has to come from below it.
        """
        if METHOD.search(self._code.project.sources[call.path].data, call.start, call.end) is None:
            return ()
        node = self._code.find(call.path, (call.start, call.end), ast.Call)
        if node is None or not isinstance(node.func, ast.Attribute):
            return ()
        found: dict[int, None] = {}
        for class_id in self._types.classes(call.path, node.func.value):
            found.update(dict.fromkeys(self._on(class_id, node.func.attr)))
        return tuple(found)

    def _on(self, class_id: int, name: str) -> Iterator[int]:
        program = self._program
        one = program.classes[class_id]
        if (method := program.find_method(class_id, name)) is not None:
            yield self._code.method_of(class_id, method)
            for below in program.subclasses.get(class_id, ()) if one.in_project else ():
                if (override := program.classes[below].methods.get(name)) is not None:
                    yield override
            return
        maker = program.find_method(class_id, "__getattr__")
        if one.in_project and maker is None:
            for below in program.subclasses.get(class_id, ()):
                if (method := program.find_method(below, name)) is not None:
                    yield method
        for base in (class_id, *one.ancestors):
            public = f"{program.classes[base].name}.{name}"
            if not program.classes[base].in_project and self._code.catalog.blocks(public) is not None:
                yield self._code.function_named(public)
                return
        if maker is not None:
            yield maker
