"""Decorators: what they put in the place of functions, what they keep, and what they call."""

import pytest

from tests.scanning import scanned
from tests.values.looping import on_loop


def test_a_wrapper_runs_what_it_wraps() -> None:
    """Plain decorators, those with arguments and classes call the decorated function; one that only keeps it does not."""
    assert on_loop(
        """
        import functools
        import time

        def plain(function):
            @functools.wraps(function)
            def wrapper(*args):
                return function(*args)
            return wrapper

        def with_arguments(times):
            def decorate(function):
                def wrapper(*args):
                    return function(*args)
                return wrapper
            return decorate

        class Counted:
            def __init__(self, function):
                self.function = function

            def __call__(self, *args):
                return self.function(*args)

        def skipped(function):
            def wrapper(*args):
                return None
            return wrapper

        @plain
        def by_plain(): time.sleep(1)

        @with_arguments(3)
        def by_arguments(): time.sleep(1)

        @Counted
        def by_class(): time.sleep(1)

        @skipped
        def never_run(): time.sleep(1)

        @plain
        @with_arguments(2)
        def by_both(): time.sleep(1)

        async def main():
            by_plain()
            by_arguments()
            by_class()
            never_run()
            by_both()
        """
    ) == {"by_plain", "by_arguments", "by_class", "by_both"}


def test_a_decorator_that_hands_to_a_thread_takes_the_function_off_the_loop() -> None:
    """Calling the decorated function then only starts the thread, or awaits it."""
    assert (
        on_loop(
            """
            import asyncio
            import functools
            import threading
            import time

            def in_background(function):
                def start(*args):
                    threading.Thread(target=function, args=args).start()
                return start

            def offloaded(function):
                @functools.wraps(function)
                async def call(*args):
                    return await asyncio.to_thread(function, *args)
                return call

            @in_background
            def detached(): time.sleep(1)

            @offloaded
            def awaited(): time.sleep(1)

            async def main():
                detached()
                await awaited()
            """
        )
        == set()
    )


def test_a_decorator_runs_where_the_function_is_defined() -> None:
    """A decorator's own wait belongs to whoever runs the `def`: a coroutine for a nested function, else the module."""
    assert on_loop(
        """
        import time

        def checked(function):
            time.sleep(1)
            return function

        def checked_too(function):
            time.sleep(1)
            return function

        def factory(size):
            time.sleep(1)
            return lambda function: function

        def counted(cls):
            time.sleep(1)
            return cls

        @checked_too
        def at_the_top(): pass

        async def main():
            @checked
            def inner(): pass

            @factory(1)
            def other(): pass

            at_the_top()
        """
    ) == {"checked", "factory"}


def test_a_registering_decorator_makes_its_registry_run_the_function() -> None:
    """`@register` puts it into a list that a coroutine goes through; a list that nobody goes through runs nothing."""
    assert on_loop(
        """
        import time

        HANDLERS = []
        NAMED = {}
        DEAD = []

        def register(function):
            HANDLERS.append(function)
            return function

        def named(name):
            def decorate(function):
                NAMED[name] = function
                return function
            return decorate

        def buried(function):
            DEAD.append(function)
            return function

        class App:
            def __init__(self):
                self.routes = {}

            def route(self, path):
                def decorate(function):
                    self.routes[path] = function
                    return function
                return decorate

            def serve(self, path):
                return self.routes[path]()

        app = App()

        @register
        def in_list(): time.sleep(1)

        @named("a")
        def by_name(): time.sleep(1)

        @buried
        def never_called(): time.sleep(1)

        @app.route("/")
        def by_route(): time.sleep(1)

        async def main(name):
            for one in HANDLERS:
                one()
            NAMED[name]()
            app.serve(name)
        """
    ) == {"in_list", "by_name", "by_route"}


def test_single_dispatch_runs_any_registered_implementation() -> None:
    """Calling the generic function, or the method, may run what is registered for a class."""
    assert on_loop(
        """
        import time
        from functools import singledispatch, singledispatchmethod

        @singledispatch
        def show(value): return None

        @show.register
        def _show_number(value: int): time.sleep(1)

        @show.register(str)
        def _show_text(value): time.sleep(1)

        @singledispatch
        def unused(value): return None

        @unused.register
        def _unused_number(value: int): time.sleep(1)

        class Printer:
            @singledispatchmethod
            def print(self, value): return None

            @print.register
            def _print_number(self, value: int): time.sleep(1)

        async def main(value):
            show(value)
            Printer().print(value)
        """
    ) == {"_show_number", "_show_text", "Printer._print_number"}


def test_cached_functions_and_properties_run_their_bodies() -> None:
    """`functools.cache`, `lru_cache` and `cached_property` call what they decorate the first time."""
    assert on_loop(
        """
        import time
        from functools import cache, cached_property, lru_cache

        @cache
        def cached(): time.sleep(1)

        @lru_cache(maxsize=3)
        def bounded(): time.sleep(1)

        class Page:
            @cached_property
            def text(self): time.sleep(1)

            @cached_property
            def unread(self): time.sleep(1)

        async def main(page: Page):
            cached()
            bounded()
            page.text
        """
    ) == {"cached", "bounded", "Page.text"}


def test_context_managers_made_by_contextmanager_run_at_with() -> None:
    """Both halves of the generator run at the `with` statement, or in `enter_context`; in a thread they run there."""
    assert on_loop(
        """
        import asyncio
        import time
        from contextlib import ExitStack, contextmanager

        @contextmanager
        def opened():
            time.sleep(1)
            yield 1

        @contextmanager
        def closed():
            yield 1
            time.sleep(1)

        @contextmanager
        def entered():
            time.sleep(1)
            yield 1

        @contextmanager
        def in_thread():
            time.sleep(1)
            yield 1

        def work():
            with in_thread():
                pass

        class Store:
            @contextmanager
            def locked(self):
                time.sleep(1)
                yield self

        async def main(store: Store):
            with opened():
                pass
            with closed() as one, store.locked():
                pass
            with ExitStack() as stack:
                stack.enter_context(entered())
            await asyncio.to_thread(work)
        """
    ) == {"opened", "closed", "entered", "Store.locked"}


@pytest.mark.xfail(reason="the call is taken to run the generator's body", strict=True)
def test_a_context_manager_that_is_never_entered_runs_nothing() -> None:
    """Calling the function only makes the context manager."""
    assert (
        on_loop(
            """
            import time
            from contextlib import contextmanager

            @contextmanager
            def opened():
                time.sleep(1)
                yield 1

            async def main():
                return opened()
            """
        )
        == set()
    )


def test_the_chain_of_a_wrapped_function_goes_through_the_wrapper() -> None:
    """The coroutine runs the wrapper, and that the function."""
    found = scanned(
        """
        import time

        def plain(function):
            def wrapper():
                return function()
            return wrapper

        @plain
        def slow():
            time.sleep(1)

        async def main():
            slow()
        """
    )
    assert found.chain() == ["app.main", "app.plain.wrapper", "app.slow", "time.sleep"]


def test_a_class_that_decorates_is_made_by_its_own_constructor() -> None:
    """What stands under `@Requires(int)` is given to no other class of the project."""
    found = on_loop(
        """
        import time

        def plain(function):
            def wrapper(*args):
                return function(*args)
            return wrapper

        class Requires(object):
            def __init__(self, kind):
                self.kind = kind

            def __call__(self, function):
                def checked(*args):
                    return function(*args)
                return checked

        class Other(object):
            def __init__(self, action):
                action(1)

        @plain
        @Requires(int)
        def view(n):
            time.sleep(n)

        async def main():
            Other(print)
        """
    )
    assert found == set()


def test_a_decorator_that_is_a_method_as_well_registers() -> None:
    """`@bus.on("sold")` and `bus.on("sold", f)`: the method returns what decorates, or the function itself."""
    assert on_loop(
        """
        import time

        class Bus:
            def __init__(self):
                self.handlers = {}

            def on(self, name, handler=None):
                if handler is None:
                    return lambda function: self.on(name, function)
                self.handlers.setdefault(name, []).append(handler)
                return handler

            def once(self, name, handler=None):
                if handler is None:
                    def register(function):
                        return self.once(name, function)
                    return register
                self.handlers[name].append(handler)
                return handler

            def emit(self, name):
                for handler in list(self.handlers[name]):
                    handler()

        bus = Bus()

        @bus.on("sold")
        def by_lambda():
            time.sleep(1)

        @bus.once("sold")
        def by_function():
            time.sleep(1)

        async def main():
            bus.emit("sold")
        """
    ) == {"by_lambda", "by_function"}
