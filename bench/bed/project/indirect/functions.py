# bed: group=indirect forms=both
"""One function away from the primitive, in the same file."""

import json
import os
import random
import socket
import subprocess
import sys
import time

import requests


def pause():
    time.sleep(1)  # blocks: sleep


async def calls_function():
    pause()


def load(path):
    with open(path) as handle:  # blocks: file
        return json.load(handle)  # blocks: file


async def uses_result(path):
    return {"settings": load(path)}


def ask(url):
    return requests.get(url, timeout=3).json()  # blocks: network


async def nested_arguments(url):
    return sorted(len(part) for part in ask(url)["parts"])


def build(target):
    subprocess.check_call(["make", target])  # blocks: process


async def in_a_loop(targets):
    for target in targets:
        build(target)


def slow_flag():
    time.sleep(0.1)  # blocks: sleep
    return True


async def in_a_condition():
    if slow_flag() and random.random() > 2:
        return 1
    return 0


def slow_subject():
    time.sleep(0.1)  # blocks: sleep
    return ["go", "north"]


async def in_a_match():
    match slow_subject():
        case ["go", direction]:
            return direction
        case _:
            return None


def slow_guard(value):
    time.sleep(value)  # blocks: sleep
    return True


async def in_a_guard(command):
    match command:
        case int(value) if slow_guard(value):
            return value


def slow_number():
    time.sleep(0.1)  # blocks: sleep
    return 7


async def in_a_walrus():
    if (number := slow_number()) > 3:
        return number


def slow_branch():
    time.sleep(0.1)  # blocks: sleep


async def in_a_ternary(flag):
    return slow_branch() if flag else None


def slow_default():
    time.sleep(0.1)  # blocks: sleep
    return 1


async def in_an_or(value):
    return value or slow_default()


def slow_cleanup():
    os.fsync(1)  # blocks: file


async def in_a_finally():
    try:
        return 1
    finally:
        slow_cleanup()


def slow_handler():
    time.sleep(0.1)  # blocks: sleep


async def in_an_except():
    try:
        int("x")
    except ValueError:
        slow_handler()


def slow_else():
    time.sleep(0.1)  # blocks: sleep


async def in_a_loop_else(items):
    for item in items:
        if item:
            break
    else:
        slow_else()


def slow_assertion():
    time.sleep(0.1)  # blocks: sleep
    return True


async def in_an_assert():
    assert slow_assertion(), "never"


def slow_message():
    time.sleep(0.1)  # blocks: sleep
    return "bad"


async def in_a_raise():
    raise ValueError(slow_message())


def slow_item():
    time.sleep(0.1)  # blocks: sleep
    return 1


async def in_a_comprehension():
    return [slow_item() for _ in range(3)]


def slow_key(number):
    time.sleep(0.1)  # blocks: sleep
    return number


async def in_a_dict_comprehension():
    return {slow_key(number): number for number in range(3)}


def slow_index():
    time.sleep(0.1)  # blocks: sleep
    return 0


async def in_a_subscript(items):
    return items[slow_index()]


def slow_star():
    time.sleep(0.1)  # blocks: sleep
    return [1, 2]


async def in_a_star():
    return max(*slow_star())


def slow_names():
    time.sleep(0.1)  # blocks: sleep
    return {"a": 1}


async def in_double_stars():
    return dict(**slow_names())


def slow_before_await():
    time.sleep(0.1)  # blocks: sleep
    return 0.1


async def inside_an_await():
    import asyncio

    await asyncio.sleep(slow_before_await())


def factorial(number):
    time.sleep(0.01)  # blocks: sleep
    return 1 if number < 2 else number * factorial(number - 1)


async def recursion():
    return factorial(5)


def even(number):
    return True if number == 0 else odd(number - 1)


def odd(number):
    if number == 0:
        socket.gethostbyname("odd.example.org")  # blocks: dns
        return False
    return even(number - 1)


async def mutual_recursion(number):
    return even(number)


def connect(host):
    def dial():
        return socket.create_connection((host, 80))  # blocks: network

    return dial()


async def nested_function():
    return connect("example.org")


def make_reader(path):
    def read():
        with open(path) as handle:  # blocks: file
            return handle.read()  # blocks: file

    return read


async def returned_closure():
    reader = make_reader("a")
    return reader()


async def chained_calls():
    return make_waiter()().upper()


def make_waiter():
    def waiter():
        time.sleep(1)  # blocks: sleep
        return "done"

    return waiter


class Pipe:
    def fill(self):
        return self

    def drain(self):
        time.sleep(1)  # blocks: sleep
        return self

    def close(self):
        return None


async def chained_methods():
    Pipe().fill().drain().close()


if sys.platform == "win32":

    def settle():
        time.sleep(1)  # either: only on Windows
else:

    def settle():
        time.sleep(2)  # blocks: sleep


async def conditional_function():
    settle()


if os.environ.get("FAST"):

    def warm_up():
        return None
else:

    def warm_up():
        time.sleep(3)  # blocks: sleep


async def function_by_environment():
    warm_up()


try:
    from nowhere_at_all import breathe
except ImportError:

    def breathe():
        time.sleep(1)  # blocks: sleep


async def fallback_function():
    breathe()


def with_default(path, opener=open):
    return opener(path)  # blocks: file id=default-callable


async def default_callable():
    with_default("a")  # via: default-callable


def global_state():
    global counter
    counter = open("counter").read()  # blocks: file
    return counter


async def through_try_star():
    try:
        pass
    except* OSError:
        pass
    global_state()


async def nested_async():
    async def inner():
        time.sleep(1)  # blocks: sleep

    await inner()


async def sync_inside_async():
    def inner():
        time.sleep(1)  # blocks: sleep

    inner()


async def nested_twice():
    def outer():
        def inner():
            time.sleep(1)  # blocks: sleep

        inner()

    outer()


async def awaited_function_blocks():
    return await slow_coroutine()


async def slow_coroutine():
    time.sleep(1)  # blocks: sleep
