"""requests -> aiohttp: every rule, member and exception against the real libraries on a loopback server."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests

from tests.catalog.applying import applied, awaited, catalog, evaluate, vendored
from tests.serving.closed_port import closed_port
from tests.serving.http_server import HttpServer, Recorded, Reply, json_reply, redirect_reply, text_reply

SET_COOKIE = Reply(200, b"set", (("Set-Cookie", "sid=a/b+c==; Path=/"), ("Set-Cookie", "gone=1; Max-Age=0")))

ROUTES: dict[str, Reply | Callable[[Recorded], Reply]] = {
    "/": text_reply("hello"),
    "/json": json_reply({"a": [1, None, "é"]}),
    "/cookie": SET_COOKIE,
    "/once": redirect_reply("/"),
    "/twice": redirect_reply("/once?x=1", status=301),
    "/other": redirect_reply("/", status=303),
    "/again": redirect_reply("/", status=307),
    "/loop": redirect_reply("/loop"),
    "/missing": Reply(404, b"nothing here", (("Content-Type", "text/plain"),)),
    "/broken": text_reply("boom", status=503),
    "/empty": Reply(204),
    "/headers": Reply(200, b"", (("X-Token", "t"), ("X-Token", "u"))),
}

# What both libraries should send and receive alike; `url` is the server's, `session` a Session.
CALLS = [
    "requests.get(url)",
    "requests.get(url + '/json')",
    "requests.get(url=url + '/missing')",
    "requests.get(url + '/broken')",
    "requests.get(url + '/empty')",
    "requests.get(url + '/headers')",
    "requests.get(url, {'a': 1})",
    "requests.get(url, params={'a': [1, 2], 'none': None, 'flag': True, 'x': 1.5, 'text': 'ä b/c+d&e=f~'})",
    "requests.get(url, params=[('a', 1), ('a', 'b'), ('c', None)])",
    "requests.get(url, params=(('a', 1), ('b', (2, 3))))",
    "requests.get(url, params='a=1&b= 2')",
    "requests.get(url, params=b'a=%201')",
    "requests.get(url, params={})",
    "requests.get(url, params=None)",
    "requests.get(url + '/?q=1', params={'a': 2})",
    "requests.get(url + '/?q=a%20b+c%2Fd#part', params={'a': 2})",
    "requests.get(url, headers={'X-One': '1', 'accept': 'text/html'})",
    "requests.get(url, headers=None, stream=False, proxies=None)",
    "requests.get(url, cookies={'a': '1', 'b': 'two words'})",
    "requests.get(url, auth=('user', 'pässword'))",
    "requests.get(url, auth=('user', 'password'), headers={'X-One': '1'})",
    "requests.get(url, auth=None, timeout=None)",
    "requests.get(url, timeout=5)",
    "requests.get(url, timeout=(3, 5.5))",
    "requests.get(url, timeout=seconds)",
    "requests.get(url, timeout=pair)",
    "requests.get(url, verify=False)",
    "requests.get(url, verify=True)",
    "requests.get(url + '/once')",
    "requests.get(url + '/twice', params={'a': 1}, headers={'X-One': '1'})",
    "requests.get(url + '/once', allow_redirects=False)",
    "requests.head(url)",
    "requests.head(url + '/once')",
    "requests.head(url + '/once', allow_redirects=True)",
    "requests.options(url)",
    "requests.post(url)",
    "requests.post(url, {'a': 1, 'b': ['x', 'y z'], 'none': None})",
    "requests.post(url, data=[('a', 'ä'), ('a', 2)])",
    "requests.post(url, data={})",
    "requests.post(url, data='plain täxt')",
    "requests.post(url, data=b'bytes')",
    "requests.post(url, data='a=1', headers={'Content-Type': 'application/x-www-form-urlencoded'})",
    "requests.post(url, data={'a': 1}, headers={'content-type': 'x/y'})",
    "requests.post(url, json={'a': [1, None, 'é']})",
    "requests.post(url, None, {'a': 1})",
    "requests.post(url, json={})",
    "requests.post(url, json=None)",
    "requests.post(url, json=[1], params={'q': 1}, headers={'X-One': '1'}, timeout=5)",
    "requests.post(url + '/once', data={'a': 1})",
    "requests.post(url + '/other', json={'a': 1})",
    "requests.post(url + '/again', data={'a': 1})",
    "requests.post(url + '/again', json={'a': 1})",
    "requests.post(url + '/again', data=b'abc')",
    "requests.put(url, data={'a': 1})",
    "requests.put(url, b'abc')",
    "requests.patch(url, json={'a': 1})",
    "requests.delete(url)",
    "requests.delete(url, params={'a': 1})",
    "requests.request('POST', url, json={'a': 1})",
    "requests.request(method='get', url=url + '/once')",
    "requests.request('HEAD', url + '/once')",
    "requests.Session.get(session, url, params={'a': 1})",
    "requests.Session.get(session, url + '/cookie')",
    "requests.Session.head(session, url + '/once')",
    "requests.Session.options(session, url)",
    "requests.Session.post(session, url, data={'a': 1}, timeout=(1, 2))",
    "requests.Session.put(session, url, b'abc')",
    "requests.Session.patch(session, url, json={'a': 1})",
    "requests.Session.delete(session, url)",
    "requests.Session.request(session, 'GET', url, headers={'X-Kind': 'call'})",
]

# Read from a response of either library.
MEMBERS = ["status_code", "text", "content", "url", "ok", "reason", "history"]


@pytest.fixture(scope="module")
def server() -> Iterator[HttpServer]:
    with HttpServer(ROUTES) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither proxies nor passwords of the machine count."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def split(call: str) -> tuple[str, str]:
    """The dotted name of a call, and the call as users write it: on the session for its methods."""
    name = call.partition("(")[0]
    method = call.replace("requests.Session.", "session.").replace("(session, ", "(")
    return name, method if ".Session." in name else call


def converted(call: str) -> str:
    """What a call becomes, with its response read."""
    name, method = split(call)
    rule, expression = applied(name, method)
    return f"await fetch({expression})" if rule.rule.resource else expression


async def converted_member(name: str, response: Any) -> Any:
    """What the member of a requests.Response is on the response that took its place."""
    member = catalog().member(f"requests.Response.{name}")
    expression = f"self.{name}" if member is None else member.rule.async_
    return await awaited(expression, {"self": response})


def comparable(name: str, value: Any) -> Any:
    return [len(value)] if name == "history" else value


@pytest.mark.parametrize("call", CALLS)
def test_a_converted_call_sends_and_receives_the_same(call: str, server: HttpServer) -> None:
    """The server sees the same requests, and the response reads the same."""
    names = {"requests": requests, "url": server.url, "seconds": 5, "pair": (3, 5)}
    with requests.Session() as session:
        session.headers.update({"X-Kind": "session"})
        server.forget()
        original = evaluate(split(call)[1], {**names, "session": session})
        expected = {name: comparable(name, getattr(original, name)) for name in MEMBERS}
        expected_requests = server.requests

    async def main() -> dict[str, Any]:
        async with vendored("requests")["owned"](aiohttp.ClientSession) as session:
            session.headers.update({"X-Kind": "session"})
            response = await awaited(converted(call), {**vendored("requests"), **names, "session": session})
            assert bool(response) == bool(original)
            for header in ("X-Token", "x-token", "Content-Type", "Nothing"):
                assert (header in response.headers) == (header in original.headers)
            return {name: comparable(name, await converted_member(name, response)) for name in MEMBERS}

    server.forget()
    found = vendored("requests")["run"](main())
    assert server.requests == expected_requests
    if "#" in call:  # requests keeps the part of an address that is never sent
        expected["url"] = expected["url"].partition("#")[0]
        found["url"], expected["url"] = found["url"].partition("?")[0], expected["url"].partition("?")[0]
    assert found == expected


async def exchange(client: Any, calls: list[str], names: dict[str, Any]) -> None:
    for call in calls:
        await awaited(converted(call), {**vendored("requests"), **names, "session": client})


def test_a_session_keeps_cookies_and_module_functions_do_not(server: HttpServer) -> None:
    """What a session was told is sent again, also to an address of numbers; calls of the module share nothing."""
    calls = [
        f"requests.{kind}get({client}url + '/{path}')"
        for kind, client in (("Session.", "session, "), ("", ""))
        for path in ("cookie", "json")
    ]
    names = {"requests": requests, "url": server.url}
    server.forget()
    with requests.Session() as session:
        for call in calls:
            evaluate(split(call)[1], {**names, "session": session})
    expected = server.requests
    assert [bool(request.header("cookie")) for request in expected] == [False, True, False, False]

    async def main() -> None:
        async with vendored("requests")["owned"](aiohttp.ClientSession) as client:
            await exchange(client, calls, names)

    server.forget()
    vendored("requests")["run"](main())
    assert server.requests == expected


BODIES = [
    ("text/html", b"caf\xe9"),
    ("text/html; charset=utf-8", "café".encode()),
    ("text/html; charset=utf-8", b"caf\xe9 is broken"),
    ("text/html; charset=nonsense", b"plain"),
    ("text/plain", '{"a": "é"}'.encode()),
    ("application/json", '{"a": "é"}'.encode()),
    ("application/json", b"[1, 2"),
    ("application/json", b""),
    ("application/json; charset=latin-1", b'{"a": "\xe9"}'),
    ("application/octet-stream", b'{"a": 1}'),
    ("application/octet-stream", '{"a": "é"}'.encode()),
    ("", b'{"a": 1}'),
    ("text/html", b"<p>not JSON</p>"),
]


def json_or_error(value: Callable[[], Any]) -> Any:
    try:
        return value()
    except ValueError as error:
        return vars(error)


@pytest.mark.parametrize(("content_type", "body"), BODIES)
def test_text_and_json_read_the_same(content_type: str, body: bytes) -> None:
    """The text is decoded alike, and JSON is read whatever its content type says, or fails alike."""
    headers = (("Content-Type", content_type),) if content_type else ()
    with HttpServer({"/": Reply(200, body, headers)}) as server:
        original = requests.get(server.url, timeout=5)

        async def main() -> tuple[Any, ...]:
            names = {**vendored("requests"), "url": server.url}
            response = await awaited(converted("requests.get(url)"), names)
            _, text = applied("requests.Response.json", "response.json()")
            _, lines = applied("requests.Response.iter_lines", "response.iter_lines()")
            try:
                value = await awaited(text, {"response": response})
            except ValueError as error:
                value = {key: part for key, part in vars(error).items() if key in ("msg", "doc", "pos")}
            return (
                await converted_member("text", response),
                value,
                await awaited(lines, {"response": response}),
            )

        expected = json_or_error(original.json)
        if isinstance(expected, dict) and "msg" in expected:
            expected = {key: expected[key] for key in ("msg", "doc", "pos")}
        assert vendored("requests")["run"](main()) == (original.text, expected, list(original.iter_lines()))


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue of connections is full: connecting to it takes for ever."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(8)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for client in waiting:
            client.close()


FAILURES = [
    ("requests.get(f'http://127.0.0.1:{closed}/')", "get"),
    ("requests.get(f'http://127.0.0.1:{full}/', timeout=0.2)", "get"),
    ("requests.get(url + '/slow', timeout=0.2)", "get"),
    ("requests.get(url + '/reset')", "get"),
    ("requests.get(url + '/loop')", "get"),
    ("requests.get(url + '/missing')", "raise_for_status"),
    ("requests.get(url + '/broken')", "raise_for_status"),
    ("requests.get(url + '/invalid')", "json"),
    ("requests.get(url + '/short')", "get"),
    ("requests.get(url.replace('http', 'https'))", "get"),
    ("requests.get('http://no-such-host.invalid/')", "get"),
    ("requests.get('example.test')", "get"),
    ("requests.get('ftp://example.test')", "get"),
    ("requests.get('http://')", "get"),
    ("requests.get('http://127.0.0.1:port/')", "get"),
    ("requests.get('')", "get"),
]

# aiohttp has one class where requests has two, so that a clause for either catches both.
COARSER = [
    {"requests.HTTPError", "requests.TooManyRedirects"},
    {"requests.exceptions.ChunkedEncodingError", "requests.exceptions.ContentDecodingError"},
    {"requests.exceptions.InvalidURL", "requests.exceptions.MissingSchema"},
]


def requests_class(name: str) -> type[BaseException]:
    found = evaluate(name, {"requests": requests})
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize(("call", "step"), FAILURES)
def test_each_except_clause_catches_what_it_caught(call: str, step: str, full_port: int) -> None:
    """For every exception of requests, the classes that stand for it catch what it caught, and no more than COARSER says."""
    routes = ROUTES | {
        "/slow": Reply(200, b"late", delay=5),
        "/reset": Reply(reset=True),
        "/invalid": text_reply("{"),
        "/short": Reply(200, b"abc", (("Content-Encoding", "gzip"),)),
    }
    with HttpServer(routes) as server, closed_port() as closed:
        names = {"requests": requests, "url": server.url, "closed": closed, "full": full_port}
        with pytest.raises(requests.RequestException) as original:
            act(evaluate(call, names), step)

        async def main() -> None:
            response = await awaited(converted(call), {**vendored("requests"), **names})
            await awaited_act(response, step)

        with pytest.raises(Exception) as found:  # noqa: PT011 - its class is what is tested
            vendored("requests")["run"](main())
    caught_before, caught_after = set(), set()
    for entry in catalog().library("requests").exception:
        classes = tuple(evaluate(name, vendored("requests")) for name in entry.async_)
        if issubclass(original.type, requests_class(entry.sync)):
            caught_before.add(entry.sync)
        if issubclass(found.type, classes):
            caught_after.add(entry.sync)
    assert caught_before <= caught_after, f"{original.value!r} became {found.value!r}"
    surprising = {
        name
        for name in caught_after - caught_before
        if not any(name in pair and pair & caught_before for pair in COARSER)
    }
    assert not surprising, f"{original.value!r} became {found.value!r}"


def act(response: requests.Response, step: str) -> None:
    if step != "get":
        getattr(response, step)()


async def awaited_act(response: Any, step: str) -> None:
    if step == "json":
        await response.json()
    elif step != "get":
        getattr(response, step)()


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("requests.get(url, stream=True)", "`stream` has no counterpart"),
        ("requests.post(url, files={'f': file})", "`files` has no counterpart"),
        ("requests.get(url, proxies=proxies)", "`proxies` has no counterpart"),
        ("requests.get(url, verify='ca.pem')", "boolean"),
        ("requests.get(url, auth=token)", "`auth` is not a tuple of 2"),
        ("requests.get(url, **options)", "unpacked"),
        ("requests.get(url, None, {'X': '1'})", "argument 3"),
    ],
)
def test_a_call_that_cannot_be_carried_over_says_why(call: str, reason: str) -> None:
    """An argument without a counterpart is named."""
    with pytest.raises(LookupError, match=reason):
        applied(call.partition("(")[0], call)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("requests.get(URL)", "shared(aiohttp.ClientSession).get(URL)"),
        (
            "requests.get(URL, timeout=5)",
            "shared(aiohttp.ClientSession).get(URL, timeout=aiohttp.ClientTimeout(sock_connect=5, sock_read=5))",
        ),
        (
            "requests.get(URL, timeout=(3, None))",
            "shared(aiohttp.ClientSession).get(URL, timeout=aiohttp.ClientTimeout(sock_connect=3, sock_read=None))",
        ),
        (
            "requests.get(URL, timeout=LIMIT)",
            "shared(aiohttp.ClientSession).get(URL, timeout=client_timeout(LIMIT))",
        ),
        ("requests.get(URL, verify=False)", "shared(aiohttp.ClientSession).get(URL, ssl=False)"),
        (
            "requests.get(URL, auth=(user, '*'))",
            "shared(aiohttp.ClientSession).get(URL, headers={'Authorization': aiohttp.encode_basic_auth(user, '*', 'latin-1')})",
        ),
        ("requests.Session()", "owned(aiohttp.ClientSession)"),
    ],
)
def test_a_converted_call_reads_as_an_expert_would_write_it(call: str, expected: str) -> None:
    """Arguments that were not given leave nothing behind."""
    assert applied(call.partition("(")[0], call)[1] == expected
