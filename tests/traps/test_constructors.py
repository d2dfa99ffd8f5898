"""Objects that wait while they are made: `__init__`, `__post_init__`, `__new__`, metaclasses and their hooks."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.check import check_converts, check_unchanged
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

MAIN = """
def main():
    BODY


if __name__ == "__main__":
    main()
"""


@trap(
    9, "converted", "the rest of __init__ moves into an async create(), and every call of the class awaits it"
)
def test_what_waits_moves_into_create() -> None:
    """What stands before the first wait stays in __init__; defaults, comments and aliases are kept."""
    check_converts(
        '''
        import time


        def fetch(url):
            time.sleep(1)
            return url


        class Store:
            def __init__(self, url, *, depth=3):
                """A store."""
                self.url = url  # where it is
                # what is in it
                self.meta = fetch(url)
                self.depth = depth

            @classmethod
            def nearest(cls):
                return cls("http://localhost")


        Alias = Store


        def main():
            first = Store("a", depth=2)
            print(first.meta, Alias("b").depth, Store.nearest().url)
            with open("log") as log, Locked(Store("c")) as other:
                print(log, other)


        class Locked:
            def __init__(self, store):
                self.store = store

            def __enter__(self):
                return self.store

            def __exit__(self, *exc):
                pass


        if __name__ == "__main__":
            main()
        ''',
        '''
        import asyncio

        from _aio import entered, run


        async def fetch(url):
            await asyncio.sleep(1)
            return url


        class Store:
            def __init__(self, url, *, depth=3):
                """A store."""
                self.url = url  # where it is

            @classmethod
            async def create(cls, url, *, depth=3):
                self = cls(url, depth=depth)
                # what is in it
                self.meta = await fetch(url)
                self.depth = depth
                return self

            @classmethod
            async def nearest(cls):
                return await cls.create("http://localhost")


        Alias = Store


        async def main():
            first = await Store.create("a", depth=2)
            print(first.meta, (await Alias.create("b")).depth, (await Store.nearest()).url)
            async with entered(lambda: open("log")) as log:
                with Locked(await Store.create("c")) as other:
                    print(log, other)


        class Locked:
            def __init__(self, store):
                self.store = store

            def __enter__(self):
                return self.store

            def __exit__(self, *exc):
                pass


        if __name__ == "__main__":
            run(main())
        ''',
        mutations=False,
    )


@trap(9, "converted", "where the first statement waits, create() takes the place of __init__")
def test_create_takes_the_place_of_init() -> None:
    """Nothing can stay in an __init__ that begins with a wait; annotations are kept."""
    check_converts(
        """
        import time


        class Store:
            def __init__(self, seconds: float = 1.0) -> None:
                # before anything else
                time.sleep(seconds)
                self.ready = True


        def main() -> None:
            print(Store(0.5).ready)


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        class Store:
            @classmethod
            async def create(cls, seconds: float = 1.0) -> "Store":
                self = cls.__new__(cls)
                # before anything else
                await asyncio.sleep(seconds)
                self.ready = True
                return self


        async def main() -> None:
            print((await Store.create(0.5)).ready)


        if __name__ == "__main__":
            run(main())
        """,
    )


FAMILY = """
import time
from dataclasses import dataclass


def fetch(key):
    time.sleep(0)
    print("fetch", key)
    return key * 2


class Quiet:
    def __init__(self, name):
        self.name = name


class Base(Quiet):
    __slots__ = ("value",)

    def __init__(self, name, factor=1):
        super().__init__(name)
        self.value = fetch(name) * factor


class Sub(Base):
    def __init__(self, name):
        Base.__init__(self, name, factor=2)
        if name == "stop":
            return
        self.extra = fetch("extra")


class Heir(Sub):
    def show(self):
        return type(self).__name__, self.name, self.value


@dataclass
class Record:
    key: str
    size: int = 0

    def __post_init__(self):
        self.content = fetch(self.key)
        self.size = len(self.content)


class Lazy:
    def __init__(self, key, *rest, **options):
        local = key.upper()
        self.key, self.rest, self.options = local, rest, options
        self.content = fetch(local)

    @classmethod
    def twice(cls, key):
        return cls(key), cls(key, 1, b=2)


def main():
    print(Quiet("q").name, Base("b").value, Base("b", 3).value)
    print(Sub("s").extra, hasattr(Sub("stop"), "extra"), Heir("h").show())
    record = Record("k")
    print(record, Record("key", size=9).content)
    for lazy in Lazy.twice("z"):
        print(lazy.key, lazy.rest, lazy.options, lazy.content)
    print([Record(key).size for key in "ab"], {key: Sub(key).value for key in "cd"})
    try:
        Base()
    except TypeError:
        print("an argument is missing")


if __name__ == "__main__":
    main()
"""


@trap(
    9,
    "converted",
    "a hierarchy with super().__init__(), Base.__init__(self), slots and dataclasses runs as before",
)
def test_hierarchies_run_as_before() -> None:
    """Constructors that call one another become async methods that do; the whole prints what it printed."""
    text = check_runs_alike(FAMILY).files["program.py"]
    assert "await super()" not in text  # Quiet waits for nothing, and keeps its __init__.
    assert "await Base._init(self, name, factor=2)" in text
    assert "await Heir.create(" in text
    assert "await Record.create(" in text
    assert 'Quiet("q")' in text


@trap(9, "converted", "super(Sub, self).__init__() names the class it stands in, and passes it on to nobody")
def test_super_with_arguments_runs_as_before() -> None:
    """As it was written before Python 3; what it leads to is awaited."""
    older = FAMILY.replace("super().__init__(name)", "super(Base, self).__init__(name)")
    older = older.replace("Base.__init__(self, name, factor=2)", "super(Sub, self).__init__(name, factor=2)")
    text = check_runs_alike(older).files["program.py"]
    assert "await super(Sub, self)._init(name, factor=2)" in text
    assert "await Sub.create(" in text


@trap(9, "converted", "a class of a library's that has the same name, and is passed on, is another one")
def test_a_class_of_the_same_name_in_a_library_is_another() -> None:
    """`smtplib.SMTP` may go where it likes: the project's own `SMTP` is known by all its uses."""
    text = check_runs_alike(
        """
        import smtplib
        import time


        class SMTP:
            def __init__(self, secure):
                time.sleep(0)
                self.kind = smtplib.SMTP_SSL if secure else smtplib.SMTP


        def main():
            print(SMTP(False).kind.__name__, SMTP(True).kind.__name__)


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "await SMTP.create(False)" in text


STORE = """
import time
HEAD


class Store(BASES):
    def __init__(self, url):
        time.sleep(1)
        self.url = url

REST

"""


def program(body: str, *, head: str = "", bases: str = "", rest: str = "", more: str = "") -> str:
    """A program with a class whose __init__ waits; `body` is that of `main`."""
    text = STORE.replace("HEAD", head).replace("(BASES)", f"({bases})" if bases else "")
    text = text.replace("REST\n", indent(rest, "    ") + "\n" if rest else "")
    return text + more + MAIN.replace("BODY", body.replace("\n", "\n    "))


REFUSED = {
    "passed": (program('print(list(map(Store, ["a"])))'), "passes the class Store on"),
    "registry": (
        program('print(KINDS["a"]("b"))', more='KINDS = {"a": Store}\n'),
        "passes the class Store on",
    ),
    "factory": (
        program(
            "print(Holder().store)",
            head="from dataclasses import dataclass, field",
            more="@dataclass\nclass Holder:\n    store: object = field(default_factory=Store)\n",
        ),
        "passes the class Store on",
    ),
    "by name": (program('print(getattr(__import__("program"), "Store")("a"))'), "looks Store up by its name"),
    "exception": (
        program('raise Store("a")', bases="Exception"),
        "Exception, which the class is derived from",
    ),
    "thread": (
        program('Store("a").start()', head="from threading import Thread", bases="Thread"),
        "Thread, which the class is derived from",
    ),
    "metaclass": (
        program('print(Store("a").url)', head="class Meta(type):\n    pass", bases="metaclass=Meta"),
        "its metaclass makes the objects",
    ),
    "new": (
        program('print(Store("a").url)', rest="def __new__(cls, *args):\n    return object.__new__(cls)"),
        "defines __new__",
    ),
    "pickled": (
        program('print(Store("a").url)', rest="def __reduce__(self):\n    return type(self), (self.url,)"),
        "by which copies are made",
    ),
    "decorated": (
        program('print(Store("a").url)', head="def register(one):\n    return one").replace(
            "class Store", "@register\nclass Store"
        ),
        "the decorator @register gets the class",
    ),
    "dynamic": (
        program('print(Store("a").again().url)', rest="def again(self):\n    return type(self)(self.url)"),
        "may make an object of this class or of another",
    ),
    "default": (
        program("use()", more='def use(store=Store("a")):\n    print(store.url)\n'),
        "default arguments",
    ),
    "module": (program("print(STORE.url)", more='STORE = Store("a")\n'), "a module body cannot await"),
    "class body": (
        program("print(Holder.store.url)", more='class Holder:\n    store = Store("a")\n'),
        "a class body cannot await",
    ),
    "lambda": (
        program('print(sorted("ba", key=lambda url: Store(url).url))'),
        "a lambda cannot await",
    ),
}


@trap(
    9, "refused", "a class that is passed on, looked up by name, copied, or made where nothing can be awaited"
)
@trap(10, "refused", "a class with __new__ or a metaclass keeps its __init__")
@trap(15, "refused", "a class that says how it is pickled keeps its __init__")
@pytest.mark.parametrize("form", REFUSED)
def test_constructors_that_are_kept(form: str) -> None:
    """Where objects may be made by something that cannot await, __init__ stays, and the reason names the place."""
    source, why = REFUSED[form]
    check_unchanged(source, why, mutations=False)


@trap(9, "thread", "where a constructor has to stay, async callers make the object in a thread")
def test_a_constructor_that_stays_runs_in_a_thread() -> None:
    """A class that is also passed on is made whole in a thread by what is async for other reasons."""
    source = program('time.sleep(2)\nprint(Store("a").url, len(list(map(Store, "b"))))')
    text = check_runs_alike(source).files["program.py"]
    assert 'await offload(lambda: print(Store("a").url, len(list(map(Store, "b")))))' in text


@trap(10, "kept", "__new__, __init_subclass__, __set_name__ and a metaclass's __call__ stay sync")
def test_hooks_of_classes_stay() -> None:
    """What runs while classes are defined, or objects are allocated, cannot await, and says so."""
    check_unchanged(
        """
        import time


        class Meta(type):
            def __call__(cls, *args):
                time.sleep(1)
                return super().__call__(*args)


        class Made(metaclass=Meta):
            pass


        class Base:
            def __init_subclass__(cls):
                time.sleep(1)


        class Field:
            def __set_name__(self, owner, name):
                time.sleep(1)


        class Sub(Base):
            field = Field()

            def __new__(cls):
                time.sleep(1)
                return super().__new__(cls)


        def main():
            print(Made(), Sub())


        if __name__ == "__main__":
            main()
        """,
        "Python itself calls __new__, and cannot await it",
        mutations=False,
    )


@trap(
    9,
    "thread",
    "a class that is handed to `map`, `sorted` or `defaultdict` keeps its `__init__`, in a thread",
)
def test_a_class_that_is_handed_over_keeps_its_constructor() -> None:
    """What makes its objects elsewhere runs in a thread where that is in one expression, and is named as the reason."""
    conversion = check_runs_alike(
        """
        import time


        class Store:
            def __init__(self, url):
                self.url = url
                time.sleep(0.001)


        class Key:
            def __init__(self, text):
                time.sleep(0.001)
                self.text = text

            def __lt__(self, other):
                return self.text < other.text


        def wait():
            time.sleep(0.001)


        def main():
            wait()
            urls = ["b", "a"]
            print([one.url for one in list(map(Store, urls))])
            wait()
            print(sorted(urls, key=Key), isinstance(Store("c"), Store))


        if __name__ == "__main__":
            main()
        """
    )
    text = conversion.files["program.py"]
    assert "[one.url for one in await offload(lambda: list(map(Store, urls)))]" in text
    assert "await offload(lambda: print(sorted(urls, key=Key)" in text
    reasons = "\n".join(conversion.reasons)
    assert "program.py:26 passes the class Store on, and objects may be made elsewhere" in reasons
