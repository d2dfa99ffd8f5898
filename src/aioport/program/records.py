"""The shape of the report that pyrefly 1.4.1 writes, as far as aioport reads it (format version 1).

Keys and kinds that are not named here are skipped. Positions are text that `places` understands.
"""

from __future__ import annotations

import msgspec


class _Record(msgspec.Struct, frozen=True, gc=False):
    pass


class FunctionRef(_Record, frozen=True):
    module_id: int
    function_id: str


class ClassRef(_Record, frozen=True):
    module_id: int
    class_id: int


class TargetName(_Record, frozen=True):
    Function: FunctionRef | None = None
    Overrides: FunctionRef | None = None


class TargetRecord(_Record, frozen=True):
    target: TargetName | str
    implicit_receiver: str | None = None
    implicit_dunder_call: bool = False
    receiver_class: ClassRef | None = None


class CallbackRecord(_Record, frozen=True):
    index: int
    call_targets: tuple[TargetRecord, ...] = ()


class CallRecord(_Record, frozen=True):
    call_targets: tuple[TargetRecord, ...] = ()
    init_targets: tuple[TargetRecord, ...] = ()
    new_targets: tuple[TargetRecord, ...] = ()
    higher_order_parameters: dict[str, CallbackRecord] = {}
    unresolved: dict[str, str] | str | None = None

    @property
    def reason(self) -> str | None:
        """Why something else may be called as well, or instead; `{"True": reason}` in the report."""
        return next(iter(self.unresolved.values())) if isinstance(self.unresolved, dict) else None


class AccessRecord(_Record, frozen=True):
    if_called: CallRecord | None = None
    property_getters: tuple[TargetRecord, ...] = ()
    property_setters: tuple[TargetRecord, ...] = ()


class EdgeRecord(_Record, frozen=True):
    """One entry of a call graph; exactly one of the kinds is set, other kinds are ignored."""

    Call: CallRecord | None = None
    AttributeAccess: AccessRecord | None = None
    Identifier: AccessRecord | None = None


class CallGraphFile(_Record, frozen=True):
    call_graphs: dict[str, dict[str, EdgeRecord]]


class RawCallGraphFile(_Record, frozen=True):
    """The same, with every entry as it is spelled."""

    call_graphs: dict[str, dict[str, msgspec.Raw]]


class TypeClass(_Record, frozen=True):
    class_: ClassRef = msgspec.field(name="class")
    modifiers: tuple[str, ...] = ()


class TypeClasses(_Record, frozen=True):
    classes: tuple[TypeClass, ...] = ()
    is_exhaustive: bool = False


class TypeRecord(_Record, frozen=True):
    string: str
    class_names: TypeClasses | None = None


class ReturnRecord(_Record, frozen=True):
    string: str


class Signature(_Record, frozen=True):
    return_annotation: ReturnRecord


class Parent(_Record, frozen=True):
    Class: dict[str, int] | None = None
    Function: dict[str, int] | None = None


class Definition(_Record, frozen=True):
    name: str
    parent: Parent | str
    name_location: str | None = None
    undecorated_signatures: tuple[Signature, ...] = ()
    is_staticmethod: bool = False
    is_classmethod: bool = False
    is_property_getter: bool = False
    is_property_setter: bool = False
    is_def_statement: bool = True


class FieldRecord(_Record, frozen=True):
    """Only its name counts."""


class Mro(_Record, frozen=True):
    Resolved: tuple[ClassRef, ...] = ()


class ClassDefinition(_Record, frozen=True):
    name: str
    parent: Parent | str
    name_location: str | None = None
    mro: Mro | str = "Cyclic"
    fields: dict[str, FieldRecord] = {}


class DefinitionsFile(_Record, frozen=True):
    function_definitions: dict[str, Definition]
    class_definitions: dict[str, ClassDefinition]


class TypeTable(_Record, frozen=True):
    type_table: tuple[TypeRecord, ...]
    locations: dict[str, int]


class TypesFile(_Record, frozen=True):
    functions: dict[str, TypeTable]


class ModuleRecord(_Record, frozen=True):
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

    @property
    def is_third_party_stub(self) -> bool:
        """Whether it describes an installed package in the place of the package's own source."""
        bundled = "BundledTypeshedThirdParty" in self.source_path or "BundledThirdParty" in self.source_path
        return self.is_interface and (bundled or "-stubs/" in (self.file or "").replace("\\", "/"))


class Index(_Record, frozen=True):
    format_version: int
    modules: dict[str, ModuleRecord]


class ErrorRecord(_Record, frozen=True):
    """One of the checker's complaints; positions are 1-based, as printed."""

    module_path: dict[str, str]
    location: str
    kind: str
    message: str

    @property
    def file(self) -> str:
        """The path on disk, empty for a bundled stub."""
        return self.module_path.get("FileSystem", "")


class ErrorsFile(_Record, frozen=True):
    errors: tuple[ErrorRecord, ...]
