# bed: group=objects forms=both
"""Methods: inherited, overridden, mixed in, structural, and reached through attributes."""

import abc
import functools
import socket
import sqlite3
import subprocess
import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol


class Worker:
    def work(self):
        time.sleep(1)  # blocks: sleep


async def plain_method():
    Worker().work()


class Base:
    def pull(self):
        time.sleep(1)  # blocks: sleep


class Derived(Base):
    pass


async def inherited_method():
    Derived().pull()


class Template:
    def run(self):
        self.prepare()
        return self.step()

    def prepare(self):
        return None

    def step(self):
        raise NotImplementedError


class Printing(Template):
    def step(self):
        return subprocess.run(["lp", "a"])  # blocks: process


class Sleeping(Template):
    def prepare(self):
        time.sleep(2)  # blocks: sleep

    def step(self):
        return None


async def template_method():
    Printing().run()


async def template_through_annotation(template: Template):
    template.run()


async def passes_a_template():
    await template_through_annotation(Sleeping())


class Opened:
    def open(self):
        with open("a") as handle:  # blocks: file
            return handle.read()  # blocks: file


class Reopened(Opened):
    def open(self):
        return super().open()


async def super_call():
    Reopened().open()


class Retrying:
    def send(self, data):
        for _ in range(3):
            self.attempt(data)


class Dialling:
    def attempt(self, data):
        with socket.create_connection(("example.org", 1)) as plug:  # blocks: network
            plug.sendall(data)  # blocks: network


class Sender(Retrying, Dialling):
    pass


async def mixins():
    Sender().send(b"x")


class Quick:
    def fetch(self):
        time.sleep(1)  # blocks: sleep


class Source:
    def fetch(self):
        return 1


class QuickSource(Quick, Source):
    pass


def fetch_from(source: Source):
    return source.fetch()


async def through_the_second_base():
    fetch_from(QuickSource())


class Middle(Source):
    def fetch(self):
        return super().fetch()


class Slow(Source):
    def fetch(self):
        time.sleep(1)  # blocks: sleep


class Diamond(Middle, Slow):
    pass


async def super_goes_sideways():
    Diamond().fetch()


class Store(Protocol):
    def load(self, key: str) -> str: ...


class FileStore:
    def load(self, key: str) -> str:
        return Path(key).read_text()  # blocks: file


class Cache:
    def __init__(self, store: Store):
        self._store = store

    def get(self, key):
        return self._store.load(key)


async def protocol_implementer(cache: Cache):
    return cache.get("a")


async def passes_an_implementer():
    return await protocol_implementer(Cache(FileStore()))


class Exporter(abc.ABC):
    @abc.abstractmethod
    def export(self, rows): ...

    def export_all(self, tables):
        for table in tables:
            self.export(table)


class SqlExporter(Exporter):
    def __init__(self, connection: sqlite3.Connection):
        self.connection = connection

    def export(self, rows):
        self.connection.executemany("insert into t values (?)", rows)  # blocks: database


async def abstract_method(exporter: Exporter, tables):
    exporter.export_all(tables)


async def passes_an_exporter(connection: sqlite3.Connection, tables):
    await abstract_method(SqlExporter(connection), tables)


class Tools:
    @staticmethod
    def still():
        time.sleep(1)  # blocks: sleep

    @classmethod
    def create(cls):
        tool = cls()
        tool.load()
        return tool

    def load(self):
        time.sleep(1)  # blocks: sleep


async def static_method():
    Tools.still()


async def class_method():
    return Tools.create()


class Connection:
    def __init__(self, host):
        self.plug = socket.create_connection((host, 5))  # blocks: network

    def ask(self):
        self.plug.sendall(b"?")  # blocks: network
        return self.plug.recv(10)  # blocks: network


async def constructor():
    connection = Connection("example.org")
    return connection.ask()


class Singleton:
    def __new__(cls):
        time.sleep(1)  # blocks: sleep
        return super().__new__(cls)


async def new_method():
    return Singleton()


class Owner:
    worker_class = None

    def __init__(self):
        self.helper = Helper()

    def go(self):
        self.helper.help()


class Helper:
    def help(self):
        time.sleep(1)  # blocks: sleep


async def instance_attribute():
    Owner().go()


class Plan:
    lock = threading.Lock()

    def use(self):
        self.lock.acquire()  # blocks: lock


async def class_attribute():
    Plan().use()


class Engine:
    def start(self):
        time.sleep(1)  # blocks: sleep


ENGINE = Engine()
ENGINES = {"main": Engine}


async def module_global():
    ENGINE.start()


class Motor:
    def spin(self):
        time.sleep(1)  # blocks: sleep


MOTORS = [Motor(), Motor()]


async def items_of_a_list():
    for motor in MOTORS:
        motor.spin()


class Valve:
    def shut(self):
        time.sleep(1)  # blocks: sleep


VALVES = {"a": Valve()}


async def item_of_a_dict(name):
    VALVES[name].shut()


class Gate:
    def lift(self):
        time.sleep(1)  # blocks: sleep


GATES = {"main": Gate}


async def class_in_a_dict():
    GATES["main"]().lift()


@dataclass
class Job:
    path: Path
    lock: threading.Lock = field(default_factory=threading.Lock)

    def text(self):
        with self.lock:  # blocks: lock
            return self.path.read_text()  # blocks: file


async def dataclass_field(job: Job):
    return job.text()


@dataclass
class Loaded:
    name: str

    def __post_init__(self):
        self.text = open(self.name).read()  # blocks: file


async def post_init():
    return Loaded("a")


def read_defaults():
    return open("defaults").read()  # blocks: file


@dataclass
class Settings:
    text: str = field(default_factory=read_defaults)


async def default_factory():
    return Settings()


class Pair(NamedTuple):
    host: str
    port: int

    def dial(self):
        return socket.create_connection((self.host, self.port))  # blocks: network


async def named_tuple():
    return Pair("a", 1).dial()


class Mode(Enum):
    SLOW = 1

    def apply(self):
        time.sleep(self.value)  # blocks: sleep


async def enum_member():
    Mode.SLOW.apply()


class Document:
    def __init__(self, path):
        self._path = Path(path)

    @property
    def text(self):
        return self._path.read_text()  # blocks: file

    @text.setter
    def text(self, value):
        self._path.write_text(value)  # blocks: file

    @text.deleter
    def text(self):
        self._path.unlink()  # blocks: file

    @cached_property
    def lines(self):
        with self._path.open() as handle:  # blocks: file
            return handle.readlines()  # blocks: file


async def property_getter(document: Document):
    return document.text


async def property_setter():
    document = Document("a")
    document.text = "b"


async def property_deleter():
    document = Document("a")
    del document.text


async def cached(document: Document):
    return len(document.lines)


class Abstract:
    @property
    def size(self):
        return 0

    def describe(self):
        return f"{self.size} bytes"


class OnDisk(Abstract):
    @property
    def size(self):
        return len(open("blob", "rb").read())  # blocks: file


async def overridden_property():
    return OnDisk().describe()


class Field:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return open(self.name).read()  # blocks: file

    def __set__(self, instance, value):
        with open(self.name, "w") as handle:  # blocks: file
            handle.write(value)  # blocks: file


class Record:
    title = Field()


async def descriptor_get():
    return Record().title


async def descriptor_set():
    record = Record()
    record.title = "a"


class lazy:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        value = self.function(instance)
        instance.__dict__[self.function.__name__] = value
        return value


class Report:
    @lazy
    def body(self):
        time.sleep(1)  # blocks: sleep
        return "body"


async def own_lazy_descriptor():
    return Report().body


class Multi:
    @functools.singledispatchmethod
    def handle(self, value):
        return value

    @handle.register
    def _(self, value: str):
        time.sleep(1)  # blocks: sleep

    def _wait(self, seconds):
        time.sleep(seconds)  # blocks: sleep

    wait_briefly = functools.partialmethod(_wait, 0.5)


async def singledispatch_method():
    Multi().handle("a")


async def partial_method():
    Multi().wait_briefly()


class Node:
    def __init__(self, parent: "Node | None" = None):
        self.parent = parent

    def root(self) -> "Node":
        return self.parent.root() if self.parent else self

    def save(self):
        with open("node", "w") as handle:  # blocks: file
            handle.write("x")  # blocks: file


async def returned_instance(node: Node):
    node.root().save()


def pick(kind):
    if kind == "a":
        return Hasty()
    return Patient()


class Hasty:
    def act(self):
        return None


class Patient:
    def act(self):
        time.sleep(1)  # blocks: sleep


async def one_of_two(kind):
    pick(kind).act()


class Optional_:
    def ping(self):
        time.sleep(1)  # blocks: sleep


async def narrowed(thing: Optional_ | None = None):
    if thing is not None:
        thing.ping()


class Service:
    async def handle(self):
        self._prepare()
        await self._finish()

    def _prepare(self):
        time.sleep(1)  # blocks: sleep

    async def _finish(self):
        time.sleep(1)  # blocks: sleep


class Special(Service):
    def _prepare(self):
        time.sleep(2)  # blocks: sleep


class Outer:
    class Inner:
        def touch(self):
            Path("a").touch()  # blocks: file

    def inner(self):
        return self.Inner()


async def nested_class():
    Outer().inner().touch()


def untyped_parameter(thing):
    thing.creep()


class Creeper:
    def creep(self):
        time.sleep(1)  # blocks: sleep


async def parameter_type_from_call_site():
    untyped_parameter(Creeper())


class Registry:
    def __init__(self):
        self.members = []

    def add(self, member):
        self.members.append(member)

    def close_all(self):
        for member in self.members:
            member.shut_down()


class Member:
    def shut_down(self):
        time.sleep(1)  # blocks: sleep


async def appended_members():
    registry = Registry()
    registry.add(Member())
    registry.close_all()


class Fluent:
    def __init__(self):
        self.handle = None

    def connect(self):
        self.handle = sqlite3.connect("a.db")  # blocks: database
        return self

    def drop(self):
        self.handle.execute("drop table a")  # blocks: database


async def attribute_set_later():
    Fluent().connect().drop()


def rename(path):
    path.rename("b")  # blocks: file


async def parameter_of_a_library_type():
    rename(Path("a"))


def run_query(connection, text):
    return connection.execute(text)  # blocks: database


async def connection_as_parameter():
    return run_query(sqlite3.connect("a"), "select 1")  # blocks: database
