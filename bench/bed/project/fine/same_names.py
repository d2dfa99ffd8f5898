# bed: group=fine forms=both
"""Names of what waits, on things that do not."""

import collections
import contextlib
import contextvars
import csv
import heapq
import io
import json
import re
import shlex
import time as real_time
from dataclasses import dataclass
from pathlib import PurePosixPath


class Hibernation:
    def sleep(self, seconds):
        return seconds

    def connect(self, place):
        return place

    def execute(self, text):
        return [text]

    def get(self, name):
        return name

    def read(self):
        return ""

    def recv(self, size):
        return b"" * size

    def acquire(self):
        return True

    def join(self):
        return None

    def wait(self):
        return None

    def read_text(self):
        return ""

    def commit(self):
        return None

    def result(self):
        return 1

    def __enter__(self):
        return self

    def __exit__(self, *details):
        return None


async def own_sleep():
    return Hibernation().sleep(1)  # fine: its own method


async def own_connect():
    return Hibernation().connect("a")  # fine: its own method


async def own_execute(cursor: Hibernation):
    return cursor.execute("select 1")  # fine: its own method


async def own_get():
    session = Hibernation()
    return session.get("http://example.org")  # fine: its own method


async def own_read():
    with Hibernation() as handle:  # fine: its own methods
        return handle.read()  # fine: its own method


async def own_recv(sock: Hibernation):
    return sock.recv(10)  # fine: its own method


async def own_acquire():
    lock = Hibernation()
    lock.acquire()  # fine: its own method
    lock.join()  # fine: its own method
    lock.wait()  # fine: its own method


async def own_path():
    path = Hibernation()
    return path.read_text()  # fine: its own method


async def own_commit():
    connection = Hibernation()
    connection.commit()  # fine: its own method
    return connection.result()  # fine: its own method


async def text_in_memory():
    handle = io.StringIO("a\nb\n")
    handle.readline()  # fine: in memory
    return handle.read()  # fine: in memory


async def bytes_in_memory():
    with io.BytesIO() as handle:  # fine: in memory
        handle.write(b"x")  # fine: in memory
        handle.seek(0)  # fine: in memory
        return handle.read(1)  # fine: in memory


async def lines_in_memory():
    return [line for line in io.StringIO("a\nb")]  # fine: in memory


async def table_in_memory():
    rows = csv.reader(io.StringIO("a,b"))  # fine: in memory
    return list(rows)  # fine: in memory


async def writes_table_in_memory():
    out = io.StringIO()
    csv.writer(out).writerow(["a"])  # fine: in memory
    return out.getvalue()


async def json_in_memory():
    return json.load(io.StringIO("{}"))  # fine: in memory


async def json_dump_in_memory():
    out = io.StringIO()
    json.dump({}, out)  # fine: in memory
    return out


async def dict_get(settings: dict):
    return settings.get("a")  # fine: a dict


async def dict_of_sessions():
    session = {"get": 1}
    return session.get("get")  # fine: a dict


async def context_variable():
    current = contextvars.ContextVar("current", default=None)
    return current.get()  # fine: a context variable


async def string_join(parts: list[str]):
    return ",".join(parts)  # fine: a string


async def pattern_match(text):
    pattern = re.compile("a+")
    return pattern.match(text), pattern.search(text)  # fine: a regular expression


async def joins_words(words):
    return shlex.join(words)  # fine: text only


async def deque_get():
    jobs = collections.deque([1])
    return jobs.popleft()  # fine: a deque


async def heap_pop():
    return heapq.heappop([1])  # fine: a list


class Backlog:
    def __init__(self):
        self.items = []

    def put(self, item):
        self.items.append(item)

    def get(self):
        return self.items.pop()


async def own_queue():
    queue = Backlog()
    queue.put(1)  # fine: its own method
    return queue.get()  # fine: its own method


def open(path):
    return path.upper()


async def own_open():
    return open("a")  # fine: a function of this module


async def shadowed_by_parameter(input, sleep):
    input("name")  # fine: a parameter
    return sleep(1)  # fine: a parameter


async def shadowed_by_assignment():
    time = Hibernation()
    time.sleep(1)  # fine: a local name


async def shadowed_by_loop():
    for requests in (Hibernation(), Hibernation()):
        requests.get("a")  # fine: a local name


async def shadowed_by_comprehension():
    return [socket.recv(1) for socket in (Hibernation(),)]  # fine: a local name


async def shadowed_by_nested_function():
    def sleep(seconds):
        return seconds

    return sleep(1)  # fine: a local function


class subprocess:
    @staticmethod
    def run(words):
        return words


async def shadowed_by_class():
    return subprocess.run(["a"])  # fine: a class of this module


@dataclass
class Event:
    name: str

    def wait(self):
        return self.name


async def own_event():
    return Event("a").wait()  # fine: its own method


class Path:
    def __init__(self, text):
        self.text = text

    def exists(self):
        return True

    def read_text(self):
        return self.text


async def own_path_class():
    return Path("a").read_text()  # fine: its own class


async def pure_path():
    return PurePosixPath("a/b").relative_to("a")  # fine: text only


class Memory:
    def __init__(self):
        self._rows = {}

    def __getitem__(self, key):
        return self._rows[key]

    def __contains__(self, key):
        return key in self._rows

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)


async def own_container():
    memory = Memory()
    if memory and "a" in memory:  # fine: in memory
        return memory["a"]  # fine: in memory
    return list(memory)  # fine: in memory


async def null_context():
    with contextlib.nullcontext():  # fine: nothing
        return None


async def suppressed():
    with contextlib.suppress(KeyError):  # fine: nothing
        return {}["a"]


class Source:
    def fetch(self):
        return 1


class Remote(Source):
    def fetch(self):
        real_time.sleep(1)  # either: on the loop only where a Remote gets there
        return 2


async def exact_class():
    return Source().fetch()  # fine: made here, so not a Remote


class Names:
    sleep = str.upper
    get = staticmethod(len)


async def attributes_that_are_functions():
    return Names.get("a"), Names.sleep("a")  # fine: len and upper


async def string_methods(name: str):
    return name.format("open"), name.count("read")  # fine: text only


async def list_index(rows: list):
    rows.remove(1)  # fine: a list
    rows.copy()  # fine: a list
    return rows.index(2)  # fine: a list


async def dict_of_functions():
    calls = {"open": len, "sleep": abs}
    return calls["sleep"](-1)  # fine: abs
