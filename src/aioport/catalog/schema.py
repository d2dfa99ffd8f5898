"""The shape of a catalog file: what is known of one library, as data.

One TOML file a library; its file name is the library's import name (`google.cloud.storage.toml`). `load.py` reads and checks them.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Category = Literal["sleep", "network", "dns", "database", "file", "process", "lock", "console", "cpu"]
Effect = Literal["none", "read", "write"]
Treatment = Literal["offload", "leave", "report", "move"]
Cost = Literal["microseconds", "milliseconds", "seconds", "unbounded"]

COSTS: tuple[Cost, ...] = ("microseconds", "milliseconds", "seconds", "unbounded")
"""From the shortest wait to the longest: what is `unbounded` waits for something that may never come."""

USUAL_COST: dict[Category, Cost] = {
    "sleep": "unbounded",
    "network": "seconds",
    "dns": "seconds",
    "database": "seconds",
    "file": "milliseconds",
    "process": "seconds",
    "lock": "unbounded",
    "console": "unbounded",
    "cpu": "milliseconds",
}
"""How long a wait of each category is on a bad day, where an entry says nothing else."""


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"async_": "async"}):
    """Every table of a catalog file refuses keys that it does not know."""


class Blocks(_Entry, frozen=True):
    """Callables that wait.

    names: dotted names as users write them; the name of a class stands for making one. `*` stands for any run of
        characters but a dot; `Class.*` for every method without a leading underscore, those that the checker does
        not see among them: clients that make their methods when they run.
    category: what is waited for.
    effect: what the outside world sees: `none`, `read` (repeatable, like GET), `write` (the default: assume the worst).
    treatment: `offload` where no rewrite applies; `leave` for what costs microseconds; `report` for what is
        named in the report and never moved (locks: a thread would only move the wait); `move` for what waits for
        another thread and may do so in any (joining it, taking from its queue): it is told as `report` is, and moved
        where the program has threads that it could wait for.
    affinity: objects of this kind live on the thread that made them; all their calls run in one thread of this name.
    unless: a call with one of these arguments does not wait: `name=literal`, or `position=literal` (from 0, the
        receiver does not count), or `position=in memory` for a file that is none (`io.StringIO`), or `receiver=name` for
        what the method is called on, as it is written.
    cost: how long the wait is, by order of magnitude; None for what is usual in the category.
    """

    names: tuple[str, ...]
    category: Category
    effect: Effect = "write"
    treatment: Treatment = "offload"
    affinity: str | None = None
    unless: tuple[str, ...] = ()
    cost: Cost | None = None

    @property
    def rough_cost(self) -> Cost:
        """How long the wait is, by order of magnitude."""
        if self.cost is not None:
            return self.cost
        return "microseconds" if self.treatment == "leave" else USUAL_COST[self.category]

    @property
    def weight(self) -> int:
        """`rough_cost` as a number to sort by: from 0, microseconds, to 3, unbounded."""
        return COSTS.index(self.rough_cost)


class Affinity(_Entry, frozen=True):
    """How objects that live on the thread which made them are made for any thread.

    kind: what `Blocks.affinity` calls them.
    makes: callables that make one, classes among them.
    lift: the argument with which they make one for any thread: `name=literal`.
    position: where that argument stands if it is given by position, from 0.
    ends: methods that end what other ones begin on the same object: `commit`.
    note: what has to hold then; a sentence without a full stop.
    """

    kind: str
    makes: tuple[str, ...]
    lift: str
    position: int
    note: str
    ends: tuple[str, ...] = ()


class Rewrite(_Entry, frozen=True):
    """A pair of Python expressions over resolved names.

    sync: a call by its resolved name. Its arguments are the metavariables: plain ones in the order of the real
        signature's positional parameters, `name=metavariable` for those that can be passed by keyword (both ways
        are accepted where `positional` says how many of them may be positional; the receiver does not count).
        For a method, the first one is the receiver and is called `self`: `requests.Session.get(self, url)`.
        `name=(a, b)` stands for a tuple that is written out, with a metavariable for each of its items;
        `**name` for each table of that name under `arguments` in turn, one rule each.
    async_: the expression that takes its place; an argument of a call that names a metavariable without a value
        is left out (the outermost such argument). Names that are no metavariables are imported (`asyncio.sleep`) or come from the runtime (`shared`).
    where: a placeholder of both expressions and the names it stands for, one rule each.
    when: a metavariable and the kind of argument it must be: `boolean`, `constant`, `number`,
        `string`, `tuple`, `not none`, `simple` (a name, an attribute or a literal: it may be written twice).
    ignore: keyword arguments that may be dropped when they have this literal value (a default said aloud).
    resource: the runtime function that reads the result whole, so that it may leave its block; with it, `async_`
        is an asynchronous context manager as well, and `async with` is used where the result stays in one block.
    effect: what the outside world sees of the call; see `Blocks`.
    awaits: whether waiting happens here; false for a constructor that only changes its type.
    note: a difference that a reader of the report should know; it makes the change one to review.
    """

    sync: str
    async_: str
    positional: int | None = None
    where: dict[str, tuple[str, ...]] = {}
    when: dict[str, str] = {}
    ignore: dict[str, str] = {}
    resource: str | None = None
    effect: Effect = "write"
    note: str | None = None

    @property
    def awaits(self) -> bool:
        return self.resource is not None or "await " in self.async_


class Arguments(_Entry, frozen=True):
    """Arguments that several rules share: a rule takes them in as `**name`, and its own ones of the same name win.

    sync: the arguments of the call, as in `Rewrite.sync`: `headers=headers, auth=(user, password)`.
    async_: the arguments that take their place in the one call of `Rewrite.async_` that says `**name`.
    when, ignore: as in `Rewrite`.
    """

    sync: str
    async_: str
    when: dict[str, str] = {}
    ignore: dict[str, str] = {}


class Member(_Entry, frozen=True):
    """An attribute that is read on a converted type: `requests.Response.status_code` -> `self.status`.

    Attributes of attributes work too: `requests.HTTPError.response.status_code` -> `self.status`.
    """

    sync: str
    async_: str


class Type(_Entry, frozen=True):
    """A class whose values change type when the calls that make them are rewritten.

    keeps: members that mean the same on both types, read or called without waiting.
    enters: `with` over such a value becomes `async with`.
    lock: its values are locks of threads, which change only where one would be held across an await and all that takes
        it becomes async; a `reentrant` one moreover only where nothing takes it twice.
    """

    sync: str
    async_: str
    keeps: tuple[str, ...] = ()
    enters: bool = False
    lock: Literal["plain", "reentrant"] | None = None


class ExceptionClass(_Entry, frozen=True):
    """An exception in an `except` clause and the expressions that stand for it after the rewrite.

    keeps: attributes of the caught exception that mean the same.
    bases: builtin exceptions that catch it before the rewrite and not after it: clauses that name them get both.
    caught_by: exceptions that catch it after the rewrite and not before it: clauses that name them are suggested for review.
    """

    sync: str
    async_: tuple[str, ...]
    bases: tuple[str, ...] = ()
    caught_by: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()


class Decorator(_Entry, frozen=True):
    """A decorator and what an `async def` under it needs: the same one, or its async counterpart, which may be one of the
    runtime's (`alru_cache`).

    makes: what a generator under it becomes; None where it stays one.
    registers: the method of what it makes that takes further functions, one of which is called instead; None for none.
    """

    sync: str
    async_: str
    makes: Literal["context manager"] | None = None
    registers: str | None = None


class Carries(_Entry, frozen=True):
    """A context of a framework that carries an object of the program's own to its functions.

    attribute: where a context has it, and the keyword by which whoever starts a program gives it.
    contexts: the classes of contexts.
    passes: decorators of functions that are given the context as their first parameter.
    takers: decorators of functions that are given the object there.
    makers: callables that make such a decorator for objects of the class that they are given first.
    """

    attribute: str
    contexts: tuple[str, ...]
    passes: tuple[str, ...] = ()
    takers: tuple[str, ...] = ()
    makers: tuple[str, ...] = ()


class Asynchronous(_Entry, frozen=True):
    """One way in which what a framework calls may be `async def`.

    needs: the import name of what has to be installed for it; None where nothing has to be.
    used: a text that the tests have to hold, where being installed says little: many libraries bring anyio.
    decorator: what is put above the function; where the framework's own settings say `unless` (`key=value`), nothing is.
    decorators: a decorator of the sync function -> the one that an `async def` needs in its place.
    bases: a base class of the sync methods -> the one that awaits them.
    methods: a method of the sync class -> what it is called where it is `async def`.
    """

    needs: str | None = None
    used: str | None = None
    decorator: str | None = None
    unless: str | None = None
    decorators: dict[str, str] = {}
    bases: dict[str, str] = {}
    methods: dict[str, str] = {}


class FrameworkEntry(_Entry, frozen=True):
    """Functions of a project that a framework calls, and whether they may be `async def`.

    what: what they are called in a report: `a test`, `a click command`.
    decorators: callables that register what they decorate, with arguments or without (`click.command`, `flask.Flask.route`).
    registers: callables that register a function that they are given (`flask.Flask.add_url_rule`).
    bases, methods: the framework calls methods of these names, of classes that are derived from one of `bases`.
    files, classes, functions: in files of these names, it finds functions of these names, and methods of these names in
        classes of these names. In `methods`, `files`, `classes` and `functions`, `*` stands for any run of characters.
    parameters: the positional parameters that such a function has, by their names.
    later: attributes of what is registered that do not run it on the spot (`task.delay`).
    threaded: the framework runs it in a thread as long as it is no `async def`, so that it becomes one only where nothing
        in it blocks and nothing needs a thread any more.
    keeps: why it stays as it is whatever it calls, behind `which`: `answers within a transaction of this thread`.
    async_: the ways in which they may be `async def`, the best one first; none where they may not, so that they keep a
        sync form that runs the asynchronous one (`[[entry.async]]` alone, without a key, says that they always may).
    tests: they are tests, or serve tests: files with such functions hold test code.
    """

    what: str
    decorators: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    threaded: bool = False
    keeps: str | None = None
    async_: tuple[Asynchronous, ...] = ()
    tests: bool = False


class Replacer(_Entry, frozen=True):
    """Callables by which tests put something in the place of something else for a while.

    target: what says what is replaced: the first argument, a dotted name in a string (`dotted`); the first two, an
        object and the name of its attribute (`attribute`); or either of these, as there are arguments (`either`).
    new: the keyword of what is put there; by position, it is what follows.
    """

    names: tuple[str, ...]
    target: Literal["dotted", "attribute", "either"]
    new: str = "new"


class PoolMethod(_Entry, frozen=True):
    """A method of a pool of threads, or of what stands for one result of it.

    gives: a `future`, which is asked for the result; the `results`, to be gone through; what is `awaited`, with all results
        in it, the one `result`, or nothing of them; or `nothing` of interest, at once.
    passes: what is behind the function that it is given: the `arguments` of one call (`submit(f, x, y)`), these `packed`
        in a tuple and a dict (`apply(f, (x, y))`), or iterables with the `items` for many (`map(f, xs)`). A `callback` is
        called with the future, when that is done. None where it takes no function.
    accepts: keywords that the counterpart knows, of a method that does not hand on its keywords.
    """

    name: str
    gives: Literal["future", "results", "awaited", "result", "nothing"]
    passes: Literal["arguments", "packed", "items", "callback"] | None = None
    accepts: tuple[str, ...] = ()


class PoolFunction(_Entry, frozen=True):
    """A function over futures, and the runtime's counterpart.

    gives: the `futures` as they are done, to be gone through, or two `sets` of them, which are awaited.
    """

    sync: str
    async_: str
    gives: Literal["futures", "sets"]


class Pool(_Entry, frozen=True):
    """Threads over which an author overlaps waits, and the runtime's counterpart, in which as many tasks do the same.

    sync: callables that make one.
    async_: the runtime's class, with methods of the same names.
    accepts: the arguments that it knows, in the order of its parameters.
    future: the class of what stands for one result, and `future_async` that of the counterpart; the counterpart's
        methods have the same names.
    method: of the pool; future_method: of the future.
    asks: methods of the future that say how far it has got, which a loop that waits for nothing else would ask for ever.
    """

    sync: tuple[str, ...]
    async_: str
    future: str
    future_async: str
    accepts: tuple[str, ...] = ()
    method: tuple[PoolMethod, ...] = ()
    future_method: tuple[PoolMethod, ...] = ()
    asks: tuple[str, ...] = ()
    function: tuple[PoolFunction, ...] = ()


class Example(_Entry, frozen=True):
    """A program before and after; without `after` it stays as it is, and the report says `why`."""

    before: str
    after: str | None = None
    why: str | None = None
    level: Literal["native", "offload"] = "native"
    entry: tuple[str, ...] = ("auto",)


class Forwarded(_Entry, frozen=True):
    """A method whose arguments a twin converts when it is called: what is forwarded to it is not written out there.

    sync: its dotted name.
    function: Python source of a function that takes the arguments of the sync method and returns the keyword arguments
        of the async one. Its dotted names are imported in the file that it is put in.
    """

    sync: str
    function: str


class Library(_Entry, frozen=True):
    """What one file says.

    summary: one line for the reader of the report.
    distribution: what `pip install` calls it; absent for the standard library.
    requires: distributions that the converted code needs.
    homes: modules that define things, and the public module that re-exports them (`requests.api` -> `requests`).
    affinity: how objects of a kind are made so that any thread may use them.
    pure: callables without waiting and without effects that others could see.
    mutates: methods that change nothing but their receiver (`list.append`).
    spawns: callables that start what they are given elsewhere, on another thread or process.
    runs_elsewhere: methods that a library calls on another thread or in another process, of objects of classes that
        are derived from its own: `threading.Thread.run`.
    keeps: callables that take a function and do not call it, or not then; any other is assumed to call it.
    choices: functions of a library's own that a program names to choose what the library does, and that nothing else
        calls: `django.db.models.CASCADE`. Handing one over runs nothing.
    passes: callables that return their first argument, or something that calls it: `functools.partial`. They do not
        call it themselves.
    partials: those of them that return something which calls it with these arguments and further ones.
    gives: callables that keep their first argument in something which gives it back when it is called: `weakref.ref`.
    fills: callables whose keyword arguments become attributes of an object that is made later: `set_defaults(func=f)`.
    bags: classes whose objects have the attributes that they are given, whatever these are: `argparse.Namespace`.
    looks: callables that look at a function or class, for its name or its kind, and neither call it nor keep it.
    on_loop: callables that take a function which is called on the event loop later: `loop.call_soon`. They do not
        call it themselves.
    exhausts: callables that read all of their first argument, an iterable, before they return, so that a list in its
        place makes no difference but memory.
    iterates: callables that make an iterator of the iterables they are given, and the runtime's function that does
        the same with asynchronous ones, or a dotted one of the library's own.
    per_thread: callables that ask or change what belongs to the thread, the task or the frame that calls them, so
        that they say or do something else in another one; a class stands for all that is done with its instances.
    main_thread: those of `per_thread` that work on the main thread only, and do the same whoever has them called there.
    interrupts: callables that have an exception raised later, wherever the main thread is then: `signal.alarm`.
    calls_methods: callables that call methods of their first argument, and which: `contextlib.closing` calls `close`.
    factories: callables that describe a field of a class and may be given a function that makes its value: it runs
        where an object is made, in a generated `__init__` (`dataclasses.field`).
    binds: names of what works with objects that the library keeps for each thread, with what that means: code of files
        that use them stays sync, and runs in the threads that it ran in.
    refuses: callables whose use by a project rules out its conversion, with the reason.
    entry: functions of a project that the library calls.
    replacer: callables by which tests replace things.
    loads: callables that load what an entry point of some package names, to be called.
    expects_error: the last names of callables that call what they are given after a class of exceptions, with what
        follows, and that are context managers without it: `assertRaises`.
    makes_of_keywords: callables that make an object of the attributes that they are given by keyword.
    curries: decorators of functions that do not run before they have all their arguments: with fewer, a call gives
        something that takes the rest (`toolz.curry`).
    test_options: options of a test runner, and the one that each needs beside it where tests run an event loop.
    answers: libraries whose calls this one answers in tests, so that nothing is sent: `requests`.
    carries: contexts that carry an object of the program's own.
    fixtures: parameters that tests get from it by their names, and the classes of what they get.
    marks: marks by which tests ask for it.
    unseen: the checker is not shown the package, which waits for nothing and is costly to check; where the project
        names it itself, it is shown all the same.
    differences: what is not the same afterwards, for whoever calls the converted code; sentences without full stops.
    forwarded: methods whose arguments a twin converts as they come.
    pool: pools of threads, and what takes their place where all that they run becomes async.
    support: Python source that is vendored when a rewrite of this file is used; names in it can be used by `async_`.
    stubs: module name -> stub source, for projects whose environment lacks the distribution.
    stubs_first: the stubs are read even where the distribution is installed: it is compiled and has no types of its
        own, or makes its methods when it runs. Modules that the stubs leave out are not found then.
    checked: year and month in which the entry was last compared with the library.
    """

    summary: str
    checked: str
    distribution: str | None = None
    requires: tuple[str, ...] = ()
    homes: dict[str, str] = {}
    blocks: tuple[Blocks, ...] = ()
    affinity: tuple[Affinity, ...] = ()
    pure: tuple[str, ...] = ()
    mutates: tuple[str, ...] = ()
    spawns: tuple[str, ...] = ()
    runs_elsewhere: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    partials: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    bags: tuple[str, ...] = ()
    looks: tuple[str, ...] = ()
    on_loop: tuple[str, ...] = ()
    exhausts: tuple[str, ...] = ()
    iterates: dict[str, str] = {}
    per_thread: tuple[str, ...] = ()
    main_thread: tuple[str, ...] = ()
    interrupts: tuple[str, ...] = ()
    calls_methods: dict[str, tuple[str, ...]] = {}
    factories: tuple[str, ...] = ()
    binds: dict[str, str] = {}
    refuses: dict[str, str] = {}
    entry: tuple[FrameworkEntry, ...] = ()
    replacer: tuple[Replacer, ...] = ()
    loads: tuple[str, ...] = ()
    expects_error: tuple[str, ...] = ()
    makes_of_keywords: tuple[str, ...] = ()
    curries: tuple[str, ...] = ()
    test_options: dict[str, str] = {}
    answers: tuple[str, ...] = ()
    carries: tuple[Carries, ...] = ()
    fixtures: dict[str, str] = {}
    marks: tuple[str, ...] = ()
    unseen: bool = False
    differences: tuple[str, ...] = ()
    decorator: tuple[Decorator, ...] = ()
    arguments: dict[str, tuple[Arguments, ...]] = {}
    rewrite: tuple[Rewrite, ...] = ()
    member: tuple[Member, ...] = ()
    type: tuple[Type, ...] = ()
    exception: tuple[ExceptionClass, ...] = ()
    forwarded: tuple[Forwarded, ...] = ()
    pool: tuple[Pool, ...] = ()
    support: str = ""
    stubs: dict[str, str] = {}
    stubs_first: bool = False
    example: tuple[Example, ...] = ()
