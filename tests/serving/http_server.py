"""A loopback HTTP server for tests: answers from a table of routes and records what it was asked."""

import http.client
import http.server
import json
import socket
import struct
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

IGNORED_HEADERS = frozenset(
    {
        # Each client library has its own values for these; a port from one to the other changes them rightly.
        "accept",
        "accept-encoding",
        "connection",
        "host",
        "user-agent",
        # How the body is framed; the body itself is recorded.
        "content-length",
        "transfer-encoding",
    }
)

# More connections than any test opens at once: a full queue would drop one and cost a retry of a second.
_LISTEN_QUEUE = 1024


@dataclass(frozen=True, slots=True, order=True)
class Recorded:
    """One request as the server saw it; hashable, so that a run's requests compare as a multiset.

    method: `GET`, `POST`, ...
    path: without the query, percent-decoded
    query: decoded pairs in the order sent, blank values kept
    headers: (lower-case name, value) pairs, sorted, without IGNORED_HEADERS
    body: the body, its transfer coding undone
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of the header called `name` (any case), or None."""
        return dict(self.headers).get(name.lower())


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer.

    status: the status code
    body: sent with a Content-Length, unless `chunks` is given
    headers: (name, value) pairs, a name as often as wanted (two Set-Cookie)
    delay: seconds of silence before the status line
    chunks: the body in pieces, sent with chunked transfer coding instead of `body`
    pause: seconds of silence before each of `chunks`
    reset: the connection is reset (RST) after `delay` instead of answered
    """

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    chunks: tuple[bytes, ...] = ()
    pause: float = 0.0
    reset: bool = False


Route = Reply | Callable[[Recorded], Reply]
"""An answer, or the function that makes it (called in the connection's own thread)."""


def json_reply(
    value: object, *, status: int = 200, content_type: str = "application/json", delay: float = 0.0
) -> Reply:
    """`value` as JSON, with the content type of one's choice."""
    return Reply(status, json.dumps(value).encode(), (("Content-Type", content_type),), delay)


def text_reply(text: str, *, status: int = 200, content_type: str = "text/plain; charset=utf-8") -> Reply:
    """`text`, as UTF-8."""
    return Reply(status, text.encode(), (("Content-Type", content_type),))


def redirect_reply(location: str, *, status: int = 302) -> Reply:
    """A redirect to `location`."""
    return Reply(status, headers=(("Location", location),))


def in_turn(*replies: Reply) -> Callable[[Recorded], Reply]:
    """A route that answers with each of `replies` once, in order, and with the last one ever after."""
    lock = threading.Lock()
    left = list(replies)

    def answer(_request: Recorded) -> Reply:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer


@dataclass(slots=True)
class _Log:
    """What the connections' threads share: requests seen, requests open now and at the peak."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    seen: list[Recorded] = field(default_factory=list)
    open: int = 0
    peak: int = 0

    def enter(self, request: Recorded) -> None:
        with self.lock:
            self.seen.append(request)
            self.open += 1
            self.peak = max(self.peak, self.open)

    def leave(self) -> None:
        with self.lock:
            self.open -= 1


class HttpServer:
    """A threaded HTTP/1.1 server on 127.0.0.1, on a free port, from `with` to its end.

    routes: `"/path"` or `"POST /path"` (which wins) to a Reply or a function from Recorded to Reply.
        Any other path answers 404 with an empty body.
    delay: seconds added before every answer.
    """

    def __init__(self, routes: Mapping[str, Route], *, delay: float = 0.0) -> None:
        self._log = _Log()
        self._stopping = threading.Event()
        handler = _handler(dict(routes), delay, self._log, self._stopping)
        self._server = _Listener(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a final slash."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def requests(self) -> tuple[Recorded, ...]:
        """The requests so far, in the order in which they arrived."""
        with self._log.lock:
            return tuple(self._log.seen)

    @property
    def counted(self) -> Counter[Recorded]:
        """The requests so far as a multiset: equal for two runs that asked the same in any order."""
        return Counter(self.requests)

    @property
    def peak(self) -> int:
        """The highest number of requests that were open at one time."""
        with self._log.lock:
            return self._log.peak

    def forget(self) -> None:
        """Start counting afresh."""
        with self._log.lock:
            self._log.seen.clear()
            self._log.peak = self._log.open

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = _LISTEN_QUEUE

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that went away is the client's business; anything else is a bug in the test.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else two writes in a row cost a delayed ACK (40 ms)
    routes: Mapping[str, Route]
    delay: float
    log: _Log
    stopping: threading.Event

    def answer(self) -> None:
        request = self.read_request()
        self.log.enter(request)
        try:
            reply = self.find_reply(request)
            self.stopping.wait(self.delay + reply.delay)
            last = b"" if reply.reset else self.write_all_but_last(reply)
        finally:
            # Before the last byte leaves: a client may ask again the moment it has the whole answer.
            self.log.leave()
        if reply.reset:
            self.reset()
        else:
            self.wfile.write(last)

    def read_request(self) -> Recorded:
        target = urlsplit(self.path)
        return Recorded(
            method=self.command,
            path=unquote(target.path),
            query=tuple(parse_qsl(target.query, keep_blank_values=True)),
            headers=_kept(self.headers.items()),
            body=self.read_body(),
        )

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(pieces)

    def find_reply(self, request: Recorded) -> Reply:
        route = self.routes.get(f"{request.method} {request.path}") or self.routes.get(request.path)
        if route is None:
            return Reply(404)
        if isinstance(route, Reply):
            return route
        try:
            return route(request)
        except Exception:  # noqa: BLE001 - a bug in the test's own route has to reach its reader
            return Reply(500, traceback.format_exc().encode())

    def write_all_but_last(self, reply: Reply) -> bytes:
        """Write the answer up to its last piece, which is returned."""
        bare = self.command == "HEAD" or reply.status in {204, 304}
        if bare or not reply.chunks:
            return self.head(reply) + (b"" if bare else reply.body)
        self.wfile.write(self.head(reply))
        for chunk in reply.chunks:
            self.stopping.wait(reply.pause)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        return b"0\r\n\r\n"

    def head(self, reply: Reply) -> bytes:
        lines = [f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, '')}"]
        lines += [f"{name}: {value}" for name, value in reply.headers]
        if reply.chunks:
            lines.append("Transfer-Encoding: chunked")
        elif reply.status not in {204, 304}:
            lines.append(f"Content-Length: {len(reply.body)}")
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")

    def reset(self) -> None:
        # A linger of zero turns close into RST. Detached, since http.server would first send a FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Requests are recorded, not printed."""


# http.server calls `do_<METHOD>`; its names are not ours to choose.
for _method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
    setattr(_Handler, f"do_{_method}", _Handler.answer)


def _handler(
    routes: Mapping[str, Route], delay: float, log: _Log, stopping: threading.Event
) -> type[_Handler]:
    """The handler class of one server: http.server makes the instances itself, one a connection."""
    return type("Handler", (_Handler,), {"routes": routes, "delay": delay, "log": log, "stopping": stopping})


def _kept(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted((name.lower(), value) for name, value in headers if name.lower() not in IGNORED_HEADERS)
    )
