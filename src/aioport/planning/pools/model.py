"""What is known of the pools of threads in one function: what they are given, and what is done with their results."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Submission:
    """A function that a pool is given.

    call: of the method of the pool.
    function: the expression that is the function: a name, a lambda, or a `partial` of a name.
    named: the expression that names a function of the project: `function`, or within it; None for a lambda.
    inner: the call in the lambda, or of `partial`, with arguments for the project's function.
    first: the first of the arguments of `call` that the project's function gets; None where it gets items of iterables,
        or what it gets is not known.
    is_of_items: it is given items of iterables, and what it returns has no future of its own.
    targets: the functions of the project that it may be.
    """

    call: ast.Call
    function: ast.expr
    named: ast.expr | None
    inner: ast.Call | None
    first: int | None
    is_of_items: bool
    targets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PoolGroup:
    """The pools of one function, which become pools of tasks together.

    function: in whose body they are made; line: where the first one is.
    name: what makes it.
    helpers: calls of functions of which the vendored file has counterparts, and the names of these.
    entered: what `with` statements enter; awaited, lazy: calls that have to be awaited, and gone through.
    results: calls of which the value is what a function has returned.
    callbacks: what is called when something is done.
    asking: loops that ask how far something has got.
    retyped: annotations, and the name that takes the place of each.
    touched: every expression that is a pool, one of its futures, or holds some.
    """

    path: str
    function: int
    line: int
    name: str
    submissions: tuple[Submission, ...]
    helpers: tuple[tuple[ast.Call, str], ...]
    entered: tuple[ast.expr, ...]
    awaited: tuple[ast.Call, ...]
    lazy: tuple[ast.Call, ...]
    results: tuple[ast.Call, ...]
    callbacks: tuple[ast.Lambda, ...]
    asking: tuple[ast.While, ...]
    retyped: tuple[tuple[ast.expr, str], ...]
    touched: tuple[ast.expr, ...]

    @property
    def targets(self) -> tuple[int, ...]:
        """All functions that the pools may run."""
        return tuple(dict.fromkeys(one for submission in self.submissions for one in submission.targets))


@dataclass(frozen=True)
class Pools:
    """Those of a project.

    refused: pools that stay as they are by their files and lines, and why.
    """

    groups: tuple[PoolGroup, ...] = ()
    refused: Mapping[tuple[str, int], str] = field(default_factory=dict)

    @cached_property
    def given(self) -> frozenset[ast.AST]:
        """Expressions that name functions for pools, and lambdas for them."""
        return frozenset(
            node
            for group in self.groups
            for one in group.submissions
            for node in (one.function, one.named)
            if node is not None
        )

    @cached_property
    def waiting(self) -> frozenset[ast.AST]:
        """Calls that wait for what a pool runs."""
        return frozenset(node for group in self.groups for node in (*group.awaited, *group.lazy))

    @cached_property
    def by_inner(self) -> Mapping[ast.AST, Submission]:
        """Submissions by the calls in lambdas and of `partial`."""
        found = (one for group in self.groups for one in group.submissions)
        return {one.inner: one for one in found if one.inner is not None}

    @cached_property
    def handed_on(self) -> frozenset[ast.AST]:
        """Calls in lambdas, of which the pool awaits what they give."""
        return frozenset(node for node, one in self.by_inner.items() if one.named is None)

    @cached_property
    def by_call(self) -> Mapping[ast.AST, Submission]:
        """Submissions by the calls of pools' methods."""
        return {one.call: one for group in self.groups for one in group.submissions}

    @cached_property
    def by_result(self) -> Mapping[ast.AST, PoolGroup]:
        """Groups by the calls that give what a function returned."""
        return {call: group for group in self.groups for call in group.results}
