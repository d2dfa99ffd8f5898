"""Functions as values: callbacks, registries, partial, getattr, lambdas, and who calls them."""

from pathlib import Path

from tests.check import check_converts
from tests.planning.deciding import decide
from tests.traps.alike import check_runs_alike
from tests.traps.table import trap

VALUES = """
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial


def upper(x):
    return str(x).upper()


def fetch(x: str) -> str:
    time.sleep(0.001)
    return x


def apply(callback: Callable[[str], str], x: str) -> str:
    return callback(x)


@dataclass
class Step:
    name: str
    action: Callable[[str], str]


STEPS = [Step("fetch", fetch), Step("upper", upper), Step("len", lambda s: s * 2)]


class Commands:
    def __init__(self, on_done):
        self.on_done = on_done

    def do_one(self):
        time.sleep(0.001)
        return 1

    def do_two(self):
        return 2

    def run(self, name):
        result = getattr(self, "do_" + name)()
        return self.on_done(result)


def main():
    for f in (fetch, upper, str):
        print(apply(f, "x"))
    print(apply(lambda s: fetch(s) + "!", "y"), apply(lambda s: fetch(s), "direct"))
    suffix = "?"
    double = lambda s: fetch(s) + suffix
    print(apply(double, "z"))
    for step in STEPS:
        print(step.name, step.action("q"))
    commands = Commands(fetch)
    print(commands.run("one"), commands.run("two"), getattr(commands, "do_one")())
    print(partial(fetch, "bound")())


if __name__ == "__main__":
    main()
"""


@trap(5, "converted", "the call of a partial is awaited")
@trap(36, "converted", "a lambda that must await becomes an `async def` in front of its statement")
@trap(84, "converted", "what the project calls itself is awaited, wherever the function came from")
@trap(
    86,
    "converted",
    "functions that arrive at one call share a color; what cannot change gets an async function around it",
)
@trap(87, "converted", "functions in lists, attributes and fields, and `getattr` by a constant or a prefix")
@trap(
    89, "converted", "`Callable[..., T]` becomes `Callable[..., Awaitable[T]]` where what it names is awaited"
)
def test_what_the_project_calls_is_awaited() -> None:
    """The program prints the same, and every call of a value that may wait is awaited."""
    text = check_runs_alike(VALUES).files["program.py"]
    assert "async def apply(callback: Callable[[str], Awaitable[str]], x: str) -> str:" in text
    assert "    action: Callable[[str], Awaitable[str]]\n" in text
    assert "async def call(s):\n    return s * 2\n" in text
    assert 'getattr(self, "do_" + name)()' in text
    assert (
        """
    async def callback(s):
        return await fetch(s) + "!"

    print(await apply(callback, "y"), await apply(lambda s: fetch(s), "direct"))
"""
        in text
    )
    assert "    async def double(s):\n        return await fetch(s) + suffix\n" in text
    assert 'print(await partial(fetch, "bound")())' in text


KEPT = {
    "program.py": """
        import atexit
        import re
        import signal
        import time


        def key(x):
            time.sleep(0.1)
            return x


        def replace(match):
            time.sleep(0.2)
            return match[0]


        def stop(*args):
            time.sleep(0.3)


        def farewell():
            time.sleep(0.4)


        def unknown(x):
            time.sleep(0.5)
            return x


        class Commands:
            def one(self):
                time.sleep(0.6)

            def run(self, name):
                return getattr(self, name)()


        def apply(callback, x):
            return callback(x)


        def choose(names):
            return names["callback"]


        def named():
            return globals()["unknown"](1)


        def main(names):
            time.sleep(0.7)
            signal.signal(signal.SIGTERM, stop)
            atexit.register(farewell)
            apply(unknown, 1)
            apply(choose(names), 2)
            Commands().run("one")
            return sorted([3, 1, 2], key=key), re.sub("a", replace, "banana")
        """,
}


@trap(84, "kept", "what `sorted`, `re.sub` and `signal` call stays sync, and the report says who calls it")
@trap(64, "kept", "what `atexit` calls stays sync")
@trap(63, "kept", "what `signal` calls stays sync")
@trap(87, "refused", "a name that is known when it runs only keeps every method of the class as it is")
@trap(87, "refused", "a call of something that is not known keeps what is called there")
def test_what_others_call_stays_sync(tmp_path: Path) -> None:
    """Each function is kept, and its reason names the place and who calls it there."""
    decided = decide(tmp_path, KEPT)
    reasons = decided.reasons
    assert "hands it to builtins.sorted, which calls it synchronously" in reasons["program.key"]
    assert "hands it to re.sub, which calls it synchronously" in reasons["program.replace"]
    assert "hands it to signal.signal, which calls it synchronously" in reasons["program.stop"]
    assert "hands it to atexit.register, which calls it synchronously" in reasons["program.farewell"]
    assert "may call it or something else" in reasons["program.unknown"]
    assert "by a name that is known when it runs only" in reasons["program.Commands.one"]
    kept = ("key", "replace", "stop", "farewell", "unknown", "Commands.one")
    assert {decided.colors[f"program.{name}"] for name in kept} <= {"sync", "unit"}
    assert decided.colors["program.main"] == "async"


@trap(
    87,
    "converted",
    "handlers in a dictionary of lists, put there by a method as a decorator, and fields of a dataclass",
)
def test_registries_that_methods_and_dataclasses_fill() -> None:
    """`@bus.on("name")`, `@bus.always` and `Entry(function)` keep what is called later, and awaited then."""
    check_converts(
        """
        import subprocess
        import time
        from dataclasses import dataclass, field
        from typing import Callable


        class Bus:
            def __init__(self):
                self.handlers = {}

            def on(self, name):
                def add(handler):
                    self.handlers.setdefault(name, []).append(handler)
                    return handler

                return add

            def always(self, handler):
                self.handlers.setdefault("", []).append(handler)
                return handler

            def fire(self, name):
                return [handler(name) for handler in self.handlers.get(name, ())]


        bus = Bus()


        @bus.on("order")
        def ship(name):
            time.sleep(0.01)
            return name


        @bus.always
        def count(name):
            return len(name)


        @dataclass(order=True)
        class Job:
            priority: int
            work: Callable[[], None] = field(compare=False)


        def clean_up():
            subprocess.check_call(["true"])


        def main():
            print(bus.fire("order"), bus.fire(""))
            for job in sorted([Job(2, clean_up)]):
                job.work()


        if __name__ == "__main__":
            main()
        """,
        """
        import asyncio
        from dataclasses import dataclass, field
        from typing import Awaitable, Callable

        from _aio import run, run_process


        class Bus:
            def __init__(self):
                self.handlers = {}

            def on(self, name):
                def add(handler):
                    self.handlers.setdefault(name, []).append(handler)
                    return handler

                return add

            def always(self, handler):
                self.handlers.setdefault("", []).append(handler)
                return handler

            async def fire(self, name):
                return [await handler(name) for handler in self.handlers.get(name, ())]


        bus = Bus()


        @bus.on("order")
        async def ship(name):
            await asyncio.sleep(0.01)
            return name


        @bus.always
        async def count(name):
            return len(name)


        @dataclass(order=True)
        class Job:
            priority: int
            work: Callable[[], Awaitable[None]] = field(compare=False)


        async def clean_up():
            await run_process(["true"], check=True)


        async def main():
            print(await bus.fire("order"), await bus.fire(""))
            for job in sorted([Job(2, clean_up)]):
                await job.work()


        if __name__ == "__main__":
            run(main())
        """,
        mutations=False,
    )


@trap(84, "thread", "what threads run, and a variable passes on, runs in a thread where it arrives")
def test_what_threads_run_is_passed_on() -> None:
    """Handing a function to a thread does not run it, and so does not block where that is done."""
    conversion = check_runs_alike(
        """
        import threading
        import time


        def post(entry):
            time.sleep(0.01)
            print(entry)


        class Hook:
            def __init__(self, prefix):
                self.prefix = prefix

            def __call__(self, entry):
                time.sleep(0.01)
                print(self.prefix, entry)


        def each(entries, hook):
            time.sleep(0.01)
            for entry in entries:
                hook(entry)


        def main():
            background = threading.Thread(target=post, args=("later",))
            background.start()
            background.join()
            chosen = post
            each(["a", "b"], chosen)
            other = Hook("-")
            background = threading.Thread(target=other, args=("later",))
            background.start()
            background.join()
            each(["c"], other)


        if __name__ == "__main__":
            main()
        """
    )
    assert "await offload(hook, entry)" in conversion.files["program.py"]


@trap(87, "converted", "a `defaultdict` holds what is put into the collections that it makes")
def test_callbacks_in_a_dict_of_lists_that_makes_its_lists() -> None:
    """An event bus: nothing but what subscribes is called."""
    text = check_runs_alike(
        """
        import time
        from collections import defaultdict, deque


        class Bus:
            def __init__(self):
                self.handlers = defaultdict(list)
                self.later = defaultdict(lambda: defaultdict(deque))

            def on(self, kind, handler):
                self.handlers[kind].append(handler)
                self.later[kind]["late"].append(handler)

            def publish(self, kind):
                for handler in self.handlers[kind]:
                    handler(kind)
                for late in self.later[kind]["late"]:
                    late(f"late {kind}")


        def notify(kind):
            time.sleep(0.001)
            print(kind)


        def main():
            bus = Bus()
            bus.on("a", notify)
            bus.publish("a")
            bus.publish("b")


        if __name__ == "__main__":
            main()
        """
    ).files["program.py"]
    assert "await handler(kind)" in text
    assert 'await late(f"late {kind}")' in text
