"""Functions that are passed around run where they are called, and nowhere else."""

from tests.scanning import scanned
from tests.values.looping import on_loop


def test_a_function_runs_where_the_parameter_that_it_fills_is_called() -> None:
    """By position, by keyword, through `*args` and `**kwargs`, and through a second function."""
    assert on_loop(
        """
        import time

        def by_position(): time.sleep(1)
        def by_keyword(): time.sleep(1)
        def in_rest(): time.sleep(1)
        def in_options(): time.sleep(1)
        def passed_on(): time.sleep(1)
        def spread(): time.sleep(1)
        def only_kept(): time.sleep(1)
        def beside_it(): time.sleep(1)

        def call(function, other=None):
            return function()

        def call_all(*functions, **named):
            for function in functions:
                function()
            named["done"]()

        def pass_on(function):
            call(function)

        def keep(function):
            return [function]

        async def main():
            call(by_position)
            call(function=by_keyword)
            call(print, beside_it)
            call_all(in_rest, done=in_options)
            pass_on(passed_on)
            call(*[spread])
            keep(only_kept)
        """
    ) == {"by_position", "by_keyword", "in_rest", "in_options", "passed_on", "spread"}


def test_a_function_that_a_parameter_hands_to_a_thread_is_not_on_the_loop() -> None:
    """What the project's own function gives to a thread or an executor runs there, however it came there."""
    assert (
        on_loop(
            """
            import asyncio
            import threading
            import time

            def in_thread(): time.sleep(1)
            def in_executor(): time.sleep(1)
            def in_default(): time.sleep(1)

            def start(function):
                threading.Thread(target=function).start()

            async def offload(function):
                await asyncio.get_running_loop().run_in_executor(None, function)

            async def later(function=in_default):
                await asyncio.to_thread(function)

            async def main():
                start(in_thread)
                await offload(in_executor)
                await later()
            """
        )
        == set()
    )


def test_a_function_in_a_variable_runs_where_the_variable_is_called() -> None:
    """By assignment, unpacking, walrus, conditional expression, `or`, and as a default; rebinding elsewhere is another name."""
    assert on_loop(
        """
        import time

        def assigned(): time.sleep(1)
        def unpacked(): time.sleep(1)
        def by_walrus(): time.sleep(1)
        def chosen(): time.sleep(1)
        def fallback(): time.sleep(1)
        def default(): time.sleep(1)
        def is_global(): time.sleep(1)
        def beside(): time.sleep(1)
        def elsewhere(): time.sleep(1)

        module_wide = is_global

        def defaulted(function=default):
            function()

        def other():
            first = elsewhere
            return first

        async def main(flag, given=None):
            first = assigned
            first()
            second, third = beside, unpacked
            third()
            if fourth := by_walrus:
                fourth()
            (chosen if flag else print)()
            (given or fallback)()
            defaulted()
            module_wide()
        """
    ) == {"assigned", "unpacked", "by_walrus", "chosen", "fallback", "default", "is_global"}


def test_a_function_in_an_attribute_runs_where_the_attribute_is_called() -> None:
    """Set in `__init__`, on an instance, on a class, as a dataclass's field, or on a module; not of another class."""
    assert on_loop(
        {
            "hooks.py": "ready = None\nstopped = None\n",
            "app.py": """
                import time
                from dataclasses import dataclass
                import hooks

                def in_init(): time.sleep(1)
                def on_instance(): time.sleep(1)
                def on_class(): time.sleep(1)
                def in_field(): time.sleep(1)
                def on_module(): time.sleep(1)
                def not_called(): time.sleep(1)
                def of_another(): time.sleep(1)
                def module_not_called(): time.sleep(1)

                class Job:
                    finish = on_class

                    def __init__(self, function):
                        self.function = function
                        self.quiet = not_called

                    def run(self):
                        self.function()

                class Other:
                    def __init__(self):
                        self.function = of_another

                @dataclass
                class Task:
                    action: object
                    name: str = ""

                hooks.ready = on_module
                hooks.stopped = module_not_called

                async def main():
                    job = Job(in_init)
                    job.run()
                    job.finish()
                    job.extra = on_instance
                    job.extra()
                    Task(in_field, "x").action()
                    hooks.ready()
                    Other()
                """,
        }
    ) == {"in_init", "on_instance", "on_class", "in_field", "on_module"}


def test_a_partial_runs_its_function() -> None:
    """`functools.partial` passes the function on; one that goes to a thread, or nowhere, runs nothing here."""
    assert on_loop(
        """
        import asyncio
        import functools
        import time
        from functools import partial

        def called(n): time.sleep(n)
        def nested(n, m): time.sleep(n)
        def passed(n): time.sleep(n)
        def offloaded(n): time.sleep(n)
        def unused(n): time.sleep(n)

        def call(function): function()

        async def main():
            functools.partial(called, 1)()
            partial(partial(nested, 1), 2)()
            call(partial(passed, n=1))
            await asyncio.to_thread(partial(offloaded, 1))
            partial(unused, 1)
        """
    ) == {"called", "nested", "passed"}


def test_getattr_with_a_constant_or_a_constant_beginning_names_methods() -> None:
    """`getattr(self, "run")` is that method; `getattr(self, f"do_{name}")` may be any whose name begins so."""
    assert on_loop(
        """
        import time

        class Shell:
            def run(self): time.sleep(1)
            def do_copy(self): time.sleep(1)
            def do_move(self): time.sleep(1)
            def go_left(self): time.sleep(1)
            def go_right(self): time.sleep(1)
            def at_top(self): time.sleep(1)
            def stop(self): time.sleep(1)
            def to_read(self): time.sleep(1)

            async def main(self, name):
                getattr(self, "run")()
                getattr(self, f"do_{name}", None)()
                getattr(self, "go_" + name)()
                method = getattr(self, "at_%s" % name)
                method()
                getattr(self, "to_read")

        class Elsewhere:
            def run(self): time.sleep(1)
        """
    ) == {f"Shell.{name}" for name in ("run", "do_copy", "do_move", "go_left", "go_right", "at_top")}


def test_getattr_of_an_installed_module_is_its_function() -> None:
    """`getattr(time, "sleep")(1)` waits as `time.sleep(1)` does, and `getattr(time, "time")()` does not."""
    assert scanned(
        """
        import time

        async def main():
            getattr(time, "sleep")(1)
            getattr(time, "time")()
        """
    ).findings == ["app.py:4 time.sleep on the loop unsure"]


def test_a_lambda_runs_where_it_is_called() -> None:
    """What stands in a lambda waits for whoever calls it, not where the lambda is written."""
    assert on_loop(
        """
        import asyncio
        import time

        def call(function): function()
        def keep(function): return [function]
        def called(): time.sleep(1)
        def kept(): time.sleep(1)
        def offloaded(): time.sleep(1)
        def as_key(item): time.sleep(1)
        def curried(): time.sleep(1)

        async def main(items):
            call(lambda: called())
            keep(lambda: kept())
            await asyncio.to_thread(lambda: offloaded())
            sorted(items, key=lambda item: as_key(item))
            (lambda: lambda: curried())()()
        """
    ) == {"called", "as_key", "curried"}


def test_what_a_lambda_returns_is_not_what_the_function_around_it_returns() -> None:
    """A function that a lambda hands out runs where the lambda's result is called."""
    assert on_loop(
        """
        import time

        def handed_out(): time.sleep(1)
        def not_returned(): time.sleep(1)

        def make():
            return lambda: handed_out

        def make_quiet(items):
            items.sort(key=lambda item: not_returned)
            return print

        async def main(items):
            make()()()
            make_quiet(items)()
        """
    ) == {"handed_out"}


def test_what_waits_in_a_lambda_itself_belongs_to_the_lambda() -> None:
    """The chain goes through the function that calls it; kept in a list, the lambda is on no loop."""
    found = scanned(
        """
        import time

        def call(function): function()

        async def main():
            call(lambda: time.sleep(1))
            return [lambda: time.sleep(2)]
        """
    )
    assert found.findings == ["app.py:6 time.sleep on the loop unsure", "app.py:7 time.sleep"]
    assert found.chain() == ["app.main", "app.call", "app.main.<lambda>", "time.sleep"]


def test_a_nested_function_runs_where_what_was_returned_is_called() -> None:
    """A closure waits where it is called, not where it is made."""
    assert on_loop(
        """
        import time

        def make():
            def called(): time.sleep(1)
            return called

        def make_quiet():
            def unused(): time.sleep(1)
            return unused

        def make_pair():
            def first(): time.sleep(1)
            def second(): time.sleep(1)
            return first, second

        async def main():
            make()()
            make_quiet()
            one, two = make_pair()
            two()
        """
    ) == {"make.called", "make_pair.second"}


def test_a_default_runs_where_the_function_is_defined() -> None:
    """The call in `def f(x=load())` is the module's, or that of the function around; not of `f`."""
    assert on_loop(
        """
        import time

        def load(): time.sleep(1)
        def load_inside(): time.sleep(1)

        async def uses_it(value=load()):
            return value

        async def main():
            def inner(value=load_inside()):
                return value
        """
    ) == {"load_inside"}
