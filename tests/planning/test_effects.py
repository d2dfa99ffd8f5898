"""What functions do that others could see: it decides whether waits may overlap."""

from tests.planning.programs import check_reasons, convert

EFFECTS = """
import contextvars
import logging
import os
import threading
import time

import requests

SEEN = {}
COUNT = 0
LOCK = threading.Lock()
VAR = contextvars.ContextVar("VAR")
URLS = ["http://127.0.0.1:9/a"]
SESSION = requests.Session()


def get(url):
    return requests.get(url).text


def post(url):
    return requests.post(url).text


def cached(url):
    if url not in SEEN:
        SEEN[url] = get(url)
    return SEEN[url]


def counted(url):
    global COUNT
    COUNT += 1
    return get(url)


def logged(url):
    logging.info(url)
    return get(url)


def printed(url):
    print(url)
    return get(url)


def remembered(url, seen=[]):
    seen.append(url)
    return get(url)


def locked(url):
    with LOCK:
        return get(url)


def in_context(url):
    VAR.set(url)
    return get(url)


def in_folder(url):
    os.chdir("/")
    return get(url)


def environ(url):
    os.environ["X"] = url
    return get(url)


def paused(url):
    time.sleep(0.1)
    return get(url)


def with_file(url):
    with open("/etc/hostname") as file:
        return file.read() + get(url)


def with_mode(url, mode):
    with open("/etc/hostname", mode) as file:
        return file.read() + get(url)


def own_session(url):
    with requests.Session() as session:
        return session.get(url).text


def shared_session(url):
    return SESSION.get(url).text


def recursive(url, depth):
    if depth:
        return recursive(url, depth - 1)
    return get(url)


def ping(url, n):
    return pong(url, n - 1) if n else get(url)


def pong(url, n):
    SEEN[url] = n
    return ping(url, n)


def unknown(url, call):
    call(url)
    return get(url)


class Client:
    def __init__(self, base: str):
        self.base = base
        self.calls = 0
        self.session = requests.Session()

    @property
    def root(self):
        return self.base.rstrip("/")

    def pure(self, path):
        return get(self.root + path)

    def counting(self, path):
        self.calls += 1
        return get(self.base + path)

    def sharing(self, path):
        return self.session.get(self.base + path).text


def closures():
    total = 0

    def adding(url):
        nonlocal total
        total += 1
        return get(url)

    def clean(url):
        return get(url + str(len(URLS)))

    a = [clean(url) for url in URLS]
    b = [adding(url) for url in URLS]
    return a, b, total


def main(mode, call):
    client = Client("x")
    return [
        [post(url) for url in URLS],
        [cached(url) for url in URLS],
        [counted(url) for url in URLS],
        [logged(url) for url in URLS],
        [printed(url) for url in URLS],
        [remembered(url) for url in URLS],
        [locked(url) for url in URLS],
        [in_context(url) for url in URLS],
        [in_folder(url) for url in URLS],
        [environ(url) for url in URLS],
        [paused(url) for url in URLS],
        [with_file(url) for url in URLS],
        [with_mode(url, mode) for url in URLS],
        [own_session(url) for url in URLS],
        [shared_session(url) for url in URLS],
        [recursive(url, 3) for url in URLS],
        [ping(url, 3) for url in URLS],
        [pong(url, 3) for url in URLS],
        [unknown(url, call) for url in URLS],
        [client.pure(url) for url in URLS],
        [client.counting(url) for url in URLS],
        [client.sharing(url) for url in URLS],
    ]


if __name__ == "__main__":
    main("r", print)
    closures()
"""


def test_what_a_function_does_decides() -> None:
    """Waits overlap if all that runs in them only reads; the first thing that does not is named."""
    conversion = convert(EFFECTS)
    text = conversion.files["program.py"]
    for name in (
        "paused(url)",
        "with_file(url)",
        "own_session(url)",
        "recursive(url, 3)",
        "client.pure(url)",
        "clean(url)",
    ):
        assert f"await gather({name} for url in URLS)" in text
    assert text.count("gather(") == 6
    check_reasons(
        conversion,
        "requests.post may change something",
        "writes `SEEN[url]`",
        "writes COUNT",
        "logging.info waits for its turn",
        "builtins.print waits for its turn",
        "builtins.list.append changes an object that others may hold",
        "threading.Lock.__enter__ waits for its turn",
        "ContextVar.set are not known",
        "os.chdir may change something",
        "writes `os.environ['X']`",
        "builtins.open may change something: its mode is not seen to only read",
        "requests.Session.get shares its object with others",
        "it is not known what is called here",
        "writes `self.calls`",
        "writes total",
    )


def test_nothing_overlaps_unless_it_is_asked_for() -> None:
    """With `concurrency` off a proven loop stays as it is, and is suggested."""
    conversion = convert(EFFECTS, concurrency="off")
    assert "gather" not in conversion.files["program.py"]
    check_reasons(conversion, "these waits may overlap: they are proven to only read")
