"""Attributes that wait when they are read: properties, their setters, descriptors, attributes made on demand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.check import check_converts, check_unchanged
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap


@trap(
    3, "converted", "a property that waits becomes a method of its name, and every reader awaits a call of it"
)
def test_a_property_becomes_a_method() -> None:
    """Overrides and abstract properties go together; readers in f-strings, chains and conditions are rewritten."""
    check_converts(
        """
        import time
        from abc import ABC, abstractmethod


        class Sized(ABC):
            @property
            @abstractmethod
            def size(self) -> int: ...


        class Store(Sized):
            @property
            def size(self) -> int:
                # how much there is
                time.sleep(1)
                return 3

            def is_large(self) -> bool:
                return self.size > 2


        class Slim(Store):
            @property
            def size(self) -> int:
                return super().size - 1


        def main(store: Sized) -> None:
            print(f"{store.size} of", store.size.bit_length(), [one.size for one in (Store(), Slim())])
            if store.size:
                print(Store().is_large())


        if __name__ == "__main__":
            main(Store())
        """,
        """
        import asyncio
        from abc import ABC, abstractmethod

        from _aio import run


        class Sized(ABC):
            @abstractmethod
            async def size(self) -> int: ...


        class Store(Sized):
            async def size(self) -> int:
                # how much there is
                await asyncio.sleep(1)
                return 3

            async def is_large(self) -> bool:
                return await self.size() > 2


        class Slim(Store):
            async def size(self) -> int:
                return await super().size() - 1


        async def main(store: Sized) -> None:
            print(f"{await store.size()} of", (await store.size()).bit_length(), [await one.size() for one in (Store(), Slim())])
            if await store.size():
                print(await Store().is_large())


        if __name__ == "__main__":
            run(main(Store()))
        """,
        mutations=False,
    )


def test_a_property_that_is_kept_by_a_cache() -> None:
    """What keeps its results keeps those that are awaited, for a coroutine could be awaited only once."""
    check_converts(
        """
        import functools
        import time


        class Store:
            @property
            @functools.lru_cache()
            def size(self) -> int:
                time.sleep(0)
                return 3


        def main(store: Store) -> None:
            print(store.size + store.size)


        if __name__ == "__main__":
            main(Store())
        """,
        """
        import asyncio

        from _aio import alru_cache, run


        class Store:
            @alru_cache()
            async def size(self) -> int:
                await asyncio.sleep(0)
                return 3


        async def main(store: Store) -> None:
            print(await store.size() + await store.size())


        if __name__ == "__main__":
            run(main(Store()))
        """,
        mutations=False,
    )


def test_a_property_that_is_read_from_a_parameter() -> None:
    """What a parameter without annotation is given says whose property it is that a function reads."""
    check_converts(
        """
        import time


        class Store:
            @property
            def size(self) -> int:
                time.sleep(0)
                return 3


        def show(store):
            print(store.size)


        def main():
            show(Store())


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio

        from _aio import run


        class Store:
            async def size(self) -> int:
                await asyncio.sleep(0)
                return 3


        async def show(store):
            print(await store.size())


        async def main():
            await show(Store())


        if __name__ == "__main__":
            run(main())
        """,
    )


STORE = """
import time


class Store:
    @property
    def size(self):
        time.sleep(1)
        return 3

MORE

def main():
    BODY


if __name__ == "__main__":
    main()
"""


def program(body: str, more: str = "") -> str:
    return STORE.replace("MORE", more).replace("BODY", body.replace("\n", "\n    "))


SETTER = """
    @size.setter
    def size(self, value):
        time.sleep(value)
"""

REFUSED = {
    "setter": (program("Store().size = 3", SETTER), "a setter or a deleter, which cannot await"),
    "getattr": (program('print(getattr(Store(), "size"))'), "names it in a string"),
    "key": (program("print(sorted([Store()], key=lambda one: one.size))"), "a lambda cannot await"),
    "unknown": (
        program(
            "print(show(Store()), show(eval('Store()')))", "def show(anything):\n    return anything.size\n"
        ),
        "may be this property",
    ),
    "template": (program('print("{0.size}".format(Store()))'), "a template reads it"),
    "pattern": (
        program("match Store():\n    case Store(size=3):\n        print(3)"),
        "a pattern reads it",
    ),
    "attribute": (
        program("print(Store().size)", "class Fixed(Store):\n    size = 3\n"),
        "is a plain attribute",
    ),
    "default": (program("show()", "def show(size=Store().size):\n    print(size)\n"), "default arguments"),
}


@trap(
    3,
    "refused",
    "a property with a setter, or one that something may read by name or where nothing can be awaited",
)
@pytest.mark.parametrize("form", REFUSED)
def test_properties_that_are_kept(form: str) -> None:
    """A property of which not every reader is known and can await stays one, and the reason names the reader."""
    source, why = REFUSED[form]
    check_unchanged(source, why, mutations=False)


@trap(3, "thread", "a property that has to stay is read in a thread by async callers")
@trap(16, "thread", "attributes that are fetched when they are first read are read in a thread")
def test_what_stays_an_attribute_is_read_in_a_thread() -> None:
    """`__getattr__`, `__get__` and a property with a setter wait in a thread, and print what they printed."""
    text = check_runs_alike(
        """
        import time


        class Column:
            def __get__(self, row, owner):
                time.sleep(0)
                return 5


        class Row:
            price = Column()

            def __getattr__(self, name):
                time.sleep(0)
                return name.upper()

            @property
            def total(self):
                time.sleep(0)
                return 7

            @total.setter
            def total(self, value):
                print("set", value)


        def main():
            time.sleep(0)
            row = Row()
            print(row.colour)
            print(row.price)
            print(row.total)
            row.total = 8


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "await offload(" in text


@trap(3, "refused", "a property, or a method, whose name a template reads stays what it is")
def test_what_a_template_reads_stays(tmp_path: Path) -> None:
    """The reason names the template and its line; other properties of the class become methods."""
    (tmp_path / "templates").mkdir()
    template = "<h1>{{ user.name }}</h1>\n{% for one in user.orders() %}{{ one.other }}{% endfor %}\n"
    (tmp_path / "templates" / "user.html").write_text(template, encoding="utf-8")
    decided = decide(
        tmp_path,
        {
            "program.py": """
                import time


                class User:
                    @property
                    def name(self):
                        time.sleep(1)
                        return "n"

                    @property
                    def free(self):
                        time.sleep(1)
                        return "f"

                    def orders(self):
                        time.sleep(1)
                        return []


                def main():
                    user = User()
                    print(user.name, user.free, user.orders())


                if __name__ == "__main__":
                    main()
                """
        },
    )
    reasons, colors = decided.reasons, decided.colors
    assert "the template at templates/user.html:1 reads name" in reasons["program.User.name"]
    assert "the template at templates/user.html:2 may call orders" in reasons["program.User.orders"]
    assert (colors["program.User.name"], colors["program.User.orders"]) == ("unit", "unit")
    assert colors["program.User.free"] == colors["program.main"] == "async"
