"""The catalog's look-ups."""

import pytest

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
    assert catalog().decorator("functools.lru_cache") is None


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
    assert set(catalog().stubs_for({"aiohttp", "numpy"})) == {"aiohttp"}
