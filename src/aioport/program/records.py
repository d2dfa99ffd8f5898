"""The shape of the report that pyrefly 1.4.1 writes, as far as aioport reads it (format version 1).

Positions are `line:column` with 1-based lines, 1-based UTF-8 byte columns and an exclusive end; `parse_key` turns
them into the lines and 0-based columns that `ast` uses. Keys and kinds that are not named here are skipped.
"""

from __future__ import annotations

import msgspec


class _Record(msgspec.Struct, frozen=True, gc=False):
    pass


class FunctionRef(_Record):
    module_id: int
    function_id: str
    function_name: str
    module_name: str


class ClassRef(_Record):
    module_id: int
    class_id: int
    module_name: str
    class_name: str


class TargetName(_Record):
    Function: FunctionRef | None = None
    Overrides: FunctionRef | None = None


class TargetRecord(_Record):
    target: TargetName | str
    implicit_receiver: str | None = None
    implicit_dunder_call: bool = False
    receiver_class: ClassRef | None = None
    is_class_method: bool = False
    is_static_method: bool = False


class CallbackRecord(_Record):
    index: int
    call_targets: tuple[TargetRecord, ...] = ()


class CallRecord(_Record):
    call_targets: tuple[TargetRecord, ...] = ()
    init_targets: tuple[TargetRecord, ...] = ()
    new_targets: tuple[TargetRecord, ...] = ()
    higher_order_parameters: dict[str, CallbackRecord] = {}
    unresolved: dict[str, str] | str | None = None


class AccessRecord(_Record):
    if_called: CallRecord | None = None
    property_getters: tuple[TargetRecord, ...] = ()
    property_setters: tuple[TargetRecord, ...] = ()


class EdgeRecord(_Record):
    """One entry of a call graph; exactly one of the kinds is set, other kinds are ignored."""

    Call: CallRecord | None = None
    AttributeAccess: AccessRecord | None = None
    Identifier: AccessRecord | None = None


class CallGraphFile(_Record):
    call_graphs: dict[str, dict[str, EdgeRecord]]


class TypeClass(_Record):
    class_: ClassRef = msgspec.field(name="class")
    modifiers: tuple[str, ...] = ()


class TypeClasses(_Record):
    classes: tuple[TypeClass, ...] = ()
    is_exhaustive: bool = False


class TypeRecord(_Record):
    string: str
    class_names: TypeClasses | None = None


class ParameterRecord(_Record):
    name: str = ""
    annotation: TypeRecord | None = None


class Parameters(_Record):
    List: tuple[dict[str, ParameterRecord], ...] = ()


class Signature(_Record):
    parameters: Parameters | str
    return_annotation: TypeRecord


class Parent(_Record):
    Class: dict[str, int] | None = None
    Function: dict[str, int] | None = None


class Definition(_Record):
    name: str
    parent: Parent | str
    name_location: str | None = None
    defining_class: ClassRef | None = None
    undecorated_signatures: tuple[Signature, ...] = ()
    is_staticmethod: bool = False
    is_classmethod: bool = False
    is_property_getter: bool = False
    is_property_setter: bool = False
    is_def_statement: bool = True


class FieldRecord(_Record):
    type: TypeRecord


class Mro(_Record):
    Resolved: tuple[ClassRef, ...] = ()


class ClassDefinition(_Record):
    name: str
    parent: Parent | str
    name_location: str | None = None
    bases: tuple[ClassRef, ...] = ()
    mro: Mro | str = "Cyclic"
    is_synthesized: bool = False
    fields: dict[str, FieldRecord] = {}


class DefinitionsFile(_Record):
    function_definitions: dict[str, Definition]
    class_definitions: dict[str, ClassDefinition]


class TypeTable(_Record):
    type_table: tuple[TypeRecord, ...]
    locations: dict[str, int]


class TypesFile(_Record):
    functions: dict[str, TypeTable]


class ModuleRecord(_Record):
    module_id: int
    module_name: str
    source_path: dict[str, str]
    info_filename: str | None = None
    is_internal: bool = False
    is_interface: bool = False
    failed_to_load: bool = False

    @property
    def file(self) -> str | None:
        """The path on disk, where the module is no bundled stub."""
        return self.source_path.get("FileSystem")


class Index(_Record):
    format_version: int
    modules: dict[str, ModuleRecord]


class ErrorRecord(_Record):
    """One of the checker's complaints; positions are 1-based, as printed."""

    module_path: dict[str, str]
    location: str
    kind: str
    message: str

    @property
    def file(self) -> str:
        """The path on disk, empty for a bundled stub."""
        return self.module_path.get("FileSystem", "")


class ErrorsFile(_Record):
    errors: tuple[ErrorRecord, ...]


def parse_key(key: str) -> tuple[int, int, int, int]:
    """`12:5-12:15|...` as (line, column, end line, end column), columns 0-based."""
    place, _, _ = key.partition("|")
    start, _, end = place.partition("-")
    line, _, column = start.partition(":")
    end_line, _, end_column = end.partition(":")
    return int(line), int(column) - 1, int(end_line), int(end_column) - 1
