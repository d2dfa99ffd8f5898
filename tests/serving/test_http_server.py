"""The loopback server itself: it answers as told and records what it was asked."""

# ruff: noqa: S113 - the server is ours and answers; a timeout would only hide that it does not

import threading

import pytest
import requests

from tests.serving.http_server import (
    HttpServer,
    Recorded,
    Reply,
    in_turn,
    json_reply,
    redirect_reply,
    text_reply,
)


def test_answers_come_from_the_table_of_routes() -> None:
    """A route with a method wins over one without, and a path that is not listed answers 404."""
    with HttpServer({"/a": text_reply("any"), "POST /a": json_reply([1])}) as server:
        assert requests.get(f"{server.url}/a").text == "any"
        assert requests.post(f"{server.url}/a").json() == [1]
        missing = requests.get(f"{server.url}/b")
    assert (missing.status_code, missing.content) == (404, b"")


def test_a_request_is_recorded_whole() -> None:
    """Method, path, query, body and the headers that carry meaning are recorded, the client's own are not."""
    with HttpServer({"/a b": Reply(204)}) as server:
        requests.post(
            f"{server.url}/a%20b",
            params={"q": "ü 1", "empty": ""},
            json={"n": 1},
            headers={"X-Key": "k"},
            cookies={"c": "1"},
        )
    assert server.requests == (
        Recorded(
            method="POST",
            path="/a b",
            query=(("q", "ü 1"), ("empty", "")),
            headers=(("content-type", "application/json"), ("cookie", "c=1"), ("x-key", "k")),
            body=b'{"n": 1}',
        ),
    )
    assert server.requests[0].header("X-KEY") == "k"
    assert server.requests[0].header("absent") is None


def test_a_chunked_request_body_is_put_together() -> None:
    """A body that is sent in chunks is recorded like one that is sent at once."""
    with HttpServer({"/": Reply()}) as server:
        requests.post(server.url + "/", data=iter([b"one ", b"two"]))
    assert server.requests == (Recorded("POST", "/", body=b"one two"),)


def test_requests_compare_as_multisets() -> None:
    """The order of arrival does not matter to `counted`, and the number of times does."""
    with HttpServer({}) as one, HttpServer({}) as other:
        for path in ("/a", "/b", "/a"):
            requests.get(one.url + path)
        for path in ("/b", "/a"):
            requests.get(other.url + path)
        assert one.counted != other.counted
        requests.get(f"{other.url}/a")
        assert one.counted == other.counted
        assert one.requests != other.requests
        one.forget()
        assert one.requests == ()


def test_redirects_are_followed_with_their_cookies() -> None:
    """A redirect leads on, and a cookie that came with it is sent back."""
    here = Reply(302, headers=(("Location", "/there"), ("Set-Cookie", "seen=yes; Path=/")))
    with HttpServer(
        {"/here": here, "/there": text_reply("arrived"), "/loop": redirect_reply("/loop")}
    ) as server:
        assert requests.Session().get(f"{server.url}/here").text == "arrived"
        assert server.requests[1].header("cookie") == "seen=yes"
        with pytest.raises(requests.TooManyRedirects):
            requests.get(f"{server.url}/loop")


def test_a_body_may_come_in_slow_chunks() -> None:
    """The chunks arrive as one body, and a client that waits too little times out between them."""
    slow = Reply(chunks=(b"one ", b"two"), pause=0.3)
    with HttpServer({"/fast": Reply(chunks=(b"one ", b"two")), "/slow": slow}) as server:
        assert requests.get(f"{server.url}/fast").content == b"one two"
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{server.url}/slow", timeout=0.1)


def test_bodies_may_be_empty_or_missing() -> None:
    """HEAD, 204 and an empty 200 leave the connection fit for the next request."""
    routes = {"/none": Reply(204), "/empty": Reply(200), "/text": text_reply("text")}
    with HttpServer(routes) as server, requests.Session() as session:
        assert session.get(f"{server.url}/none").content == b""
        assert session.get(f"{server.url}/empty").content == b""
        head = session.head(f"{server.url}/text")
        assert (head.content, head.headers["Content-Length"]) == (b"", "4")
        assert session.get(f"{server.url}/text").text == "text"


def test_json_may_carry_any_content_type() -> None:
    """JSON may be labelled as plain text, which stricter clients refuse."""
    with HttpServer({"/": json_reply({"a": 1}, content_type="text/plain")}) as server:
        response = requests.get(server.url)
    assert (response.headers["Content-Type"], response.json()) == ("text/plain", {"a": 1})


def test_a_connection_may_be_reset() -> None:
    """A reset reaches the client as one, and the server goes on serving."""
    with HttpServer({"/gone": Reply(reset=True), "/": text_reply("here")}) as server:
        with pytest.raises(requests.ConnectionError, match=r"[Rr]eset"):
            requests.get(f"{server.url}/gone")
        assert requests.get(server.url).text == "here"
        assert len(server.requests) == 2


def test_replies_in_turn_end_with_the_last() -> None:
    """Each reply is given once, in order, and the last one from then on."""
    with HttpServer({"/": in_turn(Reply(503), Reply(429), Reply(200))}) as server:
        assert [requests.get(server.url).status_code for _ in range(4)] == [503, 429, 200, 200]


def test_a_route_that_raises_answers_500_with_the_traceback() -> None:
    """A mistake in a test's own route is told to the client, not lost in a thread."""

    def broken(request: Recorded) -> Reply:
        raise KeyError(request.path)

    with HttpServer({"/": broken}) as server:
        response = requests.get(server.url)
    assert response.status_code == 500
    assert "KeyError" in response.text


def test_the_peak_tells_sequential_from_overlapping_clients() -> None:
    """One client after the other makes a peak of one; two that are inside the server together make two."""
    both_are_in = threading.Barrier(2, timeout=10)

    def meet(_request: Recorded) -> Reply:
        both_are_in.wait()
        return Reply()

    with HttpServer({"/": Reply(), "/meet": meet}) as server:
        with requests.Session() as session:
            for _ in range(20):
                session.get(server.url)
        assert server.peak == 1
        threads = [threading.Thread(target=requests.get, args=(f"{server.url}/meet",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.peak == 2


def test_closing_does_not_wait_for_a_slow_answer() -> None:
    """The end of `with` cuts delays short."""
    with HttpServer({"/": Reply(delay=3600)}) as server, pytest.raises(requests.Timeout):
        requests.get(server.url, timeout=0.05)
