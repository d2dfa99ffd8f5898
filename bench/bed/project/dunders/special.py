# bed: group=dunders forms=both
"""Methods that syntax calls."""

import contextlib
import os
import socket
import time
from pathlib import Path


class Session:
    def __enter__(self):
        time.sleep(1)  # blocks: sleep
        return self

    def __exit__(self, *details):
        time.sleep(2)  # blocks: sleep


async def with_statement():
    with Session():
        pass


class Stacked:
    def __enter__(self):
        return socket.create_connection(("example.org", 1))  # blocks: network

    def __exit__(self, *details):
        return None


async def exit_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(Stacked())


class Pushed:
    def finish(self):
        os.fsync(1)  # blocks: file


async def exit_stack_callback():
    with contextlib.ExitStack() as stack:
        stack.callback(Pushed().finish)


class Closed:
    def close(self):
        time.sleep(1)  # blocks: sleep


async def closing():
    with contextlib.closing(Closed()):
        pass


class Rows:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        time.sleep(1)  # blocks: sleep
        return self.left


async def for_statement():
    total = 0
    for row in Rows():
        total += row
    return total


class Pages:
    def __iter__(self):
        time.sleep(1)  # blocks: sleep
        return iter([1, 2])


async def star_unpacking():
    return [*Pages()]


class Lines:
    def __iter__(self):
        for name in ("a", "b"):
            yield Path(name).read_text()  # blocks: file


async def generator_method():
    first, second = Lines()
    return first + second


class Steps:
    def __iter__(self):
        return self

    def __next__(self):
        time.sleep(1)  # blocks: sleep
        return 1


async def next_function():
    return next(iter(Steps()))


class Folder:
    def __init__(self, path):
        self.path = path

    def __contains__(self, name):
        return name in os.listdir(self.path)  # blocks: file

    def __getitem__(self, name):
        return open(name).read()  # blocks: file

    def __setitem__(self, name, text):
        Path(name).write_text(text)  # blocks: file

    def __delitem__(self, name):
        Path(name).unlink()  # blocks: file

    def __len__(self):
        return len(list(Path(self.path).iterdir()))  # blocks: file


async def contains():
    return "a" in Folder(".")


async def does_not_contain(folder: Folder):
    return "a" not in folder


async def get_item(folder: Folder):
    return folder["a"]


async def set_item(folder: Folder):
    folder["a"] = "b"


async def delete_item(folder: Folder):
    del folder["a"]


async def length(folder: Folder):
    return len(folder)


class Inbox:
    def __len__(self):
        time.sleep(1)  # blocks: sleep
        return 1


async def truth_by_length():
    inbox = Inbox()
    if inbox:
        return 1


class Flag:
    def __bool__(self):
        time.sleep(1)  # blocks: sleep
        return True


async def truth(flag: Flag):
    return 1 if not flag else 2


class Loop:
    def __bool__(self):
        time.sleep(1)  # blocks: sleep
        return False


async def truth_in_while():
    loop = Loop()
    while loop:
        pass


class Version:
    def __init__(self, path):
        self.path = path

    def __eq__(self, other):
        return open(self.path).read() == open(other.path).read()  # blocks: file

    def __hash__(self):
        return hash(Path(self.path).read_bytes())  # blocks: file

    def __lt__(self, other):
        time.sleep(0.1)  # blocks: sleep
        return True


async def equality():
    return Version("a") == Version("b")


async def hash_by_set():
    return {Version("a")}


async def order_by_sorted():
    return sorted([Version("b"), Version("a")])


class Size:
    def __gt__(self, other):
        time.sleep(0.1)  # blocks: sleep
        return True


async def order_by_max():
    return max([Size(), Size()])


class Page:
    def __str__(self):
        return open("page").read()  # blocks: file

    def __repr__(self):
        time.sleep(1)  # blocks: sleep
        return "page"

    def __format__(self, spec):
        time.sleep(1)  # blocks: sleep
        return "page"


async def string():
    return str(Page())


async def representation(page: Page):
    return repr(page)


async def f_string(page: Page):
    return f"<{page}>"


class Cell:
    def __str__(self):
        time.sleep(1)  # blocks: sleep
        return "cell"


async def string_in_f_string():
    return f"{Cell()}"


class Shown:
    def __str__(self):
        time.sleep(1)  # blocks: sleep
        return "shown"


async def string_by_print():
    print(Shown())  # either: the console


class Percent:
    def __str__(self):
        time.sleep(1)  # blocks: sleep
        return "percent"


async def string_by_percent():
    return "%s" % Percent()


class Vector:
    def __add__(self, other):
        time.sleep(1)  # blocks: sleep
        return self

    def __iadd__(self, other):
        time.sleep(1)  # blocks: sleep
        return self

    def __neg__(self):
        time.sleep(1)  # blocks: sleep
        return self

    def __matmul__(self, other):
        time.sleep(1)  # blocks: sleep
        return self

    def __call__(self, number):
        time.sleep(1)  # blocks: sleep
        return number


async def addition():
    return Vector() + 1


async def in_place_addition():
    vector = Vector()
    vector += 1
    return vector


async def negation():
    return -Vector()


async def matrix_product():
    return Vector() @ Vector()


async def instance_call():
    vector = Vector()
    return vector(1)


class Right:
    def __radd__(self, other):
        time.sleep(1)  # blocks: sleep
        return other


async def reflected_addition():
    return 1 + Right()


class Proxy:
    def __getattr__(self, name):
        time.sleep(1)  # blocks: sleep
        return name


async def attribute_hook():
    return Proxy().anything


class Watched:
    def __getattribute__(self, name):
        time.sleep(1)  # blocks: sleep
        return object.__getattribute__(self, name)


async def every_attribute(watched: Watched):
    return watched.anything


class Guarded:
    def __setattr__(self, name, value):
        time.sleep(1)  # blocks: sleep
        object.__setattr__(self, name, value)


async def attribute_assignment():
    guarded = Guarded()
    guarded.name = 1


class Held:
    def __del__(self):
        time.sleep(1)  # blocks: sleep


async def finalizer():
    held = Held()
    del held


class Plugin:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        time.sleep(1)  # blocks: sleep


async def subclass_hook():
    class Extra(Plugin):
        pass

    return Extra


class Meta(type):
    def __call__(cls, *args):
        time.sleep(1)  # blocks: sleep
        return super().__call__(*args)


class Made(metaclass=Meta):
    pass


async def metaclass_call():
    return Made()


class Number:
    def __int__(self):
        time.sleep(1)  # blocks: sleep
        return 1

    def __index__(self):
        time.sleep(1)  # blocks: sleep
        return 0


async def integer():
    return int(Number())


async def index(items: list[int]):
    return items[Number()]


class Backwards:
    def __reversed__(self):
        time.sleep(1)  # blocks: sleep
        return iter(())


async def reversal():
    return list(reversed(Backwards()))


class Rest:
    def __await__(self):
        time.sleep(1)  # blocks: sleep
        yield


async def awaitable():
    await Rest()


class Transaction:
    async def __aenter__(self):
        time.sleep(1)  # blocks: sleep
        return self

    async def __aexit__(self, *details):
        time.sleep(1)  # blocks: sleep


async def async_with_statement():
    async with Transaction():
        pass


class Feed:
    def __aiter__(self):
        return self

    async def __anext__(self):
        time.sleep(1)  # blocks: sleep
        raise StopAsyncIteration


async def async_for_statement():
    async for item in Feed():
        yield item


class Path_:
    def __fspath__(self):
        time.sleep(1)  # blocks: sleep
        return "a"


async def file_system_path():
    return os.fspath(Path_())


class Bytes:
    def __bytes__(self):
        time.sleep(1)  # blocks: sleep
        return b""


async def to_bytes():
    return bytes(Bytes())


class Matched:
    __match_args__ = ("text",)

    @property
    def text(self):
        return open("a").read()  # blocks: file


async def class_pattern():
    match Matched():
        case Matched("x"):
            return 1
