"""The catalog: all files together, with look-ups that are quick enough to be asked for every name of a large project.

Every look-up takes a public name, as `Catalog.public_name` returns it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from aioport.catalog.rules import CompiledMember, CompiledRewrite, compile_members, compile_rewrites

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from aioport.catalog.schema import (
        Affinity,
        Blocks,
        Carries,
        Decorator,
        ExceptionClass,
        FrameworkEntry,
        Library,
        Pool,
        PoolFunction,
        Replacer,
        Type,
    )

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class FoundType:
    """A class whose values change type, and the catalog file that says so."""

    library: str
    type: Type


@dataclass(frozen=True, slots=True)
class FoundException:
    """An exception that other ones stand for after the rewrite, and the catalog file that says so."""

    library: str
    exception: ExceptionClass


CONSTRUCTORS = frozenset({"__init__", "__new__"})


@dataclass(frozen=True, slots=True)
class _Names(Generic[_Value]):
    """Names and patterns with a value each: an exact name wins, then `Class.*`, then the first pattern that fits.

    members: the classes and modules of patterns that end in `.*`, of which a catalog has many.
    hidden: whether `Class.*` stands for names with a leading underscore too.
    """

    exact: dict[str, _Value]
    members: dict[str, _Value]
    pattern: re.Pattern[str]
    values: tuple[_Value, ...]
    hidden: bool
    cache: dict[str, _Value | None] = field(default_factory=dict)

    def find(self, name: str) -> _Value | None:
        found = self.exact.get(name)
        if found is not None:
            return found
        if name not in self.cache:
            self.cache[name] = self._find_around(name)
        return self.cache[name]

    def _find_around(self, name: str) -> _Value | None:
        owner, _, last = name.rpartition(".")
        if last in CONSTRUCTORS and owner in self.exact:
            return self.exact[owner]
        if owner in self.members and (self.hidden or not last.startswith("_")):
            return self.members[owner]
        match = self.pattern.fullmatch(name)
        return self.values[match.lastindex - 1] if match and match.lastindex else None


@dataclass(frozen=True)
class Catalog:
    """All that is known of libraries. Made by `build_catalog`; see `load.load_catalog`."""

    libraries: Mapping[str, Library]
    _homes: Mapping[str, str]
    _blocks: _Names[Blocks]
    _pure: _Names[bool]
    _mutators: _Names[bool]
    _spawns: _Names[bool]
    _per_thread: _Names[bool]
    _keepers: _Names[bool]
    _passers: _Names[bool]
    _givers: _Names[bool]
    _lookers: _Names[bool]
    _loop_callers: _Names[bool]
    _exhausters: _Names[bool]
    _iterators: Mapping[str, str]
    _decorators: Mapping[str, Decorator]
    _types: Mapping[str, FoundType]
    _exceptions: Mapping[str, FoundException]
    _public: dict[str, str] = field(default_factory=dict)

    def public_name(self, name: str) -> str:
        """The name that users write for what is defined as `name`: `_socket.socket.recv` -> `socket.socket.recv`."""
        public = self._public.get(name)
        if public is None:
            public = self._public[name] = _rehome(name, self._homes)
        return public

    def blocks(self, name: str, receiver: str | None = None) -> Blocks | None:
        """What is known of the waiting that `name` does, None for what does not wait.

        receiver: for a method, the public name of the class that it is called on. What is said of that class's own
        method goes before what is said of the class that defines it.
        """
        if receiver is not None:
            own = f"{receiver}.{name.rpartition('.')[2]}"
            found = self._blocks.find(own)
            if found is not None or self.is_pure(own) or self.is_mutator(own):
                return found
        return self._blocks.find(name)

    def is_pure(self, name: str) -> bool:
        """Whether `name` neither waits nor has an effect that others could see."""
        return self._pure.find(name) is not None

    def is_mutator(self, name: str) -> bool:
        """Whether `name` changes its receiver and nothing else."""
        return self._mutators.find(name) is not None

    def is_spawn(self, name: str) -> bool:
        """Whether `name` starts what it is given elsewhere, on another thread or process."""
        return self._spawns.find(name) is not None

    def is_keeper(self, name: str) -> bool:
        """Whether `name` takes a function without calling it there and then."""
        return self._keepers.find(name) is not None

    def passes(self, name: str) -> bool:
        """Whether `name` returns what it is given first, or something that calls it."""
        return self._passers.find(name) is not None

    def gives(self, name: str) -> bool:
        """Whether `name` returns something that gives what it was given first when it is called."""
        return self._givers.find(name) is not None

    def is_looker(self, name: str) -> bool:
        """Whether `name` only looks at a function that it is given."""
        return self._lookers.find(name) is not None

    def is_per_thread(self, name: str) -> bool:
        """Whether `name` asks or changes what belongs to the thread, the task or the frame that calls it."""
        return self._per_thread.find(name) is not None

    @cached_property
    def binds(self) -> dict[str, str]:
        """Names of what works with objects that a library keeps for each thread, and what that means."""
        return {name: why for library in self.libraries.values() for name, why in library.binds.items()}

    @cached_property
    def refusals(self) -> dict[str, str]:
        """Callables whose use by a project rules out its conversion, and why."""
        return {name: why for library in self.libraries.values() for name, why in library.refuses.items()}

    @cached_property
    def partials(self) -> frozenset[str]:
        """Callables that return something which calls their first argument, with the others and further ones."""
        return frozenset(name for library in self.libraries.values() for name in library.partials)

    @cached_property
    def fills(self) -> frozenset[str]:
        """Callables whose keyword arguments become attributes of an object that is made later."""
        return frozenset(name for library in self.libraries.values() for name in library.fills)

    @cached_property
    def bags(self) -> frozenset[str]:
        """Classes whose objects have the attributes that they are given, whatever these are."""
        return frozenset(name for library in self.libraries.values() for name in library.bags)

    @cached_property
    def affinities(self) -> tuple[Affinity, ...]:
        """How objects that belong to one thread are made for all."""
        return tuple(one for library in self.libraries.values() for one in library.affinity)

    @cached_property
    def entries(self) -> tuple[FrameworkEntry, ...]:
        """What frameworks call, in the order of their files."""
        return tuple(entry for library in self.libraries.values() for entry in library.entry)

    @cached_property
    def registering(self) -> dict[str, FrameworkEntry]:
        """Decorators by which frameworks are told what to call."""
        return {name: entry for entry in self.entries if not entry.tests for name in entry.decorators}

    @cached_property
    def registrars(self) -> dict[str, FrameworkEntry]:
        """Callables that frameworks are given functions by, to be called later."""
        return {name: entry for entry in self.entries if not entry.tests for name in entry.registers}

    @cached_property
    def replacers(self) -> dict[str, Replacer]:
        """Callables by which tests replace things."""
        return {
            name: one for library in self.libraries.values() for one in library.replacer for name in one.names
        }

    @cached_property
    def keeping_methods(self) -> frozenset[str]:
        """The last names of methods that take something without calling it there and then, and of nothing that waits."""
        return frozenset(
            last
            for library in self.libraries.values()
            for name in library.keeps
            if name.count(".") > 1
            and (last := name.rpartition(".")[2]) not in self.method_names
            and "*" not in last
        )

    @cached_property
    def loads(self) -> frozenset[str]:
        """Callables that load what an entry point names."""
        return frozenset(name for library in self.libraries.values() for name in library.loads)

    @cached_property
    def expects_error(self) -> frozenset[str]:
        """The last names of callables that call what they are given after a class of exceptions."""
        return frozenset(name for library in self.libraries.values() for name in library.expects_error)

    @cached_property
    def makes_of_keywords(self) -> frozenset[str]:
        """Callables that make an object of the attributes that they are given by keyword."""
        return frozenset(name for library in self.libraries.values() for name in library.makes_of_keywords)

    @cached_property
    def curries(self) -> frozenset[str]:
        """Decorators under which a function does not run before it has all its arguments."""
        return frozenset(name for library in self.libraries.values() for name in library.curries)

    @cached_property
    def test_options(self) -> dict[str, str]:
        """Options of test runners, and the one that each needs beside it where tests run an event loop."""
        return {
            option: needed
            for library in self.libraries.values()
            for option, needed in library.test_options.items()
        }

    @cached_property
    def fixtures(self) -> dict[str, tuple[str, str]]:
        """Parameters that tests get by their names: the library that gives them, and the class of what they get."""
        return {
            fixture: (name, made)
            for name, library in self.libraries.items()
            for fixture, made in library.fixtures.items()
        }

    @cached_property
    def carries(self) -> tuple[Carries, ...]:
        """Contexts of frameworks that carry an object of the program's own."""
        return tuple(one for library in self.libraries.values() for one in library.carries)

    @cached_property
    def called_methods(self) -> dict[str, tuple[str, ...]]:
        """Callables that call methods of what they are given first, and which methods."""
        return {
            name: methods
            for library in self.libraries.values()
            for name, methods in library.calls_methods.items()
        }

    @cached_property
    def factories(self) -> frozenset[str]:
        """Callables that describe a field of a class, and may be given a function that makes its value."""
        return frozenset(name for library in self.libraries.values() for name in library.factories)

    @cached_property
    def _interrupts(self) -> frozenset[str]:
        return frozenset(name for library in self.libraries.values() for name in library.interrupts)

    @cached_property
    def main_thread(self) -> frozenset[str]:
        """Callables that work on the main thread only, and do the same whoever has them called there."""
        return frozenset(name for library in self.libraries.values() for name in library.main_thread)

    @cached_property
    def choices(self) -> frozenset[str]:
        """Functions of libraries that programs name and that only the library calls, when it is told to do something else."""
        return frozenset(name for library in self.libraries.values() for name in library.choices)

    @cached_property
    def runs_elsewhere(self) -> dict[str, tuple[str, ...]]:
        """Classes with those methods that run on another thread or in another process, whoever overrides them."""
        found: dict[str, tuple[str, ...]] = {}
        for library in self.libraries.values():
            for name in library.runs_elsewhere:
                owner, _, method = name.rpartition(".")
                found[owner] = (*found.get(owner, ()), method)
        return found

    def is_interrupt(self, name: str) -> bool:
        """Whether `name` has an exception raised later, wherever the main thread is then."""
        return name in self._interrupts

    def is_on_loop(self, name: str) -> bool:
        """Whether `name` has a function called on the event loop later."""
        return self._loop_callers.find(name) is not None

    def exhausts(self, name: str) -> bool:
        """Whether `name` reads all of its first argument before it returns."""
        return self._exhausters.find(name) is not None

    def iterates(self, name: str) -> str | None:
        """The runtime's function that makes of asynchronous iterables what `name` makes of others."""
        return self._iterators.get(name)

    @cached_property
    def pools(self) -> dict[str, Pool]:
        """Callables that make pools of threads, and what is known of these."""
        return {
            name: pool for library in self.libraries.values() for pool in library.pool for name in pool.sync
        }

    @cached_property
    def pool_functions(self) -> dict[str, PoolFunction]:
        """Functions over what pools of threads give for the results."""
        return {one.sync: one for pool in self.pools.values() for one in pool.function}

    @cached_property
    def _rules(self) -> _Rules:
        """Made when first asked for: most of a catalog's weight, and a scan of a large project needs none of it."""
        return _compile(self.libraries)

    @cached_property
    def unseen(self) -> frozenset[str]:
        """Packages that the checker is not shown."""
        return frozenset(name for name, library in self.libraries.items() if library.unseen)

    def decorator(self, name: str) -> Decorator | None:
        """The decorator that an `async def` needs in the place of `name`; None where that is not known."""
        return self._decorators.get(name)

    def rewrites(self, name: str) -> tuple[CompiledRewrite, ...]:
        """The rules for calls of `name`, in the order in which they are to be tried."""
        return self._rules.rewrites.get(name, ())

    def members(self, type_name: str) -> Mapping[str, CompiledMember]:
        """The attributes of a type that read differently after the rewrite: `status_code` of `requests.Response`."""
        return self._rules.members.get(type_name, {})

    def member(self, name: str) -> CompiledMember | None:
        """The rule for one attribute by its dotted name: `requests.Response.status_code`."""
        type_name, _, attribute = name.rpartition(".")
        return self.members(type_name).get(attribute)

    def type(self, name: str) -> FoundType | None:
        """What becomes of values of the class `name` when the calls that make them are rewritten."""
        return self._types.get(name)

    def exception(self, name: str) -> FoundException | None:
        """What stands for the exception `name` after the rewrite."""
        return self._exceptions.get(name)

    def exception_members(self, library: str) -> frozenset[str]:
        """The attributes that read differently, after the rewrite, on what a library raises."""
        return frozenset(
            attribute.partition(".")[0]
            for found in self._exceptions.values()
            if found.library == library
            for attribute in self.members(found.exception.sync)
        )

    def exceptions_under(self, builtin: str) -> tuple[FoundException, ...]:
        """Exceptions that a clause for a builtin one catches before the rewrite only."""
        return tuple(found for found in self._exceptions.values() if builtin in found.exception.bases)

    def caught_by(self, name: str) -> tuple[FoundException, ...]:
        """Exceptions of libraries that a clause with this name catches after the rewrite only."""
        return tuple(found for found in self._exceptions.values() if name in found.exception.caught_by)

    @cached_property
    def method_names(self) -> frozenset[str]:
        """Bare names of methods that say little by themselves: the standard library has them, or a rule's library."""
        names = list(self._rules.rewrites)
        for library in self.libraries.values():
            if library.distribution is None or library.rewrite:
                names += [name for entry in library.blocks for name in entry.names]
                names += (*library.pure, *library.mutates, *library.spawns)
        return frozenset(name.rpartition(".")[2] for name in names if name.count(".") > 1 and "*" not in name)

    def library(self, identifier: str) -> Library:
        """What one file says. Raises KeyError for an unknown one."""
        return self.libraries[identifier]

    def stubs_for(
        self, missing: AbstractSet[str], installed: AbstractSet[str] = frozenset()
    ) -> dict[str, str]:
        """Module name -> stub source, of packages that are not installed or are better read through their stubs.

        missing, installed: which of the packages in `stubbed` are, or of what they are in (`google`).
        """
        return {
            module: text
            for library in self.libraries.values()
            for module, text in library.stubs.items()
            if not _above(module).isdisjoint(missing)
            or (library.stubs_first and not _above(module).isdisjoint(installed))
        }

    @cached_property
    def stubbed(self) -> frozenset[str]:
        """The packages that the catalog has stubs of, by their import names: `grpc`, `google.cloud.storage`."""
        return frozenset(
            name if name in _above(module) else module.partition(".")[0]
            for name, library in self.libraries.items()
            for module in library.stubs
        )


@dataclass(frozen=True, slots=True)
class _Rules:
    rewrites: Mapping[str, tuple[CompiledRewrite, ...]]
    members: Mapping[str, Mapping[str, CompiledMember]]


def _compile(libraries: Mapping[str, Library]) -> _Rules:
    rewrites: defaultdict[str, tuple[CompiledRewrite, ...]] = defaultdict(tuple)
    members: defaultdict[str, dict[str, CompiledMember]] = defaultdict(dict)
    for identifier, library in libraries.items():
        try:
            for rule in compile_rewrites(identifier, library):
                rewrites[rule.name] += (rule,)
            types = {known.sync for known in library.type} | {known.sync for known in library.exception}
            for member in compile_members(identifier, library):
                type_name = _owner(member.name, types)
                members[type_name].setdefault(member.name[len(type_name) + 1 :], member)
        except ValueError as error:
            raise ValueError(f"{identifier}: {error}") from error
    return _Rules(dict(rewrites), dict(members))


def build_catalog(libraries: Mapping[str, Library], trusted: AbstractSet[str] = frozenset()) -> Catalog:
    """The catalog of some libraries by their names; where two speak of one name, the first one counts.

    trusted: libraries whose rules are known to hold together and need not be tried now.
    Raises ValueError naming library, table, field and remedy when a rule of another does not.
    """
    _compile({name: library for name, library in libraries.items() if name not in trusted})
    every = list(libraries.items())[::-1]
    return Catalog(
        libraries=libraries,
        _homes={module: home for _, library in every for module, home in library.homes.items()},
        _blocks=_names(
            ((name, entry) for _, library in every for entry in library.blocks for name in entry.names),
            hidden=False,
        ),
        _pure=_names((name, True) for _, library in every for name in library.pure),
        _mutators=_names((name, True) for _, library in every for name in library.mutates),
        _spawns=_names((name, True) for _, library in every for name in library.spawns),
        _per_thread=_names((name, True) for _, library in every for name in library.per_thread),
        _keepers=_names(
            (name, True)
            for _, library in every
            for name in (*library.keeps, *library.passes, *library.gives, *library.on_loop)
        ),
        _passers=_names((name, True) for _, library in every for name in library.passes),
        _givers=_names((name, True) for _, library in every for name in library.gives),
        _lookers=_names((name, True) for _, library in every for name in library.looks),
        _loop_callers=_names((name, True) for _, library in every for name in library.on_loop),
        _exhausters=_names((name, True) for _, library in every for name in library.exhausts),
        _iterators={name: other for _, library in every for name, other in library.iterates.items()},
        _decorators={entry.sync: entry for _, library in every for entry in library.decorator},
        _types={entry.sync: FoundType(name, entry) for name, library in every for entry in library.type},
        _exceptions={
            entry.sync: FoundException(name, entry) for name, library in every for entry in library.exception
        },
    )


def _above(module: str) -> set[str]:
    """A module and the packages that it is in."""
    return {module, *(module[: match.start()] for match in re.finditer(r"\.", module))}


def _owner(name: str, types: AbstractSet[str]) -> str:
    """The type in front of an attribute, which may itself be an attribute of an attribute."""
    owner = name.rpartition(".")[0]
    while owner and owner not in types:
        owner = owner.rpartition(".")[0]
    return owner or name.rpartition(".")[0]


def _names(pairs: Iterable[tuple[str, _Value]], *, hidden: bool = True) -> _Names[_Value]:
    """Later pairs win, so they also come first among the patterns."""
    exact: dict[str, _Value] = {}
    members: dict[str, _Value] = {}
    globs: dict[str, _Value] = {}
    for name, value in pairs:
        if "*" not in name:
            exact[name] = value
        elif name.index("*") == len(name) - 1 and name.endswith(".*"):
            members[name[:-2]] = value
        else:
            globs[name] = value
    ordered = list(globs.items())[::-1]
    pattern = "|".join("(" + re.escape(name).replace(r"\*", "[^.]*") + ")" for name, _ in ordered)
    values = tuple(value for _, value in ordered)
    return _Names(exact, members, re.compile(pattern or r"(?!)"), values, hidden)


def _rehome(name: str, homes: Mapping[str, str]) -> str:
    prefix, rest = name, ""
    while True:
        home = homes.get(prefix)
        if home is not None:
            return home + rest
        prefix, dot, tail = prefix.rpartition(".")
        if not dot:
            return name
        rest = f".{tail}{rest}"
