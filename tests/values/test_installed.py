"""What installed packages and the event loop do with the project's functions and classes."""

import pytest

from tests.scanning import scanned
from tests.values.looping import on_loop

PLUMB = {
    "plumb/__init__.py": """
        import threading

        class Worker:
            def start(self):
                self.prepare()
                self._loop()

            def _loop(self):
                self.handle(1)

            def prepare(self):
                pass

            def handle(self, item):
                raise NotImplementedError

            def describe(self):
                return "worker"

        class Signal:
            def __init__(self):
                self._receivers = []

            def connect(self, function):
                self._receivers.append(function)

            def send(self):
                for one in self._receivers:
                    one()

        def call_now(function):
            return function()

        def call_in_thread(function):
            threading.Thread(target=function).start()

        def retried(function):
            def again(*args):
                return function(*args)
            return again
        """,
}


def test_overrides_run_where_the_installed_base_calls_them() -> None:
    """`start` of the base runs `handle`; what it never calls, and another class's override, it does not run."""
    assert on_loop(
        """
        import time
        from plumb import Worker

        class Slow(Worker):
            def handle(self, item): time.sleep(1)
            def describe(self): time.sleep(1)

        class Started(Worker):
            def prepare(self): time.sleep(1)

        class Other(Worker):
            def handle(self, item): time.sleep(1)

        async def main(started: Started):
            Slow().start()
            started.start()
        """,
        packages=PLUMB,
    ) == {"Slow.handle", "Started.prepare"}


def test_functions_handed_to_an_installed_package_run_there_or_in_its_thread() -> None:
    """Called at once they are on the loop; handed to a thread that the package starts they are not."""
    assert on_loop(
        """
        import time
        from plumb import call_in_thread, call_now

        def now(): time.sleep(1)
        def in_thread(): time.sleep(1)
        def by_lambda(): time.sleep(1)

        async def main():
            call_now(now)
            call_in_thread(in_thread)
            call_now(lambda: by_lambda())
        """,
        packages=PLUMB,
    ) == {"now", "by_lambda"}


def test_functions_given_to_an_installed_object_run_with_its_methods() -> None:
    """What is connected to a signal runs when it is sent; a signal that sync code alone sends runs nothing here."""
    source = """
        import time
        from plumb import Signal

        def heard(): time.sleep(1)

        signal = Signal()
        signal.connect(heard)

        async def main():
            {use}

        def sync():
            signal.send()
        """
    assert on_loop(source.format(use="signal.send()"), packages=PLUMB) == {"heard"}
    assert on_loop(source.format(use="pass"), packages=PLUMB) == set()


def test_what_is_called_back_is_not_given_the_object_itself() -> None:
    """A package calls methods of the object that it is given with arguments of its own."""
    source = """
        import time
        from plumb import Worker, call_now, retried

        def note(item):
            retried(item)

        class Slow(Worker):
            def handle(self, item):
                note(item)
                time.sleep(1)

        def register():
            call_now(Slow())

        async def main():
            {use}
        """
    assert on_loop(source.format(use="note(3)"), packages=PLUMB) == set()
    assert on_loop(source.format(use="register()"), packages=PLUMB) == {"Slow.handle"}


def test_a_logger_only_looks_at_what_it_is_given() -> None:
    """It asks an object for its text, and neither calls what it does nor keeps it for another line."""
    source = """
        import logging
        import time
        from plumb import Worker

        LOG = logging.getLogger()

        class Slow(Worker):
            def handle(self, item): time.sleep(1)

        def slow(): time.sleep(1)

        def report():
            LOG.info("%s %s", Slow(), slow)

        async def main():
            report()
            LOG.setLevel(logging.DEBUG)
            LOG.addHandler(logging.StreamHandler())
            LOG.debug("started")
        """
    assert on_loop(source, packages=PLUMB) == set()


def test_what_argparse_is_given_runs_while_arguments_are_parsed() -> None:
    """Functions and classes of actions: `parse_args` calls them, and nothing that only builds or prints a parser."""
    source = """
        import argparse
        import time

        def slow(text): time.sleep(1)

        class Slowly(argparse.Action):
            def __call__(self, parser, namespace, values, option_string=None): time.sleep(1)

        async def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--n", type=slow)
            parser.add_argument("--m", action=Slowly)
            parser.add_argument_group("more").add_argument("--o", type=slow)
            parser.add_subparsers().add_parser("one").add_argument("--p", type=slow)
            parser.print_help()
            {use}
        """
    assert on_loop(source.format(use="parser.parse_args()")) == {"slow", "Slowly.__call__"}
    assert on_loop(source.format(use='parser.error("no")')) == set()


def test_a_decorator_of_an_installed_package_runs_what_it_decorates() -> None:
    """What it puts in the place of the function calls it; a function that nobody calls waits nowhere."""
    assert on_loop(
        """
        import time
        from plumb import retried

        @retried
        def decorated(): time.sleep(1)

        @retried
        def unused(): time.sleep(1)

        async def main():
            decorated()
        """,
        packages=PLUMB,
    ) == {"decorated"}


def test_the_loop_runs_protocol_methods_and_what_it_is_told_to_call() -> None:
    """Overrides of an asyncio protocol, `call_soon`, `call_later`, `add_done_callback`; not their other methods."""
    assert on_loop(
        """
        import asyncio
        import time

        def soon(): time.sleep(1)
        def later(): time.sleep(1)
        def done(task): time.sleep(1)
        def not_told(): time.sleep(1)

        class Echo(asyncio.Protocol):
            def data_received(self, data): time.sleep(1)
            def own_method(self): time.sleep(1)

        class Plain:
            def data_received(self, data): time.sleep(1)

        def sync(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]):
            loop.call_soon(soon)
            loop.call_later(1, later)
            task.add_done_callback(done)
            return not_told
        """
    ) == {"soon", "later", "done", "Echo.data_received"}


def test_threads_of_the_project_run_their_own_method() -> None:
    """`run` of a `Thread` subclass is not on the loop when the thread is started, and is when it is called."""
    source = """
        import threading
        import time

        class Job(threading.Thread):
            def run(self): time.sleep(1)

        async def main():
            Job().{method}()
        """
    assert on_loop(source.format(method="start")) == set()
    assert on_loop(source.format(method="run")) == {"Job.run"}


def test_the_standard_library_calls_back_what_a_subclass_overrides() -> None:
    """`HTMLParser.feed` runs the handlers of the subclass; making the parser does not."""
    source = """
        import time
        from html.parser import HTMLParser

        class Links(HTMLParser):
            def handle_starttag(self, tag, attributes): time.sleep(1)

        async def main():
            parser = Links()
            {use}
        """
    assert on_loop(source.format(use='parser.feed("<a>")')) == {"Links.handle_starttag"}
    assert on_loop(source.format(use="pass")) == set()


@pytest.mark.parametrize("has_stubs", [False, True], ids=["source", "stubs"])
def test_bodies_behind_stubs_are_read(*, has_stubs: bool) -> None:
    """The chain is the same whether the package's types are its own or a stub package's."""
    packages = {
        "ladder/__init__.py": "from ladder.steps import climb, look\n",
        "ladder/steps.py": """
            import time

            def climb(height):
                rest(height)

            def look():
                return 1

            def rest(height):
                time.sleep(height)
            """,
    }
    if has_stubs:
        packages["ladder-stubs/__init__.pyi"] = "from ladder.steps import climb as climb, look as look\n"
        packages["ladder-stubs/steps.pyi"] = "def climb(height: int) -> None: ...\ndef look() -> int: ...\n"
    found = scanned(
        "import ladder\n\nasync def main():\n    ladder.climb(1)\n    ladder.look()\n", packages=packages
    )
    assert found.findings == ["app.py:4 time.sleep on the loop"]
    assert found.chain() == ["app.main", "ladder.steps.climb", "ladder.steps.rest", "time.sleep"]


def test_what_a_cooperating_constructor_is_given_no_other_object_runs() -> None:
    """`super().__init__(callback)` may be that of `object`, whose methods every object has."""
    found = on_loop(
        """
        import time

        def heard(): time.sleep(1)

        class Mixin:
            def __init__(self, callback):
                super().__init__(callback)

        class Keeping:
            def __init__(self, callback):
                self.callback = callback

        class Both(Mixin, Keeping):
            pass

        class Other:
            def describe(self):
                return repr(self)

        async def main():
            Both(heard)
            Other().describe()
            str(Other())
        """
    )
    assert found == set()


def test_super_in_an_installed_method_reaches_no_override_of_a_subclass() -> None:
    """`super().__init__()` of a package's class runs that of its base, and not that of the classes below it."""
    packages = {
        "forms/__init__.py": """
            import time

            class Field:
                def __init__(self):
                    self.name = ""

            class Choice(Field):
                def __init__(self):
                    super().__init__()

            class FilePath(Choice):
                def __init__(self):
                    super().__init__()
                    time.sleep(1)
            """
    }
    assert on_loop(
        """
        from forms import Choice, FilePath

        async def choose():
            return Choice()

        async def look():
            return FilePath()
        """,
        packages=packages,
    ) == {"look"}


def test_what_is_named_to_choose_runs_when_the_library_does_that() -> None:
    """Making an object of a model asks for its default, and not for what deletes objects that refer to it."""
    packages = {
        "django/__init__.py": "",
        "django/db/__init__.py": "",
        "django/db/models/__init__.py": """
            from django.db.models.deletion import CASCADE

            class Model:
                pass

            class ForeignKey:
                def __init__(self, to, on_delete, default=None):
                    self.on_delete, self.default = on_delete, default
            """,
        "django/db/models/deletion.py": """
            import time

            def CASCADE(collector, field, sub_objs, using):
                time.sleep(1)
            """,
    }
    assert on_loop(
        """
        import time
        from django.db import models

        def first():
            time.sleep(1)

        class Log(models.Model):
            email = models.ForeignKey("Email", on_delete=models.CASCADE)

        class Entry(models.Model):
            email = models.ForeignKey("Email", on_delete=models.CASCADE, default=first)

        async def log():
            return Log()

        async def enter():
            return Entry()
        """,
        packages=packages,
    ) == {"first"}


@pytest.mark.parametrize("made", ["asyncio.to_thread(open, 'a')", "asyncio.to_thread(lambda: open('a'))"])
def test_what_a_thread_makes_is_followed(made: str) -> None:
    """What a function that runs in a thread makes comes out where the thread is waited for."""
    found = scanned(
        f"""
        import asyncio


        class Reader:
            def __init__(self, source):
                self.source = source


        def work(readers):
            for reader in readers:
                reader.source.read()


        async def main():
            work([Reader(await {made})])
        """
    )
    assert found.findings == ["app.py:11 io.TextIOWrapper.read on the loop unsure"]
