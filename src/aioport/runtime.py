"""Helpers for asyncio code, copied into projects: standard library only, Python 3.10 to 3.14."""

import asyncio
import contextlib
import contextvars
import functools
import inspect
import multiprocessing
import weakref
from collections import OrderedDict, deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from concurrent import futures
from typing import Any, ParamSpec, Protocol, TypeVar

__all__ = [
    "adapted",
    "builds",
    "fetch",
    "gather",
    "offload",
    "offload_in",
    "owned",
    "run",
    "shared",
    "use_pool",
]

P = ParamSpec("P")
T = TypeVar("T")


class _LoopScope:
    """What lives as long as one event loop: things kept by key, and closers in order of opening."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.kept: dict[object, Any] = {}
        self.closers: OrderedDict[object, Callable[[], Awaitable[object]]] = OrderedDict()
        self.recent: deque[object] = deque(maxlen=64)
        self.at_shutdown = self._close_at_shutdown()
        with contextlib.suppress(StopIteration):
            self.at_shutdown.asend(None).send(None)

    async def _close_at_shutdown(self) -> AsyncGenerator[None]:
        """Wait at `yield` until the loop, whoever runs it, shuts down its async generators; then close."""
        try:
            yield
        finally:
            await self.close()
            del _scopes[self.loop]

    async def close(self) -> Exception | None:
        """Run all closers, the last one first; report each failure to the loop, and return the first."""
        first = None
        while self.closers:
            key, closer = self.closers.popitem()
            self.kept.pop(key, None)
            try:
                await closer()
            except Exception as error:  # noqa: BLE001 - the others must be closed
                first = first or error
                self.loop.call_exception_handler({"message": "closing failed", "exception": error})
        return first


_scopes: dict[asyncio.AbstractEventLoop, _LoopScope] = {}


def _scope() -> _LoopScope:
    """The scope of the running loop, made at its first use; RuntimeError if no loop runs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise RuntimeError("no event loop is running: call this in a coroutine, started by run()") from None
    if loop not in _scopes:
        for other in list(_scopes):
            if other.is_closed():  # closed without shutdown_asyncgens()
                _scopes.pop(other, None)
        _scopes[loop] = _LoopScope(loop)
    return _scopes[loop]


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` as asyncio.run() does, and close what its loop opened.

    However `main` ends (result, exception, Ctrl-C), clients from shared() and owned() are closed, the last
    one first, then the pools of offload(). Failures to close are reported by the loop's exception handler;
    the first is raised as well if `main` returned. RuntimeError if a loop runs in this thread already.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        main.close()
        raise RuntimeError("run() was called while an event loop runs in this thread: `await` it instead")
    return asyncio.run(_run_and_close(main))


async def _run_and_close(main: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.get_running_loop()
    # asyncio's own default, where DNS lookups wait too, has cores + 4 threads.
    loop.set_default_executor(futures.ThreadPoolExecutor(32, thread_name_prefix="default"))
    scope = _scope()
    try:
        result = await main
    finally:
        failure = await scope.close()
    if failure is not None:
        raise failure
    return result


async def gather(coroutines: Iterable[Awaitable[T]], limit: int = 100) -> list[T]:
    """Await everything in `coroutines`, at most `limit` at once, and return the results in order.

    The iterable is pulled only when there is room: gather(f(x) for x in xs) holds at most `limit` calls.
    If some fail, the exception of the first in order is raised, as the loop `[f(x) for x in xs]` would do:
    nothing more is pulled, earlier ones are waited for, later ones cancelled. An exception of the iterable
    stands for the item that it did not give. Nothing is left running, also when gather() is cancelled.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, not {limit}")
    source = iter(coroutines)
    results: list[Any] = []
    failures: dict[int, BaseException] = {}
    in_flight: dict[Any, int] = {}

    def fail(index: int, error: BaseException) -> None:
        failures[index] = error
        for worker, other in list(in_flight.items()):
            if other > index:
                del in_flight[worker]  # a second cancel() would break into its clean-up
                worker.cancel()

    async def work() -> None:
        while not failures:
            index = len(results)
            try:
                awaitable = next(source)
                results.append(None)
                in_flight[asyncio.current_task()] = index
                results[index] = await awaitable
            except StopIteration:
                return
            except BaseException as error:  # noqa: BLE001 - gather() raises the first in order
                fail(index, error)

    workers = [asyncio.create_task(work())]
    while unfinished := [worker for worker in workers if not worker.done()]:
        try:
            if len(unfinished) == len(workers) < limit:  # all found work: let as many more look for it
                added = min(len(workers), limit - len(workers))
                workers += [asyncio.create_task(work()) for _ in range(added)]
                await asyncio.sleep(0)
            else:
                await asyncio.wait(unfinished)
        except asyncio.CancelledError as error:
            fail(-1, error)
    if not failures:
        return results
    if isinstance(coroutines, Collection):
        for unstarted in source:
            if isinstance(unstarted, Coroutine):
                unstarted.close()
    try:
        raise failures[min(failures)]
    finally:
        failures.clear()  # no reference cycle through the traceback


async def offload(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a blocking function in one of 64 threads, which the loop's "net" pool keeps for waiting.

    The call sees the caller's context variables. Its result or exception comes back as it is, StopIteration
    (which no coroutine can raise) as RuntimeError. Cancelling ends the wait; a call that has begun runs on.
    """
    return await offload_in("net", function, *args, **kwargs)


async def offload_in(pool: str, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a blocking function as offload() does, in a pool by name.

    "net" has 64 threads, "disk" 8, and "cpu" is a process for each core (function, arguments and result are
    pickled; no context variables). Any other name is a pool of one thread, for what must stay on the
    thread that made it, such as a sqlite3 connection. Each event loop has its own pools, made at first use.
    """
    loop, executor = asyncio.get_running_loop(), _pool(pool)
    call: Callable[[], T] = functools.partial(_call, function, args, kwargs)
    if type(executor) is futures.ThreadPoolExecutor:  # others may run it in another interpreter
        context = contextvars.copy_context()
        context.run(_home.set, loop)
        call = functools.partial(context.run, call)
    return await loop.run_in_executor(executor, call)


_home: contextvars.ContextVar[asyncio.AbstractEventLoop] = contextvars.ContextVar(
    "_home"
)  # asked by on_loop()


def use_pool(name: str, executor: futures.Executor) -> None:
    """Let any executor, such as a cluster's, stand in for a named pool in all loops; its owner closes it."""
    _stand_ins[name] = executor


_stand_ins: dict[str, futures.Executor] = {}
_POOL_THREADS = {"net": 64, "disk": 8}


def _pool(name: str) -> futures.Executor:
    """The executor called `name`: its stand-in, or the running loop's own."""
    if name in _stand_ins:
        return _stand_ins[name]
    scope = _scope()
    pool: futures.Executor | None = scope.kept.get(name)
    if pool is None:
        if name == "cpu":  # "spawn", because a fork among threads can copy a held lock
            pool = futures.ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"))
        else:
            pool = futures.ThreadPoolExecutor(_POOL_THREADS.get(name, 1), thread_name_prefix=name)
        scope.kept[name] = pool
        scope.closers[name] = functools.partial(asyncio.to_thread, pool.shutdown, cancel_futures=True)
        scope.closers.move_to_end(name, last=False)  # closed last: a client may need it to close
    return pool


def _call(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    try:
        return function(*args, **kwargs)
    except StopIteration as error:  # awaiting it would hang: https://github.com/python/cpython/issues/112182
        raise RuntimeError("offloaded function raised StopIteration") from error


def shared(factory: type[T] | Callable[[], T]) -> T:
    """The running loop's one client of this kind, made by `factory()` at first use, closed by run().

    Pass the same object each time: a class or a function, but not a lambda, which is a new one each time.
    A client is closed by `aclose()` or else `close()`, awaited where that is needed, unless its `closed` or
    `is_closed` is True. Raises RuntimeError if no loop runs.
    """
    scope = _scope()
    client: T | None = scope.kept.get(factory)
    if client is None:
        client = scope.kept[factory] = _build(factory, shared=True)
        scope.closers[factory] = functools.partial(_close, lambda: client)
    return client


def owned(factory: type[T] | Callable[[], T]) -> T:
    """A new client, made by `factory()`, for the caller to close; run() closes it if it is open at the end.

    The last 64 are kept until then, older ones only by the caller: no complaint for a few that are dropped
    unclosed, and no server piles them up. Raises as shared() does.
    """
    scope = _scope()
    client = _build(factory, shared=False)
    scope.recent.append(client)
    key = object()
    scope.closers[key] = functools.partial(_close, _weakly(client, lambda _: scope.closers.pop(key, None)))
    return client


def builds(kind: type[T]) -> Callable[[Callable[[bool], T]], Callable[[bool], T]]:
    """Have the decorated function make clients of `kind`: shared(kind) passes it True, owned(kind) False."""

    def register(build: Callable[[bool], T]) -> Callable[[bool], T]:
        _builders[kind] = build
        return build

    return register


_builders: dict[Callable[..., Any], Callable[[bool], Any]] = {}


def _build(factory: type[T] | Callable[[], T], *, shared: bool) -> T:
    build = _builders.get(factory)
    return factory() if build is None else build(shared)


def _weakly(client: T, forget: Callable[[object], object]) -> Callable[[], T | None]:
    """A function that finds `client` while it lives; `forget` is called when it dies."""
    try:
        return weakref.ref(client, forget)
    except TypeError:  # its class has __slots__ without __weakref__
        return lambda: client


async def _close(find: Callable[[], Any]) -> None:
    client = find()
    if client is None or any(getattr(client, name, None) is True for name in ("closed", "is_closed")):
        return
    outcome = client.aclose() if hasattr(client, "aclose") else client.close()
    if inspect.isawaitable(outcome):
        await outcome


class _Response(Protocol):
    def read(self) -> Awaitable[object]: ...
    def close(self) -> object: ...


ResponseT = TypeVar("ResponseT", bound=_Response)


async def fetch(request: Awaitable[ResponseT]) -> ResponseT:
    """Await a request and the body of its response, which may then go anywhere: it holds no connection.

    For libraries that read the body only when asked, as aiohttp does. If that fails, the response is closed.
    """
    response = await request
    try:
        await response.read()
    except BaseException:
        response.close()
        raise
    return response


def adapted(options: Mapping[str, Any], **adapters: Callable[[Any], Any]) -> dict[str, Any]:
    """Keyword arguments, those of some names as another library takes them."""
    return {name: adapters[name](value) if name in adapters else value for name, value in options.items()}
