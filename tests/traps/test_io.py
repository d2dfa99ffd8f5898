"""Files, processes, sockets, databases and HTTP: what has an async library gets it, the rest runs whole in a thread."""

import pytest

from tests.planning.deciding import Decided, decide
from tests.traps.table import trap

FILES = """
import csv
import gzip
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path


def lines(path):
    found = []
    with open(path) as file:
        for line in file:
            found.append(line.strip())
    return found


def rows(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


def config(path):
    with gzip.open(path) as file:
        return json.load(file)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tree(folder):
    found = sorted(path.name for path in Path(folder).rglob("*"))
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, name) for name in names]
    return found


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_text("[1, 2]")
        print(lines(path))
        time.sleep(0.01)
        print(rows(path))
        time.sleep(0.01)
        print(config(path))
        time.sleep(0.01)
        print(digest(path))
        time.sleep(0.01)
        print(tree(folder))


if __name__ == "__main__":
    main()
"""

WIRES = """
import select
import socket
import time


def talk():
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"one")
        left.shutdown(socket.SHUT_WR)
        with right.makefile("rb") as file:
            return [line for line in file]


def ready():
    left, right = socket.socketpair()
    with left, right:
        left.send(b"x")
        readable, _, _ = select.select([right], [], [], 1)
        return readable == [right] and right.recv(1)


def main():
    talk()
    time.sleep(0.01)
    print(ready())


if __name__ == "__main__":
    main()
"""

DATA = """
import sqlite3
import time

import psycopg2


def count():
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("create table t (n)")
        with connection:
            connection.executemany("insert into t values (?)", [(1,), (2,)])
        return [row for row in connection.execute("select n from t")]
    finally:
        connection.close()


def pauses():
    connection = sqlite3.connect(":memory:")
    with connection:
        connection.execute("create table t (n)")
        time.sleep(0.01)
    for row in connection.execute("select n from t"):
        print(row)


def names(dsn):
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    cursor.execute("select name from t")
    return cursor.fetchall()


def main():
    print(count())
    pauses()
    time.sleep(0.01)
    print(names("x"))


if __name__ == "__main__":
    main()
"""

COMMANDS = """
import os
import subprocess
import sys
import time


def main():
    done = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, text=True, check=True)
    print(done.stdout, done.returncode)
    print(subprocess.check_output("echo hi", shell=True, timeout=5))
    time.sleep(0.01)
    with subprocess.Popen([sys.executable, "-c", "print(2)"], stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            print(line)
    time.sleep(0.01)
    print(os.system("exit 0"))


if __name__ == "__main__":
    main()
"""

CONSOLE = """
import logging
import time


class Hook(logging.Handler):
    def emit(self, record):
        time.sleep(0.01)


def main():
    logging.basicConfig(filename="log.txt", handlers=[Hook()])
    logging.info("one")
    time.sleep(0.01)
    name = input("name? ")
    print("hello", name)


if __name__ == "__main__":
    main()
"""

WEB = """
import requests


def status(url):
    response = requests.get(url, params={"a": 1}, allow_redirects=False)
    response.raise_for_status()
    return response.status_code, response.ok, response.json()


def elapsed(url):
    return requests.get(url).elapsed


def late(url):
    with requests.get(url, stream=True) as response:
        pass
    return response.text


def many(urls):
    return [requests.get(url).text for url in urls]


def main():
    print(status("http://x"), elapsed("http://x"), late("http://x"), many(["http://x"]))


if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Decided:
    """All of it as one project."""
    files = {"files.py": FILES, "wires.py": WIRES, "data.py": DATA, "commands.py": COMMANDS, "console.py": CONSOLE,
             "web.py": WEB}  # fmt: skip
    return decide(tmp_path_factory.mktemp("io"), files)


@trap(90, "thread", "the whole function that reads line by line, in one hop")
@trap(91, "thread", "csv, json of a gzip file and file_digest keep their sync file, in one hop each")
@trap(92, "thread", "`rglob` and `os.walk` are gone through in the thread")
def test_functions_that_read_files_move_whole(project: Decided) -> None:
    """The functions stay as they are, and each call of one is one hop."""
    text = project.files["files.py"]
    for name in ("lines", "rows", "config", "digest", "tree"):
        assert project.colors[f"files.{name}"] == "unit"
        assert f"    print(await offload({name}, " in text
    assert text.count("async def") == 1


@trap(93, "thread", "a temporary folder around awaits is made and removed in threads")
def test_a_temporary_folder_around_awaits_is_made_in_a_thread(project: Decided) -> None:
    """The `with` cannot move, since its body awaits: what it enters does."""
    text = project.files["files.py"]
    assert "    async with entered(lambda: tempfile.TemporaryDirectory()) as folder:\n" in text
    assert any("entered and left in threads" in reason for reason in project.conversion.reasons)


@trap(94, "thread", "a conversation over a socket, and `select`, as they are")
def test_sockets_move_whole(project: Decided) -> None:
    """Partial reads and half-closed connections mean what they did."""
    assert project.colors["wires.talk"] == project.colors["wires.ready"] == "unit"
    assert "await offload(talk)" in project.files["wires.py"]
    assert "await offload(ready)" in project.files["wires.py"]


@trap(95, "converted", "`run` and `check_output`, with text, check, shell and time-outs, by one helper")
@trap(95, "thread", "`Popen` that is read line by line, and `os.system`")
def test_processes_are_awaited(project: Decided) -> None:
    """What has a counterpart is awaited, and the rest runs in a thread."""
    text = project.files["commands.py"]
    assert "done = await run_process([sys.executable" in text
    assert "shell=True, timeout=5" in text
    assert "subprocess.check_output" not in text
    assert "await offload(os.system, " in text
    assert any("runs in a thread" in reason for reason in project.conversion.reasons)


@trap(
    96,
    "reported",
    "what is used on the event loop's thread and in another one is made for any thread, and both take turns; a transaction"
    " that an await would split is told",
)
@trap(97, "thread", "a function with a connection to itself runs whole in a thread")
def test_connections_are_made_for_the_threads_that_use_them(project: Decided) -> None:
    """A transaction around a wait holds its connection on the loop's thread, what else is done with it moves."""
    reasons = project.conversion.reasons
    assert any("lets any thread use it, in turns" in reason for reason in reasons)
    assert any("before the transaction ends" in reason for reason in reasons)
    assert 'sqlite3.connect, ":memory:", check_same_thread=False)' in project.files["data.py"]
    assert project.colors["data.names"] == "unit"


@trap(65, "kept", "a logging handler of one's own stays: logging calls it")
def test_logging_handlers_stay_sync(project: Decided) -> None:
    """What a handler awaited, nobody would await."""
    assert project.colors["console.Hook.emit"] == "sync"
    assert "logging.Handler calls emit itself" in project.reasons["console.Hook.emit"]


@trap(66, "thread", "`input` in a thread")
@trap(66, "kept", "`print` stays")
def test_the_console_is_asked_in_a_thread(project: Decided) -> None:
    """The loop goes on while somebody thinks."""
    text = project.files["console.py"]
    assert 'name = await offload(input, "name? ")' in text
    assert '    print("hello", name)\n' in text


@trap(98, "converted", "what aiohttp has as well, by its names there")
@trap(98, "thread", "a function that uses a member without a counterpart (`elapsed`)")
def test_members_of_responses_are_renamed(project: Decided) -> None:
    """Renamed members are renamed; what has no counterpart keeps the whole value."""
    text = project.files["web.py"]
    assert "response.status, response.ok, await response.json(content_type=None)" in text or (
        "response.status" in text and "response.status_code" not in text
    )
    assert project.colors["web.elapsed"] == "unit"


@trap(99, "thread", "a body that is read after its block stays with requests")
def test_a_body_after_its_block_stays(project: Decided) -> None:
    """aiohttp has closed the connection by then."""
    assert project.colors["web.late"] == "unit"


@trap(100, "converted", "calls without a session share one for each event loop")
def test_one_session_serves_all(project: Decided) -> None:
    """No session is made for a call."""
    text = project.files["web.py"]
    assert "shared(aiohttp.ClientSession).get(url)" in text
    assert "async with aiohttp.ClientSession()" not in text
