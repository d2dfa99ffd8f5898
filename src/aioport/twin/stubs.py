"""Stubs for leaves in packages that are not installed, so that the checker follows values of their classes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from aioport.settings import TwinSettings

CLASS = """

class {name}:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *args: object) -> None: ...
    def __getattr__(self, name: str) -> Any: ...
"""
METHOD = "    def {name}(self, *args: Any, **kwargs: Any) -> Any: ...\n"
FUNCTION = "\n\ndef {name}(*args: Any, **kwargs: Any) -> Any: ...\n"


def leaf_stubs(settings: TwinSettings) -> dict[str, str]:
    """Module -> stub source, as far as the leaf tables say what is in it. Patterns say nothing of that."""
    back: dict[str, list[str]] = defaultdict(list)
    for sync, twin in settings.names.items():
        back[twin].append(sync)
    texts: dict[str, str] = {}
    for leaf in settings.leaves:
        module, _, name = leaf.sync.rpartition(".")
        if not module or "*" in leaf.sync:
            continue
        text = texts.setdefault(
            module, "from typing import Any, Self\n\ndef __getattr__(name: str) -> Any: ...\n"
        )
        if leaf.call and name[:1].islower():
            texts[module] = text + FUNCTION.format(name=name)
        else:
            texts[module] = (
                text
                + CLASS.format(name=name)
                + "".join(METHOD.format(name=method) for method in _methods(leaf.awaits, back))
            )
    for module in list(texts):
        parent = module.rpartition(".")[0]
        while parent:
            texts.setdefault(parent, "from typing import Any\n\ndef __getattr__(name: str) -> Any: ...\n")
            parent = parent.rpartition(".")[0]
    return texts


def _methods(awaits: tuple[str, ...], back: Mapping[str, list[str]]) -> list[str]:
    names = [entry.partition("->")[0].strip() for entry in awaits]
    return sorted({one for name in names for one in (name, *back.get(name, ())) if one.isidentifier()})
