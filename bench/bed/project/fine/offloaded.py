# bed: group=fine forms=async
"""Waits that are handed to a thread or a process."""

import asyncio
import functools
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import requests
from asgiref.sync import sync_to_async
from fastapi.concurrency import run_in_threadpool

pool = ThreadPoolExecutor(4)


async def to_thread():
    await asyncio.to_thread(time.sleep, 1)  # fine: handed to a thread


def load(path):
    with open(path) as handle:  # fine: only called in threads
        return handle.read()  # fine: only called in threads


async def own_function_to_thread():
    return await asyncio.to_thread(load, "a")


async def bound_method_to_thread(path: Path):
    return await asyncio.to_thread(path.read_text)  # fine: handed to a thread


async def lambda_to_thread():
    return await asyncio.to_thread(lambda: open("a").read())  # fine: the lambda runs in a thread


async def partial_to_thread():
    await asyncio.to_thread(partial(time.sleep, 2))  # fine: the partial runs in a thread


def wait_named(seconds, name):
    time.sleep(seconds)  # fine: only called in threads
    return name


async def named_partial_to_thread():
    return await asyncio.to_thread(functools.partial(wait_named, name="a"), 1)


async def in_executor():
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, requests.get, "http://example.org")  # fine: handed to a thread


def compute(path):
    return subprocess.check_output(["wc", path])  # fine: only called in threads


async def own_function_in_executor():
    loop = asyncio.get_event_loop()
    return await loop.run_in_executor(pool, compute, "a")


async def partial_in_executor():
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, partial(subprocess.run, ["ls"], check=True))  # fine: in a thread


def crunch(number):
    time.sleep(number)  # fine: only called in processes
    return number


async def in_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor() as processes:  # either: leaving waits, though nothing is left to do
        return await loop.run_in_executor(processes, crunch, 1)


async def anyio_thread():
    await anyio.to_thread.run_sync(time.sleep, 1)  # fine: handed to a thread


def query(text):
    with sqlite3.connect("a.db") as connection:  # fine: only called in threads
        return connection.execute(text).fetchall()  # fine: only called in threads


async def own_function_in_anyio_thread():
    return await anyio.to_thread.run_sync(query, "select 1")


async def with_asgiref():
    return await sync_to_async(time.sleep)(1)  # fine: asgiref runs it in a thread


@sync_to_async
def decorated_by_asgiref():
    time.sleep(1)  # fine: asgiref runs it in a thread


async def asgiref_decorator():
    await decorated_by_asgiref()


async def with_starlette():
    return await run_in_threadpool(time.sleep, 1)  # fine: starlette runs it in a thread


def thread_body():
    time.sleep(10)  # fine: the body of a thread


async def starts_thread():
    threading.Thread(target=thread_body, daemon=True).start()


async def starts_thread_with_lambda():
    threading.Thread(target=lambda: time.sleep(3)).start()  # fine: the body of a thread


def timer_body():
    time.sleep(10)  # fine: the body of a thread


async def starts_timer():
    threading.Timer(1.0, timer_body).start()


class Loader(threading.Thread):
    def run(self):
        Path("a").read_text()  # fine: the body of a thread


async def starts_own_thread():
    Loader().start()


def submitted():
    time.sleep(1)  # fine: the body of a job


async def submits():
    return await asyncio.wrap_future(pool.submit(submitted))


async def submits_primitive():
    pool.submit(time.sleep, 1)  # fine: handed to a thread


class Store:
    def __init__(self, path):
        self.path = path

    def read(self):
        return self.parse(open(self.path).read())  # fine: only called in threads

    def parse(self, text):
        time.sleep(1)  # fine: only called in threads
        return text

    async def read_soon(self):
        return await asyncio.to_thread(self.read)


async def nested_function_to_thread(path):
    def work():
        text = Path(path).read_text()  # fine: runs in a thread
        return text.upper()

    return await asyncio.to_thread(work)


def lines(path):
    with open(path) as handle:  # fine: iterated in a thread
        yield from handle  # fine: iterated in a thread


def all_lines(path):
    return list(lines(path))


async def generator_in_thread():
    return await asyncio.to_thread(all_lines, "a")


def tail(path):
    for line in open(path):  # fine: iterated in a thread
        yield line


async def generator_made_here_and_iterated_in_thread():
    return await asyncio.to_thread(list, tail("a"))


def offload(function):
    async def wrapper(*arguments):
        return await asyncio.to_thread(function, *arguments)

    return wrapper


@offload
def offloaded_by_decorator():
    time.sleep(1)  # fine: the decorator hands it to a thread


async def own_offloading_decorator():
    await offloaded_by_decorator()


async def in_thread(function, *arguments):
    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


def given_to_helper():
    time.sleep(1)  # fine: the helper hands it to a thread


async def own_offloading_helper():
    await in_thread(given_to_helper)


async def many_in_threads(paths):
    return await asyncio.gather(*(asyncio.to_thread(Path(path).read_bytes) for path in paths))  # fine: in threads


def process_body():
    time.sleep(1)  # fine: the body of a process


async def starts_process():
    import multiprocessing

    multiprocessing.Process(target=process_body).start()  # either: forking takes a moment
