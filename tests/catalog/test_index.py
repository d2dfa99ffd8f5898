"""The catalog's look-ups."""

import pytest

from aioport.catalog.load import load_catalog
from tests.catalog.applying import catalog


@pytest.mark.parametrize(
    ("defined", "public"),
    [
        ("requests.api.get", "requests.get"),
        ("requests.sessions.Session.get", "requests.Session.get"),
        ("requests.models.Response.json", "requests.Response.json"),
        ("requests.exceptions.Timeout", "requests.Timeout"),
        ("requests.exceptions.SSLError", "requests.exceptions.SSLError"),
        ("_socket.socket.recv", "socket.socket.recv"),
        ("genericpath.exists", "os.path.exists"),
        ("posixpath.join", "os.path.join"),
        ("_sqlite3.connect", "sqlite3.connect"),
        ("_io.TextIOWrapper.read", "io.TextIOWrapper.read"),
        ("_io._IOBase.readline", "io.IOBase.readline"),
        ("_thread.LockType.acquire", "threading.Lock.acquire"),
        ("_ssl._SSLContext.load_cert_chain", "ssl.SSLContext.load_cert_chain"),
        ("concurrent.futures._base.Executor.submit", "concurrent.futures.Executor.submit"),
        ("multiprocessing.process.BaseProcess.join", "multiprocessing.Process.join"),
        ("builtins.open", "builtins.open"),
        ("project.module.function", "project.module.function"),
    ],
)
def test_names_are_those_that_users_write(defined: str, public: str) -> None:
    """The longest known prefix decides."""
    assert catalog().public_name(defined) == public


@pytest.mark.parametrize(
    ("name", "category", "effect", "treatment"),
    [
        ("time.sleep", "sleep", "none", "offload"),
        ("builtins.open", "file", "write", "offload"),
        ("pathlib.Path.read_text", "file", "read", "offload"),
        ("os.path.exists", "file", "read", "leave"),
        ("os.listdir", "file", "read", "offload"),
        ("socket.getaddrinfo", "dns", "read", "offload"),
        ("threading.Lock.acquire", "lock", "write", "report"),
        ("builtins.input", "console", "read", "offload"),
        ("builtins.print", "console", "write", "leave"),
        ("hashlib.scrypt", "cpu", "none", "offload"),
    ],
)
def test_what_waits_is_known(name: str, category: str, effect: str, treatment: str) -> None:
    """Category, effect and treatment of well-known names."""
    blocks = catalog().blocks(name)
    assert blocks is not None
    assert (blocks.category, blocks.effect, blocks.treatment) == (category, effect, treatment)


def test_the_class_of_the_object_goes_before_the_class_that_defines_the_method() -> None:
    """Text in memory does not wait, though its method is defined where those of files are."""
    assert catalog().blocks("io.TextIOBase.read") is not None
    assert catalog().blocks("io.TextIOBase.read", receiver="io.StringIO") is None
    assert catalog().blocks("io.TextIOBase.read", receiver="io.TextIOWrapper") is not None
    assert catalog().blocks("io.TextIOBase.read", receiver="project.Reader") is not None


def test_connections_of_sqlite_stay_on_one_thread() -> None:
    """Everything that touches a connection has its affinity."""
    for name in ("sqlite3.connect", "sqlite3.Connection.execute", "sqlite3.Cursor.__next__"):
        blocks = catalog().blocks(name)
        assert blocks is not None
        assert blocks.affinity == "sqlite3"


@pytest.mark.parametrize(
    "name", ["builtins.len", "builtins.str.join", "json.loads", "re.Pattern.match", "math.sqrt"]
)
def test_pure_names_are_known(name: str) -> None:
    """Names and patterns of what neither waits nor has an effect."""
    assert catalog().is_pure(name)
    assert catalog().blocks(name) is None


@pytest.mark.parametrize(
    "name", ["random.random", "builtins.list.append", "builtins.open", "logging.Logger.info"]
)
def test_what_has_an_effect_is_not_pure(name: str) -> None:
    """A generator of numbers, a change of the receiver, a file and a log are effects."""
    assert not catalog().is_pure(name)


def test_mutators_change_their_receiver_only() -> None:
    """Methods of containers, wherever the type stubs define them."""
    assert catalog().is_mutator("builtins.list.append")
    assert catalog().is_mutator("typing.MutableMapping.update")
    assert not catalog().is_mutator("builtins.list.copy")


def test_spawns_start_work_elsewhere() -> None:
    """Threads, executors and processes."""
    assert catalog().is_spawn("threading.Thread")
    assert catalog().is_spawn("concurrent.futures.Executor.submit")
    assert not catalog().is_spawn("concurrent.futures.Future.result")


@pytest.mark.parametrize(
    ("name", "cost", "weight"),
    [
        ("os.stat", "microseconds", 0),
        ("builtins.open", "milliseconds", 1),
        ("sqlite3.connect", "milliseconds", 1),
        ("zlib.compress", "milliseconds", 1),
        ("socket.getaddrinfo", "seconds", 2),
        ("subprocess.run", "seconds", 2),
        ("time.sleep", "unbounded", 3),
        ("builtins.input", "unbounded", 3),
        ("threading.Lock.acquire", "unbounded", 3),
        ("signal.pause", "unbounded", 3),
    ],
)
def test_a_wait_has_a_rough_cost(name: str, cost: str, weight: int) -> None:
    """What the category says, unless the entry says it; a cached `stat` costs microseconds."""
    blocks = catalog().blocks(name)
    assert blocks is not None
    assert (blocks.rough_cost, blocks.weight) == (cost, weight)


def test_a_class_stands_for_making_one() -> None:
    """Both `__init__` and `__new__`; a name of its own goes first."""
    assert catalog().blocks("zipfile.ZipFile.__init__") == catalog().blocks("zipfile.ZipFile")
    assert catalog().blocks("zipfile.ZipFile.__new__") == catalog().blocks("zipfile.ZipFile")
    assert catalog().is_pure("pathlib.Path.__new__")
    assert catalog().is_spawn("threading.Thread.__init__")


def test_every_method_of_a_class_waits() -> None:
    """Clients make their methods when they run; what begins with an underscore is not one of them."""
    for name in ("botocore.client.BaseClient.get_object", "redis.Redis.new_command", "mailbox.mbox.add"):
        assert catalog().blocks(name) is not None
    assert catalog().blocks("botocore.client.BaseClient.__getattr__") is None
    assert catalog().blocks("botocore.client.BaseClient.meta.client") is None
    assert catalog().is_pure("botocore.client.BaseClient.get_paginator")


def test_a_user_can_speak_of_a_whole_class() -> None:
    """In a project's own entries the same patterns hold, and go before those that are shipped."""
    own = load_catalog([{"blocks": [{"names": ["my.*.load", "redis.Redis.*"], "category": "cpu"}]}])
    for name in ("redis.Redis.new_command", "my.Model.load"):
        blocks = own.blocks(name)
        assert blocks is not None
        assert blocks.category == "cpu"


def test_what_returns_a_function_is_known() -> None:
    """`partial` returns something that calls its first argument, and does not call it itself."""
    for name in ("functools.partial", "functools.partial.__new__", "functools.lru_cache", "types.MethodType"):
        assert catalog().passes(name)
        assert catalog().is_keeper(name)
    assert not catalog().passes("functools.wraps")
    assert not catalog().passes("builtins.map")


def test_what_is_called_on_the_loop_later_is_known() -> None:
    """Callbacks of the event loop run on it, and not where they are handed over."""
    for name in ("asyncio.AbstractEventLoop.call_soon", "_asyncio.Task.add_done_callback"):
        assert catalog().is_on_loop(name)
        assert catalog().is_keeper(name)
    assert not catalog().is_on_loop("asyncio.to_thread")
    assert not catalog().is_on_loop("concurrent.futures.Future.add_done_callback")


@pytest.mark.parametrize(
    "name",
    [
        "atexit.register",
        "builtins.list.append",
        "concurrent.futures.Future.add_done_callback",
        "inspect.signature",
        "selectors.BaseSelector.register",
        "signal.signal",
        "weakref.finalize",
    ],
)
def test_some_only_keep_a_function(name: str) -> None:
    """It is stored or looked at; whoever calls it later does so somewhere else."""
    assert catalog().is_keeper(name)


def test_others_call_what_they_are_given() -> None:
    """Anything that is not listed is taken to."""
    for name in ("builtins.sorted", "builtins.map", "functools.reduce"):
        assert not catalog().is_keeper(name)


def test_decorators_have_an_asynchronous_counterpart() -> None:
    """The same one, or another one; None where that is not known."""
    manager, static = (
        catalog().decorator("contextlib.contextmanager"),
        catalog().decorator("builtins.staticmethod"),
    )
    assert manager is not None
    assert manager.async_ == "contextlib.asynccontextmanager"
    assert static is not None
    assert static.async_ == "builtins.staticmethod"
    assert catalog().decorator("functools.total_ordering") is None
    dispatching = catalog().decorator("functools.singledispatch")
    assert dispatching is not None
    assert dispatching.registers == "register"


def test_types_members_and_exceptions_of_a_library() -> None:
    """What becomes of a response and of its errors."""
    response = catalog().type("requests.Response")
    assert response is not None
    assert (response.library, response.type.async_, response.type.enters) == (
        "requests",
        "aiohttp.ClientResponse",
        True,
    )
    assert catalog().members("requests.Response")["status_code"].rule.async_ == "self.status"
    assert catalog().members("requests.HTTPError")["response.status_code"].rule.async_ == "self.status"
    timeout = catalog().exception("requests.Timeout")
    assert timeout is not None
    assert timeout.exception.async_ == ("aiohttp.ServerTimeoutError",)
    assert catalog().member("requests.Response.elapsed") is None


def test_stubs_are_given_for_what_is_missing() -> None:
    """All modules below the missing top-level names, and no others."""
    assert set(catalog().stubs_for({"requests"})) == {
        "requests",
        "requests.adapters",
        "requests.auth",
        "requests.exceptions",
    }
    assert set(catalog().stubs_for({"aiohttp", "missing"})) == {"aiohttp"}
