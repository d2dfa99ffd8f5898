"""Special methods that wait: items, length, containment, calls, comparisons, texts, context managers, the end of objects."""

from __future__ import annotations

import pytest

from tests.check import check_converts, check_unchanged
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap


@trap(14, "converted", "obj[key], key in obj and len(obj) become calls of named methods; obj() is awaited")
def test_special_methods_get_names() -> None:
    """Overrides, `self[key]`, `super().__getitem__` and negated tests are followed; `in` still makes a bool."""
    check_converts(
        """
        import time


        def fetch(key):
            time.sleep(1)
            return key


        class Store:
            def __getitem__(self, key):
                return fetch(key)

            def __contains__(self, key):
                return fetch(key)

            def __len__(self):
                return len(fetch("all"))

            def __call__(self, key):
                return self[key], fetch(key)


        class Slim(Store):
            def __getitem__(self, key):
                return super().__getitem__(key)


        def main():
            store = Store()
            if "a" in store and "b" not in store:
                print("c" in store)
            print(store["a"].upper(), store["b", 2], len(store) + 1, store("c"))
            print([store[key] for key in "de"], f"{len(store)}", Slim()["f"])


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        async def fetch(key):
            await asyncio.sleep(1)
            return key


        class Store:
            async def get_item(self, key):
                return await fetch(key)

            async def contains(self, key):
                return await fetch(key)

            async def length(self):
                return len(await fetch("all"))

            async def __call__(self, key):
                return await self.get_item(key), await fetch(key)


        class Slim(Store):
            async def get_item(self, key):
                return await super().get_item(key)


        async def main():
            store = Store()
            if await store.contains("a") and not await store.contains("b"):
                print(bool(await store.contains("c")))
            print((await store.get_item("a")).upper(), await store.get_item(("b", 2)), await store.length() + 1, await store("c"))
            print([await store.get_item(key) for key in "de"], f"{await store.length()}", await Slim().get_item("f"))


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
        concurrency="off",
    )


STORE = """
import time
from collections.abc import Mapping


class Store:
    def METHOD(self, *given):
        time.sleep(1)
        return RESULT


def main():
    store = Store()
    BODY


if __name__ == "__main__":
    main()
"""


def program(method: str, body: str, result: str = "3") -> str:
    return (
        STORE.replace("METHOD", method)
        .replace("BODY", body.replace("\n", "\n    "))
        .replace("RESULT", result)
    )


REFUSED = {
    "slice": (program("__getitem__", "print(store[1:2])"), "takes a slice"),
    "iteration": (program("__getitem__", "for one in store:\n    print(one)"), "__getitem__"),
    "handed on": (
        program("__getitem__", "print(store[1], list(store))"),
        "passes an object to code that may use",
    ),
    "augmented": (program("__getitem__", "store[1] += 2"), "assigns to the item that it reads"),
    "mapping": (
        program("__getitem__", "print(store[1])").replace("class Store:", "class Store(Mapping):"),
        "Mapping, which its class is derived from",
    ),
    "key": (
        program("__getitem__", "print(sorted([1], key=lambda one: store[one]))"),
        "a lambda cannot await",
    ),
    "truth by length": (program("__len__", "print(len(store))\nif store:\n    print(1)"), "__len__"),
    "computed": (program("__contains__", "print(print() in store)"), "the order would change"),
    "assigned": (program("__setitem__", "store[1] = 2"), "Python itself calls __setitem__"),
    "deleted": (program("__delitem__", "del store[1]"), "Python itself calls __delitem__"),
    "equal": (program("__eq__", "print(store == 3)"), "Python itself calls __eq__"),
    "ordered": (program("__lt__", "print(sorted([store, store]))"), "Python itself calls __lt__"),
    "hashed": (program("__hash__", "print({store: 1})"), "Python itself calls __hash__"),
    "truth": (program("__bool__", "print(not store)"), "Python itself calls __bool__"),
    "text": (program("__str__", "print(str(store))", "''"), "Python itself calls __str__"),
    "shown": (program("__repr__", "print(repr(store))", "''"), "Python itself calls __repr__"),
    "formatted": (program("__format__", "print(f'{store}')", "''"), "Python itself calls __format__"),
    "missing": (program("__getattr__", "print(store.name)"), "Python itself calls __getattr__"),
    "every attribute": (
        program("__getattribute__", "print(store.name)"),
        "Python itself calls __getattribute__",
    ),
    "operator": (program("__matmul__", "print(store @ 2)"), "Python itself calls __matmul__"),
    "state": (program("__getstate__", "print(store)"), "Python itself calls __getstate__"),
    "the end": (program("__del__", "print(store)"), "Python itself calls __del__"),
}


@trap(14, "refused", "what is used implicitly, by code outside the project, or in a way that has no name")
@trap(11, "kept", "__del__ stays sync, and says so")
@trap(15, "kept", "__getstate__ stays sync, and says so")
@trap(16, "kept", "operators stay sync, and say so")
@pytest.mark.parametrize("form", REFUSED)
def test_special_methods_that_are_kept(form: str) -> None:
    """Where Python itself calls a method, or not every use is explicit, it stays as it is, with the reason."""
    source, why = REFUSED[form]
    check_unchanged(source, why, mutations=False)


@trap(
    14,
    "thread",
    "comparisons, texts, truth and len of what stays run in a thread where async code asks for them",
)
@trap(16, "thread", "an operator that waits runs in a thread where async code uses it")
def test_what_python_calls_runs_in_a_thread() -> None:
    """Implicit calls are not forgotten on the event loop: the expression around each runs in a thread."""
    text = check_runs_alike(
        """
        import time


        class Ref:
            def __init__(self, number):
                self.number = number

            def __eq__(self, other):
                time.sleep(0)
                return self.number == other

            def __matmul__(self, other):
                time.sleep(0)
                return self.number * other

            def __str__(self):
                time.sleep(0)
                return f"<{self.number}>"

            def __len__(self):
                time.sleep(0)
                return self.number


        def main():
            time.sleep(0)
            ref = Ref(2)
            same = ref == 2
            product = ref @ 3
            text = str(ref)
            length = len(ref) or bool(ref)
            print(same, product, text, length)


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "await offload(" in text


@trap(
    12,
    "converted",
    "__enter__ and __exit__ become __aenter__ and __aexit__, inherited or overridden, with every `with`",
)
@trap(
    13,
    "converted",
    "__iter__ and __next__ become __aiter__ and __anext__, inherited or overridden, with every `for`",
)
def test_protocols_of_both_colors_are_inherited() -> None:
    """A pair that is split between a class and its base changes together, and prints what it printed."""
    text = check_runs_alike(
        """
        import time


        class Base:
            def __enter__(self):
                return self

            def __exit__(self, *exc):
                time.sleep(0)
                print("left", exc[0] is None)


        class Session(Base):
            def __enter__(self):
                print("entered")
                return super().__enter__()


        class Numbers:
            def __init__(self, last):
                self.last, self.now = last, 0

            def __iter__(self):
                return self

            def __next__(self):
                if self.now == self.last:
                    raise StopIteration
                time.sleep(0)
                self.now += 1
                return self.now


        class Doubled(Numbers):
            def __next__(self):
                return super().__next__() * 2


        def main():
            with Session() as session:
                print(session is not None)
            for number in Numbers(2):
                print(number)


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "async with Session() as session:" in text


@trap(12, "kept", "a context manager that other people's code enters stays sync")
def test_a_context_manager_that_is_handed_on_stays() -> None:
    """An ExitStack enters synchronously what it is given by a foreign function."""
    check_unchanged(
        """
        import time
        from concurrent.futures import ThreadPoolExecutor


        class Pool(ThreadPoolExecutor):
            def __exit__(self, *exc):
                time.sleep(1)
                return super().__exit__(*exc)


        def main():
            with Pool() as pool:
                print(pool)


        if __name__ == "__main__":
            main()
        """,
        "calls __exit__ itself",
        mutations=False,
    )


@trap(11, "kept", "what atexit or weakref.finalize calls stays sync, and says so")
def test_what_runs_at_the_end_stays() -> None:
    """At the end of the process, and of an object, there may be no event loop."""
    check_unchanged(
        """
        import atexit
        import time
        import weakref


        class Store:
            def close(self):
                time.sleep(1)


        def clean():
            time.sleep(1)


        def finish(name):
            time.sleep(1)


        def main():
            store = Store()
            atexit.register(store.close)
            atexit.register(clean)
            weakref.finalize(store, finish, "store")


        if __name__ == "__main__":
            main()
        """,
        "hands it to weakref.finalize, which calls it synchronously",
        mutations=False,
    )
