"""Thread-affine objects that are made so that any thread may use them: `sqlite3.connect(path, check_same_thread=False)`.

Where uses on the event loop's thread and in threads meet, the argument goes to every call that makes one; they still
take turns, since what leaves the event loop runs in one thread. If one maker cannot be given it, none is.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import dataclass

from aioport.catalog.schema import Affinity
from aioport.planning.affine_values import AffineUses
from aioport.planning.analysis import Analysis
from aioport.planning.plan import AddArgument
from aioport.planning.public import find_public
from aioport.planning.testing.replaced import find_replacements
from aioport.program.model import Call
from aioport.program.syntax import names_a_type


@dataclass(frozen=True, slots=True)
class Lift:
    """How the objects of a kind are made for any thread.

    makers: calls that are given the argument, by path; none where all have it already.
    obstacle: why they cannot be, None where they can.
    """

    affinity: Affinity
    makers: tuple[tuple[str, ast.Call], ...] = ()
    obstacle: str | None = None

    @property
    def argument(self) -> str:
        return self.affinity.lift

    def intents(self) -> Iterator[tuple[str, AddArgument]]:
        yield from ((path, AddArgument(node, self.argument)) for path, node in self.makers)


def find_lifts(analysis: Analysis, uses: AffineUses, divided: Container[int]) -> dict[str, Lift]:
    """For each kind that the catalog knows how to lift, whether that can be done in this project, by kind.

    uses: whose values have been followed.
    divided: functions that do not run as a whole on one thread, since they become async.
    """
    found = {}
    for affinity in analysis.catalog.affinities:
        kinds = {kind for of_call in uses.calls.values() for kind in of_call}
        if affinity.kind in kinds:
            made = _Makers(analysis, uses, affinity, divided)
            obstacle = next(made.find_obstacles(), None)
            found[affinity.kind] = Lift(affinity, () if obstacle else tuple(made.without), obstacle)
    return found


class _Makers:
    """Where the objects of one kind come from.

    without: calls that make one without the argument, and let it go further.
    """

    def __init__(
        self, analysis: Analysis, uses: AffineUses, affinity: Affinity, divided: Container[int]
    ) -> None:
        self.analysis, self.uses, self.affinity, self.divided = analysis, uses, affinity, divided
        self.name, _, value = affinity.lift.partition("=")
        self.value = ast.literal_eval(value)
        self.makes = frozenset(affinity.makes)
        self.without: list[tuple[str, ast.Call]] = []

    def find_obstacles(self) -> Iterator[str]:
        """Fills `without` on the way; the first obstacle is as good as all."""
        yield from self._find_in_names()
        yield from self._find_derived()
        yield from self._find_given()
        if self.without:
            yield from self._find_replaced()

    def _find_in_names(self) -> Iterator[str]:
        """The makers by their names: called in a way that the argument fits into, or named for their type alone."""
        analysis = self.analysis
        called: dict[ast.Call, str] = {}
        for path in analysis.project.sources:
            syntax, names = analysis.syntax[path], analysis.names(path)
            for node in syntax.of_kinds(ast.Name, ast.Attribute):
                assert isinstance(node, ast.Name | ast.Attribute)
                if not isinstance(node.ctx, ast.Load) or names.resolve(node) not in self.makes:
                    continue
                parent = syntax.parents[node]
                if isinstance(parent, ast.Call) and parent.func is node:
                    called[parent] = path
                elif not (
                    names_a_type(syntax, node)
                    or isinstance(parent, ast.ClassDef)
                    or self._is_looked_at(path, parent)
                ):
                    yield f"{analysis.where(path, node)} passes {ast.unparse(node)} on, which makes one"
        for call in analysis.program.calls:
            making = analysis.expression(call) if call.kind == "call" and self._makes(call) else None
            if isinstance(making, ast.Call):
                called.setdefault(making, call.path)
        for made, path in called.items():
            obstacle = self._give(path, made)
            if obstacle is not None:
                yield f"{analysis.where(path, made)} {obstacle}"

    def _is_looked_at(self, path: str, parent: ast.AST) -> bool:
        """Whether what a class is given to only looks at it: `self.assertIsInstance(connection, Connection)`."""
        analysis = self.analysis
        if not isinstance(parent, ast.Call):
            return False
        index = analysis.call_at.get((path, *analysis.syntax[path].span(parent)))
        targets = analysis.program.calls[index].targets if index is not None else ()
        public = (analysis.catalog.public_name(analysis.function(one).name) for one in targets)
        return bool(targets) and all(map(analysis.catalog.is_looker, public))

    def _makes(self, call: Call) -> bool:
        """Whether a call makes one, whatever it is called through."""
        names = (self.analysis.function(target).name for target in call.targets)
        public = map(self.analysis.catalog.public_name, names)
        return any(name.removesuffix(".__init__").removesuffix(".__new__") in self.makes for name in public)

    def _give(self, path: str, call: ast.Call) -> str | None:
        """Why a call cannot be given the argument; None where it can, or has it."""
        scope = self.analysis.by_node.get(self.analysis.syntax[path].place(call).scope)
        if scope is not None and scope not in self.divided and self.uses.keeps_to_itself(scope):
            return None
        if any(isinstance(one, ast.Starred) for one in call.args) or any(
            one.arg is None for one in call.keywords
        ):
            return f"makes one with arguments that are not written out, which may say {self.name} as well"
        given = [one.value for one in call.keywords if one.arg == self.name]
        given += call.args[self.affinity.position : self.affinity.position + 1]
        if not given:
            self.without.append((path, call))
            return None
        if isinstance(given[0], ast.Constant) and given[0].value == self.value:
            return None
        return f"says {self.name}={ast.unparse(given[0])}"

    def _find_derived(self) -> Iterator[str]:
        """Classes of the project that are derived from what makes one, and made by their own names."""
        program = self.analysis.program
        bases = {
            one.id for one in program.classes if self.analysis.catalog.public_name(one.name) in self.makes
        }
        derived = {one.id: one for one in program.classes if one.in_project and bases & set(one.ancestors)}
        for call in program.calls if derived else ():
            if call.constructs in derived:
                yield f"{call.path}:{call.line} makes a {derived[call.constructs].name.rpartition('.')[2]}"

    def _find_given(self) -> Iterator[str]:
        """What the project gets from elsewhere, which made it for one thread."""
        analysis = self.analysis
        own = {name for name, kind in self.uses.classes.items() if kind == self.affinity.kind}
        for call in analysis.program.calls:
            for target in call.targets:
                one = analysis.function(target)
                if one.in_project:
                    continue
                name = analysis.catalog.public_name(one.name)
                made = analysis.catalog.public_name(one.annotation)
                is_own = name in self.makes or name.rpartition(".")[0] in own
                if not is_own and self.uses.classes.get(made) == self.affinity.kind:
                    yield f"{call.path}:{call.line} gets one from {name}"
        given = self.uses.handed_in(find_public(analysis)).get(self.affinity.kind)
        if given is not None:
            yield given

    def _find_replaced(self) -> Iterator[str]:
        """Tests that put something else in the place of what makes one, and would be given an argument too many."""
        for one in find_replacements(self.analysis):
            for target in one.targets:
                if any(maker == target or maker.startswith(f"{target}.") for maker in self.makes):
                    yield f"{one.path}:{one.node.lineno} replaces {target}, which would be given {self.affinity.lift}"
