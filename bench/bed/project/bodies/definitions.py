# bed: group=bodies forms=both
"""What runs while something is being defined."""

import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


async def class_body():
    class Settings:
        text = Path("settings").read_text()  # blocks: file

    return Settings


async def class_body_calls():
    class Build:
        number = build_number()

    return Build


def build_number():
    return subprocess.check_output(["git", "rev-parse", "HEAD"])  # blocks: process


async def default_argument():
    def read(text=open("a").read()):  # blocks: file
        return text

    return read()


async def lambda_default():
    return lambda host=socket.gethostbyname("a"): host  # blocks: dns


def default_value():
    time.sleep(1)  # blocks: sleep
    return 1


async def default_argument_calls():
    async def inner(value=default_value()):
        return value

    return await inner()


def decorator(function):
    time.sleep(1)  # blocks: sleep
    return function


async def decorator_runs():
    @decorator
    def inner():
        return 1

    return inner()


def decorator_factory(path):
    Path(path).mkdir()  # blocks: file
    return lambda function: function


async def decorator_factory_runs():
    @decorator_factory("a")
    def inner():
        return 1

    return inner()


def base():
    time.sleep(1)  # blocks: sleep
    return object


async def base_class_expression():
    class Inner(base()):
        pass

    return Inner


def keyword():
    time.sleep(1)  # blocks: sleep
    return type


async def class_keyword_expression():
    class Inner(metaclass=keyword()):
        pass

    return Inner


class Keyed:
    def __set_name__(self, owner, name):
        time.sleep(1)  # blocks: sleep


async def set_name():
    class Owner:
        field = Keyed()

    return Owner


async def nested_class_body():
    class Outer:
        class Inner:
            data = open("a").read()  # blocks: file

    return Outer


async def dataclass_default():
    @dataclass
    class Options:
        home: str = open("home").read()  # blocks: file

    return Options()


async def comprehension_in_class_body():
    class Table:
        rows = [Path(name).read_text() for name in ("a", "b")]  # blocks: file

    return Table


class Meta(type):
    def __new__(mcs, name, bases, namespace):
        time.sleep(1)  # blocks: sleep
        return super().__new__(mcs, name, bases, namespace)


async def metaclass_new():
    class Made(metaclass=Meta):
        pass

    return Made


class Prepared(type):
    @classmethod
    def __prepare__(mcs, name, bases):
        time.sleep(1)  # blocks: sleep
        return {}


async def metaclass_prepare():
    class Made(metaclass=Prepared):
        pass

    return Made
