# bed: group=callbacks forms=both
"""Functions that travel as values before they are called."""

import asyncio
import functools
import itertools
import operator
import re
import sched
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path


def apply(function, *arguments):
    return function(*arguments)


def by_position_target():
    time.sleep(1)  # blocks: sleep


async def by_position():
    apply(by_position_target)


def call_named(*, action):
    action()


def by_keyword_target():
    time.sleep(1)  # blocks: sleep


async def by_keyword():
    call_named(action=by_keyword_target)


def by_default_target():
    time.sleep(1)  # blocks: sleep


def call_default(action=by_default_target):
    action()


async def by_default():
    call_default()


def call_each(*actions):
    for action in actions:
        action()


def by_star_target():
    time.sleep(1)  # blocks: sleep


async def by_star():
    call_each(by_star_target)


def call_options(**options):
    options["then"]()


def by_double_star_target():
    time.sleep(1)  # blocks: sleep


async def by_double_star():
    call_options(then=by_double_star_target)


def primitive_passed(action):
    action(1)  # blocks: sleep id=primitive-passed


async def passes_a_primitive():
    primitive_passed(time.sleep)  # via: primitive-passed


def twice_removed(action):
    apply(action)


def twice_removed_target():
    time.sleep(1)  # blocks: sleep


async def through_two_parameters():
    twice_removed(twice_removed_target)


class Button:
    def __init__(self, action):
        self.action = action

    def press(self):
        self.action()


def attribute_target():
    time.sleep(1)  # blocks: sleep


async def stored_in_attribute():
    Button(attribute_target).press()


class Typed:
    def __init__(self, action: Callable[[], None]):
        self._action = action

    def press(self):
        self._action()


def typed_target():
    time.sleep(1)  # blocks: sleep


async def stored_in_typed_attribute():
    Typed(typed_target).press()


def dict_target():
    time.sleep(1)  # blocks: sleep


COMMANDS = {"wait": dict_target}


async def stored_in_dict(name):
    COMMANDS[name]()


def get_target():
    time.sleep(1)  # blocks: sleep


MORE_COMMANDS = {"wait": get_target}


async def taken_with_get(name):
    command = MORE_COMMANDS.get(name)
    if command:
        command()


def list_target():
    time.sleep(1)  # blocks: sleep


STEPS = [list_target]


async def stored_in_list():
    for step in STEPS:
        step()


def tuple_target():
    time.sleep(1)  # blocks: sleep


async def stored_in_tuples():
    for name, step in (("wait", tuple_target),):
        step()


REGISTRY = {}


def register(name):
    def decorate(function):
        REGISTRY[name] = function
        return function

    return decorate


@register("slow")
def registered():
    time.sleep(1)  # blocks: sleep


async def registry_by_decorator():
    REGISTRY["slow"]()


class Bus:
    def __init__(self):
        self.listeners = defaultdict(list)

    def on(self, event, listener):
        self.listeners[event].append(listener)

    def fire(self, event):
        for listener in self.listeners[event]:
            listener()


bus = Bus()


def listener():
    time.sleep(1)  # blocks: sleep


bus.on("start", listener)


async def event_bus():
    bus.fire("start")


def partial_target(seconds, name):
    time.sleep(seconds)  # blocks: sleep
    return name


async def partial_called():
    wait = partial(partial_target, 1)
    return wait("a")


async def partial_of_primitive():
    nap = functools.partial(time.sleep, 2)
    nap()  # blocks: sleep


def partial_passed_target(seconds):
    time.sleep(seconds)  # blocks: sleep


async def partial_passed_on():
    apply(partial(partial_passed_target, 3))


async def lambda_called():
    wait = lambda: time.sleep(1)  # blocks: sleep  # noqa: E731
    wait()


async def lambda_called_at_once():
    return (lambda path: open(path).read())("a")  # blocks: file


async def lambda_as_key(names):
    return sorted(names, key=lambda name: len(Path(name).read_text()))  # blocks: file


async def lambda_passed():
    apply(lambda: time.sleep(1))  # blocks: sleep


class Lambdas:
    read = lambda self: open("a").read()  # blocks: file  # noqa: E731


async def lambda_as_method():
    return Lambdas().read()


def key_target(name):
    return Path(name).read_text()  # blocks: file


async def key_function(names):
    return sorted(names, key=key_target)


def min_target(name):
    time.sleep(1)  # blocks: sleep
    return name


async def min_function(names):
    return min(names, key=min_target)


def sort_target(name):
    time.sleep(1)  # blocks: sleep
    return name


async def sort_method():
    names = ["b", "a"]
    names.sort(key=sort_target)
    return names


def map_target(name):
    time.sleep(1)  # blocks: sleep
    return name


async def mapped(names):
    return list(map(map_target, names))


def filter_target(name):
    return Path(name).read_text() != ""  # blocks: file


async def filtered(names):
    for name in filter(filter_target, names):
        return name


def reduce_target(total, name):
    time.sleep(1)  # blocks: sleep
    return total


async def reduced(names):
    return functools.reduce(reduce_target, names, 0)


def starmap_target(host, port):
    return socket.create_connection((host, port))  # blocks: network


async def starmapped(places):
    return list(itertools.starmap(starmap_target, places))


async def mapped_primitive(hosts):
    return list(map(socket.gethostbyname, hosts))  # blocks: dns


async def method_caller(paths: list[Path]):
    read = operator.methodcaller("read_text")
    return [read(path) for path in paths]  # blocks: file id=methodcaller


class Commands:
    def do_wait(self):
        time.sleep(1)  # blocks: sleep


async def getattr_with_constant():
    getattr(Commands(), "do_wait")()


async def getattr_of_module():
    getattr(time, "sleep")(1)  # blocks: sleep


class Prefixed:
    def run(self, name):
        return getattr(self, f"run_{name}")()

    def run_slow(self):
        time.sleep(1)  # blocks: sleep


async def getattr_with_prefix():
    Prefixed().run("slow")


class Handler:
    def on_start(self):
        time.sleep(1)  # blocks: sleep


async def bound_method_passed():
    apply(Handler().on_start)


class Made:
    def __init__(self):
        time.sleep(1)  # blocks: sleep


async def class_passed():
    apply(Made)


def logged(function):
    @wraps(function)
    def wrapper(*arguments, **options):
        with open("calls.log", "a") as log:  # blocks: file
            log.write(function.__name__)  # blocks: file
        return function(*arguments, **options)

    return wrapper


@logged
def quick():
    return 1


async def decorator_blocks():
    return quick()


def timed(function):
    def wrapper(*arguments):
        started = time.perf_counter()
        result = function(*arguments)
        return result, time.perf_counter() - started

    return wrapper


@timed
def decorated_blocks():
    time.sleep(1)  # blocks: sleep


async def decorated_called_in_wrapper():
    decorated_blocks()


def retry(times):
    def decorate(function):
        @functools.wraps(function)
        def wrapper(*arguments):
            for _ in range(times):
                try:
                    return function(*arguments)
                except OSError:
                    time.sleep(0.5)  # blocks: sleep

        return wrapper

    return decorate


@retry(3)
def flaky():
    return socket.gethostbyname("flaky.example.org")  # blocks: dns


async def decorator_with_arguments():
    return flaky()


class Counted:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        Path("count").write_text("1")  # blocks: file
        return self.function(*arguments)


@Counted
def counted():
    return Path("count").read_text()  # blocks: file


async def class_as_decorator():
    return counted()


def with_save(cls):
    def save(self):
        Path("saved").write_text(repr(vars(self)))  # blocks: file

    cls.save = save
    return cls


@with_save
class Saved:
    pass


async def method_added_by_class_decorator():
    Saved().save()


def async_logged(function):
    async def wrapper(*arguments):
        time.sleep(1)  # blocks: sleep
        return await function(*arguments)

    return wrapper


@async_logged
async def quick_coroutine():
    return 1


async def decorated_coroutine():
    return await quick_coroutine()


@functools.lru_cache(maxsize=None)
def cached(path):
    return open(path).read()  # blocks: file


async def cached_function():
    return cached("a")


@functools.singledispatch
def show(value):
    return str(value)


@show.register
def _(value: Path):
    return value.read_text()  # blocks: file


async def single_dispatch(path: Path):
    return show(path)


def called_soon():
    time.sleep(1)  # blocks: sleep


async def call_soon():
    asyncio.get_running_loop().call_soon(called_soon)


def called_later(name):
    Path(name).touch()  # blocks: file


async def call_later():
    loop = asyncio.get_running_loop()
    loop.call_later(5, called_later, "a")


def done(task):
    with open("done", "a") as handle:  # blocks: file
        handle.write(repr(task))  # blocks: file


async def done_callback():
    task = asyncio.create_task(asyncio.sleep(1))
    task.add_done_callback(done)
    await task


def on_signal():
    time.sleep(1)  # blocks: sleep


async def signal_handler():
    asyncio.get_running_loop().add_signal_handler(15, on_signal)


def substitute(found):
    return Path(found[0]).read_text()  # blocks: file


async def substituted(text):
    return re.sub(r"\w+", substitute, text)


def factory():
    time.sleep(1)  # blocks: sleep
    return 0


async def default_dict():
    counts = defaultdict(factory)
    counts["a"] += 1
    return counts


def planned():
    time.sleep(0.1)  # blocks: sleep


async def scheduled():
    planner = sched.scheduler()
    planner.enter(0, 1, planned)
    planner.run()  # blocks: sleep


def choose(slow):
    return slow_choice if slow else quick


def slow_choice():
    time.sleep(1)  # blocks: sleep


async def chosen_function():
    choose(True)()


def walrus_target():
    time.sleep(1)  # blocks: sleep


async def by_walrus():
    if action := walrus_target:
        action()


def rebound():
    return 1


def rebound_target():
    time.sleep(1)  # blocks: sleep


rebound = rebound_target


async def rebound_name():
    rebound()


class Machine:
    def __init__(self):
        self.handlers = {"open": self.open_door, "shut": self.shut_door}

    def open_door(self):
        time.sleep(1)  # blocks: sleep

    def shut_door(self):
        Path("door").unlink()  # blocks: file

    def handle(self, event):
        return self.handlers[event]()


async def dispatch_table(event):
    Machine().handle(event)


async def coroutine_in_gather(paths):
    async def read(path):
        return Path(path).read_text()  # blocks: file

    return await asyncio.gather(*(read(path) for path in paths))


async def background():
    time.sleep(1)  # blocks: sleep


async def create_task():
    await asyncio.create_task(background())


async def grouped():
    time.sleep(1)  # blocks: sleep


async def task_group():
    async with asyncio.TaskGroup() as group:
        group.create_task(grouped())


async def future_of_another_loop(loop):
    return asyncio.run_coroutine_threadsafe(grouped(), loop).result()  # blocks: lock


def in_thread_then_here():
    time.sleep(1)  # blocks: sleep


async def called_here_and_in_a_thread():
    threading.Thread(target=in_thread_then_here).start()
    in_thread_then_here()
