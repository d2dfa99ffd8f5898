# bed: group=fine forms=both
"""Calls that take microseconds, or are told not to wait."""

import collections
import csv
import datetime
import hashlib
import itertools
import json
import logging
import math
import os
import pickle
import queue
import random
import select
import shlex
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
import zipfile
from concurrent.futures import Future
from pathlib import Path

import requests

lock = threading.Lock()
jobs: queue.Queue[int] = queue.Queue()
event = threading.Event()


async def current_folder():
    return os.getcwd()  # fine: microseconds


async def variables():
    return os.environ["HOME"], os.getenv("A")  # fine: microseconds


async def path_text():
    return os.path.join("a", "b"), os.path.basename("a/b")  # fine: text only


async def path_object():
    return Path("a") / "b", Path("a.txt").suffix, Path("a").with_name("b")  # fine: text only


async def clock():
    return time.time(), time.monotonic(), time.perf_counter()  # fine: microseconds


async def dates():
    return datetime.datetime.now().isoformat(), time.strftime("%H")  # fine: microseconds


async def small_hash():
    return hashlib.md5(b"short").hexdigest()  # fine: microseconds


async def json_text():
    return json.loads("{}"), json.dumps({})  # fine: in memory


async def pickle_bytes():
    return pickle.loads(pickle.dumps([1]))  # fine: in memory


async def tries_lock():
    if lock.acquire(blocking=False):  # fine: told not to wait
        lock.release()  # fine: never waits


async def tries_lock_by_position():
    return lock.acquire(False)  # fine: told not to wait


async def lock_state():
    return lock.locked()  # fine: never waits


async def takes_if_there():
    return jobs.get_nowait()  # fine: told not to wait


async def takes_unblocked():
    return jobs.get(block=False)  # fine: told not to wait


async def takes_unblocked_by_position():
    return jobs.get(False)  # fine: told not to wait


async def puts_if_room():
    jobs.put_nowait(1)  # fine: told not to wait


async def queue_state():
    return jobs.empty(), jobs.qsize()  # fine: never waits


async def event_state():
    event.set()  # fine: never waits
    return event.is_set()  # fine: never waits


async def future_state(future: Future):
    return future.done(), future.cancel()  # fine: never waits


async def polls_now(plug: socket.socket):
    return select.select([plug], [], [], 0)  # fine: a time-out of nothing


async def process_state(process: subprocess.Popen):
    return process.poll(), process.pid  # fine: never waits


async def made_not_started():
    return threading.Thread(target=str)  # fine: only made


async def own_socket():
    return socket.socket(), socket.inet_aton("127.0.0.1"), socket.htons(1)  # fine: no traffic


async def own_host():
    return socket.gethostname()  # fine: microseconds


async def urls():
    return urllib.parse.urljoin("http://a", "b"), urllib.parse.quote("a")  # fine: text only


async def random_numbers():
    return random.random(), uuid.uuid4()  # fine: microseconds


async def numbers():
    return math.sqrt(2), struct.pack("<I", 1), list(itertools.islice(range(9), 2))  # fine: computing


async def words():
    return shlex.split("a b"), collections.Counter("ab")  # fine: text only


async def identity():
    return os.getpid(), threading.current_thread().name, sys.getsizeof(1)  # fine: microseconds


async def prepared_request():
    return requests.Request("GET", "http://example.org")  # fine: only made


async def headers():
    session = requests.Session()
    session.headers.update({"a": "b"})  # fine: a dict
    return session.headers.get("a")  # fine: a dict


async def answer_fields(answer: requests.Response):
    answer.raise_for_status()  # fine: looks at a number
    return answer.status_code, answer.headers.get("a")  # fine: fields


async def logger():
    return logging.getLogger("a").isEnabledFor(10)  # fine: never writes


async def memory_names(bundle: zipfile.ZipFile):
    return bundle.namelist()  # fine: read when it was opened


async def cursor(connection: sqlite3.Connection):
    return connection.cursor(), connection.total_changes  # fine: only made


async def writes_dialects():
    return csv.list_dialects(), tempfile.gettempprefix()  # fine: constants


async def sleep_is_named():
    return "time.sleep(1)"  # fine: a string


async def sleep_in_f_string(name):
    return f"time.sleep({name})"  # fine: a string


async def sleep_in_comment():
    return 1  # fine: a comment that says time.sleep(1)


async def annotated(wait: "time.sleep(1)" = None, reader: "open('a')" = None):  # fine: annotations in strings
    return wait, reader


async def documented():
    """Like time.sleep(1), or open("a").read()."""  # fine: a docstring
    return None
