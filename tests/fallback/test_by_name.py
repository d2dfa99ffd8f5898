"""What the fallback resolves: imports, definitions, variables, attributes and annotations, followed by their names."""

import pytest

from aioport.fallback.outside import _read_stubs
from tests.fallback.naming import named

IMPORTS = {
    "plain": "import time\ntime.sleep(1)\n",
    "aliased": "import time as t\nt.sleep(1)\n",
    "from": "from time import sleep\nsleep(1)\n",
    "from, aliased": "from time import sleep as nap\nnap(1)\n",
    "star": "from time import *\nsleep(1)\n",
    "kept in a variable": "import time\nnap = time.sleep; nap(1)\n",
    "inside a function": "def f():\n    import time; time.sleep(1)\n",
    "conditional": "try: import time\nexcept ImportError: time = None\nif time: time.sleep(1)\n",
}


@pytest.mark.parametrize("text", IMPORTS.values(), ids=IMPORTS)
def test_imports(text: str) -> None:
    """A function of the standard library is found however it is imported."""
    found = [one.partition(" ")[2] for one in named(text).findings]
    assert [one.removesuffix(" unsure") for one in found] == ["time.sleep"]


def test_imports_inside_the_project() -> None:
    """Absolute, relative, through a package's `__init__`, a star and a module's alias."""
    found = named(
        {
            "pkg/__init__.py": "from .deep import *\nfrom . import other as another\n",
            "pkg/deep.py": "def one(): open('1')\n",
            "pkg/other.py": "def two(): open('2')\n",
            "pkg/sub/__init__.py": "",
            "pkg/sub/user.py": """
                from ..deep import one as first
                from .. import other
                import pkg
                import pkg.other as renamed
                from pkg import another
                first()
                other.two()
                pkg.one()
                pkg.other.two()
                renamed.two()
                another.two()
            """,
        }
    )
    one, two = ["pkg.deep.one"], ["pkg.other.two"]
    calls = [call for call in found.program.calls if call.path == "pkg/sub/user.py"]
    targets = [[found.program.functions[target].name for target in call.targets] for call in calls]
    assert targets == [one, two, one, two, two, two]
    assert all(call.sure and call.unknown is None for call in calls)


def test_methods_of_the_project() -> None:
    """Through `self`, a class, `super()`, a local variable, an attribute, an annotation and a result."""
    found = named("""
        class Base:
            def read(self): open('x')
            @classmethod
            def make(cls): return cls()
            @staticmethod
            def help(): pass

        class Child(Base):
            other: "Base | None"
            def __init__(self):
                self.base = Base()
            def go(self, given: Base):
                super().read()
                self.read()
                self.base.read()
                given.read()
                Base.help()
                Base.make()
                made().read()
                local = Base()
                local.read()
                self.other.read()

        def made() -> Base: ...
    """)
    assert found.targets(13) == ["app.Base.read", "builtins.super.__init__"]
    for line in (14, 15, 16, 21, 22):
        assert found.targets(line) == ["app.Base.read"], line
    assert found.targets(17) == ["app.Base.help"]
    assert found.targets(18) == ["app.Base.make"]
    assert found.targets(19) == ["app.Base.read", "app.made"]
    assert not [one for one in found.unknown if ".read" in one]


def test_overrides_are_targets_too() -> None:
    """What an object of a subclass would run may run; past `super()` nothing else does."""
    found = named("""
        class A:
            def go(self): pass
        class B(A):
            def go(self): super().go()
        def run(a: A):
            a.go()
    """)
    assert found.targets(4) == ["app.A.go", "builtins.super.__init__"]
    assert found.targets(6) == ["app.A.go", "app.B.go"]
    assert not found.call("a.go()").sure
    assert found.call("super().go()").sure


def test_super_and_class_with_arguments() -> None:
    """`super(Class, self)` begins past that class, and `self.__class__` is the object's own."""
    found = named("""
        class A:
            def go(self): pass
        class B(A):
            def go(self): pass
        class C(B):
            def go(self):
                super(B, self).go()
                self.__class__().go()
                [].go()
    """)
    assert found.targets(7) == ["app.A.go", "builtins.super.__init__"]
    assert found.targets(8) == ["app.C.go"]
    assert found.unknown == ["9 [].go: the catalog does not know builtins.list.go"]


def test_the_order_of_bases() -> None:
    """A class looks methods up as Python does, and classes outside of the project after its own."""
    found = named("""
        import threading
        class A:
            def go(self): pass
        class B(A): pass
        class C(A):
            def go(self): pass
        class D(B, C): pass
        class E(threading.Thread): pass
        D().go()
        E().join()
    """)
    order = [found.program.classes[one].name for one in found.program.classes[3].ancestors]
    assert order == ["app.B", "app.C", "app.A"]
    assert "app.C.go" in found.targets(9)
    assert "threading.Thread.join" in found.targets(10)


def test_objects_of_the_standard_library() -> None:
    """Files, paths, sockets, connections, processes: what calls give, `with` enters and loops go through."""
    found = named("""
        import socket, sqlite3, subprocess
        from pathlib import Path

        def all(path: Path):
            with open("x") as file:
                file.read()
            (path / "y").read_text()
            connection = sqlite3.connect("z")
            connection.cursor().execute("")
            taken, _ = socket.create_server(("", 1)).accept()
            taken.recv(1)
            for one in path.iterdir():
                one.write_text("")
            subprocess.Popen("ls").wait()
            with open("b", "rb") as binary:
                for line in binary: pass
    """)
    waiting = {(one.line, one.chain[-1].name) for one in found.facts.findings}
    assert waiting >= {
        (5, "builtins.open"),
        (6, "io.TextIOWrapper.read"),
        (7, "pathlib.Path.read_text"),
        (8, "sqlite3.connect"),
        (9, "sqlite3.Cursor.execute"),
        (10, "socket.socket.accept"),
        (11, "socket.socket.recv"),
        (12, "pathlib.Path.iterdir"),
        (13, "pathlib.Path.write_text"),
        (14, "subprocess.Popen.wait"),
        (16, "io.BufferedReader.__next__"),
    }


def test_implicit_calls() -> None:
    """Properties, setters, context managers, loops, items, operators and `str`."""
    found = named("""
        class A:
            @property
            def size(self): pass
            @size.setter
            def size(self, value): pass
            def __enter__(self): return self
            def __exit__(self, *_): pass
            def __iter__(self): return self
            def __next__(self): pass
            def __getitem__(self, key): pass
            def __setitem__(self, key, value): pass
            def __add__(self, other): pass
            def __str__(self): pass
        a = A()
        a.size
        a.size = 1
        with a: pass
        for _ in a: pass
        a[0]
        a[0] = 1
        a + 1
        str(a)
        [x for x in a]
    """)
    expected = {
        (15, "property"): "size",
        (16, "setter"): "size",
        (17, "enter"): "__enter__",
        (17, "exit"): "__exit__",
        (18, "iter"): "__iter__",
        (18, "next"): "__next__",
        (19, "item"): "__getitem__",
        (20, "item"): "__setitem__",
        (21, "operator"): "__add__",
        (22, "protocol"): "__str__",
        (23, "next"): "__next__",
    }
    for (line, kind), name in expected.items():
        assert found.targets(line, kind) == [f"app.A.{name}"], (line, kind)


def test_what_is_unknown() -> None:
    """Parameters, items, results, what installed packages do: unknown with a reason, and never taken for sync."""
    found = named("""
        import nowhere
        from elsewhere import Thing

        def f(given, *rest, **named):
            given.read()
            rest[0].read()
            nowhere.get()
            Thing().read()
            (lambda: given)()
            getattr(given, "read")()
            missing()

        class Child(Thing):
            def go(self): self.other()
    """)
    lines = {int(one.partition(" ")[0]) for one in found.unknown}
    assert lines == {5, 6, 7, 8, 9, 10, 11, 14}
    assert all(not one.endswith(": ") for one in found.unknown)
    assert "7 nowhere.get: the catalog does not know nowhere.get" in found.unknown
    assert "11 missing: the name is not bound anywhere" in found.unknown


def test_a_name_with_several_values() -> None:
    """All of them are targets, and none is sure; what is not known besides makes the call unknown as well."""
    found = named("""
        import time
        def quick(_): pass
        def choose(flag, given):
            wait = time.sleep if flag else quick
            wait(1)
            wait = given
    """)
    assert found.targets(5) == ["app.quick", "time.sleep"]
    assert found.findings == ["app.py:5 time.sleep unsure"]
    assert found.unknown == ["5 wait: it is a parameter"]


def test_local_names_hide_others() -> None:
    """A parameter, a variable of a comprehension or an own function is not the builtin or the import of that name."""
    found = named("""
        from time import sleep
        def f(open, sleep):
            open("x")
            sleep(1)
        def input(): pass
        input()
        [sleep(1) for sleep in ()]
        class C:
            open = 1
            def go(self): open("y")
    """)
    assert found.findings == ["app.py:10 builtins.open"]
    assert found.targets(6) == ["app.input"]


def test_async_functions() -> None:
    """What an `async def` reaches blocks its loop, and what an awaited function returns is known."""
    found = named("""
        import time
        class Client:
            def get(self): time.sleep(1)
        async def connect(): return Client()
        async def main():
            (await connect()).get()
            connect().get()
    """)
    assert found.findings == ["app.py:3 time.sleep on the loop"]
    assert found.targets(6) == ["app.Client.get", "app.connect"]
    assert found.unknown == ["7 connect().get: it is a coroutine"]


def test_functions_that_are_handed_over() -> None:
    """To a thread they do not block the loop; anything else is taken to call them."""
    found = named("""
        import threading, time
        def work(): time.sleep(1)
        def other(): time.sleep(2)
        async def main():
            threading.Thread(target=work).start()
            sorted([], key=other)
    """)
    assert found.findings == ["app.py:3 time.sleep on the loop"]
    names = {found.program.functions[one].name for one in found.program.references[0].targets}
    assert names <= {"app.work", "app.other"}


def test_decorated_functions() -> None:
    """What a decorator of the project leaves is not known; static and class methods and overloads stay what they are."""
    found = named("""
        from typing import overload
        def wrap(function): return lambda: function()
        @wrap
        def f(): pass
        @overload
        def g(x: int): ...
        def g(x): pass
        f()
        g(1)
    """)
    assert found.targets(8) == ["app.f"]
    assert found.unknown == [
        "2 function: it is a parameter",
        "8 f: its decorator may put something else in its place",
    ]
    assert found.targets(9) == ["app.g"]
    f = next(one.id for one in found.program.functions if one.name == "app.f")
    assert found.program.decorators[f] == ("app.wrap",)


def test_names_that_go_in_circles() -> None:
    """Classes, variables, functions and stars that need themselves end as unknown."""
    found = named(
        {
            "a.py": "from b import *\nclass A(B): pass\nx = y\nx.go()\nA().go()\n",
            "b.py": "from a import *\nclass B(A): pass\ny = x\ndef f(): return f()\nf().go()\n",
            "c.py": "class C(C): pass\nC().go()\nz = z.z\nz()\n",
        }
    )
    unknown = {found.text(call) for call in found.program.calls if call.unknown is not None}
    assert unknown >= {"x.go()", "A().go()", "f().go()", "C().go()", "z()"}


def test_the_types_of_expressions() -> None:
    """What is known of a receiver and of any other expression, and whether that is all."""
    found = named("""
        class A:
            def go(self): pass
        def f(a: A | None, other):
            a.go()
            other.go()
            A.go(a)
    """)
    receiver = found.program.receiver(found.call("a.go()"))
    assert receiver is not None
    assert (receiver.classes, receiver.optional, receiver.exhaustive) == (("app.A",), True, True)
    source = found.project.sources["app.py"].data
    start = source.index(b"other.go")
    type_ = found.program.type_at("app.py", start, start + 5)
    assert type_ is not None
    assert not type_.exhaustive
    start = source.index(b"A.go(a)")
    type_ = found.program.type_at("app.py", start, start + 1)
    assert type_ is not None
    assert type_.objects == ("app.A",)
    assert found.program.type_at("app.py", 0, 1) is None


def test_file_names_that_are_no_names_of_modules() -> None:
    """Such a file is no module that could be imported; what is in it is found all the same."""
    found = named({"new\nline.py": "open('x')\n"})
    assert [one.function for one in found.facts.findings] == ["__unknown__"]


def test_files_that_do_not_parse_are_left_out() -> None:
    """They are named; the others are read all the same."""
    found = named({"bad.py": "def f(:\n", "app.py": "open('x')\n"})
    assert found.program.unloaded == ("bad.py",)
    assert found.findings == ["app.py:1 builtins.open"]


def test_the_data_on_the_standard_library_holds_together() -> None:
    """Every class that a call gives or a class inherits from is spelled as the catalog spells it, and sorted."""
    tables = _read_stubs()
    for table in tables.values():
        assert list(table) == sorted(table)
    assert tables["binary"].keys() <= tables["results"].keys()
    for names in tables["bases"].values():
        assert len(names) == len(set(names))
