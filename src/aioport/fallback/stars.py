"""Names that a file has from `from module import *`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aioport.fallback.definitions import Definitions
from aioport.fallback.modules import Modules
from aioport.fallback.outside import Surroundings
from aioport.fallback.scopes import Scope
from aioport.fallback.values import Known, Outside, one


class Stars:
    """public_name: the catalog's spelling of a dotted name; bound_in: what a scope binds a name to."""

    def __init__(
        self,
        definitions: Definitions,
        modules: Modules,
        surroundings: Surroundings,
        public_name: Callable[[str], str],
        bound_in: Callable[[Scope, str], Known],
    ) -> None:
        self._definitions, self._modules, self._surroundings = definitions, modules, surroundings
        self._public, self._bound_in = public_name, bound_in
        self._busy: set[tuple[Scope, str]] = set()

    def find(self, scope: Scope, name: str) -> Known | None:
        """What a name means through the star imports of a module; None where none of them is known to have it."""
        # Modules may import all names from one another.
        if (scope, name) in self._busy:
            return None
        self._busy.add((scope, name))
        try:
            return next(self._through(scope, name), None)
        finally:
            self._busy.discard((scope, name))

    def are_foreign(self, scope: Scope) -> bool:
        """Whether one of a module's star imports is of something that is not the project's."""
        absolutes = [self._modules.absolute(scope.path, module, level) for module, level in scope.stars]
        return any(name is None or self._modules.path(name) is None for name in absolutes)

    def _through(self, scope: Scope, name: str) -> Iterator[Known]:
        """The meanings of a name, the last import's first."""
        for module, level in reversed(scope.stars):
            absolute = self._modules.absolute(scope.path, module, level)
            if absolute is None:
                continue
            path = self._modules.path(absolute)
            if path is not None:
                top = self._definitions.scopes[path].module
                if name in top.bindings and not name.startswith("_"):
                    yield self._bound_in(top, name)
                elif (found := self.find(top, name)) is not None:
                    yield found
            elif self._surroundings.says(self._public(f"{absolute}.{name}")):
                yield one(Outside(self._public(f"{absolute}.{name}")))
