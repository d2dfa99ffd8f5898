"""What runs through classes: inheritance, Protocols, making instances, and defining the class itself."""

from tests.scanning import scanned
from tests.values.looping import on_loop


def test_protocols_and_abstract_classes_run_any_implementer() -> None:
    """A class with every member of a Protocol may be meant; one that lacks a method, or an attribute, may not."""
    assert on_loop(
        """
        import time
        from abc import ABC, abstractmethod
        from typing import Protocol

        class Sender(Protocol):
            name: str
            def send(self): ...
            def close(self): ...

        class Mail:
            name = "mail"
            def send(self): time.sleep(1)
            def close(self): pass

        class Inherits(Mail):
            def send(self): time.sleep(1)

        class NoClose:
            name = "half"
            def send(self): time.sleep(1)

        class NoName:
            def send(self): time.sleep(1)
            def close(self): pass

        class Job(ABC):
            @abstractmethod
            def run(self): ...

        class Slow(Job):
            def run(self): time.sleep(1)

        class Unrelated:
            def run(self): time.sleep(1)

        async def main(sender: Sender, job: Job):
            sender.send()
            job.run()
        """
    ) == {"Mail.send", "Inherits.send", "Slow.run"}


def test_super_runs_what_subclasses_put_in_between() -> None:
    """`super().run()` is the next class in the order of the object's bases; a class beside them is not in it."""
    assert on_loop(
        """
        import time

        class Base:
            def run(self): pass
            def stop(self): pass

        class Left(Base):
            def run(self):
                super().run()

            def stop(self):
                super().stop()

        class Right(Base):
            def run(self): time.sleep(1)

        class Both(Left, Right):
            pass

        class Beside(Base):
            def run(self): time.sleep(1)
            def stop(self): time.sleep(1)

        async def main(both: Both):
            both.run()
            both.stop()
        """
    ) == {"Right.run"}


def test_a_mixin_s_calls_are_those_of_its_subclasses() -> None:
    """A method that the mixin lacks is the other bases'; a class that is no subclass of it is not meant."""
    assert on_loop(
        """
        import time

        class Shout:
            def greet(self):
                self.fetch()

        class Reader:
            def fetch(self): time.sleep(1)

        class Loud(Shout, Reader):
            pass

        class Own(Shout):
            def fetch(self): time.sleep(1)

        class Alone:
            def fetch(self): time.sleep(1)

        async def main(loud: Loud):
            loud.greet()
        """
    ) == {"Reader.fetch", "Own.fetch"}


def test_a_class_that_makes_its_attributes_is_no_mixin() -> None:
    """What an object with a `__getattr__` has no method for is an attribute of its own, not a method from below it."""
    assert (
        on_loop(
            """
        import time

        class Record:
            def __init__(self, values):
                self.__dict__["values"] = values

            def __getattr__(self, name):
                return self.__dict__["values"][name]

        class Stored(Record):
            def get(self, key): time.sleep(1)

        async def main(record: Record):
            record.get("key")
        """
        )
        == set()
    )


def test_an_attribute_that_is_declared_to_be_anything_holds_what_it_is_given() -> None:
    """`pool: Any` says nothing, and the constructor does."""
    assert on_loop(
        """
        import time
        from typing import Any

        class Pool:
            def close(self): time.sleep(1)

        class Empty(Pool):
            def close(self): pass

        class Transport:
            pool: Any
            made_by: Any = Pool

            def __init__(self):
                self.pool = Empty()
                self.fill()

            def fill(self):
                self.pool = self.made_by()
                self.pool = Pool()

            def close(self):
                self.pool.close()

        async def main(transport: Transport):
            transport.close()
        """
    ) == {"Pool.close"}


def test_making_an_instance_runs_everything_on_the_way() -> None:
    """`__new__`, `__init__`, `__post_init__`, a field's factory and the metaclass's `__call__`; naming the class does not."""
    assert on_loop(
        """
        import time
        from dataclasses import dataclass, field

        def factory():
            time.sleep(1)
            return []

        def unused_factory():
            time.sleep(1)
            return []

        class New:
            def __new__(cls):
                time.sleep(1)
                return super().__new__(cls)

        class Init:
            def __init__(self): time.sleep(1)

        class Inherited(Init):
            pass

        @dataclass
        class Post:
            size: int = 0
            def __post_init__(self): time.sleep(1)

        @dataclass
        class Filled:
            rows: list = field(default_factory=factory)

        class Meta(type):
            def __call__(cls): time.sleep(1)

        class Made(metaclass=Meta):
            pass

        class Named:
            def __init__(self): time.sleep(1)

        @dataclass
        class NamedToo:
            rows: list = field(default_factory=unused_factory)
            def __post_init__(self): time.sleep(1)

        async def main():
            New()
            Inherited()
            Post()
            Filled()
            Made()
            return Named, NamedToo
        """
    ) == {"New.__new__", "Init.__init__", "Post.__post_init__", "factory", "Meta.__call__"}


def test_defining_a_class_runs_its_body_and_its_hooks() -> None:
    """Inside of a coroutine the body, decorators, metaclass and hooks run on the loop; at the top of a module they do not."""
    assert on_loop(
        """
        import time

        def in_body(): time.sleep(1)
        def at_the_top(): time.sleep(1)

        class Hooked:
            def __init_subclass__(cls): time.sleep(1)

        class HookedToo:
            def __init_subclass__(cls): time.sleep(1)

        class Meta(type):
            def __new__(cls, *rest):
                time.sleep(1)
                return super().__new__(cls, *rest)

        class Field:
            def __set_name__(self, owner, name): time.sleep(1)

        class Top(HookedToo):
            value = at_the_top()

        def register(cls):
            time.sleep(1)
            return cls

        def called(name):
            def decorate(cls):
                time.sleep(1)
                return cls
            return decorate

        async def main():
            class Inner(Hooked):
                value = in_body()

            class Made(metaclass=Meta):
                name = Field()

            @register
            class Listed:
                pass

            @called("x")
            class Named:
                pass

            return Top
        """
    ) == {
        *("in_body", "Hooked.__init_subclass__", "Meta.__new__", "Field.__set_name__"),
        *("register", "called.decorate"),
    }


def test_a_registry_of_classes_makes_their_instances() -> None:
    """Classes that a decorator puts into a collection are made, and called, where the collection is used."""
    assert on_loop(
        """
        import time

        PLUGINS = {}
        LISTED = []
        FORGOTTEN = []

        def plugin(name):
            def decorate(cls):
                PLUGINS[name] = cls
                return cls
            return decorate

        def listed(cls):
            LISTED.append(cls)
            return cls

        def forgotten(cls):
            FORGOTTEN.append(cls)
            return cls

        @plugin("a")
        class Named:
            def __init__(self): time.sleep(1)

        @listed
        class Listed:
            def run(self): time.sleep(1)

        @forgotten
        class Forgotten:
            def __init__(self): time.sleep(1)

        async def main(name):
            PLUGINS[name]()
            for one in LISTED:
                one().run()
        """
    ) == {"Named.__init__", "Listed.run"}


def test_a_wait_in_a_class_body_is_that_of_the_code_around() -> None:
    """The chain goes from the coroutine through the class's body; the body of a class at the top is on no loop."""
    found = scanned(
        """
        import time

        class Top:
            time.sleep(1)

        async def main():
            class Inner:
                time.sleep(2)
        """
    )
    assert found.findings == ["app.py:4 time.sleep", "app.py:8 time.sleep on the loop unsure"]
    assert found.chain(1) == ["app.main", "app.main.Inner", "time.sleep"]


def test_class_methods_static_methods_and_bound_methods_are_functions() -> None:
    """Passed as values they run where they are called; the receiver is no argument."""
    assert on_loop(
        """
        import time

        def call(function, item):
            function(item)

        class Tools:
            @classmethod
            def shared(cls, item): time.sleep(1)

            @staticmethod
            def plain(item): item()

            def bound(self, item): item()

            def unused(self, item): time.sleep(1)

        def to_static(): time.sleep(1)
        def to_bound(): time.sleep(1)
        def to_class(): time.sleep(1)

        async def main(tools: Tools):
            call(Tools.shared, 1)
            call(Tools.plain, to_static)
            call(tools.bound, to_bound)
            Tools.bound(tools, to_class)
            tools.unused
        """
    ) == {"Tools.shared", "to_static", "to_bound", "to_class"}


def test_one_of_several_definitions_runs() -> None:
    """Definitions in branches of an `if` or a `try` are all possible; of two in one block the last."""
    found = scanned(
        """
        import os
        import time

        if os.name == "nt":
            def pause(): time.sleep(1)
        else:
            def pause(): time.sleep(2)

        try:
            import fast
        except ImportError:
            def load(): time.sleep(3)
        else:
            def load(): time.sleep(4)

        def again(): time.sleep(5)
        def again(): time.sleep(6)

        async def main():
            pause()
            load()
            again()
        """
    )
    lines = {one.line for one in found.scan.facts.findings if one.on_loop}
    assert lines - {16} == {5, 7, 12, 14, 17}


def test_a_method_that_is_set_under_a_name_put_together() -> None:
    """`setattr` with any name: what the class does not define may be it; with a constant one, that attribute is it."""
    assert on_loop(
        """
        import time

        class Caller:
            def __init__(self, names):
                for name in names:
                    setattr(self, "do_" + name, self._run)
                setattr(self, "wait", self._run)

            def _run(self):
                time.sleep(1)

            def __getattr__(self, name):
                raise AttributeError(name)

            def own(self):
                return 1

        async def put_together(names: list):
            Caller(names).do_it()

        async def constant(names: list):
            Caller(names).wait()

        async def defined(names: list):
            Caller(names).own()
        """
    ) == {"Caller._run"}


def test_an_attribute_of_which_only_the_assignment_tells_the_class() -> None:
    """The checker gives up on the overload; what the function declares, and where the attribute is set, still say it."""
    assert on_loop(
        """
        import time
        from typing import Any, overload

        from elsewhere import ADDRESS


        class Contract:
            def ask(self) -> None:
                time.sleep(1)


        @overload
        def contract(address: None = None) -> type[Contract]: ...
        @overload
        def contract(address: str) -> Contract: ...
        def contract(address: Any = None) -> type[Contract] | Contract:
            return Contract() if address else Contract


        class User:
            def __init__(self) -> None:
                self._contract = contract(ADDRESS)

            async def use(self) -> None:
                self._contract.ask()
        """
    ) == {"Contract.ask"}
