"""The plan: a color for every function, an action for every call, and intents that rewriting turns into edits."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from aioport.catalog.rules import CompiledRewrite
from aioport.program.unwritten import Unwritten

Color = Literal["sync", "async", "unit"]
Safety = Literal["safe", "review", "manual"]
Action = Literal[
    "await", "native", "offload", "overlap", "async with", "async for", "bridge", "existing", "leave", "keep"
]


@dataclass(frozen=True, slots=True)
class FunctionDecision:
    """What a function becomes. `changed` says whether it is not what it was."""

    function: int
    color: Color
    reason: str
    safety: Safety = "safe"
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CallDecision:
    """What becomes of a call, by its index in `Program.calls`."""

    call: int
    action: Action
    reason: str
    safety: Safety = "safe"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that was not done, and what stood in the way.

    function: the one that it is about, if it is of no interest where that stays sync.
    """

    path: str
    line: int
    text: str
    function: int | None = None


# Intents name nodes of the tree of one file; `function` is the one whose change they belong to.


@dataclass(frozen=True, slots=True)
class MakeAsync:
    """`def` -> `async def`, under another name where the protocol asks for one."""

    node: ast.FunctionDef
    name: str | None = None
    plain: bool = False


@dataclass(frozen=True, slots=True)
class MakeMain:
    """Statements at module level -> an `async def` of their own, and `run(main())` in their place.

    made: what becomes of them; `node` is the function that the tree has in their place.
    """

    node: ast.FunctionDef
    made: Unwritten


@dataclass(frozen=True, slots=True)
class DropAsync:
    """`async def` -> `def`, of what awaits nothing and is run in a thread then."""

    node: ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Await:
    """Put `await` in front of a call."""

    node: ast.expr


@dataclass(frozen=True, slots=True)
class AwaitIf:
    """Await what a call gives, if it is awaitable: what is called may be a function of either color."""

    node: ast.Call


@dataclass(frozen=True, slots=True)
class AsyncWith:
    """`with` -> `async with`; `items` are those that are asynchronous."""

    node: ast.With
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unwrap:
    """A `with` of one item goes, and its body takes its place."""

    node: ast.With


@dataclass(frozen=True, slots=True)
class ConvertArguments:
    """`f(*args, x=x)` -> `f(**convert(*args, x=x))`; `function` is the source of `convert`, put below all else."""

    node: ast.Call
    function: str


@dataclass(frozen=True, slots=True)
class DropStatement:
    """A statement that only calls something goes; `pass` takes its place where nothing else is left."""

    node: ast.Expr


@dataclass(frozen=True, slots=True)
class AsyncFor:
    """`for` -> `async for`, as a statement or as a clause of a comprehension."""

    node: ast.For | ast.comprehension


@dataclass(frozen=True, slots=True)
class AsyncYieldFrom:
    """`yield from g()` -> `async for item in g(): yield item`, or a plain `for` over what stays sync.

    closing: the name of the generator in an `async with aclosing(g()) as NAME:` around it; None where there is none.
    """

    node: ast.Expr
    is_async: bool = True
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """`for x in g():` -> `async for` within an `async with aclosing(g()) as NAME:`, which cleans up where it is left."""

    node: ast.For
    name: str


@dataclass(frozen=True, slots=True)
class Collect:
    """The brackets of a list or set in the place of a call of `list` or `set`.

    each: whether the argument is gone through within them; else it is a generator expression or becomes one.
    """

    node: ast.Call
    each: bool = True


@dataclass(frozen=True, slots=True)
class Listed:
    """`sorted(g())` -> `sorted([item async for item in g()])`, by the argument."""

    node: ast.expr


@dataclass(frozen=True, slots=True)
class Materialise:
    """`sum(f(x) for x in xs)` -> `sum([... for x in xs])`: a list, made before it is passed."""

    node: ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Mapped:
    """`map(f, xs)` -> `(await f(item) for item in xs)`, `filter(f, xs)` -> `(item for item in xs if await f(item))`.

    awaits: the function is to be awaited, where it is not a lambda, whose body takes its place.
    is_async: what is gone through is asynchronous.
    brackets: what stands around it; empty within brackets that are there already.
    """

    node: ast.Call
    awaits: bool = False
    is_async: bool = False
    brackets: Literal["", "()", "[]"] = "()"


@dataclass(frozen=True, slots=True)
class Until:
    """`for x in iter(f, end):` -> `while (x := await f()) != end:`.

    awaits: the function is to be awaited, where it is not a lambda, whose body takes its place.
    """

    node: ast.For
    awaits: bool


@dataclass(frozen=True, slots=True)
class Helper:
    """`any(...)` -> `aany(...)`: a function of the vendored file, or a dotted one, in the place of one over iterables."""

    node: ast.Call
    name: str


@dataclass(frozen=True, slots=True)
class Contains:
    """`x in g()` -> `await acontains(g(), x)`."""

    node: ast.Compare


@dataclass(frozen=True, slots=True)
class Decide:
    """`return any(f(x) for x in xs)` -> a loop that returns.

    at: the truth value of the item that decides, which is what is returned then.
    """

    node: ast.Return
    at: bool


@dataclass(frozen=True, slots=True)
class Native:
    """A call that a rule of the catalog rewrites.

    form: `whole` awaits the result and reads it, `scoped` leaves it to an `async with`, `plain` is the rule's own text,
        `coroutine` is the rule's text without its await (for an overlap).
    """

    node: ast.Call
    rule: CompiledRewrite
    bound: Mapping[str, ast.expr]
    form: Literal["whole", "scoped", "plain", "coroutine"] = "plain"


@dataclass(frozen=True, slots=True)
class Scope:
    """`name = call` and the statements after it, up to `last` -> `async with call as name:` around them."""

    first: ast.Assign
    last: ast.stmt
    name: str


@dataclass(frozen=True, slots=True)
class ReadMember:
    """`response.status_code` -> the member rule's expression."""

    node: ast.Attribute
    template: str


@dataclass(frozen=True, slots=True)
class Retype:
    """A class named in an annotation, a check or an `except` clause -> the names that stand for it.

    keep: in addition to it.
    beside: it stands where any number of classes may, so that they need no brackets.
    """

    node: ast.expr
    names: tuple[str, ...]
    keep: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class PassCancelled:
    """`except asyncio.CancelledError: raise` in front of a clause that would catch a cancellation."""

    node: ast.ExceptHandler


@dataclass(frozen=True, slots=True)
class DropLast:
    """`Generator[Y, S, R]` -> `AsyncGenerator[Y, S]`: the last of several type arguments goes."""

    node: ast.Tuple


@dataclass(frozen=True, slots=True)
class Offload:
    """`f(x)` -> `await offload(f, x)`; without `awaited`, the coroutine alone."""

    node: ast.Call
    pool: str | None = None
    awaited: bool = True


@dataclass(frozen=True, slots=True)
class ExpressionUnit:
    """An expression -> `await offload(lambda: expression)`."""

    node: ast.expr
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class InThreads:
    """`open(p)` in a `with`, or `walk(p)` in a `for`, -> `entered(lambda: open(p))`, `stepped(lambda: walk(p))`.

    ahead: how many items may be read at once.
    """

    node: ast.expr
    helper: Literal["entered", "stepped"]
    ahead: int = 1
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class BlockUnit:
    """A run of statements -> a nested `def` that is offloaded whole.

    names: assigned inside and used later; returned and bound again.
    rebinds: assigned before as well; declared `nonlocal`.
    returns: the run ends by returning from the function.
    """

    first: ast.stmt
    last: ast.stmt
    label: str
    names: tuple[str, ...] = ()
    rebinds: tuple[str, ...] = ()
    returns: bool = False
    pool: str | None = None


@dataclass(frozen=True, slots=True)
class GatherComprehension:
    """`[f(x) for x in xs]` -> `await gather(f(x) for x in xs)`.

    label: what the element is called as a function, where it is more than one call; None where it is not.
    is_async: whether that function awaits, or is offloaded itself.
    """

    node: ast.ListComp
    label: str | None = None
    is_async: bool = True


@dataclass(frozen=True, slots=True)
class GatherLoop:
    """An append loop -> a gather.

    target: the list that is appended to.
    empty: the statement `target = []` right before, which the result takes the place of.
    element: the expression that is appended.
    label: what the body is called as a function, where it is more than the element; None where it is not.
    is_async: whether that function awaits, or is offloaded itself.
    """

    node: ast.For
    target: str
    element: ast.expr
    empty: ast.Assign | ast.AnnAssign | None
    label: str | None = None
    is_async: bool = True


@dataclass(frozen=True, slots=True)
class Bridge:
    """`main()` at module level -> `run(main())`."""

    node: ast.Call


@dataclass(frozen=True, slots=True)
class RunHere:
    """Something asynchronous in code that stays sync, a test's -> `run_sync(call)` and the like, which wait for it there.

    form: what is used there: the result of a call, a context manager, an iterable, or a function that is handed on; or
        a `stand-in`, a sync function in the place of an asynchronous one, which becomes asynchronous.
    """

    node: ast.expr
    form: Literal["call", "manager", "iterable", "function", "stand-in"] = "call"


@dataclass(frozen=True, slots=True)
class GiveKeyword:
    """Further keyword arguments of a call that makes a mock: `Mock()` -> `Mock(get=AsyncMock())`.

    values: mocks by what they are for, which may be dotted (`return_value.get`): an `AsyncMock`, or the `plain` one,
        which is no function to be awaited, or an `AsyncMock` of a `plain` result.
    """

    node: ast.Call
    values: tuple[tuple[str, Literal["async", "plain", "async of plain"]], ...]


@dataclass(frozen=True, slots=True)
class AddArgument:
    """A further keyword argument of a call, as text: `check_same_thread=False`."""

    node: ast.Call
    text: str


@dataclass(frozen=True, slots=True)
class Shim:
    """A sync function of the old name around the async one, for a console script or a framework.

    name: the old name, which the shim takes; `renamed`: what the async function is called now.
    is_method: whether it is called on an object.
    """

    node: ast.FunctionDef
    name: str
    renamed: str
    is_method: bool = False


@dataclass(frozen=True, slots=True)
class MakeSync:
    """A decorator below another one that makes a sync function of an `async def`, for a framework that calls it."""

    node: ast.FunctionDef
    below: ast.expr


@dataclass(frozen=True, slots=True)
class OnLoop:
    """A decorator that has a function run on the event loop's thread, also where a thread of a unit calls it."""

    node: ast.FunctionDef


@dataclass(frozen=True, slots=True)
class SpellOut:
    """`f"{f(x)=}"` -> `f"f(x)={f(x)!r}"`, around what else changes in the field."""

    node: ast.FormattedValue


@dataclass(frozen=True, slots=True)
class RunExamples:
    """`>>> f(x)` in a docstring -> `>>> run(f(x))`; `calls` are byte ranges of the file."""

    node: ast.Constant
    calls: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RunProgram:
    """`f(x)` in a program in a string -> `run_sync(f(x))`.

    calls, start: byte ranges of the file, and the offset at which the program's first import stands.
    package: the folder of the package from whose vendored file the program imports the helper.
    """

    node: ast.Constant
    calls: tuple[tuple[int, int], ...]
    start: int
    package: str


@dataclass(frozen=True, slots=True)
class Rename:
    """An identifier -> another one; for an attribute or a dotted name, its last part.

    module: where the other one is imported from, as this file writes it; None where it is at hand.
    """

    node: ast.expr
    name: str
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Create:
    """`__init__`, or a dataclass's `__post_init__` -> an async class method that makes the object.

    form, name, body, first, overridden, inherited: see `reshaping.constructors`.
    makes: whether the class method is written here, and not taken from a class above.
    """

    node: ast.FunctionDef
    form: Literal["split", "whole", "chain", "after"]
    name: str
    body: str = ""
    first: ast.stmt | None = None
    makes: bool = True
    overridden: bool = False
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Construct:
    """`Store(url)` -> `Store.create(url)`."""

    node: ast.Call
    name: str


@dataclass(frozen=True, slots=True)
class DropDecorator:
    """A decorator goes, and the function becomes `async def`."""

    node: ast.FunctionDef
    decorator: ast.expr


@dataclass(frozen=True, slots=True)
class CallMember:
    """`store.size` -> `store.size()`."""

    node: ast.Attribute


@dataclass(frozen=True, slots=True)
class CallSpecial:
    """`store[key]`, `key in store`, `len(store)` -> `store.get_item(key)` and the like.

    is_bool: whether the method returns a bool, which `in` makes of anything.
    """

    node: ast.expr
    name: str
    is_bool: bool = False


@dataclass(frozen=True, slots=True)
class NameFunction:
    """A lambda, or a function that stays sync -> an `async def` in front of the statement.

    offloaded: what it calls blocks, and runs in a thread.
    """

    node: ast.expr
    name: str
    offloaded: bool = False


@dataclass(frozen=True, slots=True)
class SecondWrapper:
    """A decorator's wrapper that is needed in both colors: an async copy in front of it.

    uses: where the wrapper is returned; the copy is returned instead if `parameter` is a coroutine function.
    typed: whether the decorator says what it takes and returns, which no type can say of both.
    called: where the wrapper calls `parameter`.
    """

    node: ast.FunctionDef
    name: str
    uses: tuple[ast.Name, ...]
    parameter: str
    typed: bool
    called: tuple[ast.Name, ...]


@dataclass(frozen=True, slots=True)
class RaisingBlock:
    """`self.assertRaises(E, f, x)` -> `with self.assertRaises(E):` around `await f(x)`."""

    node: ast.Expr


@dataclass(frozen=True, slots=True)
class AddDecorator:
    """A decorator above a function, and above those that it has; `name` is dotted."""

    node: ast.FunctionDef
    name: str


@dataclass(frozen=True, slots=True)
class KeepSync:
    """A function of both colors: its async form is a copy below it, which gets all changes inside of it."""

    node: ast.FunctionDef


@dataclass(frozen=True, slots=True)
class AsyncFront:
    """An `async def` of a function's name in front of it, which runs it in a thread; it goes on under another name.

    name, receiver, pool: see `fronts.Front`.
    """

    node: ast.FunctionDef
    name: str
    receiver: str
    pool: str | None = None
    is_static: bool = False


@dataclass(frozen=True, slots=True)
class Awaitable:
    """The result in a `Callable` annotation: `T` -> `Awaitable[T]`."""

    node: ast.expr


Intent: TypeAlias = (
    MakeAsync
    | MakeMain
    | DropAsync
    | Await
    | AwaitIf
    | AsyncWith
    | Unwrap
    | DropStatement
    | ConvertArguments
    | AsyncFor
    | AsyncYieldFrom
    | Closing
    | Collect
    | Listed
    | Materialise
    | Mapped
    | Until
    | Helper
    | Contains
    | Decide
    | Native
    | Scope
    | ReadMember
    | Retype
    | PassCancelled
    | DropLast
    | Offload
    | ExpressionUnit
    | InThreads
    | BlockUnit
    | GatherComprehension
    | GatherLoop
    | Bridge
    | RunHere
    | GiveKeyword
    | AddArgument
    | AddDecorator
    | OnLoop
    | RaisingBlock
    | Shim
    | MakeSync
    | Rename
    | RunExamples
    | RunProgram
    | SpellOut
    | Create
    | Construct
    | DropDecorator
    | CallMember
    | CallSpecial
    | NameFunction
    | SecondWrapper
    | Awaitable
    | KeepSync
    | AsyncFront
)


@dataclass(frozen=True, slots=True)
class Plan:
    """All decisions. `intents` are by path, in source order."""

    functions: Mapping[int, FunctionDecision]
    calls: Mapping[int, CallDecision]
    intents: Mapping[str, tuple[Intent, ...]]
    suggestions: tuple[Suggestion, ...] = ()
    libraries: frozenset[str] = field(default_factory=frozenset)
